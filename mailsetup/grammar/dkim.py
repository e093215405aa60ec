"""DKIM key records as values: parse(text), str(key), and the size of the key (RFC 6376 section 3.6.1, 8301, 8463)."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import Final

from mailsetup.model.mail_records import DkimKey
from mailsetup.model.message import say
from mailsetup.model.parsed import Fault, Parsed

from .tag_list import Tag, TagList, tag_list

KEYS_REMEMBERED: Final = 1024
KEY_OCTETS_LIMIT = 8192  # an RSA key of 65,536 bits; verifiers need only support 4096 (RFC 8301 section 3.2)
DER_START: Final = 8  # characters of base64 that hold the tag and the length of an RSA key
ED25519_OCTETS: Final = 32  # RFC 8463 section 4
RECORD: Final = "RFC 6376 section 3.6.1"
LIST: Final = "RFC 6376 section 3.2"
FATAL: Final = frozenset(
    {"DKIM_VERSION", "DKIM_P_MISSING", "DKIM_P_BASE64", "DKIM_ED25519_LENGTH", "DKIM_TAG_DUPLICATE"}
)
"""Faults after which there is no key: a verifier ends in permerror."""

_TAGS: Final = frozenset({"v", "p", "k", "h", "s", "t", "g", "n"})
_LOOKS_LIKE = re.compile(r"\s*(?:v\s*=\s*[\"']?dkim|[a-z]\s*=.*\bp\s*=|p\s*=)", re.IGNORECASE | re.DOTALL)
_RSA_OID: Final = bytes.fromhex("06092a864886f70d010101")  # rsaEncryption, RFC 8017 appendix A.1
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+=*\Z")
_WORD: Final = r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?"  # hyphenated-word, RFC 6376 section 2.9
_LISTS: Final = {
    "h": re.compile(rf"{_WORD}(?:\s*:\s*{_WORD})*\Z"),
    "s": re.compile(rf"(?:\*|{_WORD})(?:\s*:\s*(?:\*|{_WORD}))*\Z"),
    "t": re.compile(rf"{_WORD}(?:\s*:\s*{_WORD})*\Z"),
}
"""The tags whose values are words between colons."""
_NO_TAG: Final = frozenset({"EMPTY", "NO_EQUALS", "NAME"})
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03


def looks_like_key(text: str) -> bool:
    """Whether a text seems meant as a DKIM key record, whole or broken."""
    return _LOOKS_LIKE.match(text[:2048]) is not None


@lru_cache(KEYS_REMEMBERED)
def parse_dkim_key(text: str) -> Parsed[DkimKey]:
    """
    The key in a text. The value is None after a fault in `FATAL`.

    A size that is too small, an unknown type or odd flags are no faults of the text, apart from an unknown
    ``k``, which is both: there is a value, with its key unread.
    """
    listed = tag_list(text)
    faults = _list_faults(listed, text)
    firsts = {tag.name: tag for tag in reversed(listed.tags)}
    faults += [*_version_faults(listed), *_word_faults(text)]
    key_type = _word(firsts, "k", "rsa").lower()
    public_key, form, bits, exponent = _public_key(firsts.get("p"), key_type, faults)
    if key_type not in ("rsa", "ed25519"):
        text_ = say('the key type "{value}" is not known; it is rsa or ed25519', value=key_type)
        faults.append(Fault(firsts["k"].span, text_, (RECORD, "RFC 8463 section 4"), "DKIM_K_UNKNOWN"))
    if any(fault.code in FATAL for fault in faults):
        return Parsed(None, tuple(faults))
    granularity = firsts.get("g")
    key = DkimKey(
        key_type=key_type,
        public_key=public_key,
        hash_algorithms=_words(firsts, "h"),
        service_types=_words(firsts, "s") or ("*",),
        flags=_words(firsts, "t"),
        notes=_word(firsts, "n", ""),
        granularity=None if granularity is None else granularity.value,
        unknown=tuple((tag.name, tag.value) for tag in listed.tags if tag.name not in _TAGS),
        form=form,
        bits=bits,
        exponent=exponent,
    )
    return Parsed(key, tuple(faults))


def _list_faults(listed: TagList, text: str) -> list[Fault]:
    faults = []
    for fault in listed.faults:
        code = "DKIM_TAG_DUPLICATE" if fault.code == "DUPLICATE" else "DKIM_SYNTAX"
        faults.append(fault._replace(code=code))
    bare = text.rstrip()
    if bare.endswith(";") and bare != text:
        message = say("white space after the last semicolon is not allowed; readers pass over it")
        faults.append(Fault((len(bare), len(text)), message, (LIST,), "DKIM_TRAILING_SPACE", ""))
    return faults


def broken_piece(text: str) -> Fault | None:
    """The first piece of a key record that is no tag at all; verifiers refuse such a key (RFC 6376 section 6.1.2 step 3)."""
    faults = (f for f in tag_list(text).faults if f.code in _NO_TAG)
    return next((f._replace(code="DKIM_SYNTAX") for f in faults), None)


def broken_lists(text: str) -> tuple[Tag, ...]:
    """The h, s and t of a text that are not words between colons, empty ones too (RFC 6376 section 3.6.1)."""
    return tuple(t for t in tag_list(text).tags if t.name in _LISTS and not _LISTS[t.name].match(t.value))


def _word_faults(text: str) -> list[Fault]:
    return [
        Fault(
            tag.span,
            say(
                '"{name}" wants words between colons, and has "{value}"', name=tag.name, value=tag.value[:40]
            ),
            (RECORD,),
            "DKIM_SYNTAX",
        )
        for tag in broken_lists(text)
    ]


def _version_faults(listed: TagList) -> list[Fault]:
    for place, tag in enumerate(listed.tags):
        if tag.name == "v" and (place or tag.value != "DKIM1"):
            message = (
                say("v= must be the first tag of the record")
                if tag.value == "DKIM1"
                else say("v={value} is not v=DKIM1, in exactly these letters", value=tag.value)
            )
            return [Fault(tag.span, message, (RECORD,), "DKIM_VERSION")]
    return []


def _word(firsts: dict[str, Tag], name: str, default: str) -> str:
    tag = firsts.get(name)
    return default if tag is None else tag.value


def _words(firsts: dict[str, Tag], name: str) -> tuple[str, ...]:
    words = (word.strip().lower() for word in _word(firsts, name, "").split(":"))
    return tuple(word for word in words if word)


def _public_key(tag: Tag | None, key_type: str, faults: list[Fault]) -> tuple[bytes, str, int, int]:
    nothing = (b"", "", 0, 0)
    if tag is None:
        faults.append(Fault((0, 0), say("there is no public key (p=)"), (RECORD,), "DKIM_P_MISSING"))
        return nothing
    data = _decoded(tag.value)
    if data is None:
        message = say("the public key (p=) is not base64 text")
        faults.append(Fault(tag.value_span, message, (LIST, RECORD), "DKIM_P_BASE64"))
        return nothing
    if not data or key_type not in ("rsa", "ed25519"):
        return data, "", 0, 0
    if key_type == "ed25519":
        if len(data) == ED25519_OCTETS:
            return data, "raw", 256, 0
        message = say("an Ed25519 key has 32 octets; this one has {size}", size=len(data))
        faults.append(Fault(tag.value_span, message, ("RFC 8463 section 4",), "DKIM_ED25519_LENGTH"))
        return nothing
    form, bits, exponent = rsa_key(data)
    if not form:
        message = say("the public key (p=) is not an RSA key")
        faults.append(Fault(tag.value_span, message, (RECORD, "RFC 8017 appendix A.1"), "DKIM_P_BASE64"))
    return data, form, bits, exponent


def _decoded(value: str) -> bytes | None:
    """Base64 with white space anywhere inside (RFC 6376 section 3.2), padding as it should be."""
    joined = "".join(value.split())
    if len(joined) > KEY_OCTETS_LIMIT * 2:
        return None
    try:
        return base64.b64decode(joined.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None


def rsa_key(data: bytes) -> tuple[str, int, int]:
    """
    How an RSA public key in DER is wrapped, the bits of its modulus and its exponent; ``("", 0, 0)`` if it is none.

    Both SubjectPublicKeyInfo and the bare RSAPublicKey are met in DNS (RFC 6376 erratum 3017).
    """
    try:
        inner, end = _element(data, 0, _SEQUENCE)
        if end != len(data):
            return "", 0, 0
        form = "pkcs1" if inner[:1] == bytes([_INTEGER]) else "spki"
        if form == "spki":
            algorithm, after = _element(inner, 0, _SEQUENCE)
            bit_string, end = _element(inner, after, _BIT_STRING)
            if not algorithm.startswith(_RSA_OID) or bit_string[:1] != b"\0" or end != len(inner):
                return "", 0, 0
            inner, _ = _element(bit_string, 1, _SEQUENCE)
        modulus, after = _element(inner, 0, _INTEGER)
        exponent, _ = _element(inner, after, _INTEGER)
    except ValueError:
        return "", 0, 0
    return form, int.from_bytes(modulus, "big").bit_length(), int.from_bytes(exponent[:8], "big")


def declared_octets(value: str) -> int:
    """The octets that an RSA key in base64 says it has, cut off or not; 0 where the text does not begin like one."""
    if len(value) < DER_START or not _BASE64.match(value):
        return 0
    start = base64.b64decode(value[:DER_START].encode("ascii"))
    if start[:1] != b"\x30" or start[1] not in (0x81, 0x82):
        return 0
    octets = start[1] & 0x7F
    return 2 + octets + int.from_bytes(start[2 : 2 + octets], "big")


def _element(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The contents of one DER element of a kind, and the place after it; ValueError if it is not there."""
    if len(data) < at + 2 or data[at] != kind:
        raise ValueError("not the element expected")
    size, start = data[at + 1], at + 2
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 3:
            raise ValueError("a length no key has")
        size = int.from_bytes(data[start : start + octets], "big")
        start += octets
    if start + size > len(data):
        raise ValueError("cut short")
    return data[start : start + size], start + size
