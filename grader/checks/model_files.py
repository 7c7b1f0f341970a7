"""The trained model that was handed in: whatever it is called, and in whatever form Keras saves it.

A file that looks like a trained model is never passed over in silence: it is used, or a note says
why it is not.
"""

from __future__ import annotations

__all__ = ["Model", "models_in", "unusable_in"]

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

WHOLE = (".keras", ".h5", ".hdf5")
# What other libraries, and older versions, write for a trained network.
OTHERS = (".pb", ".pth", ".pt", ".onnx", ".tflite", ".joblib", ".pkl", ".pickle", ".ckpt")
MOST = 4
_NAMED = r"(?:my[-_ ]?)?(?:{folder}[-_ ]?)?(?:model|net|network|learn_net)"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Model:
    """A file that may hold a trained model."""

    file: str  # path in the submission
    is_usual: bool  # whether it lies where it is asked for, under that name
    form: str = ""  # path of the description of its layers (JSON), where that lies beside weights
    weights_only: bool = False  # whether its name says so


def models_in(files: Collection[str], usual: str) -> list[Model]:
    """Return what may be a trained model among the files, the likeliest first.

    Parameters
    ----------
    files : collection of str
        Paths in the submission.
    usual : str
        Where the model is asked for, such as ``mnist/model.keras``; the submission's root does too.

    Returns
    -------
    list of Model
        At most a few.
    """
    names = (usual, PurePosixPath(usual).name)
    whole = (file for file in files if file.lower().endswith(WHOLE))
    found = sorted(whole, key=lambda file: _likeliness(file, names))
    return [_model(file, files, is_usual=file in names) for file in found[:MOST]]


def unusable_in(files: Collection[str]) -> list[str]:
    """Return what seems to be a trained network in a form that is not Keras's own."""
    return sorted(file for file in files if file.lower().endswith(OTHERS))[:MOST]


def _model(file: str, files: Collection[str], *, is_usual: bool) -> Model:
    path = PurePosixPath(file)
    beside = [
        f for f in files if f.lower().endswith(".json") and PurePosixPath(f).parent == path.parent
    ]
    stem = path.name.lower().partition(".")[0]
    same = [f for f in beside if PurePosixPath(f).name.lower().partition(".")[0] == stem]
    form = next(iter(same or sorted(beside)), "") if path.suffix.lower() != ".keras" else ""
    return Model(file, is_usual, form, weights_only="weights" in path.stem.lower())


def _likeliness(file: str, names: tuple[str, str]) -> tuple[object, ...]:
    """Order files: the name that is asked for, then one like it, then the latest copy."""
    path = PurePosixPath(file)
    usual = names.index(file) if file in names else len(names)
    folder = PurePosixPath(names[0]).parent.name
    numbers = [int(digits[:9]) for digits in _NUMBER.findall(path.stem)]
    return (
        usual,
        path.suffix.lower() != ".keras",
        not re.match(_NAMED.format(folder=re.escape(folder)), path.stem.lower()),
        path.parts[0] != folder,
        len(path.parts),
        -(numbers[-1] if numbers else 0),
        file,
    )
