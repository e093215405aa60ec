"""
A domain that takes no mail but lets somebody send in its name.

Replies and bounces to such mail fail, and some receivers refuse a sender who cannot be
answered (550 5.7.27).

Fires on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 ip4:9.9.9.0/24 -all"

Silent on:

    example.com.  MX   0 .
    example.com.  TXT  "v=spf1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._when import publishes_null_mx
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.walks.mx_records import mx_records
from mailsetup.walks.policy_texts import apex_texts


@check(
    title="The domain takes no mail, but is set up to send",
    severity=Severity.WARNING,
    applies_to=publishes_null_mx,
    codes=["MX_NULL_BUT_SENDS"],
    reads=[mx_records, apex_texts],
    cites=["RFC 7505 section 4.1", "RFC 7505 section 4.2"],
)
def null_but_sends(case: Case) -> Iterator[Finding]:
    texts = case.read(apex_texts)
    for record in texts.spf:
        permitting = [term for term in record.text.split()[1:] if _lets_send(term)]
        if permitting:
            yield case.finding(
                "{domain} takes no mail (null MX), yet its SPF record lets others send in its name: {terms}",
                domain=case.domain,
                terms=" ".join(permitting[:5]),
                at=(case.evidence(texts.question, quote=permitting[0]), case.read(mx_records).question),
                remedy=(
                    "If nobody sends as {domain}, publish v=spf1 -all; if somebody does, give the domain a "
                    "mailbox and a real MX record."
                ),
            )


def _lets_send(term: str) -> bool:
    """Whether a term can give a pass: a mechanism without a weaker qualifier, or a redirect."""
    word = term.lower()
    if word.startswith(("-", "~", "?")):
        return False
    return word.startswith("redirect=") or "=" not in word.partition(":")[0]
