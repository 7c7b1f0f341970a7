"""Write `docs/results.schema.json`: the JSON Schema of the files that `grader grade` leaves.

Run it after a change in `grader/results`; with --check it only reports whether the file is up to
date. The versions of msgspec and Python do not matter: docstrings are stored without indentation,
which some versions keep and others remove, and schemas are compared by their meaning.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec

from grader.results import SCHEMA_VERSION, ClassResult, SubmissionResult
from grader.results.class_file import CLASS_FILE_VERSION, DECLARED, OWN_FILE_ONLY

TARGET = Path(__file__).resolve().parents[1] / "docs" / "results.schema.json"
# Lists of a schema whose order has no meaning.
UNORDERED = frozenset(["required", "enum", "anyOf", "oneOf", "allOf", "type"])


def schema() -> dict[str, Any]:
    """Return the schema: each kind of file under ``$defs``."""
    _, definitions = msgspec.json.schema_components(
        [ClassResult, SubmissionResult], ref_template="#/$defs/{name}"
    )
    definitions |= short_forms(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Results, schema version {SCHEMA_VERSION}",
        "anyOf": [
            {"$ref": "#/$defs/ClassFile"},
            {"$ref": "#/$defs/SubmissionResult"},
            {"$ref": "#/$defs/ClassResult"},
        ],
        "$defs": {name: without_indentation(definitions[name]) for name in sorted(definitions)},
    }


def short_forms(definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the short forms of a class and its parts in the class's file: with fewer fields."""
    short = {
        "ClassFile": ("ClassResult", "SubmissionResult", "SubmissionLine"),
        "SubmissionLine": ("SubmissionResult", "ExerciseResult", "ExerciseLine"),
        "ExerciseLine": ("ExerciseResult", "CheckResult", "CheckLine"),
    }
    made = {}
    for name, (whole, part, line) in short.items():
        made[name] = deepcopy(definitions[whole]) | {"title": name}
        for field in made[name]["properties"].values():
            if field.get("items") == {"$ref": f"#/$defs/{part}"}:
                field["items"] = {"$ref": f"#/$defs/{line}"}
    made["ClassFile"]["properties"]["schema_version"] = {"const": CLASS_FILE_VERSION}
    made["ClassFile"]["required"] = ["course", "submissions", "schema_version"]
    check = deepcopy(definitions["CheckResult"]) | {"title": "CheckLine"}
    for field in OWN_FILE_ONLY:
        del check["properties"][field]
    check["required"] = [field for field in check["required"] if field not in DECLARED]
    return made | {"CheckLine": check}


def without_indentation(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a class's definition with its docstring cleaned by `inspect.cleandoc`."""
    text = definition.get("description")
    return definition | {"description": inspect.cleandoc(text)} if text else definition


def meaning(node: object) -> object:
    """Return a part of a schema in a form that is equal for schemas with equal meaning."""
    if isinstance(node, list):
        return [meaning(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: sorted(json.dumps(meaning(item)) for item in value)
        if key in UNORDERED and isinstance(value, list)
        else meaning(value)
        for key, value in sorted(node.items())
    }


def main() -> int:
    """Write the schema, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    check = parser.parse_args().check
    text = json.dumps(schema(), indent=2, ensure_ascii=False)
    if not check:
        TARGET.write_text(text + "\n", encoding="utf-8")
        return 0
    if TARGET.is_file() and meaning(json.loads(TARGET.read_bytes())) == meaning(json.loads(text)):
        return 0
    print(f"{TARGET.name} is not what grader/results says: run scripts/make_schema.py.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
