"""Says whether functions of a submission depend on their arguments alone, as their text shows."""

from __future__ import annotations

__all__ = [
    "BUILTINS",
    "READ",
    "DoubtError",
    "FunctionTexts",
    "codes_in",
    "direct_names",
    "doubt_unless",
    "is_index",
    "is_iterator",
    "same_code",
]

import ast
import builtins
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.statements import FUTURES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

BUILTINS = frozenset(
    ["abs", "all", "any", "bool", "enumerate", "float", "hasattr", "int", "isinstance", "len",
     "list", "max", "min", "range", "reversed", "round", "sum", "tuple", "zip"]
)  # fmt: skip
# They make an array of their own, which nobody else has.
MAKING = frozenset(
    ["arange", "array", "concatenate", "copy", "empty", "empty_like", "full", "full_like",
     "linspace", "ones", "ones_like", "stack", "zeros", "zeros_like"]
)  # fmt: skip
NUMPY = MAKING | frozenset(
    ["abs", "absolute", "add", "allclose", "array_equal", "asarray", "asfortranarray",
     "atleast_1d", "atleast_2d", "clip", "divide", "dot", "einsum", "exp", "float32", "float64",
     "fsum", "heaviside", "hstack", "hypot", "inf", "inner", "isfinite", "isnan", "linalg.norm",
     "log", "matmul", "maximum", "mean", "minimum", "multiply", "nan", "ndarray", "ndim",
     "negative", "newaxis", "outer", "power", "ravel", "reshape", "sign", "split", "sqrt",
     "square", "subtract", "sum", "swapaxes", "tanh", "tensordot", "transpose", "vdot", "vstack",
     "where"]
)  # fmt: skip
# Methods that change nothing but a generator, or a list that the function has made.
METHODS = frozenset(
    ["all", "any", "astype", "choice", "copy", "dot", "flatten", "integers", "item", "max", "mean",
     "min", "permutation", "permuted", "ravel", "reshape", "sum", "tolist", "transpose"]
)  # fmt: skip
READ = frozenset({"T", "ndim", "shape", "size"})
PARTS_OF_NUMPY = frozenset({"linalg"})
ON_ITS_OWN = frozenset({"append", "extend", "shuffle", "sort"})
STATEMENTS = (
    ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.For, ast.If, ast.Pass, ast.Raise,
    ast.Return, ast.With, ast.Assert, ast.While, ast.Break, ast.Continue,
)  # fmt: skip
EXPRESSIONS = (
    ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.FormattedValue,
    ast.GeneratorExp, ast.IfExp, ast.JoinedStr, ast.List, ast.ListComp, ast.Name, ast.Slice,
    ast.Starred, ast.Subscript, ast.Tuple, ast.UnaryOp, ast.Attribute,
)  # fmt: skip
# How many arguments they take by their place: one more is an array that they write into.
_OF_ONE = ("abs", "absolute", "exp", "isfinite", "isnan", "log", "negative", "sign", "sqrt",
           "square", "tanh")  # fmt: skip
_OF_TWO = ("add", "concatenate", "divide", "dot", "heaviside", "hypot", "matmul", "maximum",
           "minimum", "multiply", "outer", "power", "stack", "subtract")  # fmt: skip
_OF_THREE = ("clip", "mean", "sum")
MOST_GIVEN = {
    **dict.fromkeys(_OF_ONE, 1), **dict.fromkeys(_OF_TWO, 2), **dict.fromkeys(_OF_THREE, 3),
}  # fmt: skip
MOST_GIVEN_TO_METHODS = {"all": 1, "any": 1, "dot": 1, "max": 1, "mean": 2, "min": 1, "sum": 2}
# They give what can be gone through once, and knows how far it has come.
ITERATORS = frozenset({"enumerate", "reversed", "zip"})
USING_UP = frozenset({"all", "any", "list", "max", "min", "sum", "tuple"}) | ITERATORS
# As they were before a submission could put something in their place.
_BUILTIN = {name: getattr(builtins, name) for name in BUILTINS}
# Of a function's code; the last is there since Python 3.11.
_PARTS = (
    "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_argcount",
    "co_posonlyargcount", "co_kwonlyargcount", "co_exceptiontable",
)  # fmt: skip
PLAIN = (int, float, complex, bool, str, type(None))


