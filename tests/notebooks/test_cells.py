"""Single cells, as a judge has them run: names, values, errors, and what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.errors import Crashed, OverLimit
from grader.wire import Opaque

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submission import Session

    Run = Callable[..., object]


def test_cells_share_their_names_and_give_the_value_of_the_last_expression(run: Run) -> None:
    assert run("import numpy as np\nx = 3") is None
    assert run("x + 1") == 4
    value = run("np.arange(x)")
    assert isinstance(value, np.ndarray)
    assert value.tolist() == [0, 1, 2]


def test_functions_and_constants_of_cells_are_asked_for_as_those_of_files(
    run: Run, session: Session
) -> None:
    run("K = 2\ndef f(a):\n    return K * a")
    assert session.call("ex/work.py", "f", [21]).value == 42
    assert session.get("ex/work.py", "K") == 2


def test_an_error_says_the_cell_and_the_line_and_keeps_what_was_defined_above_it(run: Run) -> None:
    with pytest.raises(Crashed) as caught:
        run("def f(a):\n    return a / 0\ny = 5\nf(3)\nz = 6")
    frames = [(frame.file, frame.line, frame.code) for frame in caught.value.frames]
    assert frames == [
        ("ex/nets.ipynb, cell 1", 4, "f(3)"),
        ("ex/nets.ipynb, cell 1", 2, "return a / 0"),
    ]
    assert run("y, 'z' in globals()") == (5, False)


def test_a_cell_that_never_ends_is_stopped_and_its_runner_is_replaced(
    run: Run, session: Session
) -> None:
    run("x = 1")
    before = session.generation
    with pytest.raises(OverLimit, match=r"more than 0\.3 seconds"):
        run("while True:\n    pass", seconds=0.3)
    assert session.generation == before + 1
    with pytest.raises(Crashed, match="NameError"):
        run("x")


def test_a_value_that_is_no_plain_data_is_named_and_costs_nothing(run: Run) -> None:
    value = run("class Net: pass\nNet()")
    assert isinstance(value, Opaque)
    assert value.type_name.endswith("Net")
    assert isinstance(run("a = []\na.append(a)\na"), Opaque)


def test_top_level_await_is_run_to_its_end(run: Run) -> None:
    source = (
        "import asyncio\nasync def g():\n    await asyncio.sleep(0.01)\n    return 7\nawait g()"
    )
    assert run(source) == 7


def test_input_raises_at_once(run: Run) -> None:
    with pytest.raises(Crashed) as caught:
        run("input('how many?')")
    assert "waits for a person" in caught.value.hint


def test_what_belongs_to_jupyter_does_nothing_and_costs_nothing(run: Run) -> None:
    run("from IPython.display import HTML, display\ndisplay(HTML('<b>')); exit(); quit()")
    run("from google.colab import drive\ndrive.mount('/content/drive')")
    run("import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
    source = """
from ipywidgets import interact
from tqdm.notebook import tqdm, trange

@interact(x=(1, 2))
def twice(x):
    return 2 * x

[twice(i) for i in tqdm(range(3))] + list(trange(2))
"""
    assert run(source) == [0, 2, 4, 0, 1]


def test_a_class_of_a_cell_can_be_pickled(run: Run) -> None:
    source = "import pickle\nclass Net: pass\ntype(pickle.loads(pickle.dumps(Net()))) is Net"
    assert run(source) is True


def test_definitions_alone_leave_out_what_computes(run: Run) -> None:
    source = """
import no_such_module
RATE = 3e-4
def f():
    return RATE
result = f()
if __name__ == "__main__":
    while True:
        pass
"""
    run(source, mode="definitions")
    assert run("f(), 'result' in globals()") == (3e-4, False)
