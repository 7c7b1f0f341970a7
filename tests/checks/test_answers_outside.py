"""Answers as students write them who read the statement and nothing else: right ones, wrong ones.

The marks are those that a person would give who reads the file.
"""
# ruff: noqa: RUF001 - characters that look like others are what people type

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from grader.questions.letters import chosen
from grader.questions.numerals import readings
from tests.checks.test_answers_by_line import graded

ROOT = Path(__file__).parents[2]
ANSWERS: dict[str, str] = tomllib.loads((ROOT / "solutions/answers.toml").read_text("utf-8"))[
    "questions"
]


def file_of(line: str = '{k} = "{v}"', head: str = "[questions]\n", **other: str) -> str:
    """Write the answers, each by a pattern of its line, some of them otherwise."""
    said = {**ANSWERS, **other}
    return head + "\n".join(line.format(k=k, v=v) for k, v in said.items()) + "\n"


def lines(**other: str) -> str:
    """Write the answers, some of them as lines of their own that may be no TOML."""
    return "[questions]\n" + "\n".join(
        f"{k} = {other[k]}" if k in other else f'{k} = "{v}"' for k, v in ANSWERS.items()
    )


IN_TABLE = "".join(f"    '{k}': '{v}',\n" for k, v in ANSWERS.items())
TRANSLATED = [
    "puissance_de_uns", "erreur_quadratique", "réciproque", "minimum",
    "pas_de_gradient", "taux_d_apprentissage", "forme_du_gradient",
    "données_aléatoires", "données_structurées", "unités_cachées",
]  # fmt: skip
RIGHT = {
    "a table of Python": f"questions = {{\n{IN_TABLE}}}\n",
    "a table of JavaScript": f"questions: {{\n{IN_TABLE}}};\n",
    "a call of Python": "questions = dict(\n" + file_of("    {k}='{v}',", head="") + ")\n",
    "arrows": file_of("{k} -> {v}"),
    "arrows of R": file_of('{k} <- "{v}"'),
    "names with blanks": "[questions]\n"
    + "".join(f'{k.replace("_", " ").title()} = "{v}"\n' for k, v in ANSWERS.items()),
    "names with accents": file_of().replace("reciprocal", "réciprocal"),
    "names in French": "[questions]\n"
    + "".join(f'{k} = "{v}"\n' for k, v in zip(TRANSLATED, ANSWERS.values(), strict=True)),
    "lists of YAML": "questions:\n"
    + "".join(
        f"  {k}:\n" + "".join(f"    - {c}\n" for c in ([v] if v[0].isdigit() else v))
        for k, v in ANSWERS.items()
    ),
    "comments of C": file_of('{k} = "{v}"  // ok'),
    "comments of INI": file_of("{k} = {v} ; sûr"),
    "remarks in brackets": file_of('{k} = "{v}" (voir le cours)'),
    "quotes of a page": file_of("{k} = &quot;{v}&quot;"),
    "quotes with backslashes": file_of('{k} = \\"{v}\\"'),
    "characters that nobody sees": file_of('{k} = "\u200b{v}\u200b"'),
    "the empty line is left above": file_of('{k} = ""\n{k} = "{v}"'),
    "lists without quotes": lines(
        reciprocal='[["B"], ["D"]]', gradient_shape="{D}", random_data="[B, D]",
        structured_data="(A, D)",
    ),
    "sentences": file_of(
        power_of_ones="La valeur est 243", squared_error="SE = 5", minimum="at x = 1",
        gradient_step="it leads to 2.6", hidden_units="mindestens 4",
        reciprocal="Les réponses B et D sont correctes", learning_rate="I choose A, B and E.",
        gradient_shape="La forme est D : (20, 10)", random_data="Non : B, D",
        structured_data="A as well as D are right",
    ),
    "as LaTeX and Python show it": file_of(
        gradient_step="\\\\frac{13}{5}", power_of_ones="np.float64(243.0)",
        reciprocal="$B, D$", squared_error="array(5)",
    ),
    "verdicts": file_of(
        reciprocal="A: no, B: yes, C: no, D: yes, E: no", learning_rate="Oui A, oui B, oui E",
        random_data="A faux, B vrai, C faux, D vrai, E faux", structured_data="A ✓ B ✗ C ✗ D ✓",
    ),
    "sentences that end in their number": file_of(
        power_of_ones="Chaque case contient 243", squared_error="The whole error is 5",
        minimum="le minimum est atteint en x = 1", gradient_step="On arrive en 2,6",
        hidden_units="le nombre minimal de neurones est 4",
    ),
    "hyphens": file_of(learning_rate="A-B-E"),
    "tables with verdicts": lines(
        reciprocal="{ A = false, B = true, C = false, D = true, E = false }",
        learning_rate='{ A = "oui", B = "oui", E = "oui" }',
        gradient_shape="{ A = false, B = false, C = false, D = true }",
        structured_data="{ a = 1, b = 0, c = 0, d = 1 }",
    ),
    "answers in tables of their own": "".join(
        f'[questions.{key}]\nanswer = "{said}"\nwhy = "so"\n' for key, said in ANSWERS.items()
    ),
    "answers beside their reasons": lines(
        power_of_ones='{ value = 243, explication = "3 ** 5" }',
        reciprocal='{ choix = ["B", "D"], why = "x ** 3" }',
    ),
    "the statements": file_of(
        reciprocal="No: f(x) = x³ has f′(0) = 0 and no extremum at 0. Where f′(x) = 0 and f″(x) > "
        "0, f has a local minimum.",
        gradient_shape="20 x 10",
        structured_data="A. It is about as small as the training error. D. Its mean cannot fall "
        "below 0.005",
        random_data="toutes sauf A, C et E",
    ),
    "digits of other scripts": file_of(
        power_of_ones="２４３", squared_error="٥", gradient_step="٢٫٦", learning_rate="Ａ、Ｂ、Ｅ",
        gradient_shape="<D>", hidden_units="４",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", RIGHT)
def test_what_a_person_reads_as_right_is_right(kind: str) -> None:
    result = graded(RIGHT[kind])
    said = [check.message for check in result.exercises[0].checks if check.message]
    assert result.score == 20, said


WRONG: dict[str, dict[str, str]] = {
    "squared_error": {"the mean": "1,25", "another": "2.5"},
    "minimum": {"the value": "(3.5, 1)", "both signs": "±1", "by half": "1 (x = 3.5)"},
    "gradient_step": {
        "one of two": "2.6 ou 2.4", "a range": "entre 2 et 3", "a sign": "-2.6",
        "percent": "2,6 %", "a power": "2,6×10⁻¹", "half of it": "3 - 0.1*2",
        "denied": "ce n'est pas 2.6", "another after it": "on obtient 2.6 puis 2.4",
        "two equations": "x = 2.6, x = 2.4",
        "a fraction": "\\\\frac{5}{13}", "of Python": "np.float64(-2.6)", "remark": "2.6 ; ou 2.4",
    },
    "hidden_units": {"more": "> 4", "either": "3 ou 4", "from to": "4-6", "unknown": "?"},
    "reciprocal": {
        "one of them": "B", "one too many": "A B D", "verdicts": "A: yes, B: yes, D: yes",
        "a range": "B-D",
        "denied": "B: no, D: no", "not": "C is not, B is not", "some": "B, peut-être D",
    },
    "random_data": {"denied": "Ni B ni D", "all but right ones": "toutes sauf B et D"},
    "structured_data": {"all but": "tout sauf D", "words": "A: vrai, B: vrai, C: faux, D: vrai"},
    "gradient_shape": {"transposed": "(10, 20)", "two": "C ou D", "both": "(20, 10), (10, 20)"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "kind"), [(key, kind) for key, kinds in WRONG.items() for kind in kinds]
)
def test_a_wrong_answer_costs_its_own_question(key: str, kind: str) -> None:
    result = graded(file_of(**{key: WRONG[key][kind]}))
    lost = [c.id.rpartition(".")[2] for c in result.exercises[0].checks if c.points < c.max_points]
    assert lost == [key]


@pytest.mark.parametrize(
    "table",
    [
        '{ B = true, D = "maybe" }', '{ B = true, D = true, answer = "BC" }', "{ D = true }",
        "{ B = true, b = false }", '{ answer = "BD", value = "BD" }',
        "{ B = true, D = true, F = false }",
    ],
)  # fmt: skip
def test_a_table_that_says_two_things_is_no_answer(table: str) -> None:
    result = graded(lines(random_data=table))
    lost = [c.id.rpartition(".")[2] for c in result.exercises[0].checks if c.points < c.max_points]
    assert lost == ["random_data"]


def test_answers_that_say_everything_earn_nothing() -> None:
    everything = {k: "ABCDEF" if v.isalpha() else "243 5 1 2.6 4" for k, v in ANSWERS.items()}
    assert graded(file_of(**everything)).score == 0
    whole = {k: ", ".join("ABCDEF") if v.isalpha() else "1 or 4" for k, v in ANSWERS.items()}
    assert graded(file_of(**whole)).score == 0


def test_the_names_are_taken_by_place_only_where_each_has_its_place() -> None:
    names = [*TRANSLATED]
    names[0], names[3] = names[3], names[0]  # `minimum` is a name of ours, in the first place
    for keys in (names, TRANSLATED[:-1]):
        text = "".join(f'{k} = "{v}"\n' for k, v in zip(keys, ANSWERS.values(), strict=False))
        assert graded(f"[questions]\n{text}").score <= 2  # that of `minimum`, or none


def test_the_same_slip_on_two_lines_is_two_slips() -> None:
    said = lines(random_data="[B, D]", structured_data="[A, D]")
    assert graded(said).score == 16
    assert graded(said.replace('reciprocal = "BD"', "reciprocal = [B, D]")).score == 20


STATEMENTS = ("The network has found it or not.", "It is not 0 in any case.", "Both, and more.")


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("A or B", ""), ("C not A", ""), ("A-C", ""), ("not A", ""), ("A?B", ""), ("none", ""),
        ("all", ""), ("A: yes, A: no", ""), ("A: maybe, B: yes", ""), ("yes A", "A"),
        ("A (not B)", ""), ("A (or C)", ""), ("A (sure)", "A"), ("A, C -- see page 3", "AC"),
        ("all but B", "AC"), ("all but", ""), ("«A», “C”!", "AC"), ("Only A and C", "AC"),
        ("la A et la C", "AC"), ("option A — option C", "AC"), ("both A and B", "AB"),
        ("A–C", ""), ("the answer", ""), ("either A or C", ""),
        ("all but all but B", ""), ("B is not 0", ""),
        ("A. The network has found it or not", "A"), ("Both, and more.", "C"),
        ("Both, and less.", ""), ("both and more; it is not 0 in any case", "BC"),
    ],
)  # fmt: skip
def test_letters_are_chosen_only_where_that_is_clear(text: str, letters: str) -> None:
    assert chosen(text, "ABC", STATEMENTS) == letters


