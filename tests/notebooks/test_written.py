"""Files that a notebook writes with ``%%writefile`` were handed in, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.sealed import Sealed
from grader.notebooks import Reader, Work, gather
from tests.launching import launcher
from tests.notebooks.making import notebook

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "assignments"
READER = Reader(launcher(), STUBS)
FILE = "warm_up/neuron.py"
SOURCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (STUBS / FILE).read_bytes()


def work(files: dict[str, bytes]) -> Work:
    return gather(Sealed("me", files), STUBS, READER)


@pytest.mark.parametrize("path", ["TP1.ipynb", "warm_up/tp.ipynb", "a/b/neuron_nb.ipynb"])
@pytest.mark.parametrize("line", ["%%writefile neuron.py", "%%file 'src/neuron.py'"])
def test_a_file_of_the_course_is_that_file(path: str, line: str) -> None:
    found = work({path: notebook(f"{line}\n{SOURCE}", "from neuron import *")})
    assert found.files[FILE] == SOURCE.encode()
    name = path.rpartition("/")[2]
    assert f'Cell 1 of "{name}" writes neuron.py: that was taken as {FILE}.' in found.notes
    assert not any("not graded" in note for note in found.notes)


def test_it_takes_the_place_of_the_template_and_of_nothing_else() -> None:
    made = notebook(f"%%writefile neuron.py\n{SOURCE}")
    assert work({"n.ipynb": made, FILE: STUB}).files[FILE] == SOURCE.encode()
    own = SOURCE.replace("np.exp", "numpy.exp").encode()
    assert work({"n.ipynb": made, FILE: own}).files[FILE] == own


def test_what_is_added_comes_after_what_was_written() -> None:
    head, _, tail = SOURCE.partition("\n\n\ndef relu")
    cells = (f"%%writefile neuron.py\n{head}", f"%%writefile -a neuron.py\ndef relu{tail}")
    written = work({"n.ipynb": notebook(*cells)}).files[FILE]
    assert written.split() == SOURCE.encode().split()


def test_a_helper_lies_beside_the_notebook() -> None:
    found = work({"warm_up/n.ipynb": notebook("%%writefile tools.py\nK = 1\n", SOURCE)})
    assert found.laid_out["warm_up/tools.py"] == b"K = 1\n"
    assert FILE in found.programs


def test_what_is_no_python_file_is_left_alone() -> None:
    found = work({"n.ipynb": notebook("%%writefile notes.txt\nneuron", "%%writefile\n", SOURCE)})
    assert set(found.files) == {"n.ipynb"}
