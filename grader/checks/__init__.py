"""The names that a course author imports to write checks and misconceptions.

A check is a function; its docstring is its claim. It gets a `Case`, calls the student's functions
and the reference's, and raises `Failed` if the claim does not hold. A misconception is a well-known
wrong version of a function; its docstring is the sentence that the student reads.
"""

from grader.checks.case import Case
from grader.checks.compare import (
    Disagreement,
    as_array,
    as_flag,
    as_integer,
    as_lines,
    as_parts,
    disagreement,
)
from grader.checks.declare import Check, apart, check
from grader.checks.landscape import contours
from grader.checks.misconception import (
    Instead,
    Misconception,
    Wrong,
    misconception,
    misconceptions,
)
from grader.checks.numbers import Count, HyperparameterError, Real, fields_of, finite_numbers, short
from grader.checks.recording import recorded
from grader.checks.remembering import remembered
from grader.checks.small_inputs import small_inputs
from grader.checks.student import Student
from grader.checks.tolerances import DOUBLE, SINGLE, Tolerance
from grader.checks.working import listed, sum_of_products
from grader.errors import Crashed, Failed, Partly, SubmissionError
from grader.results import (
    Contours,
    Curves,
    GreyImage,
    HeatMap,
    Link,
    Mark,
    Mosaic,
    Network,
    Picture,
    Pictures,
    Series,
    Table,
    Track,
    Trajectories,
    Visibility,
)
from grader.wire import Graph, GraphEdge, Handle, Opaque, Rng

__all__ = [
    "DOUBLE",
    "SINGLE",
    "Case",
    "Check",
    "Contours",
    "Count",
    "Crashed",
    "Curves",
    "Disagreement",
    "Failed",
    "Graph",
    "GraphEdge",
    "GreyImage",
    "Handle",
    "HeatMap",
    "HyperparameterError",
    "Instead",
    "Link",
    "Mark",
    "Misconception",
    "Mosaic",
    "Network",
    "Opaque",
    "Partly",
    "Picture",
    "Pictures",
    "Real",
    "Rng",
    "Series",
    "Student",
    "SubmissionError",
    "Table",
    "Tolerance",
    "Track",
    "Trajectories",
    "Visibility",
    "Wrong",
    "apart",
    "as_array",
    "as_flag",
    "as_integer",
    "as_lines",
    "as_parts",
    "check",
    "contours",
    "disagreement",
    "fields_of",
    "finite_numbers",
    "listed",
    "misconception",
    "misconceptions",
    "recorded",
    "remembered",
    "short",
    "small_inputs",
    "sum_of_products",
]
