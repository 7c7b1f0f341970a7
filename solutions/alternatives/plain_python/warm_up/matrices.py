# Exercise 0 - matrices. No numpy tricks, only loops, so I see what happens

def shape(m):
    return (len(m), len(m[0]))


def entry(a, i, j):
    (n, p) = shape(a)
    if i < 1 or i > n:
        raise IndexError("line " + str(i))
    if j < 1 or j > p:
        raise IndexError("column " + str(j))
    return a[i - 1][j - 1]


def matrix_product(a, b):
    (n, p) = shape(a)
    (p2, q) = shape(b)
    if p != p2:
        raise ValueError("cannot multiply (%d,%d) by (%d,%d)" % (n, p, p2, q))
    result = []
    for i in range(n):
        line = []
        for j in range(q):
            total = 0
            for k in range(p):
                total += a[i][k] * b[k][j]
            line.append(total)
        result.append(line)
    return result


def ones_power(size, n):
    """Every element counts the paths of length n between two nodes: size^(n-1)."""
    value = 1
    for _ in range(n - 1):
        value *= size
    return [[value for _ in range(size)] for _ in range(size)]


def inner_product(x, w):
    total = 0
    for i in range(len(x)):
        total += x[i] * w[i]
    return total
