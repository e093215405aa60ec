"""
Submission with TLS from the start (port 465) is not announced.

It is preferred to STARTTLS on port 587, since nothing goes over the line before encryption.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 587 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
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
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10
    _submissions._tcp.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._clients import announces_services
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import client_services


@check(
    title="Submission with TLS from the start is not announced",
    severity=Severity.WARNING,
    applies_to=announces_services,
    codes=["CONF_SRV_SUBMISSIONS"],
    reads=[client_services],
    cites=["RFC 8314 section 5.1"],
    opt_in="deep",
)
def no_submissions(case: Case) -> Iterator[Finding]:
    service = case.read(client_services).of("_submissions")
    odd = [record for record in service.offered if record.port != 465]
    if service.missing or odd:
        yield case.finding(
            "{name} names port {port} where 465 is expected"
            if odd
            else "{name} does not announce submission on port 465",
            name=service.question.name,
            port=odd[0].port if odd else 465,
            at=service.question,
            remedy="Publish an SRV record with port 465 and the name of the submission server.",
        )
