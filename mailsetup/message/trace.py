"""What the Received fields of trusted hosts say: when a letter came, from which address, under which name."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from mailsetup.model.message import Message, say
from mailsetup.model.names import is_within

from .fields import Field, RawMessage

HOP_LIMIT = 200  # Received fields read; RFC 5321 section 6.3 lets loops end at 100
TEXT_LIMIT = 4000
OWN_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10",
        ),
    )
)  # fmt: skip
"""RFC 1122, RFC 1918, RFC 3927, RFC 4193, RFC 4291 and RFC 6598: networks that nobody outside can send from."""

_FROM = re.compile(r"from\s+([^\s;()]+)\s*(.*)\Z", re.IGNORECASE | re.DOTALL)
_BY = re.compile(r"(?:^|[\s)])by\s+([^\s;()]+)", re.IGNORECASE)
_WITH = re.compile(r"\swith\s+([A-Za-z0-9]+)", re.IGNORECASE)
_HELO = re.compile(r"\b(?:HELO|EHLO)[ =]([^\s()\];]+)", re.IGNORECASE)
_BRACKETED = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f:.]{3,45})\]", re.IGNORECASE)
_BARE = re.compile(r"\(([0-9A-Fa-f:.]{3,45})\)")


class Hop(NamedTuple):
    """One Received field: ``at`` in seconds since 1970, None if it cannot be read; ``ip`` ``""`` if it names none."""

    by: str
    name: str
    ip: str
    protocol: str
    at: int | None

    @property
    def encrypted(self) -> bool:
        """Whether the transfer used TLS (RFC 3848: the protocol ends in S or SA)."""
        word = self.protocol.upper()
        return word.endswith(("SMTPS", "SMTPSA", "LMTPS", "LMTPSA")) or word == "HTTPS"


class Envelope(NamedTuple):
    """
    What the connection was: each value with where it is known from; ``""`` where it is not known.

    ``sender`` is the address of MAIL FROM; ``null_sender`` says that it was the empty one.
    """

    ip: str = ""
    ip_from: Message | None = None
    helo: str = ""
    helo_from: Message | None = None
    sender: str = ""
    sender_from: Message | None = None
    null_sender: bool = False
    hop: Hop | None = None


def read_time(text: str) -> int | None:
    """A date of RFC 5322 section 3.3 in seconds since 1970; None if it is none. Without a zone it counts as UTC."""
    try:
        moment = parsedate_to_datetime(text[:200])
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def iso_time(at: int) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(at)


def read_hop(field: Field) -> Hop:
    """A Received field (RFC 5321 section 4.4); what it does not say is empty."""
    text = field.text[:TEXT_LIMIT]
    clause, _, date = text.rpartition(";")
    clause = clause or text
    by = _BY.search(clause)
    before = clause[: by.start()] if by else clause
    sender = _FROM.match(before.strip())
    name, rest = (sender[1], sender[2]) if sender else ("", "")
    helo = _HELO.search(rest)
    protocol = _WITH.search(clause)
    return Hop(
        by[1].lower().rstrip(".") if by else "",
        (helo[1] if helo else name).strip("[]"),
        _address(rest) or _address(name),
        protocol[1] if protocol else "",
        read_time(date.strip()),
    )


def _address(text: str) -> str:
    for match in [*_BRACKETED.finditer(text), *_BARE.finditer(text)]:
        try:
            found = ipaddress.ip_address(match[1])
            return str(getattr(found, "ipv4_mapped", None) or found)  # RFC 7208 section 5
        except ValueError:
            continue
    return ""


def trusts(trusted: tuple[str, ...], name: str) -> bool:
    """Whether a host is one of the trusted ones, or below one of them."""
    host = name.lower().rstrip(".")
    return any(host and is_within(host, one.lower().strip(".")) for one in trusted if one.strip("."))


def inside(ip: str) -> bool:
    """Whether an address belongs to a network of somebody's own, from which no stranger connects."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == network.version and address in network for network in OWN_NETWORKS)


def trusts_address(trusted: tuple[str, ...], ip: str) -> bool:
    """Whether an address is inside: in one of the trusted networks, or one that no outsider connects from."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if inside(ip):
        return True
    for one in trusted:
        try:
            if address in ipaddress.ip_network(one, strict=False):
                return True
        except ValueError:
            continue
    return False


def trusted_hops(message: RawMessage, trusted: tuple[str, ...]) -> tuple[Hop, ...]:
    """
    The hops that can be believed, top first: written by trusted hosts, down to the one that took the letter in.

    Below the first connection from outside anybody may have written anything.
    """
    hops = []
    for field in message.all("received")[:HOP_LIMIT]:
        hop = read_hop(field)
        if not trusts(trusted, hop.by):
            break
        hops.append(hop)
        if hop.ip and not trusts_address(trusted, hop.ip):
            break
    return tuple(hops)


def envelope(
    message: RawMessage,
    trusted: tuple[str, ...],
    ip: str,
    helo: str,
    sender: str,
    observed: frozenset[str] = frozenset(),
) -> Envelope:
    """
    What is given, else what trusted hosts wrote, else what Return-Path says; each with where it is from.

    ``observed`` names what was not given but seen on the connection itself: ``ip``, ``helo``, ``sender``.
    """
    hops = trusted_hops(message, trusted)
    border = hops[-1] if hops and hops[-1].ip and not trusts_address(trusted, hops[-1].ip) else None
    found = Envelope(hop=border)
    if ip:
        found = found._replace(ip=ip, ip_from=_given("ip", observed))
    elif border is not None:
        found = found._replace(ip=border.ip, ip_from=say("the Received field of {host}", host=border.by))
    if helo:
        found = found._replace(helo=helo, helo_from=_given("helo", observed))
    elif border is not None and border.name and found.ip == border.ip:
        found = found._replace(
            helo=border.name, helo_from=say("the Received field of {host}", host=border.by)
        )
    return _with_sender(found, message, sender, _given("sender", observed))


def _given(part: str, observed: frozenset[str]) -> Message:
    return say("the connection") if part in observed else say("given")


def _with_sender(found: Envelope, message: RawMessage, sender: str, given: Message) -> Envelope:
    if sender:
        address = bare(sender)
        return found._replace(sender=address, null_sender=not address, sender_from=given)
    field = message.first("return-path")
    if field is None:
        return found
    address = bare(field.text)
    return found._replace(sender=address, null_sender=not address, sender_from=say("the Return-Path field"))


def bare(address: str) -> str:
    """An address without angle brackets; ``""`` for the empty sender."""
    text = address.strip()
    start, end = text.find("<"), text.rfind(">")
    return text[start + 1 : end].strip() if 0 <= start < end else text.strip("<>").strip()


def verification_time(
    message: RawMessage, trusted: tuple[str, ...], at: int | None, now: int
) -> tuple[int, Message]:
    """The time signatures are judged at, and where it is from: given, the topmost trusted Received, else now."""
    if at is not None:
        return at, say("given")
    for field in message.all("received")[:1]:
        hop = read_hop(field)
        if trusts(trusted, hop.by) and hop.at is not None:
            return hop.at, say("the topmost Received field, of {host}", host=hop.by)
    return now, say("the present time")
