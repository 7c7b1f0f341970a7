"""Which modules contain checks of a course, for pytest: judged by their names and texts alone."""

from __future__ import annotations

__all__ = ["holds_checks"]

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def holds_checks(path: Path) -> bool:
    """Say whether a module declares checks or has such a name: its checks may be made from data."""
    if path.suffix != ".py":
        return False
    return path.name.startswith("check_") or "\n@check(" in path.read_text("utf-8", "replace")
