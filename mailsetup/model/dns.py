"""
What can be asked and what can come back: questions, outcomes, answers and rdata.

Names are ``str`` in lower case without a trailing dot, in master-file escapes (RFC 1035
section 5.1); the root is ``""``. TXT strings stay bytes until somebody reads them as text.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

QUESTIONS_KEPT: Final = 8192  # of a window of domains, some forty each


class Outcome(StrEnum):
    """How a question ended. Unknown is not absent: only `NO_DATA` and `NO_NAME` say that nothing is there."""

    FOUND = "found"
    NO_DATA = "no data"  # the name exists, the type does not (RFC 2308 section 2.2)
    NO_NAME = "no name"  # NXDOMAIN: nothing at or below the name (RFC 8020)
    SERVFAIL = "servfail"  # the server failed, or answered what cannot be read
    REFUSED = "refused"  # the server will not say, or nobody listens at its port
    TIMEOUT = "timeout"  # nobody answered in time
    UNASKED = "unasked"  # not in this zone or recording, and nobody else was to be asked


_FOUND, _NO_DATA, _NO_NAME = Outcome.FOUND, Outcome.NO_DATA, Outcome.NO_NAME  # every walk asks for them


class DnsQuestion(NamedTuple):
    """
    One question: ``name`` as described above, ``rdtype`` as its mnemonic in upper case.

    ``server`` is empty for whatever source the run uses; ``"192.0.2.1"`` or ``"[2001:db8::1]:53"``
    asks that server directly without recursion (authoritative servers one by one), with ``tcp://`` before it
    over TCP from the start.
    """

    name: str
    rdtype: str
    server: str = ""


@lru_cache(maxsize=QUESTIONS_KEPT)
def dns_question(name: str, rdtype: str, server: str = "") -> DnsQuestion:
    """A question, the same object for the many walks that ask it: making one costs more than finding it."""
    return DnsQuestion(name, rdtype, server)


class WebQuestion(NamedTuple):
    """One HTTPS GET without redirects."""

    url: str


class SmtpQuestion(NamedTuple):
    """
    One conversation with a mail server: greeting, EHLO, STARTTLS, QUIT; never a mail.

    At ports 465, 993 and 995 TLS comes first, then the greeting (of whichever protocol) and goodbye.
    """

    host: str
    port: int


class DnssecQuestion(NamedTuple):
    """Whether a record set, or its absence, validates from the root's trust anchor (RFC 4035 section 5)."""

    name: str
    rdtype: str


Question: TypeAlias = "DnsQuestion | WebQuestion | SmtpQuestion | DnssecQuestion"


class MX(NamedTuple):
    """RFC 1035 section 3.3.9; the null MX of RFC 7505 has the exchange ``""``."""

    preference: int
    exchange: str


class TXT(NamedTuple):
    """RFC 1035 section 3.3.14: one or more character-strings of at most 255 octets."""

    chunks: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The strings joined without spaces, one character per octet (ISO 8859-1)."""
        return b"".join(self.chunks).decode("latin-1")

    @classmethod
    def of(cls, text: str) -> TXT:
        """The record for a text (one character per octet, else UTF-8), cut at 255 octets."""
        try:
            data = text.encode("latin-1")
        except UnicodeEncodeError:
            data = text.encode("utf-8")
        return cls(tuple(data[i : i + 255] for i in range(0, len(data), 255)) or (b"",))


class SOA(NamedTuple):
    """RFC 1035 section 3.3.13; times in seconds."""

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int


class SRV(NamedTuple):
    """RFC 2782; the target ``""`` means "not offered"."""

    priority: int
    weight: int
    port: int
    target: str


class CAA(NamedTuple):
    """RFC 8659 section 4.1."""

    flags: int
    tag: str
    value: bytes


class TLSA(NamedTuple):
    """RFC 6698 section 2.1."""

    usage: int
    selector: int
    matching: int
    data: bytes


class DS(NamedTuple):
    """RFC 4034 section 5.1."""

    key_tag: int
    algorithm: int
    digest_type: int
    digest: bytes


class DNSKEY(NamedTuple):
    """RFC 4034 section 2.1."""

    flags: int
    protocol: int
    algorithm: int
    key: bytes


class Opaque(NamedTuple):
    """Any other type, already in presentation form."""

    text: str


Rdata: TypeAlias = "str | MX | TXT | SOA | SRV | CAA | TLSA | DS | DNSKEY | Opaque"
"""``str`` is the address of A and AAAA, and the name in CNAME, NS and PTR."""

NAME_TYPES: Final = frozenset({"CNAME", "NS", "PTR", "DNAME"})


class DnsAnswer(NamedTuple):
    """
    What a question brought.

    ``aliases`` is the CNAME chain that was followed, target by target, last one last; the
    outcome speaks of the last target. ``ttl`` in seconds is the least of chain and records,
    for absence the negative TTL (RFC 2308 section 5), None when nobody said. ``zone`` is the
    owner of the SOA in a negative answer (the zone cut above the name), ``""`` if none was sent.
    ``detail`` says in a few words why an outcome is unknown.
    """

    outcome: Outcome
    records: tuple[Rdata, ...] = ()
    aliases: tuple[str, ...] = ()
    ttl: int | None = None
    authenticated: bool = False
    server: str = ""
    detail: str = ""
    zone: str = ""

    @property
    def found(self) -> bool:
        """Whether records came back."""
        return self.outcome is _FOUND

    @property
    def absent(self) -> bool:
        """Whether it is known that there is nothing of this type."""
        outcome = self.outcome
        return outcome is _NO_DATA or outcome is _NO_NAME

    @property
    def unknown(self) -> bool:
        """Whether nothing is known: neither found nor absent."""
        outcome = self.outcome
        return outcome is not _FOUND and outcome is not _NO_DATA and outcome is not _NO_NAME

    @property
    def texts(self) -> tuple[str, ...]:
        """The joined texts of TXT records, one character per octet."""
        return tuple(r.text for r in self.records if type(r) is TXT)


UNASKED: Final = DnsAnswer(Outcome.UNASKED)


class WebAnswer(NamedTuple):
    """
    What an HTTPS GET brought.

    ``outcome`` is FOUND when any HTTP status came back; TIMEOUT or REFUSED when no connection
    could be made; SERVFAIL when TLS or HTTP failed, with the reason in ``detail``. ``tls_fault`` names
    the certificate's fault (``"expired"``, ``"name"``, ``"untrusted"``, ``"self-signed"``, ...). ``slow``
    says that the server was connected, and had not finished when the time was up.
    """

    outcome: Outcome
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncated: bool = False
    tls_fault: str = ""
    detail: str = ""
    slow: bool = False

    @property
    def unknown(self) -> bool:
        """Whether nothing is known: neither a status, nor a certificate's fault, nor that it takes too long."""
        return self.outcome is not Outcome.FOUND and not self.tls_fault and not self.slow


