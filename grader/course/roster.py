"""Read the roster, and match submissions with the people on it."""

from __future__ import annotations

__all__ = ["Roster", "read_roster"]

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING

from grader.course.late_words import LateWords, late_words
from grader.course.roster_ids import (
    ids_as_given,
    refuse_columns_of_one_title,
    refuse_shortened,
    without_zeros,
)
from grader.errors import UsageError
from grader.intake import clean
from grader.languages.catalogue import tag_of
from grader.results import Person
from grader.util.csv_tables import Spreadsheet, read_table

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.intake import Entry

# Possible names of a column, in lower case without anything but letters and digits, and without
# accents. The first column of `id` identifies a person; the others are only compared.
_COLUMNS: Mapping[str, frozenset[str]] = {
    "id": frozenset((
        "id", "studentid", "identifier", "participant", "sisuserid", "sisid", "sid", "userid",
        "idnumber", "studentnumber", "orgdefinedid", "username", "login", "loginid", "sisloginid",
        "integrationid", "matriculationnumber", "matrikelnummer", "matrikelnr", "matrnr",
        "benutzername", "kennung", "anonymousid", "number", "nummer", "identifiant",
        "numeroetudiant", "numerodetudiant", "numetudiant", "noetudiant", "netudiant", "numero",
        "codeetudiant", "nomdutilisateur", "ine", "matricola", "matricula", "studentno",
    )),
    "name": frozenset((
        "name", "fullname", "student", "studentname", "displayname", "vollstandigername",
        "namevorname", "nomcomplet", "nombrecompleto", "etudiant", "nometprenom", "nomprenom",
        "prenometnom", "prenomnom", "nomdeletudiant", "nomecognome", "cognomenome",
    )),
    "first": frozenset((
        "firstname", "first", "givenname", "givennames", "vorname", "prenom", "prenoms", "nombre",
    )),
    "last": frozenset((
        "lastname", "last", "surname", "familyname", "nachname", "nom", "nomdefamille", "nomusuel",
        "nomdusage", "apellido", "apellidos", "cognome",
    )),
    "email": frozenset((
        "email", "emailaddress", "mail", "emailadresse", "adressemail", "adresseemail", "courriel",
        "adressedecourriel", "adresseelectronique", "correo", "mel",
    )),
    "status": frozenset(("status", "statut", "estado", "stato")),
    "language": frozenset(("language", "lang", "langue", "sprache", "idioma", "lingua")),
    "section": frozenset((
        "section", "sections", "group", "groups", "gruppe", "gruppen", "class", "groupe",
        "groupes", "groupetd", "groupetp", "grupo", "gruppo",
    )),
}  # fmt: skip
# Rows of Canvas' gradebook that are not students.
_NOBODY = re.compile(r"\s*(?:points possible|student, test|test student)\s*", re.IGNORECASE)
# How Moodle's worksheet numbers students, in any language: "Participant 12".
_NUMBERED = re.compile(r"(?P<word>[^\W\d_]\D*)(?P<number>\d{1,18})")


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _name_key(name: str) -> str:
    """Return a name in a form that ignores order and accents: ``ada lovelace``."""
    spread = unicodedata.normalize("NFKD", name).casefold()
    words = "".join(c if c.isalnum() else " " for c in spread if not unicodedata.combining(c))
    return " ".join(sorted(words.split()))


