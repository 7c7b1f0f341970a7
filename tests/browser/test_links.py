"""Every link of every page leads to a place that is there."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@cache
def _ids(page: Path) -> frozenset[str]:
    return frozenset(re.findall(r'\sid="([^"]*)"', page.read_text(encoding="utf-8")))


def _broken(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for link in re.findall(r'\s(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8")):
        if link.startswith("data:"):
            continue
        address, _, place = unescape(link).partition("#")
        target = (page.parent / address).resolve() if address else page
        if not target.is_file() or (place and place not in _ids(target)):
            found.append(link)
    return found


def test_every_link_resolves(site: dict[str, Path]) -> None:
    pages = sorted(site["class"].parent.rglob("*.html"))
    assert len(pages) == 1 + 2 * 8 + 2
    assert {page.name: _broken(page) for page in pages if _broken(page)} == {}


def test_every_place_of_the_map_is_on_a_page(site: dict[str, Path]) -> None:
    """The script leads to these: a check that did not pass, on the instructor's page."""
    page = site["class"].read_text(encoding="utf-8")
    places = dict(re.findall(r'<tr data-k="(\d+)" data-place="([^"]*)"', page))
    rows = re.findall(r'<tr data-o="([^"]*)"><th scope="row"><a href="([^"]*)"', page)
    assert len(places) == len(rows[0][0])
    seen = 0
    for letters, address in rows:
        slug = address.partition("/")[0]
        of_student = _ids(site["class"].parent / address)
        of_instructor = _ids(site["class"].parent / "instructor" / f"{slug}.html")
        for column, letter in enumerate(letters):
            if letter == "-" or address.startswith("tim/"):
                continue
            seen += 1
            assert places[str(column)] in (of_student if letter == "p" else of_instructor)
    assert seen > 100
