"""
A name in a policy record that is not written in ASCII.

Names in SPF and DMARC records stand as A-labels (`xn--...`). Readers take a name with other
characters for a syntax error and drop the whole record, or ask for a name that does not exist.

Fires on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.       TXT  "v=spf1 mx include:b\\195\\188ro.example.net -all"

Silent on:

    example.com.       MX   10 mail.example.com.
    mail.example.com.  A    9.9.9.10
    example.com.       TXT  "v=spf1 mx include:xn--bro-hoa.example.net -all"
    xn--bro-hoa.example.net.  TXT  "v=spf1 -all"
    example.com.       TXT  "note=b\\195\\188ro"
"""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.checks._policy_names import Mentioned, mentioned_names
from mailsetup.model.case import Case
from mailsetup.model.check import check
from mailsetup.model.dns import TXT, present
from mailsetup.model.errors import MailsetupError
from mailsetup.model.finding import Finding, Fix, Severity
from mailsetup.model.names import DomainName
from mailsetup.walks.policy_texts import TextSet, apex_texts, dmarc_texts


@check(
    title="A name in a policy record is not written in ASCII",
    severity=Severity.ERROR,
    codes=["DNS_IDN_ALABEL"],
    reads=[apex_texts, dmarc_texts],
    cites=["RFC 8616 section 3", "RFC 5890 section 2.3.2.1"],
)
def name_not_ascii(case: Case) -> Iterator[Finding]:
    for walk in (apex_texts, dmarc_texts):
        texts = case.read(walk)
        if all(record.text.isascii() for record in texts.mail_policies):
            continue
        for name in mentioned_names(texts):
            if name.text.isascii():
                continue
            ascii_form = _a_labels(name)
            yield case.finding(
                'the name "{name}" is not written in ASCII'
                if not ascii_form
                else 'the name "{name}" must be written as {ascii}',
                name=_as_typed(name.text),
                ascii=ascii_form,
                at=case.evidence(texts.question, quote=name.text, span=(name.start, name.end)),
                remedy="Write {ascii} in its place."
                if ascii_form
                else "Write the name with the letters a to z, digits and hyphens (its xn-- form).",
                fix=_with(texts, name, ascii_form) if ascii_form else None,
            )


def _as_typed(text: str) -> str:
    """The octets as UTF-8 where they are that."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _a_labels(name: Mentioned) -> str:
    try:
        return str(DomainName.parse(_as_typed(name.text)))
    except MailsetupError:
        return ""


def _with(texts: TextSet, name: Mentioned, ascii_form: str) -> Fix:
    """The record set with that one name replaced."""
    text = name.record.text
    mended = TXT.of(text[: name.start] + ascii_form + text[name.start + len(name.text) :])
    return Fix(
        texts.name, "TXT", tuple(present(mended if r is name.record else r, "TXT") for r in texts.records)
    )
