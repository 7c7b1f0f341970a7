"""Why a file is left out or an archive refused: the helper sends a code, the judge the sentence.

So a helper taken over by hostile bytes can choose a wrong reason, but not the words.
"""

from __future__ import annotations

__all__ = ["LEFT_OUT", "REFUSED", "Refusal"]

# Completes: `"name" was left out: …`
LEFT_OUT = {
    "absolute": "its name starts at the root of a disk; pack it with a relative name",
    "big": "it is bigger than a single file may be; hand in a smaller one, a notebook without "
    "its outputs",
    "broken": "its bytes are damaged in the archive; pack it again",
    "control": "its name holds a control character; rename it",
    "backslash": "its name holds a backslash; rename it, or pack it with another program",
    "deep": "it lies too many folders deep; move it up",
    "device": "it is a device, not a file; remove it",
    "dots": 'its name leads out of the archive with ".."; pack it from inside its folder',
    "drive": "its name starts with the letter of a drive; pack it with a relative name",
    "fifo": "it is a named pipe, not a file; remove it",
    "heap": "no exercise needs so many files that are not code; leave them out",
    "needless": "no exercise needs it; leave it out",
    "growing": "it changed while it was read; hand it in when nothing writes to it any more",
    "foreign link": "it is a hard link to a file of another person; hand in a copy of its own",
    "hard link": "it is a hard link to another file; hand in a copy of its own",
    "long": "its name is too long; give it a shorter one",
    "method": "it is packed with a method that is not supported; pack it as an ordinary zip",
    "nameless": "it has no name; give it one",
    "names": "the archive gives it two different names; pack it again",
    "socket": "it is a socket, not a file; remove it",
    "sparse": "it is stored as a sparse file; pack it without that option",
    "symlink": "it is a symbolic link; hand in the file itself",
    "unknown": "it is neither a file nor a folder; remove it",
    "unreadable": "it cannot be read; check its permissions",
}

# Completes: `"name" …`
REFUSED = {
    "corrupt": "is a damaged archive; pack it again and look into it before handing it in",
    "cut": "is an archive that is cut short; hand it in again, complete",
    "empty": "is an empty file, not an archive; pack it again",
    "encrypted": "is an archive with a password; pack it without one",
    "entries": "holds far too many entries; hand in the course's files only",
    "files": "holds too many files; hand in the course's files only",
    "headers": "is an archive with headers that no ordinary program writes; pack it again as a zip",
    "kind": "is neither a zip nor a tar archive; pack it as an ordinary zip",
    "memory": "needs too much memory to be opened; pack it as an ordinary zip",
    "overlap": "is an archive whose files overlap, as in a zip bomb; pack it again",
    "parts": "is one part of an archive in several parts; pack it as one ordinary zip",
    "time": "takes too long to open; hand in the course's files only",
    "total": "holds too many bytes when opened; hand in the course's files only",
}


class Refusal(Exception):
    """The archive as a whole cannot be trusted; `code` is a key of `REFUSED`."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.name = name
