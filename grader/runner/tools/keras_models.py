"""What the judge asks of a Keras model, answered where the model is loaded.

Named in a profile's `preload`, so that this module and Keras are imported before any submission.
"""

from __future__ import annotations

__all__ = [
    "compile_usual",
    "describe",
    "draw_weights",
    "history",
    "last_compiled",
    "load",
    "load_in_parts",
    "load_weights",
    "probabilities",
    "seed",
    "weights",
]

import functools
import hashlib
from pathlib import Path
from typing import Any

import keras
import numpy as np

from grader.runner.progress import tell

BATCH = 256


def _tell_epochs() -> None:
    """Make every `fit` report each epoch that it completes."""
    end = keras.callbacks.CallbackList.on_epoch_end

    def on_epoch_end(self: Any, epoch: int, logs: Any = None) -> None:
        end(self, epoch, logs)
        tell(epoch + 1, (self.params or {}).get("epochs") or 0)

    keras.callbacks.CallbackList.on_epoch_end = on_epoch_end


def _remember_compiled() -> None:
    """Remember the model that is compiled last, which a function may forget to return."""
    really = keras.Model.compile

    @functools.wraps(really)
    def compile(self: Any, *arguments: Any, **options: Any) -> Any:  # noqa: A001
        _compiled[:] = [self]
        return really(self, *arguments, **options)

    keras.Model.compile = compile


_compiled: list[Any] = []
_tell_epochs()
_remember_compiled()


def seed(number: int) -> None:
    """Seed the generators of Keras, of its backend, of numpy and of Python."""
    keras.utils.set_random_seed(number)


def load(path: str) -> Any:
    """Return a trained model that was handed in.

    `safe_mode` refuses a file that contains code. The optimizer and the loss are not loaded: they
    are not needed to predict, and may be classes that only the training's machine had.
    """
    return keras.models.load_model(path, compile=False, safe_mode=True)


def load_in_parts(form: str, weights_of: str) -> Any:
    """Return a model whose layers are described in JSON, with weights from another file.

    If that file holds a whole model, the description is not used.
    """
    try:
        return load(weights_of)
    except Exception:  # noqa: BLE001  (whatever it is: it is tried with its description then)
        text = Path(form).read_text(encoding="utf-8")
        return load_weights(keras.models.model_from_json(text), weights_of)


def load_weights(model: Any, path: str) -> Any:
    """Replace a model's weights by those in a file, and return the model."""
    model.load_weights(path)
    return model


def describe(model: Any) -> dict[str, Any] | None:
    """Describe a model without running it; return None if it is not a model."""
    if not isinstance(model, keras.Model):
        return None
    return {
        "compiled": bool(model.compiled),
        "loss": _name(getattr(model, "loss", None)),
        "layers": [type(layer).__name__ for layer in model.layers],
        "steps": _steps(model),
    }


def _steps(model: Any) -> int:
    """Return how many steps a model's optimizer has taken."""
    iterations = getattr(getattr(model, "optimizer", None), "iterations", 0)
    return int(keras.ops.convert_to_numpy(iterations))


def last_compiled() -> Any:
    """Return the model that was compiled last, None if there is none."""
    return _compiled[-1] if _compiled else None


def draw_weights(model: Any) -> None:
    """Replace a model's weights by numbers that are drawn, and tell pictures apart."""
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights or model.weights:
        weight.assign(rng.standard_normal(weight.shape) / max(1, np.prod(weight.shape)) ** 0.25)


def compile_usual(model: Any) -> None:
    """Compile a model that is not compiled, with the usual loss for labels from 0 to 9."""
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def probabilities(model: Any, images: np.ndarray, batch: int = BATCH) -> Any:
    """Return the model's output for prepared images, one row for each.

    The model is called; `predict` would compile it first, which takes longer. It makes batches of
    32, on which the outputs of some wrong models depend.
    """
    parts = [model(images[at : at + batch], training=False) for at in range(0, len(images), batch)]
    return np.concatenate([keras.ops.convert_to_numpy(_only(part)) for part in parts])


def _only(output: Any) -> Any:
    """Return the output of a model that puts its one output into a list, or a dict by its name."""
    while isinstance(output, dict | list | tuple) and len(output) == 1:
        [output] = output.values() if isinstance(output, dict) else output
    return output


def weights(model: Any) -> str:
    """Return a digest of all weights: it changes if training changes any of them."""
    sha = hashlib.sha256()
    for array in model.get_weights():
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


def history(value: Any) -> Any:
    """Return the dict in a Keras ``History``, or None if there is none."""
    kept = getattr(value, "history", None)
    return kept if isinstance(kept, dict) else None


def _name(loss: Any) -> str:
    """Return the name of a loss, however it was given to ``compile``."""
    if isinstance(loss, str):
        return loss
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", ""))
