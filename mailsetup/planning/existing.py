"""
What stands today at every name a plan may touch, and what is not known of it.

A record set is *known* only when its question was answered and no alias hides it. A set that
a wildcard makes up is not there: a control question for a name nobody made tells the two
apart (RFC 4592 section 2.2.1). Names below a delegation belong to another zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailsetup.model.dns import MX, TXT, UNASKED, DnsAnswer, DnsQuestion, Outcome, Rdata
from mailsetup.model.names import is_within, parent
from mailsetup.model.walk import Walk, ask
from mailsetup.walks.wildcards import control_label

ALIASED_TYPES = ("A", "AAAA", "TXT", "MX", "SRV")
CONTROL_TYPES = ("TXT", "CNAME", "MX", "A", "SRV")

CUSTOMARY_TTLS = (
    60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 604_800,
)  # fmt: skip
"""Seconds, as control panels offer them."""

Target = tuple[str, str]
"""(owner, type) of a record set."""


def whole_ttl(seen: int | None) -> int | None:
    """
    The TTL a record was published with, from the one that was seen.

    A resolver's cache counts down, so an odd number is taken for the next customary one: a date
    worked out from it may be late, never early.
    """
    return next((ttl for ttl in CUSTOMARY_TTLS if seen is not None and ttl >= seen), seen)


@dataclass(frozen=True, slots=True)
class SetState:
    """
    One record set as it is. ``alias`` is the CNAME target that stands at the owner instead, ``""`` if none.

    ``known`` is False when a question behind it got no usable answer; ``detail`` then says which.
    ``ttl`` is in seconds, None when nobody said. ``wildcard`` says that only a wildcard answered.
    """

    known: bool
    records: tuple[Rdata, ...] = ()
    alias: str = ""
    ttl: int | None = None
    detail: str = ""
    wildcard: bool = False


@dataclass(frozen=True, slots=True)
class Existing:
    """The answers behind a plan. ``domain`` is the one planned for."""

    domain: str
    answers: Mapping[DnsQuestion, DnsAnswer] = field(default_factory=dict)

    def answer(self, name: str, rdtype: str) -> DnsAnswer:
        """What one question brought; `UNASKED` if it was not asked."""
        return self.answers.get(DnsQuestion(name, rdtype), UNASKED)

    def state(self, owner: str, rdtype: str) -> SetState:
        """The record set at an owner; a CNAME is asked for with the type CNAME."""
        answer = self.answer(owner, rdtype)
        aliased = bool(answer.aliases) and rdtype != "CNAME"
        if answer.unknown and not aliased:
            why = answer.detail or answer.outcome.value
            return SetState(False, detail=f"{owner} {rdtype}: {why}")
        if self._made_up(owner, rdtype, answer):
            return SetState(True, ttl=whole_ttl(answer.ttl), wildcard=True)
        if aliased:
            return SetState(True, alias=answer.aliases[0], ttl=whole_ttl(answer.ttl))
        return SetState(True, _in_order(answer.records) if answer.found else (), ttl=whole_ttl(answer.ttl))

    def alias(self, owner: str) -> SetState:
        """The CNAME at an owner, told from its own question or from any answer that followed it."""
        own = self.state(owner, "CNAME")
        if own.known:
            target = own.records[0] if own.records else ""
            return SetState(True, own.records, str(target), own.ttl, wildcard=own.wildcard)
        for rdtype in ALIASED_TYPES:
            answer = self.answer(owner, rdtype)
            if answer.aliases:
                return SetState(True, (answer.aliases[0],), answer.aliases[0], whole_ttl(answer.ttl))
            if not answer.unknown:
                return SetState(True)
        return own

    def flattened(self, owner: str, target: str) -> bool:
        """Whether the owner has just what the target of a CNAME has: its DNS host resolves the alias itself."""
        something = False
        for rdtype in ("A", "AAAA", "TXT"):
            own, theirs = self.answer(owner, rdtype), self.answer(target, rdtype)
            if not own.found or own.aliases:
                continue
            if not theirs.found or set(map(_plain, own.records)) != set(map(_plain, theirs.records)):
                return False
            something = True
        return something

    def _made_up(self, owner: str, rdtype: str, answer: DnsAnswer) -> bool:
        """Whether a wildcard answered: the closest name above answers the same for a label nobody made."""
        if owner == self.domain or not is_within(owner, self.domain) or not (answer.found or answer.aliases):
            return False
        for above in (parent(owner), self.domain):
            control = self.answer(f"{control_label(self.domain)}.{above}", rdtype)
            if (control.found or control.aliases) and control.aliases == answer.aliases:
                return _same(control.records, answer.records)
        return False

    @property
    def zone(self) -> str:
        """The zone the domain's records stand in; ``""`` when that is not known."""
        answer = self.answer(self.domain, "SOA")
        if answer.found and not answer.aliases:
            return self.domain
        return answer.zone

    @property
    def negative_ttl(self) -> int | None:
        """How long an absent name is remembered: the lesser of SOA minimum and SOA TTL (RFC 2308 section 5)."""
        for name in (self.domain, self.zone):
            answer = self.answer(name, "SOA")
            for record in answer.records:
                minimum = getattr(record, "minimum", None)
                if minimum is not None:
                    seen = whole_ttl(answer.ttl)
                    return min(int(minimum), seen) if seen is not None else int(minimum)
        negative = [a.ttl for a in self.answers.values() if a.absent and a.zone and a.ttl is not None]
        return whole_ttl(max(negative)) if negative else None

    def delegation(self, owner: str) -> tuple[str, tuple[str, ...]]:
        """The zone cut between the domain and an owner and its servers; ``("", ())`` when there is none."""
        name = owner
        while is_within(name, self.domain) and name != self.domain:
            answer = self.answer(name, "NS")
            if answer.found and not answer.aliases and not self._made_up(name, "NS", answer):
                return name, tuple(str(r) for r in answer.records)
            name = parent(name)
        return "", ()

    @property
    def servers(self) -> tuple[str, ...]:
        """The name servers of the domain, or of the zone it stands in."""
        for name in (self.domain, self.zone):
            answer = self.answer(name, "NS")
            if answer.found and not answer.aliases:
                return tuple(sorted(str(r) for r in answer.records))
        return ()

    @property
    def missing(self) -> bool:
        """Whether the domain itself is known not to exist."""
        return any(
            self.answer(self.domain, rdtype).outcome is Outcome.NO_NAME for rdtype in ("SOA", "NS", "MX")
        )


