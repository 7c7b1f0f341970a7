"""Give submissions with names that look the same different names, and report them."""

from __future__ import annotations

__all__ = ["called", "named_apart", "say_who"]

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from grader.intake.display import clean, quoted
from grader.intake.folder import as_text
from grader.intake.unpack import names as endings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from grader.intake.shape import Members

# Letters of other alphabets that look like Latin ones.
_DRAWN_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝѵɡαικνορτυχ", "aeopcyxijsdhqwvgaiknoptux"
)  # fmt: skip
# What stands behind a name that comes a second time: of a browser, a person, Google Drive's parts
# of one download, the time of Brightspace.
_BEHIND = re.compile(
    r"\s*\(\d{1,3}\)$|[ _-]+(?:copy|kopie|copie)$|-\d{8}T\d{6}Z(?:-\d{1,3}){1,2}$"
    r"| - \w{3,9} \d{1,2}, \d{4} \d{1,2}:?\d{2} [AP]M$",
    re.IGNORECASE,
)
_MOST_TOLD = 20
_MOST_NAMES = 6


def called(members: Members, folders: Collection[str]) -> dict[str, str]:
    """Return the shown name of each submission of a class, by its name in the folder."""
    shown, _ = _named(members, folders)
    return dict(zip(members.names, shown, strict=True))


def say_who(members: Members, folders: Collection[str], tell: Callable[[str], None]) -> None:
    """Report to the instructor the doubtful names of a class, and files that belong to nobody."""
    for sentence in _named(members, folders)[1]:
        tell(sentence)
    for names in _twice([as_text(name) for name in members.names]):
        tell(
            f"{len(names)} submissions may be one person's, handed in more than once: "
            f"{_listed(names)}. Each is graded by itself: keep the one that counts."
        )
    if members.loose:
        tell(
            f"What lies beside the submissions is nobody's: {_listed(members.loose)}. Put what is "
            "a student's into their folder."
        )
    for name in members.classes[:_MOST_NAMES]:
        tell(
            f"{quoted(as_text(name))} was taken as one submission, and several folders in it look "
            "like submissions: if it is a class, grade it by itself."
        )
    if members.inside:
        tell(
            "All of this was taken as one submission, since files of the course lie in it; but "
            f"these folders look like submissions: {_listed(members.inside)}. If it is a class, "
            "move the files that lie beside them away, and grade it again."
        )
    elif members.own_names:
        tell(
            "All of this was taken as one person's work, and several files in it have names of "
            f"their own: {_listed(members.own_names)}. If they are several people's, put each "
            "person's into a folder or an archive, and grade it again."
        )


def _twice(titles: Sequence[str]) -> list[list[str]]:
    """Return the names that are one name but for what browsers and platforms put behind it."""
    groups: dict[str, list[str]] = defaultdict(list)
    for title in titles:
        bare = endings.stem(title) if endings.looks_packed(title) else title
        while (shorter := _BEHIND.sub("", bare)) not in ("", bare):
            bare = shorter
        groups[bare.casefold()].append(title)
    return [sorted(group) for group in groups.values() if len(group) > 1][:_MOST_TOLD]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(quoted(as_text(name)) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _named(members: Members, folders: Collection[str]) -> tuple[list[str], list[str]]:
    files = [as_text(name) for name in members.names]
    titles = [
        text if name in folders else endings.stem(text)
        for name, text in zip(members.names, files, strict=True)
    ]
    return named_apart(titles, files)


def named_apart(titles: Sequence[str], files: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a name for each submission, and sentences on those that look alike.

    Parameters
    ----------
    titles : sequence of str
        The names as written, perhaps with blanks and invisible characters.
    files : sequence of str
        The same names with the ending of the archive or file, for the case that two titles are
        equal.

    Returns
    -------
    list of str
        A name without a look-alike is cleaned. Of several that look alike, the one that is written
        exactly as it looks keeps its name; in the others, invisible characters are made visible.
    list of str
        A sentence for each such group.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for at, title in enumerate(titles):
        groups[_looks(title)].append(at)
    shown = [clean(title) for title in titles]
    told = []
    for group in groups.values():
        if len(group) < 2:
            continue
        taken: set[str] = set()
        for at in sorted(group, key=lambda at: (titles[at] != shown[at], files[at] != titles[at])):
            name = shown[at] if titles[at] == shown[at] else clean(_visible(titles[at]))
            if strange := _of_another_alphabet(titles[at]):
                name = f"{name} (with {strange})"
            if name in taken:
                name = f"{name} ({clean(files[at])})"
            shown[at] = name
            taken.add(name)
        names = ", ".join(quoted(shown[at]) for at in group[:_MOST_NAMES])
        told.append(
            f"{len(group)} submissions have names that look alike: {names}. Make sure whose each "
            "is."
        )
    return shown, told[:_MOST_TOLD]


def _looks(title: str) -> str:
    """Return a name in a form that is equal for names which look the same."""
    plain = unicodedata.normalize("NFKC", title).casefold().translate(_DRAWN_ALIKE)
    return "".join(char for char in plain if not char.isspace() and not _is_unseen(char))


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _visible(title: str) -> str:
    """Return a name in which outer blanks and invisible characters are made visible."""
    inner = title.strip(" ")
    before = len(title) - len(title.lstrip(" "))
    behind = len(title) - before - len(inner)
    middle = "".join(
        f"⟨U+{ord(char):04X}⟩" if _is_unseen(char) or (char.isspace() and char != " ") else char
        for char in inner.replace("  ", " ␣")
    )
    return "␣" * before + middle + "␣" * behind


def _of_another_alphabet(title: str) -> str:
    strange = [char for char in title.casefold() if char.translate(_DRAWN_ALIKE) != char]
    return ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(strange[:3]))
