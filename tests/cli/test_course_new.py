"""`grader course new`: all of a course, which runs as it is, or nothing and one sentence."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import read_results
from grader.authoring import new_course
from grader.authoring.new_course import make_course, title_of
from grader.authoring.release.handouts import differing, handouts
from grader.authoring.release.kit import build_kit
from grader.cli.main import _parser, main
from grader.cli.stopping import Stopped
from grader.course import MANIFEST, load_course
from grader.errors import GraderError, UsageError
from grader.util.wheel import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.results import SubmissionResult

WHOLE = [".gitignore", "README.md", "assignments", "solutions", "submissions"]
COMMAND = re.compile(r"^grader (.*?)(?: +#.*)?$", re.MULTILINE)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course that nobody changes."""
    return make_course(tmp_path_factory.mktemp("around") / "optics-2")


# ---------------------------------------------------------------------------- what is made


@pytest.fixture(scope="module")
def graded(
    made: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[SubmissionResult, str]]:
    """Return the result of each student of the sample class, and the words of its page."""
    out = tmp_path_factory.mktemp("graded") / "reports"
    before = names(made)
    arguments = ["grade", str(made / "submissions"), "--course", str(made), "--out", str(out)]
    assert main([*arguments, "--workers", "1"]) == 0
    assert names(made) == sorted([*before, ".grader"])
    return {
        result.student: (result, (out / result.student / "index.html").read_text(encoding="utf-8"))
        for result in read_results(out).submissions
    }


@pytest.mark.parametrize(
    ("student", "score", "told"),
    [
        ("ada", 10, "A relu that leaks"),
        ("bo", 0, "Your relu does not leak: where z is negative it gives 0"),
        ("cy", 0, "is not written yet"),
        ("di", 0, "ValueError"),
        ("eli", 6, "takes any slope"),
    ],
)
def test_each_student_of_the_sample_class_gets_what_the_readme_says(
    graded: dict[str, tuple[SubmissionResult, str]], student: str, score: float, told: str
) -> None:
    result, page = graded[student]
    assert (result.score, result.max_score, result.provisional) == (score, 10, False)
    assert told in page


def test_the_course_has_two_checks_a_known_mistake_and_the_title_of_its_folder(made: Path) -> None:
    course = load_course(made)
    ((part,),) = [exercise.parts for exercise in course.exercises]
    assert course.title == "Optics 2"
    assert [check.visibility for check in part.checks] == ["public", "hidden"]
    assert len(part.misconceptions) == 1
    assert [name for name in names(made) if name != ".grader"] == WHOLE


def test_its_stub_and_its_notebook_are_what_its_solution_makes(made: Path) -> None:
    # Where this fails: make a course, run `grader stubs` in it, copy what is written to the
    # template, and the stub to cy.
    files = handouts(made)
    assert len(files) == 2
    assert differing(made / "assignments", files) == ()
    stub = "activation/leaky_relu.py"
    assert (made / "submissions" / "cy" / stub).read_text(encoding="utf-8") == files[stub]


def test_its_checks_pass_the_audit(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["audit", "--course", str(made), "--seeds", "2", "--workers", "1"])
    assert (code, "100.0%" in capsys.readouterr().out) == (0, True)


def test_its_kit_says_what_the_grader_says(made: Path) -> None:
    contents = build_kit(load_course(made), kernels=False)
    assert contents.checks == 1
    assert contents.submissions > 10
    assert "--exercise 1 " in contents.files["INSTRUCTIONS.md"].decode()


def test_no_file_of_it_speaks_of_the_template(made: Path) -> None:
    files = [path for path in made.rglob("*") if path.is_file()]
    assert len(files) >= 15
    assert [
        path for path in files if path.suffix == ".txt" or b"@TITLE@" in path.read_bytes()
    ] == []


def test_the_commands_of_its_readme_are_commands(made: Path) -> None:
    text = (made / "README.md").read_text(encoding="utf-8")
    commands = COMMAND.findall(text)
    assert len(commands) == 5
    for command in commands:
        words = command.split()
        _, unknown = _parser(words[0]).parse_known_args(words)
        assert unknown == []
    for path in re.findall(r"[\w/]*(?:submissions|solutions)[\w/]*", text):
        assert (made / path).is_dir(), path