def _plain(record: Rdata) -> Rdata:
    return record.text if isinstance(record, TXT) else record


def _in_order(records: tuple[Rdata, ...]) -> tuple[Rdata, ...]:
    """Mail hosts by preference and name: servers turn them round, and a plan is the same each time."""
    hosts = [r for r in records if isinstance(r, MX)]
    return tuple(sorted(hosts)) if len(hosts) == len(records) else records


def _same(one: tuple[Rdata, ...], other: tuple[Rdata, ...]) -> bool:
    return set(one) == set(other)


def base_questions(domain: str) -> tuple[DnsQuestion, ...]:
    """What every plan asks, whatever it wants."""
    label = control_label(domain)
    control = f"{label}.{domain}"
    pairs = [(domain, t) for t in ("MX", "TXT", "CNAME", "NS", "SOA", "A", "AAAA")]
    pairs += [(f"_dmarc.{domain}", t) for t in ("TXT", "CNAME", "NS")]
    pairs += [(f"_domainkey.{domain}", "NS")]
    pairs += [(control, t) for t in CONTROL_TYPES]
    pairs += [(f"{label}._domainkey.{domain}", t) for t in ("TXT", "CNAME")]
    return tuple(DnsQuestion(name, rdtype) for name, rdtype in pairs)


def target_questions(domain: str, targets: Iterable[Target]) -> tuple[DnsQuestion, ...]:
    """What must be known before a record set may be written: it, an alias in its place, and what an alias would hide."""
    asked: dict[DnsQuestion, None] = {}
    for owner, rdtype in targets:
        types = ("CNAME", "TXT", "A", "AAAA") if rdtype == "CNAME" else (rdtype, "CNAME")
        for wanted in types:
            asked[DnsQuestion(owner, wanted)] = None
        name = owner
        while is_within(name, domain) and name != domain:
            asked[DnsQuestion(name, "NS")] = None
            name = parent(name)
    return tuple(asked)


def existing_records(domain: str, targets: Iterable[Target] = ()) -> Walk[Existing]:
    """
    What stands at a domain's mail names and at further record sets.

    Two rounds: the second asks for the SOA and NS of the enclosing zone, and only when the domain
    is not the apex of its own.
    """
    questions = tuple(dict.fromkeys((*base_questions(domain), *target_questions(domain, targets))))
    replies = yield from ask(*questions)
    answers = dict(zip(questions, replies, strict=True))
    existing = Existing(domain, answers)
    if existing.zone and existing.zone != domain:
        above = (DnsQuestion(existing.zone, "SOA"), DnsQuestion(existing.zone, "NS"))
        for question, reply in zip(above, (yield from ask(*above)), strict=True):
            answers[question] = reply
    return Existing(domain, answers)