class SmtpAnswer(NamedTuple):
    """What an SMTP conversation showed; ``certificates`` are DER, leaf first."""

    outcome: Outcome
    greeting: str = ""
    extensions: tuple[str, ...] = ()
    starttls: bool = False
    tls_version: str = ""
    certificates: tuple[bytes, ...] = ()
    tls_fault: str = ""
    detail: str = ""

    @property
    def unknown(self) -> bool:
        """Whether nobody answered the greeting."""
        return self.outcome is not Outcome.FOUND


class DnssecStatus(StrEnum):
    """What validation found (RFC 4035 section 4.3)."""

    SECURE = "secure"
    INSECURE = "insecure"  # a signed parent proves that there is no DS: unsigned
    BOGUS = "bogus"


class DnssecAnswer(NamedTuple):
    """
    What validating a record set showed; ``status`` is None when nobody could tell.

    ``zone`` is where it was decided: the zone that signed, the unsigned zone, or the one that fails.
    ``expires`` is when the first signature over the set ends, ISO 8601 in UTC, ``""`` if there is none.
    """

    outcome: Outcome
    status: DnssecStatus | None = None
    zone: str = ""
    expires: str = ""
    detail: str = ""

    @property
    def unknown(self) -> bool:
        """Whether nothing is known."""
        return self.status is None


Answer: TypeAlias = "DnsAnswer | WebAnswer | SmtpAnswer | DnssecAnswer"

_QUOTE: Final = {i: f"\\{i:03d}" for i in range(256) if not 32 <= i < 127} | {34: '\\"', 92: "\\\\"}
QUOTED_OCTET: Final = tuple(_QUOTE.get(i, chr(i)) for i in range(256))
"""Each octet as it stands inside a quoted master-file string (RFC 1035 section 5.1)."""


def quoted(data: bytes) -> str:
    """Octets as one quoted, escaped string in presentation form."""
    if data.isascii() and b'"' not in data and b"\\" not in data:
        text = data.decode("ascii")
        if text.isprintable():
            return f'"{text}"'
    return '"' + "".join([QUOTED_OCTET[b] for b in data]) + '"'


def dotted(name: str) -> str:
    """A name as master files and presentation form write it: with the trailing dot."""
    return name + "."


def present(rdata: Rdata, rdtype: str) -> str:
    """One record's data in presentation form; TXT as one joined, quoted string."""
    if isinstance(rdata, str):
        return dotted(rdata) if rdtype in NAME_TYPES else rdata
    match rdata:
        case TXT(chunks):
            return quoted(b"".join(chunks))
        case MX(preference, exchange):
            return f"{preference} {dotted(exchange)}"
        case Opaque(text):
            return text
        case SOA():
            return " ".join([dotted(rdata.mname), dotted(rdata.rname), *map(str, rdata[2:])])
        case SRV(priority, weight, port, target):
            return f"{priority} {weight} {port} {dotted(target)}"
        case CAA(flags, tag, value):
            return f"{flags} {tag} {quoted(value)}"
        case TLSA(a, b, c, data) | DS(a, b, c, data):
            return f"{a} {b} {c} {data.hex()}"
        case DNSKEY(flags, protocol, algorithm, key):
            import base64

            return f"{flags} {protocol} {algorithm} {base64.b64encode(key).decode('ascii')}"
    raise TypeError(f"not rdata: {rdata!r}")
