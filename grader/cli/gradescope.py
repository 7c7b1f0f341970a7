"""``grader gradescope-zip``, and ``grader gradescope-run``, which that zip calls."""

from __future__ import annotations

__all__ = ["make", "run"]

from typing import TYPE_CHECKING

from grader.cli import terminal
from grader.cli.saving import save
from grader.course import find_course, load_course
from grader.errors import GraderError
from grader.gradescope.bundle import make_bundle
from grader.gradescope.needs import extras_for
from grader.gradescope.places import Places, Settings, read_settings
from grader.gradescope.run import grade_here
from grader.salt import load_salt
from grader.wheel import declared_extras

if TYPE_CHECKING:
    import argparse


def make(options: argparse.Namespace) -> int:
    """Write the zip to ``options.out``."""
    root = find_course(options.course)
    course = load_course(root, options.exercise)
    load_salt(root)  # made where there is none yet
    extras = extras_for(course, declared_extras(), options.extra)
    settings = Settings(
        exercises=tuple(exercise.id for exercise in course.exercises),
        hidden=options.hidden,
        isolation=options.isolation or "",
        minutes=options.minutes,
    )
    content = make_bundle(course, settings, extras)
    save(options.out, content, mode=0o600)
    points = sum(exercise.points for exercise in course.exercises if not exercise.bonus)
    print(f"{options.out}: {len(content) / 2**20:.1f} MiB, {len(course.exercises)} exercises.")
    print(
        f"On Gradescope: {points:g} points, a timeout of {options.minutes} minutes, Ubuntu 24.04."
    )
    if extras:
        print(f"It installs besides: {', '.join(extras)}.")
    print("It holds the solutions and the salt: give it to nobody but Gradescope.")
    return 0


def run(options: argparse.Namespace) -> int:
    """Grade the submission in the container at ``options.root``."""
    places = Places(options.root.resolve())
    settings = read_settings(places)
    try:
        result = grade_here(places, settings, lambda line: print(line, flush=True))
    except GraderError as error:
        print(f"grader: {error}")
        return 1
    print(f"{terminal.score_of(result)} points")
    return 1 if result.provisional or result.refused else 0
