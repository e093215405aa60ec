"""
Mail programs do not find IMAP by themselves, or at an unusual port.

With an SRV record at _imaps._tcp a program needs no more than the mail address. Port 993 is expected there.

Fires on (options: deep):

    example.com.            MX   10 mail.example.com.

Fires on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 143 mail.example.com.

Silent on (options: deep):

    _imaps._tcp.example.com.  SRV  0 1 993 mail.example.com.
    _imap._tcp.example.com.  SRV  0 1 0 .
    _pop3s._tcp.example.com.  SRV  0 1 0 .
    _pop3._tcp.example.com.  SRV  0 1 0 .
    _submissions._tcp.example.com.  SRV  0 1 465 mail.example.com.
    _submission._tcp.example.com.  SRV  0 1 587 mail.example.com.
    mail.example.com.  A  9.9.9.10

Unknown on (options: deep):

    _imaps._tcp.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.client_settings import client_services
from mailsetup.walks.mx_records import mx_records


@check(
    title="Mail programs do not find IMAP",
    severity=Severity.INFO,
    codes=["CONF_SRV_IMAPS"],
    reads=[client_services, mx_records],
    cites=["RFC 6186 section 3.2"],
    yields_to=["clients/starttls-only"],
    opt_in="deep",
)
def no_imaps(case: Case) -> Iterator[Finding]:
    service = case.read(client_services).of("_imaps")
    if service.missing and not case.read(mx_records).exchanges:
        return
    odd = [record for record in service.offered if record.port != 993]
    if service.missing or odd:
        yield case.finding(
            "{name} names port {port} where 993 is expected"
            if odd
            else "{name} does not say where IMAP with TLS is",
            name=service.question.name,
            port=odd[0].port if odd else 993,
            at=service.question,
            remedy="Publish an SRV record with port 993 and the name of the IMAP server, or the target . if there is none.",
        )
