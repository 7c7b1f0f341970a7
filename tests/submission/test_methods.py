"""A function that is asked for and was written as a method of a class."""

from __future__ import annotations

import pytest

from grader.errors import Failed

from .rescued import Opens, value


def test_a_function_that_is_a_method_is_told_its_class(opened: Opens) -> None:
    lines = (
        "import os",
        "def helper(x):\n    def f(y):\n        return y\n    return x",
        "class Net:\n    # a net\n\n    def f(self, x):\n        return x\n",
        "class Other:\n    def g(self):\n        return 1\n",
    )
    with pytest.raises(Failed, match=r"^`f` is not defined in ex/work\.py\.$") as caught:
        value(opened("\n".join(lines)), "f", 1)
    said = "`f` stands in the class `Net`: a function outside of it is needed."
    assert caught.value.hint == said
    with pytest.raises(Failed) as caught:
        value(opened("\n".join(lines[:2])), "f", 1)
    said = "`f` stands in the function `helper`: it is needed outside of it."
    assert caught.value.hint == said
