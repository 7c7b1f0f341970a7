"""Exercise 2, solved rightly in other ways: what `test_random_data.py` hands in."""

LOOPS = """
def forward(x, w1, w2):
    if np.ndim(x) == 1:
        return tuple(part[0] for part in forward([x], w1, w2))
    hidden_in = [[sum(a * w1[k][j] for k, a in enumerate(line)) for j in range(len(w1[0]))]
                 for line in x]
    hidden = [[b if b > 0 else 0 for b in line] for line in hidden_in]
    y_pred = [[sum(h * w2[k][j] for k, h in enumerate(line)) for j in range(len(w2[0]))]
              for line in hidden]
    return hidden_in, hidden, y_pred

def squared_error(y_pred, y_true):
    return sum((p - t) ** 2 for p, t in zip(np.ravel(y_pred), np.ravel(y_true)))

def gradients(x, y, w1, w2):
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    g1, g2 = np.zeros(np.shape(w1)), np.zeros(np.shape(w2))
    for a, b in zip(x, y):
        hidden_in, hidden, y_pred = (np.array(part) for part in forward(a, w1, w2))
        slope = 2 * (y_pred - b)
        g2 += np.outer(hidden, slope)
        g1 += np.outer(a, (w2 @ slope) * (hidden_in >= 0))
    return g1.tolist(), g2.tolist()

def train(x, y, w1, w2, learning_rate, steps):
    w1, w2 = w1.copy(), w2.copy()
    losses = [squared_error(forward(x, w1, w2)[2], y)]
    for _ in range(steps):
        g1, g2 = gradients(x, y, w1, w2)
        w1 -= learning_rate * np.array(g1)
        w2 -= learning_rate * np.array(g2)
        losses.append(squared_error(forward(x, w1, w2)[2], y))
    return [w1, w2, losses]
"""
SINGLE = """
def create_data(n_samples, d_in, d_out, rng):
    y = rng.standard_normal((n_samples, d_out), dtype=np.float32)
    return rng.standard_normal((n_samples, d_in), dtype=np.float32), y

def forward(x, w1, w2):
    x, w1, w2 = (np.asarray(a, dtype=np.float32) for a in (x, w1, w2))
    hidden_in = x @ w1
    hidden = np.maximum(hidden_in, 0)
    return hidden_in, hidden, hidden @ w2

def gradients(x, y, w1, w2):
    x, y, w1, w2 = (np.atleast_2d(np.asarray(a, dtype=np.float32)) for a in (x, y, w1, w2))
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    slope = 2 * (y_pred - y)
    return x.T @ np.where(hidden_in > 0, slope @ w2.T, 0), hidden.T @ slope

def train(x, y, w1, w2, learning_rate, steps):
    w1, w2 = np.float32(w1), np.float32(w2)
    losses = []
    for step in range(steps + 1):
        losses.append(squared_error(forward(x, w1, w2)[2], y))
        if step < steps:
            g1, g2 = gradients(x, y, w1, w2)
            w1, w2 = w1 - np.float32(learning_rate) * g1, w2 - np.float32(learning_rate) * g2
    return w1, w2, np.array(losses, dtype=np.float32)
"""
EINSUM = """
def create_data(n_samples, d_in, d_out, rng):
    both = rng.normal(size=(n_samples, d_in + d_out))
    return both[:, :d_in], both[:, d_in:]

def init_weights(d_in, d_hidden, d_out, rng):
    w1 = rng.uniform(-1, 1, (d_in, d_hidden)) * np.sqrt(6 / d_in)
    return w1, rng.normal(0, np.sqrt(1 / d_hidden), (d_hidden, d_out))

def forward(x, w1, w2):
    hidden_in = np.einsum("...i,ih->...h", x, w1)
    hidden = np.where(hidden_in > 0, hidden_in, 0.0)
    return np.array(hidden_in, order="F"), hidden, np.einsum("...h,ho->...o", hidden, w2)

def squared_error(y_pred, y_true):
    return np.array(np.linalg.norm(y_pred - y_true) ** 2)

def gradients(x, y, w1, w2):
    x, y = np.reshape(x, (-1, len(w1))), np.reshape(y, (-1, w2.shape[1]))
    hidden_in, hidden, y_pred = forward(x, w1, w2)
    mask = np.heaviside(hidden_in, 1)
    g1 = np.einsum("ni,no,ho,nh->ih", x, y_pred - y, w2, mask)
    return np.asfortranarray(2 * g1), 2 * np.einsum("nh,no->ho", hidden, y_pred - y)
"""
MATRIX_CLASS = """
class Network:
    def __init__(self, w1, w2):
        self.w1, self.w2 = np.matrix(w1), np.matrix(w2)

    def backward(self, x, y):
        x, y = np.matrix(x), np.matrix(y)
        hidden_in = x * self.w1
        hidden = np.clip(hidden_in, 0, None)
        slope = 2 * (hidden * self.w2 - y)
        back = np.multiply(slope * self.w2.T, np.sign(hidden))
        return x.T * back, hidden.T * slope

def gradients(x, y, w1, w2):
    print("gradients")
    return Network(w1, w2).backward(x, y)

def train(x, y, w1, w2, learning_rate, steps):
    net, losses = Network(w1, w2), {}
    error = lambda: float(np.sum(np.square(np.maximum(x @ net.w1, 0) @ net.w2 - y)))
    for step in range(steps):
        losses[step] = error()
        g1, g2 = net.backward(x, y)
        net.w1, net.w2 = net.w1 - learning_rate * g1, net.w2 - learning_rate * g2
    losses[steps] = error()
    return net.w1, net.w2, list(losses.values())
"""
CHOICES = """
HYPERPARAMETERS = {"d_hidden": np.int64(20), "learning_rate": np.float32(1e-4), "steps": 4e3}
GENERALISES = np.bool_(False)
"""
