"""What signed NSEC and NSEC3 records prove: that something is absent, or a zone not signed (RFC 4035, RFC 5155)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from enum import Enum
from typing import Any

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.rrset

from mailsetup.model.message import phrase

ITERATIONS_LIMIT = 100  # RFC 9276 section 3.2 lets validators give up on more; 0 is the only value to use
OPT_OUT = 1  # RFC 5155 section 3.1.2.1
SHA1 = 1  # the only NSEC3 hash, RFC 5155 section 11


class Proof(Enum):
    """What is proven about a name for which no DS record came."""

    UNSIGNED = phrase("an unsigned zone begins here")
    NO_CUT = phrase("no zone begins here")
    GONE = phrase("the name does not exist")


def no_ds(signed: Iterable[dns.rrset.RRset], name: dns.name.Name, zone: dns.name.Name) -> Proof | None:
    """What validated records of ``zone`` prove about a name without DS; None if nothing."""
    sets = list(signed)
    for owner, record in _records(sets, dns.rdatatype.NSEC):
        if owner == name:
            return _at_the_name(record)
        if _covers(owner, record, name, zone):
            return Proof.NO_CUT if record.next.is_subdomain(name) else Proof.GONE
    hashed = _Hashed(sets, zone)
    if hashed.too_costly:
        return Proof.UNSIGNED
    match = hashed.match(name)
    if match is not None:
        return _at_the_name(match)
    covering = hashed.covering_next_closer(name)
    if covering is None:
        return None
    return Proof.UNSIGNED if covering.flags & OPT_OUT else Proof.GONE


def absent(
    signed: Iterable[dns.rrset.RRset],
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    zone: dns.name.Name,
) -> bool:
    """Whether validated records of ``zone`` prove that the name has no such type, or does not exist."""
    sets = list(signed)
    for owner, record in _records(sets, dns.rdatatype.NSEC):
        if owner == name:
            return not (_has(record, rdtype) or _has(record, dns.rdatatype.CNAME))
        if _covers(owner, record, name, zone):
            return True
    hashed = _Hashed(sets, zone)
    match = hashed.match(name)
    if match is not None:
        return not (_has(match, rdtype) or _has(match, dns.rdatatype.CNAME))
    return hashed.too_costly or hashed.covering_next_closer(name) is not None


def _at_the_name(record: Any) -> Proof | None:
    if _has(record, dns.rdatatype.DS):
        return None
    if not _has(record, dns.rdatatype.NS):
        return Proof.NO_CUT
    return (
        None if _has(record, dns.rdatatype.SOA) else Proof.UNSIGNED
    )  # with SOA the child speaks, not the parent


def _records(sets: list[dns.rrset.RRset], rdtype: dns.rdatatype.RdataType) -> list[tuple[dns.name.Name, Any]]:
    return [(rrset.name, record) for rrset in sets if rrset.rdtype == rdtype for record in rrset]


def _has(record: Any, rdtype: dns.rdatatype.RdataType) -> bool:
    """Whether a type stands in the bitmap (RFC 4034 section 4.1.2)."""
    number = int(rdtype)
    return any(
        window == number >> 8
        and (number & 255) >> 3 < len(bitmap)
        and bool(bitmap[(number & 255) >> 3] & (0x80 >> (number & 7)))
        for window, bitmap in record.windows
    )


def _covers(owner: dns.name.Name, record: Any, name: dns.name.Name, zone: dns.name.Name) -> bool:
    """Whether a name falls into the gap after an owner; a delegation says nothing about names below it."""
    if name.is_subdomain(owner) and _has(record, dns.rdatatype.NS) and not _has(record, dns.rdatatype.SOA):
        return False
    if owner < record.next:
        return bool(owner < name < record.next)
    return bool(owner < name) and name.is_subdomain(zone)  # the last gap leads back to the zone's beginning


class _Hashed:
    """The NSEC3 records of an answer, looked at by the hashes of names."""

    def __init__(self, sets: list[dns.rrset.RRset], zone: dns.name.Name) -> None:
        self.zone = zone
        self.records = [
            (owner.labels[0].decode("ascii", "replace").upper(), record)
            for owner, record in _records(sets, dns.rdatatype.NSEC3)
            if record.algorithm == SHA1
        ]
        self.too_costly = any(record.iterations > ITERATIONS_LIMIT for _, record in self.records)

    def _hash(self, name: dns.name.Name) -> str:
        _, record = self.records[0]
        return dns.dnssec.nsec3_hash(name, record.salt, record.iterations, SHA1)

    def match(self, name: dns.name.Name) -> Any:
        """The record of the name itself."""
        if not self.records or self.too_costly:
            return None
        wanted = self._hash(name)
        return next((record for owner, record in self.records if owner == wanted), None)

    def covering_next_closer(self, name: dns.name.Name) -> Any:
        """The record in whose gap the name below the closest existing one falls (RFC 5155 section 8.3)."""
        if not self.records or self.too_costly:
            return None
        closer = name
        while closer != self.zone and closer.is_subdomain(self.zone) and len(closer.labels) > 1:
            above = closer.parent()
            if above == self.zone or self.match(above) is not None:
                wanted = self._hash(closer)
                return next((r for owner, r in self.records if _in_gap(owner, r, wanted)), None)
            closer = above
        return None


def _in_gap(owner: str, record: Any, wanted: str) -> bool:
    following = base64.b32hexencode(record.next).decode("ascii").rstrip("=")
    if owner < following:
        return owner < wanted < following
    return wanted > owner or wanted < following
