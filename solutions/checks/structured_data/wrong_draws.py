"""Known mistakes in `create_data`, recognised by what was drawn.

There is no one right draw to compare with: each of these says whether it explains the numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Wrong, misconceptions
from grader.checks.drawn_numbers import is_uniform

from .drawing import belong_elsewhere
from .learning import outputs

AWAY = "create_data.noise"
PAIRS = "create_data.pairs"
X = "create_data.inputs"
Y = "create_data.outputs"

INPUTS = "Learning structured data"
NOISE = "You can tune the standard deviation of the noise"
# Two standard deviations estimated from thousands of numbers count as equal within this part.
CLOSE = 0.05

Rng = np.random.Generator
Pair = tuple[np.ndarray, np.ndarray]


def inputs(draw: Callable[[Rng, tuple[int, int]], np.ndarray]) -> Any:
    """Return a `create_data` whose inputs are drawn in another way."""

    def create_data(n_samples: int, noise_std_dev: float, rng: Rng) -> Pair:
        x = draw(rng, (n_samples, 6))
        return x, outputs(x) + rng.normal(0, noise_std_dev, (n_samples, 2))

    return create_data


def with_noise(noisy: Callable[[Rng, np.ndarray, float], np.ndarray]) -> Any:
    """Return a `create_data` whose outputs are made of the generator, the inputs and the spread."""

    def create_data(n_samples: int, noise_std_dev: float, rng: Rng) -> Pair:
        x = rng.normal(0, 5, (n_samples, 6))
        return x, noisy(rng, x, noise_std_dev)

    return create_data


def added(noise: Callable[[Rng, float, int], np.ndarray]) -> Any:
    """Return a `create_data` with another noise on the outputs, of a spread, for n samples."""
    return with_noise(lambda rng, x, spread: outputs(x) + noise(rng, spread, len(x)))


def _is(spread: float, wanted: float) -> bool:
    return bool(abs(spread - wanted) <= CLOSE * wanted)


def _is_noise(noise: np.ndarray, *spreads: float) -> bool:
    """Say whether a noise lies around 0, with one of these standard deviations."""
    centred = bool((np.abs(noise.mean(axis=0)) <= noise.std() / 10).all())
    return centred and any(_is(noise.std(), spread) for spread in spreads)


def _is_uniform(values: np.ndarray) -> bool:
    return np.ptp(values) > 0 and is_uniform(values, float(values.min()), float(values.max()))


OF_X = misconceptions(
    X,
    INPUTS,
    inputs_off_centre=Wrong(
        lambda x: x.std() > 0 and abs(x.mean()) > x.std() / 10,
        "The inputs do not lie around 0: the first argument of `rng.normal` is the mean, 0, and "
        "the second one the standard deviation, 5.",
        example=inputs(lambda rng, shape: rng.normal(5, 5, shape)),
    ),
    inputs_standard_normal=Wrong(
        lambda x: _is(x.std(), 1.0) and not _is_uniform(x),
        "The inputs have the standard deviation 1: multiply the standard normal numbers by 5, or "
        "draw them with `rng.normal(0, 5, …)`.",
        example=inputs(lambda rng, shape: rng.normal(0, 1, shape)),
    ),
    inputs_uniform=Wrong(
        _is_uniform,
        "The inputs are uniform: all values up to a bound are equally frequent, and none lies "
        "beyond. Normal numbers (`rng.normal`) have no bound, and one in three is beyond ±5 here.",
        example=inputs(lambda rng, shape: rng.uniform(-(75**0.5), 75**0.5, shape)),
    ),
    inputs_whole_numbers=Wrong(
        lambda x: np.ptp(x) > 0 and (x == np.rint(x)).all(),
        "The inputs are whole numbers, as `rng.integers` draws them; `rng.normal` draws reals.",
        example=inputs(lambda rng, shape: rng.integers(-8, 9, shape)),
    ),
    spread_25_for_5=Wrong(
        lambda x: _is(x.std(), 25.0),
        "The inputs have the standard deviation 25: that is the variance. `rng.normal` takes the "
        "standard deviation, 5, as its second argument.",
        example=inputs(lambda rng, shape: rng.normal(0, 25, shape)),
    ),
    variance_5_for_spread_5=Wrong(
        lambda x: _is(x.std(), 5.0**0.5),
        "The inputs have the *variance* 5, a standard deviation of 2.24. It is the standard "
        "deviation that has to be 5, and that is what `rng.normal` takes as its second argument.",
        example=inputs(lambda rng, shape: rng.normal(0, 5**0.5, shape)),
    ),
)


OF_LINES = misconceptions(
    "create_data.lines",
    INPUTS,
    same_inputs_in_every_sample=Wrong(
        lambda x: len(x) > 1 and (x == x[0]).all(),
        "The same inputs stand in every sample: each sample needs a draw of its own, which the "
        "shape `(n_samples, 6)` given to `rng.normal` makes.",
        example=inputs(lambda rng, shape: np.tile(rng.normal(0, 5, 6), (shape[0], 1))),
    ),
)


OF_Y = misconceptions(
    Y,
    NOISE,
    noise_where_none_was_asked_for=Wrong(
        lambda x, y: (y - outputs(x)).any() and (y - outputs(x)).std() < 0.2 * outputs(x).std(),
        "With a standard deviation of 0 the outputs still have a noise: its standard deviation "
        "has to be `noise_std_dev`, and nothing beside it.",
        example=added(lambda rng, _, n: rng.normal(0, 0.05, (n, 2))),
    ),
    outputs_of_other_inputs=Wrong(
        belong_elsewhere,
        "The outputs belong to other inputs than the ones that are returned: draw x once, and use "
        "this very x for both. With two draws there is no structure left to learn.",
        INPUTS,
        example=with_noise(lambda rng, x, _: outputs(rng.normal(0, 5, x.shape))),
    ),
)


OF_AWAY = misconceptions(
    AWAY,
    NOISE,
    noise_from_both_places=Wrong(
        lambda noise, std_dev: _is_noise(noise, 2 * std_dev, 2**0.5 * std_dev),
        "The noise is added twice: once by `input_output_function`, and once more in "
        "`create_data`.",
        example=added(lambda rng, s, n: rng.normal(0, s, (2, n, 2)).sum(axis=0)),
    ),
    noise_never_drawn=Wrong(
        lambda noise, std_dev: np.abs(noise).max() < 1e-3 * std_dev,
        "There is no noise on the outputs: draw one for each of them, of the standard deviation "
        "`noise_std_dev`, and hand it to `input_output_function`.",
        example=with_noise(lambda _rng, x, _s: outputs(x)),
    ),
    noise_of_a_spread_of_its_own=Wrong(
        lambda noise, _: _is_noise(noise, 1.0, 5.0, 0.05),
        "`noise_std_dev` is not used: the noise has the standard deviation 1, 5 or 0.05, whatever "
        "value is given.",
        example=added(lambda rng, _, n: rng.normal(0, 1, (n, 2))),
    ),
    noise_of_the_square=Wrong(
        lambda noise, std_dev: _is_noise(noise, std_dev**2),
        "The noise has the square of `noise_std_dev` as its standard deviation: that is the "
        "variance. `rng.normal` takes the standard deviation itself.",
        example=added(lambda rng, s, n: rng.normal(0, s**2, (n, 2))),
    ),
    noise_of_the_square_root=Wrong(
        lambda noise, std_dev: _is_noise(noise, std_dev**0.5),
        "`noise_std_dev` is used as a variance: the noise has its square root as the standard "
        "deviation. `rng.normal` takes the standard deviation itself.",
        example=added(lambda rng, s, n: rng.normal(0, s**0.5, (n, 2))),
    ),
    noise_on_the_inputs=Wrong(
        lambda noise, std_dev: all(
            map(_is, noise.std(axis=0), (6**0.5 * std_dev, 66**0.5 * std_dev))
        ),
        "The noise is added to the inputs, and the formula makes it larger on its way to the "
        "outputs (√6 times in the first and √66 times in the second). It belongs to the outputs.",
        example=with_noise(lambda rng, x, s: outputs(x + rng.normal(0, s, x.shape))),
    ),
    noise_uniform=Wrong(
        lambda noise, std_dev: np.ptp(noise) > 1e-3 * std_dev and _is_uniform(noise),
        "The noise is uniform, and does not come from the bell curve: draw it with `rng.normal`.",
        example=added(lambda rng, s, n: 3**0.5 * s * rng.uniform(-1, 1, (n, 2))),
    ),
)


OF_PAIRS = misconceptions(
    PAIRS,
    NOISE,
    noise_for_all_samples_the_same=Wrong(
        lambda noise, std_dev: np.ptp(noise, axis=0).max() < 1e-3 * std_dev,
        "All samples get the same noise, drawn once: every sample needs a draw of its own, by the "
        "shape `(n_samples, 2)`. The network would learn this noise as if it were structure.",
        example=added(lambda rng, s, _: rng.normal(0, s, 2)),
    ),
    noise_shared_by_both_outputs=Wrong(
        lambda noise, std_dev: np.abs(noise[:, 0] - noise[:, 1]).max() < 1e-3 * std_dev,
        "Both outputs of a sample get the same noise: draw one number for each output, by the "
        "shape `(n_samples, 2)`.",
        example=added(lambda rng, s, n: rng.normal(0, s, (n, 1))),
    ),
)
