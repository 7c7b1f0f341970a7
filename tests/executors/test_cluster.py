"""A class that is graded by a real cluster of separate processes, with TLS, of which some die."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from typing import TYPE_CHECKING, Any

import distributed
import msgspec
import pytest

from grader.api import Grading, grade_class, load_course, open_class
from grader.errors import GraderError, UsageError
from grader.executors import cluster as clusters
from grader.executors.cluster import Cluster
from grader.executors.payloads import unpacked
from grader.executors.scheduler import SchedulerPlace
from grader.results import Outcome, State
from tests.executors.conftest import make_class, make_course
from tests.executors.processes import Processes, make_certificates, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VARYING = {"graded_at", "wall_seconds", "cpu_seconds", "peak_memory_mib", "load_average"}


def graded(
    processes: Processes, root: Path, handed_in: Path, out: Path, **how: Any
) -> tuple[Grading, list[str]]:
    """Grade a class by the cluster; also return what was told of workers."""
    told: list[str] = []
    cluster = Cluster(place=processes.place, tell=how.pop("tell", told.append))
    course = load_course(root, how.pop("exercises", ()))
    found = open_class(course, handed_in)
    how.setdefault("gradebook", "none")
    return grade_class(course, found, out, isolation="none", workers=cluster, **how), told


def in_thread(action: Callable[[], Any]) -> Callable[[], Any]:
    """Do something in a thread; return what waits for its result, or raises what it raised."""
    came: list[Any] = []

    def work() -> None:
        try:
            came.append(action())
        except BaseException as error:  # noqa: BLE001  (raised again below)
            came.append(error)

    thread = threading.Thread(target=work)
    thread.start()

    def result() -> Any:
        thread.join(120)
        [value] = came
        if isinstance(value, BaseException):
            raise value
        return value

    return result


def scrubbed(grading: Grading) -> Any:
    """Return the results as plain data, without what varies from run to run."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(one) for key, one in value.items() if key not in VARYING}
        return [clean(one) for one in value] if isinstance(value, list | tuple) else value

    return clean(msgspec.to_builtins(grading.results))


@pytest.mark.sampled(2)
@pytest.mark.parametrize("exercises", [(), ("2",)])
def test_results_are_those_of_local_processes(
    processes: Processes, root: Path, tmp_path: Path, exercises: tuple[str, ...]
) -> None:
    handed_in = make_class(tmp_path / "class")
    there, told = graded(processes, root, handed_in, tmp_path / "a", exercises=exercises)
    course = load_course(root, exercises)
    found = open_class(course, handed_in)
    here = grade_class(course, found, tmp_path / "b", isolation="none", gradebook="none")
    assert scrubbed(there) == scrubbed(here)
    assert {result.state for result in here.results} >= {State.GRADED, State.UNREADABLE}
    assert told == []
    for name in ("ada", "bo", "cy", "dee"):
        assert (tmp_path / "a" / name / "index.html").is_file()


def test_a_worker_that_is_killed_costs_nobody_anything(
    processes: Processes, root: Path, tmp_path: Path, gate: Path
) -> None:
    handed_in = make_class(tmp_path / "class", eve=7)
    result = in_thread(lambda: graded(processes, root, handed_in, tmp_path / "out"))
    [held] = until(lambda: list(gate.glob("waits-*")), "a submission that is being graded")
    os.kill(int(held.name.removeprefix("waits-")), signal.SIGKILL)
    until(lambda: len(list(gate.glob("waits-*"))) == 2, "another worker with the same submission")
    (gate / "go").touch()
    grading, told = result()
    by_name = {one.student: one for one in grading.results}
    assert by_name["eve"].score == by_name["ada"].score == 5
    assert [said for said in told if "died when it graded Doubling of eve" in said]


def test_a_worker_that_takes_more_memory_than_dask_gives_it_costs_nobody_anything(
    processes: Processes, root: Path, tmp_path: Path, gate: Path
) -> None:
    """Its nanny ends it, starts another one, and the exercise is graded again."""
    handed_in = make_class(tmp_path / "class", gil=21)
    grading, told = graded(processes, root, handed_in, tmp_path / "out")
    by_name = {one.student: one for one in grading.results}
    assert by_name["gil"].score == by_name["ada"].score == 5
    assert [said for said in told if "died when it graded Doubling of gil" in said]
    assert (gate / "mark").exists()


def test_a_submission_that_kills_two_workers_has_points_withheld_and_the_others_none(
    processes: Processes, root: Path, tmp_path: Path, gate: Path
) -> None:
    handed_in = make_class(tmp_path / "class", fay=14)
    grading, told = graded(processes, root, handed_in, tmp_path / "out")
    by_name = {one.student: one for one in grading.results}
    assert by_name["ada"].score == 5
    assert by_name["fay"].state is State.PROVISIONAL
    double, halve = by_name["fay"].exercises
    assert {check.outcome for check in double.checks} == {Outcome.GRADER_ERROR}
    assert "ended twice" in double.checks[0].message
    assert halve.score == 2
    assert any("no points yet" in said for said in told)
    assert (gate / "mark").exists()