def _title(text: str) -> str:
    """Return a column's title as in `_COLUMNS`: ``Prénom`` and ``N° étudiant`` are known, too."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in spread if char.isalnum())


def _letters(name: str) -> str:
    """Return the letters of a name in alphabetical order: Canvas writes names without blanks."""
    return "".join(sorted(_name_key(name).replace(" ", "")))


@dataclass(frozen=True, slots=True)
class Roster:
    """The people who take a course.

    Attributes
    ----------
    people : tuple of Person
        In the order of the file.
    known : tuple of tuple of str
        For each of them, everything that may identify them: numbers, login, e-mail.
    late : tuple of (LateWords or None)
        For each of them the lateness in Moodle's worksheet; empty for other tables.
    languages : mapping
        The language of each of them who has one, by the id and by the e-mail address.
    without_id : tuple of str
        Names in lines that have no id: they are not on the roster.
    notes : tuple of str
        What a person should know of how the file was read, one sentence each.
    """

    people: tuple[Person, ...]
    known: tuple[tuple[str, ...], ...]
    late: tuple[LateWords | None, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    without_id: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def without(self, people: Container[Person]) -> Roster:
        """Return the roster without some of its people."""
        stays = [one not in people for one in self.people]
        return Roster(
            people=tuple(compress(self.people, stays)),
            known=tuple(compress(self.known, stays)),
            late=tuple(compress(self.late, stays)),
            languages=self.languages,
            without_id=self.without_id,
            notes=self.notes,
        )

    def assign(
        self, entries: Iterable[Entry]
    ) -> tuple[list[Entry], tuple[Person, ...], tuple[str, ...]]:
        """Match each submission with a person on the roster.

        An id decides; without one, a name that only one person has. If id and name contradict each
        other, the submission is nobody's: on a platform, people can choose their names.

        Returns
        -------
        list of Entry
            With the students' names from the roster.
        tuple of Person
            The people without a submission.
        tuple of str
            The names of submissions that belong to nobody on the roster.
        """
        by_id: dict[str, list[int]] = defaultdict(list)
        by_name: dict[str, list[int]] = defaultdict(list)
        for number, (person, known) in enumerate(zip(self.people, self.known, strict=True)):
            for one in known:
                by_id[one].append(number)
            for spelled in {_name_key(person.name), _letters(person.name)}:
                by_name[spelled].append(number)
        assigned: list[Entry] = []
        strangers: list[str] = []
        seen: set[int] = set()
        groups: dict[str, list[int]] = defaultdict(list)
        for number, person in enumerate(self.people):
            for spelled in {_name_key(person.section), _letters(person.section)} - {""}:
                groups[spelled].append(number)
        for entry in entries:
            found, is_whole = _holders(entry, by_id, by_name)
            if not found:
                found = groups.get(_name_key(entry.name)) or groups.get(_letters(entry.name), [])
                is_whole = bool(found)
            seen |= set(found)
            if not is_whole:
                strangers.append(entry.name)
            if not found:
                assigned.append(entry)
                continue
            people = tuple(self.people[number] for number in found)
            late = [self.late[number] for number in found] if self.late else []
            assigned.append(_told_late(_called(entry, people, is_whole=is_whole), late))
        missing = tuple(p for number, p in enumerate(self.people) if number not in seen)
        return assigned, missing, tuple(strangers)


def _called(entry: Entry, people: tuple[Person, ...], *, is_whole: bool) -> Entry:
    """Return the entry with the matched people and their names from the roster."""
    if not is_whole:
        return entry
    delivery = replace(entry.delivery, people=people)
    name = clean(", ".join(person.name for person in people)) if people[0].name else entry.name
    if not entry.delivery.people and (entry.delivery.group or len(people) > 1):
        name = entry.name
        delivery = replace(delivery, group=True)
    elif entry.name.endswith(ending := f", attempt {delivery.attempt}"):
        name += ending
    attempts = tuple(_called(one, people, is_whole=True) for one in entry.attempts)
    return replace(entry, name=name, delivery=delivery, attempts=attempts)


def _told_late(entry: Entry, late: Iterable[LateWords | None]) -> Entry:
    """Return the entry with the worksheet's lateness, if its people all have the same."""
    told = {one for one in late if one is not None}
    if len(told) != 1 or entry.delivery.handed_in_at:
        return entry
    [words] = told
    delivery = replace(
        entry.delivery,
        late=words.seconds != 0,
        late_seconds=words.seconds,
        late_said=words.said,
    )
    return replace(entry, delivery=delivery)


def _holders(
    entry: Entry, by_id: Mapping[str, list[int]], by_name: Mapping[str, list[int]]
) -> tuple[list[int], bool]:
    """Return a submission's people, and whether all who handed it in were found."""
    delivery = entry.delivery
    if delivery.people:
        each = [_holder((p.id, p.email), p.name, by_id, by_name) for p in delivery.people]
    else:
        name = entry.name.removesuffix(f", attempt {delivery.attempt}")
        name = name.removesuffix(f" ({delivery.id})")
        ids = (delivery.id, delivery.id.removeprefix("anon_"))
        each = [_holder(ids if delivery.id else _words(name), name, by_id, by_name)]
    found = [number for number in each if number is not None]
    return found, len(found) == len(each)


def _words(name: str) -> Iterator[str]:
    """Yield possible ids in the name of a folder such as ``lovelace_ada_123456``."""
    yield name
    for word in re.split(r"[\s_,;()-]+", name):
        if len(word) > 3 and any(char.isdigit() for char in word):
            yield word


def _holder(
    ids: Iterable[str],
    name: str,
    by_id: Mapping[str, list[int]],
    by_name: Mapping[str, list[int]],
) -> int | None:
    found: set[int] = set()
    for one in filter(None, ids):
        found |= set(by_id.get(_key(one)) or by_id.get(without_zeros(_key(one)), []))
    same: set[int] = set()
    for spelled in (_name_key(name), _letters(name)):
        same = same or set(by_name.get(spelled, ()) if spelled else ())
    if len(found) == 1:
        # Several may have the name: then the id says which of them, and nobody else.
        return None if same and not found <= same else found.pop()
    return same.pop() if len(same) == 1 and not found else None


