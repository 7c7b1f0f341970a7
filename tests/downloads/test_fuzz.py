"""Whatever names and tables hold: nothing raises but one sentence, and nobody gets another's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course.roster import read_roster
from grader.errors import UsageError
from grader.intake import Layout, Refused, list_entries
from grader.intake.downloads.filenames import numbered, parse_canvas_name, parse_moodle_name
from grader.intake.downloads.gradescope_export import read_metadata
from grader.intake.spelling import put_names_right
from grader.intake.tree import Tree
from grader.util.csv_tables import read_table
from tests.sampling import examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.results import Delivery

QUICK = settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = st.text(st.characters(exclude_characters="/"), min_size=1, max_size=40)
PIECES = st.lists(
    st.sampled_from([
        "_", "LATE", "anon", "12", "4001", "assignsubmission", "file", "Ada", "-1", ".py", ".zip",
        "gradient", "(1)", "copy of ", " ", "\u202e", "text.html", "onlinetext", "group",
    ]),
    min_size=1,
    max_size=14,
)  # fmt: skip
LAYOUT = Layout(("gradient/gradient.py", "gradient/gradient_2.py", "answers.toml"))


def refusal(read: Callable[[], None], kind: type[Exception]) -> str:
    """Return what was said where something was refused."""
    try:
        read()
    except kind as error:
        return str(error)
    return ""


@QUICK
@given(PIECES, st.booleans())
def test_any_name_is_told_or_not(pieces: list[str], is_folder: bool) -> None:
    name = "".join(pieces)
    for told in (parse_moodle_name(name, is_folder), parse_canvas_name(name)):
        if told is not None:
            assert told.id in name.replace("_", " ") or told.id in name
            assert name.endswith(told.file) or told.is_text
            assert "\n" not in told.label
    base, number = numbered(name)
    assert (base == name) == (number == 0) or base != name


@QUICK
@given(NAMES, st.integers(1, 10**9), NAMES)
def test_a_moodle_student_is_who_the_platform_says(who: str, number: int, file: str) -> None:
    who = " ".join(who.replace("_", " ").split()) or "x"
    told = parse_moodle_name(f"{who}_{number}_assignsubmission_file_{file}", is_folder=False)
    assert told is not None
    assert (told.id, told.file, told.who) == (str(number), file, who)


@QUICK
@given(
    st.from_regex(r"[a-zà-ž]{1,20}", fullmatch=True),
    st.integers(100, 10**9),
    st.integers(100, 10**9),
    st.booleans(),
    NAMES,
)
def test_a_canvas_student_is_who_the_platform_says(
    who: str, user: int, attachment: int, late: bool, file: str
) -> None:
    mark = "LATE_" if late else ""
    told = parse_canvas_name(f"{who}_{mark}{user}_{attachment}_{file}")
    assert told is not None
    assert (told.id, told.late, told.file, told.who) == (str(user), late, file, who)


@QUICK
@given(
    st.dictionaries(
        st.lists(PIECES.map("".join), min_size=1, max_size=3).map(tuple), st.binary(max_size=2)
    )
)
def test_putting_names_right_loses_no_file(files: dict[tuple[str, ...], bytes]) -> None:
    tree = Tree("it", dict(files))
    put_names_right(tree, LAYOUT)
    assert sorted(tree.files.values()) == sorted(files.values())
    for parts, content in files.items():
        if parts[-1].casefold() in LAYOUT.by_name:
            assert tree.files[parts] == content


@QUICK
@given(st.binary(max_size=200) | st.text("{}[]&*:-!|> \n'\"a~", max_size=200).map(str.encode))
def test_any_metadata_is_read_or_refused(content: bytes) -> None:
    def read() -> None:
        found: dict[str, Delivery] = read_metadata(content)
        assert all(delivery.platform == "gradescope" for delivery in found.values())

    assert len(refusal(read, ValueError).splitlines()) <= 1


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
@QUICK
@given(rest=st.binary(max_size=200) | st.text('id,name;"\n\r\t1x', max_size=120).map(str.encode))
def test_any_table_is_read_or_refused(tmp_path: Path, start: bytes, rest: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(start + rest)

    def read() -> None:
        table = read_table(path)
        assert all(len(row) == len(table.header) for row in table.rows)
        path.write_bytes(table.written(table.rows))
        again = read_table(path)
        if len(table.header) > 1:
            assert (again.header, again.rows) == (table.header, table.rows)
        read_roster(path)

    assert len(refusal(read, UsageError).splitlines()) <= 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="posix: only where there are such things")
def test_links_and_pipes_in_a_download_are_refused_each(platforms: Any) -> None:
    layout = Layout(("work/double.py",))
    good = platforms.moodle("Ada", 1, {"work/double.py": b"two"})
    path = platforms.write("d", good, unpacked=True)
    (path / "Bo_2_assignsubmission_file_").symlink_to(path / "Ada_1_assignsubmission_file_")
    os.mkfifo(path / "Cy_3_assignsubmission_file_x.py")
    (path / "Ada_1_assignsubmission_file_" / "link.py").symlink_to("/etc/passwd")
    (path / "submission_metadata.yml").symlink_to("/etc/passwd")
    entries = {entry.name: entry.open() for entry in list_entries([path], layout)}
    assert not isinstance(entries["Ada"], Refused)
    assert set(entries["Ada"].files) == {"work/double.py"}
    refused = [one.reason for one in entries.values() if isinstance(one, Refused)]
    assert any("it is a symbolic link" in reason for reason in refused)
    assert any("it is a named pipe" in reason for reason in refused)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_download_may_be_packed_again_as_a_tar(platforms: Any, mode: str) -> None:
    import io  # noqa: PLC0415
    import tarfile  # noqa: PLC0415

    layout = Layout(("work/double.py",))
    metadata = b"submission_1:\n  :submitters:\n  - :name: Bo\n"
    trees = (
        platforms.moodle("Ada", 1, {"work/double.py": b"two"}),
        {"e/submission_metadata.yml": metadata, "e/submission_1/work/double.py": b"two"},
    )
    for name, tree in zip(("Ada", "Bo"), trees, strict=True):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
            for file, content in tree.items():
                info = tarfile.TarInfo(file)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        path = platforms.folder / f"{name}.tar"
        path.write_bytes(buffer.getvalue())
        (entry,) = list_entries([path], layout)
        assert entry.name == name
        opened = entry.open()
        assert not isinstance(opened, Refused)
        assert dict(opened.files) == {"work/double.py": b"two"}
