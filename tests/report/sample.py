"""A class of eight that looks like a real one: `python tests/report/sample.py FOLDER` writes it."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.report import write_reports
from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Curves,
    Diagnosis,
    Evidence,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    Series,
    SourceLine,
    SubmissionResult,
    Table,
    Track,
    Usage,
    Visibility,
)

if TYPE_CHECKING:
    from types import ModuleType


def _sibling(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


land: Any = _sibling("landscapes")

Override = dict[str, Any]

COURSE = """
warm_up|0|Matrices, a neuron, a layer
  warm_up/matrices.py
    1 entry_counts_from_one: `entry(a, i, j)` counts lines and columns from 1
    1 entry_refuses: `entry` raises `IndexError` outside of the matrix
    1 product_by_definition: `matrix_product` is the sum of eq. 5, for any sizes that fit
    1 power_is_exact: `ones_power(3, 400)` is exact
  warm_up/neuron.py
    1 sigmoid_limits: `sigmoid` has the right limits and never overflows
    1 relu_elementwise: `relu` keeps what is positive
    1 forward_matches: `forward(x, w1, w2)` is `relu(x w1) w2`, for one sample and for many
gradient|1|The gradient algorithm
  gradient/gradient.py
    2 gradient_by_formula: `gradient(x, y)` is (∂f/∂x, ∂f/∂y)
    2 descent_steps: `gradient_descent` takes both coordinates from the same point
    1 analytic_minimum: `ANALYTIC_MINIMUM` is where the derivative is 0
    1 converges: The experiment `"converges"` ends within 0.001 of the minimum
    1 diverges: The experiment `"diverges"` leaves every bound
  gradient/gradient_2.py
    2 gradient_by_formula: `gradient(x, y)` of the second function is right, also in the wells
    1 global_minimum: The experiment `"global_minimum"` reaches the deepest well
    1 local_minimum: The experiment `"local_minimum"` ends in another one
random_data|2|Learning random data
  neural_net/learn_random_data.py
    1 data_is_standard_normal: `create_data` draws from the standard normal distribution
    1 forward_matches: `forward` returns `x w1`, its relu, and the prediction
    1 squared_error_is_a_sum: `squared_error` is the sum over samples and outputs (eq. 19)
    3 gradients_match: `gradients` are the derivatives of the squared error
    2 train_follows_gradients: `train` moves both weights against gradients taken before the step
    1 losses_are_recorded: `losses` holds one value before each step, and the last
    2 learns? With `HYPERPARAMETERS`, the training error falls below 1 % of where it started
    1 generalises: `GENERALISES` says whether it carries over to new random data
structured_data|6|Learning structure
  neural_net/create_structured_data.py
    1 function_matches: `input_output_function` is the one of the lecture
    1 noise_has_its_size? The noise has the standard deviation that was asked for
  neural_net/learn_structured_data.py
    2 learns? The test error per sample is below 1 % of the mean of ||y||²
mnist|8|MNIST with Keras
  mnist/learn_net.py
    1 preprocess_scales: `preprocess` gives float32 in [0, 1]
    1 probabilities: The ten outputs of `build_model()` sum to 1
    3 accuracy? More than 97 % of unseen digits are recognised
