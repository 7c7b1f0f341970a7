"""No kit contains anything of the solutions."""

from __future__ import annotations

import base64
import io
import runpy
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.release.replay import JUDGE, RECORDING

if TYPE_CHECKING:
    from grader.authoring.release.kit import Contents
    from grader.course import Course

pytestmark = pytest.mark.sampled  # the kit: see conftest.py
ROOT = Path(__file__).resolve().parents[2]
SEARCH: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("leaks.py")))
leaks, everything_in = SEARCH["leaks"], SEARCH["everything_in"]


@pytest.fixture(scope="module")
def secret() -> dict[str, str]:
    """Return each line that is secret, with the place where it stands."""
    found: dict[str, str] = SEARCH["secret_lines"](ROOT)
    return found


def packed_with(line: str, how: str) -> bytes:
    content = {
        "plain": line.encode(),
        "among others": f"x = 1\n    {line}\ny = 2".encode(),
        "in a notebook": f'["    {line}\\n"]'.encode(),
        "compressed": b"\0\0" + zlib.compress(f"a\n{line}\nb".encode()),
        "encoded": base64.b64encode(f"{'x' * 80}\n{line}\n{'y' * 80}".encode()),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr("a.py", content[how])
        archive.writestr("a.whl", inner.getvalue())
    return buffer.getvalue()


def test_the_search_finds_what_is_hidden_in_a_zip(secret: dict[str, str]) -> None:
    line = next(line for line in secret if len(line) > 50 and '"' not in line)
    for how in ("plain", "among others", "in a notebook", "compressed", "encoded"):
        assert list(leaks(packed_with(line, how), secret)) == [line], how


def test_there_are_secrets_of_every_kind(secret: dict[str, str]) -> None:
    places = set(secret.values())
    assert {"gradient/gradient.py", "neural_net/learn_random_data.py"} <= places
    assert any("mistakes_" in place for place in places)
    assert any("forward_of_a_single_sample" in place for place in places)
    assert len(secret) > 500


def test_no_line_of_a_solution_a_hidden_check_or_a_known_mistake_is_in_the_kit(
    packed: bytes, secret: dict[str, str]
) -> None:
    assert leaks(packed, secret) == {}


def test_no_hidden_check_is_named(packed: bytes, course: Course) -> None:
    hidden = {
        check.name
        for exercise in course.exercises
        for part in exercise.parts
        for check in part.checks
        if check.visibility == "hidden"
    }
    public = {
        check.name
        for exercise in course.exercises
        for part in exercise.parts
        for check in part.checks
        if check.visibility == "public"
    }
    everything = everything_in(packed).decode("utf-8", "replace")
    questions = {"power_of_ones", "squared_error"}  # names of functions, and of questions, too
    assert [name for name in hidden - public - questions if f"def {name}(" in everything] == []


def test_no_hidden_digit_and_no_right_answer_is_in_the_kit(packed: bytes) -> None:
    with np.load(ROOT / "solutions" / "data" / "digits.npz") as kept:
        images = kept["x"]
    everything = everything_in(packed)
    shown = int(0.15 * len(images))
    assert images[0].tobytes() in everything  # the search would find one
    assert not [k for k in range(shown, len(images), 7) if images[k].tobytes() in everything]
    answers = (ROOT / "solutions" / "checks" / "questions" / "catalogue.py").read_text("utf-8")
    why = [line.strip() for line in answers.splitlines() if len(line.strip()) > 60]
    text = everything.decode("utf-8", "replace")
    assert len(why) > 20
    assert [line for line in why if line in text and not _is_asked(line)] == []


def _is_asked(line: str) -> bool:
    """Say whether it is part of a question, which students have."""
    template = (ROOT / "assignments" / "answers.toml").read_text(encoding="utf-8")
    return line.strip('",() ') in " ".join(template.replace("#", " ").split())


def test_constants_of_the_reference_are_not_recorded(contents: Contents) -> None:
    recording = contents.files[f"{JUDGE}/{RECORDING}"]
    for name in (b"EXPERIMENTS", b"HYPERPARAMETERS", b"GENERALISES"):
        assert b":" + name + b'"' not in recording
