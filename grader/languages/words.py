"""Words that stand alone where they are shown, or that others are put together with.

A catalogue has every string of several words by itself: `N_` marks these.
"""

from __future__ import annotations

__all__ = ["ALONE"]


def N_(text: str) -> str:  # noqa: N802  (gettext's own name)
    """Return a text as it is: it is marked for the catalogues."""
    return text


ALONE = (
    # joints
    N_("and"), N_("or"), N_("after"), N_("before"), N_("from"),
    # outcomes and what became of a grade
    N_("passed"), N_("crashed"), N_("failed"), N_("skipped"), N_("excused"), N_("late"),
    N_("provisional"), N_("graded"), N_("group"), N_("bonus"), N_("Excused"), N_("Lateness"),
    N_("Comment"), N_("Better"), N_("Worse"), N_("Answers"), N_("new"), N_("gone"), N_("same"),
    # statistics and figures
    N_("mean"), N_("median"), N_("points"), N_("submissions"), N_("Students"), N_("Scores"),
    N_("nobody"), N_("line"), N_("row"), N_("column"), N_("right"), N_("wrong"), N_("start"),
    N_("end"), N_("element"), N_("mismatch"), N_("infinity"), N_("yours"),
    N_("reference"), N_("loss"), N_("step"), N_("steps"),
    N_("epoch"), N_("value"), N_("shape"), N_("expected"), N_("got"), N_("yes"), N_("no"),
    N_("question"), N_("answer"), N_("statement"), N_("cell"), N_("Table"),
    # ordinals
    N_("first"), N_("second"), N_("third"), N_("fourth"), N_("fifth"), N_("sixth"), N_("seventh"),
    N_("eighth"), N_("worst"), N_("twice"),
    # limits
    N_("time"), N_("memory"), N_("files"), N_("processes"), N_("output"), N_("calls"),
    N_("restarts"), N_("callbacks"),
    # the terminal
    N_("grading"), N_("auditing"), N_("works"), N_("seconds"), N_("full"), N_("reduced"),
    N_("none"), N_("written"), N_("changed"), N_("differ"), N_("somebody"), N_("again"),
    N_("came"), N_("hint"),
    # limits that were reached, and what stands where
    N_("holds"), N_("call seconds"), N_("call cpu seconds"), N_("import seconds"),
    N_("exercise wall seconds"), N_("exercise cpu seconds"), N_("memory mib"), N_("output kib"),
    N_("reply mib"), N_("open files"), N_("disk mib"), N_("the expected value"),
    # what a loss and a learning rate do
    N_("falls"), N_("rises"), N_("shrinks"), N_("grows"), N_("Momentum"),
    N_("Learning rate decays"), N_("Learning rate grows"), N_("minimum"), N_("Backpropagation"),
    N_("weight"), N_("edge"), N_("Another learning rate"),
    # what wrong numbers have to do with the right ones
    N_("Sum missing"), N_("Sign wrong"), N_("Factor wrong"), N_("Shifted"), N_("Decimals lost"),
    N_("Rounded"), N_("Cut off"), N_("Signs lost"), N_("Sum goes on"), N_("Last row everywhere"),
    N_("First row alone"), N_("Result transposed"),
)  # fmt: skip
