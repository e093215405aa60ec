"""
A name in a policy record that is too long to exist.

A label has at most 63 characters and a whole name at most 253. A longer one cannot be asked
for: the SPF term or report address that holds it never works.

Fires on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.  TXT  "v=spf1 mx include:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.net -all"

Silent on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.  TXT  "v=spf1 mx include:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.net -all"
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.net.  TXT  "v=spf1 -all"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._policy_names import mentioned_names
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.finding import Finding, Severity
from mailsetup.model.names import LABEL_LIMIT, NAME_LIMIT
from mailsetup.walks.policy_texts import apex_texts, dmarc_texts


@check(
    title="A name in a policy record is too long",
    severity=Severity.ERROR,
    codes=["DNS_LABEL_63"],
    reads=[apex_texts, dmarc_texts],
    cites=["RFC 1035 section 2.3.4"],
)
def name_too_long(case: Case) -> Iterator[Finding]:
    for walk in (apex_texts, dmarc_texts):
        texts = case.read(walk)
        if not any(_may_hold_long(record.text) for record in texts.mail_policies):
            continue
        for name in mentioned_names(texts):
            longest = max(map(len, name.text.split(".")))
            if longest > LABEL_LIMIT or len(name.text) > NAME_LIMIT:
                yield case.finding(
                    'the name "{shown}" cannot exist: a label has at most {label_limit} characters and a name '
                    "{name_limit}",
                    shown=name.text if len(name.text) <= 80 else name.text[:77] + "...",
                    label_limit=LABEL_LIMIT,
                    name_limit=NAME_LIMIT,
                    at=case.evidence(texts.question, quote=name.text, span=(name.start, name.end)),
                    remedy="Correct the name in the record; look for a missing dot.",
                )


def _may_hold_long(text: str) -> bool:
    """Whether a text has a run of characters long enough for such a label or name."""
    if len(text) <= LABEL_LIMIT:
        return False
    words = text.split()
    return any(
        len(w) > NAME_LIMIT or (len(w) > LABEL_LIMIT and max(map(len, w.split("."))) > LABEL_LIMIT)
        for w in words
    )
