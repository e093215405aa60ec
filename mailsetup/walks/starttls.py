"""What each mail host of a domain shows on port 25: greeting, extensions, STARTTLS, certificate (opt-in)."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.certificate import CERTIFICATE_OCTETS_LIMIT, Certificate, parse_certificate
from mailsetup.model.dns import SmtpAnswer, SmtpQuestion
from mailsetup.model.walk import Walk

from .mx_hosts import MxHosts, is_host_name, mx_hosts
from .mx_records import MxRecords

__all__ = ["MailServer", "MailServers", "mail_server", "mail_servers", "one_mail_server", "tried_servers"]

SMTP_PORT = 25
SERVERS_LIMIT = 8  # hosts spoken to for one domain; each gets one connection
CHAIN_LIMIT = 10


class MailServer(NamedTuple):
    """One host's conversation; ``chain`` are the certificates that could be read, leaf first."""

    host: str
    question: SmtpQuestion
    answer: SmtpAnswer
    chain: tuple[Certificate, ...] = ()

    @property
    def leaf(self) -> Certificate | None:
        """The host's own certificate, if it showed one that can be read."""
        return self.chain[0] if self.chain else None

    @property
    def greets(self) -> bool:
        """Whether it lets the asker speak (220); one that greets with a refusal shows nothing of what it offers others."""
        return self.answer.greeting.startswith("220")

    @property
    def announced(self) -> frozenset[str]:
        """The words the EHLO reply begins its lines with, in upper case."""
        return frozenset(line.split(" ")[0].upper() for line in self.answer.extensions if line)

    @property
    def greeted_as(self) -> str:
        """The host name of the greeting (RFC 5321 section 4.2), in lower case."""
        words = self.answer.greeting.split()
        return words[1].lower().rstrip(".") if len(words) > 1 else ""


class MailServers(NamedTuple):
    """``answering`` are those that spoke SMTP; ``hosts`` all that were tried."""

    mx: MxRecords
    hosts: tuple[MailServer, ...] = ()

    @property
    def answering(self) -> tuple[MailServer, ...]:
        """The hosts that answered."""
        return tuple(host for host in self.hosts if not host.answer.unknown)


def mail_servers(domain: str) -> Walk[MailServers]:
    """Every mail host, all at once, one conversation each; hosts known to have no address are left out."""
    found = yield from mx_hosts(domain)
    questions = _questions(found)
    if not questions:
        return MailServers(found.mx)
    answers = yield questions
    return MailServers(found.mx, tuple(mail_server(q, cast(SmtpAnswer, answers[q])) for q in questions))


def tried_servers(domain: str) -> Walk[tuple[SmtpQuestion, ...]]:
    """The questions `mail_servers` asks, so that a verdict may rest on some of the answers."""
    return _questions((yield from mx_hosts(domain)))


def _questions(found: MxHosts) -> tuple[SmtpQuestion, ...]:
    there = [h.name for h in found.hosts if is_host_name(h.name) and not h.unresolved][:SERVERS_LIMIT]
    return tuple(SmtpQuestion(name, SMTP_PORT) for name in there)


def one_mail_server(host: str) -> Walk[MailServer]:
    """One host's conversation, so that a verdict can rest on it alone."""
    question = SmtpQuestion(host, SMTP_PORT)
    answers = yield (question,)
    return mail_server(question, cast(SmtpAnswer, answers[question]))


def mail_server(question: SmtpQuestion, answer: SmtpAnswer) -> MailServer:
    """A conversation with the certificates that can be read."""
    sent = [der for der in answer.certificates[:CHAIN_LIMIT] if len(der) <= CERTIFICATE_OCTETS_LIMIT]
    read = [parse_certificate(der) for der in sent]
    chain = tuple(c for c in read if c is not None) if read and read[0] is not None else ()
    return MailServer(question.host, question, answer, chain)
