"""The small inputs in a student's kit: their right answers and those of the known mistakes.

So a kit can call a function with any of them and say what is right, without the reference. Each
function has one entry in the recording; it is taken apart when the function is searched.
"""

from __future__ import annotations

__all__ = ["record_small_inputs", "replayed_small_inputs"]

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.explains import Asked
from grader.checks.recording import Recording, Unrecordable
from grader.checks.small_inputs import RightRefusal, SmallInputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from grader.checks import Misconception
    from grader.course import Exercise, Part

PREFIX = "small inputs of "
VALUE, REFUSAL, NOTHING = "value", "refusal", "nothing"


def record_small_inputs(recording: Recording, exercise: Exercise) -> None:
    """Record the small inputs of all functions of an exercise.

    A function whose right answers are not plain data, such as pictures, is left out.
    """
    for part in exercise.parts:
        for small in part.small_inputs:
            data = _data(part, small)
            if any(kind == VALUE for kind, _ in data["right"]):
                try:
                    recording.remember(f"{part.file}:{PREFIX}{small.of}", (), data)
                except Unrecordable:
                    continue


def _data(part: Part, small: SmallInputs) -> dict[str, Any]:
    calls = small.calls()
    right = [small.right(part.reference, number) for number in range(1, len(calls) + 1)]
    known = [m for m in part.misconceptions if m.of == small.of and m.example is None]
    return {
        "names": list(small.names),
        "uses": list(small.uses),
        "parts": list(small.parts),
        "calls": [list(call) for call in calls],
        "right": [_told(value) for value in right],
        "working": dict(_workings(small, right)),
        "wrong": {m.name: list(_answers(part, small, m, calls, right)) for m in known},
    }


def _told(right: Any) -> list[Any]:
    if right is None:
        return [NOTHING, None]
    if isinstance(right, RightRefusal):
        return [REFUSAL, right.exception]
    return [VALUE, right]


def _workings(small: SmallInputs, right: Sequence[Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the working of each entry of each answer, under its name."""
    for number, value in enumerate(right, 1):
        if small.by_hand is None or value is None or isinstance(value, RightRefusal):
            continue
        for part, array in small.named_parts(value):
            for at in np.ndindex(np.shape(array)):
                yield _key(number, part, at), list(small.worked(number, part, at))


def _key(number: int, part: str, at: Sequence[int]) -> str:
    return f"{number} {part} {' '.join(map(str, at))}"


def _answers(
    part: Part,
    small: SmallInputs,
    known: Misconception,
    calls: Sequence[Sequence[Any]],
    right: Sequence[Any],
) -> Iterator[list[Any]]:
    """Yield the answer of a known mistake for each input."""
    functions = {name: getattr(part.reference, name) for name in small.uses}
    for call, value in zip(calls, right, strict=True):
        usable = None if isinstance(value, RightRefusal) else value
        try:
            yield [VALUE, Asked(small.of, call, usable, functions).wrongly(known)]
        except Exception:  # noqa: BLE001  (it may fail on an input that it is not made for)
            yield [NOTHING, None]


# ---------------------------------------------------------------------------- in the kit


def replayed_small_inputs(recording: Recording, file: str) -> tuple[SmallInputs, ...]:
    """Return the small inputs of a file of a kit."""
    start = f"{file}:{PREFIX}"
    found = []
    for name in sorted(name for name in recording.names if name.startswith(start)):
        data = recording.replay(name)
        forms = (dict.fromkeys(data["names"], ""),)
        more = tuple(data["uses"]), tuple(data["parts"])
        of = name.removeprefix(start)
        found.append(
            _ReplayedInputs(of, forms, None, *more, data=data, recording=recording, file=file)
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _ReplayedInputs(SmallInputs):
    """Small inputs whose answers are replayed."""

    data: Mapping[str, Any] = field(default_factory=dict)
    recording: Recording = field(default_factory=Recording)
    file: str = ""
    taken_apart: list[bool] = field(default_factory=list)

    def calls(self) -> tuple[tuple[Any, ...], ...]:
        """Return the arguments of each call; the caller may change them."""
        return tuple(map(tuple, copy.deepcopy(self.data["calls"])))

    def right(self, reference: ModuleType, number: int) -> Any:
        """Return the recorded right answer, a `RightRefusal` or None."""
        del reference
        self._take_apart()
        kind, value = self.data["right"][number - 1]
        if kind == REFUSAL:
            return RightRefusal(value)
        return copy.deepcopy(value)

    def worked(self, number: int, part: str, at: Sequence[int]) -> tuple[str, ...]:
        """Return the recorded working of an entry."""
        return tuple(self.data["working"].get(_key(number, part, at), ()))

    def _take_apart(self) -> None:
        """Let the known mistakes of the kit find their answers for these inputs."""
        if self.taken_apart:
            return
        self.taken_apart.append(True)
        functions = [self.recording.function(f"{self.file}:{name}") for name in self.uses]
        for mistake, answers in self.data["wrong"].items():
            for call, (kind, value) in zip(self.calls(), answers, strict=True):
                if kind == VALUE:
                    name = f"{self.file}:{mistake}"
                    self.recording.remember(name, (*call, *functions), value)
