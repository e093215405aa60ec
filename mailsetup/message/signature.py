"""What a signature field says: DKIM-Signature, ARC-Message-Signature and ARC-Seal as values."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from mailsetup.grammar.tag_list import WHITE_SPACE, Tag, tag_list
from mailsetup.model.message import Message, say
from mailsetup.model.names import NAME_LIMIT

from .canonical import RELAXED, SIMPLE
from .fields import VALUE_LIMIT, Field

ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}  # RFC 8301 section 3.1, RFC 8463 section 3
SHA256_OCTETS = 32
SIGNATURE = "RFC 6376 section 3.5"

_NAME = re.compile(
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\Z"
)
_DIGITS = re.compile(r"[0-9]{1,12}\Z")  # RFC 6376 section 3.5: t= and x= may grow to twelve digits
_LENGTH = re.compile(r"[0-9]{1,76}\Z")


class Problem(NamedTuple):
    """Why a signature cannot hold, with the rulebook's code and the result's word (RFC 8601 section 2.7.1)."""

    code: str
    text: Message
    result: str = "permerror"


class Signature(NamedTuple):
    """
    A signature field, read.

    ``kind`` is ``dkim``, ``ams`` or ``seal``; ``identity`` the domain of ``i=`` (DKIM), ``instance`` the number of
    ``i=`` (ARC). ``length``, ``signed_at`` and ``expires`` are None where the tag is missing; times in seconds
    since 1970. ``problem`` is the first thing that makes it unusable; what was read before it is there.
    """

    kind: str
    field: Field
    domain: str = ""
    selector: str = ""
    identity: str = ""
    algorithm: str = ""
    signature: bytes = b""
    body_hash: bytes = b""
    header_method: str = SIMPLE
    body_method: str = SIMPLE
    signed: tuple[str, ...] = ()
    length: int | None = None
    signed_at: int | None = None
    expires: int | None = None
    instance: int = 0
    cv: str = ""
    problem: Problem | None = None

    @property
    def key_name(self) -> str:
        """Where the public key stands."""
        return f"{self.selector}._domainkey.{self.domain}"


class _Unusable(Exception):
    """Reading ended here."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _refuse(code: str, template: str, **values: object) -> _Unusable:
    return _Unusable(Problem(code, say(template, **values)))


REQUIRED = {
    "dkim": ("v", "a", "b", "bh", "d", "h", "s"),
    "ams": ("i", "a", "b", "bh", "d", "h", "s"),
    "seal": ("i", "a", "b", "cv", "d", "s"),
}  # RFC 6376 section 3.5, RFC 8617 sections 4.1.2 and 4.1.3


def read_signature(field: Field, kind: str) -> Signature:
    """A field as a signature of a kind; no text makes it raise."""
    found: dict[str, object] = {}
    problem = None
    try:
        tags = _tags(field)
        _names(tags, found)
        _required(tags, kind)
        _values(tags, kind, found)
    except _Unusable as end:
        problem = end.problem
    return Signature(kind, field, problem=problem, **found)  # type: ignore[arg-type]


def _tags(field: Field) -> dict[str, Tag]:
    text = field.value[:VALUE_LIMIT].decode("latin-1").strip(WHITE_SPACE)
    if len(field.value) > VALUE_LIMIT:
        raise _refuse(
            "DKIM_SIG_SYNTAX", "the signature field is longer than {limit} octets", limit=VALUE_LIMIT
        )
    listed = tag_list(text)
    for fault in listed.faults:
        if fault.code != "CHARACTER":
            raise _Unusable(Problem("DKIM_SIG_SYNTAX", fault.text))
    return {tag.name: tag for tag in listed.tags}


def _names(tags: dict[str, Tag], found: dict[str, object]) -> None:
    """Domain and selector first, so that a broken signature can still be named."""
    for tag, key in (("d", "domain"), ("s", "selector"), ("a", "algorithm")):
        if tag in tags:
            value = tags[tag].value
            found[key] = value.lower().removesuffix(".") if tag == "d" else value.lower()
    if "s" in tags:
        found["selector"] = tags["s"].value


def _required(tags: dict[str, Tag], kind: str) -> None:
    for name in REQUIRED[kind]:
        if name not in tags:
            raise _refuse("DKIM_SIG_REQUIRED_TAGS", "the tag {tag}= is missing", tag=name)
    if kind == "dkim" and tags["v"].value != "1":
        raise _refuse("DKIM_SIG_REQUIRED_TAGS", "v={value} is not v=1", value=tags["v"].value)


