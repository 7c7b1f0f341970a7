"""Classes: which folders and archives are submissions, and that none stops the others."""

from __future__ import annotations

import io
import os
import pickle
import tarfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError, UsageError
from grader.intake import (
    AttemptChoice,
    Caps,
    Layout,
    Refused,
    choose_attempts,
    list_entries,
    open_class,
)
from grader.intake.sealed import Sealed

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Entry

GOOD = {"gradient/gradient.py": b"x=1"}


def names(paths: list[Path], layout: Layout) -> list[str]:
    return [entry.name for entry in list_entries(paths, layout)]


def of(name: str) -> dict[str, bytes]:
    return {f"{name}/gradient/gradient.py": name.encode()}


def files_of(entry: Entry) -> dict[str, bytes]:
    sealed = entry.open()
    assert isinstance(sealed, Sealed), sealed
    return dict(sealed.files)


def digest_of(entry: Entry) -> str:
    sealed = entry.open()
    return sealed.digest if isinstance(sealed, Sealed) else sealed.reason


def test_reports_beside_submissions_are_nobody_s(pack: Any, layout: Layout) -> None:
    for name, content in (of("ann") | of("bob")).items():
        pack.write(f"class/{name}", content)
    for name in ("results.json", "index.html", "ann/index.html", "instructor/folders.json"):
        pack.write(f"class/reports/{name}", b"{}")
    notes: list[str] = []
    entries = list_entries([pack.folder / "class"], layout, tell=notes.append)
    assert [entry.name for entry in entries] == ["ann", "bob"]
    [note] = notes
    assert note.startswith('What lies beside the submissions is nobody\'s: "reports".')


def test_a_folder_of_reports_is_no_class(pack: Any, layout: Layout) -> None:
    for name in ("results.json", "index.html", "ann/index.html", "instructor/folders.json"):
        pack.write(f"reports/{name}", b"{}")
    with pytest.raises(UsageError, match="is a folder of reports, which `grader grade` wrote"):
        list_entries([pack.folder / "reports"], layout)


@pytest.mark.parametrize(
    ("which", "graded"),
    [("latest", ["ann", "bob"]), ("best", ["ann", "bob"]),
     ("all", ["ann, attempt 1", "ann, attempt 2", "bob"])],
)  # fmt: skip
def test_a_name_in_two_paths_is_one_person_and_is_told(
    pack: Any, layout: Layout, which: str, graded: list[str]
) -> None:
    for name, content in (of("ann") | of("bob")).items():
        pack.write(f"class/{name}", content)
    pack.write("class/ann/gradient/gradient_2.py", b"kept")
    pack.write("late/ann/gradient.py", b"corrected")  # in another folder than before
    pack.write("late/readme/notes.txt", b"?")
    paths = [pack.folder / "class", pack.folder / "late"]
    notes: list[str] = []
    entries = [one for one in list_entries([*paths, paths[0]], layout) if one.name != "readme"]
    chosen = choose_attempts(entries, AttemptChoice(which), tell=notes.append)
    assert [entry.name for entry in chosen] == graded
    [note] = notes
    assert note == (
        'What is called "ann" lies in several of the paths: each was taken as one person\'s '
        "attempts, the path that was named last as the latest. If they are two people, rename "
        "one."
    )
    latest = next(one for one in chosen if one.delivery.attempt == 2)
    assert files_of(latest) == {
        "gradient/gradient.py": b"corrected",
        "gradient/gradient_2.py": b"kept",
    }


def test_paths_of_one_name_that_are_one_person_each_are_refused(pack: Any, layout: Layout) -> None:
    for folder in ("class/ann", "late/ann"):
        pack.write(f"{folder}/gradient/gradient.py", b"x=1")
    paths = [pack.folder / "class/ann", pack.folder / "late/ann"]
    with pytest.raises(UsageError, match='are both called "ann": rename one'):
        list_entries(paths, layout)
    assert names([paths[0], paths[0]], layout) == ["ann"]


