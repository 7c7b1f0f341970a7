"""The private view of the file system: only what is mounted there can be read."""

from __future__ import annotations

__all__ = ["own_scratch", "private_view", "visible_paths"]

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.steps import mounts
from grader.sandbox.steps.box import HOME, ROOT, SCRATCH, STUBS, Box, BoxLayout
from grader.sandbox.write_quota import FILES_PER_MIB

if TYPE_CHECKING:
    from collections.abc import Iterable

# Where the view is built: a folder that every system has and that a mount may cover.
STAGES = ("/tmp", "/var/tmp", "/mnt", "/run")  # noqa: S108  (only covered, nothing is written there)
# Not /dev/zero: its shared mappings are memory that no limit counts.
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
)
ZYGOTE_SCRATCH_MIB = 64
TEMPORARY = "/tmp"  # noqa: S108  (a link in the private view)


def visible_paths(layout: BoxLayout) -> list[str]:
    """Return the readable folders and files, apart from the stubs and the scratch folder."""
    return [path for path in (*layout.libraries, *SYSTEM, *layout.own) if Path(path).exists()]


def private_view(box: Box) -> None:
    """Show only the interpreter, its libraries, the runner's own files and the stubs, read-only.

    Stops reading the reference, the checks, other submissions, reports, the gradebook, keys, the
    environment and memory of other processes (there is no ``/proc``), and leaving anything behind.
    """
    layout = box.layout
    libraries, links = _resolve(path for path in visible_paths(layout) if path not in layout.own)
    # Copied before the stage covers any of them.
    trees = {path: _copy(path) for path in libraries}
    own = {path: _copy(path) for path in layout.own}
    stubs = _copy(layout.stubs)
    stage = next(path for path in STAGES if Path(path).is_dir())
    mounts.mount_tmpfs(stage, size_mib=4, files=4096, mode=0o755)
    Path(stage + SCRATCH).mkdir()
    for link, target in links.items():
        Path(stage + link).parent.mkdir(parents=True, exist_ok=True)
        Path(stage + link).symlink_to(target)
    _pretend_proc(Path(stage, "proc"))
    for path, copy in trees.items():
        _place(copy, stage + path)
    if any(Path(layout.hidden).is_relative_to(path) for path in trees):
        # Of our own package only the runner's files are visible: they are mounted on top of this.
        mounts.mount_tmpfs(stage + layout.hidden, size_mib=1, files=64, mode=0o755)
    for path, copy in own.items():
        _place(copy, stage + path)
    _place(stubs, stage + STUBS)
    if not Path(stage + TEMPORARY).exists():
        # Programs write there by its name, such as the checkpoints of Keras's own examples.
        Path(stage + TEMPORARY).symlink_to(HOME)
    mounts.switch_root(stage)
    mounts.make_read_only("/")
    size = ZYGOTE_SCRATCH_MIB
    mounts.mount_tmpfs(SCRATCH, size_mib=size, files=size * FILES_PER_MIB, mode=0o777)
    Path(HOME).mkdir()
    Path(HOME).chmod(0o777)


def _pretend_proc(proc: Path) -> None:
    """Make the two files of ``/proc`` that TensorFlow needs; they reveal nothing."""
    own = proc / "self"
    own.mkdir(parents=True)
    (own / "exe").symlink_to(sys.executable)
    (own / "cmdline").write_bytes(b"runner\0")


def _copy(path: str) -> tuple[int, bool]:
    """Return a copied tree and whether it is a folder."""
    mode = Path(path).stat().st_mode
    return mounts.clone_tree(path, device=stat.S_ISCHR(mode)), stat.S_ISDIR(mode)


def _place(copy: tuple[int, bool], path: str) -> None:
    tree, folder = copy
    if folder:
        Path(path).mkdir(parents=True, exist_ok=True)
    else:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()
    mounts.place_tree(tree, path)


def _resolve(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return the real paths, none below another, and the symbolic links that lead to them."""
    links: dict[str, str] = {}
    real = {_follow(path, links) for path in paths}
    roots = [path for path in sorted(real) if not set(map(str, Path(path).parents)) & real]
    outside = {
        link: target
        for link, target in links.items()
        if not any(Path(link).is_relative_to(root) for root in roots)
    }
    return roots, outside


def _follow(path: str, links: dict[str, str]) -> str:
    for part in (*reversed(Path(path).parents), Path(path)):
        if part.is_symlink():
            target = str(part.readlink())
            links[str(part)] = target
            rest = Path(path).relative_to(part)
            return _follow(os.path.normpath(part.parent / target / rest), links)
    return path


def own_scratch(box: Box) -> None:
    """Provide one writable folder, in memory, with a maximal size and number of files.

    Stops filling the disk with bytes or with empty files, and finding files of another submission.
    Nothing in it can be run or mapped as a program.
    """
    mounts.mount_tmpfs(SCRATCH, size_mib=box.room.mib, files=box.room.files, mode=0o700)
    os.mkdir(ROOT)  # noqa: PTH102  (a path object costs as much as the folder)
    os.mkdir(HOME)  # noqa: PTH102
