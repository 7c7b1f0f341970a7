"""Downloads of Blackboard: one folder of files, whose names say whose each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import AttemptChoice, choose_attempts, list_entries
from grader.intake.downloads.blackboard_names import parse_blackboard_names

if TYPE_CHECKING:
    from grader.intake import Entry, Layout

OLD, NEW = "2026-11-29-23-01-02", "2026-11-30-10-11-12"


def named(user: str, time: str, file: str, title: str = "Exercise 1") -> str:
    return f"{title}_{user}_attempt_{time}" + (f"_{file}" if file else ".txt")


def opened(entry: Entry) -> dict[str, bytes]:
    return dict(entry.open().files)  # type: ignore[union-attr]


def found(platforms: Any, layout: Layout, tree: dict[str, bytes]) -> dict[str, Entry]:
    path = platforms.write("gradebook_1_Exercise.zip", tree)
    entries = choose_attempts(list_entries([path], layout), AttemptChoice.LATEST)
    by_name = {entry.name: entry for entry in entries}
    assert len(by_name) == len(entries)
    return by_name


def test_each_user_is_a_submission_and_the_latest_of_a_file_counts(
    platforms: Any, layout: Layout
) -> None:
    tree = {
        named("al101", NEW, "double.py"): b"new",
        named("al101", OLD, "double.py"): b"old",
        named("al101", OLD, "halve.py"): b"once",
        named("al101", NEW, ""): b"Name: Ada Lovelace (al101)",
        named("be102", NEW, "double.py"): b"two",
        named("be102", NEW, ""): b"Name: Bo Ek (be102)",
    }
    entries = found(platforms, layout, tree)
    assert set(entries) == {"al101", "be102"}
    assert opened(entries["al101"]) == {"work/double.py": b"new", "work/halve.py": b"once"}
    assert opened(entries["be102"]) == {"work/double.py": b"two"}
    delivery = entries["be102"].delivery
    assert (delivery.platform, delivery.id, delivery.handed_in_at) == ("blackboard", "be102", "")


def test_who_only_typed_on_the_page_has_handed_something_in(platforms: Any, layout: Layout) -> None:
    tree = {named("a", NEW, ""): b"my work is on my disk", named("b", NEW, "double.py"): b"two"}
    entries = found(platforms, layout, tree)
    assert set(entries) == {"a", "b"}


@pytest.mark.parametrize("title", ["Exercise 1", "Ex_1_attempt_one", "TP 1: réseaux"])
def test_users_are_told_apart_whatever_title_and_user_are_called(title: str) -> None:
    users = ("jo_doe", "al_doe", "roe")
    names = [named(user, NEW, "double.py", title) for user in users]
    parsed = parse_blackboard_names(dict(zip(names, names, strict=True)))
    assert [parsed[name].id for name in names] == list(users)
    assert len({parsed[name].key for name in names}) == 3


@pytest.mark.parametrize(
    "name",
    ["double_attempt_1.py", "x_attempt_2026-11-30.py", f"_attempt_{NEW}_a.py", f"a_b_{NEW}_c.py"],
)
def test_other_names_are_not_blackboards(name: str) -> None:
    assert not parse_blackboard_names({name: name})
