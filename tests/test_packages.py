"""`grader check` warns of imports that grading will not have, and of no others."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from grader.course import load_course
from grader.course.packages import MOST_TOLD, not_there
from grader.intake.sealed import Sealed
from grader.judge import Judge
from tests.launching import launcher

ROOT = Path(__file__).parents[1]
HAS = ("numpy", "scipy")
FILE = "neural_net/learn.py"


@pytest.mark.parametrize(
    ("source", "package"),
    [
        ("import pandas as pd", "pandas"),
        ("from sklearn.metrics import accuracy_score", "sklearn"),
        ("def f():\n    import jax.numpy as jnp\n", "jax"),
        ("try:\n    import cupy\nexcept ImportError:\n    pass\n", "cupy"),
        ("import numpy, \\\n    pandas", "pandas"),
    ],
)
def test_a_package_that_is_not_there_is_named_with_its_file(source: str, package: str) -> None:
    (warning,) = not_there({FILE: source.encode()}, HAS, [FILE])
    assert package in warning
    assert FILE in warning


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nfrom scipy.special import expit",
        "import os, sys, __future__\nfrom dataclasses import dataclass",
        "import helpers\nfrom tools.more import x\nfrom . import y",
        "from tqdm import tqdm\nfrom IPython.display import HTML\nimport ipdb\nimport google.colab",
        "# import pandas\ns = 'import pandas'",
    ],
)
def test_what_is_there_is_not_warned_of(source: str) -> None:
    files = [FILE, "neural_net/helpers.py", "tools/more.py"]
    assert not_there({FILE: source.encode()}, HAS, files) == []


def test_many_are_told_in_few_sentences() -> None:
    source = "\n".join(f"import package_{n}" for n in range(20)).encode()
    warnings = not_there({FILE: source, "model.keras": b"import pandas"}, HAS, [FILE])
    assert len(warnings) == MOST_TOLD + 1
    assert "15 more" in warnings[-1]


def test_the_student_is_warned_and_whoever_is_graded_is_not() -> None:
    course = load_course(ROOT, ["explosion"])
    sealed = Sealed("ann", {"neural_net/explosion.py": b"import pandas\nimport numpy\n"})
    checked = Judge(course, launcher(), public_only=True).grade(sealed)
    assert [note for note in checked.notes if "pandas" in note]
    graded = Judge(course, launcher(), salt=b"s").grade(sealed)
    assert not [note for note in graded.notes if "not installed where your work" in note]


def test_what_the_course_says_is_there_is_installed() -> None:
    missing = [name for name in load_course(ROOT).packages if find_spec(name) is None]
    assert set(missing) <= {"torch"}  # an extra, which the course allows and set-up leaves out
