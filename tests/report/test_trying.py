"""The student's page: what is right, what to fix next, where, and how to try again."""

from __future__ import annotations

from dataclasses import replace

from grader.report import render_student
from grader.report.so_far import right_so_far
from grader.report.trying import each_source_once, example_view, source_view
from grader.results import (
    CheckInfo,
    CheckResult,
    CourseInfo,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    Since,
    SmallExample,
    SourceExcerpt,
    SourceLine,
    SubmissionResult,
    Visibility,
)

SMALL = SmallExample(
    id="net.net.forward.2",
    function="forward",
    names=("x", "w"),
    arguments=("np.array([[1.]])", "np.array([[2.]])"),
    numbers=2,
    got="[[<b>4</b>]]",
    expected="[[2]]",
    part="y_pred",
    entry="y_pred[0, 0]",
    by_hand=("y_pred[0, 0] = 1·2 = 2",),
)
SOURCE = SourceExcerpt(
    file="net/net.py",
    function="forward",
    numbers=(3, 7),
    code=("def forward(x, w):", "    return x @ w * 2  # <script>alert(1)</script>"),
    more=4,
)
CHECK = CheckResult(
    id="net.net.right",
    file="net/net.py",
    claim="`forward` is right.",
    outcome=Outcome.FAILED,
    points=0,
    max_points=2,
    message="It is wrong.",
    small=SMALL,
    source=SOURCE,
)
OTHER = replace(CHECK, id="net.net.other", claim="`forward` is exact.", message="It is off.")
PASSED = replace(
    CHECK, id="net.net.shape", outcome=Outcome.PASSED, points=2, message="", small=None, source=None
)
INFO = CourseInfo(
    title="A course",
    digest="",
    exercises=(
        ExerciseInfo(
            id="net",
            number="2",
            title="Nets",
            files=("net/net.py",),
            max_points=6,
            checks=tuple(
                CheckInfo(
                    id=one.id,
                    claim=one.claim,
                    max_points=2,
                    visibility=Visibility.PUBLIC,
                    file=one.file,
                )
                for one in (CHECK, OTHER, PASSED)
            ),
        ),
    ),
)


def result(*checks: CheckResult, since: Since | None = None) -> SubmissionResult:
    exercise = ExerciseResult(id="net", checks=checks)
    return SubmissionResult(
        student="Ada", slug="ada", digest="1", exercises=(exercise,), since=since
    )


def test_the_page_goes_from_what_is_right_to_how_to_try_again() -> None:
    page = render_student(result(PASSED, CHECK, OTHER), INFO)
    order = [
        "What is right",
        "1 of 3 checks passed.",
        "Fix this next",
        "In your code: <code>forward</code>",
        "def forward(x, w):",
        "from net import forward",
        "x = np.array([[1.]])",
        "y_pred[0, 0] = 1·2 = 2",
        "grader check . --reproduce net.net.forward.2",
        "After that",
    ]
    places = [page.index(text) for text in order]
    assert places == sorted(places)


def test_a_student_s_code_and_values_are_text() -> None:
    page = render_student(result(CHECK), INFO)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>4</b>" not in page


def test_a_function_is_shown_once_in_a_file() -> None:
    page = render_student(result(CHECK, OTHER), INFO)
    assert page.count("return x @ w * 2") == 2  # what to fix next, and the first check
    assert "<code>forward</code>, shown above" in page
    views = each_source_once([source_view(CHECK), None, source_view(OTHER)])
    assert [bool(view and view.lines) for view in views] == [True, False, False]


def test_the_line_that_raised_is_marked() -> None:
    frames = (SourceLine(file="net/net.py", line=7, function="forward", code="return x @ w * 2"),)
    view = source_view(replace(CHECK, traceback=frames))
    assert view is not None
    assert [(number, here) for number, _, here in view.lines] == [(3, False), (7, True)]
    assert view.more == "… and 4 more lines"


def test_a_notebook_s_code_is_pasted_without_an_import() -> None:
    cell = replace(CHECK, source=replace(SOURCE, file="nets.ipynb, cell 3"))
    view = example_view(cell)
    assert view is not None
    assert "from net import" not in view.code
    nameless = example_view(replace(CHECK, small=replace(SMALL, id="")))
    assert nameless is not None
    assert nameless.command == ""


def test_a_later_attempt_shows_what_has_changed() -> None:
    since = Since(graded_at="", score=1.0, better=(PASSED.id,), worse=(CHECK.id,), new=(OTHER.id,))
    page = render_student(result(PASSED, CHECK, OTHER, since=since), INFO)
    text = page[page.index("Since your last attempt") :]
    assert "That attempt had 1 point; this one has 2." in text
    assert text.index("Better") < text.index("Worse") < text.index("New, and not right yet")
    assert "Since your last attempt" not in render_student(result(CHECK), INFO)


def test_a_complete_exercise_is_named() -> None:
    assert right_so_far(result(PASSED), INFO) == "1 of 1 check passed. Exercise 2 is complete."
    assert right_so_far(result(CHECK), INFO) == ""
