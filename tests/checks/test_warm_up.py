"""The checks of exercise 0 are themselves checked, on whole submissions graded by the judge."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import CheckResult

ROOT = Path(__file__).parents[2]
COURSE = the_course().only(["warm_up"])
FILES = {"matrices": "warm_up/matrices.py", "neuron": "warm_up/neuron.py"}
SOURCES = {stem: (ROOT / "solutions" / file).read_text("utf-8") for stem, file in FILES.items()}


def grade(sources: dict[str, str], salt: bytes = b"") -> dict[str, CheckResult]:
    """Grade a submission of these files; return its checks by ``stem.name``."""
    files = {FILES[stem]: source.encode() for stem, source in sources.items()}
    result = Judge(COURSE, launcher(), salt).grade(Sealed("student", files))
    checks = {check.id.partition(".")[2]: check for check in result.exercises[0].checks}
    return {name: check for name, check in checks.items() if name.split(".")[0] in sources}


def changed(stem: str, override: str) -> dict[str, CheckResult]:
    """Grade the reference with definitions that take the place of its own."""
    return grade({stem: f"{SOURCES[stem]}\n\n{override}\n"})


def lost(checks: dict[str, CheckResult]) -> set[str]:
    """Return the names of the checks that did not pass; an error of ours is never among them."""
    assert all(check.outcome is not Outcome.GRADER_ERROR for check in checks.values())
    return {
        name.split(".")[1] for name, check in checks.items() if check.outcome is not Outcome.PASSED
    }


def named(checks: dict[str, CheckResult]) -> set[str]:
    """Return the names of all mistakes that were diagnosed."""
    return {diagnosis.name for check in checks.values() for diagnosis in check.diagnoses}


@pytest.mark.parametrize("salt", [b"", b"one", b"two", b"three"])
def test_the_reference_gets_every_point(salt: bytes) -> None:
    checks = grade(SOURCES, salt)
    assert lost(checks) == set()
    assert sum(check.points for check in checks.values()) == 20


def test_the_stub_fails_every_check_and_is_told_that_it_is_not_written() -> None:
    stubs = {s: (ROOT / "assignments" / file).read_text("utf-8") for s, file in FILES.items()}
    for check in grade(stubs).values():
        assert check.outcome is Outcome.FAILED
        assert "not written yet" in check.message


def test_a_hint_on_single_samples_is_given_only_where_shapes_are_the_matter() -> None:
    files = {FILES["matrices"]: b"x = 1"}
    result = Judge(COURSE, launcher(), b"").grade(Sealed("student", files))
    missing = [c for c in result.exercises[0].checks if c.file == FILES["neuron"]]
    nameless = changed("neuron", "np = None").values()
    assert len(missing) > 5
    assert not [c.id for c in (*missing, *nameless) if "single sample has the shape" in c.hint]
    batches = changed("neuron", "def layer_input(x, w):\n    return np.einsum('ij,jk->ik', x, w)")
    assert "single sample has the shape" in batches["neuron.layer_input_of_one_sample"].hint


ALTERNATIVES = {
    "lists": (
        """
def matrix_product(a, b):
    a, b = a.tolist(), b.tolist()
    if len(a[0]) != len(b): raise ValueError
    return [[sum(s * t for s, t in zip(line, column)) for column in zip(*b)] for line in a]
def ones_power(size, n):
    return tuple((size ** (n - 1),) * size for _ in range(size))
def inner_product(x, w): return [sum(s * t for s, t in zip(x.tolist(), w.tolist()))]
def entry(a, i, j):
    if i < 1 or j < 1: raise IndexError
    return a.tolist()[i - 1][j - 1]
""",
        """
import math
def sigmoid(z):
    if np.ndim(z): return [sigmoid(e) for e in z]
    return 1 / (1 + math.exp(-z)) if z > -700 else 0
def relu(z): return [relu(e) for e in z] if np.ndim(z) else max(float(z), 0)
def layer_input(x, w): return np.dot(x, w).tolist()
def squared_error(y_pred, y_true):
    return sum(e * e for e in (y_pred - y_true).ravel().tolist())
""",
    ),
    "numpy": (
        """
def entry(a, i, j):
    if min(i, j) < 1: raise IndexError("from 1")
    return a[i - 1][j - 1]
def matrix_product(a, b): return np.asfortranarray(a.dot(b))
def ones_power(size, n):
    a = np.ones((size, size), dtype=object) * 1
    a[:] = 1
    power = a
    for _ in range(n - 1): power = power.dot(a)
    return power
def inner_product(x, w): return np.sum(x * w)
""",
        """
