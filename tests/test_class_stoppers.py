"""Trainings in classes that end by themselves fail with their mistake named, as others do."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.audit.in_process import Subject, run_exercise
from grader.course import check_id
from tests.sharing import from_scripts

ROOT = Path(__file__).parents[1]
AUDIT = from_scripts("audit_verdicts")
FILE = "neural_net/learn_random_data.py"
CLASSES = ROOT / "solutions" / "alternatives" / "classes" / FILE
TRAINER = """
class Trainer:
    def __init__(self, net, x, y, rate):
        self.net, self.x, self.y, self.rate = net, x, y, rate
        self.losses = [self.loss()]

    def loss(self):
        return squared_error(self.net.propagate(self.x), self.y)

    def step(self):
        self.net.step(self.y, self.rate)
        self.losses.append(self.loss())

    def run(self, steps):
        for k in range(steps):
            self.step()
            END
    MORE


def train(x, y, w1, w2, learning_rate, steps):
    with np.errstate(all="ignore"):
        net = Network(w1, w2)
        trainer = Trainer(net, x, y, learning_rate)
        RUN
    return net.first.weights, net.second.weights, np.array(trainer.losses)
BELOW
"""
PLACES = {"END": "pass", "MORE": "", "RUN": "trainer.run(steps)", "BELOW": ""}
COUNTED = """
    made = 0

    def __setattr__(self, name, value):
        if name == "losses" or not self.made > 2_000:
            object.__setattr__(self, name, value)
"""
DECORATED = """
class Limited:
    def __init__(self, function):
        self.function, self.called = function, 0

    def __get__(self, one, kind):
        return lambda: self(one)

    def __call__(self, one):
        if len(one.losses) < 1_200:
            self.function(one)

Trainer.step = Limited(Trainer.step)
"""
INHERITED = """
class Base:
    patience = 1_500

    def is_done(self):
        return len(self.losses) - int(np.argmin(self.losses)) > self.patience

class Trainer(Base, Trainer):
    pass
"""
ENDS: dict[str, dict[str, str]] = {
    "the loss is small": {"END": "if self.losses[-1] < 1e-3: break"},
    "the loss is 0": {"END": "if self.losses[-1] == 0: break"},
    "the loss hardly falls": {"END": "if self.losses[-2] - self.losses[-1] < 1e-9: break"},
    "the loss is not finite": {"END": "if not np.isfinite(self.losses[-1]): break"},
    "the loss rises": {"END": "if self.losses[-1] > self.losses[-2]: break"},
    "a number of steps": {"END": "if k == 2_000: break"},
    "a number of steps in the class": {
        "MORE": "most = 1_000",
        "RUN": "trainer.run(min(steps, trainer.most))",
    },
    "no better for long": {
        "END": "if self.is_done: break",
        "MORE": "@property\n    def is_done(self):\n"
        "        return len(self.losses) - int(np.argmin(self.losses)) > 2_000",
    },
    "the gradient has vanished": {
        "END": "if np.abs(self.net.backpropagate(self.y)[0]).max() < 1e-10: break"
    },
    "the weights stay": {
        "END": "now = self.net.first.weights.copy()\n"
        "            if k and np.array_equal(now, before): break\n"
        "            before = now"
    },
    "inherited patience": {"END": "if self.is_done(): break", "BELOW": INHERITED},
    "a decorated step": {"BELOW": DECORATED},
    "attributes that are no longer set": {
        "MORE": COUNTED,
        "END": "object.__setattr__(self, 'made', k + 1)\n"
        "            self.net = self.net if self.made < 2_000 else None\n"
        "            if self.net is None: break",
    },
    "a counter in the class": {
        "MORE": "made = 0",
        "END": "Trainer.made += 1\n            if Trainer.made % 1_700 == 0: break",
    },
    "steps that are drawn": {
        "MORE": "def drawn(self, steps):\n        for k in range(steps):\n"
        "            if len(self.losses) > 1_800: return\n            yield k",
        "RUN": "[trainer.step() for _ in trainer.drawn(steps)]",
    },
    "an object that ends": {
        "MORE": "def __iter__(self):\n        return self\n\n    def __next__(self):\n"
        "        if len(self.losses) > min(self.steps, 2_200): raise StopIteration\n"
        "        return self.step()",
        "RUN": "trainer.steps = steps; list(trainer)",
    },
    "an object that is true": {
        "MORE": "def __bool__(self):\n        return len(self.losses) <= min(self.steps, 1_400)",
        "RUN": "trainer.steps = steps\n        while trainer: trainer.step()",
    },
    "an object with a length": {
        "MORE": "def __len__(self):\n        return min(self.steps, 2_300) + 1 - len(self.losses)",
        "RUN": "trainer.steps = steps\n        while len(trainer): trainer.step()",
    },
    "an exception": {
        "MORE": "class Done(Exception):\n        pass",
        "END": "if k > 1_900: raise self.Done",
        "RUN": "try: trainer.run(steps)\n        except Trainer.Done: pass",
    },
    "missing attributes": {
        "MORE": "def __getattr__(self, name):\n        return len(self.losses) < 1_600",
        "END": "if not self.going: break",
    },
    "every attribute": {
        "MORE": "def __getattribute__(self, name):\n"
        "        losses = object.__getattribute__(self, 'losses') if name == 'step' else []\n"
        "        if len(losses) > 2_100: raise StopIteration\n"
        "        return object.__getattribute__(self, name)",
        "RUN": "try: trainer.run(steps)\n        except StopIteration: pass",
    },
    "a closure": {
        "BELOW": "def limited(run):\n    def ran(self, steps):\n"
        "        run(self, min(steps, 999))\n    return ran\nTrainer.run = limited(Trainer.run)"
    },
    "a metaclass": {
        "BELOW": "class Meta(type):\n    def __call__(cls, *given):\n"
        "        made = super().__call__(*given)\n"
        "        made.run = lambda steps, run=made.run: run(min(steps, 1_100))\n"
        "        return made\nclass Trainer(Trainer, metaclass=Meta): pass"
    },
}


def ends_early(text: str) -> bool:
    """Say whether the checks of `train` fail a submission, and name its mistake."""
    exercise = AUDIT.exercise_of("random_data")
    [part] = exercise.parts
    subject = Subject(files=AUDIT.reference(exercise) | {FILE: text.encode()})
    ids = {check_id(exercise, part, check) for check in part.checks}
    asked = {check_id(exercise, part, c) for c in part.checks if c.subject == "train"}
    ran = run_exercise(AUDIT.course(), exercise, subject, 1, only=asked, passed=ids)
    found = {d.name for r in ran if r.fails for d in r.result.diagnoses}
    return bool(found & set(AUDIT.NAMED_EARLY))


def text_with(lines: dict[str, str]) -> str:
    trainer = TRAINER
    for place, line in (PLACES | lines).items():
        trainer = trainer.replace(place, line)
    text = CLASSES.read_text()
    begin, end = text.index("def train("), text.index("def test_error(")
    return f"{text[:begin]}{trainer}\n\n{text[end:]}"


@pytest.mark.sampled(4)
@pytest.mark.parametrize("lines", ENDS.values(), ids=ENDS)
def test_a_class_that_ends_early_is_caught_and_told(lines: dict[str, str]) -> None:
    assert ends_early(text_with(lines))


def test_a_class_that_goes_on_to_the_end_is_not() -> None:
    assert not ends_early(text_with({}))
