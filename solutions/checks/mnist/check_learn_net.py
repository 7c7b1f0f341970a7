"""Checks of `mnist/learn_net.py`."""

import numpy as np

from grader.checks import (
    Case,
    Crashed,
    Disagreement,
    Failed,
    Handle,
    Partly,
    SubmissionError,
    Table,
    check,
)  # fmt: skip
from grader.checks.moved_pictures import moved

from . import evidence
from .digits import digit_files, find_digits
from .forms import judge_history, judge_labels, judge_outputs, judge_preprocessed
from .running import (
    SECONDS,
    Trained,
    answers,
    built,
    described,
    not_returned,
    prepared,
    probabilities,
    takes_prepared,
    took_steps,
    trained,
    untied,
)  # fmt: skip

MNIST = 'part 4, "MNIST"'
PASSES, BEGINS = 0.97, 0.90
# What is shown of the training: enough to say that something was learned.
LEARNED = 0.80
ITSELF = "`{function}` was given what `preprocess` returns: it has to call `preprocess` itself."
# See `moved_pictures`: trained models reach 75 % and more, a table of all digits 11 %.
SEES = 0.60

# A result is one for these digits.
data_files = digit_files


@check(4, lecture=MNIST)
def pictures_become_numbers_from_0_to_1(case: Case) -> None:
    """`preprocess(images)` turns each picture of whole numbers from 0 to 255 into numbers from 0 to
    1, of dtype float32, and leaves the pictures that it is given as they are.
    """
    images = find_digits().shown_images
    images = case.rng.permutation(images)[:24]
    dark = images // 3  # where nothing reaches 255: a division by the largest number shows
    for given in (images, dark, images[:1]):
        before = given.copy()
        came, [after] = case.student.with_arguments("preprocess", given)
        judge_preprocessed(case, before, came)
        if not np.array_equal(np.asarray(after), before):
            raise Failed(
                "`preprocess` changes the pictures that it is given.",
                hint="`images /= 255` writes into the caller's array: make a new one.",
            )


@check(2, lecture=MNIST)
def model_is_built_and_compiled(case: Case) -> None:
    """`build_model()` returns a model of Keras that is compiled: it has a loss and an optimizer."""
    said = described(case, built(case)) or {}
    if case.memory.get("not_returned"):
        case.note("For the other checks, the model that `build_model` compiled was taken.")
        raise not_returned(case)
    if said.get("compiled") is not True:
        raise Disagreement(
            "The model is not compiled.",
            hint='For example `model.compile(optimizer="adam", loss=…, metrics=["accuracy"])`.',
            diagnoses=(case.known("model_is_not_compiled"),),
        )


@check(3, lecture='part 4, "Other cost functions"')
def outputs_are_ten_probabilities(case: Case) -> None:
    """For each picture the model has ten outputs, none below 0, that sum to 1."""
    images = case.rng.permutation(find_digits().shown_images)[:16]
    judge_outputs(case, probabilities(case, built(case), images))


@check(4, lecture=MNIST)
def training_gives_its_history(case: Case) -> None:
    """`train(model, images, labels)` trains and returns the history: the loss of each epoch, which
    has fallen at the end.
    """
    found = trained(case)
    if found.file:
        note = f"{found.file} was evaluated as it is"
        case.show(Table(title="Training", columns=("not run again",), rows=((note,),)))
        return
    history = judge_history(case, found.history)
    if not (isinstance(found.history, Handle) or took_steps(case, found)):
        raise Failed(
            "`train` returned a history, but no training was seen: the model learned nothing.",
            hint="`return model.fit(…)` trains, and returns the history.",
        )
    case.show(*evidence.learning_curves(history))
    losses = history["loss"]
    if not np.isfinite(losses).all():
        raise Failed("The loss does not stay finite.", hint="Is the learning rate too large?")
    if len(losses) > 1 and not min(losses[1:]) < losses[0]:
        raise Disagreement(
            "The loss has not fallen.",
            expected=f"less than {losses[0]:.4g}, the first epoch's",
            got=f"{losses[-1]:.4g} at the end",
            hint="Does preprocess divide by 255? Is the learning rate around 0.001?",
        )


@check(2, lecture=MNIST)
def training_makes_a_difference(case: Case) -> None:
    """The model that `train` was given recognises, afterwards, more than 80 % of digits that it has
    not been trained on.
    """
    digits, found = find_digits(), trained(case)
    outputs = probabilities(case, found.model, digits.shown_images)
    outputs = outputs.reshape(len(outputs), -1)
    if outputs.shape[1] < 10:
        raise Failed(f"The model needs ten outputs, one a digit, and has {outputs.shape[1]}.")
    case.show(evidence.lecture_digits(digits, outputs), evidence.lecture_answers(outputs[:, :10]))
    mistakes = evidence.worst_mistakes(digits, outputs)
    if mistakes is not None:
        case.show(mistakes)
    seen = np.argmax(outputs, axis=1)
    case.show(evidence.confusion(seen, digits.shown_labels))
    share = float(np.mean(seen == digits.shown_labels))
    if share > LEARNED:
        _require_one_form(case, found, digits.shown_images[:120])
        return
    hint = "A model that guesses is right in 10 % of all cases."
    if found.file and share < 0.2:
        hint = f"It answers like a model that was never trained: was {found.file} saved too early?"
    raise Disagreement(
        "The network does not recognise the digits.",
        expected=f"more than {100 * LEARNED:.0f} % of {len(seen)} test digits",
        got=_percent(share),
        hint=hint,
        diagnoses=tuple(map(case.known, _why_little(case, found, seen, digits.shown_labels))),
    )


