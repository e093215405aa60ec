"""
p=reject with SPF alone.

Forwarding breaks SPF, so a domain at p=reject must not depend on it alone: without DKIM its forwarded
mail is refused. That there is no DKIM key is known when the name "_domainkey" does not exist; when it
exists, there are keys at selectors that DNS does not list.

Fires on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"

Silent on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    example.com.  TXT  "v=spf1 mx -all"
    unlisted._domainkey.example.com.  TXT  "v=DKIM1; p="

Silent on:

    example.com.  MX  0 .
    example.com.  TXT  "v=spf1 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=reject"

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    _domainkey.example.com.  TIMEOUT

Unknown on:

    _dmarc.example.com.  TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    example.com.         MX   10 mx.example.com.
    example.com.         TIMEOUT TXT
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._dmarc import amended_record, tag_evidence
from mailsetup.checks._silence import has_dkim_names
from mailsetup.checks._when import publishes_dmarc, sends_mail
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.walks.dkim_keys import dkim_container, dkim_keys
from mailsetup.walks.dmarc_record import dmarc_record
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.spf_record import spf_record


@check(
    title="p=reject with SPF alone",
    severity=Severity.WARNING,
    codes=["DMARC_REJECT_SPF_ONLY"],
    cites=["RFC 9989 section 5.1", "RFC 9989 section 8", "RFC 8020"],
    applies_to=publishes_dmarc,
    reads=[dmarc_record, dkim_container, dkim_keys, mx_records, spf_record],
    silent_where=has_dkim_names,
)
def reject_on_spf_alone(case: Case) -> Iterator[Finding]:
    own = case.read(dmarc_record)
    if own.record is None or own.record.policy is not Policy.REJECT or not sends_mail(case):
        return
    if organizational_domain(case.domain) != case.domain:
        return  # a key of the domain above may sign for a sub-domain (RFC 9989 section 4.4.1)
    if case.read(dkim_container).outcome is not Outcome.NO_NAME:
        return
    survey = case.read(dkim_keys)
    if survey.none_exist:
        yield case.finding(
            "{domain} asks receivers to reject, but has no DKIM key at all: forwarded mail will be refused",
            domain=case.domain,
            at=(tag_evidence(own, "p"), survey.container_question),
            remedy="Switch on DKIM signing at your mail service and publish its key; until then use quarantine.",
            fix=amended_record(own, p="quarantine"),
        )
