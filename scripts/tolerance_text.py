"""The document about the measured tolerances."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb
from typing import TYPE_CHECKING

from tolerance_forms import RIGHT

from grader.checks import DOUBLE, SINGLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tolerance_forms import Margins


@dataclass
class Count:
    """The counts for one file of the course.

    Attributes
    ----------
    fails : dict of str to int
        For each right form, the number of (check, seed) pairs in which a right answer failed.
    tried : int
        The number of (check, seed) pairs for each right form.
    margins : dict
        For each tolerance, the largest error of a right answer, divided by the tolerance.
    passes : dict of str to int
        For each known mistake that passed at all, the number of seeds.
    mistakes : int
        The number of known mistakes; each was run on every seed.
    """

    file: str
    tried: int = 0
    fails: dict[str, int] = field(default_factory=dict)
    worst: dict[str, str] = field(default_factory=dict)
    margins: dict[str, Margins] = field(default_factory=dict)
    mistakes: int = 0
    passes: dict[str, int] = field(default_factory=dict)


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

## Verdicts that depend on chance

What these checks declare as `false_fail`, a bound on the probability with which a right answer
fails; their docstrings say where it comes from. `grader audit` lets each fail no more often than
that explains, and every other check never. The probability is that of a typical choice:
`make audit` measures it on the choices of the sample class, too, and names those near the edge.
The pushes of exercises 3 and 7 are the same for everybody: chance has no part there.

{chance}

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


def document(
    counts: list[Count],
    trained: tuple[int, float, float],
    seeds: int,
    chance: Sequence[tuple[str, str, float]],
) -> str:
    """Return the text of the document.

    Parameters
    ----------
    counts, trained
        The measurements.
    seeds : int
    chance : sequence of (str, str, float)
        File, check and the bound that it declares, of the checks that have one.
    """
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
        chance=table(
            ["file", "check", "false fails below"],
            [[file, f"`{name}`", f"{bound:.0e}"] for file, name, bound in chance],
        ),
        single=SINGLE.relative,
        absolute=SINGLE.absolute,
        double=DOUBLE.relative,
        room=room,
    )


def training_text(trained: tuple[int, float, float], seeds: int) -> str:
    """Return the results of the trainings in words, with the bound that follows."""
    failed, ratio, end = trained
    bound = 1 - 0.05 ** (1 / seeds) if failed == 0 else (failed + 3) / seeds
    median = sum(comb(5, k) * bound**k * (1 - bound) ** (5 - k) for k in (3, 4, 5))
    return (
        f"- HYPERPARAMETERS with the typical choice: {failed} of {seeds:,} trainings miss the "
        f"criterion (the worst\n  ends at {ratio:.2f} of what it may). With 95 % confidence one "
        f"training misses it with a probability\n  below {bound:.1e}, and three or more of five "
        f"with one below {median:.0e}: the false-fail probability\n  of the check.\n"
        f"- The loss of the reference's `train` falls in 400 steps to {end:.2f} of its start or "
        "less; half is asked\n  for, and data with which it does not come to a quarter are drawn "
        "again."
    )