def test_a_folder_of_classes_is_told(pack: Any, layout: Layout) -> None:
    for name in ("TP1/ann", "TP1/bob", "TP2/ann", "TP2/bob/rendu", "cy"):
        pack.write(f"year/{name}/gradient/gradient.py", b"x=1")
    notes: list[str] = []
    entries = list_entries([pack.folder / "year"], layout, tell=notes.append)
    assert [entry.name for entry in entries] == ["TP1", "TP2", "cy"]
    [note] = notes
    assert note.startswith('"TP1" was taken as one submission, and several folders in it look')


def test_paths_that_are_a_person_s_each_give_their_names(pack: Any, layout: Layout) -> None:
    for name in ("ann/TP0", "bob/TP0/rendu", "cy"):
        pack.write(f"class/{name}/gradient/gradient.py", b"x=1")
    pack.zip({f"TP0/{name}": content for name, content in GOOD.items()}, "class/di.zip")
    paths = sorted((pack.folder / "class").iterdir())
    assert names(paths, layout) == ["ann", "bob", "cy", "di"]
    assert names(paths[:1], layout) == ["TP0"]
    pack.write("late/eva/gradient/gradient.py", b"x=1")
    assert names([pack.folder / "class", pack.folder / "late"], layout)[-1] == "eva"


@pytest.fixture
def downloads(pack: Any) -> Path:
    """Return a folder with every kind of child."""
    pack.zip(GOOD, "class/bob.zip")
    pack.tar(GOOD, "class/carol.tar.gz", "w:gz")
    pack.write("class/alice/gradient/gradient.py", b"x=1")
    pack.write("class/dave/upload/dave.zip", pack.zipped(GOOD))
    pack.write("class/eve.rar", b"Rar!\x1a\x07\0")
    pack.write("class/frank.zip", b"PK\3\4 broken")
    pack.write("class/grades.csv", b"a,b")
    pack.write("class/.hidden/x", b"")
    (pack.folder / "class" / "gina").mkdir()
    return pack.folder / "class"  # type: ignore[no-any-return]


def test_each_folder_and_archive_is_a_submission(downloads: Path, layout: Layout) -> None:
    outcomes = list(open_class([downloads], layout))
    expected = ["alice", "bob", "carol", "dave", "eve", "frank", "gina"]
    assert [outcome.name for outcome in outcomes] == expected
    good = [outcome for outcome in outcomes if isinstance(outcome, Sealed) and outcome.files]
    assert [dict(sealed.files) for sealed in good] == [GOOD] * 4
    refused = {o.name: o.reason for o in outcomes if isinstance(o, Refused)}
    assert set(refused) == {"eve", "frank"}
    assert '"eve.rar" is neither a zip nor a tar' in refused["eve"]
    assert '"frank.zip" is an archive that is cut short' in refused["frank"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="posix: only where there are such things")
def test_children_that_are_links_or_pipes_are_refused(
    downloads: Path, layout: Layout, tmp_path: Path
) -> None:
    (downloads / "henry").symlink_to(tmp_path)
    os.mkfifo(downloads / "iris.zip")
    refused = {o.name: o.reason for o in open_class([downloads], layout) if isinstance(o, Refused)}
    assert '"henry" cannot be opened: it is a symbolic link' in refused["henry"]
    assert '"iris.zip" cannot be opened: it is a named pipe' in refused["iris"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="posix: only where there are links")
def test_a_child_that_is_swapped_for_a_link_is_refused(
    downloads: Path, layout: Layout, tmp_path: Path
) -> None:
    entries = {entry.name: entry for entry in list_entries([downloads], layout)}
    (downloads / "gina").rmdir()
    (downloads / "gina").symlink_to(tmp_path)
    (downloads / "bob.zip").rename(tmp_path / "elsewhere.zip")
    (downloads / "bob.zip").symlink_to(tmp_path / "elsewhere.zip")
    for name in ("gina", "bob"):
        outcome = entries[name].open()
        assert isinstance(outcome, Refused)
        assert name in outcome.reason


@pytest.mark.parametrize(
    "files",
    [
        GOOD,
        {"neural_net/explosion.py": b""},
        {"gradient.py": b""},
        {"Gradient/Gradient.py": b""},
        {"notes.txt": b""},
        {"gradient/other.py": b"", "neural_net/other.py": b""},
    ],
)
def test_one_submission_is_not_taken_for_a_class(
    pack: Any, layout: Layout, files: dict[str, bytes]
) -> None:
    for name, content in files.items():
        pack.write(f"alice/{name}", content)
    assert names([pack.folder / "alice"], layout) == ["alice"]
    assert names([pack.zip(files)], layout) == ["alice"]
    assert names([pack.zip({f"w/{n}": c for n, c in files.items()})], layout) == ["alice"]


