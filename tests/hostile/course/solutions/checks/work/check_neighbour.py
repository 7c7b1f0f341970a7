"""The check of `halve`, which is honest in every submission here unless it brings its own."""

from grader.checks import check


@check(1)
def halves(case):
    """`halve(x)` is half of x."""
    case.agrees("halve", float(case.rng.uniform(1, 9)))
