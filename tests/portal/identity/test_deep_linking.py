"""Exercises that an instructor picks become links in a platform's course (Deep Linking 2.0)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.identity.lms import DL, HOME, INSTRUCTOR, ISSUER, LEARNER, LTI, Platform

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from grader.portal.identity import Entrance
    from tests.portal.identity.conftest import Browser


@pytest.fixture
def entrance(entrance_of_lms: Entrance) -> Entrance:
    return entrance_of_lms


def picking(lms: Platform, browser: Browser, **more: Any) -> httpx.Response:
    answer = lms.begun(browser, target_link_uri=f"{HOME}/lti/pick")
    asked = lms.asked_at(answer)
    settings = {
        "deep_link_return_url": f"{ISSUER}/return?a=1", "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["window"], "accept_multiple": True,
        "data": "csrf of the platform", **more,
    }  # fmt: skip
    claims = lms.claims(
        asked["nonce"],
        **{
            LTI + "message_type": "LtiDeepLinkingRequest", LTI + "resource_link": None,
            LTI + "target_link_uri": None, LTI + "roles": [INSTRUCTOR],
            DL + "deep_linking_settings": {k: v for k, v in settings.items() if v is not None},
        },
    )  # fmt: skip
    return lms.back(browser, asked["state"], lms.signer.token(claims))


def state_in(page: httpx.Response) -> str:
    found = re.search(r'name="state" value="([\w-]{43})"', page.text)
    assert found, page.text
    return found[1]


def picked(browser: Browser, page: httpx.Response, *exercises: str) -> httpx.Response:
    fields: Any = {"state": state_in(page), "exercise": list(exercises)}
    return browser.post("/lti/pick", fields)


def answered(lms: Platform, page: httpx.Response) -> dict[str, Any]:
    found = re.search(r'name="JWT" value="([\w.-]+)"', page.text)
    assert found, page.text
    return lms.checked(found[1])


def test_who_teaches_picks_exercises_within_the_platforms_frame(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    page = picking(lms, browser)
    assert page.status_code == 200
    assert "Gradient &lt;descent&gt;" in page.text
    assert 'type="checkbox"' in page.text
    assert f"frame-ancestors {ISSUER}" in page.headers["content-security-policy"]
    done = picked(browser, page, "gradient", "warm_up", "invented")
    assert f"form-action {ISSUER};" in done.headers["content-security-policy"]
    assert f'action="{ISSUER}/return?a=1"' in done.text
    claims = answered(lms, done)
    assert claims["iss"] == "grader"
    assert claims["aud"] == ISSUER
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[LTI + "deployment_id"] == "1"
    assert claims[DL + "data"] == "csrf of the platform"
    assert claims[DL + "content_items"][1] == {
        "type": "ltiResourceLink",
        "title": "Gradient <descent>",
        "url": f"{HOME}/lti/launch",
        "custom": {"exercise": "gradient"},
        "window": {"targetName": "_blank"},
        "lineItem": {"label": "Gradient <descent>", "scoreMaximum": 15.0, "resourceId": "gradient"},
    }
    assert picked(browser, page, "gradient").status_code == 403  # once
    assert browser.get("/").text == "nobody"  # picking signs nobody in


def test_a_platform_may_want_one_link_and_no_column(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    page = picking(lms, browser, accept_multiple=False, accept_lineitem=False, data=None)
    assert 'type="radio"' in page.text
    claims = answered(lms, picked(browser, page, "gradient", "warm_up"))
    [item] = claims[DL + "content_items"]
    assert "lineItem" not in item
    assert DL + "data" not in claims


def test_a_students_launch_picks_nothing(browsing: Callable[[], Browser], lms: Platform) -> None:
    lms.signer.spoil = lambda signer, header, claims: signer.signed(
        header, {**claims, LTI + "roles": [LEARNER]}
    )
    assert picking(lms, browsing()).status_code == 403


@pytest.mark.parametrize(
    "more",
    [{"accept_types": ["file"]}, {"accept_types": None}, {"deep_link_return_url": None},
     {"deep_link_return_url": "http://lms.example.edu/return"},
     {"deep_link_return_url": "javascript:alert(1)"}],
)  # fmt: skip
def test_settings_that_cannot_be_followed_are_refused(
    browsing: Callable[[], Browser], lms: Platform, more: dict[str, Any]
) -> None:
    assert picking(lms, browsing(), **more).status_code == 403


def test_nobody_else_sends_the_form_of_picking(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    fields = {"state": state_in(picking(lms, browser)), "exercise": "gradient"}
    assert browser.post("/lti/pick", fields, origin="https://evil.example").status_code == 403
    assert browsing().post("/lti/pick", fields).status_code == 403
    assert browser.post("/lti/pick", {"exercise": "gradient"}).status_code == 403
    assert browser.post("/lti/pick", fields).status_code == 200
