"""TLSA records of a domain's mail hosts, and whether DNSSEC protects what leads to them (RFC 7672 section 2.2)."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.tlsa import RECORDS_LIMIT, usable
from mailsetup.model.dns import TLSA, DnsAnswer, DnsQuestion, DnssecAnswer, DnssecQuestion, dns_question
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

from .mx_hosts import EXCHANGE_LIMIT, is_host_name
from .mx_records import MxRecords, mx_records

__all__ = ["HostTlsa", "MxTlsa", "TlsaSecurity", "mx_tlsa", "one_tlsa", "tlsa_name", "tlsa_security"]


class HostTlsa(NamedTuple):
    """One mail host's records; ``records`` is empty both when there are none and when nobody knows."""

    host: str
    question: DnsQuestion
    answer: DnsAnswer
    records: tuple[TLSA, ...]

    @property
    def usable(self) -> tuple[TLSA, ...]:
        """The records that an SMTP client may use."""
        return tuple(r for r in self.records if usable(r))


class MxTlsa(NamedTuple):
    """``hosts`` are the exchanges that are host names, best preference first, at most `EXCHANGE_LIMIT`."""

    mx: MxRecords
    hosts: tuple[HostTlsa, ...] = ()

    @property
    def published(self) -> tuple[HostTlsa, ...]:
        """The hosts with records."""
        return tuple(host for host in self.hosts if host.records)


def tlsa_name(host: str) -> str:
    """Where a mail host's records stand (RFC 7672 section 2.2.3)."""
    return f"_25._tcp.{host}"


def one_tlsa(host: str) -> Walk[HostTlsa]:
    """One host's records, so that a verdict can rest on that answer alone."""
    question = dns_question(tlsa_name(host), "TLSA")
    (answer,) = yield from ask(question)
    return _host(host, question, answer)


def _host(host: str, question: DnsQuestion, answer: DnsAnswer) -> HostTlsa:
    records = tuple(dict.fromkeys(r for r in answer.records if type(r) is TLSA))[:RECORDS_LIMIT]
    return HostTlsa(host, question, answer, records)


def mx_tlsa(domain: str) -> Walk[MxTlsa]:
    """The records of every mail host: the MX records, then all hosts at once."""
    mx = yield from mx_records(domain)
    names = [e for e in mx.exchanges if is_host_name(e) and len(tlsa_name(e)) <= NAME_LIMIT]
    questions = tuple(dns_question(tlsa_name(name), "TLSA") for name in names[:EXCHANGE_LIMIT])
    if not questions:
        return MxTlsa(mx)
    answers = yield from ask(*questions)
    return MxTlsa(mx, tuple(map(_host, names, questions, answers)))


class TlsaSecurity(NamedTuple):
    """
    What validation says of each host's records, for the hosts that publish some, and of the MX records.

    ``mx`` is None when no host publishes any: then nothing was validated.
    """

    tlsa: MxTlsa
    hosts: tuple[tuple[HostTlsa, DnssecQuestion, DnssecAnswer], ...] = ()
    mx_question: DnssecQuestion | None = None
    mx: DnssecAnswer | None = None


def tlsa_security(domain: str) -> Walk[TlsaSecurity]:
    """Validates the MX records and the TLSA records found: one round after `mx_tlsa`."""
    tlsa = yield from mx_tlsa(domain)
    published = tlsa.published
    if not published:
        return TlsaSecurity(tlsa)
    of_mx = DnssecQuestion(domain, "MX")
    questions = tuple(DnssecQuestion(host.question.name, "TLSA") for host in published)
    answers = yield (of_mx, *questions)
    hosts = tuple((h, q, cast(DnssecAnswer, answers[q])) for h, q in zip(published, questions, strict=True))
    return TlsaSecurity(tlsa, hosts, of_mx, cast(DnssecAnswer, answers[of_mx]))
