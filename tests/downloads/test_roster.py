"""Rosters: read in the forms in which they are saved, and matched without guessing."""

from __future__ import annotations

import codecs
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from grader.course.roster import read_roster
from grader.errors import UsageError
from grader.intake import list_entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.intake import Layout
    from grader.results import Person

GOOD = {"work/double.py": b"two"}
PLAIN = "id,name,email,section\n1001,Ada Lovelace,ada@example.org,A\n1002,Bo Ek,,B\n"


def saved(folder: Path, content: str | bytes) -> Path:
    path = folder / "roster.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def people(folder: Path, content: str | bytes) -> list[tuple[str, str]]:
    return [(person.id, person.name) for person in read_roster(saved(folder, content)).people]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        codecs.BOM_UTF16_LE + PLAIN.replace(",", "\t").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        "\r\n" + PLAIN + "\n,,,\n",
        PLAIN.replace("id,name", "Matrikelnummer,Vollständiger Name"),
        PLAIN.replace("id,name,email", '"Student ID","Student Name","E-Mail Address"'),
        "Nachname;Vorname;Matr.-Nr.\nLovelace;Ada;1001\nEk;Bo;1002\n",
        'SIS User ID,Student\n1001,"Lovelace, Ada"\n1002,"Ek, Bo"\n',
    ],
)
def test_a_roster_is_read_as_programs_save_it(tmp_path: Path, content: str | bytes) -> None:
    assert people(tmp_path, content) == [("1001", "Ada Lovelace"), ("1002", "Bo Ek")]


def test_the_platforms_own_tables_will_do(tmp_path: Path) -> None:
    moodle = "Identifier,Full name,Email address,Status,Grade\nParticipant 101,Ada,a@b.org,-,\n"
    assert people(tmp_path, moodle) == [("101", "Ada")]
    assert people(tmp_path, moodle.replace("Participant", "Teilnehmer/in")) == [("101", "Ada")]
    canvas = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Sheet 1 (5)\n"
        '"    Points Possible",,,,,10\n"Lovelace, Ada",4001,s1,ada,One,\n'
        '"Student, Test",9,,x,One,\n'
    )
    assert people(tmp_path, canvas) == [("4001", "Ada Lovelace")]
    blind = "Identifier,Status,Grade\nParticipant 101,-,\nParticipant 102,-,\n"
    assert people(tmp_path, blind) == [("101", ""), ("102", "")]


@pytest.mark.parametrize(
    ("cells", "ids"),
    [
        (("1001.0", "1002.0"), ["1001", "1002"]),  # pandas, where a cell of the column was empty
        (("1001,0", "1002,00"), ["1001", "1002"]),
        (('"=""00123"""', "77"), ["00123", "77"]),  # how Excel is made to keep zeros
        (("'00123", "77"), ["00123", "77"]),  # our own tables
        (("1.0", "1.5"), ["1.0", "1.5"]),  # not all of them: these are names of versions
        (("o'neill", "1e10"), ["o'neill", "1e10"]),
        (("s1.0", "1.0"), ["s1.0", "1"]),
    ],
)
def test_ids_are_read_as_they_were_before_a_spreadsheet(
    tmp_path: Path, cells: tuple[str, str], ids: list[str]
) -> None:
    quoted = [cell if cell[0] == '"' else f'"{cell}"' for cell in cells]
    content = f"id,name\n{quoted[0]},Ada\n{quoted[1]},Bo\n"
    assert [one for one, _ in people(tmp_path, content)] == ids


def test_columns_of_one_title_that_agree_are_one(tmp_path: Path) -> None:
    assert people(tmp_path, "id,name,ID,name\n1,Ada,1,Ada\n") == [("1", "Ada")]


