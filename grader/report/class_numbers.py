"""The numbers about a class as its page shows them: texts, and links to where it happened."""

from __future__ import annotations

__all__ = [
    "CheckTimesView",
    "DiscriminationView",
    "ObstacleView",
    "StudentLink",
    "TimesView",
    "check_times_views",
    "obstacle_views",
    "seconds",
    "times_views",
    "told",
    "who_of",
]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.links import instructors
from grader.report.text import anchor, clean, line, plural, points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.results import ExerciseInfo
    from grader.statistics import CheckPlace, CheckTimes, Discrimination, Obstacle, RunTimes

MOST_OBSTACLES = 15
MOST_HELD = 60
MOST_SLOW = 20
MOST_SLOW_CHECKS = 10
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentLink:
    """A student, and a link to a place on their page; empty if there is none."""

    student: str
    href: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscriminationView:
    """The discrimination of a check; `order` is the key by which its column is sorted."""

    text: str
    detail: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleView:
    """A check at which students are stuck."""

    claim: str
    where: str
    held: str
    nobody: bool
    points: str
    who: tuple[StudentLink, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesView:
    """The run times of an exercise."""

    exercise: str
    n: int
    kind: str
    median: str
    percentile_95: str
    longest: str
    slow: tuple[StudentLink, ...]
    more: int
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTimesView:
    """The run times of a check, and its share of the class's time."""

    claim: str
    where: str
    n: int
    median: str
    longest: str
    longest_of: StudentLink
    share: str


def who_of(place: CheckPlace, remark: str = "") -> StudentLink:
    """Return a student with the address of a check on the instructor's page about them."""
    page = instructors(place.slug)
    return StudentLink(
        student=line(place.student, 60) or line(place.slug) or "without a name",
        href=f"{page}#{anchor('check', place.check)}" if page else "",
        remark=remark,
    )


def told(found: Discrimination) -> DiscriminationView:
    """Return a discrimination as texts."""
    if found.value is None or found.low is None or found.high is None:
        return DiscriminationView(text="–", detail=found.unknown, order="-2")
    detail = f"{_signed(found.low)} to {_signed(found.high)}, n = {found.n}"
    return DiscriminationView(text=_signed(found.value), detail=detail, order=f"{found.value:.4f}")


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", _MINUS) if abs(value) >= 0.005 else "0.00"


def seconds(value: float | None) -> str:
    """Return seconds as a short text; a dash if they are unknown."""
    if value is None:
        return "–"
    if value >= 120:
        return f"{value / 60:.1f} min"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def _titles(infos: Sequence[ExerciseInfo]) -> dict[str, str]:
    return {one.id: f"{line(one.number, 12)} {line(one.title)}".strip() for one in infos}


def times_views(found: Iterable[RunTimes], infos: Sequence[ExerciseInfo]) -> tuple[TimesView, ...]:
    """Return the times of the exercises, in the course's order."""
    titles = _titles(infos)
    return tuple(
        TimesView(
            exercise=titles.get(one.exercise) or line(one.exercise),
            n=one.n,
            kind="processor" if one.of_processor else "elapsed",
            median=seconds(one.median),
            percentile_95=seconds(one.percentile_95),
            longest=seconds(one.longest),
            slow=tuple(
                StudentLink(
                    student=line(slow.student, 60) or line(slow.slug) or "without a name",
                    href=_seeds(slow.slug),
                    remark=seconds(slow.seconds),
                )
                for slow in one.slow[:MOST_SLOW]
            ),
            more=max(len(one.slow) - MOST_SLOW, 0),
            is_known=one.deviation is not None,
        )
        for one in found
    )


def check_times_views(
    found: Sequence[CheckTimes], infos: Sequence[ExerciseInfo]
) -> tuple[CheckTimesView, ...]:
    """Return the checks that take most of the class's time, the slowest first."""
    titles = _titles(infos)
    return tuple(
        CheckTimesView(
            claim=clean(one.claim or one.check),
            where=titles.get(one.exercise) or line(one.exercise),
            n=one.n,
            median=seconds(one.median),
            longest=seconds(one.longest),
            longest_of=who_of(one.longest_of),
            share=f"{100 * one.share:.0f} %",
        )
        for one in found[:MOST_SLOW_CHECKS]
    )


def _seeds(slug: str) -> str:
    """Return the link to the run times on the instructor's page about a student."""
    page = instructors(slug)
    return f"{page}#seeds" if page else ""


def obstacle_views(
    found: Sequence[Obstacle], infos: Sequence[ExerciseInfo]
) -> tuple[tuple[ObstacleView, ...], int]:
    """Return the checks that block most points, and how many more there are."""
    titles = _titles(infos)
    views = tuple(_obstacle(one, titles) for one in found[:MOST_OBSTACLES])
    return views, max(len(found) - MOST_OBSTACLES, 0)


def _obstacle(one: Obstacle, titles: dict[str, str]) -> ObstacleView:
    held = sorted(one.held, key=lambda who: (not who.by_it_alone, -who.waiting))
    return ObstacleView(
        claim=clean(one.claim or one.check),
        where=titles.get(one.exercise) or line(one.exercise),
        held=f"{len(one.held)} of {one.of}",
        nobody=one.nobody_past,
        points=points(one.points),
        who=tuple(
            who_of(
                each.place,
                "all that is open waits for it"
                if each.by_it_alone
                else f"{plural(each.waiting, 'check')} waiting",
            )
            for each in held[:MOST_HELD]
        ),
        more=max(len(held) - MOST_HELD, 0),
    )
