"""The errors for a submission that did not return: one sentence, and what to do."""

from __future__ import annotations

__all__ = [
    "NameMissing",
    "died",
    "ended_by_another",
    "late",
    "lost",
    "malformed",
    "out_of_budget",
    "overloaded",
    "plain",
    "raised",
    "runner_killed",
    "spent",
    "too_many_callbacks",
    "too_many_restarts",
]

import math
import re
import signal
from typing import TYPE_CHECKING

from grader.errors import Crashed, Failed, OverLimit, RunnerKilled, SubmissionError, TracebackLine
from grader.submission.failures.limit_errors import limit_error
from grader.submission.failures.remedies import remedy
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.launcher import Ending, Limits, RunnerSpec
    from grader.submission.failures.sources import Sources
    from grader.wire import Handle
    from grader.wire.replies import Raised, StackFrame

MAX_MESSAGE = 400
MAX_LINE = 160
MAX_NAME = 120
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MAIN_GUARD = (
    'Put what should run only when you start the file yourself under `if __name__ == "__main__":`.'
)
UNREADABLE = 'Compare it with the template, where every answer is a line of the form `name = "…"`.'
SLOW = "Which function is slow?"
ENDLESS = "Is there a loop that never ends, or one that is slow?"
WAITING = "It was waiting, not computing: for input, for a lock, or in `time.sleep`?"
# A thread needs less than this to begin.
LEAST_ROOM_MIB = 2.0
NO_ROOM = "Without memory no thread can begin. Does it start too many threads, or keep too much?"
THREADS = "Does it start threads, or a loop in a thread that never ends?"
PACKAGES = "Only Python's own modules, the exercise's libraries and your own files are there."
HINTS = {
    "NameError": "Python does not know this name here: is it spelled as where it is defined?",
    "IndentationError": "The blanks at the beginning of a line tell Python what belongs together.",
    "ConflictError": "Choose one of the two versions, and take the lines of marks out.",
    "TabError": "Tabs and blanks are mixed: let your editor turn all tabs into blanks.",
    "RecursionError": "The function calls itself and never stops.",
    "UnboundLocalError": "A name is used in the function before it is given a value there.",
    "ZeroDivisionError": "Something is divided by zero.",
    "EOFError": "`input()` waits for a person: nobody is there while your file is graded.",
    "IndexError": "An index lies beyond the end.",
    "KeyError": "The dictionary has no such key.",
    "ImportError": PACKAGES,
    "ModuleNotFoundError": PACKAGES,
    "PermissionError": (
        "While it is graded, code has no network, starts no other programs, and writes files in "
        "its own folder only."
    ),
}


