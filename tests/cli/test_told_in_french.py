"""What a command says of an earlier grading is in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.main import main
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_a_grading_changed_is_told_in_french(
    course: Path, handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    always = ["--out", str(tmp_path / "reports"), "--workers", "1", "--isolation", best_level()]
    always += ["--course", str(course), "--lang", "fr"]
    one = min(each for each in handed_in.iterdir() if each.is_dir())
    main(["grade", str(handed_in), *always])
    capsys.readouterr()
    main(["grade", str(one), *always])
    said = " ".join(capsys.readouterr().out.split())
    assert "corrigé de nouveau" in said or "noté de nouveau" in said
    assert "gardé d'une correction précédente (--replace ne laisse que" in said
    assert "kept from" not in said
    assert "graded again" not in said
