"""What the report shows of exercise 8: curves, a confusion matrix, pictures.

A student sees pictures of public digits alone; those of hidden ones are the instructor's.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from grader.checks import Curves, GreyImage, HeatMap, Mosaic, Pictures, Series, Table
from grader.checks.numbers import finite_or_none
from grader.results.dots import pack

from .digits import Digits

MOST_MISTAKES = 12
# For the instructor: all that a network of 85 % makes on the course's digits.
MOST_OF_ALL = 240
MOST_EPOCHS = 500
# The lecture's figures: datapoints of the training set, and points to predict.
DATAPOINTS = (27, 299)
POINTS = (17, 18)


def _picture(image: np.ndarray, caption: str) -> GreyImage:
    return GreyImage(lines=tuple(row.tobytes().hex() for row in image), caption=caption)


def learning_curves(history: Mapping[str, Sequence[float]]) -> tuple[Curves, ...]:
    """Return the curves of the loss, and of the accuracy where it was recorded."""
    found = []
    for what in ("loss", "accuracy"):
        series = tuple(
            Series(
                name=f"on {where} digits",
                x=tuple(float(epoch + 1) for epoch in range(len(history[name][:MOST_EPOCHS]))),
                y=tuple(map(finite_or_none, history[name][:MOST_EPOCHS])),
                role=role,
            )
            for name, where, role in (
                (what, "the training", "student"),
                (f"val_{what}", "your validation", "other"),
            )
            if name in history
        )
        if not series:
            continue
        values = history.get(what, history.get(f"val_{what}", ()))
        found.append(
            Curves(
                title=f"The {what}, epoch by epoch",
                x_label="epoch",
                y_label=what,
                series=series,
                summary=f"The {what} goes from {values[0]:.3g} to {values[-1]:.3g} "
                f"in {len(values)} epochs.",
            )
        )
    return tuple(found)


def confusion(answers: np.ndarray, labels: np.ndarray) -> HeatMap:
    """Return how often each digit was taken for each other one; right answers are left out."""
    table = np.zeros((10, 10), dtype=int)
    wrong = (answers != labels) & (answers >= 0) & (answers <= 9)
    np.add.at(table, (labels[wrong].astype(int), answers[wrong].astype(int)), 1)
    summary = "No digit was taken for another one."
    if table.any():
        digit, other = (int(i) for i in np.unravel_index(np.argmax(table), table.shape))
        times = int(table.max())
        summary = (
            f"Row: the digit. Column: what it was taken for. Most often, {times} "
            f"time{'s' if times > 1 else ''}, a {digit} was taken for a {other}. Right answers, "
            f"{int(np.sum(answers == labels)):,} of {len(labels):,}, are not counted here."
        )
    return HeatMap(
        title="Which digits were taken for which",
        values=tuple(tuple(float(v) for v in row) for row in table),
        summary=summary,
        centre=0.0,
        centre_means="never",
        row_label="the digit",
        column_label="taken for",
    )


def worst_mistakes(digits: Digits, outputs: np.ndarray) -> Pictures | None:
    """Return the shown digits that were missed with most conviction; None where none was."""
    labels = digits.shown_labels
    answers = np.argmax(outputs, axis=1)
    wrong = np.flatnonzero(answers != labels)
    if not len(wrong):
        return None
    sure = outputs[wrong, answers[wrong]]
    order = wrong[np.argsort(-sure, kind="stable")][:MOST_MISTAKES]
    pictures = tuple(
        _picture(
            digits.shown_images[i],
            f"a {labels[i]}, taken for a {answers[i]} ({_percent(outputs[i, answers[i]])})",
        )
        for i in order
    )
    return Pictures(
        title="The worst mistakes",
        pictures=pictures,
        summary=f"{len(wrong)} of {len(labels)} digits that may be shown were not recognised; "
        f"these are the {len(pictures)} of which the network was surest. The digits that are "
        "counted are others.",
    )


def all_mistakes(images: np.ndarray, labels: np.ndarray, answers: np.ndarray) -> Mosaic | None:
    """Return every digit that was missed, sorted, for the instructor; None where none was.

    Where they are too many, as many as are shown are taken evenly from all of them.
    """
    wrong = np.flatnonzero(answers != labels)
    if not len(wrong):
        return None
    wrong = wrong[np.lexsort((answers[wrong], labels[wrong]))]
    shown = wrong[
        np.arange(min(len(wrong), MOST_OF_ALL)) * len(wrong) // min(len(wrong), MOST_OF_ALL)
    ]
    return Mosaic(
        title="Every hidden digit that was not recognised",
        width=images.shape[2],
        height=images.shape[1],
        dots=pack(images[shown].tobytes()),
        captions=tuple(f"{labels[i]} taken for {answers[i]:g}"[:24] for i in shown),
        summary=f"{len(wrong):,} of {len(labels):,}. The next student is tested on the same "
        "digits: keep this page to yourself.",
        left_out=len(wrong) - len(shown),
    )


def lecture_digits(digits: Digits, outputs: np.ndarray) -> Pictures:
    """Return the digits at the places of the lecture's figures."""
    data = tuple(
        _picture(digits.train_images[i], f"datapoint {i}: a {digits.train_labels[i]}")
        for i in DATAPOINTS
    )
    points = tuple(
        _picture(
            digits.shown_images[i],
            f"point {i}, a {digits.shown_labels[i]}: taken for a {np.argmax(outputs[i])}",
        )
        for i in POINTS
    )
    return Pictures(
        title="The digits of the lecture's figures",
        pictures=data + points,
        summary="Datapoints 27 and 299 to train on, and what your network makes of points 17 and "
        f"18. They are taken from {digits.source.partition(':')[0]}.",
    )


def lecture_answers(outputs: np.ndarray) -> Table:
    """Return the outputs for the two points that the lecture predicts."""
    return Table(
        title="What the network puts out for points 17 and 18",
        columns=("point", *map(str, range(10))),
        rows=tuple((str(i), *map(_percent, outputs[i])) for i in POINTS),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if np.isfinite(share) and abs(share) < 100 else "?"
