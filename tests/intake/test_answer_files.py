"""A file of answers under another name is found by the questions that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import Layout, open_submission

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake.sealed import Sealed

KEYS = ("alpha", "beta", "gamma", "delta", "epsilon")
TABLE = "[questions]\n" + "".join(f'{key} = "1"\n' for key in KEYS)
EMPTY = TABLE.replace('"1"', '""')


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    (stubs / "answers.toml").write_text(EMPTY, encoding="utf-8")
    return Layout.of(("answers.toml", "ex/work.py"), stubs)


def opened(pack: Any, layout: Layout, files: dict[str, str]) -> Sealed:
    for name, text in {"ex/work.py": "x = 1\n", **files}.items():
        pack.write(f"s/{name}", text.encode())
    return open_submission(pack.folder / "s", layout)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answer.toml", TABLE), ("Réponses.txt", TABLE), ("quiz.yaml", TABLE.replace(" =", ":")),
        ("answers.json", '{"alpha": 1, "beta": "2", "gamma": 3}'), ("answers.py", TABLE[12:]),
        ("qcm.csv", TABLE.replace(" = ", ";")), ("sub/notes.md", TABLE.replace("\nb", "\n- **b")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("beside", [{}, {"answers.toml": EMPTY}])
def test_it_is_found(
    pack: Any, layout: Layout, name: str, text: str, beside: dict[str, str]
) -> None:
    sealed = opened(pack, layout, {name: text, **beside})
    assert sealed.files["answers.toml"].decode() == text
    assert any('was taken as "answers.toml"' in note for note in sealed.notes)


@pytest.mark.parametrize(
    ("name", "text"),
    [("notes.txt", TABLE[:40]), ("main.py", TABLE[12:]), ("answers.txt", "I did not do it.\n")],
)
def test_another_text_is_none(pack: Any, layout: Layout, name: str, text: str) -> None:
    assert "answers.toml" not in opened(pack, layout, {name: text}).files


def test_a_table_with_answers_is_kept(pack: Any, layout: Layout) -> None:
    sealed = opened(pack, layout, {"answers.toml": TABLE, "answers.txt": TABLE.replace("1", "2")})
    assert sealed.files["answers.toml"].decode() == TABLE


def test_answers_in_a_notebook_are_received_with_what_to_do(pack: Any, layout: Layout) -> None:
    cells = ",".join(f'"{key} = 1\\n"' for key in KEYS)
    [one] = opened(pack, layout, {"answers.ipynb": f'{{"cells": [{cells}]}}'}).received
    assert (one.kind, one.mend) == (
        "a notebook with answers",
        "write the answers into answers.toml",
    )
