"""Work out sums and products of plain numbers, such as ``1 + 0 + 0 + 4`` or ``3 × 3 × 3``."""

from __future__ import annotations

__all__ = ["worked_out"]

import ast
import operator
import re

_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "^": "**", "²": "**2", "³": "**3"})
_TIMES = re.compile(r"(?<=\d) ?x ?(?=\d)")
_ALLOWED = re.compile(r"(?=.*\d)[\d.+\-*/() ]{3,60}")
# `4-5` may be a range; numbers with one sign or none are read elsewhere.
_RANGE = re.compile(r"\d+ ?- ?\d+")
_NO_SUM = re.compile(r"[-+. ]*[\d.]+(?: [\d.]+)*[. ]*|[-+]?[\d.]+ ?/ ?[\d.]+")
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_MOST, _MOST_EXPONENT = 1e12, 40


def worked_out(text: str) -> float | None:
    """Return the value of an expression of plain numbers, None if it is none.

    A decimal comma is one. The value, and each on the way to it, is at most 10¹².
    """
    text = _TIMES.sub("*", re.sub(r"(?<=\d),(?=\d)", ".", text).translate(_SIGNS))
    if not _ALLOWED.fullmatch(text) or _RANGE.fullmatch(text) or _NO_SUM.fullmatch(text):
        return None
    try:
        return _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return _checked(float(number))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            one, other = _value(left), _value(right)
            if isinstance(op, ast.Pow) and (one <= 0 or abs(other) > _MOST_EXPONENT):
                raise ValueError(other)
            return _checked(float(_OPERATORS[type(op)](one, other)))
    raise ValueError(ast.dump(node))


def _checked(number: float) -> float:
    if not abs(number) <= _MOST:
        raise ValueError(number)
    return number