def test_a_class_of_one_is_called_as_the_student_is(pack: Any, layout: Layout) -> None:
    pack.write("class/alice/project-main/gradient/gradient.py", b"x=1")
    (entry,) = list_entries([pack.folder / "class"], layout)
    assert entry.name == "alice"
    assert files_of(entry) == GOOD


@pytest.mark.parametrize("name", ["c.zip", "c.tar", "c.tar.gz", "c.tar.xz"])
def test_an_archive_can_hold_a_class(pack: Any, layout: Layout, name: str) -> None:
    tree = {f"class/{n}": c for n, c in (of("alice") | of("bob")).items()}
    tree |= {"class/carol.zip": pack.zipped(GOOD), "class/readme.txt": b"", "__MACOSX/x": b""}
    tree |= {"class/dave/dave.zip": pack.zipped(GOOD)}
    mode = {"c.tar.gz": "w:gz", "c.tar.xz": "w:xz"}.get(name, "w")
    path = pack.zip(tree, name) if name == "c.zip" else pack.tar(tree, name, mode)
    entries = list_entries([path], layout)
    assert [entry.name for entry in entries] == ["alice", "bob", "carol", "dave"]
    expected = [{"gradient/gradient.py": n} for n in (b"alice", b"bob", b"x=1", b"x=1")]
    assert [files_of(entry) for entry in entries] == expected


def test_members_of_a_class_need_not_lie_together(pack: Any, layout: Layout) -> None:
    tree = {f"{n}/f{i}.py": b"%d" % i for i in range(5) for n in ("alice", "bob")}
    entries = list_entries([pack.zip(tree | of("alice") | of("bob"), "c.zip")], layout)
    assert [len(entry.runs) for entry in entries] == [6, 6]
    assert all(len(files_of(entry)) == 6 for entry in entries)


def test_one_bad_member_of_an_archive_stops_no_other(
    pack: Any, raw_entry: Any, layout: Layout
) -> None:
    path = pack.raw_zip(
        raw_entry(b"alice/gradient/gradient.py", b"x=1"),
        raw_entry(b"bob/gradient/gradient.py", b"x", flags=1),
        raw_entry(b"carol/gradient/gradient.py", b"x", size=1),
        raw_entry(b"../dave/gradient/gradient.py", b"x"),
        name="c.zip",
        good=False,
    )
    outcomes = list(open_class([path], layout))
    assert [outcome.name for outcome in outcomes] == ["alice", "bob", "carol", "c"]
    assert isinstance(outcomes[0], Sealed)
    assert isinstance(outcomes[1], Refused)
    assert "password" in outcomes[1].reason
    assert isinstance(outcomes[2], Sealed)
    assert isinstance(outcomes[3], Refused)
    assert '"c.zip" holds what cannot be given to anybody (1 in all)' in outcomes[3].reason
    assert "../dave" in outcomes[3].reason


def test_a_class_that_changes_after_it_was_listed_is_not_blamed(pack: Any, layout: Layout) -> None:
    path = pack.zip(of("alice") | of("bob"), "c.zip")
    entries = list_entries([path], layout)
    pack.zip(of("bob") | of("carol") | of("alice"), "c.zip")
    with pytest.raises(GraderError, match="changed since it was listed"):
        entries[0].open()


def test_a_broken_archive_on_the_command_line_stops_no_other(pack: Any, layout: Layout) -> None:
    paths = [pack.write("bad.zip", b"PK\3\4"), pack.zip(GOOD, "good.zip")]
    bad, good = open_class(paths, layout)
    assert isinstance(bad, Refused)
    assert '"bad.zip" is an archive that is cut short' in bad.reason
    assert isinstance(good, Sealed)


def test_entries_can_be_opened_in_other_processes(downloads: Path, layout: Layout) -> None:
    entries = list_entries([downloads], layout)
    assert pickle.loads(pickle.dumps(entries)) == entries  # noqa: S301 - our own bytes
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert list(pool.map(name_when_opened, entries)) == [entry.name for entry in entries]


