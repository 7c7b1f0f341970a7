"""Count how often right arithmetic fails and known mistakes pass; `--write` makes the document.

Everything runs in this process: each check gets inputs from a fresh seed and calls the reference
in several right forms (float64, float32, a mixture, sums from the end), and then each known wrong
version in the place of the right function. What is counted is what the checks themselves decide.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import inspect
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

from grader.checks import DOUBLE, SINGLE, Case, Check, Misconception, Tolerance
from grader.course import Part, load_course
from grader.errors import Crashed, SubmissionError
from grader.submission import Returned
from grader.wire import Rng

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "tolerances.md"
SEEDS = 1000
EXERCISES = ("warm_up", "gradient", "random_data")
# Checks that train for thousands of steps are measured apart; those of draws and constants compare
# no numbers with a tolerance.
LEFT_OUT = ("hyperparameters_", "training_makes_", "says_", "experiment_", "data_", "outputs_")
Functions = dict[str, Any]


# ---------------------------------------------------------------------------- right forms


def float32(value: Any) -> Any:
    """Return arrays and floats in single precision, and everything else as it is."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32)
    return np.float32(value) if type(value) is float else value


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function on arguments in single precision."""
    return lambda *arguments: function(*map(float32, arguments))


def mixed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with its first argument alone in single precision."""
    return lambda first, *others: function(float32(first), *others)


def times(a: Any, b: Any) -> Any:
    """Return the product of two matrices in single precision, summed one by one from the end."""
    a, b = np.asarray(a, dtype=np.float32), np.asarray(b, dtype=np.float32)
    total = np.zeros(a.shape[:-1] + b.shape[1:], dtype=np.float32)
    for k in reversed(range(len(b))):
        total += np.multiply.outer(a[..., k], b[k])
    return total


def from_the_end(part: Part) -> Functions:
    """Return the functions of a file as loops that sum in single precision, from the end."""

    def forward(x: Any, w1: Any, w2: Any) -> Any:
        hidden_in = times(x, w1)
        hidden = np.where(hidden_in > 0, hidden_in, np.float32(0))
        parts = hidden_in, hidden, times(hidden, w2)
        return parts[2] if part.file == "warm_up/neuron.py" else parts

    def squared_error(y_pred: Any, y_true: Any) -> Any:
        squares = np.ravel((np.float32(y_pred) - np.float32(y_true)) ** 2)[::-1]
        return np.cumsum(squares, dtype=np.float32)[-1]

    def gradients(x: Any, y: Any, w1: Any, w2: Any) -> Any:
        x, y = np.atleast_2d(x), np.atleast_2d(y)
        hidden_in, hidden, y_pred = forward(x, w1, w2)
        slope = 2 * (y_pred - np.float32(y))
        back = times(slope, np.transpose(w2)) * (hidden_in >= 0)
        return times(x.T, back), times(hidden.T, slope)

    def train(x: Any, y: Any, w1: Any, w2: Any, rate: float, steps: int) -> Any:
        w1, w2, losses = np.float32(w1), np.float32(w2), []
        for step in range(steps + 1):
            losses.append(squared_error(forward(x, w1, w2)[2], y))
            if step < steps:
                grad_w1, grad_w2 = gradients(x, y, w1, w2)
                w1, w2 = w1 - np.float32(rate) * grad_w1, w2 - np.float32(rate) * grad_w2
        return w1, w2, losses

    written: Functions = {
        "forward": forward,
        "squared_error": squared_error,
        "gradients": gradients,
        "train": train,
        "layer_input": times,
        "inner_product": times,
        "test_error": lambda x, y, w1, w2: squared_error(forward(x, w1, w2)[2], y),
    }
    own = {name: function for name, function in written.items() if hasattr(part.reference, name)}
    return {**as_they_are(part), **own}


def as_they_are(part: Part) -> Functions:
    """Return everything that the reference defines."""
    return dict(vars(part.reference))


