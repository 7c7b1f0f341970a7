"""Well-known wrong versions of the functions in `warm_up/matrices.py`."""

import numpy as np

from grader.checks import misconception

ENTRY = 'part 1, "A_ij means the element at line i and column j"'
POWER = 'part 1, "What is Aⁿ?"'


@misconception(of="entry", lecture=ENTRY)
def counted_from_zero(a: np.ndarray, i: int, j: int) -> float:
    """The lecture counts lines and columns from 1, numpy counts them from 0: A₁₂ is `a[0, 1]`.
    Subtract 1 from both.
    """
    return a[i, j]


@misconception(of="entry", lecture=ENTRY)
def line_and_column_swapped(a: np.ndarray, i: int, j: int) -> float:
    """Line and column are swapped: in A_ij the line i comes first, and in `a[i - 1, j - 1]` too."""
    return a[j - 1, i - 1]


@misconception(of="entry", lecture=ENTRY)
def swapped_and_from_zero(a: np.ndarray, i: int, j: int) -> float:
    """Line and column are swapped, and they are counted from 0: A_ij is `a[i - 1, j - 1]`."""
    return a[j, i]


@misconception(of="entry", lecture=ENTRY)
def negative_index_wraps(a: np.ndarray, i: int, j: int) -> float:
    """A negative index is no error in numpy, it counts from the end: `a[0 - 1]` is the last line.
    Look at i and j before you subtract 1.
    """
    return a[i - 1, j - 1]


@misconception(of="matrix_product", lecture="eq. 5")
def product_of_elements(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """This multiplies element by element, as `a * b` does. The matrix product sums over a whole
    line of `a` and a whole column of `b`.
    """
    return a * b


@misconception(of="matrix_product", lecture="eq. 5")
def factors_swapped(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """This is the product B A. The order matters: in A B, the lines come from `a` and the columns
    from `b`.
    """
    return b @ a


@misconception(of="matrix_product", lecture="eq. 5")
def product_transposed(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """This is the right product, but transposed: line i of the result belongs to line i of `a`, so
    the loop over the lines of `a` gives the first index.
    """
    return (a @ b).T


@misconception(of="matrix_product", lecture="eq. 5")
def lines_by_lines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """This multiplies lines of `a` by lines of `b`, as in A Bᵀ: in A_ik B_kj the index k is the
    line of `b`, so it runs down a column.
    """
    return a @ b.T


@misconception(of="matrix_product", lecture="eq. 5")
def columns_by_columns(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """This multiplies columns of `a` by columns of `b`, as in Aᵀ B: in A_ik B_kj the index k is the
    column of `a`, so it runs along a line.
    """
    return a.T @ b


@misconception(of="matrix_product", lecture="eq. 5")
def last_term_alone(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Each element is only the last term of its sum: inside the loop over k, add with `+=` instead
    of replacing with `=`.
    """
    return np.outer(a[:, -1], b[-1])


@misconception(of="ones_power", lecture=POWER)
def exponent_off_by_one(size: int, n: int) -> list[list[int]]:
    """Each element is `size` times too large: A¹ is A itself, whose elements are 1 = size⁰, so that
    Aⁿ has size to the power of n − 1.
    """
    return [[size**n] * size] * size


@misconception(of="ones_power", lecture=POWER)
def power_of_each_element(size: int, n: int) -> list[list[int]]:  # noqa: ARG001
    """Each element was raised to the n-th power by itself (1ⁿ = 1), as `A ** n` does in numpy. Aⁿ
    means the matrix product A A … A.
    """
    return [[1] * size] * size


@misconception(of="ones_power", lecture=POWER)
def multiple_of_ones(size: int, n: int) -> list[list[int]]:
    """This is n times A, a sum of n matrices. Aⁿ is a product: each further factor multiplies every
    element by `size`.
    """
    return [[n] * size] * size


@misconception(of="ones_power", lecture=POWER)
def base_and_exponent_swapped(size: int, n: int) -> list[list[int]]:
    """Base and exponent are swapped: the number that is multiplied again and again is `size`, and n
    says how often.
    """
    return [[n ** (size - 1)] * size] * size


@misconception(of="inner_product", lecture="eq. 9")
def products_not_summed(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The products x_i w_i are right, and their sum is missing: `x * w` is still a vector, x wᵀ is
    one number.
    """
    return x * w


@misconception(of="inner_product", lecture="eq. 9")
def every_x_by_every_w(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """This is xᵀ w, a whole matrix of products x_i w_j (the outer product). x wᵀ takes equal
    indices only, and sums them to one number.
    """
    return np.outer(x, w)
