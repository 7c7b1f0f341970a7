"""Limit how many files are taken that are not code: pictures, data and the like.

Too much code is refused, but code is never left out. Of all other files, as many are taken as an
exercise can need, in the order in which they are read.
"""

from __future__ import annotations

__all__ = ["OtherFilesQuota", "is_code"]

from .names import ARCHIVES, FOREIGN_ARCHIVES

CODE = (".py", ".ipynb", ".toml", ".keras", ".h5", ".hdf5", *ARCHIVES, *FOREIGN_ARCHIVES)
SMALL = 1 << 14  # bytes
MEDIA = (
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg", ".ppm", ".pgm",
    ".wav", ".mp3", ".ogg", ".flac", ".mp4", ".avi", ".mov", ".mkv", ".webm",
)  # fmt: skip


def is_code(name: str) -> bool:
    """Return whether an exercise may ask for a file: code, answers, a model, an archive."""
    return name.lower().endswith(CODE)


class OtherFilesQuota:
    """The room that is left for files other than code, in one submission.

    Parameters
    ----------
    files, total : int
        The limits on files and bytes. A quarter of the files may be other than code, and a tenth
        pictures and the like; of the bytes a half, not counting small files.
    """

    def __init__(self, files: int, total: int) -> None:
        self._others = files // 4
        self._media = files // 10
        self._bytes = total // 2

    def takes(self, name: str, size: int) -> bool:
        """Return whether a file is taken; if so, count it."""
        if is_code(name):
            return True
        media = name.lower().endswith(MEDIA)
        left = self._media if media else self._others
        counted = 0 if size <= SMALL else size
        if left <= 0 or counted > self._bytes:
            return False
        self._bytes -= counted
        if media:
            self._media -= 1
        else:
            self._others -= 1
        return True
