"""
The autoconfig file cannot be read.

It is XML with clientConfig version 1.1, an emailProvider with an id, and at least one incoming and one
outgoing server. A host that takes the connection and delivers nothing is as bad: mail programs wait for it.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB 200 text/xml "<clientConfig><emailProvider/></clientConfig>"

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB 200 text/xml "<clientConfig version=1.1>"

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.
    autoconfig.example.com.  A  9.9.9.10
    https://autoconfig.example.com/mail/config-v1.1.xml  WEB slow

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

from mailsetup.checks._files import not_served
from mailsetup.grammar.autoconfig import autoconfig_fault
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import autoconfig


@check(
    title="The autoconfig file cannot be read",
    severity=Severity.ERROR,
    codes=["CONF_AUTOCONFIG_XML"],
    reads=[autoconfig],
    cites=["draft-ietf-mailmaint-autoconfig-06"],
    opt_in="deep",
)
def autoconfig_malformed(case: Case) -> Iterator[Finding]:
    tried = case.read(autoconfig)
    if tried.found is not None:
        question, answer = tried.found
        fault = autoconfig_fault(answer.body)
        if fault is not None:
            yield case.finding(
                "the autoconfig file of {domain} is of no use: {fault}",
                domain=case.domain,
                fault=fault,
                at=question,
                remedy="Correct the file; its form is that of clientConfig version 1.1.",
            )
        return
    for question, answer in tried.tries:
        if answer.slow:
            yield case.finding(
                "the autoconfig file of {domain} is of no use: {fault}",
                domain=case.domain,
                fault=not_served(answer),
                at=question,
                severity=Severity.WARNING,
                remedy="Find out why {url} is slow: mail programs wait for it.",
                url=question.url,
            )
