"""The judge's own functions that a submission may call, such as a function to minimise."""

from __future__ import annotations

__all__ = ["serve_callback"]

from inspect import Signature, signature
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from grader.errors import SubmissionError
from grader.submission.connection.connection import RunnerLost
from grader.wire import WireError, decode, encode
from grader.wire.requests import Refuse, Return

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.wire.replies import CallBack
    from grader.wire.requests import Answer

# A submission calls the same function thousands of times, and a signature takes long to find.
_SIGNATURES: WeakKeyDictionary[Callable[..., Any], Signature] = WeakKeyDictionary()


def serve_callback(
    asked: CallBack, raw: list[bytes], functions: Sequence[Callable[..., Any]]
) -> tuple[Answer, list[bytes]]:
    """Call the judge's own function with the arguments that the submission sent.

    Parameters
    ----------
    asked, raw
        The request for the call, and its buffers.
    functions : sequence of callable
        The functions that the submission was given; the frame names one by its number.

    Returns
    -------
    tuple
        The answer, and its buffers.

    Raises
    ------
    RunnerLost
        The frame could not have come from an unmodified runner.
    """
    number = asked.callback
    if not 0 <= number < len(functions):
        raise RunnerLost("a call to a function that was not given", malformed=True)
    try:
        arguments = decode(asked.arguments, raw)
        if type(arguments) is not list:
            raise RunnerLost("a call without arguments", malformed=True)
        _signature(functions[number]).bind(*arguments)
    except TypeError as error:
        return Refuse(f"The function given was called wrongly: {error}."), []
    except WireError as error:
        raise RunnerLost(str(error), malformed=True) from None
    try:
        tree, buffers = encode(functions[number](*arguments))
    except WireError as error:
        raise RunnerLost(str(error), malformed=True) from None
    except SubmissionError as error:
        return Refuse(error.message), []
    return Return(tree), buffers


def _signature(function: Callable[..., Any]) -> Signature:
    try:
        found = _SIGNATURES.get(function)
    except TypeError:  # a callable object that cannot be a key
        return signature(function)
    if found is None:
        found = _SIGNATURES[function] = signature(function)
    return found
