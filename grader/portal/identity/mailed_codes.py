"""Sign in by a code that is sent by e-mail.

Nobody learns from it who is in the course: a known and an unknown address get the same answer, in
the same time, and the mail is sent afterwards. A code belongs to the browser in which it was asked
for; elsewhere it is worth nothing.
"""

from __future__ import annotations

__all__ = ["MailedCodes", "Outgoing"]

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from grader.gradebook.access_models import MailedCode
from grader.gradebook.holders import resolve
from grader.gradebook.models import Participant
from grader.gradebook.rows import add
from grader.portal.identity.refusing import NotLetInError, logger
from grader.portal.identity.secret import hashed, same
from grader.portal.identity.sessions import HOUR, MINUTE, SignInWay, role_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.portal.identity.entrance import Entrance
    from grader.portal.identity.roles import PortalRole

DIGITS = 8
LASTS_SECONDS = 10 * MINUTE
# Of one code so many may be guessed. In an hour so many codes are sent to one address for whoever
# asks from one network, and in all: nobody keeps another one out by asking from their own machine,
# and whoever guesses from many hits one of 100 million with 200 tries an hour.
MOST_TRIES, MOST_CODES, MOST_CODES_IN_ALL = 5, 8, 40
LONGEST_ADDRESS = 254
_WHOSE = 32  # so many characters of what is stored tell the address, the rest also the network
WRONG = (
    "This code is not right, or no longer: look at the newest mail, in the browser in which you "
    "asked for it, or ask for another code."
)
OFTEN = "So many codes were asked for with this address: try again in an hour."


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A code to be sent."""

    address: str
    name: str
    code: str


class MailedCodes:
    """The codes of a portal; its methods wait for the database.

    Parameters
    ----------
    entrance : Entrance
        Of the portal.
    """

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._database = entrance.database

    def ask(self, address: str, browser: str, network: str = "") -> Outgoing | None:
        """Make a code.

        Parameters
        ----------
        address : str
            What somebody says is their e-mail address.
        browser : str
            The secret of their browser.
        network : str
            From where they ask, as `network_of` says.

        Returns
        -------
        Outgoing or None
            What to send; None where the address is nobody's, or several people's: then the same is
            stored, and no code is right.

        Raises
        ------
        NotLetInError
            Where too many were asked for, whosoever the address is.
        """
        if not browser:
            raise NotLetInError(WRONG, "codes: no browser")
        said = address.strip()[:LONGEST_ADDRESS]
        whose = hashed("address", said.casefold())[:_WHOSE]
        key = whose + hashed("network", said.casefold(), network)[_WHOSE:]
        now = self._entrance.sessions.now()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        with self._database.writing() as connection:
            connection.execute(delete(MailedCode).where(MailedCode.made_at <= now - HOUR))
            of_all = MailedCode.address.startswith(whose)
            for asked, most in (
                (MailedCode.address == key, MOST_CODES),
                (of_all, MOST_CODES_IN_ALL),
            ):
                count = select(func.count()).where(asked)
                if connection.execute(count).scalar_one() >= most:
                    raise NotLetInError(OFTEN, "codes: too many for one address", 429)
            found = _whose(connection, said)
            add(
                connection,
                MailedCode,
                browser=hashed(browser),
                address=key,
                person_id=found[0] if found else None,
                code=hashed(browser, code),
                made_at=now,
                ends_at=now + LASTS_SECONDS,
            )
        return Outgoing(found[2], found[1], code) if found else None

    def use(self, code: str, browser: str) -> tuple[str, PortalRole]:
        """Sign in by a code.

        Parameters
        ----------
        code : str
            As somebody wrote it; blanks do not matter.
        browser : str
            The secret of their browser.

        Returns
        -------
        tuple of str and PortalRole
            The id of a new session, and whose role it has.

        Raises
        ------
        NotLetInError
            Where the code is wrong, was used, or is too old.
        """
        if not browser:
            raise NotLetInError(WRONG, "codes: no browser")
        digits = "".join(one for one in code if one.isdecimal() and one.isascii())[: 2 * DIGITS]
        now = self._entrance.sessions.now()
        entered: tuple[str, PortalRole] | None = None
        with self._database.writing() as connection:
            # The newest that was asked for in this browser: an older one is void.
            asked = (
                select(MailedCode.id, MailedCode.person_id, MailedCode.code, MailedCode.ends_at,
                       MailedCode.used_at, MailedCode.tries)
                .where(MailedCode.browser == hashed(browser))
                .order_by(MailedCode.id.desc())
                .limit(1)
            )  # fmt: skip
            row = connection.execute(asked).one_or_none()
            if row is not None and not row.used_at and row.ends_at > now and row.tries < MOST_TRIES:
                is_right = same(row.code, hashed(browser, digits)) and row.person_id is not None
                values = {"used_at": now} if is_right else {"tries": row.tries + 1}
                connection.execute(
                    update(MailedCode).where(MailedCode.id == row.id).values(**values)
                )
                if is_right:
                    person = resolve(connection, int(row.person_id))
                    session = self._entrance.sessions.begin_within(
                        connection, person, SignInWay.EMAIL
                    )
                    entered = session, role_of(connection, person)
        if entered is None:
            raise NotLetInError(WRONG, "codes: wrong, used, or expired")
        return entered


def _whose(connection: Connection, address: str) -> tuple[int, str, str] | None:
    """Return the only person with an address: row, name, and the address in the book.

    An address of two people lets in neither of them.
    """
    if "@" not in address:
        return None
    asked = select(Participant.id, Participant.name, Participant.email).where(
        func.lower(Participant.email) == address.lower(),
        Participant.merged_into.is_(None),
        Participant.purged_at == "",
    )
    found = connection.execute(asked.limit(2)).all()
    if len(found) > 1:
        logger.warning("An e-mail address of the gradebook is that of two people: no code is sent.")
    return (int(found[0].id), found[0].name, found[0].email) if len(found) == 1 else None
