"""Statements in French say the same as in English: same structure, code, formulas and numbers."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sharing import from_scripts
from tests.test_documents import anchors, targets

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
translated = from_scripts("statements_translated")
EDITIONS = translated.editions(ROOT, "fr")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$[^$]+\$")
CODE = re.compile(r"`[^`]+`")
ADDRESS = re.compile(r"\]\([^)]*\)|<a [^>]*>")


def words_alone(text: str) -> str:
    """Return a statement without code, formulas and addresses."""
    for pattern in (BLOCK, FORMULA, CODE, ADDRESS):
        text = pattern.sub(" ", text)
    return text


def headings(text: str) -> list[str]:
    """Return the levels of a statement's headings, in order."""
    return re.findall(r"^(#+) ", BLOCK.sub("", text), re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the blocks of code and formulas; comments and words in formulas may differ."""
    found = []
    for language, code in BLOCK.findall(text):
        plain = re.sub(r"\\text\{[^}]*\}", r"\\text{}", code) if language == "math" else code
        found.append((language, re.sub(r" *#.*$", "", plain, flags=re.MULTILINE)))
    return found


def spans(text: str) -> Counter[str]:
    """Return the formulas and the code within sentences, however lines are broken."""
    text = BLOCK.sub("", text)
    found = FORMULA.findall(text) + CODE.findall(FORMULA.sub(" ", text))
    return Counter(" ".join(one.split()) for one in found)


def numbers(text: str, thousands: str, point: str) -> Counter[str]:
    """Return the numbers of a statement as Python writes them."""
    text = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}(?!\d))", "", words_alone(text))
    found = re.findall(rf"(?<![\w.])\d+(?:{point}\d+)?(?:e-?\d+)?", text)
    return Counter(re.sub(point, ".", one) for one in found)


def rows(text: str) -> list[int]:
    """Return the number of cells in each row of the tables, and the points in their last column."""
    return [line.count("|") for line in BLOCK.sub("", text).splitlines() if line.startswith("|")]


def items(text: str) -> list[str]:
    """Return the marks of lists, in order."""
    found = re.findall(r"^ *([-*]|\d+\.) ", BLOCK.sub("", text), re.MULTILINE)
    return [one if one in "-*" else "1." for one in found]


SAME: dict[str, Callable[[str], object]] = {
    "headings": headings,
    "blocks": blocks,
    "code and formulas": spans,
    "links": lambda text: Counter(targets(text)),
    "tables": rows,
    "lists": items,
    "emphasis": lambda text: words_alone(text).count("**"),
}


@pytest.mark.parametrize("name", EDITIONS)
def test_both_editions_say_the_same(name: str) -> None:
    english = (ROOT / "assignments" / name).read_text(encoding="utf-8")
    french = EDITIONS[name].read_text(encoding="utf-8")
    for what, of in SAME.items():
        assert of(french) == of(english), what
    assert numbers(french, "\u202f", "[.,]") == numbers(english, ",", r"\.")
    # The second paragraph begins with the points and names the files: kits and notebooks read it.
    points = re.findall(r"^\*\d+ points\.", english, re.MULTILINE)
    assert re.findall(r"^\*\d+ points\.", french, re.MULTILINE) == points


@pytest.mark.parametrize("name", EDITIONS)
def test_french_has_its_own_spaces(name: str) -> None:
    text = words_alone(EDITIONS[name].read_text(encoding="utf-8"))
    text = re.sub(r"Exercise \d:", "", text)  # the lecture's own headings
    assert re.findall(r".*(?:[^\u00a0]:\s|[^\u202f][;!?]\s|« | »|\w ?%).*", text) == []


def test_each_anchor_that_a_statement_names_is_in_the_french_one() -> None:
    for name, edition in EDITIONS.items():
        for link in targets(edition.read_text(encoding="utf-8")):
            file, _, anchor = link.partition("#")
            end = edition.parent / file if file else ROOT / "assignments" / name
            key = end.resolve().relative_to(ROOT / "assignments").as_posix()
            if anchor:
                text = EDITIONS[key].read_text(encoding="utf-8")
                assert anchor in anchors(text) or f'<a id="{anchor}"></a>' in text, link


# ---------------------------------------------------------------------------- kept in step


def test_no_statement_changed_since_it_was_translated() -> None:
    assert translated.outdated(ROOT, "fr") == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a course's root with two statements, both translated."""
    for name in ("README.md", "README.fr.md", "gradient/README.md", "gradient/README.fr.md"):
        (tmp_path / "assignments" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "assignments" / name, tmp_path / "assignments" / name)
    (tmp_path / "solutions" / "locale" / "fr").mkdir(parents=True)
    translated.note(tmp_path, "fr", ["README.md", "gradient/README.md"])
    assert translated.outdated(tmp_path, "fr") == []
    return tmp_path


def test_another_word_is_told_and_another_break_of_lines_is_not(copy: Path) -> None:
    path = copy / "assignments" / "gradient" / "README.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("a landscape.", "a\nlandscape."), encoding="utf-8")
    assert translated.outdated(copy, "fr") == []
    path.write_text(text.replace("At most 100,000 steps.", ""), encoding="utf-8")
    sentence = (
        "assignments/gradient/README.md changed since assignments/gradient/README.fr.md was made: "
        "“- `gradient(x, y)`, **by formula**. Differences such as $(f(…” is new. Change "
        "assignments/gradient/README.fr.md accordingly, then run "
        "`python scripts/statements_translated.py --made gradient/README.md`."
    )
    assert translated.outdated(copy, "fr") == [sentence]
    translated.note(copy, "fr", ["gradient/README.md"])
    assert translated.outdated(copy, "fr") == []


def test_a_paragraph_that_is_gone_is_told(copy: Path) -> None:
    path = copy / "assignments" / "README.md"
    path.write_text(path.read_text(encoding="utf-8").partition("## How to check")[0], "utf-8")
    assert "paragraphs are gone." in translated.outdated(copy, "fr")[0]


def test_an_edition_that_is_missing_is_told(copy: Path) -> None:
    (copy / "assignments" / "README.fr.md").unlink()
    sentence = "assignments/README.md has no translation: write assignments/README.fr.md."
    assert translated.outdated(copy, "fr") == [sentence]
