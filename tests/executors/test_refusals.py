"""What is refused before anything is sent: addresses, workers, machines that cannot do it."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.cli.main import main
from grader.course import load_course
from grader.errors import GraderError, UsageError
from grader.executors import worker_grader
from grader.executors.cluster import Cluster
from grader.executors.identity import WorkerIdentity
from grader.executors.known_workers import KnownWorkers
from grader.executors.payloads import ExercisePayload, SubmissionPayload, unpacked, unpacked_answer
from grader.executors.scheduler import SchedulerPlace
from grader.executors.worker_grader import WorkerSettings, start_worker_grader
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Received
from grader.sandbox.plain import PlainLauncher
from tests.executors.conftest import RIGHT, make_class, make_course
from tests.executors.processes import make_certificates

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = "tcp://127.0.0.1:8786"


@pytest.mark.parametrize(
    "address", ["", "8786", "here:8786", "http://here:8786", "tls://here", "tls://:1", "tcp://a:0"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(
        UsageError, match="is not the address of a scheduler: give one as tls://HOST"
    ):
        SchedulerPlace(address=address)


@pytest.mark.parametrize("host", ["10.0.0.1", "scheduler", "0.0.0.0", "[2001:db8::1]"])  # noqa: S104
def test_what_others_could_listen_to_is_refused_unless_it_is_asked_for(host: str) -> None:
    address = f"tcp://{host}:8786"
    with pytest.raises(UsageError, match=r"is not encrypted and not on this machine: .* Use tls"):
        SchedulerPlace(address=address)
    assert not SchedulerPlace(address=address, allow_unencrypted=True).is_here


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3", "[::1]"])
def test_on_this_machine_nobody_listens(host: str) -> None:
    assert SchedulerPlace(address=f"tcp://{host}:8786").is_here


def test_files_for_tls_are_all_there_or_none(tmp_path: Path) -> None:
    files = make_certificates(tmp_path)
    with pytest.raises(UsageError, match="TLS needs three files"):
        SchedulerPlace(address="tls://here:1", ca=files["ca"])
    with pytest.raises(UsageError, match=r"There is no file .*other\.key for TLS"):
        SchedulerPlace(address="tls://here:1", **{**files, "key": tmp_path / "other.key"})
    with pytest.raises(UsageError, match="give the address as tls://127"):
        SchedulerPlace(address=LOCAL, **files)
    with pytest.raises(UsageError, match="tls://here:1 needs files for TLS: give --tls-ca"):
        SchedulerPlace(address="tls://here:1").security()


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"needs Dask, which is not installed: `pip install '"):
        SchedulerPlace(address=LOCAL).security()


def test_only_courses_of_this_program_are_graded_by_a_cluster() -> None:
    anything: Any = None
    with pytest.raises(UsageError, match="leave --scheduler out"):
        Cluster(place=SchedulerPlace(address=LOCAL)).grade(anything, anything, [], print)


# ---------------------------------------------------------------------------- the command


def said_by(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the one line with which a command refuses."""
    assert main(["worker", "--scheduler", LOCAL, *words]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_worker_without_the_level_that_is_asked_for_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "grader.sandbox.doctor.obstacle",
        lambda level: "" if level == "none" else "no namespaces here",
    )
    course = str(make_course(tmp_path))
    said = said_by(capsys, "--course", course, "--isolation", "full")
    assert "Isolation level full cannot be had on this machine (no namespaces here)" in said
    assert "or trust every submission" in said_by(capsys, "--course", course)


def test_a_worker_without_a_salt_does_not_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = make_course(tmp_path)
    salt = course / ".grader" / "salt"
    salt.unlink()
    said = said_by(capsys, "--course", str(course), "--isolation", "none")
    assert "copy .grader/salt of the course from the computer that has the class graded" in said
    assert not salt.exists()


def test_a_course_that_is_edited_under_its_worker_is_not_graded_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_grader, "_worker_grader", None)
    root = make_course(tmp_path)
    settings = WorkerSettings(
        course_root=root, salt_file=root / ".grader" / "salt", isolation="none"
    )
    before = settings.worker_grader().identity
    start_worker_grader(settings, before)
    assert msgspec.json.decode(worker_grader.describe(), type=WorkerIdentity) == before
    checks = root / "solutions" / "checks" / "halve" / "check_halve.py"
    checks.write_text(checks.read_text() + "# edited\n")
    with pytest.raises(GraderError, match="has changed since `grader worker` was started"):
        start_worker_grader(settings, before)


