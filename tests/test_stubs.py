"""Stubs are made from the solutions, hold nothing of the answers, and can be run as they are."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from grader.authoring.release.handouts import differing, handouts, write
from grader.authoring.stubs import BEGIN, END, STUB, is_solved, stub_of
from grader.errors import CourseError
from tests.checks.mnist_grading import made_with_keras
from tests.sharing import module_at

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = tomllib.loads((ROOT / "assignments" / "course.toml").read_text(encoding="utf-8"))
EVERY = [file for exercise in MANIFEST["exercises"] for file in exercise["files"]]
FILES = [file for file in EVERY if file.endswith(".py")]

FUNCTION = '''
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''


def solution(file: str) -> str:
    return (ROOT / "solutions" / file).read_text(encoding="utf-8")


def stub(file: str) -> str:
    return (ROOT / "assignments" / file).read_text(encoding="utf-8")


# ---------------------------------------------------------------------------- the course's stubs


@pytest.mark.parametrize("file", FILES)
def test_the_committed_stub_is_what_the_generator_makes(file: str) -> None:
    assert stub(file) == stub_of(solution(file), file)


@pytest.mark.parametrize("file", FILES)
def test_no_line_of_a_solution_region_appears_in_the_stub(file: str) -> None:
    inside, answers, stated = False, set(), set()
    for line in map(str.strip, solution(file).splitlines()):
        if line in {BEGIN, END}:
            inside = line == BEGIN
        elif line.startswith(STUB):
            stated.add(line.removeprefix(STUB).strip())
        elif inside:
            answers.add(line)
    assert answers
    given = {line.strip() for line in stub(file).splitlines()}
    assert not answers & (given - stated)
    assert not [line for line in given if line.startswith(("###", "# ruff:"))]


@pytest.mark.parametrize("file", FILES)
def test_stub_has_the_signatures_and_the_docstrings_of_the_solution(file: str) -> None:
    def interface(text: str) -> list[tuple[str, str, str | None]]:
        functions = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        return [(f.name, ast.unparse(f.args), ast.get_docstring(f)) for f in functions]

    assert interface(stub(file)) == interface(solution(file))


def open_functions_of(file: str) -> dict[str, int]:
    """Return the functions that a student has to write, and how many arguments they take."""
    return {
        node.name: len(node.args.args)
        for node in ast.parse(stub(file)).body
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Raise)
    }


WITH_KERAS = "mnist/learn_net.py"
ASK_EACH = """
import learn_net


def make(functions):
    said = {}
    for name, count in functions.items():
        try:
            getattr(learn_net, name)(*[None] * count)
        except NotImplementedError as error:
            said[name] = str(error)
    return said