class NameMissing(Failed):
    """A file does not define a name; `unrun` if a part of it that was not run may define it."""

    def __init__(self, message: str, *, hint: str = "", unrun: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.unrun = unrun


def raised(
    answer: Raised, doing: str, spec: RunnerSpec, sources: Sources, level: str
) -> SubmissionError:
    """Return the error for an exception of the submission, or for a refusal of the runner."""
    kind, name, message = map(plain, (answer.kind, answer.type, answer.message))
    if refused := _refused(kind, message, doing, spec.limits):
        return refused
    frames = _frames(answer.frames, sources)
    if over := limit_error(_capital(doing), name, message, answer.errno, spec.limits, level):
        over.frames = frames
        return over
    if name == "NotImplementedError":
        return Failed(f"{_capital(doing)} is not written yet.")
    if name == "SystemExit":
        hint = "`sys.exit()` and `quit()` end the program: take them out."
        return Crashed(f"{_capital(doing)} ended the program.", hint=hint, frames=frames)
    if name in ("SyntaxError", "IndentationError", "TabError", "ConflictError"):
        return _syntax(name, message, doing, frames)
    said = f"{_capital(doing)} raised {name}" + (f": {message}" if message.strip() else "")
    hint = remedy(name, message) or HINTS.get(name, "")
    if name == "NameError" and answer.near:
        hint = f"Python does not know this name here: did you mean `{answer.near}`?"
    return Crashed(said, exception=name, bases=tuple(answer.bases), hint=hint, frames=frames)


def _refused(kind: str, message: str, doing: str, limits: Limits) -> Failed | None:
    """Return the error for a request that the runner refused, None if it raised an exception."""
    if kind in ("missing", "unrun"):
        hint = "Keep the names of the stub exactly as they are."
        return NameMissing(f"{message}.", hint=hint, unrun=kind == "unrun")
    if kind == "unreadable":
        return Failed(f"{message}.", hint=UNREADABLE)
    if kind == "signature":
        hint = "Keep the parameters of the stub: their number and their order."
        return Failed(f"{doing} does not take the arguments it is given: {message}.", hint=hint)
    if kind == "unsendable":
        most = f"What is returned may be as large as {limits.reply_mib} MiB."
        return Failed(f"What {doing} gave {message}.", hint=most if "too large" in message else "")
    return None


def _syntax(name: str, message: str, doing: str, frames: tuple[TracebackLine, ...]) -> Crashed:
    if "utf-8" in message or "codec can't decode" in message:
        what = f"{_capital(doing)} failed: the file is not text in UTF-8."
        return Crashed(what, hint="Save the file as UTF-8 in your editor.", frames=frames)
    where = f" in line {frames[-1].line}" if frames and frames[-1].line else ""
    hint = HINTS.get(name, "Python cannot read this line, or the one above it: brackets, colons?")
    return Crashed(f"{_capital(doing)} failed: {message}{where}.", hint=hint, frames=frames)


def late(
    doing: str,
    seconds: float,
    allowed: float,
    limits: Limits,
    *,
    idle: bool,
    room: float = math.inf,
) -> OverLimit:
    """Return the error for a deadline that passed.

    Parameters
    ----------
    doing : str
        The beginning of the sentence.
    seconds, allowed : float
        The seconds for one request, and those that the exercise still had for this one.
    limits : Limits
        Of the exercise.
    idle : bool
        Whether it was only waiting.
    room : float
        How many MiB of its memory were free then. A thread that finds no memory when it begins can
        keep the one that started it waiting for ever: Python 3.13 does so.
    """
    if allowed < seconds:
        message = (
            f"{_capital(doing)} was stopped when the exercise had used its "
            f"{limits.exercise_wall_seconds:g} seconds."
        )
        return OverLimit(message, limit="exercise_wall_seconds", hint=SLOW)
    message = f"{_capital(doing)} took more than {seconds:g} seconds and was stopped."
    if idle and room < LEAST_ROOM_MIB:
        message += f" Its {limits.memory_mib:,} MiB of memory were used up, and it was waiting."
        which = "import_seconds" if doing.startswith("importing ") else "call_seconds"
        return OverLimit(message, limit=which, hint=NO_ROOM)
    if doing.startswith("importing "):
        return OverLimit(message, limit="import_seconds", hint=MAIN_GUARD)
    if doing.startswith("reading "):
        return OverLimit(message, limit="import_seconds", hint=UNREADABLE)
    return OverLimit(message, limit="call_seconds", hint=WAITING if idle else ENDLESS)


def overloaded(doing: str, cpu_seconds: float | None) -> str:
    """Return the sentence for a call that got too little processor time on a busy machine."""
    return (
        f"{_capital(doing)} had no answer yet, but this machine was too busy to say whether it is "
        f"too slow: it got {cpu_seconds or 0.0:.2g} seconds of a processor. No points are "
        "lost: grade again when the machine is less busy."
    )


def spent(doing: str, share: float, allowed: float, limits: Limits) -> OverLimit:
    """Return the error for processor time that was used up.

    Parameters
    ----------
    doing : str
        The beginning of the sentence.
    share, allowed : float
        The processor seconds for one request, and those that the exercise still had for this one.
    limits : Limits
        Of the exercise.
    """
    if allowed < share:
        message = (
            f"{_capital(doing)} was stopped when the exercise had used its "
            f"{limits.exercise_cpu_seconds:g} CPU seconds."
        )
        return OverLimit(message, limit="exercise_cpu_seconds", hint=SLOW)
    message = f"{_capital(doing)} used more than {share:g} CPU seconds and was stopped."
    return OverLimit(message, limit="call_cpu_seconds", hint=THREADS)


def out_of_budget(wall: float, limits: Limits) -> OverLimit:
    """Return the error for an exercise that has used up its time, by the clock or a processor's."""
    most = limits.exercise_wall_seconds
    if wall >= most:
        message = f"The exercise had used its {most:g} seconds before this check."
        return OverLimit(message, limit="exercise_wall_seconds", hint=SLOW)
    most = limits.exercise_cpu_seconds
    message = f"The exercise had used its {most:g} CPU seconds before this check."
    return OverLimit(message, limit="exercise_cpu_seconds", hint=SLOW)


def too_many_restarts(most: int) -> OverLimit:
    """Return the error for a submission that has ended too many of its processes."""
    message = (
        f"The submission ended its process {counted(most + 1, 'time')}, and that was the last."
    )
    return OverLimit(message, limit="restarts", hint="See the checks before: what ended it there?")


def too_many_callbacks(doing: str, most: int) -> OverLimit:
    """Return the error for a function of the judge that was called too many times."""
    message = (
        f"{_capital(doing)} called the function that it was given: with that the exercise makes "
        f"more calls back than the limit of {most:,}."
    )
    return OverLimit(message, limit="callbacks", hint="Is there a loop that never ends?")


def died(doing: str, ending: Ending | None, limits: Limits) -> SubmissionError:
    """Return the error for a process that ended instead of answering."""
    number = ending.signal if ending is not None else None
    if number == getattr(signal, "SIGXCPU", None) and number is not None:
        message = (
            f"{_capital(doing)} was stopped when the exercise had used its "
            f"{limits.exercise_cpu_seconds:g} CPU seconds."
        )
        return OverLimit(message, limit="exercise_cpu_seconds", hint=SLOW)
    if number is not None:
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        hint = (
            "Often this is a recursion without end, or more memory than the "
            f"{limits.memory_mib:,} MiB that there are."
        )
        return Crashed(f"{_capital(doing)} made the process crash ({name}).", hint=hint)
    code = ending.exit_code if ending is not None else None
    hint = "`os._exit()` and the like end the program: take them out."
    return Crashed(f"{_capital(doing)} ended the process (exit code {code}).", hint=hint)


def runner_killed(doing: str) -> RunnerKilled:
    """Return the error for a process that was ended from outside the submission."""
    return RunnerKilled(
        f"A grader error (not your fault): while {doing} ran, its process was ended from outside, "
        "by a person or by a machine that was short of memory. Grade again, with fewer workers if "
        "memory is short."
    )


def ended_by_another(doing: str, before: str) -> str:
    """Return the note on a runner that an earlier call in it has ended."""
    return (
        f"The process ended after {before} had given its answer, by a thread, a timer or an exit "
        f"handler that was left in it; {doing} was tried again in a fresh one."
    )


def lost(doing: str, handle: Handle, *, killed: bool) -> Failed | RunnerKilled:
    """Return the error for an object that is gone, because the process that held it has ended.

    `killed` says that this process was ended from outside.
    """
    if killed:
        return runner_killed(doing)
    what = plain(handle.type_name).rpartition(".")[2] or "object"
    return Failed(
        f"{_capital(doing)} needs the {what} that was made before, and the process that held it "
        "has ended: it has to be made again.",
        hint="See the check in which the process ended.",
    )


def malformed(what: str) -> Crashed:
    """Return the error for a runner that breaks the protocol."""
    message = f"The submission's process sent something that is not an answer: {what}."
    return Crashed(message, hint="Does the code write to files or sockets that it did not open?")


def plain(text: str) -> str:
    """Return a text from the runner in a form that can be shown."""
    text = text.encode("utf-8", "replace").decode()
    return UNPRINTABLE.sub(" ", text[:MAX_MESSAGE])


def _capital(doing: str) -> str:
    return doing[:1].upper() + doing[1:]


def _frames(told: Sequence[StackFrame], sources: Sources) -> tuple[TracebackLine, ...]:
    """Return the runner's stack frames, with source lines from the sealed copy."""
    frames = []
    for file, line, function in told:
        if (text := sources.text(file)) is None:
            continue
        lines = text.decode("utf-8-sig", "replace").splitlines()
        code = lines[line - 1].strip() if 1 <= line <= len(lines) else ""
        number = line if 1 <= line <= len(lines) else 0
        frames.append(
            TracebackLine(file, number, plain(function)[:MAX_NAME], plain(code)[:MAX_LINE])
        )
    return tuple(frames)
