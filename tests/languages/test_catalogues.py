"""The catalogues are whole: every message is translated, and as French is written."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.authoring.catalogues import extracted_course, extracted_program, missing, update
from grader.authoring.new_course import make_course
from grader.cli.main import main
from grader.errors import CourseError, UsageError
from grader.languages import language
from grader.languages.catalogue import catalogue_path, read_catalogue, tag_of
from grader.languages.readers import remembered
from grader.languages.typography import spaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]
PROGRAM = catalogue_path(ROOT / "grader" / "locale", "fr", "grader.po")
COURSE = catalogue_path(ROOT / "solutions" / "locale", "fr", "course.po")
PLACEHOLDER = re.compile(r"%\((\w+)\)")
IN_QUOTES = re.compile(r"`[^`\n]*`")
CODE = re.compile(r"`[^`\n]*`|<[^<>]*>|https?://\S+|\{\w*\}")
QUOTED = re.compile(r"«\s[^»]*\s»")  # perhaps a title of the lecture, which is in English
BEFORE_A_SIGN = re.compile(r"(?<=[^\W\d_]{2})[;!?](?![\w=])|(?<=[^\W\d_]{2}):(?=\s|$)|\d%")
ORDINARY = re.compile(r"\w [:;!?%](?=\s|$)|« | »")


@pytest.fixture(scope="module")
def extracted() -> dict[Path, Catalog]:
    return {PROGRAM: extracted_program(), COURSE: extracted_course(ROOT)}


@pytest.fixture(scope="module")
def catalogues() -> dict[Path, Catalog]:
    return {path: read_catalogue(path, "fr") for path in (PROGRAM, COURSE)}


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each form of a message with its translation; the first one too where a plural has."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id or ())
    texts = message.string
    texts = (texts,) if isinstance(texts, str) else tuple(texts or ())
    yield from zip(ids, texts, strict=True)


def names(text: str) -> set[str]:
    if "%(" in text:
        return set(PLACEHOLDER.findall(text))
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", [PROGRAM, COURSE], ids=lambda path: path.stem)
def test_no_message_is_untranslated_uncertain_or_gone(
    path: Path, extracted: dict[Path, Catalog]
) -> None:
    found = missing(path, "fr", extracted[path])
    assert found.empty == ()
    assert found.fuzzy == ()
    assert found.obsolete == ()
    assert found.stale == (), "run scripts/make_catalogues.py"


@pytest.mark.parametrize("path", [PROGRAM, COURSE], ids=lambda path: path.stem)
def test_placeholders_agree(path: Path, catalogues: dict[Path, Catalog]) -> None:
    wrong = []
    for message in catalogues[path]:
        pairs = [*forms(message)] if message.id else []
        every = {name for english, _ in pairs for name in names(english)}
        for english, french in pairs:
            whole = names(french) == names(english) or (len(pairs) == 2 and names(french) <= every)
            if not whole:
                wrong.append((english, french))
    assert wrong == []


@pytest.mark.parametrize("path", [PROGRAM, COURSE], ids=lambda path: path.stem)
def test_signs_have_the_blanks_of_french(path: Path, catalogues: dict[Path, Catalog]) -> None:
    wrong = []
    for message in catalogues[path]:
        for english, french in forms(message) if message.id else ():
            if french == english or any(sign in french for sign in ("\n", "%(", "tls:")):
                continue  # commands to type, and what templates fill in
            prose = CODE.sub("0", spaced("fr", french))
            if ORDINARY.search(prose) or BEFORE_A_SIGN.search(QUOTED.sub("", prose)):
                wrong.append(french)
    assert wrong == []


def test_an_update_keeps_what_is_translated_and_empties_what_is_new(
    tmp_path: Path, extracted: dict[Path, Catalog]
) -> None:
    path = tmp_path / "course.po"
    fresh = extracted[COURSE]
    path.write_bytes(COURSE.read_bytes())
    assert update(path, "fr", fresh) == COURSE.read_bytes()
    path.write_bytes(update(tmp_path / "none.po", "fr", fresh))
    assert len(missing(path, "fr", fresh).empty) == len([one for one in fresh if one.id])


def test_a_language_has_a_name_that_people_write() -> None:
    assert [tag_of(text) for text in ("", "fr", "FR", "fr_FR.UTF-8", "Français", "en-GB")] == [
        "en", "fr", "fr", "fr", "fr", "en",
    ]  # fmt: skip
    assert language("en") is None
    with pytest.raises(UsageError, match=r"^There is no language 'xx': choose from en, fr\.$"):
        language("xx")


def test_a_damaged_catalogue_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "solutions" / "locale" / "fr" / "LC_MESSAGES" / "course.po"
    path.parent.mkdir(parents=True)
    path.write_text("nothing of gettext\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"^The catalogue .* cannot be read: "):
        language("fr", tmp_path)


def test_a_course_of_ones_own_is_translated_by_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_course(tmp_path / "optics", "Optics")
    monkeypatch.chdir(tmp_path / "optics")
    assert main(["course", "translate", "fr"]) == 0
    path = tmp_path / "optics" / "solutions" / "locale" / "fr" / "LC_MESSAGES" / "course.po"
    catalogue = read_catalogue(path, "fr")
    assert catalogue.get("Optics") is not None
    assert any("a claim" in one.auto_comments for one in catalogue)
    assert capsys.readouterr().out.startswith("solutions/locale/fr/LC_MESSAGES/course.po: ")
    before = path.read_bytes()
    assert main(["course", "translate", "fr", "--check"]) == 1
    assert "Optics\n" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert main(["course", "translate", "en"]) == 2
    assert "English needs no catalogue: choose from fr." in capsys.readouterr().err


def test_languages_that_were_kept_and_are_damaged_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / ".grader" / "languages.json"
    path.parent.mkdir()
    for content, said in ((b"{", "cannot be read"), (b"[]", "is not a table of languages")):
        path.write_bytes(content)
        with pytest.raises((CourseError, UsageError), match=said):
            remembered(tmp_path)


@pytest.mark.parametrize("path", [PROGRAM, COURSE], ids=lambda path: path.stem)
def test_code_in_a_message_is_the_same_in_french(
    path: Path, catalogues: dict[Path, Catalog]
) -> None:
    wrong = [
        (english, french)
        for message in catalogues[path]
        for english, french in (forms(message) if message.id else ())
        if set(IN_QUOTES.findall(english)) != set(IN_QUOTES.findall(french))
    ]
    assert wrong == []
