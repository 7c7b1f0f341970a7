"""Documents: links have their ends, the index of `docs/` is whole, and lists and excerpts hold."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from grader.exports.formats import FORMATS, PLATFORMS
from grader.sandbox.steps import AROUND, INSIDE

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        ROOT / "reports" / "README.md",
        ROOT / "tests" / "submissions" / "README.md",
        *(
            path
            for folder in (".github", "assignments", "docs", "solutions")
            for path in (ROOT / folder).rglob("*.md")
        ),
    ]
)
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]


def prose(text: str) -> str:
    """Return a document without its blocks of code, and with nothing between backquotes."""
    text = prose_with_code(text)
    return re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "``", text)


def prose_with_code(text: str) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^( *)(```|~~~).*?^ *\2 *$", "", text, flags=re.MULTILINE | re.DOTALL)


def targets(text: str) -> list[str]:
    """Return where the links and images of a document lead to, but for the web."""
    found = re.findall(r"\]\(\s*<?([^()\s<>]+)", prose(text))
    found += re.findall(r"^ *\[[^\]]+\]: *<?([^\s<>]+)", prose(text), re.MULTILINE)
    return [one for one in found if not re.match(r"(https?|mailto):", one)]


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^( *)(```|~~~).*?^ *\2 *$", "", text, flags=re.MULTILINE | re.DOTALL)
    found: Counter[str] = Counter()
    for title in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        found[re.sub(r"[^\w\- ]", "", words).replace(" ", "-")] += 1
    again = {f"{slug}-{one}" for slug, count in found.items() for one in range(1, count)}
    return {*found, *again}


def dead(path: Path, root: Path = ROOT) -> list[str]:
    """Return the links of a document that lead nowhere, or out of the repository."""
    found = []
    for link in targets(path.read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        end = (path.parent / file).resolve() if file else path
        there = end.is_relative_to(root) and end.exists()
        if not there or (anchor and anchor not in anchors(end.read_text(encoding="utf-8"))):
            found.append(link)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_link_is_dead(name: str) -> None:
    assert dead(ROOT / name) == []


def test_the_index_has_every_page_once() -> None:
    # Records of decisions have an index of their own kind: the names in their folder.
    pages = {path.name for path in DOCS.iterdir() if path.is_file()} - {"README.md"}
    wanted = sorted([*pages, "decisions/README.md"])
    linked = targets((DOCS / "README.md").read_text(encoding="utf-8"))
    assert sorted(one for one in linked if not one.startswith("../")) == wanted


def test_the_index_says_a_sentence_of_each_page() -> None:
    lines = (DOCS / "README.md").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.startswith("- ")]
    assert entries
    for line in entries:
        assert re.fullmatch(r"- \[[^\]]+\]\([^)]+\): .{20,}\.", line), line


def test_what_contributors_are_shown_is_the_projects_own_code() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = re.findall(
        r"From\s+\[`([^`]+)`\]\([^)]*\):\n\n( *)```\w+\n(.*?)^\2```$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert len(shown) == text.count("```python") + text.count("```toml")
    for name, indent, code in shown:
        lines = [line.removeprefix(indent) for line in code.splitlines(keepends=True)]
        assert "".join(lines) in (ROOT / name).read_text(encoding="utf-8"), name


def test_files_of_this_repository_that_a_document_names_are_there() -> None:
    """Records say what was so, and one page makes a course of its own; all others are of today."""
    named = re.compile(r"`((?:\.ci|\.github|docs|grader|scripts|solutions|tests)/[\w./-]+)`")
    found, dead = 0, []
    for path in DOCUMENTS:
        if path.parent.name == "decisions" or path.name.startswith("write-an-exercise"):
            continue
        for name in named.findall(path.read_text(encoding="utf-8")):
            found += 1
            if not (ROOT / name).exists():
                dead.append((path.name, name))
    assert not dead
    assert found > 100


def test_modules_that_contributors_are_sent_to_are_there() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folder, dead = "", []
    for name in re.findall(r"`([\w./-]+)`", prose_with_code(text)):
        if (ROOT / name).is_dir():
            folder = name
        elif re.fullmatch(r"\w+\.py", name) and not (ROOT / folder / name).is_file():
            is_test = name.startswith("test_") and any((ROOT / "tests").rglob(name))
            dead += [] if is_test else [(folder, name)]
    assert not dead


def test_every_form_of_export_has_its_command_in_the_docs() -> None:
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("exports.md", "downloads.md")]
    for form in (*FORMATS, *PLATFORMS):
        assert any(re.search(rf"grader export .*--format {form}\s", page) for page in pages), form


def test_every_step_of_the_sandbox_is_in_the_docs_and_has_its_test() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8")
    tests = (ROOT / "tests" / "sandbox" / "test_steps.py").read_text(encoding="utf-8")
    names = {step.__name__ for steps in (*AROUND.values(), *INSIDE.values()) for step in steps}
    assert len(names) > 10
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
    assert [name for name in sorted(names) if not re.search(rf"\b(test_)?{name}\b", tests)] == []


PAGE = """\
# A page

[other](other.md), [`code`](other.md#two-words-and-code "title"), ![picture](images/a.png)
[itself](#a-page), [the web](https://example.org/none.md), [by a name][name]
`[no link](none.md)`, ``[` nor](none.md)``

```md
[in a block](none.md)
# Not a heading
```

[name]: other.md#again-1
"""
OTHER = "# Two words, and `code`\n\n## Again\n\n## Again\n\n```sh\n# comment\n```\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "images").mkdir(parents=True)
    (tmp_path / "docs" / "images" / "a.png").touch()
    (tmp_path / "docs" / "other.md").write_text(OTHER, encoding="utf-8")
    (tmp_path / "outside.md").touch()
    path = tmp_path / "docs" / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_links_that_have_their_end_are_found_alive(page: Path) -> None:
    assert len(targets(PAGE)) == 5
    assert dead(page, page.parent) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[other](other.md)", "[other](others.md)"),
        ("images/a.png", "images/b.png"),
        ("#two-words-and-code", "#two-words"),
        ("(#a-page)", "(#not-a-heading)"),
        ("other.md#again-1", "other.md#again-2"),
        ("other.md#again-1", "other.md#comment"),
        ("[other](other.md)", "[other](../outside.md)"),
        ("[other](other.md)", "[other](/docs/other.md)"),
    ],
)
def test_a_dead_link_is_found(page: Path, old: str, new: str) -> None:
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    assert len(dead(page, page.parent)) == 1
