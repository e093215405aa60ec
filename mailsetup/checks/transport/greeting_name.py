"""
A mail host greets without its full name.

The greeting is 220 and the host's full name. Some receivers and many tests look whether it is one.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 localhost ESMTP" SIZE STARTTLS TLSv1.3

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 ESMTP ready" SIZE STARTTLS TLSv1.3

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

import re
from collections.abc import Iterator

from mailsetup.checks._transport import reached_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.starttls import mail_servers

FULL_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z][a-z0-9-]*[a-z0-9]\Z|\[[0-9a-f.:]+\]\Z")
LOCAL = (".local", ".localdomain", ".lan", ".internal")


@check(
    title="A greeting without a full host name",
    severity=Severity.WARNING,
    codes=["SMTP_BANNER"],
    reads=[mail_servers],
    cites=["RFC 5321 section 4.2", "RFC 5321 section 4.3.1"],
    opt_in="smtp",
)
def greeting_name(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        name = server.greeted_as
        if server.greets and (not FULL_NAME.match(name) or name.endswith(LOCAL)):
            yield case.finding(
                '{host} greets as "{name}", which is not a full host name',
                host=server.host,
                name=name[:80] or say("nobody"),
                at=server.question,
                remedy="Let the server greet with its full name, the one its reverse name has.",
            )
