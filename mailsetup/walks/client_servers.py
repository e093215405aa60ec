"""The servers mail programs are sent to, and the certificates they show: IMAP, POP3 and submission (opt-in)."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.autoconfig import autoconfig_servers
from mailsetup.model.dns import DnsQuestion, SmtpAnswer, SmtpQuestion, WebQuestion
from mailsetup.model.walk import Walk, together

from .addresses import hosts
from .client_settings import Autoconfig, ClientServices, autoconfig, client_services
from .mx_hosts import is_host_name
from .starttls import MailServer, mail_server

__all__ = ["ClientServer", "client_servers", "one_client_server"]

PORTS = {
    "_imaps": 993,
    "_pop3s": 995,
    "_submissions": 465,
    "_submission": 587,
}  # RFC 8314 section 7.3, RFC 6409
SERVERS_LIMIT = 8  # spoken to for one domain; each gets one connection


class ClientServer(NamedTuple):
    """A host and port that ``named_by`` sends mail programs to, with its conversation."""

    named_by: DnsQuestion | WebQuestion
    server: MailServer


def client_servers(domain: str) -> Walk[tuple[ClientServer, ...]]:
    """
    The servers of SRV records and of the autoconfig file at their usual ports, all at once.

    Hosts known to have no address are left out, and unusual ports: which protocol waits there is not known.
    """
    services, file = yield from together(client_services(domain), autoconfig(domain))
    named = dict(reversed(list(_named(domain, services, file))))
    there = yield from hosts([q.host for q in named])
    gone = {host.name for host in there if host.unresolved}
    questions = tuple(q for q in reversed(named) if q.host not in gone)[:SERVERS_LIMIT]
    if not questions:
        return ()
    answers = yield questions
    return tuple(ClientServer(named[q], mail_server(q, cast(SmtpAnswer, answers[q]))) for q in questions)


def _named(
    domain: str, services: ClientServices, file: Autoconfig
) -> list[tuple[SmtpQuestion, DnsQuestion | WebQuestion]]:
    """Every server and who names it, the SRV records first."""
    found: list[tuple[SmtpQuestion, DnsQuestion | WebQuestion]] = [
        (SmtpQuestion(r.target, r.port), service.question)
        for service in services.services
        for r in service.offered
        if r.port == PORTS.get(service.label)
    ]
    if file.found is not None:
        question, answer = file.found
        found += [
            (SmtpQuestion(server.host, server.port), question)
            for server in autoconfig_servers(answer.body, domain)
            if server.port in PORTS.values()
        ]
    return [(q, by) for q, by in found if is_host_name(q.host)]


def one_client_server(host: str, port: int) -> Walk[MailServer]:
    """One server's conversation, so that a verdict can rest on it alone."""
    question = SmtpQuestion(host, port)
    answers = yield (question,)
    return mail_server(question, cast(SmtpAnswer, answers[question]))
