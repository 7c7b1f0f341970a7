"""What a choice of hyperparameters may ask the judge to train, and the losses that are shown."""

from grader.checks import Case, Count, Curves, HyperparameterError, Real, Series
from grader.checks.numbers import MOST_SEED

# What a submission's numbers may make the judge compute: hidden neurons × steps, of one training.
# The largest honest choice that was seen asks for 500,000 (10 × 50,000). At this bound an exercise
# costs the judge less than 10 seconds of a processor; without one, 256 neurons took 292.
MOST_WORK = 2_000_000
# What a choice of hyperparameters may hold.
CAPS: dict[str, Count | Real] = {
    "d_hidden": Count(1, 256),
    "learning_rate": Real(1e-300, 1e300),
    "steps": Count(1, 200_000),
}
SEED = Count(0, MOST_SEED)


def tried(d_hidden: int, learning_rate: float, steps: int, **seed: int) -> dict[str, float]:
    """Return a choice of hyperparameters, as the answer to an exercise that asks for them."""
    return {"d_hidden": d_hidden, "learning_rate": learning_rate, "steps": steps, **seed}


def affordable_steps(d_hidden: int, steps: int) -> int:
    """Return how many of the steps the judge can make: all of them, or fewer of a large network."""
    return min(steps, MOST_WORK // d_hidden)


def require_affordable(where: str, d_hidden: int, steps: int) -> None:
    """Raise `HyperparameterError` where a training would take the judge too long."""
    if affordable_steps(d_hidden, steps) < steps:
        raise HyperparameterError(
            f"`{where}` asks for {d_hidden:,} hidden neurons × {steps:,} steps: the product may be "
            f"at most {MOST_WORK:,}.",
            hint="Take fewer steps or fewer hidden neurons: a quarter of that is plenty here.",
        )


def show_losses(
    case: Case, title: str, summary: str, *lines: Series, y_label: str = "squared error"
) -> None:
    """Put loss curves into the report, over a logarithmic axis."""
    case.show(
        Curves(
            title=title, x_label="step", y_label=y_label, series=lines, summary=summary, log_y=True
        )
    )
