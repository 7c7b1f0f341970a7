"""A folder that is Gradescope's container, and what a set-up in it finds there already."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE = Path(__file__).parent
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The requirements without extras.
PLAIN = {"extra": ""}
METADATA = {
    "id": 7,
    "users": [{"name": "Ada Byron", "email": "ada@example.org", "id": 1}],
    "previous_submissions": [{"results": {"tests": [{"output": "the last hidden result"}]}}],
}


class Container:
    """A container that has been set up; it grades one submission at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "source"

    def command(self, *words: str) -> list[str]:
        """Return a command that runs inside."""
        return [str(HERE / "in_container"), str(self.root), *words]

    def hand_in(self, files: Mapping[str, str], *, isolation: str = "", seconds: int = 120) -> None:
        """Lay out a submission, as Gradescope does for a fresh container."""
        for name in ("submission", "results"):
            shutil.rmtree(self.root / name, ignore_errors=True)
            (self.root / name).mkdir()
        for name, text in files.items():
            path = self.root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.root / "submission_metadata.json").write_text(json.dumps(METADATA))
        settings = json.loads((self.source / "settings.json").read_text())
        (self.source / "settings.json").write_text(json.dumps({**settings, "isolation": isolation}))
        shell = (self.source / "settings.sh").read_text().splitlines()[0]
        (self.source / "settings.sh").write_text(f"{shell}\nSECONDS_ALLOWED={seconds}\n")

    def run(self, *through: str) -> str:
        """Grade the submission and return the instructor's output."""
        run = subprocess.run(
            self.command(*through, "/autograder/run_autograder"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return run.stdout

    def results(self) -> Any:
        """Return the file that Gradescope reads."""
        return json.loads((self.root / "results" / "results.json").read_bytes())


def environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("PIP_", "SSL_")) or name.lower().endswith("_proxy")
    }
    # Where the system has no Python of its own that will do, the one that runs these tests.
    return {**kept, "PATH": f"{SYSTEM}:{sys.base_prefix}/bin", "HOME": str(Path.home())}


def has_our_python(container: Container) -> bool:
    """Say whether the set-up finds a Python there of the version that runs these tests."""
    text = (container.source / "setup.sh").read_text()
    [names] = re.findall(r"for name in (.*); do", text)
    script = f"for name in {names}; do command -v $name >/dev/null && $name -c "
    script += "'import ensurepip, sys; print(sys.version_info[:2])' && break; done"
    found = subprocess.run(
        container.command("bash", "-c", script),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout == f"{sys.version_info[:2]}\n"


def lay_out_requirements(folder: Path) -> None:
    """Put what the wheel requires into a folder, as this environment has it.

    Nothing writes to these files, so that they are links where one disk has both. Compiled code
    goes with them: it is valid as long as its source has the time that it had.
    """
    put: Callable[[Path, Path], object] = os.link
    for distribution in required("neural-network-grader")[1:]:
        files = [Path(str(file)) for file in distribution.files or () if ".." not in file.parts]
        for parent in {file.parent for file in files}:
            (folder / parent).mkdir(parents=True, exist_ok=True)
        for file in files:
            source = Path(str(distribution.locate_file(file)))
            try:
                put(source, folder / file)
            except FileNotFoundError:  # code that was never compiled
                continue
            except OSError:
                put = shutil.copy2
                put(source, folder / file)


def required(*names: str) -> list[metadata.Distribution]:
    """Return what is installed of these names, and of what they require, each once."""
    found: dict[str, metadata.Distribution] = {}
    left = list(names)
    while left:
        name = canonicalize_name(left.pop(0))
        if name in found:
            continue
        found[name] = metadata.distribution(name)
        requirements = map(Requirement, found[name].requires or ())
        left += [r.name for r in requirements if r.marker is None or r.marker.evaluate(PLAIN)]
    return list(found.values())
