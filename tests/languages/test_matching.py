"""Stored sentences are found among messages, and said in French: numbers, plurals, lists, dates."""

from __future__ import annotations

import time

import pytest

from grader.languages.patterns import Pattern, Sought, fill, parse
from grader.languages.phrasebook import ENGLISH, Message, Phrasebook
from grader.languages.typography import NARROW, NO_BREAK, spaced


def both(english: str, plural: str, *forms: str) -> list[Message]:
    return [Message(english, forms, count=1), Message(plural, forms)]


BOOK = Phrasebook(
    "fr",
    [
        *both("{count} point", "{count} points", "{count} point", "{count} points"),
        *both("1 sample", "{n} samples", "{n} exemple", "{n} exemples"),
        *both(
            "{points} is kept open", "{points} are kept open",
            "{points} est réservé", "{points} sont réservés",
        ),
        Message("and", ("et",)),
        Message("or", ("ou",)),
        Message("excused", ("excusé",)),
        Message("`{name}` is not written yet.", ("`{name}` n'est pas encore écrit.",)),
        Message("The first row is not the start.", ("La première ligne n'est pas le départ.",)),
        Message("{function} failed: {message}", ("{function} a échoué : {message}",)),
        Message("{steps} steps of length {length}", ("{steps} pas de longueur {length}",)),
        Message("{low} to {high}", ("{low} à {high}",)),
        Message("It ends at ({x}, {y}).", ("Elle finit à ({x}, {y}).",)),
        Message("letters {a} to {b}: {a}{b}", ("lettres {a} à {b} : {a}{b}",)),
        Message("Graded on {day}", ("Corrigé le {day}",)),
    ],
)  # fmt: skip
ONE, TWO = ENGLISH


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("1 point", "1 point"),
        ("2 points", "2 points"),
        ("0 points", "0 point"),
        ("0.5 points", "0,5 point"),
        ("1.5 points", "1,5 point"),
        ("1,200.5 points", f"1{NARROW}200,5 points"),
        ("0 points are kept open", "0 point est réservé"),
        ("2.5 points are kept open", "2,5 points sont réservés"),
        ("excused: 3 points and 2 points", f"excusé{NO_BREAK}: 3 points et 2 points"),
        ("3 points, 2 points, or 1 point", "3 points, 2 points ou 1 point"),
        ("2.5–3", "2,5–3"),
        ("98.5%", f"98,5{NO_BREAK}%"),
        ("1e-05", "1e-05"),
        ("1.5e-16", "1,5e-16"),
        ("25 MiB", f"25{NO_BREAK}Mio"),
        ("It ends at (0.5, -1.25).", "Elle finit à (0.5, -1.25)."),
        ("3,000 steps of length 0.25", f"3{NARROW}000 pas de longueur 0,25"),
        ("letters A to E: AE", "lettres A à E : AE"),
        ("Graded on 31 January 2026", "Corrigé le 31 janvier 2026"),
        ("Graded on 1 December 2026", "Corrigé le 1er décembre 2026"),
        ("Graded on 2026-01-31 09:30 UTC", "Corrigé le 31 janvier 2026 à 09:30 UTC"),
        ("`relu` is not written yet.", "`relu` n'est pas encore écrit."),
        ("`a is b` is not written yet.", "`a is b` n'est pas encore écrit."),
    ],
)
def test_a_sentence_is_said_in_french(english: str, french: str) -> None:
    assert BOOK.say(english) == french


def test_several_sentences_are_said_one_by_one_and_messages_within_messages() -> None:
    text = "`f` failed: `g` is not written yet. The first row is not the start."
    said = "`f` a échoué : `g` n'est pas encore écrit. La première ligne n'est pas le départ."
    assert BOOK.say(text) == said


def test_what_no_message_explains_stays_english_and_is_marked() -> None:
    text = "The first row is not the start. Nobody has said this before. 2 points"
    said = BOOK.say(text)
    assert said.startswith("La première ligne n'est pas le départ. ")
    assert f"{ONE}Nobody has said this before.{TWO}" in said
    assert BOOK.plain(text).count("Nobody has said this before.") == 1
    assert ONE not in BOOK.plain(text)


def test_a_weak_pattern_counts_only_where_all_of_it_is_known() -> None:
    """`{low} to {high}` is not what "a wish to win" was made of."""
    assert BOOK.say("1 point to 2.5 points") == "1 point à 2,5 points"
    assert BOOK.say("a wish to win") == f"{ONE}a wish to win{TWO}"


def test_what_a_submission_says_is_kept_as_it_is() -> None:
    said = BOOK.say("`f` failed: name 'loses' is not defined")
    assert said == f"`f` a échoué : {ONE}name 'loses' is not defined{TWO}"
    assert BOOK.say(f"{ONE}2 points{TWO}") == "2 points"


def test_a_text_of_a_submission_costs_no_more_than_a_moment() -> None:
    hostile = " to ".join(["`f` failed: 1"] * 250) + " is kept open"
    begun = time.process_time()
    for turn in range(5):
        BOOK.say(f"{hostile} {turn}")
    assert time.process_time() - begun < 2.5


def test_a_pattern_gives_back_what_was_put_into_it() -> None:
    message = "From ({x}, {y}), {count} steps lead to {{{name}}}: {x}."
    values = {"x": "0.5", "y": "-1", "count": "1,200", "name": "a, b"}
    pattern = Pattern(*parse(message))
    assert pattern.match(Sought(fill(message, values))) == values
    assert pattern.match(Sought("From (0.5, -1), some steps lead to {a}: 0.5.")) is None


def test_blanks_are_those_of_french_outside_of_code() -> None:
    written = (
        f"Quoi{NARROW}? Voici{NO_BREAK}: «{NO_BREAK}oui{NO_BREAK}»{NARROW}; 5{NO_BREAK}%{NARROW}!"
    )
    assert spaced("fr", "Quoi ? Voici : « oui » ; 5 % !") == written
    assert spaced("fr", "`a : b ?` : {x} ?") == f"`a : b ?`{NO_BREAK}: {{x}}{NARROW}?"
