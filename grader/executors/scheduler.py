"""The address of a cluster's scheduler, and the encryption of the connection to it."""

from __future__ import annotations

__all__ = ["SchedulerPlace", "require_distributed"]

import importlib.util
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESS = re.compile(
    r"(?P<scheme>tls|tcp)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(?P<port>\d+)/?"
)
ANSWER_SECONDS = 10


def require_distributed() -> None:
    """Raise a `UsageError` that says how to install Dask, if it is missing."""
    if importlib.util.find_spec("distributed") is None:
        raise UsageError(
            "Grading on a cluster needs Dask, which is not installed: "
            "`pip install 'neural-network-grader[dask]'`."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerPlace:
    """The scheduler of a running Dask cluster.

    Attributes
    ----------
    address : str
        As ``tls://host:8786``, or ``tcp://127.0.0.1:8786`` for one on this machine.
    ca, certificate, key : Path, optional
        PEM files for TLS: the certificate authority, and this process's certificate and key. If
        none is given, Dask's own configuration is used.
    allow_unencrypted : bool
        Whether to allow ``tcp://`` over a network.

    Raises
    ------
    UsageError
        The address is invalid, or others could listen to the connection; one sentence.
    """

    address: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    allow_unencrypted: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that cannot work or are not safe."""
        found = _ADDRESS.fullmatch(self.address)
        if not found or not 0 < int(found["port"]) < 1 << 16:
            raise UsageError(
                f"{self.address!r} is not the address of a scheduler: give one as tls://HOST:PORT, "
                "or tcp://127.0.0.1:PORT on this machine."
            )
        own = (self.ca, self.certificate, self.key)
        if found["scheme"] == "tcp":
            if any(own):
                raise UsageError(
                    f"The files for TLS are not used at {self.address}: give the address as "
                    f"tls://{self.address.removeprefix('tcp://')}, or leave them out."
                )
            if not self.is_here and not self.allow_unencrypted:
                raise UsageError(
                    f"{self.address} is not encrypted and not on this machine: everybody on the "
                    "way could read submissions and run programs on the workers. Use tls://, or "
                    "say --allow-unencrypted."
                )
        elif any(own) and not all(own):
            raise UsageError("TLS needs three files: give --tls-ca, --tls-cert and --tls-key.")
        for path in own:
            if path and not path.is_file():
                raise UsageError(f"There is no file {path} for TLS.")

    @property
    def is_here(self) -> bool:
        """Whether the address is on this machine."""
        found = _ADDRESS.fullmatch(self.address)
        host = found["host"].strip("[]") if found else ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def security(self) -> Any:
        """Return Dask's `Security` object, from the files or from Dask's own configuration.

        Raises
        ------
        UsageError
            The files for TLS are missing.
        """
        require_distributed()
        from distributed.security import Security  # noqa: PLC0415  (in an extra, and slow)

        if self.address.startswith("tcp://"):
            # Dask's own configuration may ask for encryption everywhere.
            return Security(require_encryption=False)
        made: Any
        if self.ca:
            roles = ("client", "worker", "scheduler")
            files = {f"tls_{role}_cert": str(self.certificate) for role in roles}
            files |= {f"tls_{role}_key": str(self.key) for role in roles}
            made = Security(tls_ca_file=str(self.ca), require_encryption=True, **files)
        else:
            made = Security(require_encryption=True)
        if not made.tls_ca_file or not made.tls_client_cert:
            raise UsageError(
                f"{self.address} needs files for TLS: give --tls-ca, --tls-cert and --tls-key, or "
                "have them in Dask's own configuration."
            )
        return made

    def unreachable(self, error: Exception) -> UsageError:
        """Return the error for a scheduler that does not answer."""
        del error  # its text names functions, not what to do
        if self.address.startswith("tls://"):
            return UsageError(
                f"No scheduler answers at {self.address}: is it running (`dask scheduler`), and "
                "are the address and the files for TLS right?"
            )
        return UsageError(
            f"No scheduler answers at {self.address}: is it running (`dask scheduler`), and is the "
            "address right?"
        )

    def lost(self) -> GraderError:
        """Return the error for a scheduler that has ended."""
        return GraderError(
            f"The scheduler at {self.address} has ended: the reports that were finished are whole. "
            "Start it again, and run the same command."
        )
