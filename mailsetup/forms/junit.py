"""
JUnit XML: a suite a domain, a test case a check.

Errors and warnings are failures as with other linters, notes only where the run fails on them; a check without
a usable answer is an error, one that does not apply or was not judged offline is skipped. Whatever stands
in DNS, the text is XML 1.0: characters it does not know are shown as escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import AuditRun, DomainReport, Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import printable

from .places import shown
from .words import said_waived, word

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 section 2.2
QUESTIONS_SHOWN = 20


def render(run: AuditRun) -> Iterator[str]:
    """The document, suite by suite."""
    least = min(Severity.WARNING.rank, _rank(run.fail_on))
    name = " ".join(run.tool.get(key, "") for key in ("name", "version")).strip()
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={_attribute(name)}>\n'
    for report in run.reports:
        yield "".join(_suite(report, least))
    yield "</testsuites>\n"


def _rank(fail_on: str) -> int:
    return Severity(fail_on).rank if fail_on in tuple(Severity) else Severity.ERROR.rank


def _suite(report: DomainReport, least: int) -> Iterator[str]:
    cases = [_case(report, verdict, least) for verdict in report.verdicts]
    kinds = [kind for kind, _ in cases]
    yield (
        f'<testsuite name={_attribute(report.domain)} tests="{len(cases)}" failures="{kinds.count("failure")}"'
        f' errors="{kinds.count("error")}" skipped="{kinds.count("skipped")}"'
        f" timestamp={_attribute(report.as_of.removesuffix('Z'))}>\n"
    )
    yield f'<properties><property name="grade" value={_attribute(report.grade)}/></properties>\n'
    yield from (text for _, text in cases)
    yield "</testsuite>\n"


def _case(report: DomainReport, verdict: Verdict, least: int) -> tuple[str, str]:
    """What a test case counts as, and its element."""
    subject = verdict.check.partition("/")[0]
    kind, inside = _outcome(verdict, least)
    head = f"<testcase name={_attribute(verdict.check)} classname={_attribute(f'{report.domain}.{subject}')}"
    return kind, f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n"


def _outcome(verdict: Verdict, least: int) -> tuple[str, str]:
    match verdict.status:
        case Status.FAIL:
            standing = [f for f in verdict.findings if f.waived is None]
            if verdict.findings and not standing:
                return "skipped", f"<skipped message={_attribute(_accepted(verdict.findings[0]))}/>"
            worst = max((f.severity for f in standing), key=lambda s: s.rank, default=verdict.severity)
            text = "\n\n".join(_finding(f) for f in standing)
            if worst.rank < least:
                return "passed", f"<system-out>{_text(text)}</system-out>"
            first = str(standing[0].message) if standing else verdict.check
            return "failure", _element("failure", first, worst.value, text)
        case Status.NOT_APPLICABLE:
            return "skipped", f"<skipped message={_attribute(str(verdict.reason or say('does not apply')))}/>"
        case Status.INCONCLUSIVE:
            return _open(verdict)
        case Status.CRASHED:
            return "error", _element(
                "error", str(say("a fault of mailsetup, please report it")), "crashed", str(verdict.reason)
            )
    return "passed", ""


def _open(verdict: Verdict) -> tuple[str, str]:
    asked = [e for e in verdict.unanswered if e.answer.outcome is not Outcome.UNASKED]
    questions = "\n".join(shown(e) for e in (asked or verdict.unanswered)[:QUESTIONS_SHOWN])
    if asked or not verdict.unanswered:
        return "error", _element("error", str(say("no usable answer")), "inconclusive", questions)
    told = say("not judged offline: {questions}", questions=questions.replace("\n", ", "))
    return "skipped", f"<skipped message={_attribute(str(told))}/>"


def _accepted(finding: Finding) -> str:
    why = finding.waived
    return f"{finding.message} ({said_waived(why)})"


def _finding(finding: Finding) -> str:
    lines = [
        str(
            say(
                "{severity} at {owner}: {message}",
                severity=word(finding.severity.value),
                owner=finding.owner,
                message=finding.message,
            )
        )
    ]
    if finding.remedy is not None:
        lines.append(str(finding.remedy.summary))
        change = finding.remedy.change
        if change is not None:
            lines += [f"    {change.owner}. {change.rdtype} {record}" for record in change.records]
    return "\n".join(lines)


def _element(name: str, message: str, kind: str, text: str) -> str:
    return f"<{name} message={_attribute(message)} type={_attribute(kind)}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    """Text between tags; line ends stay, every other control character is shown."""
    return escape(_clean("\n".join(printable(line) for line in text.split("\n"))))


def _attribute(text: str) -> str:
    """An attribute's value with its quotes."""
    return quoteattr(_clean(printable(text)))


def _clean(text: str) -> str:
    return NOT_XML.sub(lambda m: m[0].encode("unicode_escape").decode("ascii"), text)
