"""
Outlook finds no settings for the domain.

It looks for autodiscover.<domain> (an alias where Microsoft 365 is used) or an SRV record at
_autodiscover._tcp with port 443.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.
    _autodiscover._tcp.example.com. SRV 0 0 80 mail.example.com.

Silent on (options: deep):

    example.com.            MX   10 mail.example.com.
    autodiscover.example.com. A 9.9.9.10

Unknown on (options: deep):

    example.com.            MX   10 mail.example.com.
    autodiscover.example.com. TIMEOUT
    _autodiscover._tcp.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import autodiscover
from mailsetup.walks.mx_records import mx_records


@check(
    title="Outlook finds no settings",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["CONF_AUTODISCOVER_HOST"],
    reads=[autodiscover, mx_records],
    cites=["[MS-OXDISCO] section 3.1.5"],
    opt_in="deep",
)
def no_autodiscover(case: Case) -> Iterator[Finding]:
    found = case.read(autodiscover)
    odd = [record for record in found.service.offered if record.port != 443]
    if odd or (found.host.unresolved and found.service.missing):
        yield case.finding(
            "{name} names port {port} where 443 is expected"
            if odd
            else "there is neither autodiscover.{domain} nor {name}",
            domain=case.domain,
            name=found.service.question.name,
            port=odd[0].port if odd else 443,
            at=(found.service.question, *(() if odd else found.host.questions)),
            remedy="Publish what your mail provider asks for, for Microsoft 365 the alias autodiscover.{domain}.",
        )
