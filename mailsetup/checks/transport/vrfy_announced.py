"""
A mail host announces VRFY.

With VRFY whoever connects may ask which mailboxes exist, one address after the other. Senders of mail do not need it.
Whether a server answers with the truth is not tried: no address is ever named to it.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE VRFY STARTTLS TLSv1.3

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3

Unknown on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import reached_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.starttls import mail_servers


@check(
    title="A mail host announces VRFY",
    severity=Severity.INFO,
    codes=["SMTP_VRFY"],
    reads=[mail_servers],
    cites=["RFC 5321 section 7.3"],
    opt_in="smtp",
)
def vrfy_announced(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        if "VRFY" in server.announced:
            yield case.finding(
                "{host} announces VRFY, with which strangers may try which addresses exist",
                host=server.host,
                at=server.question,
                remedy="Switch VRFY off at {host} (in Postfix: disable_vrfy_command = yes).",
            )
