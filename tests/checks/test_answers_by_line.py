"""Answers with a slip, a form or an encoding that was not expected: each line by itself."""
# ruff: noqa: RUF001 - characters that look like others are what these tests are about

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.questions.numerals import readings
from grader.report import render_student
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import CheckResult, SubmissionResult

ROOT = Path(__file__).parents[2]
FILE = "answers.toml"
COURSE = the_course().only(["questions"])
RIGHT = (ROOT / "solutions" / FILE).read_text("utf-8")


def graded(content: str | bytes) -> SubmissionResult:
    raw = content.encode() if isinstance(content, str) else content
    result = Judge(COURSE, launcher()).grade(Sealed("student", {FILE: raw}), "student")
    assert not result.provisional
    return result


def checks(content: str) -> dict[str, CheckResult]:
    return {c.id.rpartition(".")[2]: c for c in graded(content).exercises[0].checks}


STEP = 'gradient_step = "2.6"'
LINE = 1 + RIGHT[: RIGHT.index(STEP)].count("\n")
# What stands in the place of the line, and what its author is told.
SLIPS = {
    "curly quotes": ("gradient_step = “2.6”", "typographic quotes"),
    "one curly quote": ('gradient_step = "2.6”', "typographic quotes"),
    "guillemets": ("gradient_step = « 2.6 »", "typographic quotes"),
    "low quotes": ("gradient_step = „2.6“", "typographic quotes"),
    "quotes of a wide script": ("gradient_step = ＂2.6＂", "typographic quotes"),
    "never closed": ('gradient_step = "2.6', "opens a quote and never closes it"),
    "never opened": ('gradient_step = 2.6"', "closes a quote that it never opens"),
    "two kinds of quotes": ("gradient_step = \"2.6'", "begins with one kind of quote"),
    "three at one end": ('gradient_step = """2.6', "three quotes"),
    "a comma behind": ('gradient_step = "2.6",', "a `,` behind the answer"),
    "a semicolon behind": ('gradient_step = "2.6" ;', "a `;` behind the answer"),
    "words behind": ('gradient_step = "2.6" by eq. 21', "behind the answer's closing quote"),
    "a line break": ('gradient_step = "2\n.6"', "goes on in the next line"),
    "a colon": ('gradient_step: "2.6"', "`:` where `=` belongs"),
    "an arrow": ('gradient_step => "2.6"', "`=>` where `=` belongs"),
    "no sign": ('gradient_step "2.6"', "no `=` after the name"),
    "a backslash": (r'gradient_step = "2\.6"', "a backslash"),
    "a blank in the name": ('gradient step = "2.6"', "a blank in its name"),
    "a bare word": ("gradient_step = two", "no quotes around the answer"),
    "a bare list": ("gradient_step = [two, six]", "a list that cannot be read"),
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("quatre", 4),
        ("Twenty", 20),
        ("dix-sept", 17),
        ("243 (car 3^5)", 243),
        ("243 (3^5)", 243),
        ("1  # pas sûr", 1),
        ("au moins 4", None),
        ("2 (ou 3)", None),
        ("2 # 3", None),
        ("10^(-3)", 0.001),
    ],
)
def test_a_word_or_a_remark_is_read_as_a_person_reads_it(text: str, meant: float | None) -> None:
    assert readings(text) == (() if meant is None else (meant,))


