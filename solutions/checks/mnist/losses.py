"""A training that crashed, since the loss and the labels do not fit each other."""

import re
from collections.abc import Mapping
from typing import Any

from grader.checks import Case, Disagreement
from grader.errors import Crashed, SubmissionError

# What Keras says of a batch of labels: ten numbers each, or one.
SHAPES = re.compile(
    r"target\.shape=\((?:None|\d+),(?P<ten> 10)?\), output\.shape=\((?:None|\d+), 10\)"
)
SQUARED = ("mean_squared_error", "mse", "MSE")


def explained(case: Case, said: Mapping[str, Any], error: Crashed) -> SubmissionError:
    """Return what a crash of `train` comes from, where that is known, and the crash where not.

    `said` is what the runner says of the model. The crash is the submission's word, which at most
    names another mistake of its own.
    """
    loss, text = str(said.get("loss", "")), error.message
    shapes, known = SHAPES.search(text), ""
    if shapes and shapes["ten"] and loss.startswith("sparse_"):
        known = "one_hot_for_the_sparse_loss"
    elif shapes and not shapes["ten"] and loss == "categorical_crossentropy":
        known = "whole_numbers_for_the_one_hot_loss"
    elif loss in SQUARED and "BroadcastGradientArgs" in text:
        known = "squared_error_of_labels"
    if not known:
        return error
    return Disagreement(
        "`train` crashed: the loss and the labels do not fit each other.",
        got=" ".join(text.split()),
        diagnoses=(case.known(known),),
        frames=error.frames,
    )
