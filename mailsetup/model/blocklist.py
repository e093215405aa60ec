"""
DNS blocklists and allow lists as values: what a list says of itself, and how its answers are read.

A list is data (``blocklists/<id>.toml``). What its answers mean is decided here by its own codes
alone (RFC 5782 section 2.3 leaves them to each operator): an answer it does not document is
*unexpected*, a refusal says nothing about what was asked for, and an address outside 127.0.0.0/8
says that the zone is no list any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from .finding import Severity
from .message import phrase

__all__ = [
    "KEY_LABEL",
    "Blocklist",
    "Code",
    "Effect",
    "Grade",
    "Hashing",
    "Hit",
    "KeyNeed",
    "Kind",
    "Reading",
    "Refusal",
    "RefusalCause",
    "State",
    "TestPoints",
    "Weight",
    "Words",
    "matches",
    "octets",
]

KEY_LABEL = "hidden-key"
"""Stands in names where a subscriber's key stands on the wire, so that no key is ever in a question."""

ERROR_RANGE = (
    "127.255.255.0/24"  # https://www.spamhaus.org/faqs/dnsbl-usage/ checked 2026-11; copied by others
)


class Kind(StrEnum):
    """What may be asked of a list."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    DOMAIN = "domain"
    NAME_SERVER = "nameserver"  # the host names of name servers, in a list of names
    EMAIL_HASH = "email-hash"


class State(StrEnum):
    """Whether there is a list to ask."""

    LIVE = "live"
    DOUBTFUL = "doubtful"  # no good sign of life; asked only when named
    RETIRED = "retired"  # ended; never asked
    WEB = "web"  # decides mail, but is not in DNS


class Reading(StrEnum):
    """How the codes of a list are to be read."""

    EXACT = "exact"
    BITMASK = "bitmask"  # the last octet is a sum of bits
    PATTERN = "pattern"  # octets have meanings of their own


class Weight(StrEnum):
    """How much receivers care."""

    MAJOR = "major"
    MINOR = "minor"
    INFORMATIONAL = "informational"

    @property
    def severity(self) -> Severity:
        """What a listing weighs: error, warning or info."""
        return _BY_WEIGHT[self]


_BY_WEIGHT = {
    Weight.MAJOR: Severity.ERROR,
    Weight.MINOR: Severity.WARNING,
    Weight.INFORMATIONAL: Severity.INFO,
}


class Grade(StrEnum):
    """What a code says by itself, whoever reads it."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    POLICY = "policy"  # the range should not send mail directly; no abuse was seen
    ALLOW = "allow"


class Effect(StrEnum):
    """What an answer does to the one who is asked for."""

    LISTED = "listed"
    ALLOWED = "allowed"
    NEUTRAL = "neutral"  # known to the list, neither for good nor for bad


