"""The portal's settings."""

from __future__ import annotations

__all__ = ["PortalSettings"]

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.executors.scheduler import SchedulerPlace
    from grader.portal.identity.sign_in_settings import SignInSettings

MIB = 1 << 20


def _is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """The settings of one portal.

    Attributes
    ----------
    course_root : Path
        The folder that holds ``assignments`` and ``solutions``.
    gradebook : str
        A file, or the URL of a PostgreSQL database.
    host, port
        Where it listens; port 0 lets the system choose.
    url : str
        By which people reach it, as ``https://grader.example.org``; that of `host` and `port` where
        not given.
    proxies : tuple of str
        Addresses or networks of the proxies whose ``X-Forwarded-*`` headers are believed.
    workers : int
        How many submissions are graded at a time on this machine.
    isolation : str, optional
        How far submissions are shut in; the best that holds here where not given.
    scheduler : SchedulerPlace, optional
        The cluster that grades, in place of this machine.
    upload_bytes, upload_files : int
        How much one hand-in may have.
    grace_seconds : float
        How long a portal that is told to stop waits for what is being graded.
    sign_in : SignInSettings, optional
        How people sign in; by invitation alone where not given.
    """

    course_root: Path
    gradebook: str
    host: str = "127.0.0.1"
    port: int = 8080
    url: str = ""
    proxies: tuple[str, ...] = ()
    workers: int = 1
    isolation: str | None = None
    scheduler: SchedulerPlace | None = None
    upload_bytes: int = 64 * MIB
    upload_files: int = 500
    grace_seconds: float = 20.0
    sign_in: SignInSettings | None = None

    def __post_init__(self) -> None:
        """Refuse an address that nobody could reach, or that differs from the one browsers know."""
        if not self.url and not _is_loopback(self.host):
            raise UsageError(
                f"Say by --url under which address people reach the portal: browsers send forms to "
                f"that one alone, and {self.host} is only where it listens."
            )
        parts = urlsplit(self.url)
        is_whole = parts.scheme in ("http", "https") and parts.hostname
        if self.url and not (is_whole and parts.path in ("", "/") and not parts.query):
            raise UsageError(
                f"{self.url} is not the address of a portal: write it as https://HOST or "
                "https://HOST:PORT, without a path."
            )

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by HTTPS: cookies are sent by nothing else then."""
        return self.url.startswith("https://")
