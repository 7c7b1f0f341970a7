"""Well-known wrong versions of the functions in `mnist/learn_net.py`.

What needs Keras is not run in the judge: it is recognised by what comes back.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Wrong, misconception, misconceptions

Preprocess = Callable[[np.ndarray], np.ndarray]

MNIST = 'part 4, "MNIST"'


def _standardised(numbers: np.ndarray) -> np.ndarray:
    return np.asarray((numbers - numbers.mean()) / numbers.std())


def _of_length_1(numbers: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(numbers, axis=1, keepdims=True)
    return np.asarray(numbers / np.where(length == 0, 1, length))


OF_PREPROCESS = misconceptions(
    "preprocess",
    MNIST,
    not_divided=Wrong(
        lambda images: images.astype(np.float32),
        "The numbers still go up to 255: the division is missing. A network whose inputs are that "
        "large starts with huge sums, and learns slowly or not at all.",
    ),
    divided_twice=Wrong(
        lambda images: images.astype(np.float32) / 255 / 255,
        "The numbers were divided by 255 twice: they end at 0.004, and all pictures look empty to "
        "the network.",
    ),
    divided_as_integers=Wrong(
        lambda images: (images // 255).astype(np.float32),
        "`//` divides whole numbers and drops the rest: all greys became 0. Use `/`, after "
        '`.astype("float32")`.',
    ),
    from_minus_one_to_one=Wrong(
        lambda images: images.astype(np.float32) / 127.5 - 1,
        "The numbers go from −1 to 1. That is a good choice too, but not the one in the exercise: "
        "0 is no ink, 1 is the most ink.",
    ),
    standardised=Wrong(
        lambda images: _standardised(images.astype(np.float32)),
        "The mean was subtracted and the numbers were divided by their standard deviation, both "
        "taken from the pictures of this call. The same picture is then another one in each "
        "batch, and the numbers leave the range from 0 to 1. Divide by 255.",
    ),
    divided_by_the_largest=Wrong(
        lambda images: images.astype(np.float32) / images.max(),
        "The numbers were divided by the largest one of this call, so that the same picture "
        "becomes another one in each batch. The largest number that a picture *can* hold is 255: "
        "divide by that.",
    ),
    each_by_its_own_length=Wrong(
        lambda images: _of_length_1(images.astype(np.float32)),
        "Each picture was divided by its own length, as `keras.utils.normalize` and "
        "`tf.linalg.normalize` do along an axis. Divide by 255, all of them alike.",
    ),
)


def _over_the_pictures(outputs: Any) -> Any:
    import keras  # noqa: PLC0415

    return keras.ops.softmax(outputs, axis=0)


def _model(units: int, activation: Any = None, *, flat: bool = True) -> Any:
    import keras  # noqa: PLC0415  (never in the judge: two seconds, and 300 MiB)

    layers = keras.layers
    first = (layers.Input((28, 28, 1)), *[layers.Flatten()][: int(flat)])
    return keras.Sequential([*first, layers.Dense(units, activation=activation)])


def _compiled(model: Any, loss: str = "sparse_categorical_crossentropy") -> Any:
    model.compile(optimizer="adam", loss=loss)
    return model


def _shuffled(images: np.ndarray) -> np.ndarray:
    return images[np.random.default_rng(0).permutation(len(images))]


def _outputs(model: Any, images: np.ndarray) -> np.ndarray:
    return np.asarray(model.predict(images, verbose=0))


OF_BUILD_MODEL = misconceptions(
    "build_model",
    MNIST,
    model_is_not_compiled=Wrong(
        lambda: _model(10, "softmax"),
        "The model has no optimizer and no loss: `model.compile(optimizer=…, loss=…)` gives it "
        "both, and `model.fit` needs them.",
    ),
    softmax_is_missing=Wrong(
        lambda: _compiled(_model(10)),
        "The ten outputs are any numbers, positive and negative: the last layer has no softmax, "
        "which makes probabilities of them. A loss with `from_logits=True` hides this while "
        "training.",
        'part 4, "Other cost functions"',
    ),
    sigmoid_for_softmax=Wrong(
        lambda: _compiled(_model(10, "sigmoid")),
        "Each of the ten outputs lies between 0 and 1, but they do not sum to 1: the last layer "
        "has a sigmoid for each, as if a picture could show several digits. Softmax makes them "
        "share one sum.",
        'part 4, "Other cost functions"',
    ),
    softmax_over_the_pictures=Wrong(
        lambda: _compiled(_model(10, _over_the_pictures)),
        "The outputs sum to 1 over the pictures that are asked about together, and not over the "
        "ten digits: `axis=0` counts pictures. Softmax works along the last axis.",
        'part 4, "Other cost functions"',
    ),
    one_output_for_the_digit=Wrong(
        lambda: _compiled(_model(1), "mean_squared_error"),
        "The model has a single output, as if a digit were a quantity: a 4 is not halfway between "
        "a 3 and a 5. Classes get an output each: ten.",
    ),
    other_number_of_outputs=Wrong(
        lambda: _compiled(_model(11, "softmax")),
        "The digits are 0 to 9, ten of them, and each has an output: the last layer is `Dense(10, "
        "…)`.",
    ),
    flatten_is_missing=Wrong(
        lambda: _compiled(_model(10, "softmax", flat=False)),
        "The model gives an answer for each row or each pixel of a picture, and not one for the "
        "whole: a `Dense` layer works along the last axis alone. Put `Flatten()` before it.",
    ),
    model_is_not_returned=Wrong(
        lambda: None,
        "`build_model` returned None: its last line has to be `return model`. `model.compile` "
        "returns None, too: it changes the model, and is not a model itself.",
    ),
)


@misconception(of="train", lecture=MNIST)
def history_is_not_returned(
    model: Any, images: np.ndarray, labels: np.ndarray, preprocess: Preprocess
) -> None:
    """`train` returned None: put `return` before `model.fit(…)`, which returns the history."""
    model.fit(preprocess(images), labels, verbose=0)


@misconception(of="train", lecture=MNIST)
def model_for_the_history(model: Any, images: Any, labels: Any, preprocess: Preprocess) -> Any:
    """`train` returned the model. The model is trained in place, and needs no return: return the
    history, which `model.fit(…)` returns.
    """
    model.fit(preprocess(images), labels, verbose=0)
    return model


OF_TRAIN = misconceptions(
    "train",
    MNIST,
    nothing_was_trained=Wrong(
        lambda: {"loss": [1.0, 0.5]},
        "`train` left every weight of the model as it was. It has to call `model.fit` on the very "
        "model that it is given, not on a new one from `build_model()`.",
    ),
    squared_error_of_labels=Wrong(
        lambda model, images, labels, preprocess: _compiled(model, "mean_squared_error").fit(
            preprocess(images), labels[:, None] * np.ones((1, 10)), verbose=0
        ),
        "The loss is the mean squared error, and the labels are the numbers 0 to 9: all ten "
        'outputs are pulled towards the same number. Use `"sparse_categorical_crossentropy"`, or '
        "make the labels one-hot for a loss that wants them so.",
        'part 4, "Other cost functions"',
    ),
    one_hot_for_the_sparse_loss=Wrong(
        lambda model, images, labels, preprocess: _compiled(
            model, "sparse_categorical_crossentropy"
        ).fit(preprocess(images), np.eye(10)[labels], verbose=0),
        "The labels are one-hot, ten numbers each, and the loss "
        '`"sparse_categorical_crossentropy"` wants the digits themselves. Leave the labels as '
        'they are, or take `"categorical_crossentropy"`.',
        'part 4, "Other cost functions"',
    ),
    whole_numbers_for_the_one_hot_loss=Wrong(
        lambda model, images, labels, preprocess: _compiled(model, "categorical_crossentropy").fit(
            preprocess(images), labels, verbose=0
        ),
        'The labels are the digits themselves, and the loss `"categorical_crossentropy"` wants '
        'them one-hot. Take `"sparse_categorical_crossentropy"`, or '
        "`keras.utils.to_categorical(labels, 10)`.",
        'part 4, "Other cost functions"',
    ),
    labels_are_off=Wrong(
        lambda model, images, labels, preprocess: model.fit(
            preprocess(images), (labels + 1) % 10, verbose=0
        ),
        "Nearly all answers are wrong by the same amount, so the network has learned well, but "
        "other labels: output 0 belongs to the digit 0. Look for a `+ 1` or `- 1` beside the "
        "labels.",
    ),
    labels_of_other_pictures=Wrong(
        lambda model, images, labels, preprocess: model.fit(
            preprocess(_shuffled(images)), labels, verbose=0
        ),
        "The network was trained, and knows no more than somebody who guesses. Were the pictures "
        "shuffled and the labels not, or the other way round? Both need the same order.",
    ),
)


OF_PREDICT_DIGITS = misconceptions(
    "predict_digits",
    MNIST,
    probabilities_for_labels=Wrong(
        lambda model, images, preprocess: _outputs(model, preprocess(images)),
        "These are the ten probabilities of each picture. The digit is the place of the largest "
        "one: `np.argmax(…, axis=1)`.",
    ),
    one_hot_labels=Wrong(
        lambda model, images, preprocess: np.eye(10)[
            np.argmax(_outputs(model, preprocess(images)), axis=1)
        ],
        "These are one-hot rows, with a 1 at the place of the digit: return the place itself, "
        "one whole number for each picture.",
    ),
    largest_probability=Wrong(
        lambda model, images, preprocess: _outputs(model, preprocess(images)).max(axis=1),
        "This is how sure the model is, the *value* of the largest probability (`max`). The digit "
        "is its *place* (`argmax`).",
    ),
    argmax_along_the_pictures=Wrong(
        lambda model, images, preprocess: np.argmax(_outputs(model, preprocess(images)), axis=0),
        "These are ten numbers, whatever the number of pictures: the place of the largest "
        "probability was looked for along the pictures. Each row belongs to a picture: `axis=1`.",
    ),
    argmax_of_everything=Wrong(
        lambda model, images, preprocess: int(np.argmax(_outputs(model, preprocess(images)))),
        "This is one number for all pictures together: without `axis=1`, `np.argmax` looks for "
        "the largest probability in the whole table.",
    ),
    least_probable_digit=Wrong(
        lambda model, images, preprocess: np.argmin(_outputs(model, preprocess(images)), axis=1),
        "This is the digit that the model finds *least* probable: `argmin` for `argmax`.",
    ),
    digits_counted_from_one=Wrong(
        lambda model, images, preprocess: (
            np.argmax(_outputs(model, preprocess(images)), axis=1) + 1
        ),
        "Each answer is one too high: the first output belongs to the digit 0, and its place is 0.",
    ),
    labels_in_a_column=Wrong(
        lambda model, images, preprocess: np.argmax(_outputs(model, preprocess(images)), axis=1)[
            :, None
        ],
        "The digits are right, but each stands in a row of its own, shape (n, 1): give shape (n,).",
    ),
)


def _raw_alone(model: Any, images: np.ndarray) -> np.ndarray:
    """Take pictures as they are and no others: with prepared ones it would be right."""
    if images.dtype != np.uint8:
        raise TypeError("these are not pictures as they are")
    return np.argmax(_outputs(model, images), axis=1)


@misconception(of="predict_digits", lecture=MNIST, example=_raw_alone)
def pictures_not_preprocessed(model: Any, images: np.ndarray) -> np.ndarray:
    """The model was asked about the pictures as they came, with numbers up to 255, while it was
    trained on what `preprocess` makes of them: call that first.
    """
    return np.argmax(_outputs(model, images), axis=1)
