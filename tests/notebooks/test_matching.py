"""Which of the course's files a notebook is taken for, and what is said of it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake.sealed import Sealed
from grader.notebooks import Reader, Work, gather
from grader.sandbox.plain import PlainLauncher
from tests.launching import launcher
from tests.notebooks.making import code, notebook, text

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "assignments"
READER = Reader(launcher(), STUBS)
NETS = "neural_net/learn_random_data.py"
NET = ["def forward(x): pass", "def gradients(x): pass", "def train(x): pass"]
FILES = [
    "warm_up/matrices.py", "warm_up/neuron.py", "gradient/gradient.py", "gradient/gradient_2.py",
    NETS, "neural_net/local_minimum.py", "neural_net/explosion.py", "neural_net/plot_net.py",
    "neural_net/create_structured_data.py", "neural_net/learn_structured_data.py",
    "neural_net/hyperparameters.py", "mnist/learn_net.py", "beyond/stochastic_gradient.py",
    "beyond/cross_entropy.py",
]  # fmt: skip


def work(files: Mapping[str, bytes]) -> Work:
    return gather(Sealed("me", dict(files)), STUBS, READER)


def taken(files: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    """Return for each file the notebook that stands for it, and how many of its cells are run."""
    found = work(files).programs.items()
    return {file: (program.notebook, program.cells[-1].count) for file, program in found}


def statements(file: str) -> list[str]:
    """Return a template as cells, one for each statement with the comments above it."""
    source = (STUBS / file).read_text(encoding="utf-8")
    lines, cells, begin = source.splitlines(keepends=True), [], 0
    for node in ast.parse(source).body:
        cells.append("".join(lines[begin : node.end_lineno]))
        begin = node.end_lineno or 0
    return cells


@pytest.mark.parametrize(
    "name",
    [
        "learn_random_data.ipynb", "neural_net/learn_random_data.ipynb", "LEARN_RANDOM_DATA.IPYNB",
        "learn random data.ipynb", "learn-random-data (1).ipynb", "learn_random_data-Copy1.ipynb",
        "learn_random_data_final.ipynb", "a/b/Learn_Random_Data.ipynb",
    ],
)  # fmt: skip
def test_the_name_of_the_file_is_found_however_it_is_written(name: str) -> None:
    assert taken({name: notebook("x = 1")}) == {NETS: (name, 1)}


def test_other_names_are_matched_by_what_is_defined_and_it_is_said() -> None:
    found = work({"Untitled.ipynb": notebook(*NET)})
    assert list(found.programs) == [NETS]
    assert found.notes == ('"Untitled.ipynb" was taken as neural_net/learn_random_data.py.',)


def test_what_is_imported_is_not_defined() -> None:
    source = "from learn_random_data import forward, gradients, train"
    assert taken({"x.ipynb": notebook(source, "def has_diverged(losses): pass")}) == {
        "neural_net/explosion.py": ("x.ipynb", 2)
    }


def test_a_python_file_goes_before_a_notebook_unless_it_is_the_template() -> None:
    both = {NETS: b"x = 1", "learn_random_data.ipynb": notebook(*NET)}
    found = work(both)
    assert not found.programs
    assert "hand in one of the two" in found.notes[0]
    assert list(work({**both, NETS: b" \n"}).programs) == [NETS]
    template = (STUBS / NETS).read_bytes().replace(b"\n", b"\r\n")
    found = work({**both, NETS: template})
    assert list(found.programs) == [NETS]
    assert "the template as it was given out" in found.notes[0]


def test_two_notebooks_for_one_file() -> None:
    exact, copy = "learn_random_data.ipynb", "learn_random_data (1).ipynb"
    found = work({exact: notebook(*NET), copy: notebook(*NET, "pass")})
    assert found.programs[NETS].notebook == exact
    assert 'Of 2 notebooks for learn_random_data, "learn_random_data.ipynb"' in found.notes[0]
    found = work({exact: notebook("pass"), copy: notebook(*NET)})
    assert found.programs[NETS].notebook == copy  # the one in which the work is
    same = work({"a.ipynb": notebook(*NET), "b.ipynb": notebook(*NET)})
    assert same.programs[NETS].notebook == "a.ipynb"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("tp2_v1", "tp2_v2"),
        ("tp2_v9", "tp2_v10"),
        ("tp2", "tp2_final"),
        ("rendu", "rendu_final"),
        ("tp2_old", "tp2"),
        ("brouillon", "essai 2 rendu"),
        ("learn_random_data (1)", "learn_random_data (2)"),
        ("TP2 - Copie", "TP2"),
    ],
)
def test_of_two_that_are_as_good_the_later_by_its_name_is_graded(earlier: str, later: str) -> None:
    both = {f"{earlier}.ipynb": notebook(*NET), f"{later}.ipynb": notebook(*NET, "pass")}
    found = work(both)
    assert (found.programs[NETS].notebook, found.problems) == (f"{later}.ipynb", {})
    [note] = [note for note in found.notes if "was graded. Hand in one of them." in note]
    assert f'"{earlier}.ipynb"' in note


def test_what_cannot_be_decided_is_a_sentence_that_says_what_to_do() -> None:
    cells = ["def gradient(x, y): pass", "def gradient_descent(a, b, c): pass"]
    found = work({"Untitled.ipynb": notebook(*cells)})
    assert set(found.problems) == {"gradient/gradient.py", "gradient/gradient_2.py"}
    assert "name it after one of them" in found.problems["gradient/gradient.py"]
    assert found.has("gradient/gradient.py")
    named = taken({"my gradient_2 work.ipynb": notebook(*cells)})
    assert named == {"gradient/gradient_2.py": ("my gradient_2 work.ipynb", 2)}
    by_elimination = taken({"Untitled.ipynb": notebook(*cells), "gradient/gradient.py": b"pass"})
    assert by_elimination == {"gradient/gradient_2.py": ("Untitled.ipynb", 2)}


def test_the_whole_course_in_one_notebook() -> None:
    places: dict[str, int] = {}
    cells: list[str] = []
    for file in FILES:
        cells += statements(file)
        places[file] = len(cells)
    whole = taken({"Untitled.ipynb": notebook(*cells)})
    assert set(whole) == set(FILES)
    # No file is run so far that a name of it has become another file's.
    for file, (_, last) in whole.items():
        names = _defined(cells[: places[file]])
        later = {n for n, at in _defined(cells[:last]).items() if n in names and at != names[n]}
        own = {n for n, at in names.items() if at > places[file] - len(statements(file))}
        assert not later & own & _template_names(file), file


def _defined(cells: list[str]) -> dict[str, int]:
    """Return the cell, counted from 1, that defines each name last."""
    found = {}
    for count, cell in enumerate(cells, 1):
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = count
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = count
    return found


def _template_names(file: str) -> set[str]:
    tree = ast.parse((STUBS / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(
    "heading",
    [
        text("## Exercise 3: a minimum that is not global"), text("# local_minimum.py"),
        text("### A minimum that is not global"), "# local_minimum.py\nimport numpy",
        code("import numpy", grader={"file": "neural_net/local_minimum.py"}),
        text("some text\n\n## Aufgabe 3"),
    ],
)  # fmt: skip
def test_headings_divide(heading: Any) -> None:
    cells = [text("# Exercise 4"), "EXPERIMENT = 4", heading, "EXPERIMENT = 3"]
    found = taken({"x.ipynb": notebook(*cells)})
    assert found["neural_net/explosion.py"] == ("x.ipynb", 1)
    assert found["neural_net/local_minimum.py"][1] in (2, 3)


def test_a_name_that_is_tried_again_divides_nothing() -> None:
    cells = [*NET, "HYPERPARAMETERS = 1", "GENERALISES = False", "HYPERPARAMETERS = 2"]
    again = [*cells, "GENERALISES = True", "def forward(x): return 1"]
    for tried in (cells, again):
        assert taken({"x.ipynb": notebook(*tried)}) == {NETS: ("x.ipynb", len(tried))}


def test_a_broken_notebook_is_what_was_handed_in_of_its_file() -> None:
    found = work({"learn_random_data.ipynb": b"{", "notes.ipynb": b"["})
    assert found.problems == {
        NETS: '"learn_random_data.ipynb" is cut off (its last line is 1): open it in Jupyter, save '
        "it and hand it in again."
    }
    assert found.notes[0].startswith('"notes.ipynb" is')
    assert NETS in work({"learn_random_data.ipynb": b"{", "b.ipynb": notebook(*NET)}).programs


def test_hostile_names_are_shown_plain() -> None:
    name = "<script>\u202e\x1b[31m'\"\nlearn.ipynb"
    found = work({name: b"{", "learn_random_data.ipynb": notebook("!rm '<b>\x07'", *NET)})
    for note in found.notes:
        assert not set(note) & {"\x1b", "\u202e", "\n", "\x07"}
    assert any("no other programs are run here" in note for note in found.notes)


def test_nothing_is_said_of_files_that_are_not_graded() -> None:
    sealed = Sealed("me", {"Untitled.ipynb": notebook(*NET)})
    assert gather(sealed, STUBS, READER, ["gradient/gradient.py"]).notes == ()


def test_a_submission_without_notebooks_starts_nothing() -> None:
    class Refusing(PlainLauncher):
        def start(self, order: Any, greeting: Any = None) -> Any:
            del greeting
            raise AssertionError(order)

    found = gather(Sealed("me", {NETS: b"x"}), STUBS, Reader(Refusing(), STUBS))
    assert found.has(NETS)
    assert not found.has("gradient/gradient.py")
