"""The known mistakes in learning structured data: see the modules."""

from __future__ import annotations

from ..random_data.wrong_data import (
    all_units_start_equal,
    starts_with_zeros,
)
from .wrong_choices import (
    answer_in_the_start,
    at_the_edge_of_stability,
    bad_minimum_from_every_start,
    learned_by_heart,
    rate_too_large,
    rate_too_small,
    too_few_hidden_units,
)

__all__ = [
    "all_units_start_equal",
    "answer_in_the_start",
    "at_the_edge_of_stability",
    "bad_minimum_from_every_start",
    "learned_by_heart",
    "rate_too_large",
    "rate_too_small",
    "starts_with_zeros",
    "too_few_hidden_units",
]
