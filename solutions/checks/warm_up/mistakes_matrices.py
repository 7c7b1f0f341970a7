"""Well-known wrong versions of the functions in `warm_up/matrices.py`."""

import numpy as np

from grader.checks import Wrong, misconception, misconceptions

ENTRY = 'part 1, "A_ij means the element at line i and column j"'
POWER = 'part 1, "What is Aⁿ?"'


OF_ENTRY = misconceptions(
    "entry",
    ENTRY,
    counted_from_zero=Wrong(
        lambda a, i, j: a[i, j],
        "The lecture counts rows and columns from 1, numpy counts them from 0: A₁₂ is "
        "`a[0, 1]`. Subtract 1 from both.",
    ),
    line_and_column_swapped=Wrong(
        lambda a, i, j: a[j - 1, i - 1],
        "Row and column are swapped: in A_ij the row i comes first, and in `a[i - 1, j - 1]` too.",
    ),
    swapped_and_from_zero=Wrong(
        lambda a, i, j: a[j, i],
        "Row and column are swapped, and they are counted from 0: A_ij is `a[i - 1, j - 1]`.",
    ),
    negative_index_wraps=Wrong(
        lambda a, i, j: a[i - 1, j - 1],
        "A negative index is not an error in numpy, it counts from the end: `a[0 - 1]` is the last "
        "line. Look at i and j before you subtract 1.",
    ),
)


OF_MATRIX_PRODUCT = misconceptions(
    "matrix_product",
    "eq. 5",
    product_of_elements=Wrong(
        lambda a, b: a * b,
        "This multiplies element by element, as `a * b` does. The matrix product sums over a "
        "whole row of `a` and a whole column of `b`.",
    ),
    factors_swapped=Wrong(
        lambda a, b: b @ a,
        "This is the product B A. The order matters: in A B, the rows come from `a` and the "
        "columns from `b`.",
    ),
    product_transposed=Wrong(
        lambda a, b: (a @ b).T,
        "This is the right product, but transposed: row i of the result belongs to row i of "
        "`a`, so the loop over the rows of `a` gives the first index.",
    ),
    lines_by_lines=Wrong(
        lambda a, b: a @ b.T,
        "This multiplies rows of `a` by rows of `b`, as in A Bᵀ: in A_ik B_kj the index k is "
        "the row of `b`, so it runs down a column.",
    ),
    columns_by_columns=Wrong(
        lambda a, b: a.T @ b,
        "This multiplies columns of `a` by columns of `b`, as in Aᵀ B: in A_ik B_kj the index k "
        "is the column of `a`, so it runs along a row.",
    ),
    last_term_alone=Wrong(
        lambda a, b: np.outer(a[:, -1], b[-1]),
        "Each element is only the last term of its sum: inside the loop over k, add with `+=` "
        "instead of replacing with `=`.",
    ),
)


OF_ONES_POWER = misconceptions(
    "ones_power",
    POWER,
    exponent_off_by_one=Wrong(
        lambda size, n: [[size**n] * size] * size,
        "Each element is `size` times too large: A¹ is A itself, whose elements are 1 = size⁰, so "
        "that Aⁿ has size to the power of n − 1.",
    ),
    power_of_each_element=Wrong(
        lambda size, n: [[1**n] * size] * size,
        "Each element was raised to the n-th power by itself (1ⁿ = 1), as `A ** n` does in numpy. "
        "Aⁿ means the matrix product A A … A.",
    ),
    multiple_of_ones=Wrong(
        lambda size, n: [[n] * size] * size,
        "This is n times A, a sum of n matrices. Aⁿ is a product: each further factor multiplies "
        "every element by `size`.",
    ),
    base_and_exponent_swapped=Wrong(
        lambda size, n: [[n ** (size - 1)] * size] * size,
        "Base and exponent are swapped: the number that is multiplied again and again is `size`, "
        "and n says how often.",
    ),
)


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
