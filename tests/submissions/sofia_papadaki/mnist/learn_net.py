"""
Exercise 8: MNIST
"""
import keras
import numpy as np
from keras import layers


def preprocess(images):
    return images[..., np.newaxis].astype(np.float32) / 255


def build_model():
    model = keras.Sequential()
    model.add(layers.Input((28, 28, 1)))
    model.add(layers.Conv2D(16, 3, activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def train(model, images, labels):
    history = model.fit(preprocess(images), labels, epochs=5, batch_size=64)
    return history.history


def predict_digits(model, images):
    return np.argmax(model.predict(preprocess(images)), axis=1)
