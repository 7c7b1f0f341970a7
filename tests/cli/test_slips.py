"""Slips of whoever types a command or writes a course: one sentence, the place, the mend."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import nbformat
import pytest

from grader.cli import adjust, audit, doctor, terminal
from grader.cli.main import main
from grader.cli.options import add_scheduler, idle_without_scheduler
from grader.cli.parsing import Parser
from grader.course.check_modules import CHECKS_PACKAGE
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.enrolling import enrol_within
from grader.results import Person

if TYPE_CHECKING:
    from pathlib import Path

CHECK = "solutions/checks/double/check_double.py"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command, and what it said to a person."""
    try:
        code = main(list(arguments))
    except SystemExit as left:
        code = int(left.code or 0)
    captured = capsys.readouterr()
    return code, captured.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["adit"], "There is no command adit. Did you mean `audit`? See `grader --help`."),
        (["zzz"], "There is no command zzz. See `grader --help`."),
        (["check"], "`grader check` needs PATH."),
        (["check", ".", "--exersice", "2"],
         "`grader check` has no option --exersice. Did you mean `--exercise`?"),
        (["grade", "a", "--replce"], ("`grader grade` has no option --replce. Did you mean "
         "`--replace`?")),
        (["grade", "a", "--isolation=ful"],
         "--isolation cannot be ful: choose from full, reduced, none. Did you mean `full`?"),
        (["export", "reports", "--format", "cvs"], "Did you mean `csv`?"),
        (["doctor", "please"], "`grader doctor` takes no further argument 'please'"),
        (["grade", "a", "--workers", "0"], "'0' is not a number from 1 to 1024"),
        (["grade", ""], "Argument PATH: the path is empty: write `.` for the current folder."),
        (["grade", "a", "--out", ""], "Argument --out: the path is empty"),
        (["adjust", "ada", "--revoke", "x"], "Argument --revoke: 'x' is not a whole number."),
        (["audit", "--odd-values", "-1"], "Argument --odd-values: '-1' is not a whole number."),
        (["adjust", "ada", "--extension", "-2d"],
         "--extension needs a word behind it, as --extension=WORD if it begins with a dash."),
        (["adjust", "ada", "--comment", "\udcff"], "'\\udcff' is not text in UTF-8."),
    ],
)  # fmt: skip
def test_a_slip_in_a_command_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, text = said(capsys, *arguments)
    assert code == 2
    assert sentence in text
    assert text.startswith("grader: ")
    assert text.count("\n") == 1


def test_a_fault_of_the_grader_is_one_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "run", fails)
    code, text = said(capsys, "doctor")
    assert (code, text.count("\n")) == (1, 1)
    assert text.startswith("grader: This is a fault of the grader (ZeroDivisionError in line ")
    assert "Traceback" in said(capsys, "doctor", "--debug")[1]


def test_a_terminal_without_a_character_shows_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="ascii"))
    monkeypatch.setattr(sys, "argv", ["grader", "--help", "--lang", "fr"])
    with pytest.raises(SystemExit):
        main()
    sys.stdout.flush()
    assert b"?" in shown.getvalue()


def test_nobody_reading_along_ends_no_command() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
        out = terminal.console()
        out.file = file
        out.print("one line")
        out.print("and the next")
        file.flush()


