"""Whether a wildcard answers under a domain, shown by a label that nobody published (RFC 4592)."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, Outcome, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

__all__ = ["PROTOCOL_NAMES", "Wildcards", "control_label", "wildcards"]

PROTOCOL_NAMES = ("_dmarc", "_mta-sts", "_domainkey")  # RFC 9989, RFC 8461 and RFC 6376 ask there
OTHER_TYPES = ("A", "AAAA", "MX")


class Wildcards(NamedTuple):
    """
    ``control`` is what TXT at the unpublished label ``name`` brought.

    ``others`` are what other types brought there, asked only when the label turned out to exist;
    ``protocol`` what TXT brought at the names where mail protocols look, asked only when the
    control question found texts: (name, answer) each. ``name`` is ``""`` when the domain is so long
    that no label fits in front of it.
    """

    name: str
    control: DnsAnswer | None = None
    others: tuple[tuple[str, DnsAnswer], ...] = ()
    protocol: tuple[tuple[str, DnsAnswer], ...] = ()

    @property
    def answers_texts(self) -> bool:
        """Whether a wildcard gives TXT records."""
        return self.control is not None and self.control.found

    @property
    def answers_anything(self) -> bool:
        """Whether a wildcard of any type asked for makes every name exist."""
        if self.control is not None and self.control.aliases:
            return True
        return self.answers_texts or any(answer.found for _, answer in self.others)


def control_label(domain: str) -> str:
    """A label that nobody publishes, the same at every run for a domain, so that recordings replay."""
    return f"mailsetup-{zlib.crc32(domain.encode('utf-8', 'replace')):08x}"


def wildcards(domain: str) -> Walk[Wildcards]:
    """
    What answers at a name that was never published.

    One question when nothing does. NXDOMAIN for one type speaks for all (RFC 8020); no data may be
    a wildcard of another type, or a server that denies briefly (RFC 9824), so those are asked.
    """
    label = control_label(domain)
    name = f"{label}.{domain}"
    if len(f"{label}._domainkey.{domain}") > NAME_LIMIT:
        return Wildcards("")
    (control,) = yield from ask(dns_question(name, "TXT"))
    if control.found:
        places = tuple(
            f"{label}.{p}.{domain}" if p == "_domainkey" else f"{p}.{domain}" for p in PROTOCOL_NAMES
        )
        answers = yield from ask(
            *(dns_question(place, "TXT") for place in places), *(dns_question(name, t) for t in OTHER_TYPES)
        )
        there, others = answers[: len(places)], answers[len(places) :]
        return Wildcards(
            name,
            control,
            tuple(zip(OTHER_TYPES, others, strict=True)),
            tuple(zip(places, there, strict=True)),
        )
    if control.outcome is Outcome.NO_DATA:
        answers = yield from ask(*(dns_question(name, rdtype) for rdtype in OTHER_TYPES))
        return Wildcards(name, control, tuple(zip(OTHER_TYPES, answers, strict=True)))
    return Wildcards(name, control)
