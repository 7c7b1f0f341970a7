"""Well-known wrong versions of the functions in `neural_net/plot_net.py`.

Widths and colours are a matter of taste, so that the numbers of a wrong version are not those of a
submission with the same mistake: `recognise.py` tells by what they have in common.
"""

from __future__ import annotations

from .wrong_pictures import (
    colour_in_another_attribute,
    colour_not_set,
    colours_turned_round,
    counted_from_one,
    drawn_downwards,
    drawn_over_the_last_picture,
    edges_point_backwards,
    every_edge_like_the_last,
    inputs_joined_to_outputs,
    learning_rate_rounded_away,
    lines_and_columns_exchanged,
    negative_weights_left_out,
    neurons_of_a_layer_joined,
    numbers_under_the_wrong_words,
    other_names,
    output_layer_missing,
    small_weights_left_out,
    step_zero_left_out,
    text_without_its_f,
    width_is_the_weight_itself,
    width_not_set,
    width_unreadable,
)
from .wrong_weights import (
    colours_by_size,
    one_colour_by_two_names,
    one_colour_for_all,
    width_never_zero,
    width_of_positive_weights_alone,
    width_shrinks,
    width_the_same_for_all,
    width_with_a_sign,
    width_without_bound,
    zero_among_the_negative,
)

__all__ = [
    "colour_in_another_attribute",
    "colour_not_set",
    "colours_by_size",
    "colours_turned_round",
    "counted_from_one",
    "drawn_downwards",
    "drawn_over_the_last_picture",
    "edges_point_backwards",
    "every_edge_like_the_last",
    "inputs_joined_to_outputs",
    "learning_rate_rounded_away",
    "lines_and_columns_exchanged",
    "negative_weights_left_out",
    "neurons_of_a_layer_joined",
    "numbers_under_the_wrong_words",
    "one_colour_by_two_names",
    "one_colour_for_all",
    "other_names",
    "output_layer_missing",
    "small_weights_left_out",
    "step_zero_left_out",
    "text_without_its_f",
    "width_is_the_weight_itself",
    "width_never_zero",
    "width_not_set",
    "width_of_positive_weights_alone",
    "width_shrinks",
    "width_the_same_for_all",
    "width_unreadable",
    "width_with_a_sign",
    "width_without_bound",
    "zero_among_the_negative",
]
