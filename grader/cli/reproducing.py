"""``grader check --reproduce``: call a function with a small input, and print every detail."""

from __future__ import annotations

__all__ = ["reproduce_and_print"]

from typing import TYPE_CHECKING

from rich.text import Text

from grader.cli import terminal
from grader.judge.shrinking import reproduce
from grader.report.text import clean, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from grader.intake.sealed import Sealed
    from grader.judge import Judge
    from grader.judge.shrinking import Reproduced
    from grader.results import SmallExample


def reproduce_and_print(out: Console, judge: Judge, sealed: Sealed, name: str) -> bool:
    """Make the call of an example and print it; return whether the result is right.

    Raises
    ------
    UsageError
        If there is no such example.
    """
    done = reproduce(judge, judge.course, judge.prepare(sealed), name)
    for text in _lines(done):
        out.print(text)
    return done.wrong is None and done.error is None


def _lines(done: Reproduced) -> Iterator[Text]:
    yield Text(done.file, style="dim")
    for name, value in zip(done.names, done.arguments, strict=True):
        yield terminal.translated(f"   {name} = {value}")
    yield terminal.translated(f"   {done.function}({', '.join(done.names)})", style="bold")
    printed = clean(done.printed, 2_000).strip()
    if printed:
        yield terminal.translated("it printed:", "dim")
        yield from (terminal.translated(f"   {text}", "dim") for text in printed.splitlines())
    if done.error is not None:
        yield terminal.translated(f"✗ {clean(done.error.message)}", style="red")
        for frame in done.error.frames:
            where = f"{frame.file}, line {frame.line}, in {line(frame.function)}"
            yield terminal.translated(f"   {where}: {line(frame.code, 160)}", "cyan")
        yield terminal.translated(f"expected  {done.expected}")
    elif done.wrong is None:
        yield terminal.translated("✓ Your result is right.", style="green")
        yield terminal.translated(f"got       {done.expected}")
    else:
        yield from _difference(done.wrong)


def _difference(wrong: SmallExample) -> Iterator[Text]:
    name = f"`{wrong.part}`" if wrong.part else "Your result"
    yield terminal.translated(f"✗ {name} is not right.", style="red")
    yield terminal.translated(f"got       {line(wrong.got, 300)}")
    yield terminal.translated(f"expected  {line(wrong.expected, 300)}")
    if wrong.by_hand:
        yield terminal.translated(f"{wrong.entry or 'It'}, worked out by hand:")
        yield from (terminal.translated(f"   {text}") for text in wrong.by_hand)
