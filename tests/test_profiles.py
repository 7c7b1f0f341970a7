"""Profiles: declared in the manifest, chosen by what is imported, and missing without any loss."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from grader.course import Course, load_course
from grader.course.profiles import RunConfig, imported, imported_ahead
from grader.errors import CourseError
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome, SubmissionResult
from grader.sandbox.doctor import make_launcher
from grader.sandbox.launcher import Limits, Profile, RunnerSpec
from grader.sandbox.plain import PlainLauncher, PlainProcess
from tests.launching import launcher

DOCUMENT = Path(__file__).parents[1] / "docs" / "profiles.md"
FILE = "work/said.py"
MANIFEST = """
title = "A course of one function"

[limits]
call_seconds = 3.0
memory_mib = 500

[profiles.numpy]

[profiles.numpy.environment]
SAID = "numpy"

[profiles.money]
preload = ["decimal"]
for_imports = ["decimal", "fractions"]

[profiles.money.environment]
SAID = "money"

[profiles.money.limits]
memory_mib = 600
restarts = 3

[profiles.absent]
preload = ["numpy", "no_such_package.part"]
for_imports = ["no_such_package"]

[profiles.broken]
for_imports = ["broken"]

[profiles.broken.environment]
PYTHONHOME = "/nowhere"

[[exercises]]
id = "said"
number = "1"
title = "What was said"
folder = "work"
files = ["work/said.py"]
points = 12
other_profiles = ["money", "absent", "broken"]

