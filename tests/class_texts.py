"""Trainings that are written in classes: a text with places in it, and right ways to write one."""

from __future__ import annotations

HEAD = """
from __future__ import annotations
import dataclasses
from dataclasses import dataclass
import numpy as np

TOTAL = [0]

def squared(p, y):
    return float(np.sum((p - y) ** 2))
"""
NET = """
class Network:
    '''A network with one hidden layer.'''

    def __init__(self, w1, w2):
        self.w1 = np.array(w1)
        self.w2 = np.array(w2)

    def forward(self, x):
        self.x = x
        self.z = x @ self.w1
        self.h = np.maximum(self.z, 0)
        return self.h @ self.w2

    def backward(self, error):
        g2 = self.h.T @ error
        g1 = self.x.T @ ((error @ self.w2.T) * (self.z > 0))
        return g1, g2

    def loss(self, x, y):
        return squared(self.forward(x), y)

    def step(self, x, y, rate):
        error = 2 * (self.forward(x) - y)
        g1, g2 = self.backward(error)
        self.w1 = self.w1 - rate * g1
        self.w2 = self.w2 - rate * g2
        BELOW
    MORE
"""
TRAIN = """
def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = np.zeros(steps + 1)
    BEFORE
    for k in range(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, RATE)
        LAST
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
ATEND
"""
PLACES = {"BELOW": "pass", "MORE": "", "BEFORE": "", "RATE": "learning_rate", "LAST": "pass"}


def text_of(train: str = TRAIN, net: str = NET, **lines: str) -> str:
    text = HEAD + net + train
    for place, line in ({"ATEND": ""} | PLACES | lines).items():
        text = text.replace(place, line)
    return text


