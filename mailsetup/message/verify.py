"""One letter as one walk: DKIM, ARC, SPF and DMARC side by side, then everything judged (RFC 8601's four, and the form)."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from mailsetup.grammar.mailboxes import host_of, mailboxes
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk, together
from mailsetup.walks.spf_check import SpfResult, check_host

from .arc import arc_result
from .bimi import bimi_published, bimi_readiness
from .canonical import Bodies
from .dkim import SIGNATURE_LIMIT, dkim_results
from .dmarc import dmarc_results
from .fields import RawMessage, read_message
from .helo import helo_name
from .letter import read_letter
from .replies import reachable
from .report import MessageReport
from .results import claims, compared
from .reverse import reverse_dns
from .rulebook import verdicts
from .trace import Envelope, envelope, trusted_hops, verification_time


class Circumstances(NamedTuple):
    """
    What is known beside the letter itself.

    ``now`` is the present time and ``at`` the stated one, in seconds since 1970; ``sender`` may be ``<>`` for
    the empty one; ``trusted`` are host names (what is below them too) and networks whose fields are believed;
    ``encrypted`` says whether the connection used TLS, where that was seen; ``observed`` names which of ``ip``,
    ``helo`` and ``sender`` were seen on the connection and not given.
    """

    now: int
    at: int | None = None
    ip: str = ""
    helo: str = ""
    sender: str = ""
    trusted: tuple[str, ...] = ()
    receiver: str = "unknown"
    encrypted: bool | None = None
    observed: frozenset[str] = frozenset()


def verify_message(data: bytes, circumstances: Circumstances) -> Walk[MessageReport]:
    """Everything a letter proves and claims; no input makes it raise."""
    message = read_message(data)
    at, at_from = verification_time(message, circumstances.trusted, circumstances.at, circumstances.now)
    found = envelope(
        message,
        circumstances.trusted,
        circumstances.ip,
        circumstances.helo,
        circumstances.sender,
        circumstances.observed,
    )
    bodies = Bodies(message.body)
    authors = tuple(box for field in message.all("from") for box in mailboxes(field.long_text))
    hosts = tuple(dict.fromkeys(box.host for box in authors if box.host))
    dkim, arc, spf, replies, reverse, bimi, helo = yield from together(
        dkim_results(message, at, bodies),
        arc_result(message, bodies),
        spf_result(found, circumstances.receiver, at),
        reachable((*hosts[:2], *_answered(message, found))),
        reverse_dns(found.ip),
        bimi_published(hosts[0] if hosts else ""),
        helo_name(found.helo),
    )
    named = bool(found.sender) or found.null_sender
    dmarc = yield from dmarc_results(
        hosts, spf if named else None, dkim
    )  # HELO counts for the empty sender only
    report = MessageReport(
        at,
        at_from,
        found,
        message,
        authors,
        dkim,
        max(0, len(message.all("dkim-signature")) - SIGNATURE_LIMIT),
        arc,
        spf,
        _spf_missing(found) if spf is None else None,
        dmarc,
        compared(claims(message, circumstances.trusted), spf.result if spf else "", dkim, dmarc, arc),
        read_letter(message),
        replies,
        trusted_hops(message, circumstances.trusted),
        reverse,
        circumstances.encrypted,
        bimi_readiness(bimi, dmarc),
        helo,
    )
    return replace(report, verdicts=verdicts(report))


def _answered(message: RawMessage, found: Envelope) -> tuple[str, ...]:
    """The domains of Reply-To and of the envelope's sender."""
    boxes = mailboxes(message.text("reply-to"))
    return (*(box.host for box in boxes[:2]), host_of(found.sender.rpartition("@")[2]))


def spf_result(found: Envelope, receiver: str, at: int) -> Walk[SpfResult | None]:
    """SPF for the connection; None where the address, or both sender and HELO name, are not known."""
    if not found.ip or not (found.sender or found.helo):
        return None
    return (yield from check_host(found.ip, found.sender, found.helo, receiver=receiver, at=max(0, at)))


def _spf_missing(found: Envelope) -> Message:
    if not found.ip:
        return say(
            "the connecting address is not known: give --ip, or --trust the host that took the letter in"
        )
    return say("neither sender nor HELO name is known: give --sender or --helo")
