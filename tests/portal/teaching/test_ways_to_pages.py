"""Every page can be reached by links from the first one, by everybody who may see it."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Match

from grader.gradebook.adjusting import AdjustmentRequest, change_grade
from grader.gradebook.exercise_rules import set_rule
from grader.gradebook.portal_models import FAILED
from grader.portal.access import AllowedRoute
from grader.portal.identity import PortalRole
from grader.results import ChangeKind
from tests.portal.teaching.conftest import STAFF

if TYPE_CHECKING:
    from tests.portal.teaching.conftest import SmallClass, Visitor

MOST_OF_A_KIND = 8
HREF = re.compile(r'<a [^>]*?href="(/[^"#]*)')
# What no link leads to: what machines and scripts ask for, and what a mail or a platform leads to.
NOT_PAGES = {
    "/static/{digest}/{name}", "/healthz", "/readyz", "/metrics", "/class/events",
    "/hand-ins/{number:row}/events", "/api/hand-ins/{number:row}", "/lti/login", "/lti/keys",
    "/lti/launch", "/lti/pick", "/sign-in", "/sign-in/campus", "/sign-in/campus/back",
    "/invitation/{secret}", "/sign-in/code",
    "/answers/one", "/hand-ins/{number:row}/notebooks",  # nobody has handed in such a thing
    "/exports/filled/{kept}", "/exports/filled/{kept}/file",  # after a form
}  # fmt: skip


def walked(small: SmallClass, visitor: Visitor) -> set[str]:
    """Follow all links from the first page; return the paths of the routes that answered."""
    found: set[str] = set()
    tried: Counter[str] = Counter()
    seen, left = {"/"}, ["/"]
    while left:
        path = left.pop()
        scope = {"type": "http", "method": "GET", "path": path.partition("?")[0], "headers": []}
        routes = [one for one in small.app.routes if one.matches(scope)[0] is Match.FULL]
        assert routes, f"a link leads to {path}, where nothing is"
        assert isinstance(routes[0], AllowedRoute)
        route = routes[0].path
        tried[route] += 1
        if tried[route] > MOST_OF_A_KIND:
            continue
        answer = visitor.get(path)
        assert answer.status_code in {200, 303}, (path, answer.status_code)
        found.add(route)
        if answer.status_code == 303:
            new = [answer.headers["location"]]
        elif "text/html" in answer.headers["content-type"]:
            new = HREF.findall(answer.text)
        else:
            new = []
        for one in new:
            if one not in seen:
                seen.add(one)
                left.append(one)
    return found


@pytest.mark.parametrize("role", list(PortalRole))
def test_every_page_can_be_reached_by_links(small: SmallClass, role: PortalRole) -> None:
    for who in ("ann", *STAFF.values()):
        small.hand_in(who, FAILED)
    wanted = AdjustmentRequest(
        kind=ChangeKind.POINTS, exercise="double", points=Decimal(1), reason="r", author="I"
    )
    with small.book.database.writing() as connection:
        change_grade(connection, small.course, small.people["bob"], wanted)
        set_rule(connection, "double", "held", value=True, author="I")
    visitor = small.visitor(role)
    there = {
        route.path
        for route in small.app.routes
        if isinstance(route, AllowedRoute)
        and "GET" in (route.methods or ())
        and (role in route.may or not route.may)
    }
    assert there - NOT_PAGES - walked(small, visitor) == set()
