"""One dnspython record as the house's rdata: the one place where the two meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mailsetup.model.dns import CAA, DNSKEY, DS, MX, SOA, SRV, TLSA, TXT, Opaque, Rdata
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

from .dnspython_faults import let_interrupts_through, name_fault, record_fault
from .odd_digests import odd_digest

if TYPE_CHECKING:
    import dns.name
    import dns.rdata


def name_text(name: dns.name.Name) -> str:
    """A name in lower case without the trailing dot, in master-file escapes; the root is ``""``."""
    text = name.to_text(omit_final_dot=True)
    return "" if text == "." else text.lower()


def from_dnspython(rdata: dns.rdata.Rdata) -> Rdata:
    """The record's data; a type the house has no shape for stays `Opaque`, in presentation form."""
    convert = _CONVERT.get(rdata.rdtype)
    if convert is None or not hasattr(rdata, "rdclass") or rdata.rdclass != 1:
        return Opaque(rdata.to_text())
    try:
        return convert(rdata)
    except AttributeError:  # a generic record of a known type, as `\# 4 c0000201`
        return Opaque(rdata.to_text())


def is_type(rdtype: str) -> bool:
    """Whether a word is a record type of DNS and not only of a DNS host."""
    import dns.exception
    import dns.rdatatype

    try:
        return not dns.rdatatype.is_metatype(dns.rdatatype.from_text(rdtype))
    except (dns.exception.DNSException, ValueError):
        return False


def is_judged(rdtype: str) -> bool:
    """
    Whether anything is ever decided on a type's data.

    Data of other types that cannot be read stand as they are: obsolete and new types are published too, and
    no mail depends on them. What is no data type at all (``ANY``, ``TSIG``, a word) counts as judged.
    """
    import dns.rdatatype

    if not is_type(rdtype):
        return True
    number = dns.rdatatype.from_text(rdtype)
    return number in _CONVERT or number == _NSEC3PARAM


def rdata_of(rdtype: str, text: str, where: str) -> Rdata:
    """
    A record's data from its presentation form, names whole. `InputError` begins with ``where``.

    Data that cannot be read stay as they are, `Opaque`, where nothing `is_judged` by them.
    """
    import dns.name
    import dns.rdata

    try:
        return from_dnspython(dns.rdata.from_text("IN", rdtype, text, dns.name.root, relativize=False))
    except Exception as fault:  # whatever it is, it is the file's
        let_interrupts_through(fault)
        odd = odd_digest(rdtype.upper(), text.split())
        if odd is not None:
            return odd
        if not is_judged(rdtype):
            return Opaque(text)
        reason = record_fault(fault)
        raise InputError(
            say("{where}: not a {rdtype} record: {reason}", where=where, rdtype=rdtype[:20], reason=reason)
        ) from None


def owner_in(name: str, origin: str, where: str) -> str:
    """A name as tools write it: ``@`` or nothing for the zone, whole with a final dot, else below the zone."""
    import dns.exception
    import dns.name

    if name in ("", "@"):
        return origin
    try:
        return name_text(dns.name.from_text(name, dns.name.from_text(origin + ".")))
    except (dns.exception.DNSException, UnicodeError, ValueError) as fault:
        raise InputError(say("{where}: not a name ({fault})", where=where, fault=name_fault(fault))) from None


def _address(r: Any) -> Rdata:
    return str(r.address)


def _target(r: Any) -> Rdata:
    return name_text(r.target)


def _mx(r: Any) -> Rdata:
    return MX(r.preference, name_text(r.exchange))


def _txt(r: Any) -> Rdata:
    return TXT(tuple(r.strings))


def _soa(r: Any) -> Rdata:
    return SOA(name_text(r.mname), name_text(r.rname), r.serial, r.refresh, r.retry, r.expire, r.minimum)


def _srv(r: Any) -> Rdata:
    return SRV(r.priority, r.weight, r.port, name_text(r.target))


def _caa(r: Any) -> Rdata:
    return CAA(r.flags, r.tag.decode("latin-1"), r.value)


def _tlsa(r: Any) -> Rdata:
    return TLSA(r.usage, r.selector, r.mtype, r.cert)


def _ds(r: Any) -> Rdata:
    return DS(r.key_tag, int(r.algorithm), int(r.digest_type), r.digest)


def _dnskey(r: Any) -> Rdata:
    return DNSKEY(int(r.flags), r.protocol, int(r.algorithm), r.key)


_NSEC3PARAM = 51  # read from its presentation form where it is judged
_CONVERT: dict[int, Callable[[Any], Rdata]] = {
    1: _address,  # A
    28: _address,  # AAAA
    2: _target,  # NS
    5: _target,  # CNAME
    12: _target,  # PTR
    39: _target,  # DNAME
    15: _mx,
    16: _txt,
    99: _txt,  # SPF, RFC 7208 section 3.1
    6: _soa,
    33: _srv,
    257: _caa,
    52: _tlsa,
    43: _ds,
    48: _dnskey,
}
