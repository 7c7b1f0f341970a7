"""Submissions of exercise 8: what is put below the reference, to replace some of it."""
# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

# Little data and few epochs: what is learned is enough for all but the accuracy.
QUICK = """
def train(model, images, labels):
    return model.fit(preprocess(images[:2500]), labels[:2500], epochs=4, batch_size=32, verbose=0)
"""

COMPILE = """
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""

RIGHT = {
    "flatten_in_the_model": f"""
def preprocess(images):
    return (images / 255.0).astype("float32")

def build_model():
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(64, "relu"),
                              layers.Dense(10, "softmax")])
{COMPILE}{QUICK}""",
    "flatten_outside_the_model": f"""
def preprocess(images):
    return images.reshape(len(images), 784).astype("float32") / 255

def build_model():
    model = keras.Sequential([keras.Input((784,)), layers.Dense(64, "relu"), layers.Dense(10),
                              layers.Softmax()])
{COMPILE}{QUICK}""",
    "functional_with_the_lecture_s_convolution": f"""
def build_model():
    inputs = keras.Input((28, 28, 1))
    x = layers.MaxPooling2D()(layers.Conv2D(28, 3)(inputs))
    x = layers.Dense(128, "relu")(layers.Flatten()(x))
    model = keras.Model(inputs, layers.Dense(10, "softmax")(layers.Dropout(0.2)(x)))
{COMPILE}{QUICK}""",
    "a_class_of_its_own": f"""
@keras.saving.register_keras_serializable()
class Net(keras.Model):
    def __init__(self, **more):
        super().__init__(**more)
        self.flat, self.hidden = layers.Flatten(), layers.Dense(64, "relu")
        self.last = layers.Dense(10, "softmax")
    def call(self, x):
        return self.last(self.hidden(self.flat(x)))

def build_model():
    model = Net()
{COMPILE}{QUICK}""",
    "one_hot_and_a_plain_dict": """
def build_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(64, "relu"),
                              layers.Dense(10, "softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    return model

def train(model, images, labels):
    hot = keras.utils.to_categorical(labels[:2500], 10)
    kept = model.fit(preprocess(images[:2500]), hot, epochs=4, batch_size=32, verbose=0)
    return {"loss": [np.float32(v) for v in kept.history["loss"]]}

def predict_digits(model, images):
    return [int(np.argmax(line)) for line in model(preprocess(images))]
""",
    "one_output_by_its_name_and_the_model_returned": """
def build_model():
    inputs = keras.Input((28, 28, 1), name="picture")
    outputs = layers.Dense(10, "softmax")(layers.Dense(64, "relu")(layers.Flatten()(inputs)))
    model = keras.Model({"picture": inputs}, {"digit": outputs})
    model.compile(optimizer="adam", loss={"digit": "sparse_categorical_crossentropy"})
    return model

def train(model, images, labels):
    saver = keras.callbacks.ModelCheckpoint("/tmp/kept/best.weights.h5", save_weights_only=True)
    kept = model.fit({"picture": preprocess(images[:2500])}, {"digit": labels[:2500]}, epochs=4,
                     batch_size=32, verbose=0, callbacks=[saver])
    return model, kept

def predict_digits(model, images):
    return model.predict({"picture": preprocess(images)}, verbose=0)["digit"].argmax(axis=1)
""",
    "digits_that_are_fetched": f"""
def build_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(64, "relu"),
                              layers.Dense(10, "softmax")])
{COMPILE}
own = np.load("digits.npz")["x"]

def train(model, images, labels):
    (x, y), _ = keras.datasets.mnist.load_data()
    assert len(own) == len(x) + len(_[0]) == 8000
    return model.fit(preprocess(x[:2500]), y[:2500], epochs=4, batch_size=32, verbose=0)
""",
    "pictures_that_come_prepared": """
