"""A kit in French: other words, the same code, and nothing of what is hidden."""

from __future__ import annotations

import ast
import io
import json
import shutil
import tomllib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from grader.authoring.catalogues import course_words, kit_catalogue, prose_of, translated
from grader.authoring.release.handouts import handouts
from grader.authoring.release.kit import beside_stubs, build_kit
from grader.authoring.release.notebook_edition import read_statements
from grader.authoring.stubs import is_solved
from grader.cli.main import main
from grader.course import load_course
from grader.judge.ungradable import _is_handed_out
from grader.languages import language, say, speaking
from grader.languages.translations import edition_of, is_edition
from grader.similar.documents import given_texts
from tests.release.handed_out import HandedOut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.release.kit import Contents

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = ROOT / "assignments"
ENGLISH = HandedOut()
STUBS = [name for name in ENGLISH if name.endswith(".py")]


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    with speaking(language("fr", ROOT)):
        return handouts(ROOT)


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    return course_words(ROOT, "fr")


@pytest.fixture(scope="module")
def kit() -> Contents:
    return build_kit(load_course(ROOT, ["Q"]), prove=False, lang="fr")


# ---------------------------------------------------------------------------- stubs


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_in_french_is_the_same_program(name: str, french: dict[str, str]) -> None:
    assert french[name] != ENGLISH[name]
    assert is_solved(french[name], ENGLISH[name])  # the same code, but for comments and docstrings
    assert french[name].count("write me") == ENGLISH[name].count("write me")
    assert max(map(len, french[name].splitlines())) <= 110  # a line of code may carry a comment


@pytest.mark.parametrize("name", STUBS)
def test_no_word_of_a_stub_stays_english(
    name: str, french: dict[str, str], words: dict[str, str]
) -> None:
    before, after = prose_of(ENGLISH[name], name), prose_of(french[name], name)
    assert [one.text for one in before if one.text not in words] == []
    same = [one.text for one in after if one.text in {other.text for other in before}]
    assert [text for text in same if words[text] != text] == []


def test_examples_and_formulas_stay_as_they_are(french: dict[str, str]) -> None:
    for name in ("warm_up/matrices.py", "gradient/gradient_2.py"):
        examples = [line for line in ENGLISH[name].splitlines() if ">>>" in line or "exp(-" in line]
        assert examples
        assert [line for line in examples if line not in french[name].splitlines()] == []


SOURCE = '''"""Say it.

One paragraph
of two lines.

    a = 1
"""

# A list:
# 1. One thing is
#    long.
#    A. First.
#    B. Second

x = 1  # how many


def f(a):
    """Return it."""
    return a  # `a`
'''


def test_words_are_found_where_they_stand() -> None:
    found = [(one.first, one.text) for one in prose_of(SOURCE, "a.py")]
    assert found == [
        (0, "Say it."), (2, "One paragraph of two lines."), (8, "A list:"),
        (9, "One thing is long."), (11, "First."), (12, "Second"), (14, "how many"),
        (18, "Return it."),
    ]  # fmt: skip


def test_words_are_put_where_they_stood() -> None:
    words = {
        "Say it.": "Dites-le.", "One paragraph of two lines.": "Un paragraphe.",
        "One thing is long.": "Une chose est longue " + "et longue " * 9 + "enfin.",
        "how many": "combien", "Return it.": "Renvoie-le.",
    }  # fmt: skip
    made = translated(SOURCE, "a.py", words)
    assert '"""Dites-le.\n\nUn paragraphe.\n\n    a = 1\n"""' in made
    assert "# 1. Une chose" in made
    assert "longue et\n#    longue et longue enfin.\n#    A. First.\n" in made
    assert "x = 1  # combien\n" in made
    assert '    """Renvoie-le."""\n    return a  # `a`\n' in made
    assert translated(SOURCE, "a.py", {}) == SOURCE


# ---------------------------------------------------------------------------- notebooks, answers


def _code(notebook: str) -> Iterator[ast.AST]:
    for cell in json.loads(notebook)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and "importlib" not in text:
            yield ast.parse(text)


def test_notebooks_in_french_have_the_same_code(french: dict[str, str]) -> None:
    for name in ENGLISH.keys() - set(STUBS):
        pairs = zip(_code(ENGLISH[name]), _code(french[name]), strict=True)
        assert all(is_solved(ast.unparse(b), ast.unparse(a)) for a, b in pairs), name
        ours, theirs = json.loads(ENGLISH[name])["cells"], json.loads(french[name])["cells"]
        assert [c["id"] for c in theirs] == [c["id"] for c in ours]
        assert [c.get("metadata") for c in theirs] == [c.get("metadata") for c in ours]
        assert "Exécutez ce fichier" not in french[name]


def test_answers_in_french_hold_the_same_data(kit: Contents) -> None:
    english = (ASSIGNMENTS / "answers.toml").read_text(encoding="utf-8")
    for name in ("exercises/answers.toml", "notebooks/answers.toml"):
        made = kit.files[name].decode()
        assert tomllib.loads(made) == tomllib.loads(english)
        assert "Combien de neurones cachés faut-il au moins au réseau" in made
        assert [one.text for one in prose_of(english, name) if one.text in made] == []


