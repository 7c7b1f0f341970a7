"""The portal speaks to each in their language: theirs, the course's, or their browser's."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.gradebook.personal_tokens import make_token
from grader.languages import language, say, say_marked, speaking
from grader.languages.readers import remember
from grader.portal.identity.roles import PortalRole
from grader.portal.language_choice import preferred
from tests.languages.test_french_pages import ROOT, left, texts_of
from tests.portal.trying import small_course, source, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from grader.course import Course
    from tests.portal.trying import Portal

FRENCH = {"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"}


def course_at(root: Path, lang: str = "") -> Course:
    """Return the small course in a folder of its own, with the course's catalogue."""
    (root / "solutions").mkdir(parents=True)
    shutil.copytree(ROOT / "solutions" / "locale", root / "solutions" / "locale")
    return replace(small_course(), root=root, lang=lang)


@pytest.fixture
def french(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(course=replace(small_course(), lang="fr"))


def assert_french(answer: httpx.Response, said: str) -> None:
    found = texts_of(answer.text)
    assert found.language == "fr"
    assert left(found) == []
    assert found.english == []
    assert said in words(answer).replace("\xa0", " ").replace("\u202f", " ")


def test_what_a_french_student_sees_has_no_english_sentence_left(french: Portal) -> None:
    ada, nobody = french.visit("ada"), french.nobody()
    assert_french(nobody.get("/sign-in"), "Ouvrez le lien que votre enseignant vous a envoyé.")
    assert_french(nobody.get("/sign-in/code"), "Saisissez le code reçu par courriel")
    assert_french(nobody.get("/invitation/none"), "Ce lien a déjà servi, ou il est trop ancien")
    assert_french(nobody.get("/nothing"), "Cette page n'existe pas")
    refused = ada.hand_in({"neuron.py": b"x = 1\n"})
    assert refused.status_code == 422
    assert_french(refused, "Ce rendu n'a pas été accepté")
    both = {"neuron.py": b"x = 1\n", "learn_structured_data.py": b"y = 1\n"}
    assert_french(ada.hand_in(both), "6 (Apprendre une structure)")
    ada.hand_in({"learn_random_data.py": source(b"no")})
    assert_french(ada.get("/hand-ins/1"), "C'est le prochain à être corrigé.")
    french.here.grade()
    assert_french(ada.get("/hand-ins/1"), "Essai 1 corrigé")
    assert_french(ada.get("/"), "vous avez 26 sur 50")
    assert_french(ada.get("/exercises/random_data"), "Au plus 64,0 Mio et 500 fichiers.")
    assert_french(ada.get("/hand-in"), "Plusieurs exercices à la fois")
    assert_french(ada.get("/attempts"), "26 sur 110")
    assert_french(ada.get("/tokens"), "Rendre depuis un terminal")
    assert_french(ada.get("/account"), "étudiant")
    assert_french(ada.get("/class"), "Cette page ne vous est pas ouverte")
    assert texts_of(ada.get("/hand-ins/1/report").text).language == "fr"


def test_scripts_have_their_words_in_the_page(french: Portal) -> None:
    page = told_to_scripts(french.visit("ada").get("/exercises/random_data").text)
    assert page["Chosen: {files}."] == "Choisis\xa0: {files}."


def told_to_scripts(page: str) -> dict[str, str]:
    """Return what the page's scripts say, as they read it."""
    [told] = re.findall(r'data-words="([^"]*)"', page)
    found: dict[str, str] = json.loads(html.unescape(told))
    return found


def test_what_is_held_back_is_said_in_french() -> None:
    title = "Warm-up: matrices, a neuron, a layer"
    until = "after the deadline, 1 January 2099, 00:00 UTC"
    said = f"{title}: 7 hidden checks, worth 8 points, are graded, and shown {until}."
    with speaking(language("fr", ROOT)):
        told = say_marked(said).replace("\xa0", " ")
    assert told == (
        "Échauffement : matrices, un neurone, une couche : 7 vérifications cachées, sur 8 points, "
        "sont corrigées, et seront montrées après la date limite, le 1er janvier 2099 à 00:00 UTC."
    )


OF_STAFF = {
    "/class": "La promotion en ce moment",
    "/answers": "Réponses à corriger",
    "/rules": "Dates limites et résultats",
    "/rules/random_data": "Fuseau horaire des deux",
    "/queue": "Rien n'attend.",
    "/roster": "Importer une liste des inscrits",
    "/exports": "Feuille d'évaluation",
    "/regrade": "Voir ce qui change",
    "/similar": "Comparer le travail de tous",
    "/people": "Donner un rôle",
    "/audit": "Ce qui s'est passé",
    "/settings": "Comment on se connecte",
    "/invitations": "Créer un lien",
}


def test_pages_of_staff_are_french_but_for_the_history(french: Portal) -> None:
    ed = french.visit("ed", PortalRole.ADMIN)
    for path, said in OF_STAFF.items():
        page = ed.get(path)
        found = texts_of(page.text)
        assert found.language == "fr", path
        ours = [text for text in left(found) if not text.startswith("/")]  # the book's path
        assert ours == [], path
        assert path == "/audit" or found.english == []
        assert said in words(page).replace("\xa0", " ").replace("\u202f", " ")


def test_a_persons_language_goes_before_the_courses(
    make_portal: Callable[..., Portal], tmp_path: Path
) -> None:
    course = course_at(tmp_path / "course", "en")
    here = make_portal(course=course)
    ada, ben = here.visit("ada"), here.visit("ben")
    assert 'lang="en"' in ada.get("/", **FRENCH).text
    salt = here.app.state.entrance.salt
    remember(course.root, {"ada": "fr", "eve@example.org": "fr"}, salt)  # while the portal runs
    assert_french(ada.get("/", **FRENCH), "Exercices")
    assert '<html lang="en">' in ben.get("/", **FRENCH).text
    assert '<html lang="en">' in here.nobody().get("/sign-in", **FRENCH).text
    languages = here.app.state.languages
    assert languages.of_address("eve@example.org") is language("fr", course.root)
    assert languages.of_address("ben@example.org") is None
    (course.root / ".grader" / "languages.json").write_text("{", encoding="utf-8")
    assert_french(ada.get("/"), "Exercices")  # what is known stays, where a file is damaged


def test_before_sign_in_a_browser_is_asked_where_the_course_says_nothing(
    make_portal: Callable[..., Portal], tmp_path: Path
) -> None:
    here = make_portal(course=course_at(tmp_path / "course"))
    page = here.nobody().get("/sign-in", **FRENCH)
    assert_french(page, "Se connecter")
    assert (page.headers["vary"], page.headers["cache-control"]) == ("Accept-Language", "no-store")
    assert '<html lang="en">' in here.visit("ada").get("/", **FRENCH).text
    assert "vary" not in here.visit("ada").get("/").headers
    shutil.rmtree(tmp_path / "course" / "solutions")
    assert '<html lang="en">' in here.nobody().get("/sign-in", **FRENCH).text


@pytest.mark.parametrize(
    ("accept", "tag"),
    [
        ("", "en"), ("fr", "fr"), ("FR-ca", "fr"), ("de,fr;q=0.4,en;q=0.3", "fr"),
        ("en-GB,fr;q=0.9", "en"), ("fr;q=0", "en"), ("fr;q=x", "en"), ("fr;q=nan", "en"),
        ("*", "en"), (";,;q=1,\x00", "en"), ("de," * 400 + "fr", "en"),
    ],
)  # fmt: skip
def test_a_browser_is_taken_at_its_word(accept: str, tag: str) -> None:
    assert preferred(accept, ("en", "fr")) == tag


def test_a_terminal_is_answered_in_the_language_of_whose_token_it_is(french: Portal) -> None:
    ada = french.visit("ada")
    with french.context.book.database.writing() as connection:
        token = make_token(connection, ada.person, "x")
    own = {"authorization": f"Bearer {token}"}
    answer = ada.get("/api/hand-ins/999", **own).json()
    assert answer == {"said": "Vous n'avez pas de rendu de ce numéro."}
    answer = french.nobody().get("/api/hand-ins/1").json()
    assert "jeton" in answer["said"]


def test_what_happened_is_told_in_the_readers_language(french: Portal) -> None:
    ada = french.visit("ada")
    ada.hand_in({"learn_random_data.py": source()})
    french.here.grade()
    ed = french.visit("ed", PortalRole.ADMIN)
    with speaking(language("fr", french.context.course.root)):
        said_in_french = say("hand-in 1").replace("\xa0", " ")
    assert said_in_french != "hand-in 1"
    for path in (f"/class/people/{ada.person}", "/audit"):
        answer = ed.get(path)
        assert texts_of(answer.text).english == []
        assert said_in_french in words(answer).replace("\xa0", " ")
