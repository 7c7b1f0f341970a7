"""Code that was right where it was written: other characters, versions, folders and paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.submission.rescued import FILE, value

if TYPE_CHECKING:
    from grader.submission import Session
    from tests.submission.rescued import Opens

DOUBLE = 'def double(x):\n    """Twice."""\n    return x * 2 if x >= 0 else -2\n'
WEB_PAGE = "characters that are no Python"
CONSOLE = "prompts of a console"
SHELL = ">>> import math\n>>> def double(x):\n...     return 2 * x\n... \n>>> double(2)\n4\n"


def told_by(session: Session) -> list[str]:
    """Close a session, and return its notes."""
    session.close()
    return session.notes


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (DOUBLE.replace(" ", "\u00a0"), WEB_PAGE),
        (DOUBLE.replace("    ", "\u2003"), WEB_PAGE),
        (f"\u200b{DOUBLE}", WEB_PAGE),
        (DOUBLE.replace("return", "re\u00adturn"), WEB_PAGE),
        (DOUBLE.replace('"""', "“““"), WEB_PAGE),
        (DOUBLE.replace("x * 2", "x × 2").replace("-2", "−2"), WEB_PAGE),
        (DOUBLE.replace(">=", "≥"), WEB_PAGE),
        (DOUBLE.replace(">=", "&gt;="), WEB_PAGE),
        (f"{DOUBLE}\x1a", WEB_PAGE),
        (f"\ufeff\ufeff{DOUBLE}", WEB_PAGE),
        (f"{DOUBLE}print(“twice”)\n", WEB_PAGE),
        ("".join(f"    {line}\n" for line in DOUBLE.splitlines()), CONSOLE),
        (SHELL, CONSOLE),
        (SHELL.replace("... ", ""), CONSOLE),
    ],
    ids=ascii,
)
def test_a_text_that_was_copied_through_something_else_is_read(
    opened: Opens, source: str, told: str
) -> None:
    session = opened(source.encode())
    assert value(session, "double", 3) == 6
    [note, *more] = told_by(session)
    assert told in note
    assert not more or told == CONSOLE  # what the console answered is no Python


def test_characters_in_a_text_stay_as_they_are(opened: Opens) -> None:
    session = opened("WORDS = '“a\u00a0b” −1 &lt;'\nprint(“x”)\n")
    assert session.get(FILE, "WORDS") == "“a\u00a0b” −1 &lt;"


@pytest.mark.parametrize(
    "source",
    [
        'D = {"a": 3}\nTEXT = f"{D["a"]} and {3!r:>{2}}"\ndef f(x):\n    return f"{D["a"] * x}"',
        "D = {'a': 3}\ndef f(x):\n    return f'{D['a'] * x}'  # that's it: '",
        "def f[T](x: T) -> T:\n    return str(3 * x)",
        "type Number = int | float\ndef f(x: Number) -> str:\n    return str(3 * x)",
        "class Box[T]:\n    def g(self, x: T):\n        return str(3 * x)\nf = Box().g",
        "from itertools import batched\ndef f(x):\n    return str(3 * len([*batched('aabb', x)]))",
        "from math import sumprod\ndef f(x):\n    return str(sumprod([x, 1], [2, 2]) + x - 2)",
        "from typing import override\n@override\ndef f(x):\n    return str(3 * x)",
    ],
)
def test_what_a_later_python_reads_is_read(opened: Opens, source: str) -> None:
    session = opened(source)
    assert value(session, "f", 2) == "6"
    assert not [note for note in told_by(session) if "T" not in note]


@pytest.mark.parametrize(
    "line", ['f"{D["a"]', "f'{a}' f'{b", "x = f'''{a", '"""', "# f'{'", 'f"{{"', "f'{a:{b}}'"]
)
def test_no_beginning_of_a_text_is_too_much_for_it(opened: Opens, line: str) -> None:
    session = opened(f"{DOUBLE}x = = 1\n{line}\n")
    assert value(session, "double", 3) == 6


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("np.Inf", float("inf")),
        ("np.array([1, 2], dtype=np.float).tolist()", [1.0, 2.0]),
        ("np.float_(2)", 2.0),
        ("np.product([2, 3])", 6),
        ("np.in1d([1, 2], [2]).tolist()", [False, True]),
        ("float(np.trapz([1, 3]))", 2.0),
        ("np.asfarray([1]).tolist()", [1.0]),
    ],
)
def test_names_that_numpy_has_given_up_are_found(
    opened: Opens, expression: str, result: object
) -> None:
    session = opened(f"import numpy as np\ndef f():\n    return {expression}\n")
    assert value(session, "f") == result
    assert all("numpy has given up" in note for note in told_by(session))


def test_a_name_that_numpy_never_had_is_missing_all_the_same(opened: Opens) -> None:
    session = opened(
        "import numpy as np\nfrom numpy import *\n"
        "def f():\n    return [hasattr(np, n) for n in ('', 'nothing', 'Inf')]\n"
    )
    assert value(session, "f") == [False, False, True]


@pytest.mark.parametrize(
    "path",
    [
        "'numbers.txt'", "'ex/numbers.txt'", "'./ex/Numbers.TXT'", r"'..\\ex\\numbers.txt'",
        "'/Users/me/project/numbers.txt'", r"'C:\\Users\\me\\numbers.txt'",
        "Path('data') / 'numbers.txt'",
    ],
)  # fmt: skip
def test_a_file_of_ones_own_is_read_wherever_it_was(opened: Opens, path: str) -> None:
    source = f"from pathlib import Path\ndef f():\n    with open({path}) as file:\n        "
    session = opened({FILE: f"{source}return file.read()\n", "ex/numbers.txt": "1 2"})
    assert value(session, "f") == "1 2"


