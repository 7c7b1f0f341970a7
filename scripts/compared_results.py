"""Compare the files of two gradings, without the data that differ every time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Data that differ every time: dates, durations, and of what they are (a processor's seconds of a
# process that was ended from outside may be unknown), the machine's load; and the note that a check
# was done again because its process was ended from outside.
VARIES = frozenset(["graded_at", "wall_seconds", "usage"])
AGAIN = "was checked again:"
# When it was graded, on pages and in notebooks that go back with feedback, in every language.
WHEN = r"(?:Graded on|Corrigé le) [^<\n]*UTC"
GRADED_ON = re.compile(WHEN)
ON_PAGES = re.compile(
    WHEN.encode() + rb"|[0-9.]+ s elapsed[^<]*"
    rb"|(?:seconds of a processor|elapsed seconds: [^<]*)</small></th>.*?</tr>"
    rb"|<p class=\"notice\">[^\n]*was checked again:[^\n]*\n"
    rb"|(?s:<section aria-labelledby=\"check-times\">.*?</section>\n)"
)


def compared(content: bytes, digests: Iterable[str] = ()) -> bytes:
    """Return a file's content without the data that differ every time.

    `digests` are the digests of the courses, removed if the courses differ: comments change them.
    """
    for digest in digests:  # pages show the first letters of a digest
        content = content.replace(digest.encode(), b"").replace(digest[:12].encode(), b"")
    if not content.startswith(b"{"):
        return ON_PAGES.sub(b"", content)
    return json.dumps(_less(json.loads(content)), indent=1).encode()


def _less(value: Any) -> Any:
    if isinstance(value, dict):
        less = {name: _less(one) for name, one in value.items() if name not in VARIES}
        return {name: one for name, one in less.items() if name != "notes" or one}
    if isinstance(value, list):
        return [_less(one) for one in value if not (isinstance(one, str) and AGAIN in one)]
    return GRADED_ON.sub("", value) if isinstance(value, str) else value


def differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Return the files in which two states differ, with the first difference of each."""
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return [f"{name}: {_first(one.get(name, b''), other.get(name, b''))}" for name in names]


def _first(one: bytes, other: bytes) -> str:
    pairs = enumerate(zip(one, other, strict=False))
    at = next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 40) : at + 40]!r} is {other[max(0, at - 40) : at + 40]!r}"