"""


def course() -> CourseInfo:
    """Return the course, read from the outline above; a `?` marks a hidden check."""
    exercises: list[ExerciseInfo] = []
    file = ""
    for text in COURSE.strip().splitlines():
        if not text.startswith(" "):
            name, number, title = text.split("|")
            empty = ExerciseInfo(
                id=name, number=number, title=title, files=(), max_points=0.0, checks=()
            )
            exercises.append(empty)
            continue
        current = exercises[-1]
        if not text.startswith("    "):
            file = text.strip()
            exercises[-1] = replace(current, files=(*current.files, file))
            continue
        hidden = "? " in text
        head, claim = text.strip().split("? " if hidden else ": ", 1)
        worth, name = head.split()
        check = CheckInfo(
            id=f"{current.id}.{Path(file).stem}.{name}",
            claim=claim,
            max_points=float(worth),
            visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
        )
        exercises[-1] = replace(
            current,
            checks=(*current.checks, check),
            max_points=current.max_points + check.max_points,
        )
    return CourseInfo(
        title="Technical introduction to neural networks",
        digest=hashlib.sha256(b"course").hexdigest(),
        exercises=tuple(exercises),
        backgrounds=(
            land.contours("bowl", (-2.5, 2.5), [4.6, 4.8, 5.2, 6, 7.5, 10, 14, 20, 28, 38, 52]),
            land.contours(
                "wells", (-16.0, 16.0), [-170, -130, -90, -60, -30, -10, 0, 6, 12, 20, 30, 42]
            ),
        ),
    )


def _usual() -> dict[str, Evidence]:
    """Return the evidence that a good submission shows."""
    down = Track(name="yours", points=land.descent("bowl", (-2.0, 1.6), 0.02, 60))
    reference = Track(name="reference", points=down.points, role="reference")
    deep = Track(name="to the global minimum", points=land.descent("wells", (-4, -6), 0.01, 900))
    near = Track(name="to a local one", points=land.descent("wells", (9, 6), 0.01, 900))
    accuracy = tuple(0.978 - 0.2 * 0.55**k for k in range(12))
    return {
        "gradient.gradient.descent_steps": Evidence(
            trajectories=(
                land.trajectories(
                    "bowl", reference, down,
                    title="60 steps with a learning rate of 0.02",
                    summary="Both paths fall into the minimum and lie on each other.",
                ),
            )
        ),
        "gradient.gradient_2.global_minimum": Evidence(
            trajectories=(
                land.trajectories(
                    "wells", deep, near,
                    title="Where your experiments end",
                    summary="One path ends in the deepest well, the other in a local minimum.",
                ),
            )
        ),
        "random_data.learn_random_data.learns": Evidence(
            curves=(
                land.training(land.losses(0.003, 3000), "The error falls from 940 to 1.2."),
            )
        ),
        "random_data.learn_random_data.gradients_match": Evidence(heat_maps=(land.ratios(1.0),)),
        "mnist.learn_net.accuracy": Evidence(
            curves=(
                Curves(
                    title="Learning curve", x_label="epoch", y_label="accuracy",
                    series=(
                        Series(name="on training digits", y=tuple(a + 0.01 for a in accuracy)),
                        Series(name="on unseen digits", y=accuracy, role="reference"),
                    ),
                    summary="Accuracy on unseen digits rises from 77.8 % to 97.8 %.",
                ),
            ),
            heat_maps=(land.confusion(),),
        ),
    }  # fmt: skip


def _result(info: CheckInfo, file: str, override: Override, evidence: Evidence) -> CheckResult:
    outcome = override.get("outcome", Outcome.PASSED)
    earned = info.max_points if outcome is Outcome.PASSED else 0.0
    usual = CheckResult(
        id=info.id, file=file, claim=info.claim, outcome=outcome, points=earned,
        max_points=info.max_points, visibility=info.visibility, wall_seconds=0.012,
        evidence=evidence if outcome is Outcome.PASSED else Evidence(),
    )  # fmt: skip
    return replace(usual, **override)


def submission(
    info: CourseInfo, student: str, slug: str, overrides: dict[str, Override], **more: Any
) -> SubmissionResult:
    """Return a submission in which all passed but what the overrides say, by the id's end."""
    usual = _usual()
    digest = hashlib.sha256(slug.encode()).hexdigest()

    def override(check: CheckInfo) -> Override:
        return next((o for end, o in overrides.items() if end in check.id), {})

    exercises = tuple(
        ExerciseResult(
            id=exercise.id,
            seed=int(digest[:12], 16) + index,
            usage=Usage(wall_seconds=0.42, cpu_seconds=0.4, peak_memory_mib=61.0, calls=38),
            checks=tuple(
                _result(
                    check,
                    next(f for f in exercise.files if Path(f).stem == check.id.split(".")[1]),
                    override(check),
                    usual.get(check.id, Evidence()),
                )
                for check in exercise.checks
            ),
        )
        for index, exercise in enumerate(info.exercises)
    )
    known: Override = {
        "grader_version": "0.1.0", "isolation": "full", "course_digest": info.digest,
        "exercises": exercises, "digest": digest,
    }  # fmt: skip
    return SubmissionResult(student=student, slug=slug, **(known | more))


def _half() -> Override:
    """Return the failed check of a gradient without its factor 2."""
    return {
        "outcome": Outcome.FAILED,
        "message": "`gradients` gives another `grad_w1` than the derivative of the squared error.",
        "expected": "grad_w1[0, 0] = -12.604",
        "got": "grad_w1[0, 0] = -6.302",
        "hint": "Work it out for one sample and one weight on paper, then compare.",
        "diagnoses": (
            Diagnosis(
                name="factor_two_missing", part="grad_w1",
                sentence="Your `grad_w1` is exactly half of the right one: the derivative of"
                " `e²` is `2e`.",
                lecture="Backpropagation, eq. 24",
            ),
        ),
        "evidence": Evidence(
            heat_maps=(land.ratios(0.5),),
            tables=(
                Table(
                    title="The worst three entries",
                    columns=("entry", "yours", "right"),
                    rows=(
                        ("grad_w1[3, 7]", "-41.2207", "-82.4414"),
                        ("grad_w1[0, 2]", "33.1900", "66.3800"),
                        ("grad_w1[0, 0]", "-6.3020", "-12.6040"),
                    ),
                ),
            ),
        ),
    }  # fmt: skip


