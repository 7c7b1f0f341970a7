"""The data about the course that pages need."""

from __future__ import annotations

__all__ = [
    "CheckInfo",
    "Contours",
    "CourseInfo",
    "ExerciseInfo",
    "Level",
    "Visibility",
]

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Where a check runs: also on the student's machine, or only on the instructor's."""

    PUBLIC = "public"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One contour line: its value and its open or closed polylines."""

    value: float
    lines: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contours:
    """Contour lines of a function of two variables, the same in all reports."""

    name: str
    title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInfo:
    """A check as the course declares it."""

    id: str
    claim: str
    max_points: float
    visibility: Visibility = Visibility.PUBLIC
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseInfo:
    """An exercise as the course declares it."""

    id: str
    number: str
    title: str
    files: tuple[str, ...]
    max_points: float
    checks: tuple[CheckInfo, ...]
    bonus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseInfo:
    """The data about the course that pages need."""

    title: str
    digest: str
    exercises: tuple[ExerciseInfo, ...]
    backgrounds: tuple[Contours, ...] = ()
