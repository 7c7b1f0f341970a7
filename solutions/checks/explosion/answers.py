"""Asking `has_diverged` about many curves: all or nothing, so that guessing earns nothing."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Series, Table, as_flag, finite_or_none
from grader.checks.flags import flags_meant
from grader.errors import SubmissionError
from grader.results import Diagnosis

from ..training import show_losses
from .curves import (
    EXPLODING,
    ON_THE_WAY,
    PLAIN,
    PLAIN_EXPLOSIONS,
    LossCurve,
    drawn,
    learned_instead,
)  # fmt: skip

ASKED = "`has_diverged(losses)`"


def answers(case: Case, several: Sequence[Any]) -> list[bool]:
    """Return what the submission means by what it says of each of these losses."""
    return flags_meant(case, ASKED, several, PLAIN_EXPLOSIONS)


def each_answer(case: Case, several: Sequence[Any]) -> Iterator[bool]:
    """Yield the answers one by one, and fail at the first that is neither True nor False."""
    said = case.student.in_turn("has_diverged", *((one,) for one in several))
    return (as_flag(value, ASKED) for value in said)


def takes_lists(case: Case) -> bool:
    """Return whether the submission says something of plain losses that are in a list."""
    with contextlib.suppress(SubmissionError):
        return bool(answers(case, [PLAIN_EXPLOSIONS[0].tolist()]))
    return False


def require_right(case: Case, curves: Sequence[LossCurve]) -> None:
    """Ask about all of the curves; raise where any answer is wrong, and show them by kind."""
    said = answers(case, [curve.losses for curve in curves])
    case.show(_table(curves, said))
    wrong = [c for c, s in zip(curves, said, strict=True) if s != c.exploded]
    if not wrong:
        return
    _show(case, _worst(wrong))
    missed = sum(curve.exploded for curve in wrong)
    alarms = len(wrong) - missed
    told = [f"{missed} missed"] * bool(missed) + [f"{alarms} false alarms"] * bool(alarms)
    raise Disagreement(
        f"`has_diverged` is wrong about {len(wrong)} of {len(curves)} loss curves.",
        expected="the right answer for each of them",
        got=" and ".join(told),
        diagnoses=names_of(case, [curve.losses for curve in curves], said),
    )


def names_of(case: Case, asked: Sequence[Any], said: Sequence[bool]) -> tuple[Diagnosis, ...]:
    """Return the known mistakes that give just these answers, and those on plain curves too.

    Of several, those that say what the submission says of curves that are not finite on the way.
    """
    every = zip((*asked, *PLAIN), (*said, *answers(case, PLAIN)), strict=True)
    given = [((losses,), one) for losses, one in every]
    found = case.explaining("has_diverged", given[: -len(ON_THE_WAY)])
    return case.explaining("has_diverged", given) or found


def require_opinion(case: Case) -> None:
    """Fail a function that says no explosion from learning with as many losses and as high a first.

    Of plain curves and of new ones: so neither number, nor what is known by heart, is an opinion.
    """
    new = [curve.losses for curve in drawn(case.rng, EXPLODING, 1, exploded=True)]
    groups = [(e, [learned_instead(losses) for losses in e]) for e in (PLAIN_EXPLOSIONS, new)]
    given = iter(answers(case, [losses for pair in groups for part in pair for losses in part]))
    lists = [[[next(given) for _ in part] for part in pair] for pair in groups]
    said = [{*zip(exploding, learning, strict=True)} for exploding, learning in lists]
    if all((True, False) in pairs for pairs in said):
        return
    pairs = set.union(*said)
    name, told = "", "the same of both, where there are as many of them"
    if pairs == {(True, True)}:
        name, told = "always_true", "always True"
    elif pairs == {(False, False)}:
        name, told = "always_false", "always False"
    elif pairs == {(False, True)}:
        name, told = "answers_turned_round", "the other way round"
    raise Disagreement(
        "`has_diverged` does not tell losses that explode, to inf or nan, from losses that fall: "
        "an answer that is right by chance earns nothing.",
        expected="True for plain explosions, and False for losses that fall",
        got=told,
        diagnoses=(case.known(name),) if name else (),
    )


def _table(curves: Sequence[LossCurve], said: Sequence[bool]) -> Table:
    rows = []
    for kind in dict.fromkeys(curve.kind for curve in curves):
        of_kind = [(c, s) for c, s in zip(curves, said, strict=True) if c.kind == kind]
        missed = sum(c.exploded and not s for c, s in of_kind)
        alarms = sum(s and not c.exploded for c, s in of_kind)
        rows.append((kind, *map(str, (len(of_kind), of_kind[0][0].exploded, missed, alarms))))
    return Table(
        title="Your answers, by the kind of loss curve",
        columns=("the loss …", "curves", "right answer", "explosions missed", "false alarms"),
        rows=tuple(rows),
    )


def _worst(wrong: Sequence[LossCurve]) -> LossCurve:
    """Return the clearest of the curves that were answered wrongly."""

    def clearness(curve: LossCurve) -> float:
        finite = np.isfinite(curve.losses)
        if not finite.all():
            return float("inf")
        ratio = float(np.log(curve.losses[-1] / curve.losses[0]))
        return ratio if curve.exploded else -ratio

    return max(wrong, key=clearness)


def _show(case: Case, curve: LossCurve) -> None:
    losses = curve.losses
    holes = int(np.count_nonzero(~np.isfinite(losses)))
    end = f", and {holes} of its losses are inf or nan" if holes else ""
    finite = losses[np.isfinite(losses)]
    way = f"from {finite[0]:.3g} to {finite[-1]:.3g}" if finite.size else "from nan to nan"
    show_losses(
        case,
        f"Answered wrongly: a loss that {curve.kind}",
        f"A loss that {curve.kind}: it goes {way} in "
        f"{len(losses) - 1} steps{end}. The right answer is {curve.exploded}.",
        Series(name="the losses", y=tuple(map(finite_or_none, losses)), role="other"),
    )
