"""Pairs of submissions that share passages which few others have.

Fingerprints say which pairs are worth a look, and the passages of those are then compared token by
token. What everybody was given, and what more than a few of the class have, counts for nothing.
"""

from __future__ import annotations

__all__ = ["AlikePair", "Compared", "Likeness", "Passage", "compare"]

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.similar.fingerprints import hashes_of, winnowed
from grader.similar.source_tokens import Tokens, tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from grader.similar.documents import Document

    Run = tuple[int, int, int, int, int]  # file and token on either side, and how many tokens

MOST_CANDIDATES = 2_000
MOST_PLACES = 8  # of one fingerprint in one submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """When two passages are alike, and two submissions.

    Attributes
    ----------
    k : int
        So many tokens make a fingerprint.
    window : int
        One of so many fingerprints is kept: ``k + window - 1`` tokens in a row are always found.
    common_share : float
        A passage that more than this share of the class has is nobody's own.
    common_least, common_most : int
        But one that so few have may be somebody's, and one that more have never is.
    tokens : int
        A pair is shown that shares at least so many tokens of its own
    share : float
        and at least this share of what the shorter of the two has of its own, in some file.
    """

    k: int = 12
    window: int = 5
    common_share: float = 0.1
    common_least: int = 5
    common_most: int = 30
    tokens: int = 80
    share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The same run of tokens in two submissions.

    Attributes
    ----------
    files : tuple of int
        Which file of each, among its sources.
    spans : tuple of (int, int)
        Where it begins and ends in the text of each, in characters.
    tokens : int
        How many tokens of it are their own.
    """

    files: tuple[int, int]
    spans: tuple[tuple[int, int], tuple[int, int]]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Two submissions that share passages.

    Attributes
    ----------
    documents : tuple of int
        Which two.
    tokens : int
        How many tokens of their own they share.
    share : float
        Of what the shorter of the two has of its own, over all files.
    by_file : tuple of (str, int, float)
        Files with tokens shared and share, the most alike first.
    passages : tuple of Passage
        In the order of the first of the two.
    """

    documents: tuple[int, int]
    tokens: int
    share: float
    by_file: tuple[tuple[str, int, float], ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing a class came to.

    Attributes
    ----------
    pairs : tuple of AlikePair
        Those that reach the limits, the ones that share most first.
    of : int
        How many pairs there are, less those who handed in together.
    together : int
        How many pairs these are.
    common_at : int
        A passage that more submissions have than this is nobody's own.
    unseen : int
        Pairs with fingerprints in common of which there are too many to compare them all: those
        that have fewest.
    """

    pairs: tuple[AlikePair, ...]
    of: int
    together: int
    common_at: int
    unseen: int = 0


class _File:
    """A file as it is compared.

    Parameters
    ----------
    name : str
        Its path.
    tokens : Tokens
        Its tokens.
    hashes : array of uint64
        Of its k-grams.
    """

    def __init__(self, name: str, tokens: Tokens, hashes: NDArray[np.uint64]) -> None:
        self.name = name
        self.tokens = tokens
        self.hashes = hashes
        self.is_own = np.ones(len(tokens), dtype=np.bool_)
        self.left_out = np.zeros(len(hashes), dtype=np.bool_)


def compare(
    documents: Sequence[Document],
    given: Iterable[str] = (),
    prescribed: Collection[str] = (),
    likeness: Likeness | None = None,
) -> Compared:
    """Return the pairs that share passages of their own.

    Parameters
    ----------
    documents : sequence of Document
        The class.
    given : iterable of str
        Code that everybody was given, or that right answers come to be like.
    prescribed : collection of str
        Names that the course prescribes.
    likeness : Likeness, optional
        When something is alike; as measured where not given.
    """
    by = likeness or Likeness()
    works = [
        [_file_of(source.file, source.text, prescribed, by) for source in document.sources]
        for document in documents
    ]
    share = int(by.common_share * len(documents))
    common_at = min(max(by.common_least, share), by.common_most)
    known = [hashes_of(tokens_of(text, prescribed).codes, by.k) for text in given]
    nobodys = np.unique(np.concatenate([*known, _common(works, common_at)]))
    for file in (file for files in works for file in files):
        _leave_out(file, nobodys, by.k)
    together = {
        (a, b)
        for b, one in enumerate(documents)
        if one.people
        for a in range(b)
        if documents[a].people & one.people
    }
    candidates = _candidates(works, by, together)
    found = [_pair(a, b, works, by) for a, b in candidates[:MOST_CANDIDATES]]
    pairs = [pair for pair in found if pair is not None]
    count = len(documents)
    return Compared(
        pairs=tuple(sorted(pairs, key=lambda one: (-one.tokens, one.documents))),
        of=count * (count - 1) // 2 - len(together),
        together=len(together),
        common_at=common_at,
        unseen=max(len(candidates) - MOST_CANDIDATES, 0),
    )


def _file_of(name: str, text: str, prescribed: Collection[str], by: Likeness) -> _File:
    tokens = tokens_of(text, prescribed)
    return _File(name, tokens, hashes_of(tokens.codes, by.k))


def _common(works: Sequence[Sequence[_File]], most: int) -> NDArray[np.uint64]:
    """Return the hashes that more than `most` submissions have."""
    each = [np.unique(np.concatenate([f.hashes for f in files])) for files in works if files]
    if not each:
        return np.zeros(0, dtype=np.uint64)
    found, counts = np.unique(np.concatenate(each), return_counts=True)
    return found[counts > most]


