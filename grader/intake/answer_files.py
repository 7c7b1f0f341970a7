"""Find the file of answers under another name or ending, by the questions that it answers."""

from __future__ import annotations

__all__ = ["put_answers_right"]

import re
import unicodedata
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.results import Received

if TYPE_CHECKING:
    from grader.intake.layout import Layout
    from grader.intake.tree import Tree

_TEXTS = (
    ".txt", ".text", ".md", ".toml", ".json", ".yaml", ".yml", ".csv", ".tsv", ".ini", ".cfg",
    ".conf", ".rst", ".org",
)  # fmt: skip
_CODE = (".py", ".ipynb")
_JSON = (".json", ".ipynb")  # all of it may be on one line
_NAMED = re.compile(r"\b(?:answers?|reponses?|questions?|antworten|qcm)\b")
# In JSON a line may begin behind an escaped line break.
_BEGINS_IN_JSON = rb"(?:(?<![\w.])|(?<=\\n))"
_NUMBERED = re.compile(
    rb"^[ \t]*(?:q|question)?[ \t]*(\d{1,2})[ \t]*[.):=-]", re.MULTILINE | re.IGNORECASE
)
_MOST_BYTES = 64 << 10
# How many of its questions a text has to answer, if its name says that it does, and if not.
_FEW, _MANY = 3, 5


def put_answers_right(tree: Tree, layout: Layout) -> None:
    """Rename a text that answers the questions of a table which was not handed in itself.

    Parameters
    ----------
    tree : Tree
        The found files; notes are added to it.
    layout : Layout
        The course's tree.
    """
    for file, names, telling in layout.answers:
        name = file.rpartition("/")[2]
        there = [parts for parts in tree.files if parts[-1].casefold() == name]
        if not names or any(layout.is_written(tree.files[parts]) for parts in there):
            continue
        found = sorted(
            (-_answered(content, names if _is_named(parts) else telling, parts), parts)
            for parts, content in tree.files.items()
            if parts not in there and len(content) <= _MOST_BYTES
        )
        for count, parts in found:
            last = parts[-1].casefold()
            is_named = _is_named(parts)
            if -count < (_FEW if is_named else _MANY) or not last.endswith((*_TEXTS, *_CODE)):
                continue
            if last.endswith(".ipynb") and is_named:
                tree.receive(
                    Received(
                        name="/".join(parts),
                        kind="a notebook with answers",
                        size=len(tree.files[parts]),
                        mend=f"write the answers into {file}",
                    )
                )
            if last.endswith(_TEXTS) or (last.endswith(".py") and is_named):
                tree.say(
                    f"{quoted('/'.join(parts))} was taken as {quoted(name)}: it answers its "
                    "questions."
                )
                for empty in there:
                    del tree.files[empty]
                tree.rename(parts, (*parts[:-1], name))
                break


def _is_named(parts: tuple[str, ...]) -> bool:
    """Return whether a file's name says that it holds answers."""
    return bool(_NAMED.search(_plain(parts[-1].casefold())))


def _answered(content: bytes, questions: frozenset[str], parts: tuple[str, ...]) -> int:
    """Return how many of the questions a text answers, each at the beginning of a line.

    A file that is named as one with answers may give their numbers alone, from the first to the
    last.
    """
    names = b"|".join(re.escape(key.encode()) for key in sorted(questions))
    is_json = parts[-1].lower().endswith(_JSON)
    begins = _BEGINS_IN_JSON if is_json else rb"^[^\w\n]*(?:\d{1,2}[.)])?[^\w\n]*"
    pattern = rb"%b(%b)[^\w\n]{0,8}?[:=,;|\t]" % (begins, names)
    found = {key.lower() for key in re.findall(pattern, content, re.IGNORECASE | re.MULTILINE)}
    if not found and _is_named(parts) and not is_json:
        numbers = [int(number) for number in _NUMBERED.findall(content)]
        in_order = numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= _MANY
        return len(numbers) if in_order else 0
    return len(found)


def _plain(name: str) -> str:
    """Return a name without accents, with blanks between its words."""
    letters = unicodedata.normalize("NFKD", name)
    return re.sub(r"[\W_]+", " ", "".join(c for c in letters if not unicodedata.combining(c)))
