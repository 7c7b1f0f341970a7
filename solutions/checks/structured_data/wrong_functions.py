"""Known mistakes in `input_output_function`."""
# ruff: noqa: D400  (a docstring is the sentence that the student reads)

import numpy as np

from grader.checks import misconception

from .examples import lines_of_a_batch, other_noise
from .learning import PARTS, outputs

FORMULA = "Learning structured data"


def _linear(x: np.ndarray, noise: np.ndarray, **changes: list[float]) -> np.ndarray:
    """Return the outputs where a line of `PARTS` (such as ``x3``) is another one."""
    parts = PARTS.copy()
    for name, line in changes.items():
        parts[int(name[1:])] = line
    return np.asarray(x, dtype=float) @ parts + noise


@misconception(of="input_output_function", lecture=FORMULA)
def counted_from_one(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The columns are counted from 1: x₃ is `x[..., 3]`, the fourth input, since the first one is
    x₀. (With a 1 taken off each index, x₀ becomes `x[..., -1]`, the last one, without an error.)
    """
    return np.roll(np.asarray(x, dtype=float), 1, axis=-1) @ PARTS + noise


@misconception(of="input_output_function", lecture=FORMULA)
def difference_turned_round(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The first difference is the wrong way round: it is x₃ - x₁, not x₁ - x₃."""
    return _linear(x, noise, x1=[1, 0], x3=[-1, 0])


@misconception(of="input_output_function", lecture=FORMULA)
def inputs_in_order(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The inputs are used in the order of the columns: x₀ - x₁ + 2 x₂ and 7 x₃ - 4 x₄ + x₅. The
    indices of the formula are 3, 1, 4 and 0, 2, 5.
    """
    return np.asarray(x, dtype=float)[..., [3, 1, 4, 0, 2, 5]] @ PARTS + noise


@misconception(of="input_output_function", lecture=FORMULA)
def outputs_swapped(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The two outputs are right and in the wrong order: first comes x₃ - x₁ + 2 x₄, then
    7 x₀ - 4 x₂ + x₅.
    """
    return (outputs(x) + noise)[..., ::-1]


@misconception(of="input_output_function", lecture=FORMULA)
def plus_for_minus_in_the_first(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """x₁ is added in the first output: the formula takes it off, x₃ - x₁ + 2 x₄."""
    return _linear(x, noise, x1=[1, 0])


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


@misconception(of="input_output_function", lecture=FORMULA)
def plus_for_minus_in_the_second(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """4 x₂ is added in the second output: the formula takes it off, 7 x₀ - 4 x₂ + x₅."""
    return _linear(x, noise, x2=[0, 4])


# ---------------------------------------------------------------------------- batches


@misconception(of="input_output_function", lecture="Samples are lines")
def batch_of_columns(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The outputs come as two lines with a column for each sample: they have to be turned round. A
    sample is a line; `np.stack([first, second], axis=-1)` puts it so.
    """
    return np.swapaxes(outputs(x) + noise, -1, -2) if np.ndim(x) > 1 else np.full(2, np.nan)


@misconception(
    of="input_output_function.batch", lecture="Samples are lines", example=lines_of_a_batch
)
def lines_for_columns(one_is_right: bool, batch_is_right: bool) -> bool:
    """In a batch, `x[3]` is the fourth *sample*: the fourth input of each sample is `x[:, 3]`.
    Written `x[..., 3]`, it is the fourth input of a single sample too.
    """
    return one_is_right and not batch_is_right


# ---------------------------------------------------------------------------- noise


@misconception(of="input_output_function", lecture="a noise that you can choose")
def noise_added_twice(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise is added twice, so that its standard deviation is twice what was asked for."""
    return outputs(x) + 2 * noise


@misconception(of="input_output_function", lecture="a noise that you can choose")
def noise_as_a_factor(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise multiplies the outputs: the formula adds it, so that it is as large for small
    outputs as for large ones.
    """
    return outputs(x) * (1 + noise)


@misconception(of="input_output_function", lecture="a noise that you can choose")
def noise_left_out(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise is not added: noise₀ belongs to the first output and noise₁ to the second."""
    return outputs(x) + 0 * noise


@misconception(of="input_output_function", lecture="a noise that you can choose")
def noise_swapped(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noises are swapped: noise₀ belongs to the first output and noise₁ to the second."""
    return outputs(x) + noise[..., ::-1]


@misconception(of="input_output_function", lecture="a noise that you can choose")
def noise_taken_off(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The noise is taken off: the formula adds it. (On average that makes no difference; for these
    numbers it does.)
    """
    return outputs(x) - noise


@misconception(of="input_output_function", lecture="a noise that you can choose")
def one_noise_for_both_outputs(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Both outputs get the same noise, noise₀: the second one has a noise of its own, noise₁."""
    return outputs(x) + noise[..., :1]


@misconception(
    of="input_output_function.repeated", lecture="a noise that you can choose", example=other_noise
)
def noise_from_elsewhere(first: np.ndarray, again: np.ndarray) -> bool:
    """The same inputs and the same noise give other outputs the second time: the function draws a
    noise of its own. It has to add the one that it is given.
    """
    return first.shape == again.shape and not np.array_equal(first, again, equal_nan=True)
