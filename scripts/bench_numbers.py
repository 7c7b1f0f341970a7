"""Store measured numbers in `build/bench.json`, together with those of other scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = Path(__file__).resolve().parents[1] / "build" / "bench.json"


def keep(numbers: Mapping[str, float], target: Path = TARGET) -> None:
    """Add numbers to the file, replacing numbers with the same names."""
    kept = json.loads(target.read_text(encoding="utf-8")) if target.is_file() else {}
    kept |= {name: round(value, 4) for name, value in numbers.items()}
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
