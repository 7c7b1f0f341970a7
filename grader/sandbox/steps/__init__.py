"""The lock-down as a list of named steps; each says which attack it stops.

A zygote applies `AROUND` once to itself before it imports anything large. Each of its children
applies `INSIDE` before it reads a byte of a submission. A step is left out if its name is in
`BoxLayout.without` (``inside own_users``: only for the children). That is for tests, which show
which attack succeeds without the step.
"""

from __future__ import annotations

__all__ = [
    "AROUND",
    "INSIDE",
    "Step",
    "StepFailed",
    "another_user",
    "die_first",
    "die_with_parent",
    "known_calls_only",
    "known_paths_only",
    "no_capabilities",
    "no_core_dump",
    "no_new_privileges",
    "nothing_inherited",
    "own_messages",
    "own_mounts",
    "own_name",
    "own_network",
    "own_processes",
    "own_scratch",
    "own_session",
    "own_users",
    "prepare",
    "private_view",
    "resource_limits",
    "take",
]

from collections.abc import Callable, Sequence

from grader.sandbox.steps.box import Box, BoxLayout
from grader.sandbox.steps.kernel import find_functions
from grader.sandbox.steps.landlock import known_paths, known_paths_only
from grader.sandbox.steps.limits import (
    no_core_dump,
    nothing_inherited,
    own_session,
    resource_limits,
)
from grader.sandbox.steps.namespaces import (
    own_messages,
    own_mounts,
    own_name,
    own_network,
    own_processes,
    own_users,
)
from grader.sandbox.steps.privileges import (
    another_user,
    count_capabilities,
    die_first,
    die_with_parent,
    no_capabilities,
    no_new_privileges,
)
from grader.sandbox.steps.seccomp import known_calls_only, known_filter, supported
from grader.sandbox.steps.view import own_scratch, private_view

Step = Callable[[Box], None]

_ALL_OWN = (own_network, own_messages, own_name)
_LOCKS = (
    no_new_privileges,
    known_paths_only,
    nothing_inherited,
    resource_limits,
    no_core_dump,
    no_capabilities,
    die_with_parent,
    known_calls_only,
)
AROUND: dict[str, Sequence[Step]] = {
    # Root can show an ordinary user files that only root may read (an interpreter in root's home).
    "full as root": (own_mounts, private_view, another_user, own_users, *_ALL_OWN, own_processes),
    "full": (own_users, own_mounts, private_view, *_ALL_OWN, own_processes),
    "reduced": (another_user,),
}
INSIDE: dict[str, Sequence[Step]] = {
    "full": (
        own_session,
        die_first,
        own_network,
        own_users,
        own_mounts,
        own_messages,
        own_name,
        own_scratch,
        *_LOCKS,
    ),
    "reduced": (own_session, die_first, *_LOCKS),
}


class StepFailed(Exception):
    """A step failed; the message names it and gives the system's error."""


def prepare(layout: BoxLayout) -> None:
    """Do once, in a zygote, work that would be the same in each of its children."""
    find_functions(("capset", "mount", "setns", "unshare"))
    count_capabilities()
    if not layout.leaves_out("known_paths_only", "inside"):
        known_paths(layout)
    if supported():
        known_filter(view=layout.level == "full").address(1)


def take(steps: Sequence[Step], box: Box, *, where: str = "inside") -> None:
    """Take the steps in their order.

    Parameters
    ----------
    steps : sequence of Step
        One of the lists above.
    box : Box
        The data that the steps need.
    where : str
        ``inside`` or ``around``, for `BoxLayout.without`.

    Raises
    ------
    StepFailed
        At the first step that the machine refuses; the steps after it are not taken.
    """
    for step in steps:
        name = step.__name__
        if box.layout.leaves_out(name, where):
            continue
        try:
            step(box)
        except OSError as error:
            raise StepFailed(f"{name}: {error.strerror or error}") from error
