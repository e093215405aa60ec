"""
Recognition: by what a service shows itself in DNS, and who was recognised.

Apart from `model.profile` and of tuples only, because every audit needs it and a whole profile
is needed by few.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from .message import Message

__all__ = ["Certainty", "DetectPatterns", "Detected", "Detection", "Kind", "Trace"]


class Kind(StrEnum):
    """What a profile describes."""

    MAILBOX = "mailbox"  # keeps mail for customers' domains
    FORWARDING = "forwarding"  # receives and passes on, keeps nothing
    GATEWAY = "gateway"  # filters in front of a mailbox provider
    SENDER = "sender"  # sends in the domain's name: newsletters, tickets, applications
    FREE_MAILBOX = "free-mailbox"  # personal mailboxes without domains of one's own
    DETECT_ONLY = "detect-only"  # recognised, but its records are not known well enough to plan them


class DetectPatterns(NamedTuple):
    """
    By what a service is recognised: regular expressions, searched in lower-case names without trailing dot.

    ``spf`` are exact names in an include or redirect, ``spf_patterns`` expressions for them.
    ``mx_verification_only`` are exchanges that only prove ownership. ``cname`` maps a host label
    (``autodiscover``, ``email``) to targets; ``dkim`` are targets of key CNAMEs; ``txt_prefix`` are
    starts of verification texts, which alone prove nothing.

    ``mx_needs`` says that an exchange is shared with another service, so it proves this one only
    beside evidence of one of the kinds named (``spf``, ``cname``); ``instead_of`` are the profiles
    it then stands in for, and ``mx_alone`` what the exchange says without it: ``hint`` or
    ``nothing``. ``shares_mx_with`` documents such a pair for both sides. ``examples`` are
    exchanges that must be recognised, for the tests and for people.
    """

    mx: tuple[str, ...] = ()
    mx_verification_only: tuple[str, ...] = ()
    spf: tuple[str, ...] = ()
    spf_patterns: tuple[str, ...] = ()
    txt_prefix: tuple[str, ...] = ()
    cname: Mapping[str, tuple[str, ...]] = {}
    dkim: tuple[str, ...] = ()
    srv: tuple[str, ...] = ()
    ns: tuple[str, ...] = ()
    mx_needs: tuple[str, ...] = ()
    mx_alone: str = "hint"
    instead_of: tuple[str, ...] = ()
    shares_mx_with: tuple[str, ...] = ()
    weak: bool = False
    examples: tuple[str, ...] = ()
    note: str = ""


class Certainty(StrEnum):
    """How sure a recognition is."""

    CERTAIN = "certain"  # mail goes there, or the domain's own records name it
    LIKELY = "likely"  # the records fit, and one other explanation remains
    HINT = "hint"  # a trace only: a verification text, a shared host


class Trace(NamedTuple):
    """One piece of evidence. ``kind``: mx, spf, dkim, cname, txt, srv, ns; ``value`` is what stood at ``owner``."""

    kind: str
    owner: str
    rdtype: str
    value: str


class Detected(NamedTuple):
    """A service recognised; ``role``: mailbox, forwarding, gateway, sender, inbound, dns-host; ``reason`` is a sentence."""

    profile_id: str
    name: str
    role: str
    certainty: Certainty
    evidence: tuple[Trace, ...]
    reason: Message | None = None
    status: str = "active"


class Detection(NamedTuple):
    """
    Who runs a domain's mail, as far as DNS tells.

    ``hints`` are traces that prove nothing by themselves. ``own_hosts`` are exchanges no profile
    knows. ``unknown`` are the (name, type) pairs that got no usable answer: what they would have
    shown is not known, so an empty list beside them is not "nobody"; ``in_vain`` says whether somebody was
    asked for any of them. ``null_mx`` is RFC 7505.
    """

    domain: str
    mailboxes: tuple[Detected, ...] = ()
    gateways: tuple[Detected, ...] = ()
    senders: tuple[Detected, ...] = ()
    dns_hosts: tuple[Detected, ...] = ()
    hints: tuple[Detected, ...] = ()
    exchanges: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    null_mx: bool = False
    in_vain: bool = False

    @property
    def all(self) -> tuple[Detected, ...]:
        """Everything recognised with more than a hint, receivers first."""
        return (*self.mailboxes, *self.gateways, *self.senders, *self.dns_hosts)
