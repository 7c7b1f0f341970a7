"""Whatever a function does instead of returning: one sentence, and its neighbours still work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, Failed, OverLimit, TracebackLine

if TYPE_CHECKING:
    from grader.submission import Session

NEIGHBOUR = "def neighbour():\n    return 42\n\n"


def call(session: Session, name: str = "f", *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


def test_an_exception_shows_the_submissions_own_lines(opened: Any) -> None:
    session = opened(
        {
            "ex/work.py": (
                "import helper\nimport numpy as np\n\n"
                "def f(x):\n    return np.vectorize(helper.g)(x)  # each\n"
            ),
            "ex/helper.py": "def g(v):\n    return missing_name + v\n",
        }
    )
    with pytest.raises(Crashed) as caught:
        call(session, "f", [1.0])
    assert caught.value.message == "`f` raised NameError: name 'missing_name' is not defined"
    assert "spelled" in caught.value.hint
    assert caught.value.frames == (
        TracebackLine("ex/work.py", 5, "f", "return np.vectorize(helper.g)(x)  # each"),
        TracebackLine("ex/helper.py", 2, "g", "return missing_name + v"),
    )


@pytest.mark.parametrize(
    ("body", "near"),
    [
        ("learning_rate = 1\n    return lerning_rate", "learning_rate"),
        ("return neigbour()", "neighbour"),
        ("return pritn(3)", "print"),
        ("return [totl for total in range(3)]", "total"),
    ],
)
def test_the_most_similar_name_is_proposed(opened: Any, body: str, near: str) -> None:
    session = opened(f"{NEIGHBOUR}def f():\n    {body}\n")
    with pytest.raises(Crashed) as caught:
        call(session)
    assert caught.value.hint == f"Python does not know this name here: did you mean `{near}`?"


@pytest.mark.parametrize(
    ("made", "bases"),
    [
        ("class Mine(IndexError): pass", ("IndexError", "LookupError", "Exception")),
        ("import numpy as np; Mine = np.linalg.LinAlgError", ("ValueError", "Exception")),
        ("class Other(Exception): pass\nclass Mine(Other): pass", ("Exception",)),
        ("class IndexError(Exception): pass\nMine = IndexError", ("Exception",)),
    ],
)
def test_an_exception_tells_which_of_pythons_own_it_is_derived_from(
    opened: Any, made: str, bases: tuple[str, ...]
) -> None:
    session = opened(f"{made}\ndef f():\n    raise Mine('no')\n")
    with pytest.raises(Crashed) as caught:
        call(session)
    assert caught.value.bases == (*bases, "BaseException")
    assert caught.value.is_a("Exception")
    assert not caught.value.is_a("KeyError", "TypeError")


def test_a_function_that_is_not_written_says_so(opened: Any) -> None:
    session = opened('def f():\n    raise NotImplementedError("f: write me")\n')
    with pytest.raises(Failed, match="`f` is not written yet") as caught:
        call(session)
    assert caught.value.hint == ""


@pytest.mark.parametrize(
    "body",
    ["import sys; sys.exit(0)", "raise SystemExit", "quit()"],
)
def test_ending_the_program_is_named(opened: Any, body: str) -> None:
    session = opened(f"{NEIGHBOUR}def f():\n    {body}\n")
    with pytest.raises(Crashed, match="`f` ended the program"):
        call(session)
    assert call(session, "neighbour") == 42
    assert session.close().restarts == 0


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("import os; os._exit(0)", r"`f` ended the process \(exit code 0\)"),
        ("import os; os._exit(3)", r"`f` ended the process \(exit code 3\)"),
        ("import ctypes; ctypes.string_at(0)", r"`f` made the process crash \(SIGSEGV\)"),
        ("import os; os.abort()", r"`f` made the process crash \(SIGABRT\)"),
        ("import os; os.kill(os.getpid(), 9)", r"`f` made the process crash \(SIGKILL\)"),
        ("import os; os.kill(0, 15)", r"`f` made the process crash \(SIGTERM\)"),
    ],
)
def test_a_dead_process_is_replaced(without_isolation: Any, body: str, sentence: str) -> None:
    session = without_isolation(f"{NEIGHBOUR}def f():\n    {body}\n")
    with pytest.raises(Crashed, match=sentence):
        call(session)
    assert call(session, "neighbour") == 42
    assert session.close().restarts == 1


def test_a_recursion_without_end_is_named(opened: Any) -> None:
    session = opened(f"{NEIGHBOUR}def f(n):\n    return f(n + 1)\n")
    with pytest.raises(Crashed, match="RecursionError") as caught:
        call(session, "f", 0)
    assert caught.value.hint == "The function calls itself and never stops."
    assert 0 < len(caught.value.frames) <= 12
    assert call(session, "neighbour") == 42


def test_asking_for_too_much_memory_is_over_a_limit(opened: Any) -> None:
    session = opened(
        """
        import numpy as np

        def neighbour():
            return 42

        def f():
            return np.ones((1 << 20, 1 << 12)).sum()
        """,
        memory_mib=512,
    )
    with pytest.raises(OverLimit) as caught:
        call(session)
    assert caught.value.limit == "memory_mib"
    assert call(session, "neighbour") == 42


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ("def f(x): return x", "does not take the arguments it is given: f(x): too many"),
        ("def f(x, y, z): return x", "missing a required argument: 'z'"),
        ("def f(): return 1", "too many positional arguments"),
        ("def f(x, *, y): return x", "too many positional arguments"),
        ("f = 3", "`f` in ex/work.py is a int, not a function"),
        ("g = 3", "`f` is not defined in ex/work.py"),
    ],
)
def test_a_wrong_signature_is_named(opened: Any, definition: str, sentence: str) -> None:
    with pytest.raises(Failed) as caught:
        call(opened(definition), "f", 1, 2)
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    "definition",
    [
        "def f(x, y=0, *rest, **named): return x",
        "f = lambda *arguments: arguments[0]",
        "import functools\nf = functools.partial(lambda a, x, y: x, 0)",
        "class F:\n    def __call__(self, x, y): return x\nf = F()",
        "import operator\nf = lambda x, y: operator.add(x, 0)",
        "import numpy as np\nf = np.maximum",
    ],
)
def test_any_callable_with_room_for_the_arguments_is_called(opened: Any, definition: str) -> None:
    assert call(opened(definition), "f", 3, 2) == 3


def test_an_exception_with_a_hostile_text_is_still_one_sentence(opened: Any) -> None:
    session = opened("""
        class Bad(Exception):
            def __str__(self):
                raise KeyboardInterrupt

        class Loud(Exception):
            pass

        def bad():
            raise Bad

        def loud():
            raise Loud("<b>\\x00\\x1b[31m\\ud800" + "x" * 10**7)

        def misplaced():
            raise SyntaxError("odd", (5, object(), 1, "x"))

        def base():
            raise BaseException("up")
    """)
    with pytest.raises(Crashed, match=r"^`bad` raised Bad$"):
        call(session, "bad")
    with pytest.raises(Crashed, match=r"^`loud` raised Loud: <b>") as caught:
        call(session, "loud")
    assert len(caught.value.message) < 450
    assert caught.value.message.isascii()
    assert "\x1b" not in caught.value.message
    assert "\x00" not in caught.value.message
    with pytest.raises(Crashed, match="failed: odd"):
        call(session, "misplaced")
    with pytest.raises(Crashed, match="raised BaseException: up"):
        call(session, "base")
    assert session.close().restarts == 0
