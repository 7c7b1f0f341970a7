"""One page of every kind, made of results that were written down: nothing is graded here."""

from __future__ import annotations

__all__ = ["HOSTILE", "LONG", "write", "write_hostile", "write_large"]

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.report import render_class, render_regraded, write_reports
from grader.results import (
    Adjusted,
    ChangeKind,
    CheckChange,
    Curves,
    Delivery,
    Evidence,
    FreeText,
    GradeChange,
    GreyImage,
    HeatMap,
    Link,
    Mosaic,
    Network,
    Outcome,
    Person,
    Picture,
    Pictures,
    Received,
    Regraded,
    Series,
    SourceExcerpt,
    SourceLine,
    Table,
)
from grader.results.dots import pack
from grader.similar import ClassLikeness, Document, SourceText, compare, render_similar
from tests.sharing import module_at

if TYPE_CHECKING:
    from grader.results import ClassResult, SubmissionResult

GRADED_AT = "2026-01-31T09:30:00Z"
LONG = "unbroken" * 60
HOSTILE = (
    "</script></style></title></svg><script>document.title='ran';alert(1)</script>"
    "<img src=x onerror=alert(2)><svg onload=alert(3)><style>*{display:none}</style>"
    "{{ 7*7 }}{% include 'x' %}\u202eesrever\u2066 javascript:alert(4) ' onfocus='alert(5)' \" "
)


def _of_reports(name: str) -> Any:
    """Return a module of the tests of reports, which are no package."""
    path = Path(__file__).parents[1] / "report" / f"{name}.py"
    return module_at(path)


def _networks() -> tuple[Network, ...]:
    """Return one picture that stands alone, and three in time."""
    return (
        Network(
            title="The network",
            pictures=(
                Picture(
                    title="before", layers=(("i0", "i1"), ("o0",)), links=(),
                    boxes=("step 18250, loss 375.30123785858921",),
                ),
            ),
            summary="Two inputs, one output, and no line between them.",
        ),
        Network(
            title="In time", moments=True, summary="A line grows.",
            pictures=tuple(
                Picture(
                    title=f"after {step} steps", layers=(("i0",), ("o0",)),
                    links=(Link(tail="i0", head="o0", width=float(step), color="#1f6fb4"),),
                )
                for step in (1, 2, 3)
            ),
        ),
    )  # fmt: skip


def _everything() -> Evidence:
    """Return the kinds of evidence that the sample's students do not have."""
    ink = bytes(range(0, 256, 4))
    return Evidence(
        tables=(
            Table(
                title="What each loss curve does",
                columns=("", "yours", "right"),
                rows=(("a", "falls", "falls"), ("b", LONG, "explodes")),
            ),
        ),
        pictures=(
            Pictures(
                title="Four by four",
                pictures=(GreyImage(lines=("0080ff40",) * 4, caption="a 3, taken for an 8"),) * 5,
                summary="Five digits that were taken for others.",
            ),
        ),
        curves=(
            Curves(
                title="All starts", y_label="loss",
                x_label="step (the other starts side by side, the lowest first)",
                series=(Series(name="yours", x=(0.0, 1e5), y=(12_345_678.0, 0.001)),),
                summary="It falls in 100,000 steps.",
            ),
            Curves(
                title="Five trainings", x_label="step", y_label="loss", log_y=True,
                series=(
                    Series(
                        name="training", y=(100.0, 10.0, 1.0), lower=(50.0, 1.0, 0.1),
                        upper=(200.0, 100.0, None), band="median; band: lowest to highest of 5",
                    ),
                    Series(name="new data", y=(1000.0, 1000.0, 900.0), role="other"),
                ),
                summary="It falls from 100 to 1; on new data it ends at 900.",
            ),
        ),
        networks=_networks(),
        heat_maps=(
            HeatMap(
                title="w: got / expected", values=((1.0, 2.0), (1.0, None)), marked=(0, 1),
                marked_name="w[0, 1]", summary="From 1 to 2. In the frame: w[0, 1], 2.",
            ),
        ),
        mosaics=(
            Mosaic(
                title="Digits", width=8, height=8, dots=pack(ink * 2), captions=("0", "1"),
                summary="Two pictures.",
            ),
        ),
    )  # fmt: skip


def _full(one: SubmissionResult) -> SubmissionResult:
    """Return a submission about which a page has everything to say."""
    first, *others = one.exercises
    failed = replace(
        first.checks[0], outcome=Outcome.FAILED, points=0.0, message=LONG, expected="1\n2",
        got=LONG, printed="a line\n" * 200, evidence=_everything(),
        traceback=(SourceLine(file="f.py", line=8, function="f", code=LONG),),
        source=SourceExcerpt(file="f.py", function="f", numbers=(7, 8), code=("def f():", LONG)),
    )  # fmt: skip
    *others, last = others
    ours = replace(last.checks[0], outcome=Outcome.GRADER_ERROR, points=0.0, max_points=1234.5)
    return replace(
        one,
        exercises=(
            replace(first, checks=(failed, *first.checks[1:])),
            *others,
            replace(last, checks=(ours, *last.checks[1:])),
        ),
        free_text=(FreeText(question="What did you see?", answer="It falls. " * 40),),
        delivery=Delivery(platform="moodle", late=True, attempt=2, attempts=3),
        received=(Received(name="notes.rtf", kind="a text of a word processor", size=90),),
        adjustments=(
            Adjusted(
                number=1, kind=ChangeKind.BONUS, points=Decimal("1.5"), reason="A question asked."
            ),
        ),
    )  # fmt: skip


