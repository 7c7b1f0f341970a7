"""Known mistakes in `create_data`, recognised by what was drawn.

There is no one right draw to compare with: each of these says whether it explains the numbers.
"""

import numpy as np

from grader.checks import misconception

from ..random_data.statistics import follows
from .examples import added, inputs, with_noise
from .learning import outputs

AWAY = "create_data.noise"
PAIRS = "create_data.pairs"
X = "create_data.inputs"
Y = "create_data.outputs"

INPUTS = "Learning structured data"
NOISE = "You can tune the standard deviation of the noise"
# Two standard deviations estimated from thousands of numbers count as equal within this part.
CLOSE = 0.05


def _is(spread: float, wanted: float) -> bool:
    return bool(abs(spread - wanted) <= CLOSE * wanted)


# ---------------------------------------------------------------------------- inputs


@misconception(of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.normal(5, 5, shape)))
def inputs_off_centre(x: np.ndarray) -> bool:
    """The inputs do not lie around 0: the first argument of `rng.normal` is the mean, 0, and the
    second one the standard deviation, 5.
    """
    spread = float(x.std())
    return spread > 0 and abs(float(x.mean())) > spread / 10


@misconception(of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.normal(0, 1, shape)))
def inputs_standard_normal(x: np.ndarray) -> bool:
    """The inputs have the standard deviation 1: multiply the standard normal numbers by 5, or draw
    them with `rng.normal(0, 5, …)`.
    """
    return _is(float(x.std()), 1.0) and not inputs_uniform.wrong(x)


@misconception(
    of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.uniform(-(75**0.5), 75**0.5, shape))
)
def inputs_uniform(x: np.ndarray) -> bool:
    """The inputs are uniform: all values up to a bound are equally frequent, and none lies beyond.
    Normal numbers (`rng.normal`) have no bound, and one in three is beyond ±5 here.
    """
    low, high = float(x.min()), float(x.max())
    return high > low and follows(x, lambda v: np.clip((v - low) / (high - low), 0.0, 1.0))


@misconception(of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.integers(-8, 9, shape)))
def inputs_whole_numbers(x: np.ndarray) -> bool:
    """The inputs are whole numbers, as `rng.integers` draws them; `rng.normal` draws reals."""
    return float(np.ptp(x)) > 0 and bool((x == np.rint(x)).all())


@misconception(of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.normal(0, 25, shape)))
def spread_25_for_5(x: np.ndarray) -> bool:
    """The inputs have the standard deviation 25: that is the variance. `rng.normal` takes the
    standard deviation, 5, as its second argument.
    """
    return _is(float(x.std()), 25.0)


@misconception(
    of=X, lecture=INPUTS, example=inputs(lambda rng, shape: rng.normal(0, 5**0.5, shape))
)
def variance_5_for_spread_5(x: np.ndarray) -> bool:
    """The inputs have the *variance* 5, a standard deviation of 2.24. It is the standard deviation
    that has to be 5, and that is what `rng.normal` takes as its second argument.
    """
    return _is(float(x.std()), 5.0**0.5)


@misconception(
    of="create_data.lines",
    lecture=INPUTS,
    example=inputs(lambda rng, shape: np.tile(rng.normal(0, 5, 6), (shape[0], 1))),
)
def same_inputs_in_every_sample(x: np.ndarray) -> bool:
    """The same inputs stand in every sample: each sample needs a draw of its own, which the shape
    `(n_samples, 6)` given to `rng.normal` makes.
    """
    return len(x) > 1 and bool((x == x[0]).all())


# ---------------------------------------------------------------------------- outputs


@misconception(of=Y, lecture=NOISE, example=added(lambda rng, _, n: rng.normal(0, 0.05, (n, 2))))
def noise_where_none_was_asked_for(x: np.ndarray, y: np.ndarray) -> bool:
    """With a standard deviation of 0 the outputs still have a noise: its standard deviation has to
    be `noise_std_dev`, and nothing beside it.
    """
    away = y - outputs(x)
    return bool(away.any()) and float(away.std()) < 0.2 * float(outputs(x).std())


@misconception(
    of=Y, lecture=INPUTS, example=with_noise(lambda rng, x, _: outputs(rng.normal(0, 5, x.shape)))
)
def outputs_of_other_inputs(x: np.ndarray, y: np.ndarray) -> bool:
    """The outputs belong to other inputs than the ones that are returned: draw x once, and use this
    very x for both. With two draws there is no structure left to learn.
    """
    right = outputs(x)
    with np.errstate(all="ignore"):
        together = np.sum(right * y, axis=0) / np.sqrt(np.sum(right**2, 0) * np.sum(y**2, 0))
    ratio = float(y[:, 1].std()) / float(right[:, 1].std())
    return 0.7 < ratio < 1.4 and bool((np.abs(np.nan_to_num(together)) < 0.2).all())


