"""The TLS reporting record of a domain, and whether its mailboxes can take mail (RFC 8460 section 3)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt
from mailsetup.model.mail_records import TlsRptRecord
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.walk import Walk, together

from .labelled_text import LabelledText, labelled_text
from .mail_use import MailUse, mail_use

__all__ = ["TlsReporting", "tls_report_hosts", "tls_reporting"]

MAILBOX_LIMIT = 5  # report hosts asked for; records name one or two


class TlsReporting(NamedTuple):
    """``parsed`` is the only record read; None when there is none, are several, or nobody knows."""

    found: LabelledText
    parsed: Parsed[TlsRptRecord] | None = None

    @property
    def record(self) -> TlsRptRecord | None:
        """The record, if there is one that counts."""
        return self.parsed.value if self.parsed is not None else None

    def faults(self, *codes: str) -> tuple[Fault, ...]:
        """The record's faults with these codes."""
        return tuple(f for f in self.parsed.faults if f.code in codes) if self.parsed is not None else ()


def tls_reporting(domain: str) -> Walk[TlsReporting]:
    """What a domain publishes at ``_smtp._tls``: one question."""
    found = yield from labelled_text("_smtp._tls", domain, is_tls_rpt)
    return TlsReporting(found, parse_tls_rpt(found.text) if found.text else None)


def tls_report_hosts(domain: str) -> Walk[tuple[tuple[str, MailUse], ...]]:
    """
    The hosts of ``mailto:`` report addresses with their mail exchangers.

    Hosts inside the domain are asked for too: a report mailbox at a name without mail is a common slip.
    """
    reporting = yield from tls_reporting(domain)
    if reporting.record is None:
        return ()
    hosts = dict.fromkeys(uri.host for uri in reporting.record.reports if uri.host)
    wanted = [host for host in hosts if len(host) <= NAME_LIMIT and "%" not in host][:MAILBOX_LIMIT]
    if not wanted:
        return ()
    uses = yield from together(*(mail_use(host) for host in wanted))
    return tuple(zip(wanted, uses, strict=True))
