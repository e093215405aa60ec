"""A server's certificate for STARTTLS: the one given, or one made for this run and signed by itself."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.printing import printable

HOST = "mailsetup.invalid"  # RFC 2606 section 2: a name that can belong to nobody
LIFE = timedelta(days=1)
CLOCK_LEEWAY = timedelta(hours=1)


def server_tls(certificate: str = "", key: str = "") -> ssl.SSLContext:
    """
    What a server needs to speak TLS 1.2 or later; without files a self-signed certificate lives for a day.

    Receivers' servers are met with any certificate by senders (RFC 7435 section 3), so a self-signed one is
    enough to see whether a sender encrypts. Raises `UsageError` for a key without its certificate and
    `InputError` for files that cannot be used; a key behind a pass phrase is one of them.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if certificate:
        _load(context, certificate, key or certificate)
        return context
    if key:
        raise UsageError(say("--key needs --cert: give the certificate that belongs to it"))
    with tempfile.TemporaryDirectory(prefix="mailsetup-") as folder:
        path = Path(folder) / "server.pem"  # the folder is the user's alone, and gone once it is read
        path.write_bytes(self_signed())
        context.load_cert_chain(path)
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    for name in (certificate, key):
        try:
            Path(name).read_bytes()
        except OSError as fault:
            reason = (fault.strerror or str(fault)).lower()
            raise InputError(
                say("cannot read {name}: {reason}", name=name, reason=Message(printable(str(reason))))
            ) from None
    try:
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (ssl.SSLError, ValueError) as fault:
        reason = str(getattr(fault, "reason", None) or fault).lower().replace("_", " ")
        raise InputError(
            say(
                "{certificate} and {key} are no certificate with its key in PEM ({reason}); a key "
                "must stand there without a pass phrase",
                certificate=certificate,
                key=key,
                reason=Message(printable(str(reason))),
            )
        ) from None


def self_signed() -> bytes:
    """A key and its certificate in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_LEEWAY)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + certificate.public_bytes(Encoding.PEM)