class DoubtError(Exception):
    """Something is written otherwise than can be read here."""


def doubt_unless(holds: object) -> None:
    """Raise `DoubtError` unless something holds."""
    if not holds:
        raise DoubtError


class FunctionTexts:
    """The functions of a file, with their texts.

    Parameters
    ----------
    source : bytes
        The text of the file.
    names : dict
        The namespace of its module.
    """

    def __init__(self, source: bytes, names: dict[str, Any]) -> None:
        tree = ast.parse(source)
        self._definitions = {
            part.name: part for part in tree.body if isinstance(part, ast.FunctionDef)
        }
        self._classes = {part.name: part for part in tree.body if isinstance(part, ast.ClassDef)}
        # As a whole: how a function is compiled depends on what the module imports.
        self._codes = codes_in(compile(tree, "", "exec", dont_inherit=True))
        self._names = names
        self._pure: set[str] = set()  # and those that are being read

    def definition(self, function: Any) -> ast.FunctionDef:
        """Return the text of a function; doubt one that was made otherwise than from its text."""
        doubt_unless(type(function) is FunctionType)
        node = self._definitions.get(function.__name__)
        doubt_unless(node is not None and not node.decorator_list)
        assert node is not None  # noqa: S101  (for the type checker)
        self.is_as_written(function, self._codes[node.name])
        return node

    def is_as_written(self, function: Any, code: CodeType) -> None:
        """Doubt a function that is not what its text has been compiled to, or knows more."""
        doubt_unless(type(function) is FunctionType and not vars(function))
        doubt_unless(function.__globals__ is self._names and not function.__closure__)
        doubt_unless(not function.__kwdefaults__)
        doubt_unless(all(type(default) in PLAIN for default in function.__defaults__ or ()))
        doubt_unless(same_code(code, function.__code__))

    def class_text(self, value: type) -> tuple[ast.ClassDef, CodeType]:
        """Return the text of a class, and that compiled."""
        node = self._classes.get(value.__name__)
        doubt_unless(node is not None and self._names.get(node.name) is value)
        assert node is not None  # noqa: S101  (for the type checker)
        return node, self._codes[node.name]

    def is_own(self, name: str) -> bool:
        """Say whether a name is that of a function or class of the file."""
        return name in self._names and (name in self._definitions or name in self._classes)

    def value_of(self, node: ast.expr) -> Any:
        """Return what a name of the module, or of one that it has imported, stands for."""
        match node:
            case ast.Name(id=name):
                return self._names.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attr):
                module = self._names.get(name)
                return vars(module).get(attr) if type(module) is ModuleType else None
        return None

    def stored(self, node: ast.AST) -> set[str]:
        """Return the names that a function, or a part of it, assigns."""
        names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
        return {part.id for part in names if not isinstance(part.ctx, ast.Load)}

    def is_builtin(self, name: str) -> bool:
        """Say whether a name that a function does not assign is Python's own."""
        value = getattr(builtins, name, self)
        return name not in self._names and value is _BUILTIN.get(name, value) is not self

    def is_constant(self, name: str) -> None:
        """Doubt a name of the module that is no number or text."""
        if name in BUILTINS and self.is_builtin(name):
            return
        value = self._names.get(name, self)
        values = value if type(value) is tuple else (value,)
        doubt_unless(all(type(one) in PLAIN for one in values))

    def is_numpy(self, name: str) -> bool:
        """Say whether a name of the module is numpy itself, or `math`, whose functions are pure."""
        value = self._names.get(name, self)
        return value in (sys.modules.get("numpy"), sys.modules.get("math"))

    def numpy_name(self, node: ast.expr, local: Collection[str]) -> str | None:
        """Return what follows ``np.``; None where it is no name of numpy's."""
        words: list[str] = []
        while isinstance(node, ast.Attribute):
            words.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in local or not self.is_numpy(node.id):
            return None
        return ".".join(words)

    def may_call(self, call: ast.Call, local: Collection[str], builtin: frozenset[str]) -> None:
        """Doubt a call of what may remember something, or may change what it is given."""
        doubt_unless(all(word.arg not in (None, "out") for word in call.keywords))
        match call.func:
            case ast.Name(id=name):
                doubt_unless(name not in local)
                if not (name in builtin and self.is_builtin(name)):
                    self.is_pure(name)
            case ast.Attribute(attr=attribute):
                named = self.numpy_name(call.func, local)
                doubt_unless(attribute in METHODS if named is None else named in NUMPY)
                most = MOST_GIVEN_TO_METHODS if named is None else MOST_GIVEN
                doubt_unless(len(call.args) <= most.get(named or attribute, len(call.args)))
                doubt_unless(not any(isinstance(one, ast.Starred) for one in call.args))
            case _:
                raise DoubtError

    def is_pure(self, name: str) -> None:
        """Doubt a function of the submission that depends on more than its arguments."""
        if name in self._pure:
            return
        before = set(self._pure)
        self._pure.add(name)
        try:
            node = self.definition(self._names.get(name))
            _Pure(self, node).read()
        except BaseException:
            self._pure = before
            raise

    def has_been_found_pure(self, name: str) -> bool:
        """Say whether a function depends on its arguments alone."""
        try:
            self.is_pure(name)
        except DoubtError:
            return False
        return True

    def used_up_in(self, tree: ast.AST) -> set[ast.expr]:
        """Return what is gone through where it is made, so that nobody can go on with it later."""
        found: set[ast.expr] = set()
        for node in ast.walk(tree):
            match node:
                case ast.For(iter=over) | ast.comprehension(iter=over):
                    found.add(over)
                case ast.Call(func=ast.Name(id=name), args=given) if name in USING_UP:
                    if self.is_builtin(name):
                        found.update(given)
        return found


