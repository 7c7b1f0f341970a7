"""The submission's model: built, trained or loaded once, and asked by several checks.

What is found is kept in the exercise's memory. A model lives in the runner; where that has ended,
it is made again, once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, Handle, SubmissionError, as_array
from grader.checks.model_files import Model, models_in, unusable_in
from grader.errors import Crashed

from .digits import Digits, find_digits

# Of every call but the training, which has the exercise's `call_seconds`.
SECONDS = 60.0
TOOLS = "keras_models"
AT_ONCE = 5_000
MOST_TRAININGS = 2
# Below this a training may have been given the pictures in a form that it did not expect.
POOR = 0.8
# Outputs are float32, and batches of another size are summed in another order.
ROUNDING, SOME = 1e-4, 0.5
# What Keras says of a batch of labels: ten numbers each, or one.
SHAPES = re.compile(
    r"target\.shape=\((?:None|\d+),(?P<ten> 10)?\), output\.shape=\((?:None|\d+), 10\)"
)
SQUARED = ("mean_squared_error", "mse", "MSE")


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model."""

    model: Handle
    file: str  # that it was loaded from; empty where it was trained here
    history: Any  # what `train` returned: data, or a `Handle`; None where it was not run
    changed: bool  # whether any weight is another one than before
    from_prepared: bool = False  # whether `train` was given what `preprocess` makes of the pictures


def ask(case: Case, tool: str, *arguments: Any, doing: str) -> Any:
    """Return what one of the runner's tools says of a model."""
    return case.student.use(f"{TOOLS}.{tool}", *arguments, doing=doing, seconds=SECONDS)


def built(case: Case) -> Handle:
    """Return a model that was built and not trained, the same for all checks."""
    kept = case.memory.get("built")
    if isinstance(kept, Handle) and case.holds(kept):
        return kept
    model = _build(case)
    case.memory["built"] = model
    return model


def _build(case: Case) -> Handle:
    """Build a new model, always from the same state of the generators."""
    number = case.memory.setdefault("seed", int(case.rng.integers(1 << 31)))
    case.student.use(f"{TOOLS}.seed", number, doing="seeding the generators")
    model = case.student.make("build_model", seconds=SECONDS)
    if model is None:  # what it costs, `model_is_built_and_compiled` says
        model = ask(case, "last_compiled", doing="looking for the model")
        case.memory["not_returned"] = True
    if model is None:
        raise not_returned(case)
    if not isinstance(model, Handle) or described(case, model) is None:
        kind = model.type_name if isinstance(model, Handle) else type(model).__name__
        raise Disagreement(
            "`build_model` did not return a model of Keras.", expected="a keras.Model", got=kind
        )
    return model


def not_returned(case: Case) -> Disagreement:
    """Return what is said of a `build_model` without `return`."""
    return Disagreement(
        "`build_model` returned None.",
        expected="a keras.Model",
        got="None",
        diagnoses=(case.known("model_is_not_returned"),),
    )


def untied(case: Case, model: Handle, images: np.ndarray) -> tuple[Handle, np.ndarray]:
    """Return a model and its outputs for pictures, in which a largest one stands out.

    Where most outputs of the model are all alike, any digit would be one with the largest output:
    then it is one of the same layers, whose weights are drawn.
    """
    outputs = probabilities(case, model, images).reshape(len(images), -1)
    if outputs.shape[1] > 1 and np.mean(np.ptp(outputs, axis=1) > ROUNDING) < SOME:
        model = _build(case)
        ask(case, "draw_weights", model, doing="drawing weights")
        outputs = probabilities(case, model, images).reshape(len(images), -1)
    return model, outputs


def described(case: Case, model: Handle) -> dict[str, Any] | None:
    """Return what the runner says of a model; None where it is none."""
    said = ask(case, "describe", model, doing="looking at the model")
    return said if isinstance(said, dict) else None


def trained(case: Case) -> Trained:
    """Return the trained model: the one that was handed in, or one that is trained now.

    What goes wrong in it is raised for every check that asks, the same each time.
    """
    kept = case.memory.get("trained")
    if isinstance(kept, SubmissionError):
        raise kept
    if isinstance(kept, Trained) and case.holds(kept.model):
        return kept
    if case.memory.get("trainings", 0) >= MOST_TRAININGS:
        raise Failed("The process that held the trained model has ended too often.")
    try:
        made = _handed_in(case) or _trained(case)
    except SubmissionError as error:
        case.memory["trained"] = error
        raise
    case.memory["trainings"] = case.memory.get("trainings", 0) + 1
    case.memory["trained"] = made
    return made


