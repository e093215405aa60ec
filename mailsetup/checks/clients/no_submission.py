"""
A domain that announces mail services says nothing about submission with STARTTLS, or names an unusual port.

A program that looks there must guess. Port 587 is expected; the target . says that the service is not offered.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    mail.example.com.  A  9.9.9.10

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 2525 mail.example.com.
    mail.example.com.  A  9.9.9.10

Silent on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10

Unknown on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    mail.example.com.  A  9.9.9.10
    _submission._tcp.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._clients import announces_services
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import client_services


@check(
    title="Nothing is said about submission with STARTTLS",
    severity=Severity.INFO,
    applies_to=announces_services,
    codes=["CONF_SRV_SUBMISSION"],
    reads=[client_services],
    cites=["RFC 6186 section 3.1"],
    opt_in="deep",
)
def no_submission(case: Case) -> Iterator[Finding]:
    service = case.read(client_services).of("_submission")
    odd = [record for record in service.offered if record.port != 587]
    if service.missing or odd:
        yield case.finding(
            "{name} names port {port} where 587 is expected"
            if odd
            else "{name} says nothing about submission with STARTTLS",
            name=service.question.name,
            port=odd[0].port if odd else 587,
            at=service.question,
            remedy="Publish an SRV record with port 587, or the target . if the service is not offered.",
        )