def _crash() -> Override:
    return {
        "outcome": Outcome.CRASHED,
        "message": "Importing `gradient.py` raised `NameError`: name 'nunpy' is not defined.",
        "traceback": (
            SourceLine(
                file="gradient/gradient.py", line=4, function="<module>",
                code="START = nunpy.array([2.0, 1.0])",
            ),
        ),
        "hint": "The import at the top reads `import numpy as np`.",
        "printed": "loading…\n",
    }  # fmt: skip


def _diverging() -> Override:
    paths = (
        Track(name="yours", points=land.descent("bowl", (-1.2, 1.0), 0.16, 60, factor=1.0)),
        Track(
            name="reference", points=land.descent("bowl", (-1.2, 1.0), 0.04, 60), role="reference"
        ),
    )
    return {
        "outcome": Outcome.FAILED,
        "message": "After step 1 your path differs from `x ← x − α ∇f(x)`.",
        "expected": "(-0.9661, 0.5200)",
        "got": "(-0.9661, 0.6424)",
        "diagnoses": (
            Diagnosis(
                name="coordinates_updated_in_turn",
                sentence="`y` is moved with the gradient at the `x` that has moved already: take"
                " both derivatives first, then move both.",
                lecture="Gradient descent, eq. 23",
            ),
        ),
        "evidence": Evidence(
            trajectories=(
                land.trajectories(
                    "bowl", *paths, title="60 steps from (−1.2, 1)",
                    summary="Your path swings from wall to wall; the reference falls straight.",
                ),
            )
        ),
        "printed": "step 0\nstep 1\nstep 2\n",
    }  # fmt: skip


def _exploding() -> Override:
    values = [940.0 * 1.8**k if k < 230 else float("inf") for k in range(1400)]
    return {
        "outcome": Outcome.FAILED,
        "message": "The training error grew from 940 to 10⁶⁰ and is not a finite number after"
        " step 229.",
        "expected": "at most 9.4 at the end",
        "got": "nan",
        "hint": "Try a tenth of the learning rate.",
        "evidence": Evidence(
            curves=(land.training(values, "Your error explodes; the reference falls to 1."),)
        ),
    }


def _endless() -> Override:
    return {
        "outcome": Outcome.OVER_LIMIT,
        "limit": "time",
        "message": "`ones_power(3, 400)` did not return within 2 seconds.",
        "hint": "Aⁿ is `3ⁿ⁻¹ · A`: no product is needed at all.",
    }


def sample_class() -> ClassResult:
    """Return eight submissions: good ones, wrong ones, broken ones, and one of our own errors."""
    info = course()
    skipped = {
        "outcome": Outcome.SKIPPED,
        "skipped_for": "random_data.learn_random_data.gradients_match",
    }
    ours = {
        "outcome": Outcome.GRADER_ERROR,
        "message": "CheckError: the reference ran out of memory in mnist.accuracy (worker 2)",
    }
    partly = {
        "outcome": Outcome.FAILED,
        "points": 1.5,
        "message": "94.1 % of the unseen digits were recognised; from 97 % on there are full"
        " points.",
    }
    wrong_error = {
        "outcome": Outcome.FAILED,
        "message": "`squared_error` is 64 times too small.",
        "expected": "812.4",
        "got": "12.69",
        "diagnoses": (
            Diagnosis(
                name="mean_for_sum",
                sentence="This is the mean over the samples; the lecture's error is the sum.",
                lecture="Cost, eq. 19",
            ),
        ),
    }
    missing = {"outcome": Outcome.FAILED, "message": "There is no file `mnist/learn_net.py`."}
    students = [
        submission(info, "Ada Lovelace", "ada-lovelace", {}),
        submission(
            info, "Émile Picard", "emile-picard",
            {"gradients_match": _half(), "train_follows": skipped, "data.learns": skipped,
             "accuracy": partly, "ones_power": {}, "power_is": _endless(),
             "gradient.descent": _diverging()},
            notes=("The folder `__MACOSX` was left out.",
                   "`neural_net.ipynb` was read as a notebook: 14 cells of code."),
        ),
        submission(info, "Grace Hopper", "grace-hopper",
                   {"gradient.gradient.": _crash(), "squared_error": wrong_error}),
        submission(info, "Mohammed Al-Khwarizmi", "mohammed",
                   {"gradients_match": _half(), "learn_random_data.learns": _exploding()}),
        submission(info, "נועה לוי", "noa-levi", {"accuracy": ours, "squared_error": wrong_error}),
        submission(info, "Sofia Kovalevskaya", "sofia", {"mnist.": missing, "power": _endless()}),
        submission(info, "Zhang Wei", "zhang-wei", {"gradient.descent": _diverging()}),
        SubmissionResult(
            student="Tim O'Neill", slug="tim", digest="", exercises=(),
            refused="`homework.zip` is not a zip archive: its directory is cut off.",
            grader_version="0.1.0", isolation="full",
        ),
    ]  # fmt: skip
    return ClassResult(course=info, submissions=tuple(students))


if __name__ == "__main__":
    write_reports(sample_class(), Path(sys.argv[1]))
