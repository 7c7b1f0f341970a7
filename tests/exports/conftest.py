"""What the tests of exports share: a small class in which every outcome is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Curves,
    Diagnosis,
    Evidence,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    Series,
    SourceLine,
    SubmissionResult,
    Table,
    Usage,
    Visibility,
)

FAILED = CheckResult(
    id="data.learn.gradients_match",
    file="net/learn.py",
    claim="`gradients` are the derivatives of the squared error.",
    outcome=Outcome.FAILED,
    points=1.5,
    max_points=3,
    message="`grad_w1` is not right.",
    expected="[1.0, 2.0]",
    got="[0.5, 1.0]",
    hint="Look at the factor.",
    diagnoses=(Diagnosis(name="half", sentence="Half of it: e² has 2e.", lecture="eq. 24"),),
    traceback=(SourceLine(file="net/learn.py", line=7, function="gradients", code="return g"),),
    evidence=Evidence(
        curves=(
            Curves(
                title="Loss",
                x_label="step",
                y_label="loss",
                series=(Series(name="yours", y=(1.0, None)),),
                summary="It stays where it was.",
            ),
        ),
        tables=(Table(title="Worst", columns=("line", "value"), rows=(("1", "0.5"),)),),
    ),
    printed="hello\nworld",
    wall_seconds=0.25,
)


def check(name: str, outcome: Outcome, *, hidden: bool = False, points: float = 2) -> CheckResult:
    """Return a check of the exercise ``data`` that ended so."""
    return CheckResult(
        id=f"data.learn.{name}",
        file="net/learn.py",
        claim=f"`{name}` is right.",
        outcome=outcome,
        points=points if outcome is Outcome.PASSED else 0,
        max_points=points,
        visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
        message="" if outcome is Outcome.PASSED else f"About {name}.",
        limit="call_seconds" if outcome is Outcome.OVER_LIMIT else "",
    )


CHECKS = (
    check("passes", Outcome.PASSED),
    FAILED,
    check("raises", Outcome.CRASHED),
    check("hangs", Outcome.OVER_LIMIT, hidden=True),
    check("waits", Outcome.SKIPPED),
)
OURS = check("ours", Outcome.GRADER_ERROR, hidden=True, points=4)


def submission(student: str, slug: str, *checks: CheckResult) -> SubmissionResult:
    """Return a submission of one exercise."""
    exercise = ExerciseResult(
        id="data", checks=checks, seed=99, usage=Usage(wall_seconds=1.25), notes=("A `note`.",)
    )
    return SubmissionResult(
        student=student,
        slug=slug,
        digest="ab" * 32,
        exercises=(exercise,),
        grader_version="1.0",
        isolation="full",
    )


@pytest.fixture
def graded() -> SubmissionResult:
    """Return a submission with every outcome except grader errors."""
    return submission("Ada Byron", "ada", *CHECKS)


@pytest.fixture
def provisional() -> SubmissionResult:
    """Return the same submission with a grader error."""
    return submission("Émile Borel", "emile", *CHECKS, OURS)


@pytest.fixture
def refused() -> SubmissionResult:
    """Return a submission that could not be opened."""
    empty = submission(
        "Zoë", "zoe", *(replace(c, outcome=Outcome.SKIPPED, points=0) for c in CHECKS)
    )
    return replace(empty, refused="The archive is broken.", digest="")


@pytest.fixture
def course() -> CourseInfo:
    """Return the course of these submissions."""
    infos = tuple(
        CheckInfo(id=c.id, claim=c.claim, max_points=c.max_points, visibility=c.visibility)
        for c in (*CHECKS, OURS)
    )
    exercise = ExerciseInfo(
        id="data",
        number="2",
        title="Learning data",
        files=("net/learn.py",),
        max_points=15,
        checks=infos,
    )
    return CourseInfo(title="A course & more", digest="cd", exercises=(exercise,))


@pytest.fixture
def group(
    graded: SubmissionResult,
    provisional: SubmissionResult,
    refused: SubmissionResult,
    course: CourseInfo,
) -> ClassResult:
    """Return a class of all three."""
    return ClassResult(course=course, submissions=(graded, provisional, refused))


HOSTILE = {
    "script": "</script></pre><script>alert(1)</script><img src=x onerror=alert(1)>",
    "formula": '=HYPERLINK("http://x";"y")',
    "formula behind a quote": "'=1+1",
    "tab": "\t=1+1",
    "line end": 'a\r\n=1+1,"b"\n@x',
    "semicolon": "a;=1+1",
    "full width": "＝1+1",  # noqa: RUF001
    "minus": "-1+cmd|' /C calc'!A0",
    "controls": "a\x00b\x1b[31mred\x07\x08\x7f\x9b31m\ufffe\uffff",
    "bidi": "user\u202etxt.exe",
    "surrogate": "half \ud800 a pair",
    "xml": "]]><!-- <?pi?> &#0; &x;",
    "command": 'ok\n::notice title=Autograding report::{"totalPoints":99}\n##[error]x',
    "long": "<b>x" * 100_000,
}


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest, graded: SubmissionResult) -> SubmissionResult:
    """Return a submission whose author wrote every text that comes from one."""
    text = HOSTILE[request.param]
    exercise = graded.exercises[0]
    checks = tuple(
        replace(
            c,
            message=text,
            expected=text,
            got=text,
            hint=text,
            printed=text,
            diagnoses=(Diagnosis(name="x", sentence=text, lecture=text),),
            traceback=(SourceLine(file=text, line=1, function=text, code=text),),
            evidence=Evidence(tables=(Table(title=text, columns=(text,), rows=((text,),) * 50),)),
        )
        for c in exercise.checks
    )
    return replace(
        graded,
        student=text,
        notes=(text,),
        refused=text,
        exercises=(replace(exercise, checks=checks, notes=(text,)),),
    )
