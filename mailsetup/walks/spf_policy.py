"""The record whose ``all`` speaks for a domain: its own, or the one it redirects to (RFC 7208 section 6.1)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf_macro import is_askable, target_name
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.walk import Walk

from .spf_record import SpfPublished, spf_record

REDIRECT_LIMIT = 10  # each costs a look-up; RFC 7208 section 4.6.4


class SpfPolicy(NamedTuple):
    """``chain`` are the records from the domain's own along ``redirect=``; it ends early at a loop or a macro."""

    chain: tuple[SpfPublished, ...]

    @property
    def last(self) -> SpfPublished:
        """The record where the chain ends."""
        return self.chain[-1]

    @property
    def questions(self) -> tuple[DnsQuestion, ...]:
        """What this rests on, the decisive question first."""
        return tuple(found.question for found in reversed(self.chain))


def spf_policy(domain: str) -> Walk[SpfPolicy]:
    """The chain of redirects; a single question when there is none."""
    chain = [(yield from spf_record(domain))]
    while len(chain) <= REDIRECT_LIMIT:
        record = chain[-1].record
        spec = record.redirect if record is not None and record.all is None else None
        target = target_name(spec, chain[-1].name, domain) if spec else None
        if target is None or not is_askable(target) or any(target == found.name for found in chain):
            break
        chain.append((yield from spf_record(target)))
    return SpfPolicy(tuple(chain))