def read_roster(path: Path, *, called: str = "") -> Roster:
    """Read a roster.

    Parameters
    ----------
    path : Path
        A table, as CSV or as a workbook, with a column of ids and a column of names (or first and
        last names), and optionally of e-mail addresses and sections. Lines above the columns' names
        are left out. Moodle's worksheet and Canvas' gradebook also work.
    called : str
        Its name in sentences, if not its path.

    Raises
    ------
    UsageError
        If it is not a roster: one sentence, with the line.
    """
    table = read_table(path, _names_columns, called=called)
    columns = {kind: _columns(table.header, kind) for kind in _COLUMNS}
    table = _checked(table, columns)
    numbered = _numbered(table, columns["id"])
    people, known = list[Person](), list[tuple[str, ...]]()
    late: list[LateWords | None] = []
    lines: dict[str, int] = {}
    languages: dict[str, str] = {}
    for line, row in zip(table.lines, table.rows, strict=True):
        name = _name(row, columns)
        if _NOBODY.fullmatch(name) or not any(row[c].strip() for c in columns["id"]):
            continue
        ids = [
            _id(row[column], column in numbered) for column in columns["id"] if row[column].strip()
        ]
        if _key(ids[0]) in lines:
            raise UsageError(
                f"{table.name}, line {line}: the id {clean(ids[0])!r} is in line "
                f"{lines[_key(ids[0])]} too; leave one of the two out."
            )
        lines[_key(ids[0])] = line
        email, section, spoken = (_first(row, columns[k]) for k in ("email", "section", "language"))
        person = Person(
            id=clean(ids[0]),
            name=clean(name) if name.strip() else "",
            email=clean(email) if email else "",
            section=clean(section) if section else "",
        )
        people.append(person)
        if spoken:
            tag = tag_of(spoken, f"{table.name}, line {line}")
            languages |= {key: tag for key in (person.id, person.email) if key}
        late.append(next(filter(None, (late_words(row[c]) for c in columns["status"])), None))
        spelled = [_key(one) for one in (*ids, email) if one]
        known.append(tuple(dict.fromkeys((*spelled, *map(without_zeros, spelled)))))
    if not people:
        raise UsageError(f"{table.name} names nobody: each line has to have an id.")
    told, left = tuple(late) if any(late) else (), tuple(_names_without_id(table, columns))
    return Roster(tuple(people), _distinct(known), told, languages, left, table.notes)


def _checked(table: Spreadsheet, columns: Mapping[str, list[int]]) -> Spreadsheet:
    """Return the table with its ids as they were before a spreadsheet, or refuse it."""
    for kind in ("id", "name", "first", "last", "email"):
        refuse_columns_of_one_title(table, columns[kind])
    refuse_shortened(table, columns["id"])
    table = _with_ids_as_given(table, columns["id"])
    has_names = columns["name"] or columns["first"] or columns["last"]
    # Moodle's worksheet has no names if students are anonymous.
    if not columns["id"] or not (has_names or _numbered(table, columns["id"])):
        path, shown = table.name, ", ".join(clean(cell, 30) for cell in table.header[:12])
        raise UsageError(
            f"{path} has no column of ids or none of names in its first line ({shown}): call them "
            '"id" and "name".'
        )
    return table


def _with_ids_as_given(table: Spreadsheet, columns: Sequence[int]) -> Spreadsheet:
    given = {at: ids_as_given([row[at] for row in table.rows]) for at in columns}
    rows = [
        tuple(given[at][number] if at in given else cell for at, cell in enumerate(row))
        for number, row in enumerate(table.rows)
    ]
    return replace(table, rows=tuple(rows))


def _names_without_id(table: Spreadsheet, columns: Mapping[str, list[int]]) -> Iterator[str]:
    for row in table.rows:
        name = _name(row, columns)
        is_known = any(row[column].strip() for column in columns["id"])
        if name.strip() and not (is_known or _NOBODY.fullmatch(name)):
            yield clean(name)


def _first(row: Sequence[str], columns: Iterable[int]) -> str:
    return next((row[c].strip() for c in columns if row[c].strip()), "")


def _distinct(known: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Leave out values that several people share, such as the e-mail address of a group."""
    holders = Counter(one for own in known for one in own)
    return tuple(
        tuple(one for number, one in enumerate(own) if number == 0 or holders[one] == 1)
        for own in known
    )


def _columns(header: Sequence[str], kind: str) -> list[int]:
    titles = [*map(_title, header)]
    return [number for number, title in enumerate(titles) if title in _COLUMNS[kind]]


def _names_columns(line: Sequence[str]) -> bool:
    """Return whether a line of a table has the titles of ids and of names."""
    names = any(_columns(line, kind) for kind in ("name", "first", "last"))
    return names and bool(_columns(line, "id"))


def _numbered(table: Spreadsheet, columns: list[int]) -> set[int]:
    """Return the columns in which each cell is the same word, a blank and a number."""
    found = set()
    for column in columns:
        cells = [row[column].strip() for row in table.rows if row[column].strip()]
        words = {one["word"] if (one := _NUMBERED.fullmatch(cell)) else "" for cell in cells}
        if len(words) == 1 and words.pop().endswith(" "):
            found.add(column)
    return found


def _id(cell: str, is_numbered: bool) -> str:
    found = _NUMBERED.fullmatch(cell.strip()) if is_numbered else None
    return found["number"] if found else cell.strip()


def _name(row: tuple[str, ...], columns: Mapping[str, list[int]]) -> str:
    if columns["name"]:
        name = row[columns["name"][0]].strip()
        last, comma, first = name.partition(",")
        return f"{first.strip()} {last.strip()}" if comma and "," not in first else name
    words = [row[c].strip() for kind in ("first", "last") for c in columns[kind][:1]]
    return " ".join(word for word in words if word)
