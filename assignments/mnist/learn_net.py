"""Exercise 8: a network of Keras learns to read digits.

Write the four functions below; `README.md` in this folder explains them. Run this file to train
on the digits that lie beside it, and to leave the trained model in `model.keras`.
"""

from pathlib import Path

import keras
import numpy as np
from keras import layers

EPOCHS = 15
BATCH_SIZE = 64


def preprocess(images: np.ndarray) -> np.ndarray:
    """Make of pictures what the model wants.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
        0 where there is no ink, 255 where there is most.

    Returns
    -------
    ndarray of dtype float32
        The same numbers between 0 and 1, picture by picture in the shape of the model's input,
        such as (n, 28, 28, 1) for a convolution, or (n, 784).
    """
    raise NotImplementedError("preprocess: write me")


def build_model() -> keras.Model:
    """Build and compile the network; nothing is trained here.

    Returns
    -------
    keras.Model
        With an output for each of the ten digits. The outputs are positive and sum to 1: how
        probable the model finds each digit.
    """
    raise NotImplementedError("build_model: write me")


def train(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> keras.callbacks.History:
    """Train the model that is given.

    Parameters
    ----------
    model : keras.Model
        What `build_model` returned. It is this one that is used afterwards.
    images : ndarray of shape (n, 28, 28), dtype uint8
        Pictures as they are: call `preprocess` yourself.
    labels : ndarray of shape (n,)
        Which digit each of them is, 0 to 9.

    Returns
    -------
    History or dict of lists
        What ``model.fit`` returns: the ``loss`` of each epoch, and whatever else was recorded.
    """
    raise NotImplementedError("train: write me")


def predict_digits(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Say which digit each picture shows.

    Parameters
    ----------
    model : keras.Model
        A trained model.
    images : ndarray of shape (n, 28, 28), dtype uint8
        Pictures as they are: call `preprocess` yourself.

    Returns
    -------
    ndarray of shape (n,), integers
        The digit that the model finds most probable, 0 to 9.
    """
    raise NotImplementedError("predict_digits: write me")


if __name__ == "__main__":
    digits = np.load(Path(__file__).with_name("digits.npz"))
    images, labels = digits["x"], digits["y"]
    model = build_model()
    train(model, images[:7000], labels[:7000])
    right = predict_digits(model, images[7000:]) == labels[7000:]
    print(f"accuracy on 1,000 digits that were not trained on: {np.mean(right):.1%}")
    model.save(Path(__file__).with_name("model.keras"))
