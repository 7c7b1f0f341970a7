"""From sources to a catalogue, and from a catalogue to what is still to be translated."""

from __future__ import annotations

__all__ = [
    "Untranslated",
    "course_words",
    "extracted_course",
    "extracted_program",
    "kit_catalogue",
    "missing",
    "update",
]

import io
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from grader.authoring.catalogues.messages import Extracted, extract_manifest, extract_python
from grader.authoring.catalogues.prose import prose_of
from grader.authoring.catalogues.spelled_out import Said
from grader.authoring.stubs import course_files, stubs_of
from grader.languages.catalogue import COURSE_FILE, DEFAULT, catalogue_path, read_catalogue
from grader.languages.patterns import Pattern, Sought, parse
from grader.languages.typography import spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HOME = Path(__file__).parents[2]
PLURALS = {"fr": "nplurals=2; plural=(n > 1);"}
WORDS = "words.txt"
"""Words of a course that stand alone, such as in a table: one a line."""
BRACES = "python-brace-format"
OPTIONS = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "encoding": "utf-8"}
KEYWORDS = ("_", "gettext", "ngettext")
UNSAID = (
    "POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator", "Language-Team",
    "Project-Id-Version", "Report-Msgid-Bugs-To",
)  # fmt: skip
"""Headers that are not written: the history of the files says it."""
SAID = re.compile(r'\binWords\("([^"]+)"\)')
"""What a page's script says: its words are in the page, `grader.report.pages`."""
NOT_SPOKEN = (
    "authoring/template/", "authoring/catalogues/", "checks/graph_colours.py",
    "authoring/audit/odd", "exports/workflow.py", "questions/num", "integrations/workflow",
    "languages/patterns.py", *(f"portal/{one}" for one in (
        "operations/", "grading", "spool.py", "identity/passing_back.py", "identity/platform_ser",
        "identity/lti_people.py", "identity/http_client.py", "identity/session_cookies.py",
    )),
    "runner/warmup.py", "runner/shell.py", "runner/statements.py", "runner/tools/cell_sources.py",
    "runner/tools/line_numbers.py", "util/wheel.py",
)  # fmt: skip
"""What is copied into a course speaks the course's language; tables and workflows say nothing.

The portal's log and its numbers are for whoever runs it, in English.
"""


@dataclass(frozen=True, slots=True)
class Untranslated:
    """What keeps a catalogue from being whole: messages without a translation, or out of date."""

    empty: tuple[str, ...]
    fuzzy: tuple[str, ...]
    obsolete: tuple[str, ...]
    stale: tuple[str, ...]


def extracted_program(home: Path = HOME) -> Catalog:
    """Return all that the program says, as a catalogue without translations."""
    found = Catalog(project="grader", charset="utf-8")
    for path in sorted(home.rglob("*.py")):
        place = path.relative_to(home).as_posix()
        if not place.startswith(NOT_SPOKEN):
            _add(found, extract_python(path.read_text(encoding="utf-8")), f"grader/{place}")
    for package in ("portal", "report"):
        for path in sorted((home / package / "templates").glob("*.j2")):
            _add_template(found, path, f"grader/{path.relative_to(home).as_posix()}")
        for path in sorted((home / package / "templates").glob("*.js")):
            for message in SAID.findall(path.read_text(encoding="utf-8")):
                found.add(message, locations=[(f"grader/{path.relative_to(home).as_posix()}", 0)])
    return found


