"""Reports: pages that teach, made from results and from nothing else."""

from __future__ import annotations

__all__ = [
    "for_student",
    "keys_of",
    "read_whole_class",
    "render_class",
    "render_instructor",
    "render_page",
    "render_regraded",
    "render_student",
    "write_class",
    "write_page",
    "write_reports",
    "write_student",
]

from grader.report.pages import (
    render_class,
    render_instructor,
    render_page,
    render_regraded,
    render_student,
)
from grader.report.writing import (
    keys_of,
    read_whole_class,
    write_class,
    write_page,
    write_reports,
    write_student,
)
from grader.results import for_student
