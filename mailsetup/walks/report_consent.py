"""Whether the owners of outside mailboxes consent to a domain's DMARC reports (RFC 9990 section 4)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.dmarc import is_dmarc, parse_dmarc
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.names import NAME_LIMIT, is_within
from mailsetup.model.walk import Walk, ask

from .dmarc_mailboxes import report_hosts
from .dmarc_record import DmarcPublished, dmarc_record

__all__ = ["Consent", "consent_name", "report_consent", "report_wildcards"]


class Consent(NamedTuple):
    """
    One outside host of report addresses. ``question`` is None when the name to ask would be too long to exist.

    ``records`` are the consent records found (texts that begin with the version tag); ``given`` is None when
    nobody knows. ``overrides`` are the hosts of addresses that the consent record puts in place of the owner's.
    """

    host: str
    tags: tuple[str, ...]
    name: str
    answer: DnsAnswer
    records: tuple[str, ...] = ()

    @property
    def question(self) -> DnsQuestion | None:
        """What was asked."""
        return dns_question(self.name, "TXT") if len(self.name) <= NAME_LIMIT else None

    @property
    def given(self) -> bool | None:
        """Whether reports may go there."""
        return None if self.answer.unknown else bool(self.records)

    @property
    def overrides(self) -> tuple[str, ...]:
        """Hosts named in the consent records' own rua and ruf; only the same host is allowed."""
        records = (parse_dmarc(text).value for text in self.records)
        uris = (u for r in records if r is not None for u in (*r.aggregate_reports, *r.failure_reports))
        return tuple(dict.fromkeys(uri.host for uri in uris if uri.host))


def consent_name(domain: str, host: str) -> str:
    """The name at which a host consents to reports about a domain."""
    return f"{domain}._report._dmarc.{host}"


def outside_hosts(own: DmarcPublished) -> dict[str, tuple[str, ...]]:
    """
    The hosts of a record's report addresses that belong to another organization.

    Kinship is told by names first and then by the public suffix list, to spare a tree walk for each host.
    """
    domain = own.domain
    organization = organizational_domain(domain)
    return {
        host: tags
        for host, tags in report_hosts(own).items()
        if not is_within(host, domain) and organizational_domain(host) != organization
    }


def report_consent(domain: str) -> Walk[tuple[Consent, ...]]:
    """The consent of each outside host that a domain's own record sends reports to."""
    hosts = outside_hosts((yield from dmarc_record(domain)))
    names = {host: consent_name(domain, host) for host in hosts}
    asked = [host for host, name in names.items() if len(name) <= NAME_LIMIT]
    answers: tuple[DnsAnswer, ...] = ()
    if asked:
        answers = yield from ask(*(dns_question(names[host], "TXT") for host in asked))
    by_host = dict(zip(asked, answers, strict=True))
    consents = []
    for host, tags in hosts.items():
        answer = by_host.get(host, DnsAnswer(Outcome.NO_NAME))
        records = tuple(text for text in answer.texts if is_dmarc(text))
        consents.append(Consent(host, tags, names[host], answer, records))
    return tuple(consents)


def report_wildcards(domain: str) -> Walk[tuple[Consent, ...]]:
    """The outside hosts that consent to reports about everybody: records at the wildcard name itself."""
    hosts = outside_hosts((yield from dmarc_record(domain)))
    if not hosts:
        return ()
    names = [consent_name("*", host) for host in hosts]
    answers = yield from ask(*(dns_question(name, "TXT") for name in names))
    found = zip(hosts.items(), names, answers, strict=True)
    return tuple(
        Consent(host, tags, name, answer, tuple(text for text in answer.texts if is_dmarc(text)))
        for (host, tags), name, answer in found
    )
