"""A submission's function may be handed a function that lives in the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.errors import Crashed, Failed, OverLimit

if TYPE_CHECKING:
    from grader.submission import Session

SOURCE = """
    import numpy as np
    kept = []

    def slope(f, x):
        return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6

    def often(f, n):
        return sum(f(k) for k in range(n))

    def arrays(f):
        return f(np.arange(6.0).reshape(2, 3), [1, (2, 3)], None)

    def wrongly(f):
        return f(1, 2, 3, 4)

    def caught(f):
        try:
            return f(-1.0)
        except RuntimeError as error:
            return f"caught: {error}"

    def keep(f):
        kept.append(f)
        return 1

    def use_kept():
        return kept[0](1.0)

    def invent(f):
        import grader.runner
        cells = dict(zip(f.__code__.co_freevars, f.__closure__))
        cells["number"].cell_contents = 99
        return f(1.0)

    def exotic(f):
        return f(object(), {1, 2})

    def too_much(f):
        return f([0] * 10**6)

    def endless(f):
        while True:
            f(1.0)

    def fine():
        return 42

    def doubled(x):
        return 2 * helper(x)

    def helper(x):
        return x + 1

    def breaks():
        raise ValueError(f"helper gives {helper(1)}")

    def needs(x):
        return not_there(x)
"""


def call(session: Session, name: str, *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


def test_values_go_there_and_back(opened: Any) -> None:
    session = opened(SOURCE)
    assert call(session, "slope", lambda x: x**2, 3.0) == pytest.approx(6.0)
    seen: list[Any] = []

    def listening(*arguments: Any) -> np.ndarray:
        seen.extend(arguments)
        return np.ones((2, 2))

    np.testing.assert_array_equal(call(session, "arrays", listening), np.ones((2, 2)))
    np.testing.assert_array_equal(seen[0], np.arange(6.0).reshape(2, 3))
    assert seen[1:] == [[1, (2, 3)], None]


def test_the_judges_function_may_refuse(opened: Any) -> None:
    def no_negatives(x: float) -> float:
        if x < 0:
            raise Failed("f was called outside of its domain")
        return x

    session = opened(SOURCE)
    assert call(session, "caught", no_negatives) == "caught: f was called outside of its domain"
    with pytest.raises(Crashed, match="outside of its domain"):
        call(session, "often", lambda k: no_negatives(-k - 1.0), 3)
    assert call(session, "fine") == 42


def test_a_wrong_number_of_arguments_is_the_submissions_fault(opened: Any) -> None:
    session = opened(SOURCE)
    with pytest.raises(Crashed, match="called wrongly: too many positional arguments"):
        call(session, "wrongly", lambda x: x)
    assert call(session, "fine") == 42
    assert session.close().restarts == 0


def test_calls_back_are_counted(opened: Any) -> None:
    session = opened(SOURCE, callbacks=500)
    with pytest.raises(OverLimit, match="more calls back than the limit of 500"):
        call(session, "often", lambda k: k, 1_000)
    assert call(session, "fine") == 42


def test_calls_back_count_towards_the_deadline(opened: Any) -> None:
    session = opened(SOURCE, call_seconds=0.3, callbacks=1_000_000)
    with pytest.raises(OverLimit, match=r"took more than 0\.3 seconds"):
        call(session, "endless", lambda x: x)
    assert call(session, "fine") == 42


def test_a_function_cannot_be_called_after_its_call(opened: Any) -> None:
    session = opened(SOURCE)
    called: list[float] = []
    assert call(session, "keep", called.append) == 1
    with pytest.raises(Crashed, match="a call to a function that was not given"):
        call(session, "use_kept")
    assert called == []
    assert call(session, "fine") == 42


def test_a_function_that_was_not_given_cannot_be_called(opened: Any) -> None:
    session = opened(SOURCE)
    called: list[float] = []
    with pytest.raises(Crashed, match="a call to a function that was not given"):
        call(session, "invent", called.append)
    assert called == []
    assert call(session, "fine") == 42


def test_arguments_that_are_too_much_do_not_reach_the_judge(opened: Any) -> None:
    session = opened(SOURCE)
    with pytest.raises(Crashed, match="more than 400,000 elements"):
        call(session, "too_much", lambda x: x)
    assert call(session, "fine") == 42


def test_an_error_of_ours_in_a_call_back_leaves_no_half_talk_behind(opened: Any) -> None:
    def broken(x: float) -> float:
        raise ZeroDivisionError(x)

    session = opened(SOURCE)
    with pytest.raises(ZeroDivisionError):
        call(session, "often", broken, 3)
    assert call(session, "fine") == 42


def test_a_function_of_the_judges_stands_in_for_one_of_the_files(opened: Any) -> None:
    session = opened(SOURCE)
    right = {"helper": lambda x: x * 100.0}
    assert session.call("ex/work.py", "doubled", [3.0], instead=right).value == 600.0
    assert call(session, "doubled", 3.0) == 8.0
    with pytest.raises(Crashed, match="helper gives 100"):
        session.call("ex/work.py", "breaks", [], instead=right)
    with pytest.raises(Crashed, match="helper gives 2"):
        call(session, "breaks")


def test_one_that_the_file_lacks_is_there_for_the_call_alone(opened: Any) -> None:
    session = opened(SOURCE)
    there = {"not_there": lambda x: x}
    assert session.call("ex/work.py", "needs", [3.0], instead=there).value == 3.0
    with pytest.raises(Crashed, match="not_there"):
        call(session, "needs", 3.0)


def test_arguments_come_back_without_the_functions_that_stood_in(opened: Any) -> None:
    session = opened(SOURCE)
    right = {"helper": lambda x: x}
    came = session.call("ex/work.py", "doubled", [2.0], want_arguments=True, instead=right)
    assert (came.value, came.arguments) == (4.0, [2.0])
