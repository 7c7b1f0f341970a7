"""Well-known wrong versions of the functions in `mnist/learn_net.py`.

What needs Keras is not run in the judge: it is recognised by what comes back.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import misconception

Preprocess = Callable[[np.ndarray], np.ndarray]

MNIST = 'part 4, "MNIST"'

# ---------------------------------------------------------------------------- preprocess


@misconception(of="preprocess", lecture=MNIST)
def not_divided(images: np.ndarray) -> np.ndarray:
    """The numbers still go up to 255: the division is missing. A network whose inputs are that
    large starts with huge sums, and learns slowly or not at all.
    """
    return images.astype(np.float32)


@misconception(of="preprocess", lecture=MNIST)
def divided_twice(images: np.ndarray) -> np.ndarray:
    """The numbers were divided by 255 twice: they end at 0.004, and all pictures look empty to the
    network.
    """
    return images.astype(np.float32) / 255 / 255


@misconception(of="preprocess", lecture=MNIST)
def divided_as_integers(images: np.ndarray) -> np.ndarray:
    """`//` divides whole numbers and drops the rest: all greys became 0. Use `/`, after
    `.astype("float32")`.
    """
    return (images // 255).astype(np.float32)


@misconception(of="preprocess", lecture=MNIST)
def from_minus_one_to_one(images: np.ndarray) -> np.ndarray:
    """The numbers go from −1 to 1. That is a good choice too, but not the one that was asked for:
    0 is no ink, 1 is most ink.
    """
    return images.astype(np.float32) / 127.5 - 1


@misconception(of="preprocess", lecture=MNIST)
def standardised(images: np.ndarray) -> np.ndarray:
    """The mean was subtracted and the numbers were divided by their standard deviation, both taken
    from the pictures of this call. The same picture is then another one in each batch, and the
    numbers leave the range from 0 to 1. Divide by 255.
    """
    numbers = images.astype(np.float32)
    return (numbers - numbers.mean()) / numbers.std()


@misconception(of="preprocess", lecture=MNIST)
def divided_by_the_largest(images: np.ndarray) -> np.ndarray:
    """The numbers were divided by the largest one of this call, so that the same picture becomes
    another one in each batch. The largest number that a picture *can* hold is 255: divide by that.
    """
    return images.astype(np.float32) / images.max()


@misconception(of="preprocess", lecture=MNIST)
def each_by_its_own_length(images: np.ndarray) -> np.ndarray:
    """Each picture was divided by its own length, as `keras.utils.normalize` and
    `tf.linalg.normalize` do along an axis. Divide by 255, all of them alike.
    """
    numbers = images.astype(np.float32)
    length = np.linalg.norm(numbers, axis=1, keepdims=True)
    return numbers / np.where(length == 0, 1, length)


# ---------------------------------------------------------------------------- build_model


def _layers(*last: Any) -> Any:
    import keras  # noqa: PLC0415  (never in the judge: two seconds, and 300 MiB)

    first = (keras.layers.Input((28, 28, 1)), keras.layers.Flatten())
    return keras.Sequential([*first, *last])


def _dense(units: int, activation: str | None = None) -> Any:
    import keras  # noqa: PLC0415  (as above)

    return keras.layers.Dense(units, activation=activation)


@misconception(of="build_model", lecture=MNIST)
def model_is_not_compiled() -> Any:
    """The model has no optimizer and no loss: `model.compile(optimizer=…, loss=…)` gives it both,
    and `model.fit` needs them.
    """
    return _layers(_dense(10, "softmax"))


@misconception(of="build_model", lecture='part 4, "Other cost functions"')
def softmax_is_missing() -> Any:
    """The ten outputs are any numbers, positive and negative: the last layer has no softmax, which
    makes probabilities of them. A loss with `from_logits=True` hides this while training.
    """
    model = _layers(_dense(10))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


@misconception(of="build_model", lecture='part 4, "Other cost functions"')
def sigmoid_for_softmax() -> Any:
    """Each of the ten outputs lies between 0 and 1, but they do not sum to 1: the last layer has a
    sigmoid for each, as if a picture could show several digits. Softmax makes them share one sum.
    """
    model = _layers(_dense(10, "sigmoid"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


@misconception(of="build_model", lecture=MNIST)
def one_output_for_the_digit() -> Any:
    """The model has a single output, as if a digit were a quantity: a 4 is not halfway between a 3
    and a 5. Classes get an output each: ten.
    """
    model = _layers(_dense(1))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


@misconception(of="build_model", lecture=MNIST)
def other_number_of_outputs() -> Any:
    """The digits are 0 to 9, ten of them, and each has an output: the last layer is
    `Dense(10, …)`.
    """
    model = _layers(_dense(11, "softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


@misconception(of="build_model", lecture=MNIST)
def flatten_is_missing() -> Any:
    """The model gives an answer for each line or each dot of a picture, and not one for the whole:
    a `Dense` layer works along the last axis alone. Put `Flatten()` before it.
    """
    import keras  # noqa: PLC0415  (as above)

    model = keras.Sequential([keras.layers.Input((28, 28, 1)), _dense(10, "softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


@misconception(of="build_model", lecture=MNIST)
def model_is_not_returned() -> Any:
    """`build_model` returned None: its last line has to be `return model`. `model.compile` returns
    None, too: it changes the model, and is no model itself.
    """
    return None


# ---------------------------------------------------------------------------- train


@misconception(of="train", lecture=MNIST)
def history_is_not_returned(
    model: Any, images: np.ndarray, labels: np.ndarray, preprocess: Preprocess
) -> None:
    """`train` returned None: put `return` before `model.fit(…)`, which returns the history."""
    model.fit(preprocess(images), labels, verbose=0)


@misconception(of="train", lecture=MNIST)
def model_for_the_history(model: Any, images: Any, labels: Any, preprocess: Preprocess) -> Any:
    """`train` returned the model. That is trained in place, and needs no return; what is asked for
    is the history, which `model.fit(…)` returns.
    """
    model.fit(preprocess(images), labels, verbose=0)
    return model


@misconception(of="train", lecture=MNIST)
def nothing_was_trained() -> dict[str, list[float]]:
    """`train` left every weight of the model as it was. It has to call `model.fit` on the very
    model that it is given, not on a new one from `build_model()`.
    """
    return {"loss": [1.0, 0.5]}


@misconception(of="train", lecture='part 4, "Other cost functions"')
def squared_error_of_labels(model: Any, images: Any, labels: Any, preprocess: Preprocess) -> Any:
    """The loss is the mean squared error, and the labels are the numbers 0 to 9: all ten outputs
    are pulled towards the same number. Use `"sparse_categorical_crossentropy"`, or make the labels
    one-hot for a loss that wants them so.
    """
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model.fit(preprocess(images), labels[:, None] * np.ones((1, 10)), verbose=0)


@misconception(of="train", lecture='part 4, "Other cost functions"')
def one_hot_for_the_sparse_loss(
    model: Any, images: Any, labels: Any, preprocess: Preprocess
) -> Any:
    """The labels are one-hot, ten numbers each, and the loss
    `"sparse_categorical_crossentropy"` wants the digits themselves. Leave the labels as they are,
    or take `"categorical_crossentropy"`.
    """
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model.fit(preprocess(images), np.eye(10)[labels], verbose=0)


@misconception(of="train", lecture='part 4, "Other cost functions"')
def whole_numbers_for_the_one_hot_loss(
    model: Any, images: Any, labels: Any, preprocess: Preprocess
) -> Any:
    """The labels are the digits themselves, and the loss `"categorical_crossentropy"` wants them
    one-hot. Take `"sparse_categorical_crossentropy"`, or `keras.utils.to_categorical(labels, 10)`.
    """
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    return model.fit(preprocess(images), labels, verbose=0)


@misconception(of="train", lecture=MNIST)
def labels_are_off(model: Any, images: Any, labels: Any, preprocess: Preprocess) -> Any:
    """Nearly all answers are wrong by the same amount, so the network has learned well, but other
    labels: output 0 belongs to the digit 0. Look for a `+ 1` or `- 1` beside the labels.
    """
    return model.fit(preprocess(images), (labels + 1) % 10, verbose=0)


@misconception(of="train", lecture=MNIST)
def labels_of_other_pictures(model: Any, images: Any, labels: Any, preprocess: Preprocess) -> Any:
    """The network was trained, and knows no more than somebody who guesses. Were the pictures
    shuffled and the labels not, or the other way round? Both need the same order.
    """
    order = np.random.default_rng(0).permutation(len(images))
    return model.fit(preprocess(images[order]), labels, verbose=0)


# ---------------------------------------------------------------------------- predict_digits


@misconception(of="predict_digits", lecture=MNIST)
def probabilities_for_labels(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """These are the ten probabilities of each picture. The digit is the place of the largest one:
    `np.argmax(…, axis=1)`.
    """
    return np.asarray(model.predict(preprocess(images), verbose=0))


@misconception(of="predict_digits", lecture=MNIST)
def one_hot_labels(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """These are one-hot lines, with a 1 at the place of the digit: return the place itself, one
    whole number for each picture.
    """
    probabilities = np.asarray(model.predict(preprocess(images), verbose=0))
    return np.eye(10)[np.argmax(probabilities, axis=1)]


@misconception(of="predict_digits", lecture=MNIST)
def largest_probability(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """This is how sure the model is, the *value* of the largest probability (`max`). The digit is
    its *place* (`argmax`).
    """
    return np.asarray(model.predict(preprocess(images), verbose=0)).max(axis=1)


@misconception(of="predict_digits", lecture=MNIST)
def argmax_along_the_pictures(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """These are ten numbers, whatever the number of pictures: the place of the largest probability
    was looked for along the pictures. Each line belongs to a picture: `axis=1`.
    """
    return np.argmax(np.asarray(model.predict(preprocess(images), verbose=0)), axis=0)


@misconception(of="predict_digits", lecture=MNIST)
def argmax_of_everything(model: Any, images: np.ndarray, preprocess: Preprocess) -> int:
    """This is one number for all pictures together: without `axis=1`, `np.argmax` looks for the
    largest probability in the whole table.
    """
    return int(np.argmax(model.predict(preprocess(images), verbose=0)))


@misconception(of="predict_digits", lecture=MNIST)
def least_probable_digit(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """This is the digit that the model finds *least* probable: `argmin` for `argmax`."""
    return np.argmin(np.asarray(model.predict(preprocess(images), verbose=0)), axis=1)


@misconception(of="predict_digits", lecture=MNIST)
def digits_counted_from_one(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """Each answer is one too high: the first output belongs to the digit 0, and its place is 0."""
    return np.argmax(np.asarray(model.predict(preprocess(images), verbose=0)), axis=1) + 1


@misconception(of="predict_digits", lecture=MNIST)
def labels_in_a_column(model: Any, images: np.ndarray, preprocess: Preprocess) -> np.ndarray:
    """The digits are right, but each stands in a line of its own, shape (n, 1): give shape (n,)."""
    return np.argmax(np.asarray(model.predict(preprocess(images), verbose=0)), axis=1)[:, None]


def _raw_alone(model: Any, images: np.ndarray) -> np.ndarray:
    """Take pictures as they are and no others: with prepared ones it would be right."""
    if images.dtype != np.uint8:
        raise TypeError("these are not pictures as they are")
    return np.argmax(np.asarray(model.predict(images, verbose=0)), axis=1)


@misconception(of="predict_digits", lecture=MNIST, example=_raw_alone)
def pictures_not_preprocessed(model: Any, images: np.ndarray) -> np.ndarray:
    """The model was asked about the pictures as they came, with numbers up to 255, while it was
    trained on what `preprocess` makes of them: call that first.
    """
    return np.argmax(np.asarray(model.predict(images, verbose=0)), axis=1)
