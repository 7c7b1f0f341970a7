"""After an exercise's checks: add a small failing input and the source to those that failed."""

from __future__ import annotations

__all__ = ["ResultsWithExamples", "add_small_examples", "place_of"]

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from grader.errors import GraderError
from grader.judge.shrinking.budget import SearchBudget, apart, bounded
from grader.judge.shrinking.excerpts import Excerpts
from grader.judge.shrinking.searcher import Searcher
from grader.results import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.course import Exercise
    from grader.intake.sealed import Sealed
    from grader.judge.shrinking.failure import CheckFailure
    from grader.notebooks import Work
    from grader.sandbox.launcher import Launcher, Limits
    from grader.submission import Session

WRONG = (Outcome.FAILED, Outcome.CRASHED, Outcome.OVER_LIMIT)
# Without a zygote each process imports its packages anew; more packages than these take seconds.
LIGHT = frozenset(["numpy", "numpy.random"])
KILLED = "the machine, or a person, had ended the process in which your code ran."


class SessionOpener(Protocol):
    """The part of a judge that the search needs."""

    @property
    def launcher(self) -> Launcher:
        """Starts the runners."""

    def open(
        self,
        exercise: Exercise,
        sealed: Sealed,
        seed: int,
        work: Work | None = None,
        limits: Callable[[Limits], Limits] = ...,
    ) -> Session:
        """Return a session of an exercise; its caller closes it."""


class SubmittedWork(Protocol):
    """A submission, and which of its files is graded as which file of the course."""

    @property
    def sealed(self) -> Sealed:
        """The submission."""

    @property
    def work(self) -> Work:
        """The gradable work in it."""


@dataclass(frozen=True, slots=True)
class ResultsWithExamples:
    """The results of an exercise's checks after the search.

    Attributes
    ----------
    results : tuple of CheckResult
        In their order, with the same verdicts.
    notes : tuple of str
        Sentences for the instructor about errors in the search.
    """

    results: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()


def add_small_examples(
    judge: SessionOpener,
    exercise: Exercise,
    found: SubmittedWork,
    results: Sequence[CheckResult],
    failures: Mapping[str, CheckFailure | None],
) -> ResultsWithExamples:
    """Return the results with small failing inputs and sources; never raises.

    A check that has received hidden data, or comes after such a one, is left as it is. If the
    search's process is ended from outside, everything is searched once more, as a check is run
    again: otherwise a report would depend on what happened to the machine.

    Parameters
    ----------
    judge : SessionOpener
        Opens a session of its own for the search.
    exercise : Exercise
    found : SubmittedWork
    results : sequence of CheckResult
        The results of the exercise's checks.
    failures : mapping of str to Failure
        How the checks failed, by their ids.
    """
    wrong = {
        one.id: failure
        for one in results
        if one.outcome in WRONG and not one.confidential and (failure := failures.get(one.id))
    }
    heavy = not LIGHT.issuperset(exercise.profile.preload)
    if not wrong or (heavy and judge.launcher.level == "none"):
        return ResultsWithExamples(tuple(results))
    looked, is_whole = _searched(judge, exercise, found, results, wrong, again=True)
    if not is_whole:
        looked, _ = _searched(judge, exercise, found, results, wrong, again=False)
    return looked


def _searched(
    judge: SessionOpener,
    exercise: Exercise,
    found: SubmittedWork,
    results: Sequence[CheckResult],
    wrong: Mapping[str, CheckFailure],
    *,
    again: bool,
) -> tuple[ResultsWithExamples, bool]:
    """Search; return what was found, and whether no process was ended from outside.

    `again` says whether the search is repeated if one was.
    """
    try:
        work = apart(found.work)
        session = judge.open(exercise, found.sealed, 0, work, bounded)
        try:
            with session.tried(again=again):
                examples = _with_examples(session, exercise, work, results, wrong)
        finally:
            session.close()
    except Exception as error:  # noqa: BLE001  (verdicts stand without it)
        note = f"No small failing inputs of {exercise.title}: {type(error).__name__}: {error}"
        is_whole = not isinstance(error, GraderError)
        return ResultsWithExamples(tuple(results), (note[:500],)), is_whole
    if not session.killed_outside:
        return ResultsWithExamples(examples), True
    note = f"Perhaps not all small failing inputs of {exercise.title}: {KILLED}"
    return ResultsWithExamples(examples, (note,)), False


def _with_examples(
    session: Session,
    exercise: Exercise,
    work: Work,
    results: Sequence[CheckResult],
    wrong: Mapping[str, CheckFailure],
) -> tuple[CheckResult, ...]:
    excerpts, budget = Excerpts(session, work), SearchBudget()
    done: dict[str, dict[str, Any]] = {name: {} for name in wrong}
    for part in exercise.parts:
        own = [one for one in results if one.file == part.file and one.id in wrong]
        if not own:
            continue
        for one in own:
            done[one.id]["source"] = excerpts.of(part.file, wrong[one.id].function)
        session.renew()
        searcher = Searcher(session, part, place_of(exercise, part.file), budget)
        for one in own:
            done[one.id]["small"] = searcher.example(wrong[one.id], one)
    return tuple(replace(one, **done.get(one.id, {})) for one in results)


def place_of(exercise: Exercise, file: str) -> str:
    """Return the beginning of the ids of a file's examples, such as ``warm_up.neuron``."""
    return f"{exercise.id}.{PurePosixPath(file).stem}"
