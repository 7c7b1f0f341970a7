"""Names of earlier Keras versions, and parts of Keras that cannot work here.

A tutorial of 2019 imports ``keras.utils.np_utils`` and ``keras.layers.core``: their content has
moved, and is found under the old names as well. Functions that only draw or write a log do
nothing; functions that would download digits return blank ones. Both tell the judge.
"""

from __future__ import annotations

__all__ = ["install"]

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.runner.shims import use

if TYPE_CHECKING:
    from collections.abc import Sequence

KERAS = ("keras", "tensorflow.keras")
# Old module names, below `keras` or `tensorflow.keras`, and the module that has their content now.
MOVED = {
    "callbacks.callbacks": "callbacks",
    "engine": "models",
    "engine.sequential": "models",
    "engine.topology": "layers",
    "engine.training": "models",
    "layers.advanced_activations": "layers",
    "layers.convolutional": "layers",
    "layers.core": "layers",
    "layers.embeddings": "layers",
    "layers.experimental": "layers",
    "layers.experimental.preprocessing": "layers",
    "layers.merge": "layers",
    "layers.noise": "layers",
    "layers.normalization": "layers",
    "layers.pooling": "layers",
    "layers.recurrent": "layers",
    "utils.generic_utils": "utils",
    "utils.np_utils": "utils",
    "utils.vis_utils": "utils",
}
# The content of the old `keras.preprocessing.image`, which only TensorFlow's Keras has today.
IMAGES = "keras.src.legacy.preprocessing.image"
BLANK = 64
_LEAST = 1_000
SETS = ("mnist", "fashion_mnist")


def install(stubs: Sequence[str] = ()) -> None:
    """Add the old names to the loaded Keras, and replace the functions that cannot work here.

    Parameters
    ----------
    stubs : sequence of str
        Folders of the course's stubs; a file of digits in them is what `mnist.load_data` gives.
    """
    sys.meta_path.append(_Moved())
    image = import_module("keras.preprocessing.image")
    image.__getattr__ = lambda name: getattr(import_module(IMAGES), name)  # type: ignore[method-assign]
    for name in SETS:
        folders = stubs if name == "mnist" else ()
        _replace("load_data", _offline(name, folders), f"datasets.{name}", f"src.datasets.{name}")
    homes = ("utils", "src.utils", "src.utils.model_visualization")
    for name in ("plot_model", "model_to_dot"):
        _replace(name, _undrawn, *homes)
    _replace("TensorBoard", _quiet(), "callbacks", "src.callbacks", "src.callbacks.tensorboard")
    _take_lr()


def _replace(name: str, value: Any, *homes: str) -> None:
    """Give a name another value in all modules that have it, TensorFlow's Keras included."""
    for home in homes:
        for module in (f"keras.{home}", f"keras._tf_keras.keras.{home}"):
            if found := sys.modules.get(module):
                setattr(found, name, value)


def _offline(name: str, folders: Sequence[str]) -> Any:
    def load_data(*_: Any, **__: Any) -> Any:
        """Return the course's pictures, or blank ones, in place of those that are downloaded."""
        if found := _digits(folders):
            use("course_digits")
            print(f"{name}.load_data(): nothing can be downloaded here; the exercise's own digits.")  # noqa: T201  (it is the submission's output)
            pictures, labels = found
            last = len(pictures) // 8
            return (pictures[:-last], labels[:-last]), (pictures[-last:], labels[-last:])
        use("load_data")
        print(f"{name}.load_data(): nothing can be downloaded here; {BLANK} blank pictures.")  # noqa: T201  (it is the submission's output)
        pictures = np.zeros((BLANK, 28, 28), np.uint8)
        labels = (np.arange(BLANK) % 10).astype(np.uint8)
        return (pictures, labels), (pictures.copy(), labels.copy())

    return load_data


def _digits(folders: Sequence[str]) -> tuple[Any, Any] | None:
    """Return pictures and labels that the course hands out; None if there are none."""
    for folder in folders:
        for path in sorted(Path(folder).glob("*.npz")):
            try:
                with np.load(path) as file:
                    x, y = file["x"], file["y"]
            except (OSError, ValueError, KeyError):
                continue
            if x.dtype == np.uint8 and x.shape[1:] == (28, 28) and len(x) == len(y) >= _LEAST:
                return x, y
    return None


def _undrawn(*_: Any, **__: Any) -> None:
    """Replace the function that draws a model, which needs Graphviz."""
    use("plot_model")


def _quiet() -> type:
    callback: Any = import_module("keras.callbacks").Callback

    class TensorBoard(callback):  # type: ignore[misc]
        """Replaces the callback that writes logs for TensorBoard."""

        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()
            use("TensorBoard")

    return TensorBoard


def _take_lr() -> None:
    """Let optimizers take `lr`, the name that the learning rate had."""
    optimizer = import_module("keras.src.optimizers.base_optimizer").BaseOptimizer
    begin = optimizer.__init__
    if getattr(begin, "takes_lr", False):
        return

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807  (it becomes one)
        if "lr" in named:
            use("lr")
            rate = named.pop("lr")
            arguments = (rate, *arguments[1:]) if arguments else ()
            named |= {} if arguments else {"learning_rate": rate}
        begin(self, *arguments, **named)

    __init__.takes_lr = True  # type: ignore[attr-defined]
    optimizer.__init__ = __init__


class _Moved(MetaPathFinder, Loader):
    """Finds moved modules; it comes last, so that a module that really exists is found first."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec if the module has moved."""
        del path, target
        if _today(fullname):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make a new module: the present one keeps its name."""
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill it with the content of the present module."""
        use("old_names")
        today = import_module(_today(module.__name__))
        vars(module).update({n: v for n, v in vars(today).items() if not n.startswith("__")})


def _today(name: str) -> str:
    for keras in KERAS:
        if name.startswith(f"{keras}."):
            moved = MOVED.get(name.removeprefix(f"{keras}."))
            return f"{keras}.{moved}" if moved else ""
    return ""
