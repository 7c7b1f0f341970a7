"""The modules of a course's checks: imported and found consistent, or a sentence that says why not.

What a course's author wrote is told with the file and the line, as an author reads it.
"""

from __future__ import annotations

__all__ = ["CHECKS_PACKAGE", "declared", "find_faults", "load_checks", "told"]

import ast
import builtins
import hashlib
import importlib
import importlib.util
import re
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import CourseError, near
from grader.references import is_data
from grader.results import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from grader.checks import Check, Misconception

CHECKS_PACKAGE = "course_checks"


def load_checks(root: Path, exercise: str, name: str) -> ModuleType:
    """Import ``solutions/checks/<exercise>/<name>.py``, in a package of the course's own.

    Raises
    ------
    CourseError
        Where there is none, or it cannot be imported: the file, the line and the reason.
    """
    folder = root / "solutions" / "checks"
    path = folder / exercise / f"{name}.py"
    package = f"{CHECKS_PACKAGE}_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    if package not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None or not (folder / "__init__.py").is_file():
            raise CourseError("solutions/checks/__init__.py is missing.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[package] = module
        spec.loader.exec_module(module)
    if not path.is_file():
        raise CourseError(f"solutions/checks/{exercise}/{name}.py is missing.")
    try:
        _refuse_lost(path, root)
        return importlib.import_module(f"{package}.{exercise}.{name}")
    except CourseError as error:
        raise CourseError(str(error).replace(f"{package}.", "solutions/checks: ")) from error
    except Exception as error:  # an author's module may raise anything
        raise CourseError(told(error, root, path)) from error


def told(error: BaseException, root: Path, path: Path) -> str:
    """Return what was raised by a file of a course, with the place in it.

    Parameters
    ----------
    error : BaseException
    root : Path
        The course's folder: the innermost line below it is the place.
    path : Path
        The file that was loaded, where no line is known.
    """
    if isinstance(error, SyntaxError):
        place = _place(Path(error.filename or path), error.lineno or 1, root)
        code = f": `{error.text.strip()}`" if error.text and error.text.strip() else ""
        return f"{place}: {error.msg}{code}."
    line, where, known = 0, path, set(dir(builtins))
    for frame, number in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).is_relative_to(root):
            line, where = number, Path(frame.f_code.co_filename)
            known = {*dir(builtins), *frame.f_globals, *frame.f_locals}
    guess = near(error.name or "", known) if isinstance(error, NameError) else ""
    said = str(error).rstrip(".")
    return f"{_place(where, line, root)}: {type(error).__name__}: {said}.{guess}"


def _place(path: Path, line: int, root: Path) -> str:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return f"{name}, line {line}" if line else name


def _refuse_lost(path: Path, root: Path) -> None:
    """Refuse a module in which a second check or mistake takes the name of the first."""
    source = path.read_text(encoding="utf-8")
    seen: dict[str, int] = {}
    for node in ast.parse(source, str(path)).body:
        if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
            continue
        if node.name in seen:
            raise CourseError(
                f"{_place(path, node.lineno, root)}: `{node.name}` is defined in line "
                f"{seen[node.name]}, too, and only the last of the two counts: give one of them "
                "another name."
            )
        seen[node.name] = node.lineno


def declared(module: ModuleType) -> Iterator[Any]:
    """Yield what a module defines, and what lies in its tuples: checks may be made from data."""
    for value in vars(module).values():
        yield from value if isinstance(value, tuple) else (value,)


def find_faults(
    root: Path, file: str, checks: tuple[Check, ...], mistakes: tuple[Misconception, ...]
) -> None:
    """Refuse checks and known mistakes of a file that are not consistent.

    Raises
    ------
    CourseError
        Two checks of one name, a need that is not above, a mistake of what the reference does not
        define.
    """
    for name, count in Counter(check.name for check in checks).items():
        if count > 1:
            raise CourseError(
                f"{count} checks of {file} are called {name}, and a result has room for one of "
                "them: give each a name of its own."
            )
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
                f"{near(unknown[0], seen)}"
            )
        seen.add(check.name)
    _find_strangers(root, file, mistakes)


def _find_strangers(root: Path, file: str, mistakes: tuple[Misconception, ...]) -> None:
    """Refuse a mistake of what neither the reference defines nor any check speaks of."""
    defined = _defined(root, root / "solutions" / file) if mistakes else None
    if defined is None:
        return
    for mistake in mistakes:
        name = mistake.of.partition(".")[0]
        if name in defined or _is_spoken_of(root / "solutions" / "checks", mistake.of):
            continue
        raise CourseError(
            f'The mistake {mistake.name} has of="{mistake.of}", and solutions/{file} defines no '
            f"`{name}`.{near(name, defined)}"
        )


def _is_spoken_of(folder: Path, name: str) -> bool:
    """Say whether a check compares something under a name of its own."""
    quoted = re.compile(rf"(?<!of=)([\"']){re.escape(name)}\1")
    return any(
        quoted.search(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))
    )


def _defined(root: Path, path: Path) -> set[str] | None:
    """Return the names that a reference defines or imports; None where that cannot be told."""
    if is_data(path.name) or not path.is_file():
        return None
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except (SyntaxError, ValueError) as error:
        raise CourseError(told(error, root, path)) from error
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return None if "*" in names else names
