"""Send a class's exercises to a cluster, collect the results, and handle workers that die.

All of this happens in one thread; Dask's own threads only put events into a queue. Only as many
jobs are sent as keep the workers busy, and a finished submission is dropped, so that the memory of
this process does not grow with the class.
"""

from __future__ import annotations

__all__ = ["Remote"]

import queue
import time
import uuid
from collections import Counter, deque
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import zstandard

from grader.errors import GraderError, StorageError
from grader.executors.identity import WorkerIdentity
from grader.executors.known_workers import KnownWorkers
from grader.executors.payloads import SubmissionPayload, unpacked_answer
from grader.executors.pending import OpenedAttempt, Pending, RemoteJob
from grader.executors.tasks import explained, refused, reported, withheld
from grader.executors.worker_grader import BEGUN, grade_payload
from grader.intake import Refused
from grader.judge import Graded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.executors.scheduler import SchedulerPlace
    from grader.executors.tasks import Plans, Task
    from grader.intake import Entry
    from grader.judge import GradedExercise, Judge
    from grader.results import SubmissionResult

A_WORKER = 3  # tasks under way for each worker: it never idles, and no task queues for long
AHEAD = 16  # how many jobs are kept ready at the least
MOST_DEATHS = 2
MOST_LOST = 3
EVERYTHING = "all"  # the Dask topic that reports workers which join or leave


