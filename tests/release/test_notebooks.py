"""Notebooks are made from the stubs, are valid, run from top to bottom, and hold no answer."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from grader.authoring.release.notebook_edition import notebook_of
from grader.authoring.stubs import BEGIN, END, course_files
from tests.release.handed_out import HandedOut
from tests.release.handed_out import made as all_made

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = course_files(ROOT)
MADE = HandedOut(".ipynb")
STUB = '''"""Exercise 1: double.

Write it; `README.md` in this folder explains it. Run this file to try it. Halves are fine.
"""

from pathlib import Path

import numpy as np
from other import thing, third

LIMIT = 3

# How many.
COUNT = None  # write me


def double(x: np.ndarray) -> np.ndarray:
    """Return twice x."""
    raise NotImplementedError("double: write me")


if __name__ == "__main__":
    from other import more

    print(double(np.load(Path(__file__).with_name("x.npy"))))
'''
STATEMENT = """# Exercise 1

*File: `f.py`.*

```math
a^2
```

See [there](other.md) and [the page](https://example.org).
"""


def cells(text: str) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}


def made() -> dict[str, str]:
    return cells(notebook_of(STUB, STATEMENT, "a/f.py", "1", {"other"}))


# ---------------------------------------------------------------------------- of one stub


def test_there_is_a_cell_for_each_thing_to_write() -> None:
    assert list(made()) == [
        "title",
        "statement",
        "imports",
        "other-notebooks",
        "about-COUNT",
        "COUNT",
        "about-double",
        "double",
        "about-try",
        "try",
        "about-check",
        "check",
    ]
    assert made()["COUNT"] == "# How many.\nCOUNT = None  # write me"
    assert made()["double"].startswith("def double(x: np.ndarray)")


HEAD = '"""F."""\n\nfrom __future__ import annotations\n\n'
FUNCTION = (
    '\n\ndef double(x):\n    """Return twice x."""\n    raise NotImplementedError("write me")\n'
)


@pytest.mark.parametrize(
    ("imported", "body", "kept"),
    [
        ("import numpy as np", "", True),  # the solution alone used it
        ("import numpy as np", "\n\ndef f(x: np.ndarray):\n    raise NotImplementedError\n", True),
        ("from numpy.linalg import norm, inv", "", True),
        ("import numpy.linalg", "", True),
        ("from itertools import pairwise as pairs", "", True),
        ("import os, sys", "", True),
        # used where the notebook says it otherwise
        ("from pathlib import Path", "\n\nif __name__ == '__main__':\n"
         "    print(open(Path(__file__).with_name('x')))\n".replace("'x'", '"x"'), False),
        ("from __future__ import division", "", False),
    ],
)  # fmt: skip
def test_imports_that_students_need_are_kept(imported: str, body: str, kept: bool) -> None:
    stub = HEAD + imported + "\n" + FUNCTION + body
    made = cells(notebook_of(stub, "", "a/f.py", "1", set()))
    assert (imported in made.get("imports", "").splitlines()) is kept
    assert "__future__" not in made.get("imports", "")


def test_the_statement_is_as_jupyter_reads_it() -> None:
    statement = made()["statement"]
    assert "$$\na^2\n$$" in statement
    assert "```" not in statement
    assert "See there and [the page](https://example.org)." in statement


def test_what_is_said_of_files_is_left_out() -> None:
    assert "Halves are fine." in made()["title"]
    assert "this file" not in made()["title"]
    assert "README" not in made()["title"]


def test_ids_of_cells_follow_from_names_and_are_valid_whatever_these_are() -> None:
    stub = HEAD + "Δ_x = None  # write me\n" + FUNCTION + FUNCTION + "\n\nassert double\n"
    made = notebook_of(stub, "", "a/f.py", "1", set())
    assert made == notebook_of(stub, "", "a/f.py", "1", set())
    ids = [cell.id for cell in nbformat.reads(made, as_version=4).cells]
    assert ids[1:-2] == [
        "about-u394-x",
        "u394-x",
        "about-double",
        "double",
        "about-double--2",
        "double--2",
        "about-",
        "unnamed",
    ]


def test_another_notebook_is_copied_from_and_not_imported() -> None:
    assert made()["other-notebooks"] == (
        "# From your notebook other.ipynb: copy the cells of thing and third to here."
    )
    assert made()["try"].splitlines() == [
        "# From your notebook other.ipynb: copy the cell of more to here.",
        "#",
        '# print(double(np.load("x.npy")))',
    ]
    assert made()["imports"] == "import numpy as np\nLIMIT = 3"  # nothing needs Path any more


def test_the_last_cell_checks_this_notebook() -> None:
    assert '-m grader check "f.ipynb" --exercise 1' in made()["check"]


def test_each_cell_of_code_says_whose_it_is(tmp_path: Path) -> None:
    """Both notebooks of exercise 1 define the same names: the name of the file may be lost."""
    renamed = tmp_path / "Untitled7.ipynb"
    renamed.write_text(MADE["notebooks/gradient/gradient_2.ipynb"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", str(renamed), "--exercise", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert 'note: "Untitled7.ipynb" was taken as gradient/gradient_2.py.' in done.stdout


# ---------------------------------------------------------------------------- of the course


@pytest.mark.parametrize("file", sorted(MADE))
def test_the_committed_notebook_is_what_the_generator_makes(file: str) -> None:
    assert (ROOT / "assignments" / file).read_text(encoding="utf-8") == MADE[file]


def test_every_python_file_has_a_notebook_with_its_statement() -> None:
    wanted = {f"notebooks/{file.removesuffix('.py')}.ipynb" for file in NUMBERS}
    assert set(MADE) == wanted
    assert list(HandedOut()) == list(all_made())
    assert all("statement" in cells(text) for text in MADE.values())


@pytest.mark.parametrize("file", sorted(MADE))
def test_a_notebook_is_valid_and_would_be_written_so_again(file: str) -> None:
    book = nbformat.reads(MADE[file], as_version=4)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert nbformat.writes(book) + "\n" == MADE[file]
    assert len({cell.id for cell in book.cells}) == len(book.cells)


@pytest.mark.parametrize("file", sorted(MADE))
def test_all_that_the_stub_defines_has_a_cell(file: str) -> None:
    stub = ast.parse((ROOT / "assignments" / _source(file)).read_text(encoding="utf-8"))
    wanted = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
    wanted |= {
        target.id
        for node in stub.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    code = "\n".join(text for name, text in cells(MADE[file]).items() if name in _code(file))
    defined = ast.parse(re.sub(r"^\s*!.*$", "    pass", code, flags=re.MULTILINE))
    names = {node.name for node in defined.body if isinstance(node, ast.FunctionDef)}
    names |= {
        target.id
        for node in defined.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert wanted <= names


@pytest.mark.parametrize("file", sorted(MADE))
def test_no_line_of_a_solution_stands_in_a_notebook(file: str) -> None:
    solution = (ROOT / "solutions" / _source(file)).read_text(encoding="utf-8")
    stub = (ROOT / "assignments" / _source(file)).read_text(encoding="utf-8")
    given = set(map(str.strip, stub.splitlines()))
    inside, answers = False, set()
    for line in map(str.strip, solution.splitlines()):
        if line in {BEGIN, END}:
            inside = line == BEGIN
        elif inside and len(line) > 8 and not line.startswith("#") and line not in given:
            answers.add(line)
    assert answers
    lines = {line.strip() for text in cells(MADE[file]).values() for line in text.splitlines()}
    assert not answers & lines


def test_the_empty_notebooks_run_in_a_real_kernel(tmp_path: Path) -> None:
    """Every notebook but that of Keras, which takes seconds to import, one kernel for all."""
    book = nbformat.v4.new_notebook()
    for file in sorted(MADE):
        if "mnist" not in file:
            book.cells += _quick(nbformat.reads(MADE[file], as_version=4))
    done = NotebookClient(book, timeout=600, resources={"metadata": {"path": tmp_path}}).execute()
    errors = [o for cell in done.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert errors == []
    assert sum(cell.cell_type == "code" for cell in done.cells) > 50


def test_the_check_says_what_to_do_where_the_grader_is_not_installed(tmp_path: Path) -> None:
    text = cells(MADE["notebooks/warm_up/matrices.ipynb"])["check"]
    hidden = "import sys\nsys.meta_path.insert(0, type('F', (), {'find_spec': staticmethod("
    hidden += "lambda name, *_: None)})())\nimport importlib.util\n"
    hidden += "importlib.util.find_spec = lambda name: None\n"
    assert "INSTRUCTIONS.md" in _printed(hidden + text, tmp_path)


def _quick(book: Any) -> list[Any]:
    """Return the cells without the last one's call of the grader, which has a test of its own."""
    return [cell for cell in book.cells if cell.id != "check"]


def _printed(code: str, folder: Path) -> str:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(book, timeout=600, resources={"metadata": {"path": folder}}).execute()
    return "".join(output.get("text", "") for output in book.cells[0].outputs)


def _source(file: str) -> str:
    return file.removeprefix("notebooks/").removesuffix(".ipynb") + ".py"


def _code(file: str) -> set[str]:
    return {c["id"] for c in json.loads(MADE[file])["cells"] if c["cell_type"] == "code"}
