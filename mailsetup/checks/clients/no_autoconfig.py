"""
Mail programs find no autoconfig file.

Thunderbird and others look for https://autoconfig.<domain>/mail/config-v1.1.xml. Large providers are known to
them anyway; for an own server the file spares every user the questions.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.

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
    autoconfig.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import autoconfig
from mailsetup.walks.mx_records import mx_records


@check(
    title="Mail programs find no autoconfig file",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["CONF_AUTOCONFIG_URL"],
    reads=[autoconfig, mx_records],
    cites=["draft-ietf-mailmaint-autoconfig-06"],
    opt_in="deep",
)
def no_autoconfig(case: Case) -> Iterator[Finding]:
    found = case.read(autoconfig)
    gone = all(answer.status >= 400 for _, answer in found.tries)
    if gone and (found.host.unresolved or found.tries):
        yield case.finding(
            "there is no autoconfig file for {domain}: mail programs must guess or ask",
            domain=case.domain,
            at=(*(question for question, _ in found.tries), *(() if found.tries else found.host.questions)),
            remedy="Serve config-v1.1.xml at https://autoconfig.{domain}/mail/, or let your mail provider do it.",
        )
