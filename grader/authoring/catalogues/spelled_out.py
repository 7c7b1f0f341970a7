"""What an expression can say: a string, an f-string, or a choice between several, as messages."""

from __future__ import annotations

__all__ = ["Said", "is_text", "spell", "tidy"]

import ast
import itertools
import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_CHOICES = 3
COUNTED = frozenset({"plural", "counted", "counted_names"})
BE = {"be": ("is", "are"), "have": ("has", "have"), "do": ("does", "do"), "were": ("was", "were")}
"""Helpers of `grader.util.wording` that give the verb which goes with a count."""

_CODE = re.compile(r"`[^`\n]*`|\{\w*\}")
# What looks like code, markup, a style or a path is not said to anybody.
_MARKUP = re.compile(
    r'</?[a-z]+[\s>/]|\bviewBox\b|^[.#][\w-]+\s*\{|="\{|^\w+=|^[\w/:.-]*\{\w+\}[\w/.#{}-]*$'
    r"|\bSELECT\b|%[a-zA-Z]\b.*%[a-zA-Z]\b|^\(\?|^from [\w{}.]+ import|^import [\w.]+( as \w+)?$"
    r"|^print\(|^np\.|-src |^'?sha256|^data:|^translate\(|^Callable\[|^\s*- (uses|run|name):"
    r"|get_ipython|^import sys;"
    r"|^(?:(?:mid|halo|end|name|cell|ink|unknown|neuron|ln|v|long|css|grader check \.)\b\s*"
    r"|\{\w+\}\s*)+(?:--reproduce \{id\})?$"
)
_FIELD = re.compile(r"\w*")
_PLURAL_TEST = re.compile(r"1|'1'")


@dataclass(frozen=True, slots=True)
class Said:
    """A message; `plural` is its other form where a number decides between the two."""

    singular: str
    plural: str = ""


def is_text(node: ast.AST) -> bool:
    """Say whether an expression is a string that is made where it stands."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.IfExp):
        return is_text(node.body) and is_text(node.orelse)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_text(node.left) or is_text(node.right)
    return isinstance(node, ast.JoinedStr)


def tidy(message: str) -> str:
    """Return a message without blanks and joints at its ends: these come from where it is used."""
    bare = message.strip().lstrip(";,:").lstrip()
    if bare.startswith("(") and bare.endswith(")") and bare.count("(") == 1:
        bare = bare[1:-1]
    return bare


def reads(message: str) -> bool:
    """Say whether a message is words for people."""
    if _MARKUP.search(message):
        return False
    prose = _CODE.sub(" 0 ", message)
    return bool(re.search(r"[a-z]{2}", prose)) and len(prose.split()) > 1


def spell(node: ast.AST) -> list[Said]:
    """Return all the messages that an expression can say, those with a plural together."""
    tests = list(dict.fromkeys(_tests(node)))[:MOST_CHOICES]
    counts = [test for test in tests if _counts(test)]
    others = [test for test in tests if test not in counts[:1]]
    found = []
    for choice in itertools.product((True, False), repeat=len(others)):
        truth = dict(zip(others, choice, strict=True))
        if counts:
            one, many = (_message(node, truth | {counts[0]: which}) for which in (True, False))
            found.append(Said(one, many) if one != many else Said(one))
        else:
            found.append(Said(_message(node, truth)))
    return [one for one in dict.fromkeys(found) if reads(one.singular) or reads(one.plural)]


def _tests(node: ast.AST) -> Iterator[str]:
    """Yield what decides between several texts, each in a normal form."""
    if isinstance(node, ast.IfExp) and is_text(node):
        yield ast.unparse(node.test)
        yield from _tests(node.body)
        yield from _tests(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _tests(part.value)
    elif isinstance(node, ast.BinOp):
        yield from _tests(node.left)
        yield from _tests(node.right)
    elif isinstance(node, ast.Call) and _called(node) in BE and node.args:
        yield f"{ast.unparse(node.args[0])} == 1"


def _counts(test: str) -> bool:
    left, operator, right = test.rpartition(" == ")
    return bool(operator and left and _PLURAL_TEST.fullmatch(right))


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _message(node: ast.AST, truth: Mapping[str, bool]) -> str:
    names: dict[str, str] = {}
    return tidy("".join(_pieces(node, truth, names)))


def _pieces(node: ast.AST, truth: Mapping[str, bool], names: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _constant(node.value, names)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            yield from _pieces(inner, truth, names)
    elif isinstance(node, ast.IfExp) and is_text(node) and ast.unparse(node.test) in truth:
        chosen = node.body if truth[ast.unparse(node.test)] else node.orelse
        yield from _pieces(chosen, truth, names)
    elif isinstance(node, ast.BinOp) and is_text(node):
        yield from _pieces(node.left, truth, names)
        yield from _pieces(node.right, truth, names)
    elif isinstance(node, ast.Call) and _called(node) in BE and node.args:
        one, many = BE[_called(node)]
        yield one if truth.get(f"{ast.unparse(node.args[0])} == 1") else many
    elif isinstance(node, ast.expr):
        yield f"{{{_placeholder(node, names)}}}"


def _constant(text: str, names: dict[str, str]) -> str:
    """Return a string as a part of a message; what `str.format` fills in is a placeholder."""
    try:
        fields = [one for one in string.Formatter().parse(text) if one[1] is not None]
    except ValueError:
        fields = []
    if not fields or names or not all(_FIELD.fullmatch(str(one[1])) for one in fields):
        return text.replace("{", "{{").replace("}", "}}")
    pieces = []
    for literal, field, _, _ in string.Formatter().parse(text):
        pieces.append(literal.replace("{", "{{").replace("}", "}}"))
        if field is not None:
            name = field or f"value{len(names) + 1}"
            names.setdefault(name, name)
            pieces.append(f"{{{name}}}")
    return "".join(pieces)


def _placeholder(node: ast.expr, names: dict[str, str]) -> str:
    """Return the name of an expression in a message: the same for the same expression."""
    code = ast.unparse(node)
    if code not in names:
        wanted = re.sub(r"\W", "_", _name(node)).strip("_").lower() or "value"
        taken, name, number = set(names.values()), wanted, 2
        while name in taken:
            name, number = f"{wanted}{number}", number + 1
        names[code] = name
    return names[code]


def _name(node: ast.expr) -> str:  # noqa: C901  (a row of cases)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        if _called(node) in COUNTED and len(node.args) > 1:
            noun = node.args[1]
            if isinstance(noun, ast.Constant):
                return f"{str(noun.value).split()[-1]}s"
        if _called(node) == "len":
            return "count"
        if node.args:
            return _name(node.args[0])
        return _name(node.func)
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.BinOp):
        return _name(node.left)
    if isinstance(node, ast.UnaryOp):
        return _name(node.operand)
    if isinstance(node, ast.IfExp):
        return _name(node.body)
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return _name(node.elt)
    return "value"
