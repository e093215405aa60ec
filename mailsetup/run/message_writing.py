"""The writing of a letter, judged by the kit's lint: what it says, and when it is not asked."""

from __future__ import annotations

from mailsetup.message.report import MessageReport
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.model.language import language
from mailsetup.model.message import say

SIZE_LIMIT = 300_000  # octets of a letter: about a second of the lint, which is bounded in all else
ID = "message/writing"


def writing(data: bytes, report: MessageReport) -> tuple[Verdict, ...]:
    """
    What the kit's lint says of the writing, at most as warnings: no receiver refuses a letter for its style.

    A large letter is left out, and one verdict says so. What is built to hurt, the lint bounds itself.
    """
    if report.message.size > SIZE_LIMIT:
        reason = say("the writing was not judged: the letter is too large")
        return (Verdict(ID, Status.NOT_APPLICABLE, Severity.INFO, reason=reason),)
    from mailsetup.kit.lint import judge
    from mailsetup.kit.lint.document import read

    document = read("letter.eml", data)
    found = judge.judge(document, lang=language()).report.verdicts
    left = (Verdict(ID, Status.NOT_APPLICABLE, Severity.INFO, reason=one) for one in document.left[:1])
    return (*left, *map(_softened, found))


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
