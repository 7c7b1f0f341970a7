"""Find pairs of submissions with common passages that few other submissions have.

Fingerprints select the pairs, whose passages are then compared token by token. Passages that
everybody was given, or that more than a few submissions have, are ignored.
"""

from __future__ import annotations

__all__ = ["AlikePair", "Comparison", "Likeness", "Passage", "compare"]

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
MOST_PLACES = 8  # at which one fingerprint is looked up in one submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The limits from which two passages, and two submissions, count as alike.

    Attributes
    ----------
    k : int
        The number of tokens in a k-gram.
    window : int
        The size of a window, which keeps one hash: ``k + window - 1`` equal tokens are found.
    common_share : float
        A passage that a larger share of the class has is common, and ignored.
    common_least, common_most : int
        Bounds on the number of submissions that follows from `common_share`.
    tokens : int
        A pair is shown if it has at least this many tokens in common that are its own,
    share : float
        and, in some file, at least this share of the shorter one's own tokens.
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
        The index of the file in each submission.
    spans : tuple of (int, int)
        Start and end of the passage in each text, in characters.
    tokens : int
        The number of its tokens that are the authors' own.
    """

    files: tuple[int, int]
    spans: tuple[tuple[int, int], tuple[int, int]]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Two submissions with common passages.

    Attributes
    ----------
    documents : tuple of int
        The indices of the two documents.
    tokens : int
        The number of their own tokens that they share.
    share : float
        The shared part of the shorter one's own tokens, over all files.
    by_file : tuple of (str, int, float)
        Files with the number and the share of common tokens, the most alike first.
    passages : tuple of Passage
        The passages, in the order of the first document.
    """

    documents: tuple[int, int]
    tokens: int
    share: float
    by_file: tuple[tuple[str, int, float], ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result of comparing the documents of a class.

    Attributes
    ----------
    pairs : tuple of AlikePair
        The pairs above the limits, those with most in common first.
    of : int
        The number of pairs, without those whose people handed in together.
    together : int
        The number of pairs whose people handed in together.
    common_at : int
        A passage that more submissions have than this is ignored.
    unseen : int
        The number of pairs with common fingerprints that were not compared, since there were too
        many; they have the fewest in common.
    """

    pairs: tuple[AlikePair, ...]
    of: int
    together: int
    common_at: int
    unseen: int = 0


class _File:
    """A file with the data needed to compare it.

    Parameters
    ----------
    name : str
        Its path.
    tokens : Tokens
        Its tokens.
    hashes : array of uint64
        The hashes of its k-grams.
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
) -> Comparison:
    """Return the pairs with common passages of their own.

    Parameters
    ----------
    documents : sequence of Document
        The documents of the class.
    given : iterable of str
        Code that everybody was given, or that right answers resemble.
    prescribed : collection of str
        Names that the course prescribes.
    likeness : Likeness, optional
        The limits; the measured defaults if not given.
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
    return Comparison(
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
    # A token is not the author's own if any excluded k-gram covers it.
    edges = np.zeros(len(file.tokens) + 1, dtype=np.int64)
    places = np.flatnonzero(file.left_out)
    np.add.at(edges, places, 1)
    np.add.at(edges, places + k, -1)
    file.is_own = np.cumsum(edges[:-1]) == 0


def _candidates(
    works: Sequence[Sequence[_File]], by: Likeness, together: set[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the pairs with enough common fingerprints, those with the most first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, files in enumerate(works):
        prints = [f.hashes[winnowed(f.hashes, by.window, f.left_out)] for f in files]
        for value in np.unique(np.concatenate(prints)).tolist() if prints else []:
            holders[value].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        for place, b in enumerate(numbers):
            shared.update((a, b) for a in numbers[:place])
    # A passage of `tokens` tokens has at least this many fingerprints: one in each window.
    least = max((by.tokens - by.k) // (2 * by.window), 1)
    enough = [(pair, n) for pair, n in shared.items() if n >= least and pair not in together]
    enough.sort(key=lambda one: (-one[1], one[0]))
    return [pair for pair, _ in enough]


def _pair(a: int, b: int, works: Sequence[Sequence[_File]], by: Likeness) -> AlikePair | None:
    """Return a pair with its passages, or None if it is below the limits."""
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
    """Return runs of equal tokens that do not overlap, the longest first."""
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
    """Return the positions of the file's own k-grams that the other file has, too."""
    if not len(common):
        return []
    nearest = np.minimum(np.searchsorted(common, file.hashes), len(common) - 1)
    places: list[int] = np.flatnonzero((common[nearest] == file.hashes) & ~file.left_out).tolist()
    return places


def _stretches(free: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the start and the length of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        yield start, end - start


def _grown(i: int, x: int, j: int, y: int, first: _File, second: _File) -> Run:
    """Return the longest run of equal tokens through one position in each file."""
    one, other = first.tokens.codes, second.tokens.codes
    room = min(x, y)
    back = _equal(one[x - room : x][::-1], other[y - room : y][::-1])
    room = min(len(one) - x, len(other) - y)
    on = _equal(one[x : x + room], other[y : y + room])
    return i, x - back, j, y - back, back + on


def _equal(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """Return the number of equal tokens at the beginning."""
    unlike = one != other
    return int(np.argmax(unlike)) if unlike.any() else len(one)
