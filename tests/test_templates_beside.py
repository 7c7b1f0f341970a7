"""Templates that nobody filled in, beside work that cannot be read, are no silent 0."""

from __future__ import annotations

from pathlib import Path

from grader.course import load_course
from grader.intake import Layout, Refused, open_class
from grader.judge import Judge
from grader.results import Outcome, State
from tests.launching import launcher
from tests.test_unreadable import GOOD, KINDS, PDF, graded, outcomes, packed, write

ROOT = Path(__file__).parents[1]
STUBS = {
    file: (ROOT / "assignments" / file).read_bytes()
    for file in (
        "gradient/gradient.py",
        "gradient/gradient_2.py",
        "neural_net/learn_random_data.py",
    )
}
# Kinds that hide no work: they may stand beside templates that nobody filled in.
HARMLESS = ("screenshot", "photographs")


def test_templates_beside_what_cannot_be_read_are_no_zero(tmp_path: Path) -> None:
    """Students unpack the kit, and put a PDF or a rar of their work beside the templates."""
    for name, (files, _) in KINDS.items():
        write(tmp_path / "class" / name, STUBS | files)
    results = graded(tmp_path / "class")
    for name, (files, _) in KINDS.items():
        result = results[name]
        if name in HARMLESS:
            assert (result.state, result.score) == (State.GRADED, 0.0), name
        else:
            assert Outcome.UNREADABLE in outcomes(result)["gradient"], name
            assert {one.name for one in result.received} == set(files), name


def test_a_template_is_no_zero_where_its_work_cannot_be_read(tmp_path: Path) -> None:
    """Beside other work, the name says which template a file that cannot be read is for."""
    done = STUBS | {"gradient/gradient.py": GOOD}
    write(tmp_path / "class" / "named", done | {"learn_random_data.pdf": PDF})
    write(tmp_path / "class" / "numbered", done | {"exercise 2.docx": packed({"word/d": b""})})
    write(tmp_path / "class" / "half", done | {"gradient/gradient_2.html": b"<html>"})
    write(tmp_path / "class" / "text", done | {"gradient/gradient_2.txt": b"def gradient(): 1"})
    write(tmp_path / "class" / "report", done | {"my report.pdf": PDF})
    results = graded(tmp_path / "class")
    for name in ("named", "numbered"):
        assert outcomes(results[name])["random_data"] == {Outcome.UNREADABLE}, name
        assert Outcome.PASSED in outcomes(results[name])["gradient"], name
    for name in ("half", "text"):
        of_second = {
            check.outcome
            for check in results[name].exercises[0].checks
            if check.file == "gradient/gradient_2.py"
        }
        assert of_second == {Outcome.UNREADABLE}, name
    assert Outcome.UNREADABLE not in outcomes(results["report"])["random_data"]
    assert Outcome.PASSED in outcomes(results["report"])["gradient"]


def test_a_statement_beside_its_template_is_nothing(tmp_path: Path) -> None:
    """A statement is called as the file that it asks for, and may lie in another folder."""
    given = ROOT / "assignments" / "neural_net"
    files = {"neural_net/explosion.py": (given / "explosion.py").read_bytes()}
    files |= {f"statements/{path.name}": path.read_bytes() for path in given.glob("explosion*.md")}
    assert "statements/explosion.md" in files
    write(tmp_path / "untouched", files)
    whole = load_course(ROOT).only(["explosion"])
    judge = Judge(whole, launcher(), salt=b"salt")
    [opened] = open_class([tmp_path / "untouched"], Layout(whole.files))
    assert not isinstance(opened, Refused)
    result = judge.grade(opened)
    assert (result.state, result.score, result.received) == (State.GRADED, 0.0, ())
