"""Exercice 8 : MNIST avec Keras."""

from pathlib import Path

import keras
import numpy as np


def preprocess(images):
    return images.reshape(len(images), 784).astype("float32") / 255


def build_model():
    # une seule couche cachée, comme dans les exercices précédents
    model = keras.Sequential([
        keras.layers.Input((784,)),
        keras.layers.Dense(48, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, images, labels):
    return model.fit(preprocess(images), labels, batch_size=64, epochs=12, verbose=0)


def predict_digits(model, images):
    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)


if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    digits = np.load(Path(__file__).with_name("digits.npz"))
    images, labels = digits["x"], digits["y"]
    model = build_model()
    train(model, images[:7000], labels[:7000])
    bon = predict_digits(model, images[7000:]) == labels[7000:]
    print(f"reconnus : {np.mean(bon):.1%}")
    model.save(Path(__file__).with_name("model.keras"))
