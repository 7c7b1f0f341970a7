"""Rules of lateness and counting, as an author writes them, and what Moodle says of lateness."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course.course import _Manifest
from grader.course.late_words import LateWords, late_words
from grader.course.policies import policy_of, seconds_of
from grader.errors import CourseError
from grader.results import LateRule, QuestionWorth

MANIFEST = Path(__file__).resolve().parents[1] / "assignments" / "course.toml"


@dataclass
class Entry:
    """An exercise of a manifest."""

    id: str = "net"
    late: dict[str, Any] = field(default_factory=dict)
    by_hand: dict[str, Any] = field(default_factory=dict)
    hand_in: dict[str, Any] = field(default_factory=dict)


WHOLE = """
best_of = 3
[late]
deadline = 2026-02-01T23:59:00+01:00
grace = "15m"
percent_per_day = 12.5
cut_off = "1w"
"""


def test_what_is_written_is_read() -> None:
    entry = Entry(late={"grace": "1h"}, by_hand={"seen": 2.5, "why": 0})
    policy = policy_of("course.toml", tomllib.loads(WHOLE), [entry])
    general = LateRule(
        deadline="2026-02-01T22:59:00Z", grace_seconds=900, percent_per_day=Decimal("12.5"),
        cut_off_seconds=604_800,
    )  # fmt: skip
    assert policy.late[0] == general
    assert (policy.late[1].exercise, policy.late[1].grace_seconds) == ("net", 3_600)
    assert policy.late[1].percent_per_day == Decimal("12.5")  # what it does not say is the course's
    assert policy.best_of == 3
    assert policy.by_hand[0] == QuestionWorth(
        exercise="net", question="seen", points=Decimal("2.5")
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("lates = 1", "Did you mean `late`"),
        ("late = 3", "has to be a table"),
        ("[late]\ngrase = '1h'", "Did you mean `grace`"),
        ("[late]\ndeadline = 2026-02-01T23:59:00", "offset from UTC"),
        ("[late]\ndeadline = '2026-02-01'", "not in quotes"),
        ("[late]\ngrace = 15", "duration such as"),
        ("[late]\npercent_per_day = nan", "number from 0"),
        ("[late]\npercent_per_day = 101", "at most 100"),
        ("[late]\npercent_per_day = true", "number from 0"),
        ("[late]\ngrace = '2d'\ncut_off = '1d'", "before the end"),
        ("best_of = -1", "number of exercises"),
        ("best_of = 1\ndrop_lowest = 1", "one of them"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(written: str, said: str) -> None:
    with pytest.raises(CourseError, match=f"course.toml: .*{said}"):
        policy_of("course.toml", tomllib.loads(written), [])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2d", 172_800), ("1d 12h", 129_600), ("30m", 1_800), ("", None), ("2", None), ("-1d", None)],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("Submitted for grading - 2 days 3 hours late", (183_600, "2 days 3 hours late")),
        ("Submitted for grading - 5 mins 10 secs late - Graded", (310, "5 mins 10 secs late")),
        ("Zur Bewertung abgegeben - 1 Tag 2 Stunden verspätet", (93_600, None)),
        ("Remis pour évaluation - 3 jours en retard", (259_200, None)),
        ("Submitted for grading", (0, "")),
        ("Submitted for grading - rather late", (None, "rather late")),
        ("No submission", None),
        ("", None),
    ],
)
def test_what_moodle_says_of_lateness(status: str, found: Any) -> None:
    told = late_words(status)
    if found is None:
        assert told is None
        return
    assert told is not None
    assert told.seconds == found[0]
    if found[1] is not None:
        assert told == LateWords(*found)


def test_the_examples_in_this_courses_manifest_are_rules_once_the_sign_is_taken_away() -> None:
    text = MANIFEST.read_text("utf-8")
    examples = re.sub(r"^#(?=[^\s#])", "", text, flags=re.MULTILINE)
    manifest = msgspec.toml.decode(examples, type=_Manifest)
    policy = policy_of("course.toml", manifest.policy, manifest.exercises)
    assert policy.drop_lowest == 1
    assert policy.late == (
        LateRule(
            deadline="2026-02-01T22:59:00Z",
            grace_seconds=900,
            percent_per_day=Decimal(10),
            cut_off_seconds=5 * 86_400,
        ),
    )
    assert [(one.exercise, one.question) for one in policy.by_hand] == [
        ("questions", "explosion"), ("questions", "mnist"),
    ]  # fmt: skip
    # Those are observations that the course asks for.
    asked = tomllib.loads((MANIFEST.parent / "answers.toml").read_text("utf-8"))["observations"]
    assert {one.question for one in policy.by_hand} <= asked.keys()
    written = msgspec.toml.decode(text, type=_Manifest)
    assert written.policy == {}  # and as it is, nothing is taken off
