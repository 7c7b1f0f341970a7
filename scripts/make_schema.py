"""Write `docs/results.schema.json`: the JSON Schema of the files that `grader grade` leaves.

Run it after a change in `grader/results`; with --check it only says whether that was done.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from grader.results import SCHEMA_VERSION, ClassResult, SubmissionResult

TARGET = Path(__file__).resolve().parents[1] / "docs" / "results.schema.json"


def schema() -> str:
    """Return the schema as text: both kinds of file under ``$defs``."""
    _, definitions = msgspec.json.schema_components(
        [ClassResult, SubmissionResult], ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Results, schema version {SCHEMA_VERSION}",
        "anyOf": [{"$ref": "#/$defs/ClassResult"}, {"$ref": "#/$defs/SubmissionResult"}],
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the schema, or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    if not parser.parse_args().check:
        TARGET.write_text(schema(), encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == schema():
        return 0
    print(f"{TARGET.name} is not what grader/results says: run scripts/make_schema.py.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