"""


def test_the_stub_that_imports_keras_can_be_imported_and_says_what_to_do() -> None:
    functions = open_functions_of(WITH_KERAS)
    said = made_with_keras(ASK_EACH, functions, beside=stub(WITH_KERAS))
    assert len(said) == 4
    assert said == {name: f"{name}: write me" for name in functions}


@pytest.mark.parametrize("file", [file for file in FILES if file != WITH_KERAS])
def test_stub_can_be_imported_and_each_open_function_says_what_to_do(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "assignments" / Path(file).parent)
    module = module_at(ROOT / "assignments" / file)
    for beside in (ROOT / "assignments" / file).parent.glob("*.py"):
        sys.modules.pop(beside.stem, None)  # what a stub imports is no business of other tests
    open_functions = open_functions_of(file)
    unset = [name for name, value in vars(module).items() if name.isupper() and not _written(value)]
    assert open_functions or unset
    for name, count in open_functions.items():
        with pytest.raises(NotImplementedError, match=f"^{name}: write me$"):
            getattr(module, name)(*[None] * count)


def _written(value: object) -> bool:
    return value is not None and (not isinstance(value, dict) or None not in value.values())


def test_the_script_finds_the_committed_stubs_in_order() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "make_stubs.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 differ" in done.stdout


# ---------------------------------------------------------------------------- the generator


def test_a_function_raises_and_keeps_its_docstring() -> None:
    assert stub_of(FUNCTION, "f.py") == (
        '\ndef double(x):\n    """Return twice x."""\n'
        '    raise NotImplementedError("double: write me")\n'
    )


def test_a_region_in_a_nested_block_keeps_its_indentation() -> None:
    loop = f"    for i in x:\n        {BEGIN}\n        print(i)\n        {END}\n"
    source = f"def f(x):\n{loop}    return 1\n"
    assert stub_of(source, "f.py").splitlines()[2:] == [
        '        raise NotImplementedError("f: write me")',
        "    return 1",
    ]


def test_stub_lines_replace_a_constant_with_their_own_indentation() -> None:
    stated = f"{STUB} A = {{\n{STUB}     1: None,  # write me\n{STUB} }}\n"
    source = f"{BEGIN}\n{stated}A = {{1: 2}}\n{END}\nB = 1\n"
    assert stub_of(source, "f.py") == "A = {\n    1: None,  # write me\n}\nB = 1\n"


def test_an_empty_stub_line_leaves_nothing() -> None:
    source = f"A = 1\n{BEGIN}\n{STUB}\nHELPER = 2\n{END}\nB = 1\n"
    assert stub_of(source, "f.py") == "A = 1\nB = 1\n"


def test_windows_line_ends_and_a_missing_last_one_make_the_same_stub() -> None:
    expected = stub_of(FUNCTION, "f.py")
    assert stub_of(FUNCTION.replace("\n", "\r\n"), "f.py") == expected
    assert stub_of(FUNCTION.rstrip("\n"), "f.py") == expected


def test_a_marker_inside_a_string_and_a_form_feed_are_text() -> None:
    source = f'TEXT = """\n{BEGIN}\n"""\n\x0c\nB = "\u2028"\n'
    assert stub_of(source, "f.py") == source


WRONG = {
    "not closed": (f"def f():\n    {BEGIN}\n    return 1\n", 2, "has no"),
    "not opened": (f"def f():\n    return 1\n    {END}\n", 3, "without a"),
    "nested": (
        f"def f():\n    {BEGIN}\n    {BEGIN}\n    return 1\n    {END}\n",
        3,
        "inside the region",
    ),
    "unknown": (
        f"def f():\n    ### BEGIN SOLUTON\n    return 1\n    {END}\n",
        2,
        "is not a marker",
    ),
    "beside code": (f"def f():\n    {BEGIN}\n    return 1  {END}\n", 3, "alone"),
    "stub line outside": (f"{STUB} A = 1\nA = 2\n", 1, "belongs between"),
    "constant without a stub line": (f"A = 1\n{BEGIN}\nB = 2\n{END}\n", 2, "outside of a function"),
    "empty": (f"def f():\n    {BEGIN}\n    {END}\n    return 1\n", 2, "no whole statement"),
    "half a statement": (f"def f():\n    {BEGIN}\n    return (\n    {END}\n    1)\n", 2, "middle"),
    "docstring": (
        f'def f():\n    {BEGIN}\n    """D."""\n    return 1\n    {END}\n',
        2,
        "docstring",
    ),
    "two blocks": (
        f"def f():\n    {BEGIN}\n    return 1\ndef g():\n    return 1\n    {END}\n",
        2,
        "ends in another",
    ),
    "invalid solution": ("def f(:\n", 1, "the solution is not valid Python"),
    "invalid stub": (f"A = 1\n{BEGIN}\n{STUB} B = (\nB = 2\n{END}\n", 2, "stub made from it"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_use_of_markers_is_told_with_file_and_line(case: str) -> None:
    source, line, words = WRONG[case]
    with pytest.raises(CourseError, match=words) as caught:
        stub_of(source, "folder/file.py")
    message = str(caught.value)
    assert message.startswith(f"folder/file.py, line {line}: ")
    assert "\n" not in message


# ---------------------------------------------------------------------------- on disk


def course(folder: Path, *files: str) -> Path:
    """Write a course of one exercise whose first file alone has a solution."""
    (folder / "solutions" / "a").mkdir(parents=True)
    (folder / "assignments").mkdir()
    (folder / "solutions" / files[0]).write_text(FUNCTION)
    listed = ", ".join(f'"{file}"' for file in files)
    manifest = f'[[exercises]]\nid = "a"\nnumber = "1"\nfiles = [{listed}]\n'
    (folder / "assignments" / "course.toml").write_text(manifest)
    return folder


def test_write_tells_what_changed_and_is_idempotent(tmp_path: Path) -> None:
    made = handouts(course(tmp_path, "a/f.py"))
    target = tmp_path / "assignments"
    assert write(target, made) == ("a/f.py", "notebooks/a/f.ipynb")
    assert write(target, made) == differing(target, made) == ()
    assert (target / "a" / "f.py").read_text() == stub_of(FUNCTION, "a/f.py")


@pytest.mark.parametrize(
    "text",
    [
        "def double(x):\n    return 2 * x\n",  # no region at all
        '"""About it."""\n\nRATE = 0.5\n',
        # a region whose stub is what it replaces
        "### BEGIN SOLUTION\n### STUB RATE = 0.5\nRATE = 0.5\n### END SOLUTION\n",
        FUNCTION.replace(BEGIN, f"{BEGIN}\n    {STUB} return 2 * x  # there"),
    ],
)
def test_a_stub_that_is_the_whole_solution_is_never_written(tmp_path: Path, text: str) -> None:
    root = course(tmp_path, "a/double.py")
    (root / "solutions/a/double.py").write_text(text)
    (root / "assignments/a").mkdir()
    own = root / "assignments/a/double.py"
    own.write_text("# my own stub\n")
    with pytest.raises(CourseError, match=r"double\.py: its stub would be the whole solution") as e:
        handouts(root)
    assert "### BEGIN SOLUTION" in str(e.value)
    assert own.read_text() == "# my own stub\n"


def test_comments_and_docstrings_do_not_make_a_stub_of_a_solution() -> None:
    assert is_solved('"""Two."""\nx = 1  # here\n', "x = 1\n")
    assert not is_solved("x = None\n", "x = 1\n")
    assert is_solved("x = = 1", "x = = 1\n")


def test_nothing_is_made_where_one_fails(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"missing\.py: the solution cannot be read"):
        handouts(course(tmp_path, "a/f.py", "a/missing.py"))
