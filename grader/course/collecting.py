"""Collect the checks and known mistakes of a file from its exercise's folder.

Everything in the folder counts; there is no list. A declaration that cannot be right is refused in
one sentence, with the file and the line.
"""

from __future__ import annotations

__all__ = ["Collected", "collect"]

import ast
import inspect
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from grader.checks import Check, Misconception
from grader.checks.described import forms_in, parts_in
from grader.checks.misconception import RIGHT
from grader.checks.small_inputs import SmallInputs
from grader.course.check_modules import (
    declared,
    load_checks,
    named_after,
    names_about,
    place_of,
    small_inputs_in,
    told,
)
from grader.course.references import is_data
from grader.errors import CourseError, did_you_mean
from grader.results import Contours, Series, Track, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType


@dataclass(frozen=True, slots=True)
class Collected:
    """The checks, known mistakes and functions that an exercise's folder has for one file.

    Attributes
    ----------
    checks, misconceptions, small_inputs : tuple
        In the order of their definitions.
    backgrounds, data_files, shown_to_all : callable, optional
        The functions of these names.
    """

    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    backgrounds: Callable[[], tuple[Contours, ...]] | None
    data_files: Callable[[], tuple[Path, ...]] | None
    small_inputs: tuple[SmallInputs, ...] = ()
    shown_to_all: Callable[[ModuleType], tuple[Series | Track, ...]] | None = None


def collect(root: Path, exercise: str, file: str, files: Sequence[str]) -> Collected:
    """Return the checks and known mistakes of a file.

    A module that is named after none of the exercise's files contributes only those mistakes whose
    `of` is defined in this file.

    Raises
    ------
    CourseError
        If a module cannot be imported, or something in it is not consistent.
    """
    folder = root / "solutions" / "checks" / exercise
    modules = [load_checks(root, exercise, name) for name in names_about(folder, file, files)]
    source = _Source.read(root, root / "solutions" / file)
    texts = _Texts(root / "solutions" / "checks", exercise)
    checks: list[Check] = []
    mistakes: list[Misconception] = []
    for one, module in declared(modules):
        shared = len(files) > 1 and named_after(module.__name__, files) is None
        if isinstance(one, Misconception):
            if not shared or one.of.partition(".")[0] in source.written:
                mistakes.append(_bound(one, source, texts, root, file))
        elif shared:
            raise CourseError(
                f"{place_of(one, root)}: which of the files of {exercise} does `{one.name}` judge? "
                "Put it into a module that is named after the file, such as "
                f"check_{file.rpartition('/')[2]}."
            )
        else:
            checks.append(one)
    _refuse_doubles(root, file, checks)
    _refuse_doubles(root, file, mistakes)
    _refuse_needs(file, checks)
    if not checks:
        raise CourseError(f"solutions/checks/{exercise} holds no check of {file}.")
    return Collected(
        tuple(checks),
        tuple(mistakes),
        _function(modules, "backgrounds"),
        _function(modules, "data_files"),
        _small_inputs(file, modules, source, mistakes),
        _function(modules, "shown_to_all"),
    )


def _small_inputs(
    file: str,
    modules: Sequence[ModuleType],
    source: _Source,
    mistakes: Sequence[Misconception],
) -> tuple[SmallInputs, ...]:
    """Return the small inputs of a file's functions: by their docstrings, or as declared.

    Raises
    ------
    CourseError
        If a declaration names other arguments than the function has.
    """
    declared_of = {one.of: one for one in small_inputs_in(modules)}
    found = []
    for name, takes in (source.functions or {}).items():
        known = declared_of.get(name)
        text = source.docstrings.get(name, "")
        forms = (known.forms if known else ()) or forms_in(text, takes)
        for form in forms:
            if tuple(form) != takes:
                raise CourseError(
                    f"The small inputs of `{name}` have the arguments ({', '.join(form)}), and in "
                    f"solutions/{file} it takes ({', '.join(takes)})."
                )
        uses = {n for one in mistakes if one.of == name for n in one.uses}
        if forms and not name.startswith("_"):
            by_hand = known.by_hand if known else None
            more = tuple(sorted(uses)), (known.parts if known else ()) or parts_in(text)
            found.append(SmallInputs(name, tuple(forms), by_hand, *more))
    return tuple(found)


def _function(modules: Iterable[ModuleType], name: str) -> Any:
    return next(filter(None, (getattr(module, name, None) for module in modules)), None)


# ---------------------------------------------------------------------------- consistency


