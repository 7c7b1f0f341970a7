"""Checks of `warm_up/matrices.py`."""

from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, all_agree, apart, as_array, check
from grader.checks.common_claims import leave_their_arguments_alone, must_raise
from grader.checks.numbers import short

from .own import LECTURE_A, matrix

# Of the largest matrix that `ones_power` is asked for: 7 × 7.
MOST_ELEMENTS = 49


def _right_product(a: Any, b: Any) -> Any:
    """Return the product of two square matrices of whole numbers, exactly."""
    left, right = (np.asarray(m, dtype=object) for m in (a, b))
    if max(left.size, right.size) > MOST_ELEMENTS:
        raise Failed(f"A matrix has more than {MOST_ELEMENTS} elements.")
    return (left @ right).tolist()


@check(1, lecture='part 1, "A_ij means the element at line i and column j"')
def entry_counts_from_one(case: Case) -> None:
    """`entry(a, i, j)` gives the element in row i and column j, both counted from 1."""
    a = matrix(case.rng, 4, 6)
    drawn = [(a, i, j) for i, j in [(2, 3), (1, 2), (3, 1), (4, 6), (1, 1)]]
    of_lecture = [(LECTURE_A, i, j) for i, j in [(1, 2), (3, 1), (3, 3)]]
    all_agree(case, "entry", *drawn, *of_lecture)


@check(1, lecture='part 1, "A_ij means the element at line i and column j"')
def entry_refuses_what_is_outside(case: Case) -> None:
    """`entry` raises `IndexError` where row or column is not there: 0, negative, too large."""
    a = matrix(case.rng, 3, 5)
    as_array(case.student.entry(a, 1, 1), "`entry`")  # this one is there
    for i, j in [(-1, 2), (2, -2), (0, 2), (3, 0), (4, 1), (1, 6), (4, 4)]:
        must_raise(case, "IndexError", "entry", (a, i, j), f"for row {i}, column {j} of a 3 × 5")


@check(2, lecture="eq. 5")
def product_follows_the_definition(case: Case) -> None:
    """`matrix_product(a, b)` has the sum over k of A_ik B_kj in row i, column j."""
    sizes = [(4, 4, 4), (3, 5, 2), (2, 3, 6)]
    drawn = [(matrix(case.rng, n, p), matrix(case.rng, p, q)) for n, p, q in sizes]
    all_agree(case, "matrix_product", *drawn)


@check(0.5, lecture='part 1, "Product of matrices"')
def product_refuses_sizes_that_do_not_meet(case: Case) -> None:
    """`matrix_product` raises `ValueError` where `a` has not as many columns as `b` has rows."""
    these_meet = case.student.matrix_product(np.ones((3, 3)), np.ones((3, 3)))
    as_array(these_meet, "`matrix_product`")
    for n, p, lines, q in [(2, 3, 4, 2), (3, 4, 2, 3), (2, 3, 2, 3), (4, 1, 3, 2), (2, 3, 1, 4)]:
        arguments = matrix(case.rng, n, p), matrix(case.rng, lines, q)
        what = f"for a {n} × {p} times a {lines} × {q} matrix"
        must_raise(case, "ValueError", "matrix_product", arguments, what)


@check(0.5, visibility="hidden", lecture="eq. 5")
def product_of_any_sizes(case: Case) -> None:
    """`matrix_product` works for a single row, a single column, one number, and whole numbers."""
    sizes = [(1, 6, 1), (5, 1, 4), (1, 1, 1), (1, 3, 4), (4, 3, 1)]
    drawn = [(matrix(case.rng, n, p), matrix(case.rng, p, q)) for n, p, q in sizes]
    whole = case.rng.integers(-9, 10, (3, 3))
    mixed = (whole + 0.5, np.eye(3, dtype=int)), (LECTURE_A, whole + 0.5)
    all_agree(case, "matrix_product", *drawn, (LECTURE_A, whole), *mixed)


@check(1.5, lecture='part 1, "What is Aⁿ?"')
@apart(matrix_product=_right_product)
def power_of_ones(case: Case) -> None:
    """`ones_power(size, n)` is the product of n matrices of ones, for small sizes and exponents."""
    all_agree(case, "ones_power", (3, 4), (2, 3), (4, 2), (5, 1), (1, 6), (2, 6))


@check(1, visibility="hidden", lecture='part 1, "What is Aⁿ?"')
@apart(matrix_product=_right_product)
def power_of_ones_is_exact(case: Case) -> None:
    """`ones_power` is exact and takes no time for an exponent of several hundred."""
    for size in (3, 7):
        n = int(case.rng.integers(300, 900))
        power = case.student.ones_power(size, n, seconds=2.0)
        wrong = [e for e in elements(power, size) if type(e) is bool or e != size ** (n - 1)]
        if wrong:
            raise Disagreement(
                f"`ones_power({size}, {n})` is not exact.",
                expected=f"{size}**{n - 1}, {short(size ** (n - 1))}, everywhere",
                got=short(wrong[0]),
                hint="int64 ends at 9.2e18 and float64 has 16 digits; Python's own `int` has no "
                "end: keep it in lists, or in an array of `dtype=object`.",
            )


@check(1, lecture="eq. 9")
def inner_product_is_a_sum_of_products(case: Case) -> None:
    """`inner_product(x, w)` is one number, the sum over i of x_i w_i."""
    drawn = [(matrix(case.rng, n), matrix(case.rng, n)) for n in (5, 3, 8)]
    all_agree(case, "inner_product", *drawn, (np.array([1, 2, 3]), np.array([4, 5, 6])))


@check(0.5, visibility="hidden")
def arguments_stay_as_they_are(case: Case) -> None:
    """No function in `matrices.py` changes the matrices and vectors that it is given."""
    square, x = matrix(case.rng, 3, 3), matrix(case.rng, 4)
    leave_their_arguments_alone(
        case,
        ("entry", (square, 2, 3)),
        ("matrix_product", (square, matrix(case.rng, 3, 3))),
        ("inner_product", (x, matrix(case.rng, 4))),
    )


def elements(power: Any, size: int) -> list[Any]:
    """Return the elements of a square matrix, exactly as they came."""
    lines = power.tolist() if isinstance(power, np.ndarray) else power
    if not isinstance(lines, list | tuple) or len(lines) != size:
        raise Failed(f"`ones_power` has to return {size} rows: it returned {short(power)}.")
    lines = [line.tolist() if isinstance(line, np.ndarray) else line for line in lines]
    if any(not isinstance(line, list | tuple) or len(line) != size for line in lines):
        raise Failed(f"Every row of `ones_power({size}, n)` has to hold {size} numbers.")
    plain = [e.item() if isinstance(e, np.generic) else e for line in lines for e in line]
    if any(type(e) not in (int, float) for e in plain):
        raise Failed("The elements of `ones_power` have to be whole numbers.")
    return plain
