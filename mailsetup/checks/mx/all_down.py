"""
No mail host accepts a connection.

Mail waits at the senders and comes back to them after some days. A host that greets with a refusal has accepted the
connection; one that does not answer in time is not known to be down. A firewall around the place where the question
is asked may refuse too, so hosts of one operator alone prove nothing: mail hosts of two unrelated operators are tried
then, and only if one of them answers is the domain down. If none does, port 25 is blocked from here.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    example.com.        MX    20 mail2.example.com.
    mail.example.com.   A     9.9.9.10
    mail2.example.com.  A     9.9.9.11
    mail.example.com.   REFUSED SMTP
    mail2.example.com.  REFUSED SMTP
    smtp.google.com.    SMTP  "220 mx.google.com ESMTP" SIZE STARTTLS TLSv1.3

Silent on (options: smtp):

    example.com.        MX    10 mail.example.com.
    example.com.        MX    20 mail2.example.com.
    mail.example.com.   A     9.9.9.10
    mail2.example.com.  A     9.9.9.11
    mail.example.com.   REFUSED SMTP
    mail2.example.com.  SMTP  "220 mail2.example.com ESMTP" SIZE STARTTLS TLSv1.3

Unknown on (options: smtp):

    example.com.        MX    10 mail.example.com.
    example.com.        MX    20 mail2.example.com.
    mail.example.com.   A     9.9.9.10
    mail2.example.com.  A     9.9.9.11
    mail.example.com.   REFUSED SMTP
    mail2.example.com.  TIMEOUT SMTP
    smtp.google.com.    SMTP  "220 mx.google.com ESMTP" SIZE STARTTLS TLSv1.3
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.port_25 import port_25
from mailsetup.walks.starttls import SERVERS_LIMIT, mail_servers, one_mail_server, tried_servers

SPOKE = (Outcome.FOUND, Outcome.SERVFAIL)  # the connection was accepted, whatever came of it


@check(
    title="No mail host accepts a connection",
    severity=Severity.ERROR,
    codes=["MX_ALL_DOWN"],
    reads=[mail_servers, tried_servers, port_25],
    cites=["RFC 5321 section 5.1"],
    opt_in="smtp",
)
def all_down(case: Case) -> Iterator[Finding]:
    questions = case.read(tried_servers)
    reached = next((q for q in questions if case.answer(q).outcome in SPOKE), None)
    if reached is not None:
        case.read(one_mail_server, reached.host)  # one that answers decides, whatever the others do
        return
    servers = [case.read(one_mail_server, q.host) for q in questions]
    if not servers or any(s.answer.outcome is not Outcome.REFUSED for s in servers):
        return
    if len(servers) == SERVERS_LIMIT < len(case.read(mail_servers).mx.exchanges):
        return  # the others were not tried
    other = next((s.host for s in case.read(port_25) if s.answer.outcome in SPOKE), "")
    if other:
        # The refusals are what was seen, so no evidence has to be known for this to stand.
        yield case.finding(
            "no mail host of {domain} accepts a connection on port 25: {hosts} ({other} does, so the port is open from here)",
            domain=case.domain,
            hosts=", ".join(s.host for s in servers),
            other=other,
            at=(),
            remedy="Start the mail server, or open port 25 in its firewall.",
        )
