"""What nearly every submission does, done once in advance with a file of our own.

A forked process copies each page of memory that it writes to. Python writes even when it seems
only to read: it counts references, and it rewrites the instructions of code that runs often. So the
process that forks runners does this work once, and its children share the result.
"""

from __future__ import annotations

__all__ = ["warm_up"]

import random
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from grader.runner.load import Loader
from grader.runner.serve import Channel, Server
from grader.wire import Rng, encode, pack
from grader.wire.requests import Call, Get, Load, Request, request_header

ROUNDS = 10
# Python rewrites (specialises) instructions after eight runs.
NAME = "rehearsal_of_a_submission"
SOURCE = """
import numpy as np

ALPHA = 0.5


def draw(count, width, rng):
    return rng.standard_normal((count, width)), rng.normal(size=(count, 1))


def forward(x, w1, w2):
    h = x.dot(w1)
    r = np.maximum(h, 0)
    return h, r, r @ w2


def backward(x, y, w1, w2):
    h, r, p = forward(x, w1, w2)
    e = 2.0 * (p - y)
    back = np.array(e.dot(w2.T))
    back[h < 0] = 0
    return x.T.dot(back), r.T.dot(e)


def loss_of(x, y, w1, w2):
    return float(np.sum((forward(x, w1, w2)[2] - y) ** 2))


def plain(x, y, w1, w2, rate, steps):
    seen = np.empty(steps + 1)
    with np.errstate(over="ignore"):
        for done in range(steps):
            seen[done] = loss_of(x, y, w1, w2)
            g1, g2 = backward(x, y, w1, w2)
            w1, w2 = w1 - rate * g1, w2 - rate * g2
        seen[steps] = loss_of(x, y, w1, w2)
    return w1, w2, seen


class Network:
    def __init__(self, w1, w2):
        self.w1, self.w2 = w1, w2

    def loss(self, x, y):
        self.h = x.dot(self.w1)
        self.r = self.h * (self.h > 0)
        self.e = self.r @ self.w2 - y
        return np.square(self.e).sum()

    def step(self, x, rate):
        g2 = self.r.T.dot(2 * self.e)
        g1 = x.T.dot(2 * self.e.dot(self.w2.T) * (self.h > 0))
        self.w1 = self.w1 - rate * g1
        self.w2 = self.w2 - rate * g2


def learn(x, y, w1, w2, rate, steps):
    net = Network(w1, w2)
    losses = []
    for _ in range(steps):
        losses.append(net.loss(x, y))
        net.step(x, rate)
    losses.append(net.loss(x, y))
    return net.w1, net.w2, np.array(losses)


def train(x, y, w1, w2, rate, steps):
    w1, w2 = w1.copy(), w2.copy()
    losses = []
    for _ in range(steps):
        losses.append(np.square(forward(x, w1, w2)[2] - y).sum())
        g1, g2 = backward(x, y, w1, w2)
        w1 -= rate * g1
        w2 -= rate * g2
    return w1, w2, losses, {"last": float(losses[-1])}


def unfinished(x):
    raise NotImplementedError(f"nothing for {len(x)} yet")
"""


def warm_up() -> None:
    """Load a file and answer some requests about it.

    That leaves no visible traces. The memory that it used stays allocated for later requests.
    """
    path, dont_write = list(sys.path), sys.dont_write_bytecode
    # Freeing a large array raises malloc's thresholds: memory then goes back to the system rarely.
    np.empty(1 << 20)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{NAME}.py").write_text(SOURCE)
        judges, own = socket.socketpair()
        with judges, own:
            for _ in range(ROUNDS):
                random.seed(0)
                np.random.seed(0)  # noqa: NPY002  (as it is done for each submission)
                _round(folder, judges, Channel(own))
                sys.modules.pop(NAME, None)
                sys.path[:] = path
    sys.path_importer_cache.pop(folder, None)
    sys.dont_write_bytecode = dont_write


def _round(folder: str, judges: socket.socket, link: Channel) -> None:
    server = Server(link)
    server.loader = Loader(folder, [folder], [])
    file = f"{NAME}.py"
    rng = np.random.default_rng(0)
    x, y, w1, w2 = (rng.normal(size=shape) for shape in ((6, 4), (6, 3), (4, 5), (5, 3)))
    requests: list[tuple[Request, list[bytes]]] = [
        (Load(file), []),
        (Get(file, "ALPHA"), []),
        (Get(file, "draw"), []),
        (Get(file, "plain", 5), []),
        (Get(file, "learn", 5), []),
        _call("draw", 40, 3, Rng(1), want_arguments=True),
        _call("forward", x, w1, w2),
        _call("backward", x, y, w1, w2, want_arguments=True),
        _call("train", x, y, w1, w2, 1e-3, 20),
        _call("unfinished", [1, 2.0, "three"]),
        _call("nowhere"),
        _call("forward", x),
    ]
    for number, (request, buffers) in enumerate(requests):
        judges.sendall(pack(request_header(number, request), buffers))
        server.answer(*link.receive())
        judges.recv(1 << 16)


def _call(name: str, *arguments: Any, want_arguments: bool = False) -> tuple[Call, list[bytes]]:
    tree, buffers = encode(list(arguments))
    count = len(arguments)
    return Call(f"{NAME}.py", name, count, tree, want_arguments=want_arguments), buffers
