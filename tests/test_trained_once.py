"""A slow training is done once for many odd values, and other calls are made as they are."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.audit.trained_once import trained_once

if TYPE_CHECKING:
    from grader.authoring.audit.direct import FromModule


class Model:
    """A model of Keras, as far as `trained_once` looks at it."""

    def __init__(self, size: int) -> None:
        self.weights = [np.zeros(size)]

    def get_weights(self) -> list[np.ndarray]:
        """Return copies."""
        return [weights.copy() for weights in self.weights]

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take copies."""
        self.weights = [one.copy() for one in weights]


def module(trainings: list[int]) -> types.ModuleType:
    """Return a module whose `train` counts its calls."""

    def train(model: Model, step: float) -> str:
        trainings.append(1)
        model.weights[0] += step
        return "history"

    made = types.ModuleType("learn_net")
    vars(made)["train"] = train
    return made


@pytest.fixture
def trainings() -> list[int]:
    return []


def patched(trainings: list[int], *, patches: dict[str, FromModule]) -> Any:
    """Return `train` of a new module, as a session with these patches has it."""
    return patches["train"](module(trainings))


def test_a_training_is_done_once_for_all_sessions(trainings: list[int]) -> None:
    patches = trained_once(["train"])
    for _ in range(3):
        model = Model(2)
        assert patched(trainings, patches=patches)(model, 0.5) == "history"
        assert model.weights[0].tolist() == [0.5, 0.5]
    assert len(trainings) == 1


def test_another_model_is_trained_by_itself(trainings: list[int]) -> None:
    patches = trained_once(["train"])
    for size in (2, 3):
        model = Model(size)
        patched(trainings, patches=patches)(model, 0.5)
        assert model.weights[0].tolist() == [0.5] * size
    assert len(trainings) == 2


def test_what_trains_nothing_is_called_each_time(trainings: list[int]) -> None:
    patches = trained_once(["train"])
    for _ in range(2):
        patched(trainings, patches=patches)(Model(2), 0.0)
    assert len(trainings) == 2


def test_what_is_no_model_fails_as_before(trainings: list[int]) -> None:
    call = patched(trainings, patches=trained_once(["train"]))
    with pytest.raises(AttributeError):
        call("no model", 0.5)
