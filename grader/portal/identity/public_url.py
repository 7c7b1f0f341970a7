"""The URL under which browsers know the portal."""

from __future__ import annotations

__all__ = ["PublicUrl", "is_loopback", "origin_of"]

from dataclasses import dataclass
from urllib.parse import urlsplit

from grader.errors import UsageError

_LOOPBACK = frozenset(["localhost", "127.0.0.1", "::1"])
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """The portal's URL as browsers see it, behind any proxy.

    Attributes
    ----------
    text : str
        Such as ``https://grader.example.edu`` or ``https://example.edu/grader``, with no ``/`` at
        its end.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse a URL that no browser could open.

        Raises
        ------
        UsageError
            One sentence.
        """
        try:
            parts = urlsplit(self.text)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        del port
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
        if parts.scheme not in _PORTS or not parts.hostname or not is_plain:
            raise UsageError(
                f"{self.text!r} is not the address of a web page: write it as "
                "https://grader.example.edu, with --url."
            )
        object.__setattr__(self, "text", self.text.rstrip("/"))

    @property
    def is_https(self) -> bool:
        """Whether browsers use HTTPS."""
        return self.text.startswith("https://")

    @property
    def origin(self) -> str:
        """The `Origin` that browsers send from the portal's pages."""
        return origin_of(self.text)

    @property
    def path(self) -> str:
        """The path of its first page, which begins and ends with ``/``."""
        return urlsplit(self.text).path.rstrip("/") + "/"

    def page(self, path: str) -> str:
        """Return the whole address of a page, by its path below the first one."""
        return f"{self.text}/{path.lstrip('/')}"

    def is_own(self, origin: str) -> bool:
        """Return whether an origin is the portal's.

        On the loopback address all names of it are the same, for it can be called by each.
        """
        ours, theirs = self.origin, origin_of(origin)
        if ours == theirs:
            return True
        one, other = urlsplit(ours), urlsplit(theirs)
        same = (one.scheme, one.port) == (other.scheme, other.port)
        return same and {one.hostname, other.hostname} <= _LOOPBACK


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine."""
    return host in _LOOPBACK


def origin_of(url: str) -> str:
    """Return the origin of a URL, with the host in lower case; empty if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if usual else f":{port}")
