"""The evidence of a check besides its verdict: data to draw, never a picture."""

from __future__ import annotations

__all__ = [
    "Curves",
    "Evidence",
    "GreyImage",
    "HeatMap",
    "Link",
    "Mark",
    "Mosaic",
    "Network",
    "Number",
    "Picture",
    "Pictures",
    "Point",
    "Series",
    "Table",
    "Track",
    "Trajectories",
    "joined",
]

from dataclasses import dataclass, fields

Number = float | None
Point = tuple[Number, Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a plot.

    `role` is ``student``, ``reference`` or ``other``; an empty `x` stands for 0, 1, 2, …

    If `lower` and `upper` are given, with one value for each `y`, a band is drawn between them, and
    `band` says what the line and the band mean. None in `upper` stands for infinity.
    """

    name: str
    y: tuple[Number, ...]
    x: tuple[Number, ...] = ()
    role: str = "student"
    lower: tuple[Number, ...] = ()
    upper: tuple[Number, ...] = ()
    band: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Lines over a common axis. `summary` describes the picture in words (its alt text)."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    summary: str
    log_y: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The points of a descent, in order."""

    name: str
    points: tuple[Point, ...]
    role: str = "student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A named point, such as a minimum."""

    name: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectories:
    """Descents in the plane, drawn over the contours in `CourseInfo.backgrounds`."""

    title: str
    background: str
    tracks: tuple[Track, ...]
    summary: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """A matrix drawn as colours around a `centre`, such as 1 for a ratio to the right value.

    `marked` is the position (row, column) of the entry that gets a frame; `marked_name` names it.
    """

    title: str
    values: tuple[tuple[Number, ...], ...]
    summary: str
    centre: float = 1.0
    centre_means: str = "right"
    row_label: str = "row"
    column_label: str = "column"
    marked: tuple[int, int] | None = None
    marked_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line of a `Picture` between two of its neurons.

    `width` is in points, None if it is not a finite number; `color` is ``#rrggbb``, empty if it is
    not known.
    """

    tail: str
    head: str
    width: Number
    color: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One drawing of a network: its neurons layer by layer, its weights, the texts of its boxes."""

    title: str
    layers: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...]
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Pictures of networks side by side, such as a student's and the reference's.

    `moments` says that the pictures show one network at several times, in order: a page then has a
    slider through them, and a table of the lines.
    """

    title: str
    pictures: tuple[Picture, ...]
    summary: str
    moments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A few rows of text in columns, such as the first and the worst mismatch."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyImage:
    """A small grey picture, row by row: each dot is two hexadecimal digits; 00 is no ink."""

    lines: tuple[str, ...]
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """A few small pictures side by side, such as digits that were not recognised."""

    title: str
    pictures: tuple[GreyImage, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mosaic:
    """Many grey pictures of the same size, each with a caption, to be looked through.

    Attributes
    ----------
    dots : str
        A byte for each dot (0 is no ink), row by row and picture by picture, packed by
        `grader.results.dots.pack`: a tenth of the size of `Pictures`.
    left_out : int
        How many more pictures there were.
    """

    title: str
    width: int
    height: int
    dots: str
    captions: tuple[str, ...]
    summary: str
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All evidence of a check besides its verdict: plain data that the report draws."""

    curves: tuple[Curves, ...] = ()
    trajectories: tuple[Trajectories, ...] = ()
    heat_maps: tuple[HeatMap, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Pictures, ...] = ()
    networks: tuple[Network, ...] = ()
    mosaics: tuple[Mosaic, ...] = ()


def joined(one: Evidence, two: Evidence) -> Evidence:
    """Return the evidence of both, in this order."""
    both = {f.name: (*getattr(one, f.name), *getattr(two, f.name)) for f in fields(Evidence)}
    return Evidence(**both)
