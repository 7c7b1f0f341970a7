"""Exercise 8: a network of Keras learns to read digits.

Write the four functions below; `README.md` in this folder explains them. Run this file to train
on the digits that lie beside it, and to leave the trained model in `model.keras`.
"""
# ruff: noqa: T201

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
    ### BEGIN SOLUTION
    return images[..., np.newaxis].astype(np.float32) / 255
    ### END SOLUTION


def build_model() -> keras.Model:
    """Build and compile the network; nothing is trained here.

    Returns
    -------
    keras.Model
        With an output for each of the ten digits. The outputs are positive and sum to 1: how
        probable the model finds each digit.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            # Each picture is moved a little, each time by another amount.
            layers.RandomTranslation(0.08, 0.08, fill_mode="constant"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    # Long steps first, short ones at the end.
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 1.5e-3 * 0.8**epoch)
    return model.fit(
        preprocess(images),
        labels,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        callbacks=[schedule],
        verbose=2,
    )
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)
    ### END SOLUTION


if __name__ == "__main__":
    digits = np.load(Path(__file__).with_name("digits.npz"))
    images, labels = digits["x"], digits["y"]
    model = build_model()
    train(model, images[:7000], labels[:7000])
    right = predict_digits(model, images[7000:]) == labels[7000:]
    print(f"accuracy on 1,000 digits that were not trained on: {np.mean(right):.1%}")
    model.save(Path(__file__).with_name("model.keras"))
