"""Whether a letter meets what receivers ask before they show its owner's logo (BIMI draft, section on authentication)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.model.mail_records import Policy
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk
from mailsetup.walks.bimi import BimiPublished, bimi_record

from .dmarc import DmarcResult


class BimiReadiness(NamedTuple):
    """
    What stands at the default selector, and what is missing; ``published`` is None where there is no author.

    ``open`` says that DMARC waits for an answer: neither passed nor failed.
    """

    published: BimiPublished | None = None
    missing: tuple[Message, ...] = ()
    open: bool = False

    @property
    def ready(self) -> bool:
        """Whether a receiver could show the logo, as far as the letter and DNS tell."""
        return (
            self.published is not None
            and self.published.record is not None
            and not self.missing
            and not self.open
        )


def bimi_published(author: str) -> Walk[BimiPublished | None]:
    """The record of an author's domain, at most two questions; None where there is no author."""
    if "." not in author:
        return None
    return (yield from bimi_record(author))


def bimi_readiness(published: BimiPublished | None, dmarc: tuple[DmarcResult, ...]) -> BimiReadiness:
    """The first author's record with what is missing for it."""
    if published is None or not dmarc:
        return BimiReadiness()
    return BimiReadiness(published, tuple(_missing(published, dmarc[0])), dmarc[0].result == "temperror")


def _missing(published: BimiPublished, dmarc: DmarcResult) -> Iterator[Message]:
    record = published.record
    if record is None:
        return
    if record.declines:
        yield say("the record says that no logo is to be shown")
    elif not record.logo:
        yield say("the record names no logo (l=)")
    if dmarc.result not in ("pass", "temperror"):
        yield say("DMARC does not pass")
    policy = dmarc.discovery.record if dmarc.discovery is not None else None
    if dmarc.discovery is not None and dmarc.discovery.unknown:
        pass
    elif dmarc.policy in (None, Policy.NONE):
        yield say("the DMARC policy is not quarantine or reject")
    elif policy is not None and policy.subdomain_policy is Policy.NONE:
        yield say("the DMARC policy for sub-domains (sp=) is none")
    elif policy is not None and policy.percent not in (None, 100):
        yield say("the DMARC record applies to a part of the mail only (pct=)")
    if not record.evidence:
        yield say("there is no mark certificate (a=), which large receivers want")
