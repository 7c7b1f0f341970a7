"""Work under other names: one file for all, started files, copies, names that fight for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.intake import Layout, open_submission
from grader.notebooks import gather
from tests.notebooks.finding import (
    DESCENT,
    KEYS_2,
    NETS,
    ONE,
    PART_1,
    PART_2,
    READER,
    SLOPE,
    SOLUTIONS,
    STRUCTURE,
    STUBS,
    TWO,
    solution,
    stub,
    taken,
    work,
)
from tests.notebooks.making import notebook, text

if TYPE_CHECKING:
    from pathlib import Path

# ---------------------------------------------------------------------------- files


@pytest.mark.parametrize("name", ["main.py", "TP1_DUPONT.py", "ex2_final.py", "a/b/work.py"])
@pytest.mark.parametrize("file", [ONE, TWO, NETS, "neural_net/plot_net.py", "mnist/learn_net.py"])
def test_a_file_of_another_name_is_found_by_what_it_defines(name: str, file: str) -> None:
    source = solution(file)
    assert taken({name: source}) == {file: name}
    assert f'"{name}" was taken as {file}.' in work({name: source}).notes


def test_one_file_for_several_exercises() -> None:
    files = (ONE, NETS, "neural_net/explosion.py", "neural_net/hyperparameters.py")
    source = solution(*files)
    found = work({"main.py": source})
    assert set(found.placed) == set(files)
    assert any("main.py" in note and "was taken as" in note for note in found.notes)


def test_of_a_file_with_two_parts_each_has_its_own_values() -> None:
    source = "\n".join([*PART_1, *PART_2])
    found = work({"main.py": source})
    assert found.placed[ONE].decode() == "\n".join(PART_1) + "\n"
    assert found.placed[TWO].decode() == source


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("# gradient.py", "# gradient_2.py"),
        ("# ---- gradient.py ----", "# ---- gradient_2.py ----"),
        ('"""gradient.py"""', '"""gradient_2.py"""'),
        ("# %% gradient.py", "# %% gradient_2.py"),
    ],
)
def test_comments_divide_a_file(first: str, second: str) -> None:
    source = f"{first}\n{SLOPE}\n{DESCENT}\n{second}\n{SLOPE}\n{DESCENT}"
    found = work({"main.py": source})
    assert set(found.placed) == {ONE, TWO}
    assert len(found.placed[ONE].splitlines()) < len(found.placed[TWO].splitlines())


@pytest.mark.parametrize(
    "helper",
    ["def gradient(x, y):\n    return x", "def forward(x, w1, w2):\n    return x", "X = 1"],
)
@pytest.mark.parametrize("uses", ["import tools\n", "from tools import *\n"])
def test_a_helper_is_not_taken_for_an_exercise(helper: str, uses: str) -> None:
    files = {NETS: uses + solution(NETS), "neural_net/tools.py": helper}
    found = work(files)
    assert not found.placed
    assert not found.programs
    assert found.notes == ()


@pytest.mark.parametrize("uses", ["from tools import *", "import tools", "%run tools.py"])
def test_the_helper_of_a_named_notebook_is_no_exercise_unless_it_is_whole(uses: str) -> None:
    helper = f"{SLOPE}\n{DESCENT}\n"
    files = {"gradient_2.ipynb": notebook(uses, KEYS_2), "tools.py": helper}
    assert taken(files) == {TWO: "gradient_2.ipynb"}
    whole = {"learn_structured_data.ipynb": notebook("from network import *", "GENERALISES = True")}
    whole |= {"network.py": solution(NETS)}  # type: ignore[dict-item]
    assert taken(whole)[NETS] == "network.py"


def test_the_exact_layout_is_never_reinterpreted() -> None:
    files = {
        path.relative_to(SOLUTIONS).as_posix(): path.read_bytes()
        for path in SOLUTIONS.glob("*/*.py")
        if path.parent.name != "checks"
    }
    files |= {"neural_net/mine.py": b"def relu(z):\n    return z\n", "tests.py": b"import gradient"}
    found = work(files)
    assert (found.placed, found.programs, found.problems, found.notes) == ({}, {}, {}, ())


def test_a_file_that_defines_nothing_of_the_course_is_told_what_to_do() -> None:
    found = work({"main.py": "def my_descent(x):\n    return x\n"})
    assert not found.placed
    [note] = found.notes
    assert "main.py" in note
    assert "keep the names" in note


def test_what_cannot_be_told_apart_is_a_sentence_and_not_nothing() -> None:
    found = work({"main.py": f"{SLOPE}\n{DESCENT}\n"})
    assert set(found.problems) == {ONE, TWO}
    assert '"main.py" may be for gradient or gradient_2: name it' in found.problems[ONE]
    assert found.has(ONE)


def test_a_file_that_is_no_python_any_more_is_found_all_the_same() -> None:
    assert taken({"main.py": f"{solution(NETS)}\ndef broken(:\n"}) == {NETS: "main.py"}


# ---------------------------------------------------------------------------- the better of two

HALF = stub(NETS).replace('raise NotImplementedError("init_weights: write me")', "return 1, 2")


@pytest.mark.parametrize(
    "started",
    [stub(NETS), stub(NETS) + "\n# my name", HALF, "import numpy as np\n", "x = = 1\n", ""],
)
@pytest.mark.parametrize(
    "other",
    [
        "neural_net/learn_random_data.ipynb", "Untitled.ipynb", "learn_random_data (1).py",
        "neural_net/learn_random_data (1).py", "main.py",
    ],
)  # fmt: skip
def test_a_started_file_does_not_hide_the_finished_work(started: str, other: str) -> None:
    done = solution(NETS)
    content = notebook(done) if other.endswith(".ipynb") else done.encode()
    found = work({NETS: started, other: content})
    assert taken({NETS: started, other: content}) == {NETS: other}
    assert found.laid_out.get(NETS) == (None if other.endswith(".ipynb") else content)
    assert any(other in note and "was graded" in note for note in found.notes) or not started


@pytest.mark.parametrize("other", ["learn_random_data.ipynb", "Untitled.ipynb"])
def test_a_finished_file_is_not_hidden_by_a_started_notebook(other: str) -> None:
    for content in (notebook(stub(NETS)), notebook(HALF), notebook(solution(NETS))):
        found = work({NETS: solution(NETS), other: content})
        assert not found.programs
        assert any(other in note for note in found.notes)


def test_a_file_that_imports_its_work_is_not_taken_for_a_started_one() -> None:
    imports = "from work import *\n"
    files = {NETS: imports, "neural_net/work.py": solution(NETS), "nets.ipynb": notebook(HALF)}
    found = work(files)
    assert not found.placed
    assert not found.programs


@pytest.mark.parametrize("copy", ["learn_random_data (1).py", "Copy of learn_random_data.py"])
def test_what_is_said_of_a_copy_is_one_thing(tmp_path: Path, copy: str) -> None:
    folder = tmp_path / "me" / "neural_net"
    folder.mkdir(parents=True)
    (folder / "learn_random_data.py").write_text(HALF, encoding="utf-8")
    (folder / copy).write_text(solution(NETS), encoding="utf-8")
    sealed = open_submission(tmp_path / "me", Layout((NETS, ONE)))
    assert any(
        note.endswith('left aside, since there is a "learn_random_data.py".')
        for note in sealed.notes
    )
    found = gather(sealed, STUBS, READER)
    notes = [*found.still_true(sealed.notes), *found.notes]
    assert found.placed[NETS] == solution(NETS).encode()
    [note] = notes
    assert f'{copy}" was graded in place of {NETS}' in note


def test_two_files_that_each_hold_something_else_are_not_mixed() -> None:
    other = "HYPERPARAMETERS = {'d_hidden': 1}\nGENERALISES = False\n"
    assert not work({NETS: HALF, "learn_random_data.ipynb": notebook(other)}).programs


# ---------------------------------------------------------------------------- notebooks

NETWORK = ["def forward(x, w1, w2):\n    return x", "def gradients(x, y, w1, w2):\n    return x"]
NETWORK += ["def train(x, y, w1, w2, learning_rate, steps):\n    return w1"]


@pytest.mark.parametrize("word", ["Part", "Teil", "Partie", "Step", "Task", "Question", "Exercise"])
def test_headings_that_count_the_notebooks_own_parts(word: str) -> None:
    cells = ["def create_data(n_samples, d_in, d_out, rng):\n    return 1", *NETWORK]
    headed = [x for n, c in enumerate(cells, 1) for x in (text(f"## {word} {n}: it"), c)]
    found = work({"network.ipynb": notebook(text("# Learning random data"), *headed)})
    assert list(found.programs) == [NETS]
    assert found.programs[NETS].cells[-1].count == 4


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (text("## gradient.py"), text("## gradient_2.py")),
        (text("# `gradient.py`"), text("# File gradient_2.py")),
        ("# gradient.py\nimport math", "# gradient_2.py\nimport math"),
        (text("the valley"), text("## 2. Three minima")),  # the keys tell
        (text("## gradient.ipynb"), text("## gradient_2.ipynb")),
    ],
)
@pytest.mark.parametrize("name", ["gradient.ipynb", "gradient/gradient.ipynb", "all.ipynb"])
def test_both_parts_in_one_notebook(name: str, first: object, second: object) -> None:
    cells = notebook(first, *PART_1, second, *PART_2)  # type: ignore[arg-type]
    programs = work({name: cells}).programs
    assert set(programs) == {ONE, TWO}
    sources = {file: "\n".join(c.source for c in p.cells) for file, p in programs.items()}
    assert "oscillates" not in sources[ONE]
    assert "oscillates" in sources[TWO]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("gradient_algo_1", "gradient_algo_2"), ("Part1", "Part2"), ("gradient_1", "gradient_2"),
        ("a", "b"), ("minimum", "gradient_2_final"),
    ],
)  # fmt: skip
def test_two_notebooks_for_two_files_that_ask_for_the_same(one: str, two: str) -> None:
    files = {f"{one}.ipynb": notebook(*PART_1), f"{two}.ipynb": notebook(*PART_2)}
    assert taken(files) == {ONE: f"{one}.ipynb", TWO: f"{two}.ipynb"}
    swapped = {path.replace(".ipynb", ".py"): "\n".join(PART_1) for path in [f"{one}.ipynb"]}
    assert ONE in taken(swapped) or one == "gradient_2"


@pytest.mark.parametrize(("one", "two"), [("algo_1", "algo_2"), ("tp3a 1", "tp3a 2")])
def test_numbers_tell_where_nothing_else_does(one: str, two: str) -> None:
    files = {f"{one}.ipynb": notebook(SLOPE, DESCENT), f"{two}.ipynb": notebook(DESCENT, SLOPE)}
    assert taken(files) == {ONE: f"{one}.ipynb", TWO: f"{two}.ipynb"}


@pytest.mark.parametrize("name", ["gradient_2.ipynb", "Gradient 2.ipynb", "gradient2.ipynb"])
def test_the_second_part_alone_is_not_the_first(name: str) -> None:
    for cells in (PART_2, [SLOPE, DESCENT], [*PART_2, "print(gradient(1, 2))", SLOPE]):
        assert taken({name: notebook(*cells)}) == {TWO: name}
    assert taken({name.replace(".ipynb", " (1).ipynb"): notebook(*PART_2)}).keys() == {TWO}


def test_one_file_for_an_exercise_that_repeats_another_one() -> None:
    """Exercise 6 has the network of exercise 2 once more, and asks for less of its own."""
    network = solution(NETS).replace("def create_data(", "def _create_random_data(")
    source = f"{solution(STRUCTURE)}\n{network}"
    found = work({"TP6.py": source})
    assert {STRUCTURE, "neural_net/learn_structured_data.py"} <= found.placed.keys()
    alone = work({"main.py": solution(NETS)})
    assert set(alone.placed) == {NETS}


def test_each_template_stands_for_its_own_file_alone_and_among_all() -> None:
    folder = STUBS / "notebooks"
    templates = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.glob("*/*.ipynb")}
    for name, content in templates.items():
        found = work({name: content})
        assert list(found.programs) == [name.replace(".ipynb", ".py")]
        assert found.notes == ()
        assert not found.placed
    together = work(templates).programs
    assert {file: p.notebook for file, p in together.items()} == {
        name.replace(".ipynb", ".py"): name for name in templates
    }
    assert len(together) == 14


@pytest.mark.parametrize(
    ("path", "file"),
    [("gradient/work.py", None), ("neural_net/mine.ipynb", NETS), ("warm_up/x.ipynb", "neuron")],
)
def test_a_folder_tells_where_nothing_else_does(path: str, file: str | None) -> None:
    cells = [
        "def forward(x, w1, w2):\n    return x",
        "def squared_error(y_pred, y_true):\n    return 1",
    ]
    found = work({path: notebook(*cells) if path.endswith("b") else "\n".join(cells)})
    assert [f for f in found.programs if file and file in f] == [*found.programs]
    assert bool(found.programs) == bool(file)


def test_forms_tell_two_exercises_with_names_in_common_apart() -> None:
    structure = "def create_data(n_samples, noise_std_dev, rng):\n    return 1"
    both = "def input_output_function(x, noise):\n    return x"
    random = "def create_data(n_samples, d_in, d_out, rng):\n    return 1"
    found = work({"all.ipynb": notebook(random, *NETWORK, both, structure)})
    assert set(found.programs) == {NETS, STRUCTURE}
    assert len(found.programs[NETS].cells) == 4


@pytest.mark.parametrize(
    "folder", ["", "notebooks/", "me/", "notebooks/gradient/", "gradient/", "a/b/c/"]
)
@pytest.mark.parametrize("helper", ["tools.py", "data/points.csv", "lib/__init__.py"])
def test_what_lies_beside_a_notebook_is_beside_its_file(folder: str, helper: str) -> None:
    files = {f"{folder}gradient_2.ipynb": notebook(*PART_2), f"{folder}{helper}": "x = 1"}
    assert f"gradient/{helper}" in work(files).laid_out


def test_what_lies_above_a_notebook_is_above_its_file() -> None:
    files = {"nb/gradient/gradient_2.ipynb": notebook(*PART_2), "nb/tools.py": "x = 1"}
    assert "tools.py" in work(files).laid_out


def test_a_notebook_of_helpers_can_be_imported() -> None:
    files = {"nb/gradient_2.ipynb": notebook(*PART_2), "nb/tools.ipynb": notebook("def f(): pass")}
    assert work(files).laid_out["gradient/tools.py"] == b"def f(): pass"


@pytest.mark.parametrize("name", ["gradient.py", "numpy.txt", "gradient/gradient_2.py"])
def test_no_helper_takes_the_place_of_anything(name: str) -> None:
    files = {"nb/gradient_2.ipynb": notebook(*PART_2), f"nb/{name}": "x = 1", ONE: "y = 2"}
    laid_out = work(files).laid_out
    assert laid_out[ONE] == b"y = 2"
    assert "gradient.py" not in laid_out
    assert TWO not in laid_out


# ---------------------------------------------------------------------------- twice


def test_which_of_two_definitions_was_graded_is_told() -> None:
    again = notebook(*NETWORK, "def forward(x, w1, w2):\n    return 2")
    assert any(
        "`forward` is defined twice" in note and "cell 4" in note and "cell 1" in note
        for note in work({"network.ipynb": again}).notes
    )
    both = {NETS: solution(NETS), "Untitled.ipynb": notebook(*NETWORK, "GENERALISES = 1")}
    assert not any("Untitled" not in note for note in work(both).notes)
    two_files = {NETS: solution(NETS), "old.py": solution(NETS) + "\n"}
    [note] = work(two_files).notes
    assert '"old.py" also defines' in note
    assert f'what was graded is in "{NETS}"' in note


def test_two_parts_of_a_notebook_are_no_double_definition() -> None:
    found = work({"gradient.ipynb": notebook(*PART_1, *PART_2)})
    assert not any("twice" in note for note in found.notes)


def test_what_another_file_imports_is_its_helper() -> None:
    defined = solution(NETS).partition("def train(")[0]
    train = "def train(" + solution(NETS).partition("def train(")[2]
    found = taken({"nets.py": defined, "training.py": f"from nets import *\n\n{train}"})
    assert found[NETS] == "training.py"
    found = taken({"nets.py": solution(NETS), "plots.py": "import nets\n\ndef draw(): pass"})
    assert found[NETS] == "nets.py"
    found = taken({"nets.py": defined, "plots.py": "import nets\n\ndef draw(): pass"})
    assert found[NETS] == "nets.py"
