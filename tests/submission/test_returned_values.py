"""What a function returns reaches the judge as plain data, or as a sentence that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import as_array, as_parts
from grader.errors import Crashed, Failed
from grader.wire import Opaque, Rng

if TYPE_CHECKING:
    from grader.submission import Session


def call(session: Session, name: str = "f", *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


VALUES = """
    import numpy as np

    def lists():
        return [[1, 2.5], (np.float32(3), True)]

    def nothing():
        return

    def not_numbers():
        return [np.nan, np.inf, -np.inf]

    def text():
        return "0.5"

    def single():
        return np.float32([[0.1, 0.2]])

    def fortran():
        return np.asfortranarray(np.arange(6.0).reshape(2, 3))

    def generator():
        return (k for k in range(3))

    def function():
        return lists

    def ragged():
        return [[1, 2], [3]]

    def itself():
        a = [1]
        a.append(a)
        return a

    def deep():
        a = []
        for _ in range(100000):
            a = [a]
        return a

    def lazy():
        return np.broadcast_to(1.0, (10**6, 10**6))

    def many():
        return list(range(10**6))

    def wordy():
        return "ha" * (40 << 20)

    def structured():
        return np.zeros(3, dtype=[("x", "f8"), ("y", "f8")])

    def integers():
        return np.array([[10**50, 2], [3, 4]], dtype=object)

    class Agreeable(np.ndarray):
        def __eq__(self, other):
            return True
        __array_priority__ = 1e9

    def agreeable():
        return np.zeros(2).view(Agreeable)

    class Yes:
        def __eq__(self, other):
            return True

    def yes():
        return Yes()

    class Spiteful:
        @property
        def __array__(self):
            raise SystemExit("no")
        def __repr__(self):
            raise ValueError

    def spiteful():
        return Spiteful()

    def echo(*arguments):
        return arguments

    def change(x, w):
        x += 1
        w = w * 2
        return w

    def draw(rng):
        return rng.standard_normal(3)
"""


def test_values_of_every_form_arrive(opened: Any) -> None:
    session = opened(VALUES)
    assert call(session, "lists") == [[1, 2.5], (np.float32(3), True)]
    assert call(session, "nothing") is None
    assert np.isnan(call(session, "not_numbers")[0])
    assert call(session, "text") == "0.5"
    assert call(session, "single").dtype == np.float32
    np.testing.assert_array_equal(call(session, "fortran"), np.arange(6.0).reshape(2, 3))
    assert call(session, "integers")[0, 0] == 10**50
    np.testing.assert_array_equal(call(session, "draw", Rng(5)), Rng(5).generator().normal(size=3))
    assert session.close().restarts == 0


def test_arguments_arrive_as_they_were_given(opened: Any) -> None:
    x = np.arange(6.0).reshape(2, 3).T
    got = call(opened(VALUES), "echo", x, 3, (1, [2.5]), "a", None, 1 << 200)
    np.testing.assert_array_equal(got[0], x)
    assert got[1:] == (3, (1, [2.5]), "a", None, 1 << 200)


def test_arguments_come_back_as_they_are_after_the_call(opened: Any) -> None:
    returned = opened(VALUES).call(
        "ex/work.py", "change", [np.zeros(2), np.ones(2)], want_arguments=True
    )
    np.testing.assert_array_equal(returned.value, [2, 2])
    np.testing.assert_array_equal(returned.arguments[0], [1, 1])
    np.testing.assert_array_equal(returned.arguments[1], [1, 1])


@pytest.mark.parametrize("name", ["itself", "deep", "lazy", "many", "wordy"])
def test_what_is_too_much_costs_only_its_own_call(opened: Any, name: str) -> None:
    session = opened(VALUES)
    with pytest.raises(Failed, match=f"^What `{name}` gave (is|has) "):
        call(session, name)
    assert call(session, "text") == "0.5"
    assert session.close().restarts == 0


@pytest.mark.parametrize("name", ["function", "yes", "structured"])
def test_what_is_not_plain_data_is_named(opened: Any, name: str) -> None:
    got = call(opened(VALUES), name)
    assert isinstance(got, Opaque)
    with pytest.raises(Failed, match="is not an array of numbers: it is"):
        as_array(got, f"`{name}`")
    with pytest.raises(Failed):
        as_parts(got, ["a", "b"], name)


def test_objects_that_agree_with_everything_lose_that_on_the_way(opened: Any) -> None:
    got = call(opened(VALUES), "agreeable")
    assert type(got) is np.ndarray
    assert not (got == np.ones(2)).any()


def test_objects_that_raise_when_they_are_looked_at_are_the_submissions_fault(opened: Any) -> None:
    session = opened(VALUES)
    with pytest.raises(Crashed, match="ended the program"):
        call(session, "spiteful")
    assert call(session, "text") == "0.5"


@pytest.mark.parametrize("name", ["nothing", "text", "ragged"])
def test_values_that_are_no_arrays_fail_in_a_sentence(opened: Any, name: str) -> None:
    with pytest.raises(Failed):
        as_array(call(opened(VALUES), name), f"`{name}`")


def test_constants_are_read_as_plain_data(opened: Any) -> None:
    session = opened("""
        import collections
        PLAIN = {"d_hidden": 10, "rate": 3e-4}
        TYPED = collections.defaultdict(int, a=1)
        ODD = object()
    """)
    assert session.get("ex/work.py", "PLAIN") == {"d_hidden": 10, "rate": 3e-4}
    assert type(session.get("ex/work.py", "TYPED")) is dict
    assert isinstance(session.get("ex/work.py", "ODD"), Opaque)
    with pytest.raises(Failed, match=r"`ABSENT` is not defined in ex/work.py"):
        session.get("ex/work.py", "ABSENT")