def test_the_wheel_of_the_program_has_all_of_it() -> None:
    with zipfile.ZipFile(io.BytesIO(make_wheel().content)) as wheel:
        inside = {name for name in wheel.namelist() if "/template/" in name}
    template = Path(new_course.__file__).with_name("template")
    here = {path for path in template.rglob("*") if path.is_file()}
    assert len(inside) == len(here) == len(new_course._files("A title"))
    assert {path.suffix for path in here} == {".txt"}


def test_a_program_without_the_template_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_course, "TEMPLATE", "nowhere")
    with pytest.raises(GraderError, match="install the grader anew"):
        make_course(tmp_path / "new")
    assert names(tmp_path) == []


# ---------------------------------------------------------------------------- the command


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command, and what it said to a person in one line."""
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    text = capsys.readouterr().err
    assert text.count("\n") == (1 if code else 0)
    return code, text


def test_the_command_says_what_to_type_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["course", "new", "my course", "--title", "Optics"]) == 0
    out = capsys.readouterr().out
    assert "  cd 'my course'\n  grader grade submissions --out reports\n" in out
    assert load_course(tmp_path / "my course").title == "Optics"


def test_the_empty_folder_in_which_one_stands_is_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert main(["course", "new", "."]) == 0
    assert (names(Path()), tmp_path.stat().st_ino) == (WHOLE, before)
    assert "cd " not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "write `grader course new my-course`"),
        (["nwe"], "There is no command nwe. Did you mean `new`?"),
        (["new"], "`grader course new` needs FOLDER."),
        (["new", "a", "--titel", "b"], "no option --titel. Did you mean `--title`?"),
        (["new", "full"], "full is not empty: it has a, b, c and 1 more. Name a folder"),
        (["new", "full/a"], "a is a file: name a folder"),
        (["new", "no/where"], "no: make it first, or name another one."),
        (["new", "a", "--title", "  "], "The title is empty"),
        (["new", "a", "--title", "two\nlines"], "Character 4 of the title, U+000A, cannot"),
        (["new", "a", "--title", "\udcff"], "Character 1 of the title, U+DCFF, cannot"),
        (["new", "a", "--title", "x" * 201], "has 201 characters: write at most 200"),
        (["new", "x" * 300], "The course cannot be made: "),
        (["new", "circle"], "circle"),
    ],
)
def test_a_slip_is_one_sentence_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    for name in "abcd":
        Path("full", name).touch()
    Path("circle").symlink_to("circle")
    code, text = said(capsys, "course", *arguments)
    assert (code, sentence in text) == (2, True), text
    assert names(tmp_path) == ["circle", "full"]
    assert names(tmp_path / "full") == ["a", "b", "c", "d"]


@pytest.mark.parametrize("inside", ["another", "assignments/another", "submissions/ada/another"])
def test_no_course_is_made_inside_of_another(
    made: Path, capsys: pytest.CaptureFixture[str], inside: str
) -> None:
    code, text = said(capsys, "course", "new", str(made / inside))
    assert code == 2
    assert f"lies in the course {made}" in text
    assert not (made / inside).exists()


def test_outside_of_a_course_no_other_one_is_taken(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # That of the checkout, in which this runs, would give the class of another course 0 points.
    monkeypatch.chdir(tmp_path)
    code, text = said(capsys, "grade", str(made / "submissions"))
    assert code == 2
    assert f"No course in {tmp_path} or above it" in text
    assert "grader course new" in text


# ---------------------------------------------------------------------------- titles


@given(st.text(max_size=30))
def test_a_title_is_refused_or_comes_back_as_it_was(title: str) -> None:
    try:
        quoted = new_course._in_toml(new_course._checked(title))
    except UsageError:
        return
    assert tomllib.loads(f"title = {quoted}") == {"title": title.strip()}


@pytest.mark.parametrize(
    "title",
    ['"Optics" \\ 1', "'''", '"""', "Réseaux de neurones", "光学 🎓", "a # b = [c]", "@TITLE@"],
)
def test_a_title_of_odd_characters_is_written_right(tmp_path: Path, title: str) -> None:
    assert load_course(make_course(tmp_path / "new", title)).title == title


