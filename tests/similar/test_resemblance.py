"""Copies are found in whatever disguise, and independent right answers are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.similar import Document, Likeness, SourceText, compare

if TYPE_CHECKING:
    from collections.abc import Callable

Authors = dict[str, Document]
Disguises = dict[str, "Callable[..., str]"]
WAYS = ("renamed", "reordered", "laid_out", "commented", "all_of_them")


def only(document: Document, *files: str) -> Document:
    return replace(document, sources=tuple(s for s in document.sources if s.file in files))


def disguised(
    document: Document, way: Callable[..., str], prescribed: frozenset[str], name: str = "copy"
) -> Document:
    sources = tuple(replace(one, text=way(one.text, prescribed)) for one in document.sources)
    return replace(document, name=name, digest=name, sources=sources)


def test_independent_right_answers_are_not_alike(
    authors: Authors, given_code: list[str], prescribed: frozenset[str]
) -> None:
    found = compare(list(authors.values()), given_code, prescribed)
    assert found.pairs == ()
    assert found.of == 3


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_is_found_in_each_disguise(
    authors: Authors,
    given_code: list[str],
    prescribed: frozenset[str],
    disguises: Disguises,
    way: str,
) -> None:
    """Of one file alone, beside work of one's own."""
    file = "neural_net/learn_random_data.py"
    victim = only(authors["b_okafor"], file)
    thief = disguised(victim, disguises[way], prescribed)
    own = only(authors["aline"], "warm_up/matrices.py", "gradient/gradient.py")
    thief = replace(thief, sources=(*thief.sources, *own.sources))
    others = [only(authors[name], file, "gradient/gradient_2.py") for name in ("aline", "chen")]
    found = compare([victim, *others, thief], given_code, prescribed)
    assert [one.documents for one in found.pairs] == [(0, 3)]
    name, tokens, share = found.pairs[0].by_file[0]
    assert (name, share > 0.6, tokens > 150) == (file, True, True)


def test_passages_are_where_the_texts_are_alike(
    authors: Authors, given_code: list[str], prescribed: frozenset[str]
) -> None:
    victim = only(authors["b_okafor"], "neural_net/learn_random_data.py")
    text = f"import os\n\n\ndef extra():\n    return os.sep\n\n\n{victim.sources[0].text}"
    thief = replace(victim, name="copy", sources=(replace(victim.sources[0], text=text),))
    pair = compare([victim, thief], given_code, prescribed).pairs[0]
    assert pair.share == 1.0
    for passage in pair.passages:
        (a, b), (c, d) = passage.spans
        assert victim.sources[0].text[a:b] == text[c:d]
    ends = [span for passage in pair.passages for span in passage.spans[0]]
    assert ends == sorted(ends)


def test_who_handed_in_together_is_no_pair(authors: Authors, given_code: list[str]) -> None:
    one = replace(authors["b_okafor"], people=frozenset({"a", "b"}))
    same = replace(one, name="again", people=frozenset({"b"}))
    stranger = replace(one, name="third", people=frozenset({"c"}))
    found = compare([one, same, stranger], given_code)
    assert [pair.documents for pair in found.pairs] == [(0, 2), (1, 2)]
    assert (found.of, found.together) == (2, 1)


def test_what_everybody_was_given_counts_for_nothing(authors: Authors) -> None:
    text = authors["b_okafor"].sources[0].text
    both = [replace(authors["b_okafor"], name=name) for name in "ab"]
    every = [source.text for source in authors["b_okafor"].sources]
    assert compare(both).pairs
    assert compare(both, every).pairs == ()
    assert compare(both, [text]).pairs


def test_what_many_have_counts_for_nothing_and_says_from_where_on(authors: Authors) -> None:
    source = authors["b_okafor"].sources[-1]

    def group(count: int) -> list[Document]:
        return [
            replace(authors["b_okafor"], name=str(n), sources=(source,)) for n in range(count)
        ]  # fmt: skip

    five, six = compare(group(5)), compare(group(6))
    assert (len(five.pairs), five.common_at) == (10, 5)
    assert six.pairs == ()
    assert len(compare(group(6), likeness=Likeness(common_least=6)).pairs) == 15


def test_odd_texts_are_compared_and_are_no_error() -> None:
    texts = ("", "(" * 5_000, "\x00\ud800", "def", '"""', "x = 1\n" * 400)
    documents = [
        Document(
            name=str(n),
            digest=str(n),
            sources=(SourceText(file="f.py", shown="f.py", text=text),),
        )
        for n, text in enumerate((*texts, *texts))
    ]
    found = compare(documents)
    assert all(0 <= pair.share <= 1 for pair in found.pairs)
    assert compare([]).pairs == ()