[exercises.limits]
restarts = 4
"""
CHECK = '''
@check(1)
def says_{number}(case):
    """`said()` is the word of the reference."""
    if case.student.said() != case.reference.said():
        raise Failed("It is another word.")
'''
SAYING = "import os\n\ndef said():\n    return os.environ['SAID']\n"


def make(root: Path, manifest: str = MANIFEST) -> Path:
    checks = "".join(CHECK.format(number=number) for number in range(12))
    files = {
        "assignments/course.toml": manifest,
        "assignments/work/said.py": "",
        "solutions/work/said.py": "def said():\n    return 'money'\n",
        "solutions/checks/said/check_said.py": "from grader.checks import Failed, check\n" + checks,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")
    return root


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make(tmp_path))


def grade(course: Course, source: str) -> SubmissionResult:
    return Judge(course, launcher()).grade(Sealed("x", {FILE: source.encode()}))


def outcomes(result: SubmissionResult) -> set[Outcome]:
    return {check.outcome for check in result.exercises[0].checks}


def test_a_submission_runs_in_the_profile_for_what_it_imports(course: Course) -> None:
    assert grade(course, f"from decimal import Decimal\n{SAYING}").score == 12
    assert grade(course, SAYING).score == 0  # the word is then the usual profile's


def test_limits_are_the_courses_then_the_profiles_then_the_exercises(course: Course) -> None:
    exercise = course.exercises[0]
    money = exercise.run_config({FILE: b"import decimal"}).limits
    assert (money.call_seconds, money.memory_mib, money.restarts) == (3.0, 600, 4)
    assert exercise.limits.memory_mib == 500


def test_a_package_that_is_not_installed_costs_nothing_and_is_named(course: Course) -> None:
    result = grade(course, "from no_such_package import said\n")
    assert outcomes(result) == {Outcome.GRADER_ERROR}
    assert result.withheld == result.max_score == 12
    message = result.exercises[0].checks[0].message
    assert "uses no_such_package, which is not installed" in message
    assert "No points are lost" in message


def test_an_import_that_nothing_uses_withholds_nothing(course: Course) -> None:
    right = "import no_such_package\ndef said():\n    return 'money'\n"
    assert (grade(course, right).score, grade(course, right).withheld) == (12, 0)
    assert outcomes(grade(course, f"import no_such_package\n{SAYING}")) == {Outcome.FAILED}


def test_a_profile_that_cannot_start_costs_nothing_however_often_it_is_tried(
    course: Course,
) -> None:
    result = grade(course, f"import broken\n{SAYING}")
    assert len(result.exercises[0].checks) > course.exercises[0].limits.restarts
    assert outcomes(result) == {Outcome.GRADER_ERROR}


def run_config(*packages: str) -> RunConfig:
    return RunConfig(profile=Profile(name="p"), limits=Limits(), for_imports=packages)


@pytest.mark.parametrize(
    "source",
    [
        "import torch",
        "x = 1\r\nimport torch as t\r\n",
        "import numpy as np, torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "from torch.nn import functional",
        "    from  torch import nn",
        "try: import torch\nexcept ImportError: pass",
        "import numpy; import torch",
        "import jax",
        "\ufeffimport torch",
        "x = 1\n\fimport torch",
        "import os, \\\n    torch",
        "import os, \\\r\n    torch as t",
        "from \\\n    torch \\\n    import nn",
        "if True: \\\n    import torch",
        "x = don't\nimport torch",
        "%matplotlib inline\n!pip install torch\nimport torch",
        "x = '''never closed\nimport torch",
        "x = f(1,\nimport torch",
    ],
)
def test_imports_are_found(source: str) -> None:
    assert run_config("torch", "jax").suits({"a/b.py": source.encode()})


@pytest.mark.parametrize(
    "source",
    [
        "import torchvision",
        "from .torch import x",
        "# import torch",
        "import numpy  # not torch",
        "torch = 1",
        "from my.torch import x",
        "important = torch",
        '"""Use it after\nimport torch\n"""',
        "x = 'a \\\nimport torch'",
        "import numpy as torch",
        "from numpy import (\n    dot,  # import torch\n    array as torch,\n)",
        "from . import torch",
        "from .. \\\n    torch import x",
        "def f():\n    yield from torch\nimport numpy",
        "raise ValueError from torch",
    ],
)
def test_what_only_looks_like_an_import_is_none(source: str) -> None:
    assert not run_config("torch").suits({"a/b.py": source.encode()})


def test_only_python_files_are_searched() -> None:
    assert not run_config("torch").suits({"notes.txt": b"import torch"})


def test_a_profile_may_be_for_a_part_of_a_package() -> None:
    part = run_config("torch.nn")
    assert part.suits({"a.py": b"from torch import nn"})
    assert part.suits({"a.py": b"import torch.nn.functional"})
    assert not part.suits({"a.py": b"import torch"})


# ---------------------------------------------------------------------------- which files

TORCH = b"import torch\n"


@pytest.mark.parametrize(
    ("others", "source"),
    [
        ({"ex/tools.py": TORCH}, "import tools"),
        ({"ex/tools.py": TORCH}, "from tools import f"),
        ({"elsewhere/tools.py": TORCH}, "import sys; sys.path.append('..'); import tools as t"),
        ({"ex/tools.py": b"from ex.more import g", "ex/more.py": TORCH}, "from ex import tools"),
        ({"ex/__init__.py": TORCH}, "from ex import something"),
        ({"ex/sub/part.py": TORCH}, "from .sub import (\n    other,  # not this\n    part,\n)"),
        ({"ex/part.py": TORCH}, "from \\\n    part import f"),
        ({"ex/größe.py": TORCH}, "import größe"),
        ({"ex/tools.py": b"import work\nimport torch"}, "import tools"),  # in a circle
        ({"run.py": TORCH}, "import importlib\nm = importlib.import_module('r' + 'un')"),
        ({"ex/tools.py": TORCH}, "\ufeffimport tools"),
        ({"ex/tools.py": TORCH}, "\fimport tools"),
        ({"run.py": TORCH}, "exec(open('run.py').read())"),
        ({"run.py": TORCH}, "import helper\nm = __import__('run')"),
    ],
)
def test_files_that_are_imported_count(others: dict[str, bytes], source: str) -> None:
    files = {"ex/work.py": source.encode(), **others}
    assert run_config("torch").suits(imported(files, ["ex/work.py"]))


@pytest.mark.parametrize(
    "source", ["import numpy", "x = 'tools'", "# import tools", "import tools_of_mine", ""]
)
def test_files_that_are_not_imported_do_not_count(source: str) -> None:
    files = {"ex/work.py": source.encode(), "ex/tools.py": TORCH, "tools.txt": TORCH}
    found = imported(files, ["ex/work.py", "ex/not_handed_in.py"])
    assert list(found) == ["ex/work.py"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"money", "absent"', '"monney"', "asks for the profile 'monney': there is none"),
        ("call_seconds", "call_secs", "There is no limit 'call_secs'"),
        ('for_imports = ["decimal", "fractions"]\n', "", "The profile money is never chosen"),
        ("preload", "preloaded", "unknown field `preloaded`"),
    ],
)
def test_a_manifest_that_is_wrong_is_refused_in_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(CourseError, match=re.escape(sentence)):
        load_course(make(tmp_path, MANIFEST.replace(old, new)))


def test_the_profiles_of_the_document_are_profiles(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    declared = [block for block in blocks if "[profiles." in block]
    assert declared
    for number, block in enumerate(declared):
        (name,) = tomllib.loads(block)["profiles"]
        manifest = MANIFEST.replace('"money", "absent", "broken"', f'"{name}"')
        course = load_course(make(tmp_path / str(number), f"{manifest}\n{block}"))
        (other,) = course.exercises[0].other_run_configs
        assert other.profile.name == name
        assert replace(other, for_imports=()).profile.environment["OMP_NUM_THREADS"] == "1"


# ---------------------------------------------------------------------------- submissions that draw

DRAWS = """
import io
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2, 3])
figure.savefig(io.BytesIO())
plt.show()
"""


def test_a_submission_that_draws_is_run_where_matplotlib_is_at_hand() -> None:
    root = Path(__file__).parents[1]
    course = load_course(root, ["warm_up", "random_data"])
    warm_up, random_data = course.exercises
    drawing = {"warm_up/neuron.py": DRAWS.encode()}
    assert warm_up.run_config(drawing).profile.name == "plots"
    assert random_data.run_config(drawing).profile.name == "numpy"  # where it is not imported
    assert warm_up.run_config({"warm_up/neuron.py": b"import numpy"}).profile.name == "numpy"
    both = b"import torch\nimport matplotlib.pyplot as plt\n"
    assert random_data.run_config({"neural_net/learn_random_data.py": both}).profile.name == "torch"
    launcher = make_launcher()
    try:
        judge = Judge(course.only(["warm_up"]), launcher, b"salt")
        files = {p: (root / "solutions" / p).read_bytes() for p in course.only(["0"]).files}
        files["warm_up/neuron.py"] += DRAWS.encode()
        result = judge.grade(Sealed("student", files))
    finally:
        launcher.close()
    assert result.score == result.max_score


def test_what_the_files_of_an_exercise_import_is_imported_ahead() -> None:
    files = {
        "net/plot_net.py": b"import pygraphviz as pgv\n",
        "net/showing.py": b"from plot_net import show_net\n",
        "net/learning.py": b"import numpy as np  # not pygraphviz\n",
        "net/hidden.py": b"import importlib\nimportlib.import_module('pygraphviz')\n",
        "pygraphviz.toml": b"import pygraphviz",
    }
    for own, wanted in (
        ("net/plot_net.py", ("pygraphviz",)),
        ("net/showing.py", ("pygraphviz",)),
        ("net/learning.py", ()),
        ("net/hidden.py", ("pygraphviz",)),  # any file may be run, so the imports of all count
        ("net/missing.py", ()),
    ):
        assert imported_ahead(files, [own]) == wanted, own


def test_the_exercise_that_draws_graphs_has_them_ahead_and_the_others_not() -> None:
    class Told(PlainLauncher):
        def start(self, spec: RunnerSpec, greeting: Any = None) -> PlainProcess:
            seen.append(spec.ahead)
            return super().start(spec, greeting)

    root = Path(__file__).parents[1]
    course = load_course(root, ["explosion", "plot_net"])
    files = {p: (root / "solutions" / p).read_bytes() for p in course.files}
    wanted = {"explosion": (), "plot_net": ("pygraphviz",)}
    for exercise in course.exercises:
        seen: list[tuple[str, ...]] = []
        judge = Judge(course.only([exercise.id]), Told(), b"salt")
        judge.grade(Sealed("student", files))
        assert set(seen) == {wanted[exercise.id]}
