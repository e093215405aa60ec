"""One report a line: ready-made text for what domains share, and the same bytes as without it."""

from __future__ import annotations

import json

from mailsetup.forms.documents import REPORT_SCHEMA, report_document
from mailsetup.forms.jsonl import line
from mailsetup.model.finding import DomainReport, Severity, Status, Verdict
from mailsetup.model.message import say

SHARED = (
    Verdict("spf/missing", Status.PASS, Severity.ERROR),
    Verdict("smtp/no-starttls", Status.NOT_APPLICABLE, Severity.WARNING, reason=say('not asked for: "ü"')),
)


def test_a_line_says_what_the_document_says() -> None:
    """
    Verdicts that domains share are encoded once; the line is that of the plain document, in both encoders.
    """
    report = DomainReport("example.com", "2026-11-21T12:00:00Z", SHARED)

    document = {"schema": REPORT_SCHEMA, **report_document(report)}
    expected = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"

    assert [expected, expected] == [line(report), line(report)]


def test_verdicts_of_another_policy_are_not_taken_for_the_shared_ones() -> None:
    """
    What is kept belongs to one verdict, not to a check: the same check under another policy is written anew.
    """
    line(DomainReport("example.com", "2026-11-21T12:00:00Z", SHARED))

    other = line(
        DomainReport("example.com", "2026-11-21T12:00:00Z", (SHARED[0]._replace(severity=Severity.INFO),))
    )

    assert ["info"] == [verdict["severity"] for verdict in json.loads(other)["verdicts"]]