# ---------------------------------------------------------------------------- who fits

OWN = WorkerIdentity("1", "full", "s", {"double": ("d", "p"), "halve": ("h", "p")})


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (OWN, ""),
        (msgspec.structs.replace(OWN, version="2"), "it has the grader 2, not 1"),
        (msgspec.structs.replace(OWN, isolation="none"), "its isolation level is none, not full"),
        (msgspec.structs.replace(OWN, salt="t"), "it has another salt"),
        (
            msgspec.structs.replace(OWN, exercises={**OWN.exercises, "halve": ("x", "p")}),
            "it has another version of the course (halve)",
        ),
        (
            msgspec.structs.replace(OWN, exercises={**OWN.exercises, "halve": ("h", "q")}),
            "it has other versions of the packages that exercises are run with (halve)",
        ),
    ],
)
def test_a_worker_that_differs_has_other_resources_and_it_is_said_why(
    other: WorkerIdentity, reason: str
) -> None:
    assert OWN.lacking(other) == reason
    assert (OWN.resources == other.resources) == (not reason)


class Told:
    """A fake Dask client with three workers, of which one fits."""

    def __init__(self) -> None:
        some = msgspec.structs.replace(OWN, exercises={"double": ("d", "p"), "halve": ("h", "q")})
        self.said: dict[str, Any] = {"some": msgspec.json.encode(some), "other": ImportError()}
        self.resources = {"all": OWN.resources, "some": some.resources, "other": {}}

    def scheduler_info(self, n_workers: int) -> Any:
        """Return what the scheduler knows."""
        assert n_workers == -1
        return {
            "workers": {
                name: {"resources": dict.fromkeys(has.values(), 1)}
                for name, has in self.resources.items()
            }
        }

    def run(self, function: Any, workers: list[str], on_error: str) -> Any:
        """Return what workers say."""
        assert (function, on_error) == (worker_grader.describe, "return")
        return {name: self.said[name] for name in workers}


def test_each_worker_that_does_not_fit_is_told_of_once() -> None:
    told: list[str] = []
    client = Told()
    known = KnownWorkers(client, OWN, told.append)
    assert known.why_none() == "none is there"
    for _ in range(2):
        known.look(at_once=True)
    assert known.count == 2
    assert known.able == {"double": 2, "halve": 1}
    packages = "it has other versions of the packages that exercises are run with"
    stranger = "it is not a worker of this grader (`grader worker` starts one)"
    assert told == [
        f"The worker some grades only some exercises: {packages} (halve).",
        f"The worker other is not used: {stranger}.",
    ]
    assert "other: it is not a worker" in known.why_none()
    del client.resources["all"], client.resources["some"], client.resources["other"]
    known.look(at_once=True)
    assert (known.count, known.why_none()) == (0, "none is there")


# ---------------------------------------------------------------------------- what travels


def test_what_is_packed_comes_out_as_it_went_in(tmp_path: Path) -> None:
    sealed = Sealed(
        "ada",
        {"work/double.py": RIGHT["double"].encode(), "b\udcff.bin": bytes(range(256))},
        ("a note",),
        (Received(name="x.pdf", size=3, kind="a PDF", mend="hand in code"),),
    )
    payload = unpacked(SubmissionPayload.of(sealed, ["double"], public_only=True).packed())
    assert payload.sealed == sealed
    assert payload.sealed.digest == sealed.digest
    assert (payload.exercises, payload.public_only) == (("double",), True)
    course = load_course(make_course(tmp_path))
    judge = Judge(course, PlainLauncher(), b"s")
    graded = judge.grade_exercise(course.exercises[0], judge.prepare(sealed))
    judge.launcher.close()
    odd = replace(graded.result, usage=replace(graded.result.usage, load_average=float("inf")))
    answer = ExercisePayload(graded=replace(graded, result=odd))
    assert unpacked_answer(answer.packed()) == answer


def test_grade_says_what_is_wrong_with_the_scheduler(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["grade", str(make_class(tmp_path / "class"))]
    command += ["--course", str(make_course(tmp_path / "course")), "--out", str(tmp_path / "out")]
    assert main([*command, "--scheduler", "tcp://10.0.0.1:8786"]) == 2
    assert "tcp://10.0.0.1:8786 is not encrypted" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
