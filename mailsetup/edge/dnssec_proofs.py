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

from mailsetup.model.dns import DnssecStatus
from mailsetup.model.message import phrase

ITERATIONS_LIMIT = 100  # RFC 9276 section 3.2 lets validators give up on more; 0 is the only value to use
OPT_OUT = 1  # RFC 5155 section 3.1.2.1
SHA1 = 1  # the only NSEC3 hash, RFC 5155 section 11


class Proof(Enum):
    """What is proven about a name for which no DS record came."""

    UNSIGNED = phrase("an unsigned zone begins here")
    NO_CUT = phrase("no zone begins here")
    GONE = phrase("the name does not exist")
    TOO_COSTLY = phrase("nobody counts so many rounds of hashing")


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
        return Proof.TOO_COSTLY
    match = hashed.match(name)
    if match is not None:
        return _at_the_name(match)
    _, covering = hashed.closest_encloser(name)
    if covering is None:
        return None
    return Proof.UNSIGNED if covering.flags & OPT_OUT else Proof.GONE


def absent(
    signed: Iterable[dns.rrset.RRset],
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    zone: dns.name.Name,
) -> DnssecStatus:
    """
    Whether validated records of ``zone`` prove that the name has no such type, or does not exist: bogus if not.

    No wildcard may answer in its place either (RFC 4035 section 5.4, RFC 5155 sections 8.4 to 8.7). Insecure is
    what a gap with opt-out, or hashes of too many rounds, say.
    """
    sets = list(signed)
    if any(rrset.rdtype == dns.rdatatype.NSEC for rrset in sets):
        return _sure(_absent_by_names(_records(sets, dns.rdatatype.NSEC), name, rdtype, zone))
    hashed = _Hashed(sets, zone)
    if hashed.too_costly:
        return DnssecStatus.INSECURE
    match = hashed.match(name)
    if match is not None:
        return _sure(_lacks(match, rdtype))
    encloser, covering = hashed.closest_encloser(name)
    if encloser is None or covering is None:
        return DnssecStatus.BOGUS
    wildcard = dns.name.Name([b"*"]).concatenate(encloser)
    match = hashed.match(wildcard)
    gap = hashed.covering(wildcard)
    if (match is None and gap is None) or (match is not None and not _lacks(match, rdtype)):
        return DnssecStatus.BOGUS
    return _unless_opted_out(covering)


def expands(
    signed: Iterable[dns.rrset.RRset], name: dns.name.Name, labels: int, zone: dns.name.Name
) -> DnssecStatus:
    """
    Whether a wildcard may answer for a name: bogus unless validated records prove that none stands closer.

    ``labels`` are those of the signature, one for each of the wildcard's parent (RFC 4035 section 5.3.4, RFC 5155
    section 8.8).
    """
    sets = list(signed)
    closer = dns.name.Name(name.labels[-(labels + 2) :])
    for owner, record in _records(sets, dns.rdatatype.NSEC):
        if _covers(owner, record, closer, zone) and not record.next.is_subdomain(closer):
            return DnssecStatus.SECURE
    hashed = _Hashed(sets, zone)
    if hashed.too_costly:
        return DnssecStatus.INSECURE
    covering = hashed.covering(closer)
    return DnssecStatus.BOGUS if covering is None else _unless_opted_out(covering)


def _sure(proven: bool) -> DnssecStatus:
    return DnssecStatus.SECURE if proven else DnssecStatus.BOGUS


def _unless_opted_out(covering: Any) -> DnssecStatus:
    """What lies in a gap with opt-out may be an unsigned delegation (RFC 5155 section 9.2)."""
    return DnssecStatus.INSECURE if covering.flags & OPT_OUT else DnssecStatus.SECURE


def _absent_by_names(
    records: list[tuple[dns.name.Name, Any]],
    name: dns.name.Name,
    rdtype: dns.rdatatype.RdataType,
    zone: dns.name.Name,
) -> bool:
    for owner, record in records:
        if owner == name:
            return _lacks(record, rdtype)
    for owner, record in records:
        if _covers(owner, record, name, zone):
            if record.next.is_subdomain(name):
                return True  # an empty non-terminal
            near, far = name.fullcompare(owner)[2], name.fullcompare(record.next)[2]
            wildcard = dns.name.Name([b"*", *name.labels[-max(near, far) :]])
            return any(
                _lacks(r, rdtype) if o == wildcard else _covers(o, r, wildcard, zone) for o, r in records
            )
    return False


def _lacks(record: Any, rdtype: dns.rdatatype.RdataType) -> bool:
    """Whether a name has neither the type nor an alias; of a delegation the parent cannot know (RFC 6840 section 4.1)."""
    if _is_cut(record) and rdtype != dns.rdatatype.DS:
        return False
    return not (_has(record, rdtype) or _has(record, dns.rdatatype.CNAME))


def _is_cut(record: Any) -> bool:
    return _has(record, dns.rdatatype.NS) and not _has(record, dns.rdatatype.SOA)


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
    """
    Whether a name falls into the gap after an owner; a delegation or DNAME says nothing about names below it.

    A gap begins and ends in the zone (RFC 4034 section 4.1.1); what is signed outside it says nothing.
    """
    if not (owner.is_subdomain(zone) and record.next.is_subdomain(zone)):
        return False
    if name.is_subdomain(owner) and (_is_cut(record) or _has(record, dns.rdatatype.DNAME)):
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

    def covering(self, name: dns.name.Name) -> Any:
        """The record in whose gap the name falls."""
        if not self.records or self.too_costly:
            return None
        wanted = self._hash(name)
        return next((record for owner, record in self.records if _in_gap(owner, record, wanted)), None)

    def closest_encloser(self, name: dns.name.Name) -> tuple[dns.name.Name | None, Any]:
        """The closest name that exists, and the record in whose gap the one below it falls (RFC 5155 section 8.3)."""
        closer = name
        while self.records and closer != self.zone and closer.is_subdomain(self.zone):
            above = closer.parent()
            match = self.match(above)
            if match is not None:
                beyond = _is_cut(match) or _has(match, dns.rdatatype.DNAME)
                return above, None if beyond else self.covering(closer)
            closer = above
        return None, None


def _in_gap(owner: str, record: Any, wanted: str) -> bool:
    following = base64.b32hexencode(record.next).decode("ascii").rstrip("=")
    if owner < following:
        return owner < wanted < following
    return wanted > owner or wanted < following
