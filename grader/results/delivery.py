"""How a submission was handed in: platform, people, time; and files that cannot be graded."""

from __future__ import annotations

__all__ = ["Delivery", "ExerciseMoment", "Person", "Received", "size_in_words"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person who takes the course, as named by a roster or a platform.

    Attributes
    ----------
    id : str
        The id at the university or on the platform; empty if it is not known.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseMoment:
    """When what is graded of one exercise was handed in, in UTC."""

    exercise: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one submission was handed in.

    Attributes
    ----------
    platform : str
        ``moodle``, ``canvas``, ``gradescope``, ``blackboard``; empty for a folder or an archive
        without a platform.
    id : str
        The platform's own number: Moodle's participant, Canvas' user, Gradescope's submission.
    label : str
        The beginning of a feedback file's name that tells the platform the student; empty if
        the platform accepts no feedback files.
    group : bool
        Whether a group handed it in.
    late : bool
        Whether the platform marked it as late.
    attempt, attempts : int
        Which attempt was graded, counted from 1, and how many there are; 0 if it is not known.
    people : tuple of Person
        The people who handed it in, as far as they are known.
    handed_in_at : str
        The time in UTC; empty if it is not known.
    late_seconds : int, optional
        The platform's lateness, 0 if in time; None if the platform does not give it.
    late_said : str
        The platform's own words for the lateness.
    moments : tuple of ExerciseMoment
        If exercises were handed in one by one, the time of each; the others came at
        `handed_in_at`.
    """

    platform: str = ""
    id: str = ""
    label: str = ""
    group: bool = False
    late: bool = False
    attempt: int = 0
    attempts: int = 0
    people: tuple[Person, ...] = ()
    handed_in_at: str = ""
    late_seconds: int | None = None
    late_said: str = ""
    moments: tuple[ExerciseMoment, ...] = ()

    def moment_of(self, exercise: str) -> str:
        """Return when an exercise was handed in; empty where it is not known."""
        own = (one.at for one in self.moments if one.exercise == exercise)
        return next(own, self.handed_in_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Something that was handed in and cannot be graded as it is, usually a file.

    Attributes
    ----------
    name : str
        Its path in the submission, as its author wrote it.
    kind : str
        The kind in words, such as ``a PDF``.
    size : int
        Bytes; 0 if it is not known.
    mend : str
        What to hand in instead, as the end of a sentence.
    """

    name: str
    kind: str
    size: int = 0
    mend: str = ""

    @property
    def described(self) -> str:
        """Name, kind and size, to be used in a sentence."""
        size = f", {size_in_words(self.size)}" if self.size else ""
        return f'"{self.name}" ({self.kind}{size})'


def size_in_words(size: int) -> str:
    """Return a number of bytes as a person writes it: 812 bytes, 12 KiB, 3.4 MiB."""
    if size < 1 << 10:
        return f"{size} byte" if size == 1 else f"{size} bytes"
    if size < 1 << 20:
        return f"{size / (1 << 10):.0f} KiB"
    return f"{size / (1 << 20):.1f} MiB"