@pytest.mark.parametrize("path", ["ex/numbers.txt", r"C:\\me\\Numbers.txt"])
@pytest.mark.parametrize("read", ["loadtxt", "genfromtxt"])
def test_numpy_reads_it_too(opened: Opens, read: str, path: str) -> None:
    source = f"import numpy as np\ndef f():\n    return np.{read}('{path}').tolist()\n"
    session = opened({FILE: source, "ex/numbers.txt": "1 2\n"})
    assert value(session, "f") == [1.0, 2.0]


def test_a_file_is_read_only_where_it_is_clear_which_one(opened: Opens) -> None:
    source = """
        import os
        def f(path):
            try:
                return open(path).read()
            except FileNotFoundError:
                return os.path.exists(path)
    """
    session = opened({FILE: source, "a/x.txt": "1", "b/x.txt": "2", "c/only.txt": "3"})
    assert [value(session, "f", path) for path in ("x.txt", "none.txt")] == [False, False]
    assert [value(session, "f", path) for path in ("a/x.txt", "/b/X.txt")] == ["1", "2"]
    assert value(session, "f", "only.txt") == "3"


HELPER = "def double(x):\n    return 2 * x\n"


PACKAGE = "its modules were found among your files"


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("from helper import double", "lib/helper.py"),
        ("from src.ex.helper import double", "ex/helper.py"),
        ("import src.lib.helper as h; double = h.double", "lib/helper.py"),
        ("from work.helper import double", "work/helper.py"),
        ("import sys; sys.path += ['C:/me/lib']\nfrom helper import double", "lib/helper.py"),
    ],
)  # fmt: skip
def test_a_module_of_ones_own_is_found_wherever_it_was(opened: Opens, line: str, file: str) -> None:
    session = opened({FILE: f"{line}\ndef f(x):\n    return double(x)\n", file: HELPER})
    assert value(session, "f", 3) == 6
    assert told_by(session) == []


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("from src.helper import double", "ex/helper.py"),
        ("from TP.ex_1.helper import *", "ex/helper.py"),
        ("from project import helper\ndouble = helper.double", "ex/helper.py"),
        ("from project import helper as h\ndouble = h.double", "helper.py"),
        ("from project.sub import helper, other\ndouble = helper.double", "ex/helper.py"),
        ("from project import helper, tools\ndouble = helper.double", "ex/helper.py"),
        ("import project.helper\ndouble = project.helper.double", "ex/helper.py"),
        ("import project.helper as h\ndouble = h.double", "lib/helper.py"),
        (
            "def double(x):\n    from project import helper\n    return helper.double(x)",
            "helper.py",
        ),
    ],
)
def test_the_modules_of_a_package_that_is_nowhere_are_found_and_it_is_told(
    opened: Opens, line: str, file: str
) -> None:
    others = {"ex/other.py": "X = 1\n", "lib/tools.py": "X = 1\n"}
    session = opened({FILE: f"{line}\ndef f(x):\n    return double(x)\n", file: HELPER, **others})
    assert value(session, "f", 3) == 6
    [note] = told_by(session)
    assert PACKAGE in note


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("from nopackage import helper", {"a/helper.py": HELPER, "b/helper.py": HELPER}),
        ("from nopackage import double", {"ex/helper.py": HELPER}),
        ("from helper import double", {"a/helper.py": HELPER, "b/helper.py": HELPER}),
        ("from nopackage.metrics import error", {"ex/metrics.py": HELPER}),
        ("import nopackage", {"ex/helper.py": HELPER}),
    ],
)
def test_no_module_is_found_that_is_not_meant(
    opened: Opens, line: str, files: dict[str, str]
) -> None:
    session = opened({FILE: f"{line}\ndef f(x):\n    return x\n", **files})
    assert value(session, "f", 3) == 3
    [note] = told_by(session)
    assert "which is neither installed" in note


NEEDING = "import math\nHALF = 0.5\ndef f(x):\n    return math.floor(x * HALF)\n"
KEPT = "the names were kept"


@pytest.mark.parametrize(
    "last",
    [
        "del math",
        "x = 2; print(f(x)); del x, math, HALF, f",
        "del (math, HALF)",
        "if f(2) == 1:\n    del math\n    done = True",
        "try:\n    del math, nothing\nexcept NameError:\n    pass",
        "1 / 0\ndel math",
        "from .helper import double\ndel math",
    ],
)
def test_what_functions_need_is_kept_where_it_is_deleted(opened: Opens, last: str) -> None:
    session = opened({FILE: f"{NEEDING}{last}\n", "ex/helper.py": HELPER})
    assert value(session, "f", 5) == 2
    assert any(KEPT in note for note in told_by(session))


@pytest.mark.parametrize(
    "source",
    [
        "sum = 3\ndel sum\ndef f(x):\n    return sum([x, x]) - x // 2 - x\n",
        f"{NEEDING}a, b = 1, [2]\ndel a, b[0]\nassert b == [] and 'a' not in globals()\n",
        f"{NEEDING}def g():\n    x = 1\n    del x\n    return x\n",
        f"{NEEDING}# del math\nTEXT = 'del math'\n",
    ],
)
def test_all_else_is_deleted(opened: Opens, source: str) -> None:
    session = opened(source)
    assert value(session, "f", 5) in (2, 3)
    assert told_by(session) == []
