"""
Digests of a wrong length, read from presentation form as they are published.

dnspython refuses such records. Name servers publish them, our own codec reads them from live answers, and what is
wrong with them is for the checks to say (`dane/data-length`); so a file is not refused for them either.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailsetup.model.dns import DS, TLSA, Opaque, Rdata, present

GENERIC = "\\#"  # RFC 3597 section 5
_HEAD = 3  # numbers before the digest
_OPAQUE = {"SMIMEA": "TLSA", "CDS": "DS", "DLV": "DS"}  # types of the same form that nothing here judges
_TAG_OCTETS = {"TLSA": 1, "DS": 2}  # of the first number; the other two take one


def odd_digest(rdtype: str, words: Sequence[str]) -> Rdata | None:
    """A TLSA or DS record, or one of their form, from its words; None where these make none whatever its length."""
    like = _OPAQUE.get(rdtype, rdtype)
    if like not in _TAG_OCTETS:
        return None
    try:
        found = _generic(like, words) if words[:1] == [GENERIC] else _worded(like, words)
    except (ValueError, IndexError):
        return None
    return found if like == rdtype else Opaque(present(found, rdtype))


def _generic(like: str, words: Sequence[str]) -> TLSA | DS:
    octets = bytes.fromhex("".join(words[2:]))
    first = _TAG_OCTETS[like]
    if len(octets) != int(words[1]) or len(octets) < first + 2:
        raise ValueError
    return _made(like, int.from_bytes(octets[:first]), octets[first], octets[first + 1], octets[first + 2 :])


def _worded(like: str, words: Sequence[str]) -> TLSA | DS:
    first, second, third = words[:_HEAD]
    digest = bytes.fromhex("".join(words[_HEAD:]))
    if not digest:
        raise ValueError
    middle = _algorithm(second) if like == "DS" else _number(second, 1)
    return _made(like, _number(first, _TAG_OCTETS[like]), middle, _number(third, 1), digest)


def _made(like: str, first: int, second: int, third: int, digest: bytes) -> TLSA | DS:
    return DS(first, second, third, digest) if like == "DS" else TLSA(first, second, third, digest)


def _number(text: str, octets: int) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 5 or int(text) >= 256**octets:
        raise ValueError
    return int(text)


def _algorithm(text: str) -> int:
    """A number or one of the mnemonics of RFC 4034 appendix A.1 and its registry."""
    if text.isdecimal():
        return _number(text, 1)
    import dns.dnssectypes
    import dns.exception

    try:
        return int(dns.dnssectypes.Algorithm.from_text(text))
    except dns.exception.DNSException:
        raise ValueError from None
