"""The zygote: it has done the heavy imports, and forks a locked-down child for each submission.

It is started as ``python -m grader.sandbox.zygote CONTROL_FD``, and gets its task on that socket.
There are two processes. The judge starts the guard, which only waits until the judge or the zygote
is gone. The zygote is number 1 of the guard's new process namespace, so that all its descendants
end with it. Neither ever holds a submission, a seed or an answer.
"""

from __future__ import annotations

__all__ = ["main"]

import contextlib
import gc
import importlib
import os
import resource
import select
import signal
import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from grader.errors import os_error_sentence
from grader.runner.writable_files import offer
from grader.sandbox import child, control
from grader.sandbox.copies import copy_stubs
from grader.sandbox.homes import Homes
from grader.sandbox.interpreter import layout_here
from grader.sandbox.steps import AROUND, StepFailed, prepare, take
from grader.sandbox.steps.box import HOME, Box, BoxCaps, BoxLayout
from grader.sandbox.steps.kernel import fork_alone, prctl
from grader.sandbox.steps.namespaces import make_network, own_processes, parent_processes
from grader.sandbox.steps.privileges import another_user, die_with_parent
from grader.sandbox.write_quota import quota_at
from grader.util.scratch import Scratch, remove_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PR_SET_DUMPABLE = 4


def main(arguments: Sequence[str]) -> NoReturn:
    """Become the guard, and fork the zygote."""
    os.umask(0o022)  # another user reads the files that are written for a child
    line = socket.socket(fileno=int(arguments[0]))
    spec, _files = control.receive(line)
    if not isinstance(spec, control.ZygoteSpec):
        raise TypeError(f"a spec comes first, not {spec}")
    judge = os.pidfd_open(os.getppid())  # or of the process that has its number now: see `_guard`
    layout = layout_here(spec.level, spec.stubs, frozenset(spec.without))
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    box = Box(layout=layout, caps=BoxCaps(**spec.caps), proc=proc, home=HOME)
    prctl(PR_SET_DUMPABLE, 0)
    try:
        take(_around(layout), box, where="around")
        if layout.level == "reduced":
            scratch = Scratch()
            box.home = str(scratch.path)
            box.layout = _with_own_stubs(box)
    except (StepFailed, OSError) as error:
        remove_all()
        what = os_error_sentence(error) if isinstance(error, OSError) else str(error)
        control.send(line, control.ZygoteFailed(what))
        os._exit(1)
    guard = os.pidfd_open(os.getpid())
    pid = os.fork()
    if pid == 0:
        os.close(judge)
        _run_zygote(line, box, spec.preload, guard)
    os.close(guard)
    _guard((judge, line.fileno(), os.pidfd_open(pid)), pid)


def _around(layout: BoxLayout) -> Sequence[Callable[[Box], None]]:
    root = os.geteuid() == 0
    if layout.level == "full":
        return AROUND["full as root" if root else "full"]
    if root and not _readable_by_another(layout):
        # The interpreter is in root's own folder: the later steps restrict root as well.
        return ()
    return AROUND["reduced"]


def _with_own_stubs(box: Box) -> BoxLayout:
    copy = f"{box.home}/stubs"
    copy_stubs(Path(box.layout.stubs), Path(copy))
    return replace(box.layout, stubs=copy)


def _readable_by_another(layout: BoxLayout) -> bool:
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            another_user(None)  # type: ignore[arg-type]
            paths = (*layout.libraries, *layout.own, layout.stubs)
            os._exit(0 if all(os.access(path, os.R_OK) for path in paths) else 1)
        os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _guard(files: tuple[int, int, int], pid: int) -> NoReturn:
    """Wait until the judge or the zygote is gone; remove what both leave behind.

    If the judge is killed before its handle is opened, the handle is that of another process. The
    line to the judge is safe in this case: it closes when the judge ends.

    Parameters
    ----------
    files : (int, int, int)
        The pidfd of the judge, our end of the line to it, and the pidfd of the zygote.
    pid : int
        The zygote's process number.
    """
    judge, line, zygote = files
    waiting = select.poll()
    waiting.register(judge, select.POLLIN)
    waiting.register(zygote, select.POLLIN)
    waiting.register(line, 0)  # messages are for the zygote; a hang-up is always reported
    waiting.poll()
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    remove_all()
    os._exit(0)


