"""What has changed since the attempt before, as the book remembers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.results import Outcome, Since, SubmissionResult, from_json, since, to_json
from tests.books.by_hand.conftest import check_of

if TYPE_CHECKING:
    from grader.gradebook import Gradebook
    from grader.results import Person
    from tests.books.by_hand.conftest import Hand


def test_a_first_attempt_has_nothing_before_it(hand: Hand, ada: Person) -> None:
    assert hand.grade(ada).since is None


def test_a_later_attempt_says_what_is_better_and_worse(
    hand: Hand, book: Gradebook, ada: Person
) -> None:
    hand.grade(ada, train=0, files="first", digest="1")
    later = hand.grade(ada, train=3, files="second", digest="2")
    assert later.since is not None
    assert later.since.better == ("net.code.train",)
    assert later.since.worse == ()
    assert later.since.score == 2
    again = hand.grade(ada, train=1, files="third", digest="3")
    assert again.since is not None
    assert again.since.worse == ("net.code.train",)
    [kept] = book.results()
    assert kept.since == again.since
    assert from_json(to_json(kept), SubmissionResult) == kept


def test_the_same_files_graded_again_are_no_attempt_of_their_own(hand: Hand, ada: Person) -> None:
    hand.grade(ada, train=0, files="first", digest="1")
    later = hand.grade(ada, train=3, files="second", digest="2")
    again = hand.grade(ada, train=2, files="second", digest="2")
    assert later.since is not None
    assert again.since is not None
    assert again.since.graded_at == later.since.graded_at
    assert again.since.score == 2


def test_another_persons_attempt_is_not_before_it(hand: Hand, ada: Person, bo: Person) -> None:
    hand.grade(ada, train=0)
    assert hand.grade(bo).since is None


def test_what_counts_as_better_worse_and_new() -> None:
    one = {
        "net.code.a": (Outcome.SKIPPED, 0.0),
        "net.code.b": (Outcome.PASSED, 2.0),
        "net.code.c": (Outcome.GRADER_ERROR, 0.0),
        "net.code.d": (Outcome.FAILED, 0.0),
    }
    now = [
        check_of("net", name, 2, got) for name, got in zip("abcde", (0, 1, 2, 0, 0), strict=True)
    ]
    assert since("", one, now) == Since(
        graded_at="", score=2.0, worse=("net.code.b",), new=("net.code.a", "net.code.e")
    )
