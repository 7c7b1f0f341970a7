# Exercise 9, part 1

def lists(a):
    return a.tolist() if hasattr(a, "tolist") else a


def minibatches(n_samples, batch_size, rng):
    left = list(range(n_samples))
    batches = []
    batch = []
    while left:
        # draw one of those that are left
        k = int(rng.integers(len(left)))
        batch.append(left.pop(k))
        if len(batch) == batch_size or not left:
            batches.append(batch)
            batch = []
    return batches


def predict(sample, w1, w2):
    inside = [sum(sample[i] * w1[i][h] for i in range(len(w1))) for h in range(len(w2))]
    hidden = [max(v, 0.0) for v in inside]
    out = [sum(hidden[h] * w2[h][o] for h in range(len(w2))) for o in range(len(w2[0]))]
    return inside, hidden, out


def train_sgd(x, y, w1, w2, learning_rate, epochs, batch_size, rng):
    x, y = lists(x), lists(y)
    w1 = [list(line) for line in lists(w1)]
    w2 = [list(line) for line in lists(w2)]
    losses = []
    for _ in range(epochs):
        for batch in minibatches(len(x), batch_size, rng):
            g1 = [[0.0 for _ in line] for line in w1]
            g2 = [[0.0 for _ in line] for line in w2]
            for s in batch:
                inside, hidden, out = predict(x[s], w1, w2)
                for o in range(len(out)):
                    slope = 2 * (out[o] - y[s][o])
                    for h in range(len(w2)):
                        g2[h][o] += slope * hidden[h]
                        if inside[h] > 0:
                            for i in range(len(w1)):
                                g1[i][h] += slope * w2[h][o] * x[s][i]
            for i in range(len(w1)):
                for h in range(len(w2)):
                    w1[i][h] -= learning_rate * g1[i][h]
            for h in range(len(w2)):
                for o in range(len(w2[0])):
                    w2[h][o] -= learning_rate * g2[h][o]
        loss = 0.0
        for s in range(len(x)):
            out = predict(x[s], w1, w2)[2]
            for o in range(len(out)):
                d = out[o] - y[s][o]
                loss += d * d
        losses.append(loss)
    return w1, w2, losses
