"""The writing of a letter, judged by the kit's lint: what it says, and when it is not asked."""

from __future__ import annotations

import re

from mailsetup.message.report import MessageReport
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.language import language
from mailsetup.model.message import Message, say

SIZE_LIMIT = 300_000  # octets of a letter
FIELD_LIMIT = 1_000
WORD_LIMIT = 1_000  # characters without a blank: some patterns of the lint are quadratic in them
NESTING_LIMIT = 2_000_000  # elements times their depth: the lint climbs from each to the root; about a second
ID = "message/writing"

_LONG_WORD = re.compile(rf"[\w.@%+-]{{{WORD_LIMIT}}}")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)  # HTML section 13.1.2


def writing(data: bytes, report: MessageReport) -> tuple[Verdict, ...]:
    """
    What the kit's lint says of the writing, at most as warnings: no receiver refuses a letter for its style.

    A letter that is large or built to hurt is left out, and one verdict says so.
    """
    reason = _obstacle(report)
    if reason is not None:
        return (Verdict(ID, Status.NOT_APPLICABLE, Severity.INFO, reason=reason),)
    from mailsetup.kit.lint import judge
    from mailsetup.kit.lint.document import read

    return tuple(map(_softened, judge.judge(read("letter.eml", data), lang=language()).report.verdicts))


def _softened(verdict: Verdict) -> Verdict:
    if verdict.severity is not Severity.ERROR and all(
        f.severity is not Severity.ERROR for f in verdict.findings
    ):
        return verdict
    findings = tuple(
        one._replace(severity=Severity.WARNING) if one.severity is Severity.ERROR else one
        for one in verdict.findings
    )
    severity = Severity.WARNING if verdict.severity is Severity.ERROR else verdict.severity
    return verdict._replace(severity=severity, findings=findings)


def _obstacle(report: MessageReport) -> Message | None:
    """Why the lint is not asked, None where it may be."""
    harmful = {fault.code for fault in report.letter.faults} & {"MIME_DEPTH", "MIME_PARTS"}
    texts = [part.text for part in report.letter.parts if part.text]
    if harmful:
        return say("the writing was not judged: the letter's parts are too many or nested too deep")
    if report.message.size > SIZE_LIMIT or len(report.message.fields) > FIELD_LIMIT:
        return say("the writing was not judged: the letter is too large")
    if any(_LONG_WORD.search(text) for text in texts):
        return say(
            "the writing was not judged: the letter has words of more than {limit} letters", limit=WORD_LIMIT
        )
    if any(_nesting(text) > NESTING_LIMIT for text in texts):
        return say("the writing was not judged: the HTML is nested too deep")
    return None


def _nesting(text: str) -> int:
    """The depths of all elements, added up."""
    depth = total = 0
    for match in _TAG.finditer(text):
        if match[1]:
            depth = max(0, depth - 1)
        elif match[2].lower() not in _VOID:
            depth += 1
            total += depth
    return total
