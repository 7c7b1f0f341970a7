"""Say which statements changed since their French editions were made.

`solutions/locale/LANGUAGE/statements.toml` holds, for each statement, digests of the English
paragraphs that its edition in that language (`README.fr.md` beside `README.md`) was made from.
Without arguments it compares; after a change of the translation, `--made PATH` notes the present
English text (`--made all`: of every statement).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# What the translated statements were made from: digests of the paragraphs of the English texts.
# Written by scripts/statements_translated.py --made; a test compares.
"""
LINE = 8  # digests


def editions(root: Path, language: str) -> dict[str, Path]:
    """Return for each English statement the path of its edition in a language, there or not."""
    assignments = root / "assignments"
    return {
        path.relative_to(assignments).as_posix(): path.with_suffix(f".{language}.md")
        for path in sorted(assignments.rglob("*.md"))
        if "." not in path.stem
    }


def paragraphs(text: str) -> dict[str, str]:
    """Return the paragraphs of a statement by their digests, which ignore how lines are broken."""
    plain = (" ".join(one.split()) for one in re.split(r"\n\s*\n", text))
    return {hashlib.sha256(one.encode()).hexdigest()[:8]: one for one in plain if one}


def outdated(root: Path, language: str) -> list[str]:
    """Return a sentence for each statement whose edition is missing or of an older text."""
    noted = tomllib.loads(_list_of(root, language).read_text(encoding="utf-8"))
    said = []
    for name, edition in editions(root, language).items():
        here = f"assignments/{name}"
        there = edition.relative_to(root).as_posix()
        now = paragraphs((root / here).read_text(encoding="utf-8"))
        before = set(noted.get(name, ()))
        if not edition.is_file():
            said.append(f"{here} has no translation: write {there}.")
        elif changed := _changed(before, now):
            said.append(
                f"{here} changed since {there} was made: {changed}. Change {there} accordingly, "
                f"then run `python scripts/statements_translated.py --made {name}`."
            )
    return said + [
        f"assignments/{name} is gone." for name in noted.keys() - editions(root, language)
    ]


def _changed(before: set[str], now: dict[str, str]) -> str:
    new = [text for digest, text in now.items() if digest not in before]
    if new:
        more = f", and {len(new) - 1} more" if len(new) > 1 else ""
        return f"“{new[0][:60]}…” is new{more}"
    gone = len(before - now.keys())
    return f"{gone} {'paragraph is' if gone == 1 else 'paragraphs are'} gone" if gone else ""


def note(root: Path, language: str, names: list[str]) -> None:
    """Note the present English texts of some statements as those that were translated."""
    path = _list_of(root, language)
    noted = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    known = editions(root, language)
    for name in names:
        text = (root / "assignments" / name).read_text(encoding="utf-8")
        noted[name] = list(paragraphs(text))
    text = HEAD
    for name, digests in sorted(noted.items()):
        if name in known:
            lines = [digests[at : at + LINE] for at in range(0, len(digests), LINE)]
            rows = [f"  {json.dumps(line)[1:-1]},\n" for line in lines]
            text += f'\n"{name}" = [\n{"".join(rows)}]\n'
    path.write_text(text, encoding="utf-8")


def _list_of(root: Path, language: str) -> Path:
    return root / "solutions" / "locale" / language / "statements.toml"


def main() -> int:
    """Compare, or note what was translated."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--made", metavar="PATH", nargs="+", help="statements just translated")
    parser.add_argument("--language", default="fr")
    arguments = parser.parse_args()
    known = list(editions(ROOT, arguments.language))
    if arguments.made:
        names = known if arguments.made == ["all"] else arguments.made
        names = [name.removeprefix("assignments/") for name in names]
        if unknown := [name for name in names if name not in known]:
            print(f"{unknown[0]} is not a statement: there are {', '.join(known)}.")
            return 2
        note(ROOT, arguments.language, names)
        return 0
    said = outdated(ROOT, arguments.language)
    print("\n".join(said) or "Every statement is translated as it stands.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
