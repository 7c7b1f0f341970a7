"""``grader audit``: what a course author runs after writing a check."""

from __future__ import annotations

__all__ = ["EXAMPLE", "EXIT_CODES", "add_arguments", "run"]

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from grader.authoring.audit import ExerciseAudit, Extent, audit_exercise, audit_odd_values
from grader.cli import terminal
from grader.cli.options import add_course, positive, whole
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

    from grader.course import Course

EXAMPLE = """\
example:
  grader audit --exercise 2 --seeds 1000     after writing a check: what is there to mend?
  grader audit --quick --json audit.json
  grader audit --odd-values 20                does a check stumble over what a student may return?
"""
EXIT_CODES = "0 done, 1 something is to be mended, 2 wrong usage or course"

QUICK_SEEDS, QUICK_MUTANTS, QUICK_MISTAKES = 2, 20, 10
SHOWN = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--seeds",
        type=positive,
        default=100,
        metavar="N",
        help="how many inputs right answers are tried on (%(default)s)",
    )
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="how many processes (one for each core)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few seeds, and samples of mistakes and mutants"
    )
    parser.add_argument(
        "--odd-values",
        type=whole,
        nargs="?",
        const=0,
        metavar="N",
        help="instead, let every function and constant give odd values (N of each; all of them "
        "where not said), and count the checks that fail by a fault of the grader or of a check",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    add_course(parser)


def run(options: argparse.Namespace) -> int:
    """Audit the exercises and print what has to be corrected; exit 1 if anything has."""
    _require_mutants()
    course = load_course(find_course(options.course)).only(options.exercise)
    extent = Extent(
        seeds=QUICK_SEEDS if options.quick else options.seeds,
        mutants=QUICK_MUTANTS if options.quick else None,
        mistakes=QUICK_MISTAKES if options.quick else None,
        level=best_level(),
        workers=options.workers or os.cpu_count() or 1,
        light=options.quick,
        odd=options.odd_values or None,
    )
    if options.odd_values is not None:
        return _odd_values(options, course, extent)
    out = terminal.console()
    audits = []
    left_out = [e for e in course.exercises if e.run_config({}).obstacle()]
    with terminal.console(to_errors=True).status("auditing") as status:
        for exercise in course.exercises:
            if exercise in left_out:
                continue
            title = f"{exercise.number}  {exercise.title}"

            def progress(done: int, of: int, title: str = title) -> None:
                status.update(f"{title}: {done} of {of}")

            audits.append(audit_exercise(course, exercise, extent, progress))
    _print_table(out, audits)
    for audit in audits:
        _print_faults(out, audit)
    for exercise in left_out:
        out.print(
            f"{exercise.id}: not audited, its profile {exercise.profile.name} is not installed"
        )
    for audit in audits:
        for note in audit.notes:
            out.print(f"{audit.exercise}: {note}")
    if options.json:
        _write(options.json, {a.exercise: a.summary() for a in audits})
    return 0 if all(audit.clean for audit in audits) else 1


def _require_mutants() -> None:
    if find_spec("cosmic_ray") is None:
        raise UsageError(
            "`grader audit` makes mutants by the package cosmic-ray, which is not installed: "
            "pip install 'neural-network-grader[audit]'."
        )


def _odd_values(options: argparse.Namespace, course: Course, extent: Extent) -> int:
    """Test odd values; exit 1 if a check ended in a grader error."""
    out = terminal.console()
    numbers: dict[str, dict[str, int]] = {}
    for exercise in course.exercises:
        if obstacle := exercise.run_config({}).obstacle():
            out.print(f"{exercise.id}: not tried. {obstacle}")
            continue
        audits = audit_odd_values(course, exercise, extent)
        errors = [error for audit in audits for error in audit.errors]
        count = sum(audit.values for audit in audits)
        numbers[exercise.id] = {"fuzzed_values": count, "grader_errors": len(errors)}
        out.print(f"{exercise.id}: {count:,} odd values, {_errors(len(errors))}")
        for error in errors[:SHOWN]:
            said = f"  {error.check}, where `{error.name}` gives {error.value}: {error.message}"
            out.print(terminal.translated(terminal.one_line(said, 400), style="yellow"))
    total = {
        key: sum(one[key] for one in numbers.values()) for key in ("fuzzed_values", "grader_errors")
    }
    out.print(f"{total['fuzzed_values']:,} odd values, {_errors(total['grader_errors'])}")
    if options.json:
        _write(options.json, {**numbers, "total": total})
    return 1 if total["grader_errors"] else 0


def _errors(count: int) -> str:
    return f"{count:,} grader error{'' if count == 1 else 's'}"


def _write(path: Path, numbers: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def _print_table(out: Console, audits: list[ExerciseAudit]) -> None:
    table = Table(title="The checks, checked", title_style="bold")
    table.add_column("exercise", no_wrap=True)
    for name in ("runs", "fails", "free", "mutants", "caught", "equal", "score"):
        table.add_column(name, justify="right")
    table.add_column("named", justify="right", no_wrap=True)
    for audit in audits:
        table.add_row(
            audit.exercise,
            f"{audit.runs:,}",
            str(len(audit.false_fails)),
            f"{audit.most_for_nothing:g}",
            str(len(audit.mutants)),
            str(audit.fate("caught")),
            str(audit.fate("equivalent")),
            f"{audit.mutation_score:.1%}",
            f"{audit.diagnosed}/{len(audit.mistakes)}",
        )
    out.print(table)
    out.print(
        "fails: of right answers; free: the most points without an idea; equal: mutants as right "
        "as the reference; named: known mistakes"
    )


def _print_faults(out: Console, audit: ExerciseAudit) -> None:
    """Print what to correct: right answers that fail, unnamed mistakes, surviving mutants."""
    faults = audit.faults()
    for fault in faults[:SHOWN]:
        out.print(terminal.translated(f"{audit.exercise}: {fault}", style="yellow"))
    if len(faults) > SHOWN:
        out.print(
            terminal.translated(f"{audit.exercise}: and {len(faults) - SHOWN} more", style="yellow")
        )
