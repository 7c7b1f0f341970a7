"""Derivatives by the chain rule, computed from the expression itself, without written formulas.

An expression is built once, for arrays of given shapes, and evaluated as often as needed in its own
buffers: a training takes as long as with formulas. Only the operations that a network of this
course needs are there; every value may be used only once.
"""

from __future__ import annotations

__all__ = ["Chain", "Downhill", "Node"]

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ALIGNED = 8  # numbers: 64 bytes


@dataclass(frozen=True, slots=True)
class Node:
    """A value in an expression.

    Attributes
    ----------
    value : ndarray
        Overwritten by each `Chain.forward`; the caller may change the value of a variable.
    slope : ndarray or None
        The derivative with respect to it, after `Chain.backward`; None if nothing varies.
    turned : ndarray
        The value with its last two axes swapped.
    """

    value: np.ndarray
    slope: Any
    turned: np.ndarray


class Chain:
    """An expression of arrays, whose last two axes are rows and columns.

    Where an operation of numpy writes is its last argument, and not `out=`: read by its place it
    takes a third less time, which is more than small matrices take to be multiplied.
    """

    def __init__(self) -> None:
        self._forward: list[Callable[[], object]] = []
        self._backward: list[Callable[[], object]] = []

    def given(self, value: np.ndarray) -> Node:
        """Return a constant value."""
        value = np.ascontiguousarray(value, dtype=float)
        return Node(value, None, np.ascontiguousarray(np.swapaxes(value, -1, -2)))

    def variable(self, value: np.ndarray) -> Node:
        """Return a copy of a value that varies: its derivative will be computed."""
        own = np.array(value, dtype=float, order="C")
        return _node(own)

    def variables(self, *values: np.ndarray) -> tuple[list[Node], Node]:
        """Return copies of values that vary, and one node with all their numbers in one vector.

        The values and slopes of the nodes are views of the vector's: an update of all of them
        is one operation.
        """
        starts = np.cumsum([0, *(_padded(value.size) for value in values)])
        line = Node(np.zeros(starts[-1]), np.zeros(starts[-1]), np.empty(0))
        nodes = []
        for start, value in zip(starts.tolist(), values, strict=False):
            end = start + value.size
            own, slope = (part[start:end].reshape(value.shape) for part in (line.value, line.slope))
            own[...] = value
            nodes.append(Node(own, slope, np.swapaxes(own, -1, -2)))
        return nodes, line

    def product(self, left: Node, right: Node) -> Node:
        """Return the matrix product."""
        stacks = np.broadcast_shapes(left.value.shape[:-2], right.value.shape[:-2])
        made = _node(np.empty((*stacks, left.value.shape[-2], right.value.shape[-1])))
        # A third faster if possible; the method is `np.dot` without asking what its arguments are.
        multiply: Callable[..., object] = np.ndarray.dot if made.value.ndim == 2 else np.matmul
        self._forward.append(partial(multiply, left.value, right.value, made.value))
        if left.slope is not None:
            # With one column each element is a product of two numbers: there is no sum.
            outer = np.multiply if made.value.shape[-1] == 1 else multiply
            self._backward.append(partial(outer, made.slope, right.turned, left.slope))
        if right.slope is not None:
            self._backward.append(partial(multiply, left.turned, made.slope, right.slope))
        return made

    def positive(self, node: Node) -> Node:
        """Return the value if it is positive, and 0 otherwise, for each element."""
        made, zero = _node(np.empty_like(node.value)), np.zeros_like(node.value)
        mask = np.empty_like(node.value)
        # The one operation that will not be told by its place where to write.
        self._forward.append(partial(np.maximum, node.value, zero, out=made.value))
        # The last operation comes first on the way back. The sign of what is positive or 0 is 1
        # or 0: one operation makes the mask.
        self._backward.append(partial(np.multiply, made.slope, mask, node.slope))
        self._backward.append(partial(np.sign, made.value, mask))
        return made

    def times(self, node: Node, factor: np.ndarray) -> Node:
        """Return the value times a constant factor for each element."""
        made = _node(np.empty(np.broadcast_shapes(node.value.shape, factor.shape)))
        self._forward.append(partial(np.multiply, node.value, factor, made.value))
        self._backward.append(partial(np.multiply, made.slope, factor, node.slope))
        return made

    def error(self, node: Node, right: Node) -> Node:
        """Return the difference to a constant value, with which an expression ends.

        It is the derivative of half of its own square, so that value and slope are one array.
        """
        self._forward.append(partial(np.subtract, node.value, right.value, node.slope))
        return Node(node.slope, node.slope, node.turned)

    def forward(self) -> None:
        """Compute all values from the variables."""
        for compute in self._forward:
            compute()

    def backward(self) -> None:
        """Compute all derivatives of half of the sum of squares of the error.

        Without the factor of 2 a step has one operation less; the learning rate takes it up. A
        factor of 2 changes no digit of a number, wherever it stands.
        """
        for compute in reversed(self._backward):
            compute()

    def downhill(
        self, line: Node, learning_rate: float | np.ndarray, limit: float = np.inf
    ) -> Downhill:
        """Return the steps downhill, each of which computes all values again.

        Parameters
        ----------
        line : Node
            The vector of all numbers that vary.
        learning_rate : float or array
            One for all of these numbers, or one for each.
        limit : float
            What a number is set to where it becomes larger, to either side.
        """
        twice = np.multiply(learning_rate, 2.0)  # an array: a number would be turned into one
        clip: list[Callable[[], object]] = []
        if limit < np.inf:
            # Comparing with a matrix takes half the time of comparing with a number.
            top = np.full_like(line.value, limit)
            for clipped, end in ((np.minimum, top), (np.maximum, -top)):
                clip.append(partial(clipped, line.value, end, out=line.value))
        return Downhill(
            *reversed(self._backward),
            partial(np.multiply, line.slope, twice, line.slope),
            partial(np.subtract, line.value, line.slope, line.value),
            *clip,
            *self._forward,
        )


class Downhill:
    """Steps downhill, each of which is the same operations in the same order."""

    def __init__(self, *operations: Callable[[], object]) -> None:
        self._operations = operations

    def go(self, steps: int) -> None:
        """Take so many steps."""
        operations = self._operations
        for _ in range(steps):
            for compute in operations:
                compute()

    def go_noting(self, value: np.ndarray, rows: Iterable[np.ndarray]) -> None:
        """Take a step for each of the rows, and write into it what the value is then."""
        operations = self._operations
        for row in rows:
            for compute in operations:
                compute()
            row[...] = value  # half as much time as `np.copyto` takes


def _padded(size: int) -> int:
    """Return the length of a value in the vector, padded so that the next one is aligned."""
    return -(-size // ALIGNED) * ALIGNED


def _node(value: np.ndarray) -> Node:
    return Node(value, np.empty_like(value), np.swapaxes(value, -1, -2))
