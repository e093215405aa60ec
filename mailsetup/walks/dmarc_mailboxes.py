"""Whether the domains of report mailboxes take mail at all (RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.mail_records import ReportUri
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask

from .dmarc_record import DmarcPublished, dmarc_record

__all__ = ["REPORT_HOSTS_LIMIT", "MailboxHost", "dmarc_mailboxes", "report_hosts"]

REPORT_HOSTS_LIMIT = 10  # hosts looked at for one record; no receiver sends to more (RFC 9990 section 4)


class MailboxHost(NamedTuple):
    """
    One domain of report addresses: ``tags`` say in which of rua and ruf it stands.

    ``accepts`` is None when nobody knows; ``null_mx`` says it refuses all mail. ``addresses`` are asked only
    when there is no MX.
    """

    host: str
    tags: tuple[str, ...]
    mx: DnsAnswer
    addresses: tuple[DnsAnswer, ...] = ()

    @property
    def questions(self) -> tuple[DnsQuestion, ...]:
        """What was asked about it."""
        types = ("MX", "A", "AAAA") if self.addresses else ("MX",)
        return tuple(dns_question(self.host, rdtype) for rdtype in types)

    @property
    def null_mx(self) -> bool:
        """Whether it says that it takes no mail."""
        exchanges = [r.exchange for r in self.mx.records if type(r) is MX]
        return bool(exchanges) and not any(exchanges)

    @property
    def accepts(self) -> bool | None:
        """Whether mail to it has somewhere to go."""
        if self.mx.found:
            return not self.null_mx
        if self.mx.unknown:
            return None
        if any(answer.found for answer in self.addresses):
            return True
        return None if any(answer.unknown for answer in self.addresses) else False


def report_hosts(own: DmarcPublished) -> Mapping[str, tuple[str, ...]]:
    """The domains of a record's report addresses, each with the tags it stands in; in their order, bounded."""
    record = own.record
    return _hosts(record.aggregate_reports, record.failure_reports) if record is not None else {}


@lru_cache(maxsize=1024)
def _hosts(aggregate: tuple[ReportUri, ...], failure: tuple[ReportUri, ...]) -> Mapping[str, tuple[str, ...]]:
    """Found once for the three walks that ask, and for all domains whose reports go to the same place."""
    hosts: dict[str, tuple[str, ...]] = {}
    for tag, uris in (("rua", aggregate), ("ruf", failure)):
        for uri in uris:
            host = uri.host
            if host and tag not in hosts.get(host, ()):
                hosts[host] = (*hosts.get(host, ()), tag)
    return {host: hosts[host] for host in list(hosts)[:REPORT_HOSTS_LIMIT] if len(host) <= NAME_LIMIT}


def dmarc_mailboxes(domain: str) -> Walk[tuple[MailboxHost, ...]]:
    """The domains of a domain's own report addresses: their MX, and their addresses where there is none."""
    hosts = report_hosts((yield from dmarc_record(domain)))
    if not hosts:
        return ()
    answers = yield from ask(*(dns_question(host, "MX") for host in hosts))
    found = [MailboxHost(host, tags, mx) for (host, tags), mx in zip(hosts.items(), answers, strict=True)]
    bare = [box.host for box in found if box.mx.absent]
    if bare:
        pairs = yield from ask(*(dns_question(host, rdtype) for host in bare for rdtype in ("A", "AAAA")))
        by_host = {host: pairs[2 * i : 2 * i + 2] for i, host in enumerate(bare)}
        found = [box._replace(addresses=by_host.get(box.host, ())) for box in found]
    return tuple(found)
