"""Loops written in classes are read where every step shows; whatever may end or change is not.

What is written out has to do what the class does: both are run, and compared.
"""

from __future__ import annotations

import ast
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.runner.every_step import makes_every_step
from grader.runner.pure_functions import FunctionTexts
from grader.runner.written_out import written_out
from tests.class_stoppers import NASTY
from tests.class_stoppers_more import MORE_NASTY
from tests.class_texts import READ

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS_AT = 5
STOPPERS = NASTY | MORE_NASTY


def module_of(text: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("written")
    monkeypatch.setitem(sys.modules, "written", module)  # for dataclasses
    exec(compile(text, "written.py", "exec"), module.__dict__)  # noqa: S102  (our own text)
    return module


def compiled(node: ast.FunctionDef, names: dict[str, Any]) -> Callable[..., Any]:
    """Make a function of what was written out; its variables have names that nobody can write."""
    tree = ast.fix_missing_locations(ast.Module(body=[node], type_ignores=[]))
    [code] = [c for c in compile(tree, "out.py", "exec").co_consts if hasattr(c, "co_code")]
    return FunctionType(code, names)


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_a_right_way_with_classes_shows_every_step(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(text, monkeypatch)
    assert makes_every_step(module.train, "written.py", STEPS_AT, text.encode())


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_what_is_written_out_does_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = module_of(text, monkeypatch)
    texts = FunctionTexts(text.encode(), vars(module))
    out = compiled(written_out(texts, texts.definition(module.train), STEPS_AT), vars(module))
    rng = np.random.default_rng(7)
    for steps in (0, 1, 5):
        given = [rng.normal(size=shape) for shape in ((6, 4), (6, 2), (4, 3), (3, 2))]
        right = module.train(*(array.copy() for array in given), 0.01, steps)
        came = out(*(array.copy() for array in given), 0.01, steps)
        assert len(np.asarray(right[2])) == steps + 1
        for one, other in zip(came, right, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("text", STOPPERS.values(), ids=STOPPERS)
def test_a_class_that_may_end_or_change_is_doubted(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(text, monkeypatch)
    assert not makes_every_step(module.train, "written.py", STEPS_AT, text.encode())
