"""Ordinary code writes files at every level; how much, and where, the kernel holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, OverLimit
from grader.sandbox.launcher import Limits
from grader.sandbox.write_quota import quota_at
from grader.submission import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.isolated import IsolatedLauncher
    from grader.sandbox.launcher import RunnerSpec

    Attack = Callable[..., Any]

both_levels = pytest.mark.parametrize("level", ["full", "reduced"])

# What code of students does, and what comes of it.
ORDINARY = {
    "a text is written, gone on with, and read": (
        """
        with open("log.txt", "w") as file:
            file.write("one\\n")
        with open("log.txt", "a") as file:
            file.write("two\\n")
        with open("log.txt", "r+") as file:
            file.write("ONE")
        return open("log.txt").read(), os.path.getsize("log.txt")
        """,
        ("ONE\ntwo\n", 8),
    ),
    "arrays are saved": (
        """
        import numpy as np
        np.save("a.npy", np.arange(5.0))
        np.savez("b.npz", x=np.arange(3))
        np.savetxt("c.txt", np.eye(2))
        np.arange(4.0).tofile("d.bin")
        return [
            np.load("a.npy").tolist(), np.load("b.npz")["x"].tolist(), np.loadtxt("c.txt").tolist(),
            np.fromfile("d.bin").tolist(), np.load("a.npy", mmap_mode="r")[2:].tolist(),
        ]
        """,
        [[0, 1, 2, 3, 4], [0, 1, 2], [[1, 0], [0, 1]], [0, 1, 2, 3], [2, 3, 4]],
    ),
    "a figure is saved in a folder that is made": (
        """
        import matplotlib.pyplot as plt
        os.makedirs("figures/of/mine", exist_ok=True)
        plt.plot([1, 2])
        plt.savefig("figures/of/mine/net.png")
        return open("figures/of/mine/net.png", "rb").read(4), os.listdir("figures")
        """,
        (b"\x89PNG", ["of"]),
    ),
    "temporary files": (
        """
        import tempfile
        with tempfile.NamedTemporaryFile("w+", suffix=".txt") as named:
            named.write("x")
            named.flush()
            there = os.path.exists(named.name)
        with tempfile.TemporaryFile() as file:
            file.write(b"abc")
            file.seek(0)
            read = file.read()
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, "y"), "w").close()
            names = os.listdir(folder)
        return there, os.path.exists(named.name), read, names, os.path.exists(folder)
        """,
        (True, False, b"abc", ["y"], False),
    ),
    "pathlib": (
        """
        from pathlib import Path
        folder = Path("out")
        folder.mkdir()
        (folder / "a.txt").write_text("a")
        (folder / "b.txt").touch()
        (folder / "a.txt").rename(folder / "c.txt")
        found = sorted(path.name for path in folder.iterdir())
        matched = sorted(path.name for path in folder.glob("*.txt"))
        (folder / "b.txt").unlink()
        return found, matched, (folder / "c.txt").read_text(), (folder / "b.txt").exists()
        """,
        (["b.txt", "c.txt"], ["b.txt", "c.txt"], "a", False),
    ),
    "modules of Python's own": (
        """
        import csv, json, logging, pickle, shutil, zipfile
        json.dump({"a": 1}, open("a.json", "w"))
        pickle.dump([1], open("a.pkl", "wb"))
        with open("a.csv", "w", newline="") as file:
            csv.writer(file).writerow([1, 2])
        log = logging.FileHandler("a.log")
        log.emit(logging.makeLogRecord({"msg": "said"}))
        log.close()
        with zipfile.ZipFile("a.zip", "w") as archive:
            archive.write("a.json")
        os.mkdir("d")
        shutil.copy("a.csv", "d/b.csv")
        os.replace("a.json", "d/b.json")
        walked = [sorted(files) for _, _, files in os.walk("d")]
        shutil.rmtree("d")
        return (
            pickle.load(open("a.pkl", "rb")), open("a.log").read(), walked, os.path.exists("d"),
            zipfile.ZipFile("a.zip").read("a.json"), open("a.csv").read(),
        )
        """,
        ([1], "said\n", [["b.csv", "b.json"]], False, b'{"a": 1}', "1,2\n"),
    ),
    "what was handed in is written over": (
        """
        before = len(open("submission.py").read()) > 10
        open("submission.py", "a").write("# more")
        more = open("submission.py").read().endswith("# more")
        open("submission.py", "w").write("less")
        return before, more, open("submission.py").read(), os.listdir(".").count("submission.py")
        """,
        (True, True, "less", 1),
    ),
    "what cannot be is refused as ever": (
        """
        said = []
        refused = [("no/such/file", "w"), ("no_file", "r"), (".", "w"), ("no", "r+"), ("/x", "w")]
        for path, mode in refused:
            try:
                open(path, mode)
            except OSError as error:
                said.append(type(error).__name__)
        said[-1] = said[-1] in ("OSError", "PermissionError")
        open("here", "w").close()
        try:
            open("here", "x")
        except FileExistsError:
            said.append("exists")
        return said
        """,
        ["FileNotFoundError"] * 2 + ["IsADirectoryError", "FileNotFoundError", True, "exists"],
    ),
    "many files, one after the other": (
        """
        for number in range(200):
            with open("frame", "wb") as file:
                file.write(bytes(1000))
            os.remove("frame")
        return number, os.path.exists("frame")
        """,
        (199, False),
    ),
}


@both_levels
@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_code_writes_files(attack: Attack, level: str, name: str) -> None:
    body, wanted = ORDINARY[name]
    assert attack(level, (), body) == wanted


ROUND_THE_NAMES = """
    import posix
    folder = os.environ["HOME"]
    try:
        return posix.open(folder + given[0], os.O_WRONLY | os.O_CREAT)
    except OSError as error:
        return type(error).__name__
