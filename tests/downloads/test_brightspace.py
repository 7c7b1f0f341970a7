"""Downloads of Brightspace: a folder for each submission, of which a person may have several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import AttemptChoice, choose_attempts, list_entries
from grader.intake.downloads.brightspace_names import parse_brightspace_names

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Entry, Layout

FIRST, LAST = "Sep 24, 2026 926 AM", "Sep 24, 2026 1201 PM"
DOUBLE = "work/double.py"
ADA, BO = "397063-2557369 - Ada Lovelace", "8264-2557369 - Mary-Ann Ek"


def opened(entry: Entry) -> dict[str, bytes]:
    return dict(entry.open().files)  # type: ignore[union-attr]


def found(
    path: Path, layout: Layout, which: AttemptChoice = AttemptChoice.LATEST
) -> tuple[dict[str, Entry], list[str]]:
    notes: list[str] = []
    entries = choose_attempts(list_entries([path], layout), which, notes.append)
    by_name = {entry.name: entry for entry in entries}
    assert len(by_name) == len(entries)
    return by_name, notes


TREE = {
    "index.html": b"<html>",
    f"{ADA} - {LAST}/double.py": b"new",
    f"{ADA} - {FIRST}/double.py": b"old",
    f"{ADA} - {FIRST}/halve.py": b"once",
    f"{BO} - {FIRST}/{DOUBLE}": b"two",
}


@pytest.mark.parametrize("unpacked", [False, True])
def test_the_last_submission_counts_with_what_only_an_earlier_one_holds(
    platforms: Any, layout: Layout, unpacked: bool
) -> None:
    path = platforms.write("Exercise 1 Download.zip", TREE, unpacked=unpacked)
    entries, notes = found(path, layout)
    assert set(entries) == {"Ada Lovelace", "Mary-Ann Ek"}
    assert opened(entries["Ada Lovelace"]) == {"work/double.py": b"new", "work/halve.py": b"once"}
    assert opened(entries["Mary-Ann Ek"]) == {DOUBLE: b"two"}
    delivery = entries["Ada Lovelace"].delivery
    assert (delivery.platform, delivery.attempt, delivery.attempts) == ("brightspace", 2, 2)
    [note] = notes
    assert 'several submissions of "Ada Lovelace": the last one was graded' in note
    sealed = entries["Ada Lovelace"].open()
    assert "The latest delivery was graded, with 1 file that was handed in earlier only." in [
        *sealed.notes  # type: ignore[union-attr]
    ]


def test_all_and_the_best_can_be_asked_for(platforms: Any, layout: Layout) -> None:
    path = platforms.write("d.zip", TREE)
    entries, notes = found(path, layout, AttemptChoice.ALL)
    assert set(entries) == {"Ada Lovelace, attempt 1", "Ada Lovelace, attempt 2", "Mary-Ann Ek"}
    assert notes == []
    entries, notes = found(path, layout, AttemptChoice.BEST)
    assert len(entries["Ada Lovelace"].attempts) == 2
    assert "the one with the most points counts" in notes[0]


def test_one_name_with_two_numbers_stays_two(platforms: Any, layout: Layout) -> None:
    tree = {
        f"1-9 - Ada Lovelace - {FIRST}/double.py": b"one",
        f"2-9 - Ada Lovelace - {LAST}/double.py": b"two",
    }
    entries, notes = found(platforms.write("d.zip", tree), layout)
    assert set(entries) == {"Ada Lovelace (1-9)", "Ada Lovelace (2-9)"}
    assert notes == []


def test_files_may_lie_side_by_side(platforms: Any, layout: Layout) -> None:
    tree = {
        f"{ADA} - {FIRST} - double.py": b"old",
        f"{ADA} - {LAST} - double.py": b"new",
        f"{BO} - {LAST} - halve.py": b"two",
    }
    entries, _ = found(platforms.write("d.zip", tree), layout)
    assert opened(entries["Ada Lovelace"]) == {"work/double.py": b"new"}
    assert opened(entries["Mary-Ann Ek"]) == {"work/halve.py": b"two"}


def test_moments_are_in_their_order() -> None:
    times = (
        *("Dec 31, 2025 1159 PM", "Jan 1, 2026 1200 AM", "Jan 1, 2026 101 AM"),
        *("Jan 1, 2026 12:00 PM", "January 1, 2026 1:05 PM", "Sept 2, 2026 900 AM"),
    )
    names = [f"1-2 - A - {time}" for time in times]
    parsed = parse_brightspace_names(dict.fromkeys(names, "folder"), dict(zip(names, names)))  # noqa: B905
    orders = [parsed[name].order for name in names]
    assert orders == sorted(set(orders))


@pytest.mark.parametrize(
    "name",
    ["1-2 - A", "1 - A - Sep 1, 2026 900 AM", "1-2 - A - Foo 1, 2026 900 AM", "Lovelace - 1234567"],
)
def test_other_names_are_not_brightspaces(name: str) -> None:
    assert not parse_brightspace_names({name: "folder"}, {name: name})
