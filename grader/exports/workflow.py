"""Generate a GitHub Classroom workflow that runs the public checks in a student's repository."""

from __future__ import annotations

__all__ = ["classroom_workflow"]

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORKFLOW = """\
# Checks a student's repository at each push and reports the points to GitHub Classroom.
# The repository holds the unpacked kit of `grader release`, with the grader's wheel in it.
# What is reported is what the public checks say in a place that the student controls: it helps
# while working. Grade what counts by `grader grade`.
name: Autograding Tests
"on":
  - push
  - workflow_dispatch
  - repository_dispatch
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    timeout-minutes: {minutes}
    steps:
      - name: Checkout code
        uses: actions/checkout@v4
      - name: Python
        uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Install the grader
        run: |
          {install}
      - name: Check the submission
        id: grader
        run: |
          # What a submission prints must be no command to this machine.
          token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
          echo "::stop-commands::$token"
          grader check {folder}{exercises} --json "$RUNNER_TEMP/result.json" || echo "code $?"
          echo
          echo "::$token::"
          result=$(grader export "$RUNNER_TEMP/result.json" --format classroom)
          echo "result=$result" >> "$GITHUB_OUTPUT"
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
          GRADER_RESULTS: "${{{{steps.grader.outputs.result}}}}"
        with:
          runners: grader
"""
_GRAPHS = "sudo apt-get update -qq && sudo apt-get install -y -qq graphviz libgraphviz-dev"
_INDENT = "\n" + 10 * " "


def classroom_workflow(
    exercises: Sequence[str] = (),
    extras: Sequence[str] = (),
    *,
    folder: str = "exercises",
    minutes: int = 30,
) -> bytes:
    """Return the workflow file, ``.github/workflows/classroom.yml``.

    Parameters
    ----------
    exercises : sequence of str
        Ids of the exercises to check; all if empty.
    extras : sequence of str
        Extras of this program to install.
    folder : str
        The student's working folder in the repository: ``exercises`` or ``notebooks`` in the kit.
    minutes : int
        The job's time-out.

    Returns
    -------
    bytes
        YAML (UTF-8).
    """
    wanted = f"[{','.join(extras)}]" if extras else ""
    install = f'python -m pip install --quiet "$(echo ./*.whl){wanted}"'
    if "graphs" in extras:
        install = _GRAPHS + _INDENT + install
    chosen = "".join(f" --exercise {name}" for name in exercises)
    return _WORKFLOW.format(
        minutes=minutes, install=install, folder=shlex.quote(folder), exercises=chosen
    ).encode()
