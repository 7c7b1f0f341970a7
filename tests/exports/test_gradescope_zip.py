"""The autograder where it will run: unpacked, set up for real, and run for each submission.

`in_container` shows a folder as ``/autograder`` in a mount namespace, as Gradescope's container has
it. The set-up installs the grader's wheel with the machine's own Python: in the audit with all that
it requires from the package index; in the gate what it requires is there already, where the tests'
own environment has it for the same Python, so that pip fetches nothing and installs the wheel.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main
from grader.exports.formats import ISOLATION
from tests.exports.container import Container, environment, has_our_python, lay_out_requirements
from tests.sampling import is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.sampled  # how it is set up: see `container`
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REFERENCE = ROOT / "solutions" / "warm_up"
WRONG_RELU = "\ndef relu(z):\n    return z\n"
ENDLESS = "import time\nwhile True:\n    time.sleep(1)\n"  # costs no processor
HOSTILE = """
import glob, os, signal

FOUND = []
for path in ("course/.grader/salt", "course/solutions/warm_up/matrices.py", "settings.json"):
    try:
        FOUND.append(open("/autograder/source/" + path).read())
    except OSError as error:
        FOUND.append(type(error).__name__)
for path in ("/autograder/results/results.json", "/autograder/submission_metadata.json"):
    for mode in ("r", "a"):
        try:
            with open(path, mode) as file:
                FOUND.append(file.read() if mode == "r" else "wr" "ote")
        except OSError as error:
            FOUND.append(type(error).__name__)
for forge in ("results.json", "../results/results.json"):
    try:
        os.replace(__file__, "/autograder/results/" + forge)
        FOUND.append("mo" "ved")
    except OSError as error:
        FOUND.append(type(error).__name__)
for number in (os.getppid(), 1, -1):
    try:
        os.kill(number, signal.SIGKILL)
    except OSError as error:
        FOUND.append(type(error).__name__)
try:
    FOUND.append(glob.glob("/autograder/source/*"))
except OSError as error:
    FOUND.append(type(error).__name__)


def entry(a, i, j):
    print("SEEN", FOUND)
    print('{"score": 99}')
    return 99
"""


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an autograder of exercise 0, of a copy of the course with a salt of its own."""
    course = tmp_path_factory.mktemp("course")
    for name in ("assignments", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, course / name, ignore=ignored)
    out = course / "autograder.zip"
    assert (
        main(["gradescope-zip", "--course", str(course), "--exercise", "0", "--out", str(out)]) == 0
    )
    return out


