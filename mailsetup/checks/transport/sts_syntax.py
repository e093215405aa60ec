"""
Broken pieces in the MTA-STS record.

A record that is not well formed counts as no record: senders use no policy. Fields are name=value without blanks
around "=", with one semicolon between two.

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121;;"

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121; note="

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id = 20261121"

Fires on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121; id=20261122"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=20261121; note=a; note=b"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1 ;  id=20261121 ; 1.x-y_z=a:b;"

Silent on:

    _mta-sts.example.com.  TXT  "v=STSv1; id=2026-11-21"

Unknown on:

    _mta-sts.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._silence import sts_record_is_sound
from mailsetup.grammar.txt import presentation
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.walks.mta_sts import mta_sts_record


@check(
    title="Broken pieces in the MTA-STS record",
    severity=Severity.ERROR,
    codes=["STS_TXT_SYNTAX"],
    reads=[mta_sts_record],
    cites=["RFC 8461 section 3.1"],
    yields_to=["transport/sts-id"],
    silent_where=sts_record_is_sound,
)
def sts_syntax(case: Case) -> Iterator[Finding]:
    published = case.read(mta_sts_record)
    if published.parsed is None or published.record is None:
        return
    for fault in published.parsed.faults[:1]:
        yield case.finding(
            "senders need not heed the MTA-STS record of {domain}: {fault}",
            domain=case.domain,
            fault=fault.text,
            at=published.found.evidence(fault.span),
            remedy="Publish the record with its version and id alone.",
            fix=Fix(
                published.found.question.name, "TXT", (presentation(f"v=STSv1; id={published.record.id}"),)
            ),
        )
