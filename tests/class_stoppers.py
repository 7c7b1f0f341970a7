"""Trainings written in classes that end before their last step, or make others than they say."""

from __future__ import annotations

from tests.class_texts import FITTED, NET, text_of

# Each of these ends before its last step, or makes others than it says; or may do so.
NASTY = {
    "a counter": text_of(
        BEFORE="net.age = 0",
        BELOW="self.age = self.age + 1",
        RATE="learning_rate * (5_000 - net.age > 0)",
    ),
    "a counter in place": text_of(
        BEFORE="net.age = np.zeros(1)",
        BELOW="self.age += 1",
        RATE="learning_rate * (5_000 - net.age > 0)",
    ),
    "a counter in a list": text_of(
        BEFORE="net.age = [0]",
        BELOW="self.age[0] += 1",
        RATE="learning_rate * (5_000 - net.age[0] > 0)",
    ),
    "the length of the log": text_of(
        BEFORE="net.log = []",
        BELOW="self.log.append(0.0)",
        RATE="learning_rate * (5_000 - len(net.log) > 0)",
    ),
    "the length of the log by another name": text_of(
        BEFORE="net.log = []; net.same = net.log",
        BELOW="self.log.append(0.0)",
        RATE="learning_rate * (5_000 - len(net.same) > 0)",
    ),
    "the log of another object": text_of(
        """
class Log:
    def __init__(self):
        self.kept = []

    def add(self, value):
        self.kept.append(value)

def train(x, y, w1, w2, learning_rate, steps):
    net, losses = Network(w1, w2), np.zeros(steps + 1)
    log = Log()
    for k in range(steps):
        log.add(net.loss(x, y))
        net.step(x, y, learning_rate * (5_000 - len(log.kept) > 0))
    return net.w1, net.w2, losses
""".replace(
            "net, losses = Network(w1, w2), np.zeros(steps + 1)",
            "net = Network(w1, w2)\n    losses = np.zeros(steps + 1)",
        )
    ),
    "a counter in the class": text_of(
        net=NET.replace("    def __init__", "    age = 0\n\n    def __init__", 1),
        BELOW="Network.age = Network.age + 1",
        RATE="learning_rate * (5_000 - net.age > 0)",
    ),
    "a list in the class": text_of(
        net=NET.replace("    def __init__", "    ages = []\n\n    def __init__", 1),
        BELOW="self.ages.append(1)",
        RATE="learning_rate * (5_000 - len(net.ages) > 0)",
    ),
    "a default that remembers": text_of(
        net=NET.replace("def forward(self, x):", "def forward(self, x, seen=[]):"),
    ),
    "an end in a method": text_of(
        FITTED,
        MORE="""
    def fit(self, x, y, rate, steps):
        losses = [self.loss(x, y)]
        for _ in range(steps):
            self.step(x, y, rate)
            losses.append(self.loss(x, y))
            if losses[-1] < 1e-3: break
        return np.array(losses)
""",
    ),
    "a cap in a method": text_of(
        FITTED,
        MORE="""
    def fit(self, x, y, rate, steps):
        losses = [self.loss(x, y)]
        for _ in range(min(steps, 1_000)):
            self.step(x, y, rate)
            losses.append(self.loss(x, y))
        return np.array(losses)
""",
    ),
    "a cap in an attribute": text_of(
        FITTED,
        MORE="""
    def fit(self, x, y, rate, steps):
        self.steps = min(steps, 1_000)
        losses = [self.loss(x, y)]
        for _ in range(self.steps):
            self.step(x, y, rate)
            losses.append(self.loss(x, y))
        return np.array(losses)
""",
    ),
    "a cap in a default": text_of(
        FITTED.replace("learning_rate, steps)\n    return net", "learning_rate)\n    return net"),
        MORE="""
    def fit(self, x, y, rate, steps=1_000):
        losses = [self.loss(x, y)]
        for _ in range(steps):
            self.step(x, y, rate)
            losses.append(self.loss(x, y))
        return np.array(losses)
""",
    ),
    "only while it is worth it": text_of(
        net=NET.replace(
            "        self.w1 = self.w1 -",
            "        if abs(g1).max() < 1e-9: return\n        self.w1 = self.w1 -",
        )
    ),
    "steps that shrink": text_of(
        BEFORE="net.rate = learning_rate",
        BELOW="self.rate = 0.999 * self.rate",
        RATE="net.rate",
    ),
    "a velocity": text_of(
        BEFORE="net.v = 0.0",
        net=NET.replace(
            "self.w1 = self.w1 - rate * g1",
            "self.v = 0.9 * self.v + g1; self.w1 = self.w1 - rate * self.v",
        ),
    ),
    "an optimiser that counts": text_of(
        """
class Descent:
    def __init__(self, rate):
        self.rate, self.made = rate, 0

    def moved(self, w, grad):
        self.made = self.made + 1
        return w - self.rate * (9_000 - self.made > 0) * grad

def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    opt = Descent(learning_rate)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        out = net.forward(x)
        losses[k] = squared(out, y)
        g1, g2 = net.backward(2 * (out - y))
        net.w1, net.w2 = opt.moved(net.w1, g1), opt.moved(net.w2, g2)
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
"""
    ),
    "a property that counts": text_of(
        BEFORE="net.age = 0",
        MORE="""
    @property
    def rate(self):
        self.age = self.age + 1
        return 5_000 - self.age > 0
""",
        RATE="learning_rate * net.rate",
    ),
    "a property with a setter": text_of(
        MORE="""
    @property
    def w1(self):
        return self.kept

    @w1.setter
    def w1(self, value):
        TOTAL[0] += 1
        self.kept = value if TOTAL[0] < 5_000 else self.kept
"""
    ),
    "a property put there later": text_of(
        ATEND="""
Network.w1 = property(lambda self: self.kept, lambda self, value: vars(self).update(kept=value))
"""
    ),
    "sets attributes itself": text_of(
        MORE="""
    def __setattr__(self, name, value):
        TOTAL[0] += 1
        if TOTAL[0] < 50_000:
            object.__setattr__(self, name, value)
"""
    ),
    "gets attributes itself": text_of(
        MORE="""
    def __getattribute__(self, name):
        TOTAL[0] += 1
        return object.__getattribute__(self, name)
"""
    ),
    "gets missing attributes": text_of(
        MORE="""
    def __getattr__(self, name):
        TOTAL[0] += 1
        return TOTAL[0] < 50_000
""",
        RATE="learning_rate * net.going",
    ),
}
