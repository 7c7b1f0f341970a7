"""The check of `apply`, whose function lives in the judge."""

from grader.checks import Failed, check


@check(1)
def applies(case):
    """`apply(f, x)` is f(x)."""

    def triple(value):
        if type(value) is not float:
            raise Failed("f takes a number.")
        return 3 * value

    x = float(case.rng.uniform(1, 9))
    case.compare("apply", (x,), case.student.apply(triple, x), 3 * x)