@check(5, lecture=MNIST)
def predictions_are_digits(case: Case) -> None:
    """`predict_digits(model, images)` returns a whole number from 0 to 9 for each picture: the
    digit to which the model gives the largest output.
    """
    case.memory.pop("predict_digits", None)
    try:
        model = trained(case).model
    except SubmissionError:
        model = built(case)  # what is wrong with the training has cost its own points
    images = case.rng.permutation(find_digits().shown_images)[:120]
    model, outputs = untied(case, model, images)
    asked = {"raw": images}
    first: SubmissionError | None = None
    # A `train` that prepares the pictures itself goes with a `predict_digits` that does so, too.
    for form in ("raw", "prepared") if takes_prepared(case) else ("raw",):
        if form == "prepared":
            asked[form] = prepared(case, images)
        try:
            came = case.student.predict_digits(model, asked[form], seconds=SECONDS)
            judge_labels(case, model, images, outputs, came)
        except (Failed, Crashed) as error:
            first = first or error
            continue
        case.memory["predict_digits"] = form
        if form == "prepared":
            case.note(ITSELF.format(function="predict_digits"))
        return
    if first is not None:
        raise first


@check(
    4,
    visibility="hidden",
    lecture=MNIST,
    confidential="{percent} % of digits that are moved a little are recognised; more than 60 % are "
    "needed. A network that has learned what a digit looks like keeps most of its accuracy "
    "here. A table of pictures does not.",
)
def moved_digits_are_recognised(case: Case) -> None:
    """Digits that nobody has seen before are recognised: of copies of the test digits, moved by up
    to 1½ dots and turned by up to 8 degrees, more than 60 %.
    """
    digits, found = find_digits(), trained(case)
    seen = answers(case, found, moved(digits.hidden_images, case.rng))
    share = float(np.mean(seen == digits.hidden_labels))
    case.measured(share)
    case.show(_measured(f"moved and turned copies of {digits.source}", found, share))
    if not share > SEES:
        raise Disagreement(
            "Digits that are moved a little are not recognised.",
            expected=f"more than {100 * SEES:.0f} %",
            got=_percent(share),
            hint="A network that has learned what a digit looks like keeps most of its accuracy "
            "here. A table of pictures does not.",
        )


@check(
    16,
    visibility="hidden",
    needs=(moved_digits_are_recognised,),
    lecture=MNIST,
    confidential="{percent} % of the hidden digits are recognised; more than 97 % are needed, "
    "and points begin at 90 %. Another convolution, dropout, or pictures that are moved a little "
    "while training each give a point or so. More epochs help until the loss on validation digits "
    "stops falling.",
)
def new_digits_are_recognised(case: Case) -> None:
    """More than 97 % of the hidden test digits are recognised; from 90 % on, a part of the points
    is earned.
    """
    digits, found = find_digits(), trained(case)
    seen = answers(case, found, digits.hidden_images)
    share = float(np.mean(seen == digits.hidden_labels))
    case.measured(share)
    case.show(
        _measured(digits.source, found, share), evidence.confusion(seen, digits.hidden_labels)
    )
    mistakes = evidence.all_mistakes(digits.hidden_images, digits.hidden_labels, seen)
    if mistakes is not None:
        case.show(mistakes, instructor_only=True)
    if share > PASSES:
        return
    earned = max(0.0, (share - BEGINS) / (PASSES - BEGINS))
    message = (
        f"{_percent(share)} of {len(seen):,} digits were recognised; more than 97 % are needed."
    )
    hint = (
        "Another convolution, dropout, or pictures that are moved a little while training each "
        "give a point or so. More epochs help until the loss on validation digits stops falling."
    )
    if earned > 0:
        raise Partly(message, share=earned, hint=hint)
    raise Disagreement(
        message,
        expected="more than 97 %",
        got=_percent(share),
        hint="Points begin at 90 %. " + hint,
    )


def _require_one_form(case: Case, found: Trained, images: np.ndarray) -> None:
    """Fail where `train` alone expects prepared pictures; where both do, it is their convention."""
    if not found.from_prepared:
        return
    outputs = probabilities(case, found.model, images)
    try:
        came = case.student.predict_digits(found.model, images, seconds=SECONDS)
        judge_labels(case, found.model, images, outputs.reshape(len(images), -1), came)
    except (Failed, Crashed):
        case.note(ITSELF.format(function="train"))
        return
    raise Failed(
        "`train` learns from the pictures as they are, and `predict_digits` prepares them.",
        hint="Call `preprocess` in `train`, too. For the other checks it was given what "
        "`preprocess` returns, so that this costs its points once.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _measured(digits: str, found: Trained, share: float) -> Table:
    how = f"{found.file}, as it was handed in" if found.file else "trained here by `train`"
    return Table(
        title="How it was measured",
        columns=("digits", "model", "recognised"),
        rows=((digits, how, _percent(share)),),
    )


def _why_little(case: Case, found: Trained, seen: np.ndarray, labels: np.ndarray) -> list[str]:
    """Return the names of what explains that little is recognised."""
    if found.file:
        return []
    if not found.changed:
        return ["nothing_was_trained"]
    for shift in range(1, 10):
        if np.mean((seen - shift) % 10 == labels) > LEARNED:
            return ["labels_are_off"]
    if (described(case, found.model) or {}).get("loss") in ("mean_squared_error", "mse", "MSE"):
        return ["squared_error_of_labels"]
    guesses = np.mean(seen == labels) < 0.2 and np.ptp(seen) > 0  # one digit for all: it has died
    return ["labels_of_other_pictures"] if guesses else []
