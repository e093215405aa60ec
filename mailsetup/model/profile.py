"""
What is known of a mail provider, gateway or sending service, and what becomes of it for one domain.

A `Profile` is one file of ``provider_profiles/`` as a value. Its records are templates:
``{domain}`` and ``{domain_dashes}`` are filled from the domain, every other ``{name}`` is a
declared `Parameter` that the tenant gives. A `Resolved` is a profile with its templates
filled for one domain; what nobody gave is listed as waiting, never invented.

Every value has a source with a date in ``sources``, or is absent. Hosts are relative to the
domain, ``@`` being the domain itself, as control panels write them; owners are whole names
without trailing dot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .detection import Certainty, Detected, Detection, DetectPatterns, Kind, Trace
from .dns import Rdata
from .message import Message

__all__ = [
    "PLANNED_KINDS",
    "AdminSteps",
    "Certainty",
    "Choice",
    "Client",
    "Confidence",
    "DetectPatterns",
    "Detected",
    "Detection",
    "Disagreement",
    "DkimTemplate",
    "Kind",
    "MxSet",
    "Necessity",
    "Parameter",
    "Profile",
    "ProfileStatus",
    "RecordTemplate",
    "Resolved",
    "ResolvedRecord",
    "ResolvedSpf",
    "Source",
    "SpfTemplate",
    "State",
    "Trace",
    "Waiting",
    "Weak",
]


class State(StrEnum):
    """Whether a service can be taken up today."""

    ACTIVE = "active"
    RENAMED = "renamed"  # active under another name
    SELF_HOSTED = "self-hosted"  # software on a server of one's own
    CLOSING = "closing"  # has a date on which it ends
    CLOSED = "closed"  # takes no new domains, or is gone
    UNCERTAIN = "uncertain"  # no source says whether it still runs


class Necessity(StrEnum):
    """How much a record is needed. Only the first two are planned without being asked for."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"
    OBSOLETE = "obsolete"  # recognised and removed on leaving, never planned


class Confidence(StrEnum):
    """How well a profile as a whole is supported (the sheet's own scale)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact is from. ``date`` is an ISO date: when it was published, or the state of the copy that was read."""

    name: str
    date: str
    detail: str = ""
    url: str = ""
    trust: str = ""
    count: int | None = None  # how many domains or zones showed it


@dataclass(frozen=True, slots=True)
class ProfileStatus:
    """``ends_on`` is an ISO date; ``successor`` the id of the profile to move to, where one is plain."""

    state: State
    note: str = ""
    ends_on: str = ""
    what_to_do: str = ""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a parameter with few values, and what it ``sets`` of the other parameters."""

    value: str
    label: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    What only the tenant knows.

    ``required`` is ``"always"``, ``"never"`` or what it is for (``"for DKIM"``); the record that
    uses it waits all the same. ``kind`` is ``text``, ``host`` (a whole name), ``record-name``
    (relative to the domain), ``selector``, ``address``, ``number``, ``token``, ``dkim-key`` (a key,
    or a whole key record, however it was pasted) or ``dkim-record`` (the record whole).
    ``prefix`` is put in front of a pasted value that lacks it. ``strict`` is False where the
    pattern was derived from few examples: a value outside it is accepted with a warning.
    ``decided_by`` names the parameter whose choice normally sets this one.
    """

    name: str
    required: str = "always"
    where: str = ""
    example: str = ""
    pattern: str = ""
    kind: str = "text"
    default: str = ""
    prefix: str = ""
    choices: tuple[Choice, ...] = ()
    decided_by: str = ""
    note: str = ""
    strict: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class RecordTemplate:
    """
    One record. ``value`` is the exchange, target or text; ``preference`` serves MX and SRV.

    ``purpose`` is one of mx, dkim, verification, client, return-path, tracking, other.
    ``preference`` is text because it may be a parameter. ``accept`` are patterns of values that
    are right too (a target of an older form), matched against the lower-case value.
    """

    host: str
    rdtype: str
    value: str
    preference: str = ""
    weight: int = 0
    port: int = 0
    ttl: int | None = None
    necessity: Necessity = Necessity.REQUIRED
    purpose: str = ""
    name: str = ""
    note: str = ""
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MxSet:
    """
    Another MX set that is right when found: its ``records``, or any exchange one of ``patterns`` matches.

    ``obsolete`` still works but should be replaced.
    """

    name: str
    records: tuple[RecordTemplate, ...] = ()
    patterns: tuple[str, ...] = ()
    obsolete: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SpfTemplate:
    """
    What a provider adds to the one SPF record of a domain.

    ``mechanisms`` are what to publish (templates). ``qualifier`` is the provider's own advice
    for ``all`` (``~all``), empty where no source gives one. ``redirect`` is the target of a
    ``redirect=`` a provider tells its only-customers to publish; it cannot stand beside others
    (RFC 7208 section 6.1), so ``mechanisms`` and ``qualifier`` are then the merged form.
    ``accepted`` mechanisms are as good when found; ``legacy`` ones are replaced. ``host`` is where
    it belongs: a sending service with a bounce sub-domain of its own does not need the apex.
    """

    mechanisms: tuple[str, ...]
    qualifier: str = ""
    redirect: str = ""
    accepted: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    host: str = "@"
    necessity: Necessity = Necessity.REQUIRED
    note: str = ""
    observed: str = ""


