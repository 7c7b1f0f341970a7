"""A session without a runner, for code that is trusted: the course's own."""

from __future__ import annotations

__all__ = ["Direct", "FromModule"]

import contextlib
import copy
import functools
import importlib
import io
import sys
import tomllib
import types
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.course import is_data
from grader.errors import Crashed, Failed
from grader.results import Usage
from grader.runner.every_step import makes_every_step
from grader.runner.graphs import plain_graph
from grader.runner.load import replaced
from grader.submission import Returned, Session
from grader.wire import Handle, Rng, WireError, decode, encode
from grader.wire.records import plain_constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.sandbox.launcher import Launcher, RunnerSpec


@dataclass(frozen=True, slots=True)
class FromModule:
    """A value that depends on the module that gets it."""

    make: Callable[[types.ModuleType], Any]

    def __call__(self, module: types.ModuleType) -> Any:
        """Return the value for a module."""
        return self.make(module)


class Direct(Session):
    """Calls functions in this process; a check sees the same values as over the wire.

    Parameters
    ----------
    launcher, spec, seed
        As for `Session`; nothing is launched.
    patches : mapping
        Names that replace those of a file after it was loaded: ``{file: {name: value}}``. A
        `FromModule` is called with the module and returns the value.
    dtype : type, optional
        The precision in which arrays of floats are passed; by default unchanged.

    Attributes
    ----------
    asked : set of str
        The functions and constants that were used since the set was last cleared, including those
        that made a held object which was used since then.
    """

    def __init__(
        self,
        launcher: Launcher,
        spec: RunnerSpec,
        *,
        seed: int = 0,
        patches: Mapping[str, Mapping[str, Any]] | None = None,
        dtype: type[np.floating[Any]] | None = None,
    ) -> None:
        super().__init__(launcher, spec, seed=seed)
        self._files = spec.files
        self._folder = spec.folder
        self._stubs = spec.stubs
        self._patches = patches or {}
        self._dtype = dtype
        self._modules: dict[str, types.ModuleType] = {}
        self._held: list[Any] = []
        self._made_by: list[set[str]] = []
        self.asked: set[str] = set()
        self.memory = _Kept(self.asked)

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
        instead: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Returned:
        """Call a function here; exceptions are described as a runner would describe them."""
        del seconds
        self.asked.add(name)
        given = [self._own(argument) for argument in arguments]
        before = copy.deepcopy(given) if want_arguments else []
        with _as_a_submission():
            function = self._get(file, name)
            with replaced(self._module(file), instead or {}):
                value = function(*given)
        if not want_arguments:
            return Returned(_sent(value), [])
        # Unchanged arguments come back in the check's own precision, as if none was set.
        kept = [
            None if callable(now) or isinstance(asked, Rng) else asked if _same(now, then) else now
            for asked, then, now in zip(arguments, before, given, strict=True)
        ]
        return Returned(_sent(value), _sent(kept))

    def calls(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call a function several times, each time as `call` does."""
        return [self.call(file, name, arguments).value for arguments in calls]

    def each(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> Iterator[Any]:
        """Call a function several times, as `Session.each` does."""
        return (self.call(file, name, arguments).value for arguments in calls)

    def several(
        self,
        file: str,
        name: str,
        calls: Sequence[Sequence[Any]],
        *,
        instead: Mapping[str, Callable[..., Any]] | None = None,
    ) -> list[Any]:
        """Call a function several times; read its results after the last call."""
        self.asked.add(name)
        given = [[self._own(argument) for argument in call] for call in calls]
        with _as_a_submission():
            function = self._get(file, name)
            with replaced(self._module(file), instead or {}):
                values = [function(*arguments) for arguments in given]
        return [_sent(value) for value in values]

    def make(
        self, file: str, name: str, arguments: Sequence[Any], *, seconds: float | None = None
    ) -> Any:
        """Call a function and hold its result; its arguments may have changed since."""
        del seconds
        self.asked.add(name)
        given = [self._own(argument) for argument in arguments]
        with _as_a_submission():
            value = self._get(file, name)(*given)
        handles = [argument for argument in arguments if isinstance(argument, Handle)]
        for handle in handles:
            self._made_by[handle.number].add(name)
        return self._kept(value, {name}.union(*(self._made_by[h.number] for h in handles)))

    def use(
        self,
        file: str,
        tool: str,
        arguments: Sequence[Any],
        *,
        doing: str,
        seconds: float | None = None,
    ) -> Any:
        """Call one of the runner's own functions."""
        del doing, seconds
        self._module(file)
        module, _, name = tool.partition(".")
        given = [self._own(argument) for argument in arguments]
        with _as_a_submission():
            found = importlib.import_module(f"grader.runner.tools.{module}")
            value = getattr(found, name)(*given)
        return self._kept(value, set())

    def holds(self, handle: Handle) -> bool:
        """Return True: objects here live as long as the session."""
        return handle.number < len(self._held)

    def get(self, file: str, name: str, steps_at: int | None = None) -> Any:
        """Return a constant; or whether the text of a function shows that it makes every step."""
        self.asked.add(name)
        value = self._get(file, name)
        if steps_at is not None:
            return makes_every_step(value, file, steps_at, self._files[file])
        return _sent(plain_constant(value))

    def take_printed(self) -> str:
        """Return an empty text: the output of trusted code does not matter."""
        return ""

    def close(self) -> Usage:
        """Forget the modules and the held objects."""
        self._modules.clear()
        self._held.clear()
        self._made_by.clear()
        return Usage()

    def _own(self, argument: Any) -> Any:
        if isinstance(argument, Rng):
            return argument.generator()
        if isinstance(argument, Handle):
            self.asked |= self._made_by[argument.number]
            return self._held[argument.number]
        if self._dtype and isinstance(argument, np.ndarray) and argument.dtype.kind == "f":
            return argument.astype(self._dtype)
        return copy.deepcopy(argument)

    def _kept(self, value: Any, made_by: set[str]) -> Any:
        """Return a value as received over the wire, with a `Handle` unless it is plain data."""

        def hold(value: Any) -> int:
            for number, held in enumerate(self._held):
                if held is value:
                    return number
            self._held.append(value)
            self._made_by.append(set(made_by))
            return len(self._held) - 1

        with _as_a_submission():
            try:
                tree, buffers = encode(plain_graph(value), hold=hold)
                return decode(tree, buffers, recall=functools.partial(Handle, runner=0))
            except WireError as error:
                raise Failed(f"What it gave {error}.") from None

    def _get(self, file: str, name: str) -> Any:
        module = self._module(file)
        if not hasattr(module, name):
            raise Failed(f"`{name}` is not defined in {file}.")
        return getattr(module, name)

    def _module(self, file: str) -> types.ModuleType:
        if file not in self._files:
            raise Failed(f"The file {file} is missing from what was handed in.")
        if file not in self._modules:
            module = types.ModuleType(Path(file).stem)
            self._modules[file] = module
            if is_data(file):
                vars(module).update(tomllib.loads(self._files[file].decode()))
            else:
                code = _compiled(self._files[file], file)
                with _as_a_submission(), self._importable(file):
                    exec(code, module.__dict__)  # noqa: S102
            for name, value in self._patches.get(file, {}).items():
                setattr(module, name, value(module) if isinstance(value, FromModule) else value)
        return self._modules[file]

    @contextlib.contextmanager
    def _importable(self, file: str) -> Iterator[None]:
        """Let a file import the submission's other files by name while the context lasts."""
        beside = {
            Path(name).stem: name
            for name in self._files
            if name != file and name.endswith(".py") and Path(name).parent == Path(file).parent
        }
        text = self._files[file].decode()
        added = {stem: self._module(name) for stem, name in beside.items() if stem in text}
        kept = {stem: sys.modules.get(stem) for stem in added}
        sys.modules.update(added)
        try:
            yield
        finally:
            for stem, module in kept.items():
                sys.modules.pop(stem)
                if module is not None:
                    sys.modules[stem] = module


@functools.lru_cache(maxsize=256)
def _compiled(content: bytes, file: str) -> types.CodeType:
    """Return the code of a file: most submissions of an audit have all but one file in common."""
    # Not with this module's `from __future__ import annotations`.
    return compile(content, file, "exec", dont_inherit=True)


@contextlib.contextmanager
def _as_a_submission() -> Iterator[None]:
    """Turn every exception into the error that the judge would get."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    except (Failed, Crashed):
        raise
    except NotImplementedError as error:
        raise Failed(str(error)) from None
    except Exception as error:  # noqa: BLE001  (a wrong version may raise anything)
        name = type(error).__name__
        bases = tuple(base.__name__ for base in type(error).__mro__[1:-1])
        raise Crashed(f"It raised {name}: {error}", exception=name, bases=bases) from None


def _same(one: Any, two: Any) -> bool:
    return bool(np.array_equal(one, two, equal_nan=True)) if isinstance(one, np.ndarray) else True


def _sent(value: Any) -> Any:
    """Return a value as it would come over the wire.

    Raises
    ------
    Failed
        If it cannot be sent, or never ends.
    """
    with _as_a_submission():
        try:
            return decode(*encode(plain_graph(value)))
        except WireError as error:
            raise Failed(f"What it gave {error}.") from None


class _Kept(dict[Any, Any]):
    """What checks keep for later ones; whoever reads what was kept of a name has asked for it."""

    def __init__(self, asked: set[str]) -> None:
        super().__init__()
        self._asked = asked

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):  # a file, how it was asked, and a name
            self._asked.add(key[-1])
        return super().__getitem__(key)