# ---------------------------------------------------------------------------- statements


def test_english_editions_hold_no_french() -> None:
    english = read_statements(ASSIGNMENTS)
    assert len(english) == 11
    assert not any(is_edition(PurePosixPath(name)) for name in english)  # type: ignore[arg-type]
    assert english["README.md"] == (ASSIGNMENTS / "README.md").read_text(encoding="utf-8")
    assert not any(is_edition(path) for path, _ in beside_stubs(load_course(ROOT)))


def test_a_french_statement_takes_the_place_of_the_english_one(kit: Contents) -> None:
    with speaking(language("fr", ROOT)):
        for name, text in read_statements(ASSIGNMENTS).items():
            path = (ASSIGNMENTS / name).with_suffix(".fr.md")
            assert edition_of(ASSIGNMENTS / name) == path
            assert text == path.read_text(encoding="utf-8")
    assert kit.files["exercises/README.md"] == (ASSIGNMENTS / "README.fr.md").read_bytes()
    assert not any(".fr." in name for name in kit.files)
    assert "Il vous faut Python 3.11" in kit.files["INSTRUCTIONS.md"].decode()


def test_statements_that_come_back_are_known_in_both_languages() -> None:
    for edition in ("README.md", "README.fr.md"):
        content = (ASSIGNMENTS / "gradient" / edition).read_bytes()
        assert _is_handed_out(ASSIGNMENTS / "gradient" / "README.md", content)
        assert not _is_handed_out(ASSIGNMENTS / "gradient" / "README.md", content + b"mine")


def test_code_that_everybody_was_given_is_read_once(tmp_path: Path) -> None:
    shutil.copy(ASSIGNMENTS / "gradient" / "README.md", tmp_path)
    alone = given_texts(tmp_path)
    shutil.copy(ASSIGNMENTS / "gradient" / "README.fr.md", tmp_path)
    assert given_texts(tmp_path) == alone != []


# ---------------------------------------------------------------------------- what a kit can say


def test_a_kit_speaks_french_by_itself(kit: Contents) -> None:
    assert tomllib.loads(kit.files["judge/assignments/course.toml"].decode())["lang"] == "fr"
    catalogue = read_po(io.BytesIO(kit.files["judge/locale/fr/LC_MESSAGES/course.po"]))
    said = {one.id: one.string for one in catalogue if one.id}
    assert said["Questions"] == "Questions"
    claim = "Each answer in `answers.toml` has the form that its question needs."
    assert said[claim] == "Chaque réponse de `answers.toml` a la forme que demande sa question."


def test_check_in_a_french_kit_speaks_french(
    kit: Contents,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in kit.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    command = ["check", "exercises"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "Chaque réponse de `answers.toml` a la forme que demande sa question." in said
    assert "Aucune question n'a encore de réponse." in said
    main([*command, "--lang", "en"])
    assert "has the form that its question needs." in capsys.readouterr().out


def test_all_that_a_kit_s_catalogue_knows_is_said(tmp_path: Path) -> None:
    """Titles and known mistakes stand there without a place, and were left out once."""
    words = [
        "Warm-up: matrices, a neuron, a layer",
        "This is the mean over the two samples. The lecture's SE is a sum: 1 + 4.",
    ]
    made = kit_catalogue(ROOT, "fr", {"a.py": "print('no words at all {x}')"}, words)
    assert made is not None
    path = tmp_path / "judge" / "locale" / "fr" / "LC_MESSAGES" / "course.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(made)
    with speaking(language("fr", tmp_path)):
        assert [say(one).replace("\xa0", " ") for one in words] == [
            "Échauffement : matrices, un neurone, une couche",
            "C'est la moyenne sur les deux exemples. La SE du cours est une somme : 1 + 4.",
        ]


def test_nothing_that_is_hidden_is_in_a_kit_s_catalogue(kit: Contents) -> None:
    catalogue = kit.files["judge/locale/fr/LC_MESSAGES/course.po"].decode()
    for hidden in ("A⁶ is a product of six matrices", "Three take one output", "create_data"):
        assert hidden not in catalogue


def test_a_kit_s_catalogue_holds_sentences_that_were_made_of_a_message() -> None:
    said = "`softmax` was called with more than 1,000 scores."
    made = kit_catalogue(ROOT, "fr", {"a.py": "print('no words at all {x}')"}, [said, "Explosion"])
    assert made is not None
    ids = {one.id for one in read_po(io.BytesIO(made)) if one.id}
    assert "Explosion" in ids
    assert "`softmax` was called with more than {most_scores} scores." in ids
    assert all(one in said or "{" in str(one) or one == "Explosion" for one in map(str, ids))


def test_there_is_no_catalogue_of_a_language_that_a_course_lacks(tmp_path: Path) -> None:
    assert kit_catalogue(tmp_path, "fr", {}, []) is None
    assert course_words(tmp_path, "fr") == {}
    assert course_words(ROOT, "en") == {}
