"""
JUnit XML: a suite a domain, a test case a check.

Errors and warnings are failures as with other linters, notes only where the run fails on them; a check without
a usable answer is an error, one that does not apply or was not judged offline is skipped. Whatever stands
in DNS, the text is XML 1.0: characters it does not know are shown as escapes.

Two schemas are in use, and the document meets both: that of Jenkins (jenkinsci/xunit-plugin, junit-10.xsd) and
the stricter one of Ant (windyroad/JUnit-Schema, JUnit.xsd), both read 2026-11. Ant's knows no output of one case
and no name of the whole: notes stand in the suite's output, the program among its properties. How long a check
takes is not told, and on which host is not the reader's business: 0 and ``localhost``, as that schema wants where
nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import AuditRun, DomainReport, Finding, Severity, Status, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import printable

from .places import shown
from .words import said_waived, word

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 section 2.2
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
NOTED = "noted"
QUESTIONS_SHOWN = 20


def render(run: AuditRun) -> Iterator[str]:
    """The document, suite by suite."""
    least = min(Severity.WARNING.rank, _rank(run.fail_on))
    tool = " ".join(run.tool.get(key, "") for key in ("name", "version")).strip()
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    for number, report in enumerate(run.reports):
        yield "".join(_suite(report, least, number, tool))
    yield "</testsuites>\n"


def _rank(fail_on: str) -> int:
    return Severity(fail_on).rank if fail_on in tuple(Severity) else Severity.ERROR.rank


def _suite(report: DomainReport, least: int, number: int, tool: str) -> Iterator[str]:
    cases = [_case(report, verdict, least) for verdict in report.verdicts]
    kinds = [case.kind for case in cases]
    name = _attribute(report.domain or "-")
    yield (
        f'<testsuite name={name} package={name} id="{number}" tests="{len(cases)}"'
        f' failures="{kinds.count("failure")}" errors="{kinds.count("error")}" skipped="{kinds.count("skipped")}"'
        f' timestamp="{_timestamp(report.as_of)}" hostname="localhost" time="0">\n'
    )
    properties = {"tool": tool, "grade": report.grade}
    told = (f'<property name="{key}" value={_attribute(value)}/>' for key, value in properties.items())
    yield f"<properties>{''.join(told)}</properties>\n"
    yield from (case.element for case in cases)
    notes = "\n\n".join(case.notes for case in cases if case.notes)
    yield f"<system-out>{_text(notes)}</system-out>\n<system-err/>\n</testsuite>\n"


def _timestamp(as_of: str) -> str:
    """A time without its zone, which is UTC; the schema wants one where none is known, too."""
    return as_of[:19] if TIMESTAMP.match(as_of) else "1970-01-01T00:00:00"


class _Case(NamedTuple):
    """What a test case counts as, its element, and what is worth knowing though it passed."""

    kind: str
    element: str
    notes: str = ""


def _case(report: DomainReport, verdict: Verdict, least: int) -> _Case:
    subject = verdict.check.partition("/")[0]
    kind, inside = _outcome(verdict, least)
    classname = _attribute(f"{report.domain}.{subject}")
    head = f'<testcase name={_attribute(verdict.check)} classname={classname} time="0"'
    if kind == NOTED:
        return _Case("passed", f"{head}/>\n", f"{verdict.check}\n{inside}")
    return _Case(kind, f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n")


def _outcome(verdict: Verdict, least: int) -> tuple[str, str]:
    """What a check counts as, and what stands in its case; of one that passed with notes their text."""
    match verdict.status:
        case Status.FAIL:
            standing = [f for f in verdict.findings if f.waived is None]
            if verdict.findings and not standing:
                return "skipped", f"<skipped message={_attribute(_accepted(verdict.findings[0]))}/>"
            worst = max((f.severity for f in standing), key=lambda s: s.rank, default=verdict.severity)
            text = "\n\n".join(_finding(f) for f in standing)
            if worst.rank < least:
                return NOTED, text
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