def sigmoid(z): return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))
def neuron(x, w): return 1 / (1 + np.exp(-np.dot(x, w.T)))
def relu(z): return np.where(np.array(z) > 0, z, 0)
def layer_input(x, w): return np.einsum("...k,kj->...j", x, w)
def forward(x, w1, w2): return np.maximum(x.dot(w1), 0).dot(w2)
def squared_error(y_pred, y_true): return np.linalg.norm(y_pred - y_true) ** 2
""",
    ),
    "single precision": (
        """
def matrix_product(a, b): return a.astype("f4") @ b.astype("f4")
def inner_product(x, w): return np.float32(x.astype("f4") @ w.astype("f4"))
""",
        """
def sigmoid(z): return 1 / (1 + np.exp(-np.asarray(z, dtype="f4")))
def neuron(x, w): return sigmoid(x @ w)
def relu(z): return np.asarray(z, dtype="f4") * (np.asarray(z) > 0)
def layer_input(x, w): return x.astype("f4") @ w.astype("f4")
def forward(x, w1, w2): return layer_input(relu(layer_input(x, w1)), w2)
def squared_error(y_pred, y_true): return np.sum((y_pred - y_true).astype("f4") ** 2)
""",
    ),
}


@pytest.mark.parametrize("form", ALTERNATIVES)
def test_another_right_solution_gets_every_point(form: str) -> None:
    matrices, neuron = ALTERNATIVES[form]
    sources = {"matrices": SOURCES["matrices"] + matrices, "neuron": SOURCES["neuron"] + neuron}
    assert lost(grade(sources)) == set()


ENTRY = {"entry_counts_from_one"}
OUTSIDE = {"entry_refuses_what_is_outside"}
PRODUCT = {"product_follows_the_definition", "product_of_any_sizes"}
MEET = {"product_refuses_sizes_that_do_not_meet"}
POWER = {"power_of_ones", "power_of_ones_is_exact"}
INNER = {"inner_product_is_a_sum_of_products"}
SIZES = "    if a.shape[1] != b.shape[0]: raise ValueError\n    "
IN = "    if not (0 < i <= len(a) and 0 < j <= len(a[0])): raise IndexError\n    "
IN_MATRICES = {
    "counted_from_zero": ("def entry(a, i, j): return a[i, j]", ENTRY | OUTSIDE),
    "line_and_column_swapped": (f"def entry(a, i, j):\n{IN}return a[j - 1, i - 1]", ENTRY),
    "swapped_and_from_zero": ("def entry(a, i, j): return a[j, i]", ENTRY | OUTSIDE),
    "negative_index_wraps": ("def entry(a, i, j): return a[i - 1, j - 1]", OUTSIDE),
    "product_of_elements": ("def matrix_product(a, b): return a * b", PRODUCT | MEET),
    "factors_swapped": (f"def matrix_product(a, b):\n{SIZES}return b @ a", PRODUCT),
    "product_transposed": (f"def matrix_product(a, b):\n{SIZES}return (a @ b).T", PRODUCT),
    "lines_by_lines": (f"def matrix_product(a, b):\n{SIZES}return a @ b.T", PRODUCT),
    "columns_by_columns": (f"def matrix_product(a, b):\n{SIZES}return a.T @ b", PRODUCT),
    "last_term_alone": (
        f"def matrix_product(a, b):\n{SIZES}return a[:, -1:] @ b[-1:]",
        PRODUCT,
    ),
    "exponent_off_by_one": ("def ones_power(size, n): return [[size**n] * size] * size", POWER),
    "power_of_each_element": ("def ones_power(size, n): return np.ones((size, size)) ** n", POWER),
    "multiple_of_ones": ("def ones_power(size, n): return n * np.ones((size, size))", POWER),
    "base_and_exponent_swapped": (
        "def ones_power(size, n): return [[n ** (size - 1)] * size] * size",
        POWER,
    ),
    "products_not_summed": ("def inner_product(x, w): return x * w", INNER),
    "every_x_by_every_w": ("def inner_product(x, w): return np.outer(x, w)", INNER),
}
SIGMOID = {"sigmoid_of_each_element", "sigmoid_far_from_zero"}
FAR = {"sigmoid_far_from_zero"}
NEURON = {"neuron_output"}
RELU = {"relu_of_each_element"}
LAYER = {"layer_input_of_a_batch", "layer_input_of_one_sample"}
FORWARD = {"forward_of_a_batch", "forward_of_one_sample"}
ERROR = {"squared_error_is_a_sum"}
NEURON_OF = "def neuron(x, w): return "
FORWARD_OF = "def forward(x, w1, w2): return "
ERROR_OF = "def squared_error(y_pred, y_true): return "
IN_NEURON = {
    # Of one number it is always 1, so that it costs `neuron` too: it goes with a wrong one.
    "softmax_for_sigmoid": ("def sigmoid(z): return np.exp(z) / np.exp(z).sum()", SIGMOID),
    "sigmoid_falls": ("def sigmoid(z): return 1 / (1 + np.exp(z))", SIGMOID),
    "tanh_for_sigmoid": ("def sigmoid(z): return np.tanh(z)", SIGMOID),
    "sigmoid_overflows": ("def sigmoid(z): return np.exp(z) / (1 + np.exp(z))", FAR),
    "sigmoid_overflows_below": (
        "def sigmoid(z): return 1 - np.exp(-z) / (1 + np.exp(-z))",
        FAR,
    ),
    "slope_of_the_sigmoid": (
        "def sigmoid(z): return np.exp(-abs(z)) / (1 + np.exp(-abs(z))) ** 2",
        SIGMOID | FAR,
    ),
    "neuron_without_sigmoid": (f"{NEURON_OF}x @ w", NEURON),
    "sigmoid_before_the_sum": (f"{NEURON_OF}sum(1 / (1 + np.exp(-x * w)))", NEURON),
    "neuron_without_sum": (f"{NEURON_OF}1 / (1 + np.exp(-x * w))", NEURON),
    "neuron_with_the_slope": (
        f"{NEURON_OF}1 / (2 + np.exp(x @ w) + np.exp(-(x @ w)))",
        NEURON,
    ),
    "neuron_with_relu": (f"{NEURON_OF}max(0, x @ w)", NEURON),
    "relu_as_absolute_value": ("def relu(z): return abs(z)", RELU),
    "leaky_relu": ("def relu(z): return np.maximum(z, 0.01 * z)", RELU),
    "relu_upside_down": ("def relu(z): return np.minimum(0, z)", RELU),
    "step_for_relu": ("def relu(z): return z > 0", RELU),
    "relu_changes_nothing": ("def relu(z): return z", RELU),
    "weights_transposed": ("def layer_input(x, w): return x @ w.T", LAYER),
    "factors_of_layer_swapped": ("def layer_input(x, w): return w @ x", LAYER),
    "forward_without_relu": (f"{FORWARD_OF}x @ w1 @ w2", FORWARD),
    "relu_on_the_output": (f"{FORWARD_OF}np.maximum(np.maximum(x @ w1, 0) @ w2, 0)", FORWARD),
    "relu_on_the_output_alone": (f"{FORWARD_OF}np.maximum(x @ w1 @ w2, 0)", FORWARD),
    "relu_on_the_inputs": (f"{FORWARD_OF}np.maximum(x, 0) @ w1 @ w2", FORWARD),
    "forward_with_sigmoid": (f"{FORWARD_OF}1 / (1 + np.exp(-x @ w1)) @ w2", FORWARD),
    "mean_for_sum": (f"{ERROR_OF}np.mean((y_pred - y_true) ** 2)", ERROR),
    "mean_over_samples": (f"{ERROR_OF}np.sum((y_pred - y_true) ** 2) / len(y_true)", ERROR),
    "root_of_the_sum": (f"{ERROR_OF}np.linalg.norm(y_pred - y_true)", ERROR),
    "half_of_the_sum": (f"{ERROR_OF}0.5 * np.sum((y_pred - y_true) ** 2)", ERROR),
    "absolute_for_squared": (f"{ERROR_OF}np.abs(y_pred - y_true).sum()", ERROR),
    "square_of_the_sum": (f"{ERROR_OF}np.sum(y_pred - y_true) ** 2", ERROR),
    "one_error_for_each_sample": (
        f"{ERROR_OF}((y_pred - y_true) ** 2).sum(axis=-1)",
        ERROR,
    ),
    "errors_not_summed": (f"{ERROR_OF}(y_pred - y_true) ** 2", ERROR),
}


KNOWN = {m.name: m.of for part in COURSE.exercises[0].parts for m in part.misconceptions}


def rounds() -> list[tuple[str, ...]]:
    """Put the mistakes together, one of each function in a round: fewer processes to start."""
    names = [*IN_MATRICES, *IN_NEURON]
    functions = dict.fromkeys(KNOWN[name] for name in names)
    groups = [[name for name in names if KNOWN[name] == function] for function in functions]
    return [tuple(filter(None, found)) for found in zip_longest(*groups)]


@pytest.mark.parametrize("names", rounds(), ids="+".join)
def test_each_mistake_is_named_and_costs_its_own_checks(names: tuple[str, ...]) -> None:
    sources = dict(SOURCES)
    checks: set[str] = set()
    for name in names:
        stem = "matrices" if name in IN_MATRICES else "neuron"
        override, costs = (IN_MATRICES | IN_NEURON)[name]
        sources[stem] += f"\n{override}\n"
        checks |= costs
    found = grade(sources)
    assert lost(found) == checks
    assert set(names) <= named(found)


def test_every_known_mistake_is_tested() -> None:
    assert set(KNOWN) == set(IN_MATRICES) | set(IN_NEURON)


OTHER_FAULTS = [
    # An index error by chance, of the wrong kind, or none where the sizes do not meet.
    (
        "matrices",
        """def matrix_product(a, b):
    (n, p), q = a.shape, b.shape[1]
    return [[sum(a[i, k] * b[k, j] for k in range(p)) for j in range(q)] for i in range(n)]""",
        MEET,
    ),
    ("matrices", "def entry(a, i, j): raise IndexError", ENTRY | OUTSIDE),
    ("matrices", "def matrix_product(a, b): raise ValueError", PRODUCT | MEET),
    # Exact for small exponents only.
    (
        "matrices",
        "def ones_power(size, n): return np.linalg.matrix_power(np.ones((size, size), int), n)",
        {"power_of_ones_is_exact"},
    ),
    ("matrices", "def ones_power(size, n): return [[True] * size] * size", POWER),
    # Written into the caller's array.
    (
        "neuron",
        "def relu(z):\n    z = np.asarray(z)\n    z[z < 0] = 0\n    return z",
        {"arguments"},
    ),
    (
        "neuron",
        "def forward(x, w1, w2):\n    x -= 1\n    return relu((x + 1) @ w1) @ w2",
        {"arguments"},
    ),
    # Only for a batch.
    (
        "neuron",
        "def layer_input(x, w):\n    n, d = x.shape\n    return x @ w",
        {"layer_input_of_one_sample"},
    ),
    # Nothing but constants: no point for `forward` or `neuron` because they agree with each other.
    (
        "neuron",
        """def relu(z): return 0 * z
