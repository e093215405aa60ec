"""
The autoconfig host has no valid certificate.

Programs then fall back to plain http, where anybody between can send users to another server.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB fault=name

Silent on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB 200 text/xml
      | <clientConfig version="1.1">
      | <emailProvider id="example.com">
      | <domain>example.com</domain>
      | <incomingServer type="imap"><hostname>mail.example.com</hostname></incomingServer>
      | <outgoingServer type="smtp"><hostname>mail.example.com</hostname></outgoingServer>
      | </emailProvider></clientConfig>

Unknown on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._transport import fault_words
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import autoconfig


@check(
    title="The autoconfig file is not served over https",
    severity=Severity.WARNING,
    codes=["CONF_AUTOCONFIG_HTTPS"],
    reads=[autoconfig],
    cites=["draft-ietf-mailmaint-autoconfig-06"],
    opt_in="deep",
)
def autoconfig_certificate(case: Case) -> Iterator[Finding]:
    for question, answer in case.read(autoconfig).tries:
        if answer.tls_fault and question.url.startswith("https://autoconfig."):
            yield case.finding(
                "the certificate of autoconfig.{domain} is not valid: {why}",
                domain=case.domain,
                why=fault_words(answer.tls_fault),
                at=question,
                remedy="Get a certificate for autoconfig.{domain}, or take the name away.",
            )
