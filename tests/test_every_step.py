"""Loops that make every step are told from all others by their text; a doubt costs no points."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from grader.runner.every_step import makes_every_step

if TYPE_CHECKING:
    from collections.abc import Callable

SOLUTIONS = Path(__file__).parents[1] / "solutions"
PLACES = {"gradient_descent": 2, "train": 5, "train_sgd": 5}
GRADIENT = ("gradient/gradient.py", "gradient/gradient_2.py")
TRAIN, SGD = "neural_net/learn_random_data.py", "beyond/stochastic_gradient.py"
# Right answers in the course: whether their text shows every step.
SHOWN = {
    ".": {*GRADIENT, TRAIN, SGD},
    "alternatives/classes": {*GRADIENT, TRAIN, SGD},
    "alternatives/einsum": {TRAIN},
    "alternatives/plain_python": {*GRADIENT, TRAIN},
}
# A training whose text shows every step; each line that is put in below makes it one that does not.
TEXT = """
import itertools
import time
import numpy as np

LIMIT = 1000
STATE = [0]

def kept(value, memory={}):
    memory[len(memory)] = value
    return value

def counted(value):
    STATE[0] += 1
    return value

def moved(w, state):
    state[0] = state[0] + 1
    return w

def gradients(x, y, w1, w2):
    hidden = np.maximum(x @ w1, 0)
    error = 2 * (hidden @ w2 - y)
    PUT_GRADIENTS
    return x.T @ ((error @ w2.T) * (hidden > 0)), hidden.T @ error

def loss_of(x, y, w1, w2):
    return float(np.sum((np.maximum(x @ w1, 0) @ w2 - y) ** 2))

def train(x, y, w1, w2, learning_rate, steps):
    losses = [loss_of(x, y, w1, w2)]
    PUT_BEFORE
    for step in RANGE:
        PUT_FIRST
        slope_1, slope_2 = gradients(x, y, w1, w2)
        w1, w2 = w1 - RATE * slope_1, w2 - RATE * slope_2
        losses.append(loss_of(x, y, w1, w2))
        PUT_LAST
    return w1, w2, RETURNED
