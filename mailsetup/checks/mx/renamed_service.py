"""
Mail goes to a service that has another name now.

Nothing is broken. Who looks for the panel, the invoice or the instructions finds them under the new name.

Fires on:

    example.com.  MX  20 mx-biz.mail.am0.yahoodns.net.

Silent on:

    example.com.  MX  1 smtp.google.com.

Unknown on:

    example.com.  SERVFAIL  MX
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._services import RECEIVERS, changed_services
from mailsetup.checks._when import receives_mail
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records


@check(
    title="Mail goes to a service that was renamed",
    severity=Severity.INFO,
    applies_to=receives_mail,
    codes=["MX_SERVICE_RENAMED"],
    reads=[*RECEIVERS],
    cites=["RFC 5321 section 5.1"],
)
def renamed_service(case: Case) -> Iterator[Finding]:
    for service in changed_services(case, "renamed"):
        yield case.finding(
            "mail for {domain} goes to {service}: {note}{source}",
            domain=case.domain,
            service=service.name,
            note=service.fate.note,
            source=service.told_by,
            at=case.read(mx_records).question,
        )