def _values(tags: dict[str, Tag], kind: str, found: dict[str, object]) -> None:
    _algorithm(tags["a"].value.lower())
    domain = _name(tags["d"].value.removesuffix("."), "d")
    selector = _name(tags["s"].value, "s")
    if len(selector) + len("._domainkey.") + len(domain) > NAME_LIMIT:
        raise _refuse("DKIM_SIG_SYNTAX", "the name of the key is longer than a domain name may be")
    found["signature"] = _base64(tags["b"], "b")
    found["signed_at"] = _number(tags.get("t"), "t")
    if kind != "dkim":
        found["instance"] = _instance(tags["i"].value)
    if kind == "seal":
        _seal(tags, found)
        return
    found["body_hash"] = _base64(tags["bh"], "bh")
    if len(found["body_hash"]) != SHA256_OCTETS:  # type: ignore[arg-type]
        raise _refuse("DKIM_SIG_SYNTAX", "the body hash (bh=) does not have the 32 octets of SHA-256")
    found["header_method"], found["body_method"] = _methods(tags.get("c"), kind)
    found["signed"] = tuple(name.strip(WHITE_SPACE).lower() for name in tags["h"].value.split(":"))
    found["length"] = _length(tags.get("l"))
    if kind == "dkim":
        _dkim_only(tags, domain, found)


def _algorithm(value: str) -> None:
    if value == "rsa-sha1":
        raise _refuse("DKIM_SIG_ALGO", "it is signed with rsa-sha1, which nobody may accept any more")
    if value not in ALGORITHMS:
        raise _refuse("DKIM_SIG_ALGO", 'the algorithm "{value}" is not known', value=value)


def _name(value: str, tag: str) -> str:
    if not _NAME.match(value) or len(value) > NAME_LIMIT:
        raise _refuse("DKIM_SIG_SYNTAX", '{tag}="{value}" is not a domain name', tag=tag, value=value[:80])
    return value.lower()


def _base64(tag: Tag, name: str) -> bytes:
    joined = "".join(tag.value.split())
    try:
        data = base64.b64decode(joined.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise _refuse("DKIM_SIG_SYNTAX", "the tag {tag}= is not base64 text", tag=name)
    return data


def _number(tag: Tag | None, name: str) -> int | None:
    if tag is None:
        return None
    if not _DIGITS.match(tag.value):
        raise _refuse(
            "DKIM_SIG_SYNTAX", '{tag}="{value}" is not a time in seconds', tag=name, value=tag.value[:40]
        )
    return int(tag.value)


def _length(tag: Tag | None) -> int | None:
    if tag is None:
        return None
    if not _LENGTH.match(tag.value):
        raise _refuse("DKIM_SIG_SYNTAX", 'l="{value}" is not a number of octets', value=tag.value[:40])
    return int(tag.value)


def _methods(tag: Tag | None, kind: str) -> tuple[str, str]:
    """The forms of ``c=``; without it simple (RFC 6376 section 3.5), but relaxed as sealers and verifiers of ARC have it."""
    if tag is None:
        return (SIMPLE, SIMPLE) if kind == "dkim" else (RELAXED, RELAXED)
    header, slash, body = tag.value.lower().partition("/")
    body = body if slash else SIMPLE
    if header not in (SIMPLE, RELAXED) or body not in (SIMPLE, RELAXED):
        raise _refuse("DKIM_SIG_SYNTAX", 'c="{value}" is no known canonicalization', value=tag.value[:40])
    return header, body


def _dkim_only(tags: dict[str, Tag], domain: str, found: dict[str, object]) -> None:
    if "from" not in found["signed"]:  # type: ignore[operator]
        raise _refuse("DKIM_SIG_FROM_SIGNED", "the signature does not cover From (h=)")
    identity = tags["i"].value if "i" in tags else "@" + domain
    _, at, host = identity.rpartition("@")
    host = host.lower().removesuffix(".")
    found["identity"] = host
    if not at or (host != domain and not host.endswith("." + domain)):
        raise _refuse(
            "DKIM_SIG_I_NOT_UNDER_D",
            "i= names {identity}, which is not in {domain} (d=)",
            identity=identity[:80],
            domain=domain,
        )
    methods = (
        {word.strip(WHITE_SPACE).lower() for word in tags["q"].value.split(":")}
        if "q" in tags
        else {"dns/txt"}
    )
    if "dns/txt" not in methods:
        raise _refuse("DKIM_SIG_SYNTAX", "q= does not offer dns/txt, the only way to get a key")
    expires = found["expires"] = _number(tags.get("x"), "x")
    signed_at = found["signed_at"]
    if expires is not None and signed_at is not None and expires <= signed_at:  # type: ignore[operator]
        raise _refuse("DKIM_SIG_EXPIRED", "it ends (x=) before it began (t=)")


def _instance(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:6]) <= 50:
        raise _refuse("ARC_INSTANCE_RANGE", 'i="{value}" is not a number from 1 to 50', value=value[:40])
    return int(value)


def _seal(tags: dict[str, Tag], found: dict[str, object]) -> None:
    if "h" in tags:
        raise _refuse("ARC_SEAL_H", "the seal has a tag h=, which no seal may have")
    found["cv"] = tags["cv"].value.lower()
    if found["cv"] not in ("none", "pass", "fail"):
        raise _refuse("ARC_CV", 'cv="{value}" is not none, pass or fail', value=tags["cv"].value[:40])
