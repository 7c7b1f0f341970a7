"""Python text as tokens that stay the same where only names, layout and comments change.

What cannot be renamed is kept as it is: keywords, built-in names, attributes (``.dot``) and what
the course prescribes. Every other name is one and the same token, and so is every number and every
text. Comments, docstrings, blank space and line ends are no tokens.

Reading is linear in the length for any text at all, and never fails: what is no Python is a
sequence of tokens, too. Python's own tokenizer refuses what is not well formed, and cuts texts
with braces (``f"{x}"``) differently from 3.12 on.
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
        What each is: equal where two tokens are equal, on every machine and in every run.
    starts, ends : arrays of int64, shape (tokens,)
        Where each stands in the text, in characters.
    """

    codes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.codes)


@cache
def _code(token: str) -> int:
    return int.from_bytes(blake2b(token.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def tokens_of(text: str, prescribed: Collection[str] = ()) -> Tokens:
    """Return the tokens of a text.

    Parameters
    ----------
    text : str
        Python, or anything else; its first `MAX_CHARACTERS` are read.
    prescribed : collection of str
        Names that are kept, since the course gives them.
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
