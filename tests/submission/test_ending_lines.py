"""A line of a file that ends its process, or never ends, costs what needs it, and costs it once."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import OverLimit, SubmissionError
from grader.sandbox.launcher import Launcher, Limits, RunnerSpec
from grader.submission import Session

from .conftest import PROFILE
from .rescued import FILE, FUNCTIONS, HELPER, Opens, all_is_there, value

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "line",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        K = 5\n    except BaseException:\n        pass",
        "import time\ntime.sleep(60)",
        "double(1)\nfor k in iter(int, 1):\n    K = k",
    ],
)
def test_a_line_that_takes_too_long_is_left_out_the_second_time(opened: Opens, line: str) -> None:
    is_left_out_the_second_time(opened, line)


def test_so_it_is_without_isolation(without_isolation: Opens) -> None:
    is_left_out_the_second_time(without_isolation, "import time\ntime.sleep(60)")


def is_left_out_the_second_time(opened: Opens, line: str) -> None:
    """Check that a line that never ends costs one deadline, and nothing that does not need it."""
    session = opened({FILE: f"{dedent(FUNCTIONS)}K = 1\n{line}\nL = [K]\n"}, import_seconds=0.5)
    all_is_there(session)
    assert (session.get(FILE, "K"), session.get(FILE, "L")) == (1, [1])
    (note,) = session.notes
    assert "ex/work.py took more than 0.5 seconds and was stopped: what does not need" in note
    assert session.close().restarts == 1


def test_so_is_one_in_a_file_that_is_imported(opened: Opens) -> None:
    files = {
        FILE: "from helper import double, root, RATES\nfrom helper import trained\n",
        HELPER: f"{dedent(FUNCTIONS)}\nimport time\ntrained = time.sleep(60)\n",
    }
    session = opened(files, import_seconds=0.5)
    all_is_there(session)
    with pytest.raises(OverLimit) as caught:
        session.get(FILE, "trained")
    assert caught.value.limit == "import_seconds"
    assert caught.value.message == (
        "`trained` is not defined, since line 14 of ex/helper.py took more than 0.5 seconds and "
        "was stopped."
    )
    assert "__main__" in caught.value.hint


@pytest.mark.parametrize("death", ["os._exit(3)", "ctypes.string_at(0)", "os.abort()"])
def test_a_line_that_ends_its_process_is_found_and_left_out(at_levels: Opens, death: str) -> None:
    session = at_levels({FILE: f"import ctypes, os\n{dedent(FUNCTIONS)}\n{death}\nL = [1 + 1]\n"})
    all_is_there(session)
    assert session.get(FILE, "L") == [2]
    (note,) = session.notes
    assert note.startswith("Line 14 of ex/work.py ")
    assert session.close().restarts == 2


def test_many_lines_that_end_their_process_leave_definitions(opened: Opens) -> None:
    source = f"{dedent(FUNCTIONS)}\nimport os\n" + "os._exit(1)\n" * 10 + "L = [1]\nM = sum(L)\n"
    session = opened({FILE: source})
    assert value(session, "double", 2) == 4
    assert session.get(FILE, "L") == [1]
    with pytest.raises(SubmissionError, match="nothing was computed, since"):
        session.get(FILE, "M")
    assert session.close().restarts <= 5


def test_a_line_is_paid_for_once_by_all_exercises(launcher: Launcher, stubs: Path) -> None:
    files = {FILE: b"def f():\n    return 1\nwhile True:\n    pass\n"}
    limits = Limits(import_seconds=0.5)
    order = RunnerSpec(files=files, folder="ex", stubs=stubs, profile=PROFILE, limits=limits)
    ended: dict[Any, Any] = {}
    restarts = []
    for _ in range(2):
        session = Session(launcher, order, ended=ended)
        assert value(session, "f") == 1
        assert len(session.notes) == 1
        restarts.append(session.close().restarts)
    assert restarts == [1, 0]


def test_a_file_that_imports_itself_anew_ends_as_in_python(opened: Opens) -> None:
    again = "import sys\nsys.modules.pop('work', None)\nfrom work import no_such\n"
    session = opened({FILE: f"{dedent(FUNCTIONS)}\n{again}{again}L = [1]\n"}, import_seconds=60.0)
    all_is_there(session)
    assert session.get(FILE, "L") == [1]
    assert "RecursionError" in session.notes[0]
    assert session.close().restarts == 0


def test_a_file_that_is_run_under_two_names_loses_no_line_twice(opened: Opens) -> None:
    failing = f"import no_such\n{dedent(FUNCTIONS)}\nimport helper\n"
    files = {
        FILE: f"{failing}L = [helper.f]\n",
        HELPER: "from ex.work import double as f\n",
        "ex/__init__.py": "",
    }
    session = opened(files)
    all_is_there(session)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for the word of a runner where it is: some of these files never let it speak."""
    monkeypatch.setattr("grader.submission.connection.client.WHERE_SECONDS", 0.2)


RUDE = [
    "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\nraise E\nx = 1",
    "class E(Exception):\n    def __str__(self):\n        raise SystemExit\nraise E()\nx = 1",
    "import sys\nsys.modules.clear()\n1 / 0\nx = 1",
    "import builtins\nbuiltins.isinstance = None\n1 / 0\nx = 1",
    "import sys\nsys.path_hooks.clear()\nsys.meta_path.clear()\nimport helper\nx = 1",
    "import ast\nast.parse = compile = None\n1 / 0\nx = 1",
    "globals().clear()\n1 / 0\nx = 1",
    "import sys\nsys.setrecursionlimit(40)\ndef r():\n    r()\nr()\nx = 1",
    "exec(compile('1/0', __file__, 'exec'))\nx = 1",
    "import signal, time\nsignal.signal(signal.SIGUSR1, signal.SIG_DFL)\ntime.sleep(60)\nx = 1",
    "import signal, time\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\ntime.sleep(60)\nx = 1",
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("source", RUDE)
@pytest.mark.usefixtures("impatient")
def test_what_a_file_does_to_its_process_is_no_error_of_ours(opened: Opens, source: str) -> None:
    is_no_error_of_ours(opened, source)


@pytest.mark.parametrize("source", RUDE[::3])
@pytest.mark.usefixtures("impatient")
def test_that_is_none_without_isolation(without_isolation: Opens, source: str) -> None:
    is_no_error_of_ours(without_isolation, source)


def is_no_error_of_ours(opened: Opens, source: str) -> None:
    """Check that a file either gives its value or gets the reason."""
    session = opened({FILE: source, HELPER: "y = 2\n"}, import_seconds=0.5)
    try:
        assert session.get(FILE, "x") == 1
    except SubmissionError as error:
        assert error.message  # noqa: PT017  (either is right: it is its own process)