class Remote:
    """Grades a class on a cluster.

    Parameters
    ----------
    client : distributed.Client
        A connected client.
    judge : Judge
        The judge of this process.
    plan : Plans
        The plan, for the folder of reports.
    keep : callable
        Called with each result.
    place : SchedulerPlace
        The scheduler that the client is connected to.
    tell : callable
        Called with a sentence about a worker.
    patience_seconds : float
        How long to wait while there is no usable worker.
    """

    def __init__(
        self,
        client: Any,
        judge: Judge,
        plan: Plans,
        keep: Callable[[SubmissionResult], None],
        place: SchedulerPlace,
        tell: Callable[[str], None],
        patience_seconds: float,
    ) -> None:
        self._client = client
        self._judge = judge
        self._plan = plan
        self._keep = keep
        self._place = place
        self._tell = tell
        self._patience = patience_seconds
        identity = WorkerIdentity.of(judge.course, judge.salt, judge.launcher.level)
        self._resources = identity.resources
        self._crew = KnownWorkers(client, identity, tell)
        self._run = uuid.uuid4().hex[:12]
        self._number = 0
        self._jobs: deque[RemoteJob] = deque()
        self._asked: dict[str, RemoteJob] = {}  # jobs under way, by the key of Dask's task
        self._of: Counter[str] = Counter()  # the number of jobs under way for each exercise
        self._open = 0  # submissions that are not finished
        self._begun: dict[str, str] = {}  # by worker, the key of the task that it began last
        self._news: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._short_since: float | None = None

    def run(self, tasks: Sequence[Task]) -> None:
        """Grade all submissions of a class."""
        for topic in (BEGUN, EVERYTHING):
            self._client.subscribe_topic(topic, partial(self._hear, topic))
        waiting = deque(tasks)
        self._crew.look(at_once=True)
        while waiting or self._open:
            ahead = max(AHEAD, A_WORKER * self._crew.count)
            while waiting and len(self._jobs) < ahead and self._open < AHEAD + 2 * ahead:
                self._begin(waiting.popleft())
                self._ask_more()
            self._ask_more()
            if self._open:
                self._take_in()
                self._require_workers()

    def _hear(self, topic: str, event: tuple[float, Any]) -> None:
        self._news.put((topic, event[1]))

    # ------------------------------------------------------------------ sending jobs

    def _begin(self, task: Task) -> None:
        """Open a submission and queue its jobs; a stored or refused exercise needs no worker."""
        pending = Pending(task)
        jobs: list[RemoteJob] = []
        self._open += 1
        try:
            pending.attempts = [self._opened(pending, entry, jobs) for entry in task.attempts]
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
            pending.problem = explained(error)
            jobs = []
        pending.left = len(jobs)
        self._jobs += jobs
        self._finish_if_whole(pending)

    def _opened(self, pending: Pending, entry: Entry, jobs: list[RemoteJob]) -> OpenedAttempt:
        judge = self._judge
        opened = entry.open()
        if isinstance(opened, Refused):
            return OpenedAttempt(entry, refused=refused(judge, entry, pending.task.slug, opened))
        attempt = OpenedAttempt(entry, judge.prepare(opened))
        payload = b""
        for exercise in judge.course.exercises:
            known = judge.memory.recall(exercise, opened)
            if known is None and attempt.found and not judge.has_work(exercise, attempt.found):
                known = judge.grade_exercise(exercise, attempt.found)
                judge.memory.keep(exercise, opened, known)
            if known is not None:
                attempt.graded[exercise.id] = known
                continue
            names = [one.id for one in judge.course.exercises]
            payload = (
                payload
                or SubmissionPayload.of(opened, names, public_only=judge.public_only).packed()
            )
            jobs.append(RemoteJob(pending, attempt, exercise, payload))
        return attempt

    def _ask_more(self) -> None:
        """Send as many jobs as keep the workers busy, each to a worker that can grade it."""
        room = A_WORKER * self._crew.count - len(self._asked)
        for _ in range(len(self._jobs)):
            if room <= 0:
                return
            job = self._jobs.popleft()
            if job.pending.problem:
                self._arrived(job, job.withheld(self._judge, job.pending.problem), keep=False)
            elif self._of[job.exercise.id] < A_WORKER * self._crew.able[job.exercise.id]:
                self._ask(job)
                room -= 1
            else:
                self._jobs.append(job)

    def _ask(self, job: RemoteJob) -> None:
        self._number += 1
        # Dask estimates a task's duration from the first part of its name.
        key = f"{job.exercise.id}-{self._run}{self._number:08x}"
        job.future = self._client.submit(
            grade_payload,
            job.exercise.id,
            job.payload,
            key=key,
            pure=False,
            resources={self._resources[job.exercise.id]: 1},
        )
        self._asked[key] = job
        self._of[job.exercise.id] += 1
        job.future.add_done_callback(lambda future: self._news.put(("done", future)))

    def _drop(self, key: str) -> RemoteJob:
        """Remove a job from those under way, and return it."""
        job = self._asked.pop(key)
        self._of[job.exercise.id] -= 1
        job.future = None
        return job

    # ------------------------------------------------------------------ receiving results

    def _take_in(self) -> None:
        """Wait for events, and handle all that have arrived."""
        try:
            news = [self._news.get(timeout=1.0)]
        except queue.Empty:
            news = []
        while not self._news.empty():
            news.append(self._news.get())
        if self._client.status != "running":
            raise self._place.lost()
        finished: list[Any] = []
        moved = False
        for topic, said in news:
            if topic == "done":
                if said.key in self._asked and not self._has_failed(said):
                    finished.append(said)
            elif topic == BEGUN:
                self._begun[said["worker"]] = said["key"]
            elif said.get("action") in {"add-worker", "remove-worker"}:
                moved = True
                if said["action"] == "remove-worker":
                    self._has_gone(said["worker"], expected=said.get("expected", False))
        self._gather([future for future in finished if future.key in self._asked])
        self._crew.look(at_once=moved)

    def _gather(self, finished: list[Any]) -> None:
        if not finished:
            return
        came = self._client.gather({future.key: future for future in finished}, errors="skip")
        if self._client.status != "running":
            raise self._place.lost()
        for key in [future.key for future in finished]:
            if key not in came:
                self._again(key, "its result got lost on the way")
                continue
            job = self._drop(key)
            try:
                answer = unpacked_answer(came[key])
            except (msgspec.MsgspecError, zstandard.ZstdError, TypeError) as error:
                graded = job.withheld(self._judge, explained(error))
                self._arrived(job, graded, keep=False)
                continue
            if answer.graded is None:
                self._arrived(job, job.withheld(self._judge, answer.problem), keep=False)
            else:
                self._arrived(job, answer.graded, keep=True)

    def _has_failed(self, future: Any) -> bool:
        """Return whether a task ended without a result; if so, resend it or withhold its points."""
        if future.status == "finished":
            return False
        if self._client.status != "running" or _is_cut_off(future):
            raise self._place.lost()
        why = "its workers died" if future.status == "error" else "the cluster cancelled it"
        self._again(future.key, why)
        return True

    def _again(self, key: str, why: str) -> None:
        job = self._drop(key)
        job.lost += 1
        if job.lost < MOST_LOST:
            self._jobs.appendleft(job)
            return
        reason = f"The cluster could not grade this exercise: {why}, {MOST_LOST} times."
        self._arrived(job, job.withheld(self._judge, reason), keep=False)

    def _has_gone(self, worker: str, *, expected: bool) -> None:
        """Count a death for the job that a dead worker was grading; the scheduler reassigns it."""
        key = self._begun.pop(worker, "")
        if expected or key not in self._asked:
            return
        job = self._asked[key]
        job.deaths += 1
        what = f"{job.exercise.title} of {job.pending.task.entry.name}"
        if job.deaths < MOST_DEATHS:
            self._tell(
                f"The worker {worker} died when it graded {what}: another one grades it again."
            )
            return
        job.future.cancel()
        self._drop(key)
        reason = "The process that graded this exercise was ended twice, by the machine or by us."
        self._tell(f"A second worker, {worker}, died when it graded {what}: no points yet.")
        self._arrived(job, job.withheld(self._judge, reason), keep=False)

    def _arrived(self, job: RemoteJob, graded: GradedExercise, *, keep: bool) -> None:
        pending, found = job.pending, job.attempt.found
        job.attempt.graded[job.exercise.id] = graded
        if keep and found is not None:
            try:
                self._judge.memory.keep(job.exercise, found.sealed, graded)
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
                pending.problem = pending.problem or explained(error)
        pending.left -= 1
        self._finish_if_whole(pending)

    def _finish_if_whole(self, pending: Pending) -> None:
        """Report a submission once all its exercises are graded."""
        if pending.left:
            return
        judge, task = self._judge, pending.task
        self._open -= 1
        try:
            graded = (
                Graded(None, withheld(judge, task, pending.problem))
                if pending.problem
                else pending.counting(judge)
            )
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
            graded = Graded(None, withheld(judge, task, explained(error)))
        self._keep(reported(judge, self._plan, task, graded.result, graded.sealed))

    # ------------------------------------------------------------------ without usable workers

    def _require_workers(self) -> None:
        """End the grading if some exercise has had no usable worker for too long.

        Raises
        ------
        GraderError
            The message names the exercises and says why no worker can grade them.
        """
        under_way = [*self._jobs, *self._asked.values()]
        short = {job.exercise.title for job in under_way if not self._crew.able[job.exercise.id]}
        now = time.monotonic()
        self._short_since = (self._short_since or now) if short else None
        if self._short_since is None or now < self._short_since + self._patience:
            return
        raise GraderError(
            f"For {self._patience:g} seconds no worker at {self._place.address} could grade "
            f"{', '.join(sorted(short))}: {self._crew.why_none()}. The reports that were finished "
            "are whole; start workers by `grader worker`, and run the same command again."
        )


def _is_cut_off(future: Any) -> bool:
    """Return whether a task was cancelled because the connection to the scheduler broke."""
    if future.status != "cancelled":
        return False
    return "connection" in str(getattr(future.exception(), "reason", ""))
