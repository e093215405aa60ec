"""
A mail host greets with another name than its reverse name.

Servers usually send under the name with which they greet; some receivers want it to be the reverse name of
the address. It counts only for a host that also sends.

Fires on (options: smtp):

    example.com.              MX   10 mail.example.com.
    mail.example.com.         A    9.9.9.10
    10.9.9.9.in-addr.arpa.    PTR  host17.example.com.
    mail.example.com.  SMTP  "220 mail.example.com ESMTP"

Silent on (options: smtp):

    example.com.              MX   10 mail.example.com.
    mail.example.com.         A    9.9.9.10
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com.  SMTP  "220 mail.example.com ESMTP"

Unknown on (options: smtp):

    example.com.              MX   10 mail.example.com.
    mail.example.com.         A    9.9.9.10
    10.9.9.9.in-addr.arpa.    PTR  mail.example.com.
    mail.example.com. TIMEOUT SMTP
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import reached_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.reverse import mx_reverse
from mailsetup.walks.starttls import mail_servers


@check(
    title="A server greets with another name than its reverse name",
    severity=Severity.WARNING,
    codes=["PTR_HELO_MISMATCH"],
    reads=[mx_reverse, mail_servers],
    cites=["RFC 5321 section 4.1.4"],
    opt_in="smtp",
)
def greeting_differs(case: Case) -> Iterator[Finding]:
    named = {r.host: r for r in case.read(mx_reverse)}
    for server in reached_servers(case):
        reverse = named.get(server.host)
        if reverse is None or not reverse.texts or not server.greeted_as:
            continue
        names = [r.texts for r in case.read(mx_reverse) if r.host == server.host]
        if not any(server.greeted_as in texts for texts in names):
            yield case.finding(
                "{host} greets as {greeted} while its reverse name is {name}",
                host=server.host,
                greeted=server.greeted_as,
                name=reverse.texts[0],
                severity=Severity.INFO,
                at=(server.question, reverse.question),
                remedy="If {host} also sends, let greeting and reverse name be the same.",
            )
