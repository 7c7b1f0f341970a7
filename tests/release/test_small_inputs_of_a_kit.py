"""A kit has the small inputs, with what is right and what the known mistakes give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.authoring.release.recorded_small_inputs import (
    record_small_inputs,
    replayed_small_inputs,
)
from grader.checks.recording import Recording
from grader.checks.small_inputs import RightRefusal
from tests.courses import the_course

if TYPE_CHECKING:
    from types import ModuleType

FILES = ("warm_up/matrices.py", "neural_net/learn_random_data.py")


def test_a_kit_replays_what_the_course_computes() -> None:
    course = the_course().only(["0", "2"])
    recording = Recording()
    for exercise in course.exercises:
        record_small_inputs(recording, exercise)
    recording = Recording.from_bytes(recording.to_bytes())
    parts = [p for e in course.exercises for p in e.parts if p.file in FILES]
    for part in parts:
        replayed = {small.of: small for small in replayed_small_inputs(recording, part.file)}
        assert set(replayed) == {small.of for small in part.small_inputs}
        for small in part.small_inputs:
            own = replayed[small.of]
            assert (own.names, own.uses, own.parts) == (small.names, small.uses, small.parts)
            assert repr(own.calls()) == repr(small.calls())
            for number in range(1, len(small.calls()) + 1):
                nothing: ModuleType = np
                right = own.right(nothing, number)
                assert repr(right) == repr(_plain(small.right(part.reference, number)))


def test_a_kit_names_the_known_mistakes_on_them_and_works_an_entry_out() -> None:
    course = the_course().only(["2"])
    [part] = course.exercises[0].parts
    recording = Recording()
    record_small_inputs(recording, course.exercises[0])
    [own] = [s for s in replayed_small_inputs(recording, part.file) if s.of == "gradients"]
    right = own.right(np, 2)
    assert not isinstance(right, RightRefusal)
    half = recording.replay(f"{part.file}:factor_two_missing", *own.calls()[1])
    assert all(np.array_equal(2 * one, two) for one, two in zip(half, right, strict=True))
    lines = own.worked(2, "grad_w1", (0, 0))
    assert lines[-1].endswith(f"= {right[0].item():g}".replace("-", "−"))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
