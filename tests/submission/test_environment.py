"""What a submission finds around it: nothing of the grader's own start, and harmless stand-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.errors import SubmissionError
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher
from grader.submission import Session
from grader.submission.failures.stand_ins import NOTES, known, notes
from grader.wire.replies import Value, reply_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Open = Callable[..., Session]

COMMAND_LINE = """
import argparse
import sys

RATE = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=7)
STEPS = parser.parse_args().steps
ORIGINAL = sys.orig_argv[1:]


def later():
    return sys.argv
"""


def test_the_command_line_is_that_of_the_file(opened: Open) -> None:
    session = opened({"ex/work.py": COMMAND_LINE, "ex/second.py": COMMAND_LINE})
    assert session.get("ex/work.py", "RATE") == 0.5
    assert session.get("ex/work.py", "STEPS") == 7
    assert session.get("ex/work.py", "ORIGINAL") == []
    for file in ("ex/work.py", "ex/second.py", "ex/work.py"):
        (path,) = session.call(file, "later", []).value
        assert path.endswith(file)


def test_what_one_call_leaves_in_the_command_line_is_gone_at_the_next(opened: Open) -> None:
    session = opened("import sys\ndef f():\n    sys.argv.append('x')\n    return len(sys.argv)\n")
    assert [session.call("ex/work.py", "f", []).value for _ in range(2)] == [2, 2]


def test_the_module_main_is_empty(opened: Open) -> None:
    session = opened("import __main__\nNAMES = [n for n in vars(__main__) if n[0] != '_']\n")
    assert session.get("ex/work.py", "NAMES") == []


def test_nobody_answers_a_question(opened: Open) -> None:
    source = """
        def f():
            try:
                return input()
            except EOFError:
                return "nobody"
    """
    assert opened(source).call("ex/work.py", "f", []).value == "nobody"


CHANGES = [
    ("import numpy as np; np.seterr(all='raise')", "__import__('numpy').geterr()['over']", "warn"),
    ("import sys; sys.path.insert(0, 'x')", "'x' in __import__('sys').path", False),
    ("import os; os.chdir('/')", "__import__('os').getcwd() == '/'", False),
    ("import os; os.environ['X_Y'] = '1'", "'X_Y' in __import__('os').environ", False),
    (
        "import warnings; warnings.simplefilter('error')",
        "any(f[0] == 'error' for f in __import__('warnings').filters)",
        False,
    ),
    ("import builtins; builtins.pow = 3", "callable(pow)", True),
    (
        "import numpy as np; np.set_printoptions(precision=1)",
        "__import__('numpy').get_printoptions()['precision']",
        8,
    ),
    (
        "import matplotlib; matplotlib.rcParams['lines.linewidth'] = 77",
        "__import__('matplotlib').rcParams['lines.linewidth'] == 77",
        False,
    ),
    (
        "import decimal; decimal.getcontext().prec = 3",
        "__import__('decimal').getcontext().prec",
        28,
    ),
    ("import numpy as np; np.exp = None", "callable(__import__('numpy').exp)", True),
]


@pytest.mark.parametrize(("change", "look", "before"), CHANGES)
def test_what_a_file_changes_is_gone_with_its_runner(
    opened: Open, change: str, look: str, before: object
) -> None:
    session = opened(
        {"ex/work.py": f"{change}\ndef f():\n    return 1\n", "ex/next.py": f"FOUND = {look}\n"},
        restarts=0,
    )
    session.call("ex/work.py", "f", [])
    session.renew()
    assert session.get("ex/next.py", "FOUND") == before
    assert session.close().restarts == 0


def test_each_file_has_its_own_restarts(opened: Open) -> None:
    deadly = "import os\ndef f():\n    os._exit(3)\n"
    session = opened({"ex/work.py": deadly, "ex/next.py": "def f():\n    return 1\n"}, restarts=1)
    for _ in range(4):
        with pytest.raises(SubmissionError):
            session.call("ex/work.py", "f", [])
    session.renew()
    assert session.call("ex/next.py", "f", []).value == 1
    assert session.close().restarts > 0


def test_the_global_generators_begin_again_in_a_fresh_runner(opened: Open) -> None:
    source = """
        import random
        import numpy as np

        def f():
            return np.random.rand(), random.random()
    """
    session = opened({"ex/work.py": source, "ex/next.py": source})
    first = session.call("ex/work.py", "f", []).value
    session.renew()
    assert session.call("ex/next.py", "f", []).value == first


USES = [
    "from tqdm import tqdm\nN = sum(tqdm(range(4)))",
    "import ipdb\nN = 6\nipdb.set_trace()",
    "from numba import njit, prange as p\n@njit(cache=True)\ndef f():\n    return sum(p(4))\nN=f()",
    "from numba import float64, jit\n@jit(float64(float64))\ndef f(n):\n    return n\nN = f(6)",
    (
        "from numba import vectorize\n@vectorize(['f8(f8)'])\ndef f(n):\n    return max(n, 0)\n"
        "N = int(sum(f([-1, 6])))"
    ),
    "import seaborn as sns\nsns.set_theme(style='dark')\nN = 6",
    "from memory_profiler import profile\n@profile\ndef f():\n    return 6\nN = f()",
    "import plotly.express as px\npx.line(x=[1], y=[2]).show()\nN = 6",
]


@pytest.mark.parametrize("source", USES)
def test_what_shows_times_or_debugs_costs_nothing(opened: Open, source: str) -> None:
    session = opened(source)
    assert session.get("ex/work.py", "N") == 6
    session.close()
    package = source.split()[1].partition(".")[0]
    told = [note for note in session.notes if package in note]
    assert len(told) == (package != "tqdm")


UNUSED = {
    "import": "import pandas as pd",
    "several": "import pandas, networkx",
    "in a loop": "for _ in range(2): import sklearn",
}


@pytest.mark.parametrize("line", UNUSED.values(), ids=UNUSED)
def test_a_package_that_a_function_imports_matters_where_it_is_used(
    opened: Open, line: str
) -> None:
    session = opened(f"def f():\n    {line}\n    return 6\n")
    assert session.call("ex/work.py", "f", []).value == 6


@pytest.mark.parametrize(
    "body",
    [
        "import pandas as pd; return pd.DataFrame().size",
        "from pandas import DataFrame; return 1",
        "import pandas.plotting; return 1",
        "import importlib; return importlib.import_module('pandas')",
    ],
)
def test_a_package_that_is_used_is_missing_all_the_same(opened: Open, body: str) -> None:
    with pytest.raises(SubmissionError, match="pandas"):
        opened(f"def f():\n    {body}\n").call("ex/work.py", "f", [])


@pytest.mark.parametrize("caught", ["ImportError", "ModuleNotFoundError", "Exception", ""])
def test_what_is_prepared_for_a_missing_package_meets_it(opened: Open, caught: str) -> None:
    session = opened(f"""
        def f():
            try:
                import cupy as np
            except {caught}:
                return 6

        def g():
            import cupy
            return 7
    """)
    assert session.call("ex/work.py", "f", []).value == 6
    assert session.call("ex/work.py", "g", []).value == 7
    with pytest.raises(SubmissionError, match="cupy"):
        opened("import cupy\nN = cupy.zeros(3)\n").get("ex/work.py", "N")


UNATTENDED = {
    "a breakpoint": "breakpoint()",
    "the debugger": "import pdb; pdb.set_trace()",
    "the debugger, by its name": "from pdb import set_trace as stop; stop()",
    "a figure in a folder that is not there": "plt.plot([1]); plt.savefig('figures/loss.png')",
    "a figure's own way": "plt.figure().savefig('C:/Users/ann/figures/loss.pdf')",
    "an array as a picture": "plt.imsave('figures/digit.png', [[0, 1]])",
    "a graph": "import pygraphviz; pygraphviz.AGraph().draw('figures/net.png', prog='dot')",
    "a graph as text": "import pygraphviz as pgv; pgv.AGraph().write('figures/net.dot')",
    "a figure below a file": "plt.savefig('work.py/loss.png')",
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("line", UNATTENDED.values(), ids=UNATTENDED)
def test_what_is_for_a_person_at_the_screen_costs_nothing(opened: Open, line: str) -> None:
    session = opened(f"""
        import matplotlib.pyplot as plt
        {line}
        import math

        def f():
            {line}
            return math.floor(6.5)
    """)
    assert session.call("ex/work.py", "f", []).value == 6
    session.close()
    assert session.notes == []


def test_a_figure_is_still_saved_where_there_is_a_folder(opened: Open) -> None:
    session = opened("""
        def f():
            import os
            import matplotlib.pyplot as plt
            plt.savefig("loss.png")
            return os.path.getsize("loss.png") > 0
    """)
    assert session.call("ex/work.py", "f", []).value is True


def test_what_computes_has_no_stand_in(opened: Open) -> None:
    with pytest.raises(SubmissionError, match="pandas"):
        opened("import pandas\nN = pandas.DataFrame().size\n").get("ex/work.py", "N")


@pytest.mark.parametrize("used", [None, 3, {"lr": 1}, ["<b>"], [["lr"]], ["torch"], "lr"])
def test_a_runner_cannot_put_its_own_words_into_notes(used: object) -> None:
    reply = reply_of({"op": "value", "stood_in": used})
    assert isinstance(reply, Value)
    assert known(reply.stood_in) == set()


def test_every_stand_in_has_its_sentence() -> None:
    assert known(["lr", "numba", "torch", "x"], ("torch",)) == {"lr", "numba", "torch"}
    assert len(notes(set(NOTES))) == len(NOTES)
    assert notes({"numba", "seaborn"})[0].startswith("`numba`, `seaborn` are not installed")


# ---------------------------------------------------------------------------- what is not installed


WRITING = """
def f():
    with SummaryWriter("runs") as writer:
        writer.add_scalar("loss", 0.5, 1)
    return 1
