"""The pytest plugin: options, and which files are checks. Inactive without a submission.

Every pytest in an environment with the grader loads this module: so it imports nothing heavy.
"""

from __future__ import annotations

__all__ = [
    "pytest_addoption",
    "pytest_collect_directory",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_terminal_summary",
]

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.authoring.debug.check_files import holds_checks

if TYPE_CHECKING:
    from grader.authoring.debug.items import CheckFile

LEVELS = ("full", "reduced", "none")
# Files of checks that were skipped, since no submission was given.
PASSED_OVER = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("grader", "checks of a course, run on a submission")
    group.addoption(
        "--submission",
        type=Path,
        metavar="PATH",
        help="run the checks below the folders given on this submission: a folder or an archive",
    )
    group.addoption(
        "--salt-file",
        type=Path,
        metavar="FILE",
        help="draw the inputs as `grader grade` does with this secret (.grader/salt); without it "
        "they are those of `grader check`",
    )
    group.addoption(
        "--exercise-seed",
        type=int,
        metavar="N",
        help="draw the inputs from the seed that a report or `grader audit` shows",
    )
    group.addoption(
        "--isolation",
        choices=LEVELS,
        default="none",
        help="how far the submission is shut in (%(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that contradict each other before anything is collected."""
    config.stash[PASSED_OVER] = []
    if config.getoption("salt_file") and config.getoption("exercise_seed") is not None:
        raise pytest.UsageError("Give --salt-file or --exercise-seed: each decides the inputs.")
    submission = config.getoption("submission")
    if submission is not None and not submission.exists():
        raise pytest.UsageError(f"There is no submission {submission}.")


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir | None:
    """Collect a package of checks like a plain folder: the course imports it, not pytest."""
    if parent.config.getoption("submission") is None or not _among_checks(path):
        return None
    return pytest.Dir.from_parent(parent, path=path)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CheckFile | None:
    """Return a collector for a file of checks, if there is a submission to run them on."""
    if not (_among_checks(file_path.parent) and holds_checks(file_path)):
        return None
    if parent.config.getoption("submission") is None:
        parent.config.stash[PASSED_OVER].append(file_path.name)
        return None
    from grader.authoring.debug.items import collect  # noqa: PLC0415  (heavy, and needed only here)

    return collect(file_path, parent)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which option is missing if files of checks were named without a submission."""
    if files := config.stash[PASSED_OVER]:
        terminalreporter.write_line(
            f"The checks in {files[0]}{' and other files' if files[1:] else ''} were not run: say "
            "on whose submission, by --submission PATH.",
            yellow=True,
        )


def _among_checks(folder: Path) -> bool:
    """Say whether a folder is ``solutions/checks/<exercise>`` of a course."""
    return (
        folder.parent.name == "checks"
        and folder.parents[1].name == "solutions"
        and (folder.parents[2] / "assignments" / "course.toml").is_file()
    )
