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


def test_lines_of_a_notebook_may_stand_in_one_text(pack: Any, layout: Layout) -> None:
    source = "\\n".join(f"{key} = 1" for key in KEYS)
    notebook = f'{{"cells": [{{"cell_type": "code", "source": "{source}"}}]}}'
    [one] = opened(pack, layout, {"answers.ipynb": notebook}).received
    assert one.kind == "a notebook with answers"


def test_numbers_of_questions_are_enough_in_a_file_that_is_named_so(
    pack: Any, layout: Layout
) -> None:
    numbered = "".join(f"{n}) {n}\n" for n in range(1, 6))
    assert "answers.toml" in opened(pack, layout, {"reponses.txt": numbered}).files
    for other in (numbered[5:], numbered[:10], numbered * 2):
        assert "answers.toml" not in opened(pack, layout, {"reponses.txt": other}).files
    assert "answers.toml" not in opened(pack, layout, {"todo.txt": numbered}).files


@pytest.fixture
def course_layout(tmp_path: Path) -> Layout:
    """Return the layout of a course whose questions in own words are called as its exercises."""
    stubs = tmp_path / "course"
    stubs.mkdir()
    words = "".join(f'{name} = ""\n' for name in EXERCISES)
    (stubs / "answers.toml").write_text(f"{EMPTY}[observations]\n{words}", encoding="utf-8")
    return Layout.of(("answers.toml", "ex/work.py"), stubs)


EXERCISES = ("warm", "descent", "plot", "digits", "more", "alpha")
POINTS = "[score]\n" + "".join(f"{name} = 20\n" for name in EXERCISES)


def test_a_file_with_the_names_of_the_exercises_holds_no_answers(
    pack: Any, course_layout: Layout
) -> None:
    """Points are kept by the names of the exercises, as the questions in own words are."""
    sealed = opened(pack, course_layout, {"expect.toml": POINTS, "points.json": POINTS})
    assert "answers.toml" not in sealed.files
    assert not sealed.notes
    said = "answers.toml" in opened(pack, course_layout, {"quiz.toml": TABLE + POINTS}).files
    assert not said  # one of the five names is an exercise's
    named = opened(pack, course_layout, {"my answers.txt": POINTS}).files
    assert named["answers.toml"].decode() == POINTS


def test_a_text_document_is_to_be_saved_as_plain_text(pack: Any, layout: Layout) -> None:
    [one] = opened(pack, layout, {"answers.toml": "{\\rtf1 [questions]}"}).received
    assert one.mend == "save it as plain text, under the same name, and hand that in"