def test_an_id_with_letters_in_front_is_whole(tmp_path: Path) -> None:
    assert people(tmp_path, "id,name\ns1001,Ada\ns1002,Bo\n") == [("s1001", "Ada"), ("s1002", "Bo")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n,,\n", "is empty"),
        ("x,y\n1,2\n", "has no column of ids or none of names in its first line (x, y): call"),
        ("id,name\n", "names nobody"),
        ("id,name\n1,Ada\n2,Bo\n1,Cy\n", "line 4: the id '1' is in line 2 too"),
        ("id,name\na,Ada\nA,Bo\n", "line 3: the id 'A' is in line 2 too"),
        ("id,name\n1,Ada,Lovelace\n", "line 2, has more cells than line 1, which is taken"),
        ('id,name\n1,"Ada\n', "cannot be read as a table, line 2"),
        ("id,name\n1,Jörg\n".encode("mac_roman"), "not a table in UTF-8: save it again"),
        ("id,name\n1,Иванов\n".encode("cp1251"), "not a table in UTF-8: save it again"),
        ("id,name\n1,Łukasz\n".encode("cp1250"), "not a table in UTF-8: save it again"),
        (b"PK\x03\x04\x00\x00", "is not a workbook that can be read (.xlsx): save it again"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a workbook that can be read (.xlsx)"),
        ("id,name\n1.23E+11,Ada\n", "line 2: a spreadsheet has shortened the id to '1.23E+11'"),
        ("id,name\nx,Ada\n1e+05,Bo\n", "line 3: a spreadsheet has shortened the id"),
        ("id,name,name\n1,Ada,Bo\n", "has two columns called 'name', and they differ: leave one"),
        ("ID, id,name\n1,2,Ada\n", "has two columns called 'id', and they differ"),
        (codecs.BOM_UTF16_LE + b"a", "is not a table in UTF-8"),
        (b'id,name\n1,"' + b"x" * (2 << 20), "cannot be read as a table, line 2"),
    ],
)  # fmt: skip
def test_a_bad_roster_is_one_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    path = saved(tmp_path, content)
    with pytest.raises(UsageError) as caught:
        read_roster(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


ABOVE = "Réseaux de neurones, promotion 2026\n\n"


@pytest.mark.parametrize(
    "content",
    [
        ABOVE + PLAIN,
        ABOVE + PLAIN.replace(",", ";"),
        codecs.BOM_UTF8 + (ABOVE + PLAIN.replace(",", "\t")).encode(),
        (ABOVE + PLAIN.replace(",", "\t")).encode("utf-16"),
        "sep=;\r\n" + ABOVE.replace(",", ";") + PLAIN.replace(",", ";"),
        '"A title, with a comma; and\ntwo lines"\nGenerated,,,\n' + PLAIN,
    ],
)
def test_what_stands_above_the_columns_is_left_out_and_told(
    tmp_path: Path, content: str | bytes
) -> None:
    roster = read_roster(saved(tmp_path, content))
    assert [(one.id, one.name) for one in roster.people] == [
        ("1001", "Ada Lovelace"),
        ("1002", "Bo Ek"),
    ]
    [note] = roster.notes
    assert "what stands above" in note
    assert "was left out" in note


def test_a_title_over_a_table_without_known_columns_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2, has more cells than line 1, which is taken for"):
        read_roster(saved(tmp_path, "Class of 2026\nx,y\n1,Ada\n"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_roster_in_utf_16_without_a_mark_is_read(tmp_path: Path, encoding: str) -> None:
    assert people(tmp_path, PLAIN.encode(encoding)) == [("1001", "Ada Lovelace"), ("1002", "Bo Ek")]


def test_what_excel_of_western_europe_saves_is_read_and_told_with_a_name(tmp_path: Path) -> None:
    content = "N° étudiant;Nom;Prénom;Courriel;Groupe TD\r\n007;Œuvray;Zoé;z@ex.fr;A\r\n"
    roster = read_roster(saved(tmp_path, content.encode("cp1252")))
    [person] = roster.people
    assert (person.id, person.name, person.email, person.section) == (
        *("007", "Zoé Œuvray", "z@ex.fr", "A"),
    )
    [note] = roster.notes
    assert "was read as Windows-1252: look whether “Œuvray” is right" in note


Sheets = dict[str, list[list[object]]]


def with_shared_texts(folder: Path, sheets: Sheets, hidden: tuple[str, ...] = ()) -> Path:
    """Return a workbook as Excel writes it: each text stands once, and cells have its number."""
    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name in hidden:
                sheet.hide()
            else:
                sheet.activate()
    return path


def workbook(folder: Path, sheets: Sheets, hidden: tuple[str, ...] = ()) -> Path:
    """Return a workbook as other programs write it: the texts stand in the cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    path = folder / "roster.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("write", [workbook, with_shared_texts])
def test_a_workbook_is_read(tmp_path: Path, write: Callable[..., Path]) -> None:
    rows: list[list[object]] = [
        ["Promotion 2026"], [], ["Matricule", "Numéro", "Nom et prénom", "Groupe"],
        [None, 20260001, "Lovelace, Ada", "A"], [None, "00077", "Bo\nEk", None], [None, 3.0, "Cy"],
    ]  # fmt: skip
    path = write(
        tmp_path,
        {"old": [["id", "name"], [9, "Nobody"]], "notes": [["see below"]], "class": rows},
        hidden=("old",),
    )
    roster = read_roster(path)
    assert [(one.id, one.name, one.section) for one in roster.people] == [
        *[("20260001", "Ada Lovelace", "A"), ("00077", "Bo Ek", ""), ("3", "Cy", "")],
    ]
    assert len(roster.notes) == 2
    assert "names its columns in line 3" in roster.notes[0]
    assert "several sheets: “class” was read" in roster.notes[1]


def test_an_id_whose_digits_a_workbook_has_lost_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"a": [["id", "name"], [1234567890123456789, "Ada"]]})
    with pytest.raises(UsageError, match="line 2: a spreadsheet has shortened the id"):
        read_roster(path)
    exact = workbook(tmp_path, {"a": [["id", "name"], [123456789012345, "Ada"]]})
    assert [one.id for one in read_roster(exact).people] == ["123456789012345"]


@pytest.mark.parametrize("what", ["part", "truncated", "type", "index", "place"])
def test_a_damaged_workbook_is_one_sentence(tmp_path: Path, what: str) -> None:
    path = with_shared_texts(tmp_path, {"a": [["id", "name"], ["s1", "Ada"]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    if what == "part":
        del parts[sheet]
    elif what == "truncated":
        parts[sheet] = parts[sheet][:-20]
    elif what == "type":
        parts[sheet] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts[sheet]
    elif what == "index":
        parts[sheet] = parts[sheet].replace(b"<v>1</v>", b"<v>999</v>")
    else:
        parts[sheet] = parts[sheet].replace(b'r="B2"', b'r="ZZZ2"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(
        UsageError, match=r"is not a workbook that can be read \(\.xlsx\)"
    ) as caught:
        read_roster(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_workbook_without_cells_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty: its sheets have no cells"):
        read_roster(workbook(tmp_path, {"a": []}))


def test_a_roster_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            read_roster(path)


# ------------------------------------------------------------------------------------- matching


def assigned(
    platforms: Any, layout: Layout, tree: dict[str, bytes], roster: str, name: str = "d.zip"
) -> tuple[dict[str, tuple[Person, ...]], list[str], list[str]]:
    entries = list_entries([platforms.write(name, tree)], layout)
    found, missing, strangers = read_roster(saved(platforms.folder, roster)).assign(entries)
    by_name = {entry.name: entry.delivery.people for entry in found}
    return by_name, [person.name for person in missing], list(strangers)


def test_the_platforms_ids_are_mapped_to_names(platforms: Any, layout: Layout) -> None:
    tree = platforms.canvas("Lovelace, Ada", 4001, [(901, "double.py", b"")])
    tree |= platforms.canvas("", "anon_aB3dE", [(902, "double.py", b"")])
    tree |= platforms.canvas("Who, Else", 4009, [(903, "double.py", b"")])
    roster = "id,name\n4001,Countess of Lovelace\naB3dE,Bo Ek\n4003,Cy Absent\n"
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert set(found) == {"Countess of Lovelace", "Bo Ek", "whoelse"}
    assert [person.id for person in found["Bo Ek"]] == ["aB3dE"]
    assert missing == ["Cy Absent"]
    assert strangers == ["whoelse"]


def test_a_roster_without_names_leaves_the_platforms(platforms: Any, layout: Layout) -> None:
    tree = platforms.moodle("Participant", 101, GOOD)
    roster = "Identifier,Status\nParticipant 101,-\nParticipant 102,-\n"
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert list(found) == ["Participant 101"]
    assert (missing, strangers) == ([""], [])


def test_names_are_compared_where_there_is_no_id(platforms: Any, layout: Layout) -> None:
    tree = platforms.moodle("Ada Lovelace", 101, GOOD) | platforms.moodle("José Núñez", 102, GOOD)
    roster = 'id,name\ns1,"Lovelace, Ada"\ns2,Jose\u0301 Nun\u0303ez\ns3,Bo\n'
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert [people[0].id for people in found.values()] == ["s2", "s1"] or [
        people[0].id for people in found.values()
    ] == ["s1", "s2"]
    assert (missing, strangers) == (["Bo"], [])
    squashed = platforms.canvas("Lovelace, Ada", 4001, [(901, "double.py", b"")])
    found, _, strangers = assigned(platforms, layout, squashed, roster, "e.zip")
    assert found["Ada Lovelace"][0].id == "s1"
    assert strangers == []


def test_a_name_that_two_have_decides_nothing(platforms: Any, layout: Layout) -> None:
    tree = platforms.moodle("Ada", 101, GOOD) | platforms.moodle("Ada", 102, GOOD)
    found, missing, strangers = assigned(platforms, layout, tree, "id,name\ns1,Ada\ns2,Ada\n")
    assert set(found) == {"Ada (101)", "Ada (102)"} == set(strangers)
    assert missing == ["Ada", "Ada"]
    found, missing, strangers = assigned(platforms, layout, tree, "id,name\n102,Ada\n101,Ada\n")
    assert (missing, strangers) == ([], [])


def test_an_id_gives_nobody_the_work_of_people_who_share_a_name(
    platforms: Any, layout: Layout
) -> None:
    """A roster sorted by one column alone: its id 101 is beside another name than the work's."""
    tree = platforms.moodle("Ada", 101, GOOD) | platforms.moodle("Ada", 102, GOOD)
    roster = "id,name\n101,Bo\n102,Ada\n103,Ada\n"
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert strangers == ["Ada (101)"]
    assert missing == ["Bo", "Ada"]
    assert [person.id for person in found["Ada"]] == ["102"]


def test_leading_zeros_are_the_same_id_where_it_is_one(platforms: Any, layout: Layout) -> None:
    tree = platforms.moodle("Ada", 101, GOOD) | platforms.moodle("Bo", 1020, GOOD)
    found, missing, strangers = assigned(
        platforms, layout, tree, "id,name\n00101,Countess\n01020,Count\n"
    )
    assert (missing, strangers) == ([], [])
    assert sorted(person.id for [person] in found.values()) == ["00101", "01020"]
    folders = {"00101/work/double.py": b"", "0102/work/double.py": b""}
    found, missing, strangers = assigned(platforms, layout, folders, "id,name\n101,A\n0102,B\n")
    assert (set(found), missing, strangers) == ({"A", "B"}, [], [])
    twins = "id,name\n0101,A\n101,B\n"  # two people: only the spelling tells them apart
    found, missing, _ = assigned(
        platforms, layout, {"101/work/double.py": b"", "x/a.py": b""}, twins
    )
    assert [[one.id for one in who] for who in found.values() if who] == [["101"]]
    assert missing == ["A"]


def test_a_number_and_a_name_of_two_people_are_nobodys(platforms: Any, layout: Layout) -> None:
    # Participant 1001 is not matriculation number 1001; and a name can be chosen.
    tree = platforms.moodle("Bo Ek", 1001, GOOD)
    found, missing, strangers = assigned(platforms, layout, tree, PLAIN)
    assert list(found) == strangers == ["Bo Ek"]
    assert missing == ["Ada Lovelace", "Bo Ek"]


def test_folders_of_no_platform_are_found_by_their_names(platforms: Any, layout: Layout) -> None:
    tree = {f"{name}/work/double.py": b"" for name in ("1001", "ek_bo_1002", "cy", "Di Um")}
    roster = PLAIN + "1003,Cy,,\n1004,Di Um,,\n1005,1001 Nights,,\n"
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert set(found) == {"Ada Lovelace", "Bo Ek", "Cy", "Di Um"}
    assert (missing, strangers) == (["1001 Nights"], [])


def test_groups_are_everybody_in_them(platforms: Any, layout: Layout) -> None:
    metadata = (
        b"submission_1:\n  :submitters:\n  - :name: A\n    :sid: '1001'\n  - :email: bo@e.org\n"
    )
    tree = {"submission_metadata.yml": metadata, "submission_1/work/double.py": b""}
    roster = "id,name,email,group\n1001,Ada,,Team 1\n1002,Bo,BO@e.org,Team 1\n1003,Cy,,Team 2\n"
    found, missing, strangers = assigned(platforms, layout, tree, roster)
    assert [person.name for person in found["Ada, Bo"]] == ["Ada", "Bo"]
    assert (missing, strangers) == (["Cy"], [])
    team = platforms.moodle("Team 1", 77, GOOD)
    found, missing, strangers = assigned(platforms, layout, team, roster, "t.zip")
    assert [person.name for person in found["Team 1"]] == ["Ada", "Bo"]
    assert (missing, strangers) == (["Cy"], [])
