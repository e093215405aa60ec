"""
A report mailbox at a domain that takes no mail.

Reports go to a domain with neither MX nor address, or with a null MX: all of them bounce.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@nowhere.example.com"
    example.com.         MX   10 mx.example.com.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@closed.example.com"
    example.com.         MX   10 mx.example.com.
    closed.example.com.  MX  0 .

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@host.example.com"
    example.com.         MX   10 mx.example.com.
    host.example.com.  A  9.9.9.9

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:d@slow.example.com"
    example.com.         MX   10 mx.example.com.
    slow.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import tag_evidence
from mailsetup.checks._when import publishes_dmarc
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.message import say
from mailsetup.walks.dmarc_mailboxes import dmarc_mailboxes
from mailsetup.walks.dmarc_record import dmarc_record


@check(
    title="A report mailbox at a domain that takes no mail",
    severity=Severity.ERROR,
    codes=["DMARC_RUA_NO_MX"],
    cites=["RFC 5321 section 5.1", "RFC 7505"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dmarc_mailboxes],
)
def report_mailbox_without_mail(case: Case) -> Iterator[Finding]:
    for box in case.read(dmarc_mailboxes):
        if box.accepts is not False:
            continue
        own = case.read(dmarc_record)
        why = (
            say("says that it takes no mail (null MX)") if box.null_mx else say("has neither MX nor address")
        )
        yield case.finding(
            "reports are asked for at {host}, which {why}",
            host=box.host,
            why=why,
            at=(tag_evidence(own, box.tags[0]), *box.questions),
            remedy="Name a mailbox that exists, at a domain that takes mail.",
        )
