"""After the checks: the smallest input that fails in the same way, and nothing else changes."""

from __future__ import annotations

import functools
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks.small_inputs import (
    MOST_CALLS,
    MOST_NUMBERS,
    RightRefusal,
    SmallInputs,
    count_of_numbers,
)
from grader.errors import UsageError
from grader.intake.sealed import Sealed
from grader.judge import Judge, grade
from grader.judge.shrinking import ResultsWithExamples, add_small_examples, reproduce
from grader.judge.shrinking.budget import SLEPT_SECONDS, SearchBudget
from grader.results import Outcome, Visibility
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.course import Part
    from grader.results import CheckResult, ExerciseResult

NEURON, NETWORK = "warm_up/neuron.py", "neural_net/learn_random_data.py"
SALT = b"small"


def solution(file: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """Return a file of the solutions with some of its text replaced."""
    text = (the_course().root / "solutions" / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {file: text.encode()}


def graded(
    number: str, files: Mapping[str, bytes], salt: bytes = SALT, **limits: Any
) -> ExerciseResult:
    """Grade an exercise of a submission, perhaps with other limits."""
    course = the_course().only([number])
    [exercise] = course.exercises
    exercise = replace(exercise, limits=replace(exercise.limits, **limits))
    judge = Judge(replace(course, exercises=(exercise,)), launcher(), salt)
    [result] = judge.grade(Sealed("ada", dict(files))).exercises
    return result


def failed(result: ExerciseResult) -> dict[str, CheckResult]:
    """Return the checks that did not pass, by their names."""
    return {
        one.id.rpartition(".")[2]: one
        for one in result.checks
        if one.outcome not in (Outcome.PASSED, Outcome.SKIPPED)
    }


def part_of(exercise: str, file: str) -> Part:
    [found] = [
        p for e in the_course().exercises if e.id == exercise for p in e.parts if p.file == file
    ]
    return found


def small_of(exercise: str, file: str, function: str) -> SmallInputs:
    return next(s for s in part_of(exercise, file).small_inputs if s.of == function)


HALF = ("output_slope = 2 * (y_pred - y)", "output_slope = y_pred - y")
LEAKY = ("np.maximum(z, 0)", "np.where(z > 0, z, 0.5)")


@functools.cache
def half() -> ExerciseResult:
    """Return exercise 2 of a submission whose gradients lack the factor 2."""
    return graded("2", solution(NETWORK, HALF))


# ---------------------------------------------------------------------------- what is found


def test_the_example_is_small_and_says_what_is_true() -> None:
    check = failed(half())["gradient_of_w1"]
    assert check.small is not None
    assert check.small.numbers == 4
    arguments = [eval(text, {"np": np}) for text in check.small.arguments]  # noqa: S307
    assert count_of_numbers(arguments) == 4
    x, y, w1, w2 = arguments
    # By pencil and paper: one sample, one neuron of each kind.
    right = x.T @ (2 * (np.maximum(x @ w1, 0) @ w2 - y) @ w2.T * (x @ w1 > 0))
    assert right.any()
    assert check.small.part == "grad_w1"
    assert float(check.small.expected.strip("[]")) == pytest.approx(right.item())
    assert float(check.small.got.strip("[]")) == pytest.approx(right.item() / 2)
    assert check.small.by_hand[-1].endswith(f"= {right.item():g}".replace("-", "−"))


def test_each_check_shows_the_part_that_it_judges() -> None:
    found = failed(half())
    assert found["gradient_of_w2"].small is not None
    assert found["gradient_of_w2"].small.part == "grad_w2"
    assert found["gradient_of_w2"].small.entry == "grad_w2[0, 0]"


def test_a_hidden_check_shows_only_public_inputs_whatever_it_was_asked() -> None:
    other = graded("2", solution(NETWORK, HALF), b"another salt")
    public = [
        str([text.replace("np.", "") for text in map(repr, call)])
        for call in small_of("random_data", NETWORK, "gradients").calls()
    ]
    hidden = [c for c in failed(half()).values() if c.visibility is Visibility.HIDDEN and c.small]
    assert hidden
    for check in hidden:
        assert check.small == failed(other)[check.id.rpartition(".")[2]].small
        assert check.small is not None
        values = [eval(text, {"np": np}) for text in check.small.arguments]  # noqa: S307
        assert str(list(map(repr, values))) in public


def test_the_same_mistake_is_named_on_the_small_input() -> None:
    """The mean over one sample is right: the example has more of them."""
    files = solution(NETWORK, ("return x.T @ hidden_slope", "return x.T @ hidden_slope / len(x)"))
    check = failed(graded("2", files))["gradient_of_w1"]
    assert [d.name for d in check.diagnoses] == ["mean_over_samples"]
    assert check.small is not None
    assert len(eval(check.small.arguments[0], {"np": np})) == 2  # noqa: S307


def test_a_crash_is_shown_by_the_same_exception() -> None:
    files = solution(NEURON, ("np.maximum(z, 0)", "np.maximum(z, 0) if z < 0 else z"))
    check = failed(graded("0", files))["relu_of_each_element"]
    assert check.outcome is Outcome.CRASHED
    assert check.small is not None
    assert check.small.got == "ValueError"
    assert check.small.arguments[0].startswith("np.array([")


@pytest.mark.parametrize(
    "body",
    [
        'raise NotImplementedError("relu: write me")',
        "return None",
        "import os; os._exit(3)",
        "import time; time.sleep(60)",
    ],
)
def test_where_nothing_can_be_shown_nothing_is_and_the_verdict_stands(body: str) -> None:
    files = solution(NEURON, ("return np.maximum(z, 0)", body))
    check = failed(graded("0", files, call_seconds=1.0))["relu_of_each_element"]
    assert check.outcome is not Outcome.GRADER_ERROR
    assert check.small is None
    assert check.source is not None
    assert body in "\n".join(check.source.code)


# ---------------------------------------------------------------------------- nothing else changes


HOSTILE = """
import os
import numpy as np
calls = 0

def relu(z):
    global calls
    calls += 1
    if np.all(z == np.round(z)) and np.size(z) < 3 and np.any(z):
        os._exit(1)
    return np.maximum(z, 0.5)
"""


@pytest.mark.parametrize(
    "files", [solution(NEURON, LEAKY), {NEURON: HOSTILE.encode()}], ids=["wrong", "hostile"]
)
def test_verdicts_points_and_usage_are_those_without_a_search(
    files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_search(*given: Any) -> ResultsWithExamples:
        return ResultsWithExamples(tuple(given[3]))

    whole = graded("0", files)
    monkeypatch.setattr(grade, "add_small_examples", no_search)
    bare = graded("0", files)

    def verdicts(result: ExerciseResult) -> list[Any]:
        return [
            (c.id, c.outcome, c.points, c.message, c.diagnoses, c.printed, c.confidential)
            for c in result.checks
        ]

    assert verdicts(whole) == verdicts(bare)
    assert (whole.usage.calls, whole.usage.restarts) == (bare.usage.calls, bare.usage.restarts)
    assert whole.notes == bare.notes
    assert all(c.small is None and c.source is None for c in bare.checks)


def test_an_error_of_ours_in_the_search_leaves_the_verdicts_and_tells_the_instructor() -> None:
    exercise = the_course().only(["0"]).exercises[0]
    result = failed(graded("0", solution(NEURON, LEAKY)))["relu_of_each_element"]
    bare = replace(result, small=None, source=None)

    class Broken:
        launcher = launcher()

        def open(self, *_: Any) -> Any:
            raise ZeroDivisionError("ours")

    work = SimpleNamespace(programs={}, ended={})
    found: Any = SimpleNamespace(sealed=None, work=work)
    broken: Any = Broken()
    failures: Any = {bare.id: SimpleNamespace(function="relu")}
    looked = add_small_examples(broken, exercise, found, [bare], failures)
    assert looked.results == (bare,)
    assert "No small failing inputs" in looked.notes[0]


def test_a_confidential_check_is_left_as_it_is() -> None:
    exercise = the_course().only(["0"]).exercises[0]
    result = failed(graded("0", solution(NEURON, LEAKY)))["relu_of_each_element"]
    secret = replace(result, small=None, source=None, confidential=True)

    class Closed:
        launcher = launcher()

        def open(self, *_: Any) -> Any:
            raise AssertionError("nothing is to be asked")

    closed: Any = Closed()
    nothing: Any = SimpleNamespace(sealed=None, work=None)
    failures: Any = {secret.id: SimpleNamespace(function="relu")}
    looked = add_small_examples(closed, exercise, nothing, [secret], failures)
    assert looked == ResultsWithExamples((secret,))


def test_the_budget_counts_processor_time_and_the_whole_of_a_call_that_sleeps() -> None:
    budget = SearchBudget(1.0)
    budget.spend((0.0, 0.0), (SLEPT_SECONDS / 2, 0.01))  # it waited: another process was running
    assert budget.left == pytest.approx(0.99)
    budget.spend((1.0, 1.0), (1.5, 1.01))
    assert budget.left == pytest.approx(0.49)


# ---------------------------------------------------------------------------- the recipe


ALL = [
    (exercise, part, small)
    for exercise in the_course().exercises
    for part in exercise.parts
    for small in part.small_inputs
]


@pytest.mark.parametrize(
    ("part", "small"), [(p, s) for _, p, s in ALL], ids=[f"{p.file}-{s.of}" for _, p, s in ALL]
)
def test_inputs_are_few_and_small(part: Part, small: SmallInputs) -> None:
    del part
    calls = small.calls()
    assert len(calls) <= MOST_CALLS
    counts = [count_of_numbers(call) for call in calls]
    assert max(counts, default=0) <= MOST_NUMBERS
    assert counts == sorted(counts)
    assert len({repr(call) for call in calls}) == len(calls)


WORKED = [(part, small) for _, part, small in ALL if small.by_hand is not None]


@pytest.mark.parametrize(("part", "small"), WORKED, ids=[f"{p.file}-{s.of}" for p, s in WORKED])
def test_each_working_ends_with_the_right_number(part: Part, small: SmallInputs) -> None:
    worked = 0
    for number in range(1, len(small.calls()) + 1):
        right = small.right(part.reference, number)
        if right is None or isinstance(right, RightRefusal):
            continue
        for name, array in small.named_parts(right):
            for at in np.ndindex(np.shape(array)):
                last = small.worked(number, name, at)[-1].rpartition(" = ")[2]
                found = float(last.replace("−", "-"))
                assert found == pytest.approx(np.asarray(array)[at], rel=1e-4, abs=1e-3), name
                worked += 1
    assert worked


def test_no_input_is_at_a_corner_or_gives_what_is_not_finite() -> None:
    """There the slope of a relu may be taken as 0 or as 1, and no answer is wrong."""
    reference = ModuleType("reference")
    vars(reference).update(slope=lambda z: float(z > 0), log=lambda z: float(np.log(z)))
    slope = SmallInputs("slope", ({"z": (0.0, 1.0, -1.0)},))
    assert [call[0] for call in slope.calls()] == [0.0, 1.0, -1.0]
    assert [slope.right(reference, number) for number in (1, 2, 3)] == [None, 1.0, 0.0]
    log = SmallInputs("log", ({"z": (0.0, 1.0)},))
    assert [log.right(reference, number) for number in (1, 2)] == [None, 0.0]


def test_an_index_that_is_not_there_is_refused() -> None:
    part, small = (
        part_of("warm_up", "warm_up/matrices.py"),
        small_of("warm_up", "warm_up/matrices.py", "entry"),
    )
    refused = [
        (call, right)
        for number, call in enumerate(small.calls(), 1)
        if isinstance(right := small.right(part.reference, number), RightRefusal)
    ]
    assert refused
    for (a, i, j), right in refused:
        assert not (1 <= i <= len(a) and 1 <= j <= len(a[0]))
        assert right == RightRefusal("IndexError")


# ---------------------------------------------------------------------------- again


def again(name: str, files: Mapping[str, bytes]) -> Any:
    course = the_course()
    judge = Judge(course, launcher(), public_only=True)
    return reproduce(judge, course, judge.prepare(Sealed("ada", dict(files))), name)


def test_the_call_of_an_example_can_be_made_again() -> None:
    check = failed(half())["gradient_of_w1"]
    assert check.small is not None
    done = again(check.small.id, solution(NETWORK, HALF))
    assert done.arguments == check.small.arguments
    assert done.wrong is not None
    assert (done.wrong.got, done.wrong.expected) == (check.small.got, check.small.expected)
    repaired = again(check.small.id, solution(NETWORK))
    assert repaired.wrong is None
    assert repaired.error is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("warm_up.neuron.rely.3", "Did you mean `warm_up.neuron.relu`?"),
        ("warm_up.neuron.relu.4000", "have the numbers 1 to"),
        ("nonsense", "There is no example"),
    ],
)
def test_an_example_that_is_not_there_is_said_in_a_sentence(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        again(name, solution(NEURON))


# ---------------------------------------------------------------------------- the source


def test_the_source_is_that_of_the_last_definition_without_its_docstring() -> None:
    first = "def relu(z):\n    return z\n\n\n"
    last = 'def relu(z):\n    """Say.\n\n    More.\n    """\n    return z  # wrong\n'
    check = failed(graded("0", {NEURON: (first + last).encode()}))
    source = check["relu_of_each_element"].source
    assert source is not None
    assert source.file == NEURON
    assert source.numbers == (5, 10)
    assert source.code == ("def relu(z):", "    return z  # wrong")
