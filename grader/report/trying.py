"""Help to try again: the failing call as code to paste, and the function's source."""

from __future__ import annotations

__all__ = ["ExampleView", "SourceView", "each_source_once", "example_view", "source_view"]

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.report.text import clean, line, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.results import CheckResult

MOST_LINES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleView:
    """A small input as code to paste, its result, and the right one.

    Attributes
    ----------
    code : str
    name : str
        Which value it is, if the function returns several.
    got, expected : str
    entry : str
        Which entry is worked out by hand.
    by_hand : tuple of str
    command : str
        What runs this call again; empty if there is none.
    """

    code: str
    name: str
    got: str
    expected: str
    entry: str
    by_hand: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """The lines of a function: number, text, and whether the function failed there."""

    file: str
    function: str
    lines: tuple[tuple[int, str, bool], ...]
    more: str


def example_view(check: CheckResult) -> ExampleView | None:
    """Return the small input of a check, if it has one."""
    small = check.small
    if small is None:
        return None
    pairs = zip(small.names, small.arguments, strict=False)
    code = ["import numpy as np"]
    if check.source is None or "ipynb" not in check.source.file:  # a notebook has it already
        code.append(f"from {PurePosixPath(check.file).stem} import {small.function}")
    code.append("")
    code += [f"{name} = {value}" for name, value in pairs]
    code.append(f"print({small.function}({', '.join(small.names)}))")
    return ExampleView(
        code=clean("\n".join(code), 2_000),
        name=line(small.part, 80),
        got=clean(small.got, 300),
        expected=clean(small.expected, 300),
        entry=line(small.entry, 80),
        by_hand=tuple(clean(text, 300) for text in small.by_hand),
        command=f"grader check . --reproduce {line(small.id, 200)}" if small.id else "",
    )


def source_view(check: CheckResult) -> SourceView | None:
    """Return the function that failed, as it was handed in, if it is known."""
    source = check.source
    if source is None or not source.code:
        return None
    failed = {frame.line for frame in check.traceback if frame.file == source.file}
    lines = zip(source.numbers, source.code, strict=False)
    more = f"… and {plural(source.more, 'more line')}" if source.more else ""
    return SourceView(
        file=line(source.file, 160),
        function=line(source.function, 80),
        lines=tuple((k, clean(text, 200), k in failed) for k, text in lines)[:MOST_LINES],
        more=more,
    )


def each_source_once(found: Iterable[SourceView | None]) -> list[SourceView | None]:
    """Return the sources; repeated ones without their lines."""
    seen: set[tuple[str, str]] = set()
    shown: list[SourceView | None] = []
    for one in found:
        key = (one.file, one.function) if one else ("", "")
        shown.append(replace(one, lines=(), more="") if one and key in seen else one)
        seen.add(key)
    return shown
