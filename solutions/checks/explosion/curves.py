"""Loss curves of every kind that a training gives, each with the only right answer.

At their end they are clear in every sense of "rising" and "falling": over the last third each loss
is above, or below, the one before. Close to a limit of the statement there is none.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Kind = Callable[[np.random.Generator], np.ndarray]

SHORTEST, LONGEST = 30, 150


@dataclass(frozen=True)
class LossCurve:
    """The losses of a training, and whether it has exploded."""

    kind: str
    losses: np.ndarray
    exploded: bool


def drawn(
    rng: np.random.Generator, kinds: Mapping[str, Kind], each: int, *, exploded: bool
) -> list[LossCurve]:
    """Return `each` curves of each kind."""
    return [
        LossCurve(kind, make(rng), exploded) for kind, make in kinds.items() for _ in range(each)
    ]


def learned_instead(losses: np.ndarray) -> np.ndarray:
    """Return as many losses that fall, from the same first one; from 1 where that is not finite."""
    first = losses[0] if np.isfinite(losses[0]) else 1.0
    fallen: np.ndarray = first * 0.9 ** np.arange(len(losses))
    return fallen


def _length(rng: np.random.Generator) -> int:
    return int(rng.integers(SHORTEST, LONGEST))


def _first(rng: np.random.Generator) -> float:
    return float(10.0 ** rng.uniform(-1.0, 6.0))


@functools.cache
def _evenly(count: int) -> np.ndarray:
    places = np.linspace(0.0, 1.0, count)
    places.flags.writeable = False
    return places


def _through(rng: np.random.Generator, exponents: list[float], noise: float = 0.0) -> np.ndarray:
    """Return losses whose powers of ten go through these, evenly; noise stops at two thirds."""
    length = _length(rng)
    powers = np.interp(_evenly(length), _evenly(len(exponents)), exponents)
    shaken = noise * rng.standard_normal(length)  # drawn without noise, too
    if noise:
        shaken[0] = 0.0
        shaken[math.ceil(0.6 * length) :] = 0.0
        powers = powers + shaken
    losses: np.ndarray = _first(rng) * 10.0**powers
    return losses


def _falls(rng: np.random.Generator) -> np.ndarray:
    return _through(rng, [0.0, rng.uniform(-8.0, -0.5)])


def _falls_ever_slower(rng: np.random.Generator) -> np.ndarray:
    steps = np.arange(_length(rng))
    losses: np.ndarray = _first(rng) * (1.0 + steps) ** -rng.uniform(0.3, 2.0)
    return losses


def _goes_up_and_down_while_falling(rng: np.random.Generator) -> np.ndarray:
    steps = np.arange(_length(rng))
    swing = 1.0 + rng.uniform(0.3, 0.8) * np.sin(rng.uniform(0.5, 3.1) * steps)
    losses: np.ndarray = _first(rng) * swing * 10.0 ** (-rng.uniform(1.0, 4.0) * steps / len(steps))
    # The end is a rise: the last loss above the one before, and far below the first all the same.
    losses[-1] = 1.3 * losses[-2]
    return losses


def _goes_up_and_down_by_turns(rng: np.random.Generator) -> np.ndarray:
    steps = np.arange(_length(rng))
    swing = np.where(steps % 2, rng.uniform(1.2, 1.6), 1.0)
    losses: np.ndarray = _first(rng) * swing * 10.0 ** (-rng.uniform(1.0, 3.0) * steps / len(steps))
    return losses


LEARNING: dict[str, Kind] = {
    "falls": _falls,
    "falls ever slower": _falls_ever_slower,
    "goes up and down while it falls": _goes_up_and_down_while_falling,
    "goes up and down alternately while it falls": _goes_up_and_down_by_turns,
}


def _stays_and_trembles(rng: np.random.Generator) -> np.ndarray:
    losses = _first(rng) * (1.0 + 0.03 * rng.standard_normal(_length(rng)))
    losses[-2:] = losses[0] * np.array([1.01, 1.04])
    return losses


def _rises_beyond_and_begins_to_fall(rng: np.random.Generator) -> np.ndarray:
    top = rng.uniform(9.0, 28.0)
    return _through(rng, [0.0, top, rng.uniform(4.0, top - 4.0)], noise=0.05)


PLATEAUS: dict[str, Kind] = {
    "stays where it is": lambda rng: np.full(_length(rng), _first(rng)),
    "stays, and trembles": _stays_and_trembles,
    "falls, and stays there": lambda rng: _through(rng, [0.0, *[rng.uniform(-4.0, -0.5)] * 3]),
}
RISING_FOR_A_WHILE: dict[str, Kind] = {
    "rises below 1,000 ×, and falls": lambda rng: _through(
        rng, [0.0, rng.uniform(0.5, 2.5), rng.uniform(-4.0, -0.5)], noise=0.05
    ),
    "rises beyond 1,000 ×, and falls below its start": lambda rng: _through(
        rng, [0.0, rng.uniform(4.0, 12.0), rng.uniform(-4.0, -0.5)], noise=0.05
    ),
    "rises beyond 1,000 ×, and is falling at the end": _rises_beyond_and_begins_to_fall,
}


def _jumps_and_rises(rng: np.random.Generator) -> np.ndarray:
    losses = 10.0 ** rng.uniform(4.0, 8.0) * 1.02 ** np.arange(_length(rng))
    losses[0] = 1.0
    return _first(rng) * losses


RISING: dict[str, Kind] = {
    "rises beyond 1,000 ×": lambda rng: _through(rng, [0.0, rng.uniform(4.0, 12.0)]),
    "falls first, then rises beyond 1,000 ×": lambda rng: _through(
        rng, [0.0, rng.uniform(-3.0, -0.5), rng.uniform(4.0, 12.0)]
    ),
    "rises beyond 1,000 × shakily": lambda rng: _through(
        rng, [0.0, rng.uniform(4.0, 12.0)], noise=0.4
    ),
    "rises to the largest numbers there are": lambda rng: _through(
        rng, [0.0, rng.uniform(150.0, 300.0)]
    ),
    "rises beyond 1,000 × from the first of two to the second": lambda rng: (
        _first(rng) * np.array([1.0, 10.0 ** rng.uniform(4.0, 12.0)])
    ),
    "jumps beyond 1,000 × at the first step, and goes on rising": _jumps_and_rises,
}


def _ends_in(*tail: float) -> Kind:
    def make(rng: np.random.Generator) -> np.ndarray:
        losses = _through(rng, [0.0, rng.uniform(100.0, 300.0)])
        kept = losses[: int(rng.integers(len(losses) // 2, len(losses)))]
        return np.concatenate([kept, tail])

    return make


def _one_is(value: float, *, first: bool = False) -> Kind:
    def make(rng: np.random.Generator) -> np.ndarray:
        losses = _falls(rng)
        losses[0 if first else int(rng.integers(1, len(losses) - 1))] = value
        return losses

    return make


NON_FINITE: dict[str, Kind] = {
    "rises, and ends in inf": _ends_in(np.inf, np.inf),
    "rises, and ends in inf and nan": _ends_in(np.inf, np.nan, np.nan),
    "rises, and ends in nan": _ends_in(np.nan),
    "is nan once on its way": _one_is(np.nan),
    "is inf once on its way": _one_is(np.inf),
    "begins with nan": _one_is(np.nan, first=True),
    "is nan from its start to its end": lambda rng: np.full(_length(rng), np.nan),
}
EXPLODING = RISING | NON_FINITE
GREY: dict[str, Kind] = {
    "rises to 2 to 1,000 ×": lambda rng: _through(rng, [0.0, rng.uniform(0.4, 2.9)])
}

# What any attempt at an answer tells apart. Exact in single precision too.
PLAIN_EXPLOSIONS = (
    np.array([2.0**k for k in range(0, 120, 4)] + [np.inf] * 3),
    np.array([2.0**k for k in range(0, 120, 4)] + [np.inf, np.nan, np.nan]),
    np.array([2.0**k for k in range(0, 120, 4)]),
)
# Whether these explode is nobody's to say; what is said of them tells one mistake from another.
IN_BETWEEN = np.array([1.0, 5.0, 30.0]), np.array([1.0, 40.0, 30.0]), np.array([1.0, 2.0, 1.0])
# They tell those mistakes apart that only look for inf and nan.
ON_THE_WAY = np.array([4.0, np.nan, 2.0, 1.0]), np.array([4.0, np.inf, 2.0, 1.0])
PLAIN_LEARNING = (
    np.array([1024.0 * 2.0**-k for k in range(30)]),
    np.array([8.0 + 2.0**-k for k in range(20)]),
)
PLAIN = (*PLAIN_EXPLOSIONS, *PLAIN_LEARNING, *IN_BETWEEN, *ON_THE_WAY)
