"""Reports: pages that teach, made from results and from nothing else.

The modules that make pages are imported on first use: a command that prints verdicts makes none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from grader.results import for_student

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "pages" if name.startswith("render_") else "writing"
    return getattr(import_module(f"{__name__}.{module}"), name)
