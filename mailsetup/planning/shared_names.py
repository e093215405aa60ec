"""
Names that two services want and only one can have: an alias stands alone, and a selector holds one key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mailsetup.model.message import Message, say
from mailsetup.model.profile import Resolved, ResolvedRecord
from mailsetup.profiles.claims import claim

from .edits import identity
from .existing import Existing
from .request import Request


class Wish(NamedTuple):
    """A record that a service asks for."""

    service: Resolved
    record: ResolvedRecord


def holders(request: Request, existing: Existing) -> dict[str, Resolved]:
    """
    Who keeps each name that cannot serve all who want it: who is published there, else who was named first.

    A key that a service found at the domain signs with is kept too, though nobody named that service.
    """
    held = {owner: _holder(request, existing, owner, wanted) for owner, wanted in _wishes(request).items()}
    return {owner: service for owner, service in held.items() if service is not None}


def aliased(request: Request, existing: Existing) -> dict[str, Resolved]:
    """The names that become the alias of a claimed service: nothing else may be planned there."""
    held = holders(request, existing)
    return {
        owner: wish.service
        for owner, wanted in _wishes(request).items()
        for wish in wanted
        if wish.record.rdtype == "CNAME" and held.get(owner, wish.service) is wish.service
    }


def _wishes(request: Request) -> dict[str, list[Wish]]:
    wishes: dict[str, list[Wish]] = {}
    for service in request.claimed:
        for record in (*service.dkim, *service.extras):
            if request.wants(record) and "{" not in record.owner:
                wishes.setdefault(record.owner, []).append(Wish(service, record))
    return wishes


def _holder(request: Request, existing: Existing, owner: str, wanted: list[Wish]) -> Resolved | None:
    """Who keeps a name; None where all who want it can have it."""
    here = [wish.service for wish in wanted if _published(existing, wish)]
    if not here and "._domainkey." in owner:
        stranger = _signer(existing, owner, request.known)
        if stranger is not None:
            return stranger
    return None if _agree(owner, wanted) else (here or [wanted[0].service])[0]


def _agree(owner: str, wanted: list[Wish]) -> bool:
    if len({wish.service.profile.id for wish in wanted}) == 1:
        return True
    if "._domainkey." not in owner and all(wish.record.rdtype != "CNAME" for wish in wanted):
        return True
    data = {(r.rdtype, identity(r.rdata) if r.rdata is not None else None) for _, r in wanted}
    return len(data) == 1 and all(wish.record.rdata is not None for wish in wanted)


def _published(existing: Existing, wish: Wish) -> bool:
    service, record = wish
    alias = existing.alias(record.owner).alias
    if record.rdtype == "CNAME" and alias:
        claimed = claim(service.profile, existing.domain, record.owner, "CNAME", alias)
        return bool(claimed) or alias.lower() == str(record.rdata).lower()
    there = set(map(identity, existing.state(record.owner, record.rdtype).records))
    return record.rdata is not None and identity(record.rdata) in there


def _signer(existing: Existing, owner: str, known: Iterable[Resolved]) -> Resolved | None:
    """The service whose key an alias at a selector leads to."""
    alias = existing.alias(owner).alias
    claimed = (s for s in known if alias and claim(s.profile, existing.domain, owner, "CNAME", alias))
    return next(claimed, None)


def taken_note(service: Resolved, record: ResolvedRecord, holder: Resolved) -> Message:
    """That a name is another service's, and what to do."""
    return say(
        "{service} asks for {rdtype} {text} at {owner}, but {other} needs that name, and it cannot serve both. Choose "
        "another selector or host name in the console of {service}, and publish the record that it then shows.",
        service=service.profile.name,
        rdtype=record.rdtype,
        text=record.text,
        owner=record.owner,
        other=holder.profile.name,
    )