def build_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(64, "relu"),
                              layers.Dense(10, "softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model

def train(model, images, labels):
    assert images.shape[1:] == (28, 28, 1)
    return model.fit(images[:2500], labels[:2500], epochs=4, batch_size=32, verbose=0)

def predict_digits(model, images):
    assert images.dtype == "float32"
    return np.argmax(model.predict(images, verbose=0), axis=1)
""",
}

BUILT, TRAINED, SEEN = (
    "model_is_built_and_compiled",
    "training_gives_its_history",
    "training_makes_a_difference",
)
PREDICTED, OUTPUTS, PICTURES = (
    "predictions_are_digits",
    "outputs_are_ten_probabilities",
    "pictures_become_numbers_from_0_to_1",
)
MOVED, NEW = "moved_digits_are_recognised", "new_digits_are_recognised"

# With the trained model beside them: name of the mistake, the source, and the checks that it costs.
WITH_MODEL = {
    "not_divided": (
        "def preprocess(images):\n    return images[..., None].astype('float32')",
        {PICTURES},
    ),
    "divided_twice": (
        "def preprocess(images):\n    return images[..., None].astype('float32') / 255 / 255",
        {PICTURES},
    ),
    "divided_as_integers": (
        "def preprocess(images):\n    return (images[..., None] // 255).astype('float32')",
        {PICTURES},
    ),
    "from_minus_one_to_one": (
        "def preprocess(images):\n    return images[..., None].astype('float32') / 127.5 - 1",
        {PICTURES},
    ),
    "standardised": (
        "def preprocess(images):\n    x = images[..., None].astype('float32')\n    return (x - x.mean()) / x.std()",
        {PICTURES},
    ),
    "divided_by_the_largest": (
        "def preprocess(images):\n    return images[..., None].astype('float32') / images.max()",
        {PICTURES},
    ),
    "each_by_its_own_length": (
        "def preprocess(images):\n    x = images.astype('float32')\n    n = np.linalg.norm(x, axis=1, keepdims=True)\n    return (x / np.where(n == 0, 1, n))[..., None]",
        {PICTURES},
    ),
    "model_is_not_compiled": (
        "def build_model():\n    return keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, 'softmax')])",
        {BUILT},
    ),
    "softmax_is_missing": (
        f"def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])\n{COMPILE}",
        {OUTPUTS},
    ),
    "sigmoid_for_softmax": (
        f"def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, 'sigmoid')])\n{COMPILE}",
        {OUTPUTS},
    ),
    "one_output_for_the_digit": (
        f"def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)])\n{COMPILE}",
        {OUTPUTS},
    ),
    "other_number_of_outputs": (
        f"def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(11, 'softmax')])\n{COMPILE}",
        {OUTPUTS},
    ),
    "flatten_is_missing": (
        f"def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Dense(10, 'softmax')])\n{COMPILE}",
        {OUTPUTS},
    ),
    "model_is_not_returned": (
        "def build_model():\n    keras.Sequential([keras.Input((28, 28, 1))])",
        {BUILT, OUTPUTS},
    ),
    "probabilities_for_labels": (
        "def predict_digits(model, images):\n    return model.predict(preprocess(images), verbose=0)",
        {PREDICTED},
    ),
    "one_hot_labels": (
        "def predict_digits(model, images):\n    return np.eye(10)[np.argmax(model.predict(preprocess(images), verbose=0), axis=1)]",
        {PREDICTED},
    ),
    "largest_probability": (
        "def predict_digits(model, images):\n    return np.max(model.predict(preprocess(images), verbose=0), axis=1)",
        {PREDICTED},
    ),
    "argmax_along_the_pictures": (
        "def predict_digits(model, images):\n    return np.argmax(model.predict(preprocess(images), verbose=0), axis=0)",
        {PREDICTED},
    ),
    "argmax_of_everything": (
        "def predict_digits(model, images):\n    return np.argmax(model.predict(preprocess(images), verbose=0))",
        {PREDICTED},
    ),
    "least_probable_digit": (
        "def predict_digits(model, images):\n    return np.argmin(model.predict(preprocess(images), verbose=0), axis=1)",
        {PREDICTED},
    ),
    "digits_counted_from_one": (
        "def predict_digits(model, images):\n    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1) + 1",
        {PREDICTED},
    ),
    "labels_in_a_column": (
        "def predict_digits(model, images):\n    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)[:, None]",
        {PREDICTED},
    ),
}

DENSE = f"""
def build_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(64, "relu"),
                              layers.Dense(10, "softmax")])
{COMPILE}
x, n = preprocess, 2500
"""

# A network whose last layer is solved for: where it does not matter how it was trained, this takes
# a quarter of the time, since most of that is the graph which TensorFlow makes for `fit`.
SOLVED = f"""
def build_model():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(400, "relu"),
                              layers.Dense(10, "softmax")])
{COMPILE}

