"""A Dask cluster of separate processes on the loopback, with certificates made for it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import re
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from dask.system import CPU_COUNT

from grader.executors.scheduler import SchedulerPlace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 120.0
# What dying and waiting submissions are told by: see the course of these tests.
GATE = "TEST_GATE"


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for something to become true, and return it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not in {PATIENCE_SECONDS:g} s: {what}")


def make_certificates(folder: Path) -> dict[str, Any]:
    """Make an authority, and a certificate that it has signed."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("ca", "own")}
    names = {name: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in keys}
    now = dt.datetime.now(dt.UTC)
    for name, key in keys.items():
        made = (
            x509.CertificateBuilder()
            .subject_name(names[name])
            .issuer_name(names["ca"])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]),
                critical=False,
            )
            .sign(keys["ca"], hashes.SHA256())
        )
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return {
        "ca": folder / "ca.pem",
        "certificate": folder / "own.pem",
        "key": folder / "own.key",
    }


@dataclass
class Processes:
    """The scheduler and the workers that a test has started."""

    folder: Path
    certificates: dict[str, Any]
    gate: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    place: SchedulerPlace = field(init=False)

    def start(
        self, name: str, *command: str, memory_bytes: int = 0
    ) -> tuple[subprocess.Popen[bytes], Path]:
        """Start a process that writes to a file; Dask takes `memory_bytes` for the machine's."""
        limits = (memory_bytes or resource.RLIM_INFINITY,) * 2
        log = self.folder / f"{name}-{len(self.started)}.log"
        environment = {**os.environ, GATE: str(self.gate), "PYTHONUNBUFFERED": "1"}
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                stdout=file,
                stderr=file,
                env=environment,
                cwd=self.folder,
                # The kernel ignores this limit, and Dask obeys it.
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_RSS, limits),  # noqa: PLW1509
            )
        self.started.append(process)
        return process, log

    def schedule(self) -> subprocess.Popen[bytes]:
        """Start a scheduler; its address is known afterwards."""
        files = self.certificates
        process, log = self.start(
            "scheduler",
            *("distributed.cli.dask_scheduler", "--host", LOOPBACK, "--port", "0"),
            *("--protocol", "tls", "--no-dashboard", "--no-show"),
            *("--tls-ca-file", str(files["ca"]), "--tls-cert", str(files["certificate"])),
            *("--tls-key", str(files["key"])),
        )
        found = until(
            lambda: re.search(r"Scheduler at:\s+(tls://\S+)", log.read_text()),
            "a scheduler",
        )
        self.place = SchedulerPlace(address=found[1], **files)
        return process

    def work(self, course: Path, *more: str, memory_bytes: int = 0) -> subprocess.Popen[bytes]:
        """Start workers, each of which may take so much, and wait until they are there."""
        files = self.certificates
        process, log = self.start(
            "worker",
            *("grader", "worker", "--scheduler", self.place.address, "--course", str(course)),
            *("--tls-ca", str(files["ca"]), "--tls-cert", str(files["certificate"])),
            *("--tls-key", str(files["key"]), "--isolation", "none", *more),
            memory_bytes=memory_bytes * CPU_COUNT,  # of which each worker has its part
        )
        until(lambda: "at work for" in log.read_text() or process.poll(), "workers")
        assert process.poll() is None, log.read_text()
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        """Stop a process, and return its exit code."""
        process.send_signal(signal.SIGTERM)
        return process.wait(PATIENCE_SECONDS)

    def stop_all(self) -> None:
        """Stop the workers, then the scheduler."""
        for process in reversed(self.started):
            if process.poll() is None:
                self.stop(process)
