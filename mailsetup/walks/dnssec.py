"""
Whether DNSSEC protects a domain, and the state of its keys (RFC 4035, RFC 9364).

Validation is done at the edge, from a root trust anchor that is shipped: an answer's AD bit is another's
word. The keys themselves are read here, from ordinary questions.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple, cast

from mailsetup.model.dns import (
    DNSKEY,
    DS,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    Opaque,
    dns_question,
)
from mailsetup.model.walk import Walk, ask

from .delegation import delegation
from .mx_hosts import EXCHANGE_LIMIT, is_host_name
from .mx_records import mx_records

__all__ = [
    "DnssecKeys",
    "HostsValidated",
    "Validated",
    "dnssec_keys",
    "ds_matches",
    "hosts_validation",
    "mail_validation",
]

RECORDS_LIMIT = 30
SECURE_ENTRY = 0x0001  # RFC 4034 section 2.1.1
ZONE_KEY = 0x0100


class Validated(NamedTuple):
    """One record set and what validating it showed."""

    question: DnssecQuestion
    answer: DnssecAnswer


def mail_validation(domain: str) -> Walk[Validated]:
    """Whether the MX records of a domain, or their absence, validate: one question to the validator."""
    question = DnssecQuestion(domain, "MX")
    answers = yield (question,)
    return Validated(question, cast(DnssecAnswer, answers[question]))


class HostsValidated(NamedTuple):
    """What validating showed of the addresses of a domain's mail hosts, beside that of its MX records."""

    mx: Validated
    hosts: tuple[tuple[str, Validated], ...] = ()


def hosts_validation(domain: str) -> Walk[HostsValidated]:
    """
    Whether the addresses of the mail hosts validate: one question a host, after the MX records.

    The answer for ``A`` speaks for both kinds: a set that is not there has its absence proven by the same zone.
    """
    mx = yield from mail_validation(domain)
    found = yield from mx_records(domain)
    names = tuple(dict.fromkeys(e for e in found.exchanges if is_host_name(e)))[:EXCHANGE_LIMIT]
    questions = tuple(DnssecQuestion(name, "A") for name in names)
    if not questions:
        return HostsValidated(mx)
    answers = yield questions
    pairs = (Validated(question, cast(DnssecAnswer, answers[question])) for question in questions)
    return HostsValidated(mx, tuple(zip(names, pairs, strict=True)))


class DnssecKeys(NamedTuple):
    """
    ``ds`` are the parent's records for the zone, ``keys`` the zone's own; ``nsec3`` are NSEC3PARAM records as
    (algorithm, iterations, salt). ``zone`` is ``""`` while nobody could say which zone it is.
    """

    zone: str
    ds_answer: DnsAnswer | None = None
    keys_answer: DnsAnswer | None = None
    ds: tuple[DS, ...] = ()
    keys: tuple[DNSKEY, ...] = ()
    nsec3: tuple[tuple[int, int, str], ...] = ()

    @property
    def ds_question(self) -> DnsQuestion:
        """The question for the parent's records."""
        return dns_question(self.zone, "DS")

    @property
    def keys_question(self) -> DnsQuestion:
        """The question for the zone's keys."""
        return dns_question(self.zone, "DNSKEY")

    @property
    def nsec3_question(self) -> DnsQuestion:
        """The question for how absence is proven."""
        return dns_question(self.zone, "NSEC3PARAM")


def dnssec_keys(domain: str) -> Walk[DnssecKeys]:
    """The DS, DNSKEY and NSEC3PARAM records of the zone a domain lives in: one round after its delegation."""
    zone = (yield from delegation(domain)).zone
    if not zone:
        return DnssecKeys("")
    questions = tuple(dns_question(zone, rdtype) for rdtype in ("DS", "DNSKEY", "NSEC3PARAM"))
    ds, keys, nsec3 = yield from ask(*questions)
    return DnssecKeys(
        zone,
        ds,
        keys,
        tuple(r for r in ds.records if type(r) is DS)[:RECORDS_LIMIT],
        tuple(r for r in keys.records if type(r) is DNSKEY)[:RECORDS_LIMIT],
        tuple(_nsec3(r.text) for r in nsec3.records if type(r) is Opaque)[:RECORDS_LIMIT],
    )


def _nsec3(text: str) -> tuple[int, int, str]:
    parts = text.split()
    if len(parts) != 4 or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return (0, 0, "-")
    return int(parts[0][:3]), int(parts[2][:5]), parts[3][:520]


def key_tag(key: DNSKEY) -> int:
    """The number that DS and RRSIG records name a key by (RFC 4034 appendix B)."""
    data = _key_data(key)
    total = sum(octet if i & 1 else octet << 8 for i, octet in enumerate(data))
    return (total + (total >> 16)) & 0xFFFF


def _key_data(key: DNSKEY) -> bytes:
    return bytes([key.flags >> 8 & 255, key.flags & 255, key.protocol & 255, key.algorithm & 255]) + key.key


def ds_matches(ds: DS, zone: str, key: DNSKEY) -> bool | None:
    """Whether a DS record is that of a key; None when its digest type is unknown here (RFC 4034 section 5.1.4)."""
    digest = {1: "sha1", 2: "sha256", 4: "sha384"}.get(ds.digest_type)
    if digest is None:
        return None
    if ds.key_tag != key_tag(key) or ds.algorithm != key.algorithm:
        return False
    labels = [label.encode("ascii", "replace") for label in zone.split(".") if label]
    owner = b"".join(bytes((min(len(label), 63),)) + label for label in labels) + b"\0"
    return hashlib.new(digest, owner + _key_data(key), usedforsecurity=False).digest() == ds.digest


def rsa_bits(key: DNSKEY) -> int:
    """The size of an RSA key's modulus (RFC 3110 section 2); 0 for other algorithms and what cannot be read."""
    if key.algorithm not in (1, 5, 7, 8, 10) or len(key.key) < 3:
        return 0
    size, start = key.key[0], 1
    if size == 0:
        size, start = int.from_bytes(key.key[1:3], "big"), 3
    modulus = key.key[start + size :]
    return int.from_bytes(modulus, "big").bit_length()
