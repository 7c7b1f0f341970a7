"""Writes a function out: methods in place of their calls, and attributes of objects as variables.

So a loop that is written in a class can be read as one that is not. It stands on four things:

- the classes do nothing but hold what is assigned to them (`plain_classes`);
- no statement is conditional, so that at each place it is known which object every name stands for;
- what is evaluated later than in Python is not changed in between;
- at the end of a loop's body every name stands for the object that it stood for at its beginning,
  or for one that has been made in its place.

An object's attribute has the name ``number.attribute``, and so has a variable of a function that is
written out in place of its call: no submission can write such a name. What cannot be written out is
doubted, and what has been written out is read as if the submission had written it so.
"""

from __future__ import annotations

__all__ = ["written_out"]

import ast
from typing import TYPE_CHECKING

from grader.runner.pure_functions import DoubtError, doubt_unless
from grader.runner.written_values import (
    MOST_STATEMENTS,
    Got,
    Known,
    PlainObject,
    Slot,
    Values,
    name_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.runner.pure_functions import FunctionTexts

MOST_TRIES = 30


class _AgainError(Exception):
    """A name needs a variable of its own from the beginning."""


def written_out(texts: FunctionTexts, node: ast.FunctionDef, steps: int) -> ast.FunctionDef:
    """Return a function in which no object takes part, and that does the same.

    Parameters
    ----------
    texts : FunctionTexts
        The file that it is written in.
    node : FunctionDef
        The text of the function.
    steps : int
        Which of its parameters is the number of steps, from 0.
    """
    apart: set[Slot] = set()
    for _ in range(MOST_TRIES):
        try:
            body = _Writer(texts, node, steps, apart).write()
        except _AgainError:
            continue
        return ast.FunctionDef(name=node.name, args=node.args, body=body, decorator_list=[])
    raise DoubtError


class _Writer(Values):
    """The statements of a function, and of those that it calls."""

    def write(self) -> list[ast.stmt]:
        """Return the statements."""
        value = self.body(self.node)
        return [*self.out, ast.Return(value=self.plainly(value))]

    # ------------------------------------------------------------------ statements

    def body(self, node: ast.FunctionDef) -> Got:
        """Write the statements of a function, and return its value."""
        *body, last = self._flat(node.body)
        for part in body:
            self._statement(part)
        if not isinstance(last, ast.Return):
            self._statement(last)
            return ast.Constant(value=None)
        self.reads.append(set())
        value = ast.Constant(value=None) if last.value is None else self.value(last.value)
        waiting = self.reads.pop()
        if self.reads:
            self.reads[-1] |= waiting
        return value

    def _flat(self, body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """Yield statements, those in ``with np.errstate(…)`` too."""
        for part in body:
            if isinstance(part, ast.With):
                for item in part.items:
                    call = item.context_expr
                    doubt_unless(isinstance(call, ast.Call) and item.optional_vars is None)
                    assert isinstance(call, ast.Call)  # noqa: S101  (for the type checker)
                    named = self.texts.numpy_name(call.func, self.locals[-1])
                    doubt_unless(named == "errstate" and not call.args)
                    doubt_unless(all(isinstance(w.value, ast.Constant) for w in call.keywords))
                yield from self._flat(part.body)
            else:
                yield part

    def _statement(self, part: ast.stmt) -> None:
        self.reads.append(set())
        match part:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.Expr(value=value):
                self._bare(value)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, self.value(value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], self.value(value))
            case ast.AugAssign(target=target, op=op, value=value):
                slot = self._slot_of(target)
                if self.slots.get(slot) != name_of(slot):
                    self._set_apart(slot)
                doubt_unless(not any(self.reads))  # nor what is known by another name
                self.reads[-1].add(name_of(slot))
                more = self.plain(value)
                self._emit(ast.AugAssign(target=self._stored(slot), op=op, value=more))
            case ast.For(orelse=[]):
                self._loop(part)
            case _:
                raise DoubtError
        self.reads.pop()

    def _emit(self, statement: ast.stmt) -> None:
        self.statements += 1
        doubt_unless(self.statements <= MOST_STATEMENTS and not self.repeated)
        self.out.append(statement)

    def _bare(self, value: ast.expr) -> None:
        match value:
            case ast.Call(func=ast.Attribute(value=base, attr="append"), args=[one], keywords=[]):
                target = self.value(base)
                if isinstance(target, ast.Name):
                    more = self.plain(one)
                    call = ast.Attribute(value=target, attr="append", ctx=ast.Load())
                    self._changes(target.id)
                    self._emit(ast.Expr(value=ast.Call(func=call, args=[more], keywords=[])))
                    return
                raise DoubtError
        got = self.value(value)
        if isinstance(got, ast.expr) and not isinstance(got, ast.Constant):  # it is to be read, too
            self._emit(ast.Assign(targets=[self._stored((self.new(), "left"))], value=got))

    def _assign(self, targets: Sequence[ast.expr], got: Got) -> None:
        if len(targets) == 1 and isinstance(targets[0], ast.Name | ast.Attribute):
            self.let(self._slot_of(targets[0]), got)
            return
        parts = got if isinstance(got, list) else getattr(got, "elts", [])
        known = [isinstance(one, PlainObject) or self.is_fixed(one) for one in parts]
        if len(targets) == 1 and parts and all(known):
            names = getattr(targets[0], "elts", [])
            doubt_unless(len(names) == len(parts))
            for name, one in zip(names, parts, strict=True):
                self.let(self._slot_of(name), one)
            return
        value = self.plainly(got)
        self._emit(ast.Assign(targets=[self.target(one) for one in targets], value=value))

    def let(self, slot: Slot, got: Got) -> None:
        """Let a name stand for something from here on."""
        known = self.slots.get(slot)
        doubt_unless(known is None or isinstance(known, str) == isinstance(got, ast.expr))
        if not isinstance(got, ast.expr):
            self.slots[slot] = got
        elif isinstance(got, ast.Name) and self.is_fixed(got) and slot not in self.apart:
            self.slots[slot] = got.id
        else:
            self._emit(ast.Assign(targets=[self._stored(slot)], value=got))

    def target(self, target: ast.expr) -> ast.expr:
        match target:
            case ast.Name() | ast.Attribute():
                return self._stored(self._slot_of(target))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return ast.Tuple(elts=[self.target(part) for part in parts], ctx=ast.Store())
            case ast.Subscript(value=base, slice=place):
                count = self.statements
                array, at = self.value(base), self.plain(place)
                doubt_unless(isinstance(array, ast.Name) and count == self.statements)
                assert isinstance(array, ast.Name)  # noqa: S101  (for the type checker)
                self._changes(array.id)
                return ast.Subscript(value=array, slice=at, ctx=ast.Store())
            case _:
                raise DoubtError

    def _slot_of(self, target: ast.expr) -> Slot:
        """Return what a statement assigns to."""
        match target:
            case ast.Name(id=name):
                return self.frames[-1], name
            case ast.Attribute(value=base, attr=name):
                count = self.statements
                thing = self.thing(self.value(base))
                doubt_unless(count == self.statements)
                doubt_unless(name not in thing.kind.methods and not name.startswith("__"))
                return thing.number, name
            case _:
                raise DoubtError

    def _stored(self, slot: Slot) -> ast.Name:
        """Let a name stand for the variable of its own, which is assigned here."""
        doubt_unless(isinstance(self.slots.get(slot, ""), str))
        self.slots[slot] = name = name_of(slot)
        self._changes(name)
        return ast.Name(id=name, ctx=ast.Store())

    def _changes(self, name: str) -> None:
        """Doubt a change of what a statement has read that goes on later."""
        doubt_unless(not any(name in waiting for waiting in self.reads[:-1]))

    def _set_apart(self, slot: Slot) -> None:
        doubt_unless(slot not in self.apart)
        self.apart.add(slot)
        raise _AgainError

    # ------------------------------------------------------------------ loops

    def _loop(self, part: ast.For) -> None:
        iterated = self.value(part.iter)
        self.reads[-1].clear()  # it is evaluated once, before the first time
        if isinstance(iterated, list):
            for thing in iterated:
                doubt_unless(isinstance(part.target, ast.Name))
                self.let(self._slot_of(part.target), thing)
                for inner in self._flat(part.body):
                    self._statement(inner)
            return
        over = self.plainly(iterated)
        before, youngest, outside = dict(self.slots), self.last, self.out
        self.out = []
        doubt_unless(not any(isinstance(n, ast.Attribute) for n in ast.walk(part.target)))
        target = self.target(part.target)
        for inner in self._flat(part.body):
            self._statement(inner)
        self._come_round(before, youngest)
        body, self.out = self.out, outside
        self._emit(ast.For(target=target, iter=over, body=body, orelse=[]))

    def _come_round(self, before: dict[Slot, Known], youngest: int) -> None:
        """Let every name stand for what it stood for at the beginning of a loop's body."""
        for slot, old in before.items():
            new = self.slots[slot]
            if (
                isinstance(old, PlainObject)
                and isinstance(new, PlainObject)
                and old.number != new.number
            ):
                doubt_unless(not _holders(old, self.slots))
                self._move(old, new, before, youngest)
                self.slots[slot] = old
            elif new != old:
                doubt_unless(isinstance(old, str) and isinstance(new, str))
                self._set_apart(slot)

    def _move(
        self, old: PlainObject, new: PlainObject, before: dict[Slot, Known], youngest: int
    ) -> None:
        """Give an object what another one has that was made in its place."""
        doubt_unless(old.kind is new.kind and new.number > youngest)
        doubt_unless(len(_holders(old, before)) == len(_holders(new, self.slots)) == 1)
        names = sorted(name for number, name in before if number == old.number)
        now = sorted(name for number, name in self.slots if number == new.number)
        doubt_unless(names == now)
        for name in names:
            slot = old.number, name
            had, has = before[slot], self.slots.pop((new.number, name))
            if had == has:
                continue
            if isinstance(had, PlainObject) and isinstance(has, PlainObject):
                doubt_unless(_holders(had, self.slots) in ([], [slot]))
                self.slots[new.number, name] = has  # where it is held
                self._move(had, has, before, youngest)
                del self.slots[new.number, name]
                self.slots[slot] = had
                continue
            doubt_unless(isinstance(had, str) and isinstance(has, str))
            if had != name_of(slot):
                self._set_apart(slot)
            value = ast.Name(id=str(has), ctx=ast.Load())
            self._emit(ast.Assign(targets=[self._stored(slot)], value=value))


def _holders(thing: PlainObject, slots: dict[Slot, Known]) -> list[Slot]:
    """Return what stands for an object, once for each time."""
    found = []
    for slot, known in slots.items():
        held = known if isinstance(known, list) else [known]
        found += [
            slot for one in held if isinstance(one, PlainObject) and one.number == thing.number
        ]
    return found
