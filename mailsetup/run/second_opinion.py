"""The second opinion: checkdmarc reads the same answers, and where the two differ is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mailsetup.model.dns import DnsAnswer, Outcome
from mailsetup.model.finding import DomainReport, Severity, Status, Verdict
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


class Difference(NamedTuple):
    """
    Where one finds a fault and the other none: ``theirs`` is whether checkdmarc finds the record valid.

    ``error`` is its own sentence, ``checks`` are the errors reported here; one of the two is empty.
    ``record`` is what it read, ``noted`` are the checks that fail with less than an error.
    """

    subject: str
    theirs: bool
    error: str
    checks: tuple[str, ...]
    record: str = ""
    noted: tuple[str, ...] = ()


NO_RECORD = frozenset(
    (
        "mx/missing",
        "spf/missing-record",
        "spf/no-inheritance",
        "spf/silent-on-no-mail",
        "dmarc/missing",
        "dmarc/parked",
    )
)
"""Checks that say, at whatever severity, that there is no record: checkdmarc calls that invalid."""


CHECKS = {
    "mta_sts": r"transport/sts-(?:id|multiple|syntax|version)",
    "tls_rpt": r"transport/tls-reports-(?!missing)",
    "bimi": r"bimi/(?:avatar-preference|certificate-address|local-part-prefixes|logo-address|multiple|syntax|version)",
}
"""The checks of a subject, where they are not those of the group that has its name: those that judge the record."""


def difference(report: DomainReport, theirs: Opinion) -> Difference | None:
    """Where the two differ on a subject; None where they agree, or one of them could not tell."""
    errors, noted, undecided = _ours(report, theirs.subject)
    if theirs.valid is None or (undecided and not errors):
        return None
    if theirs.valid and errors:
        return Difference(theirs.subject, True, "", errors, theirs.record, noted)
    if not theirs.valid and not errors and NO_RECORD.isdisjoint(noted):
        return Difference(theirs.subject, False, theirs.error, (), theirs.record, noted)
    return None


def _ours(report: DomainReport, subject: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The checks that report an error on a subject, the others that fail, and whether a decisive one is open."""
    verdicts = verdicts_on(report, subject)
    failed = [v for v in verdicts if v.status is Status.FAIL]
    errors = tuple(v.check for v in failed if any(f.severity is Severity.ERROR for f in v.findings))
    noted = tuple(v.check for v in failed if v.check not in errors)
    undecided = any(v.status is Status.INCONCLUSIVE and v.severity is Severity.ERROR for v in verdicts)
    return errors, noted, undecided


def verdicts_on(report: DomainReport, subject: str) -> list[Verdict]:
    """The verdicts that can be held against checkdmarc's on a subject."""
    checks = re.compile(CHECKS.get(subject, f"{subject}/"))
    return [v for v in report.verdicts if checks.match(v.check) and v.status is not Status.NOT_APPLICABLE]


def compare(report: DomainReport, said: tuple[Opinion, ...]) -> tuple[Message, ...]:
    """
    A sentence for each subject: where the two agree, where they differ, where one could not tell.

    None for a record that the report does not judge, such as that of BIMI without ``--deep``.
    """
    judged = [one for one in said if one.subject not in CHECKS or verdicts_on(report, one.subject)]
    return tuple(_compare(report, one) for one in judged)


def _compare(report: DomainReport, theirs: Opinion) -> Message:
    errors, _, undecided = _ours(report, theirs.subject)
    subject = theirs.subject.upper().replace("_", "-")
    found = difference(report, theirs)
    if theirs.valid is None or (undecided and not errors):
        return say("second opinion on {subject}: open, an answer is missing", subject=subject)
    if found is None and theirs.valid:
        return say("second opinion on {subject}: checkdmarc finds it valid too", subject=subject)
    if found is None:
        return say(
            "second opinion on {subject}: checkdmarc finds a fault too: {error}",
            subject=subject,
            error=theirs.error,
        )
    if found.theirs:
        return say(
            "second opinion on {subject} DIFFERS: checkdmarc finds it valid, mailsetup reports {checks}",
            subject=subject,
            checks=", ".join(found.checks),
        )
    return say(
        "second opinion on {subject} DIFFERS: checkdmarc says {error}; mailsetup reports no error",
        subject=subject,
        error=found.error,
    )
