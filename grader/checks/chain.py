"""Slopes by the chain rule, from what is computed: no formula of a gradient is written anywhere.

An expression is put together once, for arrays of given shapes, and evaluated as often as wanted, in
buffers of its own: a training takes as long as with formulas. It knows what a network of this
course needs, and nothing else; every value is used once.
"""

from __future__ import annotations

__all__ = ["Chain", "Node"]

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Node:
    """A value in an expression.

    Attributes
    ----------
    value : ndarray
        Overwritten by each `Chain.forward`; that of a variable is the caller's to change.
    slope : ndarray or None
        The derivative with respect to it, after `Chain.backward`; None where nothing varies.
    turned : ndarray
        The value with its last two axes exchanged.
    """

    value: np.ndarray
    slope: Any
    turned: np.ndarray


class Chain:
    """An expression of arrays, whose last two axes are lines and columns."""

    def __init__(self) -> None:
        self._forward: list[Callable[[], object]] = []
        self._backward: list[Callable[[], object]] = []

    def given(self, value: np.ndarray) -> Node:
        """Return a value that does not vary."""
        value = np.ascontiguousarray(value, dtype=float)
        return Node(value, None, np.ascontiguousarray(np.swapaxes(value, -1, -2)))

    def variable(self, value: np.ndarray) -> Node:
        """Return a copy of a value, with respect to which derivatives are wanted."""
        own = np.array(value, dtype=float, order="C")
        return _node(own)

    def product(self, left: Node, right: Node) -> Node:
        """Return the matrix product."""
        stacks = np.broadcast_shapes(left.value.shape[:-2], right.value.shape[:-2])
        made = _node(np.empty((*stacks, left.value.shape[-2], right.value.shape[-1])))
        multiply = np.dot if made.value.ndim == 2 else np.matmul  # a third faster where it can
        self._forward.append(partial(multiply, left.value, right.value, out=made.value))
        if left.slope is not None:
            self._backward.append(partial(multiply, made.slope, right.turned, out=left.slope))
        if right.slope is not None:
            self._backward.append(partial(multiply, left.turned, made.slope, out=right.slope))
        return made

    def positive(self, node: Node) -> Node:
        """Return the value where it is positive, and 0 elsewhere."""
        made, zero = _node(np.empty_like(node.value)), np.zeros_like(node.value)
        on = np.empty(node.value.shape, dtype=bool)
        self._forward.append(partial(np.maximum, node.value, zero, out=made.value))
        # What is done last comes first on the way back.
        self._backward.append(partial(np.multiply, made.slope, on, out=node.slope))
        self._backward.append(partial(np.greater, node.value, zero, out=on))
        return made

    def times(self, node: Node, factor: np.ndarray) -> Node:
        """Return the value times a factor for each element, which does not vary."""
        made = _node(np.empty(np.broadcast_shapes(node.value.shape, factor.shape)))
        self._forward.append(partial(np.multiply, node.value, factor, out=made.value))
        self._backward.append(partial(np.multiply, made.slope, factor, out=node.slope))
        return made

    def minus(self, node: Node, right: Node) -> Node:
        """Return the difference to a value that does not vary."""
        made = Node(np.empty_like(node.value), node.slope, node.turned)
        self._forward.append(partial(np.subtract, node.value, right.value, out=made.value))
        return made

    def forward(self) -> None:
        """Compute all values from those of the variables."""
        for compute in self._forward:
            compute()

    def backward(self, error: Node) -> None:
        """Compute all slopes of the sum of the squares of what was computed last."""
        np.multiply(error.value, 2.0, out=error.slope)
        for compute in reversed(self._backward):
            compute()


def _node(value: np.ndarray) -> Node:
    return Node(value, np.empty_like(value), np.swapaxes(value, -1, -2))
