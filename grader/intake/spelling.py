"""Find which course file a wrong name stands for: browsers, systems and people rename files."""

from __future__ import annotations

__all__ = ["put_endings_right", "put_names_right"]

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from grader.intake.display import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.intake.layout import Layout
    from grader.intake.tree import Tree

Parts = tuple[str, ...]

# Windows hides endings that it knows, and editors add a second one.
_DOUBLED = re.compile(r"(?P<stem>.+?)(?P<ending>\.py|\.toml)(?:\.txt|\.py|\.toml)?", re.DOTALL)
# Endings that editors and mail programs substitute; such a text may contain anything.
_OTHER = re.compile(
    r"(?P<stem>.+?)(?P<other>\.txt|\.text|\.pyw|\.py3|\.pyi?\.download|\.pi|\.pyi|\.pyt|\.ipy"
    r"|\.python|)",
    re.DOTALL,
)
_CODE = re.compile(rb"^(?:def |class |from \S+ import |import )", re.MULTILINE)
_TABLE = re.compile(rb"^\s*\[\w+\]\s*$", re.MULTILINE)
# A name with a value that is not an empty text.
_ANSWER = re.compile(
    rb"^[ \t]*\w+[ \t]*[=:][ \t]*(?!(?:\"\"|''|\[\])?[ \t\r]*(?:#.*)?$)\S", re.MULTILINE
)
# Wrong endings under which notebooks are saved, and how a notebook begins.
_OF_NOTEBOOKS = (".ipynb.txt", ".json", ".txt", ".py", ".ipynb.html")
_ENDING = re.compile(r"(?:\.ipynb)?\.\w+$", re.IGNORECASE)
_NOTEBOOK = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"\w+\"\s*:")
_BRACE = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_CELLS = re.compile(rb"\"(?:cells|worksheets)\"\s*:\s*\[")
# A text with code between fences, as notebooks are kept as Markdown (Jupytext, Quarto).
_OF_TEXTS = (".md", ".markdown", ".qmd", ".rmd")
_FENCE = re.compile(rb"[ \t]*(?:`{3,}|~{3,})[ \t]*(?P<word>[^\r\n]*)")
_PYTHON = re.compile(rb"(?:\{?\.?(?:i?python3?|py)\b[^`]*)?", re.IGNORECASE)
_BEFORE = re.compile(r"^(?:copy|kopie|copie|copia|cópia)[ _-]*(?:of|von|de|di)?[ _-]+")
_AFTER = re.compile(
    r"(?:[ _-]*\((?P<bracket>\d{1,3})\)|[ _-]+(?:copy|kopie|copie|copia|cópia)"
    r"|[ _-]+(?:final|new|neu|solution|submission|v\d{1,2})|[ -](?P<number>\d{1,3}))$"
)
_SEPARATORS = re.compile(r"[\s_.-]+")
_MOST_STEPS = 4
_MAX_NAME = 200


class _Claim(NamedTuple):
    """A file that may stand for one of the course's; the smallest of several claims wins."""

    step: int
    later: int
    depth: int
    parts: Parts


