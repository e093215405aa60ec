"""
DMARC only watches.

With p=none receivers deliver forged mail as before and only send reports. That is the right start,
and no place to stay: once the reports show that all your own mail passes, ask for quarantine, then
reject. Names that do not exist never send, so np=reject is safe at once.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Fires on sub.example.com:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    sub.example.com.  MX  10 mx.example.com.

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.

Unknown on:

    _dmarc.example.com.  TIMEOUT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.dmarc_tree import dmarc_tree


@check(
    title="DMARC only watches",
    severity=Severity.INFO,
    codes=["DMARC_P_NONE"],
    cites=["RFC 9989 section 3.2.12"],
    reads=[dmarc_record, dmarc_tree],
    yields_to=[
        "dmarc/parked",
        "dmarc/policy-invalid",
        "dmarc/policy-missing",
        "dmarc/subdomain-policy-invalid",
        "dmarc/testing-without-policy",
    ],
)
def policy_none(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.candidates:
        if own.record is not None and own.record.policy is Policy.NONE and own.tag("p") is not None:
            top = organizational_domain(case.domain) == case.domain  # np= counts there alone
            yield case.finding(
                "the DMARC policy of {domain} is none: forged mail is only reported, not stopped",
                domain=case.domain,
                at=tag_evidence(own, "p"),
                remedy=(
                    "Raise it to quarantine, then to reject, once the reports show that all your mail passes. "
                    "Names that do not exist can be rejected at once (np=reject)."
                )
                if top
                else "Raise it to quarantine, then to reject, once the reports show that all your mail passes.",
                fix=amended_record(own, np="reject") if top and own.tag("np") is None else None,
            )
        return
    tree = case.read(dmarc_tree)
    if tree.record is not None and tree.policy is Policy.NONE:
        yield case.finding(
            "the DMARC policy that {domain} inherits from {found} is none: forged mail is only reported",
            domain=case.domain,
            found=tree.found_at,
            at=tree.rests_on,
            remedy="Raise sp= at {found}, or publish a record of its own for {domain}.",
        )
