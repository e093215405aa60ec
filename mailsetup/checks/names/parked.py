"""
The domain is held by a parking service.

Its name servers or mail hosts are those of a service that shows advertisements or a price tag
in place of a site. Mail to it is lost or read by others, and nothing stops anybody from sending
in its name.

Fires on:

    example.com.          NS  ns1.sedoparking.com.
    example.com.          NS  ns2.sedoparking.com.
    ns1.sedoparking.com.  A   9.9.9.1
    ns2.sedoparking.com.  A   149.112.112.2
    example.com.          A   9.9.9.10

Silent on:

    example.com.          NS   ns1.sedoparking.com.
    example.com.          NS   ns2.sedoparking.com.
    ns1.sedoparking.com.  A    9.9.9.1
    ns2.sedoparking.com.  A    149.112.112.2
    example.com.          MX   10 mail.example.com.
    mail.example.com.     A    9.9.9.10

Silent on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.parking import is_parking, parking


@check(
    title="The domain is parked",
    severity=Severity.ERROR,  # of the root cause; what is said is a warning
    codes=["NAME_PARKED"],
    reads=[parking, mx_records],
    cites=["M3AAWG Protecting Parked Domains, 2015-12", "RFC 7505"],
)
def parked(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    if mx.stands_here and not is_parking(mx.exchanges):
        return
    found = case.read(parking)
    if found.hosts:
        yield case.finding(
            "{domain} is parked: it is held by the parking service of {hosts}",
            domain=case.domain,
            hosts=", ".join(found.hosts[:4]),
            at=found.questions,
            severity=Severity.WARNING,
            remedy=(
                "To use it for mail, enter your DNS host's name servers at the registrar. If it stays unused, "
                "publish MX 0 . and TXT v=spf1 -all there, and v=DMARC1; p=reject at _dmarc.{domain}."
            ),
            fix=Fix(case.domain, "MX", ("0 .",)),
        )
