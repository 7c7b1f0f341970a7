"""Declaring a misconception: a well-known wrong version of a function or constant."""

from __future__ import annotations

__all__ = [
    "RIGHT",
    "Instead",
    "Misconception",
    "Wrong",
    "first_paragraph",
    "misconception",
    "misconceptions",
]

import functools
import inspect
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.errors import CourseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RIGHT = "right"
WITHOUT_DOCSTRINGS = 2  # of `sys.flags.optimize`


@dataclass(frozen=True, slots=True)
class Instead:
    """A wrong function for the audit, made from the right one.

    Attributes
    ----------
    name : str
        The function's name in the file.
    make : callable
        Called with the right function.
    """

    name: str
    make: Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A well-known wrong version of the function `of`, or a function that recognises one.

    Attributes
    ----------
    of : str
        The function or constant. If the mistake is recognised by something other than its value,
        the name of that follows a dot: ``create_data.values``.
    sentence : str
        What the student reads: what is wrong, and why.
    wrong : callable
        The wrong version. It takes what it needs, by name: parameters of the right function, the
        `right` result, functions of the submission's file; `**others` are the other parameters. If
        it recognises a mistake by something else, it takes what the check has seen, by position.
    lecture : str
        Where the lecture explains it correctly.
    example : object
        A case of the mistake for the audit, if `wrong` is not itself a version of `of`: the value
        of a constant, a function, or an `Instead`.
    takes : tuple of str, optional
        The parameters of the right function, in order; None if `of` is not a function.
    """

    name: str
    of: str
    sentence: str
    wrong: Callable[..., Any]
    lecture: str
    example: Any = None
    takes: tuple[str, ...] | None = None

    @property
    def asks_for_the_right_one(self) -> bool:
        """Whether the wrong version is computed from the right result."""
        return self.takes is not None and RIGHT in _wants(self.wrong).names

    @property
    def uses(self) -> tuple[str, ...]:
        """The names of other functions of the file that it takes as parameters."""
        if self.takes is None:
            return ()
        own = {*self.takes, RIGHT}
        return tuple(name for name in _wants(self.wrong).names if name not in own)

    def answer(
        self,
        arguments: Sequence[Any],
        right: Any = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Any:
        """Return the result of the wrong version.

        Parameters
        ----------
        arguments : sequence
            The arguments of the right function.
        right : object
            The right result for them.
        functions : mapping
            Functions of the submission's file, by their names.

        Raises
        ------
        LookupError
            If it takes a parameter that is not given here.
        TypeError
            If there are more arguments than the right function has parameters.
        """
        functions = functions or {}
        if self.takes is None:
            return self.wrong(*arguments, *functions.values())
        if len(arguments) > len(self.takes):
            raise TypeError(f"`{self.of}` takes {len(self.takes)} arguments, not {len(arguments)}")
        wants = _wants(self.wrong)
        if wants.by_position or wants.names == self.takes:
            return self.wrong(*arguments)
        own = dict(zip(self.takes, arguments, strict=False))
        given = {**own, RIGHT: right, **functions}
        wanted = dict(own) if wants.others else {}
        for name in wants.names:
            if name in given or name not in wants.optional:
                wanted[name] = given[name]
        return self.wrong(**wanted)


@dataclass(frozen=True, slots=True)
class _Wants:
    """The parameters of a wrong version: names, optional names, and whether it takes all others.

    A version with positional parameters gets the arguments of the right function.
    """

    names: tuple[str, ...]
    optional: frozenset[str]
    others: bool
    by_position: bool


@functools.lru_cache(maxsize=4096)
def _wants(function: Callable[..., Any]) -> _Wants:
    parameters = inspect.signature(function).parameters.values()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return _Wants(
        tuple(p.name for p in named),
        frozenset(p.name for p in named if p.default is not p.empty),
        others=any(p.kind is p.VAR_KEYWORD for p in parameters),
        by_position=any(p.kind is p.VAR_POSITIONAL for p in parameters),
    )


def misconception(
    *, of: str, lecture: str = "", example: Any = None
) -> Callable[[Callable[..., Any]], Misconception]:
    """Declare a well-known wrong version of a function.

    Parameters
    ----------
    of : str
        The function of the submission of which it is a wrong version.
    lecture : str
        Where the lecture explains it correctly, such as ``"eq. 24"``.
    example : object, optional
        A case of the mistake for the audit, if the decorated function is not itself a version of
        `of`: a constant, a function or an `Instead`.
    """

    def declare(function: Callable[..., Any]) -> Misconception:
        sentence = first_paragraph(function)
        return Misconception(function.__name__, of, sentence, function, lecture, example)

    return declare


class Wrong(NamedTuple):
    """A wrong version and its sentence for the student; other fields as in `misconception`."""

    version: Callable[..., Any]
    sentence: str
    lecture: str = ""
    example: Any = None


def misconceptions(of: str, lecture: str = "", /, **known: Wrong) -> tuple[Misconception, ...]:
    """Declare several wrong versions of one function, each of them an expression.

    Parameters
    ----------
    of : str
        The function of the submission.
    lecture : str
        The place in the lecture, for those that name no other.
    **known : Wrong
        The wrong versions by name.

    Examples
    --------
    >>> OF_AREA = misconceptions("area", half=Wrong(lambda right: right / 2, "This is half of it."))
    """
    return tuple(
        Misconception(name, of, one.sentence, one.version, one.lecture or lecture, one.example)
        for name, one in known.items()
    )


def first_paragraph(function: Callable[..., Any]) -> str:
    """Return the first paragraph of a function's docstring on one line: what a student reads.

    Raises
    ------
    CourseError
        If there is none.
    UsageError
        If Python has left all docstrings out.
    """
    text = inspect.getdoc(function) or ""
    if not text and sys.flags.optimize >= WITHOUT_DOCSTRINGS:
        raise UsageError(
            "Python was started with -OO (or PYTHONOPTIMIZE=2), which leaves out the docstrings "
            "that checks are made of: start it without."
        )
    if not text:
        raise CourseError(
            f"{function.__module__}.{function.__name__} has no docstring: say what it claims."
        )
    return " ".join(text.split("\n\n")[0].split())