class _Pure:
    """The text of a function that should depend on its arguments alone."""

    def __init__(self, texts: FunctionTexts, node: ast.FunctionDef) -> None:
        arguments = node.args
        given = (*arguments.posonlyargs, *arguments.args)
        doubt_unless(not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs))
        self._texts = texts
        self._node = node
        self._local = texts.stored(node) | {argument.arg for argument in given}
        self._own = self._local - {argument.arg for argument in given} - self._shared(node)
        self._used_up = texts.used_up_in(node)

    def _shared(self, node: ast.AST) -> set[str]:
        """Return the names that may stand for what somebody else has."""
        shared = set()
        for part in ast.walk(node):
            match part:
                case ast.Assign(targets=targets, value=value) if not self._is_new(value):
                    shared |= set().union(*map(self._texts.stored, targets))
                case ast.AnnAssign(target=target, value=value) if not self._is_new(value):
                    shared |= self._texts.stored(target)
                case ast.For(target=target) | ast.comprehension(target=target):
                    shared |= self._texts.stored(target)
        return shared

    def _is_new(self, value: ast.expr | None) -> bool:
        if isinstance(value, ast.Tuple):
            return all(map(self._is_new, value.elts))
        if isinstance(value, ast.Call):
            named = self._texts.numpy_name(value.func, self._local)
            return named in MAKING or ast.unparse(value.func).endswith((".permutation", ".copy"))
        return isinstance(value, ast.BinOp | ast.Constant | ast.List | ast.ListComp | ast.Compare)

    def read(self) -> None:
        """Raise `DoubtError` unless it depends on its arguments alone, and leaves them alone."""
        for part in self._node.body:
            for node in ast.walk(part):
                if isinstance(node, ast.stmt):
                    doubt_unless(isinstance(node, STATEMENTS))
                elif isinstance(node, ast.expr):
                    doubt_unless(isinstance(node, EXPRESSIONS))
                self._look_at(node)

    def _look_at(self, node: ast.AST) -> None:  # noqa: C901  (a list of forms)
        doubt_unless(not is_iterator(node) or node in self._used_up)
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                doubt_unless(name in self._own)
            case ast.Subscript(value=value, ctx=ast.Store()):
                while isinstance(value, ast.Subscript):
                    value = value.value
                doubt_unless(isinstance(value, ast.Name) and value.id in self._own)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Name(ctx=ast.Del()):
                raise DoubtError
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in ON_ITS_OWN:
                changed = node.args[0] if attr == "shuffle" and node.args else value
                doubt_unless(isinstance(changed, ast.Name) and changed.id in self._own)
            case ast.Call(func=function):
                if not (isinstance(function, ast.Name) and self._is_an_error(function.id)):
                    self._texts.may_call(node, self._local, BUILTINS)
            case ast.Attribute():
                named_so = self._texts.numpy_name(node, self._local)
                known = READ | METHODS | ON_ITS_OWN if named_so is None else NUMPY
                doubt_unless(named_so in PARTS_OF_NUMPY or (named_so or node.attr) in known)
            case ast.Name(id=name, ctx=ast.Load()) if name not in self._local:
                if not (self._texts.is_numpy(name) or self._is_an_error(name)):
                    self._known(name)

    def _known(self, name: str) -> None:
        """Doubt a name of the module that is no constant, and no function that is pure itself."""
        try:
            self._texts.is_constant(name)
        except DoubtError:
            self._texts.is_pure(name)

    def _is_an_error(self, name: str) -> bool:
        value = vars(builtins).get(name)
        an_error = isinstance(value, type) and issubclass(value, Exception)
        return an_error and self._texts.is_builtin(name)


