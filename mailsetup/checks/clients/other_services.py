"""
JMAP, calendar and address book are not announced, or announced where nothing can be.

SRV records at _jmap._tcp, _caldavs._tcp and _carddavs._tcp let programs find them; a record with port 0 leads nowhere.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10

Silent on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10
    _caldavs._tcp.example.com.  SRV  0 1 443 mail.example.com.

Unknown on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10
    _jmap._tcp.example.com. TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._clients import announces_services
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import client_services

OTHERS = ("_jmap", "_caldavs", "_carddavs")


@check(
    title="JMAP, calendar and address book are not announced",
    severity=Severity.INFO,
    applies_to=announces_services,
    codes=["CONF_JMAP_CALDAV"],
    reads=[client_services],
    cites=["RFC 8620 section 2.2", "RFC 6764 section 3"],
    opt_in="deep",
)
def other_services(case: Case) -> Iterator[Finding]:
    services = [case.read(client_services).of(label) for label in OTHERS]
    if all(service.missing for service in services):
        yield case.finding(
            "{domain} announces mail to programs, but neither JMAP nor calendar nor address book",
            domain=case.domain,
            at=tuple(service.question for service in services),
            remedy="If you offer them, publish SRV records at _jmap._tcp, _caldavs._tcp and _carddavs._tcp.",
        )
