"""Who does the grading of a class, and what becomes of a worker that dies.

An executor is an object with one method, which is `grader.executors.batch.Executor`::

    grade(plan, judge, tasks, keep)

It makes of each task one result and one report, whatever happens, and calls ``keep`` with each
result as it comes. What has to be the same wherever the work is done is in `tasks`: how a
submission is opened, what becomes of an error, how a report is written. There are two executors:

- `local.LocalProcesses`: worker processes of this machine, a submission at a time. The default.
- `cluster.Cluster`: the workers of a running Dask cluster, an exercise at a time. This process
  opens the submissions, has the gradebook, and writes the reports; `worker` is what runs there.
"""