def took_steps(case: Case, found: Trained) -> bool:
    """Say whether the model's optimizer took steps, or the model has learned in another way."""
    said = described(case, found.model) or {}
    return bool(said.get("steps")) or _share(case, found, find_digits()) >= POOR


def takes_prepared(case: Case) -> bool:
    """Say whether the submission may expect prepared pictures: unless `train` prepares them."""
    found = case.memory.get("trained")
    return not isinstance(found, Trained) or found.from_prepared or bool(found.file)


def _handed_in(case: Case) -> Trained | None:
    """Return the model that was handed in; None where there is none that can be opened."""
    models = models_in(case.files, "mnist/model.keras")
    failed: list[tuple[Model, SubmissionError]] = []
    for model in models:
        try:
            loaded = _loaded(case, model)
        except SubmissionError as error:
            failed.append((model, error))
            continue
        for other, why in failed:
            case.note(f"{other.file} cannot be opened here: {why.message}")
        _tell_of(case, model, [one for one in models if one not in [m for m, _ in failed]])
        return loaded
    if failed:
        case.note(
            "The model that was handed in cannot be opened here, so it was trained anew by "
            "`train`: write the file by `model.save(…)`, with an ending `.keras`. "
            f"{failed[0][1].message}"
        )
    elif others := unusable_in(case.files):
        case.note(
            f"{others[0]} was not used, since Keras cannot open it here: hand in `model.keras`, "
            "written by `model.save(…)`. The model was trained anew by `train`."
        )
    return None


def _tell_of(case: Case, model: Model, models: list[Model]) -> None:
    """Say which file was used where that is not plain."""
    left = [other.file for other in models if other.file not in (model.file, model.form)]
    if not model.is_usual:
        case.note(f"{model.file} was used as your trained model: `model.keras` is its name.")
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        case.note(f"{left[0]}{more} was left aside, since {model.file} was used: hand in one.")


def _loaded(case: Case, model: Model) -> Trained:
    file = model.file
    paths: list[Any] = [_from_the_exercise(path) for path in (file, model.form) if path]
    if model.form:
        tool, arguments = "load_in_parts", [paths[1], paths[0]]
    elif model.weights_only:
        tool, arguments = "load_weights", [_build(case), paths[0]]
    else:
        tool, arguments = "load", paths
    loaded = ask(case, tool, *arguments, doing=f"loading {file}")
    if not isinstance(loaded, Handle) or described(case, loaded) is None:
        raise Failed(f"{file} does not hold a model of Keras: write it by `model.save(…)`.")
    return Trained(loaded, file, None, changed=True)


def _from_the_exercise(file: str) -> str:
    """Return where a file lies for the runner, which works in the exercise's folder."""
    return file.removeprefix("mnist/") if file.startswith("mnist/") else f"../{file}"


def _trained(case: Case) -> Trained:
    """Train on the pictures as they are; where that comes to nothing, in another way.

    A `train` that expects prepared pictures gets these, and one that leaves the compiling to
    `build_model`, which has not done it, gets a compiled model.
    """
    digits = find_digits()
    failure: Crashed | Failed | None = None
    first: Trained | None = None
    try:
        first = _train(case, digits, digits.train_images)
        if not first.changed or _share(case, first, digits) >= POOR:
            return first
    except (Crashed, Failed) as error:
        failure = error
    for other in (_on_prepared, _compiled):
        try:
            found = other(case, digits)
            if found is not None and _share(case, found, digits) >= POOR:
                return found
        except SubmissionError:
            pass
    if failure is not None:
        raise failure
    if first is not None and case.holds(first.model):
        return first
    return _train(case, digits, digits.train_images)


def _on_prepared(case: Case, digits: Digits) -> Trained | None:
    return replace(_train(case, digits, prepared(case, digits.train_images)), from_prepared=True)


