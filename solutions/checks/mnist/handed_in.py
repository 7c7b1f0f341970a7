"""The trained model that was handed in: whatever it is called, and in whatever form Keras saves it.

A file that looks like a trained model is never passed over in silence: it is used, or a note says
why it is not.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

USUAL = ("mnist/model.keras", "model.keras")
WHOLE = (".keras", ".h5", ".hdf5")
# What other libraries, and older versions, write for a trained network.
OTHERS = (".pb", ".pth", ".pt", ".onnx", ".tflite", ".joblib", ".pkl", ".pickle", ".ckpt")
MOST = 4
_NAMED = re.compile(r"(?:my[-_ ]?)?(?:mnist[-_ ]?)?(?:model|net|network|learn_net)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Model:
    """A file that may hold a trained model."""

    file: str  # path in the submission
    form: str = ""  # path of the description of its layers (JSON), where that lies beside weights
    weights_only: bool = False  # whether its name says so

    @property
    def is_usual(self) -> bool:
        """Whether it lies where it is asked for, under that name."""
        return self.file in USUAL


def models_in(files: Collection[str]) -> list[Model]:
    """Return what may be a trained model among these paths, the likeliest first; not more than a
    few.
    """
    found = sorted((f for f in files if f.lower().endswith(WHOLE)), key=_likeliness)
    return [_model(file, files) for file in found[:MOST]]


def unusable_in(files: Collection[str]) -> list[str]:
    """Return what seems to be a trained network in a form that is not Keras's own."""
    return sorted(file for file in files if file.lower().endswith(OTHERS))[:MOST]


def _model(file: str, files: Collection[str]) -> Model:
    path = PurePosixPath(file)
    beside = [
        f for f in files if f.lower().endswith(".json") and PurePosixPath(f).parent == path.parent
    ]
    stem = path.name.lower().partition(".")[0]
    same = [f for f in beside if PurePosixPath(f).name.lower().partition(".")[0] == stem]
    form = next(iter(same or sorted(beside)), "") if path.suffix.lower() != ".keras" else ""
    return Model(file, form, weights_only="weights" in path.stem.lower())


def _likeliness(file: str) -> tuple[object, ...]:
    """Order files: the name that is asked for, then one like it, then the latest copy."""
    path = PurePosixPath(file)
    usual = USUAL.index(file) if file in USUAL else len(USUAL)
    numbers = [int(digits[:9]) for digits in _NUMBER.findall(path.stem)]
    return (
        usual,
        path.suffix.lower() != ".keras",
        not _NAMED.match(path.stem.lower()),
        path.parts[0] != "mnist",
        len(path.parts),
        -(numbers[-1] if numbers else 0),
        file,
    )
