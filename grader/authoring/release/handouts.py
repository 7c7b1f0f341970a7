"""All files that are made for students from the solutions and the statements."""

from __future__ import annotations

__all__ = ["differing", "handouts", "write"]

from typing import TYPE_CHECKING

from grader.authoring.catalogues import course_words, translated
from grader.authoring.release.kernels import require_jupyter
from grader.authoring.release.notebook_edition import notebooks_of, read_statements
from grader.authoring.stubs import course_files, stubs_of
from grader.errors import CourseError
from grader.languages import tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def handouts(root: Path) -> dict[str, str]:
    """Return the stubs and the notebooks of a course, in the language that is spoken.

    Parameters
    ----------
    root : Path
        The folder that holds ``assignments`` and ``solutions``.

    Returns
    -------
    dict
        The text of each file, by its path in ``assignments``.

    Raises
    ------
    CourseError
        If a solution or a statement cannot be read, or no file can be made from it.
    UsageError
        If a package for making notebooks is not installed.
    """
    require_jupyter(kernel=False)
    numbers = course_files(root)
    words = course_words(root, tag())
    stubs = {
        file: translated(stub, file, words)
        for file, stub in stubs_of(root / "solutions", numbers).items()
    }
    try:
        statements = read_statements(root / "assignments")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"A statement in assignments cannot be read: {error}") from error
    return stubs | notebooks_of(stubs, statements, numbers)


def differing(assignments: Path, made: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files that are missing or differ from the generated ones."""
    return tuple(
        file
        for file, text in made.items()
        if not (assignments / file).is_file() or (assignments / file).read_bytes() != text.encode()
    )


def write(assignments: Path, made: Mapping[str, str]) -> tuple[str, ...]:
    """Write the generated files; return those that are new or have changed."""
    changed = differing(assignments, made)
    for file in changed:
        target = assignments / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made[file].encode())
    return changed
