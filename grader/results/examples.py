"""Help to find a mistake: a small failing input, and the function's source."""

from __future__ import annotations

__all__ = ["SmallExample", "SourceExcerpt"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallExample:
    """The smallest public small input on which a submission is wrong in the same way.

    All texts but `function`, `part` and `by_hand` are Python.

    Attributes
    ----------
    id : str
        The argument of ``grader check --reproduce``; empty if only the code reproduces it.
    function : str
    names, arguments : tuple of str
        The names and values of the arguments.
    numbers : int
        How many numbers there are in the arguments.
    part : str
        Which of its values is wrong, if it returns several.
    got, expected : str
        This value, or the name of the exception that was raised.
    entry : str
        An entry that is wrong, such as ``grad_w1[0, 0]``; empty if there is none.
    by_hand : tuple of str
        The working of this entry, line by line, by the course's author.
    """

    id: str
    function: str
    names: tuple[str, ...]
    arguments: tuple[str, ...]
    numbers: int
    got: str
    expected: str
    part: str = ""
    entry: str = ""
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceExcerpt:
    """The definition of a function, as it was handed in.

    Attributes
    ----------
    file : str
        The file, or the notebook and the cell, such as ``nets.ipynb, cell 3``.
    function : str
    numbers : tuple of int
        The line numbers; a gap in them is an omitted docstring.
    code : tuple of str
        The lines.
    more : int
        How many further lines are left out.
    """

    file: str
    function: str
    numbers: tuple[int, ...]
    code: tuple[str, ...]
    more: int = 0
