"""How much is taken of what no exercise asks for: pictures, data, whatever is no code.

Code is never left out for its number: too much of it is refused. Of all else so much is taken as
an exercise can need, in the order in which it comes.
"""

from __future__ import annotations

__all__ = ["Room", "is_code"]

from .names import ARCHIVES, FOREIGN_ARCHIVES

CODE = (".py", ".ipynb", ".toml", ".keras", ".h5", ".hdf5", *ARCHIVES, *FOREIGN_ARCHIVES)
SMALL = 1 << 14  # bytes
MEDIA = (
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg", ".ppm", ".pgm",
    ".wav", ".mp3", ".ogg", ".flac", ".mp4", ".avi", ".mov", ".mkv", ".webm",
)  # fmt: skip


def is_code(name: str) -> bool:
    """Return whether a file may be asked for by an exercise: code, answers, a model, an archive."""
    return name.lower().endswith(CODE)


class Room:
    """What is left of the room for other files, over all of one submission.

    Parameters
    ----------
    files, total : int
        The caps on files and on their bytes: of the files a quarter may be no code, and a tenth
        pictures and the like; of the bytes a half, of which small files use nothing.
    """

    def __init__(self, files: int, total: int) -> None:
        self._others = files // 4
        self._media = files // 10
        self._bytes = total // 2

    def takes(self, name: str, size: int) -> bool:
        """Say whether a file is taken, and count it if so."""
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