class KeyNeed(StrEnum):
    """Whether a list answers without being asked by a customer."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"
    REGISTRATION = "registration"  # the resolver's address must be registered


class RefusalCause(StrEnum):
    """Why an operator gives an answer that is none."""

    RESOLVER = "resolver"  # it does not serve who asks
    QUOTA = "quota"  # it was asked too much
    ZONE = "zone"  # the zone's name is wrong
    QUESTION = "question"  # it was asked for the wrong kind of thing


class Code(NamedTuple):
    """
    One documented answer: ``pattern`` as `matches` reads it, or, where ``bit`` is set, a bit of the last octet.

    ``meaning`` is the operator's, ``effect`` what it does.
    """

    pattern: str
    bit: int
    meaning: str
    grade: Grade
    effect: Effect


class Refusal(NamedTuple):
    """An answer that is no listing but says that the question was not served."""

    pattern: str
    meaning: str
    cause: RefusalCause


class TestPoints(NamedTuple):
    """Entries by which a list proves itself: addresses, or names without the zone; one that must not be listed."""

    listed: tuple[str, ...]
    not_listed: tuple[str, ...]


class Hashing(NamedTuple):
    """
    How a list of mail addresses hides them: the text that is hashed, and with what.

    ``function`` is sha1, sha256 or md5, its digest written as hexadecimal digits. ``strip_tag`` takes what follows
    ``+`` from the local part; at the domains of ``dotless`` points in it do not count; ``aliases`` are domains
    that stand for others.
    """

    function: str
    strip_tag: bool = False
    dotless: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()


class Hit(NamedTuple):
    """A documented code that came back."""

    answer: str
    code: Code
    meaning: str

    @property
    def effect(self) -> Effect:
        """What it does."""
        return self.code.effect


class Words(NamedTuple):
    """
    What the addresses of one answer say by a list's own codes.

    ``foreign`` are outside 127.0.0.0/8, ``refusals`` the operator's refusals, ``hits`` documented
    codes, ``unexpected`` everything else. Foreign addresses or a refusal make the whole answer unusable.
    """

    hits: tuple[Hit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    foreign: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocklist:
    """
    One list, as its operator describes it.

    ``zone`` is asked without a key, ``keyed_zone`` (with ``{key}``) with one; ``tests`` are the test points by
    kind, `KEY_LABEL` stands for the key wherever a name is shown. ``registrable`` wants the registrable
    domain instead of a host name; ``hashed`` says in words what is asked for instead of names, ``hashing`` how it is
    made, and ``not_asked`` why it is never asked though it is live. ``refusal_bits`` are bits that mean a refusal
    in a bitmask.
    ``public_resolver`` says how it serves public resolvers: ok, limited, blocked, n/a, unknown;
    ``networks_refused`` are resolvers and hosting networks that it is known to refuse.
    ``queries_per_second`` and ``queries_per_day`` are the operator's limits, 0 where it names none.
    ``withheld`` is why it is not asked this time though it was chosen; ``sources`` are (what, date) pairs.
    """

    id: str
    name: str
    operator: str = ""
    state: State = State.LIVE
    purpose: str = "block"
    zone: str = ""
    kinds: tuple[Kind, ...] = ()
    reading: Reading = Reading.EXACT
    weight: Weight = Weight.INFORMATIONAL
    default: bool = False
    default_note: str = ""
    codes: tuple[Code, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    refusal_bits: int = 0
    refusal_note: str = ""
    tests: Mapping[Kind, TestPoints] = field(default_factory=dict)
    registrable: bool = False
    hashed: str = ""
    hashing: Hashing | None = None
    not_asked: str = ""
    key_need: KeyNeed = KeyNeed.NONE
    key_name: str = ""
    key_note: str = ""
    keyed_zone: str = ""
    public_resolver: str = "unknown"
    networks_refused: tuple[str, ...] = ()
    queries_per_second: float = 0.0
    queries_per_day: int = 0
    category_octet: int = 0
    categories: Mapping[int, str] = field(default_factory=dict)
    removal_url: str = ""
    removal: str = ""
    other_zones: tuple[str, ...] = ()
    alive: str = ""
    confidence: str = ""
    since: str = ""
    ended_as: str = ""
    note: str = ""
    lookup: str = ""
    bounces: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    withheld: str = ""

    @property
    def keyed(self) -> bool:
        """Whether it is asked with a subscriber's key."""
        return f"{KEY_LABEL}." in self.zone

    @property
    def allows(self) -> bool:
        """Whether it is an allow list: being on it is good."""
        return self.purpose == "allow"

    def read(self, addresses: Iterable[str]) -> Words:
        """What an answer says by this list's own codes, and by no others."""
        hits: list[Hit] = []
        refusals: list[Refusal] = []
        foreign: list[str] = []
        unexpected: list[str] = []
        for address in dict.fromkeys(addresses):
            parts = octets(address)
            if parts is None or parts[0] != 127:  # RFC 5782 section 2.3
                foreign.append(address)
                continue
            refused = self._refused(parts)
            if refused is not None:
                refusals.append(refused)
                continue
            found = self._hits(address, parts)
            hits.extend(found)
            if not found:
                unexpected.append(address)
        return Words(tuple(hits), tuple(refusals), tuple(foreign), tuple(unexpected))

    def _refused(self, parts: tuple[int, ...]) -> Refusal | None:
        for refusal in self.refusals:
            if matches(refusal.pattern, parts):
                return refusal
        if parts[:3] == (127, 0, 0) and parts[3] & self.refusal_bits:
            return Refusal("", phrase("the bit for refused questions is set"), RefusalCause.RESOLVER)
        if matches(ERROR_RANGE, parts):
            return Refusal(
                ERROR_RANGE, phrase("an error code: the question was not served"), RefusalCause.RESOLVER
            )
        return None

    def _hits(self, address: str, parts: tuple[int, ...]) -> list[Hit]:
        return [
            Hit(address, code, self._meaning(code, parts)) for code in self.codes if self._says(code, parts)
        ]

    def _says(self, code: Code, parts: tuple[int, ...]) -> bool:
        if code.bit:
            return parts[:3] == (127, 0, 0) and bool(parts[3] & code.bit)
        return matches(code.pattern, parts)

    def _meaning(self, code: Code, parts: tuple[int, ...]) -> str:
        category = self.categories.get(parts[self.category_octet - 1]) if self.category_octet else None
        return f"{code.meaning} ({category})" if category else code.meaning

    def severity(self, hits: Iterable[Hit]) -> Severity:
        """What listings weigh: the list's weight, less where the code itself says less."""
        worst = Severity.INFO
        for hit in hits:
            if hit.effect is Effect.LISTED:
                worst = max(worst, self._weighed(hit.code.grade), key=lambda s: s.rank)
        return worst

    def _weighed(self, grade: Grade) -> Severity:
        if grade in (Grade.INFO, Grade.POLICY, Grade.ALLOW):
            return Severity.INFO
        if grade is Grade.LOW and self.weight is Weight.MAJOR:
            return Severity.WARNING
        return self.weight.severity


