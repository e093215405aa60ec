"""
A mail host does not satisfy the MTA-STS policy.

Each must offer STARTTLS with a certificate in date, from a known authority, made out to the name in the MX record.
With mode enforce senders do not deliver otherwise.

Fires on (options: smtp):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    mail.example.com.      SMTP "220 mail.example.com ESMTP" STARTTLS TLSv1.3 until=2026-11-01
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Fires on (options: smtp):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    mail.example.com.      SMTP "220 mail.example.com ESMTP" SIZE
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Silent on (options: smtp):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    mail.example.com.      SMTP "220 mail.example.com ESMTP" STARTTLS TLSv1.3
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800

Unknown on (options: smtp):

    example.com.           MX   10 mail.example.com.
    _mta-sts.example.com.  TXT  "v=STSv1; id=1"
    mta-sts.example.com.   A    9.9.9.10
    mail.example.com.      A    9.9.9.10
    mail.example.com.      TIMEOUT SMTP
    https://mta-sts.example.com/.well-known/mta-sts.txt  WEB 200 text/plain
      | version: STSv1
      | mode: enforce
      | mx: mail.example.com
      | max_age: 604800
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import by_mode, fault_words, has_policy_in_force, reached_servers
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mta_sts import mta_sts_policy
from mailsetup.walks.starttls import mail_servers


@check(
    title="A mail host does not satisfy the MTA-STS policy",
    severity=Severity.ERROR,
    applies_to=has_policy_in_force,
    codes=["STS_MX_CERT"],
    reads=[mta_sts_policy, mail_servers],
    cites=["RFC 8461 section 4.1", "RFC 8461 section 4.2"],
    opt_in="smtp",
)
def sts_mx_certificate(case: Case) -> Iterator[Finding]:
    policy = case.read(mta_sts_policy)
    for server in reached_servers(case):
        sound = server.answer.starttls and not server.answer.tls_fault
        if sound or not server.greets:
            continue
        yield case.finding(
            "{host} does not satisfy the MTA-STS policy: its certificate is not valid, {why}"
            if server.answer.starttls
            else "{host} does not satisfy the MTA-STS policy: it does not offer STARTTLS",
            host=server.host,
            why=fault_words(server.answer.tls_fault),
            severity=by_mode(policy),
            at=(server.question, *policy.places),
            remedy="Give {host} a certificate for its own name from a public authority, or set mode: testing meanwhile.",
        )