@pytest.mark.parametrize("out", ["", "solutions", "assignments/reports"])
def test_reports_do_not_lie_among_the_courses_files(
    course: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    whole = course / "solutions" / "work"
    code, text = said(
        capsys, "grade", str(whole), "--course", str(course), "--out", str(course / out)
    )
    assert code == 2
    assert "would lie among the course's own files" in text


def test_the_nearest_exercise_is_named(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, "audit", "--course", str(course), "--exercise", "duoble")
    assert (code, "Did you mean `double`?" in text) == (2, True)


def spoil(course: Path, old: str, new: str, file: str = CHECK) -> None:
    path = course / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def with_region(course: Path) -> None:
    inside = "    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    spoil(course, "    return 2 * x", inside, "solutions/work/double.py")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"double", 3.0)', '"double", 3.0', rf"{CHECK}, line 7: '\(' was never closed: `case"),
        ("@check(2)", "@chek(2)", (rf"{CHECK}, line 4: NameError: name 'chek' is not defined\. Did "
         "you mean `check`\\?")),
        ("import misconception", "import misconseption", rf"{CHECK}, line 2: ImportError: "),
        ('"hidden"', '"hiden"', rf"{CHECK}, line 9: ValueError: 'hiden'"),
        ('    """`double(x)` is twice x."""\n', "", r"check_double\.doubles has no docstring"),
        ('of="double"', 'of="duoble"', (r'square has of="duoble", and solutions/work/double\.py '
         r"defines no `duoble`\. Did you mean `double`\?")),
        ("def doubles_arrays", "def doubles", rf"{CHECK}, line 10: `doubles` is defined in line 5"),
        ('@check(1, visibility="hidden")', '@check(1, needs=("doubles",))',
         rf"{CHECK}, line 9: .* has needs=\('doubles',\): give the check itself"),
        ("@check(2)", "@check(-2)", r"doubles has -2 points: it has to be a number from 0 on"),
        ("@misconception", "raise SystemExit(0)\n@misconception", rf"{CHECK}, line 14: SystemExit"),
        ("@misconception", "import copy\nTWICE = (copy.copy(doubles),)\n\n@misconception",
         rf"{CHECK}, line 4: a check of work/double\.py is called `doubles` already"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["audit", "check", "release"])
def test_a_slip_in_a_check_is_told_with_its_place(
    course: Path, capsys: pytest.CaptureFixture[str], command: str, old: str, new: str,
    sentence: str,
) -> None:  # fmt: skip
    spoil(course, old, new)
    path = [str(course / "solutions")] if command == "check" else []
    code, text = said(capsys, command, *path, "--course", str(course))
    assert code == 2
    assert re.search(sentence, text), text
    assert text.count("\n") == 1
    assert CHECKS_PACKAGE not in text


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("duoble", ("The check asks for `duoble`, which the reference of work/double.py does not "
      "define. Did you mean `double`?")),
     ('double", exit(3), "', "The grader itself failed (SystemExit: 3;")],
)  # fmt: skip
def test_a_slip_that_only_running_shows_costs_nobody_a_point(
    course: Path, capsys: pytest.CaptureFixture[str], new: str, sentence: str
) -> None:
    spoil(course, '"double", 3.0', f'"{new}", 3.0')
    right = str(course / "solutions" / "work")
    assert main(["check", right, "--course", str(course)]) == 1
    shown = capsys.readouterr().out
    assert sentence in shown
    assert "   ! `double(x)` is twice x." in shown  # open, and not failed


def test_nor_does_it_cost_a_notebook_one(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(course, '"double", 3.0', '"duoble", 3.0')
    cell = nbformat.v4.new_code_cell("def double(x):\n    return x + x\n")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "double.ipynb")
    assert main(["check", str(tmp_path / "double.ipynb"), "--course", str(course)]) == 1
    shown = capsys.readouterr().out
    assert "The check asks for `duoble`, which the reference" in shown
    assert "   ! `double(x)` is twice x." in shown


@pytest.mark.parametrize("value", ["0", "-1.0", "nan", "inf"])
def test_a_limit_within_which_nobody_is_right_is_refused(
    course: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    spoil(course, "call_seconds = 1.0", f"call_seconds = {value}", "assignments/course.toml")
    code, text = said(capsys, "audit", "--course", str(course))
    assert code == 2
    assert "The limit call_seconds of double is" in text
    assert "it has to be a number above 0." in text


def test_a_slip_in_a_reference_is_told_with_its_place(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(course, "return 2 * x", "return 2 *", "solutions/work/double.py")
    code, text = said(capsys, "check", ".", "--course", str(course))
    assert code == 2
    assert "solutions/work/double.py, line 2: invalid syntax: `return 2 *`" in text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('files = ["work/double.py"]', 'files = ["work/double.py", "work/double.py"]', "the file"),
        ("points = 3\n", ('points = 3\n[[exercises]]\nid = "double"\nnumber = "2"\ntitle = "t"\n'
         'folder = "w"\nfiles = []\npoints = 0\n'), "the id 'double' 2 times"),
        ('files = ["work/double.py"]', 'files = ["work/double.py", "more/double.py"]',
         "files of the name 'double: double' 2 times"),
    ],
)  # fmt: skip
def test_what_results_cannot_tell_apart_is_refused(
    course: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentence: str
) -> None:
    spoil(course, old, new, "assignments/course.toml")
    code, text = said(capsys, "check", ".", "--course", str(course))
    assert (code, sentence in text) == (2, True), text


def test_a_bug_in_a_check_is_told_with_its_place(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(course, '"double", 3.0', '"double", threee')
    with_region(course)
    code, text = said(capsys, "audit", "--course", str(course), "--quick", "--workers", "1")
    assert code == 2
    assert "The check double.double.doubles fails itself" in text
    assert "name 'threee' is not defined; check_double.py, line 7, in doubles" in text


def test_a_course_in_the_place_of_its_class_is_one_sentence(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its solutions would be a student with full marks, and its templates one with none."""
    for path in (str(course), f"{course}/assignments/.."):
        code, text = said(capsys, "grade", path, "--course", str(course))
        assert (code, "is the course's own folder: put the submissions" in text) == (2, True), text
    assert not (course / "reports").exists()


def test_an_exercise_without_a_name_is_one_sentence(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = said(capsys, "grade", ".", "--course", str(course), "--exercise", "")
    assert (code, "There is no exercise '': choose from 1 (double)" in text) == (2, True), text


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("-1", "A bonus of -1 takes points away: write --points -1."),
        ("x", "'x'"),
        ("+", "'+'"),
    ],
)
def test_a_bonus_is_quoted_as_it_was_written(points: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)):
        adjust._bonus(points)
    assert adjust._bonus("+1,5") == adjust._bonus("1.5") == Decimal("1.5")


def test_options_of_a_cluster_without_its_address_are_told() -> None:
    parser = Parser()
    add_scheduler(parser)
    given = ["--tls-ca", "ca.pem", "--allow-unencrypted"]
    assert idle_without_scheduler(parser.parse_args(given)) == [
        "--tls-ca has no effect without --scheduler: leave it out.",
        "--allow-unencrypted has no effect without --scheduler: leave it out.",
    ]
    assert idle_without_scheduler(parser.parse_args([*given, "--scheduler", "tls://x:1"])) == []


@pytest.mark.skipif(os.name != "posix", reason="posix: the shell closes streams")
@pytest.mark.parametrize("closed", ["<&-", "<&- >&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_empty_ones(course: Path, tmp_path: Path, closed: str) -> None:
    """As services start programs: what is opened next must not take the number of the output."""
    kept = tmp_path / "book.sqlite"
    with Gradebook(str(kept)) as book, book.database.writing() as connection:
        enrol_within(connection, (Person(id="s1", name="Ada"),))
    words = ["gradebook", "purge", "s1", "--course", str(course), "--gradebook", str(kept)]
    command = [sys.executable, "-m", "grader", *words, "--author", "M"]
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *command],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    if "2>" not in closed:
        assert done.stderr.startswith("grader: A purge cannot be undone: say --yes where nobody")
        assert done.stderr.count("\n") == 1
    assert (done.stdout, kept.read_bytes()[:6]) == ("", b"SQLite")


@pytest.mark.skipif(os.name != "posix", reason="posix: others keep the current folder")
def test_a_current_folder_that_was_removed_is_told(course: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    where = [sys.executable, "-m", "grader", "grade", str(course / "assignments" / "work")]
    done = subprocess.run(
        ["/bin/sh", "-c", 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"', str(gone), *where,
         "--course", str(course), "--isolation", "none"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "grader: the folder that you are in was removed: change into another" in done.stderr


def test_a_python_without_docstrings_is_one_sentence(course: Path) -> None:
    command = [sys.executable, "-OO", "-m", "grader", "check", str(course / "solutions")]
    done = subprocess.run(
        [*command, "--course", str(course)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("grader: Python was started with -OO")
    assert done.stderr.count("\n") == 1


def test_an_audit_without_its_extra_says_which(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "find_spec", lambda _: None)
    code, text = said(capsys, "audit", "--course", str(course))
    assert code == 2
    assert "pip install 'neural-network-grader[audit]'" in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("audit", "1 something is to be mended"),
        ("stubs", "1 some stub is not what its solution makes"),
        ("export", "1 somebody who handed in is not in it"),
        ("release", "2 wrong usage, or a course that must not leave"),
        ("grade", "1 some submission could not be graded or is provisional"),
    ],
)
def test_the_help_says_what_the_exit_codes_say(
    capsys: pytest.CaptureFixture[str], command: str, words: str
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert words in " ".join(capsys.readouterr().out.split())


def test_stubs_that_differ_are_1_and_a_solved_one_is_2(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "stubs", "--course", str(course))[0] == 2  # no region: it is the solution
    with_region(course)
    assert said(capsys, "stubs", "--check", "--course", str(course))[0] == 1
    assert said(capsys, "stubs", "--course", str(course))[0] == 0
    assert said(capsys, "stubs", "--check", "--course", str(course))[0] == 0
