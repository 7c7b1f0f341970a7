"""One stored result, two languages: the page is French to its last sentence, the result is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.api import grade, load_course
from grader.course.roster import read_roster
from grader.errors import UsageError
from grader.languages import language, say, speaking
from grader.languages.readers import Readers, remember, remembered
from grader.report import render_class, render_student, write_student
from grader.report.figures.pictures import draw_pictures
from grader.results import (
    ClassResult,
    Delivery,
    GreyImage,
    Person,
    Pictures,
    SubmissionResult,
    Usage,
    for_student,
)
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "submissions"
NOT_OURS = frozenset(["pre", "code", "bdi", "script", "style"])
ENGLISH = re.compile(r"\b(?:the|is|are|of|and|with|which|that|your|points?\s+to|was|not)\b")
TITLE = re.compile(r"«\s[^»]*\s»")  # the lecture is in English, and so are its titles
# Python and its packages say why code failed, and they say it in English.
PYTHONS = re.compile(r"a levé (?:\w+ )?\w*Error|n'est pas du Python|Error")


class Texts(HTMLParser):
    """The texts of a page that a person wrote for people: no code, no name, no output."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.texts: list[str] = []
        self.english: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an element says in attributes, and that it is open."""
        found = dict(attrs)
        if tag == "html":
            self.language = found.get("lang") or ""
        self.texts += [text for name in ("aria-label", "title", "alt") if (text := found.get(name))]
        if tag not in ("meta", "br", "wbr", "img", "input", "use", "path", "rect", "circle", "col"):
            self._open.append((tag, found.get("lang") == "en"))

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what was left open in it."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep a text, apart where the page says that it is English."""
        if any(tag in NOT_OURS for tag, _ in self._open) or not data.strip():
            return
        marked = any(english for _, english in self._open)
        (self.english if marked else self.texts).append(data.strip())


def texts_of(page: str) -> Texts:
    found = Texts()
    found.feed(page)
    return found


def left(found: Texts) -> list[str]:
    """Return what is English in a page that says nothing of it."""
    return [text for text in found.texts if ENGLISH.search(TITLE.sub("", text))]


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT, ["0", "1"])


@pytest.fixture(scope="module")
def result(course: Course) -> SubmissionResult:
    """Return what came of a real submission with mistakes in it."""
    graded = grade(course, SAMPLES / "sofia_papadaki", isolation=best_level(), public_only=True)
    person = Person(id="s1", name="Sofia Papadaki")
    return replace(graded, slug="sofia", delivery=Delivery(people=(person,)))


def test_a_page_of_a_real_result_has_no_english_sentence_left(
    result: SubmissionResult, course: Course
) -> None:
    page = render_student(result, course.info, language("fr", ROOT))
    found = texts_of(page)
    assert found.language == "fr"
    assert len(found.texts) > 100
    assert left(found) == []
    assert [text for text in found.english if not PYTHONS.search(page)] == []


def test_numbers_points_and_dates_are_french_and_code_is_pythons(
    result: SubmissionResult, course: Course
) -> None:
    dated = replace(result, graded_at="2026-01-31T09:30:00Z")
    page = render_student(dated, course.info, language("fr", ROOT))
    assert "Corrigé le 31 janvier 2026 à 09:30 UTC" in page
    assert re.search(r"\d,5 (?:sur|point)", page)
    assert "0,5 point" in page.replace("\u202f", " ")
    assert not re.search(r'class="pts">[^<]*\d\.\d', page)


def test_the_class_and_its_instructor_read_french(
    result: SubmissionResult, course: Course, tmp_path: Path
) -> None:
    readers = Readers(course=ROOT, pages="fr", instructors="fr")
    usage = Usage(
        wall_seconds=0.5, cpu_seconds=0.25, peak_memory_mib=25.4, calls=3, restarts=1,
        load_average=5.7,
    )  # fmt: skip
    used = replace(result, exercises=tuple(replace(e, usage=usage) for e in result.exercises))
    write_student(used, course.info, tmp_path, readers=readers)
    private = texts_of((tmp_path / "instructor" / "sofia.html").read_text(encoding="utf-8"))
    whole = ClassResult(course=course.info, submissions=(result,))
    with speaking(language("fr", ROOT)):
        public = texts_of(render_class(whole))
    for found in (private, public):
        assert found.language == "fr"
        assert left(found) == []
    words = (
        "0,50 s écoulées, 0,25 s de processeur, jusqu'à 25 Mio en mémoire, 3 appels, 1 redémarrage"
    )
    assert f"{words}, charge 5,7" in " ".join(private.texts).replace("\xa0", " ")
    assert not [text for text in private.english if "MiB" in text or "calls" in text]


