"""What `create_data` draws, read with patience and tested with exact bounds.

Every test below is exact for normal numbers, for every number of samples: a right answer fails any
single one with a probability of at most 1e-9 on either side.
"""

import numpy as np

from grader.checks import Case

from ..random_data.draws import lines_of, pair
from .learning import D_IN, D_OUT, outputs


def drawn(case: Case, n: int, noise_std_dev: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the submission's x (n, 6) and y (n, 2); turned round is forgiven."""
    x, y = pair(case, "create_data", ("x", "y"), n, noise_std_dev, case.fresh_rng())
    return lines_of(x, "x", n, D_IN), lines_of(y, "y", n, D_OUT)


def noise_of(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the noise in y: what the formula leaves over.

    Where the formula is another one, but linear, what the best linear formula leaves over is the
    noise, to a part in √n: a wrong sign in the formula is not paid for as a wrong noise.
    """
    noise = y - outputs(x)
    fitted: np.ndarray = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    plain: bool = float(noise.std()) <= 1.2 * float(fitted.std()) + 1e-4 * float(np.abs(y).max())
    return noise if plain else fitted


def belong_elsewhere(x: np.ndarray, y: np.ndarray) -> bool:
    """Say whether outputs are as large as they should be, and have nothing to do with x."""
    right = outputs(x)
    with np.errstate(all="ignore"):
        together = np.sum(right * y, axis=0) / np.sqrt(np.sum(right**2, 0) * np.sum(y**2, 0))
    spread, wanted = float(y[:, 1].std()), float(right[:, 1].std())
    unrelated = bool((np.abs(np.nan_to_num(together)) < 0.2).all())
    return unrelated and 0.7 * wanted < spread < 1.4 * wanted


def noise_alone(case: Case, n: int, noise_std_dev: float) -> np.ndarray:
    """Return the noise in the outputs that a submission draws.

    Outputs that belong to other inputs, as where x is shuffled alone, are paid for elsewhere: the
    noise is what the same generator adds to them where none is asked for.
    """
    rng = case.fresh_rng()
    (x, y), (_, plain) = (
        pair(case, "create_data", ("x", "y"), n, spread, rng) for spread in (noise_std_dev, 0.0)
    )
    x, y = lines_of(x, "x", n, D_IN), lines_of(y, "y", n, D_OUT)
    if belong_elsewhere(x, y):
        return y - lines_of(plain, "y", n, D_OUT)
    return noise_of(x, y)
