"""The commands as a person uses them: what they print, write, and exit with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grader.cli.main import COMMANDS, main
from grader.course.salt import load_salt

if TYPE_CHECKING:
    from pathlib import Path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_check_prints_verdicts_and_the_mistake(
    course: Path, handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(handed_in / "bo"), "--course", str(course)]) == 0
    text = said(capsys)
    assert "0 of 2 points" in text
    assert (
        "These are the public checks: 2 of the 3 points that the statements give. The other 1 point"
        in text
    )
    assert "`double(x)` is twice x." in text
    assert "You squared x instead of doubling it." in text
    assert "eq. 1" in text
    assert "every element" not in text  # a hidden check


def test_check_runs_hidden_checks_where_asked(
    course: Path, handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(handed_in / "ada"), "--course", str(course), "--all"]) == 0
    assert "3 of 3 points" in said(capsys)


def test_what_was_not_handed_in_is_one_line(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    assert main(["check", str(tmp_path / "mine"), "--course", str(course), "--all"]) == 0
    text = said(capsys)
    assert "Nothing of this exercise was handed in: work/double.py." in text
    assert "`double(x)`" not in text
    assert "0 of 3 points" in text


def test_check_writes_a_page(
    course: Path, handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert main(["check", str(handed_in / "bo"), "--course", str(course), "--html", str(page)]) == 0
    assert "You squared x" in page.read_text(encoding="utf-8")
    assert str(page) in said(capsys)


def test_lines_are_whole_and_plain_in_a_pipe(course: Path, handed_in: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "grader",
        "check",
        str(handed_in / "cy"),
        "--course",
        str(course),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "ended the process (exit code 0)" in done.stdout


@pytest.mark.parametrize("workers", ["1", "2"])
def test_grade_leaves_reports_and_says_one_line_a_student(
    course: Path,
    handed_in: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    workers: str,
) -> None:
    out = tmp_path / "reports"
    arguments = ["grade", str(handed_in), "--course", str(course), "--out", str(out)]
    assert main([*arguments, "--workers", workers]) == 0
    text = said(capsys)
    assert re.search(r"^ada +3 of 3 +everything is right$", text, re.MULTILINE)
    assert re.search(r"^bo +0 of 3 .*square", text, re.MULTILINE)
    assert re.search(r"^di +0 of 3 +nothing was handed in$", text, re.MULTILINE)
    assert str(out / "index.html") in text
    results = json.loads((out / "results.json").read_bytes())
    assert [s["student"] for s in results["submissions"]] == ["ada", "bo", "cy", "di"]
    for student in ("ada", "bo", "cy", "di"):
        assert (out / student / "index.html").is_file()
        assert json.loads((out / student / "result.json").read_bytes())["student"] == student


def test_a_rerun_is_identical_but_for_times(course: Path, handed_in: Path, tmp_path: Path) -> None:
    def graded(out: Path) -> str:
        main(
            ["grade", str(handed_in), "--course", str(course), "--out", str(out), "--workers", "1"]
        )
        text = (out / "results.json").read_text(encoding="utf-8")
        # What is 0 is left out.
        measured = r'"(\w+_seconds|peak_memory_mib|load_average|graded_at)":[^,}\n]*,?'
        return re.sub(r",(?=\s*})", "", re.sub(measured, "", text))

    assert graded(tmp_path / "one") == graded(tmp_path / "two")


def test_another_salt_draws_other_inputs(course: Path, handed_in: Path, tmp_path: Path) -> None:
    seeds = set()
    for name in ("one", "two"):
        (course / ".grader" / "salt").unlink(missing_ok=True)
        out = tmp_path / name
        main(["grade", str(handed_in / "ada"), "--course", str(course), "--out", str(out)])
        results = json.loads((out / "results.json").read_bytes())
        seeds.add(results["submissions"][0]["exercises"][0]["seed"])
    assert len(seeds) == 2


def test_the_salt_is_made_once_and_is_nobody_elses_business(course: Path) -> None:
    first = load_salt(course)
    assert load_salt(course) == first
    assert (course / ".grader" / "salt").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "nowhere"], "nowhere"),
        (["check", "nowhere"], "nowhere"),
        (["check", ".", "--exercise", "77"], "no exercise 77"),
        (["check", ".", "--course", "nowhere"], "No course in"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if "--course" not in arguments:
        arguments = [*arguments, "--course", str(course)]
    assert main(arguments) == 2
    text = said(capsys)
    assert text.startswith("grader: ")
    assert sentence in text
    assert len(text.splitlines()) == 1


def test_an_output_folder_that_cannot_be_written(
    course: Path, handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "reports"
    assert main(["grade", str(handed_in), "--course", str(course), "--out", str(out)]) == 2
    assert "Choose another folder by --out" in said(capsys)


def test_an_empty_folder_holds_no_submission(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["grade", str(tmp_path / "empty"), "--course", str(course)]) == 2
    assert said(capsys).startswith("grader: ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("points = 3", "points = 4", "add up to 3"),
        ("title = ", "tilte = ", "tilte"),
        ("[profiles.numpy]", "[profiles.jax]", "asks for the profile"),
        ("points = 3", "points = ", "course.toml"),
    ],
)
def test_an_inconsistent_course_is_named(
    course: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentence: str
) -> None:
    manifest = course / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text().replace(old, new, 1))
    assert main(["check", ".", "--course", str(course)]) == 2
    assert sentence in said(capsys)


def test_an_error_of_the_course_withholds_points_and_says_so(
    course: Path, handed_in: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reference = course / "solutions" / "work" / "double.py"
    reference.write_text("def double(x):\n    raise KeyError('ours')\n")
    out = tmp_path / "reports"
    command = ["grade", str(handed_in), "--course", str(course), "--out", str(out)]
    assert main([*command, "--workers", "1"]) == 1
    text = said(capsys)
    assert re.search(r"^ada +0–3 of 3, provisional +an error of the grader", text, re.MULTILINE)


def test_numbers_of_numpy_in_a_figure_are_numbers_in_the_report(
    course: Path, handed_in: Path, tmp_path: Path
) -> None:
    checks = course / "solutions" / "checks" / "double" / "check_double.py"
    figure = (
        "    import numpy as np\n    from grader.checks import Curves, Series\n"
        "    line = Series(name='f', y=tuple(np.array([1.0, np.nan, np.inf])))\n"
        "    case.show(Curves(title='t', x_label='x', y_label='y', series=(line,), summary='s'))\n"
    )
    checks.write_text(checks.read_text().replace('case.agrees("double", 3.0)\n', "pass\n" + figure))
    out = tmp_path / "reports"
    command = ["grade", str(handed_in), "--course", str(course), "--out", str(out)]
    assert main([*command, "--workers", "1"]) == 0
    text = (out / "ada" / "result.json").read_text()
    assert json.loads(text)["exercises"][0]["checks"][0]["evidence"]["curves"][0]["series"][0][
        "y"
    ] == [1.0, None, None]


def test_a_report_that_cannot_be_made_withholds_the_points_of_one(
    course: Path, handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reports" / "instructor" / "bo.html").mkdir(parents=True)  # for a file
    out = tmp_path / "reports"
    command = ["grade", str(handed_in), "--course", str(course), "--out", str(out)]
    code = main([*command, "--workers", "1"])
    assert code == 1
    lines = said(capsys).splitlines()
    assert lines[-1].startswith("The reports are in ")  # those of the others are
    assert any(line.startswith("bo ") and "an error of" in line for line in lines)
    by_student = {
        one["student"]: one for one in json.loads((out / "results.json").read_text())["submissions"]
    }
    (check, *_) = by_student["bo"]["exercises"][0]["checks"]
    assert check["outcome"] == "grader_error"
    assert "The report of bo could not be written: " in check["message"]


EVERY_COMMAND = [[], *([name] for name in COMMANDS), ["course", "new"], ["course", "translate"]]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_help_has_an_example_and_the_exit_codes(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    text = said(capsys)
    assert "exit codes" in text
    assert not command or f"grader {command[0]} " in text.split("example:")[1]


def test_check_shows_a_small_input_and_calls_it_again(
    course: Path, handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bo = str(handed_in / "bo")
    main(["check", bo, "--course", str(course)])
    text = said(capsys)
    assert "The same on a small input:" in text
    assert "--reproduce" not in text  # the docstring does not say what x is
    described = 'def double(x):\n    """Double.\n\n    Parameters\n    ----------\n    x : float\n'
    described += '    """\n    return 2 * x\n'
    (course / "solutions/work/double.py").write_text(described, encoding="utf-8")
    main(["check", bo, "--course", str(course)])
    found = re.search(r"grader check \. --reproduce (\S+)", said(capsys))
    assert found is not None
    again = ["--course", str(course), "--reproduce", found[1]]
    assert main(["check", bo, *again]) == 1
    text = said(capsys)
    assert "double(x)" in text
    assert "is not right" in text
    assert main(["check", str(handed_in / "ada"), *again]) == 0
    assert "Your result is right." in said(capsys)
    assert (
        main(["check", bo, "--course", str(course), "--reproduce", "double.double.triple.1"]) == 2
    )
    assert "There is no example" in said(capsys)