@pytest.fixture(scope="module")
def container(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """Return a container, built as Gradescope builds it."""
    root = tmp_path_factory.mktemp("autograder")
    root.chmod(0o755)
    with zipfile.ZipFile(zipped) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, root / "source"))
            path.chmod(entry.external_attr >> 16 & 0o777)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    made = Container(root)
    there = root / "there"
    if not is_whole() and has_our_python(made):
        lay_out_requirements(there)
    setup = subprocess.run(
        made.command("bash", "/autograder/source/setup.sh"),
        env={**environment(), "PYTHONPATH": "/autograder/there"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert setup.returncode == 0, setup.stdout + setup.stderr
    assert "grader: ready" in setup.stdout
    [installed] = (root / "venv" / "lib").glob("python*/site-packages")
    for path in there.iterdir() if there.is_dir() else ():
        if path.name != "__pycache__":  # of modules, which may have one already
            path.rename(installed / path.name)
    yield made
    shutil.rmtree(root / "venv", ignore_errors=True)


def good() -> dict[str, str]:
    names = ("matrices.py", "neuron.py")
    return {f"warm_up/{name}": (REFERENCE / name).read_text() for name in names}


def bad() -> dict[str, str]:
    files = good()
    files["warm_up/neuron.py"] += WRONG_RELU
    return files


# Who is root in a namespace of users alone has no other user to run a submission as.
HELD = ISOLATION if os.geteuid() == 0 else ("reduced",)


def can_be_had(container: Container, level: str) -> bool:
    """Say whether a level can be had; another user cannot run a Python in root's own folder."""
    if level != "user" or level not in HELD:
        return level in HELD
    python = (container.root / "venv" / "bin" / "python").resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in python.parents)


# What is left to root in a container, where nobody has asked for more.
DOCKER = "-all," + ",".join(
    f"+{name}"
    for name in (
        *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap"),
        *("net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"),
    )
)


def points(results: Any) -> float:
    return float(sum(test.get("score", 0) for test in results["tests"]))


def test_the_zip_has_both_scripts_at_its_root_and_is_the_same_each_time(
    zipped: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(zipped) as archive:
        modes = {e.filename: e.external_attr >> 16 & 0o777 for e in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["course/.grader/salt"] == 0o600
    assert zipped.stat().st_mode & 0o077 == 0
    again = tmp_path / "again.zip"
    command = ["gradescope-zip", "--course", str(zipped.parent), "--exercise", "0"]
    assert main([*command, "--out", str(again)]) == 0
    assert again.read_bytes() == zipped.read_bytes()


@pytest.mark.parametrize("level", ISOLATION)
def test_a_right_submission_gets_every_point_at_every_level_that_can_be_had(
    container: Container, level: str
) -> None:
    container.hand_in(good(), isolation=level)
    said = container.run()
    results = container.results()
    if not can_be_had(container, level):
        assert "No points are lost" in results["output"]
        return
    assert "20 of 20 points" in said
    assert points(results) == sum(test["max_score"] for test in results["tests"]) == 20
    words = {"user": "reduced, by another user instead of known paths"}.get(level, level)
    assert f"isolation: {words}." in results["output"]


def test_with_no_more_rights_than_docker_leaves_it_goes_a_level_down(container: Container) -> None:
    container.hand_in(good())
    said = container.run("setpriv", "--bounding-set", DOCKER, "--inh-caps", DOCKER)
    assert "isolation: reduced" in said
    assert points(container.results()) == 20


def test_a_mistake_costs_what_it_costs_elsewhere_with_the_same_salt(
    container: Container, zipped: Path, tmp_path: Path
) -> None:
    container.hand_in(bad())
    container.run()
    results = container.results()
    out = tmp_path / "reports"
    command = ["grade", str(container.root / "submission"), "--course", str(zipped.parent)]
    assert main([*command, "--exercise", "0", "--out", str(out), "--workers", "1"]) == 0
    stored = json.loads((out / "results.json").read_bytes())["submissions"][0]
    checks = stored["exercises"][0]["checks"]
    assert [(t["extra_data"]["id"], t["score"]) for t in results["tests"]] == [
        (c["id"], c["points"]) for c in checks
    ]
    assert 0 < points(results) < 20
    assert results["extra_data"]["submission_digest"] == stored["digest"]


@pytest.mark.parametrize("files", [{}, {"essay.txt": "I could not do it."}])
def test_nothing_that_can_be_graded_is_no_points_and_a_sentence(
    container: Container, files: dict[str, str]
) -> None:
    container.hand_in(files)
    container.run()
    results = container.results()
    assert points(results) == 0
    assert not results["extra_data"]["provisional"]
    assert "matrices.py" in str(results) or "submission" in results["output"]


@pytest.mark.parametrize("level", HELD)
def test_a_hostile_submission_sees_nothing_and_changes_nothing(
    container: Container, zipped: Path, level: str
) -> None:
    container.hand_in({**good(), "warm_up/matrices.py": HOSTILE}, isolation=level)
    container.run()
    results = container.results()
    text = json.dumps(results)
    if not can_be_had(container, level):
        assert "SEEN" not in text  # nothing of it was run
        assert "No points are lost" in results["output"]
        return
    assert "SEEN" in text  # it has run, and told what it saw
    salt = (zipped.parent / ".grader" / "salt").read_text().strip()
    for secret in (salt, "def matrix_product", "the last hidden result", "wrote", "moved"):
        assert secret not in text.replace("`matrix_product", "")
    for test in results["tests"]:
        if "matrices" in test["extra_data"]["id"]:
            assert test["score"] == 0
    assert 0 < points(results) < 20  # the other file is right, and is not touched by this


def test_a_link_to_a_solution_is_not_followed(container: Container) -> None:
    container.hand_in({"warm_up/neuron.py": good()["warm_up/neuron.py"]})
    link = container.root / "submission" / "warm_up" / "matrices.py"
    link.symlink_to("/autograder/source/course/solutions/warm_up/matrices.py")
    container.run()
    for test in container.results()["tests"]:
        assert (test.get("score", 0) > 0) == ("neuron" in test["extra_data"]["id"])


def test_killed_and_out_of_time_there_is_a_whole_file_that_says_so(container: Container) -> None:
    container.hand_in({**good(), "warm_up/matrices.py": ENDLESS}, seconds=9)
    run = subprocess.Popen(
        container.command("/autograder/run_autograder"),
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    os.kill(grading(run.pid), signal.SIGKILL)
    said, _ = run.communicate()
    assert "attempt 1 ended with code 137" in said
    assert "attempt 2 ended with code 124" in said
    results = container.results()
    assert results["extra_data"]["provisional"]
    assert "No points are lost" in results["output"]


def grading(ancestor: int) -> int:
    """Return the process that grades, once it does."""
    while True:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"gradescope-run" in words and b"python" in words[0]:
                number = int(folder.name)
                if ancestor in ancestors(number):
                    return number
        time.sleep(0.01)


def ancestors(number: int) -> Iterator[int]:
    while number > 1:
        try:
            stat = Path(f"/proc/{number}/stat").read_text()
        except OSError:
            return
        number = int(stat.rpartition(")")[2].split()[1])
        yield number


def test_without_a_grader_there_is_a_whole_file_all_the_same(container: Container) -> None:
    container.hand_in(good())
    program = container.root / "venv" / "bin" / "grader"
    aside = program.with_name("aside")
    program.rename(aside)
    try:
        container.run()
    finally:
        aside.rename(program)
    results = container.results()
    assert results["score"] == 0
    assert results["extra_data"]["provisional"]


def test_on_a_full_disk_the_score_is_there_without_its_reasons(container: Container) -> None:
    container.hand_in(bad())
    script = """
        mount -t tmpfs -o size=8k tmpfs /autograder/results
        head -c 4096 /dev/zero >/autograder/results/filled
        /autograder/run_autograder >/dev/null
        cat /autograder/results/results.json
    """
    run = subprocess.run(
        container.command("sh", "-c", script),
        env=environment(),
        capture_output=True,
        check=True,
    )
    results = json.loads(run.stdout)
    assert 0 < results["score"] < 20
    assert "disk" in results["output"]


def test_a_level_that_cannot_be_had_runs_nothing_and_costs_nothing(container: Container) -> None:
    container.hand_in({"warm_up/matrices.py": ENDLESS}, isolation="user")
    salt = container.source / "course" / ".grader" / "salt"
    folders = [salt.parent, salt]
    modes = [path.stat().st_mode & 0o777 for path in folders]
    try:
        for path in folders:  # as if the set-up had not shut it
            path.chmod(0o755)
        said = container.run()
    finally:
        for path, mode in zip(folders, modes, strict=True):
            path.chmod(mode)
    assert "it can open salt" in said
    results = container.results()
    assert results["score"] == 0
    assert "No points are lost" in results["output"]


def test_the_wheel_that_is_installed_makes_the_same_wheel_again(container: Container) -> None:
    script = (
        "import hashlib; from grader.util.wheel import make_wheel; "
        "print(hashlib.sha256(make_wheel().content).hexdigest() == "
        "hashlib.sha256(open(__import__('glob').glob('/autograder/source/*.whl')[0], 'rb').read())"
        ".hexdigest())"
    )
    run = subprocess.run(
        container.command("/autograder/venv/bin/python", "-P", "-c", script),
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "True\n"
