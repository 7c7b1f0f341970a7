"""What the report shows of a training: its curve, its end, and where other starts end."""

import numpy as np

from grader.checks import Curves, Series, Table
from grader.checks.landscape import line_between
from grader.checks.several_runs import loss_line
from grader.checks.trainer import Pair

from .experiment import Run
from .rest import Rest


def rest_table(rest: Rest) -> Table:
    """Return how much the loss falls when the training goes on."""
    return Table(
        title="Going on from where the training ended",
        columns=("continuation", "the loss falls by"),
        rows=(
            ("as many steps, a tenth of the rate", f"{rest.fall:.3%}"),
            ("the same, after a push of 0.01 on the weights", f"{rest.pushed_fall:.3%}"),
            ("rate × steps = 1, at a rate of the judge's", f"{rest.own_fall:.3%}"),
            ("the same, after a push, beside it without", f"{1.0 - rest.freed:.3%}"),
        ),
    )


def curvature_table(rest: Rest) -> Table:
    """Return the first and second derivatives at the end, kinks and sleepers counted."""
    at = rest.curvature
    rows = [
        ("length of the gradient", f"{at.gradient_norm:.3g}"),
        ("of which is not to and fro across kinks", f"{rest.drift:.3g}"),
        ("largest eigenvalue of the Hessian", f"{at.largest:.4g}"),
    ]
    if at.eigenvalues is not None:
        rows += [
            ("smallest eigenvalue", f"{at.eigenvalues[0]:.3g}"),
            ("directions that curve up", str(at.count(1))),
            ("flat directions (below 1/1000 of the largest)", str(at.count(0))),
            ("directions that curve down", str(at.count(-1))),
        ]
    rows += [
        ("hidden neurons that are 0 for every sample", str(at.asleep)),
        ("inputs of neurons within 0.01 of a kink of the relu", str(at.near_kink)),
    ]
    return Table(
        title="The landscape there, on its piece between the kinks",
        columns=("what", "value"),
        rows=tuple(rows),
    )


def loss_curve(run: Run, others: np.ndarray, lower: float) -> Curves:
    """Return the student's loss curve, and the final losses of other starts side by side."""
    steps = run.experiment.steps
    places = steps * (np.arange(len(others)) + 0.5) / len(others)
    ends = tuple(float(v) if np.isfinite(v) and v > 0 else None for v in others)
    bound = lower * run.loss
    below = int(np.count_nonzero(others < bound))
    middle = float(np.median(others))
    return Curves(
        title="Your training, and where other starts end",
        x_label="step (the other starts side by side, the lowest first)",
        y_label="squared error",
        series=(
            loss_line("your training", run.losses, "student"),
            Series(
                name=f"final losses of {len(others)} other starts",
                x=tuple(places.tolist()),
                y=ends,
                role="reference",
            ),
            Series(
                name=f"{lower:g} × your final loss",
                x=(0.0, float(steps)),
                y=(bound if bound > 0 else None,) * 2,
                role="other",
            ),
        ),
        summary=f"Your loss goes from {run.losses[0]:.4g} to {run.loss:.4g}. Of {len(others)} "
        f"other starts with {run.experiment.d_hidden} hidden neurons, {below} end below "
        f"{lower:g} × of that: the lowest at {others[0]:.4g}, the middle one at {middle:.4g}.",
        log_y=True,
    )


def way_to_lower(run: Run, best: Pair) -> Curves:
    """Return the loss along the straight line from the student's weights to the best ones."""

    def loss(w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
        errors = np.maximum(run.x @ w1, 0.0) @ w2 - run.y
        return np.asarray(np.sum(errors**2, axis=(1, 2)))

    return line_between(loss, (run.w1, run.w2), best, lower="the judge's best start")
