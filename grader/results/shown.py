"""Remove from a result what a student may not see; all output for students goes through here."""

from __future__ import annotations

__all__ = ["KEPT_BACK", "MOST_BYTES", "for_student"]

import functools
import itertools
from dataclasses import MISSING, fields, replace
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from grader.results.allowed import (
    ALLOWED,
    AT_LEAST,
    CONFIDENTIAL,
    OF_CONFIDENTIAL_EXERCISES,
    Hidden,
    Shown,
)
from grader.results.evidence import Evidence
from grader.results.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.results.verdicts import CheckResult, ExerciseResult, SubmissionResult

T = TypeVar("T")

AS_THEY_ARE = frozenset([type(None), bool, float, Decimal])
TUPLES = {tuple}
# Maximal size of a student's file, as indented on disk. In a class of 33 the largest has 0.9 MB.
MOST_BYTES = 2 << 20
# Indentation of numbers and brackets makes a file at most three times as large.
INDENTED = 3
PRINTED, SHORT, FEW = 400, 400, 10
CUT = " … (cut here)"
KEPT_BACK = (
    "This did not end as it should, on inputs that are kept for the next ones: what was said of it"
    " stays with the instructor. The checks above ask for the same on inputs that may be shown."
)
NOT_RUN = "Not run, since another check has to hold first."
TOO_LONG = "This report was too long: {} is left out here. Your instructor has all of it."


def for_student(result: SubmissionResult, *, own_machine: bool = False) -> SubmissionResult:
    """Return the result without data for the instructor only, and with a limited size.

    Parameters
    ----------
    result : SubmissionResult
        A graded result, or a result of this function.
    own_machine : bool
        Whether it was graded on the student's own machine: there, the message of a grader error
        reveals nothing new.
    """
    seen = _seen(result, Shown())
    exercises = tuple(_exercise(exercise, own_machine=own_machine) for exercise in seen.exercises)
    answers = tuple(answer for answer in seen.free_text if not answer.confidential)
    return _fitted(replace(seen, exercises=exercises, free_text=answers))


# ---------------------------------------------------------------------------- confidential checks


def _exercise(exercise: ExerciseResult, *, own_machine: bool) -> ExerciseResult:
    checks = tuple(_check(check, own_machine=own_machine) for check in exercise.checks)
    exercise = replace(exercise, checks=checks)
    if exercise.confidential or any(check.confidential for check in checks):
        return _only(exercise, OF_CONFIDENTIAL_EXERCISES)
    return exercise


def _check(check: CheckResult, *, own_machine: bool) -> CheckResult:
    if check.confidential:
        return replace(_only(check, CONFIDENTIAL), message=_constant(check))
    if check.outcome is Outcome.GRADER_ERROR and not own_machine:
        return replace(check, message="", expected="", got="", traceback=())
    return check


def _constant(check: CheckResult) -> str:
    """Return the message for a confidential check; it never contains the submission's words."""
    if check.outcome in (Outcome.PASSED, Outcome.GRADER_ERROR):
        return ""
    if check.outcome is Outcome.SKIPPED:
        return NOT_RUN
    return check.told or KEPT_BACK


def _only(value: T, table: Mapping[str, Shown]) -> T:
    """Return a value with only the fields in a table; all others have their defaults."""
    kept = {name: getattr(value, name) for name in table}
    return type(value)(**kept)


# ---------------------------------------------------------------------------- sizes