def test_workers_of_another_course_are_refused_and_one_that_joins_late_does_the_work(
    processes: Processes, tmp_path: Path
) -> None:
    root = make_course(tmp_path / "course")
    checks = root / "solutions" / "checks" / "double" / "check_double.py"
    checks.write_text(checks.read_text() + "# edited\n")
    (root / ".grader" / "salt").write_text("cd" * 32)
    salt = tmp_path / "salt"
    shutil.copy(root / ".grader" / "salt", salt)
    told: list[str] = []
    handed_in = make_class(tmp_path / "class")
    result = in_thread(
        lambda: graded(processes, root, handed_in, tmp_path / "out", tell=told.append)
    )
    until(lambda: len(told) == 2, "the refusal of two workers")
    assert all(said.endswith("is not used: it has another salt.") for said in told)
    late = processes.work(root, "--workers", "1", "--salt-file", str(salt))
    grading, _ = result()
    assert max(one.score for one in grading.results) == 5
    assert processes.stop(late) == 0


def test_where_nobody_fits_the_class_ends_in_a_sentence_that_says_why(
    processes: Processes, tmp_path: Path
) -> None:
    root = make_course(tmp_path / "course")
    checks = root / "solutions" / "checks" / "double" / "check_double.py"
    checks.write_text(checks.read_text() + "# edited\n")
    course = load_course(root)
    cluster = Cluster(place=processes.place, patience_seconds=0.1)
    found = open_class(course, make_class(tmp_path / "class"))
    with pytest.raises(GraderError) as raised:
        grade_class(
            course, found, tmp_path / "out", isolation="none", workers=cluster, gradebook="none"
        )
    said = str(raised.value)
    assert said.startswith("For 0.1 seconds no worker at tls://127.0.0.1:")
    assert "could grade Doubling: " in said  # Halving is as it was
    assert "it has another version of the course (double)" in said
    assert "run the same command again" in said


def test_a_scheduler_that_dies_ends_the_class_in_a_sentence_and_what_was_finished_is_whole(
    processes: Processes, root: Path, tmp_path: Path
) -> None:
    alone = Processes(tmp_path, processes.certificates, processes.gate)
    scheduler = alone.schedule()
    done: list[str] = []
    handed_in = make_class(tmp_path / "class")

    def keep(result: Any) -> None:
        done.append(result.student)
        scheduler.kill()
        scheduler.wait()

    with pytest.raises(GraderError, match=r"^The scheduler at tls://\S+ has ended: the reports"):
        graded(alone, root, handed_in, tmp_path / "out", done=keep)
    assert done == ["dee"]  # which nobody had to grade
    assert (tmp_path / "out" / "dee" / "index.html").is_file()


def test_neither_the_salt_nor_solutions_are_sent_nor_what_the_gradebook_knows(
    processes: Processes, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    real = distributed.Client.submit

    def note(self: Any, function: Any, exercise: str, payload: bytes, **how: Any) -> Any:
        sent.append(repr((function, exercise, unpacked(payload), how)).encode())
        return real(self, function, exercise, payload, **how)

    monkeypatch.setattr(distributed.Client, "submit", note)
    handed_in = make_class(tmp_path / "class")
    book = str(tmp_path / "book.sqlite")
    first, _ = graded(processes, root, handed_in, tmp_path / "out", gradebook=book)
    everything = b"".join(sent)
    assert b"def double" in everything
    assert b"case.agrees" not in everything
    salt = (root / ".grader" / "salt").read_bytes().strip()
    assert salt not in everything
    assert repr(bytes.fromhex(salt.decode())).encode() not in everything
    sent.clear()
    again, _ = graded(processes, root, handed_in, tmp_path / "again", gradebook=book)
    assert sent == []
    assert scrubbed(again) == scrubbed(first)


# ---------------------------------------------------------------------------- no such scheduler


@pytest.mark.parametrize("scheme", ["tls", "tcp"])
def test_where_no_scheduler_answers_it_is_said(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 0.3)
    files = make_certificates(tmp_path / "certificates") if scheme == "tls" else {}
    place = SchedulerPlace(address=f"{scheme}://127.0.0.1:9", **files)
    course = load_course(root)
    found = open_class(course, make_class(tmp_path / "class"))
    with pytest.raises(
        UsageError, match=rf"^No scheduler answers at {scheme}://127.0.0.1:9: .* right"
    ):
        grade_class(course, found, tmp_path / "out", isolation="none", workers=Cluster(place=place))


def test_a_client_with_a_certificate_of_another_authority_is_not_let_in(
    processes: Processes, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 0.5)
    place = SchedulerPlace(
        address=processes.place.address, **make_certificates(tmp_path / "strangers")
    )
    course = load_course(root)
    found = open_class(course, make_class(tmp_path / "class"))
    with pytest.raises(UsageError, match="and are the address and the files for TLS right"):
        grade_class(course, found, tmp_path / "out", isolation="none", workers=Cluster(place=place))
