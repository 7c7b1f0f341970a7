"""What is done once for many children, or not waited for, and must not be seen in any of them."""

from __future__ import annotations

import functools
import inspect
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.profiles import AHEAD
from grader.runner.load import _plainly_takes
from grader.runner.warmup import NAME, warm_up
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import RunnerSpec
from grader.submission.session import Session

Launchers = Callable[..., IsolatedLauncher]
Specs = Callable[..., RunnerSpec]
levels = pytest.mark.parametrize("level", ["full", "reduced"])
FILE = "net/submission.py"
READER = "grader.runner.every_step"


def test_a_rehearsal_leaves_nothing_that_can_be_seen() -> None:
    before = [list(sys.path), list(sys.meta_path), sys.dont_write_bytecode, os.getcwd()]  # noqa: PTH109
    state, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        warm_up()
    finally:
        random.setstate(state)
        np.random.set_state(legacy)  # noqa: NPY002
    assert before == [list(sys.path), list(sys.meta_path), sys.dont_write_bytecode, os.getcwd()]  # noqa: PTH109
    assert NAME not in sys.modules


@levels
def test_what_warms_up_is_not_in_a_runner(
    shared_launchers: Launchers, shared_spec: Specs, level: str
) -> None:
    body = """
        import sys
        import tempfile
        found = [name for name in sys.modules if "rehears" in name and "grader" not in name]
        return found, [path for path in sys.path if path.startswith(tempfile.gettempdir())]
    """
    session = Session(shared_launchers(level), shared_spec(body))
    modules, paths = session.call(FILE, "attack", []).value
    session.close()
    assert modules == []
    assert all(path.endswith(("submission", "submission/net")) for path in paths)


@levels
def test_what_is_needed_is_in_a_runner_already_and_only_then(
    shared_launchers: Launchers, shared_spec: Specs, level: str
) -> None:
    body = """
        import sys
        return [name in sys.modules for name in given]
    """
    launcher = shared_launchers(level)
    plain = shared_spec(body.replace("given", repr([*AHEAD, READER])))
    installed = [find_spec(name) is not None for name in AHEAD]
    for ahead, wanted in (((), [False]), (AHEAD, installed), ((), [False]), (AHEAD, installed)):
        session = Session(launcher, replace(plain, ahead=ahead))
        assert session.call(FILE, "attack", []).value == [*wanted, True]
        session.close()


