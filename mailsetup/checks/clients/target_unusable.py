"""
An SRV record names an alias, or a host without an address.

The target must be a host name with addresses of its own; many programs give up otherwise.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    mail.example.com.  CNAME  host.example.com.
    host.example.com.  A  9.9.9.10

Silent on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10

Unknown on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    mail.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import service_targets


@check(
    title="An SRV record names an alias or a host without an address",
    severity=Severity.ERROR,
    codes=["CONF_SRV_TARGET_CNAME"],
    reads=[service_targets],
    cites=["RFC 2782"],
    opt_in="deep",
)
def target_unusable(case: Case) -> Iterator[Finding]:
    for service, host in case.read(service_targets):
        if host.unresolved or host.aliases:
            yield case.finding(
                "{name} names {target}, which is an alias"
                if host.aliases
                else "{name} names {target}, which has no address",
                name=service.question.name,
                target=host.name,
                at=(service.question, *host.questions),
                remedy="Name a host with A or AAAA records of its own in the SRV record.",
            )
