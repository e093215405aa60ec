"""
What is said about a domain: findings with evidence and remedy, verdicts, reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .dns import Answer, Question
from .message import Message


class Severity(StrEnum):
    """How bad a finding is; a policy file may say otherwise per check."""

    ERROR = "error"  # mail is lost, refused or forged, or a standard is broken
    WARNING = "warning"  # works badly, or soon will not
    INFO = "info"  # worth knowing

    @property
    def rank(self) -> int:
        """3 for error, 2 for warning, 1 for info."""
        return {"error": 3, "warning": 2, "info": 1}[self.value]


class Status(StrEnum):
    """What became of a check."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    INCONCLUSIVE = "inconclusive"
    CRASHED = "crashed"


class Evidence(NamedTuple):
    """A question and its answer; ``quote`` and ``span`` (start, end) mark the words meant in a record's text."""

    question: Question
    answer: Answer
    quote: str = ""
    span: tuple[int, int] | None = None


class Fix(NamedTuple):
    """A record set as it should be, ready to paste: presentation forms; empty ``records`` means delete it."""

    owner: str
    rdtype: str
    records: tuple[str, ...]


class Remedy(NamedTuple):
    """What to do, in a sentence, and the record to publish where it is known."""

    summary: Message
    change: Fix | None = None


class Finding(NamedTuple):
    """One flaw or fact, at one owner name, with what it rests on."""

    check: str
    severity: Severity
    owner: str
    message: Message
    evidence: tuple[Evidence, ...] = ()
    remedy: Remedy | None = None


class Verdict(NamedTuple):
    """
    A check's outcome. ``severity`` is the check's under the policy in force.

    ``unanswered`` are the questions whose unknown answers leave the verdict open, with them;
    ``reason`` says why a check does not apply, or how it crashed.
    """

    check: str
    status: Status
    severity: Severity
    findings: tuple[Finding, ...] = ()
    unanswered: tuple[Evidence, ...] = ()
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class DomainReport:
    """
    Everything judged about one domain.

    ``grade`` is a letter, with the number of open questions where there are any; ``do_first`` at most
    three things in an owner's words; ``providers`` who runs the mail, each with ``id``, ``name``,
    ``role``, ``certainty`` and ``because``.
    """

    domain: str
    as_of: str
    verdicts: tuple[Verdict, ...]
    grade: str = ""
    grade_formula: str = ""
    providers: tuple[Mapping[str, str], ...] = ()
    do_first: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditRun:
    """A whole run; ``reports`` is an iterator, never a list, so that memory stays flat."""

    tool: Mapping[str, str]
    policy: str
    reports: Iterator[DomainReport]
