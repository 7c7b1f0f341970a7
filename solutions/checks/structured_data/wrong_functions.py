"""Known mistakes in `input_output_function`."""

import numpy as np

from grader.checks import Instead, Wrong, misconception, misconceptions

from .learning import PARTS, outputs

FORMULA = "Learning structured data"
NOISE = "a noise that you can choose"


# Another noise than the one that is given.
_STATE = np.random.default_rng(3)
other_noise = Instead(
    "input_output_function",
    lambda right: lambda x, noise: right(x, _STATE.normal(size=noise.shape)),
)


def lines_of_a_batch(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Take the first index for the input: that of a single sample, and not of a batch."""
    return np.array([x[3] - x[1] + 2 * x[4], 7 * x[0] - 4 * x[2] + x[5]]) + noise


def _linear(x: np.ndarray, noise: np.ndarray, **changes: list[float]) -> np.ndarray:
    """Return the outputs where a line of `PARTS` (such as ``x3``) is another one."""
    parts = PARTS.copy()
    for name, line in changes.items():
        parts[int(name[1:])] = line
    return np.asarray(x, dtype=float) @ parts + noise


OF_INPUT_OUTPUT_FUNCTION = misconceptions(
    "input_output_function",
    FORMULA,
    counted_from_one=Wrong(
        lambda x, noise: np.roll(np.asarray(x, dtype=float), 1, axis=-1) @ PARTS + noise,
        "The columns are counted from 1: x₃ is `x[..., 3]`, the fourth input, since the first one "
        "is x₀. (With 1 subtracted from each index, x₀ becomes `x[..., -1]`, the last one, "
        "without an error.)",
    ),
    difference_turned_round=Wrong(
        lambda x, noise: _linear(x, noise, x1=[1, 0], x3=[-1, 0]),
        "The first difference is the wrong way round: it is x₃ - x₁, not x₁ - x₃.",
    ),
    inputs_in_order=Wrong(
        lambda x, noise: np.asarray(x, dtype=float)[..., [3, 1, 4, 0, 2, 5]] @ PARTS + noise,
        "The inputs are used in the order of the columns: x₀ - x₁ + 2 x₂ and 7 x₃ - 4 x₄ + x₅. "
        "The indices of the formula are 3, 1, 4 and 0, 2, 5.",
    ),
    outputs_swapped=Wrong(
        lambda x, noise: (outputs(x) + noise)[..., ::-1],
        "The two outputs are right and in the wrong order: first comes x₃ - x₁ + 2 x₄, then 7 x₀ "
        "- 4 x₂ + x₅.",
    ),
    plus_for_minus_in_the_first=Wrong(
        lambda x, noise: _linear(x, noise, x1=[1, 0]),
        "x₁ is added in the first output: the formula subtracts it, x₃ - x₁ + 2 x₄.",
    ),
    plus_for_minus_in_the_second=Wrong(
        lambda x, noise: _linear(x, noise, x2=[0, 4]),
        "4 x₂ is added in the second output: the formula subtracts it, 7 x₀ - 4 x₂ + x₅.",
    ),
    batch_of_columns=Wrong(
        lambda x, noise: (outputs(x) + noise).T if np.ndim(x) > 1 else np.full(2, np.nan),
        "The outputs come as two rows with a column for each sample: they have to be "
        "transposed. A sample is a row; `np.stack([first, second], axis=-1)` puts it so.",
        "Samples are rows",
    ),
    noise_added_twice=Wrong(
        lambda x, noise: outputs(x) + 2 * noise,
        "The noise is added twice, so that its standard deviation is twice what was asked for.",
        NOISE,
    ),
    noise_as_a_factor=Wrong(
        lambda x, noise: outputs(x) * (1 + noise),
        "The noise multiplies the outputs: the formula adds it, so that it is as large for small "
        "outputs as for large ones.",
        NOISE,
    ),
    noise_left_out=Wrong(
        lambda x, noise: outputs(x) + 0 * noise,
        "The noise is not added: noise₀ belongs to the first output and noise₁ to the second.",
        NOISE,
    ),
    noise_swapped=Wrong(
        lambda x, noise: outputs(x) + noise[..., ::-1],
        "The noises are swapped: noise₀ belongs to the first output and noise₁ to the second.",
        NOISE,
    ),
    noise_taken_off=Wrong(
        lambda x, noise: outputs(x) - noise,
        "The noise is subtracted: the formula adds it. (On average that makes no difference; for "
        "these numbers it does.)",
        NOISE,
    ),
    one_noise_for_both_outputs=Wrong(
        lambda x, noise: outputs(x) + noise[..., :1],
        "Both outputs get the same noise, noise₀: the second one has a noise of its own, noise₁.",
        NOISE,
    ),
)


@misconception(
    of="input_output_function.one_factor",
    lecture=FORMULA,
    example=lambda x, noise: _linear(x, noise, x4=[1, 0]),
)
def factor_of_a_column_missing(missing: list[str]) -> bool:
    """One input is taken as it is, without its factor: x₄ counts 2 times, x₀ 7 times and x₂ -4
    times. The others count once.
    """
    return len(missing) == 1


@misconception(
    of="input_output_function.batch", lecture="Samples are rows", example=lines_of_a_batch
)
def lines_for_columns(one_is_right: bool, batch_is_right: bool) -> bool:
    """In a batch, `x[3]` is the fourth *sample*: the fourth input of each sample is `x[:, 3]`.
    Written `x[..., 3]`, it is the fourth input of a single sample too.
    """
    return one_is_right and not batch_is_right


@misconception(of="input_output_function.repeated", lecture=NOISE, example=other_noise)
def noise_from_elsewhere(first: np.ndarray, again: np.ndarray) -> bool:
    """The same inputs and the same noise give other outputs the second time: the function draws a
    noise of its own. It has to add the one that it is given.
    """
    return first.shape == again.shape and not np.array_equal(first, again, equal_nan=True)
