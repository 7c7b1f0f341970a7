"""How a submission came to us: from which platform, of whom, in time or late, at which attempt."""

from __future__ import annotations

__all__ = ["Delivery", "Person"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who takes the course, as a roster or a platform names them.

    Attributes
    ----------
    id : str
        What the university or the platform knows them by; empty where it is not known.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one submission was handed in.

    Attributes
    ----------
    platform : str
        ``moodle``, ``canvas``, ``gradescope``; empty for a folder or an archive of no platform.
    id : str
        The platform's own number: Moodle's participant, Canvas' user, Gradescope's submission.
    label : str
        What the name of a feedback file has to begin with so that the platform finds its student;
        empty where the platform takes none.
    group : bool
        Whether it was handed in for a group.
    late : bool
        Whether the platform marked it as late. Points are never taken off for it here.
    attempt, attempts : int
        Which attempt was graded, counted from 1, and how many there are; 0 where it is not known.
    people : tuple of Person
        Who handed it in, as far as that is known.
    """

    platform: str = ""
    id: str = ""
    label: str = ""
    group: bool = False
    late: bool = False
    attempt: int = 0
    attempts: int = 0
    people: tuple[Person, ...] = ()
