"""
The zone of a mail host is not signed with DNSSEC.

The address of the host can be forged even where the MX records that name it cannot, and without a signed zone there is
no DANE. Only whoever runs the mail servers can change that.

Fires on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
    example.net.  DNSSEC insecure

Silent on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
    example.net.  DNSSEC secure

Silent on (options: deep):

    example.com.  MX 10 mail.example.com.
    example.com.  DNSSEC insecure

Unknown on (options: deep):

    example.com.  MX 10 mail.example.net.
    example.com.  DNSSEC secure
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import DnssecStatus
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.names import is_within
from mailsetup.walks.dnssec import Validated, hosts_validation

HOSTS_SHOWN = 6


@check(
    title="The zone of a mail host is not signed with DNSSEC",
    severity=Severity.INFO,
    codes=["DNSSEC_UNSIGNED"],
    reads=[hosts_validation],
    cites=["RFC 9364", "RFC 7672 section 2.2"],
    opt_in="deep",
)
def mx_host_unsigned(case: Case) -> Iterator[Finding]:
    found = case.read(hosts_validation)
    zones: dict[str, list[Validated]] = {}
    for host, validated in found.hosts:
        if validated.answer.status is DnssecStatus.INSECURE:
            zones.setdefault(validated.answer.zone or host, []).append(validated)
    for zone, unsigned in zones.items():
        if found.mx.answer.status is DnssecStatus.INSECURE and found.mx.answer.zone == zone:
            continue  # dnssec/unsigned says it of the domain itself
        yield case.finding(
            "the zone {zone} is not signed with DNSSEC; there {n:is|are} the mail {n:host|hosts} {hosts}",
            zone=zone,
            n=len(unsigned),
            hosts=", ".join(v.question.name for v in unsigned[:HOSTS_SHOWN]),
            at=(
                *(v.question for v in unsigned),
                *([found.mx.question] if is_within(case.domain, zone) else []),
            ),
            remedy="Ask whoever runs {zone} to sign it.",
        )
