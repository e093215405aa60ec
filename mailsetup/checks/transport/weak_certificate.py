"""
A mail host's certificate is weak.

RSA keys under 2048 bits and signatures with SHA-1 or MD5 are refused by modern TLS libraries.

Fires on (options: smtp):

    example.com.        MX    10 mail.example.com.
    mail.example.com.   A     9.9.9.10
    mail.example.com.   SMTP  "220 mail.example.com ESMTP" SIZE STARTTLS TLSv1.3 key=rsa1024

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
from mailsetup.model.message import say
from mailsetup.walks.starttls import mail_servers

WEAK = ("md5", "sha1")


@check(
    title="A mail host's certificate is weak",
    severity=Severity.WARNING,
    codes=["TLS_WEAK_KEY"],
    reads=[mail_servers],
    cites=["RFC 9325 section 4.5"],
    opt_in="smtp",
)
def weak_certificate(case: Case) -> Iterator[Finding]:
    for server in reached_servers(case):
        leaf = server.leaf
        if leaf is not None and (
            (leaf.key_type == "RSA" and leaf.key_bits < 2048) or leaf.signature_hash in WEAK
        ):
            yield case.finding(
                "the certificate of {host} is weak: {kind} key of {bits} bits, signed with {hash}",
                host=server.host,
                kind=leaf.key_type,
                bits=leaf.key_bits,
                hash=leaf.signature_hash or say("no separate hash"),
                at=server.question,
                remedy="Get a new certificate with a P-256 key, or an RSA key of 2048 bits.",
            )
