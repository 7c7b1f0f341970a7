"""Find the Chromium of this machine, in which the tests look at pages; never download one."""

from __future__ import annotations

__all__ = ["ABSENT", "program"]

import shutil
import sys
from pathlib import Path

ABSENT = "Chromium is not installed: run scripts/setup_chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def program() -> str:
    """Return the path of a Chromium; empty if there is none."""
    found = [shutil.which(name) for name in NAMES]
    found += [place for place in PLACES if Path(place).is_file()]
    return next(filter(None, found), "")


if __name__ == "__main__":
    sys.exit(not program())
