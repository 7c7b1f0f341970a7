"""Whether what came back has the right form, and which known mistake it is where it has not."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, Handle, SubmissionError, as_array

from .running import ROUNDING, TOOLS, probabilities

MOST_EPOCHS = 10_000
SUM_ERROR = 1e-3
BATCH_OF_PREDICT = 32
DIVIDE = "Divide by 255, the largest number that a byte holds."


def judge_preprocessed(case: Case, images: np.ndarray, came: Any) -> None:
    """Raise `Failed` unless this is what the pictures have to become."""
    array = as_array(came, "What `preprocess` gave")
    if array.ndim == 0 or len(array) != len(images):
        raise Disagreement(
            "`preprocess` has to return one picture for each that it is given.",
            expected=f"{len(images)} in the first dimension",
            got=f"shape {array.shape}",
        )
    if not array.size:
        raise Failed(f"`preprocess` gave an array of shape {array.shape}, without any number.")
    right = images / 255
    numbers = array.astype(float)
    same = numbers.size == images.size
    shaped = numbers.reshape(images.shape) if same else None
    diagnoses = case.diagnose("preprocess", (images,), shaped, right) if same else ()
    if not (np.isfinite(numbers).all() and numbers.min() >= -1e-6 and numbers.max() <= 1 + 1e-6):
        raise Disagreement(
            "`preprocess` gives numbers that do not lie between 0 and 1.",
            expected="0 to 1",
            got=f"{numbers.min():.4g} to {numbers.max():.4g}",
            hint=DIVIDE,
            diagnoses=diagnoses,
        )
    lines = numbers.reshape(len(images), -1)
    if len(np.unique(lines, axis=0)) < len(np.unique(images.reshape(len(images), -1), axis=0)):
        raise Disagreement(
            "`preprocess` makes the same of different pictures.",
            hint=DIVIDE,
            diagnoses=diagnoses,
        )
    if diagnoses or np.ptp(numbers) <= 0.3 * right.max():
        raise Disagreement(
            "`preprocess` does not keep the greys of the pictures.",
            expected=f"the largest number of these pictures is {right.max():.4g}",
            got=f"{numbers.max():.4g}",
            hint=DIVIDE,
            diagnoses=diagnoses,
        )
    if array.dtype != np.float32:
        raise Disagreement(
            "`preprocess` gives another dtype.",
            expected="float32",
            got=str(array.dtype),
            hint='`.astype("float32")`: Keras computes with these, and they take half the memory.',
        )


def judge_outputs(case: Case, outputs: np.ndarray) -> None:
    """Raise `Failed` unless these are ten probabilities for each picture."""
    count = len(outputs)
    if outputs.shape != (count, 10):
        known = ""
        if outputs.size == count:
            known = "one_output_for_the_digit"
        elif outputs.ndim > 2 and outputs.shape[-1] == 10:
            known = "flatten_is_missing"
        elif outputs.ndim == 2:
            known = "other_number_of_outputs"
        raise Disagreement(
            "The model does not have ten outputs.",
            expected=f"shape ({count}, 10) for {count} pictures",
            got=f"shape {outputs.shape}",
            hint="The last layer is `Dense(10, …)`, with a `Flatten` somewhere before it.",
            diagnoses=(case.known(known),) if known else (),
        )
    sums = outputs.sum(axis=1)
    if outputs.min() >= -1e-6 and np.abs(sums - 1).max() <= SUM_ERROR:
        return
    bounded = outputs.min() >= 0 and outputs.max() <= 1
    known = "sigmoid_for_softmax" if bounded else "softmax_is_missing"
    if bounded and np.abs(outputs.sum(axis=0) - 1).max() <= SUM_ERROR:
        known = "softmax_over_the_pictures"
    worst = int(np.argmax(np.abs(sums - 1)))
    raise Disagreement(
        "The outputs are not probabilities.",
        expected="ten outputs, none below 0, with the sum 1",
        got=f"outputs from {outputs.min():.4g} to {outputs.max():.4g}, with a sum of "
        f"{sums[worst]:.4g}",
        hint='The last layer is `Dense(10, activation="softmax")`.',
        diagnoses=(case.known(known),),
    )


def judge_history(case: Case, value: Any) -> dict[str, list[float]]:
    """Return what `train` recorded, or raise `Failed`."""
    if isinstance(value, list | tuple):  # some return the model as well
        held = [v for v in value if isinstance(v, dict) or "History" in getattr(v, "type_name", "")]
        value = held[0] if len(held) == 1 else value
    kept = value
    if isinstance(value, Handle):
        kept = case.student.use(f"{TOOLS}.history", value, doing="reading the history")
    hint = "`return model.fit(…)` does it."
    if value is None:
        known = (case.known("history_is_not_returned"),)
        raise Disagreement("`train` returned None, not the history.", hint=hint, diagnoses=known)
    if not isinstance(kept, dict):
        what = value.type_name if isinstance(value, Handle) else type(value).__name__
        is_model = isinstance(value, Handle) and "History" not in what
        named = (case.known("model_for_the_history"),) if is_model else ()
        raise Disagreement(
            "`train` did not return the history.",
            expected="Keras's History, or a dict of lists",
            got=what,
            hint=hint,
            diagnoses=named,
        )
    found = {}
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        short = {"accuracy": "acc", "val_accuracy": "val_acc"}.get(name, name)
        values = kept.get(name, kept.get(short))
        if values is not None:
            numbers = as_array(values, f'The history\'s "{name}"').astype(float).ravel()
            if 0 < numbers.size <= MOST_EPOCHS:
                found[name] = numbers.tolist()
    if "loss" not in found:
        raise Failed('The history has no list "loss" with a number for each epoch.', hint=hint)
    return found


@dataclass(frozen=True)
class _Answers:
    """Stands for the model in a known mistake: what the runner's model has answered before.

    A known mistake is called with a `preprocess` that gives a text in place of pictures, so that
    what it asks the model about can be told apart.
    """

    prepared: np.ndarray
    raw: np.ndarray | None

    def predict(self, given: Any, **_: Any) -> np.ndarray:
        """Return the outputs for prepared pictures, or for those as they are."""
        if not isinstance(given, np.ndarray):
            return self.prepared
        if self.raw is None:
            raise ValueError("the model does not take pictures as they are")
        return self.raw


def judge_labels(
    case: Case, model: Handle, images: np.ndarray, outputs: np.ndarray, came: Any
) -> None:
    """Raise `Failed` unless these are the digits that the model sees."""
    array = as_array(came, "What `predict_digits` gave")
    count, right = len(images), np.argmax(outputs, axis=1)
    if array.shape == (count,) and array.dtype.kind in "iu" and _are_largest(array, outputs):
        return
    raw = None
    if array.shape == (count,):
        # Outputs that depend on the other pictures of a batch are wrong, and have cost.
        in_batches = probabilities(case, model, images, BATCH_OF_PREDICT).reshape(count, -1)
        if array.dtype.kind in "iu" and _are_largest(array, in_batches):
            return
        try:
            raw = probabilities(case, model, images, raw=True)
        except SubmissionError:
            raw = None
    stand_in = _Answers(outputs, raw)
    own = {"preprocess": lambda _: "prepared"}
    diagnoses = case.diagnose("predict_digits", (stand_in, images), array, right, own)
    if array.shape != (count,):
        raise Disagreement(
            "`predict_digits` has to give one digit for each picture.",
            expected=f"shape ({count},) for {count} pictures",
            got=f"shape {array.shape}",
            diagnoses=diagnoses,
        )
    if not diagnoses and array.dtype.kind not in "iu":
        raise Disagreement(
            "The digits that `predict_digits` gives have to be whole numbers.",
            expected="a dtype of integers",
            got=str(array.dtype),
            hint="`np.argmax(…, axis=1)` gives integers.",
        )
    wrong = int(np.sum(array != right))
    at = int(np.flatnonzero(array != right)[0]) if wrong else 0
    raise Disagreement(
        f"{wrong} of {count} answers are not the digit with the largest output.",
        expected=f"{right[at]} for picture {at}",
        got=f"{array[at]:g}",
        hint="`np.argmax(model.predict(preprocess(images)), axis=1)`.",
        diagnoses=diagnoses,
    )


def _are_largest(labels: np.ndarray, outputs: np.ndarray) -> bool:
    """Say whether each label is the place of the largest output, rounding apart."""
    if labels.min() < 0 or labels.max() >= outputs.shape[1]:
        return False
    own = outputs[np.arange(len(labels)), labels]
    return bool((own >= outputs.max(axis=1) - ROUNDING).all())