@dataclass(frozen=True, slots=True)
class DkimTemplate:
    """
    The key records. ``selectors`` are those seen in the wild, for looking them up; they may be
    more than the records name, and are never templates. ``selector_patterns`` describe the rest.
    """

    records: tuple[RecordTemplate, ...] = ()
    selectors: tuple[str, ...] = ()
    selector_patterns: tuple[str, ...] = ()
    key_bits: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A server for mail programs. ``protocol``: imap, pop, smtp, activesync, ews; ``security``: tls, starttls."""

    protocol: str
    host: str
    port: int | None = None
    security: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdminSteps:
    """What to do in the provider's console. ``basis``: documented, general (may lag behind), none."""

    steps: tuple[str, ...] = ()
    basis: str = "none"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that contradict each other over one field, and what the profile does about it."""

    field: str
    values: tuple[str, ...]
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class Weak:
    """A field that rests on little, and why."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Profile:
    """
    One file of ``provider_profiles/``.

    ``sources`` maps a field (``mx``, ``spf``, ``dkim``, ...; ``all`` for the whole file) to what it
    rests on. ``observed`` is the number of domains, of 40,052 measured, whose MX (for a sender:
    whose SPF) matched. ``domains`` are the mailbox domains of a free service. ``origin`` is the
    file it came from.
    """

    id: str
    name: str
    kind: Kind
    status: ProfileStatus
    receives: bool
    sends: bool
    confidence: Confidence
    checked_on: str
    former_names: tuple[str, ...] = ()
    custom_domain: bool = True
    parameters: tuple[Parameter, ...] = ()
    mx: tuple[RecordTemplate, ...] = ()
    mx_alternatives: tuple[MxSet, ...] = ()
    mx_rule: str = ""
    spf: SpfTemplate | None = None
    dkim: DkimTemplate = field(default_factory=DkimTemplate)
    dmarc_recommended: str = ""
    verification: tuple[RecordTemplate, ...] = ()
    extras: tuple[RecordTemplate, ...] = ()
    clients: tuple[Client, ...] = ()
    clients_note: str = ""
    detect: DetectPatterns = field(default_factory=DetectPatterns)
    domains: tuple[str, ...] = ()
    admin: AdminSteps = field(default_factory=AdminSteps)
    documents: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] = ()
    weak: tuple[Weak, ...] = ()
    notes: tuple[str, ...] = ()
    observed: int | None = None
    origin: str = ""

    @property
    def plannable(self) -> bool:
        """Whether new records may be planned for it: it takes customers' domains and is not ending."""
        return (
            self.custom_domain
            and self.kind in PLANNED_KINDS
            and self.status.state not in (State.CLOSING, State.CLOSED)
        )

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, if declared."""
        return next((p for p in self.parameters if p.name == name), None)


PLANNED_KINDS = frozenset({Kind.MAILBOX, Kind.FORWARDING, Kind.SENDER})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value that the tenant has yet to give, with where to find it."""

    parameter: str
    where: str
    example: str = ""
    required: str = "always"
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedRecord:
    """
    A record for one domain. ``rdata`` is None while ``waiting_for`` names missing parameters.

    ``owner`` is the whole name; while its own parameter is missing it still holds ``{name}``.
    ``text`` is the value as far as it is known, for people. ``accept`` as in `RecordTemplate`.
    """

    owner: str
    rdtype: str
    rdata: Rdata | None
    purpose: str  # as in `RecordTemplate`
    necessity: Necessity = Necessity.REQUIRED
    waiting_for: tuple[str, ...] = ()
    text: str = ""
    ttl: int | None = None
    note: str = ""
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedSpf:
    """`SpfTemplate` filled; ``mechanisms`` holds only those whose parameters are known."""

    owner: str
    mechanisms: tuple[str, ...]
    qualifier: str = ""
    redirect: str = ""
    accepted: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    necessity: Necessity = Necessity.REQUIRED
    waiting_for: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """
    A profile's records for one domain.

    ``mx`` is the set to publish; ``mx_alternatives`` are sets that are right when found;
    ``mx_patterns`` match any exchange of this provider. ``waiting`` lists every missing value
    once; ``warnings`` are sentences about values that look unusual. ``shared`` are names of parameters that
    a service chosen before it asks for as well, so that this one's must be given as ``id.name``.
    """

    profile: Profile
    domain: str
    values: Mapping[str, str]
    mx: tuple[ResolvedRecord, ...] = ()
    mx_alternatives: tuple[tuple[ResolvedRecord, ...], ...] = ()
    mx_patterns: tuple[str, ...] = ()
    spf: ResolvedSpf | None = None
    dkim: tuple[ResolvedRecord, ...] = ()
    verification: tuple[ResolvedRecord, ...] = ()
    extras: tuple[ResolvedRecord, ...] = ()
    clients: tuple[Client, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    warnings: tuple[Message, ...] = ()
    shared: frozenset[str] = frozenset()

    def setting(self, name: str) -> str:
        """What a parameter is called where the user gives it."""
        return f"{self.profile.id}.{name}" if name in self.shared else name

    @property
    def records(self) -> tuple[ResolvedRecord, ...]:
        """Every record but SPF, which is merged, not placed."""
        return (*self.mx, *self.dkim, *self.verification, *self.extras)