# ---------------------------------------------------------------------------- noise


@misconception(
    of=AWAY, lecture=NOISE, example=added(lambda rng, s, n: rng.normal(0, s, (2, n, 2)).sum(axis=0))
)
def noise_from_both_places(noise: np.ndarray, std_dev: float) -> bool:
    """The noise is added twice: once by `input_output_function`, and once more in `create_data`."""
    spread = float(noise.std())
    return _is(spread, 2 * std_dev) or _is(spread, 2**0.5 * std_dev)


@misconception(of=AWAY, lecture=NOISE, example=with_noise(lambda _rng, x, _s: outputs(x)))
def noise_never_drawn(noise: np.ndarray, std_dev: float) -> bool:
    """There is no noise on the outputs: draw one for each of them, of the standard deviation
    `noise_std_dev`, and hand it to `input_output_function`.
    """
    return float(np.abs(noise).max()) < 1e-3 * std_dev


@misconception(of=AWAY, lecture=NOISE, example=added(lambda rng, _, n: rng.normal(0, 1, (n, 2))))
def noise_of_a_spread_of_its_own(noise: np.ndarray, std_dev: float) -> bool:
    """`noise_std_dev` is not used: the noise has the standard deviation 1, 5 or 0.05, whatever is
    asked for.
    """
    del std_dev
    return any(_is(float(noise.std()), spread) for spread in (1.0, 5.0, 0.05))


@misconception(of=AWAY, lecture=NOISE, example=added(lambda rng, s, n: rng.normal(0, s**2, (n, 2))))
def noise_of_the_square(noise: np.ndarray, std_dev: float) -> bool:
    """The noise has the square of `noise_std_dev` as its standard deviation: that is the variance.
    `rng.normal` takes the standard deviation itself.
    """
    return _is(float(noise.std()), std_dev**2)


@misconception(
    of=AWAY, lecture=NOISE, example=added(lambda rng, s, n: rng.normal(0, s**0.5, (n, 2)))
)
def noise_of_the_square_root(noise: np.ndarray, std_dev: float) -> bool:
    """`noise_std_dev` is used as a variance: the noise has its square root as the standard
    deviation. `rng.normal` takes the standard deviation itself.
    """
    return _is(float(noise.std()), std_dev**0.5)


@misconception(
    of=AWAY,
    lecture=NOISE,
    example=with_noise(lambda rng, x, s: outputs(x + rng.normal(0, s, x.shape))),
)
def noise_on_the_inputs(noise: np.ndarray, std_dev: float) -> bool:
    """The noise is added to the inputs, and the formula makes it larger on its way to the outputs
    (√6 times in the first and √66 times in the second). It belongs to the outputs.
    """
    first, second = (float(s) for s in noise.std(axis=0))
    return _is(first, 6**0.5 * std_dev) and _is(second, 66**0.5 * std_dev)


@misconception(
    of=AWAY, lecture=NOISE, example=added(lambda rng, s, n: 3**0.5 * s * rng.uniform(-1, 1, (n, 2)))
)
def noise_uniform(noise: np.ndarray, std_dev: float) -> bool:
    """The noise is uniform, and does not come from the bell curve: draw it with `rng.normal`."""
    low, high = float(noise.min()), float(noise.max())
    return high - low > 1e-3 * std_dev and follows(
        noise, lambda v: np.clip((v - low) / (high - low), 0.0, 1.0)
    )


@misconception(of=PAIRS, lecture=NOISE, example=added(lambda rng, s, _: rng.normal(0, s, 2)))
def noise_for_all_samples_the_same(noise: np.ndarray, std_dev: float) -> bool:
    """All samples get the same noise, drawn once: every sample needs a draw of its own, by the
    shape `(n_samples, 2)`. The network would learn this noise as if it were structure.
    """
    return bool(np.ptp(noise, axis=0).max() < 1e-3 * std_dev)


@misconception(of=PAIRS, lecture=NOISE, example=added(lambda rng, s, n: rng.normal(0, s, (n, 1))))
def noise_shared_by_both_outputs(noise: np.ndarray, std_dev: float) -> bool:
    """Both outputs of a sample get the same noise: draw one number for each output, by the shape
    `(n_samples, 2)`.
    """
    return bool(np.abs(noise[:, 0] - noise[:, 1]).max() < 1e-3 * std_dev)
