"""Import the modules of a course's checks, list what they define, or report their errors.

Errors in a course's own files are reported with the file and the line, for its author.
"""

from __future__ import annotations

__all__ = [
    "CHECKS_PACKAGE",
    "declared",
    "drop_young_bytecode",
    "load_checks",
    "named_after",
    "names_about",
    "package_of",
    "place_of",
    "small_inputs_in",
    "told",
]

import ast
import builtins
import contextlib
import hashlib
import importlib
import re
import sys
import traceback
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.checks import Check, Misconception
from grader.checks.small_inputs import Declared
from grader.errors import CourseError, UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

CHECKS_PACKAGE = "course_checks"
# A compiled file that is newer than its source by more than this surely belongs to it.
YOUNG_SECONDS = 2.0
TOP_LEVEL = re.compile(r"^def (\w+)", re.MULTILINE)


def package_of(root: Path) -> str:
    """Return the name of the package whose modules are the checks of this course alone."""
    folder = root / "solutions" / "checks"
    return f"{CHECKS_PACKAGE}_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def load_checks(root: Path, exercise: str, name: str) -> ModuleType:
    """Import ``solutions/checks/<exercise>/<name>.py``, in a package for this course alone.

    Raises
    ------
    CourseError
        If there is none, or it cannot be imported: the file, the line and the reason.
    """
    folder = root / "solutions" / "checks"
    path = folder / exercise / f"{name}.py"
    package = package_of(root)
    if package not in sys.modules:
        made = ModuleType(package, "The checks of a course.")
        made.__path__ = [str(folder)]
        sys.modules[package] = made
    if not path.is_file():
        raise CourseError(f"solutions/checks/{exercise}/{name}.py is missing.")
    try:
        _refuse_lost(path, root)
        return importlib.import_module(f"{package}.{exercise}.{name}")
    except UsageError:
        raise
    except CourseError as error:
        said = str(error).replace(f"{package}.", "")
        line, where = _innermost(error, root)[:2]
        raise CourseError(f"{_place(where, line, root)}: {said}" if where else said) from error
    except (Exception, SystemExit) as error:  # an author's module may raise anything
        raise CourseError(told(error, root, path)) from error


def drop_young_bytecode(folder: Path) -> None:
    """Remove compiled files that Python could take for those of a newer source.

    Python compares the time of the source, to the second, and its size. An edit within a second of
    the compilation that keeps the length would leave the old code in use.

    Parameters
    ----------
    folder : Path
        Everything below it; what cannot be removed stays.
    """
    for cached in folder.rglob("__pycache__/*.pyc"):
        source = cached.parent.parent / f"{cached.name.partition('.')[0]}.py"
        with contextlib.suppress(OSError):
            if cached.stat().st_mtime - source.stat().st_mtime < YOUNG_SECONDS:
                cached.unlink()


def names_about(folder: Path, file: str, files: Iterable[str]) -> list[str]:
    """Return the names of the modules in a folder of checks that concern a file.

    First come those named after the file, such as ``check_gradient`` for ``gradient.py``; then
    those named after none of the exercise's files, which concern all of them.

    Parameters
    ----------
    folder : Path
        The folder, such as ``solutions/checks/gradient``.
    file : str
    files : iterable of str
        All files of the exercise.
    """
    files = list(files)
    names = [path.stem for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    after = {name: named_after(name, files) for name in names}
    return [name for about in (file, None) for name in names if after[name] == about]


def named_after(module: str, files: Iterable[str]) -> str | None:
    """Return the file that a module is named after: ``check_net`` after ``net.py``."""
    ends = {file: PurePosixPath(file).stem for file in files}
    found = [f for f, stem in ends.items() if module == stem or module.endswith(f"_{stem}")]
    return max(found, key=lambda file: len(ends[file]), default=None)


def told(error: BaseException, root: Path, path: Path) -> str:
    """Return the error that a file of a course has raised, with its place in the file.

    Parameters
    ----------
    error : BaseException
    root : Path
        The course's folder: the innermost line in one of its files is the place.
    path : Path
        The file that was loaded, used if no line is known.
    """
    if isinstance(error, SyntaxError):
        place = _place(Path(error.filename or path), error.lineno or 1, root)
        code = f": `{error.text.strip()}`" if error.text and error.text.strip() else ""
        return f"{place}: {error.msg}{code}."
    line, where, known = _innermost(error, root)
    where = where or path
    guess = did_you_mean(error.name or "", known) if isinstance(error, NameError) else ""
    said = str(error).rstrip(".")
    return f"{_place(where, line, root)}: {type(error).__name__}: {said}.{guess}"


def _innermost(error: BaseException, root: Path) -> tuple[int, Path | None, set[str]]:
    """Return the innermost line in the course's files, its file, and the names known there."""
    line, where, known = 0, None, set(dir(builtins))
    for frame, number in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(root / "solutions"):
            line, where = number, path
            known = {*dir(builtins), *frame.f_globals, *frame.f_locals}
    return line, where, known


def _place(path: Path, line: int, root: Path) -> str:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return f"{name}, line {line}" if line else name


def _refuse_lost(path: Path, root: Path) -> None:
    """Refuse a module with two checks or mistakes of one name: the first would be lost."""
    source = path.read_text(encoding="utf-8")
    names = TOP_LEVEL.findall(source)
    if len(set(names)) == len(names):
        return  # the usual case: no need to parse
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


def declared(modules: Iterable[ModuleType]) -> Iterator[tuple[Check | Misconception, ModuleType]]:
    """Yield the checks and known mistakes that modules define, each once, with its module.

    An imported one counts where it is defined. One in a tuple counts, too: checks and mistakes that
    are made from data are kept in tuples.
    """
    seen: set[int] = set()
    for module in modules:
        for value in tuple(vars(module).values()):
            for one in value if isinstance(value, tuple) else (value,):
                if not isinstance(one, Check | Misconception) or id(one) in seen:
                    continue
                if isinstance(value, tuple) or _code(one).__module__ == module.__name__:
                    seen.add(id(one))
                    yield one, module


def small_inputs_in(modules: Iterable[ModuleType]) -> Iterator[Declared]:
    """Yield the declarations of small inputs in modules."""
    for module in modules:
        for value in tuple(vars(module).values()):
            if isinstance(value, Declared):
                yield value


def _code(one: Check | Misconception) -> Callable[..., Any]:
    return one.run if isinstance(one, Check) else one.wrong


def place_of(one: Check | Misconception, root: Path) -> str:
    """Return the file and the line in which a check or a known mistake is declared."""
    code = getattr(_code(one), "__code__", None)
    return _place(Path(code.co_filename), code.co_firstlineno, root) if code else one.name
