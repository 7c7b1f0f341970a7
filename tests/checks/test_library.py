"""What checks of any course can use, on numbers and questions that are no course's."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from grader.checks import (
    Disagreement,
    Failed,
    Visibility,
    agree,
    drawn_numbers,
    finite_or_none,
    of_shape,
    related,
    same_value,
)
from grader.checks.descent_ways import Went, decays, grows, is_cut, keeps_velocity, went
from grader.checks.drawn_numbers import (
    LARGEST_T,
    LARGEST_Z,
    follows,
    is_uniform,
    largest_t,
    normal_cdf,
    strongest_pair,
)
from grader.checks.graph_colours import rgb
from grader.checks.tolerances import SINGLE
from grader.questions import (
    answers_text,
    checks_of,
    choice,
    forms_of,
    mistakes_of,
    number,
    observations,
    template_text,
    texts_of,
)

EDGES = number(
    "edges", 12, "Solids", """
    How many edges
    has a cube?
    - faces_counted, 6: These are its faces.
    """
)  # fmt: skip
PRIME = choice(
    "primes", "Numbers", """
    Which of these are prime?
    - one_taken_for_prime, wrong: 1
      > 1 has one divisor,
        itself.
    - even_prime_not_seen, right: 2
      > 2 has two divisors.
    """
)  # fmt: skip
ASKED = observations("""
- proof: Why is there
  no largest prime?
  > Multiply, and add 1.
