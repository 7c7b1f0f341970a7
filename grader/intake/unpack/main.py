"""The helper's entry point: limits on itself, the archive on stdin, frames on stdout."""

from __future__ import annotations

__all__ = ["main"]

import os
import sys

from .helper_frames import OURS, REFUSED, HelperLimits, Sender
from .reasons import Refusal
from .tars import Stream, Tar, compressed
from .zips import Zip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def main(arguments: list[str]) -> None:
    """Read the archive on standard input, as the arguments say.

    Parameters
    ----------
    arguments : list of str
        ``tree``, ``list`` or ``plain``; the numbers of `HelperLimits`, separated by commas; if only
        some entries are needed, ``start:count`` pairs, separated by commas.
    """
    mode, numbers, pairs = arguments
    limits = HelperLimits([int(number) for number in numbers.split(",")])
    runs = [(int(a), int(b)) for a, _, b in (p.partition(":") for p in pairs.split(",") if p)]
    _limit_oneself(limits)
    with os.fdopen(1, "wb", 1 << 16) as out, os.fdopen(0, "rb", 1 << 16) as archive:
        sender = Sender(out)
        try:
            _read(mode, archive, sender, limits, runs)
        except Refusal as refusal:
            sender.send(REFUSED, refusal.name[:512], refusal.code.encode())
        except MemoryError:
            sender.send(REFUSED, "", b"memory")
        except Exception:  # noqa: BLE001 - any error here is ours: report it to the judge
            import traceback  # noqa: PLC0415 - its 20 ms are spent only after an error of ours

            sender.send(OURS, "", traceback.format_exc()[-4000:].encode("utf-8", "replace"))
        sender.finish()


def _read(
    mode: str, file: BinaryIO, sender: Sender, limits: HelperLimits, runs: list[tuple[int, int]]
) -> None:
    # The judge may have read or written this file, and both processes share one file position.
    file.seek(0)
    start = file.read(6)
    if not start:
        raise Refusal("empty")
    archive: Zip | Tar
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        archive = Zip(file)
    elif start.startswith((b"PK\7\10", b"PK00PK")):
        raise Refusal("parts")
    else:
        archive = Tar(Stream(file, limits))
    if mode == "plain":
        if not compressed(start):
            raise Refusal("kind")
        Stream(file, limits).copy(sender)
    elif mode == "list":
        archive.names(sender, limits)
    else:
        archive.tree(sender, limits, runs)


def _limit_oneself(limits: HelperLimits) -> None:
    """Limit this process to what reading an archive needs; stops archive bombs."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    wanted = (
        ("RLIMIT_AS", limits.memory, limits.memory),
        ("RLIMIT_CPU", limits.seconds, limits.seconds + 2),
        ("RLIMIT_FSIZE", 0, 0),
        ("RLIMIT_NOFILE", 8, 8),
        ("RLIMIT_NPROC", 0, 0),
        ("RLIMIT_CORE", 0, 0),
    )
    for name, soft, hard in wanted:
        try:
            resource.setrlimit(getattr(resource, name), (soft, hard))
        except (AttributeError, ValueError, OSError):
            # Not every system has every limit, and a lower limit cannot be raised.
            sys.exc_info()
