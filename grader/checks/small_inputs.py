"""Small inputs of a function, public and the same for everybody.

If a check fails, the judge calls the function with these, the smallest first, and shows the first
one on which the submission is wrong in the same way. They follow from the function's docstring,
which students have, and from its name: no input of a check, hidden or not, plays a part.

The recipe. The docstring names the sizes of each array, as in ``shape (n, d_in) or (d_in,)``. A
size that is a name is 1, 2 or 3, the same wherever the name stands, and all arguments together have
at most 12 numbers. For each choice of sizes there are a few draws, from ``default_rng([crc32 of the
function's name, number of the form, *sizes, number of the draw])``: whole numbers from 1 to 3 in
draw 0; from −3 to 3, without 0, in draws 1 and 2; in draw 3 with all but one entry of each array
set to 0; beyond, where there are 3 numbers or fewer, from −12 to 12. Whole-number parameters are 1,
2 or 3, and 0 or −1 in every third draw. The `MOST_CALLS` plainest are taken: those with the fewest
numbers, an early draw before a late one. One is passed over if the right answer is not finite, or
changes much when the input changes by a millionth: at the corner of a relu no answer is wrong.
"""

from __future__ import annotations

__all__ = [
    "MOST_CALLS",
    "MOST_NUMBERS",
    "RightRefusal",
    "SmallInputs",
    "Whole",
    "count_of_numbers",
    "small_inputs",
]

import copy
import functools
import itertools
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.explains import own
from grader.errors import GraderError

if TYPE_CHECKING:
    from types import ModuleType

MOST_NUMBERS = 12
MOST_CALLS = 48
MOST_SIZE, LARGEST, LARGE = 3, 3, 12
SPARSE, DRAWS, MORE_DRAWS = 3, 4, 24
FEW = 3  # inputs with so few numbers have more draws
LATER_FORM, LATER_DRAW = 3, 2  # each counts as so many more numbers
TINY, MUCH = 1e-6, 1e-3
REFUSALS = ("IndexError", "ValueError")


@dataclass(frozen=True, slots=True)
class Whole:
    """The spec of a whole number, or of an array of them, with sizes as names or numbers."""

    sizes: str | None = None


@dataclass(frozen=True, slots=True)
class RightRefusal:
    """The right answer is an exception of this name."""

    exception: str