IN_WORDS = {
    2.6: "2 + 3/5|$x_1 = 2{,}6$|x := 2.6|en 2,6|x = 2.6 car f'(3) = 4|3-0.1·2·(3-1)|"
         "2.6 seconds|environ 2,6|approx. 2.6|about 2.6|~2.6|à peu près 2,6|260 %|260 percent|"
         "two point six|deux virgule six|x - α f'(x) = 2.6|3 − 0,1×4 = 2,6|x → 2.6|13/5 = 2.6|$2.6$"
         "|2.6 s",
    0.97: "97 %|0,97|97%|97 pour cent|about 97 %|0.97 (= 97 %)",
    0.972: "97,2%|97.2 %|about 0.972",
    1000.0: "1 000|1’000|1_000|a thousand|mille|10^3|1.000,0|1000 samples",
    243.0: "two hundred and forty-three|deux cent quarante-trois|3^5 = 243|A⁶ = 243|243 = 3^5"
           "|**243**|3^(6-1)|3^{5}|"
           "3 × 3 × 3 × 3 × 3|81 x 3 = 243|3 puissance 5|3 to the power of 5",
    4.0: "il en faut 4|2 × 2|4, car 2 par sortie|4 because each output needs 2|four neurons|"
         "la réponse est 4|The answer is 4|answer: 4|réponse : 4|it is 4|4 ?|"
         "d_hidden = 4|"
         "2 + 2 = 4|4 (2 per output)|exactly 4|quatre neurones cachés|4 = n_hidden|only 4",
    97.0: "quatre-vingt-dix-sept|ninety-seven|ninety seven|nonante-sept",
    -1.0: "minus 1|moins un|x = −1",
    0.5: "half|un demi|50 %|½",
    0.03: "3*10**-2|3·10⁻²|0,03|3 %",
    1.5: "one and a half|un et demi|3/2",
}  # fmt: skip


@pytest.mark.parametrize("meant", IN_WORDS)
def test_words_around_a_number_leave_it_as_it_is(meant: float) -> None:
    for text in IN_WORDS[meant].split("|"):
        assert readings(text) == pytest.approx((meant,), rel=1e-12), text


UNSURE = (
    "2 pairs|two pairs|2 per output|2 each|3 squared|3 cubed|1 half|two three|2 three|4 or 5|"
    "4 to 5|"
    "x = 1, f(x) = 3.5|3.5 at x = 1|x = 1 or x = 3|not x = 1|1 = 2|243 = 3^6|(1, 3.5)|1 ; 3.5|> 4|"
    "at least 4|4+|4 ou plus|4±1|almost 4|4 !|a dozen|2 dozen|4k|4 too few|4 fewer|4th|"
    "two hundredths|"
    "4 car 2 ou 2|9^9^9^9|4-5|2+2=5|1.2.3|2^(1/0)|four twenty|zero one|et un|2 % 3|%|about|="
)


def test_what_may_be_another_number_is_none() -> None:
    for text in UNSURE.split("|"):
        assert readings(text) == (), text


def test_a_form_is_read_as_the_question_means_it() -> None:
    for text in ("97 %", "97", "97 percent", "about 97%"):
        assert readings(text, asks="percent") == (97.0,)
    for text in (
        "at least 4",
        "au moins 4",
        ">= 4",
        "n ≥ 4",
        "4+",
        "4 or more",
        "minimum four",
        "4",
    ):
        assert readings(text, asks="least") == (4.0,)
    assert readings("4 or 5", asks="least") == ()
    for text in ("au moins 4", "four neurons", "≥ 4"):
        assert graded(RIGHT.replace('hidden_units = "4"', f'hidden_units = "{text}"')).score == 20


@pytest.mark.parametrize("number", ["2.6 seconds", "about 2.6", "260 %", "deux virgule six"])
def test_words_in_no_quotes_are_told_or_read(number: str) -> None:
    """A line that is no TOML is read where it leaves no doubt, and quoted where it does."""
    result = graded(RIGHT.replace('"2.6"', number))
    if result.score < 20:
        assert result.score == 18
        assert any(f"gradient_step = {number}" in note for note in result.exercises[0].notes)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_costs_its_own_line_and_is_quoted_with_its_mend(slip: str) -> None:
    line, said = SLIPS[slip]
    result = graded(RIGHT.replace(STEP, line))
    exercise = result.exercises[0]
    [lost] = [c for c in exercise.checks if c.points < c.max_points]
    assert (result.score, lost.id) == (18, "questions.answers.gradient_step")
    shown = line.splitlines()[0].replace("`", "'")
    for sentence in (lost.message, *exercise.notes):
        assert sentence.startswith(f"Line {LINE} of answers.toml (`{shown}`) ")
        assert said in sentence
    assert len(exercise.notes) == 1
    assert exercise.checks[0].message == f"{lost.message} The other answers were read."
    assert len(result.free_text) == 10


