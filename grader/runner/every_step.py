"""Says whether the text of a loop shows that it makes every step it is asked for, each one alike.

A loop that ends by itself is seen by nothing but a run that is longer than its author waits for.
Most loops are written so that they cannot end: ``for … in range(steps)``, in a function without any
condition, whose steps hand on nothing but the weights. Where that can be read, no long run is
needed. What is not on the lists below is doubted, and a doubt costs nothing but the long runs.

So that no step can know how many were made before it,

- the number of steps and the learning rate, two of the parameters, are never assigned;
- the loop's own variable only says which element of a list or array is written, or read;
- what a step leaves to the next one is returned, or recorded, where it is judged by its values;
- functions that are called depend on their arguments alone.

Where objects take part, or functions that make some, it is read what `written_out` makes of it.
"""

from __future__ import annotations

__all__ = ["makes_every_step"]

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.runner.pure_functions import (
    BUILTINS,
    READ,
    DoubtError,
    FunctionTexts,
    direct_names,
    doubt_unless,
    is_index,
    is_iterator,
)
from grader.runner.written_out import written_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 200_000
# How an array, or a list, of as many elements as there are steps is made.
SIZED = frozenset({"empty", "zeros", "ones", "full"})
# They could make a number of steps smaller; functions that are called may have them.
OF_A_LOOP = BUILTINS - {"min", "max", "any", "all", "bool", "hasattr", "isinstance"}


def makes_every_step(function: Any, path: str, place: int, source: bytes | None = None) -> bool:
    """Say whether the text of a function shows that it makes every step, each like the one before.

    Parameters
    ----------
    function : object
        What the submission calls by this name.
    path : str
        The file in which it is written.
    place : int
        Which of its parameters is the number of steps, from 0; the one before is the learning rate.
    source : bytes, optional
        The file's text, if it has been read.

    Returns
    -------
    bool
        False where there is any doubt.
    """
    try:
        text = Path(path).read_bytes() if source is None else source
        doubt_unless(len(text) <= MOST_BYTES)
        texts = FunctionTexts(text, function.__globals__)
        node = texts.definition(function)
        try:
            _Loop(texts, node, place).read()
        except DoubtError:
            _Loop(texts, written_out(texts, node, place), place).read()
    except (DoubtError, OSError, SyntaxError, ValueError, KeyError, AttributeError):
        return False
    except (RecursionError, MemoryError):  # a text that nobody writes by hand
        return False
    return True


