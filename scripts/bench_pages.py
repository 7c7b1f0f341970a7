"""Measure the pages of a graded class: their size, and the time to make them.

`scripts/bench_class.py` grades the sample class and calls this. The class of 2,000 repeats that
class under other names. The browser's part is measured in the machine's own Chromium.
"""

from __future__ import annotations

__all__ = ["LIMITS", "measured"]

import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from find_chromium import ABSENT, program

from grader.languages import language
from grader.report import render_class, render_student
from grader.results import ClassResult, CourseInfo, SubmissionResult, from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[1]
STUDENTS = 2_000
KERAS = "mnist"
# The limit of each number: processor seconds for our own work, and wall-clock time for the
# browser's.
LIMITS = {
    "class_page_2000_seconds": 3.0,
    "class_page_2000_mb": 5.0,
    "class_page_first_paint_ms": 1_000.0,
    "class_page_sort_ms": 300.0,
    "student_page_kb": 300.0,
    "render_student_ms": 60.0,
    "student_page_fr_kb": 300.0,
    "render_student_fr_ms": 60.0,
}
PAINTED = """new Promise((done) => {
  const seen = (list) => list.getEntriesByName("first-contentful-paint")
    .forEach((one) => done(one.startTime));
  new PerformanceObserver(seen).observe({type: "paint", buffered: true});
})"""
SORT = """(button) => {
  const started = performance.now();
  button.click();
  document.body.offsetHeight;
  return performance.now() - started;
}"""


def measured(reports: Path) -> dict[str, float]:
    """Return the numbers of the pages of a class.

    Parameters
    ----------
    reports : Path
        A folder that `grader grade` has written.
    """
    read = (reports / "results.json").read_bytes()
    result = from_json(read, ClassResult)
    large = many(result)
    page, seconds = timed(lambda: render_class(large), 3)
    numbers = {"class_page_2000_seconds": seconds, "class_page_2000_mb": len(page.encode()) / 1e6}
    numbers |= in_browser(page) | students(reports, [one.slug for one in result.submissions])
    return numbers


def many(result: ClassResult) -> ClassResult:
    """Return a class of 2,000 whose members repeat the results of the given ones."""
    given = result.submissions
    made = (
        replace(
            given[n % len(given)], student=f"{given[n % len(given)].student} {n:04}", slug=f"s{n}"
        )
        for n in range(STUDENTS)
    )
    return replace(result, submissions=tuple(made))


def timed(make: Callable[[], str], times: int) -> tuple[str, float]:
    """Return the result, and the fewest processor seconds that making it took."""
    made, fewest = "", float("inf")
    for _ in range(times):
        started = time.process_time()
        made = make()
        fewest = min(fewest, time.process_time() - started)
    return made, fewest


def students(reports: Path, slugs: Sequence[str]) -> dict[str, float]:
    """Return the size of the largest student's page, and the time of the slowest, per language.

    The time leaves out the exercise that needs Keras.
    """
    course = from_json((reports / "instructor" / "course.json").read_bytes(), CourseInfo)
    found: dict[str, float] = {}
    for ending, spoken in (("", None), ("_fr", language("fr", ROOT))):
        largest, slowest = 0, 0.0
        for slug in slugs:
            path = reports / "instructor" / f"{slug}.json"
            result = from_json(path.read_bytes(), SubmissionResult)
            largest = max(largest, len(render_student(result, course, spoken).encode()))
            exercises = tuple(one for one in result.exercises if one.id != KERAS)
            numpy = partial(render_student, replace(result, exercises=exercises), course, spoken)
            slowest = max(slowest, timed(numpy, 5)[1])
        found[f"student_page{ending}_kb"] = largest / 1024
        found[f"render_student{ending}_ms"] = 1_000 * slowest
    return found


def in_browser(page: str) -> dict[str, float]:
    """Return when a browser first paints the page, and how long it takes to sort it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (of the tests' environment)

    if not program():
        print(f"{ABSENT}; what a browser does is not measured.")
        return {}
    with (
        tempfile.TemporaryDirectory(prefix="grader-bench-") as folder,
        sync_playwright() as started,
    ):
        path = Path(folder) / "class.html"
        path.write_text(page, encoding="utf-8")
        browser = started.chromium.launch(
            executable_path=program(whole=True), args=["--disable-gpu"]
        )
        painted, sorts = [], []
        for _ in range(3):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(path.as_uri())
            painted.append(tab.evaluate(PAINTED))
            tab.locator("#map").scroll_into_view_if_needed()
            tab.locator(".grid-map tbody tr").first.wait_for()
            heads = tab.locator("#student-table thead button, .grid-map thead button")
            sorts.append(max(heads.nth(n).evaluate(SORT) for n in (0, 2, 13, 15)))
            tab.close()
        browser.close()
    return {"class_page_first_paint_ms": min(painted), "class_page_sort_ms": min(sorts)}
