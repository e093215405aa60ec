"""
SARIF 2.1.0 for code scanning: a result a finding, at the zone file's line where the source is one.

Results come first and the rules they need after them (the order of keys is free in JSON), so that a run of any
length is written as it is judged. Open questions and faults of ours are notifications, not results.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import AuditRun, DomainReport, Finding, Severity, Status, Verdict, Waived
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable

from .encoder import one_line
from .places import about, asked, decisive, dns_uri, file_uri, prints, shown
from .words import shortened, word

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
FINGERPRINT = "mailsetupFinding/v1"
NOTIFICATION_LIMIT = 1000  # ours: they are kept until the end of the run
QUESTIONS_SHOWN = 5


def render(run: AuditRun) -> Iterator[str]:
    """The log, result by result."""
    rules: dict[str, int] = {}
    notes = _Notifications()
    yield f'{{\n"$schema": {one_line(SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n"results": ['
    separator = "\n"
    for report in run.reports:
        for _, finding, fingerprint in prints(report):
            rule = rules.setdefault(finding.check, len(rules))
            yield separator + one_line(_result(run, report, finding, rule, fingerprint))
            separator = ",\n"
        for verdict in report.verdicts:
            notes.take(report, verdict)
    yield "\n],\n"
    yield f'"tool": {one_line(_tool(run, rules))},\n'
    yield f'"invocations": [{one_line(notes.invocation())}],\n'
    yield '"columnKind": "unicodeCodePoints"\n}]\n}\n'


def _result(
    run: AuditRun, report: DomainReport, finding: Finding, rule: int, fingerprint: str
) -> dict[str, Any]:
    owner, rdtype = decisive(finding)
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": LEVEL[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(run, owner, rdtype, about(finding))],
        "partialFingerprints": {FINGERPRINT: fingerprint},
        "properties": {"domain": report.domain, "grade": report.grade, "asOf": report.as_of},
    }
    if finding.waived is not None:
        result["suppressions"] = [_suppression(finding.waived)]
    return result


def _suppression(waived: Waived) -> dict[str, Any]:
    """Why a result fails nothing (SARIF 2.1.0 section 3.35); it is kept outside the zone, so ``external``."""
    found: dict[str, Any] = {"kind": "external", "status": "accepted"}
    why = printable(waived.reason or word(waived.by))
    found["justification"] = (
        str(say("{reason} (until {day})", reason=why, day=waived.until)) if waived.until else why
    )
    return found


def _message(finding: Finding) -> str:
    """The sentence, what to do, and the records to publish, a line each."""
    lines = [str(finding.message)]
    if finding.remedy is not None:
        lines.append(str(finding.remedy.summary))
        change = finding.remedy.change
        if change is not None:
            lines += [f"{change.owner}. {change.rdtype} {record}" for record in change.records]
    return "\n".join(printable(line) for line in lines if line) or finding.check


def _location(run: AuditRun, owner: str, rdtype: str, meant: str = "") -> dict[str, Any]:
    logical = {
        "fullyQualifiedName": dns_uri(owner, rdtype),
        "name": printable(owner) or ".",
        "kind": "resource",
    }
    location: dict[str, Any] = {"logicalLocations": [logical]}
    place = run.place(owner, rdtype, meant)
    if place is not None:
        uri = file_uri(place.file)
        artifact = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "%SRCROOT%"}
        location["physicalLocation"] = {
            "artifactLocation": artifact,
            "region": {"startLine": max(1, place.line)},
        }
        if place.address:
            logical["decoratedName"] = printable(place.address)
    return location


def _tool(run: AuditRun, rules: dict[str, int]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": run.tool.get("name", "mailsetup")}
    if run.tool.get("version"):
        driver["version"] = driver["semanticVersion"] = run.tool["version"]
    driver["rules"] = [_rule(run, check) for check in rules]
    return {"driver": driver}


def _rule(run: AuditRun, check: str) -> dict[str, Any]:
    page = run.page(check)
    if page is None:
        return {"id": check}
    subject, _, flaw = check.partition("/")
    prose = list(page.prose) or [page.title]
    mend = [str(say("To mend it: {remedy}", remedy=Message(remedy))) for remedy in page.remedies]
    source = str(say("Source: {cites}", cites="; ".join(page.cites)))
    return {
        "id": check,
        "name": "".join(word.capitalize() for word in f"{subject}-{flaw}".replace("_", "-").split("-")),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": prose[0]},
        "help": {
            "text": "\n\n".join([*prose, *mend, source]),
            "markdown": "\n\n".join([f"**{_plain(page.title)}**", *map(_plain, [*prose, *mend, source])]),
        },
        "defaultConfiguration": {"level": LEVEL[page.severity]},
        "properties": {"tags": list(dict.fromkeys(("email", "dns", subject))), "codes": list(page.codes)},
    }


def _plain(text: str) -> str:
    """Our own prose in Markdown: angle brackets are no HTML, stars and underscores no emphasis."""
    for char in "\\*_<>":
        text = text.replace(char, "\\" + char)
    return text


class _Notifications:
    """What a run could not decide, and what crashed."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.dropped = 0
        self.crashed = False

    def take(self, report: DomainReport, verdict: Verdict) -> None:
        """Notes a verdict that is neither a finding nor a pass."""
        if verdict.status is Status.CRASHED:
            self.crashed = True
            self._add(
                "error",
                report,
                verdict.check,
                str(
                    say(
                        "{check} crashed on {domain}: {reason}",
                        check=verdict.check,
                        domain=report.domain,
                        reason=verdict.reason,
                    )
                ),
            )
        elif verdict.status is Status.INCONCLUSIVE:
            waited = [shown(e) for e in verdict.unanswered if e.answer.outcome is not Outcome.UNASKED]
            offline = not waited
            names = waited or [asked(e) for e in verdict.unanswered]
            text = say(
                "{check} was not judged offline for {domain}; outside the files given: {questions}"
                if offline
                else "{check} is open for {domain}: no usable answer from {questions}",
                check=verdict.check,
                domain=report.domain,
                questions=shortened(names, QUESTIONS_SHOWN),
            )
            self._add("note" if offline else "warning", report, verdict.check, str(text))

    def _add(self, level: str, report: DomainReport, check: str, text: str) -> None:
        if len(self.kept) >= NOTIFICATION_LIMIT:
            self.dropped += 1
            return
        shown_text = "\n".join(printable(line) for line in text.splitlines())
        self.kept.append(
            {
                "level": level,
                "message": {"text": shown_text},
                "associatedRule": {"id": check},
                "locations": [
                    {
                        "logicalLocations": [
                            {"fullyQualifiedName": dns_uri(report.domain, ""), "kind": "resource"}
                        ]
                    }
                ],
            }
        )

    def invocation(self) -> dict[str, Any]:
        """The run itself: whole unless something of ours crashed."""
        notes = list(self.kept)
        if self.dropped:
            text = say("{n} more open {n:questions|questions} are not listed", n=self.dropped)
            notes.append({"level": "note", "message": {"text": str(text)}})
        return {"executionSuccessful": not self.crashed, "toolExecutionNotifications": notes}
