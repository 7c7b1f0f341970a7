# Exercise 2. The network is slow like this but I understand every line :)

HYPERPARAMETERS = {"d_hidden": 12, "learning_rate": 0.0003, "steps": 6000}
GENERALISES = False


def create_data(n_samples, d_in, d_out, rng):
    x = []
    y = []
    for _ in range(n_samples):
        x.append([rng.normal() for _ in range(d_in)])
        y.append([rng.normal() for _ in range(d_out)])
    return x, y


def init_weights(d_in, d_hidden, d_out, rng):
    w1 = [[rng.normal() for _ in range(d_hidden)] for _ in range(d_in)]
    w2 = [[rng.normal() for _ in range(d_out)] for _ in range(d_hidden)]
    return [w1, w2]


def product(a, b):
    out = []
    for line in a:
        out.append([sum(line[k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))])
    return out


def lists(a):
    """lists are faster than arrays when you loop"""
    return a.tolist() if hasattr(a, "tolist") else a


def is_batch(x):
    return hasattr(x[0], "__len__")


def forward(x, w1, w2):
    x, w1, w2 = lists(x), lists(w1), lists(w2)
    if not is_batch(x):
        (hidden_in, hidden, y_pred) = forward([x], w1, w2)
        return (hidden_in[0], hidden[0], y_pred[0])
    hidden_in = product(x, w1)
    hidden = [[max(v, 0) for v in line] for line in hidden_in]
    y_pred = product(hidden, w2)
    return (hidden_in, hidden, y_pred)


def squared_error(y_pred, y_true):
    if not is_batch(y_pred):
        y_pred, y_true = [y_pred], [y_true]
    se = 0
    for line_pred, line_true in zip(y_pred, y_true):
        for p, t in zip(line_pred, line_true):
            se += (p - t) * (p - t)
    return se


def gradients(x, y, w1, w2):
    x, y, w1, w2 = lists(x), lists(y), lists(w1), lists(w2)
    if not is_batch(x):
        x, y = [x], [y]
    (hidden_in, hidden, y_pred) = forward(x, w1, w2)
    d_in, d_hidden, d_out = len(w1), len(w2), len(w2[0])
    grad_w1 = [[0.0] * d_hidden for _ in range(d_in)]
    grad_w2 = [[0.0] * d_out for _ in range(d_hidden)]
    for s in range(len(x)):
        for o in range(d_out):
            slope = 2 * (y_pred[s][o] - y[s][o])
            for h in range(d_hidden):
                grad_w2[h][o] += hidden[s][h] * slope
                if hidden_in[s][h] > 0:
                    for i in range(d_in):
                        grad_w1[i][h] += x[s][i] * slope * w2[h][o]
    return [grad_w1, grad_w2]


def step_down(w, grad, learning_rate):
    return [[w[i][j] - learning_rate * grad[i][j] for j in range(len(w[0]))] for i in range(len(w))]


def train(x, y, w1, w2, learning_rate, steps):
    losses = [squared_error(forward(x, w1, w2)[2], y)]
    for _ in range(steps):
        (g1, g2) = gradients(x, y, w1, w2)
        w1 = step_down(w1, g1, learning_rate)
        w2 = step_down(w2, g2, learning_rate)
        losses.append(squared_error(forward(x, w1, w2)[2], y))
    return w1, w2, losses


def test_error(x, y, w1, w2):
    (_, _, y_pred) = forward(x, w1, w2)
    return squared_error(y_pred, y)
