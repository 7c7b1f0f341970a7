"""The case that a check gets: the student's functions, the reference, and a random generator."""

from __future__ import annotations

__all__ = ["Case"]

import copy
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.checks.common_mistakes import alike, in_another_order, kept_between_calls
from grader.checks.compare import Disagreement, FailedCall, as_parts, disagreement
from grader.checks.drawing import Drawing
from grader.checks.explains import AnswerPart, Asked, explains, gives, own, recognises, says
from grader.checks.judged_again import judged_again
from grader.checks.plain_data import plain
from grader.checks.student import Student, guarded
from grader.checks.tolerances import SINGLE, Tolerance
from grader.checks.value_relations import relations_of
from grader.errors import SubmissionError
from grader.results import (
    Curves,
    Diagnosis,
    Evidence,
    FreeText,
    HeatMap,
    Mosaic,
    Network,
    Pictures,
    Table,
    Trajectories,
)
from grader.wire import Handle, Rng

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from types import ModuleType

    import numpy as np

    from grader.checks.misconception import Misconception
    from grader.submission import Session

MAX_FREE_TEXT = 4_000


class Case:
    """One check on one submission.

    Attributes
    ----------
    student : Student
        The submission's file.
    reference : module
        The same file of the solutions, loaded in the judge.
    percent : int or None
        The share that was passed to `measured`, in whole percent.
    """

    def __init__(
        self,
        session: Session,
        file: str,
        reference: ModuleType,
        misconceptions: Sequence[Misconception],
        seed: Sequence[int],
    ) -> None:
        self.student = Student(session, file, reference=reference)
        self.reference = reference
        self._drawing = Drawing(seed)
        self.evidence = Evidence()
        self.for_instructor = Evidence()
        self.percent: int | None = None
        self._session = session
        self._misconceptions = misconceptions

    @property
    def rng(self) -> np.random.Generator:
        """Draws this check's inputs: the same for the same submission, course and salt."""
        return self._drawing.rng

    @property
    def files(self) -> Collection[str]:
        """The names of all submitted files."""
        return self._session.files

    @property
    def memory(self) -> dict[str, Any]:
        """Results that a check keeps for later checks of the same exercise."""
        return self._session.memory

    def holds(self, handle: Handle) -> bool:
        """Return whether the object behind a handle still exists."""
        return self._session.holds(handle)

    def other_file(self, file: str) -> Student:
        """Return the functions of another file of the same exercise's submission."""
        return Student(self._session, file)

    def instead(self, **functions: Callable[..., Any]) -> Case:
        """Return this case for a submission in which your functions replace its own.

        The submission may call them with any arguments; it gets the errors that they raise.
        """
        other = copy.copy(self)
        ready = {name: guarded(name, function) for name, function in functions.items()}
        other.student = self.student.instead(**ready)
        return other

    def reading(self, **repairs: Callable[..., Any]) -> Case:
        """Return this case with results of the submission passed through `Student.reading`."""
        other = copy.copy(self)
        other.student = self.student.reading(**repairs)
        return other

    def apart_from(self, judge: Callable[[Case], object], **functions: Callable[..., Any]) -> None:
        """Judge a claim about a function apart from the functions that it calls.

        If the claim does not hold with the submission's own functions of these names, it is judged
        again, on the same random inputs, with your functions in their place; it may hold either
        way. A mistake in one of them then costs points where that one is judged, and not here.

        Parameters
        ----------
        judge : callable
            Takes a `Case`; raises `SubmissionError` if the claim does not hold.
        **functions : callable
            Right versions.

        Raises
        ------
        SubmissionError
            The error with the submission's own functions, if the claim fails with yours, too.
        """
        judged_again(self, judge, lambda: self.instead(**functions))

    def fresh_rng(self) -> Rng:
        """Return a stand-in for a generator: pass it to the student, `generator()` to yourself."""
        return Rng(int(self.rng.integers(1 << 53)))

    def show(
        self,
        *shown: Curves | Trajectories | HeatMap | Table | Network | Pictures | Mosaic,
        instructor_only: bool = False,
    ) -> None:
        """Add figures and tables to the report, whether the check passes or not."""
        of = "for_instructor" if instructor_only else "evidence"
        for item in shown:
            field = {
                Curves: "curves",
                Trajectories: "trajectories",
                HeatMap: "heat_maps",
                Table: "tables",
                Pictures: "pictures",
                Network: "networks",
                Mosaic: "mosaics",
            }[type(item)]
            evidence = getattr(self, of)
            kept = (*getattr(evidence, field), plain(item))
            setattr(self, of, replace(evidence, **{field: kept}))

    @property
    def confidential(self) -> bool:
        """True if the submission has received data that must stay secret."""
        return self._session.output_is_hidden

    def measured(self, share: float) -> None:
        """Store a share (0 to 1) as `percent`, for the message of a confidential check.

        It is cut to whole percent: a submission that controls the share could encode data in it.
        """
        self.percent = int(100 * min(1.0, max(0.0, share))) if math.isfinite(share) else 0

    def note(self, sentence: str) -> None:
        """Tell the student something about the exercise that costs nothing."""
        if sentence not in self._session.notes:
            self._session.notes.append(sentence)

    def ask_for_hand_grading(self, question: str, answer: str, *, name: str = "") -> None:
        """Pass a free-text answer, cut to a maximal length, to the person who grades it.

        `name` is what the manifest calls the question where it says what it is worth (``by_hand``);
        the question itself where not given.
        """
        cut = answer[:MAX_FREE_TEXT]
        if len(answer) > MAX_FREE_TEXT:
            cut = f"{cut.rstrip()} … (cut here: {len(answer):,} characters in all)"
        self._session.free_text.append(
            FreeText(question=question, answer=cut, confidential=self.confidential, name=name)
        )

    # ------------------------------------------------------------------ comparing

    def agrees(
        self,
        function: str,
        *arguments: Any,
        parts: Sequence[str] = (),
        tolerance: Tolerance = SINGLE,
        seconds: float | None = None,
    ) -> Any:
        """Call a function of the student and of the reference; raise if the results disagree.

        Parameters
        ----------
        function : str
            Name of the function in both files.
        *arguments
            Arguments for both calls; `Rng` becomes a generator in both.
        parts : sequence of str
            Names of the values if the function returns a tuple.
        tolerance : Tolerance
            How far a right answer may be from the reference's.
        seconds : float, optional
            The deadline of the call; by default the exercise's.

        Returns
        -------
        object
            What the student's function returned.

        Raises
        ------
        SubmissionError
            If the student's function fails or returns something else; known mistakes are named.
        """
        got = getattr(self.student, function)(*arguments, seconds=seconds)
        self.judge_answer(function, arguments, got, parts=parts, tolerance=tolerance)
        return got

    def judge_answer(
        self,
        function: str,
        arguments: Sequence[Any],
        got: Any,
        *,
        parts: Sequence[str] = (),
        tolerance: Tolerance = SINGLE,
    ) -> None:
        """Raise as `agrees` if what a function returned is not what the reference returns."""
        expected = getattr(self.reference, function)(*own(arguments))
        try:
            self.compare(function, arguments, got, expected, parts=parts, tolerance=tolerance)
        except Disagreement as failure:
            if not failure.diagnoses:
                failure.diagnoses = self.called_again(function, arguments, got)
            raise

    def compare(
        self,
        function: str,
        arguments: Sequence[Any],
        got: Any,
        expected: Any,
        *,
        parts: Sequence[str] = (),
        only: Sequence[str] = (),
        tolerance: Tolerance = SINGLE,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        """Compare a function's result with the expected one; name the mistake if it is known.

        `only` names the parts to judge; all if it is empty. Known mistakes that explain the whole
        result, right parts included, are named before those that explain only a part of it. They
        may use the submission's `functions` of these names.
        """
        asked = Asked(function, arguments, expected, functions or {})
        if not parts:
            failure = disagreement(got, expected, function, tolerance)
            failures = [] if failure is None else [(function, 0, failure)]
            values, wanted = [got], [expected]
        else:
            values, wanted = as_parts(got, parts, function), list(expected)
            found = [
                (part, place, disagreement(values[place], wanted[place], part, tolerance))
                for place, part in enumerate(parts)
                if not only or part in only
            ]
            failures = [(part, place, f) for part, place, f in found if f is not None]
        if not failures:
            return
        diagnoses = tuple(
            named
            for part, place, _ in failures
            for named in self._diagnose(asked, values[place], AnswerPart(part, place, bool(parts)))
        )
        whole = self._explaining_all(asked, values) if parts else set()
        diagnoses = (
            tuple(d for d in diagnoses if d.name in whole)
            or in_another_order(function, parts, values, wanted)
            or diagnoses
            or relations_of(((f[0], f[1]) for f in failures), values, wanted, named=bool(parts))
        )
        wrong = frozenset((part, failure.kind) for part, _, failure in failures)
        given = tuple(arguments)
        call = FailedCall(function, tuple(parts), tuple(only), tolerance, wrong, given)
        raise _merge([failure for _, _, failure in failures], diagnoses, call)

    def called_again(
        self, function: str, arguments: Sequence[Any], got: Any
    ) -> tuple[Diagnosis, ...]:
        """Call a function again with the same arguments; return a diagnosis if it differs."""
        try:
            again = getattr(self.student, function)(*arguments)
        except SubmissionError:
            return ()
        return () if alike(got, again) else (kept_between_calls(function),)

    def diagnose(
        self,
        function: str,
        arguments: Sequence[Any],
        got: Any,
        expected: Any,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> tuple[Diagnosis, ...]:
        """Return the known mistakes that give the student's result and not the expected one."""
        asked = Asked(function, arguments, expected, functions or {})
        return self._diagnose(asked, got, AnswerPart(function, 0, False))

    def recognises(self, what: str, *seen: Any) -> tuple[Diagnosis, ...]:
        """Return the known mistakes about `what` that recognise themselves in what was seen."""
        found = (known for known in self._misconceptions if known.of == what)
        return tuple(self.known(known.name) for known in found if recognises(known, seen))

    def explaining(
        self, function: str, answers: Sequence[tuple[Sequence[Any], Any]]
    ) -> tuple[Diagnosis, ...]:
        """Return the known mistakes that give exactly these answers for these arguments."""
        return tuple(
            self.known(known.name)
            for known in self._misconceptions
            # All mistakes are computed, so that a kit's recording has all values.
            if known.of == function
            and all([says(known, Asked(function, given), said) for given, said in answers])  # noqa: C419
        )

    def is_a_known_mistake(
        self, function: str, arguments: Sequence[Any], values: Sequence[Any], expected: Any
    ) -> bool:
        """Return whether one known mistake gives all of these values."""
        return bool(self._explaining_all(Asked(function, arguments, expected), values))

    def known(self, name: str) -> Diagnosis:
        """Return a known mistake of this file, for a check that recognises it by other means."""
        found = next(known for known in self._misconceptions if known.name == name)
        return Diagnosis(name=found.name, sentence=found.sentence, lecture=found.lecture)

    def _diagnose(self, asked: Asked, got: Any, part: AnswerPart) -> tuple[Diagnosis, ...]:
        return tuple(
            Diagnosis(
                name=known.name,
                sentence=known.sentence,
                part=part.name if part.of_several else "",
                lecture=known.lecture,
            )
            for known in self._misconceptions
            if known.of == asked.function and explains(known, asked, got, part)
        )

    def _explaining_all(self, asked: Asked, values: Sequence[Any]) -> set[str]:
        """Return the names of the known mistakes that give every part of the result."""
        return {
            known.name
            for known in self._misconceptions
            if known.of == asked.function and gives(known, asked, values)
        }


def _merge(
    failures: list[Disagreement], diagnoses: tuple[Diagnosis, ...], call: FailedCall
) -> Disagreement:
    """Return one failure for all parts of a return value that are wrong."""
    evidence = Evidence(
        tables=tuple(t for f in failures for t in f.evidence.tables),
        heat_maps=tuple(h for f in failures for h in f.evidence.heat_maps),
    )
    return Disagreement(
        " ".join(f.message for f in failures),
        expected="; ".join(f.expected for f in failures if f.expected),
        got="; ".join(f.got for f in failures if f.got),
        hint=failures[0].hint,
        diagnoses=diagnoses,
        evidence=evidence,
        call=call,
    )
