"""Well-known mistakes in `beyond/cross_entropy.py`."""

from collections.abc import Callable

import numpy as np

from grader.checks import Wrong, listed, misconceptions, small_inputs

COSTS = "Other cost functions"
# Beside each other the samples of a batch can be of very different size.
LARGE = tuple(
    np.array(scores)
    for scores in (
        [0.0, 1000.0],
        [-1000.0, 1000.0],
        [-1000.0, -1001.0, -2000.0],
        [1000.0, 1000.0],
        [[1000.0, 999.0], [-1000.0, -1001.0]],
    )
)


def _powers(z: np.ndarray, axis: int | None = None) -> np.ndarray:
    return np.exp(z - z.max(axis=axis, keepdims=True))


def _softmax(z: np.ndarray, axis: int | None = -1) -> np.ndarray:
    return np.asarray(_powers(z) / _powers(z).sum(axis=axis, keepdims=True))


OF_SOFTMAX = misconceptions(
    "softmax",
    COSTS,
    sum_over_everything=Wrong(
        lambda z: _softmax(z, None),
        "The exponentials are divided by the sum over *all* numbers. Each sample is a "
        "distribution of its own: sum along the last axis, with `axis=-1, keepdims=True`.",
    ),
    own_maximum_but_sum_over_everything=Wrong(
        lambda z: _powers(z, -1) / _powers(z, -1).sum(),
        "Each row has its own maximum subtracted, and then all are divided by *one* sum, that of "
        "all numbers. Sum each row by itself: `power.sum(axis=-1, keepdims=True)`.",
    ),
    sum_over_the_samples=Wrong(
        lambda z: _softmax(z, 0),
        "The sum goes over the samples, not over the classes: it has to be along the last axis.",
    ),
    not_divided=Wrong(
        lambda z: np.exp(z),  # noqa: PLW0108  (z is its name)
        "These are the exponentials alone: divide by their sum, so that they add up to 1.",
    ),
    sigmoid_for_softmax=Wrong(
        lambda z: 1 / (1 + np.exp(-z)),
        "This is the sigmoid of each score by itself: such numbers do not add up to 1.",
        "Sigmoid function",
    ),
)


def _plain(z: np.ndarray) -> np.ndarray:
    power = np.exp(z)
    share: np.ndarray = power / power.sum(axis=-1, keepdims=True)
    return share


def _less_the_largest_of_all(z: np.ndarray) -> np.ndarray:
    return _plain(z - z.max())


def _less_the_smallest(z: np.ndarray) -> np.ndarray:
    return _plain(z - z.min(axis=-1, keepdims=True))


def _is_flat(scores: np.ndarray) -> bool:
    return scores.shape == (3,) and bool(np.ptp(scores) < 1e-6)


def _gives(came: list[np.ndarray], version: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Say whether a version gives all that came for the large scores, nan where nan came."""
    with np.errstate(all="ignore"):
        return all(
            one.shape == z.shape and np.allclose(one, version(z), atol=1e-6, equal_nan=True)
            for one, z in zip(came, LARGE, strict=True)
        )


OF_SOFTMAX_LARGE = misconceptions(
    "softmax.large",
    COSTS,
    powers_overflow=Wrong(
        lambda came: _gives(came, _plain),
        "exp(1000) is larger than any number of the machine: it becomes inf, and inf / inf is "
        "nan. Subtract the largest score of each sample first, `z - z.max(axis=-1, "
        "keepdims=True)`: that changes nothing in the quotient, and no power is above 1.",
        example=_plain,
    ),
    one_maximum_for_all_samples=Wrong(
        lambda came: _gives(came, _less_the_largest_of_all),
        "The largest score of *all* samples is subtracted: one with much smaller scores than "
        "another is left with powers that are all 0, and 0 / 0 is nan. Each sample has a maximum "
        "of its own: `z.max(axis=-1, keepdims=True)`.",
        example=_less_the_largest_of_all,
    ),
    smallest_score_taken_off=Wrong(
        lambda came: _gives(came, _less_the_smallest),
        "The smallest score is subtracted, so that the others grow: exp overflows as before. "
        "Subtract the largest, and no power is above 1.",
        example=_less_the_smallest,
    ),
    scores_cut_off=Wrong(
        lambda came: all(np.isfinite(one).all() for one in came) and _is_flat(came[2]),
        "The scores are cut off at a bound, and those beyond it become the same: -1000 and -2000 "
        "get the same probability. Subtract the largest score of each sample instead, which loses "
        "nothing.",
        example=lambda z: _plain(z.clip(-500.0, 500.0)),
    ),
)


OF_CROSS_ENTROPY = misconceptions(
    "cross_entropy",
    COSTS,
    sum_for_mean=Wrong(
        lambda p, right: right * len(p),
        "This is the sum over the samples; the exercise asks for the mean.",
    ),
    sign_forgotten=Wrong(
        lambda right: -right,
        "The sign is missing: logarithms of probabilities are negative, and a cost is positive.",
    ),
    logarithm_of_base_two=Wrong(
        lambda right: float(right / np.log(2)),
        "This is the logarithm of base 2: use the natural one, `np.log`.",
    ),
    entropy_of_the_prediction=Wrong(
        lambda p: float(-np.mean(np.sum(p * np.log(p), axis=-1))),
        "The labels make no difference here: this is the entropy of p itself. Only the "
        "probability of the right class counts.",
    ),
)


def _by_hand(_part: str, at: tuple[int, int], z: np.ndarray, labels: np.ndarray) -> list[str]:
    (i, j), p = at, _softmax(z)
    right, name = int(labels[i] == j), f"gradient[{i}, {j}]"
    return [
        listed(f"p = softmax(z[{i}])", p[i]),
        f"{name} = (p[{j}] − {right}) / n   (the right class is {labels[i]}, n is {len(z)})",
        f"{name} = ({p[i, j]:.6g} − {right}) / {len(z)} = {(p[i, j] - right) / len(z):.6g}",
    ]


SMALL_GRADIENT = small_inputs("gradient", by_hand=_by_hand)
OF_GRADIENT = misconceptions(
    "gradient",
    COSTS,
    not_divided_by_n=Wrong(
        lambda z, right: right * len(z),
        "This is n times the gradient: the cost is a mean over n samples, so divide by n.",
    ),
    opposite_sign=Wrong(
        lambda right: -right,
        "The sign is wrong: the gradient is softmax(z) - onehot, over n.",
    ),
    onehot_forgotten=Wrong(
        lambda z: _softmax(z) / len(z),
        "The 1 at the right class is not subtracted: this is softmax(z) / n.",
    ),
)


def _sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


OF_SLOWDOWN = misconceptions(
    "slowdown",
    "The slowdown problem",
    derivative_by_sigma=Wrong(
        lambda z: (2 * _sigmoid(z), 1 / (1 - _sigmoid(z))),
        "These are derivatives with respect to the *output* σ. With respect to z, the chain rule "
        "multiplies each by σ(1 - σ).",
    ),
    target_one=Wrong(
        lambda z: (2 * (_sigmoid(z) - 1) * _sigmoid(z) * (1 - _sigmoid(z)), _sigmoid(z) - 1),
        "These are the slopes for the target 1; the exercise asks for the target 0.",
    ),
    factor_two_missing=Wrong(
        lambda right: (right[0] / 2, right[1]),
        "The factor 2 is missing in the squared error's slope: the derivative of σ² is 2σσ′.",
    ),
    slopes_swapped=Wrong(
        lambda right: (right[1], right[0]),
        "The two slopes are swapped: the squared error's comes first.",
    ),
)
