"""What goes into the autograder: which packages, and a wheel that pip would take."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from grader.cli.main import main
from grader.course import load_course
from grader.errors import UsageError
from grader.integrations.gradescope.autograder import keep, student_of
from grader.integrations.gradescope.needs import extras_for
from grader.util.wheel import declared_extras, make_wheel

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("exercise", "extras"), [("0", ()), ("2", ()), ("5", ("graphs",)), ("8", ("keras",))]
)
def test_an_exercise_needs_what_its_reference_imports(
    exercise: str, extras: tuple[str, ...]
) -> None:
    assert extras_for(load_course(ROOT, [exercise]), declared_extras()) == extras


def test_an_extra_is_installed_because_submissions_may_use_it() -> None:
    course = load_course(ROOT, ["2"])
    assert extras_for(course, declared_extras(), ["torch"]) == ("torch",)
    with pytest.raises(UsageError, match="no extra 'tensorflow'"):
        extras_for(course, declared_extras(), ["tensorflow"])


def test_the_wheel_lists_every_file_with_its_hash_and_holds_no_solution() -> None:
    wheel = make_wheel()
    assert wheel == make_wheel()
    with zipfile.ZipFile(io.BytesIO(wheel.content)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    record = next(name for name in contents if name.endswith("/RECORD"))
    rows = list(csv.reader(io.StringIO(contents[record].decode())))
    assert {row[0] for row in rows} == set(contents)
    for name, digest, size in rows:
        if name == record:
            continue
        content = contents[name]
        found = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={found}", len(content))
    assert {name.split("/")[0] for name in contents} == {"grader", record.split("/")[0]}
    assert "grader/integrations/gradescope/run_autograder" in contents


@pytest.mark.parametrize("minutes", ["1", "0", "-5", "soon", "1e3", "99999"])
def test_minutes_that_are_none_are_refused(
    minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["gradescope-zip", "--minutes", minutes])
    assert ended.value.code == 2
    assert "minutes" in capsys.readouterr().err


def test_outside_of_a_container_the_command_says_where_it_belongs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gradescope-run", str(tmp_path)]) == 2
    assert "runs inside the container" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"users": [{"name": "Ada"}, {"email": "b@x"}]}', "Ada, b@x"),
        ('{"users": [{"name": 3}, 4]}', ""),
        ('{"users": null}', ""),
        ("[]", ""),
        ("{", ""),
        ("", ""),
        ("[" * 100_000, ""),
    ],
)
def test_who_handed_in_is_read_from_whatever_the_metadata_are(
    tmp_path: Path, text: str, name: str
) -> None:
    path = tmp_path / "metadata.json"
    path.write_text(text)
    assert student_of(path) == name
    assert student_of(tmp_path / "nothing") == ""


def test_the_last_content_fits_into_the_blocks_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "taken" / "results.json"
    path.mkdir(parents=True)  # so that nothing can be moved into its place
    with pytest.raises(IsADirectoryError):
        keep(path, [b"long", b"short"])
    path.rmdir()
    keep(path, [b"long", b"short"])
    assert path.read_bytes() == b"long"
