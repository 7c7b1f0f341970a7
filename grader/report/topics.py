"""What the class understood: pass rates of checks, and recurring mistakes."""

from __future__ import annotations

__all__ = [
    "CheckLine",
    "ExerciseLines",
    "Mistake",
    "Topic",
    "exercise_lines",
    "topics_of",
]

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.class_map import columns_of
from grader.report.class_numbers import DiscriminationView, StudentLink, told, who_of
from grader.report.figures import Share, draw_shares
from grader.report.outcomes import WORDS, Badge, counts
from grader.report.text import anchor, clean, line, words
from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    ExerciseInfo,
    Outcome,
    Visibility,
)
from grader.statistics import (
    check_statistics,
    is_judged,
    ranked_misconceptions,
    was_handed_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from grader.statistics import CheckStatistics, RankedMisconception

MOST_TOPICS = 10
MOST_MISTAKES = 3
MOST_WHO = 200
MOST_BRIEF = 8  # names behind a mistake in the table of checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A recognised mistake in one check, how many submissions made it, and some of them."""

    name: str
    count: int
    who: tuple[StudentLink, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A mistake that several submissions made, in one exercise or in several.

    Attributes
    ----------
    of : int
        How many handed in one of the exercises in which it was made.
    example : str
        One of its sentences.
    where : str
        The exercises in which it was made.
    who : tuple of StudentLink
        Who made it; `more` have no room.
    """

    name: str
    count: int
    of: int
    example: str
    where: str
    who: tuple[StudentLink, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """The outcomes of a check over all who handed it in.

    Attributes
    ----------
    column : int
        Its place among the letters of each student's line.
    place : str
        The id that it has on pages about a student.
    rate : int or None
        The share that passed, in percent; None where nobody handed it in.
    """

    claim: str
    file: str
    column: int
    place: str
    hidden: bool
    bar: Markup
    rate: int | None
    n: int
    told: DiscriminationView
    counts: tuple[Badge, ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLines:
    """The checks of an exercise, the least understood first.

    Attributes
    ----------
    rate : int or None
        The share of the checks that passed, in percent, of those who handed it in.
    handed_in, of : int
        How many did, of how many.
    """

    anchor: str
    number: str
    title: str
    rate: int | None
    handed_in: int
    of: int
    lines: tuple[CheckLine, ...]


def _by_check(result: ClassResult) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = defaultdict(list)
    for submission in result.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                found[check.id].append(check)
    return found


def _rate(checks: list[CheckResult]) -> int | None:
    """Return the share of hand-ins that passed.

    What could not be judged, and what nobody wrote, says nothing about what was understood.
    """
    judged = [check for check in checks if is_judged(check)]
    passed = sum(check.outcome is Outcome.PASSED for check in judged)
    return 100 * passed // len(judged) if judged else None


def _order(rate: int | None) -> int:
    """Return the sort key: the least understood first, what nobody handed in last."""
    return 101 if rate is None else rate


def _line(
    info: CheckInfo, checks: list[CheckResult], numbers: CheckStatistics, column: int
) -> CheckLine:
    handed_in = [check for check in checks if was_handed_in(check)]
    tally = Counter(check.outcome for check in handed_in)
    shares = [Share(size=tally[o], css=o.value) for o in WORDS]
    claim = clean(info.claim or info.id)
    return CheckLine(
        claim=claim,
        file=line(checks[0].file) if checks else "",
        column=column,
        place=anchor("check", info.id),
        hidden=info.visibility is Visibility.HIDDEN,
        bar=draw_shares(shares),
        rate=_rate(checks),
        n=numbers.handed_in,
        told=told(numbers.discrimination),
        counts=counts(handed_in),
        mistakes=tuple(
            Mistake(
                name=words(seen.name),
                count=len(seen.places),
                who=tuple(map(who_of, seen.places[:MOST_BRIEF])),
                more=max(len(seen.places) - MOST_BRIEF, 0),
            )
            for seen in numbers.diagnoses[:MOST_MISTAKES]
        ),
    )


def _undeclared(exercise_id: str, result: ClassResult, known: set[str]) -> list[CheckInfo]:
    """Return the checks that were run and that the course does not declare (any more)."""
    found = {
        check.id: CheckInfo(
            id=check.id,
            claim=check.claim,
            max_points=check.max_points,
            visibility=check.visibility,
        )
        for submission in result.submissions
        for exercise in submission.exercises
        if exercise.id == exercise_id
        for check in exercise.checks
        if check.id not in known
    }
    return list(found.values())


def exercise_lines(
    result: ClassResult, numbers: Sequence[CheckStatistics] | None = None
) -> tuple[ExerciseLines, ...]:
    """Return the exercises with the outcomes of their checks, the least understood first.

    Parameters
    ----------
    result : ClassResult
        The class.
    numbers : sequence of CheckStatistics, optional
        Those of the class, where they are known already.
    """
    by_check = _by_check(result)
    of_check = {one.id: one for one in numbers or check_statistics(result)}
    known = {check.id for info in result.course.exercises for check in info.checks}
    column = {check: number for number, check in enumerate(columns_of(result))}

    def of(info: ExerciseInfo) -> ExerciseLines:
        infos = [*info.checks, *_undeclared(info.id, result, known)]
        lines = [
            _line(one, by_check[one.id], of_check[one.id], column[one.id])
            for one in infos
            if one.id in by_check
        ]
        every = [check for one in infos for check in by_check.get(one.id, [])]
        graded = [e for s in result.submissions for e in s.exercises if e.id == info.id]
        return ExerciseLines(
            anchor=anchor("exercise", info.id),
            number=line(info.number, 12),
            title=line(info.title),
            rate=_rate(every),
            handed_in=sum(any(map(was_handed_in, e.checks)) for e in graded),
            of=len(graded),
            lines=tuple(sorted(lines, key=lambda one: _order(one.rate))),
        )

    found = [lines for lines in map(of, result.course.exercises) if lines.lines]
    return tuple(sorted(found, key=lambda one: _order(one.rate)))


def topics_of(
    result: ClassResult, ranked: Sequence[RankedMisconception] | None = None
) -> tuple[tuple[Topic, ...], int]:
    """Return the mistakes that most submissions made, and how many more there are.

    Parameters
    ----------
    result : ClassResult
        The class.
    ranked : sequence of RankedMisconception, optional
        Those of the class, where they are known already.
    """
    every = ranked_misconceptions(result) if ranked is None else ranked
    topics = tuple(
        Topic(
            name=words(one.name),
            count=one.count,
            of=one.of,
            example=clean(one.sentence, 400),
            where=_where(set(one.exercises), result.course.exercises),
            who=tuple(map(who_of, one.places[:MOST_WHO])),
            more=max(len(one.places) - MOST_WHO, 0),
        )
        for one in every[:MOST_TOPICS]
    )
    return topics, len(every) - len(topics)


def _where(ids: set[str], infos: Sequence[ExerciseInfo]) -> str:
    """Return the names of exercises: their numbers, or the title of a single one."""
    known = [info for info in infos if info.id in ids]
    if len(ids) == 1:
        one = known[0] if known else None
        return f"Exercise {line(one.number, 12)}: {line(one.title)}" if one else line(min(ids))
    numbers = [line(info.number, 12) for info in known]
    numbers += [line(one) for one in sorted(ids.difference(info.id for info in known))]
    return f"Exercises {', '.join(numbers[:-1])} and {numbers[-1]}"
