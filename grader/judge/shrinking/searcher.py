"""Run a function's small inputs one by one until one fails as the check did."""

from __future__ import annotations

__all__ = ["Searcher", "SmallFailure"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import Case
from grader.checks.common_mistakes import ANOTHER_ORDER, KEPT_BETWEEN_CALLS
from grader.checks.compare import Disagreement, FailedCall, as_array, as_parts
from grader.checks.described import form_of
from grader.checks.small_inputs import RightRefusal, SmallInputs, count_of_numbers
from grader.checks.tolerances import SINGLE
from grader.errors import Crashed, Failed, OverLimit, SubmissionError
from grader.judge.shrinking.budget import CALL_SECONDS
from grader.judge.shrinking.texts import answer_text, argument_text, returned_text
from grader.results import SmallExample, Visibility

if TYPE_CHECKING:
    from grader.course import Part
    from grader.judge.shrinking.budget import SearchBudget
    from grader.judge.shrinking.failure import CheckFailure
    from grader.results import CheckResult
    from grader.submission import Session


# After this many inputs that fail in other ways, the search ends.
MOST_FAILING = 24


@dataclass(frozen=True, slots=True)
class SmallFailure:
    """A small input on which the submission fails.

    Attributes
    ----------
    number : int
        Its place among the small inputs of the function, from 1.
    arguments : tuple
    got : object
        The returned value.
    expected : object
        The right answer; None if the submission raised an exception.
    wrong : Disagreement or Crashed
    """

    number: int
    arguments: tuple[Any, ...]
    got: Any
    expected: Any
    wrong: Disagreement | Crashed

    @property
    def names(self) -> frozenset[str]:
        """The names of the known mistakes that explain it."""
        found = self.wrong.diagnoses if isinstance(self.wrong, Disagreement) else ()
        return frozenset(one.name for one in found)


class Searcher:
    """Searches in one session, for the failed checks of one file.

    Parameters
    ----------
    session : Session
        A session that no check has used and no later check will use.
    part : Part
        The file, with its reference, known mistakes and small inputs.
    place : str
        The beginning of the ids of examples, such as ``warm_up.neuron``.
    budget : SearchBudget
        Shared by the files of an exercise.
    """

    def __init__(self, session: Session, part: Part, place: str, budget: SearchBudget) -> None:
        self._session = session
        self._part = part
        self._place = place
        self._budget = budget
        self._small = {small.of: small for small in part.small_inputs}
        self._answers: dict[tuple[str, int], Any] = {}
        self._lost: set[str] = set()
        self._is_loaded = False

    def example(self, failure: CheckFailure, result: CheckResult) -> SmallExample | None:
        """Return the smallest input that fails as a check did; None if none does.

        Parameters
        ----------
        failure : Failure
        result : CheckResult
            The result of the check.
        """
        small = self._small.get(failure.function) or self._as_called(failure, result)
        if small is None or not failure.can_be_shown:
            return None
        known = {one.name for one in self._part.misconceptions if one.of == small.of}
        known |= {KEPT_BETWEEN_CALLS, ANOTHER_ORDER}
        named = frozenset(one.name for one in result.diagnoses if one.name in known)
        if failure.call is None and not (named or failure.exception):
            return None  # another failure would be shown
        found = self._search(small, failure, named)
        return None if found is None else self.described(small, found, failure.call)

    def _as_called(self, failure: CheckFailure, result: CheckResult) -> SmallInputs | None:
        """Return small inputs in the form of a public call, if the docstring yields none.

        For a hidden check, not even the form of its call is used.
        """
        if failure.call is None or result.visibility is not Visibility.PUBLIC:
            return None
        code = getattr(getattr(self._part.reference, failure.function, None), "__code__", None)
        arguments = failure.call.arguments
        if code is None or len(arguments) > code.co_argcount:
            return None  # a kit has no reference
        form = form_of(arguments, code.co_varnames[: len(arguments)])
        return None if form is None else SmallInputs(failure.function, (form,), nameless=True)

    def _search(
        self, small: SmallInputs, failure: CheckFailure, named: frozenset[str]
    ) -> SmallFailure | None:
        """Return the first input that fails with the same diagnoses, perhaps with others besides.

        Without a diagnosis, an input that no known mistake explains is preferred; if there is none,
        another failing input is returned.
        """
        second, failing = None, 0
        for number in range(1, len(small.calls()) + 1):
            if small.of in self._lost or self._budget.left <= 0 or failing >= MOST_FAILING:
                break
            found = self.tried(small, number, failure.call, again=KEPT_BETWEEN_CALLS in named)
            if found is None or not _is_alike(found, failure):
                continue
            if found.names >= named and (named or not found.names):
                return found
            if not named:
                second = second or found
            failing += 1
        return second

    def tried(
        self,
        small: SmallInputs,
        number: int,
        call: FailedCall | None = None,
        *,
        again: bool = False,
    ) -> SmallFailure | None:
        """Call the function with one small input; return how it is wrong, None if it is right.

        Parameters
        ----------
        small : SmallInputs
        number : int
            The number of the input, from 1.
        call : FailedCall, optional
            The check's comparison, for its parts and tolerance.
        again : bool
            Whether to call it a second time, to see if it keeps something between calls.
        """
        right = small.right(self._part.reference, number)
        if right is None or (call is not None and isinstance(right, RightRefusal)):
            return None
        arguments = small.calls()[number - 1]
        try:
            got = self._answer(small, number, arguments)
        except Crashed as crash:
            refused = isinstance(right, RightRefusal) and crash.is_a(right.exception)
            if refused or not crash.exception:
                return None
            return SmallFailure(number, arguments, None, right, crash)
        except SubmissionError:
            return None
        wrong = self._wrong(small, arguments, got, right, call, again=again)
        return None if wrong is None else SmallFailure(number, arguments, got, right, wrong)

    def _wrong(
        self,
        small: SmallInputs,
        arguments: tuple[Any, ...],
        got: Any,
        right: Any,
        call: FailedCall | None,
        *,
        again: bool,
    ) -> Disagreement | None:
        """Return how a result differs from the right one; None if it does not."""
        case = Case(
            self._session, self._part.file, self._part.reference, self._part.misconceptions, (0,)
        )
        if isinstance(right, RightRefusal):
            known = case.diagnose(small.of, arguments, got, np.nan)
            return Disagreement("It returned a value.", expected=right.exception, diagnoses=known)
        parts = _parts_of(small, right) if call is None else call.parts
        try:
            with np.errstate(all="ignore"):
                case.compare(
                    small.of, arguments, got, right,
                    parts=parts,
                    only=() if call is None else call.only,
                    tolerance=SINGLE if call is None else call.tolerance,
                    functions={name: getattr(self._part.reference, name) for name in small.uses},
                )  # fmt: skip
        except Disagreement as wrong:
            if again and not wrong.diagnoses:
                wrong.diagnoses = case.called_again(small.of, arguments, got)
            return wrong
        except Failed:  # a result of another form, such as None: already reported
            return None
        return None

    def _answer(self, small: SmallInputs, number: int, arguments: tuple[Any, ...]) -> Any:
        """Return the submission's answer; each input is called once in a session."""
        key = small.of, number
        if key not in self._answers:
            try:
                self._answers[key] = self._called(small.of, arguments)
            except OverLimit:
                self._lost.add(small.of)
                raise
            except Crashed as crash:
                if not crash.exception:  # it has ended its process
                    self._lost.add(small.of)
                self._answers[key] = crash
        answer = self._answers[key]
        if isinstance(answer, Crashed):
            raise answer
        return answer

    def _called(self, function: str, arguments: tuple[Any, ...]) -> Any:
        """Call a function; the first call, which loads the file, is not in the budget."""
        before = self._session.used_seconds
        try:
            return self._session.call(
                self._part.file, function, arguments, seconds=CALL_SECONDS
            ).value
        finally:
            if self._is_loaded:
                self._budget.spend(before, self._session.used_seconds)
            self._is_loaded = True

    def described(
        self, small: SmallInputs, found: SmallFailure, call: FailedCall | None = None
    ) -> SmallExample:
        """Return the example that a report shows for a small input."""
        right = found.expected
        blank = SmallExample(
            id="" if small.nameless else f"{self._place}.{small.of}.{found.number}",
            function=small.of,
            names=small.names,
            arguments=tuple(map(argument_text, found.arguments)),
            numbers=count_of_numbers(found.arguments),
            got=returned_text(found.got),
            expected=answer_text(right),
        )
        if isinstance(found.wrong, Crashed):
            return replace(blank, got=found.wrong.exception)
        if isinstance(right, RightRefusal):
            return blank
        got, part = found.got, ""
        kinds = dict(found.wrong.call.kinds) if found.wrong.call else {}
        if parts := (_parts_of(small, right) if call is None else call.parts):
            part = next(name for name in parts if name in kinds)
            place = parts.index(part)
            got, right = as_parts(got, parts, small.of)[place], right[place]
        name = part or small.of
        at = _worst(got, right) if kinds.get(name) == "values" else None
        return replace(
            blank,
            part=part,
            got=returned_text(got),
            expected=returned_text(right),
            entry=f"{name}[{', '.join(map(str, at))}]" if at else "",
            by_hand=small.worked(found.number, name, at) if at is not None else (),
        )


def _parts_of(small: SmallInputs, right: Any) -> tuple[str, ...]:
    """Return names for the parts of an answer where its check gives none."""
    if type(right) is not tuple:
        return ()
    if len(small.parts) == len(right):
        return small.parts
    return tuple(f"value {k}" for k in range(1, len(right) + 1))


def _is_alike(found: SmallFailure, failure: CheckFailure) -> bool:
    """Return whether an input fails as the check did: the same exception, or the same values."""
    if failure.exception or isinstance(found.wrong, Crashed):
        crashed = isinstance(found.wrong, Crashed) and found.wrong.exception
        return crashed == failure.exception
    if failure.call is None:
        return True
    return found.wrong.call is not None and found.wrong.call.kinds <= failure.call.kinds


def _worst(got: Any, expected: Any) -> tuple[int, ...]:
    """Return the index of the entry that is wrong by most."""
    wanted = np.asarray(expected, dtype=float)
    with np.errstate(all="ignore"):
        error = np.abs(as_array(got, "it").astype(float).reshape(wanted.shape) - wanted)
    at = np.unravel_index(int(np.argmax(np.nan_to_num(error, nan=np.inf))), wanted.shape)
    return tuple(int(index) for index in at)