def wrapped(part: Part, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Functions:
    """Return the reference's functions, each wrapped."""
    return {
        name: wrap(value) if inspect.isfunction(value) else value
        for name, value in vars(part.reference).items()
    }


RIGHT: Mapping[str, Callable[[Part], Functions]] = {
    "float64": as_they_are,
    "float32": lambda part: wrapped(part, in_float32),
    "mixed": lambda part: wrapped(part, mixed),
    "float32, sums from the end": from_the_end,
}


# ---------------------------------------------------------------------------- in this process


class Direct:
    """A session whose runner is this process."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
    ) -> Returned:
        """Call a function on copies of the arguments."""
        del file, seconds, want_arguments
        given = [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]
        try:
            return Returned(self.functions[name](*given), given)
        except Exception as error:
            raise Crashed(f"{name}: {error}", exception=type(error).__name__) from error

    def get(self, file: str, name: str) -> Any:
        """Return a constant."""
        del file
        return self.functions[name]


def holds(part: Part, check: Check, functions: Functions, seed: Sequence[int]) -> bool:
    """Say whether a check passes."""
    session: Any = Direct(functions)
    names_alone = tuple(replace(known, of="") for known in part.misconceptions)
    try:
        with np.errstate(all="ignore"):
            check.run(Case(session, part.file, part.reference, names_alone, seed))
    except SubmissionError:
        return False
    return True


Margins = dict[tuple[float, float], float]


@contextlib.contextmanager
def margins() -> Iterator[Margins]:
    """Collect, for each tolerance, the largest error over what was allowed."""
    found: Margins = {}
    allows = Tolerance.allows

    def spy(tolerance: Tolerance, got: np.ndarray, expected: np.ndarray) -> np.ndarray:
        note(found, tolerance, np.asarray(got, float), np.asarray(expected, float))
        return allows(tolerance, got, expected)

    with mock.patch.object(Tolerance, "allows", spy):
        yield found


def note(found: Margins, tolerance: Tolerance, got: np.ndarray, expected: np.ndarray) -> None:
    """Note how near an answer came to the edge."""
    finite = np.isfinite(expected) & np.isfinite(got)
    if not finite.any():
        return
    scale = float(np.max(np.abs(expected[finite])))
    allowed = tolerance.relative * scale + tolerance.absolute
    error = float(np.max(np.abs(got[finite] - expected[finite])))
    key = tolerance.relative, tolerance.absolute
    if allowed > 0:
        found[key] = max(found.get(key, 0.0), error / allowed)


# ---------------------------------------------------------------------------- counting


@dataclass
class Count:
    """What was counted in one file of the course.

    Attributes
    ----------
    fails : dict of str to int
        For each right form, in how many (check, seed) a right answer failed.
    tried : int
        How many (check, seed) there were for each right form.
    margins : dict
        For each tolerance, the largest error of a right answer that passed or failed, over it.
    passes : dict of str to int
        For each known mistake that passed at all, in how many seeds.
    mistakes : int
        How many known mistakes were run, on every seed.
    """

    file: str
    tried: int = 0
    fails: dict[str, int] = field(default_factory=dict)
    worst: dict[str, str] = field(default_factory=dict)
    margins: dict[str, Margins] = field(default_factory=dict)
    mistakes: int = 0
    passes: dict[str, int] = field(default_factory=dict)


def count(exercise: str, place: int, seeds: int) -> Count:
    """Measure one file of the course."""
    part = load_course(ROOT).only([exercise]).exercises[0].parts[place]
    checks = [check for check in part.checks if not check.name.startswith(LEFT_OUT)]
    counted = Count(part.file, tried=len(checks) * seeds)
    for name, make in RIGHT.items():
        functions = make(part)
        with margins() as found:
            failed = [
                check.name
                for check in checks
                for seed in range(seeds)
                if not holds(part, check, functions, (seed, len(check.name)))
            ]
        counted.fails[name] = len(failed)
        counted.worst[name] = max(failed, key=failed.count, default="")
        counted.margins[name] = found
    for known in part.misconceptions:
        functions = as_they_are(part)
        if known.of in functions:
            functions[known.of] = put_in_place(part, known)
            counted.mistakes += 1
            passed = count_passes(part, checks, functions, seeds)
            if passed:
                counted.passes[known.name] = passed
    return counted


def count_passes(part: Part, checks: list[Check], functions: Functions, seeds: int) -> int:
    """Return in how many seeds a wrong version passes all checks."""
    passed, first = 0, list(checks)
    for seed in range(seeds):
        caught = next((c for c in first if not holds(part, c, functions, (seed, 1))), None)
        if caught is None:
            passed += 1
        elif caught is not first[0]:  # what has caught it is asked first from now on
            first.remove(caught)
            first.insert(0, caught)
    return passed


def put_in_place(part: Part, known: Misconception) -> Any:
    """Return a wrong version that takes the arguments that the right one takes."""
    right = getattr(part.reference, known.of)
    if not callable(right):
        return known.wrong()
    given = len(inspect.signature(right).parameters)
    more: list[Any] = []
    if len(inspect.signature(known.wrong).parameters) > given:
        reference = part.reference
        if known.of == "train":
            more = [
                reference.gradients,
                lambda x, y, w1, w2: float(np.sum((reference.forward(x, w1, w2)[2] - y) ** 2)),
            ]
        else:
            more = [reference.gradient]
    return lambda *arguments: known.wrong(*arguments, *more)


# ---------------------------------------------------------------------------- trainings


def trainings(seeds: int) -> tuple[int, float, int, float]:
    """Train networks with the typical choice, and the reference in the check of falling losses.

    Returns
    -------
    failed, largest
        How many trainings miss the criterion of the hyperparameters, and the largest ratio.
    stayed, highest
        How many losses do not fall to half, and the largest end over its start.
    """
    course = load_course(ROOT).only(["random_data"])
    part = course.exercises[0].parts[0]
    package = next(m for m in sys.modules if m.endswith(".random_data.memorising")).rpartition(".")
    memorising, loops = (sys.modules[f"{package[0]}.{m}"] for m in ("memorising", "loops"))
    session: Any = Direct(as_they_are(part))
    ratios: list[float] = []
    ends: list[float] = []
    for seed in range(seeds):
        case = Case(session, part.file, part.reference, (), (seed, 7))
        losses = loops.long_run(case)[1][2]
        ends.append(losses[-1] / losses[0])
        if seed % memorising.RUNS == 0:
            training, size, _ = memorising.learn(case, **memorising.TYPICAL)
            ratios += memorising.ratios(training, size).tolist()
    missed, stayed = np.array(ratios) > 1.0, np.array(ends) > 0.5
    return int(missed.sum()), max(ratios), int(stayed.sum()), max(ends)


# ---------------------------------------------------------------------------- the document

TEXT = """# Tolerances, measured

Made by `scripts/measure_tolerances.py --write`; do not edit. Every check of exercises 0, 1 and 2
that compares numbers was run on {seeds:,} seeds, with inputs drawn as in grading. A **false fail**
is a right answer that a check refuses; a **false pass** is a known mistake that no check of its
file refuses. Right answers come in four forms: float64; all arguments cast to float32; the first
argument alone cast to float32; and float32 loops that sum one by one from the end (where a file
has sums).

## Right answers that fail

{right}

## How near right answers come to the edge

The largest error of a right answer, as a part of what is allowed: 1 is the edge.

{margins}

## Known mistakes that pass

{wrong}

## Training

{training}

## What follows

- `SINGLE` allows {single:g} of the largest number of the array, plus {absolute:g}. Right answers
  stay {room:.1f} times below it in the worst of all comparisons, and known mistakes are wrong by
  factors. The absolute part came from measuring: without it, an inner product that is near 0 by
  chance (1 seed in 1,000) and the squared error of a perfect prediction of which one side is in
  float32 (every seed) were refused.
- `DOUBLE`, {double:g}: only for telling an approximation from a formula; no check that a float32
  answer has to pass uses it.
- Exercise 1 compares in two steps: 5e-3 says that a partial derivative is about right (a one-sided
  difference is), and 1e-4 at ordinary points and 1e-3 at a point where it all but vanishes say
  that it is a formula.
- Gradients that follow a submission's own wrong `forward` may be off by 1e-2 of the largest: the
  other side is a finite difference of a forward that may be in float32. It is asked for only where
  `forward` is wrong and the formula on its values does not explain the gradient.
"""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def document(counts: list[Count], trained: tuple[int, float, int, float], seeds: int) -> str:
    """Return the text of the document."""
    right = [
        [
            c.file,
            f"{c.tried:,}",
            *(f"{c.fails[n]:,}" + (f" ({c.worst[n]})" if c.fails[n] else "") for n in RIGHT),
        ]
        for c in counts
    ]
    wrong = [
        [
            c.file,
            f"{c.mistakes}",
            f"{c.mistakes * seeds:,}",
            ", ".join(f"{name}: {n}" for name, n in c.passes.items()) or "0",
        ]
        for c in counts
    ]
    margins = [
        [c.file, f"{key[0]:g}", f"{key[1]:g}", *(f"{c.margins[n].get(key, 0):.1e}" for n in RIGHT)]
        for c in counts
        for key in sorted({key for found in c.margins.values() for key in found})
    ]
    single = SINGLE.relative, SINGLE.absolute
    room = 1 / max(c.margins[name].get(single, 0.0) for c in counts for name in RIGHT)
    return TEXT.format(
        seeds=seeds,
        right=table(["file", "checks × seeds", *RIGHT], right),
        margins=table(["file", "relative", "absolute", *RIGHT], margins),
        wrong=table(["file", "known mistakes", "runs", "passed"], wrong),
        training=training_text(trained, seeds),
        single=SINGLE.relative,
        absolute=SINGLE.absolute,
        double=DOUBLE.relative,
        room=room,
    )


def training_text(trained: tuple[int, float, int, float], seeds: int) -> str:
    """Return what the trainings gave, in words, with the bound that follows."""
    failed, ratio, stayed, end = trained
    bound = 1 - 0.05 ** (1 / seeds) if failed == 0 else (failed + 3) / seeds
    median = sum(comb(5, k) * bound**k * (1 - bound) ** (5 - k) for k in (3, 4, 5))
    return (
        f"- HYPERPARAMETERS with the typical choice: {failed} of {seeds:,} trainings miss the "
        f"criterion (the worst\n  ends at {ratio:.2f} of what it may). With 95 % confidence one "
        f"training misses it with a probability\n  below {bound:.1e}, and three or more of five "
        f"with one below {median:.0e}: the false-fail probability\n  of the check.\n"
        f"- The loss of the reference's `train` falls to less than half in 400 steps: {stayed} of "
        f"{seeds:,} do not;\n  the worst ends at {end:.2f} of its start."
    )


def main() -> None:
    """Measure, print, and write the document where that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: scripts/measure_tolerances.py --seeds 1000 --write"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds for each check and mistake")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.name}")
    options = parser.parse_args()
    started = time.monotonic()
    jobs = [
        (exercise.id, place)
        for exercise in load_course(ROOT).only(EXERCISES).exercises
        for place in range(len(exercise.parts))
    ]
    with ProcessPoolExecutor(2) as pool:
        counting = [pool.submit(count, *job, options.seeds) for job in reversed(jobs)]
        training = pool.submit(trainings, options.seeds)
        counts = [future.result() for future in reversed(counting)]
        text = document(counts, training.result(), options.seeds)
    print(text)
    print(f"({time.monotonic() - started:.0f} s)")
    if options.write:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
