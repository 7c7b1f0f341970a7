"""Code for an earlier Keras, or that wants what is not there, is no worse for it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from grader.errors import SubmissionError
from grader.sandbox.launcher import Limits, RunnerSpec
from grader.submission import Session
from tests.courses import the_course
from tests.launching import launcher

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(memory_mib=1024, import_seconds=120.0, exercise_wall_seconds=600.0)
# What is imported or done, an expression that holds afterwards, and what the note speaks of.
OLD = {
    "np_utils": (
        "from keras.utils import np_utils",
        "np_utils.to_categorical([1], 2)[0, 1] == 1",
        "earlier Keras",
    ),
    "core": (
        """
        from keras.layers import Dense as D
        from keras.layers.core import Dense, Dropout
        """,
        "Dense is D",
        "earlier Keras",
    ),
    "convolutional": (
        """
        import tensorflow as tf
        from tensorflow.keras.layers.convolutional import Conv2D
        """,
        "Conv2D is tf.keras.layers.Conv2D",
        "earlier Keras",
    ),
    "normalization": (
        "import keras.layers.normalization as n",
        "n.BatchNormalization(name='b').name == 'b'",
        "earlier Keras",
    ),
    "experimental": (
        "from tensorflow.keras.layers.experimental.preprocessing import Rescaling",
        "float(Rescaling(2.0).scale) == 2",
        "earlier Keras",
    ),
    "lr": (
        """
        import keras
        both = keras.optimizers.Adam(lr=0.5), keras.optimizers.SGD(lr=2.0)
        """,
        "[float(optimizer.learning_rate) for optimizer in both] == [0.5, 2.0]",
        "`lr`",
    ),
    "images": (
        """
        import numpy as np
        from keras.preprocessing.image import ImageDataGenerator
        generator = ImageDataGenerator(rotation_range=9, zoom_range=0.1, width_shift_range=0.1)
        flow = generator.flow(np.zeros((4, 28, 28, 1)), np.arange(4), batch_size=2)
        """,
        "next(flow)[0].shape == (2, 28, 28, 1)",
        "",
    ),
    "plot_model": (
        """
        import keras
        from keras.utils import plot_model
        from tensorflow.keras.utils import plot_model as p
        m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        """,
        "plot_model(m, to_file='m.png') is None and p(m) is None",
        "`plot_model`",
    ),
    "load_data": (
        """
        import tensorflow as tf
        from keras.datasets import mnist
        (x, y), _ = mnist.load_data()
        (a, b), _ = tf.keras.datasets.mnist.load_data()
        """,
        "x.shape[1:] == (28, 28) and len(x) == len(y) and str(a.dtype) == 'uint8'",
        "`load_data()`",
    ),
    "TensorBoard": (
        """
        import keras
        import numpy as np
        from tensorflow.keras.callbacks import TensorBoard
        m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        m.compile("sgd", "mse")
        boards = [TensorBoard("logs"), keras.callbacks.TensorBoard(log_dir="l", histogram_freq=1)]
        h = m.fit(np.zeros((4, 1)), np.zeros(4), verbose=0, callbacks=boards)
        """,
        "len(h.history['loss']) == 1",
        "TensorBoard",
    ),
}


def order(files: dict[str, bytes]) -> RunnerSpec:
    """Return an order as of exercise 8: in a whole run they share what has imported Keras."""
    [exercise] = the_course().only(["mnist"]).exercises
    stubs, profile = ROOT / "assignments", exercise.profile
    return RunnerSpec(files=files, folder="net", stubs=stubs, profile=profile, limits=LIMITS)


@pytest.mark.parametrize("name", OLD)
def test_old_names_and_what_is_not_there(name: str) -> None:
    done, holds, spoken_of = OLD[name]
    source = f"{dedent(done)}\n\n\ndef f():\n    return bool({holds})\n"
    files = {"net/work.py": source.encode()}
    session = Session(launcher(), order(files))
    try:
        assert session.call("net/work.py", "f", [], seconds=120.0).value is True
    finally:
        session.close()
    assert [note for note in session.notes if spoken_of in note] == session.notes
    assert bool(session.notes) is bool(spoken_of)


def test_what_never_was_in_keras_is_not_found() -> None:
    source = b"def f():\n    import keras.layers.nothing\n"
    files = {"net/work.py": source}
    session = Session(launcher(), order(files))
    with pytest.raises(SubmissionError, match=r"keras\.layers\.nothing"):
        session.call("net/work.py", "f", [])
    session.close()
