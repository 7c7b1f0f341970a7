"""Print results for people at a terminal and for programs in a pipe, in the same words."""

from __future__ import annotations

__all__ = [
    "can_redraw",
    "console",
    "counted_names",
    "explanation",
    "one_line",
    "print_exercise",
    "print_notes",
    "print_roster",
    "print_translated",
    "print_unread",
    "score_of",
    "told_apart",
    "translated",
]

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from grader.languages import N_, gettext, say
from grader.report.text import clean, exact_points, line, plural, points, say_value
from grader.results import CheckResult, Outcome, State, reckon, total_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.results import (
        ClassResult,
        ExerciseInfo,
        ExerciseResult,
        SmallExample,
        SubmissionResult,
    )

SIGNS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.CRASHED: ("✗", "red"),
    Outcome.OVER_LIMIT: ("✗", "red"),
    Outcome.SKIPPED: ("–", "dim"),
    Outcome.UNREADABLE: ("?", "yellow"),
    Outcome.GRADER_ERROR: ("!", "magenta"),
}
PRINTED_LINES = 6
LISTED = 30
NOTEBOOK = "JPY_PARENT_PID"  # what Jupyter gives each kernel, and nobody else


class SpeakingConsole(Console):
    """A console that translates plain strings; it prints a `Text` unchanged."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; strings are translated first."""
        super().print(*(say(one) if type(one) is str else one for one in objects), **options)

    def on_broken_pipe(self) -> None:
        """Go on unheard: who has read enough, as `head` has, must not end a class's grading."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def translated(text: str, style: str = "") -> Text:
    """Return one of our sentences as `Text`, in the current language."""
    return Text(say(text), style=style)


def print_translated(text: str, *, to_errors: bool = False) -> None:
    """Print one of our sentences, in the current language."""
    print(say(text), file=sys.stderr if to_errors else sys.stdout, flush=True)


def console(*, to_errors: bool = False) -> Console:
    """Return a console without automatic markup, which never breaks lines in a pipe."""
    made = SpeakingConsole(stderr=to_errors, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.soft_wrap = True
    return made


def can_redraw(out: Console) -> bool:
    """Return whether output can be redrawn: neither in a pipe nor in a notebook.

    A cell of a notebook shows colours, and so passes for a terminal; every turn of a spinner would
    stay in it as a line.
    """
    return out.is_terminal and NOTEBOOK not in os.environ


def score_of(result: SubmissionResult) -> str:
    """Return a score as text; a provisional one with its range."""
    if result.state is State.UNREADABLE:
        return "no grade"
    found = reckon(result)
    if found.excused:
        return "excused"
    most = f"of {exact_points(found.most)}"
    if not found.most:
        bonus = total_points(exercise.max_score for exercise in result.exercises)
        most = f"of {points(bonus)} bonus" if bonus else ""
    text = f"{exact_points(found.total)} {most}".rstrip()
    if result.state is State.PROVISIONAL:
        text = f"{exact_points(found.total)}–{exact_points(found.at_most)} {most}".rstrip()
        text += ", provisional"
    if found.is_changed:
        text += f" (graded {exact_points(found.raw)})"
    return text


def print_unread(out: Console, results: Iterable[SubmissionResult]) -> None:
    """Print who has no grade although something was handed in, or only a partial one."""
    found = [one for one in results if one.state is State.UNREADABLE]
    if found:
        count = "1 submission has" if len(found) == 1 else f"{len(found)} submissions have"
        out.print(
            translated(f"\n{count} no grade: what came cannot be graded as it is", "bold yellow")
        )
    for result in found:
        text = f"  {one_line(result.student, 40)}: {say(one_line(result.refused, 300))}"
        out.print(Text(text, style="yellow"))
    for result in results:
        for exercise in result.exercises if result not in found else ():
            said = {c.message for c in exercise.checks if c.outcome is Outcome.UNREADABLE}
            for message in said:
                part = say(N_("a part"))
                text = f"  {one_line(result.student, 40)}, {part}: {say(one_line(message, 300))}"
                out.print(Text(text, style="yellow"))


def one_line(text: str, length: int = 100) -> str:
    """Return a text of a submission as one harmless line."""
    return line(text, length)


def print_notes(out: Console, notes: Iterable[str]) -> None:
    """Print the notes of the intake and of the runner."""
    for note in notes:
        out.print(translated(f"note: {line(note, 400)}", style="yellow"))


def print_roster(out: Console, result: ClassResult) -> None:
    """Print late and missing people, and submissions that belong to nobody on the roster."""
    late = told_apart([s for s in result.submissions if s.delivery.late], 40)
    called = Counter(person.name for person in result.missing)
    missing = [
        one_line(
            f"{person.name} ({person.id})" if called[person.name] > 1 else person.name or person.id,
            40,
        )
        for person in result.missing
    ]
    strangers = [one_line(name, 40) for name in result.strangers]
    for names, what in (
        (late, "marked as late"),
        (missing, "on the roster, nothing handed in"),
        (strangers, "not on the roster"),
    ):
        if names:
            out.print(Text(f"\n{counted_names(names, say(what))}", style="yellow"))
    on_it = {person.name for person in result.missing}
    if on_it & {name.rpartition(" (")[0] or name for name in result.strangers}:
        out.print(
            translated(
                "Who is in both lists has another id on the roster than in what was handed in, or "
                "shares the name: mend the ids of the roster, and grade again.",
                style="yellow",
            )
        )


def told_apart(results: Sequence[SubmissionResult], length: int) -> list[str]:
    """Return the students' names in one line each; those that look the same get an id.

    Parameters
    ----------
    results : sequence of SubmissionResult
        The submissions that are listed together.
    length : int
        The most characters of a name.
    """
    names = [one_line(result.student, length) for result in results]
    count = Counter(names)
    return [
        f"{name} ({one_line(_id_of(result), 200)})" if count[name] > 1 else name
        for name, result in zip(names, results, strict=True)
    ]


def _id_of(result: SubmissionResult) -> str:
    """Return the id of a submission's people, or else the folder of its report."""
    ids = [person.id for person in result.delivery.people if person.id]
    return ", ".join(ids) or result.slug


