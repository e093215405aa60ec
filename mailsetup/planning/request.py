"""
What a plan is asked for: who receives, who sends, who is left, and the user's choices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mailsetup.model.names import is_within
from mailsetup.model.profile import Detection, Necessity, Resolved, ResolvedRecord

DEFAULT_TTL = 3600  # seconds; long enough for caches, short enough to mend a mistake within the hour


class MxChoice(StrEnum):
    """What the user said about the MX records."""

    PROPOSE = ""  # replaced only where nothing filters in front and nothing else shares the domain
    KEEP = "keep"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class DmarcChoice:
    """
    ``reports_to`` are the ``rua`` URIs or addresses given; ``goal`` the policy to end at (``""``: shown as
    dated steps, not planned as changes); ``alignment`` tags (``adkim``, ``aspf``) are set only when chosen.
    """

    reports_to: tuple[str, ...] = ()
    goal: str = ""
    alignment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransportChoice:
    """
    ``tls_reports_to`` are addresses for TLS-RPT; ``mta_sts`` asks for a policy; ``policy_host`` is the host
    that serves it (a CNAME target, or an address), ``""`` when nobody said.
    """

    tls_reports_to: tuple[str, ...] = ()
    mta_sts: bool = False
    policy_host: str = ""
    max_age: int = 604_800  # seconds, a week (RFC 8461 section 3.2 allows up to 31557600)


@dataclass(frozen=True, slots=True)
class Request:
    """
    ``mail`` is the provider that is to receive; ``senders`` send beside it; ``leaving`` are those whose records
    the last phase removes. ``known`` are profiles detected and neither claimed nor left: what they need stays.

    ``extras`` are names or purposes of optional records that the user chose. ``spf_all`` is a qualifier
    for ``all`` (``"-"``, ``"~"``), ``""`` to keep the existing one. ``time_zone`` is an IANA name.
    """

    domain: str
    as_of: str
    mail: Resolved | None = None
    senders: tuple[Resolved, ...] = ()
    leaving: tuple[Resolved, ...] = ()
    known: tuple[Resolved, ...] = ()
    detection: Detection | None = None
    mx: MxChoice = MxChoice.PROPOSE
    no_mail: bool = False
    dmarc: DmarcChoice = DmarcChoice()
    transport: TransportChoice = TransportChoice()
    extras: frozenset[str] = frozenset()
    spf_all: str = ""
    time_zone: str = ""
    panel: str = ""
    selectors: tuple[str, ...] = ()
    ttl: int = DEFAULT_TTL

    @property
    def claimed(self) -> tuple[Resolved, ...]:
        """Every service that is to serve the domain, the receiving one first."""
        return ((self.mail,) if self.mail else ()) + self.senders

    @property
    def unread(self) -> tuple[str, ...]:
        """The questions about the domain whose missing answers leave open who else is used there."""
        unknown = self.detection.unknown if self.detection else ()
        return tuple(f"{name} {rdtype}" for name, rdtype in unknown if is_within(name, self.domain))

    def wants(self, record: ResolvedRecord) -> bool:
        """Whether a record is planned: needed or advised ones always, optional ones when chosen by name or purpose."""
        if record.necessity in (Necessity.REQUIRED, Necessity.RECOMMENDED):
            return True
        return record.necessity is Necessity.OPTIONAL and bool(self.extras & names_of(record, self.domain))


def names_of(record: ResolvedRecord, domain: str) -> set[str]:
    """What an optional record may be chosen by: its purpose, its owner whole or relative, its value."""
    return {record.purpose, record.owner, record.owner.removesuffix("." + domain), record.text}
