"""Grade a class with another commit and with this tree, and say where the results differ.

A change of structure must keep every result, byte for byte. Times, dates and the machine's load are
left out. The other commit is checked out into a temporary folder, and graded by an interpreter
that imports that folder's `grader`; it uses the packages installed here and this tree's salt, so
that the inputs are the same.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
from pathlib import Path

from compared_results import compared, differences

from grader.course.salt import load_salt

ROOT = Path(__file__).resolve().parent.parent
MOST_SHOWN = 20


def checked_out(commit: str, place: Path) -> Path:
    """Return a folder with the files of a commit."""
    folder = place / "tree"
    folder.mkdir()
    pack = ["git", "-C", str(ROOT), "archive", "--format=tar", commit]
    archive = subprocess.run(pack, capture_output=True, check=True).stdout  # noqa: S603
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def interpreter_of(tree: Path, place: Path) -> Path:
    """Return a Python that imports `grader` from a tree, and everything else from here."""
    home = place / "python"
    venv.create(home, with_pip=False, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)})
    ours = sysconfig.get_path("purelib")
    # The packages are added by a plain line, so that the `.pth` files among them are not read.
    Path(packages, "the_other_tree.pth").write_text(f"{tree}\n{ours}\n", encoding="utf-8")
    return home / "bin" / "python"


def graded(
    python: Path, course: Path, submissions: Path, out: Path, *more: str
) -> dict[str, bytes]:
    """Grade a class without a gradebook, and return the files it writes, by name."""
    command = [
        str(python), "-P", "-m", "grader", "grade", str(submissions), "--course", str(course),
        "--out", str(out), "--gradebook", "none", *more,
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode not in (0, 1) or not out.is_dir():
        raise SystemExit(f"Grading with {course} ended with {done.returncode}:\n{done.stderr}")
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != ".lock")
    digest = json.loads((out / "instructor" / "course.json").read_bytes())["digest"]
    return {str(path.relative_to(out)): compared(path.read_bytes(), [digest]) for path in files}


def found(commit: str, submissions: Path, course: Path | None = None) -> tuple[int, list[str]]:
    """Return the number of files, and the differences in them.

    Parameters
    ----------
    commit : str
        The commit to compare with, by hash or name.
    submissions : Path
        The class.
    course : Path or None
        The course for both gradings; None for each tree's own course.
    """
    with tempfile.TemporaryDirectory(prefix="same-results-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        tree = checked_out(commit, place)
        other = interpreter_of(tree, place)
        load_salt(ROOT)
        shutil.copytree(ROOT / ".grader", tree / ".grader", ignore=_all_but_the_salt)
        before = graded(other, course or tree, submissions, place / "before")
        now = graded(Path(sys.executable), course or ROOT, submissions, place / "now")
    return len(now), differences(before, now)


def _all_but_the_salt(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name != "salt"}


def main() -> int:
    """Compare, print the differences, and fail if there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("commit", help="what to compare with, such as main or HEAD~3")
    parser.add_argument(
        "--class", dest="submissions", type=Path, metavar="FOLDER", help="(the sample class)",
        default=ROOT / "tests" / "submissions",
    )  # fmt: skip
    parser.add_argument("--course", type=Path, help="for both (each tree's own)")
    options = parser.parse_args()
    course = options.course and options.course.resolve()
    count, different = found(options.commit, options.submissions.resolve(), course)
    for line in different[:MOST_SHOWN]:
        print(line)
    print(f"{count} files, {len(different)} differ from those of {options.commit}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
