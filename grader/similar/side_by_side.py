"""The page that shows two submissions side by side, their common passages coloured."""

from __future__ import annotations

__all__ = ["SimilarPage", "render_similar", "similar_page"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report import render_page
from grader.report.links import href_of
from grader.report.text import clean, compared_when, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.similar.documents import Document
    from grader.similar.of_a_class import ClassLikeness
    from grader.similar.resemblance import AlikePair, Passage

MOST_PAIRS = 60
MOST_LINES = 400  # of one file
AROUND = 3  # lines that are shown before and after a passage
COLOURS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a file: plain text, or a passage with a link to its counterpart."""

    text: str
    css: str = ""
    anchor: str = ""
    twin: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumn:
    """One file with passages, of one of the two submissions."""

    title: str
    stretches: tuple[Stretch, ...]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """A pair of submissions, as the page shows it."""

    anchor: str
    names: tuple[str, str]
    hrefs: tuple[str, str]
    tokens: int
    percent: int
    files: tuple[tuple[str, int, int], ...]
    columns: tuple[tuple[FileColumn, ...], tuple[FileColumn, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPage:
    """The data of the whole page."""

    title: str
    count: int
    of: int
    together: int
    common_at: int
    pairs: tuple[PairView, ...]
    more: int
    unseen: int
    left_out: tuple[tuple[str, str], ...]
    compared: str


def render_similar(
    found: ClassLikeness, slugs: Mapping[str, str] | None = None, compared_at: str = ""
) -> str:
    """Return the page for the instructor.

    Parameters
    ----------
    found : ClassLikeness
        The result of the comparison; its names and code may be hostile.
    slugs : mapping of str to str, optional
        Names of report folders by submission digest; the page links to them from a folder beside
        theirs.
    compared_at : str
        When they were compared, in UTC.
    """
    slugs = slugs or {}
    hrefs = {digest: href_of(slug) for digest, slug in slugs.items()}
    beside = {digest: f"../{href}" for digest, href in hrefs.items() if href}
    return render_page("similar.html.j2", similar_page(found, beside, compared_at))


def similar_page(
    found: ClassLikeness, hrefs: Mapping[str, str], compared_at: str = ""
) -> SimilarPage:
    """Return what the page shows.

    Parameters
    ----------
    found : ClassLikeness
        Names and code in it may be hostile.
    hrefs : mapping of str to str
        By the digests of submissions, where their names lead.
    compared_at : str
        When they were compared, in UTC.
    """
    compared = found.compared
    shown = compared.pairs[:MOST_PAIRS]
    return SimilarPage(
        title=line(found.title),
        count=len(found.documents),
        of=compared.of,
        together=compared.together,
        common_at=compared.common_at,
        pairs=tuple(
            _pair(number, pair, found.documents, hrefs) for number, pair in enumerate(shown, 1)
        ),
        more=len(compared.pairs) - len(shown),
        unseen=compared.unseen,
        left_out=tuple((line(name), clean(why, 300)) for name, why in found.left_out),
        compared=compared_when(compared_at),
    )


def _pair(
    number: int, pair: AlikePair, documents: Sequence[Document], hrefs: Mapping[str, str]
) -> PairView:
    two = [documents[place] for place in pair.documents]
    return PairView(
        anchor=f"pair-{number}",
        names=(_name(two[0]), _name(two[1])),
        hrefs=(hrefs.get(two[0].digest, ""), hrefs.get(two[1].digest, "")),
        tokens=pair.tokens,
        percent=round(100 * pair.share),
        files=tuple((line(n), tokens, round(100 * share)) for n, tokens, share in pair.by_file),
        columns=(
            _columns(0, number, two[0], pair.passages),
            _columns(1, number, two[1], pair.passages),
        ),
    )


def _name(document: Document) -> str:
    return line(document.name) or "without a name"


def _columns(
    side: int, number: int, document: Document, passages: Sequence[Passage]
) -> tuple[FileColumn, ...]:
    """Return the files of one submission that contain passages, with the passages marked."""
    columns = []
    for place, source in enumerate(document.sources):
        own = [
            (one.spans[side], count)
            for count, one in enumerate(passages, 1)
            if one.files[side] == place
        ]
        if own:
            stretches, cut = _stretches(source.text, sorted(own), side, number)
            columns.append(FileColumn(title=line(source.shown, 200), stretches=stretches, cut=cut))
    return tuple(columns)


def _stretches(
    text: str, own: Iterable[tuple[tuple[int, int], int]], side: int, number: int
) -> tuple[tuple[Stretch, ...], bool]:
    """Return a file in parts, without the lines far from any passage."""
    found: list[Stretch] = []
    at, lines = 0, 0
    for (start, end), count in own:
        if lines > MOST_LINES:
            return tuple(found), True
        found.append(Stretch(text=_shortened(text[at:start], before=bool(found), after=True)))
        shown = clean(text[start:end], 20_000)
        lines += shown.count("\n") + 2 * AROUND
        found.append(
            Stretch(
                text=shown,
                css=f"c{count % COLOURS}",
                anchor=f"p{number}-{count}-{'ab'[side]}",
                twin=f"p{number}-{count}-{'ba'[side]}",
                number=count,
            )
        )
        at = end
    found.append(Stretch(text=_shortened(text[at:], before=True, after=False)))
    return tuple(found), False


def _shortened(text: str, *, before: bool, after: bool) -> str:
    """Return the text between two passages, shortened to the lines beside them."""
    lines = text.split("\n")
    first = lines[: AROUND + 1] if before else []
    last = lines[-AROUND - 1 :] if after else []
    left = len(lines) - len(first) - len(last)
    if left < 3:
        return clean(text, 20_000)
    noun = "line" if left == 1 else "lines"
    return clean("\n".join([*first, f"    ⋯ {left} {noun} ⋯", *last]), 20_000)