def _compiled(case: Case, digits: Digits) -> Trained | None:
    """Train a model that was compiled here; None where it was compiled by the submission."""
    if (described(case, built(case)) or {}).get("compiled") is not False:
        return None
    found = _train(case, digits, digits.train_images, compiled=True)
    case.note(
        "The model is not compiled. For the training it was compiled here, with adam and the "
        "sparse categorical cross-entropy, so that this costs its points once."
    )
    return found


def _train(case: Case, digits: Digits, images: np.ndarray, *, compiled: bool = False) -> Trained:
    model = _build(case)
    if compiled:
        ask(case, "compile_usual", model, doing="compiling the model")
    weights = partial(ask, case, "weights", model, doing="looking at the weights")
    before = weights()
    try:
        history = case.student.make("train", model, images, digits.train_labels)
    except Crashed as error:
        raise explained(case, described(case, model) or {}, error) from error
    return Trained(model, "", history, changed=weights() != before)


def explained(case: Case, said: Mapping[str, Any], error: Crashed) -> SubmissionError:
    """Return what a crash of `train` comes from, where that is known, and the crash where not.

    `said` is what the runner says of the model. The crash is the submission's word, which at most
    names another mistake of its own.
    """
    loss, text = str(said.get("loss", "")), error.message
    shapes, known = SHAPES.search(text), ""
    if shapes and shapes["ten"] and loss.startswith("sparse_"):
        known = "one_hot_for_the_sparse_loss"
    elif shapes and not shapes["ten"] and loss == "categorical_crossentropy":
        known = "whole_numbers_for_the_one_hot_loss"
    elif loss in SQUARED and ("BroadcastGradientArgs" in text or "must be equal" in text):
        known = "squared_error_of_labels"
    if not (known or shapes or "must have the same rank" in text):
        return error
    return Disagreement(
        "`train` crashed: the loss and the labels do not fit each other.",
        got=" ".join(text.split()),
        hint="" if known else "`sparse_categorical_crossentropy` takes the digits as they are.",
        diagnoses=(case.known(known),) if known else (),
        frames=error.frames,
    )


def _share(case: Case, found: Trained, digits: Digits) -> float:
    """Return how many of the shown digits the model's own outputs get right."""
    outputs = probabilities(case, found.model, digits.shown_images)
    return float(np.mean(np.argmax(outputs, axis=1) == digits.shown_labels))


def prepared(case: Case, images: np.ndarray) -> np.ndarray:
    """Return what the submission's `preprocess` makes of pictures."""
    parts = []
    for at in range(0, len(images), AT_ONCE):
        some = images[at : at + AT_ONCE]
        part = as_array(case.student.preprocess(some, seconds=SECONDS), "What `preprocess` gave")
        if part.shape[:1] != (len(some),):
            raise Failed(
                f"`preprocess` made an array of shape {part.shape} of {len(some)} pictures.",
                hint="The first dimension counts the pictures, before and after.",
            )
        parts.append(part)
    return np.concatenate(parts)


def probabilities(
    case: Case, model: Handle, images: np.ndarray, *batch: int, raw: bool = False
) -> np.ndarray:
    """Return what a model puts out for pictures, prepared by the submission unless `raw`."""
    given = images if raw else prepared(case, images)
    doing = "asking the model about what `preprocess` gives"
    value = ask(case, "probabilities", model, given, *batch, doing=doing)
    outputs = as_array(value, "What the model puts out")
    if outputs.ndim == 0 or len(outputs) != len(images):
        raise Failed(f"The model made an array of shape {outputs.shape} of {len(images)} pictures.")
    return outputs


def answers(case: Case, found: Trained, images: np.ndarray) -> np.ndarray:
    """Return the digits that the submission sees in pictures.

    `predict_digits` is asked where it is right. Where it is not, which has cost its own points,
    the model's outputs themselves are looked at.
    """
    form = case.memory.get("predict_digits")
    if form is None:
        outputs = probabilities(case, found.model, images)
        return np.argmax(outputs.reshape(len(images), -1), axis=1)
    parts = []
    for at in range(0, len(images), AT_ONCE):
        some = images[at : at + AT_ONCE]
        given = prepared(case, some) if form == "prepared" else some
        came = case.student.predict_digits(found.model, given, seconds=SECONDS)
        part = as_array(came, "What `predict_digits` gave")
        if part.shape != (len(some),):
            raise Failed(f"`predict_digits` gave shape {part.shape} for {len(some)} pictures.")
        parts.append(part)
    return np.concatenate(parts)