def forward(x, w1, w2): return 0 * (x @ w1 @ w2)
def sigmoid(z): return 0 * z + 0.5
def neuron(x, w): return 0.5""",
        RELU | FORWARD | SIGMOID | NEURON,
    ),
]


@pytest.mark.parametrize(("stem", "override", "checks"), OTHER_FAULTS)
def test_other_faults_cost_their_own_checks(stem: str, override: str, checks: set[str]) -> None:
    if "arguments" in checks:
        checks = checks - {"arguments"} | {"arguments_stay_as_they_are"}
    assert lost(changed(stem, override)) == checks


def test_a_wrong_relu_or_sigmoid_costs_nothing_where_it_is_used() -> None:
    override = "def relu(z): return np.abs(z)\ndef sigmoid(z): return np.tanh(z)"
    assert lost(changed("neuron", override)) == RELU | SIGMOID


@pytest.mark.sampled(2)
@pytest.mark.parametrize("step", ["element += 1; sleep(1e-3)", "element += 1"])
def test_a_power_that_takes_too_long_is_stopped_and_costs_itself_alone(step: str) -> None:
    override = f"""
from time import sleep
def ones_power(size, n):
    element = 0
    for _ in range(min(size ** (n - 1), 10**10)): {step}
    return [[element] * size] * size
"""
    checks = changed("matrices", override)
    assert lost(checks) == {"power_of_ones_is_exact"}
    assert checks["matrices.power_of_ones_is_exact"].outcome is Outcome.OVER_LIMIT


def test_whatever_comes_is_the_submissions_own_fault_and_earns_nothing() -> None:
    matrices = """
def entry(a, i, j): return {1: a}
def matrix_product(a, b): return [[10**400] * 9] * 2
def ones_power(size, n): return [[1j] * size] * size
def inner_product(x, w): return object()
"""
    neuron = """
def relu(z): return [10**400, "x", None]
def forward(x, w1, w2): return np.ones((900, 900))
def sigmoid(z): return {}
def layer_input(x, w): return [[[]]]
def squared_error(y_pred, y_true): return np.float16("inf")
def neuron(x, w): return [1e400]
"""
    sources = {"matrices": SOURCES["matrices"] + matrices, "neuron": SOURCES["neuron"] + neuron}
    checks = grade(sources)
    lost(checks)
    assert {name for name, check in checks.items() if check.points} == set()
