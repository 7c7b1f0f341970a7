"""More of `class_stoppers`: what classes, decorators and other objects may hide."""

from __future__ import annotations

from tests.class_texts import HEAD, NET, READ, text_of

# Each of these may do so, since a class, or an object, is more than its text seems to say.
MORE_NASTY = {
    "made otherwise": text_of(
        MORE="""
    def __new__(cls, *given):
        TOTAL[0] += 1
        return object.__new__(cls)
"""
    ),
    "inherited": text_of(
        net="class Base:\n    def rate(self):\n        TOTAL[0] += 1\n"
        "        return TOTAL[0] < 500\n" + NET.replace("class Network:", "class Network(Base):"),
        RATE="learning_rate * net.rate()",
    ),
    "inherits from an array": text_of(
        net=NET.replace("class Network:", "class Network(list):"),
    ),
    "a metaclass": text_of(
        net="""
class Meta(type):
    def __call__(cls, *given):
        TOTAL[0] += 1
        return type.__call__(cls, *given)
"""
        + NET.replace("class Network:", "class Network(metaclass=Meta):"),
    ),
    "a decorated class": text_of(
        net="def seen(cls):\n    return cls\n"
        + NET.replace("class Network:", "@seen\nclass Network:"),
    ),
    "a decorated method": text_of(
        net="""
def now_and_then(function):
    def called(*given):
        TOTAL[0] += 1
        return function(*given) if TOTAL[0] < 5_000 else None
    return called
"""
        + NET.replace("    def step(", "    @now_and_then\n    def step("),
    ),
    "a method that is replaced": text_of(
        ATEND="""
old = Network.step
def step(self, x, y, rate):
    TOTAL[0] += 1
    if TOTAL[0] < 5_000:
        old(self, x, y, rate)
Network.step = step
"""
    ),
    "a method of one object": text_of(
        BEFORE="net.step = one_step",
        ATEND="""
def one_step(x, y, rate):
    TOTAL[0] += 1
""",
    ),
    "another class by that name": text_of(
        ATEND="""
class Other(Network):
    def step(self, x, y, rate):
        TOTAL[0] += 1
Other.__name__ = "Network"
Network = Other
"""
    ),
    "the class twice": text_of(
        ATEND="""
if True:
    class Network:
        def __init__(self, w1, w2):
            self.w1, self.w2 = w1, w2
        def loss(self, x, y):
            return 0.0
        def step(self, x, y, rate):
            TOTAL[0] += 1
"""
    ),
    "a closure": text_of(
        """
def made():
    count = 0
    def rate():
        nonlocal count
        count += 1
        return count < 5_000
    return rate

def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    rate = made()
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate * rate())
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
"""
    ),
    "goes through itself": text_of(
        """
class Steps:
    def __init__(self, steps):
        self.left = steps

    def __iter__(self):
        return iter(range(min(self.left, 1_000)))

def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = np.zeros(steps + 1)
    for k in Steps(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate)
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
"""
    ),
    "what is gone through once": text_of(
        BEFORE="net.left = (1 for _ in range(1_000))",
        RATE="learning_rate * len([one for one in zip(net.left, [1])])",
    ),
    "a method that yields": text_of(
        MORE="""
    def going(self):
        for _ in range(1_000):
            yield 1
""",
        BEFORE="left = net.going()",
        RATE="learning_rate * len([one for one in zip(left, [1])])",
    ),
    "objects that change places": text_of(
        """
def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    other = Network(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate)
        spare = net
        net = other
        other = spare
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
"""
    ),
    "a chain of objects": text_of(
        """
class Link:
    def __init__(self, before, w):
        self.before = before
        self.w = w

def train(x, y, w1, w2, learning_rate, steps):
    link = Link(0, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = squared(np.maximum(x @ w1, 0) @ link.w, y)
        link = Link(link, link.w)
    return w1, link.w, losses
"""
    ),
    "by its own dictionary": text_of(BELOW="self.__dict__['age'] = 1"),
    "by another's name": text_of(BELOW="setattr(self, 'age', 1)"),
    "by its class": text_of(BELOW="self.__class__.age = 1"),
    "of the module": text_of(
        """
NETWORK = Network([[1.0]], [[1.0]])

def train(x, y, w1, w2, learning_rate, steps):
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = NETWORK.loss(x, y)
        NETWORK.step(x, y, learning_rate)
    return NETWORK.w1, NETWORK.w2, losses
"""
    ),
    "a global in a method": text_of(BELOW="global TOTAL; TOTAL = [1]"),
    "a list of the module in a method": text_of(BELOW="self.w1 = self.w1 * (5_000 - TOTAL[0] > 0)"),
    "a list of the module that grows": text_of(
        BELOW="TOTAL.append(1)", RATE="learning_rate * (5_000 - len(TOTAL) > 0)"
    ),
    "read before it is changed": text_of(
        MORE="""
    def older(self):
        self.age = self.age + 1
        return 0.0
""",
        BEFORE="net.age = 1",
        RATE="(learning_rate * (net.age + net.older() * 2 - 5_000 > 0))",
    ),
    "the losses cut by a method": text_of(
        """
def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate)
    return net.w1, net.w2, net.cut(losses)
""",
        MORE="""
    def cut(self, losses):
        return losses[:1_000]
""",
    ),
    "a field that begins with a list": text_of(
        """
@dataclass
class Log:
    kept: list = dataclasses.field(default_factory=list)

def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    log = Log()
    losses = np.zeros(steps + 1)
    for k in range(steps):
        log.kept.append(1)
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate * (5_000 - len(log.kept) > 0))
    return net.w1, net.w2, losses
"""
    ),
    "a dataclass that does more": text_of(
        """
@dataclass
class Weights:
    w1: np.ndarray
    w2: np.ndarray

    def __post_init__(self):
        TOTAL[0] += 1

def train(x, y, w1, w2, learning_rate, steps):
    weights = Weights(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = squared(np.maximum(x @ weights.w1, 0) @ weights.w2, y)
        weights = Weights(weights.w1, weights.w2)
    return weights.w1, weights.w2, losses
"""
    ),
    "a dataclass that begins otherwise": text_of(
        """
@dataclass
class Weights:
    w1: np.ndarray

def begin(self, w1):
    TOTAL[0] += 1
    self.w1 = w1
Weights.__init__ = begin

def train(x, y, w1, w2, learning_rate, steps):
    weights = Weights(w1)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = squared(np.maximum(x @ weights.w1, 0) @ w2, y)
        weights = Weights(weights.w1)
    return weights.w1, w2, losses
"""
    ),
    "a dataclass by another's decorator": text_of(
        READ["a dataclass that is made anew"].replace(HEAD, ""),
        net="\ndef dataclass(cls):\n    return dataclasses.dataclass(cls)\n",
    ),
    "calls itself": text_of(
        MORE="""
    def again(self, x):
        return self.again(x)
""",
        LAST="net.again(x)",
    ),
    "in a comprehension": text_of(LAST="kept = [net.forward(x) for _ in [1]]"),
}
