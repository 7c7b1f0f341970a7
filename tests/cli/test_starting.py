"""A command imports what it needs, when it needs it: seconds are not asked for, modules are."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cli.ahead import start_first_runner
from grader.sandbox.plain import PlainLauncher
from grader.util.big_imports import import_whole

if TYPE_CHECKING:
    from grader.sandbox.launcher import Profile

ROOT = Path(__file__).resolve().parents[2]
SUBMISSION = ROOT / "tests" / "submissions" / "aline_moreau"
# What pages, gradebooks, classes, clusters, other languages and other systems need.
OF_OTHERS = (
    "alembic", "babel", "contourpy", "dask", "distributed", "email", "importlib.metadata",
    "jinja2", "multiprocessing", "numpy.ma", "sqlalchemy", "yaml", "zstandard",
    "grader.api", "grader.exports.junit", "grader.executors.batch", "grader.executors.scheduler",
    "grader.gradebook", "grader.keeping",
    "grader.report.pages", "grader.runner.serve", "grader.sandbox.isolated",
)  # fmt: skip
# What the judge and its checks need.
OF_GRADING = ("msgspec", "numpy", "rich", "grader.checks", "grader.course", "grader.judge")


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run some lines in a process of their own."""
    variables = {name: text for name, text in os.environ.items() if not name.startswith("GRADER_")}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=variables,
        check=True,
    )  # fmt: skip


def imported(names: tuple[str, ...], *words: str) -> set[str]:
    """Return which modules are there when a command has ended."""
    done = run(
        f"import sys\nfrom grader.cli.main import main\ntry:\n    main({list(words)})\n"
        f"except SystemExit:\n    pass\nprint(*(n for n in {names} if n in sys.modules), "
        "file=sys.stderr)"
    )
    assert done.stdout
    return set(done.stderr.split())


def test_a_check_of_one_exercise_imports_nothing_of_others() -> None:
    found = imported(
        (*OF_OTHERS, *OF_GRADING), "check", str(SUBMISSION), "--exercise", "2", "--course", "."
    )
    assert found == set(OF_GRADING)


@pytest.mark.parametrize("words", [("--help",), ("check", "--help")])
def test_help_imports_nothing_that_grades(words: tuple[str, ...]) -> None:
    assert imported((*OF_OTHERS, *OF_GRADING), *words) == set()


def test_a_new_book_in_a_file_imports_nothing_of_servers_and_migrations(tmp_path: Path) -> None:
    done = run(
        "import sys\nfrom grader.gradebook import Gradebook\n"
        f"Gradebook({str(tmp_path / 'book.sqlite')!r}).close()\n"
        "print(*(n for n in ('alembic', 'psycopg', 'sqlalchemy.dialects.postgresql', 'sqlite3')"
        " if n in sys.modules))"
    )
    assert done.stdout == "sqlite3\n"


def test_the_library_imports_nothing_until_it_is_asked() -> None:
    assert run("import sys, grader; print('numpy' in sys.modules)").stdout == "False\n"


def test_what_is_imported_is_not_searched_for_garbage() -> None:
    """Neither meanwhile, nor afterwards, nor at the end; what comes later is."""
    done = run(
        "import gc\n"
        "seen = []\n"
        "gc.callbacks.append(lambda phase, info: seen.append(phase))\n"
        "from grader.util.big_imports import import_whole\n"
        "before = len(seen)\n"
        "import_whole('grader.cli.checking')\n"
        "print(len(seen) - before, gc.isenabled(), len(gc.get_objects()) < 1000)\n"
        "class Round: pass\n"
        "import weakref\n"
        "one = Round(); one.itself = one; gone = weakref.ref(one); del one\n"
        "gc.collect(); print(gone())"
    )
    assert done.stdout == "0 True True\nNone\n"


def test_who_has_switched_the_collector_off_finds_it_off() -> None:
    gc.disable()
    try:
        import_whole("this")
        assert not gc.isenabled()
    finally:
        gc.enable()


class Noting(PlainLauncher):
    """A launcher that notes what it is to start ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Profile] = []

    def start_ahead(self, profile: Profile) -> None:
        """Note it, and start nothing."""
        self.noted.append(profile)


def likely(*places: Path, exercises: tuple[str, ...] = ()) -> Profile | None:
    """Return the profile for which a process is started ahead."""
    launcher = Noting()
    start_first_runner(launcher, places, exercises)
    return launcher.noted[0] if launcher.noted else None


def test_the_first_runner_has_the_environment_that_the_manifest_gives_the_exercise() -> None:
    from grader.course import load_course  # noqa: PLC0415  (the other way to the same)

    for number in ("2", "8"):
        usual = load_course(ROOT, [number]).exercises[0].profile
        found = likely(ROOT, exercises=(number,))
        assert found is not None
        assert (found.preload, found.environment) == (usual.preload, usual.environment)


def test_the_course_is_found_above_the_submission_too(tmp_path: Path) -> None:
    assert likely(tmp_path, SUBMISSION) == likely(ROOT)
    assert likely(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    ["", "exercises = 3", "exercises = []", "[[exercises]]\nid = 'a'\nnumber = '1'", "\0", "[["],
)
def test_a_manifest_that_is_wrong_starts_nothing_and_raises_nothing(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "assignments").mkdir()
    (tmp_path / "assignments" / "course.toml").write_text(text)
    assert likely(tmp_path, exercises=("1",)) is None
