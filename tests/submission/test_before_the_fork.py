"""What is done before a process is forked for a submission, and must be the same after it."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys

import pytest

from grader.runner.deletions import deletes
from grader.runner.relatives import imports_relatively

DELETES = re.compile(rb"^[^#\n]*\bdel\b", re.MULTILINE)
RELATIVE = re.compile(rb"^[ \t]*from[ \t]+\.", re.MULTILINE)
WORDS = [
    b"del",
    b"model",
    b"del_",
    b"x",
    b"#",
    b"\n",
    b" ",
    b"\t",
    b"from",
    b".",
    b"\xc3\xa9",
    b";",
]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"del x", True),
        (b"a = 1; del a", True),
        (b"model = 1\nif model:\n    del model\n", True),
        (b"model = delta = 1", False),
        (b"# del x", False),
        (b"x = 1  # del x\n", False),
        (b"del_ = 1", False),
    ],
)
def test_a_file_that_deletes_is_found(source: bytes, expected: bool) -> None:
    assert deletes(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"from .helper import f", True),
        (b"if 1:\n\tfrom  . import f", True),
        (b"from numpy import dot", False),
        (b"# from .helper import f", False),
        (b"text = 'away from .25'", False),
    ],
)
def test_a_file_that_imports_relatively_is_found(source: bytes, expected: bool) -> None:
    assert imports_relatively(source) is expected


def test_files_are_told_as_by_the_whole_expression() -> None:
    chance = random.Random(0)  # noqa: S311  (which texts are tried)
    found = []
    for _ in range(20_000):
        source = b"".join(chance.choices(WORDS, k=chance.randint(1, 20)))
        said = deletes(source), imports_relatively(source)
        assert said == (bool(DELETES.search(source)), bool(RELATIVE.search(source)))
        found.append(said)
    assert {one for one, _ in found} == {one for _, one in found} == {False, True}


def _passes(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


FOLDERS = """
import sys
from grader.runner.files import Files, know_folders
early, root = "/early", "/box/submission"
sys.path_importer_cache[early] = None
if KNOWN:
    know_folders()
sys.path_importer_cache["/late"] = None
for path in (root, root + "/net"):
    sys.path_importer_cache[path] = None
if GONE:
    del sys.path_importer_cache[early]
before = set(sys.path_importer_cache)
Files(root).install()
assert before - set(sys.path_importer_cache) == {root, root + "/net"}, sys.path_importer_cache
"""


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("gone", [True, False])
def test_folders_of_a_submission_that_python_knew_are_looked_at_again(
    known: bool,
    gone: bool,
) -> None:
    _passes(FOLDERS.replace("KNOWN", str(known)).replace("GONE", str(gone)))


def test_files_are_opened_as_ever_before_there_is_a_submission() -> None:
    _passes("""
import builtins, io, os, tempfile
from grader.runner import own_paths
plain = io.open
own_paths.make_ready()
own_paths.make_ready()
assert builtins.open is io.open and io.open.__wrapped__ is plain
for read in (lambda: open("/nowhere/at all.txt"), lambda: open("data.npz", "rb")):
    try:
        read()
    except FileNotFoundError:
        pass
    else:
        raise AssertionError
assert not os.path.exists("/nowhere/net.py")
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/net.py", "w") as file:
        file.write("x")
    own_paths.install(folder)
    assert io.open.__wrapped__ is plain
    assert open("C:\\\\work\\\\net.py").read() == "x"
    assert os.path.exists("net.py")
    own_paths.install("")
    assert not os.path.exists("net.py")
""")


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="posix: Windows has no such signal")
def test_a_signal_before_there_is_a_submission_is_answered_by_nothing() -> None:
    _passes("""
import os, signal
from grader.runner import serve
serve.make_ready()
os.kill(os.getpid(), signal.SIGUSR1)
""")
