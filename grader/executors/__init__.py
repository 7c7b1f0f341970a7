"""Grade all submissions of a class, on local processes or a cluster, even if workers die.

An executor is an object with one method, which is `grader.executors.batch.Executor`::

    grade(plan, judge, tasks, keep)

It turns each task into one result and one report, whatever happens, and calls ``keep`` with each
result as soon as there is one. The module `tasks` holds the steps that all executors share: open
a submission, turn an error into a result, write a report. There are two executors:


- `local.LocalProcesses`: worker processes on this machine; each grades one submission at a time.
  The default.
- `cluster.Cluster`: the workers of a running Dask cluster; each grades one exercise at a time.
  This process opens the submissions, holds the gradebook and writes the reports; the code of the
  workers is in `cluster_worker`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.executors.batch import Plan, grade_entries

__all__ = ["Plan", "grade_entries"]


def __getattr__(name: str) -> Any:
    """Import what grades many submissions where somebody asks for it: who grades one does not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.batch"), name)