# Sizes of an array of floats ("" for a number), whole numbers, values to choose from, or a function
# of a generator and the sizes by name.
Spec = str | Whole | tuple[Any, ...] | Callable[..., Any]
Form = Mapping[str, Spec]
# Takes the name of a part, the index of its entry, and the arguments; returns lines of a working.
ByHand = Callable[..., Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class SmallInputs:
    """Small inputs of one function.

    Attributes
    ----------
    of : str
        The function's name.
    forms : tuple of mapping
        The arguments by their names, in order. Several forms are for a function that takes, say, a
        sample and a batch.
    by_hand : callable, optional
        Works out one entry of the right answer, in lines of text.
    uses : tuple of str
        Other functions of the file that the known mistakes of this one take as parameters.
    parts : tuple of str
        The names of its values if it returns several.
    nameless : bool
        Whether the form is that of a call, so that nobody else can number the inputs.
    """

    of: str
    forms: tuple[Form, ...]
    by_hand: ByHand | None = None
    uses: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    nameless: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(self.forms[0])

    def calls(self) -> tuple[tuple[Any, ...], ...]:
        """Return the arguments of each call, the plainest first; the caller may change them."""
        return copy.deepcopy(_drawn(self))

    def right(self, reference: ModuleType, number: int) -> Any:
        """Return the right answer for an input, a `RightRefusal`, or None if it is passed over.

        Parameters
        ----------
        reference : module
        number : int
            Which input, from 1.
        """
        return copy.deepcopy(_right(self, reference, number))

    def named_parts(self, right: Any) -> list[tuple[str, Any]]:
        """Return the parts of a right answer under the names that `worked` knows."""
        if type(right) is not tuple:
            return [(self.of, right)]
        return list(zip(self.parts or (), right, strict=False))

    def worked(self, number: int, part: str, at: Sequence[int]) -> tuple[str, ...]:
        """Return the working of one entry of the right answer; empty if there is none."""
        if self.by_hand is None:
            return ()
        return tuple(self.by_hand(part, tuple(at), *self.calls()[number - 1]))


@dataclass(frozen=True, slots=True)
class Declared:
    """What an author declares of a function's small inputs: see `small_inputs`."""

    of: str
    forms: tuple[Form, ...] = ()
    by_hand: ByHand | None = field(default=None)
    parts: tuple[str, ...] = ()


def small_inputs(
    of: str, *forms: Form, by_hand: ByHand | None = None, parts: tuple[str, ...] = ()
) -> Declared:
    """Declare more of a function's small inputs than its docstring says.

    Parameters
    ----------
    of : str
        The function.
    *forms : mapping of str to spec, optional
        The arguments by their names, in order, where the docstring does not say what they are. A
        spec is a text that names the sizes of an array of whole numbers, such as ``"n d_in"``; a
        tuple of values to choose from; or a function that takes a generator and the sizes by name.
    by_hand : callable, optional
        Takes the name of a part (the function's if it has none), the index of an entry and the
        arguments; returns the working of this entry line by line, as on paper.
    parts : tuple of str, optional
        The names of the values if it returns several that its docstring does not name: those that
        its checks use.

    Examples
    --------
    >>> SMALL_AREA = small_inputs("area", {"width": (1.0, 2.0), "height": (3.0, 0.5)})
    """
    return Declared(of, forms, by_hand, parts)


def count_of_numbers(arguments: Sequence[Any]) -> int:
    """Return how many numbers there are in some arguments."""
    return sum(np.size(argument) for argument in arguments)


# ---------------------------------------------------------------------------- drawing


@functools.lru_cache(maxsize=1024)
def _drawn(small: SmallInputs) -> tuple[tuple[Any, ...], ...]:
    """Return the arguments of each call."""
    found: list[tuple[int, int, int, tuple[Any, ...]]] = []
    seen: set[str] = set()
    for number, form in enumerate(small.forms):
        names = _sizes_in(form)
        for sizes in itertools.product(range(1, MOST_SIZE + 1), repeat=len(names)):
            for draw in range(MORE_DRAWS):
                arguments = _arguments(
                    small.of, number, form, dict(zip(names, sizes, strict=True)), draw
                )
                count = count_of_numbers(arguments)
                if count > MOST_NUMBERS or (draw >= DRAWS and count > FEW):
                    break
                if (key := repr(arguments)) not in seen:
                    seen.add(key)
                    found.append((count, number, draw, arguments))
    plainest = sorted(found, key=lambda one: (_effort(*one[:3]), one[:3]))[:MOST_CALLS]
    return tuple(one[3] for one in sorted(plainest, key=lambda one: one[:3]))


def _effort(count: int, form: int, draw: int) -> int:
    """Return the sort key of an input: fewer numbers first, then earlier forms and draws."""
    return count + LATER_FORM * form + LATER_DRAW * draw


def _sizes_in(form: Form) -> list[str]:
    """Return the names of the sizes, each once, in the order of their first use."""
    texts = [spec.sizes if isinstance(spec, Whole) else spec for spec in form.values()]
    words = (word for text in texts if isinstance(text, str) for word in text.split())
    return list(dict.fromkeys(word for word in words if not word.isdecimal()))


def _arguments(
    of: str, number: int, form: Form, sizes: Mapping[str, int], draw: int
) -> tuple[Any, ...]:
    seed = [zlib.crc32(of.encode()), number, *sizes.values(), draw]
    rng = np.random.default_rng(seed)
    return tuple(_argument(spec, sizes, draw, rng) for spec in form.values())


def _argument(spec: Spec, sizes: Mapping[str, int], draw: int, rng: np.random.Generator) -> Any:
    if isinstance(spec, tuple):
        return spec[draw % len(spec)]
    if isinstance(spec, Whole):
        if spec.sizes is None:
            return int(rng.integers(-1, 1) if draw % 3 == 2 else rng.integers(1, MOST_SIZE + 1))
        return rng.integers(0, 2, _shape(spec.sizes, sizes))
    if not isinstance(spec, str):
        return spec(rng, **sizes)
    shape = _shape(spec, sizes)
    largest = LARGEST if draw <= SPARSE else LARGE
    numbers = np.asarray(rng.integers(1, largest + 1, shape), dtype=float)
    if draw:
        numbers = numbers * rng.choice([-1.0, 1.0], shape)
    if draw == SPARSE and numbers.size > 1:
        kept = rng.integers(numbers.size)
        numbers[np.arange(numbers.size).reshape(shape) != kept] = 0.0
    return numbers if shape else float(numbers)


def _shape(text: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(int(word) if word.isdecimal() else sizes[word] for word in text.split())


# ---------------------------------------------------------------------------- right answers


@functools.lru_cache(maxsize=8192)
def _right(small: SmallInputs, reference: ModuleType, number: int) -> Any:
    arguments = _drawn(small)[number - 1]
    function = getattr(reference, small.of)
    outside = any(type(argument) is int and argument < 1 for argument in arguments)
    try:
        with np.errstate(all="ignore"):
            right = function(*own(arguments))
            if not outside and _is_steady(function, arguments, right):
                return right
    except GraderError:
        raise
    except Exception as error:  # noqa: BLE001  (it refuses such an input)
        name = type(error).__name__
        return RightRefusal(name) if name in REFUSALS else None
    return None


def _is_steady(function: Callable[..., Any], arguments: Sequence[Any], right: Any) -> bool:
    """Return whether an answer is finite and hardly changes with the input."""
    values = _numbers(right)
    if not np.isfinite(values).all():
        return False
    allowed = MUCH * (1.0 + float(np.max(np.abs(values), initial=0.0)))
    for way in (1.0, -1.0):
        moved = [_moved(argument, way, place) for place, argument in enumerate(arguments)]
        other = _numbers(function(*moved))
        if other.shape != values.shape or not (np.abs(other - values) <= allowed).all():
            return False
    return True


def _moved(argument: Any, way: float, place: int) -> Any:
    """Return an argument a millionth away, each entry by a little more than the one before."""
    if not (isinstance(argument, float) or getattr(argument, "dtype", np.dtype(int)).kind == "f"):
        return copy.deepcopy(argument)
    array = np.asarray(argument, dtype=float)
    steps = 1.0 + 0.1 * (np.arange(array.size).reshape(array.shape) + place)
    moved = array + way * TINY * steps
    return float(moved) if isinstance(argument, float) else moved


def _numbers(value: Any) -> np.ndarray:
    """Return all the numbers in a value, which may be a tuple of arrays."""
    if isinstance(value, tuple):
        return np.concatenate([_numbers(part) for part in value]) if value else np.empty(0)
    return np.asarray(value, dtype=float).ravel()
