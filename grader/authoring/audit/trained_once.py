"""Lets a slow training run once, so that many odd values can be tried on what it has learned.

Each training of Keras traces its steps anew: it takes a second, and some megabytes stay with
TensorFlow until the process ends. The weights that the first one gave are set into later models.
"""

from __future__ import annotations

__all__ = ["trained_once"]

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.authoring.audit.direct import FromModule

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterable


@dataclass(slots=True)
class _Training:
    """The weights that a training gave, and what it returned."""

    weights: list[Any]
    value: Any


def trained_once(names: Iterable[str]) -> dict[str, FromModule]:
    """Return patches for the functions of these names that train a model.

    A function trains if its first argument is a model that has other weights afterwards. Its next
    calls with a model of the same shape set these weights, and return what the first call returned.
    All other calls are made.

    Parameters
    ----------
    names : iterable of str
        Functions of a file.
    """
    return {name: FromModule(functools.partial(_patch, name, [])) for name in names}


def _patch(name: str, kept: list[_Training], module: types.ModuleType) -> Callable[..., Any]:
    right = getattr(module, name)

    @functools.wraps(right)
    def call(*arguments: Any) -> Any:
        model = arguments[0] if arguments else None
        before = _weights(model)
        if kept and before and _shapes(before) == _shapes(kept[0].weights):
            model.set_weights(kept[0].weights)  # type: ignore[union-attr]  # it has weights
            return kept[0].value
        value = right(*arguments)
        after = _weights(model)
        if any((one != two).any() for one, two in zip(before, after, strict=True)):
            kept[:] = [_Training(after, value)]
        return value

    return call


def _weights(model: Any) -> list[Any]:
    """Return copies of a model's weights; none if it is no model."""
    get = getattr(model, "get_weights", None)
    return list(get()) if callable(get) and hasattr(model, "set_weights") else []


def _shapes(weights: list[Any]) -> list[tuple[int, ...]]:
    return [weight.shape for weight in weights]