def extracted_course(root: Path) -> Catalog:
    """Return all that a course's checks, its manifest and its stubs say, without translations.

    Parameters
    ----------
    root : Path
        The folder that holds ``assignments`` and ``solutions``.
    """
    found = Catalog(project="course", charset="utf-8")
    manifest = root / "assignments" / "course.toml"
    _add(found, extract_manifest(manifest.read_text(encoding="utf-8")), "assignments/course.toml")
    for path in sorted((root / "solutions" / "checks").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        _add(found, extract_python(source), path.relative_to(root).as_posix())
    words = root / "solutions" / "locale" / WORDS
    if words.is_file():
        lines = words.read_text(encoding="utf-8").splitlines()
        alone = [Extracted(Said(line), 1) for line in lines if line and line[0] != "#"]
        _add(found, alone, words.relative_to(root).as_posix())
    for name, text in _handed_out(root).items():
        _add_prose(found, text, name)
    return found


def _handed_out(root: Path) -> dict[str, str]:
    """Return the texts of the files whose words students read: stubs, and answers to fill in."""
    numbers = course_files(root)
    manifest = tomllib.loads((root / "assignments" / "course.toml").read_text(encoding="utf-8"))
    listed = {file for exercise in manifest["exercises"] for file in exercise["files"]}
    data = sorted(file for file in listed if file.endswith(".toml"))
    texts = {file: (root / "assignments" / file).read_text(encoding="utf-8") for file in data}
    return stubs_of(root / "solutions", numbers) | texts


def course_words(root: Path, tag: str) -> dict[str, str]:
    """Return the course's own messages that are the same in every sentence, translated.

    Parameters
    ----------
    root : Path
        The course's folder.
    tag : str
        The language; English, or an empty text, has none.

    Raises
    ------
    CourseError
        If the catalogue cannot be read.
    """
    path = catalogue_path(root / "solutions" / "locale", tag, COURSE_FILE)
    if not tag or tag == DEFAULT or not path.is_file():
        return {}
    words = {}
    for one in read_catalogue(path, tag):
        if isinstance(one.id, str) and one.id and isinstance(one.string, str) and one.string:
            literals, names = parse(one.id)
            if not names:
                words[literals[0]] = spaced(tag, parse(one.string)[0][0])
    return words


def kit_catalogue(
    root: Path, tag: str, checks: Mapping[str, str], said: Iterable[str]
) -> bytes | None:
    """Return what a kit needs of a course's catalogue: nothing of what is hidden is in it.

    Parameters
    ----------
    root : Path
        The course's folder.
    tag : str
        The language.
    checks : mapping
        The text of each Python file of checks in the kit, by its path.
    said : iterable of str
        What else the kit says: titles, and the names and sentences of known mistakes.

    Returns
    -------
    bytes or None
        None if the course has no catalogue in that language.
    """
    path = catalogue_path(root / "solutions" / "locale", tag, COURSE_FILE)
    if not path.is_file():
        return None
    needed = Catalog(project="course", charset="utf-8")
    for name, text in checks.items():
        _add(needed, extract_python(text), name)
    texts = [Sought(text) for text in said]
    for one in read_catalogue(path, tag):
        if isinstance(one.id, str) and one.id and _says(one.id, texts):
            needed.add(one.id, flags=one.flags)
    return update(path, tag, needed, drop=True)


def _says(message: str, texts: Iterable[Sought]) -> bool:
    """Say whether one of the texts is this message, whatever stands at its placeholders."""
    literals, names = parse(message)
    if not names:
        return any(text.text == literals[0] for text in texts)
    pattern = Pattern(literals, names)
    return any(pattern.match(text) is not None for text in texts)


def _add_prose(catalogue: Catalog, text: str, name: str) -> None:
    for one in prose_of(text, name):
        message = one.text.replace("{", "{{").replace("}", "}}")
        catalogue.add(message, locations=[(f"assignments/{name}", 0)])


def _add(catalogue: Catalog, found: Iterable[Extracted], place: str) -> None:
    for one in found:
        if not any(letter.isalpha() for letter in one.said.singular):
            continue
        key = (one.said.singular, one.said.plural) if one.said.plural else one.said.singular
        comments = [one.comment] if one.comment else []
        flags = {BRACES} if "{" in one.said.singular + one.said.plural else set()
        catalogue.add(key, locations=[(place, 0)], flags=flags, auto_comments=comments)


def _add_template(catalogue: Catalog, path: Path, place: str) -> None:
    with path.open("rb") as file:
        for _, _, message, comments in babel_extract(file, KEYWORDS, [], OPTIONS):
            if message is None:
                continue
            ids = tuple(text for text in _forms(message) if text is not None)
            flags = {"python-format"} if any("%" in text for text in ids) else set()
            catalogue.add(
                ids if len(ids) > 1 else ids[0],
                locations=[(place, 0)],
                flags=flags,
                auto_comments=comments,
            )


def _forms(text: str | Iterable[str | None]) -> tuple[str | None, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def update(path: Path, tag: str, fresh: Catalog, *, drop: bool = False) -> bytes:
    """Return a catalogue brought up to date: what is translated stays, what is new is empty.

    Parameters
    ----------
    path : Path
        The catalogue; it need not exist yet.
    tag : str
        Its language.
    fresh : Catalog
        As `extracted_program` or `extracted_course` returns it.
    drop : bool
        Whether translations of messages that are gone are dropped; else they stay as comments.
    """
    if path.is_file():
        old = read_catalogue(path, tag)
    else:
        old = Catalog(locale=tag, project=fresh.project, charset="utf-8", fuzzy=False)
        old.mime_headers = [("Plural-Forms", PLURALS[tag])]
    old.update(fresh, no_fuzzy_matching=True)
    for one in old:
        if not any(str(place).endswith(".j2") for place, _ in one.locations):
            one.flags.discard("python-format")  # Babel takes "1 % of" for a format
    old.header_comment = f"# What {fresh.project} says, in the language {tag!r}."
    return _written(old, drop=drop)


def _written(catalogue: Catalog, *, drop: bool) -> bytes:
    """Return a catalogue as a file; nothing in it depends on the day or on the machine."""
    file = io.BytesIO()
    write_po(
        file, catalogue, width=100, omit_header=False, sort_by_file=True, ignore_obsolete=drop,
        include_lineno=False,
    )  # fmt: skip
    lines = file.getvalue().decode().splitlines(keepends=True)
    dated = tuple(f'"{name}' for name in UNSAID)
    return "".join(line for line in lines if not line.startswith(dated)).encode()


def missing(path: Path, tag: str, fresh: Catalog) -> Untranslated:
    """Return what a catalogue lacks."""
    there = read_catalogue(path, tag)
    empty, fuzzy, known = [], [], set()
    for one in there:
        if not one.id:
            continue
        first = one.id if isinstance(one.id, str) else one.id[0]
        known.add(first)
        texts = _forms(one.string or "")
        if one.fuzzy:
            fuzzy.append(first)
        elif not all(texts):
            empty.append(first)
    wanted = {one.id if isinstance(one.id, str) else one.id[0] for one in fresh if one.id}
    obsolete = [one if isinstance(one, str) else one[0] for one in there.obsolete]
    stale = tuple(sorted(known ^ wanted))
    return Untranslated(tuple(empty), tuple(fuzzy), tuple(map(str, obsolete)), stale)
