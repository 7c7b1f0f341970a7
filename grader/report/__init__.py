"""Reports: pages that teach, made from results and from nothing else."""

from __future__ import annotations

__all__ = ["render_class", "render_student", "write_class", "write_reports", "write_student"]

from grader.report.files import write_class, write_reports, write_student
from grader.report.pages import render_class, render_student