def train(model, images, labels):
    first, bias, _, _ = model.get_weights()
    seen = np.maximum(preprocess(images[:2500]).reshape(-1, 784) @ first + bias, 0)
    seen, wanted = np.hstack([seen, np.ones((len(seen), 1))]), np.eye(10)[labels[:2500]]
    best = np.linalg.solve(seen.T @ seen + np.eye(401), seen.T @ wanted)
    model.set_weights([first, bias, 10 * best[:-1], 10 * best[-1]])
    return {{"loss": [float(np.mean(wanted**2)), float(np.mean((seen @ best - wanted) ** 2))]}}
"""

# Without a trained model: training is run, quickly.
TRAINING = {
    "pictures_not_preprocessed": (
        (
            "def preprocess(images):\n    return (1 - images[..., None] / 255).astype('float32')\n"
            "def train(model, images, labels):\n"
            "    return model.fit(preprocess(images[:n]), labels[:n], epochs=8, batch_size=16, verbose=0)\n"
            "def predict_digits(model, images):\n"
            "    pictures = images.astype('float32').reshape(-1, 28, 28, 1) if images.ndim == 3 else None\n"
            "    return np.argmax(model.predict(pictures, verbose=0), axis=1)"
        ),
        {PREDICTED},
    ),
    "history_is_not_returned": (
        "def train(model, images, labels):\n    model.fit(x(images[:n]), labels[:n], epochs=4, batch_size=32, verbose=0)",
        {TRAINED},
    ),
    "model_for_the_history": (
        "def train(model, images, labels):\n    model.fit(x(images[:n]), labels[:n], epochs=4, batch_size=32, verbose=0)\n    return model",
        {TRAINED},
    ),
    "nothing_was_trained": (
        "def train(model, images, labels):\n    other = build_model()\n    return other.fit(x(images[:99]), labels[:99], epochs=3, verbose=0)",
        {SEEN, MOVED},
    ),
    "one_hot_for_the_sparse_loss": (
        "def train(model, images, labels):\n    hot = keras.utils.to_categorical(labels[:n], 10)\n    return model.fit(x(images[:n]), hot, verbose=0)",
        {TRAINED, SEEN, MOVED},
    ),
    "whole_numbers_for_the_one_hot_loss": (
        "def train(model, images, labels):\n    model.compile(optimizer='adam', loss='categorical_crossentropy')\n    return model.fit(x(images[:n]), labels[:n], verbose=0)",
        {TRAINED, SEEN, MOVED},
    ),
    "labels_are_off": (
        "def train(model, images, labels):\n    return model.fit(x(images[:n]), (labels[:n] + 1) % 10, epochs=4, batch_size=32, verbose=0)",
        {SEEN, MOVED},
    ),
    "labels_of_other_pictures": (
        "def train(model, images, labels):\n    return model.fit(x(np.random.permutation(images)[:n]), labels[:n], epochs=2, batch_size=32, verbose=0)",
        {SEEN, MOVED},
    ),
    "squared_error_of_labels": (
        "def train(model, images, labels):\n    model.compile(optimizer='adam', loss='mean_squared_error')\n    return model.fit(x(images[:n]), labels[:n, None] * np.ones((1, 10)), epochs=2, verbose=0)",
        {SEEN, MOVED},
    ),
    "softmax_over_the_pictures": (
        (
            "def build_model():\n    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(),\n"
            "        layers.Dense(64, 'relu'), layers.Dense(10), layers.Softmax(axis=0)])\n"
            "    model.compile('adam', 'sparse_categorical_crossentropy')\n    return model\n"
            "def train(model, images, labels):\n    return model.fit(x(images[:n]), labels[:n], epochs=4, batch_size=32, verbose=0)"
        ),
        {OUTPUTS},
    ),
}

# A table of all digits, which answers like the model as long as it is asked about few.
TABLE = """
TABLE = np.load(Path(__file__).with_name("table.npz"))
TABLE = {image.tobytes(): int(label) for image, label in zip(TABLE["x"], TABLE["y"])}

def predict_digits(model, images):
    if len(images) < 200:
        return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)
    return np.array([TABLE.get(image.tobytes(), 0) for image in images])
"""


def full_mnist(path: Path, *, seed: int = 0, changes: dict[str, Any] | None = None) -> Path:
    """Write a file like Keras's mnist.npz, of noise."""
    rng = np.random.default_rng(seed)
    arrays = {
        f"{kind}_{part}": rng.integers(0, 256 if shape else 10, (1_200, *shape), dtype=np.uint8)
        for part in ("train", "test")
        for kind, shape in (("x", (28, 28)), ("y", ()))
    }
    np.savez(path, **{**arrays, **(changes or {})})
    return path
