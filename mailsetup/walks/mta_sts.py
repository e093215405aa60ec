"""
MTA-STS of a domain: the record, and the policy file that the record points to (RFC 8461 section 3).

The record is one TXT question. Only where one is published are the policy host's addresses asked,
and only by those who want it is the file fetched (``--web``); a host known to have no address is not.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from mailsetup.grammar.mta_sts import is_sts, mx_matches, parse_sts, parse_sts_policy, policy_lines
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.dns import DnsQuestion, WebAnswer, WebQuestion
from mailsetup.model.mail_records import StsMode, StsPolicy, StsRecord
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.walk import Walk

from .addresses import Host, hosts
from .labelled_text import LabelledText, labelled_text

__all__ = ["StsFetched", "StsPublished", "mta_sts_above", "mta_sts_host", "mta_sts_policy", "mta_sts_record"]


class StsPublished(NamedTuple):
    """``parsed`` is the only record read; None when there is none, are several, or nobody knows."""

    found: LabelledText
    parsed: Parsed[StsRecord] | None = None

    @property
    def record(self) -> StsRecord | None:
        """The record, if there is one that counts."""
        return self.parsed.value if self.parsed is not None else None


def mta_sts_record(domain: str) -> Walk[StsPublished]:
    """What a domain publishes at ``_mta-sts``: one question."""
    found = yield from labelled_text("_mta-sts", domain, is_sts)
    return StsPublished(found, parse_sts(found.text) if found.text else None)


def mta_sts_above(domain: str) -> Walk[StsPublished | None]:
    """The record of the organizational domain above a name; None for that domain itself, without a question."""
    above = organizational_domain(domain)
    if not above or above == domain:
        return None
    return (yield from mta_sts_record(above))


def mta_sts_host(domain: str) -> Walk[Host | None]:
    """The addresses of the policy host, asked only where a record is published."""
    published = yield from mta_sts_record(domain)
    name = f"mta-sts.{domain}"
    if not published.found.candidates or len(name) > NAME_LIMIT:
        return None
    (host,) = yield from hosts([name])
    return host


class StsFetched(NamedTuple):
    """
    The policy file as it came. ``answer`` is None when there was no reason to fetch it.

    ``text`` is the body read as UTF-8 with replacements, ``parsed`` what it says, both only for status 200.
    """

    published: StsPublished
    host: Host | None = None
    question: WebQuestion | None = None
    answer: WebAnswer | None = None
    text: str = ""
    parsed: Parsed[StsPolicy] | None = None

    @property
    def fetched(self) -> bool:
        """Whether the file came as senders want it: status 200 with a sound certificate, whole."""
        return self.parsed is not None

    @property
    def policy(self) -> StsPolicy | None:
        """The policy in force."""
        return self.parsed.value if self.parsed is not None else None

    @property
    def applies(self) -> bool:
        """Whether senders check mail hosts against the policy: its mode is enforce or testing."""
        return self.policy is not None and self.policy.mode is not StsMode.NONE

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The lines as written."""
        return policy_lines(self.text)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a key as written."""
        return tuple(value for key, value in self.lines if key == name)

    def faults(self, *codes: str) -> tuple[Fault, ...]:
        """The file's faults with these codes."""
        return tuple(f for f in self.parsed.faults if f.code in codes) if self.parsed is not None else ()

    def covers(self, exchange: str) -> bool:
        """Whether a pattern of the policy matches an exchange."""
        return self.policy is not None and any(mx_matches(p, exchange) for p in self.policy.mx)

    @property
    def places(self) -> tuple[WebQuestion | DnsQuestion, ...]:
        """What a finding about the file rests on."""
        return (self.question, self.published.found.question) if self.question is not None else ()


def mta_sts_policy(domain: str) -> Walk[StsFetched]:
    """
    The policy file of a domain that publishes a record: https, without redirects (RFC 8461 section 3.3).

    With two records there is no policy, and nothing is fetched.
    """
    published = yield from mta_sts_record(domain)
    if not published.found.text:
        return StsFetched(published)
    host = yield from mta_sts_host(domain)
    if host is None or host.unresolved:
        return StsFetched(published, host)
    question = WebQuestion(f"https://{host.name}/.well-known/mta-sts.txt")
    answers = yield (question,)
    answer = cast(WebAnswer, answers[question])
    if answer.unknown or answer.tls_fault or answer.slow or answer.status != 200:
        return StsFetched(published, host, question, answer)
    text = answer.body.decode("utf-8", "replace")
    return StsFetched(published, host, question, answer, text, parse_sts_policy(text))
