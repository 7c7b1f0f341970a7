"""Requests and replies: what one end writes the other reads, and an enemy's word has its types."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire.handover import (
    Handover,
    NotReady,
    handover_header,
    handover_of,
    state_header,
    state_of,
)
from grader.wire.replies import (
    MAX_FAILED_LINES,
    MAX_FRAMES,
    At,
    CallBack,
    FailedLine,
    LoadReport,
    Raised,
    Reply,
    StackFrame,
    Value,
    plain_report,
    reply_header,
    reply_of,
    report_of,
)
from grader.wire.requests import (
    Answer,
    Call,
    Cell,
    Get,
    Load,
    Names,
    Open,
    Refuse,
    Request,
    Return,
    Several,
    Use,
    answer_header,
    answer_of,
    request_header,
    request_of,
)
from tests.sampling import examples

REQUESTS: list[Request] = [
    Open("/box", ["/box/ex"], [], ["numpy"], ["torch"], 7, 512, 1.5, 1 << 20),
    Load("ex/a.py"),
    Load("ex/a.py", [["ex/a.py", 3]], hurried=True, tell=0, wake="f"),  # type: ignore[list-item]
    Cell("ex/a.py", "a.ipynb, cell 1", {"list": ["x"]}),
    Cell("ex/a.py", "a.ipynb, cell 1", {"list": ["x"]}, "rest", ["f"], want_value=False),
    Names("ex/a.py"),
    Get("ex/a.py", "f"),
    Call("ex/a.py", "f", 0, {"list": []}),
    Call("ex/a.py", "f", 2, {"list": [1, 2]}, True, True, ["g"], 0),
    Several("ex/a.py", "f", 1, {"list": [{"list": [1]}]}, ["g"]),
    Use("images", "shown", {"list": []}),
]
ANSWERS: list[Answer] = [Return(None), Return({"list": []}), Refuse("no")]
REPLIES: list[Reply] = [
    Value(None),
    Value({"list": [1]}, ("torch",)),
    Raised("exception", "ValueError", "no", 2, (StackFrame("a.py", 3, "f"),), stood_in=("torch",)),
    Raised("exception", "Mine", "no", bases=("IndexError", "Exception"), near="train"),
    CallBack(0, {"list": []}),
    At("a.py", 3),
]
# What may stand where something else should.
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
NAMES = sorted(
    {name for kind in get_args(Reply) for name in kind._fields} | {"op", "names", "kept"}
)


def sent(header: dict[str, Any]) -> dict[str, Any]:
    """Return a header as the other end gets it."""
    got: dict[str, Any] = json.loads(json.dumps(header))
    return got


def test_there_is_one_of_each_kind() -> None:
    for kinds, said in ((Request, REQUESTS), (Answer, ANSWERS), (Reply, REPLIES)):
        assert {type(example) for example in said} == set(get_args(kinds))


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_a_request_comes_as_it_was_sent(request_: Request) -> None:
    header = request_header(5, request_)
    assert sent(plain(request_of(sent(header)))) == sent(plain((5, False, request_)))
    chained = request_of(sent(request_header(5, request_, chained=True)))
    assert type(chained[2]) is type(request_)
    assert chained[1] is True


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_an_answer_to_a_submission_that_calls_back_comes_as_it_was_sent(answer: Answer) -> None:
    assert answer_of(sent(answer_header(answer))) == answer


def test_what_is_handed_over_comes_as_it_was_sent() -> None:
    handover = Handover("/box", "ex", ["ex/a.py"])
    assert handover_of(sent(handover_header(handover))) == handover
    for problem in (None, NotReady("files", "no room")):
        assert state_of(sent(state_header(problem))) == problem


def test_a_header_that_the_judge_cannot_have_written_is_no_request() -> None:
    for header in ({"id": 5, "op": "none", "fields": []}, {"id": 5, "op": "get", "fields": ["a"]}):
        with pytest.raises((KeyError, TypeError)):
            request_of(header)


@pytest.mark.parametrize("reply", REPLIES, ids=str)
def test_a_reply_comes_as_it_was_sent(reply: Reply) -> None:
    header = sent(reply_header(5, reply))
    assert header.pop("id") == 5
    got = reply_of(header)
    assert (type(got), got) == (type(reply), reply)


def test_a_report_comes_as_it_was_sent() -> None:
    what = Raised("exception", "ValueError", "no", 0, (StackFrame("a.py", 3, "<module>"),))
    report = LoadReport(("b.py",), (FailedLine("a.py", 3, what, ("x", "*"), ("y",)),))
    assert report_of(sent({"value": plain_report(report)})["value"]) == report


@pytest.mark.parametrize(
    "header",
    [{}, {"op": None}, {"op": []}, {"op": {"a": []}}, {"op": "call"}, {"op": "at", "line": "3"}],
    ids=str,
)
def test_what_is_of_no_known_kind_is_none(header: dict[str, Any]) -> None:
    assert reply_of(header) is None


def test_a_field_of_another_type_counts_as_left_out() -> None:
    frames = [["a.py", 3, "f"], ["a.py", True, "f"], ["a.py", 3], "a.py", ["a.py", 10**30, "g"]]
    got = reply_of({"op": "raised", "kind": 5, "message": ["no"], "errno": True, "frames": frames})
    assert got == Raised(frames=(StackFrame("a.py", 3, "f"), StackFrame("a.py", 10**30, "g")))
    assert reply_of({"op": "callback", "callback": 0.0}) == CallBack(-1, None)


def test_only_names_of_pythons_own_exceptions_and_identifiers_are_taken() -> None:
    bases = ["LookupError", "Points", 3, "print", "IndexError"]
    got = reply_of({"op": "raised", "bases": bases, "near": "<b>x</b>"})
    assert got == Raised(bases=("LookupError", "IndexError"))
    assert reply_of({"op": "raised", "near": "x" * 61, "bases": "IndexError"}) == Raised()


def test_of_many_frames_the_last_are_taken_and_of_many_lines_the_first() -> None:
    frames = [["a.py", n, "f"] for n in range(1_000)]
    got = reply_of({"op": "raised", "frames": frames})
    assert isinstance(got, Raised)
    assert [frame.line for frame in got.frames] == list(range(1_000 - MAX_FRAMES, 1_000))
    lines = [{"file": "a.py", "line": n} for n in range(1_000)]
    report = report_of([[], lines])
    assert [failed.line for failed in report.failed] == list(range(MAX_FAILED_LINES))


@given(st.dictionaries(st.sampled_from(NAMES), JUNK), st.sampled_from(["value", "raised", "at"]))
@settings(max_examples=examples(300))
def test_any_reply_has_its_types_or_is_none(fields: dict[str, Any], op: str) -> None:
    for header in (fields, {**fields, "op": op}):
        got = reply_of(header)
        assert got is None or of_its_types(got)
    assert report_is_typed(report_of([fields.get("names"), [fields, {**fields, "file": "a"}]]))


@given(JUNK)
@settings(max_examples=examples(200))
def test_any_report_has_its_types(value: object) -> None:
    assert report_is_typed(report_of(value))


def report_is_typed(report: LoadReport) -> bool:
    return texts(report.stubs) and all(
        [type(f.file), type(f.line)] == [str, int]
        and of_its_types(f.raised)
        and texts(f.names)
        and texts(f.kept)
        for f in report.failed
    )


def of_its_types(reply: Reply) -> bool:
    match reply:
        case Value():
            return texts(reply.stood_in)
        case Raised():
            plain_parts = [reply.kind, reply.type, reply.message]
            frames = [[type(part) for part in frame] for frame in reply.frames]
            return (
                texts(plain_parts)
                and type(reply.errno) is int
                and all(frame == [str, int, str] for frame in frames)
                and texts(reply.stood_in)
            )
        case CallBack():
            return type(reply.callback) is int
        case At():
            return [type(reply.file), type(reply.line)] == [str, int]


def texts(values: Any) -> bool:
    return all(type(value) is str for value in values)


def plain(message: tuple[Any, ...]) -> dict[str, Any]:
    return {"is": message}
