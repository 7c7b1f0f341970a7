"""Where the submission's root is, and what is put right on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import IntakeError, UsageError
from grader.intake import Caps, Layout, open_submission

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"gradient/gradient.py": b"x=1"}


def opened(path: Path, layout: Layout, **caps: int) -> tuple[dict[str, bytes], str]:
    sealed = open_submission(path, layout, Caps(**caps))
    return dict(sealed.files), "\n".join(sealed.notes)


def under(prefix: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {prefix + name: content for name, content in files.items()}


def test_wrappers_are_looked_through(pack: Any, layout: Layout) -> None:
    tree = GOOD | {"helper.py": b"h", "gradient/own.py": b"o"}
    files, notes = opened(pack.zip(under("alice/project-main/", tree)), layout)
    assert files == tree
    assert not notes


def test_what_lies_beside_the_wrapper_is_left_out_with_a_note(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip(under("project/", GOOD) | {"README.txt": b"r"}), layout)
    assert files == GOOD
    assert 'Only "project" was graded; what lies beside it was left out (1 in all' in notes
    assert "README.txt" in notes


def test_of_two_roots_the_fuller_one_is_taken(pack: Any, layout: Layout) -> None:
    fuller = GOOD | {"neural_net/explosion.py": b"e"}
    tree = under("old/", GOOD) | under("deeper/new/", fuller)
    files, notes = opened(pack.zip(tree), layout)
    assert files == fuller
    assert 'Files of the course lie in "deeper/new" and in "old"' in notes


def test_of_two_equal_roots_the_shallower_one_is_taken(pack: Any, layout: Layout) -> None:
    tree = under("a/b/", {"gradient/gradient.py": b"deep"}) | under("c/", GOOD)
    assert opened(pack.zip(tree), layout)[0] == GOOD


def test_flat_files_are_put_in_their_places(pack: Any, layout: Layout) -> None:
    tree = {"gradient.py": b"x=1", "Explosion.PY": b"e", "answers.toml": b"a", "own.py": b"o"}
    files, notes = opened(pack.zip(under("me/", tree)), layout)
    assert files == GOOD | {"neural_net/explosion.py": b"e", "answers.toml": b"a", "own.py": b"o"}
    assert '"gradient.py" was taken as "gradient/gradient.py"' in notes


def test_a_flat_file_stays_beside_the_one_in_its_place(pack: Any, layout: Layout) -> None:
    """The one in which more is written is graded: whoever reads both decides it later."""
    files, notes = opened(pack.zip(GOOD | {"gradient.py": b"flat"}), layout)
    assert files == GOOD | {"gradient.py": b"flat"}
    assert notes == ""


@pytest.mark.parametrize("flat", ["gradient.py", "Gradient/Gradient.py"])
def test_a_written_file_goes_before_an_empty_one_in_its_place(
    pack: Any, layout: Layout, flat: str
) -> None:
    files, _ = opened(pack.zip({"gradient/gradient.py": b" \n", flat: b"x = 1"}), layout)
    assert files["gradient/gradient.py"] == b"x = 1"


def test_flat_names_that_two_exercises_share_stay_where_they_are(pack: Any) -> None:
    layout = Layout(("one/main.py", "two/main.py", "two/other.py"))
    files, notes = opened(pack.zip({"main.py": b"?", "other.py": b"o"}), layout)
    assert files == {"main.py": b"?", "two/other.py": b"o"}
    assert "main.py" not in notes


def test_the_case_of_names_is_put_right(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip({"Gradient/GRADIENT.py": b"x", "Gradient/own.py": b"o"}), layout)
    assert files == {"gradient/gradient.py": b"x", "gradient/own.py": b"o"}
    assert '"Gradient/GRADIENT.py" was taken as "gradient/gradient.py"' in notes


def test_without_any_of_the_courses_files_the_rest_is_kept(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip({"me/work.txt": b"{}", "me/a/b.csv": b"b"}), layout)
    assert files == {"work.txt": b"{}", "a/b.csv": b"b"}
    assert 'None of the course\'s files was found in "alice.zip"' in notes
    assert "answers.toml, gradient/gradient.py" in notes
    # A notebook, or a Python file, may be for any of them.
    assert opened(pack.zip({"me/work.py": b"b"}), layout) == ({"work.py": b"b"}, "")
    assert opened(pack.zip({"me/work.ipynb": b"{}"}), layout) == ({"work.ipynb": b"{}"}, "")


def test_notebooks_are_kept_wherever_they_lie_and_whatever_they_are_called(
    pack: Any, layout: Layout
) -> None:
    files, notes = opened(pack.zip({"me/work.ipynb": b"{}", "me/data/points.csv": b"1"}), layout)
    assert files == {"work.ipynb": b"{}", "data/points.csv": b"1"}
    assert not notes
    pack.write("bo/code/gradient/gradient.py", b"1")
    pack.write("bo/nets/Exercise 2: nets?.ipynb", b"{}")
    files, notes = opened(pack.folder / "bo", layout)
    assert files == {"gradient/gradient.py": b"1", "nets/Exercise 2_ nets_.ipynb": b"{}"}
    assert not notes


@pytest.mark.parametrize("inner", ["tar.gz", "zip"])
def test_a_students_own_archive_is_opened(pack: Any, layout: Layout, inner: str) -> None:
    data = pack.zipped(GOOD) if inner == "zip" else pack.tarred(GOOD, "w:gz")
    pack.write(f"alice/upload/mine.{inner}", data)
    files, notes = opened(pack.folder / "alice", layout)
    assert files == GOOD
    assert not notes
    pack.write("alice/readme.txt", b"hello")
    files, notes = opened(pack.folder / "alice", layout)
    assert files == GOOD
    assert f'Only the files in "mine.{inner}" were graded' in notes


def test_archives_nest_two_deep_and_no_deeper(pack: Any, layout: Layout) -> None:
    data = pack.zipped(GOOD)
    for level in range(4):
        files, notes = opened(pack.write("alice.zip", data), layout)
        if level <= 2:
            assert files == GOOD
        else:
            assert files == {}
            assert '"inner.zip" is an archive inside the submission and was not opened' in notes
        data = pack.zipped({"inner.zip": data})


def test_a_nested_bomb_is_refused(pack: Any, layout: Layout) -> None:
    data = pack.zipped({"a.py": bytes(3 << 20), "b.py": bytes(3 << 20)})
    path = pack.zip({"inner.zip": data})
    with pytest.raises(IntakeError, match=r'"inner\.zip" holds too many bytes'):
        open_submission(path, layout, Caps(total_bytes=4 << 20))


def test_a_damaged_archive_beside_other_files_is_noted(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip({"inner.zip": b"PK\3\4", "work.ipynb": b"{}"}), layout)
    assert files == {"work.ipynb": b"{}"}
    assert '"inner.zip" is an archive that is cut short' in notes


@pytest.mark.parametrize("name", ["x.rar", "x.7z", "x.tar.zst"])
def test_an_archive_of_another_kind_alone_is_received(pack: Any, layout: Layout, name: str) -> None:
    pack.write(f"alice/{name}", b"Rar!")
    sealed = open_submission(pack.folder / "alice", layout)
    assert not sealed.files
    [one] = sealed.received
    assert (one.name, one.size, one.mend) == (name, 4, "pack it as an ordinary zip")
    pack.write("alice/gradient.py", b"x=1")
    assert opened(pack.folder / "alice", layout)[0] == GOOD


def test_several_archives_are_one_submission(pack: Any, layout: Layout) -> None:
    rest = {"neural_net/explosion.py": b"import own", "neural_net/own.py": b"o"}
    parts = {"a.zip": pack.zipped(GOOD), "b.tar": pack.tarred(under("b/", rest))}
    files, notes = opened(pack.zip(parts), layout)
    assert files == GOOD | rest
    assert '"b/b/neural_net/explosion.py" was taken as "neural_net/explosion.py"' in notes


def test_the_same_file_in_two_archives_is_taken_once(pack: Any, layout: Layout) -> None:
    data = pack.zipped(GOOD)
    files, notes = opened(pack.zip({"a.zip": data, "b.zip": data}), layout)
    assert files == GOOD
    assert 'Files of the course lie in "a" and in "b": those in "a" were graded' in notes


def test_what_lies_loose_goes_before_what_is_in_an_archive(pack: Any, layout: Layout) -> None:
    old = pack.zipped({"gradient/gradient.py": b"old", "neural_net/explosion.py": b"e"})
    files, notes = opened(pack.zip(GOOD | {"backup.zip": old}), layout)
    assert files == GOOD | {"neural_net/explosion.py": b"e"}
    assert '"backup/neural_net/explosion.py" was taken as "neural_net/explosion.py"' in notes


def test_an_archive_without_any_of_the_courses_files_stays_shut(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.zip(GOOD | {"x.zip": pack.zipped({"a.txt": b"a"})}), layout)
    assert files == GOOD
    assert '"x.zip" is an archive inside the submission and was not opened' in notes


def test_archives_that_hold_too_much_together_are_refused(pack: Any, layout: Layout) -> None:
    parts = {f"{n}.zip": pack.zipped(GOOD | {f"{n}.py": bytes([n]) * (3 << 20)}) for n in range(2)}
    with pytest.raises(IntakeError, match=r"holds too many bytes when opened"):
        open_submission(pack.zip(parts), layout, Caps(total_bytes=4 << 20))


def test_a_lone_file_is_put_in_its_place(pack: Any, layout: Layout) -> None:
    files, notes = opened(pack.write("gradient.py", b"x=1"), layout)
    assert files == GOOD
    assert '"gradient.py" was taken as "gradient/gradient.py"' in notes
    assert opened(pack.write("me.ipynb", b"{}"), layout)[0] == {"me.ipynb": b"{}"}
    with pytest.raises(UsageError, match=r'other\.txt" is neither a folder, nor a zip'):
        open_submission(pack.write("other.txt", b""), layout)
    assert opened(pack.write("main.py", b"y=2"), layout)[0] == {"main.py": b"y=2"}


def test_code_and_models_that_lie_beside_the_root_are_kept(pack: Any, layout: Layout) -> None:
    beside = {"main.py": b"m", "Model.keras": b"k", "old/net.h5": b"h", "work.ipynb": b"{}"}
    files, notes = opened(pack.zip(under("project/", GOOD) | beside | {"a.txt": b"a"}), layout)
    assert files == GOOD | beside
    assert "(1 in all, such as " in notes


def test_the_same_bytes_have_the_same_digest_however_they_come(pack: Any, layout: Layout) -> None:
    digests = {
        open_submission(path, layout).digest
        for path in (pack.zip(GOOD), pack.tar(under("x/", GOOD)), pack.write("gradient.py", b"x=1"))
    }
    assert len(digests) == 1


@pytest.fixture
def handed_out(tmp_path: Path, layout: Layout) -> tuple[Layout, dict[str, bytes]]:
    """Return a course's layout with its templates, and the templates."""
    templates = {file: f"# {file}\nX = None\n".encode() for file in layout.files}
    for file, content in templates.items():
        path = tmp_path / "stubs" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Layout.of(layout.files, tmp_path / "stubs"), templates