_IPV4 = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\Z")
_RANGE = re.compile(r"([0-9.]+)-([0-9.]+\.[0-9]+)\Z")
_Octets = tuple[frozenset[int], ...]


def octets(address: str) -> tuple[int, ...] | None:
    """The four octets of an IPv4 address in dotted form; None if it is none."""
    found = _IPV4.match(address)
    if found is None:
        return None
    parts = tuple(int(part) for part in found.groups())
    return parts if all(part < 256 for part in parts) else None


def matches(pattern: str, parts: tuple[int, ...]) -> bool:
    """
    Whether four octets match ``127.0.0.2``, ``127.0.0.2-127.0.0.9``, ``127.0.0.0/24`` or ``127.0.2-15,20.*``.

    The last form gives each octet as ``*`` or a list of numbers and ranges.
    """
    compiled = _compiled(pattern)
    if isinstance(compiled, range):
        return _number(parts) in compiled
    return all(part in allowed for part, allowed in zip(parts, compiled, strict=True))


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> range | _Octets:
    if "/" in pattern:
        base, _, bits = pattern.partition("/")
        size = 1 << (32 - int(bits))
        first = _number(_whole(base)) // size * size
        return range(first, first + size)
    ends = _RANGE.match(pattern)
    if ends is not None and octets(ends[1]) and octets(ends[2]):
        return range(_number(_whole(ends[1])), _number(_whole(ends[2])) + 1)
    fields = pattern.split(".")
    if len(fields) != 4:
        raise ValueError(f"not a pattern of four octets: {pattern}")
    return tuple(_allowed(part) for part in fields)


def _whole(address: str) -> tuple[int, ...]:
    parts = octets(address)
    if parts is None:
        raise ValueError(f"not an IPv4 address: {address}")
    return parts


def _number(parts: tuple[int, ...]) -> int:
    return (parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]


def _allowed(part: str) -> frozenset[int]:
    if part == "*":
        return frozenset(range(256))
    allowed: set[int] = set()
    for piece in part.split(","):
        low, _, high = piece.partition("-")
        allowed.update(range(int(low), int(high or low) + 1))
    return frozenset(allowed)
