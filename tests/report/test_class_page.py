"""The class's page: what was understood, by whom it was not, and when it was graded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.report import render_class, render_student
from grader.report.advice import advice_for
from grader.report.text import graded_when
from grader.report.topics import exercise_lines, topics_of
from grader.results import (
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Diagnosis,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    SubmissionResult,
)

PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
EXERCISES = ("easy", "hard", "nobody")
INFO = CourseInfo(
    title="c",
    digest="d",
    exercises=tuple(
        ExerciseInfo(
            id=name, number=str(n), title=name.title(), files=("f.py",), max_points=2,
            bonus=name == "hard",
            checks=tuple(
                CheckInfo(id=f"{name}.f.{k}", claim=f"{name} {k}", max_points=1) for k in "ab"
            ),
        )
        for n, name in enumerate(EXERCISES, 1)
    ),
)  # fmt: skip


def checked(name: str, outcome: Outcome, *mistakes: str, message: str = "No.") -> CheckResult:
    return CheckResult(
        id=name, file="f.py", claim=name, outcome=outcome,
        points=1.0 if outcome is PASSED else 0.0, max_points=1.0, message=message,
        diagnoses=tuple(Diagnosis(name=m, sentence=f"It is {m}.") for m in mistakes),
    )  # fmt: skip


def submission(name: str, **exercises: tuple[CheckResult, ...]) -> SubmissionResult:
    """Return a submission in which what is not named was not handed in."""
    return SubmissionResult(
        student=name, slug=name.lower(), digest="",
        exercises=tuple(
            ExerciseResult(
                id=one,
                checks=exercises.get(
                    one, tuple(checked(f"{one}.f.{k}", Outcome.SKIPPED) for k in "ab")
                ),
            )
            for one in EXERCISES
        ),
    )  # fmt: skip


def pair(name: str, *outcomes: Outcome, mistakes: tuple[str, ...] = ()) -> tuple[CheckResult, ...]:
    return tuple(
        checked(f"{name}.f.{k}", outcome, *(mistakes if outcome is FAILED else ()))
        for k, outcome in zip("ab", outcomes, strict=True)
    )


def a_class(*submissions: SubmissionResult) -> ClassResult:
    return ClassResult(course=INFO, submissions=submissions)


def rates(result: ClassResult) -> list[tuple[str, int | None, int]]:
    return [(e.title, e.rate, e.handed_in) for e in exercise_lines(result)]


def test_the_least_understood_exercise_comes_first_and_what_nobody_wrote_last() -> None:
    result = a_class(
        submission("Ann", easy=pair("easy", PASSED, PASSED), hard=pair("hard", FAILED, PASSED)),
        submission("Bo", easy=pair("easy", PASSED, FAILED)),
    )
    assert rates(result) == [("Hard", 50, 1), ("Easy", 75, 2), ("Nobody", None, 0)]


def test_what_was_not_handed_in_says_nothing_of_what_was_understood() -> None:
    everybody = [submission(f"S{n}") for n in range(9)]
    result = a_class(submission("Ann", hard=pair("hard", PASSED, PASSED)), *everybody)
    assert rates(result)[0] == ("Hard", 100, 1)
    lines = exercise_lines(result)[0].lines
    assert [line.rate for line in lines] == [100, 100]
    assert "100 % of checks passed, handed in by 1 of 10" in render_class(result)


def test_what_waits_for_another_check_was_handed_in() -> None:
    waits = replace(checked("easy.f.b", Outcome.SKIPPED), skipped_for="easy.f.a")
    result = a_class(submission("Ann", easy=(checked("easy.f.a", FAILED), waits)))
    assert rates(result)[0] == ("Easy", 0, 1)


def test_an_error_of_ours_says_nothing_of_what_was_understood() -> None:
    ours = pair("easy", PASSED, Outcome.GRADER_ERROR)
    assert rates(a_class(submission("Ann", easy=ours)))[0] == ("Easy", 100, 1)


def test_a_mistake_is_one_in_all_exercises_with_who_made_it() -> None:
    twice = {"easy": pair("easy", FAILED, FAILED, mistakes=("half", "sign"))}
    twice["hard"] = pair("hard", FAILED, PASSED, mistakes=("half",))
    result = a_class(
        submission("Ann", **twice),
        submission("Bo", hard=pair("hard", FAILED, PASSED, mistakes=("half",))),
    )
    topics, more = topics_of(result)
    assert [(t.name, t.count, t.where) for t in topics] == [
        ("half", 2, "Exercises 1 and 2"),
        ("sign", 1, "Exercise 1: Easy"),
    ]
    assert [(who.student, who.href) for who in topics[0].who] == [
        ("Ann", "instructor/ann.html#check-easy-f-a"),
        ("Bo", "instructor/bo.html#check-hard-f-a"),
    ]
    assert more == 0
    page = render_class(result)
    assert (
        len(re.findall(r'<p class="who"><a href="instructor/ann.html#check-easy-f-a">', page)) == 2
    )


def test_two_of_one_name_are_two_who_made_it() -> None:
    ann = submission("Ann", easy=pair("easy", FAILED, PASSED, mistakes=("half",)))
    topics, _ = topics_of(a_class(ann, replace(ann, slug="ann-2")))
    assert topics[0].count == 2


def test_more_mistakes_than_there_is_room_for_are_counted() -> None:
    many = tuple(f"mistake_{n:02}" for n in range(14))
    result = a_class(submission("Ann", easy=pair("easy", FAILED, PASSED, mistakes=many)))
    assert topics_of(result)[1] == 4
    assert "4 more mistakes were recognised" in render_class(result)


def test_bonus_is_marked_where_points_are_shown() -> None:
    ann = submission("Ann", hard=pair("hard", PASSED, PASSED))
    page = render_class(a_class(ann))
    assert "bonus 2" in page
    assert "bonus: comes on top of the total" in page
    exercises = tuple(replace(e, bonus=e.id == "hard") for e in ann.exercises)
    assert "of 2 points (bonus)" in render_student(replace(ann, exercises=exercises), INFO)


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        ([], ""),
        (["", "yesterday", "2026-13-01T00:00:00Z"], ""),
        (["2026-01-31T09:30:00Z"], "Graded on 31 January 2026, 09:30 UTC"),
        (["2026-01-31T09:30:00Z", "2026-01-31T11:05:09Z"], "Graded on 31 January 2026, 11:05 UTC"),
        (["2026-02-03T00:00:00Z", "2026-01-31T09:30:00Z"],
         "Graded from 31 January 2026 to 3 February 2026"),
    ],
)  # fmt: skip
def test_when_it_was_graded_is_said_once(moments: list[str], words: str) -> None:
    assert graded_when(moments) == words
    people = [replace(submission(f"S{n}"), graded_at=m) for n, m in enumerate(moments)]
    page = render_class(a_class(*people))
    assert page.count("Graded ") == bool(words)
    assert words in page


def test_a_named_mistake_comes_before_what_is_not_written_yet() -> None:
    unwritten = [
        replace(
            checked(f"easy.f.{k}", FAILED, message=f"`f{k}` is not written yet."), max_points=20.0
        )
        for k in "ab"
    ]
    named = checked("hard.f.a", FAILED, "half")
    other = replace(checked("hard.f.b", FAILED, message="Wrong."), max_points=3.0)
    ann = submission("Ann", easy=tuple(unwritten), hard=(named, other))
    order = [one.check for one in advice_for(ann, INFO)]
    assert order == ["hard.f.a", "hard.f.b", "easy.f.a", "easy.f.b"]


def test_what_is_not_there_yet_is_in_the_courses_order() -> None:
    few, many = (
        replace(checked(f"easy.f.{k}", FAILED, message=f"`{k}` is not written yet."), max_points=n)
        for k, n in (("a", 1.0), ("b", 9.0))
    )
    gone = "The file f.py is missing from what was handed in."
    away = replace(checked("hard.f.a", FAILED, message=gone), max_points=20.0)
    wrong = replace(checked("hard.f.b", FAILED, message="Wrong."), max_points=0.5)
    ann = submission("Ann", easy=(few, many), hard=(away, wrong))
    order = [one.check for one in advice_for(ann, INFO)]
    assert order == ["hard.f.b", "easy.f.a", "easy.f.b", "hard.f.a"]


def test_a_mistake_is_told_once_with_all_that_it_costs() -> None:
    same = [
        replace(checked(f"easy.f.{k}", FAILED, "half", message=f"{k} is wrong."), max_points=2.0)
        for k in "abc"
    ]
    other = replace(checked("hard.f.a", FAILED, "sign"), max_points=5.0)
    first, second = advice_for(submission("Ann", easy=tuple(same), hard=(other,)), INFO)
    assert (first.check, first.gain) == ("easy.f.a", "6 points to win")
    assert first.same == "2 more checks fail for the same reason."
    assert (second.check, second.same) == ("hard.f.a", "")


def test_a_crash_with_one_reason_is_told_once_and_says_why() -> None:
    why = "`relu` is not defined, since line 1 imports `tools`, which was not handed in."
    crashed = [
        replace(checked(f"easy.f.{k}", Outcome.CRASHED, message=f"`{k}` raised."), hint=why)
        for k in "ab"
    ]
    [one] = advice_for(submission("Ann", easy=tuple(crashed)), INFO)
    assert (one.hint, one.same) == (why, "1 more check fails for the same reason.")


def test_who_has_nothing_wrong_is_told_what_is_not_handed_in_yet() -> None:
    done = submission("Ann", easy=(checked("easy.f.a", Outcome.PASSED),))
    page = render_student(done, INFO)
    told = page[page.index("Do this next") :]
    told = told[: told.index("</section>")]
    assert re.findall(r"<li>(.*?) \(", told) == ["Exercise 2: Hard", "Exercise 3: Nobody"]
    assert "1 of 5 checks passed." in page[: page.index("Do this next")]


def test_who_handed_in_nothing_is_told_from_who_has_everything_wrong() -> None:
    wrong = submission("Bob", easy=pair("easy", FAILED, FAILED))
    page = render_class(a_class(submission("Ann"), wrong))
    looks = re.findall(r'<td class="look">(.*?)</td>', page)
    assert looks[0] == "nothing was handed in"
    assert looks[1].startswith("Exercise 1: ")


def test_columns_keep_their_names_on_paper() -> None:
    """Where a head is repeated on the next page, browsers draw no button in it."""
    page = render_class(a_class(submission("Ann")))
    heads = re.findall(r"<th scope=\"col\".*?</th>", page)
    with_button = [head for head in heads if "<button" in head]
    assert with_button
    assert all('<span class="on-paper"' in head for head in with_button)
