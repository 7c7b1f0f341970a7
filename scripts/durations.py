"""Record which tests take long, from the last whole gate's `build/tests.xml`.

`tests/durations.json` has the seconds of each module: the gate divides its work by them, and `make
quick` chooses its tests. The table in `docs/testing.md` lists single tests.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "build" / "tests.xml"
MODULES = ROOT / "tests" / "durations.json"
PAGE = ROOT / "docs" / "testing.md"
BEGIN, END = "<!-- durations: begin -->\n", "<!-- durations: end -->\n"
SHOWN = 25


def main() -> int:
    """Read the report and write both."""
    if not REPORT.is_file():
        print("There is no build/tests.xml: run make test first.")
        return 1
    root = ET.parse(REPORT).getroot()  # noqa: S314 - pytest's own
    tests: dict[str, float] = defaultdict(float)
    modules: dict[str, float] = defaultdict(float)
    for case in root.iter("testcase"):
        seconds = float(case.get("time", "0"))
        module = case.get("classname", "").replace(".", "/") + ".py"
        modules[module] += seconds
        tests[f"{module}::{case.get('name')}"] += seconds
    took = {name: round(seconds, 1) for name, seconds in longest(modules)}
    MODULES.write_text(json.dumps(took, indent=2) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + table(tests, modules) + END + after, encoding="utf-8")
    return 0


def longest(seconds: dict[str, float]) -> list[tuple[str, float]]:
    """Return names and seconds, those that took longest first."""
    return sorted(seconds.items(), key=lambda pair: -pair[1])


def table(tests: dict[str, float], modules: dict[str, float]) -> str:
    """Return the slowest modules and tests as two tables of Markdown."""
    lines = [
        f"{len(tests):,} tests in {len(modules)} modules: {sum(tests.values()):,.0f} s in all.\n",
        "\n| module | seconds |\n|---|---|\n",
        *(f"| `{name}` | {took:.0f} |\n" for name, took in longest(modules)[:SHOWN]),
        "\n| test | seconds |\n|---|---|\n",
        *(f"| `{cell(name)}` | {took:.1f} |\n" for name, took in longest(tests)[:SHOWN]),
    ]
    return "".join(lines)


def cell(name: str) -> str:
    """Return a test's name in a form that fits into a table, without the folder of all tests."""
    return name.removeprefix("tests/").replace("|", "\\|").replace("`", "'").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
