"""Tokens of Python text that do not change if only names, layout and comments change.

Keywords, built-in names, attributes (``.dot``) and the names that the course prescribes are kept,
since a student cannot rename them. All other names become one token, all numbers another, and all
strings a third. Comments, docstrings, blanks and line ends are skipped.

Reading takes time proportional to the length for any text, and never fails: text that is not
Python gives tokens, too. Python's own tokenizer refuses malformed text, and since 3.12 splits
f-strings (``f"{x}"``) differently.
"""

from __future__ import annotations

__all__ = ["Tokens", "tokens_of"]

import builtins
import keyword
import re
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

MAX_CHARACTERS = 200_000
_FIXED = frozenset([*keyword.kwlist, *dir(builtins)])
_TOKEN = re.compile(
    r"""(?P<blank>[^\S\n]++|\\\n)
    | (?P<end>\n)
    | (?P<comment>\#[^\n]*+)
    | (?P<text>[rbuftRBUFT]{0,2}(?:
        \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z|\\\Z)
      | '''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z|\\\Z)
      | "(?:[^"\\\n]|\\.)*+(?:"|(?=\n)|\Z|\\\Z)
      | '(?:[^'\\\n]|\\.)*+(?:'|(?=\n)|\Z|\\\Z) ))
    | (?P<name>[^\W\d]\w*+)
    | (?P<number>\.?\d(?:[eE][+-]\d|[\w.])*+)
    | (?P<sign>\*\*=?|//=?|<<=?|>>=?|->|:=|\.\.\.|[-+*/%&|^@=<>!]=|.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text.

    Attributes
    ----------
    codes : array of uint64, shape (tokens,)
        A code for each token: equal tokens have equal codes, on every machine and in every run.
    starts, ends : arrays of int64, shape (tokens,)
        Start and end of each token in the text, in characters.
    """

    codes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.codes)


@cache
def _code(token: str) -> int:
    return int.from_bytes(blake2b(token.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def tokens_of(text: str, prescribed: Collection[str] = ()) -> Tokens:
    """Return the tokens of a text.

    Parameters
    ----------
    text : str
        Python, or any other text; only its first `MAX_CHARACTERS` are read.
    prescribed : collection of str
        Names that are kept, because the course prescribes them.
    """
    codes: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    depth, is_first, previous = 0, True, ""
    for match in _TOKEN.finditer(text, 0, MAX_CHARACTERS):
        kind, word = match.lastgroup, match.group()
        if kind in {"blank", "comment"}:
            continue
        if kind == "end":
            is_first = True
            continue
        if kind == "text" and is_first and depth == 0:
            continue  # a docstring
        is_first = False
        if kind == "sign":
            depth = max(depth + (word in "([{") - (word in ")]}"), 0)
        shown = _normal(kind or "", word, previous, prescribed)
        previous = word
        codes.append(_code(shown))
        starts.append(match.start())
        ends.append(match.end())
    return Tokens(
        np.array(codes, dtype=np.uint64),
        np.array(starts, dtype=np.int64),
        np.array(ends, dtype=np.int64),
    )


def _normal(kind: str, token: str, previous: str, prescribed: Collection[str]) -> str:
    if kind == "name":
        is_kept = previous == "." or token in _FIXED or token in prescribed
        return f"name {token}" if is_kept else "any name"
    return f"sign {token}" if kind == "sign" else f"any {kind}"