def test_what_was_handed_out_does_not_hide_the_work_in_another_folder(
    pack: Any, handed_out: tuple[Layout, dict[str, bytes]]
) -> None:
    layout, templates = handed_out
    crlf = {name: content.replace(b"\n", b"\r\n") for name, content in templates.items()}
    for kit in (under("assignments/", templates), crlf, under("a/", dict.fromkeys(crlf, b""))):
        files, notes = opened(pack.zip(kit | under("rendu/me/", GOOD)), layout)
        assert files["gradient/gradient.py"] == GOOD["gradient/gradient.py"]
        assert "were graded" in notes


def test_a_template_in_its_place_gives_way_to_work_elsewhere(
    pack: Any, handed_out: tuple[Layout, dict[str, bytes]]
) -> None:
    layout, templates = handed_out
    work = {"gradient/gradient.py": b"g=1", "neural_net/explosion.py": b"e=1"}
    tree = templates | work | {"more/answers.toml": b"[questions]\na = 1"}
    files, notes = opened(pack.zip(tree), layout)
    assert files["answers.toml"] == b"[questions]\na = 1"
    assert files["gradient/gradient.py"] == b"g=1"
    assert 'answers.toml is empty or the template as it was given out: "more/answers.toml"' in notes


def test_the_work_in_an_archive_goes_before_templates_beside_it(
    pack: Any, handed_out: tuple[Layout, dict[str, bytes]]
) -> None:
    layout, templates = handed_out
    files, _ = opened(pack.zip(templates | {"rendu.zip": pack.zipped(GOOD)}), layout)
    assert files["gradient/gradient.py"] == GOOD["gradient/gradient.py"]


def test_of_two_equal_folders_the_later_by_its_name_is_taken(pack: Any, layout: Layout) -> None:
    for earlier, later in (("v1", "v2"), ("v9", "v10"), ("TP_old", "TP"), ("TP", "TP final")):
        tree = under(f"{earlier}/", {"gradient/gradient.py": b"old"}) | under(f"{later}/", GOOD)
        files, notes = opened(pack.zip(tree), layout)
        assert files == GOOD
        assert f'Files of the course lie in "{later}" and in "{earlier}"' in notes