def test_the_title_is_no_markup_in_the_readme() -> None:
    readme = new_course._files("<b> *x* [y](z)")["README.md"].decode()
    assert readme.startswith("# \\<b\\> \\*x\\* \\[y\\](z)\n")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("optics", "Optics"),
        ("neural_nets-2027", "Neural nets 2027"),
        ("été", "Été"),
        ("NN", "NN"),
        ("--", "A course of my own"),
        ("a\x07b", "A course of my own"),
        ("\udcff", "A course of my own"),
        ("x" * 201, "A course of my own"),
    ],
)
def test_the_folders_name_gives_the_title(name: str, title: str) -> None:
    assert title_of(name) == title


# ---------------------------------------------------------------------------- all or nothing


class Failing:
    """A method of `Path` that fails at its so-many-th call."""

    def __init__(self, name: str, at: int, error: BaseException) -> None:
        self.right: Callable[..., object] = getattr(Path, name)
        self.left = at
        self.error = error

    def __get__(self, path: Path, _kind: type[Path]) -> Callable[..., object]:
        """Return the method of one path."""

        def call(*arguments: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise self.error
            return self.right(path, *arguments)

        return call


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
CLOSED = PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize(
    ("method", "at", "error", "code", "sentence"),
    [
        ("write_bytes", 5, FULL, 2, "new: there is no room left on the disk: make room on it"),
        ("write_bytes", 1, CLOSED, 2, "name a folder that you may write to"),
        ("rename", 1, CLOSED, 2, "new: Permission denied: name a folder"),
        ("write_bytes", 5, KeyboardInterrupt(), 130, "Interrupted: nothing was written."),
        ("write_bytes", 5, Stopped(signal.SIGTERM), 143, "Interrupted: nothing was written."),
        ("rename", 1, KeyboardInterrupt(), 130, "Interrupted: nothing was written."),
    ],
)
def test_what_is_cut_short_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_there: bool,
    method: str,
    at: int,
    error: BaseException,
    code: int,
    sentence: str,
) -> None:
    target = tmp_path / "new"
    if is_there:
        target.mkdir()
    monkeypatch.setattr(Path, method, Failing(method, at, error))
    found, text = said(capsys, "course", "new", str(target))
    monkeypatch.undo()
    assert (found, sentence in text) == (code, True), text
    assert names(tmp_path) == (["new"] if is_there else [])
    assert not is_there or names(target) == []
    assert main(["course", "new", str(target)]) == 0  # and once more


@pytest.mark.parametrize("at", [2, 3, len(WHOLE)])
def test_a_folder_that_cannot_be_filled_is_emptied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(Path, "rename", Failing("rename", at, FULL))
    with pytest.raises(UsageError, match="no room left"):
        make_course(tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("is_there", [False, True])
def test_what_another_puts_there_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    target = tmp_path / "new"
    if is_there:
        target.mkdir()
    write = Path.write_bytes

    def of_both(path: Path, content: bytes) -> int:
        target.mkdir(exist_ok=True)
        write(target / "README.md", b"theirs")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", of_both)
    with pytest.raises(UsageError):
        make_course(target)
    assert (names(tmp_path), names(target)) == (["new"], ["README.md"])
    assert (target / "README.md").read_bytes() == b"theirs"


def test_others_may_read_what_the_process_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        made = make_course(tmp_path / "new")
    finally:
        os.umask(before)
    assert made.stat().st_mode & 0o777 == 0o755
    assert (made / MANIFEST).stat().st_mode & 0o777 == 0o644


def test_a_link_to_an_empty_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    assert make_course(tmp_path / "link") == tmp_path / "there"
    assert names(tmp_path / "there") == WHOLE