def test_the_mend_is_what_was_meant() -> None:
    for line in ("“2.6”", '"2.6', '2.6"', '"2.6",', "'2.6\""):
        found = checks(RIGHT.replace(STEP, f"gradient_step = {line}"))["gradient_step"]
        assert found.message.endswith('write `gradient_step = "2.6"`.'), found.message


@pytest.mark.parametrize("quotes", ["“BD”", "BD", '"BD', "[B, D]"])
def test_letters_in_no_quotes_cost_their_line(quotes: str) -> None:
    result = graded(RIGHT.replace('"BD"', quotes, 1))
    assert result.score == 18
    assert any('write `reciprocal = "B' in note for note in result.exercises[0].notes)


def test_a_line_that_is_no_answer_is_told_and_costs_nothing() -> None:
    result = graded(RIGHT.replace(STEP, f"and now for the step\n{STEP}"))
    assert result.score == 20
    [note] = result.exercises[0].notes
    assert note.startswith(f"Line {LINE} of answers.toml (`and now for the step`) is not an answer")


def test_an_answer_that_is_given_twice_counts_where_both_are_the_same() -> None:
    assert graded(RIGHT.replace(STEP, f"{STEP}\n{STEP}")).score == 20
    assert graded(RIGHT.replace(STEP, f'gradient_step = ""\n{STEP}')).score == 20
    assert graded(RIGHT.replace(STEP, f'{STEP}\ngradient_step = ""')).score == 20
    other = graded(RIGHT.replace(STEP, f'{STEP}\ngradient_step = "3"'))
    assert other.score == 18
    [note] = other.exercises[0].notes
    assert note.startswith(f"Lines {LINE} and {LINE + 1} of answers.toml answer `gradient_step`")


