"""The checks of one file as a page shows them: one by one, or together where they say the same."""

from __future__ import annotations

__all__ = [
    "Block",
    "Claims",
    "DiagnosisView",
    "Grid",
    "Item",
    "blocks_of",
    "frames_of",
    "grid_of",
    "groups_of",
    "item_of",
]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.report.outcomes import Badge, badge
from grader.report.text import (
    BLOCK,
    PRINTED,
    PRINTED_BY_RIGHT,
    anchor,
    clean,
    line,
    plural,
    points,
    sentence_case,
    unique,
    words,
)
from grader.report.trying import (
    ExampleView,
    SourceView,
    each_source_once,
    example_view,
    source_view,
)
from grader.results import (
    CheckResult,
    Diagnosis,
    Evidence,
    Outcome,
    SourceLine,
    Table,
    Visibility,
    total_points,
)

if TYPE_CHECKING:
    from grader.report.figures import Figure, Sheet

MOST_ROWS = 40
MOST_COLUMNS = 12
MOST_FRAMES = 12
MOST_TABLES = 8
MOST_DIAGNOSES = 6
NOTHING_DRAWN = Evidence()
OUR_ERROR = (
    "Something went wrong on our side while this was checked. It costs nothing:"
    " the points are kept open until the check has been run again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisView:
    """A recognised mistake, in a sentence, and the parts of the value that it explains."""

    sentence: str
    name: str
    parts: tuple[str, ...]
    lecture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One check by its claim."""

    anchor: str
    claim: str
    points: str
    hidden: bool
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block on the page: a check, or several that ended in the same way."""

    title: str
    items: tuple[Item, ...]
    badge: Badge
    points: str
    message: str
    waits_for: Item | None
    expected: str
    got: str
    beside: bool
    diagnoses: tuple[DiagnosisView, ...]
    hint: str
    lecture: str
    traceback: tuple[SourceLine, ...]
    printed: str
    figures: tuple[Figure, ...]
    grids: tuple[Grid, ...]
    passed: bool
    lost: float
    example: ExampleView | None = None
    source: SourceView | None = None

    @property
    def first(self) -> Item:
        """The check that stands for the block."""
        return self.items[0]

    @property
    def together(self) -> bool:
        """True if the block stands for several checks."""
        return len(self.items) > 1

    @property
    def folds(self) -> bool:
        """True if there was nothing to run for the checks: the block is folded."""
        unrun = self.badge.sign in (Outcome.SKIPPED.value, Outcome.UNREADABLE.value)
        return self.together and unrun and not self.waits_for

    @property
    def has_more(self) -> bool:
        """True if a passed check has details to unfold."""
        return bool(
            self.figures or self.grids or self.printed or self.got or self.hint or self.diagnoses
        )


Claims = Mapping[str, Item]


def item_of(check: CheckResult, taken: set[str]) -> Item:
    """Return the check by its claim, under an id that is not among `taken` yet."""
    return Item(
        anchor=unique(anchor("check", check.id), taken),
        claim=clean(check.claim or check.id),
        points=_points(check),
        hidden=check.visibility is Visibility.HIDDEN,
        printed=clean(
            check.printed.strip(),
            PRINTED_BY_RIGHT if check.outcome is Outcome.PASSED else PRINTED,
        ),
    )


def _points(check: CheckResult) -> str:
    if not check.max_points:
        return "no points"
    if check.outcome is Outcome.GRADER_ERROR:
        return f"{plural(check.max_points, 'point')} withheld"
    if check.outcome is Outcome.UNREADABLE:
        return f"no grade yet ({plural(check.max_points, 'point')})"
    return f"{points(check.points)} of {plural(check.max_points, 'point')}"


def grid_of(table: Table) -> Grid:
    """Return a table of texts, cut where it is large."""
    rows = tuple(
        tuple(clean(cell, 200) for cell in row[:MOST_COLUMNS]) for row in table.rows[:MOST_ROWS]
    )
    cut = len(table.rows) > MOST_ROWS
    return Grid(
        title=line(table.title),
        columns=tuple(line(column, 80) for column in table.columns[:MOST_COLUMNS]),
        rows=rows,
        note=f"The first {plural(MOST_ROWS, 'row')} of {len(table.rows):,}." if cut else "",
    )


def _frame(frame: SourceLine) -> SourceLine:
    return SourceLine(
        file=line(frame.file), line=frame.line, function=line(frame.function),
        code=clean(frame.code, 300),
    )  # fmt: skip


def frames_of(frames: Sequence[SourceLine]) -> tuple[SourceLine, ...]:
    """Return the innermost lines: a recursion's traceback is long, and its end says where."""
    return tuple(_frame(frame) for frame in frames[-MOST_FRAMES:])


def _same(check: CheckResult) -> object:
    """Return the key under which checks are merged; a check's own id keeps it separate."""
    if check.outcome is Outcome.PASSED or check.points or check.evidence != NOTHING_DRAWN:
        return check.id
    said = check.message or check.skipped_for or check.outcome is Outcome.GRADER_ERROR
    if not said:
        return check.id
    if check.outcome is Outcome.GRADER_ERROR:
        return check.outcome
    return (
        (check.outcome, check.message, check.limit, check.skipped_for, check.traceback),
        (check.expected, check.got, check.hint, check.diagnoses),
    )


def groups_of(checks: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Group the checks of a file that ended in the same way with the same message."""
    groups: dict[object, list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(_same(check), []).append(check)
    return list(groups.values())


def _message(check: CheckResult, waits_for: Item | None) -> str:
    if check.outcome is Outcome.GRADER_ERROR:
        return OUR_ERROR
    if waits_for is not None:
        return ""  # the link to the other check says so
    return clean(check.message, BLOCK)


def _diagnoses(diagnoses: Sequence[Diagnosis]) -> tuple[DiagnosisView, ...]:
    """Return each recognised mistake once, with all the parts that it explains."""
    parts: dict[tuple[str, str, str], list[str]] = {}
    for one in diagnoses:
        parts.setdefault((one.name, one.sentence, one.lecture), []).append(line(one.part, 80))
    return tuple(
        DiagnosisView(
            sentence=clean(sentence, 1_000),
            name=sentence_case(words(name)),
            parts=tuple(part for part in dict.fromkeys(explained) if part),
            lecture=line(lecture, 200),
        )
        for (name, sentence, lecture), explained in parts.items()
    )


def _title(checks: Sequence[CheckResult], claims: Claims) -> str:
    if len(checks) == 1:
        return claims[checks[0].id].claim
    if checks[0].outcome in (Outcome.SKIPPED, Outcome.UNREADABLE):
        return f"{len(checks)} checks that were not run"
    return f"{len(checks)} checks that ended in the same way"


def _block(checks: Sequence[CheckResult], claims: Claims, sheet: Sheet) -> Block:
    check = checks[0]
    ours = check.outcome is Outcome.GRADER_ERROR
    expected, got = clean(check.expected, BLOCK), clean(check.got, BLOCK)
    most = total_points(check.max_points for check in checks)
    earned = total_points(check.points for check in checks)
    total = f"{points(earned)} of {plural(most, 'point')}"
    if ours:
        total = f"{plural(most, 'point')} withheld"
    if check.outcome is Outcome.UNREADABLE:
        total = f"no grade yet ({plural(most, 'point')})"
    return Block(
        title=_title(checks, claims),
        items=tuple(claims[c.id] for c in checks),
        badge=badge(check),
        points=total if len(checks) > 1 else claims[check.id].points,
        message=_message(check, claims.get(check.skipped_for)),
        waits_for=claims.get(check.skipped_for),
        expected="" if ours else expected,
        got="" if ours else got,
        beside=max(map(len, [*expected.split("\n"), *got.split("\n")])) <= 48,
        diagnoses=_diagnoses(check.diagnoses[:MOST_DIAGNOSES]),
        hint=clean(check.hint, 1_000),
        lecture=line(check.lecture, 200),
        traceback=() if ours else frames_of(check.traceback),
        printed=claims[check.id].printed,
        figures=sheet.draw(check.evidence),
        grids=tuple(grid_of(table) for table in check.evidence.tables[:MOST_TABLES]),
        passed=check.outcome is Outcome.PASSED,
        lost=0.0 if ours else most - earned,
        example=example_view(check),
        source=source_view(check),
    )  # fmt: skip


def blocks_of(checks: Sequence[CheckResult], claims: Claims, sheet: Sheet) -> tuple[Block, ...]:
    """Return the blocks of a file's checks, each where its first check stands.

    Parameters
    ----------
    checks : sequence of CheckResult
        The checks of one file, in the course's order.
    claims : mapping
        The claims of all the checks on the page, by id.
    sheet : Sheet
        Draws the evidence.
    """
    blocks = [_block(group, claims, sheet) for group in groups_of(checks)]
    sources = each_source_once(block.source for block in blocks)
    pairs = zip(blocks, sources, strict=True)
    return tuple(
        block if block.source is source else replace(block, source=source)
        for block, source in pairs
    )