LAYERS = """
class Dense:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, grad, rate):
        before = grad @ self.w.T
        self.w = self.w - rate * (self.x.T @ grad)
        return before

class Relu:
    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, grad, rate):
        return grad * self.on
"""
FITTED = """
def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = net.fit(x, y, learning_rate, steps)
    return net.w1, net.w2, losses
"""
# Right ways to write a training with classes.
READ = {
    "as it is": text_of(),
    "in place": text_of(
        net=NET.replace("self.w1 = self.w1 - rate * g1", "self.w1 -= rate * g1").replace(
            "self.w2 = self.w2 - rate * g2", "self.w2 -= rate * g2"
        )
    ),
    "the loop is a method": text_of(
        FITTED,
        MORE="""
    def fit(self, x, y, rate, steps):
        losses = [self.loss(x, y)]
        for _ in range(steps):
            self.step(x, y, rate)
            losses.append(self.loss(x, y))
        return np.array(losses)
""",
    ),
    "the log is an attribute": text_of(
        """
def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    net.losses = []
    for _ in range(steps):
        net.losses.append(net.loss(x, y))
        net.step(x, y, learning_rate)
    net.losses.append(net.loss(x, y))
    return net.w1, net.w2, np.array(net.losses)
"""
    ),
    "a trainer that holds the network": text_of(
        """
class Trainer:
    def __init__(self, net, rate):
        self.net = net
        self.rate = rate
        self.losses = []

    def run(self, x, y, steps):
        for _ in range(0, steps):
            self.losses.append(self.net.loss(x, y))
            self.net.step(x, y, self.rate)
        self.losses.append(self.net.loss(x, y))

def train(x, y, w1, w2, learning_rate, steps):
    trainer = Trainer(Network(w1, w2), rate=learning_rate)
    trainer.run(x, y, steps)
    return trainer.net.w1, trainer.net.w2, np.array(trainer.losses)
"""
    ),
    "a trainer that knows the steps": text_of(
        """
class Trainer:
    def __init__(self, x, y, learning_rate, steps):
        self.x, self.y = x, y
        self.learning_rate = learning_rate
        self.steps = steps

    def __call__(self, net):
        losses = np.zeros(self.steps + 1)
        with np.errstate(over="ignore"):
            for k in range(self.steps):
                losses[k] = net.loss(self.x, self.y)
                net.step(self.x, self.y, self.learning_rate)
            losses[self.steps] = net.loss(self.x, self.y)
        return losses

def train(x, y, w1, w2, learning_rate, steps):
    net = Network(w1, w2)
    losses = Trainer(x, y, learning_rate, steps)(net)
    return net.w1, net.w2, losses
"""
    ),
    "an optimiser": text_of(
        """
class Descent:
    def __init__(self, rate):
        self.rate = rate

    def moved(self, w, grad):
        return w - self.rate * grad

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
    "a list of layers": text_of(
        """
def train(x, y, w1, w2, learning_rate, steps):
    layers = [Dense(w1), Relu(), Dense(w2)]
    losses = np.zeros(steps + 1)
    for k in range(steps):
        out = x
        for layer in layers:
            out = layer.forward(out)
        losses[k] = squared(out, y)
        grad = 2 * (out - y)
        for layer in reversed(layers):
            grad = layer.backward(grad, learning_rate)
    out = x
    for layer in layers:
        out = layer.forward(out)
    losses[steps] = squared(out, y)
    return layers[0].w, layers[2].w, losses
""",
        net=LAYERS,
    ),
    "a network of layers": text_of(
        """
class Net:
    def __init__(self, first, second):
        self.layers = [Dense(first), Relu(), Dense(second)]

    def forward(self, x):
        self.x = x
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad, rate):
        for layer in self.layers[::-1]:
            grad = layer.backward(grad, rate)

def train(x, y, w1, w2, learning_rate, steps):
    net = Net(second=w2, first=w1)
    losses = [squared(net.forward(x), y)]
    for k in range(1, steps + 1):
        net.backward(2 * (net.forward(x) - y), learning_rate)
        losses.append(squared(net.forward(x), y))
    return net.layers[0].w, net.layers[-1].w, losses
""",
        net=LAYERS,
    ),
    "a dataclass that is made anew": text_of(
        """
@dataclass
class Weights:
    w1: np.ndarray
    w2: np.ndarray

    def loss(self, x, y):
        return squared(np.maximum(x @ self.w1, 0) @ self.w2, y)

    def moved(self, x, y, rate):
        z = x @ self.w1
        h = np.maximum(z, 0)
        e = 2 * (h @ self.w2 - y)
        g1 = x.T @ ((e @ self.w2.T) * (z > 0))
        return Weights(self.w1 - rate * g1, self.w2 - rate * (h.T @ e))

def train(x, y, w1, w2, learning_rate, steps):
    weights = Weights(w1, w2=w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = weights.loss(x, y)
        weights = weights.moved(x, y, learning_rate)
    losses[steps] = weights.loss(x, y)
    return weights.w1, weights.w2, losses
""",
        net="",
    ),
    "layers that are made anew": text_of(
        """
@dataclasses.dataclass()
class Layer:
    weights: np.ndarray

    def __call__(self, x):
        return np.dot(x, self.weights)

class Net:
    def __init__(self, w1, w2):
        self.first = Layer(w1)
        self.second = Layer(w2)

    def step(self, x, y, rate):
        z = self.first(x)
        h = z * (z > 0)
        e = 2 * (self.second(h) - y)
        g1 = x.T @ ((e @ self.second.weights.T) * (z > 0))
        self.first = Layer(self.first.weights - rate * g1)
        self.second = Layer(self.second.weights - rate * (h.T @ e))

    def loss(self, x, y):
        return squared(self.second(np.maximum(self.first(x), 0)), y)

def train(x, y, w1, w2, learning_rate, steps):
    net = Net(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate)
    losses[steps] = net.loss(x, y)
    return net.first.weights, net.second.weights, losses
""",
        net="",
    ),
    "a property": text_of(
        MORE="""
    @property
    def weights(self):
        return self.w1, self.w2
""",
        LAST="first, second = net.weights",
    ),
    "a static method": text_of(
        net=NET.replace("np.maximum(self.z, 0)", "self.relu(self.z)"),
        MORE="""
    @staticmethod
    def relu(z):
        return np.maximum(z, 0)
""",
    ),
    "slots": text_of(
        net=NET.replace(
            "    def __init__", "    __slots__ = ('w1', 'w2', 'x', 'z', 'h')\n\n    def __init__", 1
        )
    ),
    "methods that describe it": text_of(
        MORE="""
    def __repr__(self):
        return "Network" + str(self.w1.shape)
"""
    ),
    "helper functions with the network": text_of(
        """
def make(w1, w2):
    return Network(w1, w2)

def one_step(net, x, y, rate=0.5):
    loss = net.loss(x, y)
    net.step(x, y, rate)
    return loss

def train(x, y, w1, w2, learning_rate, steps):
    net = make(w1, w2)
    losses = np.zeros(steps + 1)
    for k in range(steps):
        losses[k] = one_step(net, x, y, rate=learning_rate)
    losses[steps] = net.loss(x, y)
    return net.w1, net.w2, losses
"""
    ),
    "the loop is a helper": text_of(
        """
def walk(x, y, w1, w2, rate, count):
    losses = np.zeros(count + 1)
    for k in range(count):
        z = x @ w1
        h = np.maximum(z, 0)
        e = h @ w2 - y
        losses[k] = np.sum(e ** 2)
        w1, w2 = w1 - rate * 2 * (x.T @ ((e @ w2.T) * (z > 0))), w2 - rate * 2 * (h.T @ e)
    losses[count] = squared(np.maximum(x @ w1, 0) @ w2, y)
    return w1, w2, losses

def train(x, y, w1, w2, learning_rate, steps):
    return walk(x, y, w1, w2, learning_rate, steps)
""",
        net="",
    ),
    "one network for the loss, one that learns": text_of(
        BEFORE="other = Network(w1, w2)",
        LAST="other.w1 = net.w1; other.w2 = net.w2; losses[k] = other.loss(x, y)",
    ),
    "a network for every step": text_of(
        """
def train(x, y, w1, w2, learning_rate, steps):
    losses = np.zeros(steps + 1)
    for k in range(steps):
        net = Network(w1, w2)
        losses[k] = net.loss(x, y)
        net.step(x, y, learning_rate)
        w1, w2 = net.w1, net.w2
    losses[steps] = squared(Network(w1, w2).forward(x), y)
    return w1, w2, losses
"""
    ),
    "gradients as attributes": text_of(
        net=NET.replace("g1, g2 = self.backward(error)", "self.g1, self.g2 = self.backward(error)")
        .replace("rate * g1", "rate * self.g1")
        .replace("rate * g2", "rate * self.g2")
    ),
    "a rate of its own": text_of(
        BEFORE="net.rate = 0.5 * learning_rate",
        net=NET.replace("rate * g1", "self.rate * g1").replace("rate * g2", "self.rate * g2"),
    ),
    "annotated": text_of(
        net=NET.replace("self.z = x", "self.z: np.ndarray = x").replace(
            "def loss(self, x, y):", "def loss(self, x: np.ndarray, y: np.ndarray) -> float:"
        )
    ),
}
