"""A line of a file that fails costs what needs it, in that file and in those that import it."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from grader.errors import Crashed, Failed

from .rescued import FILE, FUNCTIONS, HELPER, Opens, all_is_there, value

SPARED = "what does not need that line was graded all the same."


ARGPARSE = """
import argparse
p = argparse.ArgumentParser()
p.add_argument("rate")
p.parse_args([])
"""
SPEC = """
import importlib.util as u, os
s = u.spec_from_file_location("far", os.path.join("..", "lib", "far.py"))
far = u.module_from_spec(s)
s.loader.exec_module(far)
"""
APPENDED = """
import sys, os
sys.path.append(os.path.join(os.path.dirname(__file__), "..", "lib"))
import far
"""
# What stands in files of students and fails where they are graded, and what the note says of it.
FAILING = {
    "import no_debugger": "`no_debugger`",
    "import no_debugger, another_one, math": "`no_debugger`",
    "from google_of_mine.colab import drive": "`google_of_mine`",
    "import no_such_package.part as part": "`no_such_package`",
    "from math import no_such_name": "cannot import name 'no_such_name'",
    "assert 1 == 2, 'not yet'": "AssertionError: not yet",
    "assert 1 == 2": "raised AssertionError: what does not need that line",
    "open('data.txt')": "No such file or directory: 'data.txt'",
    "print(undefined)": "name 'undefined' is not defined",
    "n = int(input('how many? '))": "EOFError",
    "1 / 0": "ZeroDivisionError",
    "raise ValueError('here')": "ValueError: here",
    "import sys; sys.exit()": "ends the program",
    "exit()": "ends the program",
    "quit(1)": "ends the program",
    "raise SystemExit": "ends the program",
    "import os; os.chdir('nowhere')": "'nowhere'",
    ARGPARSE: "ends the program",
    "def broken(:\n    return 1": "is not Python",
    "x = (1": "is not Python",
    "print 'two'": "is not Python",
    "pip install numpy": "is not Python",
    "return 5": "is not Python",
    "!pip install numpy": "`!pip install numpy`",
    "files = !ls": "`!ls`",
    "get_ipython().system('pip install numpy')": "`!pip install numpy`",
    "get_ipython().run_line_magic('pip', 'install numpy')": "`%pip install numpy`",
    "x = [int(w) for w in 'one']": "invalid literal",
    "for k in range(3):\n    print(1 / (1 - k))": "ZeroDivisionError",
    "with open('missing') as f:\n    pass": "missing",
    "class A(Base):\n    pass": "name 'Base' is not defined",
    "@decorated\ndef other():\n    pass": "name 'decorated' is not defined",
}  # fmt: skip


IMPORTING = [
    "from helper import double, root, RATES",
    "from helper import *",
    "import helper\ndouble, root, RATES = helper.double, helper.root, helper.RATES",
    """
import importlib
for _n in ("double", "root", "RATES"):
    globals()[_n] = getattr(importlib.import_module("helper"), _n)