HEADERS = {
    "none": RIGHT.replace("[questions]", "").replace("[observations]", ""),
    "no questions": RIGHT.replace("[questions]", ""),
    "no observations": RIGHT.replace("[observations]", ""),
    "a capital": RIGHT.replace("[questions]", "[Questions]"),
    "the singular": RIGHT.replace("[questions]", "[question]"),
    "a blank": RIGHT.replace("[questions]", "[questions ]"),
    "not closed": RIGHT.replace("[questions]", "[questions"),
    "no brackets": RIGHT.replace("[questions]", "questions:"),
    "another name": RIGHT.replace("[questions]", "[my answers]"),
    "twice": RIGHT.replace(STEP, f"[questions]\n{STEP}"),
    "double brackets": RIGHT.replace("[questions]", "[[questions]]"),
    "dotted names": RIGHT.replace(STEP, f"questions.{STEP}"),
    "capitals in a name": RIGHT.replace("gradient_step =", "Gradient_Step ="),
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_missing_or_misspelled_costs_nothing(header: str) -> None:
    result = graded(HEADERS[header])
    assert result.score == 20, result.exercises[0].notes
    assert sorted(text.answer for text in result.free_text) == OBSERVED


OBSERVED = sorted(tomllib.loads(RIGHT)["observations"].values())
SAVED = {
    "Windows-1252": RIGHT.replace("A small rate", "Un taux très petit, déjà").encode(
        "cp1252", "replace"
    ),
    "Latin-1": RIGHT.replace("A small rate", "Né à Orléans").encode("latin-1", "replace"),
    "UTF-16": RIGHT.encode("utf-16"),
    "UTF-16 from the other end": b"\xfe\xff" + RIGHT.encode("utf-16-be"),
    "a mark": b"\xef\xbb\xbf" + RIGHT.encode(),
    "an old Mac": RIGHT.replace("\n", "\r").encode(),
    "mixed line ends": RIGHT.replace("\n", "\r\n", 40).encode(),
    "tabs": RIGHT.replace(STEP, STEP.replace(" ", "\t")).encode(),
    "blanks of a word processor": RIGHT.replace(" = ", "\u00a0=\u202f").encode(),
    "unseen characters": RIGHT.replace(STEP, f"\u200b{STEP}\ufeff").encode(),
}


@pytest.mark.parametrize("saved", SAVED)
def test_however_the_file_is_saved_the_answers_are_the_same(saved: str) -> None:
    result = graded(SAVED[saved])
    assert result.score == 20, result.exercises[0].notes
    assert len(result.free_text) == 10
    noted = any("Windows-1252" in note for note in result.exercises[0].notes)
    assert noted == (saved in ("Windows-1252", "Latin-1"))


NUMBERS = (
    '"2,6"', "2,6", "2.60", '"2.6 "', '"2,600"', '"2.6 units"', "2,6 m", "13/5", '"13 / 5"',
    '"2 3/5"', '"2⅗"', "2⅗", "26e-1", '"2,6E0"', '"x = 2.6"', '"≈ 2,6"', '"+2.6"', '"2.6."',
    '"26·10^-1"', '"260 %"', '"3 - 0.4 = 2.6"', '"about 2.6"',
    '"26 × 10⁻¹"', '["2,6"]', '"２.６"', "2.6 # three minus 0.4", "2,6,",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_person_reads_as_a_number_is_that_number(number: str) -> None:
    result = graded(RIGHT.replace('"2.6"', number))
    assert result.score == 20, [c.message for c in result.exercises[0].checks if c.message]


@pytest.mark.parametrize(
    "number", ['"2,6,7"', '"2 or 3"', '"2.6 millions"', '"1/0"', '"2..6"', '"2 pairs"']
)
def test_what_is_no_one_number_is_none(number: str) -> None:
    result = graded(RIGHT.replace('"2.6"', number))
    assert result.score == 18
    assert "has to be a number" in result.exercises[0].checks[0].message


def test_a_minus_is_a_minus_and_a_wrong_number_stays_wrong() -> None:
    for number in ('"−1"', "−1", '"–1"', '"- 1"', "-1,0"):
        found = checks(RIGHT.replace('"2.6"', number))["gradient_step"]
        assert [one.name for one in found.diagnoses] == ["learning_rate_forgotten"]
    for number in ("26", '"2;6"', '"3,6"', "½", "1 000"):
        assert graded(RIGHT.replace('"2.6"', number)).score == 18


LETTERS = ('"A, B, E"', '"a b e"', '"A, B and E"', '"A, B et E"', '["A","B","E"]', '"A+B+E"',
           '"Réponses A, B et E"', '"Answers: A, B, E"', '"ABE  # all three"',
           '"{A; B; E}"', '"А, В, Е"', '"Ａ Ｂ Ｅ"', '"E B A A"')  # fmt: skip


@pytest.mark.parametrize("letters", LETTERS)
def test_letters_are_letters_however_they_are_listed(letters: str) -> None:
    assert graded(RIGHT.replace('"ABE"', letters)).score == 20


@pytest.mark.parametrize("letters", ['"A-E"', '"none"', '"A, B, E, F"', '"A or B"'])
def test_what_may_mean_other_letters_is_asked_back(letters: str) -> None:
    result = graded(RIGHT.replace('"ABE"', letters))
    assert result.score == 18
    assert "has to be letters from A to E" in result.exercises[0].checks[0].message


@pytest.mark.parametrize(
    "letter", ["D.", "(D)", "Answer: D", "D. (20, 10)", "d) (20,10)", "D: 20×10"]
)
def test_one_letter_may_stand_before_its_statement(letter: str) -> None:
    said = RIGHT.replace('gradient_shape = "D"', f'gradient_shape = "{letter}"')
    assert graded(said).score == 20
    for other in ("D or E", "D. (20, 10) E", "(10, 20)", "(20, 10) or (10, 20)"):
        assert graded(said.replace(f'"{letter}"', f'"{other}"')).score == 18


ANSWERS = tomllib.loads(RIGHT)["questions"]
LINES = [f"{key}{{}}{answer}" for key, answer in ANSWERS.items()]


def written(sign: str, before: str = "", behind: str = "", head: str = "") -> str:
    return head + "".join(f"{before}{line.format(sign)}{behind}\n" for line in LINES)


NOTATIONS = {
    "YAML": written(": ", "  ", head="questions:\n"),
    "lines": written(" : "),
    "JSON": json.dumps({"questions": ANSWERS}),
    "JSON on many lines": json.dumps(ANSWERS, indent=2),
    "CSV": written(",", head="question,answer\n"),
    "CSV of Excel": written(";"),
    "tabs": written("\t"),
    "Markdown": written(" | ", "| ", " |", "| question | answer |\n|---|---|\n"),
    "a list": written("** : ", "- **"),
    "Python": written(" = '", behind="';"),
    "curly quotes": written(" = “", behind="”", head="[questions]\n"),
    "no quotes": written(" = "),
    "numbers": "".join(f"{n}) {a}\n" for n, a in enumerate(ANSWERS.values(), 1)),
    "numbers of questions": "".join(f"Q{n} : {a}\n" for n, a in enumerate(ANSWERS.values(), 1)),
    "the next line": "".join(f'{key} =\n"{answer}"\n\n' for key, answer in ANSWERS.items()),
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_file_in_another_notation_is_read_and_told(notation: str) -> None:
    result = graded(NOTATIONS[notation])
    assert result.score == 20, result.exercises[0].notes
    assert any("is not written as TOML" in note for note in result.exercises[0].notes)


def test_names_in_another_spelling_are_the_names() -> None:
    for sign in ("", "-"):
        said = RIGHT
        for key in ANSWERS:
            said = said.replace(f"\n{key} =", f"\n{key.replace('_', sign).title()} =")
        assert graded(said).score == 20
    numbered = "".join(f'{n}. {k} = "{a}"\n' for n, (k, a) in enumerate(ANSWERS.items(), 1))
    assert graded(f"[questions]\n{numbered}").score == 20


def test_two_slips_make_no_notation() -> None:
    said = RIGHT.replace(STEP, "gradient_step: 2.6").replace('"ABE"', "ABE")
    assert graded(said).score == 16


WORDS = "A small rate is slow, a large one oscillates or explodes."
OWN_WORDS = {
    "quotes in it": 'It "oscillates" at 0.5.',
    "curly quotes round it": None,
    "a line break": "It oscillates\nat 0.5 = 1/2.",
    "a backslash": r"The rate \alpha = 0.5 is \large.",
    "an equals sign in a line of its own": "It oscillates:\nx = 3\nand then settles.",
}


@pytest.mark.parametrize("kind", OWN_WORDS)
def test_observations_survive_a_slip_of_their_own(kind: str) -> None:
    words = OWN_WORDS[kind]
    key = "gradient = "
    start = RIGHT.index(key, RIGHT.index("[observations]"))
    end = RIGHT.index("\n", start)
    line = f'{key}"{words}"' if words else f"{key}“{WORDS}”"
    result = graded(RIGHT[:start] + line + RIGHT[end:])
    assert result.score == 20
    assert (words or WORDS) in [text.answer for text in result.free_text]
    assert len(result.free_text) == 10
    [note] = result.exercises[0].notes
    assert "handed over all the same" in note


def test_a_table_that_looks_like_ours_earns_nothing_and_stays_words() -> None:
    forged = '{line = 1, written = "2.6", fault = "<b>x</b>", mend = "y"}'
    result = graded(RIGHT.replace('"2.6"', forged))
    assert result.score == 18
    assert "<b>x</b>" not in render_student(result, COURSE.info)
