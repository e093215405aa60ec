"""The writing of a letter, judged by the kit's lint: what it says, and when it is not asked."""

from __future__ import annotations

import re

from mailsetup.message.report import MessageReport
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.language import language
from mailsetup.model.message import Message, say

SIZE_LIMIT = 300_000  # octets of a letter
FIELD_LIMIT = 1_000
VALUE_LIMIT = (
    2_000  # octets of a field that the standard library reads as addresses or parameters: it is quadratic
)
BRACKETS_LIMIT = 100  # of comments and quotes in such a field: it descends into each
DECLARATIONS_LIMIT = 1_000  # ``<!`` in a page: an unclosed one is looked for to the end each time
STYLE_LIMIT = (
    20_000_000  # squares of the sizes of style attributes, added up: each is read quadratically; a second
)
WORD_LIMIT = 1_000  # characters without a blank: some patterns of the lint are quadratic in them
NESTING_LIMIT = 2_000_000  # elements times their depth: the lint climbs from each to the root; about a second
ID = "message/writing"

_LONG_WORD = re.compile(rf"[\w.@%+-]{{{WORD_LIMIT}}}")
_STYLE = re.compile(r"style\s{0,9}=\s{0,9}([\"'][^\"'>]*)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_STRUCTURED = frozenset(
    {
        "from", "to", "cc", "bcc", "sender", "reply-to", "date", "subject", "message-id", "mime-version",
        "content-type", "content-disposition", "content-transfer-encoding", "content-id",
    }
)  # fmt: skip
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

    try:
        found = judge.judge(read("letter.eml", data), lang=language()).report.verdicts
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        # the standard library's reader of mail raises these on letters that nobody should send
        reason = say(
            "the writing was not judged: the letter cannot be read ({what})", what=type(fault).__name__
        )
        return (Verdict(ID, Status.NOT_APPLICABLE, Severity.INFO, reason=reason),)
    return tuple(map(_softened, found))


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
    read = [f for f in report.message.fields if f.name in _STRUCTURED]
    if max((len(f.raw) for f in read), default=0) > VALUE_LIMIT or report.letter.longest_field > VALUE_LIMIT:
        return say("the writing was not judged: a header field is too long")
    if any(f.raw.count(b"(") > BRACKETS_LIMIT or f.raw.count(b'"') > BRACKETS_LIMIT for f in read):
        return say("the writing was not judged: a header field has too many comments or quotes")
    if any(sum(len(m[1]) ** 2 for m in _STYLE.finditer(text)) > STYLE_LIMIT for text in texts):
        return say("the writing was not judged: the styles in the HTML are too long")
    if any(text.count("<!") > DECLARATIONS_LIMIT for text in texts):
        return say("the writing was not judged: the HTML has too many comments")
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
