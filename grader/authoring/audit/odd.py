"""Makes functions and constants return odd values: no check may then fail by the grader's fault.

A value that cannot be compared is the submission's failure, reported in a sentence. A grader error
there would keep points open that nobody has earned, and hide what the student should read.
"""

from __future__ import annotations

__all__ = ["OddAudit", "OddError", "audit_odd"]

import contextlib
import copy
import functools
import random
import time
import types
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.direct import FromModule
from grader.authoring.audit.in_process import CheckRun, Subject, run_exercise
from grader.authoring.audit.odd_values import Odd, values
from grader.course import is_data
from grader.results import Outcome
from grader.runner.graphs import plain_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.course import Course, Exercise, Part

SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class OddError:
    """A check that ended in a grader error, and the value that caused it."""

    check: str
    name: str
    value: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OddAudit:
    """The result of the odd values in one file.

    Attributes
    ----------
    file : str
    names : tuple of str
        The functions and constants that returned them.
    values : int
        The number of odd values in total.
    errors : tuple of OddError
    slowest_seconds : float
        The longest time that the checks took for one value, and which value it was.
    """

    file: str
    names: tuple[str, ...]
    values: int
    errors: tuple[OddError, ...]
    slowest_seconds: float = 0.0
    slowest: str = ""


def audit_odd(
    course: Course, exercise: Exercise, part: Part, subject: Subject, most: int | None = None
) -> OddAudit:
    """Run the checks on the reference, with one name after the other returning odd values.

    Parameters
    ----------
    course, exercise
        The course, and one of its exercises.
    part : Part
        The part whose functions and constants return odd values.
    subject : Subject
        A submission that passes otherwise: the reference, or its quick stand-in.
    most : int, optional
        The maximal number of values for each name, drawn with a fixed seed; all by default.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd values cause many
        return _audited(course, exercise, part, subject, most)


def _audited(
    course: Course, exercise: Exercise, part: Part, subject: Subject, most: int | None
) -> OddAudit:
    examples: dict[str, Any] = {}
    ran = run_exercise(course, exercise, _recording(subject, part, examples), 0)
    passed = frozenset(r.result.id for r in ran if r.result.outcome is Outcome.PASSED)
    audit = OddAudit(file=part.file, names=(), values=0, errors=())
    for name in sorted({name for r in _of(ran, part) for name in r.asked}):
        asking = frozenset(r.result.id for r in _of(ran, part) if name in r.asked)
        example = examples.get(name, _usual(name))
        called = name in _USUAL or callable(getattr(part.reference, name, None))
        odd = [one for one in values(example) if called or not one.after]
        odd = _some(odd, name, most)
        audit = replace(audit, names=(*audit.names, name), values=audit.values + len(odd))
        for one in odd:
            given = replace(subject, patches=_patched(subject, part, name, one))
            started = time.perf_counter()
            came = run_exercise(course, exercise, given, 0, only=asking, passed=passed)
            audit = _with(audit, name, one, came, time.perf_counter() - started)
    return audit


def _with(
    audit: OddAudit, name: str, one: Odd, came: Sequence[CheckRun], seconds: float
) -> OddAudit:
    errors = tuple(
        OddError(check=r.result.id, name=name, value=one.name, message=r.result.message)
        for r in came
        if r.result.outcome is Outcome.GRADER_ERROR
    )
    if seconds > audit.slowest_seconds:
        audit = replace(audit, slowest_seconds=seconds, slowest=f"{name}: {one.name}")
    return replace(audit, errors=audit.errors + errors)


def _of(ran: Sequence[CheckRun], part: Part) -> list[CheckRun]:
    return [r for r in ran if r.result.file == part.file]


def _some(odd: list[Odd], name: str, most: int | None) -> list[Odd]:
    if most is None or len(odd) <= most:
        return odd
    return random.Random(f"{SEED} {name}").sample(odd, most)  # noqa: S311  (a sample, no secret)


# ---------------------------------------------------------------------------- submissions to test


def _recording(subject: Subject, part: Part, examples: dict[str, Any]) -> Subject:
    """Return the subject with functions and constants that record an example of their values."""
    if is_data(part.file):
        return subject
    recorders = {}
    for name, value in vars(part.reference).items():
        if isinstance(value, types.FunctionType) and not name.startswith("_"):
            base = subject.patches.get(part.file, {}).get(name)
            recorders[name] = FromModule(functools.partial(_recorder, name, base, examples))
        elif name.isupper():
            examples[name] = value
    patches = dict(subject.patches)
    patches[part.file] = {**patches.get(part.file, {}), **recorders}
    return replace(subject, patches=patches)


def _recorder(
    name: str, base: Any, examples: dict[str, Any], module: types.ModuleType
) -> Callable[..., Any]:
    function = _patched_value(name, base, module)

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        value = function(*arguments, **named)
        if name not in examples:
            examples[name] = _copied(plain_graph(value))
        return value

    return call


def _copied(value: Any) -> Any:
    """Return a copy of plain data; another object, such as a model, is not copied."""
    plain = (int, float, str, list, tuple, dict, np.ndarray, np.generic)
    return copy.deepcopy(value) if isinstance(value, plain) else value


def _patched(subject: Subject, part: Part, name: str, one: Odd) -> dict[str, dict[str, Any]]:
    patches = {file: dict(names) for file, names in subject.patches.items()}
    of_file = patches.setdefault(part.file, {})
    of_file[name] = FromModule(functools.partial(_oddly, name, of_file.get(name), one))
    return patches


def _patched_value(name: str, base: Any, module: types.ModuleType) -> Any:
    """Return what a name stands for in the subject, whose own patch of it is `base` or None."""
    if base is None:
        return getattr(module, name, None)
    return base(module) if isinstance(base, FromModule) else base


def _oddly(name: str, base: Any, one: Odd, module: types.ModuleType) -> Any:
    """Return the replacement for a name: a function that returns the odd value, or the value."""
    right = _patched_value(name, base, module)
    if right is None and name in _USUAL:
        right = _USUAL[name]
    if not isinstance(right, types.FunctionType | types.BuiltinFunctionType):
        with contextlib.suppress(Exception):  # a value that cannot be changed so stays as it is
            return one.make(copy.deepcopy(right))
        return right
    count = [0]

    def call(*arguments: Any, **named: Any) -> Any:
        count[0] += 1
        value = right(*arguments, **named)
        return value if count[0] <= one.after else one.make(plain_graph(value))

    return call


def _weights(d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator) -> Any:
    return rng.standard_normal((d_in, d_hidden)), rng.standard_normal((d_hidden, d_out))


# Names that a submission may define although the reference does not.
_USUAL: dict[str, Callable[..., Any]] = {"init_weights": _weights}


def _usual(name: str) -> Any:
    if name not in _USUAL:
        return None
    return _USUAL[name](3, 4, 2, np.random.default_rng(0))
