"""
The MX records that lead to hosts with TLSA records are not signed.

A forged MX record would send the mail elsewhere, so DANE does not protect this domain although its mail
hosts have it.

Fires on (options: deep):

    example.com.                 MX     10 mail.example.net.
    _25._tcp.mail.example.net.   TLSA   3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC insecure
    example.net.                 DNSSEC secure

Silent on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
    example.com.                 DNSSEC secure

Unknown on (options: deep):

    example.com.                 MX    10 mail.example.com.
    _25._tcp.mail.example.com.   TLSA  3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dane import publishes_tlsa
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.tlsa import mx_tlsa, tlsa_security


@check(
    title="The MX records that lead to DANE hosts are not signed",
    severity=Severity.WARNING,
    applies_to=publishes_tlsa,
    codes=["DANE_MX_INSECURE"],
    reads=[mx_tlsa, tlsa_security],
    cites=["RFC 7672 section 2.2.1"],
    opt_in="deep",
)
def mx_unsigned(case: Case) -> Iterator[Finding]:
    security = case.read(tlsa_security)
    signed = [q for _, q, validated in security.hosts if validated.status is DnssecStatus.SECURE]
    if signed and security.mx is not None and security.mx.status is DnssecStatus.INSECURE:
        assert security.mx_question is not None
        yield case.finding(
            "the mail hosts of {domain} use DANE, but the MX records that name them are not signed",
            domain=case.domain,
            at=(security.mx_question, signed[0], security.tlsa.mx.question),
            remedy="Sign {domain} with DNSSEC; most DNS hosts do it at the press of a button.",
        )
