"""
The served certificate matches no TLSA record.

Senders that use DANE refuse to deliver. It happens when a certificate is renewed with a new key before
the record of that key was published.

Fires on (options: smtp):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    mail.example.com.            A     9.9.9.10
    mail.example.com.            SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 key=ec2

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
from mailsetup.grammar.certificate import association
from mailsetup.grammar.tlsa import END_ENTITY, matches_leaf
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import present
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.starttls import mail_servers
from mailsetup.walks.tlsa import mx_tlsa


@check(
    title="The served certificate matches no TLSA record",
    severity=Severity.ERROR,
    applies_to=publishes_tlsa,
    codes=["DANE_EE_MATCH"],
    reads=[mx_tlsa, mail_servers],
    cites=["RFC 7672 section 3.1.1"],
    opt_in="smtp",
)
def certificate_mismatch(case: Case) -> Iterator[Finding]:
    for host, server in served_with_tlsa(case):
        leaf = server.leaf
        pinned = [r for r in host.usable if r.usage == END_ENTITY]
        if leaf is None or not pinned or len(pinned) < len(host.usable):
            continue
        if not any(matches_leaf(record, leaf) for record in pinned):
            yield case.finding(
                "the certificate that {host} serves matches none of its TLSA records; senders with DANE do not deliver",
                host=host.host,
                at=(server.question, host.question),
                remedy="Publish 3 1 1 with the SHA-256 digest of the served key, beside the present records.",
                fix=Fix(
                    host.question.name,
                    "TLSA",
                    (*(present(r, "TLSA") for r in host.records), f"3 1 1 {association(leaf, 1, 1).hex()}"),
                ),
            )
