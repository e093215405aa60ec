"""
The certificate of the autodiscover name is not valid.

Outlook shows a warning to every user, or finds no settings. An alias to a provider is left out: there the
provider redirects, and the name is not meant to have a certificate.

Fires on (options: deep):

    example.com.  MX 10 mail.example.com.
    autodiscover.example.com.  A  9.9.9.10
    https://autodiscover.example.com/autodiscover/autodiscover.xml  WEB fault=name

Silent on (options: deep):

    autodiscover.example.com.  CNAME autodiscover.example.net.
    autodiscover.example.net.  A  9.9.9.10
    https://autodiscover.example.com/autodiscover/autodiscover.xml  WEB fault=name

Unknown on (options: deep):

    autodiscover.example.com.  A  9.9.9.10
    https://autodiscover.example.com/autodiscover/autodiscover.xml  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import fault_words
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import autodiscover, autodiscover_page


@check(
    title="The certificate of the autodiscover name is not valid",
    severity=Severity.WARNING,
    codes=["CONF_AUTODISCOVER_CERT"],
    reads=[autodiscover, autodiscover_page],
    cites=["[MS-OXDISCO] section 3.1.5"],
    opt_in="deep",
)
def autodiscover_certificate(case: Case) -> Iterator[Finding]:
    page = case.read(autodiscover_page)
    if page is not None and page[1].tls_fault:
        yield case.finding(
            "the certificate of autodiscover.{domain} is not valid: {why}",
            domain=case.domain,
            why=fault_words(page[1].tls_fault),
            at=(page[0], *case.read(autodiscover).host.questions),
            remedy="Get a certificate for autodiscover.{domain}, or let the name be an alias to your provider's.",
        )
