"""Metrics for Prometheus: the queue, waits, grading times, errors, hand-ins, requests."""

from __future__ import annotations

__all__ = ["Measures"]

import threading
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy import func, select

from grader.gradebook.portal_models import DONE, FAILED, HandIn
from grader.gradebook.queue_numbers import between, numbers_of
from grader.version import __version__

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.gradebook import Gradebook

_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600)
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Measures:
    """The metrics of one portal.

    What is counted of hand-ins is read from the gradebook when somebody asks: it holds whoever
    graded them, and a worker tells nobody anything. Counting begins with the portal.

    Parameters
    ----------
    book : Gradebook
        Of the portal.
    """

    def __init__(self, book: Gradebook) -> None:
        self._book = book
        self._lock = threading.Lock()
        self.registry = CollectorRegistry()
        to = self.registry
        self.requests = Counter(
            "grader_http_requests", "Requests, by route", ["route", "method", "status"], registry=to
        )
        self.durations = Histogram(
            "grader_http_request_seconds", "Until an answer began", ["route"], buckets=_FAST,
            registry=to,
        )  # fmt: skip
        self._accepted = Counter(
            "grader_hand_ins", "Hand-ins acknowledged", ["exercise"], registry=to
        )
        self._graded = Counter("grader_hand_ins_graded", "Hand-ins graded", registry=to)
        self._ours = Counter(
            "grader_errors",
            "Hand-ins not graded, by an error of the grader",
            registry=to,
        )
        self._waits = Histogram(
            "grader_wait_seconds",
            "From handing in until grading began",
            buckets=_SECONDS,
            registry=to,
        )
        self._took = Histogram(
            "grader_grading_seconds", "How long grading took", buckets=_SECONDS, registry=to
        )
        names = ("waiting", "running", "failed", "oldest_seconds")
        self._now = {
            name: Gauge(
                f"grader_queue_{name}", f"Hand-ins now: {name.replace('_', ' ')}", registry=to
            )
            for name in names
        }
        Gauge("grader_build", "Which grader this is", ["version"], registry=to).labels(
            version=__version__
        ).set(1)
        with book.database.reading() as connection:
            self._last = int(connection.execute(select(func.max(HandIn.id))).scalar() or 0)
            self._open = self._unfinished(connection)

    def _unfinished(self, connection: Connection) -> set[int]:
        asked = select(HandIn.id).where(HandIn.state.not_in([DONE, FAILED]))
        return {int(one) for one in connection.execute(asked).scalars()}

    def text(self) -> bytes:
        """Return all metrics in Prometheus's format; blocks."""
        with self._lock:
            self._read()
            return generate_latest(self.registry)

    def _read(self) -> None:
        with self._book.database.reading() as connection:
            numbers = numbers_of(connection)
            new = connection.execute(
                select(HandIn.id, HandIn.exercise).where(HandIn.id > self._last).order_by(HandIn.id)
            ).all()
            still = self._unfinished(connection)
            for row in new:
                self._accepted.labels(exercise=row.exercise or "all").inc()
                self._last = int(row.id)
            ended = (self._open | {int(row.id) for row in new}) - still
            self._open = still
            for some in _hundreds(sorted(ended)):
                asked = select(
                    HandIn.state, HandIn.handed_in_at, HandIn.began_at, HandIn.ended_at
                ).where(HandIn.id.in_(some))
                for state, handed_in_at, began_at, ended_at in connection.execute(asked):
                    (self._ours if state == FAILED else self._graded).inc()
                    if began_at and ended_at:
                        self._waits.observe(between(handed_in_at, began_at))
                        self._took.observe(between(began_at, ended_at))
        for name, gauge in self._now.items():
            gauge.set(getattr(numbers, name))


def _hundreds(numbers: list[int]) -> list[list[int]]:
    return [numbers[start : start + 500] for start in range(0, len(numbers), 500)]
