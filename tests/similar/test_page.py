"""The page on which two are seen side by side, and the command that writes it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main
from grader.results import ClassResult, CourseInfo, SubmissionResult, to_json
from grader.sandbox.doctor import best_level
from grader.similar import ClassLikeness, Document, SourceText, compare, render_similar

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '</pre></mark><script>alert(1)</script><img src=x onerror="alert(1)">'


def likeness(*documents: Document, left_out: tuple[tuple[str, str], ...] = ()) -> ClassLikeness:
    return ClassLikeness(
        title="A course",
        documents=documents,
        compared=compare(documents),
        left_out=left_out,
    )


def page_of(authors: Mapping[str, Document], **changed: Any) -> str:
    one = authors["b_okafor"]
    return render_similar(likeness(one, replace(one, name="copy", **changed)))


def test_the_page_has_nothing_to_stumble_over(authors: dict[str, Document], reader: Any) -> None:
    page = page_of(authors)
    assert reader(page).problems == []
    assert reader(render_similar(likeness())).problems == []
    assert "No two submissions have enough in common" in render_similar(likeness())


def test_each_passage_leads_to_its_twin(authors: dict[str, Document]) -> None:
    page = page_of(authors)
    marks = dict(re.findall(r'<mark id="([^"]+)" class="c\d"><a href="#([^"]+)"', page))
    assert len(marks) >= 2
    assert all(marks[twin] == own for own, twin in marks.items())


def test_the_words_are_no_verdict(authors: dict[str, Document]) -> None:
    page = page_of(authors).partition("<main")[2]
    assert "This is not a verdict." in page
    assert "Submissions that are alike" in page_of(authors)
    assert not re.search(r"(?i)plagia|cheat|copied|suspect|guilt|fraud", page)


def test_hostile_texts_are_shown_and_never_run(authors: dict[str, Document], reader: Any) -> None:
    code = f"# {HOSTILE}\n" + authors["b_okafor"].sources[-1].text
    source = SourceText(file=HOSTILE, shown=HOSTILE, text=code)
    one = Document(name=HOSTILE, digest="a", sources=(source,))
    found = likeness(one, replace(one, digest="b"), left_out=((HOSTILE, HOSTILE),))
    page = render_similar(found, {"a": "../../etc", "b": "ok"})
    assert reader(page).problems == []
    assert "<script>alert" not in page
    assert "onerror=&#34;" in page
    assert "etc" not in page.partition("<main")[2]
    assert 'href="../ok/index.html"' in page


def test_far_code_is_left_out_and_said(authors: dict[str, Document]) -> None:
    far = "\n".join(f"value_{n} = {n}" for n in range(300))
    own = authors["b_okafor"].sources[-1]
    longer = replace(own, text=f"{far}\n{own.text}")
    found = likeness(authors["b_okafor"], replace(authors["b_okafor"], sources=(longer,)))
    assert re.search(r"⋯ \d+ lines ⋯", render_similar(found))


# ------------------------------------------------------------------ the command


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Return a class of three: two with the same file, one of them in a notebook's place."""
    folder = tmp_path / "class"
    for name, source in (("ann", "b_okafor"), ("bo", "b_okafor"), ("cy", "chen_wei")):
        target = folder / name / "neural_net"
        target.mkdir(parents=True)
        file = ROOT / "tests" / "submissions" / source / "neural_net" / "learn_random_data.py"
        shutil.copy(file, target)
    (folder / "di").mkdir()
    (folder / "di" / "essay.txt").write_text("No code.")
    return folder


def test_the_command_writes_the_page_beside_the_instructors(
    handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reports"
    empty = CourseInfo(title="c", digest="", exercises=())
    (out).mkdir()
    graded = SubmissionResult(student="Ann", slug="ann_a", digest="x", exercises=())
    whole = ClassResult(course=empty, submissions=(graded,))
    (out / "results.json").write_bytes(to_json(whole))
    command = ["similar", str(handed_in), "--course", str(ROOT), "--isolation", best_level()]
    assert main([*command, "--out", str(out)]) == 1
    said = capsys.readouterr().out
    assert "1 pair to look at (no verdict)" in said
    assert "ann and bo:" in said
    assert "di was not compared" in said
    assert [p.relative_to(out).as_posix() for p in out.rglob("*.html")] == [
        "instructor/similar.html"
    ]


def test_one_name_from_two_places_is_no_pair_and_other_exercises_are_left_out(
    handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "late" / "Ann"
    shutil.copytree(handed_in / "ann", again)
    shutil.rmtree(handed_in / "bo")
    shutil.rmtree(handed_in / "di")
    page = tmp_path / "page.html"
    common = ["--course", str(ROOT), "--isolation", best_level(), "--out", str(page)]
    assert main(["similar", str(handed_in), str(again.parent), *common]) == 0
    assert "0 pairs to look at" in capsys.readouterr().out
    assert "1 pair that handed in together, or under the same name" in page.read_text("utf-8")
    assert main(["similar", str(handed_in), "--exercise", "warm_up", *common]) == 1
    assert "It holds no code that can be compared" in capsys.readouterr().out


def test_a_file_under_another_name_counts_once(handed_in: Path, tmp_path: Path) -> None:
    shutil.rmtree(handed_in / "di")
    shares: list[str] = []
    for name in ("learn_random_data.py", "exercise (2).py"):
        for student in ("ann", "bo"):
            file = next((handed_in / student / "neural_net").iterdir())
            file.rename(file.with_name(name))
        page = tmp_path / f"{len(shares)}.html"
        where = ["--course", str(ROOT), "--isolation", best_level(), "--out", str(page)]
        assert main(["similar", str(handed_in), *where]) == 0
        shares += re.findall(r"(\d+) tokens in common", page.read_text("utf-8"))
    assert len(shares) == 2
    assert shares[0] == shares[1]


def test_the_command_writes_one_page_where_a_page_is_named(handed_in: Path, tmp_path: Path) -> None:
    shutil.rmtree(handed_in / "di")
    page = tmp_path / "deep" / "alike.html"
    command = ["similar", str(handed_in), "--course", str(ROOT), "--isolation", best_level()]
    assert main([*command, "--out", str(page)]) == 0
    assert "<bdi>ann</bdi> and <bdi>bo</bdi>" in page.read_text(encoding="utf-8")