def _run_zygote(line: socket.socket, box: Box, preload: Sequence[str], guard: int) -> NoReturn:
    try:
        die_with_parent(box)
        if select.select([guard], [], [], 0)[0]:  # the guard died before we asked for it
            os._exit(1)
        os.close(guard)
        child.point_to(box.home)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        zygote = Zygote(line, box, preload)
        zygote.work()
    except BaseException as error:  # noqa: BLE001  (the judge replaces this zygote after any error)
        _give_up(line, error)


def _give_up(line: socket.socket, error: BaseException) -> NoReturn:
    """End this zygote; tell the judge why, unless it is the judge that is gone."""
    try:
        if not isinstance(error, control.Closed):
            what = os_error_sentence(error) if isinstance(error, OSError) else str(error)
            said = f"{type(error).__name__}: {what}"[:2000]
            control.send(line, control.ZygoteFailed(said))
    finally:
        os._exit(0)


class Zygote:
    """Forks children before the judge needs them, and reaps them.

    It sends the judge each child in advance, so that the judge does not wait: the first one with
    the limits that it began with, and a new one each time the judge has taken one.

    Parameters
    ----------
    line : socket.socket
        The connection to the judge.
    box : Box
        The state from which every child starts.
    preload : sequence of str
        Modules that are imported once, here.
    """

    def __init__(self, line: socket.socket, box: Box, preload: Sequence[str]) -> None:
        self._line = line
        self._box = box
        self._namespace = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=box.proc)
        # Seen from another process namespace, a parent has the number 0.
        self._seen_as = 0 if self._has_own_processes() else os.getpid()
        self._slots = offer() if box.layout.level == "reduced" else None
        for name in preload:
            importlib.import_module(name)
        runner = importlib.import_module("grader.runner.serve")
        self._serve = runner.serve
        importlib.import_module("grader.wire.handover")  # each child needs this module
        environment = importlib.import_module("grader.runner.environment")
        environment.leave_the_project()
        self._threads = self._count_threads()
        if self._threads == 1:
            importlib.import_module("grader.runner.warmup").warm_up()
        environment.make_ready()
        runner.make_ready()
        importlib.import_module("grader.runner.files").know_folders()
        self._children = 0
        self._born: dict[int, int | None] = {}  # children, and the network namespaces lent to them
        self._places: dict[int, str] = {}  # the children's own folders
        self._networks: list[int] = []
        self._homes: Homes | None = None
        if box.layout.level == "reduced":
            self._homes = Homes(box.home, quota_at("reduced", box.caps.disk_mib).files)
        self._leaving: dict[int, int] = {}  # pidfds of children that were killed, not yet reaped
        self._branches: dict[int, int] = {}  # the same of the zygotes that it has forked
        self._make_ready: Callable[[], None] = environment.make_ready
        prepare(box.layout)
        _freeze()
        self._caps = box.caps

    def work(self) -> NoReturn:
        """Serve the judge until it hangs up."""
        control.send(self._line, control.Ready(self._box.home))
        self._send_child()
        while True:
            waiting = [self._line.fileno(), *self._leaving, *self._branches]
            ready, _, _ = select.select(waiting, [], [])
            for file in self._leaving.keys() & ready:
                self._bury(file)
            for file in self._branches.keys() & ready:
                os.waitpid(self._branches.pop(file), 0)
                os.close(file)
            if self._line.fileno() not in ready:
                continue
            self._obey(*control.receive(self._line))

    def _obey(self, message: control.Message, files: Sequence[int]) -> None:
        """Do what one message of the judge asks for."""
        if isinstance(message, control.Branch):
            self._branch(message.modules, *files)
        if isinstance(message, control.KillChild | control.Reap) and message.pid in self._born:
            self._places[message.pid] = message.home
        if isinstance(message, control.Reap):
            control.send(self._line, self._reap(message.pid))
        if (
            isinstance(message, control.KillChild | control.ForkWithLimits)
            and message.pid in self._born
        ):
            os.kill(message.pid, signal.SIGKILL)
            self._leaving[os.pidfd_open(message.pid)] = message.pid
        if isinstance(message, control.ForkWithLimits):
            self._caps = BoxCaps(**message.caps)
        if isinstance(message, control.ForkNext | control.ForkWithLimits):
            self._send_child()

    def _send_child(self) -> None:
        """Fork a child and send its connections and its limits to the judge."""
        pid, home, files = self._fork(self._caps)
        control.send(self._line, control.Child(pid, home, asdict(self._caps)), files)
        for file in files:
            os.close(file)

    def _branch(self, modules: Sequence[str], file: int) -> None:
        """Fork a zygote that has more modules, and serves the judge by a line of its own."""
        parent = os.getpid()
        pid = self._fork_here()
        if pid == 0:
            line = socket.socket(fileno=file)
            try:
                self._begin_again(line, parent)
                for name in modules:
                    with contextlib.suppress(ImportError, OSError):
                        importlib.import_module(name)
                self._make_ready()
                self._threads = self._count_threads()
                _freeze()
                self.work()
            except BaseException as error:  # noqa: BLE001  (as in `_run_zygote`)
                _give_up(line, error)
        os.close(file)
        self._branches[os.pidfd_open(pid)] = pid

    def _begin_again(self, line: socket.socket, parent: int) -> None:
        """Be a zygote without children, in a process that another zygote has forked.

        Parameters
        ----------
        line : socket.socket
            The connection to the judge.
        parent : int
            The process number of that zygote.
        """
        die_with_parent(replace(self._box, parent=parent))
        lent = [network for network in self._born.values() if network is not None]
        for file in (*self._leaving, *self._branches, *self._networks, *lent):
            os.close(file)
        for kept in (self._leaving, self._branches, self._networks, self._born, self._places):
            kept.clear()
        if self._homes is not None:
            self._homes.forget()
        self._line.close()
        self._line = line
        self._seen_as = 0 if self._has_own_processes() else os.getpid()

    def _bury(self, file: int) -> None:
        """Reap a child that was killed, now that it has ended."""
        self._reap(self._leaving.pop(file))
        os.close(file)

    def _reap(self, pid: int) -> control.ChildEnded | control.UnknownChild:
        """Kill a child with all its processes, and return its usage."""
        if pid not in self._born:
            return control.UnknownChild()
        os.kill(pid, signal.SIGKILL)
        _pid, status, usage = os.wait4(pid, 0)
        network = self._born.pop(pid)
        if network is not None:
            self._networks.append(network)
        if self._homes is not None:
            self._homes.give_back(self._places.pop(pid))
        code = os.waitstatus_to_exitcode(status)
        return control.ChildEnded(code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)

    def _fork(self, caps: BoxCaps) -> tuple[int, str, tuple[int, int, int]]:
        """Return a child's number, its folder, and the files for the judge."""
        if self._count_threads() > self._threads:
            raise RuntimeError("the preloaded modules have started threads: a child would hang")
        box = self._box
        self._children += 1
        home = box.home if self._homes is None else self._homes.take()
        judges, theirs = socket.socketpair()
        judges_output, output = socket.socketpair()
        network = self._network()
        with theirs, output:
            pid = self._fork_inside()
            if pid == 0:
                own = replace(box, caps=caps, home=home, network=network, parent=self._seen_as)
                child.become(own, theirs, output, self._serve, self._slots)
        self._born[pid], self._places[pid] = network, home
        return pid, home, (judges.detach(), judges_output.detach(), os.pidfd_open(pid))

    def _network(self) -> int | None:
        """Return a network namespace for one child; it is free again when the child has ended."""
        layout = self._box.layout
        if layout.level != "full" or layout.leaves_out("own_network", "inside"):
            return None
        while self._leaving and not self._networks:  # waiting is better than making one more
            self._bury(next(iter(self._leaving)))
        return self._networks.pop() if self._networks else make_network(self._box.proc)

    def _fork_inside(self) -> int:
        """Fork a child, into its own process namespace if the level has one."""
        if not self._has_own_processes():
            return self._fork_here()
        own_processes(self._box)
        try:
            pid = self._fork_here()
        finally:
            # The child may not make this call and does not need it.
            with contextlib.suppress(OSError):
                parent_processes(self._namespace)
        return pid

    def _has_own_processes(self) -> bool:
        layout = self._box.layout
        return layout.level == "full" and not layout.leaves_out("own_processes", "inside")

    def _fork_here(self) -> int:
        # Threads, such as TensorFlow's, may hold locks: Python's own fork repairs them.
        return fork_alone() if self._threads == 1 else os.fork()

    def _count_threads(self) -> int:
        folder = os.open("self/task", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._box.proc)
        try:
            return len(os.listdir(folder))  # noqa: PTH208  (a folder that has no path here)
        finally:
            os.close(folder)


def _freeze() -> None:
    """Freeze the present objects: a garbage collection in a child would copy all their pages."""
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main(sys.argv[1:])
