"""Mail goes out by a real server, over TLS, and what the server says stays out of the log."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from grader.errors import UsageError
from grader.portal.identity.mailing import ConsoleMailer, MailError, SmtpMailer, mailer_of
from grader.portal.identity.sign_in_settings import MailSettings, SignInSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Kept:
    """What a server was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        del server
        if self.refuses:
            return self.refuses
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((session.ssl is not None, envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextlib.contextmanager
def listening(kept: Kept, certificate: Path | None, **more: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    at_once = more.pop("at_once", False)
    if context and at_once:
        more["ssl_context"] = context
    elif context:
        more |= {"tls_context": context, "require_starttls": True}
    controller = Controller(kept, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def settings(port: int, **more: Any) -> MailSettings:
    sender = "Réseaux <grader@example.edu>"
    return MailSettings(host="127.0.0.1", port=port, sender=sender, **more)


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_arrives_as_it_was_meant(certificate: Path, security: str, tmp_path: Path) -> None:
    kept, heard = Kept(), []

    def allowed(server: Any, session: Any, envelope: Any, way: str, data: Any) -> AuthResult:
        del server, session, envelope, way
        heard.append((data.login, data.password))
        return AuthResult(success=True)

    more: dict[str, Any] = {}
    if security != "none":
        (tmp_path / "password").write_text("very secret\n", encoding="utf-8")
        more = {"user": "grader", "password_file": str(tmp_path / "password")}
    server: dict[str, Any] = {"at_once": security == "tls"}
    if security == "starttls":
        server |= {"authenticator": allowed, "auth_required": True}
    elif security == "tls":
        server |= {"authenticator": allowed, "auth_require_tls": False}
    trusted = ssl.create_default_context(cafile=str(certificate))
    with listening(kept, None if security == "none" else certificate, **server) as port:
        mailer = SmtpMailer(settings(port, security=security, **more), trusted)
        mailer.send("ann@example.edu", "Ihr Code für das Übungsblatt", "1234 5678\n")
    [(over_tls, to, mail)] = kept.mails
    assert over_tls is (security == "starttls") or security == "tls"
    assert to == ["ann@example.edu"]
    assert mail["From"] == "Réseaux <grader@example.edu>"
    assert mail["Subject"] == "Ihr Code für das Übungsblatt"
    assert mail.get_content().splitlines() == ["1234 5678"]
    assert heard == ([] if security == "none" else [(b"grader", b"very secret")])


def test_a_server_without_a_good_certificate_gets_no_mail(certificate: Path) -> None:
    kept = Kept()
    with listening(kept, certificate) as port, pytest.raises(MailError, match="did not take"):
        SmtpMailer(settings(port)).send("ann@example.edu", "Code", "1234")
    with listening(kept, None) as port, pytest.raises(MailError):
        SmtpMailer(settings(port)).send("ann@example.edu", "Code", "1234")
    assert kept.mails == []


def test_what_a_server_says_is_in_no_message() -> None:
    kept = Kept()
    kept.refuses = "554 no spam such as: your code is 12345678"
    with listening(kept, None) as port:
        mailer = SmtpMailer(settings(port, security="none"))
        with pytest.raises(MailError) as error:
            mailer.send("ann@example.edu", "Code", "12345678")
        assert "12345678" not in str(error.value)
        assert "SMTPDataError 554" in str(error.value)
        for to in ("ann@example.edu\nBcc: all@example.edu", "", "@", "a b"):
            with pytest.raises(MailError):
                mailer.send(to, "Code", "1234")
    with pytest.raises(MailError, match="did not take a mail"):
        SmtpMailer(settings(1, security="none")).send("ann@example.edu", "Code", "1234")


def test_for_trying_mail_goes_to_the_terminal() -> None:
    said: list[str] = []
    mailer = mailer_of(SignInSettings(console=True), said.append)
    assert isinstance(mailer, ConsoleMailer)
    mailer.send("ann@example.edu", "Code", "1234")
    assert said == ["Mail to ann@example.edu: Code\n1234"]
    assert mailer_of(SignInSettings(), said.append) is None


def test_a_password_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        SmtpMailer(settings(25, user="grader", password_file=str(tmp_path / "none")))
    (tmp_path / "password").write_text("très secret\n", encoding="utf-8")
    with pytest.raises(UsageError, match="beyond ASCII"):
        SmtpMailer(settings(25, user="grader", password_file=str(tmp_path / "password")))
