"""What a run's verdicts mean for the shell: 0 clean, 1 findings, 2 usage, 3 open, 70 our fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mailsetup.model.dns import Outcome
from mailsetup.model.finding import DomainReport, Evidence, Severity, Status, Verdict, loud

CLEAN = 0
FINDINGS = 1
USAGE = 2
OPEN = 3
INTERRUPTED = 130  # as shells report an interrupt: 128 + SIGINT
INTERNAL = 70  # EX_SOFTWARE of sysexits

NEVER = "never"


def threshold(fail_on: str) -> int:
    """The least rank that fails a run; higher than any for ``never``."""
    return 4 if fail_on == NEVER else Severity(fail_on).rank


@dataclass(slots=True)
class Tally:
    """
    The exit code of a run, fed report by report, so that none need be kept.

    ``strict`` lets what was not judged offline count as open. ``uncovered`` are domains whose own records
    stand in none of the files of an offline run: a typing mistake, which must not pass as clean.
    """

    fail_on: str = "error"
    strict: bool = False
    failed: bool = False
    crashed: bool = False
    undecided: bool = False
    reports: int = 0
    unasked: set[str] = field(default_factory=set)
    uncovered: set[str] = field(default_factory=set)

    def add(self, report: DomainReport) -> None:
        """Counts one domain's verdicts."""
        least = threshold(self.fail_on)
        self.reports += 1
        for verdict in loud(report.verdicts):
            status = verdict.status
            if status is Status.CRASHED:
                self.crashed = True
            elif status is Status.FAIL:
                self.failed = self.failed or any(
                    f.severity.rank >= least and f.waived is None for f in verdict.findings
                )
            elif status is Status.INCONCLUSIVE and verdict.severity.rank >= least:
                self.undecided = self.undecided or self._was_asked(verdict)
            if verdict.unanswered:
                if any(_own_texts_unasked(e, report.domain) for e in verdict.unanswered):
                    self.uncovered.add(report.domain)
                self.unasked.update(
                    str(e.question[0]) for e in verdict.unanswered if e.answer.outcome is Outcome.UNASKED
                )

    def _was_asked(self, verdict: Verdict) -> bool:
        return self.strict or any(e.answer.outcome is not Outcome.UNASKED for e in verdict.unanswered)

    def merge(self, other: Tally) -> None:
        """Counts what another process counted."""
        self.failed |= other.failed
        self.crashed |= other.crashed
        self.undecided |= other.undecided
        self.reports += other.reports
        self.unasked |= other.unasked
        self.uncovered |= other.uncovered

    @property
    def exit_code(self) -> int:
        """The worst that happened."""
        if self.crashed:
            return INTERNAL
        if self.failed:
            return FINDINGS
        return OPEN if self.undecided else CLEAN


def _own_texts_unasked(evidence: Evidence, domain: str) -> bool:
    """Whether no file has the domain; one that has it and cannot know this answer says why in ``detail``."""
    return (
        evidence.answer.outcome is Outcome.UNASKED
        and not evidence.answer.detail
        and evidence.question[:2] == (domain, "TXT")
    )


def exit_code(reports: Iterable[DomainReport], fail_on: str = "error", strict: bool = False) -> int:
    """The exit code for some reports."""
    tally = Tally(fail_on, strict)
    for report in reports:
        tally.add(report)
    return tally.exit_code