def _refuse_doubles(root: Path, file: str, found: Sequence[Check | Misconception]) -> None:
    """Refuse two with the same name: a result has room for only one of them."""
    first: dict[str, Check | Misconception] = {}
    for one in found:
        if one.name in first:
            what = "check" if isinstance(one, Check) else "known mistake"
            raise CourseError(
                f"{place_of(one, root)}: a {what} of {file} is called `{one.name}` already, in "
                f"{place_of(first[one.name], root)}: give each a name of its own."
            )
        first[one.name] = one


def _refuse_needs(file: str, checks: Sequence[Check]) -> None:
    """Refuse a `needs` that is not declared above, or that a student cannot see."""
    seen: set[str] = set()
    hidden = {check.name for check in checks if check.visibility is Visibility.HIDDEN}
    for check in checks:
        out_of_sight = hidden.intersection(check.needs)
        if check.name not in hidden and out_of_sight:
            raise CourseError(
                f"{check.name} of {file} is public and needs {out_of_sight.pop()}, which is hidden."
            )
        unknown = [name for name in check.needs if name not in seen]
        if unknown:
            raise CourseError(
                f"The check {check.name} of {file} needs {unknown[0]}, which is not above it."
            )
        seen.add(check.name)


# ---------------------------------------------------------------------------- known mistakes


@dataclass(frozen=True, slots=True)
class _Source:
    """The names that a reference defines, read without running it.

    Attributes
    ----------
    written : set of str
        The names that are defined in it.
    imported : set of str
    functions : dict
        The parameters of each function defined in it.
    known : bool
        Whether the reference was read, so that these are all its names.
    docstrings : dict
        The docstring of each of the functions that has one.
    """

    written: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    functions: dict[str, tuple[str, ...]] | None = None
    known: bool = False
    docstrings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path, path: Path) -> _Source:
        """Read a reference; for a data file, nothing is known."""
        if is_data(path.name) or not path.is_file():
            return cls()
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        except (SyntaxError, ValueError) as error:
            raise CourseError(told(error, root, path)) from error
        written: set[str] = set()
        imported: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                written.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                written.add(node.id)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                imported |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        defined = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.args.vararg is None
        ]
        functions = {
            node.name: tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
            for node in defined
        }
        docstrings = {node.name: ast.get_docstring(node) or "" for node in defined}
        known = "*" not in imported
        return cls(frozenset(written), frozenset(imported), functions, known, docstrings)

    @property
    def names(self) -> frozenset[str]:
        """All its names."""
        return self.written | self.imported


def _bound(
    mistake: Misconception, source: _Source, texts: _Texts, root: Path, file: str
) -> Misconception:
    """Return a mistake with the right function's parameters; refuse one that needs other values."""
    name = mistake.of.partition(".")[0]
    strange = source.known and name not in source.names
    if strange and not texts.speak_of(mistake.of):
        raise CourseError(
            f'The mistake {mistake.name} has of="{mistake.of}", and solutions/{file} defines no '
            f"`{name}`.{did_you_mean(name, source.names)}"
        )
    takes = (source.functions or {}).get(mistake.of)
    if takes is None:
        return mistake
    for one in inspect.signature(mistake.wrong).parameters.values():
        given = {*takes, RIGHT, *source.names}
        by_name = one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
        if by_name and one.default is one.empty and source.known and one.name not in given:
            raise CourseError(
                f"{place_of(mistake, root)}: {mistake.name} takes `{one.name}`, which is not a "
                f"parameter of `{mistake.of}` and nothing else of {file}: take what you need of "
                f"({', '.join(takes)}), or `{RIGHT}`, which is the right answer."
                f"{did_you_mean(one.name, given)}"
            )
    return replace(mistake, takes=takes)


class _Texts:
    """The texts of a course's checks, each read once; those of one exercise come first."""

    def __init__(self, folder: Path, exercise: str) -> None:
        self._left = iter([*(folder / exercise).rglob("*.py"), *folder.rglob("*.py")])
        self._read: list[str] = []

    def speak_of(self, name: str) -> bool:
        """Return whether a check has this name in quotes, as that of something it compares."""
        quoted = re.compile(rf"(?<!of=)([\"\']){re.escape(name)}\1")
        return any(name in text and quoted.search(text) for text in self._all())

    def _all(self) -> Iterator[str]:
        yield from self._read
        for path in self._left:
            self._read.append(path.read_text(encoding="utf-8"))
            yield self._read[-1]
