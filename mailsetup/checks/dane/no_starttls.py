"""
TLSA records, but no STARTTLS.

The records promise encryption; senders that use DANE keep the mail waiting until the host offers it.

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE

Silent on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Unknown on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import publishes_tlsa, served_with_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.starttls import mail_servers
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="TLSA records, but no STARTTLS",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_NO_STARTTLS"],
    reads=[mx_tlsa, mail_servers],
    cites=["RFC 7672 section 2.2"],
    opt_in="smtp",
)
def no_starttls(case: Case) -> Iterator[Finding]:
    for host, server in served_with_tlsa(case):
        if server.greets and not server.answer.starttls:
            yield case.finding(
                "{host} publishes TLSA records but does not offer STARTTLS; senders with DANE do not deliver",
                host=host.host,
                at=(server.question, host.question),
                remedy="Switch STARTTLS on at {host}, or take its TLSA records away.",
            )
