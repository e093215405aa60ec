"""
SRV records lead to another domain, and are not signed.

Without DNSSEC a careful program asks its user whether the foreign server is right, since a forged record would
look the same.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 imap.example.net.
    example.com. DNSSEC insecure

Silent on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    example.com. DNSSEC insecure

Unknown on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 imap.example.net.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.names import is_within
from mailsetup.walks.client_settings import client_services
from mailsetup.walks.dnssec import mail_validation


@check(
    title="SRV records lead to another domain without DNSSEC",
    severity=Severity.INFO,
    codes=["CONF_SRV_UNSIGNED"],
    reads=[client_services, mail_validation],
    cites=["RFC 6186 section 6"],
    opt_in="deep",
)
def target_elsewhere_unsigned(case: Case) -> Iterator[Finding]:
    foreign = [
        (service, record.target)
        for service in case.read(client_services).services
        for record in service.offered
        if not is_within(record.target, organizational_domain(case.domain))
    ]
    validated = case.read(mail_validation) if foreign else None
    if validated is not None and validated.answer.status is DnssecStatus.INSECURE:
        service, target = foreign[0]
        yield case.finding(
            "{name} leads to {target} in another domain, and {domain} is not signed with DNSSEC",
            name=service.question.name,
            target=target,
            domain=case.domain,
            at=(service.question, validated.question),
            remedy="Sign {domain} with DNSSEC, or name a host within it.",
        )
