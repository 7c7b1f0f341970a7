"""Keras in a locked-down child of a zygote that has imported it: again and again, and side by side.

TensorFlow survives a fork only where nothing had been computed before it; a child hangs otherwise.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.submission import Session
from tests.sampling import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.isolated import IsolatedLauncher

CODE = b'''
import keras
import numpy as np


def learn(seed):
    """Learn which of two numbers is larger, from 2,000 pairs; return the share that is right."""
    keras.utils.set_random_seed(seed)
    x = np.random.default_rng(seed).random((2_200, 2)).astype("float32")
    y = (x[:, 0] > x[:, 1]).astype("int32")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="sparse_categorical_crossentropy")
    model.fit(x[:2_000], y[:2_000], epochs=2, batch_size=50, verbose=0)
    guess = model.predict(x[2_000:], batch_size=200, verbose=0).argmax(axis=1)
    return float((guess == y[2_000:]).mean())
'''
SAVING = b'''
import os
import keras
import numpy as np


def save():
    """Save a network in each way that there is, and read it again."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile(optimizer="sgd", loss="mse")
    x = np.ones((4, 2))
    keep = keras.callbacks.ModelCheckpoint("best.keras")
    model.fit(x, x, verbose=0, callbacks=[keep, keras.callbacks.CSVLogger("log.csv")])
    wanted = model.predict(x, verbose=0)
    model.save("whole.keras")
    model.save_weights("only.weights.h5")
    again = keras.models.load_model("whole.keras")
    best = keras.models.load_model("best.keras")
    model.set_weights([0 * w for w in model.get_weights()])
    model.load_weights("only.weights.h5")
    same = [np.array_equal(m.predict(x, verbose=0), wanted) for m in (again, best, model)]
    return same, sorted(os.listdir("."))
'''
PROFILE = Profile(
    name="keras",
    preload=("numpy", "numpy.random", "keras"),
    environment={
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "2",
        "TF_NUM_INTEROP_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    },
)
LIMITS = Limits(memory_mib=1024, call_seconds=120.0, exercise_wall_seconds=300.0)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("level", "in_a_row", "at_a_time"),
    [("full", 20 if is_whole() else 2, 4 if is_whole() else 2), ("reduced", 2, 2)],
    ids=["full", "reduced"],
)
def test_it_learns_in_a_row_and_two_at_a_time(
    shared_launchers: Callable[..., IsolatedLauncher],
    shared_stubs: Path,
    level: str,
    in_a_row: int,
    at_a_time: int,
) -> None:
    launcher = shared_launchers(level)
    files = {"net/learn.py": CODE}
    spec = RunnerSpec(files=files, folder="net", stubs=shared_stubs, profile=PROFILE, limits=LIMITS)

    def learn(seed: int) -> float:
        session = Session(launcher, spec)
        share: float = session.call("net/learn.py", "learn", [seed]).value
        usage = session.close()
        assert usage.restarts == 0
        assert usage.cpu_seconds is not None
        assert usage.cpu_seconds > 0.05
        return share

    first = learn(0)
    assert first > 0.9
    # Each child begins where the first began: with the same seed it learns the same network.
    assert [learn(0) for _ in range(in_a_row - 1)] == [first] * (in_a_row - 1)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(learn, [0] * at_a_time)) == [first] * at_a_time


@pytest.mark.parametrize("level", ["full", "reduced"])
def test_networks_are_saved_and_read(
    shared_launchers: Callable[..., IsolatedLauncher], shared_stubs: Path, level: str
) -> None:
    files = {"net/learn.py": SAVING}
    spec = RunnerSpec(files=files, folder="net", stubs=shared_stubs, profile=PROFILE, limits=LIMITS)
    session = Session(shared_launchers(level), spec)
    same, names = session.call("net/learn.py", "save", []).value
    session.close()
    assert same == [True] * 3
    assert names == ["best.keras", "learn.py", "log.csv", "only.weights.h5", "whole.keras"]