def test_a_long_or_deep_answer_is_none() -> None:
    assert chosen("A " * 5_000, "ABC", STATEMENTS) == ""
    deep: object = "A"
    for _ in range(40):
        deep = [deep]
    assert chosen(deep, "ABC", STATEMENTS) == ""
    assert chosen([1, 2], "ABC") == chosen({"a": 1}, "ABC") == chosen([], "ABC") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2 (x = 3)", None), ("1 (f(x) = 3.5)", 1.0), ("5 ; 6", None), ("5 // ok", 5.0),
        ("np.float64(2.6) or 3", None), ("max(2.6)", None), ("\\frac{1}{2}", 0.5),
        ("3 \\times 81", 243.0), ("12，5", 12.5), ("5٪", 0.05), ("SE is 5", 5.0),
        ("2,6,", 2.6), ("error 5", 5.0),
    ],
)  # fmt: skip
def test_a_number_is_read_only_where_that_is_clear(text: str, number: float | None) -> None:
    assert readings(text) == (() if number is None else (pytest.approx(number),))


def test_the_least_number_may_be_said_behind_it() -> None:
    for text in ("4 neurones au moins", "four at least", "mindestens 4", "min. 4"):
        assert readings(text, asks="least") == (4.0,)
        assert readings(text) == ()
