"""How many right answers may fail by chance, according to the probabilities that checks state."""

from __future__ import annotations

__all__ = ["Chance", "most_by_chance"]

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.authoring.audit.false_fail import FalseFail

# If chance gives so many failures less often than this, another reason is assumed.
SURPRISE = 1e-6


def most_by_chance(runs: int, probability: float) -> int:
    """Return how many failures in so many independent runs chance can explain.

    Parameters
    ----------
    runs : int
    probability : float
        The probability of a failure in one run, 0 to 1.

    Returns
    -------
    int
        The smallest k with P(more than k failures) < 1e-6 in the binomial distribution; 0 if the
        probability is 0.
    """
    if probability <= 0.0:
        return 0
    if probability >= 1.0:
        return runs
    term = math.exp(runs * math.log1p(-probability))  # P(0 failures), then P(1), …
    below = term
    for failures in range(runs):
        if 1.0 - below < SURPRISE:
            return failures
        term *= (runs - failures) / (failures + 1) * probability / (1.0 - probability)
        below += term
    return runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The probabilities that an exercise's checks state, and how often the checks ran.

    Attributes
    ----------
    stated : mapping of str to float
        The `false_fail` of each check, by its id; 0 for a check that is missing here.
    runs : mapping of str to int
        The number of inputs for each right answer, by its name.
    """

    stated: Mapping[str, float] = field(default_factory=dict)
    runs: Mapping[str, int] = field(default_factory=dict)

    def unexplained(self, fails: Sequence[FalseFail]) -> tuple[FalseFail, ...]:
        """Return the failures of right answers that chance does not explain.

        Chance never explains a crash or a grader error. Failures are counted separately for each
        check and right answer: those in float32 have the same random inputs as those in float64.
        """
        by_check = self._by_check(fails)
        return tuple(
            fail
            for fail in fails
            if fail.outcome != Outcome.FAILED
            or len(by_check[fail.check, fail.variant]) > self._most(fail.check, fail.variant)
        )

    def sentences(self, fails: Sequence[FalseFail]) -> tuple[str, ...]:
        """Return a sentence for each check whose failures of right answers chance explains."""
        left = self.unexplained(fails)
        return tuple(
            f"{check} failed {len(found)} of {self.runs.get(variant, 0):,} right answers "
            f"({variant}), which its false_fail of {self.stated.get(check, 0.0):g} explains"
            for (check, variant), found in self._by_check(fails).items()
            if not set(found) & set(left)
        )

    def _most(self, check: str, variant: str) -> int:
        return most_by_chance(self.runs.get(variant, 0), self.stated.get(check, 0.0))

    @staticmethod
    def _by_check(fails: Sequence[FalseFail]) -> dict[tuple[str, str], list[FalseFail]]:
        found: dict[tuple[str, str], list[FalseFail]] = defaultdict(list)
        for fail in fails:
            if fail.outcome == Outcome.FAILED:
                found[fail.check, fail.variant].append(fail)
        return found
