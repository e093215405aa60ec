"""Whether a chain of certificates leads to an authority trusted here (RFC 5280 section 6), and how it fails."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailsetup.grammar.certificate import TIME, Certificate, parse_certificate
from mailsetup.model import os_faults, retold
from mailsetup.model.message import phrase

VARIABLE = "SSL_CERT_FILE"
BEGIN = b"-----BEGIN CERTIFICATE-----"


class NoAuthorities(Exception):
    """Nobody can say whom to trust: the file that SSL_CERT_FILE names is of no use. The text is the reason."""


def authorities_fault() -> str:
    """
    Why the file that SSL_CERT_FILE names cannot be used, in English, ``""`` if it can or none is named.

    Without it every chain would look untrusted, which is a fault of this machine and not of the host's.
    """
    file = os.environ.get(VARIABLE)
    if not file:
        return ""
    try:
        if BEGIN in Path(file).read_bytes():
            return ""
    except OSError as fault:
        return retold.kept(retold.NO_AUTHORITIES, file=file, fault=os_faults.reason(fault))
    return retold.kept(retold.NO_AUTHORITIES, file=file, fault=phrase("it holds no certificate in PEM form"))


def chain_fault(chain: Sequence[bytes], host: str) -> str:
    """
    What is wrong with a served chain for a host, ``""`` if nothing.

    One word, the plainest first: ``expired``, ``not-yet-valid``, ``self-signed``, ``name``, ``untrusted``;
    ``unreadable`` for what is no certificate. `NoAuthorities` where nobody could say whom to trust.
    """
    leaf = parse_certificate(chain[0]) if chain else None
    if leaf is None:
        return "unreadable"
    plain = _plain_fault(leaf, host)
    if plain:
        return plain
    unusable = authorities_fault()
    if unusable:
        raise NoAuthorities(unusable)
    return "" if _trusted(tuple(chain), host) else "untrusted"


def _plain_fault(leaf: Certificate, host: str) -> str:
    now = datetime.now(UTC).strftime(TIME)
    if leaf.not_after < now:
        return "expired"
    if leaf.not_before > now:
        return "not-yet-valid"
    if leaf.self_issued and not leaf.is_authority:
        return "self-signed"
    return "" if leaf.covers(host) else "name"


def _trusted(chain: tuple[bytes, ...], host: str) -> bool:
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder

    try:
        leaf, *others = (x509.load_der_x509_certificate(der) for der in chain)
        verifier = (
            PolicyBuilder().store(_authorities(_trust_file())).build_server_verifier(x509.DNSName(host))
        )
        verifier.verify(leaf, others)
    except Exception:  # the library's words are many, ours is one: not trusted
        return False
    return True


def _trust_file() -> str:
    import certifi

    return os.environ.get(VARIABLE) or certifi.where()


@lru_cache(maxsize=4)
def _authorities(file: str) -> Any:
    """The authorities of a PEM file; what cannot be read among them is left out."""
    from cryptography import x509
    from cryptography.x509.verification import Store

    found = []
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # some old authorities have odd serial numbers; nobody here can mend it
        for piece in Path(file).read_bytes().split(BEGIN)[1:]:
            try:
                found.append(x509.load_pem_x509_certificate(BEGIN + piece))
            except ValueError:
                continue
    return Store(found)
