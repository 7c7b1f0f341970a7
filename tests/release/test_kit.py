"""The kit says what the grader says, on any machine, wherever it lies, and whatever befell it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

import grader
from grader.authoring.release.kit import (
    Contents,
    Progress,
    build_kit,
    zipped,
)
from grader.authoring.release.recording_pool import forget_what_was_computed
from grader.authoring.release.replay import DESCRIPTION, JUDGE, RECORDING, load_kit
from grader.cli.main import main
from grader.course import Course, load_course
from grader.course.check_modules import CHECKS_PACKAGE
from grader.intake import Layout, open_submission
from grader.judge import Judge
from tests.launching import launcher
from tests.sampling import chosen

if TYPE_CHECKING:
    from grader.results import SubmissionResult

pytestmark = pytest.mark.sampled  # the kit: see conftest.py
ROOT = Path(__file__).resolve().parents[2]
CLASS = ROOT / "tests" / "submissions"
# Their other submissions are tried, too; of the one with graphs in the audit.
SMALL = chosen(("0", "5", "7"), ("0", "7"))
# Keras trains for half a minute a submission: it is tried below, on what needs no model.
LARGE = "mnist"
# These wait for deadlines, by what they do.
SLOW = {"dmitri_volkov", "quentin_lefevre"}
EVERYBODY = sorted(path.name for path in CLASS.iterdir() if path.is_dir())
# One of each kind: a cheat, the wrong sign (which once found a value that
# was not recorded), and files that crash.
SAMPLE = ("eve_parker", "nadia_benali", "wanjiru_kamau")
STUDENTS = chosen((name for name in EVERYBODY if name not in SLOW), SAMPLE)


def run(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Check as in a folder, in this process: `run_installed` has one of its own."""
    command = ["check", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(where),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def outcomes(result: SubmissionResult) -> dict[str, tuple[str, float]]:
    return {
        check.id: (check.outcome.value, check.points)
        for exercise in result.exercises
        for check in exercise.checks
    }


def judged(course: Course, path: Path) -> dict[str, tuple[str, float]]:
    sealed = open_submission(path, Layout(course.files))
    return outcomes(Judge(course, launcher(), public_only=True).grade(sealed))


@pytest.fixture(scope="module")
def said() -> list[Progress]:
    """Return what is said while `small` is made."""
    return []


@pytest.fixture(scope="module")
def small(said: list[Progress]) -> Contents:
    return build_kit(load_course(ROOT, SMALL), said.append, kernels=False)


@pytest.fixture
def copy(kit: Path, tmp_path: Path) -> Path:
    """Copy the kit, to damage it."""
    return Path(shutil.copytree(kit, tmp_path / "kit"))


# ---------------------------------------------------------------------------- the same verdicts


@pytest.fixture(scope="module")
def both(course: Course, kit: Path) -> tuple[Course, Course]:
    ids = [exercise.id for exercise in course.exercises if exercise.id != LARGE]
    return course.only(ids), load_kit(kit, ids)


@pytest.mark.parametrize("student", STUDENTS)
def test_a_kit_says_of_a_student_what_the_grader_says(
    both: tuple[Course, Course], student: str
) -> None:
    ours, theirs = both
    said, right = judged(theirs, CLASS / student), judged(ours, CLASS / student)
    assert "grader_error" not in {outcome for outcome, _ in said.values()}
    assert said == right


def test_many_other_submissions_were_tried_when_the_kit_was_made(small: Contents) -> None:
    assert small.submissions > 300  # known mistakes among them


def test_the_reference_gets_all_public_points_in_the_kit(
    both: tuple[Course, Course], tmp_path: Path
) -> None:
    ours, theirs = both
    handed_in = tmp_path / "handed in"
    for file in theirs.files:
        (handed_in / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "solutions" / file, handed_in / file)
    said = judged(theirs, handed_in)
    assert said == judged(ours, handed_in)
    points = {check.id: check.max_points for e in ours.info.exercises for check in e.checks}
    assert {name: earned for name, (_, earned) in said.items()} == {
        name: points[name] for name in said
    }


def test_a_mistake_is_named_in_the_kit_too(kit: Path, tmp_path: Path) -> None:
    file = kit / "exercises" / "warm_up" / "neuron.py"
    handed_in = tmp_path / "warm_up"
    handed_in.mkdir()
    text = file.read_text(encoding="utf-8").replace(
        'raise NotImplementedError("relu: write me")', "return np.abs(z)"
    )
    (handed_in / "neuron.py").write_text(text, encoding="utf-8")
    told = run(kit, str(tmp_path), "--exercise", "0").stdout
    assert "This is |z|: negative elements came back as positive ones." in told


# ---------------------------------------------------------------------------- as a student uses it


def test_an_empty_kit_earns_nothing_and_no_error_of_ours(kit: Path) -> None:
    done = run(kit, "exercises", "--exercise", "0", "--exercise", "5")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2].startswith("0 of ")


