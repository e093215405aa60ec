"""
Messages read by dnspython: every type there is, and whatever our own codec left alone.

No type or exception of dnspython leaves this file.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mailsetup.edge.dnspython_faults import let_interrupts_through
from mailsetup.edge.rdata_from_dnspython import from_dnspython, name_text
from mailsetup.model.message import phrase

from .wire import OTHER_TYPES, TYPES, Message, Record, Unusual

if TYPE_CHECKING:
    import dns.message
    import dns.rrset


@lru_cache(maxsize=256)
def number_of(rdtype: str) -> int:
    """A type's number from its mnemonic or ``TYPE123``; raises ValueError for what is no type."""
    number = TYPES.get(rdtype) or OTHER_TYPES.get(rdtype)
    if number is not None:
        return number
    import dns.exception
    import dns.rdatatype

    try:
        return int(dns.rdatatype.from_text(rdtype))
    except (dns.exception.DNSException, ValueError):
        raise ValueError(f"no type of record is called {rdtype!r}") from None


def read(wire: bytes) -> Message:
    """A message as dnspython reads it; raises `Unusual` with its reason when it cannot be read."""
    import dns.exception
    import dns.message

    try:
        message = dns.message.from_wire(wire, one_rr_per_rrset=True, ignore_trailing=False)
    except (dns.exception.DNSException, ValueError, IndexError, KeyError, AssertionError, TypeError) as fault:
        let_interrupts_through(fault)
        raise Unusual(phrase("the message is malformed")) from None
    return from_message(message)


def from_message(message: dns.message.Message) -> Message:
    """A dnspython message as ours; raises `Unusual` for an answer of another class than IN, else leaves such records out."""
    if any(int(rrset.rdclass) != 1 for rrset in message.answer):
        raise Unusual(phrase("the answer is of another class"))
    answer, authority, additional = (
        [record for rrset in section for record in _records(rrset)]
        for section in (message.answer, message.authority, message.additional)
    )
    faults = tuple(
        (int(option.code), option.text or "")
        for option in message.options
        if int(option.otype) == 15  # RFC 8914
    )
    payload = (int(message.payload) or 512) if message.edns >= 0 else 0
    return Message(int(message.flags), int(message.rcode()), answer, authority, additional, faults, payload)


def _records(rrset: dns.rrset.RRset) -> list[Record]:
    import dns.rdatatype

    if int(rrset.rdclass) != 1:
        return []
    rdtype = dns.rdatatype.to_text(rrset.rdtype)
    owner = name_text(rrset.name)
    return [(owner, rdtype, int(rrset.ttl), from_dnspython(rdata)) for rdata in rrset]