def _seen(value: Any, rule: Shown) -> Any:
    """Return a value as its rule and the tables allow."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is str:
        whole = len(value) <= rule.characters and value.isascii()  # as most texts are
        return value if whole else _cut(value, rule.characters)
    if kind in ALLOWED:
        return _by_table(value)
    if kind is int:
        return max(-rule.bound, min(rule.bound, value))
    if kind is tuple:
        some = value[-rule.most :] if rule.last else value[: rule.most]
        if AS_THEY_ARE.issuperset(map(type, some)) or _are_points(some, rule):
            return some  # most tuples are the numbers of a drawing
        return tuple([_seen(element, rule) for element in some])
    if isinstance(value, Enum):
        return value
    raise TypeError(f"a result holds a {kind.__name__}, and nothing says who may see it")


def _are_points(some: tuple[Any, ...], rule: Shown) -> bool:
    """Return whether all elements are tuples that may be seen as they are, such as points."""
    if set(map(type, some)) != TUPLES or max(map(len, some)) > rule.most:
        return False
    return AS_THEY_ARE.issuperset(map(type, itertools.chain.from_iterable(some)))


def _by_table(value: Any) -> Any:
    names, rules, read, whole = _rules_of(type(value))  # type: ignore[arg-type]
    kept = []
    for before, rule in zip(read(value), rules, strict=False):
        kind = type(before)
        if (
            kind in AS_THEY_ARE
            or (kind is str and len(before) <= rule.characters and before.isascii())
            or (kind is tuple and not before)
        ):
            kept.append(before)  # as `_seen` does: most fields are texts, numbers, or empty
            continue
        seen = _seen(before, rule)
        kept.append(seen)
        whole = whole and seen is before
    return value if whole else type(value)(**dict(zip(names, kept, strict=True)))


@functools.cache
def _rules_of(
    kind: type[Any],
) -> tuple[tuple[str, ...], tuple[Shown, ...], Callable[[Any], Sequence[Any]], bool]:
    """Return the fields that are shown, their rules, what reads them, and whether it is all."""
    table, every = ALLOWED[kind], fields(kind)
    rules = []
    for field in every:
        rule = table.get(field.name, Hidden())
        if isinstance(rule, Shown):
            rules.append((field.name, rule))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise TypeError(f"{kind.__name__}.{field.name} is hidden and has no default")
    names = tuple(name for name, _ in rules)
    read = attrgetter(*names, "__class__")  # with one name alone it gives no tuple
    return names, tuple(rule for _, rule in rules), read, len(rules) == len(every)


def _cut(text: str, most: int) -> str:
    short = text if len(text) <= most else text[: max(0, most - len(CUT))] + CUT[: max(0, most)]
    if short.isascii():
        return short
    return short.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored


def _fitted(result: SubmissionResult) -> SubmissionResult:
    """Return the result with at most `MOST_BYTES`; the least important data are left out first."""
    for what, less in _LESS:
        if INDENTED * len(msgspec.json.encode(result)) <= MOST_BYTES or _size(result) <= MOST_BYTES:
            break
        less_of_it = less(result)
        result = replace(less_of_it, notes=(TOO_LONG.format(what), *less_of_it.notes[:FEW]))
    return result


def _size(result: SubmissionResult) -> int:
    return len(msgspec.json.format(msgspec.json.encode(result), indent=2))


def _with_less_printed(result: SubmissionResult) -> SubmissionResult:
    return _each(result, lambda check: replace(check, printed=_cut(check.printed, PRINTED)))


def _without_figures(result: SubmissionResult) -> SubmissionResult:
    return _each(result, lambda check: replace(check, evidence=Evidence()))


def _verdicts_alone(result: SubmissionResult) -> SubmissionResult:
    answers = tuple(replace(a, answer=_cut(a.answer, SHORT)) for a in result.free_text)
    exercises = tuple(
        replace(exercise, notes=_seen(exercise.notes, Shown(characters=SHORT, most=FEW)))
        for exercise in result.exercises
    )
    notes = _seen(result.notes, Shown(characters=SHORT, most=FEW))
    result = replace(result, exercises=exercises, free_text=answers, notes=notes)
    return _each(result, _verdict_alone)


def _verdict_alone(check: CheckResult) -> CheckResult:
    changes: dict[str, Any] = {n: _seen(getattr(check, n), rule) for n, rule in AT_LEAST.items()}
    return replace(_only(check, AT_LEAST), **changes)


def _each(result: SubmissionResult, less: Callable[[CheckResult], CheckResult]) -> SubmissionResult:
    exercises = tuple(
        replace(exercise, checks=tuple(map(less, exercise.checks))) for exercise in result.exercises
    )
    return replace(result, exercises=exercises)


_LESS: tuple[tuple[str, Callable[[SubmissionResult], SubmissionResult]], ...] = (
    ("most of what was printed", _with_less_printed),
    ("every figure", _without_figures),
    ("all but the verdicts", _verdicts_alone),
)
