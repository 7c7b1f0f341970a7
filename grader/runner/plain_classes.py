"""Classes of a submission whose objects hold what is assigned to them, and do nothing else."""

from __future__ import annotations

__all__ = ["PlainClass", "plain_class"]

import ast
import sys
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.runner.pure_functions import codes_in, doubt_unless, same_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.runner.pure_functions import FunctionTexts

# Everything else between two underscores may change what an attribute is, or what happens to it.
SPECIAL = frozenset({"__init__", "__call__", "__repr__", "__str__"})
OF_EVERY_CLASS = (
    "__module__", "__dict__", "__weakref__", "__doc__", "__annotations__", "__firstlineno__",
    "__static_attributes__",
)  # fmt: skip
OF_A_DATACLASS = (
    "__dataclass_params__", "__dataclass_fields__", "__match_args__", "__repr__", "__eq__",
    "__hash__", "__replace__",
)  # fmt: skip


class PlainClass(NamedTuple):
    """A class of which everything is known.

    Attributes
    ----------
    name : str
    methods : dict
        The texts of its methods, by name.
    ways : dict
        Of those that are not called on an object with arguments: ``property`` or ``staticmethod``.
    fields : list of str or None
        The fields of a dataclass, in their order, which its own ``__init__`` takes.
    """

    name: str
    methods: dict[str, ast.FunctionDef]
    ways: dict[str, str]
    fields: list[str] | None


def plain_class(value: type, texts: FunctionTexts) -> PlainClass:
    """Return what the text of a class says; doubt one that may do more than that.

    Parameters
    ----------
    value : type
        The class itself.
    texts : FunctionTexts
        The file that it is written in.
    """
    doubt_unless(type(value) is type and value.__bases__ == (object,))
    node, code = texts.class_text(value)
    doubt_unless(not node.bases and not node.keywords)
    held, codes = dict(vars(value)), codes_in(code)
    fields: list[str] = []
    methods: dict[str, ast.FunctionDef] = {}
    ways: dict[str, str] = {}
    for part in node.body:
        match part:
            case ast.FunctionDef(name=name):
                doubt_unless(name in SPECIAL or not name.startswith("__"))
                way = _way_of(part, texts)
                function = held.pop(name)
                if way:
                    ways[name] = way
                    function = _function_in(function, way)
                texts.is_as_written(function, codes[name])
                methods[name] = part
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=None):
                fields.append(name)
            case ast.Assign(targets=[ast.Name(id="__slots__")], value=ast.Tuple(elts=slots)):
                del held["__slots__"]
                for slot in slots:
                    doubt_unless(isinstance(slot, ast.Constant))
                    doubt_unless(type(held.pop(ast.literal_eval(slot))) is MemberDescriptorType)
            case _:
                doubt_unless(holds=False)
    is_dataclass = bool(node.decorator_list)
    if is_dataclass:
        _is_a_plain_dataclass(node, held, fields, texts)
    for name in OF_EVERY_CLASS:
        held.pop(name, None)
    doubt_unless(not held)
    return PlainClass(node.name, methods, ways, fields if is_dataclass else None)


def _way_of(node: ast.FunctionDef, texts: FunctionTexts) -> str:
    """Return how a method is decorated, as far as that changes nothing but how it is called."""
    if not node.decorator_list:
        return ""
    [word] = node.decorator_list if len(node.decorator_list) == 1 else [None]
    doubt_unless(isinstance(word, ast.Name) and word.id in ("property", "staticmethod"))
    assert isinstance(word, ast.Name)  # noqa: S101  (for the type checker)
    doubt_unless(texts.is_builtin(word.id) and node.name not in SPECIAL)
    return word.id


def _function_in(held: Any, way: str) -> Any:
    if way == "staticmethod":
        doubt_unless(type(held) is staticmethod)
        return held.__func__
    doubt_unless(type(held) is property and held.fset is None and held.fdel is None)
    return held.fget


def _is_a_plain_dataclass(
    node: ast.ClassDef, held: dict[str, Any], fields: list[str], texts: FunctionTexts
) -> None:
    """Doubt a class that is decorated by more than ``@dataclass``; leave its own attributes out."""
    doubt_unless(len(node.decorator_list) == 1)
    word = node.decorator_list[0]
    if isinstance(word, ast.Call):
        doubt_unless(not word.args and not word.keywords)
        word = word.func
    tool = sys.modules.get("dataclasses")
    doubt_unless(tool is not None and texts.value_of(word) is vars(tool)["dataclass"])
    assert tool is not None  # noqa: S101  (for the type checker)
    twin = tool.dataclass(type("Twin", (), {"__annotations__": dict.fromkeys(fields, object)}))
    begin, like = held.pop("__init__"), vars(twin)["__init__"]
    doubt_unless(type(begin) is FunctionType and same_code(begin.__code__, like.__code__))
    doubt_unless(_bare(begin) and _bare(like))
    for name in OF_A_DATACLASS:
        held.pop(name, None)


def _bare(function: FunctionType) -> bool:
    state: Mapping[str, Any] = vars(function)
    kept = (function.__closure__, function.__defaults__, function.__kwdefaults__)
    return not state and not any(kept)
