"""Wrong names: taken for the file that they are meant for where that is unambiguous, and told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import open_submission

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Layout

CODE = b"x=1"
GOOD = {"gradient/gradient.py": CODE}


def opened(path: Path, layout: Layout) -> tuple[dict[str, bytes], str]:
    sealed = open_submission(path, layout)
    return dict(sealed.files), "\n".join(sealed.notes)


@pytest.mark.parametrize(
    "name",
    [
        "gradient (1).py",
        "gradient(12).py",
        "gradient-2.py.txt",
        "Gradient.py",
        "gradient.py.txt",
        "gradient.py.py",
        "Copy of gradient.py",
        "Kopie von gradient (2).py",
        "gradient - Copy.py",
        "gradient - Copy (3).py",
        "gradient_final.py",
        "gradient_v2.py",
        "GRADIENT (1).PY",
        "ｇradient.py",  # noqa: RUF001 - a wide letter, as some keyboards give it
    ],
)
@pytest.mark.parametrize("folder", ["", "gradient/", "my work/"])
def test_a_wrong_name_is_taken_for_the_right_one_and_told(
    pack: Any, layout: Layout, name: str, folder: str
) -> None:
    others = {"gradient/gradient_2.py": b"two"}
    files, notes = opened(pack.zip({folder + name: CODE} | others), layout)
    assert files == GOOD | others
    assert "was taken as" in notes


@pytest.mark.parametrize(
    "ending", [".txt", ".text", ".pyw", ".py3", " (1).txt", "", ".pi", ".pyi", ".py.download"]
)
def test_code_under_the_ending_of_a_text_is_code(pack: Any, layout: Layout, ending: str) -> None:
    code = b"import numpy as np\nx = 1\n"
    pack.write(f"s/gradient{ending}", code)
    files, notes = opened(pack.folder / "s", layout)
    assert files["gradient/gradient.py"] == code
    assert f'"gradient{ending}" was taken as "gradient.py": that is its name.' in notes


@pytest.mark.parametrize("fence", ["```python", "```{python}", "~~~ py", "```", "```{.python .x}"])
def test_code_between_fences_is_code(pack: Any, layout: Layout, fence: str) -> None:
    text = f"---\ntitle: x\n---\n# gradient_2.py\nWords.\n{fence}\ndef f():\n    return 1\n"
    text += f"{fence[:3]}\n\n```bash\nls\n```\nWords.\n"
    pack.write("s/gradient/gradient.md", text.encode())
    pack.write("s/README.md", text.encode())
    files, notes = opened(pack.folder / "s", layout)
    code = files["gradient/gradient.py"].decode()
    assert code.split("\n")[3:9] == ["# gradient_2.py", "", "", "def f():", "    return 1", ""]
    assert code.split() == ["#", "gradient_2.py", "def", "f():", "return", "1"]
    assert notes.count("the code in it was graded") == 1


@pytest.mark.parametrize("name", ["gradient.py ", " gradient.py", "gradient.py.", "gradient .py "])
def test_blanks_and_dots_round_a_name_are_none_of_it(pack: Any, layout: Layout, name: str) -> None:
    files, _ = opened(pack.zip({name: CODE}), layout)
    assert files == {"gradient/gradient.py": CODE}


def test_a_text_under_that_name_stays_a_text(pack: Any, layout: Layout) -> None:
    pack.write("s/gradient.txt", b"It was hard to import what I learned.\n")
    files, _ = opened(pack.folder / "s", layout)
    assert "gradient/gradient.py" not in files


def test_words_may_be_joined_in_any_way(pack: Any, layout: Layout) -> None:
    tree = {"Learn-Net.py": b"l", "gradient2.py": b"2", "GradientOne.py": b"own"}
    files, _ = opened(pack.zip(tree), layout)
    assert files == {
        "mnist/learn_net.py": b"l",
        "gradient/gradient_2.py": b"2",
        "GradientOne.py": b"own",
    }


def test_the_nearest_meaning_goes_first(pack: Any, layout: Layout) -> None:
    # gradient-2 is gradient_2 with another dash, or the second copy of gradient.
    assert opened(pack.zip({"gradient-2.py": CODE}), layout)[0] == {"gradient/gradient_2.py": CODE}
    both = {"gradient-2.py": CODE, "gradient_2.py": b"two"}
    assert opened(pack.zip(both), layout)[0] == GOOD | {"gradient/gradient_2.py": b"two"}


def test_the_right_name_is_never_replaced(pack: Any, layout: Layout) -> None:
    tree = {"gradient/gradient.py": CODE, "gradient/gradient (1).py": b"other"}
    files, notes = opened(pack.zip(tree), layout)
    assert files["gradient/gradient.py"] == CODE
    assert '"gradient/gradient (1).py" was left aside, since there is a "gradient.py"' in notes


def test_a_copy_that_is_the_same_is_not_worth_a_word(pack: Any, layout: Layout) -> None:
    _, notes = opened(pack.zip(GOOD | {"gradient/gradient (1).py": CODE}), layout)
    assert notes == ""


def test_of_two_wrong_names_the_latest_copy_is_taken_and_both_are_told(
    pack: Any, layout: Layout
) -> None:
    tree = {"gradient (1).py": b"old", "gradient (2).py": CODE}
    files, notes = opened(pack.zip(tree), layout)
    assert files["gradient/gradient.py"] == CODE
    assert '"gradient (2).py" was taken as "gradient.py"' in notes
    assert '"gradient (1).py" was left aside, since only one file can be "gradient.py"' in notes


@pytest.mark.parametrize(
    "name", ["grad.py", "gradient_old.py", "my_gradient.py", "gradient.txt", "gradients.py", ".py"]
)
def test_a_name_that_may_mean_something_else_stays_as_it_is(
    pack: Any, layout: Layout, name: str
) -> None:
    files, _ = opened(pack.zip({name: CODE}), layout)
    assert "gradient/gradient.py" not in files


def test_a_name_that_two_exercises_share_is_not_guessed(pack: Any) -> None:
    from grader.intake import Layout  # noqa: PLC0415

    files, _ = opened(
        pack.zip({"main (1).py": b"?"}), Layout(("one/main.py", "two/main.py", "two/o.py"))
    )
    assert set(files) == {"main (1).py"}


def test_files_of_the_course_in_several_folders_are_gathered_with_their_helpers(
    pack: Any, layout: Layout
) -> None:
    tree = {
        "hw1/gradient.py": CODE,
        "hw2/explosion.py": b"import own",
        "hw2/own.py": b"o",
        "hw3/mnist/learn_net.py": b"m",
    }
    files, notes = opened(pack.zip(tree), layout)
    assert files == GOOD | {
        "neural_net/explosion.py": b"import own",
        "neural_net/own.py": b"o",
        "mnist/learn_net.py": b"m",
    }
    assert '"hw2/explosion.py" was taken as "neural_net/explosion.py"' in notes


def test_two_files_elsewhere_that_differ_are_told(pack: Any, layout: Layout) -> None:
    tree = GOOD | {"a/explosion.py": b"1", "b/explosion.py": b"2"}
    files, notes = opened(pack.zip(tree), layout)
    assert files == GOOD | {"neural_net/explosion.py": b"1", "b/explosion.py": b"2"}
    assert '"b/explosion.py" was left aside, since only one file can be' in notes


@pytest.mark.parametrize(
    ("handed_in", "imports"),
    [
        ("Gradient.py", b"from Gradient import f"),
        ("gradient_final.py", b"import gradient_final"),
        ("gradient/Gradient.py", b"import Gradient"),
        ("work/gradient.py", b"from work.gradient import f"),
        ("work/week_1/gradient_v2.py", b"import work.week_1.gradient_v2 as g"),
    ],
)
def test_a_file_is_still_imported_by_the_name_that_it_had(
    pack: Any, layout: Layout, handed_in: str, imports: bytes
) -> None:
    tree = {handed_in: CODE, "neural_net/explosion.py": imports}
    files, _ = opened(pack.zip(tree), layout)
    assert files["gradient/gradient.py"] == CODE
    old = [name for name in files if name not in layout.files]
    assert old
    assert all(files[name] == CODE for name in old)
    # Run for real: the root and the file's own folder are on the import path.
    for name, content in files.items():
        pack.write(f"laid_out/{name}", content)
    module = re.sub(rb".*?(?:from|import) ([\w.]+).*", rb"\1", imports).decode()
    root = pack.folder / "laid_out"
    command = [sys.executable, "-c", f"import {module}"]
    path = os.pathsep.join(map(str, (root, root / "gradient")))
    subprocess.run(command, check=True, env={"PYTHONPATH": path}, cwd=pack.folder)


def test_a_name_that_nothing_speaks_of_is_not_kept(pack: Any, layout: Layout) -> None:
    tree = {"Gradient.py": b"# Gradient", "neural_net/explosion.py": b"import gradient"}
    files, _ = opened(pack.zip(tree), layout)
    assert set(files) == {"gradient/gradient.py", "neural_net/explosion.py"}
    # Two different files whose names differ by their case alone are never both there.
    tree = {"gradient.py": CODE, "Gradient.py": b"other", "explosion.py": b"import Gradient"}
    files, _ = opened(pack.zip(tree), layout)
    assert files["gradient/gradient.py"] == CODE
    assert len({name.casefold() for name in files}) == len(files)


def test_names_made_to_be_slow_are_not(pack: Any, layout: Layout) -> None:
    hostile = {f"{'copy of ' * 20}{n}{' (1)' * 15}.py": b"" for n in range(300)}
    hostile |= {f"{'-1' * 80}{n}.py": b"" for n in range(300)}
    files, _ = opened(pack.zip(GOOD | hostile), layout)
    assert files["gradient/gradient.py"] == CODE


EMPTY = (
    b'[questions]\n# A number.\nminimum = ""\nletters = \'\' # none\n\n[observations]\nfirst = ""\n'
)
FILLED = EMPTY.replace(b'minimum = ""', b'minimum = "1"')


@pytest.mark.parametrize(
    "name", ["answers (1).toml", "answers - Copie.toml", "Copy of answers.toml", "answers.txt"]
)
@pytest.mark.parametrize("empty", [EMPTY, b"", EMPTY.replace(b"\n", b"\r\n")])
def test_an_empty_table_of_answers_does_not_hide_the_filled_one(
    pack: Any, layout: Layout, name: str, empty: bytes
) -> None:
    sealed = open_submission(pack.zip({"answers.toml": empty, name: FILLED}), layout)
    assert sealed.files["answers.toml"] == FILLED
    assert f'"answers.toml" holds no answer: "{name}" was graded.' in sealed.notes


def test_of_several_tables_of_answers_a_filled_one_is_taken(pack: Any, layout: Layout) -> None:
    tree = {"answers (2).toml": EMPTY, "answers (1).toml": FILLED}
    sealed = open_submission(pack.zip(tree), layout)
    assert sealed.files["answers.toml"] == FILLED


@pytest.mark.parametrize("other", [EMPTY, FILLED.replace(b'"1"', b'"2"')])
def test_a_table_with_answers_stays(pack: Any, layout: Layout, other: bytes) -> None:
    tree = {"answers.toml": FILLED, "answers (1).toml": other}
    sealed = open_submission(pack.zip(tree), layout)
    assert sealed.files["answers.toml"] == FILLED
    assert '"answers (1).toml" was left aside, since there is a "answers.toml".' in sealed.notes


def test_code_in_a_text_does_not_replace_code(pack: Any, layout: Layout) -> None:
    tree = {"gradient.py": b"def f(): pass", "gradient.txt": b"import x\ny = 3"}
    sealed = open_submission(pack.zip(tree), layout)
    assert sealed.files["gradient/gradient.py"] == b"def f(): pass"


NOTEBOOK = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


@pytest.mark.parametrize(
    "ending", [".ipynb.txt", ".json", ".ipynb.json", ".txt", ".IPYNB.TXT", ".py"]
)
@pytest.mark.parametrize("content", [NOTEBOOK, b"\xef\xbb\xbf" + NOTEBOOK.replace(b"{", b"{\r\n ")])
def test_a_notebook_under_another_ending_is_one(
    pack: Any, layout: Layout, ending: str, content: bytes
) -> None:
    sealed = open_submission(pack.zip({f"TP 2/nets{ending}": content}), layout)
    assert (dict(sealed.files), sealed.received) == ({"nets.ipynb": content}, ())
    assert 'was taken as "nets.ipynb": it is a notebook.' in sealed.notes[0]


def test_python_under_the_ending_of_a_notebook_is_python(pack: Any, layout: Layout) -> None:
    code = b"import numpy as np\n\ndef gradient(x, y):\n    return x, y\n"
    sealed = open_submission(pack.zip({"gradient/gradient.ipynb": code}), layout)
    assert dict(sealed.files) == {"gradient/gradient.py": code}
    assert sealed.received == ()
    assert "it is Python, and no notebook." in sealed.notes[0]
    damaged = open_submission(pack.zip({"gradient/gradient.ipynb": NOTEBOOK[:40]}), layout)
    assert set(damaged.files) == {"gradient.ipynb"}


@pytest.mark.parametrize("content", [b'{"cells": 1}', b"import x", b'{"a": [1]}', b"[1, 2]"])
def test_what_is_no_notebook_keeps_its_ending(pack: Any, layout: Layout, content: bytes) -> None:
    files, notes = opened(pack.zip(GOOD | {"data.json": content, "notes.txt": content}), layout)
    assert files == GOOD | {"data.json": content, "notes.txt": content}
    assert "notebook" not in notes
