"""Read who handed in what from the ``submission_metadata.yml`` of a Gradescope export.

The file maps ``submission_<number>`` to a record whose keys are Ruby symbols: ``:submitters:``, a
list of ``:name:``, ``:sid:``, ``:email:``, then ``:created_at:``, and keys that are not read.
Only the events of the YAML parser are read, so that tags create no objects and references cannot
multiply the data.
"""

from __future__ import annotations

__all__ = ["GRADESCOPE", "METADATA", "read_metadata"]

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from grader.intake.display import clean
from grader.results import Delivery, Person

if TYPE_CHECKING:
    from collections.abc import Iterator

GRADESCOPE = "gradescope"
METADATA = "submission_metadata.yml"

_MAX_EVENTS = 2_000_000
_MAX_PEOPLE = 100
_MAX_DEPTH = 100
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d:\d\d)(?:\.\d+)? ?(?P<zone>Z|[+-]\d\d:\d\d)"
)


def read_metadata(content: bytes) -> dict[str, Delivery]:
    """Return who made each submission of an export, and when.

    Parameters
    ----------
    content : bytes
        The file, which is not trusted.

    Returns
    -------
    dict of str to Delivery
        By the names of the submissions' folders.

    Raises
    ------
    ValueError
        If it is not such a file; the message completes a sentence.
    """
    found: dict[str, list[dict[str, str]]] = {}
    moments: dict[str, str] = {}
    for path, value in _scalars(content):
        folder, rest = path[0], path[1:]
        people = found.setdefault(str(folder), [])
        if rest in ([":created_at"], [":created_at", "utc"]):
            moments[str(folder)] = _moment(value)
        is_ours = len(rest) == 3 and rest[0] == ":submitters"
        if not is_ours or not isinstance(rest[1], int) or rest[1] >= _MAX_PEOPLE:
            continue
        while len(people) <= rest[1]:
            people.append({})
        people[rest[1]][str(rest[2])] = value
    if not found:
        raise ValueError("names no submission")
    return {
        folder: replace(_delivery(folder, people), handed_in_at=moments.get(folder, ""))
        for folder, people in found.items()
    }


def _moment(text: str) -> str:
    """Return when something was handed in, in UTC; empty if the text is not a time."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return ""
    zone = "+00:00" if found["zone"] == "Z" else found["zone"]
    try:
        moment = datetime.fromisoformat(f"{found['day']}T{found['time']}{zone}")
    except ValueError:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _delivery(folder: str, people: list[dict[str, str]]) -> Delivery:
    return Delivery(
        platform=GRADESCOPE,
        id=clean(folder.removeprefix("submission_")),
        group=len(people) > 1,
        people=tuple(
            Person(
                id=_shown(person.get(":sid")),
                name=_shown(person.get(":name")),
                email=_shown(person.get(":email")),
            )
            for person in people
            if person
        ),
    )


def _shown(text: str | None) -> str:
    return clean(text) if text and text not in ("~", "null") else ""


def _scalars(content: bytes) -> Iterator[tuple[list[str | int], str]]:
    """Yield each scalar below at least two keys, with its path of keys and indices."""
    import yaml  # noqa: PLC0415  (only an export of Gradescope has such a file)

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # One entry for each level: the open key, or the index of the next element of a list.
    levels: list[list[Any]] = []
    try:
        for number, event in enumerate(yaml.parse(content, Loader=loader)):
            if number > _MAX_EVENTS or len(levels) > _MAX_DEPTH:
                raise ValueError("is far too long or too deep")
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                levels.append([isinstance(event, yaml.MappingStartEvent), None, 0])
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                levels.pop()
                _filled(levels)
            elif isinstance(event, yaml.ScalarEvent):
                if levels and levels[-1][0] and levels[-1][1] is None:
                    levels[-1][1] = event.value
                    continue
                path = [level[1] if level[0] else level[2] for level in levels]
                if len(path) > 1 and isinstance(path[0], str):
                    yield path, event.value
                _filled(levels)
            elif isinstance(event, yaml.AliasEvent):
                _filled(levels)
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" (line {line + 1})" if line is not None else ""
        raise ValueError(f"is not sound YAML{where}") from error


def _filled(levels: list[list[Any]]) -> None:
    """Note that the open key has its value, or that the list has one more element."""
    if levels and levels[-1][0]:
        # A mapping or a list used as a key, which no platform writes, counts as an empty key.
        levels[-1][1] = None if levels[-1][1] is not None else ""
    elif levels:
        levels[-1][2] += 1
