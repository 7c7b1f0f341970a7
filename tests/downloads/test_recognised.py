"""Downloads of platforms: each file gets to its student, whatever the names hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import AttemptChoice, Caps, Refused, choose_attempts, list_entries
from grader.intake.sealed import Sealed
from tests.sampling import is_whole

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Entry, Layout

GOOD = {"work/double.py": b"two"}
FLAT = {"double.py": b"two"}
BOTH = pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "folder"])


def listed(path: Path, layout: Layout, caps: Caps | None = None) -> dict[str, Entry]:
    entries = list_entries([path], layout, caps)
    assert len({entry.name for entry in entries}) == len(entries)
    return {entry.name: entry for entry in entries}


def files(entry: Entry) -> dict[str, bytes]:
    sealed = entry.open()
    assert isinstance(sealed, Sealed), sealed
    return dict(sealed.files)


def notes(entry: Entry) -> str:
    sealed = entry.open()
    assert isinstance(sealed, Sealed), sealed
    return "\n".join(sealed.notes)


# ------------------------------------------------------------------------------------- Moodle


@BOTH
@pytest.mark.parametrize("ending", ["", "_"])
def test_moodle_gives_a_folder_to_each(
    platforms: Any, layout: Layout, unpacked: bool, ending: str
) -> None:
    tree = platforms.moodle("Ada Lovelace", 101, GOOD, ending=ending)
    tree |= platforms.moodle("Jürgen O'Brien-Łuć", 102, FLAT, ending=ending)
    tree |= platforms.moodle("under_score", 103, GOOD, ending=ending)
    entries = listed(platforms.write("Course-Sheet 1-77.zip", tree, unpacked=unpacked), layout)
    assert list(entries) == ["Ada Lovelace", "Jürgen O'Brien-Łuć", "under score"]
    assert [files(entry) for entry in entries.values()] == [GOOD] * 3
    delivery = entries["Ada Lovelace"].delivery
    assert (delivery.platform, delivery.id, delivery.late) == ("moodle", "101", False)
    assert delivery.label == "Ada Lovelace_101_assignsubmission_file_"


@BOTH
def test_moodle_without_folders_puts_the_name_before_each_file(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    two = FLAT | {"halve.py": b"half", "my_own_helper.py": b"h"}
    tree = platforms.moodle("Ada", 1, two, folders=False)
    tree |= platforms.moodle("Bo", 2, {"all.zip": platforms.zipped(GOOD)}, folders=False)
    # A file that is called as another student's is still its owner's.
    tree |= platforms.moodle("Cy", 3, {"Ada_1_assignsubmission_file_x.py": b""}, folders=False)
    entries = listed(platforms.write("d.zip", tree, unpacked=unpacked), layout)
    assert files(entries["Ada"]) == GOOD | {"work/halve.py": b"half", "my_own_helper.py": b"h"}
    assert files(entries["Bo"]) == GOOD
    assert list(files(entries["Cy"])) == ["Ada_1_assignsubmission_file_x.py"]


@BOTH
def test_moodle_groups_blind_marking_and_students_of_one_name(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    tree = platforms.moodle("Participant", 11, GOOD) | platforms.moodle("Group", 12, GOOD)
    tree |= platforms.moodle("Default group", None, GOOD) | platforms.moodle("Ada", 13, GOOD)
    tree |= platforms.moodle("Ada", 14, {"double.py": b"other"}) | platforms.moodle("ada", 15, GOOD)
    entries = listed(platforms.write("d.zip", tree, unpacked=unpacked), layout)
    assert set(entries) == {
        "Participant 11", "Group 12", "Default group", "Ada (13)", "Ada (14)", "ada (15)",
    }  # fmt: skip
    assert files(entries["Ada (14)"]) == {"work/double.py": b"other"}
    assert entries["Group 12"].delivery.group
    assert entries["Default group"].delivery.group is False
    assert entries["Default group"].delivery.label == ""


def test_moodle_texts_that_are_written_on_the_page_are_no_submission_of_their_own(
    platforms: Any, layout: Layout
) -> None:
    tree = platforms.moodle("Ada", 1, GOOD)
    tree |= platforms.moodle("Ada", 1, {"onlinetext.html": b"<p>"}, plugin="onlinetext")
    tree |= platforms.moodle("Bo", 2, {"onlinetext.html": b"<p>"}, plugin="onlinetext")
    entries = listed(platforms.write("d.zip", tree), layout)
    assert files(entries["Ada"]) == GOOD
    assert notes(entries["Ada"]) == ""
    assert "None of the course's files was found" in notes(entries["Bo"])


@BOTH
def test_a_students_own_archives_are_opened(platforms: Any, layout: Layout, unpacked: bool) -> None:
    halves = platforms.zipped({"x/work/halve.py": b"half"})
    own = {"all.zip": platforms.zipped({"x/work/double.py": b"two"}), "rest.zip": halves}
    tree = platforms.moodle("Ada", 1, own)
    tree |= platforms.canvas("", "anon_x", [])  # nothing
    entries = listed(platforms.write("d.zip", tree, unpacked=unpacked), layout)
    assert files(entries["Ada"]) == GOOD | {"work/halve.py": b"half"}


def test_folders_beside_those_of_the_platform_are_graded_and_files_are_told(
    platforms: Any, layout: Layout
) -> None:
    tree = platforms.moodle("Ada", 1, GOOD) | {"late/by mail/work/double.py": b"two"}
    tree |= {"grades.csv": b"", "double.py": b"whose?"}
    entries = listed(platforms.write("d.zip", tree), layout)
    assert set(entries) == {"Ada", "late", "d"}
    assert 'can be given to nobody (1 in all, such as "double.py")' in entries["d"].refused


# ------------------------------------------------------------------------------------- Canvas


@BOTH
def test_canvas_gives_each_file_its_students_name(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    tree = platforms.canvas(
        "Lovelace, Ada", 4001, [(901, "double.py", b"two"), (902, "h.py", b"h")]
    )
    tree |= platforms.canvas("O_Brien, Jürgen", 4002, [(903, "a.zip", platforms.zipped(GOOD))])
    tree |= platforms.canvas("Bo", 4003, [(904, "double.py", b"two")], late=True)
    tree |= platforms.canvas("", "anon_aB3dE", [(905, "12_34_double.py", b"?")])
    tree |= platforms.canvas("", "anon_zzzzz", [(906, "double.py", b"two")], late=True)
    tree |= {"cy_4004_text.html": b"<p>", "di_LATE_4005_link.html": b"<p>"}
    entries = listed(platforms.write("submissions.zip", tree, unpacked=unpacked), layout)
    assert set(entries) == {
        "lovelaceada", "o_brienjürgen", "bo", "Anonymous aB3dE", "Anonymous zzzzz", "cy", "di",
    }  # fmt: skip
    assert files(entries["lovelaceada"]) == GOOD | {"h.py": b"h"}
    assert notes(entries["lovelaceada"]) == ""  # Canvas has no folders: that is nobody's mistake
    assert files(entries["o_brienjürgen"]) == GOOD
    assert files(entries["Anonymous zzzzz"]) == GOOD
    late = {name for name, entry in entries.items() if entry.delivery.late}
    assert late == {"bo", "Anonymous zzzzz", "di"}
    assert entries["bo"].delivery.id == "4003"
    assert entries["bo"].delivery.label == "bo_LATE_4003_904_"
    assert entries["Anonymous zzzzz"].delivery.id == "anon_zzzzz"


def test_a_canvas_student_cannot_hand_in_for_another(platforms: Any, layout: Layout) -> None:
    tree = platforms.canvas("Ada", 4001, [(901, "double.py", b"two")])
    # By the first two numbers this is user 4001's, by the name it is not.
    tree |= platforms.canvas("Mallory_4001", 4002, [(902, "double.py", b"evil")])
    entries = listed(platforms.write("d.zip", tree), layout)
    assert files(entries["ada (4001)" if "ada (4001)" in entries else "ada"]) == GOOD
    assert len(entries) == 2


ATTEMPTS = [
    (901, "double.py", b"1"), (902, "halve.py", b"h1"), (903, "double-1.py", b"2"),
    (904, "double-2.py", b"3"), (905, "halve-1.py", b"h2"),
]  # fmt: skip


@BOTH
def test_of_several_attempts_the_latest_is_graded(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    tree = platforms.canvas("Ada", 4001, ATTEMPTS)
    path = platforms.write("d.zip", tree, unpacked=unpacked)
    (entry,) = choose_attempts(list_entries([path], layout), AttemptChoice.LATEST)
    assert files(entry) == {"work/double.py": b"3", "work/halve.py": b"h2"}
    assert (entry.delivery.attempt, entry.delivery.attempts) == (3, 3)
    assert entry.delivery.label == "ada_4001_905_"


def test_all_attempts_are_graded_where_asked(platforms: Any, layout: Layout) -> None:
    path = platforms.write("d.zip", platforms.canvas("Ada", 4001, ATTEMPTS))
    entries = choose_attempts(list_entries([path], layout), AttemptChoice.ALL)
    assert [entry.name for entry in entries] == [f"ada, attempt {n}" for n in (1, 2, 3)]
    assert [files(entry)["work/double.py"] for entry in entries] == [b"1", b"2", b"3"]
    (best,) = choose_attempts(list_entries([path], layout), AttemptChoice.BEST)
    assert [entry.delivery.attempt for entry in best.attempts] == [1, 2, 3]


def test_a_number_of_canvas_is_told_from_a_number_of_the_course(
    platforms: Any, layout: Layout
) -> None:
    one, two = "gradient/gradient.py", "gradient/gradient_2.py"
    cases = {
        (("gradient-2.py", b"1"),): {one: b"1"},  # handed in for the third time
        (("gradient_2-2.py", b"2"), ("gradient-2.py", b"1")): {one: b"1", two: b"2"},
        (("gradient.py", b"1"), ("gradient-2.py", b"2")): {one: b"1", two: b"2"},
    }
    for number, (attachments, expected) in enumerate(cases.items()):
        uploads = [(901 + n, name, content) for n, (name, content) in enumerate(attachments)]
        path = platforms.write(f"{number}.zip", platforms.canvas("Ada", 4001, uploads))
        (entry,) = choose_attempts(list_entries([path], layout), AttemptChoice.LATEST)
        assert files(entry) == expected


def test_a_data_file_keeps_both_names(platforms: Any, layout: Layout) -> None:
    uploads = [(901, "double.py", b"two"), (902, "data-1.csv", b"d")]
    path = platforms.write("d.zip", platforms.canvas("Ada", 4001, uploads))
    (entry,) = list_entries([path], layout)
    assert files(entry) == GOOD | {"data.csv": b"d", "data-1.csv": b"d"}


@pytest.mark.parametrize(
    "names",
    [
        ("team_1_2_final.zip", "team_1_3_final.zip"),
        ("x_12_text.zip", "ada.zip"),
        ("_4001_901_a.zip", "ada.zip"),
        ("hw_2026_1001_ada.zip", "hw_2026_1002_bo.zip", "hw_2026_1003_cy.zip"),
        ("ada_2026_1001_hw.zip", "bo_2026_1002_hw.zip", "cy_2026_1003_hw.zip"),
        ("ada_1001_2026_hw.zip", "bo_1002_2026_hw.zip"),
    ],
)
def test_what_only_looks_like_canvas_is_a_class_of_archives(
    platforms: Any, layout: Layout, names: tuple[str, ...]
) -> None:
    path = platforms.write("c", dict.fromkeys(names, platforms.zipped(GOOD)), unpacked=True)
    assert len(list_entries([path], layout)) == len(names)


def test_downloads_of_two_exercises_are_one_submission_each(platforms: Any, layout: Layout) -> None:
    first = platforms.canvas("Ada", 4001, [(901, "double.py", b"two"), (902, "own.py", b"old")])
    second = platforms.canvas("Ada", 4001, [(911, "halve.py", b"half"), (912, "own.py", b"new")])
    second |= platforms.canvas("Bo", 4002, [(913, "halve.py", b"half")])
    paths = [platforms.write("1.zip", first), platforms.write("2", second, unpacked=True)]
    entries = choose_attempts(list_entries(paths, layout), AttemptChoice.LATEST)
    assert [entry.name for entry in entries] == ["ada", "bo"]
    assert files(entries[0]) == GOOD | {"work/halve.py": b"half", "own.py": b"new"}
    assert "with 1 file that was handed in earlier only" in notes(entries[0])


# --------------------------------------------------------------------------------- Gradescope

METADATA = b"""submission_1:
  :submitters:
  - :name: "Ada \\"the first\\" Lovelace"
    :sid: '100'
    :email: ada@example.org
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :results:
    output: |-
      submission_9:
        :submitters:
