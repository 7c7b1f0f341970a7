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
    write(tmp_path / "class" / "text", done | {"gradient/gradient_2.txt": b"2x + 1"})
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


# Code under names of texts: what alone is graded, and what alone has no grade.
GRADED = (
    *("gradient.txt", "gradient.py.txt", "gradient/gradient.py.txt", "gradient.pyw"),
    *("gradient.py.download", "gradient/gradient.md"),
)
TOLD = (
    *("gradient.py.docx", "gradient.py (1).txt", "gradient.py.txt.txt", "gradient,py", "sol.txt"),
    *("gradient.py.bak", "gradient.py.old", "gradient.ipynb.txt"),
)


def test_code_in_a_text_is_graded_beside_a_template_as_it_is_alone(tmp_path: Path) -> None:
    """Windows hides endings: the template is still there, and the work is beside it."""
    done = STUBS | {"neural_net/learn_random_data.py": b"def relu(x):\n    return x\n"}
    for number, name in enumerate((*GRADED, *TOLD)):
        fenced = b"```python\n%b\n```\n" % GOOD if name.endswith(".md") else GOOD
        content = packed({"word/d": b""}) if name.endswith(".docx") else fenced
        write(tmp_path / "class" / f"{number} alone", {name: content})
        write(tmp_path / "class" / f"{number} beside", STUBS | {name: content})
        write(tmp_path / "class" / f"{number} among", done | {name: content})
    results = graded(tmp_path / "class")
    for number, name in enumerate((*GRADED, *TOLD)):
        alone, *others = (results[f"{number} {how}"] for how in ("alone", "beside", "among"))
        for one in others:
            first = [c.outcome for c in one.exercises[0].checks if c.file.endswith("gradient.py")]
            if name in GRADED:
                assert alone.score == one.score == 15, name
                assert Outcome.UNREADABLE not in first, name
                assert any(name.rpartition("/")[2] in note for note in one.notes), name
            else:
                assert alone.state is State.UNREADABLE, name
                assert {*first} == {Outcome.UNREADABLE}, name
                assert name in [came.name for came in one.received], name


def test_notes_beside_a_template_are_no_work(tmp_path: Path) -> None:
    """Neither a text without code, nor one that quotes one function of many, nor a statement."""
    notes = {
        "prose": {"notes.txt": b"I did gradient(x, y) by hand, and it went well.\n"},
        "quoted": {"notes.txt": b"From the lecture:\ndef forward(x, w1, w2):\n    ...\n"},
        "log": {"training.log": b"def gradient(x, y):\ndef gradient_descent(a, b, c):\n"},
        "given": {"README.md": (ROOT / "assignments/gradient/README.md").read_bytes()},
    }
    done = STUBS | {"gradient/gradient.py": GOOD}
    for name, files in notes.items():
        write(tmp_path / "class" / name, done | files)
    for name, result in graded(tmp_path / "class").items():
        assert (result.state, result.received) == (State.GRADED, ()), name
        assert Outcome.UNREADABLE not in outcomes(result)["random_data"], name


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