def put_endings_right(tree: Tree, layout: Layout) -> None:
    """Give notebooks their ending back if a browser, a mail program or a person changed it.

    A file with a notebook's name and Python as its content becomes a Python file. Beside a file
    that already has the right name it stays as it is, unless that one is an unchanged template.
    """

    def is_free(right: Parts) -> bool:
        return not layout.is_written(tree.files.get(right, b""))

    def rename(parts: Parts, right: Parts) -> None:
        tree.files.pop(right, None)
        tree.rename(parts, right)

    for parts in [parts for parts in tree.files if parts[-1].lower().endswith(_OF_NOTEBOOKS)]:
        if _NOTEBOOK.match(tree.files[parts]) and _CELLS.search(tree.files[parts]):
            stem = _ENDING.sub("", parts[-1])
            right = (*parts[:-1], f"{stem}.ipynb")
            if is_free(right):
                name = quoted("/".join(parts))
                tree.say(f"{name} was taken as {quoted(right[-1])}: it is a notebook.")
                rename(parts, right)
    for parts in [parts for parts in tree.files if parts[-1].lower().endswith(_OF_TEXTS)]:
        code, right = _fenced(tree.files[parts]), (*parts[:-1], f"{_stem(parts[-1])}.py")
        is_given = not layout.is_written(tree.files[parts])
        is_ours = parts[-1].lower().startswith("readme") or is_given or not is_free(right)
        if not is_ours and re.search(rb"^(?:def |class )", code, re.MULTILINE):
            name = quoted("/".join(parts))
            tree.say(f"{name} was taken as {quoted(right[-1])}: the code in it was graded.")
            rename(parts, right)
            tree.files[right] = code
    for parts in [parts for parts in tree.files if parts[-1].lower().endswith(".ipynb")]:
        content, right = tree.files[parts], (*parts[:-1], f"{parts[-1][:-6]}.py")
        if is_free(right) and _CODE.search(content) and not _BRACE.match(content):
            name = quoted("/".join(parts))
            tree.say(f"{name} was taken as {quoted(right[-1])}: it is Python, and no notebook.")
            rename(parts, right)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _fenced(content: bytes) -> bytes:
    """Return the Python between fences, and the headings as comments; lines keep their numbers."""
    lines, is_code, is_fenced = [], False, False
    for line in content.splitlines(keepends=True):
        if fence := _FENCE.match(line):
            is_fenced = not is_fenced
            is_code = is_fenced and bool(_PYTHON.fullmatch(fence["word"].strip()))
            lines.append(b"\n")
        else:
            lines.append(line if is_code or (not is_fenced and line.startswith(b"#")) else b"\n")
    return b"".join(lines)


def put_names_right(tree: Tree, layout: Layout) -> None:
    """Rename the files in a tree whose names clearly mean one of the course's.

    A file with the right name, in any case, keeps it and is preferred to all others. Of several
    files with wrong names for one, the one with the nearest name is taken, then the one with the
    highest number. A note says which file was taken and which were not.
    """
    known = {_bare(parts[-1]) for parts in layout.parts}
    claimed = {parts[-1].casefold() for parts in tree.files} & layout.by_name.keys()
    wrong = [parts for parts in tree.files if _is_wrong(parts[-1], layout)]
    meant = {parts: _meant(parts[-1], tree.files[parts], layout, known) for parts in wrong}
    for step in range(_MOST_STEPS + 1):
        claims: dict[str, list[_Claim]] = {}
        for parts, steps in meant.items():
            for at, (name, later) in enumerate(steps):
                if at == step and parts in tree.files:
                    claims.setdefault(name, []).append(_Claim(at, -later, len(parts), parts))
        for name, own in claims.items():
            _settle(tree, name, sorted(own), layout, is_claimed=name in claimed)
        claimed |= claims.keys()


def _settle(
    tree: Tree, name: str, claims: list[_Claim], layout: Layout, *, is_claimed: bool
) -> None:
    """Rename the first of several files that mean the same file of the course, and tell of all."""
    right = layout.by_name[name][-1]
    in_place = [parts for parts in tree.files if parts[-1].casefold() == name]
    filled = [claim.parts for claim in claims if _has_answers(name, tree.files[claim.parts])]
    if is_claimed and in_place and not name.endswith(".toml"):
        claims = _in_place_of_templates(tree, claims, in_place, layout)
    if is_claimed and filled and not any(_has_answers(name, tree.files[p]) for p in in_place):
        tree.say(f"{quoted(right)} holds no answer: {quoted('/'.join(filled[0]))} was graded.")
        for parts in in_place:
            tree.files[parts] = tree.files[filled[0]]
        return
    if is_claimed:
        same = [c for parts, c in tree.files.items() if parts[-1].casefold() == name]
        others = [claim.parts for claim in claims if tree.files[claim.parts] not in same]
        if others:
            tree.say(f"{_listed(others)} was left aside, since there is a {quoted(right)}.")
        return
    chosen = filled[0] if filled else claims[0].parts
    content = tree.files[chosen]
    others = [claim.parts for claim in claims if tree.files[claim.parts] != content]
    tree.say(f"{quoted('/'.join(chosen))} was taken as {quoted(right)}: that is its name.")
    if others:
        tree.say(
            f"{_listed(others)} was left aside, since only one file can be {quoted(right)}: hand "
            "in one."
        )
    tree.rename(chosen, (*chosen[:-1], right))