"""


@pytest.mark.parametrize("name", ["/new", "/slots/new", "/submission/net/new", "/../new"])
def test_no_file_can_be_made_at_level_reduced(attack: Attack, name: str) -> None:
    assert attack("reduced", (), ROUND_THE_NAMES, name) == "PermissionError"


def test_nor_renamed_or_removed_or_linked(attack: Attack) -> None:
    body = """
        import posix
        first = os.environ["HOME"] + "/slots/00"
        said = []
        for do in (
            lambda: posix.rename(first, first + "0"), lambda: posix.unlink(first),
            lambda: posix.link(first, first + "0"), lambda: posix.symlink("/", first + "0"),
            lambda: posix.mkdir(first + "0"), lambda: posix.rmdir(os.environ["HOME"] + "/slots"),
            lambda: posix.mkfifo(first + "0"), lambda: posix.chmod(first, 0o777),
        ):
            try:
                do()
                said.append("done")
            except PermissionError:
                pass
        return said
    """
    assert attack("reduced", (), body) == []


FILL = """
    import posix
    total = 0
    for number in range(1000):
        try:
            file = posix.open(os.environ["HOME"] + f"/slots/{number:02}", os.O_WRONLY)
        except OSError:
            break
        block = bytes(1 << 16)
        try:
            while True:
                total += os.write(file, block)
        except OSError as error:
            assert error.errno == 27, error
        posix.close(file)
    return number, total
"""


def test_the_kernel_counts_what_is_written_round_the_names(attack: Attack) -> None:
    room = quota_at("reduced", 8)  # the limit of the fixture
    assert attack("reduced", (), FILL) == (room.files, room.mib << 20)


def test_no_room_is_taken_beyond_the_end_of_a_file(attack: Attack) -> None:
    body = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        file = os.open("grown", os.O_RDWR | os.O_CREAT)
        keep_size = 1
        done = libc.fallocate(file, keep_size, ctypes.c_long(0), ctypes.c_long(64 << 20))
        return done, os.fstat(file).st_blocks
    """
    assert attack("reduced", (), body) == (-1, 0)
    done, blocks = attack("reduced", ("known_calls_only",), body)
    assert done == 0
    assert blocks * 512 >= 64 << 20


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("for n in range(99):\n    open(f'{n}', 'w').close()", "32 MiB, in 32 files of 1 MiB each"),
        ("open('one', 'wb').truncate(1 << 30)", "a file larger than the limit of 1 MiB allows"),
    ],
)
def test_the_sentence_knows_the_level(
    launchers: Callable[..., IsolatedLauncher],
    spec: Callable[..., RunnerSpec],
    body: str,
    sentence: str,
) -> None:
    session = Session(launchers("reduced"), spec(body, Limits(disk_mib=4)))
    with pytest.raises(OverLimit) as caught:
        session.call("net/submission.py", "attack", [])
    session.close()
    assert caught.value.limit == "disk_mib"
    assert sentence in caught.value.message


@both_levels
def test_nothing_that_is_written_is_found_by_the_next_one_or_left(
    launchers: Callable[..., IsolatedLauncher], spec: Callable[..., RunnerSpec], level: str
) -> None:
    launcher = launchers(level)
    body = """
        if given:
            open("left", "w").write("for a friend")
            open(given[0], "w").write("for a friend") if given[0] else None
        found = [os.path.exists("left")]
        for folder in (os.environ["HOME"] + "/slots", os.path.dirname(os.environ["HOME"])):
            try:
                names = os.listdir(folder)
                found += [name for name in names if os.path.getsize(folder + "/" + name)]
            except OSError as error:
                found.append(type(error).__name__)
        return found
    """
    process = launcher.start(spec("return 1"))
    theirs = f"{process._home}/slots/00" if level == "reduced" else ""
    session = Session(launcher, spec(body))
    if theirs:
        assert Path(theirs).exists()
    if theirs:
        with pytest.raises(Crashed, match="PermissionError"):
            session.call("net/submission.py", "attack", [theirs])
    assert session.call("net/submission.py", "attack", [""]).value[0] is True
    if theirs:
        assert Path(theirs).stat().st_size == 0
    session.close()
    session = Session(launcher, spec(body))
    found = session.call("net/submission.py", "attack", []).value
    assert found[0] is False
    assert "00" not in found
    session.close()
    process.end()
    if theirs:
        assert not Path(theirs).exists()


@pytest.mark.sampled(5)  # the first at one level, the last, which is all of it, at the other
@both_levels
@pytest.mark.parametrize(
    "more",
    [
        {"net/large.bin": bytes(24 << 20)},
        {f"net/many/{number // 100}/{number}.txt": b"" for number in range(2_000)},
        {f"net/{number}.txt": b"x" * 33_000 for number in range(2_000)},
    ],
    ids=["large", "many", "both"],
)
def test_a_submission_has_room_for_its_own_files(
    launchers: Callable[..., IsolatedLauncher],
    spec: Callable[..., RunnerSpec],
    level: str,
    more: dict[str, bytes],
) -> None:
    small = spec("open('w', 'wb').write(bytes(1 << 20))\nreturn 1", Limits(disk_mib=8))
    large = replace(small, files={**small.files, **more})
    launcher = launchers(level)
    for wanted in (small, large, small):
        session = Session(launcher, wanted)
        assert session.call("net/submission.py", "attack", []).value == 1
        session.close()
