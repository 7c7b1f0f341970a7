"""Check the names inside an archive or a folder."""

from __future__ import annotations

__all__ = [
    "ARCHIVES",
    "FOREIGN_ARCHIVES",
    "HEAP",
    "MAX_NAME_BYTES",
    "MAX_PARTS",
    "NEEDLESS",
    "OF_LEFTOVERS",
    "is_archive",
    "is_foreign",
    "is_junk",
    "is_leftover",
    "looks_packed",
    "needless_folder",
    "problem",
    "split",
    "stem",
]

# Generous limits for parsing; stricter ones on depth and length apply below the root.
MAX_NAME_BYTES = 4096
MAX_PARTS = 32

ARCHIVES = (
    ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz", ".tbz2", ".txz", ".tar", ".zip",
)  # fmt: skip
# These endings are known only so that the refusal can be explained.
FOREIGN_ARCHIVES = (".rar", ".7z", ".zipx", ".tar.zst", ".tar.lzma", ".tar.z")

# Characters that reverse the text direction or break a line, so that a name reads as another.
_TURNING = frozenset(
    map(chr, (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)))
)

# Codes of `LEFT_OUT` for a needless folder and for one of too many files; one note covers them all.
NEEDLESS, HEAP = "needless", "heap"

# Folders made by a person or by a person's program: the student is told that they are left out.
_NEEDLESS_FOLDERS = frozenset((
    ".git", ".hg", ".svn", ".venv", "venv", "virtualenv", "node_modules", "site-packages",
    "dist-packages", ".conda", ".tox", ".nox", "__pypackages__",
))  # fmt: skip
_JUNK_FOLDERS = _NEEDLESS_FOLDERS | frozenset((
    "__macosx", "__pycache__", ".ipynb_checkpoints", ".idea", ".vscode", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".eggs", ".cache", ".spyproject", ".vs",
))  # fmt: skip
# Folders in which a program may leave a copy of somebody's work.
OF_LEFTOVERS = frozenset((".ipynb_checkpoints", "__pycache__"))
_WORK = (".ipynb", ".py")
_JUNK_FILES = frozenset((".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitattributes"))


def split(name: str) -> tuple[str, ...]:
    """Return the parts of a path, without empty ones and meaningless dots."""
    return tuple(part for part in name.split("/") if part not in ("", "."))


def problem(name: str) -> str:
    """Return the code of a name's problem; empty if the name can be used."""
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        return "long"
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in name):
        return "control"
    if _TURNING & set(name):
        return "control"
    if name.startswith("/"):
        return "absolute"
    if "\\" in name:
        return "backslash"
    parts = split(name)
    if not parts:
        return "nameless"
    if len(parts) > MAX_PARTS:
        return "deep"
    if ".." in parts:
        return "dots"
    if len(parts[0]) >= 2 and parts[0][1] == ":" and parts[0][0].isalpha():
        return "drive"
    return ""


def is_junk(parts: tuple[str, ...]) -> bool:
    """Return whether a program left this path behind: nobody means to submit it."""
    if any(part.lower() in _JUNK_FOLDERS for part in parts):
        return True
    last = parts[-1].lower() if parts else ""
    return last in _JUNK_FILES or last.startswith("._") or last.endswith((".pyc", ".pyo"))


def is_leftover(parts: tuple[str, ...]) -> bool:
    """Return whether a program made this path from somebody's work: a copy, or compiled code."""
    inside = {part.lower() for part in parts[:-1]}
    last = parts[-1].lower() if parts else ""
    if _NEEDLESS_FOLDERS & inside or last.startswith("._"):
        return False
    return last.endswith(".pyc") or (".ipynb_checkpoints" in inside and last.endswith(_WORK))


def needless_folder(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folder whose omission is reported for a path; empty if the path is kept.

    Leftovers are reported themselves, since they may be all that was submitted. For a file in
    `site-packages`, the folder is the whole environment, as far as names alone can tell.
    """
    for at, part in enumerate(parts):
        lowered = part.lower()
        if lowered in ("site-packages", "dist-packages"):
            inside = [p.lower() for p in parts[:at]]
            return parts[: inside.index("lib")] if "lib" in inside[1:] else parts[: at + 1]
        if lowered in _NEEDLESS_FOLDERS:
            return parts[: at + 1]
        if lowered in _JUNK_FOLDERS:
            break
    return parts if is_leftover(parts) else ()


def is_archive(name: str) -> bool:
    """Return whether a file is an archive that can be opened, judged by its ending."""
    return name.lower().endswith(ARCHIVES)


def is_foreign(name: str) -> bool:
    """Return whether a file is an archive of a kind that is never opened."""
    return name.lower().endswith(FOREIGN_ARCHIVES)


def looks_packed(name: str) -> bool:
    """Return whether a file is an archive of any kind, even one that is refused."""
    return name.lower().endswith(ARCHIVES + FOREIGN_ARCHIVES)


def stem(name: str) -> str:
    """Return a file's name without the ending of an archive."""
    for ending in ARCHIVES + FOREIGN_ARCHIVES:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
