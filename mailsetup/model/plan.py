"""
A plan: record changes in phases, their reasons, the proof that SPF lost nobody, and what will be said of the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .dns import Rdata
from .finding import DomainReport
from .message import Message


class Action(StrEnum):
    """What happens to one record set. `WAITING` lacks a value only the tenant knows."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class RecordChange:
    """
    One record set (owner and type) before and after, whole: nothing outside ``after`` remains of it.

    ``owner`` has no trailing dot. ``ttl`` is in seconds, the one to publish; ``ttl_before`` the one
    that caches hold. ``phase`` is the number of the phase it belongs to. ``waiting_for`` names the
    parameters missing (their profile id, name, and where to find them stand in ``reason``).
    ``needed`` are the records of ``after`` that somebody requires, where others are merely kept:
    `verify` is satisfied when they are there.
    """

    action: Action
    owner: str
    rdtype: str
    ttl: int
    before: tuple[Rdata, ...]
    after: tuple[Rdata, ...]
    reason: Message
    phase: int
    ttl_before: int | None = None
    waiting_for: tuple[str, ...] = ()
    needed: tuple[Rdata, ...] | None = None
    purpose: str = ""  # mx, spf, dkim, dmarc, verification, client, tls-rpt, mta-sts, ttl


@dataclass(frozen=True, slots=True)
class Phase:
    """
    A step of the move. ``id`` is one of prepare, prove, authenticate, switch, retire, enforce.

    ``earliest`` is the ISO 8601 UTC time before which it is not safe (None: at once, or it
    depends on ``closes_when`` of the one before), ``earliest_local`` the same in the owner's time
    zone, ``""`` when none is named; ``why_then`` explains the arithmetic. ``blocked_by`` names what
    must be true first (waiting parameters, a DKIM key that verifies).
    """

    number: int
    id: str
    title: Message
    earliest: str | None
    why_then: Message
    closes_when: Message
    wait_seconds: int = 0
    blocked_by: tuple[Message, ...] = ()
    earliest_local: str = ""


@dataclass(frozen=True, slots=True)
class SpfProof:
    """
    Who may send, before and after, as sets of addresses in presentation form (ranges "first-last" or CIDR).

    ``lost``, ``kept`` and ``added`` map a result (pass, fail, softfail, neutral) to CIDR lists, IPv4 then
    IPv6; ``undecided`` names terms no set can be computed for (macros, exists, ptr, unknown answers).
    ``unsettled`` are those of them that do not stand the same before and after: only with none of them
    does an empty ``lost`` mean that nobody loses. ``later`` are the addresses that pass by the record and no
    longer do once a later phase is done, by its id: ``switch`` (as ``mx`` alone), ``retire`` (who is left).
    """

    name: str
    before: str
    after: str
    lost: Mapping[str, tuple[str, ...]]
    kept: Mapping[str, tuple[str, ...]]
    added: Mapping[str, tuple[str, ...]]
    undecided: tuple[str, ...]
    lookups_before: int | None
    lookups_after: int
    voids_after: int
    size_after: int
    fits: bool
    advice: tuple[Message, ...] = ()
    unsettled: tuple[str, ...] = ()
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole change set; ``changes`` are sorted by phase, owner (what is deleted first) and type."""

    domain: str
    as_of: str
    providers: tuple[str, ...]
    changes: tuple[RecordChange, ...]
    phases: tuple[Phase, ...]
    spf_proof: SpfProof | None = None
    predicted: DomainReport | None = None
    notes: tuple[Message, ...] = ()
    dns_host: str = ""
    hosted_files: Mapping[str, str] | None = None  # e.g. the MTA-STS policy, by URL
    options: Mapping[str, Any] | None = None
    parked: bool = False
