"""How the house is built, in numbers, and a failure where one is over its limit.

The gate runs this, and it writes `build/house.json`. ``--list`` also prints the counted items.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from import_graph import circles, imports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
JOURNEY = re.compile(r"^\d+\. `(grader\.[\w.]+)`", re.MULTILINE)
DEFENDED = re.compile(r"^\| `(\w+\.py)` \|", re.MULTILINE)
FOLDERS = ("grader", "scripts", "solutions", "tests")
FILE_LINES, FUNCTION_LINES = 400, 60
HANDED_IN = ("tests/submissions/", "tests/cases/", "tests/hostile/", "tests/golden/")
# Where statements have others: a lambda's body is none, and has no length.
BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
# The limit of each number.
LIMITS = {
    "import_circles": 0,
    "basenames_with_two_meanings": 4,
    "basenames_not_in_the_glossary": 0,
    "classes_with_two_meanings": 0,
    "journey_functions": 30,
    "journey_files": 18,
    "public_names": 12,
    "solutions_lines": 16_142,
    "functions_over_60_lines": 0,
    "files_over_400_lines": 0,
}


def main() -> int:
    """Count, store the numbers, and return 1 if one exceeds its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--list", action="store_true", help="print what is counted, too")
    asked = parser.parse_args()
    found = counted(ROOT)
    target = ROOT / "build" / "house.json"
    target.parent.mkdir(exist_ok=True)
    numbers = {name: len(what) for name, what in found.items()}
    target.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    over = [name for name, number in numbers.items() if number > LIMITS[name]]
    for name, number in numbers.items():
        print(f"{name}: {number} (at most {LIMITS[name]:,})")
        if (asked.list or name in over) and name != "solutions_lines":
            for what in found[name][:60]:
                print(f"  {what}")
    return 1 if over else 0


def counted(root: Path) -> dict[str, list[str]]:
    """Return the counted items, by the name of each number."""
    files = python_files(root)
    trees = parsed(root, files)
    ours = {root / path: tree for path, tree in trees.items() if path.startswith("grader/")}
    journey = journey_of(root)
    names = two_meanings(root, files)
    return {
        "import_circles": [" → ".join(c) for c in circles(imports_of(root, "grader", ours))],
        "basenames_with_two_meanings": names,
        "basenames_not_in_the_glossary": [name for name in names if name.endswith(")")],
        "classes_with_two_meanings": double_classes(trees),
        "journey_functions": journey,
        "journey_files": sorted({file_of(root, name) for name in journey}),
        "public_names": public_names(root),
        "solutions_lines": [
            line
            for path in files
            if path.startswith("solutions/")
            for line in lines_of(root / path)
        ],
        "functions_over_60_lines": list(long_functions(trees)),
        "files_over_400_lines": [
            f"{path}: {n}" for path in files if (n := len(lines_of(root / path))) > FILE_LINES
        ],
    }


def journey_of(root: Path) -> list[str]:
    """Return the functions that a submission passes, in the order of the page."""
    return JOURNEY.findall((root / "docs" / "journey.md").read_text(encoding="utf-8"))


def python_files(root: Path) -> list[str]:
    """Return the Python files of the project, without sample submissions."""
    found = [p for folder in FOLDERS for p in (root / folder).rglob("*.py")]
    paths = sorted(path.relative_to(root).as_posix() for path in found)
    return [path for path in paths if not path.startswith(HANDED_IN)]


def parsed(root: Path, files: Iterable[str]) -> dict[str, ast.Module]:
    """Return the tree of each file. Python's collector would look through them all, many times."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return {path: ast.parse((root / path).read_text(encoding="utf-8")) for path in files}
    finally:
        if collects:
            gc.enable()


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file."""
    return path.read_text(encoding="utf-8").splitlines()


def two_meanings(root: Path, files: Iterable[str]) -> list[str]:
    """Return file names that several modules of `grader` share; mark those not in the glossary.

    The files of `cli` are left out: they are named after their commands.
    """
    glossary = (root / "docs" / "glossary.md").read_text(encoding="utf-8")
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in files:
        name = path.rpartition("/")[2]
        if path.startswith("grader/") and not path.startswith("grader/cli/"):
            by_name[name].append(path)
    special = {"__init__.py", "__main__.py"}
    found = []
    for name, paths in sorted(by_name.items()):
        if len(paths) > 1 and name not in special:
            defended = "" if name in DEFENDED.findall(glossary) else " (docs/glossary.md: not said)"
            found.append(f"{name}: {', '.join(paths)}{defended}")
    return found


def double_classes(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return names of public classes of `grader` that are defined in several modules."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees.items():
        if path.startswith("grader/"):
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    by_name[node.name].append(path)
    return [f"{name}: {', '.join(p)}" for name, p in sorted(by_name.items()) if len(p) > 1]


def file_of(root: Path, name: str) -> str:
    """Return the file that defines ``package.module.Class.method``."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        path = root.joinpath(*parts[:count]).with_suffix(".py")
        if path.is_file():
            return path.relative_to(root).as_posix()
    raise SystemExit(f"docs/journey.md: there is no module of {name}.")


def public_names(root: Path) -> list[str]:
    """Return the public names of `import grader`."""
    tree = ast.parse((root / "grader" / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    raise SystemExit("grader/__init__.py has no __all__.")


def long_functions(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield the functions that are longer than a screen."""
    for path, tree in trees.items():
        for node in statements(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    yield f"{path}: {node.name}, {lines} lines"


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield all statements below a node; nothing in an expression is one."""
    for name in BLOCKS:
        for child in getattr(node, name, ()):
            if isinstance(child, ast.stmt):
                yield child
            yield from statements(child)


if __name__ == "__main__":
    sys.exit(main())
