"""Write `scripts/constraints.txt`: the exact versions that `make setup` installs.

One file serves every supported Python on every platform: if they need different versions of a
package, a marker in each line says which one it is for. `uv` finds the newest versions that are
compatible. The file does not name the package index, since each user has their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "scripts" / "constraints.txt"
OLDEST = "3.11"
EXTRAS = ("dev", "graphs", "keras")  # torch is chosen by hand: docs/profiles.md
# Build tools for packages without a wheel: some on every machine, some on few.
BUILDERS = ("setuptools", "swig", "wheel")
# Newer versions that are worse for us, each with the reason.
HELD = ("jsonschema<4.25",)  # later ones build a grammar of addresses whenever nbformat is imported
HEADER = """\
# The exact versions that `make setup` installs, on every supported Python and platform.
# Made by `make constraints`, which takes the newest versions that go together: do not edit.
"""


def main() -> None:
    """Find the versions and write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["build-system"]["requires"], *BUILDERS, *HELD]
    with tempfile.TemporaryDirectory() as folder:
        TARGET.write_text(HEADER + pins(find_uv(Path(folder)), wanted), encoding="utf-8")


def find_uv(folder: Path) -> Path:
    """Install `uv` into a temporary environment; return the path of the command."""
    venv.create(folder, with_pip=True)
    run([str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "uv"])
    return folder / "bin" / "uv"


def pins(uv: Path, builders: Sequence[str]) -> str:
    """Return a line ``name==version ; marker`` for each package that some platform needs.

    Parameters
    ----------
    uv : Path
        The command.
    builders : sequence of str
        Requirements in addition to those of the project and its extras.

    Raises
    ------
    SystemExit
        There are no compatible versions, or a line contains an address.
    """
    command = [str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--upgrade"]
    for extra in EXTRAS:
        command += ["--extra", extra]
    text = run([*command, "pyproject.toml", "-"], "\n".join(builders))
    if "://" in text:
        raise SystemExit("A version has an address, which is nobody else's: see what uv has found.")
    return text


def run(command: Sequence[str], text: str = "") -> str:
    """Run a command with `text` as its input; return its output, or exit with its error."""
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        input=text,
        env=os.environ | index_of_pip(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: what it printed above says why.")
    return done.stdout


def index_of_pip() -> dict[str, str]:
    """Return pip's index as a setting for `uv`, which does not read pip's configuration."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    index = os.environ.get("PIP_INDEX_URL", done.stdout.strip())
    return {"UV_DEFAULT_INDEX": index} if index else {}


if __name__ == "__main__":
    main()
