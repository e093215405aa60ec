"""Rdata from presentation form (RFC 1035 section 5.1): the way back from `model.dns.present`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from mailsetup.model.dns import CAA, DNSKEY, DS, MX, NAME_TYPES, SOA, SRV, TLSA, TXT, Opaque, Rdata
from mailsetup.model.message import say

_ESCAPE = re.compile(r"\\(?:([0-9]{3})|(.))", re.DOTALL)
_STRING = r'"(?:[^"\\]|\\.)*"'
_STRINGS = re.compile(rf"{_STRING}(?:\s+{_STRING})*", re.DOTALL)
_ONE_STRING = re.compile(_STRING, re.DOTALL)


def unquoted(text: str) -> bytes:
    """The octets of one quoted string, or of several that are one text; raises `ValueError` for another text."""
    if _STRINGS.fullmatch(text) is None:
        raise ValueError(say("not a quoted string"))
    return b"".join([unescaped(string[1:-1]) for string in _ONE_STRING.findall(text)])


def unescaped(text: str) -> bytes:
    r"""Octets with ``\DDD`` and ``\x`` resolved."""
    out = bytearray()
    at = 0
    for match in _ESCAPE.finditer(text):
        out += text[at : match.start()].encode("utf-8")
        number = int(match[1]) if match[1] else -1
        if number > 255:
            raise ValueError(say("\\{number} is no octet", number=match[1]))
        out += bytes([number]) if number >= 0 else match[2].encode("utf-8")
        at = match.end()
    return bytes(out + text[at:].encode("utf-8"))


def rdata(text: str, rdtype: str, chunks: Sequence[int] | None = None) -> Rdata:
    """
    One record's data; ``chunks`` are the lengths of a TXT record's strings where they are not the usual ones.

    Raises `ValueError` for a text that is no such record. Names lose their trailing dot.
    """
    if rdtype == "TXT":
        return _texts(unquoted(text), chunks)
    if rdtype in NAME_TYPES:
        return _name(text)
    if rdtype in ("A", "AAAA"):
        return text
    words = text.split()
    try:
        return _worded(words, text, rdtype)
    except (IndexError, binascii.Error, TypeError) as fault:
        raise ValueError(say("not a {rdtype} record: {fault}", rdtype=rdtype, fault=str(fault))) from None


def _worded(words: list[str], text: str, rdtype: str) -> Rdata:
    match rdtype:
        case "MX":
            return MX(int(words[0]), _name(words[1]))
        case "SRV":
            return SRV(int(words[0]), int(words[1]), int(words[2]), _name(words[3]))
        case "SOA":
            numbers = tuple(map(int, words[2:7]))
            return SOA(_name(words[0]), _name(words[1]), *numbers)
        case "CAA":
            return CAA(int(words[0]), words[1], unquoted(text.split(None, 2)[2]))
        case "TLSA":
            return TLSA(int(words[0]), int(words[1]), int(words[2]), bytes.fromhex(words[3]))
        case "DS":
            return DS(int(words[0]), int(words[1]), int(words[2]), bytes.fromhex(words[3]))
        case "DNSKEY":
            return DNSKEY(int(words[0]), int(words[1]), int(words[2]), base64.b64decode(words[3]))
    return Opaque(text)


def _texts(data: bytes, chunks: Sequence[int] | None) -> TXT:
    if chunks is None:
        return TXT(tuple(data[i : i + 255] for i in range(0, len(data), 255)) or (b"",))
    if sum(chunks) != len(data) or any(n < 0 or n > 255 for n in chunks):
        raise ValueError(say("the chunks do not add up to the text"))
    out, at = [], 0
    for length in chunks:
        out.append(data[at : at + length])
        at += length
    return TXT(tuple(out))


def _name(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("\\.") else text
