"""Records the calls of a file's reference and of its known mistakes."""

from __future__ import annotations

__all__ = ["recorded_part"]

from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.checks import Misconception

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.checks.recording import Recording
    from grader.course import Part

    Functions = Mapping[str, Callable[..., Any]]


def recorded_part(recording: Recording, part: Part) -> Part:
    """Return a part that records all calls of its reference and its known mistakes."""
    return replace(
        part,
        reference=_Listened(part, recording),
        misconceptions=tuple(_heard(part, known, recording) for known in part.misconceptions),
    )


class _Listened(ModuleType):
    """A reference whose function calls are recorded; its constants cannot be read."""

    def __init__(self, part: Part, recording: Recording) -> None:
        super().__init__(part.reference.__name__)
        self.__dict__["recorded_part"] = (part, recording)

    def __getattr__(self, name: str) -> Any:
        part, recording = self.__dict__["recorded_part"]
        if name.startswith("__") or name.isupper():
            raise AttributeError(name)
        return recording.listening(f"{part.file}:{name}", getattr(part.reference, name))


def _heard(part: Part, known: Misconception, recording: Recording) -> Misconception:
    if "." in known.of or known.example is not None:
        return known  # it is recognised by a submission's values, which cannot be recorded
    told = {f.name: getattr(known, f.name) for f in fields(known)}
    return _Heard(**told, heard_as=f"{part.file}:{known.name}", recording=recording)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard(Misconception):
    """A known mistake whose answers are recorded."""

    heard_as: str
    recording: Recording

    def answer(
        self, arguments: Sequence[Any], right: Any = None, functions: Functions | None = None
    ) -> Any:
        """Return the answer; if it cannot be recorded, a kit does not name this mistake."""
        own = functions or {}

        def answer(*everything: Any) -> Any:
            # Not by `super()`: a dataclass with slots replaces the class.
            return Misconception.answer(self, everything[: len(arguments)], right, own)

        before = len(self.recording.missed)
        try:
            return self.recording.listening(self.heard_as, answer)(*arguments, *own.values())
        finally:
            del self.recording.missed[before:]
