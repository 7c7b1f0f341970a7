"""The messages before the first request: a forked runner gets its files and says if it is ready."""

from __future__ import annotations

__all__ = ["Handover", "NotReady", "handover_header", "handover_of", "state_header", "state_of"]

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Handover(NamedTuple):
    """A submission's files, whose contents are the buffers of the frame.

    Attributes
    ----------
    root : str
        Absolute path of the folder into which they are written.
    folder : str
        The working directory, relative to `root`.
    names : sequence of str
        Their paths relative to `root`, in the order of the buffers.
    """

    root: str
    folder: str
    names: Sequence[str]


class NotReady(NamedTuple):
    """Why a runner is not ready: ``step`` (isolation) or ``files``, and the error."""

    what: str
    error: str


def handover_header(handover: Handover) -> dict[str, Any]:
    """Return the header with which files are handed over."""
    return handover._asdict()


def handover_of(header: dict[str, Any]) -> Handover:
    """Return the files in a handover from the judge."""
    return Handover(**header)


def state_header(problem: NotReady | None = None) -> dict[str, Any]:
    """Return the header in which a runner says that it is ready, or why it is not."""
    return {"state": "ready"} if problem is None else {"state": "failed", **problem._asdict()}


def state_of(header: dict[str, Any]) -> NotReady | None:
    """Return why a runner is not ready; None if it is."""
    if header.get("state") == "ready":
        return None
    return NotReady(str(header.get("what")), str(header.get("error")))