class _Loop:
    """The text of a function with one loop over its steps."""

    def __init__(self, texts: FunctionTexts, node: ast.FunctionDef, place: int) -> None:
        given = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        doubt_unless(0 < place < len(given))
        doubt_unless(not (node.args.vararg or node.args.kwarg or node.args.kwonlyargs))
        self._texts = texts
        self._node = node
        self._steps, rate = given[place], given[place - 1]
        stored = texts.stored(node)
        doubt_unless(self._steps not in stored and rate not in stored)
        self._local = stored | set(given)
        self._variable = ""  # the loop's own
        self._inside: set[str] = set()  # what the loop assigns
        self._containers: set[str] = set()  # what it writes into, or appends to
        self._read: set[str] = set()  # those of them that it reads
        self._now: set[str] = set()  # what is assigned so far in one step
        self._carried: set[str] = set()  # what a step takes over from the one before
        self._shown: set[str] = set()  # what is returned, or recorded
        self._used_up = texts.used_up_in(node)
        self._begins = True  # before the loop

    def read(self) -> None:
        """Raise `DoubtError` unless each step is made, and is like the one before."""
        statements = list(self._flat(self._node.body))
        at = [k for k, part in enumerate(statements) if isinstance(part, ast.For)]
        doubt_unless(len(at) == 1 and isinstance(statements[-1], ast.Return))
        loop = statements[at[0]]
        assert isinstance(loop, ast.For)  # noqa: S101  (for the type checker)
        self._counts_to_the_end(loop)
        self._inside = self._texts.stored(loop) - {self._variable}
        self._containers = set(_containers(loop.body))
        doubt_unless(not self._containers & self._inside)
        before, after = statements[: at[0]], statements[at[0] + 1 : -1]
        for part in before:
            self._outside(part, before=True)
        self._begins = False
        for part in loop.body:
            self._step(part)
        for part in after:
            self._outside(part, before=False)
        end = statements[-1]
        assert isinstance(end, ast.Return)  # noqa: S101  (for the type checker)
        assert end.value is not None  # noqa: S101  (for the type checker)
        self._value(end.value, anything=True)
        returned = set(direct_names(end.value))
        self._shown |= returned
        doubt_unless(self._carried <= self._shown and self._read <= returned)

    def _flat(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield statements, those in ``with np.errstate(…)`` too."""
        for part in body:
            if isinstance(part, ast.With):
                for item in part.items:
                    call = item.context_expr
                    doubt_unless(item.optional_vars is None)
                    if not isinstance(call, ast.Call):
                        raise DoubtError
                    doubt_unless(self._texts.numpy_name(call.func, self._local) == "errstate")
                yield from self._flat(part.body)
            else:
                yield part

    def _counts_to_the_end(self, loop: ast.For) -> None:
        """Doubt what is not ``range(steps)``, ``range(0, steps)`` or ``range(1, steps + 1)``."""
        doubt_unless(isinstance(loop.target, ast.Name) and not loop.orelse)
        assert isinstance(loop.target, ast.Name)  # noqa: S101  (for the type checker)
        self._variable = loop.target.id
        if not (isinstance(loop.iter, ast.Call) and isinstance(loop.iter.func, ast.Name)):
            raise DoubtError
        doubt_unless(loop.iter.func.id == "range" and "range" not in self._local)
        doubt_unless(self._texts.is_builtin("range") and not loop.iter.keywords)
        ends, steps = list(map(ast.unparse, loop.iter.args)), self._steps
        doubt_unless(ends in ([steps], ["0", steps], ["1", steps + " + 1"]))

    # ------------------------------------------------------------------ before and after the loop

    def _outside(self, part: ast.stmt, *, before: bool) -> None:
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
            return  # the docstring
        if isinstance(part, ast.Expr):
            self._append(part.value)
            return
        doubt_unless(isinstance(part, ast.Assign | ast.AnnAssign) and part.value is not None)
        assert isinstance(part, ast.Assign | ast.AnnAssign)  # noqa: S101  (for the type checker)
        assert part.value is not None  # noqa: S101  (for the type checker)
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        doubt_unless(len(targets) == 1 or not before or not names & self._containers)
        for target in targets:
            if isinstance(target, ast.Subscript):
                doubt_unless(isinstance(target.value, ast.Name))
                doubt_unless(is_index(target.slice, self._steps) or _is_first(target.slice))
            elif before and isinstance(target, ast.Name) and target.id in self._containers:
                doubt_unless(self._has_room(part.value))
                return
            else:
                doubt_unless({*_targets(target)} <= self._local)
                doubt_unless(not before or not {*_targets(target)} & self._containers)
        self._value(part.value, anything=True)

    def _has_room(self, made: ast.expr) -> bool:
        """Say whether a list is made to be appended to, or with an element for each step."""
        sizes = {self._steps, f"{self._steps} + 1", f"1 + {self._steps}"}
        if isinstance(made, ast.List):
            for element in made.elts:
                self._value(element, anything=True)
            return True
        if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Mult):
            return isinstance(made.left, ast.List) and ast.unparse(made.right).strip("()") in sizes
        if not isinstance(made, ast.Call) or not made.args:
            return isinstance(made, ast.Call) and ast.unparse(made) == "list()"
        first = made.args[0]
        size = first.elts[0] if isinstance(first, ast.Tuple) and first.elts else first
        named = self._texts.numpy_name(made.func, self._local)
        return named in SIZED and ast.unparse(size) in sizes

    # ------------------------------------------------------------------ a step

    def _step(self, part: ast.stmt) -> None:
        match part:
            case ast.Assign(targets=targets, value=value):
                self._value(value)
                for target in targets:
                    self._store(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._value(value)
                self._store(target, value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                # An array is changed in place: one that a step has just made may be another's.
                doubt_unless(name in self._inside)
                doubt_unless(name in self._carried or name not in self._now)
                self._carried.add(name)
                self._value(value)
            case ast.Expr(value=value):
                self._append(value)
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                self._value(iterated)
                self._store(target, iterated)
                for inner in body:
                    self._step(inner)
            case ast.Pass():
                pass
            case _:
                raise DoubtError

    def _store(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._now.add(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self._store(element, value)
            case ast.Subscript(value=ast.Name(id=name), slice=place):
                doubt_unless(name in self._containers and is_index(place, self._variable))
                self._shown |= set(direct_names(value))
            case _:
                raise DoubtError

    def _append(self, call: ast.expr) -> None:
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                args=[value],
                keywords=[],
            ):
                doubt_unless(name in self._containers)
                self._value(value)
                self._shown |= set(direct_names(value))
            case _:
                raise DoubtError

    # ------------------------------------------------------------------ a value

    def _value(self, node: ast.expr, *, anything: bool = False) -> None:  # noqa: C901, PLR0912  (a list of forms)
        """Doubt a value that may depend on more than the weights; outside, on more than `steps`."""
        doubt_unless(not is_iterator(node) or node in self._used_up)
        match node:
            case ast.Constant():
                pass
            case ast.Name(id=name):
                self._name(name, anything=anything)
            case ast.Subscript(value=ast.Name(id=name), slice=place) if name in self._containers:
                doubt_unless(not self._begins)
                doubt_unless(is_index(place, self._variable) or _is_last(place) or anything)
                self._read.add(name)
            case ast.Compare(left=left, ops=[_], comparators=[ast.Constant(value=0)]):
                self._value(left, anything=anything)
            case ast.Call(func=function, args=arguments, keywords=named):
                self._texts.may_call(node, self._local, OF_A_LOOP)
                if isinstance(function, ast.Attribute):
                    self._method_of(function, anything=anything)
                for argument in (*arguments, *(word.value for word in named)):
                    self._value(argument, anything=anything)
            case ast.Attribute():
                if self._texts.numpy_name(node, self._local) is None:
                    doubt_unless(node.attr in READ)
                    self._value(node.value, anything=anything)
            case (
                ast.ListComp(elt=element, generators=parts)
                | ast.GeneratorExp(elt=element, generators=parts)
            ):
                before = set(self._now)
                for part in parts:
                    doubt_unless(not part.ifs and not part.is_async)
                    self._value(part.iter, anything=anything)
                    self._store(part.target, part.iter)
                self._value(element, anything=anything)
                self._now = before
            case ast.Slice(lower=None, upper=None, step=None):
                pass
            case ast.Slice():
                doubt_unless(not anything)  # outside, it may leave elements out
                self._parts(node, anything=False)
            case ast.BinOp() | ast.UnaryOp() | ast.Tuple() | ast.List() | ast.Starred():
                self._parts(node, anything=anything)
            case ast.Subscript():
                self._parts(node, anything=anything)
            case _:
                raise DoubtError

    def _parts(self, node: ast.expr, *, anything: bool) -> None:
        doubt_unless(not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)))
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                self._value(part, anything=anything)

    def _method_of(self, function: ast.Attribute, *, anything: bool) -> None:
        if self._texts.numpy_name(function, self._local) is None:
            self._value(function.value, anything=anything)

    def _name(self, name: str, *, anything: bool) -> None:
        if name not in self._local:
            self._texts.is_constant(name)
            return
        if anything:  # before the loop, or after it: no element can be left out here
            doubt_unless(name != self._variable)
            doubt_unless(not self._begins or name not in self._containers)  # by no other name
            return
        doubt_unless(name not in {self._variable, self._steps} and name not in self._containers)
        if name in self._inside and name not in self._now:
            self._carried.add(name)


def _containers(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names of what is written into, element by element, or appended to."""
    for part in body:
        for node in ast.walk(part):
            match node:
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                    yield name
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
                    yield name


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)
        case _:
            raise DoubtError


def _is_first(place: ast.expr) -> bool:
    return ast.unparse(place) in {"0", "(0, :)", "0, :"}


def _is_last(place: ast.expr) -> bool:
    return ast.unparse(place) == "-1"
