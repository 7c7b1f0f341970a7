"""What the class understood: each check over all submissions, and the mistakes that recur."""

from __future__ import annotations

__all__ = ["CheckLine", "ExerciseLines", "Mistake", "Topic", "exercise_lines", "topics_of"]

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.figures import Share, Sheet, draw_shares
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

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_TOPICS = 6
MOST_MISTAKES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A recognised mistake in one check, and how many submissions made it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A mistake that several submissions made, with one of its sentences."""

    name: str
    count: int
    example: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """What the class made of a check; `rate` is the share that passed, in percent."""

    claim: str
    file: str
    hidden: bool
    bar: Markup
    rate: int
    counts: tuple[Badge, ...]
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLines:
    """The checks of an exercise, the least understood first."""

    anchor: str
    number: str
    title: str
    rate: int
    lines: tuple[CheckLine, ...]


def _by_check(result: ClassResult) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = defaultdict(list)
    for submission in result.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                found[check.id].append(check)
    return found


def _mistakes(checks: list[CheckResult]) -> Counter[str]:
    return Counter(name for check in checks for name in {d.name for d in check.diagnoses})


def _rate(checks: list[CheckResult]) -> int:
    """Return the share that passed; what we could not judge says nothing about the class."""
    judged = [check for check in checks if check.outcome is not Outcome.GRADER_ERROR]
    passed = sum(check.outcome is Outcome.PASSED for check in judged)
    return 100 * passed // len(judged) if judged else 100


def _line(info: CheckInfo, checks: list[CheckResult], sheet: Sheet) -> CheckLine:
    tally = Counter(check.outcome for check in checks)
    shares = [Share(size=tally[o], name=WORDS[o], css=o.value) for o in WORDS]
    claim = clean(info.claim or info.id)
    return CheckLine(
        claim=claim,
        file=line(checks[0].file) if checks else "",
        hidden=info.visibility is Visibility.HIDDEN,
        bar=draw_shares(shares, f"Outcomes: {claim}", sheet.key()),
        rate=_rate(checks),
        counts=counts(checks),
        mistakes=tuple(
            Mistake(name=words(name), count=count)
            for name, count in _mistakes(checks).most_common(MOST_MISTAKES)
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


def exercise_lines(result: ClassResult, sheet: Sheet) -> tuple[ExerciseLines, ...]:
    """Return, for each exercise, its checks with what the class made of them, the worst first."""
    by_check = _by_check(result)
    known = {check.id for info in result.course.exercises for check in info.checks}

    def of(info: ExerciseInfo) -> ExerciseLines:
        infos = [*info.checks, *_undeclared(info.id, result, known)]
        lines = [_line(one, by_check[one.id], sheet) for one in infos if one.id in by_check]
        every = [check for one in infos for check in by_check.get(one.id, [])]
        return ExerciseLines(
            anchor=anchor("exercise", info.id),
            number=line(info.number, 12),
            title=line(info.title),
            rate=_rate(every),
            lines=tuple(sorted(lines, key=lambda one: one.rate)),
        )

    return tuple(lines for lines in map(of, result.course.exercises) if lines.lines)


def topics_of(result: ClassResult) -> tuple[Topic, ...]:
    """Return the mistakes that most submissions made, each counted once for each submission."""
    tally: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for submission in result.submissions:
        met = set()
        for exercise in submission.exercises:
            for check in exercise.checks:
                for diagnosis in check.diagnoses:
                    met.add((exercise.id, diagnosis.name))
                    example.setdefault((exercise.id, diagnosis.name), diagnosis.sentence)
        tally.update(met)
    infos = {info.id: info for info in result.course.exercises}
    return tuple(
        Topic(
            name=words(name),
            count=count,
            example=clean(example[exercise, name], 400),
            where=_where(exercise, infos.get(exercise)),
        )
        for (exercise, name), count in sorted(tally.items(), key=lambda p: (-p[1], p[0]))[
            :MOST_TOPICS
        ]
    )


def _where(exercise: str, info: ExerciseInfo | None) -> str:
    return f"Exercise {line(info.number, 12)}: {line(info.title)}" if info else line(exercise)
