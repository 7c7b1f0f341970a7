"""Bytes that claim to be a notebook: cells come out, or one clear sentence."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notebooks import Notebook, Reader
from grader.runner.tools import notebooks as tool
from grader.sandbox.doctor import best_level, launcher_of
from grader.sandbox.launcher import Limits
from grader.sandbox.plain import PlainLauncher
from tests.notebooks.making import code, notebook, text

if TYPE_CHECKING:
    from pathlib import Path


def read(content: bytes) -> dict[str, Any]:
    """Read in this process: what is tested is what is said, not where."""
    found: dict[str, Any] = json.loads(tool.read(content))
    return found


def sources(*cells: str) -> list[str]:
    return [cell["source"] for cell in read(notebook(*cells))["cells"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\0", "is empty"),
        (b"{", "is cut off (its last line is 1)"),
        (notebook("x = 1")[:-30], "is cut off"),
        (b'{"cells": [],\n "x": 1,,}', "is damaged in line 2, column 9"),
        (b"[1]", "is JSON, but no notebook"),
        (b'{"a": 1}', "it has no cells"),
        (b'{"nbformat": 4, "metadata": {}}', "is a notebook without cells"),
        (b'{"nbformat": 4, "cells": {"a": 1}}', "is a notebook without cells"),
        (b"<!doctype html><html>", "is a web page"),
        (b"\x80\x81\x82 encrypted", "is not a notebook, or is encrypted or damaged"),
        (b"\xff\xfe\x00", "is not a notebook, or is encrypted or damaged"),
        (b"PK\3\4 zipped", "is not a notebook, or is encrypted or damaged"),
        (b"import numpy as np\n", "is not a notebook, or is encrypted or damaged"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}', "conflict (line 2)"),
        (b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n", "conflict (line 1)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer of Git LFS"),
        (b'{"cells":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "is nested too deeply"),
        (b"[" * 200_000, "is nested too deeply"),
        (json.dumps({"cells": [{}] * 100_000}).encode(), "has 100,000 cells, and at most 5,000"),
        (notebook("#" * (5 << 20)), "more than 4 million characters"),
        (notebook("x <- 1", kernelspec={"name": "ir", "language": "R"}), "is a notebook in R,"),
        (notebook("1", kernelspec={"name": "ir"}), "is a notebook in R,"),
        (notebook("1", kernelspec={}, language_info={"name": "julia"}), "is a notebook in julia,"),
        (notebook("1", kernelspec={"language": "<b>\x1b"}), "is a notebook in b, not in Python"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(content: bytes, said: str) -> None:
    found = read(content)
    assert said in found["problem"]
    assert "\n" not in found["problem"]
    assert len(found["problem"]) < 150
    assert found["cells"] == []


def test_what_can_be_repaired_is_read() -> None:
    raw = {
        "cells": [
            {"cell_type": "code", "source": "x = 1"},  # neither metadata, outputs nor an id
            {"cell_type": "code", "id": "a", "source": ["y = 2\n", None, 3, "z = 3"]},
            {"cell_type": "code", "id": "a", "input": "k = 4", "outputs": "spoiled"},
            {"cell_type": "code", "source": None, "metadata": 7},
            {"cell_type": "nonsense", "source": "w = 5"},
            "no cell",
        ]
    }
    found = read(json.dumps(raw).encode())
    assert found["problem"] == ""
    assert found["notes"] == ["has cells of no known form, which were left out"]
    assert [cell.get("source") for cell in found["cells"]] == [
        "x = 1", "y = 2\nz = 3", "k = 4", None, None,
    ]  # fmt: skip


def test_numbers_that_no_notebook_has_are_no_matter() -> None:
    cell = b'{"cell_type": "code", "source": "x = 1", "execution_count": %b, "outputs": [NaN, %b]}'
    for number in (b"9" * 100_000, b"NaN", b"-Infinity", b"1e999"):
        found = read(b'{"nbformat": 4, "cells": [' + cell % (number, number) + b"]}")
        assert [cell["source"] for cell in found["cells"]] == ["x = 1"]


def test_text_of_other_encodings_is_read() -> None:
    wide = notebook("x = 1").decode().encode("utf-16")
    assert read(wide)["cells"][0]["source"] == "x = 1"
    assert read(b"\xef\xbb\xbf" + notebook("x = 1"))["cells"][0]["source"] == "x = 1"
    latin = read(b'{"cells": [{"cell_type": "code", "source": "x = \'\xe4\'"}]}')
    assert latin["cells"][0]["source"] == "x = 'ä'"
    assert "read as Latin-1" in latin["notes"][0]
    alone = read(b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}')
    assert alone["cells"][0]["source"] == "x = '?'"


@pytest.mark.parametrize("major", [1, 2, 3])
def test_older_formats_are_brought_up_to_date(major: int) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Exercise 2"},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "outputs": [{"pyout": 1}]},
        {"cell_type": "markdown", "source": "text"},
        17,
    ]
    raw = {"nbformat": major, "worksheets": [{"cells": cells}, {"cells": "spoiled"}, None]}
    found = read(json.dumps(raw).encode())
    assert [(cell["kind"], cell["headings"]) for cell in found["cells"]] == [
        ("markdown", ["Exercise 2"]), ("code", []), ("markdown", []),
    ]  # fmt: skip
    assert found["cells"][1]["source"] == "x = 1\ny = 2"


def test_cells_are_counted_as_jupyter_numbers_them() -> None:
    found = read(notebook("a = 1", text("# text"), "", "  \n", "b = 2"))
    assert [(c["number"], c["count"]) for c in found["cells"]] == [
        (1, 1), (2, 0), (3, 0), (4, 0), (5, 2),
    ]  # fmt: skip


def test_python_stays_as_it_is_and_lines_keep_their_numbers() -> None:
    plain = "\n\nx = 5 % 3\n\ndef f():\n    return '''\n%time\n!ls\n'''"
    assert sources(plain) == [plain.strip("\n")]
    raw = {"cells": [{"cell_type": "code", "source": "\n\n%cd x\ny = 1"}]}
    [cell] = read(json.dumps(raw).encode())["cells"]
    assert cell["source"].splitlines()[2:] == [
        "get_ipython().run_line_magic('cd', 'x')",
        "y = 1",
    ]


@pytest.mark.parametrize(
    ("cell", "source", "left_out"),
    [
        ("%precision 3\nx = 1", "get_ipython().run_line_magic('precision', '3')\nx = 1\n", []),
        ("!ls -l\nx = 1", "get_ipython().system('ls -l')\nx = 1\n", ["!ls -l"]),
        ("files = !ls", "files = get_ipython().getoutput('ls')\n", ["!ls"]),
        ("pip install numpy", "get_ipython().run_line_magic('pip', 'install numpy')\n", ["%pip"]),
        ("%%time\nx = 1", "\nx = 1", []),
        ("%%capture out\nx = 1", "out = get_ipython().captured()\nx = 1", []),
        ("%%timeit -o\nx = 1", "get_ipython().run_cell_magic('timeit', '-o', 'x = 1')", []),
        ("%%bash\nrm -rf /", "", ["%%bash"]),
        ("%%html\n<script>", "", ["%%html"]),
        ("%%R\nx <- 1", "", ["%%R"]),
        ("%%unknown\nx = 1", "\nx = 1", []),
        ("%%unknown\nx <- 1 1", "", ["%%unknown"]),
        ("x?", "get_ipython().run_line_magic('pinfo', 'x')\n", []),
        (">>> x = 1\n>>> y = 2", "x = 1\ny = 2\n", []),
        ("%%time\n%%capture out\nx = 1", "\nout = get_ipython().captured()\nx = 1", []),
        ("%%time\n%%bash\nls", "\n", ["%%bash"]),
    ],
)  # fmt: skip
def test_what_is_not_python_becomes_python(cell: str, source: str, left_out: list[str]) -> None:
    [found] = read(notebook(cell))["cells"]
    assert found["source"] == source
    assert found["left_out"] == left_out


def test_names_are_those_that_a_cell_leaves() -> None:
    source = """
    import os.path as p, sys
    from math import pi as tau
    def f(a): inner = a
    class C: field = 1
    a, (b, *c) = 1, (2, 3)
    d: int = 4
    for e in range(3): g = e
    with open("x") as h: pass
    try: i = 1
    except ValueError as gone: j = 2
    if (k := 1): pass
    l = [m for m in range(3)]
    """
    [cell] = read(notebook(source))["cells"]
    assert set(cell["defines"]) == {*"abcdefghijkl", "p", "sys", "tau", "C"}
    assert set(cell["borrows"]) == {"p", "sys", "tau"}
    assert set(cell["imports"]) == {"os.path", "sys", "math", "math.pi"}
    [broken] = read(notebook("def f(:\n  pass\nclass C:\nK = 3"))["cells"]
    assert broken["defines"] == ["C", "K", "f"]


def test_metadata_of_others_is_kept_as_scalars() -> None:
    mark = {"grade_id": "a\ud800", "points": 2, "nan": float("nan"), "deep": [[1]], "grade": True}
    [cell] = read(notebook(code("x = 1", nbgrader=mark, grader={"file": "gradient"})))["cells"]
    assert cell["nbgrader"] == {
        "grade_id": "a?", "points": 2, "nan": None, "deep": None, "grade": True,
    }  # fmt: skip
    assert cell["file"] == "gradient"


KEYS = ["cells", "cell_type", "source", "metadata", "worksheets", "nbformat", "kernelspec", "name"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["code", "markdown", "%%", "%%time", "!", "?", "%", "def f(:", "\\"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), VALUES) | st.fixed_dictionaries({"cells": VALUES}))
def test_any_json_is_read_or_refused(value: dict[str, Any]) -> None:
    found = read(json.dumps(value).encode())
    assert (found["problem"] == "") or not found["cells"]


@given(st.text(alphabet="%!?/;, \n\t\\'\"()[]{}=:xdef#\r\f\0", max_size=30))
def test_any_text_of_a_cell_is_translated(source: str) -> None:
    assert read(notebook({**code(""), "source": source}))["problem"] == ""


@pytest.fixture(scope="module", params=["none", "best"])
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    launcher = PlainLauncher() if request.param == "none" else launcher_of(best_level())
    yield Reader(launcher, tmp_path_factory.mktemp("stubs"), Limits(memory_mib=300))
    launcher.close()


def test_a_process_of_its_own_reads(reader: Reader) -> None:
    good, bad = reader.read([notebook("x = 1", text("# Exercise 2")), b"{"])
    assert (good.problem, [cell.source for cell in good.code]) == ("", ["x = 1"])
    assert good.cells[1].headings == ("Exercise 2",)
    assert bad.problem.startswith("is cut off")
    [old] = reader.read([b'{"nbformat": 3, "worksheets": [{"cells": []}]}'])
    assert old == Notebook()


def test_a_notebook_that_ends_its_reader_costs_only_itself(reader: Reader) -> None:
    hungry = b'{"cells": [' + b"[]," * 4_000_000 + b"[]]}"
    first, second = reader.read([hungry, notebook("x = 1")])
    assert first.problem == "takes too much memory to be read: clear its outputs and save it"
    assert [cell.source for cell in second.code] == ["x = 1"]


@pytest.mark.parametrize(
    "cell", ["x = " + "-" * 3_000_000, "(" * 3_000_000, "!ls\n" * 60, "%time x\n" * 20_000]
)
def test_a_cell_that_no_parser_likes_is_left_as_it_is(cell: str) -> None:
    found = read(notebook(cell, "y = 2"))
    assert [c["count"] for c in found["cells"]] == [1, 2]
    assert found["cells"][1]["defines"] == ["y"]


def test_each_notebook_is_read_once(tmp_path: Path) -> None:
    starts = count()

    class Counting(PlainLauncher):
        def start(self, order: Any, greeting: Any = None) -> Any:
            next(starts)
            return super().start(order, greeting)

    reader = Reader(Counting(), tmp_path)
    assert reader.read([notebook("x = 1")] * 2) == reader.read([notebook("x = 1")]) * 2
    assert next(starts) == 1
