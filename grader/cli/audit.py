"""``grader audit``: what a course author runs after writing a check."""

from __future__ import annotations

__all__ = ["run"]

import json
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from grader.audit import ExerciseAudit, audit_exercise
from grader.cli import terminal
from grader.course import find_course, load_course
from grader.errors import UsageError
from grader.sandbox.doctor import best_level, launcher_of

if TYPE_CHECKING:
    import argparse

    from rich.console import Console

QUICK_SEEDS = 5
SHOWN = 12


def run(options: argparse.Namespace) -> int:
    """Audit the exercises and print what is to be mended; exit 1 where something is."""
    course = load_course(find_course(options.course)).only(options.exercise)
    seeds = QUICK_SEEDS if options.quick else options.seeds
    out = terminal.console()
    audits = []
    launcher = launcher_of(best_level())
    with terminal.console(to_errors=True).status("auditing") as status:
        for exercise in course.exercises:
            done = f"{exercise.number}  {exercise.title}"
            audits.append(
                audit_exercise(
                    course,
                    exercise,
                    launcher,
                    seeds=seeds,
                    progress=lambda what, done=done: status.update(f"{done}: {what}"),  # type: ignore[misc]
                )
            )
    launcher.close()
    _print_table(out, audits)
    for audit in audits:
        _print_faults(out, audit)
    if options.json:
        try:
            text = json.dumps({a.exercise: a.summary() for a in audits}, indent=2)
            options.json.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{options.json} cannot be written: {error.strerror}.") from error
    return 0 if all(audit.clean for audit in audits) else 1


def _print_table(out: Console, audits: list[ExerciseAudit]) -> None:
    table = Table(title="The checks, checked", title_style="bold")
    table.add_column("exercise")
    for name in ("runs", "false fails", "stub", "mutants", "caught", "equivalent", "score"):
        table.add_column(name, justify="right")
    table.add_column("mistakes named", justify="right")
    for audit in audits:
        table.add_row(
            audit.exercise,
            f"{audit.runs:,}",
            str(len(audit.false_fails)),
            f"{audit.stub_points:g}",
            str(len(audit.mutants)),
            str(audit.fate("caught")),
            str(audit.fate("equivalent")),
            f"{audit.mutation_score:.1%}",
            f"{audit.diagnosed} of {len(audit.mistakes)}",
        )
    out.print(table)


def _print_faults(out: Console, audit: ExerciseAudit) -> None:
    """Say what to mend: right answers that fail, mistakes without a name, mutants that live."""
    faults = [
        f"{f.check} fails a right answer ({f.variant}, seed {f.seed}): {f.message}"
        for f in audit.false_fails
    ]
    faults += [f"{check}: an error of ours on the stub" for check in audit.stub_errors]
    if audit.stub_points:
        faults.append(f"the untouched stub earns {audit.stub_points:g} points")
    faults += [
        f"{m.file}: the mistake {m.name} is not named{f': {m.problem}' if m.problem else ''}"
        for m in audit.mistakes
        if not m.diagnosed
    ]
    faults += [
        f"{m.file}, line {m.line}: no check sees `{m.before}` become `{m.after}`"
        for m in audit.mutants
        if m.fate == "survived"
    ]
    for fault in faults[:SHOWN]:
        out.print(Text(f"{audit.exercise}: {fault}", style="yellow"))
    if len(faults) > SHOWN:
        out.print(Text(f"{audit.exercise}: and {len(faults) - SHOWN} more", style="yellow"))
