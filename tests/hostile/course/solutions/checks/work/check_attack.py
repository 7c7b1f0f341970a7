"""Checks of `double`; each calls it twice."""

from grader.checks import check, misconception

SECRET = "words of the checks: eleven empty envelopes"


@check(2)
def doubles_numbers(case):
    """`double(x)` is twice the number x."""
    for _ in range(2):
        case.agrees("double", float(case.rng.uniform(1, 9)))


@check(2, visibility="hidden")
def doubles_arrays(case):
    """`double(x)` doubles every element of the array x."""
    for _ in range(2):
        case.agrees("double", case.rng.uniform(1, 9, 5))


@misconception(of="double")
def square(x):
    """You squared x instead of doubling it."""
    return x * x
