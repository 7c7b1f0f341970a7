"""Grade a class on a running Dask cluster, one exercise of a submission per task.

Only this process opens submissions, holds the gradebook and writes reports. It sends a worker the
content of a submission and the name of an exercise, and gets the result back as data.
"""

from __future__ import annotations

__all__ = ["Cluster"]

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.executors.remote import Remote
from grader.executors.scheduler import ANSWER_SECONDS, require_distributed
from grader.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.executors.scheduler import SchedulerPlace
    from grader.executors.tasks import Grades, Plans, Task
    from grader.results import SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The workers of a running Dask cluster, each started by ``grader worker``.

    Attributes
    ----------
    place : SchedulerPlace
        The scheduler.
    tell : callable
        Called with a sentence about each worker that cannot be used or has died.
    patience_seconds : float
        How long to wait while there is no usable worker.
    """

    place: SchedulerPlace
    tell: Callable[[str], None] = lambda _: None
    patience_seconds: float = 60.0

    def grade(
        self,
        plan: Plans,
        judge: Grades,
        tasks: Sequence[Task],
        keep: Callable[[SubmissionResult], None],
    ) -> None:
        """Grade every submission and write its report: see `grader.executors.batch.Executor`.

        Raises
        ------
        UsageError
            No scheduler answers.
        GraderError
            The scheduler ends, or no usable worker appears in time; the message is one sentence.
            The results passed to `keep` so far are complete.
        """
        if not isinstance(judge, Judge):
            raise UsageError(
                "A cluster grades only courses of this program: leave --scheduler out."
            )
        with _connected(self.place) as client:
            remote = Remote(client, judge, plan, keep, self.place, self.tell, self.patience_seconds)
            remote.run(tasks)


@contextlib.contextmanager
def _connected(place: SchedulerPlace) -> Iterator[Any]:
    """Yield a Dask client that prints nothing to the terminal."""
    require_distributed()
    import dask  # noqa: PLC0415  (in an extra, and slow)
    from distributed import Client  # noqa: PLC0415

    security = place.security()
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    # Dask would warn about large submissions.
    quiet = {"distributed.admin.large-graph-warning-threshold": "1TiB"}
    try:
        with dask.config.set(quiet):
            try:
                client = Client(
                    place.address, security=security, timeout=ANSWER_SECONDS, set_as_default=False
                )
            except (OSError, ValueError, TypeError) as error:
                raise place.unreachable(error) from error
            try:
                yield client
            finally:
                with contextlib.suppress(OSError, TimeoutError, RuntimeError):
                    client.close(timeout=ANSWER_SECONDS)
    finally:
        logger.setLevel(level)