def test_of_two_messages_the_one_that_says_more_is_taken() -> None:
    with speaking(language("fr", ROOT)):
        said = say("Exercise 2: Learning random data")
    assert said == "Exercice 2\xa0: Apprendre des données aléatoires"


def test_captions_below_pictures_are_french_in_both_lines() -> None:
    captions = ("a 9, taken for a 4 (96 %)", "datapoint 27: a 4", "point 17, a 0: taken for a 0")
    images = tuple(GreyImage(lines=("00ff",), caption=caption) for caption in captions)
    with speaking(language("fr", ROOT)):
        drawn = draw_pictures(Pictures(title="t", pictures=images, summary="s")).svg
    lines = re.findall(r"<text[^>]*>([^<]+)</text>", drawn.replace("\xa0", " "))
    assert " | ".join(lines) == (
        "un 9 pris pour | un 4 (96 %) | exemple 27 : un | 4 | point 17 : 0, | pris pour 0"
    )


def test_results_are_the_same_bytes_in_every_language(
    result: SubmissionResult, course: Course, tmp_path: Path
) -> None:
    for tag in ("en", "fr"):
        readers = Readers(course=ROOT, pages=tag, instructors=tag)
        write_student(result, course.info, tmp_path / tag, readers=readers)
    for name in ("sofia/result.json", "instructor/sofia.json"):
        assert (tmp_path / "en" / name).read_bytes() == (tmp_path / "fr" / name).read_bytes()
    assert render_student(result, course.info) == (tmp_path / "en/sofia/index.html").read_text(
        encoding="utf-8"
    )


def test_each_student_reads_their_own_language(
    result: SubmissionResult, course: Course, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,email,lang\ns1,Sofia,,\ns2,Ada,ada@x.org,French\n", encoding="utf-8")
    remember(tmp_path, read_roster(roster).languages, b"salt")
    kept = remembered(tmp_path)
    assert [*kept.values()] == ["fr", "fr"]
    assert not any(key == "s2" or "ada" in key for key in kept)
    readers = Readers.of_course(tmp_path, "en", lambda _: b"salt")
    other = replace(result, slug="ada", delivery=Delivery(people=(Person(id="s2"),)))
    pair = replace(other, delivery=Delivery(people=(Person(id="s1"), Person(id="s2"))))
    for one, tag in ((result, "en"), (other, "fr"), (replace(pair, slug="pair"), "fr")):
        write_student(one, course.info, tmp_path / "out", readers=readers)
        page = (tmp_path / "out" / one.slug / "index.html").read_text(encoding="utf-8")
        assert f'<html lang="{tag}">' in page
        private = (tmp_path / "out" / "instructor" / f"{one.slug}.html").read_text(encoding="utf-8")
        assert '<html lang="en">' in private


def test_a_language_on_the_roster_that_there_is_not_is_one_sentence(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name,lang\ns1,Sofia,Klingon\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"roster.csv, line 2: There is no language 'Klingon'"):
        read_roster(roster)


def test_a_students_words_are_not_translated(result: SubmissionResult, course: Course) -> None:
    check = result.exercises[0].checks[0]
    said = replace(check, printed="2 points\nno points", message="")
    first = replace(result.exercises[0], checks=(said, *result.exercises[0].checks[1:]))
    named = replace(result, student="no points", exercises=(first, *result.exercises[1:]))
    page = render_student(for_student(named), course.info, language("fr", ROOT))
    assert "<bdi>no points</bdi>" in page
    assert "2 points\nno points" in page


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_terminal_speaks_the_language_that_is_asked_for() -> None:
    english, french = command("check", "--help"), command("check", "--help", GRADER_LANG="fr")
    assert english.stdout.startswith("usage: grader check ")
    assert french.stdout.startswith("utilisation : grader check ".replace(" :", "\xa0:"))
    for word in ("arguments positionnels", "afficher ce message", "codes de sortie", "exemple"):
        assert word in french.stdout
    unknown = command("check", "--lang", "xx", ".")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "grader: There is no language 'xx': choose from en, fr.\n"
    missing = command("check", "nowhere", "--lang", "fr")
    assert missing.returncode == 2
    assert "n'existe pas" in missing.stderr
