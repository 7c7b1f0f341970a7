"""The tables of who may come into the portal: roles, sessions, invitations, and what LTI needs.

They are about the gradebook's own people. Nothing that lets anybody in is stored as it is: of an
id, a link or a code there is a hash, from which it cannot be found again. Times are whole seconds
since 1970.
"""

from __future__ import annotations

__all__ = [
    "Invitation",
    "MailedCode",
    "OutgoingScore",
    "PlatformLink",
    "RoleGrant",
    "SignInStart",
    "SignedIn",
    "SigningKey",
]

from decimal import Decimal  # noqa: TC003 - columns are made by their annotations

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grader.gradebook.columns import Points
from grader.gradebook.models import Base

# SQLite counts only an INTEGER up by itself.
_Key = BigInteger().with_variant(Integer(), "sqlite")


class RoleGrant(Base):
    """Somebody who is more than a student: one role each.

    Attributes
    ----------
    role : str
        A `grader.portal.identity.PortalRole`.
    granted_by : str
        A person's name, or ``lti:`` and a platform's name.
    """

    __tablename__ = "role_grants"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(String(16))
    granted_by: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[int] = mapped_column(BigInteger)


class SignedIn(Base):
    """A session: somebody in one browser, or at one terminal.

    Attributes
    ----------
    key : str
        SHA-256 of the id that the browser has.
    how : str
        A `grader.portal.identity.SignInWay`.
    seen_at : int
        When it was last used, to some minutes.
    """

    __tablename__ = "signed_in"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    how: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[int] = mapped_column(BigInteger)


class Invitation(Base):
    """A link that lets somebody in, once.

    Attributes
    ----------
    key : str
        SHA-256 of the link's secret.
    person_id : int, optional
        For whom it is; None where whoever opens it says their name.
    role : str
        Which they get.
    used_at : int
        0 until then.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int] = mapped_column(BigInteger, default=0)


class MailedCode(Base):
    """A code that was asked for by e-mail, whether somebody has that address or not.

    Attributes
    ----------
    browser : str
        SHA-256 of a secret that only the browser has in which it was asked for.
    address : str
        Half of a SHA-256 of the e-mail address, and half of one of it and the network from which
        somebody asked: by both, requests are counted.
    person_id : int, optional
        Who has the address; None where nobody has, and no code was sent.
    code : str
        SHA-256 of the browser's secret and the code.
    tries : int
        Wrong codes so far.
    """

    __tablename__ = "mailed_codes"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    browser: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[int] = mapped_column(BigInteger, default=0)


class SignInStart(Base):
    """A sign-in that was sent to a provider or a platform and is waited for.

    Attributes
    ----------
    state : str
        SHA-256 of the `state` that comes back.
    way : str
        ``oidc``, ``lti``, or ``lti-pick`` for the form of deep linking.
    platform : str
        The name of a platform; empty for campus sign-on.
    detail : str
        What it is needed for afterwards, as JSON.
    """

    __tablename__ = "sign_in_starts"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    way: Mapped[str] = mapped_column(String(16))
    platform: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
    used_at: Mapped[int] = mapped_column(BigInteger, default=0)


class SigningKey(Base):
    """A key with which we sign what platforms get.

    Attributes
    ----------
    private : str
        PEM. Who can read the gradebook can sign: it is as secret as the grades.
    retired_at : int
        When another one took over; 0 for the one in use. Until some days later it is published.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private: Mapped[str] = mapped_column(Text)
    made_at: Mapped[int] = mapped_column(BigInteger)
    retired_at: Mapped[int] = mapped_column(BigInteger, default=0)


class PlatformLink(Base):
    """A link to the portal in a course of a platform, and where its services are.

    Attributes
    ----------
    exercise : str
        What it leads to; empty for the whole course.
    lineitem : str
        Where its scores go; empty where the platform wants none.
    lineitems, memberships : str
        Addresses of Assignment and Grade Services and of Names and Roles; empty without.
    scopes : str
        What the platform allows, with blanks between.
    """

    __tablename__ = "platform_links"
    __table_args__ = (UniqueConstraint("platform", "deployment", "resource_link"),)

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    platform: Mapped[str] = mapped_column(String(200))
    deployment: Mapped[str] = mapped_column(Text)
    resource_link: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text, default="")
    exercise: Mapped[str] = mapped_column(String(200), default="")
    lineitem: Mapped[str] = mapped_column(Text, default="")
    lineitems: Mapped[str] = mapped_column(Text, default="")
    memberships: Mapped[str] = mapped_column(Text, default="")
    scopes: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[int] = mapped_column(BigInteger)


class OutgoingScore(Base):
    """A published score on its way to a platform, or there.

    Attributes
    ----------
    user : str
        Who it is, as the platform knows them.
    meant : str
        SHA-256 of the score and of the row before it: the same change is put here once.
    stated_at : str
        The timestamp that the platform gets: the same at each try, by which it knows a repetition.
    state : str
        ``due``, ``sending``, ``unsure`` (it may be there: the platform is asked first), ``sent``,
        ``superseded`` by a newer one, or ``refused``.
    next_at : int
        When it is tried next, or, while it is being sent, until when nobody else may.
    """

    __tablename__ = "outgoing_scores"
    __table_args__ = (UniqueConstraint("link_id", "person_id", "meant"),)

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("platform_links.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    user: Mapped[str] = mapped_column(Text)
    score: Mapped[Decimal] = mapped_column(Points)
    max_score: Mapped[Decimal] = mapped_column(Points)
    meant: Mapped[str] = mapped_column(String(64))
    stated_at: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[int] = mapped_column(BigInteger)
    told: Mapped[str] = mapped_column(Text, default="")
