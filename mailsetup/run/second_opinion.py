"""The second opinion: checkdmarc reads the same answers, and where the two differ is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailsetup.model.dns import DnsAnswer, Outcome
from mailsetup.model.finding import DomainReport, Severity, Status
from mailsetup.model.message import Message, say
from mailsetup.model.walk import Walk, until_answered

NOTHING_YET = DnsAnswer(Outcome.NO_DATA, detail="not asked yet")
"""What checkdmarc is told while a question is still to be asked: silence would make it wait and try again."""

if TYPE_CHECKING:
    from mailsetup.edge.second_opinion import Opinion


def second_opinion(domain: str) -> Walk[tuple[Opinion, ...]]:
    """checkdmarc's opinions; what it asks beyond the audit's questions is asked of the same source."""
    from mailsetup.edge.second_opinion import opinions

    return until_answered(lambda lookup: opinions(domain, lookup), missing=NOTHING_YET)


def compare(report: DomainReport, said: tuple[Opinion, ...]) -> tuple[Message, ...]:
    """A sentence for each subject: where the two agree, where they differ, where one could not tell."""
    return tuple(sentence for opinion in said for sentence in _compare(report, opinion))


def _compare(report: DomainReport, theirs: Opinion) -> Iterator[Message]:
    verdicts = [v for v in report.verdicts if v.check.startswith(theirs.subject + "/")]
    errors = [
        v.check
        for v in verdicts
        if v.status is Status.FAIL and any(f.severity is Severity.ERROR for f in v.findings)
    ]
    missing = [v.check for v in verdicts if v.status is Status.FAIL and v.check.endswith("/missing")]
    undecided = any(v.status is Status.INCONCLUSIVE and v.severity is Severity.ERROR for v in verdicts)
    subject = theirs.subject.upper()
    if theirs.valid is None or (undecided and not errors):
        yield say("second opinion on {subject}: open, an answer is missing", subject=subject)
    elif theirs.valid and not errors:
        yield say("second opinion on {subject}: checkdmarc finds it valid too", subject=subject)
    elif theirs.valid:
        yield say(
            "second opinion on {subject} DIFFERS: checkdmarc finds it valid, mailsetup reports {checks}",
            subject=subject,
            checks=", ".join(errors),
        )
    elif errors or missing:
        yield say(
            "second opinion on {subject}: checkdmarc finds a fault too: {error}",
            subject=subject,
            error=theirs.error,
        )
    else:
        yield say(
            "second opinion on {subject} DIFFERS: checkdmarc says {error}; mailsetup reports no error",
            subject=subject,
            error=theirs.error,
        )