def the_class() -> ClassResult:
    """Return the sample class, with one student of whom there is everything to say."""
    made: ClassResult = _of_reports("sample").sample_class()
    one, two, *others = (replace(s, graded_at=GRADED_AT) for s in made.submissions)
    return replace(
        made,
        submissions=(one, _full(two), *others),
        missing=(Person(id="7", name="Not There"),),
        strangers=("Somebody Else",),
        notes=("Two folders belong to nobody.",),
    )


def _code(turn: int) -> str:
    """Return ten functions; those of two turns are alike but for some numbers."""
    return "\n".join(
        f"def part_{n}(a, b):\n    total = a * {n} + b\n    for item in range(total):\n"
        f"        total += item % {n + turn * (n % 3)}\n    return total\n"
        for n in range(2, 12)
    )


def _likeness(title: str, names: tuple[str, str], file: str, more: str = "") -> ClassLikeness:
    documents = tuple(
        Document(
            name=name,
            digest=str(turn),
            sources=(SourceText(file=file, shown=file, text=_code(turn) + more),),
        )
        for turn, name in enumerate(names)
    )
    left_out = ((names[0], "It could not be read."),)
    return ClassLikeness(
        title=title, documents=documents, compared=compare(documents), left_out=left_out
    )


def _regraded(name: str, words: str) -> Regraded:
    change = CheckChange(
        id="gradient.gradient.descent_steps", before="failed", after="passed",
        points_before=0.0, points_after=2.0, message=words,
    )  # fmt: skip
    return Regraded(
        total=8, run=8, exercises=("gradient",), notes=(words,), unread=(name,),
        changes=(
            GradeChange(student=name, before=20.0, after=22.0, checks=(change,)),
        ),
    )  # fmt: skip


def write(folder: Path) -> dict[str, Path]:
    """Write a class with all its pages; return one page of each kind, by the kind's name."""
    result = the_class()
    write_reports(result, folder)
    slugs = {"0": result.submissions[0].slug, "1": result.submissions[1].slug}
    instructors = folder / "instructor"
    similar = _likeness("A course", ("Ada Lovelace", "Émile Picard"), "f.py")
    (instructors / "similar.html").write_text(
        render_similar(similar, slugs, GRADED_AT), encoding="utf-8"
    )
    regraded = render_regraded(
        _regraded("Ada Lovelace", "The tolerance was too small."), "A course", GRADED_AT
    )
    (instructors / "regrade.html").write_text(regraded, encoding="utf-8")
    return {
        "student": folder / "emile-picard" / "index.html",
        "all right": folder / "ada-lovelace" / "index.html",
        "refused": folder / "tim" / "index.html",
        "class": folder / "index.html",
        "instructor": instructors / "emile-picard.html",
        "similar": instructors / "similar.html",
        "regraded": instructors / "regrade.html",
    }


def write_large(page: Path, count: int) -> Path:
    """Write the page of a class of so many, who did what the sample's eight did."""
    result = the_class()
    given = result.submissions
    many = tuple(
        replace(given[n % 8], student=f"{given[n % 8].student} {n}", slug=f"s{n}")
        for n in range(count)
    )
    page.write_text(render_class(replace(result, submissions=many)), encoding="utf-8")
    return page


def write_hostile(folder: Path, text: str) -> dict[str, Path]:
    """Write the same pages with a text in place of every other."""
    whole = the_class()
    # One of whom there is everything to say, one with an error of ours, one that was refused.
    few = replace(whole, submissions=tuple(whole.submissions[n] for n in (1, 4, 7)))
    result = _of_reports("test_hostile").poison(few, text)
    write_reports(result, folder)
    instructors = folder / "instructor"
    similar = _likeness(text, (text, f"{text} "), text, f'\n"""{text}"""\n')
    (instructors / "similar.html").write_text(render_similar(similar), encoding="utf-8")
    regraded = render_regraded(_regraded(text, text), text)
    (instructors / "regrade.html").write_text(regraded, encoding="utf-8")
    return {
        "student": folder / "emile-picard" / "index.html",
        "refused": folder / "tim" / "index.html",
        "class": folder / "index.html",
        "instructor": instructors / "emile-picard.html",
        "similar": instructors / "similar.html",
        "regraded": instructors / "regrade.html",
    }
