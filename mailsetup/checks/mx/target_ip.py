"""
An MX record with an IP address in place of a host name.

The exchange is read as a name; 9.9.9.10 is then a host in the top-level domain "10", which
does not exist, and mail to it cannot be delivered.

Fires on:

    example.com.  MX  10 9.9.9.10.

Silent on:

    example.com.           MX  10 mx-9-9-9-10.example.com.
    mx-9-9-9-10.example.com.  A  9.9.9.10
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import mx_set_is_plain
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.addresses import is_address_literal
from mailsetup.walks.mx_records import mx_records


@check(
    title="An MX record names an IP address",
    severity=Severity.ERROR,
    applies_to=receives_mail,
    codes=["MX_TARGET_IP"],
    reads=[mx_records],
    cites=["RFC 1035 section 3.3.9", "RFC 5321 section 5.1"],
    silent_where=mx_set_is_plain,
)
def target_ip(case: Case) -> Iterator[Finding]:
    mx = case.read(mx_records)
    for exchange in mx.exchanges:
        if is_address_literal(exchange):
            yield case.finding(
                'the MX record names "{exchange}", an IP address; it must name a host',
                exchange=exchange,
                domain=case.domain,
                at=case.evidence(mx.question, quote=exchange),
                remedy=(
                    "Give the server a name, such as mail.{domain} with an A record for {exchange}, and put that "
                    "name into the MX record."
                ),
            )
