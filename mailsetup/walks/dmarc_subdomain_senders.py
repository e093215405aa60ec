"""Sub-domains that send mail of their own, which strict alignment would cut off (RFC 9989 section 4.4)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import DnsAnswer, DnsQuestion, dns_question
from mailsetup.model.mail_records import Alignment
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.walk import Walk, ask, needs

from .dmarc_record import DmarcPublished, dmarc_record
from .spf_record import published
from .wildcards import control_label

__all__ = ["SUBDOMAINS_TRIED", "SubdomainSenders", "dmarc_subdomain_senders"]

# where sending services put the return paths and signatures of a domain
SUBDOMAINS_TRIED = (
    *("bounce", "bounces", "e", "em", "email", "mail", "mailer", "mailing"),
    *("mg", "news", "newsletter", "notify", "send", "smtp"),
)


class SubdomainSenders(NamedTuple):
    """
    ``senders`` are (question, SPF text) of sub-domains that publish an SPF record with senders.

    They are looked for only when the domain's own record asks for strict alignment.
    """

    own: DmarcPublished
    senders: tuple[tuple[DnsQuestion, str], ...] = ()


@needs("subdomains")
def dmarc_subdomain_senders(domain: str, subdomains: tuple[str, ...] = ()) -> Walk[SubdomainSenders]:
    """
    Sub-domains with an SPF record that lets somebody send: those given, and a few usual names.

    A label nobody published is asked beside them: what answers there too is a wildcard, not a sender.
    """
    own = yield from dmarc_record(domain)
    if own.record is None or Alignment.STRICT not in (own.record.spf_alignment, own.record.dkim_alignment):
        return SubdomainSenders(own)
    names = dict.fromkeys((*subdomains, *(f"{label}.{domain}" for label in SUBDOMAINS_TRIED)))
    control = dns_question(f"{control_label(domain)}.{domain}", "TXT")
    questions = [dns_question(name, "TXT") for name in names if len(name) <= NAME_LIMIT]
    nobody, *answers = yield from ask(control, *questions)
    senders = []
    for question, answer in zip(questions, answers, strict=True):
        text = _sending(question, answer)
        if text and question.name.endswith("." + domain) and answer.records != nobody.records:
            senders.append((question, text))
    return SubdomainSenders(own, tuple(senders))


def _sending(question: DnsQuestion, answer: DnsAnswer) -> str:
    texts = published(question, answer).texts
    nobody = ("", "-all", "~all", "?all")
    return next((text for text in texts if " ".join(text.lower().split()[1:]) not in nobody), "")