""")


def test_a_question_is_read_out_of_its_text() -> None:
    assert (EDGES.text, EDGES.wrong[0].value) == ("How many edges has a cube?", 6)
    assert (PRIME.letters, PRIME.answer) == ("AB", "B")
    assert PRIME.options[0].why == "1 has one divisor, itself."
    assert texts_of(ASKED) == [("proof", "Why is there no largest prime?")]


def test_a_form_and_a_template_say_no_answer() -> None:
    of_primes = ("primes", "AB", True, "", PRIME.texts)
    assert forms_of([EDGES, PRIME]) == [("edges", "", False, "", ()), of_primes]
    made = template_text([EDGES, PRIME], ASKED)
    assert tomllib.loads(made) == {
        "questions": {"edges": "", "primes": ""}, "observations": {"proof": ""}
    }  # fmt: skip
    assert "Multiply" not in made
    assert "own words" not in template_text([EDGES])
    assert tomllib.loads(answers_text([EDGES, PRIME], ASKED)) == {
        "questions": {"edges": "12", "primes": "B"},
        "observations": {"proof": "Multiply, and add 1."},
    }


def test_each_question_is_a_hidden_check() -> None:
    found = checks_of([EDGES, PRIME], points=2)
    assert [(check.name, check.points) for check in found] == [("edges", 2), ("primes", 2)]
    assert {check.visibility for check in found} == {Visibility.HIDDEN}


def test_each_mistake_has_an_answer_that_shows_it_and_is_one() -> None:
    """Who leaves out the one right statement chooses another: nothing chosen is no answer."""
    shown = {known.name: known.example for known in mistakes_of([EDGES, PRIME])}
    assert shown == {
        "faces_counted": {"edges": 6, "primes": "B"},
        "one_taken_for_prime": {"edges": 12, "primes": shown["one_taken_for_prime"]["primes"]},
        "even_prime_not_seen": {"edges": 12, "primes": "A"},
    }
    assert set(shown["one_taken_for_prime"]["primes"]) == {"A", "B"}


def test_columns_that_go_together_are_found_and_independent_ones_are_not() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((600, 3)), rng.standard_normal((600, 2))
    assert strongest_pair(x, y)[2] < LARGEST_Z
    assert largest_t(x, x, same=True)[2] < LARGEST_T
    y[:, 1] = x[:, 2] + rng.standard_normal(600)
    assert strongest_pair(x, y)[:2] == largest_t(x, y, same=False)[:2] == (2, 1)
    assert strongest_pair(x, y)[2] > LARGEST_Z
    assert largest_t(x, y, same=False)[2] > LARGEST_T


def test_a_distribution_is_told_from_another_one_of_the_same_spread() -> None:
    rng = np.random.default_rng(2)
    normal, uniform = rng.standard_normal(20_000), rng.uniform(-(3**0.5), 3**0.5, 20_000)
    assert follows(normal, normal_cdf)
    assert not follows(uniform, normal_cdf)
    assert is_uniform(uniform, -(3**0.5), 3**0.5)


def test_a_part_of_the_numbers_gives_a_bound_and_the_verdict_is_that_of_all() -> None:
    """Shifted, stretched, cut and with holes, on both sides of what is allowed."""
    rng = np.random.default_rng(3)
    seen, quick = set(), 0
    for k in range(200):
        n = int(rng.integers(drawn_numbers.FEW + 1, 24_000))
        values = rng.standard_normal(n)
        values *= 1.0 + rng.choice([0.0, 0.1]) * rng.uniform(-1, 1)
        values += rng.choice([0.0, 0.08]) * rng.uniform(-1, 1)
        if k % 5 == 0:
            values[: int(n * rng.uniform(0, 0.06))] = rng.choice([0.0, -8.0, 8.0, np.inf])
        if k % 7 == 0:
            values = np.round(values, 1)
        ordered = np.sort(values)
        at = normal_cdf(ordered)
        away = max((np.arange(1, n + 1) / n - at).max(), (at - np.arange(n) / n).max())
        bound = drawn_numbers._at_most_away(ordered, normal_cdf)
        allowed = np.sqrt(np.log(2.0 / drawn_numbers.BOUND) / (2.0 * n))
        assert away <= bound <= away + 0.02
        assert follows(values, normal_cdf) == (away <= allowed)
        seen.add(bool(away <= allowed))
        quick += bound <= allowed
    assert seen == {True, False}
    assert quick > 30
    assert not follows(np.append(values, np.nan), normal_cdf)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("Red4", "#8b0000"), ("#abc", "#aabbcc"), ("#12345600", None), ("0.5 1 1", "#00ffff"),
        ("gray50", "#7f7f7f"), ("/svg/lime", "#00ff00"), ("no colour", None), ("a" * 61, None),
    ],
)  # fmt: skip
def test_a_colour_is_read_as_graphviz_reads_it(text: str, colour: str | None) -> None:
    assert rgb(text) == colour


def test_the_way_of_a_descent_on_any_function_is_told() -> None:
    slopes = np.array([[4.0, 3.0], [2.0, 5.0], [1.0, 4.0], [3.0, 1.0]])
    paces = np.array([[1.0], [0.9], [0.8], [0.7]])
    told = (decays, grows, is_cut, keeps_velocity)
    kept = np.zeros_like(slopes)
    for k, slope in enumerate(slopes):
        kept[k] = slope + (0.5 * kept[k - 1] if k else 0.0)
    one_length = slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    for moves, name in ((paces * slopes, decays), (slopes / paces, grows), (one_length, is_cut),
                        (kept, keeps_velocity), (slopes, None)):  # fmt: skip
        assert [one for one in told if one(moves, slopes)] == ([name] if name else [])


def test_a_run_that_stopped_is_told_from_one_that_changed_its_rate() -> None:
    step = np.array([0.5])
    assert went(lambda n: n * step, 100, [step]) is Went.STEADILY
    assert went(lambda n: min(n, 40) * step, 100, [step]) is Went.STOPPED
    assert went(lambda n: n**0.5 * step, 100, [step]) is Went.OTHERWISE
    for far in (1e308, -1e308, np.nan, np.inf):
        ends = np.full_like(step, far)
        assert went(lambda _, ends=ends: ends, 100, [step]) is Went.OTHERWISE  # type: ignore[misc]
    assert went(lambda n: n * step * 1e-320, 100, [step * 1e-320]) is Went.STEADILY


def test_values_are_compared_in_form_and_numbers() -> None:
    assert same_value([1.0, np.array([np.nan])], (1.0, np.array([np.nan])))
    assert not same_value([1.0], [1.0, 2.0])
    assert agree(1.0 + 1e-9, 1.0)
    assert not agree("one", 1.0)
    assert (finite_or_none(2.0), finite_or_none(np.inf)) == (2.0, None)
    with pytest.raises(Disagreement, match="wrong shape for it"):
        of_shape(np.zeros(3), "`w`", (2,), " for it")
    with pytest.raises(Failed, match="inf or nan"):
        of_shape(np.array([np.nan]), "`w`", (1,))


def test_invented_numbers_are_told_from_a_wrong_version_of_what_is_right() -> None:
    rng = np.random.default_rng(3)
    right = rng.standard_normal((6, 6))
    assert related(-0.5 * right.T, right)
    assert not related(rng.standard_normal((6, 6)), right)


@pytest.mark.parametrize(
    ("expected", "got", "right"),
    [
        (3.0, 3.0, True),
        (3.0, np.nan, False),
        (np.nan, np.nan, True),
        ([], [], []),
        ([1.0, 1e-9], [1.0 + 5e-5, 5e-5], [True, True]),
        ([1.0, np.inf, np.nan], [1.0, np.inf, 0.0], [True, True, False]),
        ([1.0, 2.0], [np.inf, 2.0], [False, True]),
    ],
)
def test_a_tolerance_says_of_each_element_whether_it_is_right(
    expected: object, got: object, right: object
) -> None:
    said = SINGLE.allows(np.asarray(got, dtype=float), np.asarray(expected, dtype=float))
    assert type(said) is np.ndarray
    assert said.tolist() == right
