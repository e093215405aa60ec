"""Names that hold a CNAME and other records beside it (RFC 1034 section 3.6.2)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

__all__ = ["AliasConflict", "alias_conflicts"]


class AliasConflict(NamedTuple):
    """
    A CNAME at ``name``, and the ``other`` question that shows it is not alone there.

    ``at_apex`` says that no mail record was seen beside it, but that the name is an organizational
    domain: a zone begins there, so that SOA and NS stand beside the CNAME, seen or not.
    """

    name: str
    target: str
    alias: DnsQuestion
    other: DnsQuestion
    at_apex: bool = False


def alias_conflicts(domain: str) -> Walk[tuple[AliasConflict, ...]]:
    """
    Conflicts at the domain and at its ``_dmarc`` name: one round where nothing speaks for an alias, else up to three.

    A resolver that follows an alias hides it: only the CNAME question beside the other shows both. It is asked
    where it can tell something: not at the domain if a type nobody publishes brought "no data" from the zone,
    since an alias would have answered for it (RFC 1034 section 4.3.2), and at ``_dmarc`` only beside a text.
    What a server with both at one name answers depends on the server, which is the harm.
    """
    policy = f"_dmarc.{domain}"
    first = [dns_question(domain, "SPF")]
    if len(policy) <= NAME_LIMIT:
        first.append(dns_question(policy, "TXT"))
    answers = yield from ask(*first)
    pairs = []
    if not _alone(answers[0]):
        pairs.append((dns_question(domain, "CNAME"), dns_question(domain, "MX")))
    if len(first) > 1 and answers[1].found and not answers[1].aliases:
        pairs.append((dns_question(policy, "CNAME"), first[1]))
    if not pairs:
        return ()
    aliases = yield from ask(*(alias for alias, _ in pairs))
    found = [
        (alias, other, target)
        for (alias, other), answer in zip(pairs, aliases, strict=True)
        if not answer.aliases and (target := next((r for r in answer.records if isinstance(r, str)), None))
    ]
    if not found:
        return ()
    beside = yield from ask(*(other for _, other, _ in found))
    return tuple(
        conflict
        for (alias, other, target), answer in zip(found, beside, strict=True)
        if (conflict := _conflict(domain, alias, other, target, answer)) is not None
    )


def _alone(answer: DnsAnswer) -> bool:
    """Whether an answer for a type that is not there shows that no alias stands at the name."""
    return answer.outcome is Outcome.NO_DATA and not answer.aliases and bool(answer.zone)


def _conflict(
    domain: str, alias: DnsQuestion, other: DnsQuestion, target: str, beside: DnsAnswer
) -> AliasConflict | None:
    if beside.found and not beside.aliases:
        return AliasConflict(alias.name, target, alias, other)
    if alias.name == domain == organizational_domain(domain):
        return AliasConflict(alias.name, target, alias, alias, at_apex=True)
    return None
