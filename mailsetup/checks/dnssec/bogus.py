"""
DNSSEC validation fails.

For everybody whose resolver validates, which are many large mail providers, the domain does not exist: mail to
it waits and mail from it is refused.

Fires on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC bogus "the signature has expired"

Silent on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC secure

Unknown on (options: deep):

    example.com. MX 10 mail.example.com.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.model.retold import as_message
from mailsetup.walks.dnssec import mail_validation


@check(
    title="DNSSEC validation fails",
    severity=Severity.ERROR,
    codes=["DNSSEC_BOGUS"],
    reads=[mail_validation],
    cites=["RFC 4035 section 5"],
    yields_to=["dnssec/ds-without-key"],
    opt_in="deep",
)
def bogus(case: Case) -> Iterator[Finding]:
    validated = case.read(mail_validation)
    if validated.answer.status is DnssecStatus.BOGUS:
        yield case.finding(
            "DNSSEC of {zone} fails: {why}; the domain vanishes for everybody who validates",
            zone=validated.answer.zone or case.domain,
            why=as_message(validated.answer.detail) if validated.answer.detail else say("no valid signature"),
            at=validated.question,
            remedy="Let the DNS host sign the zone anew; if it cannot, take the DS record away at the registrar.",
        )
