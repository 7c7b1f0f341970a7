"""Parse a function's docstring for the forms of its arguments: arrays, numbers, counts.

The docstring is in numpydoc form: ``x : ndarray of shape (n, d_in) or (d_in,)``. Where it does not
say so, the arguments of a public call do.
"""

from __future__ import annotations

__all__ = ["form_of", "forms_in", "parts_in"]

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.small_inputs import Spec, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECTION = r"^{}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)"
_PARAMETER = re.compile(r"^([\w, ]+?) : (.+)$", re.MULTILINE)
_SHAPE = re.compile(r"\(([^()]*)\)")
_SIZE = re.compile(r"\w+")
_TWO = re.compile(r"(?:sequence|tuple|pair) of (?:two|2) floats?")


def forms_in(docstring: str, names: Sequence[str]) -> tuple[dict[str, Spec], ...]:
    """Return the forms of a function's arguments; none if one of them is of another kind.

    Parameters
    ----------
    docstring : str
        With its indentation removed.
    names : sequence of str
        The function's parameters, in order.
    """
    said: dict[str, list[Spec]] = {}
    for match in _PARAMETER.finditer(_section("Parameters", docstring)):
        said |= _specs(match[1].replace(",", " ").split(), match[2])
    if not names or any(not said.get(name) for name in names):
        return ()
    count = max(len(said[name]) for name in names)
    return tuple(_form(said, names, number) for number in range(count))


def form_of(arguments: Sequence[Any], names: Sequence[str]) -> dict[str, Spec] | None:
    """Return the form of arguments; None if one is neither a number nor an array of numbers.

    Sizes that are equal have the same name.
    """
    specs = [_spec_of(argument) for argument in arguments]
    if not specs or len(specs) != len(names) or None in specs:
        return None
    return {name: spec for name, spec in zip(names, specs, strict=True) if spec is not None}


def _spec_of(argument: Any) -> Spec | None:
    if type(argument) is int:
        return Whole()
    if isinstance(argument, float):
        return ""
    if isinstance(argument, np.ndarray) and argument.dtype.kind in "iuf" and argument.ndim:
        shape = " ".join(f"size{size}" for size in argument.shape)
        return Whole(shape) if argument.dtype.kind in "iu" else shape
    return None


def parts_in(docstring: str) -> tuple[str, ...]:
    """Return the names of the values that a function returns; none if it returns one."""
    found = _PARAMETER.finditer(_section("Returns", docstring))
    names = [name for match in found for name in match[1].replace(",", " ").split()]
    return tuple(names) if len(names) > 1 else ()


def _section(title: str, docstring: str) -> str:
    found = re.search(_SECTION.format(title), docstring, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _form(said: Mapping[str, list[Spec]], names: Sequence[str], number: int) -> dict[str, Spec]:
    """Return the form with a given index: each argument's spec with this index, or its only one."""
    return {name: said[name][min(number, len(said[name]) - 1)] for name in names}


def _specs(names: Sequence[str], text: str) -> dict[str, list[Spec]]:
    """Return the specs of the parameters that one line describes."""
    shapes = [shape for found in _SHAPE.findall(text) if (shape := _sizes(found)) is not None]
    whole = bool(re.search(r"\bof ints?\b", text))
    if shapes:
        specs: list[Spec] = [Whole(shape) if whole else shape for shape in shapes]
        if "..." in text:
            specs.append(f"samples {specs[0]}")
        if " and (" in text and len(specs) == len(names):
            return {name: [spec] for name, spec in zip(names, specs, strict=True)}
        return dict.fromkeys(names, specs)
    if "any shape" in text:
        return {name: ["", "n"] for name in names}
    if re.fullmatch(r"floats?(,.*)?", text):
        return {name: [""] for name in names}
    if re.fullmatch(r"ints?(,.*)?", text):
        return {name: [Whole()] for name in names}
    if _TWO.fullmatch(text):
        return {name: [_pair] for name in names}
    return {}


def _sizes(text: str) -> str | None:
    """Return the sizes of a shape, separated by blanks; None if one is neither name nor number."""
    words = [word.strip() for word in text.split(",") if word.strip() not in ("", "...")]
    return " ".join(words) if words and all(map(_SIZE.fullmatch, words)) else None


def _pair(rng: np.random.Generator, **_: int) -> tuple[float, float]:
    """Return two whole numbers from −3 to 3, without 0."""
    one, two = rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], 2)
    return float(one), float(two)