PUT_BELOW
"""
ONE_LESS = "(learning_rate * len([a for a in zip(left, [1])]))"
NOTHING = {
    "PUT_GRADIENTS": "pass", "PUT_BEFORE": "", "RANGE": "range(steps)", "PUT_FIRST": "pass",
    "RATE": "learning_rate", "PUT_LAST": "pass", "RETURNED": "np.array(losses)", "PUT_BELOW": "",
}  # fmt: skip
STILL_SHOWN = {
    "from 1": {"RANGE": "range(1, steps + 1)"},
    "in place": {
        "PUT_BEFORE": "w1 = w1.copy()",
        "PUT_LAST": "w1 -= learning_rate * slope_1",
    },
    "a rate for all steps": {"PUT_BEFORE": "rate = 2 * learning_rate", "RATE": "rate"},
    "a tuple": {"RETURNED": "losses"},
}
DOUBTED: dict[str, dict[str, str]] = {
    # an end, or a cap
    "breaks": {"PUT_LAST": "if losses[-1] < 1e-3: break"},
    "breaks when the loss rises": {"PUT_LAST": "if losses[-1] > losses[-2]: break"},
    "breaks at a step": {"PUT_LAST": "if step == 5_000: break"},
    "breaks by the clock": {"PUT_LAST": "if time.time() > LIMIT: break"},
    "breaks on patience": {"PUT_LAST": "if len(losses) - int(np.argmin(losses)) > 2_000: break"},
    "returns": {"PUT_LAST": "if loss_of(x, y, w1, w2) == 0: return w1, w2, losses"},
    "raises": {"PUT_LAST": "assert step < 1_000"},
    "goes on": {"PUT_FIRST": "if step > 1_000: continue"},
    "a cap": {"RANGE": "range(min(steps, 1_000))"},
    "another cap": {"PUT_BEFORE": "steps = min(steps, 10_000)"},
    "a cap of numpy's": {"RANGE": "range(np.minimum(steps, 1_000))"},
    "a fixed number": {"RANGE": "range(1_000)"},
    "a cap by another name": {"PUT_BEFORE": "count = min(steps, 1_000)", "RANGE": "range(count)"},
    "cut": {"RANGE": "list(range(steps))[:1_000]"},
    "taken while": {"RANGE": "itertools.takewhile(lambda k: k < 1_000, range(steps))"},
    "own range": {"PUT_BELOW": "def range(n): return __builtins__.range(min(n, 1_000))"},
    "local range": {"PUT_BEFORE": "range = reversed"},
    "losses cut": {"RETURNED": "losses[:1_001]"},
    "room for some": {
        "PUT_BEFORE": "losses = np.zeros(1_001)",
        "PUT_LAST": "losses[step + 1] = 1.0",
    },
    # another step later
    "a rate that shrinks": {"PUT_LAST": "learning_rate = 0.9999 * learning_rate"},
    "a rate that is multiplied": {"PUT_LAST": "learning_rate *= 0.9999"},
    "a rate with a name": {
        "PUT_BEFORE": "rate = learning_rate",
        "RATE": "rate",
        "PUT_LAST": "rate *= 0.9999",
    },
    "a rate by the step": {"RATE": "(learning_rate / (1 + 1e-4 * step))"},
    "a rate by the losses": {"RATE": "(learning_rate / len(losses))"},
    "a rate by a counter": {
        "PUT_BEFORE": "count = 0",
        "PUT_LAST": "count = count + 1",
        "RATE": "(learning_rate * (5_000 - count > 0))",
    },
    "a counter in a list": {
        "PUT_BEFORE": "count = [0]",
        "PUT_FIRST": "count[0] += 1",
        "RATE": "(learning_rate * (5_000 - count[0] > 0))",
    },
    "a counter that is recorded": {
        "PUT_BEFORE": "ages = [0]",
        "PUT_LAST": "ages.append(ages[-1] + 1)",
        "RATE": "(learning_rate * (5_000 - ages[-1] > 0))",
    },
    "a counter by another name": {
        "PUT_BEFORE": "count = np.zeros(1)",
        "PUT_FIRST": "same = count; same += 1",
        "RATE": "(learning_rate * (5_000 - count > 0))",
    },
    "a mask of the loss": {"RATE": "(learning_rate * (losses[-1] > 1e-9))"},
    "a velocity": {
        "PUT_BEFORE": "velocity = 0.0",
        "PUT_FIRST": "velocity = 0.9 * velocity + 1.0",
        "RATE": "(learning_rate * velocity)",
    },
    "only some steps": {"RATE": "(learning_rate if step < 1_000 else 0)"},
    "both and": {"RATE": "(step < 1_000 and learning_rate)"},
    # what other functions remember
    "a global": {"PUT_FIRST": "counted(1)", "PUT_LAST": "w1 = counted(w1)"},
    "a default": {"PUT_LAST": "w1 = kept(w1)"},
    "an argument": {"PUT_BEFORE": "state = [0]", "PUT_LAST": "w1 = moved(w1, state)"},
    "an attribute": {"PUT_GRADIENTS": "gradients.calls = 1"},
    "said to be global": {"PUT_GRADIENTS": "global LIMIT; LIMIT = LIMIT - 1"},
    "read from a list": {"PUT_GRADIENTS": "error = error * STATE[0]"},
    "given back in place": {"PUT_GRADIENTS": "w1 *= 1.0"},
    "into what was given": {"PUT_GRADIENTS": "np.add(w1, 1, out=w1)"},
    "at random": {"PUT_LAST": "w1 = w1 * np.random.rand()"},
    "by the clock": {"PUT_GRADIENTS": "error = error * time.time()"},
    # by its first name, or by another one
    "a log by another name": {
        "PUT_BEFORE": "log = losses",
        "RATE": "(learning_rate * (5_000 - len(log) > 0))",
    },
    "a log with two names": {
        "PUT_BEFORE": "losses = log = [0]",
        "RATE": "(learning_rate * (5_000 - len(log) > 0))",
    },
    "a log in a tuple": {
        "PUT_BEFORE": "log = (losses, 1)",
        "RATE": "(learning_rate * (5_000 - len(log[0]) > 0))",
    },
    "a view of the losses": {
        "PUT_BEFORE": "losses = np.zeros(steps + 1); view = losses[:]",
        "PUT_LAST": "losses[step] = 1.0",
        "RATE": "(learning_rate * (5_000 - np.sum(view) > 0))",
    },
    # what can be gone through once
    "a generator": {"PUT_BEFORE": "left = (1 for _ in range(1_000))", "RATE": ONE_LESS},
    "pairs": {"PUT_BEFORE": "left = zip(range(1_000))", "RATE": ONE_LESS},
    "the other way round": {
        "PUT_BELOW": "def made(): return reversed(range(1_000))",
        "PUT_BEFORE": "left = made()",
        "RATE": ONE_LESS,
    },
    "a generator of the losses": {"PUT_BEFORE": "left = (a for a in losses)", "RATE": ONE_LESS},
    # into what was given, by its place
    **{
        f"written into by {call}": {
            "PUT_BEFORE": "age = np.zeros(1); one = np.ones((1, 1))",
            "PUT_FIRST": f"made = {call}",
            "RATE": "(learning_rate * (5_000 - age > 0))",
            "PUT_BELOW": "def more(given):\n    return np.add(given, 1, given)",
        }
        for call in (
            "np.add(age, 1, age)",
            "np.sqrt(age, age)",
            "(age + one).sum(0, None, age)",
            "np.add(*[age, 1, age])",
            "more(age)",
            "np.clip(age + 1, 0, 9_999, age)",
            "np.sum(age + one, 0, None, age)",
            "age.dot(one, age)",
        )
    },
    # not what the text says
    "decorated": {"PUT_BELOW": "import functools\ntrain = functools.lru_cache(train)"},
    "replaced": {"PUT_BELOW": "old = train\ndef train(*a): return old(*a[:5], min(a[5], 99))"},
    "another function": {"PUT_BELOW": "train = lambda x, y, w1, w2, rate, steps: (w1, w2, [])"},
    "one of two texts": {
        "PUT_BELOW": "old = train\nif True:\n    def train(*a):\n        return old(*a)"
    },
    "one of two texts of a helper": {
        "PUT_BELOW": "try:\n    def loss_of(*a): return len(STATE)\nfinally: pass"
    },
    "another code": {"PUT_BELOW": "train.__code__ = gradients.__code__"},
    "a helper replaced": {"PUT_BELOW": "gradients = lambda *a: (0.0, 0.0)"},
    "a helper that remembers": {
        "PUT_BELOW": "import functools\nloss_of = functools.lru_cache(loss_of)"
    },
}


def train_of(text: str) -> Callable[..., object]:
    module = ModuleType("written")
    exec(text, module.__dict__)  # noqa: S102  (our own text)
    train: Callable[..., object] = module.__dict__["train"]
    return train


def shows(text: str, name: str, place: int, path: str = "written.py") -> bool:
    module = ModuleType("written")
    exec(compile(text, path, "exec"), module.__dict__)  # noqa: S102  (our own text)
    return makes_every_step(getattr(module, name), path, place, text.encode())


def text_with(lines: dict[str, str]) -> str:
    text = TEXT
    for place, line in (NOTHING | lines).items():
        text = text.replace(place, line)
    return text


@pytest.mark.parametrize("way", SHOWN)
def test_right_answers_show_every_step(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for file in (*GRADIENT, TRAIN, SGD):
        path = SOLUTIONS / way / file
        if not path.is_file():
            continue
        [name] = [name for name in PLACES if f"def {name}(" in path.read_text()]
        monkeypatch.setitem(sys.modules, "written", ModuleType("written"))  # for dataclasses
        if shows(path.read_text(), name, PLACES[name], str(path)):
            found.add(file)
    assert found == SHOWN[way]


@pytest.mark.parametrize("lines", [{}, *STILL_SHOWN.values()], ids=["as it is", *STILL_SHOWN])
def test_a_plain_loop_shows_every_step(lines: dict[str, str]) -> None:
    assert shows(text_with(lines), "train", 5)


@pytest.mark.parametrize("lines", DOUBTED.values(), ids=DOUBTED)
def test_what_may_end_or_change_is_doubted(lines: dict[str, str]) -> None:
    assert not shows(text_with(lines), "train", 5)


@pytest.mark.parametrize("text", ["x = 1", "", "def train(a): return a", "def f(: ", "x = \0"])
def test_a_text_that_is_another_one_is_doubted(text: str) -> None:
    train = train_of(text_with({}))
    assert not makes_every_step(train, "written.py", 5, text.encode())


def test_a_built_in_function_that_was_replaced_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    train, text = train_of(text_with({})), text_with({}).encode()
    assert makes_every_step(train, "written.py", 5, text)
    monkeypatch.setattr(builtins, "float", lambda value: value)
    assert not makes_every_step(train, "written.py", 5, text)


def test_what_is_no_function_is_doubted() -> None:
    for value in (None, 3, len, print, ModuleType, pytest):
        assert not makes_every_step(value, "written.py", 5, text_with({}).encode())


def test_a_text_that_nobody_writes_is_doubted() -> None:
    train = train_of(text_with({}))
    for text in ("(" * 5_000 + ")" * 5_000, "x = " + "-" * 100_000 + "1", "#" * 300_000):
        assert not makes_every_step(train, "written.py", 5, text.encode())
    assert not makes_every_step(train, "no/such/file.py", 5)
