"""Format one check's feedback as text, or as HTML without style sheets, scripts or pictures.

The HTML uses only elements that a strict sanitiser keeps: paragraphs, emphasis, code, lists. The
summary sentence of a figure replaces the figure.
"""

from __future__ import annotations

__all__ = ["OUR_ERROR", "feedback_html", "feedback_text"]

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from grader.report.text import clean, line, rich
from grader.results import Outcome
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.results import CheckResult, Evidence, Table

OUR_ERROR = (
    "This check could not be run, by an error of the grader (not your fault). Its points are "
    "neither given nor taken: they are open until it is graded again."
)
SENTENCE = 1_500
PRINTED = 2_000
TABLE_LINES = 12


class _Said(NamedTuple):
    """One paragraph of feedback.

    `text` may contain `code` in backquotes. `code` is shown verbatim after `text`, as a block if
    `block` is true.
    """

    text: str
    code: str = ""
    block: bool = False
    strong: bool = False


def feedback_html(check: CheckResult, limit: int = 16_384) -> str:
    """Return a check's feedback for the student, as HTML.

    Parameters
    ----------
    check : CheckResult
        The result of one check.
    limit : int
        The maximum number of characters; whole paragraphs are dropped at the end to fit.

    Returns
    -------
    str
        Elements ``p, strong, code, pre`` without attributes; everything else is escaped.
    """
    kept: list[str] = []
    room = limit
    for said in _paragraphs(check):
        paragraph = _html(said)
        room -= len(paragraph) + 1
        if room < 0:
            break
        kept.append(paragraph)
    return "\n".join(kept)


def feedback_text(check: CheckResult, limit: int = 4_000) -> str:
    """Return a check's feedback as plain text: one line a paragraph, more for tables and output."""
    lines = []
    for said in _paragraphs(check):
        separator = "\n" if said.block else " "
        lines.append(separator.join(filter(None, (said.text, said.code))))
    return clean("\n".join(lines), limit)


def _html(said: _Said) -> str:
    text: Markup = rich(said.text)
    if said.strong:
        text = Markup("<strong>{}</strong>").format(text)
    if said.block:
        return Markup("<p>{}</p><pre>{}</pre>").format(text, said.code)
    if said.code:
        return Markup("<p>{} <code>{}</code></p>").format(text, said.code)
    return Markup("<p>{}</p>").format(text)


def _paragraphs(check: CheckResult) -> Iterator[_Said]:
    if check.outcome is Outcome.GRADER_ERROR:
        yield _Said(OUR_ERROR)
        return
    if check.message:
        yield _Said(clean(check.message, SENTENCE))
    for diagnosis in {d.sentence: d for d in check.diagnoses}.values():
        where = f" (lecture, {line(diagnosis.lecture)})" if diagnosis.lecture else ""
        yield _Said(clean(diagnosis.sentence, SENTENCE) + where, strong=True)
    if check.got:
        yield _Said("Got:", line(check.got, 400))
    if check.expected:
        yield _Said("Expected:", line(check.expected, 400))
    # A recursive function's repeated line is shown once.
    for frame in dict.fromkeys(check.traceback):
        where = f"{line(frame.file)}, line {frame.line}, in {line(frame.function)}:"
        yield _Said(where, line(frame.code, 200))
    if check.hint:
        yield _Said(clean(check.hint, SENTENCE))
    if check.outcome is not Outcome.PASSED:
        yield from _evidence(check.evidence)
    if printed := clean(check.printed, PRINTED).strip():
        yield _Said("It printed:", printed, block=True)


def _evidence(evidence: Evidence) -> Iterator[_Said]:
    for group in (
        evidence.curves,
        evidence.trajectories,
        evidence.heat_maps,
        evidence.networks,
        evidence.pictures,
        evidence.mosaics,
    ):
        for figure in group:
            yield _Said(f"{line(figure.title)}: {clean(figure.summary)}")
    for table in evidence.tables:
        yield _Said(f"{line(table.title)}:", _aligned(table), block=True)


def _aligned(table: Table) -> str:
    rows = [tuple(line(cell, 40) for cell in row) for row in (table.columns, *table.rows)]
    shown = rows[: TABLE_LINES + 1]
    widths = [max(map(len, column)) for column in zip(*shown, strict=False)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in shown
    ]
    if len(rows) > len(shown):
        lines.append(f"… and {counted(len(rows) - len(shown), 'more line')}")
    return "\n".join(lines)
