"""
Only STARTTLS is announced to mail programs.

IMAP, POP3 and submission are to be offered with TLS from the start (ports 993, 995 and 465); with STARTTLS somebody
between can hold a program back from encrypting.

Fires on (options: deep):

    _imap._tcp.example.com.  SRV  0 1 143 mail.example.com.
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
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

    _imap._tcp.example.com.  SRV  0 1 143 mail.example.com.
    _imaps._tcp.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._clients import announces_services
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import client_services


@check(
    title="Only STARTTLS is announced to mail programs",
    severity=Severity.WARNING,
    applies_to=announces_services,
    codes=["TLS_IMPLICIT_ACCESS"],
    reads=[client_services],
    cites=["RFC 8314 section 3"],
    opt_in="deep",
)
def starttls_only(case: Case) -> Iterator[Finding]:
    services = case.read(client_services)
    for plain, secure in (("_imap", "_imaps"), ("_pop3", "_pop3s"), ("_submission", "_submissions")):
        offered, better = services.of(plain), services.of(secure)
        if offered.offered and not better.offered and not better.answer.unknown:
            yield case.finding(
                "{name} announces STARTTLS, and {better} announces nothing with TLS from the start",
                name=offered.question.name,
                better=better.question.name,
                at=(offered.question, better.question),
                remedy="Offer TLS from the start as well, and announce it at {better}.",
            )
