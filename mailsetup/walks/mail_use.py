"""Whether a domain can take part in mail at all: a null MX, or neither MX nor address, says that it does not."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.dns import DnsQuestion
from mailsetup.model.walk import Walk

from .addresses import Host, hosts
from .mx_records import MxRecords, mx_records


class MailUse(NamedTuple):
    """``host`` holds the domain's own addresses, asked only when there is no MX record (RFC 5321 section 5.1)."""

    mx: MxRecords
    host: Host | None = None

    @property
    def none(self) -> bool:
        """Whether it is known that nobody can answer mail from here."""
        if self.mx.null_only:
            return True
        return self.host is not None and self.host.unresolved

    @property
    def questions(self) -> tuple[DnsQuestion, ...]:
        """What this rests on."""
        if self.host is None:
            return (self.mx.question,)
        return (self.mx.question, *self.host.questions)


def mail_use(domain: str) -> Walk[MailUse]:
    """The MX records and, without any, the addresses of a domain."""
    mx = yield from mx_records(domain)
    if not mx.absent:
        return MailUse(mx)
    (host,) = yield from hosts([domain])
    return MailUse(mx, host)
