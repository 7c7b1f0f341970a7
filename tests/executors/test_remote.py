"""What a cluster may do to tasks: each way ends in a result, by a client that does just that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.api import open_class
from grader.course import load_course
from grader.errors import GraderError
from grader.executors.batch import Plan
from grader.executors.identity import WorkerIdentity
from grader.executors.payloads import ExercisePayload
from grader.executors.remote import A_WORKER, MOST_LOST, Remote
from grader.executors.scheduler import SchedulerPlace
from grader.executors.tasks import Task
from grader.judge import FORGETFUL
from grader.results import Outcome, State
from tests.executors.conftest import make_class, make_course

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.judge import Judge
    from grader.results import SubmissionResult


class Future:
    """A task with a given end."""

    def __init__(self, key: str, status: str) -> None:
        self.key = key
        self.status = status

    def add_done_callback(self, call: Callable[[Future], None]) -> None:
        """Call at once."""
        call(self)

    def exception(self) -> Exception:
        """Return why it has no result."""
        return RuntimeError("cancelled")


class Client:
    """A fake Dask client: one worker, whose tasks have given ends."""

    def __init__(self, judge: Judge, status: str, data: bytes | None = None) -> None:
        identity = WorkerIdentity.of(judge.course, judge.salt, judge.launcher.level)
        self._resources = dict.fromkeys(identity.resources.values(), 1)
        self._ends = status
        self._data = data
        self.status = "running"
        self.keys: list[str] = []
        self.under_way = 0
        self.most_under_way = 0

    def subscribe_topic(self, topic: str, handler: Any) -> None:
        """Report no events."""

    def scheduler_info(self, n_workers: int) -> Any:
        """Return the worker."""
        assert n_workers == -1
        return {"workers": {"one": {"resources": self._resources}}}

    def submit(self, *_: Any, key: str, **how: Any) -> Future:
        """Take a task."""
        assert set(how["resources"]) <= set(self._resources)
        self.keys.append(key)
        self.under_way += 1
        self.most_under_way = max(self.under_way, self.most_under_way)
        return Future(key, self._ends)

    def gather(self, futures: dict[str, Future], errors: str) -> dict[str, bytes]:
        """Return the results that have arrived."""
        assert errors == "skip"
        self.under_way -= len(futures)
        return {} if self._data is None else dict.fromkeys(futures, self._data)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    root = make_course(tmp_path / "course")
    return Plan(course_root=root, exercises=(), salt=b"s", isolation="none", out=tmp_path / "out")


def results(plan: Plan, client: Client, judge: Judge) -> dict[str, SubmissionResult]:
    """Grade a class with the fake client."""
    assert plan.out is not None
    found = open_class(load_course(plan.course_root), make_class(plan.out.parent / "class"))
    kept: list[SubmissionResult] = []
    tasks = [Task(entry=entry, slug=entry.name) for entry in found.entries]
    place = SchedulerPlace(address="tcp://127.0.0.1:1")
    told: list[str] = []
    Remote(client, judge, plan, kept.append, place, told.append, 60.0).run(tasks)
    assert told == []
    return {one.student: one for one in kept}


@pytest.mark.parametrize(
    ("status", "data", "said"),
    [
        ("error", None, "its workers died, 3 times"),
        ("cancelled", None, "the cluster cancelled it, 3 times"),
        ("finished", None, "its result got lost on the way, 3 times"),
        ("finished", b"rubbish", "The grader itself failed (ZstdError"),
        ("finished", ExercisePayload(problem="There is no numpy.").packed(), "There is no numpy."),
    ],
)
def test_a_task_without_a_result_has_its_points_withheld(
    plan: Plan, status: str, data: bytes | None, said: str
) -> None:
    judge = plan.judge()
    client = Client(judge, status, data)
    found = results(plan, client, judge)
    assert sorted(found) == ["ada", "bo", "cy", "dee"]
    assert found["ada"].state is State.PROVISIONAL
    checks = [check for exercise in found["ada"].exercises for check in exercise.checks]
    assert {check.outcome for check in checks} == {Outcome.GRADER_ERROR}
    assert all(said in check.message for check in checks)
    assert found["dee"].state is State.UNREADABLE
    assert len(client.keys) == len(set(client.keys)) == 5 * (1 if data else MOST_LOST)


def test_no_more_is_under_way_than_keeps_the_workers_busy(plan: Plan) -> None:
    judge = plan.judge()
    client = Client(judge, "finished", ExercisePayload(problem="nothing").packed())
    results(plan, client, judge)
    assert client.most_under_way == A_WORKER


def test_what_is_wrong_with_the_gradebook_is_said_of_the_submission(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise RuntimeError("no book")

    judge = plan.judge()
    monkeypatch.setattr(type(FORGETFUL), "recall", refuse)
    found = results(plan, Client(judge, "finished"), judge)
    assert found["ada"].state is State.PROVISIONAL
    [message, *_] = [c.message for e in found["ada"].exercises for c in e.checks]
    assert message == "The grader itself failed (RuntimeError: no book)."


def test_a_line_that_breaks_ends_the_class(plan: Plan) -> None:
    judge = plan.judge()
    client = Client(judge, "cancelled")
    client.status = "connecting"
    with pytest.raises(GraderError, match="has ended: the reports that were finished are whole"):
        results(plan, client, judge)