submission_2:
  :submitters:
  - :name: Bo
    :sid: 200
  - :name: Cy
    :sid: '300'
  :history:
  - :id: 7
    :created_at: !ruby/object:ActiveSupport::TimeWithZone
      utc: 2026-04-26 17:34:00
"""


@BOTH
def test_gradescope_says_who_in_a_file_of_its_own(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    root = "assignment_77_export"
    tree = {f"{root}/submission_metadata.yml": METADATA}
    tree |= {f"{root}/submission_{n}/work/double.py": b"two" for n in (1, 2, 3)}
    # A file of this name inside a submission says nothing.
    tree |= {f"{root}/submission_3/submission_metadata.yml": METADATA}
    entries = listed(platforms.write("export.zip", tree, unpacked=unpacked), layout)
    assert list(entries) == ['Ada "the first" Lovelace', "Bo, Cy", "submission_3"]
    assert files(entries["Bo, Cy"]) == GOOD
    group = entries["Bo, Cy"].delivery
    assert (group.platform, group.id, group.group) == ("gradescope", "2", True)
    assert [(person.id, person.name) for person in group.people] == [("200", "Bo"), ("300", "Cy")]


def test_a_student_cannot_make_several_of_himself(platforms: Any, layout: Layout) -> None:
    tree = {"ada/work/double.py": b"two", "ada/submission_metadata.yml": METADATA}
    tree |= {f"ada/submission_{n}/work/double.py": b"two" for n in (1, 2)}
    entries = listed(platforms.write("c", tree, unpacked=True), layout)
    assert list(entries) == ["ada"]


@BOTH
@pytest.mark.parametrize(
    "metadata",
    [b"", b"\x00", b"a: [", b"{" * 100_000, b"- 1", b"&a [" + b"*a," * 9, b"\xff\xfe\x00"],
)
def test_metadata_that_is_no_metadata_costs_nobody_anything(
    platforms: Any, layout: Layout, unpacked: bool, metadata: bytes
) -> None:
    tree = {"submission_metadata.yml": metadata, "submission_1/work/double.py": b"two"}
    entries = listed(platforms.write("export", tree, unpacked=unpacked), layout)
    assert files(entries["submission_1"]) == GOOD
    problem = entries["export"].refused
    assert problem.startswith('"submission_metadata.yml" ')
    assert problem.count(". ") == 0
    assert "its students are called as their folders are" in problem


# -------------------------------------------------------------------------------- hostile names

NAMES = [
    "..", "../x.py", "a/../../x.py", "a\nb.py", 'a"b<script>.py', "a\u202eyp.py", "a\x1b[31m.py",
    "/etc/passwd", "C:\\x.py", "con.py", "-" * 300 + ".py", ".git", "~", "=1+1.py", "\u0000.py",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_costs_its_own_file_alone(platforms: Any, layout: Layout, name: str) -> None:
    moodle = platforms.moodle("Ada", 1, GOOD | {name: b"evil"})
    moodle |= platforms.moodle("Bo", 2, GOOD)
    canvas = {"ada_4001_901_double.py": b"two", f"ada_4001_902_{name}": b"evil"}
    canvas |= {"bo_4002_903_double.py": b"two"}
    for number, tree in enumerate((moodle, canvas)):
        entries = listed(platforms.write(f"{number}.zip", tree), layout)
        for wanted in (("Ada", "Bo"), ("ada", "bo"))[number]:
            got = files(entries[wanted])
            assert got["work/double.py"] == b"two"
            assert not any(".." in part for file in got for part in file.split("/"))


@pytest.mark.parametrize(
    "who",
    [
        "../../x",
        "<b>Ada</b>",
        "a\u202eb",
        "=cmd|' /C calc'!A0",
        'A "quoted" name',
        "...",
        "ß" * 300,
    ],
)
def test_a_hostile_student_is_one_line(platforms: Any, layout: Layout, who: str) -> None:
    tree = platforms.moodle("Ada", 1, GOOD)
    tree |= {f"{who}_2_assignsubmission_file_/work/double.py": b"two"}
    for entry in list_entries([platforms.write("d.zip", tree)], layout):
        assert len(entry.name) <= 90
        assert entry.name.isprintable()
        assert "\n" not in entry.delivery.label
        opened = entry.open()
        assert isinstance(opened, Refused) or dict(opened.files) == GOOD


def test_names_on_a_disk_may_hold_anything(platforms: Any, layout: Layout) -> None:
    tree = platforms.moodle("Ada\nB\x1b[31m", 1, {"double.py": b"two", "a\nb.py": b""})
    tree |= platforms.moodle("Bo", 2, GOOD)
    entries = listed(platforms.write("d", tree, unpacked=True), layout)
    ada = next(entry for name, entry in entries.items() if name.startswith("Ada"))
    assert ada.name.isprintable()
    assert files(ada) == GOOD
    assert "was left out: its name holds a control character" in notes(ada)


def test_case_colliding_files_are_told(platforms: Any, layout: Layout) -> None:
    uploads = [(901, "double.py", b"two"), (902, "Double.py", b"2"), (903, "DOUBLE.PY", b"3")]
    path = platforms.write("d.zip", platforms.canvas("Ada", 4001, uploads))
    (entry,) = list_entries([path], layout)
    assert files(entry) == GOOD
    assert '"Double.py" was left out' in notes(entry)


@pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "folder"])
def test_too_many_tiny_files_are_one_sentence_and_stop_nobody_else(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    caps = Caps(entries=500, files=100)
    for folders in (True, False):
        many = {f"{n}.py": b"" for n in range(1_200)}
        tree = platforms.moodle("Ada", 1, many, folders=folders)
        tree |= platforms.moodle("Bo", 2, FLAT, folders=folders)
        path = platforms.write(f"d{folders}", tree, unpacked=unpacked)
        entries = listed(path, layout, caps)
        refused = entries["Ada"].open()
        assert isinstance(refused, Refused)
        assert refused.reason.startswith('"Ada" holds ')
        assert refused.reason.count(". ") == 0
        assert files(entries["Bo"]) == GOOD


@pytest.mark.sampled
def test_a_great_many_tiny_files_are_listed_and_refused(platforms: Any, layout: Layout) -> None:
    tree = {f"ada_4001_{200_000 + n}_{n}.py": b"" for n in range(100_000 if is_whole() else 25_000)}
    tree |= platforms.canvas("Bo", 4002, [(901, "double.py", b"two")])
    entries = listed(platforms.write("d.zip", tree), layout)
    refused = entries["ada"].open()
    assert isinstance(refused, Refused)
    assert refused.reason == '"ada" holds too many files; hand in the course\'s files only.'
    assert files(entries["bo"]) == GOOD
