"""What expressions stand for where objects take part; functions are put in place of calls."""

from __future__ import annotations

__all__ = ["Got", "Known", "PlainObject", "Slot", "Values", "name_of", "parameters"]

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.runner.plain_classes import PlainClass, plain_class
from grader.runner.pure_functions import DoubtError, doubt_unless

if TYPE_CHECKING:
    from grader.runner.pure_functions import FunctionTexts

MOST_STATEMENTS, MOST_CALLS, DEEPEST = 400, 100, 8


class PlainObject(NamedTuple):
    """An object of a plain class."""

    number: int
    kind: PlainClass


Slot = tuple[int, str]  # of which function or object, and the name
Known = str | PlainObject | list[PlainObject]  # a variable that holds it, or the object that it is
Got = ast.expr | PlainObject | list[PlainObject]


class Values:
    """What all names stand for, at one place of a function that is written out.

    Parameters
    ----------
    texts : FunctionTexts
        The file that it is written in.
    node : FunctionDef
        The text of the function.
    steps : int
        Which of its parameters is the number of steps, from 0.
    apart : set of Slot
        What needs a variable of its own.
    """

    def __init__(
        self, texts: FunctionTexts, node: ast.FunctionDef, steps: int, apart: set[Slot]
    ) -> None:
        given = parameters(node)
        doubt_unless(steps < len(given))
        self._steps = given[steps]
        stored = texts.stored(node)
        self.texts = texts
        self.node = node
        self.apart = apart
        self._fixed = set(given) - stored  # they keep their value throughout
        self._own = stored | set(given)
        self.locals = [self._own]  # of each function that is being written out
        self.frames = [0]
        self.slots: dict[Slot, Known] = {(0, name): name for name in given}
        self.out: list[ast.stmt] = []
        self.reads: list[set[str]] = []  # of the statements that wait for a call to be written out
        self.last = 0  # the number of the youngest function or object
        self.statements = 0
        self._kinds: dict[str, PlainClass] = {}
        self.repeated = 0  # inside how many comprehensions

    def body(self, node: ast.FunctionDef) -> Got:
        """Write the statements of a function, and return its value."""
        raise NotImplementedError

    def let(self, slot: Slot, got: Got) -> None:
        """Let a name stand for something from here on."""
        raise NotImplementedError

    def target(self, target: ast.expr) -> ast.expr:
        """Return what a statement assigns to, as a variable, or an element of one."""
        raise NotImplementedError

    # ------------------------------------------------------------------ values

    def plain(self, node: ast.expr) -> ast.expr:
        """Return an expression in which no object is left; doubt one that is an object."""
        return self.plainly(self.value(node))

    def plainly(self, got: Got) -> ast.expr:
        """Return what is no object; doubt one that is."""
        if not isinstance(got, ast.expr):
            raise DoubtError
        return got

    def value(self, node: ast.expr) -> Got:  # noqa: C901, PLR0912  (a list of forms)
        """Return what an expression stands for."""
        match node:
            case ast.Constant():
                return node
            case ast.Name(id=name):
                return self._read(name)
            case ast.Attribute(value=base, attr=name):
                of = self.value(base)
                if isinstance(of, PlainObject):
                    return self._attribute(of, name)
                return ast.Attribute(value=self.plainly(of), attr=name, ctx=ast.Load())
            case ast.Call():
                return self._call(node)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                found = [self.value(part) for part in parts]
                things = [one for one in found if isinstance(one, PlainObject)]
                if things and len(things) == len(found):
                    return things
                return type(node)(elts=[self.plainly(one) for one in found], ctx=ast.Load())
            case ast.Subscript(value=base, slice=place):
                of = self.value(base)
                if isinstance(of, list):
                    return _element(of, place)
                array, at = self.plainly(of), self.plain(place)
                return ast.Subscript(value=array, slice=at, ctx=ast.Load())
            case ast.Slice(lower=lower, upper=upper, step=step):
                ends = (None if end is None else self.plain(end) for end in (lower, upper, step))
                return ast.Slice(*ends)
            case ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(left=self.plain(left), op=op, right=self.plain(right))
            case ast.Starred(value=several):
                return ast.Starred(value=self.plain(several), ctx=ast.Load())
            case ast.UnaryOp(op=op, operand=of_it):
                return ast.UnaryOp(op=op, operand=self.plain(of_it))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                one, two = self.plain(left), self.plain(right)
                return ast.Compare(left=one, ops=[op], comparators=[two])
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node)
            case _:
                raise DoubtError

    def _read(self, name: str) -> Got:
        if name not in self.locals[-1]:
            doubt_unless(len(self.frames) == 1 or name not in self._own)
            return ast.Name(id=name, ctx=ast.Load())
        return self._known((self.frames[-1], name))

    def _known(self, slot: Slot) -> Got:
        known = self.slots.get(slot)
        if known is None:  # not assigned before, as far as the text tells
            raise DoubtError
        if not isinstance(known, str):
            return known
        self.reads[-1].add(known)
        return ast.Name(id=known, ctx=ast.Load())

    def _attribute(self, thing: PlainObject, name: str) -> Got:
        if thing.kind.ways.get(name) == "property":
            return self._called(
                thing.kind.methods[name],
                [thing],
                ast.Call(func=ast.Name(id=name), args=[], keywords=[]),
            )
        doubt_unless(name not in thing.kind.methods)
        return self._known((thing.number, name))

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> ast.expr:
        before = dict(self.slots)
        self.repeated += 1
        parts = []
        for part in node.generators:
            doubt_unless(not part.ifs and not part.is_async)
            over = self.plain(part.iter)
            doubt_unless(not any(isinstance(n, ast.Attribute) for n in ast.walk(part.target)))
            target = self.target(part.target)
            parts.append(ast.comprehension(target=target, iter=over, ifs=[], is_async=0))
        element = self.plain(node.elt)
        self.repeated -= 1
        self.slots = before
        return type(node)(elt=element, generators=parts)

    def new(self) -> int:
        """Return a number that nothing else has."""
        self.last += 1
        return self.last

    def is_fixed(self, got: Got) -> bool:
        """Say whether something is a parameter that keeps its value throughout."""
        return isinstance(got, ast.Name) and got.id in self._fixed

    # ------------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> Got:
        function = node.func
        if isinstance(function, ast.Attribute):
            of = self.value(function.value)
            if isinstance(of, PlainObject):
                return self._method(of, function.attr, node)
            base = self.plainly(of)
            return self._left(ast.Attribute(value=base, attr=function.attr, ctx=ast.Load()), node)
        if not isinstance(function, ast.Name):
            return self._method(self.thing(self.value(function)), "__call__", node)
        name = function.id
        if name in self.locals[-1]:
            return self._method(self.thing(self._read(name)), "__call__", node)
        doubt_unless(name not in self._own)
        value = self.texts.value_of(function)
        if isinstance(value, type) and self.texts.is_own(name):
            if name not in self._kinds:
                self._kinds[name] = plain_class(value, self.texts)
            return self._made(self._kinds[name], node)
        if name == "reversed" and self.texts.is_builtin(name) and len(node.args) == 1:
            over = self.value(node.args[0])
            if isinstance(over, list):
                return over[::-1]
        if self.texts.is_own(name) and not self._may_stay(name, value, node):
            return self._called(self.texts.definition(value), [], node)
        return self._left(ast.Name(id=name, ctx=ast.Load()), node)

    def _may_stay(self, name: str, value: Any, node: ast.Call) -> bool:
        """Say whether a function depends on its arguments alone, and makes none of the steps."""
        if not self.texts.has_been_found_pure(name):
            return False
        own = {word.id for word in _values(node) if isinstance(word, ast.Name)}
        given = {self.slots.get((self.frames[-1], word)) for word in own}
        text = ast.walk(self.texts.definition(value))
        return self._steps not in given or not any(isinstance(part, ast.For) for part in text)

    def thing(self, got: Got) -> PlainObject:
        """Return an object; doubt what is none."""
        if not isinstance(got, PlainObject):
            raise DoubtError
        return got

    def _left(self, function: ast.expr, node: ast.Call) -> ast.expr:
        """Return a call that is left as it is, to be read by others."""
        given = [self.plain(one) for one in node.args]
        named = [ast.keyword(arg=word.arg, value=self.plain(word.value)) for word in node.keywords]
        return ast.Call(func=function, args=given, keywords=named)

    def _method(self, thing: PlainObject, name: str, node: ast.Call) -> Got:
        method, way = thing.kind.methods.get(name), thing.kind.ways.get(name)
        if method is None:
            doubt_unless(name != "__call__")
            return self._method(self.thing(self._attribute(thing, name)), "__call__", node)
        doubt_unless(way != "property")
        return self._called(method, [] if way else [thing], node)

    def _made(self, kind: PlainClass, node: ast.Call) -> PlainObject:
        """Return a new object, with the attributes that it begins with."""
        thing = PlainObject(self.new(), kind)
        begin = kind.methods.get("__init__")
        if begin is not None:
            value = self._called(begin, [thing], node)
            doubt_unless(isinstance(value, ast.Constant) and value.value is None)
            return thing
        fields = kind.fields or []
        doubt_unless(len(node.args) + len(node.keywords) == len(fields))
        names = [*fields[: len(node.args)], *(word.arg for word in node.keywords)]
        doubt_unless(sorted(map(str, names)) == sorted(fields))
        for name, given in zip(names, _values(node), strict=True):
            self._give((thing.number, str(name)), given)
        return thing

    def _called(self, node: ast.FunctionDef, first: list[PlainObject], call: ast.Call) -> Got:
        """Write a function in place of its call, and return its value."""
        frame, names = self.new(), parameters(node)
        doubt_unless(len(self.frames) < DEEPEST and self.last <= MOST_CALLS)
        doubt_unless(not self.repeated)
        rest = names[len(first) :]
        doubt_unless(len(first) <= len(names) and len(call.args) <= len(rest))
        wanted = [*rest[: len(call.args)], *(str(word.arg) for word in call.keywords)]
        doubt_unless(len(set(wanted)) == len(wanted) and set(wanted) <= set(rest))
        for name, thing in zip(names, first, strict=False):
            self.slots[frame, name] = thing
        for name, given in zip(wanted, _values(call), strict=True):
            self._give((frame, name), given)
        defaults = dict(zip(reversed(names), reversed(node.args.defaults), strict=False))
        for name in rest:
            if name not in wanted:
                doubt_unless(isinstance(defaults.get(name), ast.Constant))
                self._give((frame, name), defaults[name])
        self.frames.append(frame)
        self.locals.append(self.texts.stored(node) | set(names))
        value = self.body(node)
        self.locals.pop()
        self.frames.pop()
        for slot in [slot for slot in self.slots if slot[0] == frame]:
            del self.slots[slot]
        return value

    def _give(self, slot: Slot, given: ast.expr) -> None:
        """Evaluate an argument, before the next one."""
        self.reads.append(set())
        self.let(slot, self.value(given))
        self.reads.pop()


def name_of(slot: Slot) -> str:
    """Return the variable that is made for a name, or for an attribute."""
    number, name = slot
    return f"{number}.{name}" if number else name


def parameters(node: ast.FunctionDef) -> list[str]:
    """Return the names of a function's parameters; doubt one that takes others, too."""
    arguments = node.args
    doubt_unless(not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs))
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args)]


def _values(call: ast.Call) -> list[ast.expr]:
    doubt_unless(not any(isinstance(one, ast.Starred) for one in call.args))
    doubt_unless(all(word.arg for word in call.keywords))
    return [*call.args, *(word.value for word in call.keywords)]


def _element(things: list[PlainObject], place: ast.expr) -> PlainObject | list[PlainObject]:
    """Return one of some objects, by a number in the text, or all the other way round."""
    if isinstance(place, ast.Slice):
        doubt_unless(ast.unparse(place) == "::-1")
        return things[::-1]
    try:
        at: Any = ast.literal_eval(place)
    except ValueError:
        raise DoubtError from None
    doubt_unless(type(at) is int and -len(things) <= at < len(things))
    return things[int(at)]
