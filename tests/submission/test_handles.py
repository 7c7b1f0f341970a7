"""What has no plain form stays in the runner behind a handle, for as long as that runner lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.errors import Crashed, Failed, SubmissionError
from grader.wire import Handle, Opaque, WireError, decode, encode
from grader.wire.forms import MAX_HANDLES

if TYPE_CHECKING:
    from grader.submission import Session

FILE = "ex/work.py"
SOURCE = """
    import os

    class Model:
        def __init__(self):
            self.weight = 1

    def build():
        return Model()

    def train(model, amount):
        model.weight += amount
        return model

    def weight(model):
        return model.weight

    def both():
        return [Model(), 3.5, {"again": Model()}]

    def many():
        return [Model() for _ in range(2_000)]

    def end():
        os._exit(3)
"""


def make(session: Session, name: str, *arguments: Any) -> Any:
    return session.make(FILE, name, arguments)


def call(session: Session, name: str, *arguments: Any) -> Any:
    return session.call(FILE, name, arguments).value


def test_an_object_stays_in_the_runner_and_can_be_given_back(opened: Any) -> None:
    session = opened(SOURCE)
    model = make(session, "build")
    assert model == Handle(0, "work.Model", 0)
    assert make(session, "train", model, 4) == model  # the same object has the same number
    assert call(session, "weight", model) == 5
    assert make(session, "weight", model) == 5  # what is plain data comes as such
    assert session.holds(model)


def test_a_handle_can_lie_inside_of_what_is_returned(opened: Any) -> None:
    session = opened(SOURCE)
    first, number, more = make(session, "both")
    assert (number, call(session, "weight", first)) == (3.5, 1)
    assert call(session, "weight", more["again"]) == 1


def test_without_being_asked_the_runner_holds_nothing(opened: Any) -> None:
    assert isinstance(call(opened(SOURCE), "build"), Opaque)


def test_a_handle_of_a_runner_that_has_ended_says_so(opened: Any) -> None:
    session = opened(SOURCE)
    model = make(session, "build")
    with pytest.raises(Crashed):
        call(session, "end")
    assert not session.holds(model)
    with pytest.raises(Failed, match=r"needs the Model .* has to be made again"):
        call(session, "weight", model)
    again = make(session, "build")  # in a runner of its own, where it has the same number
    assert again.number == model.number
    assert again.runner > model.runner
    assert call(session, "weight", again) == 1
    with pytest.raises(Failed, match="made again"):
        call(session, "weight", model)


def test_a_runner_holds_so_many_objects_and_no_more(opened: Any) -> None:
    session = opened(SOURCE)
    with pytest.raises(Failed, match="not plain data"):
        make(session, "many")


def test_the_wire_takes_a_handle_only_where_it_was_asked_for() -> None:
    tree, buffers = encode(Handle(3, "keras.Model", 0))
    assert decode(tree, buffers, recall=lambda number, name: (number, name)) == (3, "keras.Model")
    with pytest.raises(WireError, match="not asked for"):
        decode(tree, buffers)


@pytest.mark.parametrize(
    "content",
    [None, 1, [], [0], [0, 1], ["0", "a"], [-1, "a"], [MAX_HANDLES, "a"], [True, "a"], [0, "a", 1]],
)
def test_a_malformed_handle_is_a_malformed_answer(content: Any) -> None:
    with pytest.raises(WireError):
        decode({"handle": content}, [], recall=lambda number, name: Handle(number, name, 0))


def test_an_object_travels_by_what_it_is_where_it_has_a_plain_form() -> None:
    class Numbers(list[float]):
        pass

    tree, buffers = encode(Numbers([1.0, 2.0]), hold=lambda _: 0)
    assert decode(tree, buffers) == [1.0, 2.0]
    tree, buffers = encode(np.arange(3), hold=lambda _: 0)
    assert decode(tree, buffers).tolist() == [0, 1, 2]


def test_a_tool_that_fails_is_the_submission_s_failure(opened: Any) -> None:
    session = opened(SOURCE)
    with pytest.raises(SubmissionError, match="Looking at it raised"):
        session.use(FILE, "nowhere.nothing", [], doing="looking at it")
