"""How mail programs find a domain's servers: SRV records, autoconfig and autodiscover (RFC 6186, RFC 8314)."""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.model.dns import SRV, DnsAnswer, DnsQuestion, Outcome, WebAnswer, WebQuestion, dns_question
from mailsetup.model.names import NAME_LIMIT, is_within
from mailsetup.model.walk import Walk, ask, together

from .addresses import Host, hosts

__all__ = [
    "Autoconfig",
    "Autodiscover",
    "ClientServices",
    "Service",
    "autoconfig",
    "autodiscover",
    "autodiscover_page",
    "client_services",
    "service_targets",
]

MAIL_SERVICES = ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions", "_submission")
OTHER_SERVICES = ("_jmap", "_caldavs", "_carddavs")
TARGETS_LIMIT = 12


class Service(NamedTuple):
    """One service's SRV records; a target of ``""`` says that it is not offered (RFC 2782)."""

    label: str
    question: DnsQuestion
    answer: DnsAnswer
    records: tuple[SRV, ...] = ()

    @property
    def offered(self) -> tuple[SRV, ...]:
        """The records that name a server."""
        return tuple(r for r in self.records if r.target)

    @property
    def declined(self) -> bool:
        """Whether the domain says that it does not offer the service (RFC 6186 section 3.4)."""
        return bool(self.records) and not self.offered

    @property
    def missing(self) -> bool:
        """Whether it is known that nothing is said about the service."""
        return not self.records and self.answer.absent


class ClientServices(NamedTuple):
    """Every service asked for; their labels are such as ``_imaps``."""

    services: tuple[Service, ...]

    def of(self, label: str) -> Service:
        """One service."""
        return next(service for service in self.services if service.label == label)

    @property
    def used(self) -> bool:
        """Whether any mail service is announced at all."""
        return any(service.offered for service in self.services if service.label in MAIL_SERVICES)


def client_services(domain: str) -> Walk[ClientServices]:
    """The SRV records of mail and of its companions: one round."""
    labels = (*MAIL_SERVICES, *OTHER_SERVICES)
    if len(f"_submissions._tcp.{domain}") > NAME_LIMIT:
        nothing = DnsAnswer(Outcome.NO_NAME)
        return ClientServices(tuple(Service(label, dns_question(domain, "SRV"), nothing) for label in labels))
    questions = tuple(dns_question(f"{label}._tcp.{domain}", "SRV") for label in labels)
    answers = yield from ask(*questions)
    return ClientServices(tuple(map(_service, labels, questions, answers)))


def _service(label: str, question: DnsQuestion, answer: DnsAnswer) -> Service:
    return Service(label, question, answer, tuple(sorted(r for r in answer.records if type(r) is SRV)))


def service_targets(domain: str) -> Walk[tuple[tuple[Service, Host], ...]]:
    """The servers that SRV records name, each with its addresses; one round more."""
    found = yield from client_services(domain)
    wanted = {r.target: s for s in found.services for r in s.offered if len(r.target) <= NAME_LIMIT}
    names = list(wanted)[:TARGETS_LIMIT]
    return tuple((wanted[host.name], host) for host in (yield from hosts(names)))


class Autoconfig(NamedTuple):
    """
    What mail programs find that look for ``config-v1.1.xml`` (draft-ietf-mailmaint-autoconfig-06).

    ``host`` are the addresses of ``autoconfig.<domain>``. ``tries`` are the addresses asked and what they
    brought, in the order of the draft; the first only when the host may exist.
    """

    host: Host
    tries: tuple[tuple[WebQuestion, WebAnswer], ...] = ()

    @property
    def found(self) -> tuple[WebQuestion, WebAnswer] | None:
        """The first file that came."""
        return next((t for t in self.tries if t[1].status == 200 and not t[1].tls_fault), None)


def autoconfig(domain: str) -> Walk[Autoconfig]:
    """Both https addresses, in one round after the host's."""
    name = f"autoconfig.{domain}"
    if len(name) > NAME_LIMIT:
        nothing = DnsAnswer(Outcome.NO_NAME)
        return Autoconfig(Host(name, nothing, nothing))
    host, own = yield from together(hosts([name]), hosts([domain]))
    urls = []
    if not host[0].unresolved:
        urls.append(f"https://{name}/mail/config-v1.1.xml")
    if not own[0].unresolved:
        urls.append(f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml")
    questions = tuple(map(WebQuestion, urls))
    if not questions:
        return Autoconfig(host[0])
    answers = yield questions
    return Autoconfig(host[0], tuple((q, cast(WebAnswer, answers[q])) for q in questions))


class Autodiscover(NamedTuple):
    """``host`` are the addresses of ``autodiscover.<domain>``, ``service`` is its SRV record ([MS-OXDISCO])."""

    host: Host
    service: Service


def autodiscover(domain: str) -> Walk[Autodiscover]:
    """The host and the SRV record: one round."""
    name = f"autodiscover.{domain}"
    question = dns_question(f"_autodiscover._tcp.{domain}", "SRV")
    if len(question.name) > NAME_LIMIT:
        nothing = DnsAnswer(Outcome.NO_NAME)
        return Autodiscover(Host(name, nothing, nothing), Service("_autodiscover", question, nothing))
    found, (answer,) = yield from together(hosts([name]), ask(question))
    return Autodiscover(found[0], _service("_autodiscover", question, answer))


def autodiscover_page(domain: str) -> Walk[tuple[WebQuestion, WebAnswer] | None]:
    """What the autodiscover host shows; an alias out of the domain is a provider's, and is not asked."""
    found = yield from autodiscover(domain)
    host = found.host
    if host.unresolved or any(not is_within(alias, domain) for alias in host.aliases):
        return None
    question = WebQuestion(f"https://{host.name}/autodiscover/autodiscover.xml")
    answers = yield (question,)
    return question, cast(WebAnswer, answers[question])