"""


@pytest.mark.parametrize(
    ("source", "lacked"),
    [
        ("import torch\ndef f():\n    return 1\n", False),
        ("def f():\n    return 1\ndef g():\n    import torch\n    torch.zeros(3)\n", False),
        ("import torch as t\ndef f():\n    return t.zeros(3)\n", True),
        ("def f():\n    import torch\n    return torch.zeros(3)\n", True),
        ("def f():\n    from torch import nn\n    return 1\n", True),
        (f"from torch.utils.tensorboard import SummaryWriter{WRITING}", False),
        (
            f"from torch.utils import tensorboard as t\nSummaryWriter = t.SummaryWriter{WRITING}",
            False,
        ),
        (f"from tensorboardX import SummaryWriter{WRITING}", False),
        ("def f():\n    from torch.utils import data\n    return 1\n", True),
        ("def f():\n    import torch.nn as nn\n    return 1\n", True),
    ],
)
def test_a_package_that_we_lack_matters_where_it_is_used(
    stubs: Path, source: str, lacked: bool
) -> None:
    order = RunnerSpec(
        files={"ex/work.py": source.encode()},
        folder="ex",
        stubs=stubs,
        profile=Profile(name="numpy"),
        limits=Limits(),
        absent=("torch",),
    )
    session = Session(PlainLauncher(), order)
    try:
        if lacked:
            with pytest.raises(SubmissionError, match="torch"):
                session.call("ex/work.py", "f", [])
        else:
            assert session.call("ex/work.py", "f", []).value == 1
        assert session.lacked() == ["torch"] * lacked
    finally:
        session.close()
    told = any("a stand-in that does nothing" in note for note in session.notes)
    assert told == ("SummaryWriter" in source)
