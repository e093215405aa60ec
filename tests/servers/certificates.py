"""Certificates for tests: made from known keys, so that their digests are the same at every run."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

MARK_USAGE = ObjectIdentifier("1.3.6.1.5.5.7.3.31")
LOGOTYPE = ObjectIdentifier("1.3.6.1.5.5.7.1.12")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


class Made(NamedTuple):
    """A certificate wanted: its names, its end, ``ca`` or ``self``, ``ec``, ``ec2`` or ``rsa`` and a size."""

    names: tuple[str, ...]
    until: datetime
    issuer: str = "ca"
    key: str = "ec"


@lru_cache(maxsize=32)
def private_key(kind: str) -> Any:
    """The same key for the same word; RSA keys are new at every run."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:] or 2048))
    numbers = {"ec": 1001, "ec2": 1003, "authority": 1002}
    return ec.derive_private_key(numbers[kind], ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


@lru_cache(maxsize=1)
def authority() -> x509.Certificate:
    """The test authority's own certificate."""
    key = private_key("authority")
    name = _name("Test Authority")
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BEGAN - timedelta(days=3650))
        .not_valid_after(BEGAN + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(True, None), True)
        .add_extension(usage, True)
        .add_extension(identifier, False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )


@lru_cache(maxsize=256)
def certificate(made: Made, *, mark: bool = False, logo: str = "") -> x509.Certificate:
    """The certificate."""
    key = private_key(made.key)
    signer = key if made.issuer == "self" else private_key("authority")
    subject = _name(made.names[0] if made.names else "nobody")
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in made.names])
    usage = MARK_USAGE if mark else ExtendedKeyUsageOID.SERVER_AUTH
    began = min(BEGAN, made.until - timedelta(days=90))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if made.issuer == "self" else authority().subject)
        .public_key(key.public_key())
        .serial_number(2)
        .not_valid_before(began)
        .not_valid_after(made.until)
        .add_extension(names, False)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.ExtendedKeyUsage([usage]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )
    if logo:
        import base64
        import gzip

        packed = base64.b64encode(gzip.compress(logo.encode("utf-8"), mtime=0))
        data = b"data:image/svg+xml;base64," + packed
        builder = builder.add_extension(x509.UnrecognizedExtension(LOGOTYPE, _octets(data)), False)
    deterministic = None if made.key.startswith("rsa") and made.issuer == "self" else True
    return builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=deterministic)


def _octets(data: bytes) -> bytes:
    """An IA5String in a sequence: enough of a logotype for whoever looks for the data URI."""

    def wrap(tag: int, inner: bytes) -> bytes:
        size = len(inner)
        length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
        return bytes([tag]) + length + inner

    return wrap(0x30, wrap(0x16, data))


def chain_of(made: Made) -> tuple[bytes, ...]:
    """The certificates a server with this one sends, leaf first, DER."""
    leaf = certificate(made).public_bytes(Encoding.DER)
    if made.issuer == "self":
        return (leaf,)
    return leaf, authority().public_bytes(Encoding.DER)


def pem_of_mark(names: list[str], until: datetime, logo: str) -> bytes:
    """A mark certificate as it is served."""
    made = certificate(Made(tuple(names), until), mark=True, logo=logo)
    return made.public_bytes(Encoding.PEM)


def key_digest(kind: str = "ec") -> str:
    """What ``3 1 1`` (or for ``authority`` ``2 1 1``) holds for a key."""
    public = private_key(kind).public_key()
    data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(data).hexdigest()


class Files(NamedTuple):
    """What a server reads: chain and key in PEM; ``authority`` is what a client trusts."""

    chain: Path
    key: Path
    authority: Path


def write(made: Made, folder: Path, name: str) -> Files:
    """The certificate, its chain and its key as files."""
    files = Files(folder / f"{name}.pem", folder / f"{name}.key", folder / "authority.pem")
    chain = certificate(made).public_bytes(Encoding.PEM)
    if made.issuer != "self":
        chain += authority().public_bytes(Encoding.PEM)
    files.chain.write_bytes(chain)
    key = private_key(made.key)
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files.key.chmod(0o600)
    files.authority.write_bytes(authority().public_bytes(Encoding.PEM))
    return files
