"""Names that hold a CNAME and other records beside it (RFC 1034 section 3.6.2)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import DnsQuestion
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
    Conflicts at the domain and at its ``_dmarc`` name, in one round.

    A resolver that follows an alias hides it: only the CNAME question beside the other shows both.
    What a server with both at one name answers depends on the server, which is the harm.
    """
    pairs: list[tuple[str, tuple[str, ...]]] = [(domain, ("MX", "NS"))]
    if len(domain) + len("_dmarc.") <= NAME_LIMIT:
        pairs.append((f"_dmarc.{domain}", ("TXT",)))
    batch = [DnsQuestion(name, t) for name, others in pairs for t in ("CNAME", *others)]
    answers = dict(zip(batch, (yield from ask(*batch)), strict=True))
    found: list[AliasConflict] = []
    for name, others in pairs:
        alias = DnsQuestion(name, "CNAME")
        targets = [r for r in answers[alias].records if isinstance(r, str)]
        if not targets or answers[alias].aliases:
            continue
        beside = [
            q for q in (DnsQuestion(name, t) for t in others) if answers[q].found and not answers[q].aliases
        ]
        mail = next((q for q in beside if q.rdtype != "NS"), None)
        if mail is not None:
            found.append(AliasConflict(name, targets[0], alias, mail))
        elif name == domain == organizational_domain(domain):
            found.append(AliasConflict(name, targets[0], alias, alias, at_apex=True))
        elif beside:
            found.append(AliasConflict(name, targets[0], alias, beside[0]))
    return tuple(found)
