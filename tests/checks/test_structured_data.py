"""Exercise 6: right solutions of every kind pass, each known mistake is named and costs its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import Misconception
from grader.course.check_modules import load_checks
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, ExerciseResult, Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "neural_net"
DATA, LEARN, BEFORE = "create_structured_data", "learn_structured_data", "learn_random_data"
SLOW = frozenset(["hyperparameters_learn_the_structure"])


@pytest.fixture(scope="module")
def course() -> Course:
    return the_course().only(["structured_data"])


@pytest.fixture(scope="module")
def quick(course: Course) -> Course:
    """Return the course without the check that trains for thousands of steps."""
    exercise = course.exercises[0]
    parts = tuple(
        replace(part, checks=tuple(c for c in part.checks if c.name not in SLOW))
        for part in exercise.parts
    )
    return replace(course, exercises=(replace(exercise, parts=parts),))


def files(tree: str = "solutions", **added: str | None) -> dict[str, bytes]:
    """Return a submission: the files of a tree, with text added at their ends (None: no file)."""
    return {
        f"{FOLDER}/{name}.py": f"{(ROOT / tree / FOLDER / name).with_suffix('.py').read_text()}"
        f"\n{added.get(name, '')}\n".encode()
        for name in (DATA, LEARN, BEFORE)
        if added.get(name, "") is not None
    }


def grade(course: Course, handed_in: dict[str, bytes], salt: bytes = b"salt") -> ExerciseResult:
    judge = Judge(course, launcher(), salt, small_examples=False)
    [result] = judge.grade(Sealed("student", handed_in)).exercises
    assert not [c.message for c in result.checks if c.outcome is Outcome.GRADER_ERROR]
    return result


def by_name(result: ExerciseResult) -> dict[str, CheckResult]:
    return {check.id.rpartition(".")[2]: check for check in result.checks}


def lost(result: ExerciseResult) -> set[str]:
    return {name for name, c in by_name(result).items() if c.outcome is not Outcome.PASSED}


def named(result: ExerciseResult) -> set[str]:
    return {d.name for check in result.checks for d in check.diagnoses}


# ---------------------------------------------------------------------------- right and empty


@pytest.mark.sampled(2)
@pytest.mark.parametrize("salt", [b"", b"one", b"two"])
def test_the_reference_gets_all_points(course: Course, salt: bytes) -> None:
    result = grade(course, files(), salt)
    assert lost(result) == set()
    assert sum(check.points for check in result.checks) == 40


def test_the_stub_gets_no_points_beside_a_solved_exercise_2(course: Course) -> None:
    handed_in = files("assignments") | {f"{FOLDER}/{BEFORE}.py": files()[f"{FOLDER}/{BEFORE}.py"]}
    result = grade(course, handed_in)
    assert {check.outcome for check in result.checks} == {Outcome.FAILED}
    assert sum(check.points for check in result.checks) == 0


def test_a_missing_exercise_2_is_said_and_costs_what_it_does(quick: Course) -> None:
    result = grade(quick, files(learn_random_data=None))
    assert lost(result) == {"own_network_learns", "own_test_error_on_new_samples"}
    assert any("learn_random_data.py is not in what was handed in" in note for note in result.notes)
    assert "`train` is not written yet" in by_name(result)["own_network_learns"].message


def test_a_missing_generator_of_data_costs_its_own_file(quick: Course) -> None:
    result = grade(quick, files(create_structured_data=None))
    kept = {name for name, check in by_name(result).items() if check.points}
    assert len(kept) == 4


OTHER_DATA = {
    "loops": """
def input_output_function(x, noise):
    if np.ndim(x) == 2:
        return [input_output_function(line, own) for line, own in zip(x, noise)]
    return x[3] - x[1] + 2 * x[4] + noise[0], 7 * x[0] - 4 * x[2] + x[5] + noise[1]

def create_data(n_samples, noise_std_dev, rng):
    x = [[5 * rng.standard_normal() for _ in range(6)] for _ in range(n_samples)]
    noise = [rng.normal(scale=noise_std_dev, size=2) for _ in range(n_samples)]
    return x, input_output_function(x, noise)
""",
    "matrix": """
A = np.array([[0, -1, 0, 1, 2, 0], [7, 0, -4, 0, 0, 1]])

def input_output_function(x, noise):
    return np.asfortranarray(x @ A.T + noise)

def create_data(n_samples, noise_std_dev, rng):
    noise = noise_std_dev * rng.standard_normal((2, n_samples)).T
    x = rng.multivariate_normal(np.zeros(6), 25 * np.eye(6), n_samples)
    return x, input_output_function(x, noise)
""",
    "float32": """
