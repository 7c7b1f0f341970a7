"""A notebook that was handed in, with feedback below each cell that was judged.

It is made anew from the text of the cells: nothing that a notebook could run by itself comes back,
and no outputs do. A student's text in feedback is written so that neither Markdown nor HTML means
anything in it.
"""

from __future__ import annotations

__all__ = ["HandedInCell", "annotated", "annotated_in"]

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.languages import N_, say
from grader.report.outcomes import badge
from grader.report.text import line, points, say_value
from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from grader.results import CheckResult

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
OURS = {"grader": {"feedback": True}}
# Characters with a meaning in Markdown, HTML or MathJax.
_SPECIAL = re.compile(r"[^\w\s,.:;?=%/…“”×·—-]|_")
_CODE = re.compile(r"`([^`\n]*)`")
LONGEST = 4000
HEAD = 400  # bytes of a notebook that are read to find its first cell
MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.CRASHED: "✗", Outcome.OVER_LIMIT: "✗"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedInCell:
    """A cell as it was handed in, with the checks of what it defines.

    Attributes
    ----------
    kind : str
        ``code``, ``markdown`` or ``raw``.
    text : str
        The author's text.
    metadata : mapping
        What makes the cell known when the notebook is handed in again.
    checks : tuple of CheckResult
        As the student is shown them.
    """

    kind: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[CheckResult, ...] = ()


def annotated_in(folder: Path) -> list[Path]:
    """Return the notebooks in a folder that this program has made; a person's own are not."""
    return [path for path in sorted(folder.glob("*.ipynb")) if _is_ours(path)]


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b'"id": "feedback"' in file.read(HEAD)
    except OSError:
        return False


def annotated(cells: Sequence[HandedInCell], summary: Sequence[str]) -> str:
    """Return a notebook in nbformat's form, valid, with a cell of feedback below each judged one.

    Parameters
    ----------
    cells : sequence of HandedInCell
        All cells, in their order.
    summary : sequence of str
        What stands above them, a paragraph each.
    """
    import nbformat  # noqa: PLC0415  (slow, and only for who hands in notebooks)

    made: list[NotebookNode] = [_feedback(nbformat, "feedback", map(_prose, summary))]
    make: dict[str, Any] = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
    }
    for number, cell in enumerate(cells, 1):
        new = make.get(cell.kind, nbformat.v4.new_raw_cell)
        made.append(new(_valid(cell.text), id=f"cell-{number}", metadata=dict(cell.metadata)))
        if cell.checks:
            made.append(_feedback(nbformat, f"feedback-{number}", _said(cell.checks)))
    notebook = nbformat.v4.new_notebook(cells=made, metadata=METADATA)
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


def _feedback(nbformat: Any, name: str, paragraphs: Iterable[str]) -> NotebookNode:
    made: NotebookNode = nbformat.v4.new_markdown_cell(
        "\n\n".join(paragraphs), id=name, metadata=OURS
    )
    return made


def _said(checks: Sequence[CheckResult]) -> Iterator[str]:
    """Yield the passed checks in one paragraph, then each failed one with its reason."""
    right = [check for check in checks if check.outcome is Outcome.PASSED]
    if right:
        yield "<br>".join(map(_head, right))
    for check in checks:
        if check.outcome is Outcome.PASSED:
            continue
        yield _head(check)
        told = [check.message, *(one.sentence for one in check.diagnoses), check.hint]
        if text := " ".join(_prose(one) for one in told if one):
            yield f"> {text}"
        pairs = [(say(N_("got")), check.got), (say(N_("expected")), check.expected)]
        if shown := [f"{name}: {_as_code(say_value(text))}" for name, text in pairs if text]:
            yield f"> {'<br>'.join(shown)}"


def _head(check: CheckResult) -> str:
    mark, word = MARKS.get(check.outcome, "–"), say(badge(check).word)
    worth = say(f"{points(check.points)} of {points(check.max_points)}")
    return f"**{mark} {_escaped(word)} ({worth})** {_prose(check.claim)}"


def _prose(text: str) -> str:
    """Return one of our sentences as Markdown: backquotes mark code, all else is plain text."""
    pieces = _CODE.split(line(say(text), LONGEST))
    return "".join(
        _as_code(piece) if number % 2 else _escaped(piece) for number, piece in enumerate(pieces)
    )


def _as_code(text: str) -> str:
    return f"<code>{_escaped(line(text, LONGEST))}</code>"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


def _valid(text: str) -> str:
    """Return text that can be written in UTF-8."""
    return text.encode("utf-8", "replace").decode()
