"""A submission's file as a check sees it: functions to call and names to read."""

from __future__ import annotations

__all__ = ["Student", "guarded"]

import copy
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.errors import CourseError, Failed, SubmissionError, did_you_mean
from grader.submission.failures.sentences import NameMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType

    from grader.submission import Session

    Repair = Callable[..., Any]


class Student:
    """The functions of one file of a submission: ``student.forward(x, w1, w2)`` runs in the runner.

    Arguments are plain data and arrays; `Rng` stands for a generator; a function of yours stays in
    the judge and is called back. The result is plain data, but of any form: compare it with care.
    """

    def __init__(
        self,
        session: Session,
        file: str,
        instead: Mapping[str, Callable[..., Any]] | None = None,
        reference: ModuleType | None = None,
        repairs: Mapping[str, Repair] | None = None,
    ) -> None:
        self._session = session
        self._file = file
        self._instead = instead or {}
        self._reference = reference
        self._repairs = repairs or {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the function of that name."""
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*arguments: Any, seconds: float | None = None) -> Any:
            if name in self._instead:
                return self._instead[name](*arguments)
            try:
                came = self._session.call(
                    self._file, name, arguments, seconds=seconds, instead=self._instead
                ).value
            except NameMissing:
                self._refuse_misspelt(name)
                raise
            return self._repaired(name, arguments, came)

        return call

    def _repaired(self, name: str, arguments: Sequence[Any], came: Any) -> Any:
        repair = self._repairs.get(name)
        return came if repair is None else repair(came, *arguments)

    def _refuse_misspelt(self, name: str) -> None:
        """Raise if the reference has no such name either: that is no fault of the submission."""
        if self._reference is not None and not hasattr(self._reference, name):
            guess = did_you_mean(name, vars(self._reference))
            raise CourseError(
                f"The check asks for `{name}`, which the reference of {self._file} does not "
                f"define.{guess}"
            )

    def make(self, name: str, *arguments: Any, seconds: float | None = None) -> Any:
        """Call a function; a result that is not plain data stays there behind a `Handle`."""
        return self._session.make(self._file, name, arguments, seconds=seconds)

    def use(self, tool: str, *arguments: Any, doing: str, seconds: float | None = None) -> Any:
        """Call one of the runner's own functions (`Session.use`)."""
        return self._session.use(self._file, tool, arguments, doing=doing, seconds=seconds)

    def with_arguments(self, name: str, *arguments: Any) -> tuple[Any, list[Any]]:
        """Call a function; return its value and its arguments in their state after the call."""
        returned = self._session.call(
            self._file, name, arguments, want_arguments=True, instead=self._instead
        )
        return self._repaired(name, arguments, returned.value), returned.arguments

    def instead(self, **functions: Callable[..., Any]) -> Student:
        """Return this file with your functions in place of its own ones with these names.

        So a function can be judged apart from a wrong one that it calls.
        """
        return Student(self._session, self._file, functions, self._reference, self._repairs)

    @property
    def is_apart(self) -> bool:
        """Whether functions of yours stand in the place of some of the file's."""
        return bool(self._instead)

    def reading(self, **repairs: Repair) -> Student:
        """Return this file with the results of these functions passed through your own.

        Each takes what came and the arguments of the call, and returns what was meant.
        """
        return Student(self._session, self._file, self._instead, self._reference, repairs)

    def calls(self, name: str, *calls: Sequence[Any]) -> list[Any]:
        """Call a function with each list of arguments; return what each call returned.

        It does the same as single calls, in less time. The first call that fails raises, and later
        ones are not made.
        """
        if self._instead or name in self._repairs:
            return [getattr(self, name)(*arguments) for arguments in calls]
        return self._session.calls(self._file, name, calls)

    def each(self, name: str, *arguments: Any) -> Iterator[tuple[Any, Any]]:
        """Call a function of one argument with each of these; yield the argument and what came.

        It is the same as a call for each turn of a loop, in less time: what the loop raises about
        one value is raised before the next one is looked at.
        """
        return zip(arguments, self.in_turn(name, *((one,) for one in arguments)), strict=True)

    def in_turn(self, name: str, *calls: Sequence[Any]) -> Iterator[Any]:
        """Call a function with each list of arguments; yield what each call returned.

        As `each`: a loop over it is a loop of single calls, in less time.
        """
        if self._instead or name in self._repairs:
            yield from (getattr(self, name)(*arguments) for arguments in calls)
            return
        try:
            yield from self._session.each(self._file, name, calls)
        except NameMissing:
            self._refuse_misspelt(name)
            raise

    def several(self, name: str, *calls: Sequence[Any]) -> list[Any]:
        """Call a function with each list of arguments; read all results after the last call."""
        came = self._session.several(self._file, name, calls, instead=self._instead)
        return [
            self._repaired(name, given, value) for given, value in zip(calls, came, strict=True)
        ]

    def shows_each_step(self, name: str, steps_at: int) -> bool:
        """Return whether a function's source shows that it makes every step in the same way.

        Such a loop needs no long run. False is no fault: it means that only a run can tell.

        Parameters
        ----------
        name : str
            The function.
        steps_at : int
            Which of its parameters says how many steps it makes, from 0; the learning rate is the
            one before it.
        """
        known = self._session.memory
        asked = f"shows_each_step/{self._file}/{name}"
        if asked not in known:
            try:
                known[asked] = self._session.get(self._file, name, steps_at) is True
            except SubmissionError:
                return False  # a call reports the reason
        return bool(known[asked])

    def has(self, name: str) -> bool:
        """Return whether the file defines a name, as something else than None."""
        try:
            return self._session.get(self._file, name) is not None
        except Failed:
            return False

    def constant(self, name: str) -> Any:
        """Return the value of a name in the file, such as ``HYPERPARAMETERS``, as plain data.

        It is read once: all checks of an exercise judge the same value.
        """
        try:
            return self._kept("constant", name, lambda: self._session.get(self._file, name))
        except NameMissing:
            self._refuse_misspelt(name)
            raise

    def once(self, name: str, *arguments: Any) -> Any:
        """Call a function that several checks ask for the same, such as a training's start.

        It is called once with these arguments, which are numbers and generators: no check judges
        another answer than the others do.
        """
        how = f"once{arguments!r}"
        return self._kept(how, name, lambda: self.calls(name, arguments)[0])

    def _kept(self, how: str, name: str, ask: Callable[[], Any]) -> Any:
        known, key = self._session.memory, (self._file, how, name)
        if key not in known:
            known[key] = ask()
        return copy.deepcopy(known[key])


def guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that raises the submission's error if it is called with wrong arguments.

    It keeps its signature, so that a call with too many arguments is recognised.
    """

    @functools.wraps(function)
    def checked(*arguments: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return function(*arguments)
        except SubmissionError:
            raise
        except Exception:  # noqa: BLE001  (it is called by a submission, with anything)
            raise Failed(f"`{name}` was called with what it cannot use.") from None

    return checked
