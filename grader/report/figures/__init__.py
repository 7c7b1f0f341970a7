"""Draw figures as inline SVG: one module for each kind of evidence; CSS sets the colours."""

from __future__ import annotations

__all__ = ["Figure", "Share", "Sheet", "draw_histogram", "draw_shares", "draw_spread"]


from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.report.figures.bars import Share, draw_histogram, draw_shares, draw_spread
from grader.report.figures.contours import contour_lines
from grader.report.figures.curves import draw_curves
from grader.report.figures.heat_map import draw_heat_map
from grader.report.figures.network import draw_network
from grader.report.figures.pictures import draw_mosaic, draw_pictures
from grader.report.figures.svg import Figure
from grader.report.figures.trajectories import draw_trajectories, view_of
from grader.report.text import anchor
from grader.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.results import Contours, Trajectories

MOST_FIGURES = 12
NOTHING = Evidence()


class Sheet:
    """The figures of one page: draws every landscape once.

    Parameters
    ----------
    backgrounds : iterable of Contours
        The landscapes of the course.
    """

    def __init__(self, backgrounds: Iterable[Contours] = ()) -> None:
        self._backgrounds = {contours.name: contours for contours in backgrounds}
        self._landscapes: dict[str, Markup] = {}

    @property
    def landscapes(self) -> tuple[Markup, ...]:
        """The landscapes that the figures drawn so far refer to."""
        return tuple(self._landscapes.values())

    def draw(self, evidence: Evidence, *, mosaics: bool = True) -> tuple[Figure, ...]:
        """Return the figures of a check, in the order in which the evidence names its kinds.

        Parameters
        ----------
        evidence : Evidence
        mosaics : bool
            Whether mosaics are drawn here, and not by the page as images.
        """
        if evidence == NOTHING:
            return ()  # as of most checks
        figures = [draw_curves(one) for one in evidence.curves[:MOST_FIGURES]]
        figures += [self._over_landscape(one) for one in evidence.trajectories[:MOST_FIGURES]]
        figures += [draw_heat_map(one) for one in evidence.heat_maps[:MOST_FIGURES]]
        figures += [draw_pictures(one) for one in evidence.pictures[:MOST_FIGURES]]
        figures += [draw_network(one) for one in evidence.networks[:MOST_FIGURES]]
        if mosaics:
            figures += [draw_mosaic(one) for one in evidence.mosaics[:MOST_FIGURES]]
        return tuple(figures)

    def _over_landscape(self, trajectories: Trajectories) -> Figure:
        contours = self._backgrounds.get(trajectories.background)
        name = ""
        if contours is not None:
            name = anchor("land", contours.name)
            if name not in self._landscapes:
                drawn = contour_lines(contours, view_of(trajectories, contours))
                group = f'<g id="{name}" class="land">{drawn}</g>'
                self._landscapes[name] = Markup(group)  # noqa: S704 - numbers, and a safe id
        return draw_trajectories(trajectories, contours, name)