def name_when_opened(entry: Entry) -> str:
    return entry.open().name


def test_nothing_is_opened_before_it_is_asked_for(pack: Any, layout: Layout) -> None:
    for number in range(3_000):
        (pack.folder / "class" / f"s{number}").mkdir(parents=True)
    outcomes = open_class([pack.folder / "class"], layout)
    assert next(outcomes).name == "s0"


def test_the_spool_is_where_it_was_asked_for(pack: Any, layout: Layout, tmp_path: Path) -> None:
    path = pack.tar(of("alice") | of("bob"), "c.tar.gz", "w:gz")
    spool = tmp_path / "spool"
    spool.mkdir()
    entries = list_entries([path], layout, Caps(), spool)
    assert len(list(spool.iterdir())) == 1
    assert files_of(entries[1]) == {"gradient/gradient.py": b"bob"}


def test_a_class_that_unpacks_to_too_much_is_refused(pack: Any, layout: Layout) -> None:
    path = pack.tar(of("alice") | of("bob") | {"alice/x": bytes(1 << 20)}, "c.tar.gz", "w:gz")
    (entry,) = list_entries([path], layout, Caps(class_bytes=1 << 18))
    assert '"c.tar.gz" holds too many bytes' in digest_of(entry)


def test_a_member_with_too_many_entries_is_refused_alone(pack: Any, layout: Layout) -> None:
    tree = of("alice") | {f"bob/{i}.py": b"" for i in range(50)} | of("bob")
    entries = list_entries([pack.zip(tree, "c.zip")], layout, Caps(entries=40))
    assert files_of(entries[0]) == {"gradient/gradient.py": b"alice"}
    assert '"bob" holds far too many entries' in digest_of(entries[1])


def test_a_tar_with_links_between_members_gives_nobody_anothers_file(
    pack: Any, layout: Layout
) -> None:
    link = tarfile.TarInfo("bob/gradient/gradient.py")
    link.type = tarfile.LNKTYPE
    link.linkname = "alice/gradient/gradient.py"
    buffer = io.BytesIO(pack.tarred(of("alice")))
    with tarfile.open(fileobj=buffer, mode="a") as archive:
        archive.addfile(link)
    entries = list_entries([pack.write("c.tar", buffer.getvalue())], layout)
    outcome = entries[1].open()
    assert isinstance(outcome, Sealed)
    assert not outcome.files
    assert '"gradient/gradient.py" was left out: it is a hard link' in outcome.notes[0]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _path: None, r'missing" is not there: check how'),
        (lambda path: path.mkdir(), r'missing" is empty: name the folder'),
        (lambda path: path.write_bytes(b"hello"), r'missing" is neither a folder'),
        (lambda path: path.symlink_to(path), r'missing" cannot be read'),
    ],
)
def test_paths_of_no_use_are_told_before_anything_is_graded(
    pack: Any, layout: Layout, make: Any, sentence: str
) -> None:
    path = pack.folder / "missing"
    make(path)
    with pytest.raises(UsageError, match=sentence):
        open_class([pack.zip(GOOD), path], layout)
    with pytest.raises(UsageError, match="cannot be read"):
        open_class([pack.folder / "nul\0"], layout)


def test_notebooks_beside_one_folder_are_one_submission(pack: Any, layout: Layout) -> None:
    pack.write("me/ex2.ipynb", b"{}")
    pack.write("me/helpers/layers.py", b"x=1")
    assert names([pack.folder / "me"], layout) == ["me"]
    pack.write("me/data/points.csv", b"1")
    pack.write("you/ex2.ipynb", b"{}")
    assert names([pack.folder], layout) == ["me", "you"]


def test_folders_of_notebooks_are_a_class_whatever_lies_beside_them(
    pack: Any, layout: Layout
) -> None:
    pack.write("class/ann/nets.ipynb", b"{}")
    pack.write("class/ben/Untitled.ipynb", b"{}")
    pack.write("class/overview.ipynb", b"{}")
    assert names([pack.folder / "class"], layout) == ["ann", "ben"]
