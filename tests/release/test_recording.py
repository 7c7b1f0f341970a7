"""Values are kept by what was called with what, and found again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import grader.checks.recording
from grader.checks.chain import Chain
from grader.checks.recording import NotRecorded, Recording, Unrecordable, named
from grader.wire import decode


def twice(rng: np.random.Generator, x: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, float]]:
    return rng.standard_normal(n) + 2 * x[:n], {"sum": float(x.sum())}


def again(recording: Recording) -> Recording:
    return Recording.from_bytes(recording.to_bytes())


def test_a_call_is_replayed_with_its_generator() -> None:
    recording, x, rng = Recording(), np.arange(5.0), np.random.default_rng(3)
    value, told = recording.listen("twice", twice, (rng, x, 2))
    other = np.random.default_rng(3)
    replayed, retold = again(recording).replay("twice", other, x, 2)
    assert np.array_equal(replayed, value)
    assert retold == told
    assert other.random() == rng.random()


def test_the_last_digits_of_an_argument_may_differ() -> None:
    recording = Recording()
    recording.listen("double", lambda x, f: (x * f).tolist(), (np.array([1.0, 3.0]), 0.1))
    kept = again(recording)
    assert kept.replay("double", np.array([1.0, 3.0 * (1 + 1e-15)]), 0.1 + 1e-17) == pytest.approx(
        [0.1, 0.3]
    )
    with pytest.raises(NotRecorded):
        kept.replay("double", np.array([1.0, 3.001]), 0.1)
    assert kept.missed == ["double"]


def test_the_same_call_is_made_once_while_it_is_recorded() -> None:
    recording, made = Recording(), []

    def drawn(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
        made.append(1)
        x += rng.random()
        return x

    values, after = [], []
    for _ in range(3):
        rng = np.random.default_rng(3)
        values.append(recording.listen("drawn", drawn, (rng, np.zeros(2))))
        after.append(rng.random())
        values[-1][:] += 7  # it belongs to its caller
    assert made == [1]
    assert len(set(after)) == 1
    assert all(np.array_equal(value, values[0]) for value in values)
    assert recording.listen("drawn", drawn, (np.random.default_rng(3), np.ones(2)))[0] < 7
    assert made == [1, 1]


def test_a_call_with_a_function_is_made_each_time() -> None:
    recording, one, two = Recording(), named("f", lambda x: x), named("f", lambda x: 2 * x)
    given = [recording.listen("apply", lambda f, x: f(x), (f, 3.0)) for f in (one, two)]
    assert given == [3.0, 6.0]


def test_what_raised_raises_again() -> None:
    recording = Recording()
    with pytest.raises(ZeroDivisionError):
        recording.listen("inverse", lambda x: 1 / x, (0,))
    with pytest.raises(ZeroDivisionError):
        again(recording).replay("inverse", 0)


def test_a_replayed_value_belongs_to_its_caller() -> None:
    recording = Recording()
    recording.listen("zeros", np.zeros, (3,))
    kept = again(recording)
    kept.replay("zeros", 3)[0] = 7
    assert not kept.replay("zeros", 3).any()


def test_a_function_is_known_by_its_name_and_an_object_by_nothing() -> None:
    recording = Recording()
    recording.listen("apply", lambda f, x: f(x), (named("half", lambda x: x / 2), 3.0))
    assert again(recording).replay("apply", named("half", lambda x: x), 3.0) == 1.5
    with pytest.raises(Unrecordable):
        recording.listen("apply", lambda f, x: f(x), (lambda x: x, 3.0))
    with pytest.raises(Unrecordable):
        recording.listen("make", object, ())


def test_the_order_of_calls_makes_no_difference_to_the_bytes() -> None:
    one, two = Recording(), Recording()
    for recording, order in ((one, (1, 2, 3)), (two, (3, 1, 2))):
        for n in order:
            recording.listen("ones", np.ones, (n,))
    assert one.to_bytes() == two.to_bytes()


@pytest.mark.parametrize("raw", [b"", b"grader recording 1\n", b"grader recording 1\n" + b"0" * 99])
def test_other_bytes_are_no_recording(raw: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        Recording.from_bytes(raw)


def test_of_a_file_only_what_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kit has the calls of all exercises, and a student checks one."""
    recording = Recording()
    for name in ("one", "two"):
        for value in (1.0, 2.0):
            recording.listen(name, lambda x: 2 * x, (value,))
    read: list[object] = []

    def reading(tree: Any, buffers: list[bytes]) -> Any:
        read.append(tree)
        return decode(tree, buffers)

    monkeypatch.setattr(grader.checks.recording, "decode", reading)
    kept = again(recording)
    assert (len(kept), sorted(kept.names), len(read)) == (4, ["one", "two"], 0)
    assert [kept.replay("one", 2.0), kept.replay("one", 1.0)] == [4.0, 2.0]
    assert not kept.holds("none", 1.0)
    assert len(read) == 2
    assert again(kept).replay("two", 1.0) == 2.0
    kept.remember("two", (3.0,), 7.0)
    whole = Recording()
    whole.add(kept)
    assert (len(whole), whole.replay("two", 3.0), whole.replay("two", 2.0)) == (5, 7.0, 4.0)


def test_the_chain_rule_agrees_with_differences() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((3, 7, 4)), rng.standard_normal((3, 7, 2))
    w1, w2 = rng.standard_normal((3, 4, 5)), rng.standard_normal((3, 5, 2))

    def loss(w1: np.ndarray, w2: np.ndarray) -> float:
        return float(np.sum((np.maximum(x @ w1, 0) @ w2 - y) ** 2))

    chain = Chain()
    one, two = chain.variable(w1), chain.variable(w2)
    hidden = chain.positive(chain.product(chain.given(x), one))
    error = chain.error(chain.product(hidden, two), chain.given(y))
    chain.forward()
    chain.backward()
    assert float(np.sum(error.value**2)) == pytest.approx(loss(w1, w2))
    for node, at in ((one, (1, 2, 3)), (two, (2, 4, 1))):
        step = np.zeros_like(node.value)
        step[at] = 1e-6
        above = loss(w1 + step, w2) if node is one else loss(w1, w2 + step)
        below = loss(w1 - step, w2) if node is one else loss(w1, w2 - step)
        assert node.slope is not None
        assert 2.0 * node.slope[at] == pytest.approx((above - below) / 2e-6, rel=1e-6)