def create_data(n_samples, noise_std_dev, rng):
    x = 5 * rng.standard_normal((n_samples, 6), dtype=np.float32)
    noise = noise_std_dev * rng.standard_normal((n_samples, 2), dtype=np.float32)
    return x, np.float32(input_output_function(x, noise))
""",
    "columns": """
def input_output_function(x, noise):
    x0, x1, x2, x3, x4, x5 = np.transpose(x)
    y = np.array([x3 - x1 + 2 * x4, 7 * x0 - 4 * x2 + x5]).T
    print(y.shape)
    return y + noise

def create_data(n_samples, noise_std_dev, rng):
    y, x = np.empty((n_samples, 2)), np.empty((n_samples, 6))
    for k in range(n_samples):
        noise = rng.normal(0, noise_std_dev, 2)
        x[k] = rng.normal(0, 5, 6)
        y[k] = input_output_function(x[k], noise)
    return x, y
""",
}
OTHER_NETWORK = """
def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.normal(0, d_in**-0.5, (d_in, d_hidden))
    return w1, rng.normal(0, d_hidden**-0.5, (d_hidden, d_out))

def train(x, y, w1, w2, learning_rate, steps):
    x, y, w1, w2 = (np.float32(a) for a in (x, y, w1, w2))
    losses = []
    for _ in range(steps + 1):
        h = np.maximum(x @ w1, 0)
        e = h @ w2 - y
        losses.append(np.sum(e**2))
        g1, g2 = x.T @ ((2 * e @ w2.T) * (h > 0)), 2 * h.T @ e
        old = w1, w2
        w1, w2 = w1 - np.float32(learning_rate) * g1, w2 - np.float32(learning_rate) * g2
    return *old, losses

