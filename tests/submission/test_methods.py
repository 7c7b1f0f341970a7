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


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("experiment = {}", "There is `experiment`: is it meant? "),
        ("EXPERIENCE: dict = {}", "There is `EXPERIENCE`: is it meant? "),
        ("def Experiment():\n    return 1", "There is `Experiment`: is it meant? "),
        ("def main():\n    EXPERIMENT = {}", "`EXPERIMENT` stands in the function `main`: "),
        ("EXPLOSION = {}", "Keep the names of the stub"),
        ("experiment == 1", "Keep the names of the stub"),
        ("print('EXPERIMENTS')", "Keep the names of the stub"),
    ],
)
def test_a_name_that_is_nearly_right_is_told(opened: Opens, line: str, hint: str) -> None:
    with pytest.raises(Failed, match=r"^`EXPERIMENT` is not defined in ex/work\.py\.$") as caught:
        value(opened(f"import os\n{line}\n" if "==" not in line else "x = 1\n"), "EXPERIMENT")
    assert caught.value.hint.startswith(hint)