@levels
def test_a_zygote_with_more_modules_ends_with_the_one_that_forked_it(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    before = _children(os.getpid())
    launcher = launchers(level)
    process = launcher.start(replace(spec("return 1"), ahead=("fractions",)))
    [guard] = [child for child in _children(os.getpid()) if child not in before]
    [zygote] = _children(guard)
    [branch] = [child for child in _children(zygote) if _children(child)]
    born = [*_children(zygote), *_children(branch)]
    assert len(born) >= 3  # the branch, its runner, and the one that stands ready
    os.kill(zygote, signal.SIGKILL)
    assert _have_ended([zygote, *born])
    assert process.end().by_others
    launcher.start(replace(spec("return 1"), ahead=("fractions",))).end()  # they are replaced


@levels
def test_a_zygote_that_was_forked_is_replaced_if_it_ends(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    before = _children(os.getpid())
    launcher = launchers(level)
    order = replace(spec("import fractions; return 1"), ahead=("fractions",))
    launcher.start(order).end()
    [guard] = [child for child in _children(os.getpid()) if child not in before]
    [zygote] = _children(guard)
    [branch] = [child for child in _children(zygote) if _children(child)]
    os.kill(branch, signal.SIGKILL)
    assert _have_ended([branch])
    session = Session(launcher, order)
    assert session.call(FILE, "attack", []).value == 1
    session.close()


@levels
def test_modules_that_cannot_be_imported_ahead_are_left_to_the_submission(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    order = replace(spec("return 1"), ahead=("no_such_package_anywhere",))
    session = Session(launchers(level), order)
    assert session.call(FILE, "attack", []).value == 1
    session.close()


def _have_ended(pids: list[int]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.01)
    return False


def test_what_was_made_ready_is_not_changed_twice() -> None:
    program = """
import numpy as np
import matplotlib
from grader.runner.environment import make_ready
make_ready()
first = matplotlib.use, np.__getattr__
import matplotlib.figure
plain = matplotlib.figure.Figure.savefig
make_ready()
assert (matplotlib.use, np.__getattr__) == first
assert matplotlib.figure.Figure.savefig is not plain  # it was imported in the meantime
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_answer_that_is_no_plain_data_imports_nothing() -> None:
    program = """
import sys
from grader.wire import Opaque, decode, encode
before = set(sys.modules)
tree, buffers = encode([print, sys, lambda: None])
assert all(type(one) is Opaque for one in decode(tree, buffers))
assert set(sys.modules) == before, set(sys.modules) - before
import numpy.ma
tree, buffers = encode(numpy.ma.masked_array([1.0, 2.0], [True, False]))
assert decode(tree, buffers).type_name == "numpy.ma.MaskedArray"
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@levels
def test_what_was_used_is_known_without_waiting_for_the_end(
    shared_launchers: Launchers, shared_spec: Specs, level: str
) -> None:
    body = """
        import time
        kept = bytearray(150 << 20)
        kept[::4096] = b"x" * len(kept[::4096])
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass
        return len(kept)
    """
    session = Session(shared_launchers(level), shared_spec(body))
    assert session.call(FILE, "attack", []).value == 150 << 20
    usage = session.close()
    assert usage.cpu_seconds is not None
    assert 0.3 <= usage.cpu_seconds < 3.0
    assert usage.peak_memory_mib is not None
    assert 150 < usage.peak_memory_mib < 400


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@levels
def test_those_that_were_not_waited_for_are_collected(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    before = _children(os.getpid())  # of launchers that tests share
    launcher = launchers(level)
    launcher.start(spec("return 1")).end()
    [guard] = [child for child in _children(os.getpid()) if child not in before]
    [zygote] = _children(guard)
    for _ in range(5):
        session = Session(launcher, spec("return 1"))
        assert session.call(FILE, "attack", []).value == 1
        session.close()
    until = time.monotonic() + 60
    while len(_children(zygote)) > 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(_children(zygote)) == 1  # the one that stands ready


@levels
def test_large_arrays_arrive_as_they_are(
    shared_launchers: Launchers, shared_spec: Specs, level: str
) -> None:
    body = """
        import numpy as np
        whole = np.arange(1 << 18, dtype=float).reshape(512, 512)
        return whole, whole[::2, 1::3], whole.T, whole.astype(">f4"), whole > 5, whole[:0]
    """
    session = Session(shared_launchers(level), shared_spec(body))
    whole = np.arange(1 << 18, dtype=float).reshape(512, 512)
    got = session.call(FILE, "attack", []).value
    session.close()
    for one, other in zip(
        got,
        (whole, whole[::2, 1::3], whole.T, whole.astype("<f4"), whole > 5, whole[:0]),
        strict=True,
    ):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def inner(*given: Any) -> Any:
        return function(*given)

    return inner


FUNCTIONS: list[Any] = [
    lambda: 0,
    lambda x: x,
    lambda x, y=1: (x, y),
    lambda x, *more: (x, more),
    lambda *more: more,
    lambda x, /, y, z=2: (x, y, z),
    lambda x, *, named: (x, named),
    lambda x, *, named=1: (x, named),
    lambda x, **named: (x, named),
    _wrapped(lambda x: x),
    functools.partial(lambda x, y: (x, y), 1),
    len,
    dict,
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("count", range(5))
def test_a_quick_yes_is_what_the_signature_says(function: Any, count: int) -> None:
    if _plainly_takes(function, count):
        inspect.signature(function).bind(*range(count))


def test_ordinary_functions_get_a_quick_yes() -> None:
    assert [_plainly_takes(f, 1) for f in FUNCTIONS[:6]] == [False, True, True, True, True, False]
