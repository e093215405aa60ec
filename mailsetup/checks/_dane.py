"""What checks of DANE share: when they apply."""

from __future__ import annotations

from mailsetup.model.case import Case
from mailsetup.walks.starttls import MailServer, mail_servers, one_mail_server
from mailsetup.walks.tlsa import HostTlsa, mx_tlsa, one_tlsa


def publishes_tlsa(case: Case) -> bool:
    """A mail host of the domain publishes TLSA records."""
    return bool(case.read(mx_tlsa).published)


def hosts_with_tlsa(case: Case) -> tuple[HostTlsa, ...]:
    """The mail hosts with TLSA records, each read singly."""
    asked = (case.read(one_tlsa, host.host) for host in case.read(mx_tlsa).hosts)
    return tuple(host for host in asked if host.records)


def served_with_tlsa(case: Case) -> tuple[tuple[HostTlsa, MailServer], ...]:
    """The hosts with usable TLSA records that answered on port 25, with what they showed there."""
    spoken = {server.host for server in case.read(mail_servers).hosts}
    pairs = [(h, case.read(one_mail_server, h.host)) for h in hosts_with_tlsa(case) if h.host in spoken]
    return tuple((host, server) for host, server in pairs if host.usable and not server.answer.unknown)
