"""Reading and running the `EXPERIMENTS` of a submission, and showing what they do."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType

from grader.checks import Case, Count, Failed, HyperparameterError, Real, fields_of, finite_numbers
from grader.checks.numbers import by_name, finite_or_none, thinned
from grader.results import Curves, Mark, Series, Track, Trajectories

from .descent import descend, distance
from .landscapes import ONE_MINIMUM, THREE_MINIMA, Landscape, Point

MOST_STEPS = 100_000
# A start beyond these would already be what "diverges" is to become.
FARTHEST_START = 1e5
MOST_RATE = 1e6


@dataclass(frozen=True, kw_only=True)
class Run:
    """One experiment, run by the judge."""

    key: str
    land: Landscape
    start: Point
    rate: float
    steps: int
    points: list[Point]

    @property
    def end(self) -> Point:
        """The last point."""
        return self.points[-1]

    @cached_property
    def exit(self) -> int | None:
        """The number of the first point beyond a million, or that is no point; None without one."""
        outside = (k for k, (x, y) in enumerate(self.points) if not math.hypot(x, y) <= 1e6)
        return next(outside, None)

    @property
    def exploded(self) -> bool:
        """Whether it went beyond a million, or to no number at all."""
        return self.exit is not None

    @cached_property
    def shown(self) -> list[tuple[int, Point]]:
        """The points that are drawn, with their numbers: the first one outside is the last."""
        end = len(self.points) if self.exit is None else self.exit + 1
        return thinned(list(enumerate(self.points[:end])))

    def way_left(self, goal: Point) -> float:
        """Return how far the end is from the goal."""
        return distance(self.end, goal)

    def falls_at_the_end(self) -> bool:
        """Say whether the last step went downhill."""
        if len(self.points) < 2:
            return False
        return self.land.height(*self.points[-1]) < self.land.height(*self.points[-2])


def run(case: Case, land: Landscape, key: str, *, more: int = 0) -> Run:
    """Read one experiment, check its numbers, and run it with the right gradient.

    It goes on for `more` steps after its own.
    """
    value = case.student.constant("EXPERIMENTS")
    return _run(value, land, key, more)


def conclude(case: Case, done: Run, failure: Failed | None) -> None:
    """Show the experiment, beside one of the course's where it passes; raise the failure."""
    reference = None
    if failure is None:
        # A kit has no experiments of the course's, and shows the student's alone.
        known = getattr(case.reference, "EXPERIMENTS", None)
        reference = _run(known, done.land, done.key, 0, _known) if known else None
    case.show(_map(done, reference), _descent(done))
    if failure is not None:
        raise failure


def shown_to_all(reference: ModuleType) -> list[Track]:
    """Return the paths of the course's experiments, which stand beside those of all who pass."""
    known = reference.EXPERIMENTS
    land = ONE_MINIMUM if "converges" in known else THREE_MINIMA
    runs = [_run(known, land, key, 0, _known) for key in known]
    return [Track(name="another one", points=_drawn(one), role="reference") for one in runs]


def _done(key: str, land: Landscape, start: Point, rate: float, steps: int, more: int) -> Run:
    points = descend(land.gradient, start, rate, steps + more)
    return Run(key=key, land=land, start=start, rate=rate, steps=steps, points=points)


# The experiments of the course are the same for everybody.
_known = lru_cache(maxsize=8)(_done)


def _run(
    value: object, land: Landscape, key: str, more: int, done: Callable[..., Run] = _done
) -> Run:
    if value is None:
        raise HyperparameterError("`EXPERIMENTS` is not written yet.")
    if not isinstance(value, Mapping):
        raise HyperparameterError("`EXPERIMENTS` has to be a dict with a dict for each key.")
    if key not in value:
        raise HyperparameterError(f'`EXPERIMENTS` lacks the key "{key}".')
    where, chosen = f'EXPERIMENTS["{key}"]', by_name(value[key])
    numbers = fields_of(
        chosen, where, learning_rate=Real(0.0, MOST_RATE), steps=Count(1, MOST_STEPS)
    )
    if "start" not in chosen:
        raise HyperparameterError(f'`{where}` lacks the key "start".')
    x, y = finite_numbers(chosen["start"], f'{where}["start"]', 2, FARTHEST_START)
    rate, steps = numbers["learning_rate"], numbers["steps"]
    return done(key, land, (x, y), rate, steps, more)


def _map(done: Run, reference: Run | None) -> Trajectories:
    tracks = [Track(name="your path", points=_drawn(done))]
    beside = ""
    if reference is not None:
        tracks.insert(0, Track(name="another one", points=_drawn(reference), role="reference"))
        beside = " Beside it is the path of another experiment that passes."
    return Trajectories(
        title=f"“{done.key}”, as the judge ran it",
        background=done.land.background,
        tracks=tuple(tracks),
        marks=tuple(Mark(name=name, point=at) for name, at in done.land.minima.items()),
        summary=_in_words(done) + beside,
    )


def _descent(done: Run) -> Curves:
    heights = [(k, done.land.height(*at)) for k, at in done.shown]
    values = [finite_or_none(height) for _, height in heights]
    finite = [value for value in values if value is not None] or [math.nan]
    return Curves(
        title=f"f along the way of “{done.key}”",
        x_label="step",
        y_label="f(x, y)",
        series=(Series(name="your path", x=tuple(float(k) for k, _ in heights), y=tuple(values)),),
        summary=f"f goes from {finite[0]:.4g} at the start to {finite[-1]:.4g} at the end of "
        f"{heights[-1][0]:,} steps; between, it lies from {min(finite):.4g} to "
        f"{max(finite):.4g}.",
        log_y=done.land.positive,
    )


def _in_words(done: Run) -> str:
    way = f"From ({done.start[0]:.4g}, {done.start[1]:.4g}) with learning rate {done.rate:.4g}"
    if done.exploded:
        return f"{way}, the path is thrown out beyond a million within {done.exit} steps."
    name, goal = min(done.land.minima.items(), key=lambda item: done.way_left(item[1]))
    x, y = (0.0 if abs(value) < 1e-9 else value for value in done.end)
    return (
        f"{way}, {len(done.points) - 1:,} steps lead to ({x:.4g}, {y:.4g}), "
        f"{done.way_left(goal):.2g} from the {name}."
    )


def _drawn(done: Run) -> tuple[tuple[float | None, float | None], ...]:
    return tuple((finite_or_none(x), finite_or_none(y)) for _, (x, y) in done.shown)
