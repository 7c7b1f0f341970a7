# Exercise 0, part 2, again with loops. `math` only.
import math


def sigmoid(z):
    if hasattr(z, "__len__"):
        return [sigmoid(v) for v in z]
    if z < 0:
        e = math.exp(z) if z > -700 else 0.0
        return e / (1 + e)
    return 1 / (1 + math.exp(-z))


def neuron(x, w):
    b = 0
    for i in range(len(x)):
        b += x[i] * w[i]
    return sigmoid(b)


def relu(z):
    if hasattr(z, "__len__"):
        return [relu(v) for v in z]
    return z if z > 0 else 0.0


def layer_input(x, w):
    if not hasattr(x[0], "__len__"):        # one sample
        return layer_input([x], w)[0]
    out = []
    for sample in x:
        line = []
        for j in range(len(w[0])):
            b_j = 0
            for k in range(len(w)):
                b_j += sample[k] * w[k][j]      # eq. 10
            line.append(b_j)
        out.append(line)
    return out


def forward(x, w1, w2):
    hidden = relu(layer_input(x, w1))
    return layer_input(hidden, w2)


def squared_error(y_pred, y_true):
    if hasattr(y_pred, "__len__"):
        return sum(squared_error(p, t) for p, t in zip(y_pred, y_true))
    return (y_pred - y_true) ** 2
