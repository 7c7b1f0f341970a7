"""The tables of a gradebook that the portal adds: what is handed in there, and under which rules.

Nothing in them says what a grade is: a hand-in ends in a row of `Result`, like everything else that
is graded.
"""

from __future__ import annotations

__all__ = ["DONE", "FAILED", "QUEUED", "RUNNING", "ExerciseRule", "HandIn", "PersonalToken"]

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grader.gradebook.models import Base

_Key = BigInteger().with_variant(Integer(), "sqlite")

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


class HandIn(Base):
    """Something that a student handed in on the portal: stored before it is acknowledged.

    Attributes
    ----------
    once : str
        Digest of the form's own random name and of what came: the same, sent twice, is one
        hand-in.
    exercise : str
        The exercise on whose page it was handed in; empty where it is for all of them.
    submission_id : int
        The sealed files: these, and what the person has handed in before for other exercises.
    state : str
        `QUEUED`, `RUNNING`, `DONE`, or `FAILED` where an error of ours kept it from being graded.
    claim : str
        Random name of the grading that is under way: only that one may end it.
    tries : int
        How many gradings of it have ended without a result.
    result_id : int, optional
        What it came to.
    said : bytes
        `grader.gradebook.hand_ins.Said` as compressed JSON.
    """

    __tablename__ = "hand_ins"
    __table_args__ = (Index("hand_ins_by_state", "state", "id"),)

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    exercise: Mapped[str] = mapped_column(String(200), default="")
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    handed_in_at: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(16), default=QUEUED)
    claim: Mapped[str] = mapped_column(String(32), default="")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    began_at: Mapped[str] = mapped_column(String(20), default="")
    ended_at: Mapped[str] = mapped_column(String(20), default="")
    result_id: Mapped[int | None] = mapped_column(
        ForeignKey("results.id"), index=True, default=None
    )
    said: Mapped[bytes] = mapped_column(LargeBinary)


class PersonalToken(Base):
    """A token with which a person hands in from a terminal; only its digest is known here."""

    __tablename__ = "personal_tokens"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[str] = mapped_column(String(20))
    used_at: Mapped[str] = mapped_column(String(20), default="")
    revoked_at: Mapped[str] = mapped_column(String(20), default="")


class ExerciseRule(Base):
    """A rule of an exercise that a person set in the portal, in place of the manifest's.

    Attributes
    ----------
    exercise : str
        Empty for the whole course.
    name : str
        Which rule: a field of `grader.results.HandInRule` or of `grader.results.LateRule`.
    value : str
        As JSON.
    """

    __tablename__ = "exercise_rules"
    __table_args__ = ({"sqlite_with_rowid": False},)

    exercise: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(20))
