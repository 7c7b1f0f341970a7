"""Read the settings for signing in: mail, campus sign-on, platforms.

No secret stands in the file itself: it names files, or they come from the environment.
"""

from __future__ import annotations

__all__ = [
    "CampusSettings",
    "MailSettings",
    "PlatformSettings",
    "SignInSettings",
    "read_settings",
    "refuse_plain",
    "secret_in",
]

import os
import tomllib
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import structs

from grader.errors import UsageError, os_error_sentence
from grader.portal.identity.public_url import is_loopback

PASSWORD, SECRET = "GRADER_MAIL_PASSWORD", "GRADER_CAMPUS_SECRET"


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server that takes our mail.

    Attributes
    ----------
    security : str
        ``tls`` from the first byte, ``starttls``, or ``none`` for a server on this machine.
    sender : str
        From whom it is: ``Neural networks <grader@example.edu>``.
    password_file : str
        A file whose first line is the password; else it is in `GRADER_MAIL_PASSWORD`.
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""


class CampusSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider of OpenID Connect.

    Attributes
    ----------
    name : str
        What the button says: ``University of Example``.
    claim : str
        What tells who somebody is: ``email``, which has to be verified, or a claim that has the id
        of the roster.
    secret_file : str
        A file whose first line is the client's secret; else it is in `GRADER_CAMPUS_SECRET`.
    """

    name: str
    issuer: str
    client_id: str
    claim: str = "email"
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    secret_file: str = ""


class PlatformSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A learning platform that speaks LTI 1.3.

    Attributes
    ----------
    name : str
        What it is called in the portal, and in the gradebook: do not change it later.
    deployments : tuple of str
        The deployment ids that it may come from.
    login, token, keys : str
        Its addresses for signing in, for access tokens, and of its public keys.
    audience : str
        What a request for an access token names as its audience; `token` where not given.
    match_email : bool
        Whether an e-mail address that it says is taken for proof of who somebody is on the roster:
        only where people cannot change theirs.
    """

    name: str
    issuer: str
    client_id: str
    deployments: tuple[str, ...]
    login: str
    token: str
    keys: str
    audience: str = ""
    match_email: bool = False


class SignInSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How people sign in; invitation links are always there.

    Attributes
    ----------
    platform : tuple of PlatformSettings
    console : bool
        Whether mail goes to the terminal, for trying.
    """

    mail: MailSettings | None = None
    campus: CampusSettings | None = None
    platform: tuple[PlatformSettings, ...] = ()
    console: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that cannot work, when the portal starts.

        Raises
        ------
        UsageError
            One sentence.
        """
        if self.mail and "@" not in parseaddr(self.mail.sender)[1]:
            raise UsageError(
                f"mail.sender has to be an e-mail address, and is {self.mail.sender!r}."
            )
        names = [one.name for one in self.platform]
        if len(set(names)) != len(names) or not all(0 < len(one) <= 100 for one in names):
            raise UsageError("Each platform needs a name of its own, of at most 100 letters.")
        pairs = [(one.issuer, one.client_id) for one in self.platform]
        if len(set(pairs)) != len(pairs):
            raise UsageError("Two platforms have the same issuer and client_id: name one of them.")
        for one in self.platform:
            if not one.deployments:
                raise UsageError(f"The platform {one.name} has no deployments: name its ids.")
            for what in ("login", "token", "keys"):
                refuse_plain(f"platform {one.name}, {what}", getattr(one, what))
        if self.campus:
            refuse_plain("campus, issuer", self.campus.issuer)


def refuse_plain(what: str, url: str) -> None:
    """Refuse a URL without TLS, where somebody on the network could answer.

    Parameters
    ----------
    what : str
        Whose it is, for the message.
    url : str
        The address; ``http://`` will do on this machine itself.

    Raises
    ------
    UsageError
        One sentence.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_loopback(parts.hostname):
        return
    raise UsageError(f"{what}: {url!r} has to be an address that begins with https://.")


def read_settings(path: Path) -> SignInSettings:
    """Return the settings in a TOML file.

    Parameters
    ----------
    path : Path
        With the tables ``[mail]``, ``[campus]`` and ``[[platform]]``, each of which may be missing.

    Raises
    ------
    UsageError
        Where it cannot be read, or says something that cannot be: one sentence.
    """
    try:
        with path.open("rb") as file:
            found = msgspec.convert(tomllib.load(file), SignInSettings)
    except OSError as error:
        raise UsageError(
            f"The settings {path} cannot be read: {os_error_sentence(error)}."
        ) from error
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        msgspec.ValidationError,
        UsageError,
    ) as error:
        said = str(error).rstrip(".")
        raise UsageError(f"The settings {path} cannot be used: {said}.") from error
    beside = path.absolute().parent
    if found.mail and found.mail.password_file:
        place = str(beside / found.mail.password_file)
        found = structs.replace(found, mail=structs.replace(found.mail, password_file=place))
    if found.campus and found.campus.secret_file:
        place = str(beside / found.campus.secret_file)
        found = structs.replace(found, campus=structs.replace(found.campus, secret_file=place))
    return found


def secret_in(file: str, variable: str) -> str:
    """Return a secret: the first line of a file or of an environment variable.

    Parameters
    ----------
    file : str
        Its path; empty where no file is named.
    variable : str
        Of the environment, which counts where there is no file.

    Raises
    ------
    UsageError
        Where the file cannot be read.
    """
    if not file:
        return os.environ.get(variable, "")
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = os_error_sentence(error) if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"The secret in {file} cannot be read: {said}.") from error
    return lines[0].strip() if lines else ""
