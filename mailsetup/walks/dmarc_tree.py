"""The DMARC policy that governs a name, found by climbing towards the root (RFC 9989 section 4.10)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from mailsetup.grammar.dmarc import read_as_7489
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.mail_records import DmarcRecord, Policy, Psd
from mailsetup.model.names import NAME_LIMIT, labels
from mailsetup.model.walk import Walk, ask, ask_one

from .dmarc_record import DmarcPublished, dmarc_name, published

__all__ = ["DmarcDiscovery", "PolicySource", "Reader7489", "dmarc_tree", "tree_names"]

LABELS_AFTER_JUMP: Final = 7  # RFC 9989 section 4.10 step 4; so at most eight questions


class PolicySource(StrEnum):
    """Where the policy record was found (RFC 9989 section 4.10.1)."""

    OWN = "own"
    ORGANIZATIONAL = "organizational domain"
    SUFFIX = "public suffix"
    NONE = "none"
    UNKNOWN = "unknown"


class Reader7489(NamedTuple):
    """
    What a receiver that still follows RFC 7489 finds: own record, else that of the domain below the public suffix.

    ``policy`` is for the domain itself, ``subdomain_policy`` what names below it get. ``unknown`` says that an
    answer it needs is missing.
    """

    organizational_domain: str
    found_at: str = ""
    record: DmarcRecord | None = None
    policy: Policy | None = None
    subdomain_policy: Policy | None = None
    unknown: bool = False


class DmarcDiscovery(NamedTuple):
    """
    Both readers' answer for one domain.

    ``steps`` are the names climbed, longest first, up to where the reading stopped. ``record`` is the policy
    record, standing at ``found_at`` (``""`` if none). ``policy`` is for mail from the domain itself,
    ``subdomain_policy`` for existing names below it and ``ghost_policy`` for names that do not exist; all
    before ``t=y`` lowers them (`applied`). ``organizational_domain`` is None when an unknown answer could still
    turn it; ``source`` is UNKNOWN when one could still turn the policy. ``exists`` is asked only when the policy
    is inherited. ``differs`` names what the two readers disagree on: ``organizational domain``, ``policy``.
    """

    domain: str
    steps: tuple[DmarcPublished, ...]
    source: PolicySource
    found_at: str = ""
    record: DmarcRecord | None = None
    organizational_domain: str | None = None
    policy: Policy | None = None
    subdomain_policy: Policy | None = None
    ghost_policy: Policy | None = None
    exists: bool | None = True
    reader7489: Reader7489 = Reader7489("")
    differs: tuple[str, ...] = ()
    rests_on: tuple[DnsQuestion, ...] = ()

    @property
    def own(self) -> DmarcPublished:
        """What the domain publishes itself."""
        return self.steps[0]

    @property
    def unknown(self) -> bool:
        """Whether an unknown answer could still turn the policy."""
        return self.source is PolicySource.UNKNOWN

    @property
    def found(self) -> DmarcPublished | None:
        """What was published where the policy record stands."""
        return next((step for step in self.steps if step.domain == self.found_at), None)

    def applied(self, policy: Policy | None) -> Policy | None:
        """A policy as receivers of RFC 9989 apply it: one step lower while ``t=y``."""
        if policy is None or self.record is None or not self.record.testing:
            return policy
        return policy.lowered()


def tree_names(domain: str) -> tuple[str, ...]:
    """The names whose ``_dmarc`` is asked, longest first; at most eight."""
    parts = labels(domain)
    at = len(parts) - LABELS_AFTER_JUMP if len(parts) > LABELS_AFTER_JUMP else 1
    return (domain, *(".".join(parts[i:]) for i in range(at, len(parts))))


def dmarc_tree(domain: str) -> Walk[DmarcDiscovery]:
    """
    The policy that governs a domain, and its organizational domain.

    All names are asked in one batch; the reading stops at ``psd=y`` or ``psd=n``. Whether the domain exists is
    asked in a second round, and only when its policy is inherited.
    """
    names = tree_names(domain)
    asked = tuple(name for name in names if len(dmarc_name(name)) <= NAME_LIMIT)
    answers = yield from ask(*(dns_question(dmarc_name(name), "TXT") for name in asked))
    by_name = dict(zip(asked, answers, strict=True))
    all_steps = tuple(published(name, by_name.get(name, DnsAnswer(Outcome.NO_NAME))) for name in names)
    steps = _until_stop(all_steps)
    found = _policy_step(steps)
    exists: bool | None = True
    if found is not None and found is not steps[0]:
        existence = yield from ask_one(domain, "MX")
        exists = None if existence.unknown else existence.outcome is not Outcome.NO_NAME
    return _discovery(domain, all_steps, steps, found, exists)


def _until_stop(steps: tuple[DmarcPublished, ...]) -> tuple[DmarcPublished, ...]:
    for i, step in enumerate(steps):
        if step.record is not None and step.record.psd is not Psd.UNKNOWN:
            return steps[: i + 1]
    return steps


def _organizational_step(steps: tuple[DmarcPublished, ...]) -> int | None:
    """The place of the Organizational Domain among the steps (RFC 9989 section 4.10.2); None if none is found."""
    last = steps[-1]
    if last.record is not None and last.record.psd is Psd.YES and len(steps) > 1:
        return len(steps) - 2
    return next((i for i in reversed(range(len(steps))) if steps[i].record is not None), None)


def _policy_step(steps: tuple[DmarcPublished, ...]) -> DmarcPublished | None:
    """The step with the policy record: own, the Organizational Domain's, the public suffix's; None if unknown."""
    if steps[0].record is not None:
        return steps[0]
    if any(step.unknown for step in steps):
        return None
    place = _organizational_step(steps)
    if place is None:
        return None
    return steps[place] if steps[place].record is not None else steps[-1]


def _discovery(
    domain: str,
    all_steps: tuple[DmarcPublished, ...],
    steps: tuple[DmarcPublished, ...],
    found: DmarcPublished | None,
    exists: bool | None,
) -> DmarcDiscovery:
    unknown = any(step.unknown for step in steps)
    organization = None if unknown else _organization(domain, steps)
    old = _read_7489(domain, all_steps)
    discovery = DmarcDiscovery(
        domain,
        steps,
        _source(steps, found, unknown),
        organizational_domain=organization,
        exists=exists,
        reader7489=old,
        rests_on=tuple(step.question for step in steps),
    )
    if found is None or found.record is None:
        return _compared(discovery)
    record = found.record
    below = _governing_below(record, found, steps, organization)
    return _compared(
        discovery._replace(
            found_at=found.domain,
            record=record,
            policy=record.policy if found is steps[0] else _inherited(record, exists),
            subdomain_policy=None if below is None else below.existing_subdomain_policy,
            ghost_policy=None if below is None else below.nonexistent_subdomain_policy,
        )
    )


def _governing_below(
    record: DmarcRecord, found: DmarcPublished, steps: tuple[DmarcPublished, ...], organization: str | None
) -> DmarcRecord | None:
    """
    The record that names below the domain inherit from; None when nobody knows.

    A record below the Organizational Domain governs its own name alone (RFC 9989 section 4.7, ``sp``).
    """
    if found is not steps[0] or organization == found.domain:
        return record
    if organization is None:
        return None
    return next((s.record for s in steps if s.domain == organization and s.record is not None), record)


def _organization(domain: str, steps: tuple[DmarcPublished, ...]) -> str:
    place = _organizational_step(steps)
    if place is None:
        return domain
    parts = labels(steps[-1].domain)
    if place == len(steps) - 2 and steps[-1].record is not None and steps[-1].record.psd is Psd.YES:
        # one label below the public suffix, which after the jump need not be a name that was asked
        return ".".join(labels(domain)[-(len(parts) + 1) :])
    return steps[place].domain


def _source(steps: tuple[DmarcPublished, ...], found: DmarcPublished | None, unknown: bool) -> PolicySource:
    if found is None:
        return PolicySource.UNKNOWN if unknown else PolicySource.NONE
    if found is steps[0]:
        return PolicySource.OWN
    suffix = found is steps[-1] and found.record is not None and found.record.psd is Psd.YES
    return PolicySource.SUFFIX if suffix else PolicySource.ORGANIZATIONAL


def _inherited(record: DmarcRecord, exists: bool | None) -> Policy | None:
    """What a name without a record of its own gets; None when it turns on an existence nobody knows."""
    here, ghost = record.existing_subdomain_policy, record.nonexistent_subdomain_policy
    if exists is None:
        return here if here is ghost else None
    return here if exists else ghost


def _read_7489(domain: str, steps: tuple[DmarcPublished, ...]) -> Reader7489:
    """RFC 7489 section 6.6.3: two questions, the second at the domain below the public suffix."""
    organization = organizational_domain(domain)
    reader = Reader7489(organization)
    for name in dict.fromkeys((domain, organization)):
        step = next((s for s in steps if s.domain == name), None)
        if step is None or step.unknown:
            return reader._replace(unknown=True)
        if not step.candidates:
            continue
        if step.record is None:  # several at one name: discovery ends (step 5)
            return reader
        record = read_as_7489(step.text).value
        if record is None:
            return reader._replace(found_at=name)
        policy = record.policy if name == domain else record.existing_subdomain_policy
        return reader._replace(
            found_at=name, record=record, policy=policy, subdomain_policy=record.existing_subdomain_policy
        )
    return reader


def _compared(discovery: DmarcDiscovery) -> DmarcDiscovery:
    old = discovery.reader7489
    differs = []
    anything = discovery.record is not None or old.record is not None
    if anything and discovery.organizational_domain not in (None, old.organizational_domain):
        differs.append("organizational domain")
    known = not discovery.unknown and not old.unknown and discovery.exists is not None
    if known and (discovery.applied(discovery.policy) is not old.policy or _sampled(old)):
        differs.append("policy")
    return discovery._replace(differs=tuple(differs))


def _sampled(old: Reader7489) -> bool:
    """Whether the older reader applies its policy to a part of the mail only (``pct``, RFC 7489 section 6.6.4)."""
    percent = old.record.percent if old.record is not None else None
    return percent is not None and percent < 100 and old.policy not in (None, Policy.NONE)
