"""Find the Chromium of this machine, in which the tests look at pages; never download one.

``python scripts/find_chromium.py`` fails where there is none, and with ``--without-windows`` also
where there is another one only.
"""

from __future__ import annotations

__all__ = ["ABSENT", "program"]

import shutil
import sys
from pathlib import Path

ABSENT = "Chromium is not installed: run scripts/setup_chromium"
# The same pages for two thirds of the processor: Chromium without windows, bars and menus.
WITHOUT_WINDOWS = "/usr/lib/chromium/chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/usr/bin/chromium",
    "/usr/lib/chromium/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def program(*, whole: bool = False) -> str:
    """Return the path of a Chromium; empty if there is none.

    Parameters
    ----------
    whole : bool
        Whether the one that people use comes first, and not the one without windows.
    """
    found = [shutil.which(name) for name in NAMES]
    found += [place for place in PLACES if Path(place).is_file()]
    without = WITHOUT_WINDOWS if Path(WITHOUT_WINDOWS).is_file() else ""
    found = [*found, without] if whole else [without, *found]
    return next(filter(None, found), "")


if __name__ == "__main__":
    wanted = program()
    if "--without-windows" in sys.argv:
        sys.exit(wanted != WITHOUT_WINDOWS)
    sys.exit(not wanted)