def _leave_out(file: _File, nobodys: NDArray[np.uint64], k: int) -> None:
    """Mark the k-grams and the tokens of a file that are not its author's own."""
    if len(nobodys):
        nearest = np.minimum(np.searchsorted(nobodys, file.hashes), len(nobodys) - 1)
        file.left_out = nobodys[nearest] == file.hashes
    # A token is nobody's own where any k-gram that is left out covers it.
    edges = np.zeros(len(file.tokens) + 1, dtype=np.int64)
    places = np.flatnonzero(file.left_out)
    np.add.at(edges, places, 1)
    np.add.at(edges, places + k, -1)
    file.is_own = np.cumsum(edges[:-1]) == 0


def _candidates(
    works: Sequence[Sequence[_File]], by: Likeness, together: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return pairs that share fingerprints enough, those that share most first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, files in enumerate(works):
        prints = [f.hashes[winnowed(f.hashes, by.window, f.left_out)] for f in files]
        for value in np.unique(np.concatenate(prints)).tolist() if prints else []:
            holders[value].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        for place, b in enumerate(numbers):
            shared.update((a, b) for a in numbers[:place])
    # So many tokens in a row have at least one fingerprint in each window.
    least = max((by.tokens - by.k) // (2 * by.window), 1)
    enough = [(pair, n) for pair, n in shared.items() if n >= least and pair not in together]
    enough.sort(key=lambda one: (-one[1], one[0]))
    return [pair for pair, _ in enough]


def _pair(a: int, b: int, works: Sequence[Sequence[_File]], by: Likeness) -> AlikePair | None:
    """Return a pair with its passages, or None where it is below the limits."""
    passages = []
    shared: Counter[str] = Counter()
    covered = [np.zeros(len(f.tokens), dtype=np.bool_) for f in works[a]]
    for i, x, j, y, length in _runs(works[a], works[b], by.k):
        first, second = works[a][i], works[b][j]
        own = int(np.sum(first.is_own[x : x + length] & ~covered[i][x : x + length]))
        covered[i][x : x + length] = True
        shared[first.name] += own
        spans = tuple(
            (int(f.tokens.starts[at]), int(f.tokens.ends[at + length - 1]))
            for f, at in ((first, x), (second, y))
        )
        passages.append(Passage(files=(i, j), spans=(spans[0], spans[1]), tokens=own))
    own_of = [{f.name: int(np.sum(f.is_own)) for f in works[n]} for n in (a, b)]
    by_file = []
    for name, count in (one for one in shared.items() if one[1]):
        shorter = min(own[name] for own in own_of if name in own)
        by_file.append((name, count, min(count / max(shorter, 1), 1.0)))
    by_file.sort(key=lambda one: (-one[1], one[0]))
    enough = [one for one in by_file if one[1] >= by.tokens and one[2] >= by.share]
    if not enough:
        return None
    total = sum(shared.values())
    shorter = min(sum(own.values()) for own in own_of)
    return AlikePair(
        documents=(a, b),
        tokens=total,
        share=min(total / max(shorter, 1), 1.0),
        by_file=tuple(by_file),
        passages=tuple(sorted(passages, key=lambda one: (one.files[0], one.spans[0]))),
    )


def _runs(first: Sequence[_File], second: Sequence[_File], k: int) -> list[Run]:
    """Return runs of equal tokens, the longest first, none of which overlaps another one."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    common = np.intersect1d(_own_hashes(first), _own_hashes(second))
    for j, file in enumerate(second):
        for y in _shared(file, common):
            places[int(file.hashes[y])].append((j, y))
    found: set[Run] = set()
    seen: set[tuple[int, int, int, int]] = set()
    for i, file in enumerate(first):
        for x in _shared(file, common):
            for j, y in places[int(file.hashes[x])][:MOST_PLACES]:
                if (i, j, x - y, y) in seen:
                    continue
                run = _grown(i, x, j, y, file, second[j])
                found.add(run)
                seen.update((i, j, x - y, run[3] + n) for n in range(run[4] - k + 1))
    taken = [np.zeros(len(f.tokens), dtype=np.bool_) for f in first]
    taken_too = [np.zeros(len(f.tokens), dtype=np.bool_) for f in second]
    kept = []
    for i, x, j, y, length in sorted(found, key=lambda run: (-run[4], run)):
        free = ~(taken[i][x : x + length] | taken_too[j][y : y + length])
        for start, size in _stretches(free):
            if size >= k:
                kept.append((i, x + start, j, y + start, size))
                taken[i][x + start : x + start + size] = True
                taken_too[j][y + start : y + start + size] = True
    return kept


def _own_hashes(files: Sequence[_File]) -> NDArray[np.uint64]:
    none = np.zeros(0, dtype=np.uint64)
    return np.concatenate([none, *(file.hashes[~file.left_out] for file in files)])


def _shared(file: _File, common: NDArray[np.uint64]) -> list[int]:
    """Return where the file's own k-grams stand that the other one has, too."""
    if not len(common):
        return []
    nearest = np.minimum(np.searchsorted(common, file.hashes), len(common) - 1)
    places: list[int] = np.flatnonzero((common[nearest] == file.hashes) & ~file.left_out).tolist()
    return places


def _stretches(free: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where stretches of what is true begin, and how long they are."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        yield start, end - start


def _grown(i: int, x: int, j: int, y: int, first: _File, second: _File) -> Run:
    """Return the longest run of equal tokens through a place in each."""
    one, other = first.tokens.codes, second.tokens.codes
    room = min(x, y)
    back = _equal(one[x - room : x][::-1], other[y - room : y][::-1])
    room = min(len(one) - x, len(other) - y)
    on = _equal(one[x : x + room], other[y : y + room])
    return i, x - back, j, y - back, back + on


def _equal(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """Return how many tokens are equal from the beginning."""
    unlike = one != other
    return int(np.argmax(unlike)) if unlike.any() else len(one)