def direct_names(value: ast.expr) -> Iterator[str]:
    """Yield the names that stand in a value as they are, or as an array or a copy of them."""
    match value:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from direct_names(element)
        case ast.Call(func=ast.Attribute(value=of, attr="copy"), args=[]):
            yield from direct_names(of)
        case ast.Call(func=ast.Attribute(attr="array" | "asarray" | "copy"), args=[inner, *_]):
            yield from direct_names(inner)
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner]):
            yield from direct_names(inner)


def is_iterator(node: ast.AST) -> bool:
    """Say whether a value can be gone through only once."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in ITERATORS
        case _:
            return isinstance(node, ast.GeneratorExp)


def is_index(place: ast.expr, name: str) -> bool:
    """Say whether an index is a name, or the one before or after it."""
    return ast.unparse(place) in {name, f"{name} + 1", f"{name} - 1"}


def codes_in(code: CodeType) -> dict[str, CodeType]:
    """Return the functions and classes that stand in a text, by name; none that stands there twice.

    Of two with one name, one below an ``if`` as it may be, the text does not tell which is meant.
    """
    codes = [part for part in code.co_consts if isinstance(part, CodeType)]
    names = [part.co_name for part in codes]
    return {part.co_name: part for part in codes if names.count(part.co_name) == 1}


def same_code(one: CodeType, other: CodeType) -> bool:
    """Say whether two functions do the same."""
    if any(getattr(one, part, None) != getattr(other, part, None) for part in _PARTS):
        return False
    constants = one.co_consts, other.co_consts
    if (one.co_flags ^ other.co_flags) & ~FUTURES:
        return False
    return len(constants[0]) == len(constants[1]) and all(
        same_code(a, b)
        if isinstance(a, CodeType) and isinstance(b, CodeType)
        else (type(a), repr(a)) == (type(b), repr(b))
        for a, b in zip(*constants, strict=True)
    )
