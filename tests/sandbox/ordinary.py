"""``python ordinary.py COMMAND …``: run a command as a user without any rights; only root can.

Where the interpreter or the checkout lies in a folder that only root can enter, that folder is
covered, in a mount namespace of this process alone, by one with nothing else in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.sandbox.steps import mounts
from grader.sandbox.steps.kernel import call
from grader.sandbox.steps.namespaces import CLONE_NEWNS

NOBODY = 65534


def closed_folder(path: Path) -> Path | None:
    """Return the first folder on the way to a path that others cannot enter."""
    return next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None)


def open_the_way(paths: list[Path]) -> None:
    """Let everybody reach some paths, whatever lies around them."""
    call("unshare", CLONE_NEWNS)
    mounts.make_private()
    closed = {path: folder for path in paths if (folder := closed_folder(path))}
    copies = {path: mounts.clone_tree(str(path)) for path in closed}
    for folder in sorted(set(closed.values())):
        mounts.mount_tmpfs(str(folder), size_mib=1, files=100, mode=0o755)
    for path, copy in copies.items():
        path.mkdir(parents=True, exist_ok=True)
        mounts.place_tree(copy, str(path))


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2]
    open_the_way([Path(sys.base_prefix).resolve(), here, Path(sys.prefix).resolve()])
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.environ["HOME"] = "/"
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606  (the tests' own command)
