"""Give submissions with names that look the same different names, and report them."""

from __future__ import annotations

__all__ = ["called", "named_apart", "say_who"]

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
