"""Right answers in the styles in which people write code: no check may fail one of them.

A style wraps the functions of the reference; inside, they still call one another without it. So the
form of the results is tested, and the way in which a function is defined.
"""

from __future__ import annotations

__all__ = ["STYLES", "styled"]

import copy
import functools
import types
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import Subject
from grader.authoring.audit.lazy import unwritten
from grader.course import is_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course import Course, Exercise

    Function = Callable[..., Any]

# The name under which a module keeps its own functions, without the styles around them.
KEPT = "_right_ones"


def styled(
    course: Course, exercise: Exercise, files: Mapping[str, bytes], style: str
) -> Subject | None:
    """Return the reference in a style; None if the exercise has no functions to wrap.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    files : mapping
        The reference.
    style : str
        One of `STYLES`.
    """
    patches: dict[str, dict[str, Any]] = {}
    for part in exercise.parts:
        if is_data(part.file):
            continue
        names = unwritten((course.stubs / part.file).read_bytes())
        patches[part.file] = {name: _patch(name, STYLES[style]) for name in names}
    return Subject(files=files, patches=patches) if any(patches.values()) else None


def _patch(name: str, style: Callable[[Function], Function]) -> FromModule:
    return FromModule(lambda module: style(_right_ones(module)[name]))


def _right_ones(module: types.ModuleType) -> dict[str, Any]:
    """Return a module's original names; its functions call only these, without a style."""
    kept: dict[str, Any] | None = vars(module).get(KEPT)
    if kept is None:
        kept = dict(vars(module))
        for name, value in list(kept.items()):
            if isinstance(value, types.FunctionType) and value.__module__ == kept["__name__"]:
                copied = types.FunctionType(
                    value.__code__, kept, name, value.__defaults__, value.__closure__
                )
                kept[name] = functools.update_wrapper(copied, value)
        vars(module)[KEPT] = kept
    return kept


# ---------------------------------------------------------------------------- form of results


def _each(change: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Return a style that returns results in another form, or each part if there are several."""

    def style(right: Function) -> Function:
        @functools.wraps(right)
        def function(*arguments: Any) -> Any:
            value = right(*arguments)
            return tuple(map(change, value)) if isinstance(value, tuple) else change(value)

        return function

    return style


def _of_arrays(change: Callable[[np.ndarray], Any]) -> Callable[[Function], Function]:
    return _each(lambda value: change(value) if isinstance(value, np.ndarray) else value)


def _of_floats(change: Callable[[np.ndarray], Any]) -> Callable[[Function], Function]:
    return _of_arrays(lambda array: change(array) if array.dtype.kind == "f" else array)


def _nested(value: Any) -> Any:
    return tuple(map(_nested, value)) if isinstance(value, list) else value


def _every_second(array: np.ndarray) -> np.ndarray:
    """Return an equal array whose elements are not contiguous."""
    wide = np.zeros((*array.shape, 2), dtype=array.dtype)
    wide[..., 0] = array
    return wide[..., 0]


def _locked(array: np.ndarray) -> np.ndarray:
    locked = array.copy()
    locked.flags.writeable = False
    return locked


class _Own(np.ndarray):
    """An array of one's own class."""


# ---------------------------------------------------------------------------- form of functions


def _parts_in_a_list(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        value = right(*arguments)
        return list(value) if isinstance(value, tuple) else value

    return function


def _more_parameters(right: Function) -> Function:
    def function(*arguments: Any, verbose: bool = False, tolerance: float = 1e-8) -> Any:
        del verbose, tolerance
        return right(*arguments)

    return function


def _an_object(right: Function) -> Function:
    class Called:
        def __call__(self, *arguments: Any) -> Any:
            return right(*arguments)

    return Called()


def _a_method(right: Function) -> Function:
    class Network:
        @staticmethod
        def method(*arguments: Any) -> Any:
            return right(*arguments)

    return Network.method


def _copied(value: Any) -> Any:
    """Return copies of arrays, alone or in a tuple; other objects, such as a graph, are kept."""
    if isinstance(value, tuple):
        return tuple(map(_copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def _in_place_on_copies(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        copies = [copy.deepcopy(a) if np.ndim(a) else a for a in arguments]
        value = _copied(right(*copies))
        for array in copies:
            if isinstance(array, np.ndarray):
                np.multiply(array, 0, out=array)
        return value

    return function


def _talkative(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        print("called with", *map(type, arguments))  # noqa: T201  (as submissions do)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.warn("overflow encountered", RuntimeWarning, stacklevel=2)
        return right(*arguments)

    return function


def _in_fortran_order(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        return right(*(np.asfortranarray(a) if isinstance(a, np.ndarray) else a for a in arguments))

    return function


def _reseeds(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        np.random.seed(0)  # noqa: NPY002  (as submissions do)
        return right(*arguments)

    return function


def _remembers(right: Function) -> Function:
    calls: list[Any] = []

    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        calls.append(arguments)  # a record of the calls, without any effect
        del calls[:-5]
        return right(*arguments)

    return function


def _asks_the_network_twice(right: Function) -> Function:
    @functools.wraps(right)
    def function(*arguments: Any) -> Any:
        again = [copy.deepcopy(a) for a in arguments]
        right(*again)
        return right(*arguments)

    return function


STYLES: dict[str, Callable[[Function], Function]] = {
    "single precision": _of_floats(lambda array: array.astype(np.float32)),
    "lists": _of_arrays(lambda array: array.tolist()),
    "nested tuples": _of_arrays(lambda array: _nested(array.tolist())),
    "Fortran order": _of_arrays(np.asfortranarray),
    "elements apart": _of_arrays(_every_second),
    "big-endian": _of_floats(lambda array: array.astype(">f8")),
    "extended precision": _of_floats(lambda array: array.astype(np.longdouble)),
    "read-only": _of_arrays(_locked),
    "a subclass of ndarray": _of_arrays(lambda array: array.view(_Own)),
    "numpy scalars": _each(lambda v: np.float64(v) if type(v) is float else v),
    "arrays without dimensions": _each(lambda v: np.array(v) if type(v) is float else v),
    "parts in a list": _parts_in_a_list,
    "more parameters": _more_parameters,
    "an object that is called": _an_object,
    "a method": _a_method,
    "in place on copies": _in_place_on_copies,
    "prints and warns": _talkative,
    "arguments in Fortran order": _in_fortran_order,
    "reseeds the global generator": _reseeds,
    "remembers its calls": _remembers,
    "computes twice": _asks_the_network_twice,
}
