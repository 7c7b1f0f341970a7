"""Try each layer by itself in a throw-away child: ``python -m grader.sandbox.probe STUBS``.

Only a real attempt counts, not a setting that can be read: a container, a security module or an
old kernel may each refuse in a different place.
"""

from __future__ import annotations

__all__ = ["LAYERS", "main"]

import contextlib
import json
import os
import signal
import sys
from typing import TYPE_CHECKING

from grader.sandbox import steps
from grader.sandbox.interpreter import layout_here
from grader.sandbox.steps.box import HOME, Box, BoxCaps
from grader.sandbox.steps.landlock import abi_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.steps import Step

CAPS = BoxCaps(memory_mib=1024, cpu_seconds=10, processes=64, disk_mib=16, own_mib=1, open_files=64)

_USERS = (steps.another_user, steps.own_users)
_AROUND = steps.AROUND["full as root" if os.name == "posix" and os.geteuid() == 0 else "full"]
LAYERS: dict[str, Sequence[Step]] = {
    "users": _USERS,
    "processes": (*_USERS, steps.own_processes),
    "mounts": (*_USERS, steps.own_mounts),
    "network": (*_USERS, steps.own_network),
    "messages": (*_USERS, steps.own_messages, steps.own_name),
    "view": _AROUND[: _AROUND.index(steps.private_view) + 1],
    "scratch": (*_AROUND[:-1], steps.own_users, steps.own_mounts, steps.own_scratch),
    "limits": (steps.own_session, steps.resource_limits, steps.no_core_dump),
    "privileges": (steps.no_capabilities, steps.no_new_privileges, steps.die_with_parent),
    "paths": (steps.no_capabilities, steps.no_new_privileges, steps.known_paths_only),
    "calls": (steps.no_capabilities, steps.no_new_privileges, steps.known_calls_only),
}


def main(stubs: str) -> None:
    """Print the result of each layer's child: an empty text, or why the layer failed."""
    said = {name: _try(layer, stubs) for name, layer in LAYERS.items()}
    print(json.dumps({"layers": said, "landlock": abi_version()}))  # noqa: T201  (for the doctor)


def _try(layer: Sequence[Step], stubs: str) -> str:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            signal.alarm(10)
            os.write(write, _take(layer, stubs).encode()[:2000])
            os._exit(0)
        os._exit(1)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return text if status == 0 else text or f"the trial ended with status {status}"


def _take(layer: Sequence[Step], stubs: str) -> str:
    level = "reduced" if steps.known_paths_only in layer else "full"
    layout = layout_here(level, stubs, frozenset())
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        steps.take(layer, Box(layout=layout, caps=CAPS, proc=proc, home=HOME))
    except (steps.StepFailed, OSError) as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main(sys.argv[1])