def counted_names(names: Sequence[str], what: str) -> str:
    """Return a count with as many names as there is room for."""
    more = say(f" and {len(names) - LISTED} more") if len(names) > LISTED else ""
    return f"{len(names)} {what}: {', '.join(one_line(n, 60) for n in names[:LISTED])}{more}"


def print_exercise(out: Console, result: ExerciseResult, info: ExerciseInfo) -> None:
    """Print an exercise: its score, its claims, and explanations of failed ones."""
    heading = Text(f"\n{info.number}  {say(info.title)}", style="bold")
    if result.max_score:
        score = say(f"{points(result.score)} of {points(result.max_score)}")
        heading.append(f"   {score}", style="bold cyan")
    out.print(heading)
    print_notes(out, result.notes)
    reasons = {check.message for check in result.checks if not check.skipped_for}
    unrun = (Outcome.SKIPPED, Outcome.UNREADABLE)
    if len(reasons) == 1 and all(c.outcome in unrun for c in result.checks):
        out.print(translated(f"   {clean(reasons.pop())}", style="dim"))
        return
    said: set[str] = set()
    file = ""
    for check in result.checks:
        if check.file != file:
            file = check.file
            out.print(Text(f"   {file}", style="dim"))
        _print_check(out, check, said)


def _print_check(out: Console, check: CheckResult, said: set[str]) -> None:
    sign, style = SIGNS[check.outcome]
    row = Text(f"   {sign} ", style=style)
    row.append(say(clean(check.claim)), style="dim" if check.outcome is Outcome.SKIPPED else "")
    if check.max_points:
        row.append(f"  {say(points(check.points))}/{say(points(check.max_points))}", style="dim")
    out.print(row)
    if check.outcome is Outcome.PASSED:
        return
    lines = explanation(check)
    text = "\n".join(str(part) for part in lines)
    if text in said:
        lines = [translated("as above", style="dim")]
    said.add(text)
    for part in lines:
        if out.is_terminal:
            out.print(Padding(part, (0, 0, 0, 5)))
        else:
            out.print(Text("     ").append_text(part))


def _small(small: SmallExample) -> list[Text]:
    """Return a small failing input: the call and its outcome."""
    lines = [translated("The same on a small input:")]
    pairs = zip(small.names, small.arguments, strict=False)
    lines += [Text(f"  {name} = {line(value, 300)}") for name, value in pairs]
    whole = f"{small.function}({', '.join(small.names)})"
    name = small.part or whole
    if small.part:
        lines.append(Text(f"  {whole}"))
    lines.append(
        translated(f"  {name} gives {line(small.got)}, and {line(small.expected)} is right")
    )
    lines += [translated(f"  {line(text, 300)}", "dim") for text in small.by_hand]
    if small.id:
        again = f"{say(N_('again'))}{gettext(':')}"
        lines.append(Text(f"  {again} grader check . --reproduce {small.id}", "dim"))
    return lines


def explanation(check: CheckResult) -> list[Text]:
    """Return the explanation of a check that did not pass, line by line."""
    lines = [translated(clean(check.message))] if check.message else []
    lines += [
        translated(
            f"{clean(d.sentence)}{f' (lecture, {line(d.lecture)})' if d.lecture else ''}", "bold"
        )
        for d in {d.sentence: d for d in check.diagnoses}.values()
    ]
    expected = say(N_("expected"))
    if check.expected:
        lines.append(Text(f"{expected} {say_value(line(check.expected, 300))}"))
    if check.got:
        came = f"{say(N_('came')):<{len(expected)}}"
        lines.append(Text(f"{came} {say_value(line(check.got, 300))}"))
    lines += [
        translated(f"{f.file}, line {f.line}, in {line(f.function)}: {line(f.code, 160)}", "cyan")
        for f in check.traceback
    ]
    if check.small:
        lines += _small(check.small)
    if check.hint:
        hint = f"{say(N_('hint'))}{gettext(':')}"
        lines.append(Text(f"{hint} {say(clean(check.hint))}", "italic"))
    printed = clean(check.printed, 2_000).strip().splitlines()
    if printed:
        lines.append(translated("it printed:", "dim"))
        lines += [Text(f"  {text}", "dim") for text in printed[:PRINTED_LINES]]
        if len(printed) > PRINTED_LINES:
            lines.append(
                translated(f"  … and {plural(len(printed) - PRINTED_LINES, 'more line')}", "dim")
            )
    return lines
