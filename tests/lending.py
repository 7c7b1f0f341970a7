"""Zygotes that stay: what one test's command has started, the next test's command goes on with.

A zygote imports numpy, or Keras, once for all submissions of a command; each command of a test
would start its own, at a quarter of a second of a processor and, with Keras, several seconds. Here
a launcher that closes gives its zygotes back, and one that needs a zygote gets one that was started
alike: at the same level, in the same environment, with the same imports and stubs. Between two
tests lies what lies between two submissions of a class: a zygote holds none of either, and each
runner is a new fork of it. Tests that are about processes start their own: see `OWN`.
"""

from __future__ import annotations

__all__ = ["OWN", "lend"]

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.sandbox import isolated
from grader.sandbox.zygotes import HOME, ZygoteHandle, ZygoteLine

if TYPE_CHECKING:
    from grader.sandbox import control
    from grader.sandbox.launcher import RunnerSpec

ROOT = Path(__file__).resolve().parents[1]
# These tests kill, count and look at processes.
OWN = (
    "tests/sandbox/",
    "tests/executors/",
    "tests/test_hostile",
    "tests/test_batch",
    "tests/cli/test_outliving",
)
# So many that nobody uses wait, those used last: one takes 60 MiB of memory, with Keras 400.
WAITING = 8


class Kept:
    """A zygote of this process, and by how many launchers it is used."""

    def __init__(self, handle: ZygoteHandle) -> None:
        self.handle = handle
        self.owner = os.getpid()
        self.users = 0

    def is_fit(self) -> bool:
        """Whether it is ours, not a parent's, and lives."""
        return self.owner == os.getpid() and self.handle._process.poll() is None

    def end(self) -> None:
        """End it, if it is ours."""
        if self.owner == os.getpid():
            self.handle.close()


class Lent:
    """A launcher's use of a zygote, in place of a `ZygoteHandle` of its own."""

    def __init__(
        self, kept: Kept, whole: Lent | None = None, line: ZygoteLine | None = None
    ) -> None:
        self._kept = kept
        self._line = line or kept.handle
        self._taken: dict[tuple[ZygoteLine, int], str] = {} if whole is None else whole._taken
        kept.users += whole is None

    def __getattr__(self, name: str) -> Any:
        """Return what is the zygote's."""
        return getattr(self._line, name)

    def branch(self, modules: tuple[str, ...]) -> Lent:
        """Return the use of a zygote that has more modules, as a part of this one."""
        return Lent(self._kept, self, self._kept.handle.branch(modules))

    def take(self, caps: control.Caps) -> tuple[control.Child, list[int]]:
        """Return a child, as the zygote does."""
        child, files = self._line.take(caps)
        self._taken[self._line, child.pid] = child.home
        return child, files

    def reap(self, pid: int, home: str) -> control.ChildEnded:
        """End a child and wait for it, as the zygote does."""
        self._taken.pop((self._line, pid), None)
        return self._line.reap(pid, home)

    def bury(self, pid: int, home: str) -> bool:
        """End a child, as the zygote does."""
        self._taken.pop((self._line, pid), None)
        return self._line.bury(pid, home)

    def close(self) -> None:
        """End the zygote: a launcher does so with one that fails."""
        self._kept.users -= 1
        self._kept.handle.close()

    def give_back(self) -> None:
        """End this launcher's runners, and use the zygote no more."""
        for (line, pid), home in self._taken.items():
            line.bury(pid, home)
        self._taken.clear()
        self._kept.users -= 1


class _Lender:
    """All zygotes of this process that are kept, by what they were started with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[object, ...], Kept] = {}
        self._folder = ""
        self.lends = True
        atexit.register(self.close)

    def handle(self, level: str, spec: RunnerSpec, without: frozenset[str]) -> Lent | ZygoteHandle:
        """Return a zygote that was started alike and lives, or a new one."""
        content = _content(spec.stubs)
        if not self.lends or content is None:
            return ZygoteHandle(level, spec, without)
        started_by = tuple(sorted(spec.profile.clean_environment(HOME).items()))
        key = (level, content, spec.profile.preload, started_by, without)
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None and not kept.is_fit():
                kept.end()
                kept = None
            if kept is None:
                kept = Kept(ZygoteHandle(level, self._lasting(spec, content), without))
            self._kept[key] = kept  # the last one: it is used last
            self._end_those_unused()
            return Lent(kept)

    def _lasting(self, spec: RunnerSpec, content: str) -> RunnerSpec:
        """Return the order with a copy of its stubs that outlives the test that it came from."""
        if spec.stubs.resolve().is_relative_to(ROOT):
            return spec
        self._folder = self._folder or tempfile.mkdtemp(prefix="grader-tests-stubs-")
        copy = Path(self._folder) / content
        if not copy.exists():
            shutil.copytree(spec.stubs, copy)
            copy.chmod(0o755)
        Path(self._folder).chmod(0o755)
        return replace(spec, stubs=copy)

    def _end_those_unused(self) -> None:
        unused = [key for key, kept in self._kept.items() if kept.users == 0]
        for key in unused[: max(0, len(unused) - WAITING)]:
            self._kept.pop(key).end()

    def close(self) -> None:
        """End all zygotes and remove the copies."""
        with self._lock:
            for kept in self._kept.values():
                kept.end()
            self._kept.clear()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _content(stubs: Path) -> str | None:
    """Return a digest of what a folder holds; none where that is more than files and folders."""
    digest = hashlib.sha256()
    for path in sorted(stubs.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            return None
        content = path.read_bytes() if path.is_file() else b""
        said = f"{path.relative_to(stubs)}\0{path.stat().st_mode}\0{len(content)}\0"
        digest.update(said.encode() + content)
    return digest.hexdigest() if stubs.is_dir() else None


def _close(self: isolated.IsolatedLauncher) -> None:
    with self._lock:
        for zygote in self._zygotes.values():
            give_back = getattr(zygote, "give_back", zygote.close)
            give_back()
        self._zygotes.clear()


_LENDER = _Lender()


def lend(nodeid: str) -> None:
    """Lend zygotes from now on, unless a test starts its own."""
    _LENDER.lends = not nodeid.startswith(OWN)


vars(isolated)["ZygoteHandle"] = _LENDER.handle
isolated.IsolatedLauncher.close = _close  # type: ignore[method-assign]