HYPERPARAMETERS = {"d_hidden": np.int64(8), "learning_rate": np.float32(2e-5), "steps": 1e4}
GENERALISES = np.bool_(True)
"""


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", OTHER_DATA)
def test_another_right_generator_gets_all_points(quick: Course, name: str) -> None:
    assert lost(grade(quick, files(**{DATA: OTHER_DATA[name]}))) == set()


def test_another_right_network_gets_all_points(course: Course) -> None:
    assert lost(grade(course, files(**{LEARN: OTHER_NETWORK}))) == set()


# ---------------------------------------------------------------------------- known mistakes

ONE, BATCH, NOISE = "outputs_of_one_sample", "outputs_of_a_batch", "noise_is_added_to_the_outputs"
SPREAD, APART = "inputs_have_the_standard_deviation_5", "inputs_are_independent"
BELONG, STD = "outputs_belong_to_the_inputs", "noise_has_the_standard_deviation_asked_for"
SHAPE = "create_data_has_a_line_for_each_sample"
OWN, FROM = "noise_is_independent", "data_come_from_the_generator"

F = "def input_output_function(x, noise):\n    x, noise = np.asarray(x), np.asarray(noise)\n    "
PLAIN = "[x[..., 3] - x[..., 1] + 2 * x[..., 4], 7 * x[..., 0] - 4 * x[..., 2] + x[..., 5]]"
STACK = "np.stack({}, axis=-1)".format
Y = STACK(PLAIN)
C = "def create_data(n_samples, noise_std_dev, rng):\n    n, s = n_samples, noise_std_dev\n    "
X = "x = rng.normal(0, 5, (n, 6))\n    "
OUT = "return x, input_output_function(x, rng.normal(0, s, (n, 2)))"


def formula(old: str, new: str) -> str:
    assert old in PLAIN
    return f"{F}return {STACK(PLAIN.replace(old, new))} + noise"


def inputs(draw: str) -> str:
    return f"{C}x = {draw}\n    {OUT}"


def noise(draw: str) -> str:
    return f"{C}{X}return x, input_output_function(x, {draw})"


MISTAKES: dict[str, tuple[str, set[str]]] = {
    "counted_from_one": (
        F + "x = np.roll(x, 1, axis=-1)\n    return " + Y + " + noise",
        {ONE},
    ),
    "inputs_in_order": (
        F + "a, b, c, d, e, f = np.moveaxis(x, -1, 0)\n"
        "    return np.stack([a - b + 2 * c, 7 * d - 4 * e + f], axis=-1) + noise",
        {ONE},
    ),
    "plus_for_minus_in_the_first": (formula("- x[..., 1]", "+ x[..., 1]"), {ONE}),
    "difference_turned_round": (formula("x[..., 3] - x[..., 1]", "x[..., 1] - x[..., 3]"), {ONE}),
    "plus_for_minus_in_the_second": (formula("- 4 * x", "+ 4 * x"), {ONE}),
    "factor_of_a_column_missing": (formula("2 * x", "x"), {ONE}),
    "outputs_swapped": (F + f"return ({Y} + noise)[..., ::-1]", {ONE, NOISE}),
    "batch_of_columns": (F + f"return ({Y} + noise).T", {BATCH}),
    "lines_for_columns": (
        F + "return np.array([x[3] - x[1] + 2 * x[4], 7 * x[0] - 4 * x[2] + x[5]]) + noise",
        {BATCH},
    ),
    "noise_left_out": (F + f"return {Y}", {NOISE}),
    "noise_added_twice": (F + f"return {Y} + 2 * noise", {NOISE}),
    "noise_taken_off": (F + f"return {Y} - noise", {NOISE}),
    "noise_as_a_factor": (F + f"return {Y} * (1 + noise)", {NOISE}),
    "one_noise_for_both_outputs": (F + f"return {Y} + noise[..., :1]", {NOISE}),
    "noise_swapped": (F + f"return {Y} + noise[..., ::-1]", {NOISE}),
    "noise_from_elsewhere": (
        F + f"return {Y} + noise + np.random.normal(0, 0.5, noise.shape)",
        {ONE, BATCH, NOISE},
    ),
    "inputs_uniform": (inputs("rng.uniform(-5, 5, (n, 6))"), {SPREAD}),
    "inputs_standard_normal": (inputs("rng.standard_normal((n, 6))"), {SPREAD}),
    "variance_5_for_spread_5": (inputs("rng.normal(0, 5**0.5, (n, 6))"), {SPREAD}),
    "spread_25_for_5": (inputs("rng.normal(0, 5**2, (n, 6))"), {SPREAD}),
    "inputs_off_centre": (inputs("rng.normal(5, 5, (n, 6))"), {SPREAD}),
    "inputs_whole_numbers": (inputs("rng.integers(-8, 9, (n, 6))"), {SPREAD}),
    "same_inputs_in_every_sample": (
        inputs("np.tile(rng.normal(0, 5, 6), (n, 1))"),
        {SPREAD, APART},
    ),
    "outputs_of_other_inputs": (C + X + OUT.replace("n(x,", "n(rng.normal(0, 5, (n, 6)),"), set()),
    "noise_where_none_was_asked_for": (
        noise("rng.normal(0, s, (n, 2)) + rng.normal(0, 0.05, (n, 2))"),
        {BELONG},
    ),
    "noise_never_drawn": (noise("np.zeros((n, 2))"), {STD, OWN}),
    "noise_of_the_square_root": (noise("rng.normal(0, s**0.5, (n, 2))"), {STD}),
    "noise_of_the_square": (noise("rng.normal(0, s**2, (n, 2))"), {STD}),
    "noise_from_both_places": (
        C + X + OUT.replace("return x, ", "y = ") + "\n    return x, y + rng.normal(0, s, (n, 2))",
        {STD},
    ),
    "noise_on_the_inputs": (
        C + X + "return x, input_output_function(x + rng.normal(0, s, (n, 6)), np.zeros((n, 2)))",
        {STD},
    ),
    "noise_of_a_spread_of_its_own": (noise("rng.normal(0, 0.05, (n, 2))"), {STD, BELONG}),
    "noise_uniform": (noise("rng.uniform(-s, s, (n, 2))"), {STD}),
    "noise_shared_by_both_outputs": (noise("np.tile(rng.normal(0, s, (n, 1)), 2)"), {OWN}),
    "noise_for_all_samples_the_same": (
        noise("np.tile(rng.normal(0, s, 2), (n, 1))"),
        {OWN},
    ),
    "own_seed": (C + "rng = np.random.default_rng(1)\n    " + X + OUT, {FROM}),
    "global_randomness": (inputs("np.random.normal(0, 5, (n, 6))"), {FROM}),
}
# Without a structure, nothing but its own draw is right about the outputs.
ALSO = {"outputs_of_other_inputs": {BELONG, STD}}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_known_mistake_is_named_and_costs_its_own_checks(quick: Course, name: str) -> None:
    source, costs = MISTAKES[name]
    result = grade(quick, files(**{DATA: source}))
    assert lost(result) == costs | ALSO.get(name, set())
    assert name in named(result)
    for check in result.checks:
        assert len(check.diagnoses) <= 2
        assert check.message or check.points


# ---------------------------------------------------------------------------- choices

TRAINED, LARGE = "hyperparameters_learn_the_structure", "network_is_large_enough"
CHOICES = {
    "too_few_hidden_units": ('{"d_hidden": 2, "learning_rate": 5e-5, "steps": 2000}', {LARGE}),
    "rate_too_large": ('{"d_hidden": 6, "learning_rate": 1e-3, "steps": 500}', set()),
    "at_the_edge_of_stability": (
        '{"d_hidden": 4, "learning_rate": 8.5e-5, "steps": 3000}',
        set(),
    ),
    "learned_by_heart": ('{"d_hidden": 64, "learning_rate": 5e-6, "steps": 4000}', set()),
    "rate_too_small": ('{"d_hidden": 6, "learning_rate": 1e-6, "steps": 500}', set()),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", CHOICES)
def test_a_wrong_choice_is_named(course: Course, name: str) -> None:
    value, costs = CHOICES[name]
    result = grade(course, files(**{LEARN: f"HYPERPARAMETERS = {value}"}))
    assert lost(result) == {TRAINED} | costs
    assert [d.name for d in by_name(result)[TRAINED].diagnoses] == [name]


def test_three_hidden_neurons_are_told_why_four_are_needed(quick: Course) -> None:
    source = 'HYPERPARAMETERS = {"d_hidden": 3, "learning_rate": 2e-5, "steps": 5000}'
    check = by_name(grade(quick, files(**{LEARN: source})))[LARGE]
    assert "z = relu(z) - relu(-z)" in check.diagnoses[0].sentence


STARTS = {
    "all_units_start_equal": "np.ones((d_in, d_hidden)), np.ones((d_hidden, d_out))",
    "starts_with_zeros": "np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))",
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", STARTS)
def test_a_start_from_which_nothing_is_learned_is_named(course: Course, name: str) -> None:
    source = f"def init_weights(d_in, d_hidden, d_out, rng):\n    return {STARTS[name]}"
    chosen = 'HYPERPARAMETERS = {"d_hidden": 6, "learning_rate": 1e-5, "steps": 2000}'
    result = grade(course, files(learn_structured_data=f"{source}\n{chosen}"))
    assert lost(result) == {TRAINED}
    assert named(result) == {name}


def test_a_start_that_knows_the_answer_is_no_learning(course: Course) -> None:
    source = """
