"""X.509 certificates as values: names, times, key, and how they match names and TLSA records (RFC 5280)."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any, NamedTuple

from mailsetup.model.patterns import late

CERTIFICATE_OCTETS_LIMIT = 65_536  # ours: real ones have 1 to 8 KB
NAMES_LIMIT = 1000  # subject alternative names looked at
CERTIFICATES_REMEMBERED = 512
_COMMON_NAME = late(r"(?:\A|[,+])CN=([A-Za-z0-9*._-]+)(?=[,+]|\Z)")
TIME = "%Y-%m-%dT%H:%M:%SZ"


class Certificate(NamedTuple):
    """
    What a check needs of a certificate.

    ``names`` are the DNS names of the subject alternative name extension in lower case (the common name
    does not count, RFC 9525 section 2); times are ISO 8601 in UTC. ``public_key`` is the DER of the
    SubjectPublicKeyInfo. ``self_issued`` says that issuer and subject are the same.
    """

    der: bytes
    names: tuple[str, ...]
    not_before: str
    not_after: str
    key_type: str
    key_bits: int
    signature_hash: str
    public_key: bytes
    self_issued: bool
    is_authority: bool
    subject: str
    issuer: str
    extended_usages: tuple[str, ...] = ()

    def names_host(self, host: str) -> bool:
        """Whether senders with DANE take it for the host's: a certificate without names is called by its subject."""
        if self.names:
            return self.covers(host)
        common = _COMMON_NAME.search(self.subject)  # RFC 7672 section 3.2.2: where there is no DNS-ID
        return common is not None and name_matches(common[1].lower(), host.lower().rstrip("."))

    def covers(self, host: str) -> bool:
        """Whether one of the names is the host's, a wildcard standing for one whole label (RFC 9525 section 6.3)."""
        host = host.lower().rstrip(".")
        return any(name_matches(name, host) for name in self.names)


def name_matches(pattern: str, host: str) -> bool:
    """Whether a name, or ``*.`` and a name, is the host's; the star stands for exactly one label."""
    if pattern.startswith("*."):
        return "." in host and pattern[2:] == host.partition(".")[2]
    return pattern == host


@lru_cache(CERTIFICATES_REMEMBERED)
def parse_certificate(der: bytes) -> Certificate | None:
    """A certificate's values; None for what cannot be read."""
    if len(der) > CERTIFICATE_OCTETS_LIMIT:
        return None
    try:
        return _read(der)
    except Exception:  # the library raises many kinds for what others sent; none of them says more to us
        return None


def loaded(der: bytes) -> Any:
    """The library's certificate; raises what it raises. What is odd is told by checks, not on stderr."""
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(der)


def _read(der: bytes) -> Certificate:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    found = loaded(der)
    key = found.public_key()
    hash_algorithm = found.signature_hash_algorithm
    return Certificate(
        der,
        _names(found),
        found.not_valid_before_utc.strftime(TIME),
        found.not_valid_after_utc.strftime(TIME),
        type(key).__name__.strip("_").removesuffix("PublicKey"),
        getattr(key, "key_size", 0),
        hash_algorithm.name if hash_algorithm is not None else "",
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        found.issuer == found.subject,
        _is_authority(found),
        found.subject.rfc4514_string()[:200],
        found.issuer.rfc4514_string()[:200],
        _extended_usages(found),
    )


def _names(found: object) -> tuple[str, ...]:
    from cryptography import x509

    assert isinstance(found, x509.Certificate)
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value.get_values_for_type(x509.DNSName)
    return tuple(name.lower().rstrip(".") for name in names[:NAMES_LIMIT])


def _is_authority(found: object) -> bool:
    from cryptography import x509

    assert isinstance(found, x509.Certificate)
    try:
        return bool(found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _extended_usages(found: object) -> tuple[str, ...]:
    from cryptography import x509

    assert isinstance(found, x509.Certificate)
    try:
        usages = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(usage.dotted_string for usage in usages)


def issued(child: Certificate, parent: Certificate) -> bool:
    """Whether a certificate carries the signature of another's key; False for what cannot be told."""

    try:
        loaded(child.der).verify_directly_issued_by(loaded(parent.der))
    except Exception:  # whatever is wrong with it, it proves nothing
        return False
    return True


def association(certificate: Certificate, selector: int, matching: int) -> bytes:
    """What a TLSA record with this selector and matching type holds for a certificate (RFC 6698 section 2.1)."""
    import hashlib

    data = certificate.public_key if selector == 1 else certificate.der
    if matching == 1:
        return hashlib.sha256(data).digest()
    return hashlib.sha512(data).digest() if matching == 2 else data