""",
]


@pytest.mark.parametrize("line", FAILING)
def test_a_line_that_fails_costs_nothing_that_does_not_need_it(opened: Opens, line: str) -> None:
    costs_nothing(opened, line)


@pytest.mark.parametrize("line", list(FAILING)[::5])
def test_it_is_the_same_without_isolation(without_isolation: Opens, line: str) -> None:
    costs_nothing(without_isolation, line)


def costs_nothing(opened: Opens, line: str) -> None:
    """Check that what stands above a line that fails, or below it, is there."""
    own = dedent(FUNCTIONS)
    below = list(FAILING).index(line) % 2
    session = opened({FILE: f"{own}\n{line}\n" if below else f"{line}\n{own}"})
    all_is_there(session)
    assert session.close().restarts == 0
    (note,) = [note for note in session.notes if FAILING[line] in note]
    assert "line" in note.lower()
    assert FILE in note
    assert not re.search(r"[.?!][.:,]", note.replace("...", ""))  # of two endings one is left


@pytest.mark.parametrize("line", FAILING)
def test_it_costs_no_more_to_files_that_import_the_file(opened: Opens, line: str) -> None:
    costs_no_more(opened, line)


@pytest.mark.parametrize("line", list(FAILING)[1::7])
def test_that_is_the_same_without_isolation(without_isolation: Opens, line: str) -> None:
    costs_no_more(without_isolation, line)


def costs_no_more(opened: Opens, line: str) -> None:
    """Check that what a file imports is there, whatever fails in the other."""
    importing = IMPORTING[list(FAILING).index(line) % len(IMPORTING)]
    session = opened({FILE: importing, HELPER: f"{line}\n{dedent(FUNCTIONS)}"})
    all_is_there(session)
    (note,) = [note for note in session.notes if FAILING[line] in note]
    assert HELPER in note


HARMLESS = [
    "%matplotlib inline",
    "%%time\nx = 1",
    'get_ipython().run_line_magic("matplotlib", "inline")',
    '# In[3]:\nget_ipython().run_cell_magic("time", "", "y = 3\\n")',
    "double?",
    'if __name__ == "__main__":\n    raise SystemExit',
    "try:\n    import no_debugger\nexcept ImportError:\n    pass",
    'print("printing")',
]  # fmt: skip


@pytest.mark.parametrize("line", HARMLESS)
def test_what_does_nothing_here_costs_nothing_and_is_not_told(opened: Opens, line: str) -> None:
    session = opened({FILE: f"{dedent(FUNCTIONS)}\n{line}\n"})
    all_is_there(session)
    assert session.notes == []


def test_what_is_missing_says_the_line(at_levels: Opens) -> None:
    session = at_levels("""
        import numpy as np
        a = 1; b = a / 0; c = 3
        d = b + 1

        def f():
            return d
    """)
    assert (session.get(FILE, "a"), session.get(FILE, "c")) == (1, 3)
    for name in ("b", "d"):
        with pytest.raises(Crashed) as caught:
            session.get(FILE, name)
        assert caught.value.message == (
            f"`{name}` is not defined, since line 3 of ex/work.py raised ZeroDivisionError: "
            "division by zero."
        )
        assert [(f.file, f.line, f.code) for f in caught.value.frames] == [
            (FILE, 3, "a = 1; b = a / 0; c = 3")
        ]
    with pytest.raises(Crashed, match="`f` raised NameError") as caught:
        value(session, "f")
    assert "`d` is not defined, since line 3 of ex/work.py raised Zero" in caught.value.hint
    assert caught.value.frames[-1].line == 7
    (note,) = session.notes
    what = "raised ZeroDivisionError: division by zero"
    assert note == f"Line 3 of ex/work.py {what}: {SPARED} Line 4 needs it."


def test_who_uses_a_package_that_is_missing_is_told_which(opened: Opens) -> None:
    session = opened("""
        import seaborn_of_mine as sns
        sns.set()

        def f():
            return sns.color()

        def g():
            return 1
    """)
    assert value(session, "g") == 1
    with pytest.raises(Crashed, match="name 'sns' is not defined") as caught:
        value(session, "f")
    assert "since line 2 of ex/work.py imports `seaborn_of_mine`, which is neither" in (
        caught.value.hint
    )
    (note,) = session.notes
    assert note.endswith("Line 3 needs it.")


def test_the_reason_is_found_in_the_file_where_it_is(opened: Opens) -> None:
    session = opened(
        {
            FILE: "from helper import relu, tanh\n\ndef f():\n    return relu(1)\n"
            "def g():\n    return tanh(1)\n",
            HELPER: "import no_torch\nrelu = no_torch.relu\n\ndef tanh(x):\n    return x\n",
        }
    )
    assert value(session, "g") == 1
    with pytest.raises(Crashed) as caught:
        value(session, "f")
    assert "since line 1 of ex/helper.py imports `no_torch`" in caught.value.hint
    (note,) = session.notes
    assert note.endswith("Line 2 needs it. Line 1 of ex/work.py needs it.")


def test_a_name_that_no_line_defines_is_told_as_before(opened: Opens) -> None:
    with pytest.raises(Failed, match=r"^`f` is not defined in ex/work\.py\.$") as caught:
        value(opened("import no_debugger\nx = 1\n"), "f")
    assert caught.value.hint == "Keep the names of the stub exactly as they are."
    with pytest.raises(Failed) as caught:
        value(opened("exec('def f(:')\n"), "f")
    assert "was it to be defined there?" in caught.value.hint


def test_a_file_that_has_an_answer_ready_for_the_loss_of_another_uses_it(opened: Opens) -> None:
    helper = "import no_torch\n\ndef f():\n    return no_torch.f()\n"
    for guard in ("except ImportError:", "except (KeyError, ModuleNotFoundError):", "except:"):
        source = f"try:\n    from helper import f\n{guard}\n    def f():\n        return 'own'\n"
        session = opened({FILE: source, HELPER: helper})
        assert value(session, "f") == "own"
        assert session.notes == []
    between = {FILE: source, HELPER: "import inner\nf = inner.f\n", "ex/inner.py": helper}
    assert value(opened(between), "f") == "own"
    deaf = source.replace("except:", "except KeyError:")
    with pytest.raises(Crashed, match="name 'no_torch' is not defined"):
        value(opened({FILE: deaf, HELPER: helper}), "f")


def test_what_stands_below_a_deliberate_end_replaces_nothing(opened: Opens) -> None:
    for end in ("import sys; sys.exit()", "raise RuntimeError('old code below')", "'''old"):
        session = opened(
            f"def f():\n    return 'new'\n{end}\ndef f():\n    return 'old'\n"
            "def g():\n    return 2\nK = [f() for _ in range(2)]\n"
        )
        assert (value(session, "f"), value(session, "g")) == ("new", 2)
        if not end.startswith("'''"):
            assert session.get(FILE, "K") == ["new", "new"]


def test_the_main_part_is_woken_for_a_name_that_only_it_defines(opened: Opens) -> None:
    session = opened("""
        def f():
            return K

        if __name__ == "__main__":
            print("awake", __name__)
            K = 3
            K += 1
            1 / 0
            L = 5
            while True:
                pass
    """)
    with pytest.raises(Crashed, match="name 'K' is not defined"):
        value(session, "f")
    assert session.take_printed() == ""
    assert session.get(FILE, "K") == 4
    assert value(session, "f") == 4
    assert session.take_printed() == "awake __main__\n"
    assert session.get(FILE, "L") == 5  # what was run is not run again
    assert session.take_printed() == ""
    with pytest.raises(Failed, match="`M` is not defined"):
        session.get(FILE, "M")


def test_decorators_and_annotations_of_a_missing_package_cost_nothing(opened: Opens) -> None:
    session = opened("""
        from no_numba import njit
        import no_torch

        @njit(cache=True)
        def f(x: no_torch.Tensor) -> no_torch.Tensor:
            return x + 1

        y: no_torch.Tensor = 2

        class Point:
            x: no_torch.Tensor = 3

        def g():
            return Point().x
    """)
    assert (value(session, "f", 1), session.get(FILE, "y"), value(session, "g")) == (2, 2, 3)
    assert session.notes[0].endswith("Line 5 needs it.")


def test_files_keep_what_python_gives_them(opened: Opens) -> None:
    source = '''
        """Its text."""
        from __future__ import annotations
        import dataclasses, inspect, pickle, sys, os

        1 / 0

        @dataclasses.dataclass
        class Point:
            x: Unknown
            y: int = 2

        def f():
            copy = pickle.loads(pickle.dumps(Point(1)))
            return [
                copy == Point(1), __doc__, __name__, os.path.basename(__file__),
                inspect.getsource(f).splitlines()[0], sys.modules[__name__].f is f,
                f.__code__.co_firstlineno, inspect.signature(f).parameters == {},
            ]
    '''
    here = [True, "Its text.", "work", "work.py", "def f():", True, 13, True]
    assert value(opened(source), "f") == here
    whole = opened(source.replace("1 / 0", "1 / 1"))
    assert value(whole, "f") == here
    assert whole.notes == []


def test_packages_and_circular_imports_are_as_in_python(at_levels: Opens) -> None:
    session = at_levels(
        {
            FILE: """
                import no_such
                from pack import part, K
                from pack.part import b
                import other_
                def f():
                    return part.a, K, b, other_.g()
                def own():
                    return 7
            """,
            "ex/pack/__init__.py": "1 / 0\nfrom . import part\nfrom .part import a as K\n",
            "ex/pack/part.py": "import no_such\na = 1\nb = 2\n",
            "ex/other_.py": "import work\n1 / 0\ndef g():\n    return work.own()\n",
        }
    )
    assert value(session, "f") == (1, 1, 2, 7)


@pytest.mark.parametrize(
    "importing",
    [APPENDED, "import sys\nsys.path.insert(0, '../lib')\nimport far", SPEC, "from lib import far"],
)
def test_files_elsewhere_in_the_submission_are_found_as_usual(
    opened: Opens, importing: str
) -> None:
    files = {FILE: f"{importing}\nK = far.K\n", "lib/far.py": "import no_such\nK = 3\n"}
    session = opened(files)
    assert session.get(FILE, "K") == 3
    assert "Line 1 of lib/far.py" in session.notes[0]


CONFLICT = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n"
CONFLICTS = {
    "a constant": CONFLICT.format("K = 1", "K = 2"),
    "a function": CONFLICT.format("def K():\n    return 1", "def K():\n    return 2"),
    "nothing on one side": CONFLICT.format("", "K = 2"),
    "inside a function": "@staticmethod\ndef K():\n    x = 1\n"
    + CONFLICT.format("    x = 2", "    x = 3")
    + "    return x\n",
    "the end of a function": "def K():\n" + CONFLICT.format("    return 2", "    return 3"),
    "inside a dict": "K = {\n" + CONFLICT.format("  1: 2,", "  1: 3,") + "}\n",
    "with the common version": CONFLICT.format("K = 1\n||||||| base\nK = 0", "K = 2"),
}


@pytest.mark.parametrize("conflict", CONFLICTS.values(), ids=CONFLICTS)
def test_two_versions_of_a_statement_cost_what_needs_it(opened: Opens, conflict: str) -> None:
    session = opened({FILE: f"import math\n{conflict}{dedent(FUNCTIONS)}"})
    all_is_there(session)
    with pytest.raises(Crashed, match="not Python: it has marks of a merge conflict") as caught:
        session.get(FILE, "K")
    assert caught.value.hint.startswith("Choose one of the two versions")


def test_a_file_of_two_versions_is_for_a_person_to_choose_from(opened: Opens) -> None:
    source = CONFLICT.format("def f():\n    return 1", "def f():\n    return 2")
    with pytest.raises(Crashed, match=r"Importing ex/work\.py failed: .*merge conflict in line 1"):
        value(opened({FILE: source}), "f")


def test_a_value_that_is_not_the_last_one_is_told(opened: Opens) -> None:
    session = opened("A = 1\nA = found()\ndef f():\n    return 1\ndef f(:\n    return 2\n")
    assert (session.get(FILE, "A"), value(session, "f")) == (1, 1)
    assert session.notes[0].endswith(f"{SPARED} `A` is what a line above made it.")
    assert session.notes[1].endswith(f"{SPARED} `f` is what a line above made it.")


def test_the_line_is_that_of_the_file_and_not_of_a_function_far_below(opened: Opens) -> None:
    session = opened("def r():\n    return r()\n\x0c\nK = r()\nx = '\u2028'\n1 +\n")
    with pytest.raises(Crashed, match=r"since line 4 of ex/work\.py raised RecursionError"):
        session.get(FILE, "K")
    assert session.get(FILE, "x") == "\u2028"
    assert session.notes[1].startswith("Line 6 of ex/work.py is not Python")


def test_side_effects_are_not_repeated(opened: Opens) -> None:
    session = opened("print('one')\nprint('two'); 1 / 0\nprint('three')\nx = 1\n")
    assert session.get(FILE, "x") == 1
    assert session.take_printed() == "one\ntwo\nthree\n"