def _in_place_of_templates(
    tree: Tree, claims: list[_Claim], in_place: list[Parts], layout: Layout
) -> list[_Claim]:
    """Put work with a wrong name where only the template lies, and return the other claims.

    A template earns nothing. Alone, such a file is graded; so it is beside a template, too.
    """
    written = [claim for claim in claims if layout.is_written(tree.files[claim.parts])]
    if not written or any(layout.is_written(tree.files[parts]) for parts in in_place):
        return claims
    chosen = written[0]
    tree.say(
        f"{quoted('/'.join(in_place[0]))} is as it was handed out: "
        f"{quoted('/'.join(chosen.parts))} was graded in its place."
    )
    content = tree.files.pop(chosen.parts)
    tree.files |= dict.fromkeys(in_place, content)
    return [claim for claim in claims if claim != chosen]


def _has_answers(name: str, content: bytes) -> bool:
    """Return whether a table of answers has a filled-in answer; the template has none."""
    return name.endswith(".toml") and bool(_ANSWER.search(content))


def _listed(files: Iterable[Parts]) -> str:
    shown = [quoted("/".join(parts)) for parts in files]
    return shown[0] if len(shown) == 1 else f"{shown[0]} (and {len(shown) - 1} more like it)"


def _is_wrong(name: str, layout: Layout) -> bool:
    return len(name) <= _MAX_NAME and name.casefold() not in layout.by_name


def _bare(name: str) -> str:
    """Return a name without case, separators and Unicode compatibility forms."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    stem, _, ending = folded.rpartition(".")
    return _SEPARATORS.sub("", stem) + "." + ending


def _by_its_content(folded: str, content: bytes) -> str:
    """Return a name with the ending that fits its content, if it had the ending of a text."""
    found = _OTHER.fullmatch(folded)
    if found is None:
        return folded
    if _CODE.search(content):
        return f"{found['stem']}.py"
    return f"{found['stem']}.toml" if _TABLE.search(content) else folded


def _meant(name: str, content: bytes, layout: Layout, known: set[str]) -> list[tuple[str, int]]:
    """Return the names that a name may mean, the nearest first, each with its number."""
    # Windows takes blanks and dots at the end of a name away.
    folded = unicodedata.normalize("NFKC", name).casefold().strip().rstrip(" .")
    found = _DOUBLED.fullmatch(folded)
    if found is None:
        folded = _by_its_content(folded, content)
        found = _DOUBLED.fullmatch(folded)
    if found is None:
        return []
    by_bare = {_bare(parts[-1]): parts[-1].casefold() for parts in layout.parts}
    stem, ending = found["stem"].strip(), found["ending"]
    meant: list[tuple[str, int]] = []
    number = 0
    for _ in range(_MOST_STEPS):
        bare = _bare(f"{stem}{ending}")
        right = by_bare.get(bare, "") if bare in known else ""
        if right in layout.by_name and right not in [said for said, _ in meant]:
            meant.append((right, number))
        shorter = _BEFORE.sub("", stem)
        if shorter == stem and (after := _AFTER.search(stem)):
            shorter = stem[: after.start()]
            number = number or int(after["bracket"] or after["number"] or 0)
        if shorter == stem or not shorter:
            break
        stem = shorter
    return meant
