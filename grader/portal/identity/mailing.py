"""Send the portal's mail by a server, or show it on the terminal for testing."""

from __future__ import annotations

__all__ = ["ConsoleMailer", "MailError", "Mailer", "SmtpMailer", "mailer_of"]

import contextlib
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from typing import TYPE_CHECKING, Protocol

from grader.errors import GraderError, UsageError
from grader.portal.identity.sign_in_settings import PASSWORD, secret_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.portal.identity.sign_in_settings import MailSettings, SignInSettings

TIMEOUT_SECONDS = 20
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@]{1,64}@[^\s<>()\[\],;:\\\"@]{1,255}")


class MailError(GraderError):
    """A mail was not sent; the message gives the reason and nothing of the mail's content."""


class Mailer(Protocol):
    """Sends mail; blocks until the server has answered."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail.

        Raises
        ------
        MailError
            Where it was not taken.
        """


class ConsoleMailer:
    """Shows mail on the terminal instead of sending it.

    Parameters
    ----------
    tell : callable
        Called with the mail's text.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def send(self, to: str, subject: str, text: str) -> None:
        """Show a mail."""
        self._tell(f"Mail to {to}: {subject}\n{text}")


class SmtpMailer:
    """Sends mail by a server.

    Parameters
    ----------
    settings : MailSettings
        Of the server.
    context : SSLContext, optional
        By which its certificate is checked; as the system does where not given.

    Raises
    ------
    UsageError
        Where its password cannot be read, or cannot be sent.
    """

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._password = secret_in(settings.password_file, PASSWORD) if settings.user else ""
        if not self._password.isascii():
            raise UsageError(
                "The password of the mail server has letters beyond ASCII, which cannot be sent to "
                "it: choose another one."
            )

    def send(self, to: str, subject: str, text: str) -> None:
        """Send a mail.

        Parameters
        ----------
        to : str
            One address.
        subject, text : str
            Of one line, and of as many as needed.

        Raises
        ------
        MailError
            Where the server did not take it; what it says is never in the message.
        """
        try:
            message = self._message(to, subject, text)
            with self._server() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            code = getattr(error, "smtp_code", "")
            reason = f"{type(error).__name__} {code}".strip()
            host = f"{self._settings.host}:{self._settings.port}"
            raise MailError(f"The mail server {host} did not take a mail ({reason}).") from None

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        # The library's parser of addresses raises various errors for invalid ones.
        if not _ADDRESS.fullmatch(to):
            raise ValueError("no address")
        name, sender = parseaddr(self._settings.sender)
        message = EmailMessage()
        message["From"] = Address(name, addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    @contextlib.contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT_SECONDS, context=self._context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
        with server:
            if settings.security == "starttls":
                server.starttls(context=self._context)  # an error where the server has none
            if settings.user:
                server.login(settings.user, self._password)
            yield server


def mailer_of(settings: SignInSettings, tell: Callable[[str], None]) -> Mailer | None:
    """Return the mailer of the settings; None if there is none.

    Parameters
    ----------
    settings : SignInSettings
        Of the portal.
    tell : callable
        Called with each mail where they go to the terminal.
    """
    if settings.mail:
        return SmtpMailer(settings.mail)
    return ConsoleMailer(tell) if settings.console else None
