"""The judge's own functions that a submission is given to call, such as one to minimise."""

from __future__ import annotations

__all__ = ["serve_callback"]

from inspect import signature
from typing import TYPE_CHECKING, Any

from grader.errors import SubmissionError
from grader.submission.line import Lost
from grader.wire import WireError, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def serve_callback(
    header: dict[str, Any], raw: list[bytes], functions: Sequence[Callable[..., Any]]
) -> tuple[dict[str, Any], list[bytes]]:
    """Call the judge's own function with what the submission sent.

    Parameters
    ----------
    header, raw
        The frame that asks for it.
    functions : sequence of callable
        Those that the submission was given; the frame names one by its number.

    Returns
    -------
    tuple
        Header and buffers of the answer.

    Raises
    ------
    Lost
        Where the frame is none that our own runner would send.
    """
    number = header.get("callback")
    if type(number) is not int or not 0 <= number < len(functions):
        raise Lost("a call to a function that was not given", malformed=True)
    try:
        arguments = decode(header.get("arguments"), raw)
        if type(arguments) is not list:
            raise Lost("a call without arguments", malformed=True)
        signature(functions[number]).bind(*arguments)
    except TypeError as error:
        message = f"The function given was called wrongly: {error}."
        return {"op": "refuse", "message": message}, []
    except WireError as error:
        raise Lost(str(error), malformed=True) from None
    try:
        tree, buffers = encode(functions[number](*arguments))
    except WireError as error:
        raise Lost(str(error), malformed=True) from None
    except SubmissionError as error:
        return {"op": "refuse", "message": error.message}, []
    return {"op": "return", "value": tree}, buffers
