"""Files of the course that came and hold nothing, or something foreign: listed once, no grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.results import Outcome, State
from tests.test_unreadable import GOOD, ROOT, graded, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_with_nothing_in_it_has_no_grade(tmp_path: Path) -> None:
    file = "neural_net/learn_random_data.py"
    for name, content in (("none", b""), ("white", b"\xef\xbb\xbf \r\n\t\n")):
        write(tmp_path / "class" / name, {file: content})
    for result in graded(tmp_path / "class").values():
        assert result.state is State.UNREADABLE
        assert [(one.name, one.kind) for one in result.received] == [(file, "an empty file")]
        assert result.refused.endswith("save it and hand it in again.")


def test_an_empty_file_beside_others_costs_nothing_where_they_say_it_all(tmp_path: Path) -> None:
    right = (ROOT / "solutions" / "gradient" / "gradient_2.py").read_bytes()
    write(
        tmp_path / "class" / "part", {"gradient/gradient.py": b"", "gradient/gradient_2.py": right}
    )
    write(tmp_path / "class" / "twin", {"gradient/gradient.py": b"", "my gradient.py": GOOD})
    results = graded(tmp_path / "class")
    [first, *_] = results["part"].exercises[0].checks
    assert (first.file, first.outcome) == ("gradient/gradient.py", Outcome.UNREADABLE)
    assert '"gradient/gradient.py" (an empty file)' in first.message
    assert {c.outcome for c in results["part"].exercises[0].checks if c.file != first.file} == {
        Outcome.PASSED
    }
    twin = {check.outcome for check in results["twin"].exercises[0].checks}
    assert Outcome.UNREADABLE not in twin, twin
    assert Outcome.PASSED in twin
    assert results["twin"].received == ()


def test_a_foreign_file_that_was_put_in_its_place_is_listed_once(tmp_path: Path) -> None:
    write(tmp_path / "class" / "ann", {"learn_random_data.py": b"{\\rtf1 x}"})
    [result] = graded(tmp_path / "class").values()
    assert [one.name for one in result.received] == ["learn_random_data.py"]