def init_weights(d_in, d_hidden, d_out, rng):
    a = np.array([[0, 7], [-1, 0], [0, -4], [1, 0], [2, 0], [0, 1]])
    return np.hstack([a, -a]), np.vstack([np.eye(2), -np.eye(2)])
HYPERPARAMETERS = {"d_hidden": 4, "learning_rate": 1e-9, "steps": 1}
"""
    result = grade(course, files(learn_structured_data=source))
    assert lost(result) == {TRAINED}
    assert named(result) == {"answer_in_the_start"}


def test_five_bad_minima_are_no_matter_of_size_or_rate() -> None:
    learning: Any = load_checks(ROOT, "structured_data", "learning")
    choices: Any = load_checks(ROOT, "structured_data", "wrong_choices")
    losses = np.full((5, 11), 2000.0)
    losses[:, 0] = 100_000.0
    steps = np.arange(0, 101, 10)
    at_rest = learning.Descent(w1=losses, w2=losses, losses=losses, new_losses=losses, steps=steps)
    learned = learning.Learned(at_rest, best=0, size=1800.0, own=True)
    chosen = {"d_hidden": 4, "learning_rate": 2e-5, "steps": 100}
    known = [one for one in vars(choices).values() if isinstance(one, Misconception)]
    names = [one.name for one in known if one.wrong(learned, chosen)]
    assert names == ["bad_minimum_from_every_start"]
    shown: Any = load_checks(ROOT, "structured_data", "check_learn_structured_data")
    figures: list[Any] = []
    case: Any = SimpleNamespace(show=figures.append)
    shown.show(case, learned, "t")
    (training, test), table = figures[0].series, figures[1]
    assert (training.lower[0], training.upper[-1], test.y[0]) == (100_000 / 64, 2000 / 64, 3125)
    assert len(table.rows) == 5
    assert "5 starts end at 31.25 per sample. The best counts" in figures[0].summary


def test_saying_that_it_does_not_generalise_is_answered_with_numbers(quick: Course) -> None:
    result = grade(quick, files(**{LEARN: "GENERALISES = False"}))
    assert lost(result) == {"says_whether_it_generalises"}
    check = by_name(result)["says_whether_it_generalises"]
    assert "carries over" in check.message
    assert check.evidence.curves


TIMES = "_right = gradients\ndef gradients(*a):\n    return tuple({} * g for g in _right(*a))"
WRONG_BEFORE = {
    "factor two": TIMES.format("0.5"),
    "sign": TIMES.format("-1"),
    "error": "def squared_error(y_pred, y_true):\n    return np.mean((y_pred - y_true) ** 2)",
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", WRONG_BEFORE)
def test_what_exercise_2_has_cost_costs_nothing_again(quick: Course, name: str) -> None:
    assert lost(grade(quick, files(**{BEFORE: WRONG_BEFORE[name]}))) == set()


def test_every_known_mistake_is_tested(course: Course) -> None:
    known = {m.name for part in course.exercises[0].parts for m in part.misconceptions}
    seen = {"bad_minimum_from_every_start", "answer_in_the_start"}
    assert known == MISTAKES.keys() | CHOICES.keys() | STARTS.keys() | seen
