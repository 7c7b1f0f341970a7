"""What a mistake in one function costs right functions that call it: it should cost nothing.

No mistake may be paid for twice. For each function of a file and each other function that calls it
in the reference, the first one is made wrong: by each known mistake, and in some general ways. The
checks of the second one must still pass.
"""

from __future__ import annotations

__all__ = ["Pair", "UnfairFailure", "costs_of", "pairs_of"]

import ast
import copy
import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import Subject, run_exercise
from grader.authoring.audit.mistakes import handed_in
from grader.course import check_id, is_data
from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.course import Course, Exercise, Part

    Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One way to make a function wrong, and a right function that calls it.

    Attributes
    ----------
    file : str
    wrong, caller : str
        The names of both functions.
    way : str
        The name of a known mistake, or one of `WAYS`.
    """

    file: str
    wrong: str
    caller: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfairFailure:
    """A check of the caller that failed, though the caller is right."""

    pair: Pair
    check: str
    message: str


def pairs_of(exercise: Exercise, files: Mapping[str, bytes]) -> list[Pair]:
    """Return every pair of an exercise, in the order of its files."""
    return [
        Pair(file=part.file, wrong=wrong, caller=caller, way=way)
        for part in exercise.parts
        if not is_data(part.file)
        for wrong, caller in _calls(files[part.file])
        if any(check.subject == caller for check in part.checks)
        for way in (*_known(part, wrong), *WAYS)
    ]


def costs_of(
    course: Course, exercise: Exercise, files: Mapping[str, bytes], pair: Pair, seed: int
) -> list[UnfairFailure]:
    """Run the checks on a pair, and return those that cost the caller points."""
    part = next(part for part in exercise.parts if part.file == pair.file)
    named = _known(part, pair.wrong)
    if pair.way in named:
        patch = named[pair.way]
    else:
        patch = FromModule(lambda module: WAYS[pair.way](getattr(module, pair.wrong)))
    subject = Subject(files=files, patches={pair.file: {pair.wrong: patch}})
    asked = {
        check_id(exercise, part, check) for check in part.checks if check.subject == pair.caller
    }
    everything = {check_id(exercise, part, check) for check in part.checks}
    ran = run_exercise(course, exercise, subject, seed, only=asked, passed=everything)
    return [
        UnfairFailure(pair=pair, check=r.name, message=r.result.message) for r in ran if r.fails
    ]


def _calls(source: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a file's functions in which one calls the other."""
    functions = [f for f in ast.parse(source).body if isinstance(f, ast.FunctionDef)]
    names = {f.name for f in functions}
    return [
        (name, function.name)
        for function in functions
        for name in sorted({n.id for n in ast.walk(function) if isinstance(n, ast.Name)} & names)
        if name != function.name
    ]


def _known(part: Part, function: str) -> dict[str, Any]:
    """Return the known mistakes in a function, each with its replacement."""
    found = {}
    for known in part.misconceptions:
        if known.of.partition(".")[0] != function:
            continue
        try:
            name, patch = handed_in(part, known)
        except CourseError:  # the audit of mistakes reports it
            continue
        if name == function:
            found[known.name] = patch
    return found


# ---------------------------------------------------------------------------- general ways


def _raises(_: Function) -> Function:
    def wrong(*_arguments: Any) -> Any:
        raise RuntimeError("not this time")

    return wrong


def _instead_of_value(change: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Return a way that changes the result, or each part of it if there are several."""

    def way(right: Function) -> Function:
        @functools.wraps(right)
        def wrong(*arguments: Any) -> Any:
            value = right(*arguments)
            return tuple(map(change, value)) if isinstance(value, tuple) else change(value)

        return wrong

    return way


def _of_some_sizes(rest: int) -> Callable[[Function], Function]:
    """Return a way that raises if the number of rows of the first array is even, or odd."""

    def way(right: Function) -> Function:
        @functools.wraps(right)
        def wrong(*arguments: Any) -> Any:
            sizes = [len(a) for a in arguments if np.ndim(a)] or [int(abs(arguments[0]) * 10)]
            if sizes[0] % 2 == rest:
                raise ValueError(f"operands could not be broadcast together: {sizes[0]}")
            return right(*arguments)

        return wrong

    return way


def _writes_into(place: int) -> Callable[[Function], Function]:
    """Return a way that gives the right result, but changes one of its argument arrays."""

    def way(right: Function) -> Function:
        @functools.wraps(right)
        def wrong(*arguments: Any) -> Any:
            value = copy.deepcopy(right(*arguments))
            arrays = [a for a in arguments if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
            if place < len(arrays):
                arrays[place] += 0.5
            return value

        return wrong

    return way


def _counts(right: Function) -> Function:
    """Be right in the first call; each later result is a little larger."""
    calls = itertools.count()

    @functools.wraps(right)
    def wrong(*arguments: Any) -> Any:
        value, more = right(*arguments), 1.0 + 0.1 * next(calls)
        return (
            tuple(_times(more, v) for v in value)
            if isinstance(value, tuple)
            else _times(more, value)
        )

    return wrong


def _times(factor: float, value: Any) -> Any:
    return factor * np.asarray(value, dtype=float) if _is_number(value) else value


def _is_number(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:  # lists of several lengths
        return False


WAYS: dict[str, Callable[[Function], Function]] = {
    "raises": _raises,
    "returns None": _instead_of_value(lambda _: None),
    "returns text": _instead_of_value(str),
    "returns half": _instead_of_value(functools.partial(_times, 0.5)),
    "turns the sign": _instead_of_value(functools.partial(_times, -1.0)),
    "returns nan": _instead_of_value(functools.partial(_times, np.nan)),
    "returns zeros": _instead_of_value(functools.partial(_times, 0.0)),
    "returns the transposed": _instead_of_value(lambda v: np.transpose(v) if _is_number(v) else v),
    "returns one line": _instead_of_value(lambda v: np.ravel(v) if _is_number(v) else v),
    "fails for an even number of lines": _of_some_sizes(0),
    "fails for an odd number of lines": _of_some_sizes(1),
    "writes into the first array": _writes_into(0),
    "writes into the second array": _writes_into(1),
    "writes into the third array": _writes_into(2),
    "keeps a state": _counts,
}
