"""Notebooks in place of a file: what fails costs what needs it, and says the cell and the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, Failed, OverLimit, SubmissionError
from grader.intake.sealed import Sealed
from grader.notebooks import Reader, gather
from grader.sandbox.launcher import Launcher, Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session
from tests.launching import launcher
from tests.notebooks.corpus import HARMLESS
from tests.notebooks.making import notebook

if TYPE_CHECKING:
    from collections.abc import Mapping

STUBS = Path(__file__).parents[2] / "assignments"
PROFILE = Profile(name="numpy", environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
FILE = "neural_net/learn_random_data.py"
NAME = "learn_random_data.ipynb"

Opens = Callable[..., Session]


@pytest.fixture
def opened() -> Iterator[Opens]:
    """Return the function that opens a session on a notebook's cells, or on files."""
    yield from sessions_of(launcher())


@pytest.fixture(params=["none", "best"])
def at_levels(request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Return the same without isolation, then at the best level of this machine."""
    yield from sessions_of(PlainLauncher() if request.param == "none" else launcher())


def sessions_of(launcher: Launcher) -> Iterator[Opens]:
    """Yield the function that opens sessions, and close them at the end."""
    sessions: list[Session] = []

    def make(*cells: str, files: Mapping[str, bytes] | None = None, **limits: float) -> Session:
        sealed = Sealed("me", {**(files or {}), **({NAME: notebook(*cells)} if cells else {})})
        work = gather(sealed, STUBS, Reader(launcher, STUBS))
        order = RunnerSpec(
            files=work.laid_out,
            folder="neural_net",
            stubs=STUBS,
            profile=PROFILE,
            limits=Limits(**limits),  # type: ignore[arg-type]
        )
        sessions.append(Session(launcher, order, programs=work.programs, problems=work.problems))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def value(session: Session, name: str, *arguments: Any, file: str = FILE) -> Any:
    return session.call(file, name, arguments).value


def test_functions_are_found_whatever_their_order(at_levels: Opens) -> None:
    session = at_levels("def g(x):\n    return f(x) + K", "K = 1", "def f(x):\n    return 2 * x")
    assert value(session, "g", 3) == 7
    assert session.get(FILE, "K") == 1
    assert session.notes == []


def test_a_cell_that_fails_costs_only_what_it_defines(at_levels: Opens) -> None:
    session = at_levels(
        "def f(x):\n    return x",
        "a = 1\nb = a / 0\nlosses = [3]",
        "def g(x):\n    return x + 1",
        "this is no Python",
    )
    assert (value(session, "f", 1), value(session, "g", 1), session.get(FILE, "a")) == (1, 2, 1)
    with pytest.raises(Crashed) as caught:
        session.get(FILE, "b")
    assert caught.value.message == (
        "`b` is not defined, since cell 2 of learn_random_data.ipynb raised ZeroDivisionError: "
        "division by zero (line 2)."
    )
    assert [(f.file, f.line, f.code) for f in caught.value.frames] == [
        ("learn_random_data.ipynb, cell 2", 2, "b = a / 0")
    ]
    assert session.get(FILE, "losses") == [3]  # a constant below the line needs nothing of it
    with pytest.raises(Failed, match="`h` is not defined in any cell of learn_random_data"):
        value(session, "h")
    spared = ": what does not need that cell was graded all the same."
    assert session.notes == [
        f"Cell 2 of {NAME} raised ZeroDivisionError: division by zero (line 2){spared}",
        f"Cell 4 of {NAME} failed: invalid syntax in line 1{spared}",
    ]


def test_an_import_that_is_not_there_costs_no_function_beside_it(opened: Opens) -> None:
    session = opened("import no_such_package as n\nimport math\ndef f(x):\n    return math.sqrt(x)")
    assert value(session, "f", 4.0) == 2.0


WHOLE = """import math
A = 1
{above}
def root(x):
    return math.sqrt(x)

{below}
B = [A, 2]
"""
CONFLICT = "<<<<<<< HEAD\nC = 1\n=======\nC = 2\n>>>>>>> b"
NO_PYTHON = (
    "print 'two'",
    "x = (1",
    "def broken(:\n    return 1",
    CONFLICT,
    "1 +",
    "return 3",
)


@pytest.mark.parametrize("line", NO_PYTHON)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_line_that_is_no_python_costs_no_definition_beside_it(
    opened: Opens, line: str, place: str
) -> None:
    cell = WHOLE.format(**{"above": "", "below": "", place: line})
    session = opened(cell)
    assert value(session, "root", 9.0) == 3.0
    assert session.get(FILE, "A") == 1
    assert len([note for note in session.notes if note.startswith("Cell 1 of")]) == 1


def test_what_stands_in_a_cell_that_is_no_python_replaces_nothing(opened: Opens) -> None:
    session = opened("def f():\n    return 1", "def f():\n    return 2\nK = 3\nx = (")
    assert (value(session, "f"), session.get(FILE, "K")) == (1, 3)


def test_an_error_in_a_call_says_the_cell_and_the_line(opened: Opens) -> None:
    session = opened("x = 1", "\n\ndef f(x):\n    return missing(x)", "raise ValueError('!')")
    with pytest.raises(Crashed) as caught:
        value(session, "f", 1)
    [frame] = caught.value.frames
    assert (frame.file, frame.code) == ("learn_random_data.ipynb, cell 2", "return missing(x)")
    session = opened("def f(x):\n    return helper(x)", "helper = 1 / 0")
    with pytest.raises(Crashed, match="NameError") as caught:
        value(session, "f", 1)
    assert "since cell 2 of learn_random_data.ipynb raised ZeroDivisionError" in caught.value.hint


def test_a_name_that_a_later_cell_defines_is_no_loss_and_is_told(opened: Opens) -> None:
    session = opened("a = helper(1)\nb = a + 1", "def helper(x):\n    return x", "a = 10")
    assert session.get(FILE, "b") == 2
    assert session.get(FILE, "a") == 10  # what a later cell made of it
    [note] = session.notes
    assert "Cell 1 of learn_random_data.ipynb uses `helper`" in note
    assert "Restart and run all" in note


def test_what_functions_need_is_kept_where_a_cell_deletes_it(opened: Opens) -> None:
    session = opened(
        "import math\nK, big = 2, [0]\ndef f(x):\n    return math.sqrt(x) * K",
        "f(4)\ndel math, K, big",
        "for unit in range(2):\n    pass\ndel unit",
        "gone = 'big' not in globals() and 'unit' not in globals()",
    )
    assert value(session, "f", 9.0) == 6
    assert session.get(FILE, "gone") is True
    session.close()
    [note] = session.notes
    assert note.startswith("`del` would have taken names away")


def test_an_endless_cell_costs_one_deadline_and_only_what_it_computes(at_levels: Opens) -> None:
    session = at_levels(
        "def f(x):\n    return x",
        "import math\ndef g(x):\n    return math.sqrt(x)\nRATE = 1e-3\nwhile True:\n    pass",
        "def h(x):\n    return g(x) + RATE",
        import_seconds=0.7,
    )
    assert (value(session, "f", 1), value(session, "h", 4.0)) == (1, 2.001)
    assert "Cell 2 of learn_random_data.ipynb took more than 0.7 seconds" in session.notes[0]
    assert session.close().restarts == 1


@pytest.mark.parametrize(
    "death", ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "def f(: pass"]
)
def test_a_cell_that_ends_its_process_costs_only_itself(at_levels: Opens, death: str) -> None:
    session = at_levels("def f(x):\n    return x", death, "def g(x):\n    return f(x)")
    assert value(session, "g", 1) == 1
    assert "Cell 2 of learn_random_data.ipynb" in session.notes[0]


def test_many_cells_that_never_end_leave_the_rest_to_be_graded(opened: Opens) -> None:
    endless = ["import time\nwhile True:\n    time.sleep(1)"] * 6  # costs no processor
    session = opened("def f(x):\n    return x", *endless, import_seconds=0.3, restarts=8)
    assert value(session, "f", 1) == 1
    assert session.close().restarts <= 4


def test_a_function_that_never_returns_is_as_in_a_file(opened: Opens) -> None:
    session = opened("def f():\n    while True:\n        pass", "def g():\n    return 1")
    for _ in range(2):
        with pytest.raises(OverLimit, match=r"more than 0\.3 seconds"):
            session.call(FILE, "f", [], seconds=0.3)
        assert value(session, "g") == 1


def test_the_budget_of_an_exercise_holds(opened: Opens) -> None:
    slow = ["import time; time.sleep(0.4)"] * 10
    session = opened("def f(x):\n    return x", *slow, exercise_wall_seconds=2.0)
    assert value(session, "f", 1) == 1
    assert session.close().wall_seconds < 2.0


def test_a_main_part_sleeps_until_a_name_is_needed_that_only_it_defines(opened: Opens) -> None:
    main = 'if __name__ == "__main__":\n    print("awake")\n    K = 3'
    session = opened("def f(x):\n    return x", main)
    assert (value(session, "f", 1), session.take_printed()) == (1, "")
    assert session.get(FILE, "K") == 3
    assert session.take_printed() == "awake\n"
    session = opened(main, "L = K + 1")
    assert session.get(FILE, "L") == 4


def test_files_and_notebooks_import_one_another(at_levels: Opens) -> None:
    other = "neural_net/local_minimum"
    files = {
        f"{other}.py": b"from learn_random_data import f\ndef g(x):\n    return f(x) + 1\n",
        "neural_net/explosion.ipynb": notebook(
            "import local_minimum", "from neural_net.learn_random_data import K",
            "def h(x):\n    return local_minimum.g(x) + K",
        ),
        "plot_net.ipynb": notebook("%run learn_random_data.ipynb", "def k(x):\n    return f(x)"),
    }  # fmt: skip
    session = at_levels("K = 5", "def f(x):\n    return 2 * x", files=files)
    assert value(session, "g", 1, file=f"{other}.py") == 3
    assert value(session, "h", 1, file="neural_net/explosion.py") == 8
    assert value(session, "k", 1, file="neural_net/plot_net.py") == 2


def test_a_line_of_a_helper_that_fails_costs_a_notebook_what_needs_it(opened: Opens) -> None:
    helper = b"import no_such\ndef f(x):\n    return x\nlost = no_such.f()\n"
    session = opened(
        "from helper import f, lost",
        "def g(x):\n    return f(x)",
        "def h():\n    return lost",
        files={"neural_net/helper.py": helper},
    )
    assert value(session, "g", 1) == 1
    with pytest.raises(Crashed) as caught:
        value(session, "h")
    assert "cannot import name 'lost'" in caught.value.hint
    (note,) = [note for note in session.notes if "Line 1 of neural_net/helper.py" in note]
    assert "`no_such`" in note


def test_notebooks_that_import_each_other_come_to_an_end(opened: Opens) -> None:
    files = {"explosion.ipynb": notebook("from learn_random_data import f", "def g(): return f()")}
    session = opened("import explosion", "def f():\n    return 1", files=files)
    assert value(session, "g", file="neural_net/explosion.py") == 1
    assert value(session, "f") == 1


def test_what_notebooks_are_full_of_costs_nothing(opened: Opens) -> None:
    session = opened(*HARMLESS, "import math\ndef f(x):\n    return math.sqrt(x)")
    assert value(session, "f", 4.0) == 2.0
    assert session.notes == []
    assert len(session.take_printed()) < 100_000


def test_names_stay_where_a_cell_would_take_them_away(opened: Opens) -> None:
    cells = ("K = 2", "def f(x):\n    return K * x", "%reset -f")
    session = opened(*cells)
    assert value(session, "f", 3) == 6
    work = gather(Sealed("me", {NAME: notebook(*cells)}), STUBS, Reader(launcher(), STUBS))
    said = f'"%reset" (cell 3 of "{NAME}") was not run: what the cells before it define was graded.'
    assert said in work.notes


def test_a_function_that_is_a_method_is_told_its_class(opened: Opens) -> None:
    session = opened(
        "def gradients(x): ...", "class Net:\n    def forward(self, x):\n        return x"
    )
    with pytest.raises(Failed, match=r"`forward` is not defined in any cell") as caught:
        value(session, "forward", 1)
    said = "`forward` stands in the class `Net`: a function outside of it is needed."
    assert caught.value.hint == said


@pytest.mark.parametrize("cell", ["raise SystemExit", "import sys; sys.exit(1)"])
def test_leaving_a_cell_ends_that_cell(opened: Opens, cell: str) -> None:
    session = opened(f"k = 1\n{cell}\nl = k", "def f(x):\n    return k")
    assert value(session, "f", 4.0) == 1
    assert "ended the program" in session.notes[0]


def test_input_raises_at_once_and_says_so(opened: Opens) -> None:
    session = opened("n = int(input('how many?'))", "def f(x):\n    return x")
    with pytest.raises(Crashed) as caught:
        session.get(FILE, "n")
    assert "waits for a person" in caught.value.hint
    assert value(session, "f", 1) == 1


def test_what_a_notebook_writes_it_can_read(at_levels: Opens) -> None:
    session = at_levels("%%writefile helper.py\nK = 7", "import helper\nk = helper.K")
    assert session.get(FILE, "k") == 7


def test_a_broken_notebook_fails_with_its_sentence(opened: Opens) -> None:
    session = opened(files={NAME: b"{"})
    with pytest.raises(SubmissionError, match="is cut off"):
        value(session, "f")


@pytest.mark.parametrize(
    "cell",
    [
        "globals()[3] = object()\nglobals()['f\\n\\x1b'] = 1",
        "import sys; sys.modules.clear()",
        "import builtins; builtins.print = builtins.isinstance = builtins.type = None",
        "get_ipython = display = None\nglobals().pop('get_ipython', None)",
        "import linecache; linecache.cache = None",
        "import threading as t, time\nt.Thread(target=time.sleep, args=[9], daemon=True).start()",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        "import sys\nsys.setrecursionlimit(50)\ndef r(): r()\nr()",
        "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Cells': o.module = 0",
    ],
)
def test_what_a_cell_does_to_its_process_is_no_error_of_ours(opened: Opens, cell: str) -> None:
    session = opened("def f(x):\n    return x", cell)
    try:
        assert value(session, "f", 1) == 1
    except SubmissionError as error:
        assert error.message  # noqa: PT017  (either is right: it is its own process)
