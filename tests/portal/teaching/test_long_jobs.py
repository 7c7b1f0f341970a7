"""Grading again, and comparing: in a process of its own, and seen before it counts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import UsageError
from grader.gradebook.book import result_of, standing_of
from grader.portal.identity import PortalRole
from grader.portal.teaching import class_jobs
from grader.portal.teaching.class_jobs import RegradeSeen
from grader.portal.teaching.long_jobs import OURS, JobState, LongJobs
from grader.results import now
from grader.sandbox.doctor import best_level
from tests.portal.teaching.test_deciding import history

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.portal.teaching.conftest import SmallClass, Visitor


def fails(_: object) -> None:
    """Fail as no job should."""
    raise ZeroDivisionError


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do jobs in this process, and at once: another one takes seconds to import what it needs."""

    def begin(jobs: LongJobs, kind: str, work: Callable[[Any], Any], plan: Any, *, by: str) -> None:
        state = JobState(by=by, began_at=now(), ended_at=now(), came=work(plan))
        jobs._last[kind] = state

    monkeypatch.setattr(LongJobs, "begin", begin)


@pytest.mark.usefixtures("at_once")
def test_grading_again_is_seen_before_it_counts(small: SmallClass, instructor: Visitor) -> None:
    """What was pretended before is wrong for all, by the real checks."""
    context, jobs = small.app.state.context, small.app.state.teaching.jobs
    context.settings = replace(context.settings, isolation="none")
    assert instructor.told(instructor.post("/regrade")).startswith("It has begun")
    seen = jobs.state("regrade").came
    assert isinstance(seen, RegradeSeen)
    page = instructor.get("/regrade").text
    assert "What grading again would change" in page
    assert "Let it count for 2 students" in page

    def total() -> float:
        with small.book.database.reading() as connection:
            standing = standing_of(connection, small.people["ann"])
            assert standing is not None
            return result_of(connection, standing).score

    assert total() == 4  # nobody's result has changed yet
    for wrong in ({"digest": seen.digest, "reason": " "}, {"digest": "0", "reason": "x"}):
        assert instructor.post("/regrade/apply", wrong, page="/regrade").status_code in (409, 422)
    given = {"digest": seen.digest, "reason": "stricter"}
    said = instructor.told(instructor.post("/regrade/apply", given, page="/regrade"))
    assert said.startswith("It counts now.")
    assert total() == 0
    assert [line[:2] for line in history(small)][-1] == ("decided", "Ines Instructor")
    assert instructor.post("/regrade/apply", given, page="/regrade").status_code == 409
    assert small.visitor(PortalRole.ASSISTANT).get("/regrade").status_code == 403


@pytest.mark.usefixtures("at_once")
def test_another_level_of_isolation_is_said_where_it_makes_all_run_again(
    small: SmallClass, instructor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The class was graded at isolation none; the portal grades shut in."""
    monkeypatch.setattr(class_jobs, "load_salt", lambda _: b"s")
    context = small.app.state.context
    context.settings = replace(context.settings, isolation=best_level())
    instructor.post("/regrade")
    said = "Graded at isolation none, and so not valid at isolation"
    assert (said in instructor.get("/regrade").text) == (best_level() != "none")


@pytest.mark.usefixtures("at_once")
def test_who_is_alike_is_seen_when_it_is_known(small: SmallClass, assistant: Visitor) -> None:
    context = small.app.state.context
    context.settings = replace(context.settings, isolation="none")
    assert assistant.told(assistant.post("/similar")).startswith("It has begun")
    assert "2 submissions compared" in assistant.get("/similar").text


def test_one_of_a_kind_goes_on_at_a_time_and_an_error_is_said_to_be_ours(
    small: SmallClass,
) -> None:
    jobs = LongJobs(small.app.state.context)

    async def both() -> None:
        jobs.begin("a", fails, None, by="Ada")
        with pytest.raises(UsageError, match="Ada has begun this already"):
            jobs.begin("a", fails, None, by="Bob")
        await jobs.wait("a")

    asyncio.run(both())
    state = jobs.state("a")
    assert state is not None
    assert (state.is_running, state.said, state.came) == (False, OURS, None)
