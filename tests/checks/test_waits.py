"""For how many answers the judge waits before it sends the next request: what a class pays for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from grader.submission.connection.client import Client
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.submission.connection.queries import Query


def waits(exercise: str, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, int]:
    """Return how often the judge waits for an answer of the reference's, by function."""
    course = the_course().only([exercise])
    files = {file: (course.root / "solutions" / file).read_bytes() for file in course.files}
    counted: Counter[str] = Counter()
    ask = Client.ask

    def counting(client: Client, query: Query, *, wanted: bool = True) -> Any:
        counted[query.doing] += client.runners.pipeline.first is not query
        return ask(client, query, wanted=wanted)

    monkeypatch.setattr(Client, "ask", counting)
    [result] = Judge(course, launcher(), b"salt").grade(Sealed("reference", files)).exercises
    assert {check.outcome for check in result.checks} == {Outcome.PASSED}
    return counted


@pytest.mark.parametrize(
    ("exercise", "most"),
    [
        ("warm_up", 50),  # 99 where each call of a claim waited for the one before
        ("explosion", 7),  # 43
        ("beyond", 60),  # 81
    ],
)
def test_calls_that_belong_together_are_sent_at_once(
    exercise: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(waits(exercise, monkeypatch).values()) <= most


def test_a_right_training_is_not_judged_by_other_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its losses are those of the judge's loop: the submission's own are not asked for."""
    assert waits("random_data", monkeypatch)["`squared_error`"] <= 8  # 30 before
