"""The names that a course author imports to write checks and misconceptions.

A check is a function; its docstring is its claim. It gets a `Case`, calls the student's functions
and the reference's, and raises `Failed` if the claim does not hold. A misconception is a well-known
wrong version of a function; its docstring is the sentence that the student reads.
"""

from grader.checks.answering import related, require_an_answer, require_an_attempt
from grader.checks.case import Case
from grader.checks.common_claims import (
    all_agree,
    leave_their_arguments_alone,
    must_raise,
    single_sample,
)
from grader.checks.compare import (
    Disagreement,
    agree,
    as_array,
    as_flag,
    as_integer,
    as_lines,
    as_parts,
    disagreement,
    of_shape,
    same_value,
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
from grader.checks.numbers import (
    Count,
    HyperparameterError,
    Real,
    fields_of,
    finite_numbers,
    finite_or_none,
    short,
)
from grader.checks.recording import recorded
from grader.checks.remembering import remembered
from grader.checks.returned_forms import ReturnForm, as_meant
from grader.checks.several_runs import median_and_band, spread
from grader.checks.small_inputs import small_inputs
from grader.checks.student import Student
from grader.checks.tolerances import DOUBLE, SINGLE, Tolerance
from grader.checks.working import difference_quotients, listed, sum_of_products
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
    "ReturnForm",
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
    "agree",
    "all_agree",
    "apart",
    "as_array",
    "as_flag",
    "as_integer",
    "as_lines",
    "as_meant",
    "as_parts",
    "check",
    "contours",
    "difference_quotients",
    "disagreement",
    "fields_of",
    "finite_numbers",
    "finite_or_none",
    "leave_their_arguments_alone",
    "listed",
    "median_and_band",
    "misconception",
    "misconceptions",
    "must_raise",
    "of_shape",
    "recorded",
    "related",
    "remembered",
    "require_an_answer",
    "require_an_attempt",
    "same_value",
    "short",
    "single_sample",
    "small_inputs",
    "spread",
    "sum_of_products",
]