@pytest.fixture(scope="module")
def site(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the grader that lies in the kit, with no course beside it."""
    folder = tmp_path_factory.mktemp("site")
    [wheel] = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(site: Path, where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import grader, sys; from grader.cli.main import main; print(grader.__file__);"
    code += f"sys.exit(main(['check', *{arguments!r}]))"
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_grader_in_the_kit_checks_from_another_folder(
    kit: Path, site: Path, tmp_path: Path
) -> None:
    done = run_installed(site, tmp_path, str(kit / "exercises"), "--exercise", "0")
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout.splitlines()[0]
    assert "`entry(a, i, j)`" in done.stdout
    assert f"Checked by the kit in {kit}." in done.stderr
    assert not list((kit / JUDGE).rglob("__pycache__"))


def test_a_kit_in_a_submission_is_not_taken_for_the_course(copy: Path) -> None:
    (copy / JUDGE / "checks" / "warm_up" / "own.py").write_text("raise SystemExit('planted')")
    done = run(ROOT, str(copy), "--exercise", "0")
    assert "planted" not in done.stdout + done.stderr
    assert done.returncode == 0


def test_line_ends_of_windows_make_no_difference(copy: Path) -> None:
    target = copy / "exercises" / "warm_up" / "matrices.py"
    solution = (ROOT / "solutions" / "warm_up" / "matrices.py").read_text(encoding="utf-8")
    target.write_bytes(solution.replace("\n", "\r\n").encode())
    told = run(copy, "exercises", "--exercise", "0", "--html", "report.html")
    assert told.returncode == 0
    ours = judged(load_course(ROOT, ["0"]), copy / "exercises")
    assert judged(load_kit(copy, ["0"]), copy / "exercises") == ours
    assert ours["warm_up.matrices.power_of_ones"][1] > 0
    assert "forward_of_a_batch" in (copy / "report.html").read_text(encoding="utf-8")


def test_a_later_check_says_what_changed_since_the_one_before(copy: Path) -> None:
    target = copy / "exercises" / "warm_up" / "neuron.py"
    right = (ROOT / "solutions" / "warm_up" / "neuron.py").read_text(encoding="utf-8")
    report = copy / "report.html"

    def check(text: str, exercise: str = "0") -> str:
        target.write_text(text, encoding="utf-8")
        done = run(copy, "exercises", "--exercise", exercise, "--html", str(report))
        assert done.returncode == 0, done.stderr
        return done.stdout

    slip = right.replace("np.maximum(z, 0)", "np.minimum(z, 0)")
    assert slip != right
    assert "Since your last check" not in check(right)
    assert "Since your last check" not in check(right)  # nothing has been edited
    worse = check(slip)
    assert "Since your last check (graded on " in worse
    assert "  worse: `relu(z)`" in worse
    better = check(right)
    assert "  better: `relu(z)`" in better
    assert better.count("  better: ") == worse.count("  worse: ")
    assert "  better: " in check(right)  # the same files again: the same changes
    assert "That attempt" in report.read_text(encoding="utf-8")
    assert "Since your last check" not in check(slip, "7")  # never checked before
    copy.joinpath(".grader/last-check.json").write_bytes(b"{")
    assert "Since your last check" not in check(slip)  # it cannot be read: nothing else is lost


def test_the_instructions_name_the_wheel_and_what_else_is_needed(kit: Path) -> None:
    text = (kit / "INSTRUCTIONS.md").read_text(encoding="utf-8")
    [wheel] = kit.glob("*.whl")
    assert wheel.name in text
    assert "[keras]" in text
    assert "grader check exercises" in text


def test_both_editions_are_there_and_the_judge_has_stubs_of_its_own(kit: Path) -> None:
    assert (kit / "exercises/neural_net/plot_net.py").read_bytes() == (
        kit / JUDGE / "assignments/neural_net/plot_net.py"
    ).read_bytes()
    assert json.loads((kit / "notebooks/neural_net/plot_net.ipynb").read_bytes())["nbformat"] == 4
    assert not list((kit / "notebooks").rglob("*.py"))  # a stub beside a notebook would win
    assert not list((kit / "exercises").rglob("*.ipynb"))


def test_what_checks_have_computed_before_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    module = ModuleType("checks")
    module.slow = cache(asked.append)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, f"{CHECKS_PACKAGE}_of_a_test.slow", module)
    for _ in range(2):
        module.slow(1)
    assert asked == [1]
    forget_what_was_computed()
    module.slow(1)
    assert asked == [1, 1]


def test_files_of_exercises_that_are_not_released_are_not_in_it(small: Contents) -> None:
    names = {name.removeprefix("exercises/") for name in small.files if "exercises/" in name}
    assert {"README.md", "warm_up/neuron.py"} < names
    assert not {"answers.toml", "gradient/gradient.py"} & names


@pytest.mark.sampled(2)
@pytest.mark.parametrize("workers", [2, 1])
def test_the_same_course_gives_the_same_bytes(small: Contents, workers: int) -> None:
    again = build_kit(load_course(ROOT, SMALL), prove=False, workers=workers)
    assert zipped(small.files) == zipped(again.files)


def test_it_is_small(packed: bytes) -> None:
    assert len(packed) < 5e6


# ---------------------------------------------------------------------------- what can be wrong


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda kit: (kit / JUDGE / RECORDING).write_bytes(b"x"), "is damaged"),
        (lambda kit: _cut(kit / JUDGE / RECORDING), "is damaged"),
        (lambda kit: _flip(kit / JUDGE / RECORDING), "is damaged"),
        (lambda kit: (kit / JUDGE / RECORDING).unlink(), "judge/recording cannot be used"),
        (lambda kit: (kit / JUDGE / DESCRIPTION).write_text("{"), "kit.json cannot be read"),
        (lambda kit: shutil.rmtree(kit / JUDGE / "checks" / "warm_up"), "judge is damaged"),
        (
            lambda kit: (kit / JUDGE / "checks" / "warm_up" / "own.py").write_text("1 / 0"),
            "judge is damaged",
        ),
        (lambda kit: (kit / JUDGE / "assignments" / "course.toml").unlink(), "judge is damaged"),
    ],
)
def test_a_damaged_kit_is_one_sentence(copy: Path, change: object, told: str) -> None:
    assert callable(change)
    change(copy)
    done = run(copy, "exercises", "--exercise", "0")
    assert done.returncode == 2
    assert told in done.stderr
    assert "unpack the kit again" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("version", ["0.0.1", "99.0"])
def test_another_version_of_the_grader_is_one_sentence(copy: Path, version: str) -> None:
    path = copy / JUDGE / DESCRIPTION
    made = json.loads(path.read_bytes())
    path.write_text(json.dumps(made | {"grader": version}))
    done = run(copy, "exercises")
    assert done.returncode == 2
    assert f"made for version {version} of the grader" in done.stderr
    assert grader.__version__ in done.stderr


def test_hidden_checks_cannot_be_asked_for(kit: Path) -> None:
    done = run(kit, "exercises", "--all")
    assert (done.returncode, done.stderr) == (
        2,
        "grader: A kit has no hidden checks: leave --all out.\n",
    )


def test_an_exercise_that_was_not_released_is_said_to_be_none(
    small: Contents, tmp_path: Path
) -> None:
    for name, content in small.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    done = run(tmp_path, "exercises", "--exercise", "1")
    assert done.returncode == 2
    assert "There is no exercise 1: choose from 0 (warm_up), " in done.stderr
    assert not (tmp_path / "exercises/gradient").exists()
    assert run(tmp_path, "exercises").returncode == 0


def test_it_says_what_is_being_proved(small: Contents, said: list[Progress]) -> None:
    proved: dict[str, list[Progress]] = {}
    for at in said:
        if at.what.startswith("proving"):
            proved.setdefault(at.title, []).append(at)
    assert [title.partition(" ")[0] for title in proved] == SMALL
    for of_one in proved.values():
        assert [at.number for at in of_one] == list(range(1, len(of_one) + 1))
        assert {at.of for at in of_one} == {len(of_one)}
        assert of_one[0].told == "the reference"
    assert small.submissions == sum(map(len, proved.values()))
