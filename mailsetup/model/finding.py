"""
What is said about a domain: findings with evidence and remedy, verdicts, reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from .dns import Answer, Question
from .message import Message

if TYPE_CHECKING:
    from .picture import Pictures
    from .report_brand import ReportBrand


class Severity(StrEnum):
    """How bad a finding is; a policy file may say otherwise per check."""

    ERROR = "error"  # mail is lost, refused or forged, or a standard is broken
    WARNING = "warning"  # works badly, or soon will not
    INFO = "info"  # worth knowing

    @property
    def rank(self) -> int:
        """3 for error, 2 for warning, 1 for info."""
        return _RANKS[self]


_RANKS = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.INFO: 1}


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


class Joined(NamedTuple):
    """A record set to publish, with the checks whose findings it mends."""

    fix: Fix
    checks: tuple[str, ...]


class Waived(NamedTuple):
    """
    Why a finding fails no run: ``by`` a ``waiver`` of the project file or the ``baseline`` of known findings.

    ``until`` is the waiver's last day, ISO 8601; ``responsible`` who answers for it, as the file names them.
    """

    by: str
    reason: str = ""
    until: str = ""
    responsible: str = ""


class Finding(NamedTuple):
    """One flaw or fact, at one owner name, with what it rests on; ``waived`` where somebody accepted it."""

    check: str
    severity: Severity
    owner: str
    message: Message
    evidence: tuple[Evidence, ...] = ()
    remedy: Remedy | None = None
    waived: Waived | None = None


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


class Verdicts(tuple[Verdict, ...]):
    """The verdicts on one domain, with those that are `loud` by place, which whoever judged knows without looking."""

    noted: Mapping[int, Verdict]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict], noted: Mapping[int, Verdict]) -> Verdicts:
        """The verdicts, and the loud ones among them by place, in their order."""
        made = cls(verdicts)
        made.noted = noted
        return made


def loud(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that neither passed nor do not apply: a few of hundreds."""
    if type(verdicts) is Verdicts:
        return list(verdicts.noted.values())
    quiet = (Status.PASS, Status.NOT_APPLICABLE)
    return [v for v in verdicts if v.status not in quiet]


@dataclass(frozen=True, slots=True)
class DomainReport:
    """
    Everything judged about one domain.

    ``grade`` is a letter, with the number of open questions where there are any; ``do_first`` at most
    three things in an owner's words; ``providers`` who runs the mail, each with ``id``, ``name``,
    ``role``, ``certainty`` and ``because``. ``pictures`` are there only when the form asked for them.
    ``fixes`` are the record sets to publish, one a name and type, with what all findings change joined.
    ``readiness`` says by receiver which of its published rules are met, ``clauses`` the same for the rulebook
    in force, both ready for JSON and only where they were asked for. ``policy`` is the one whose severities hold,
    ``""`` where the checks' own do.
    """

    domain: str
    as_of: str
    verdicts: tuple[Verdict, ...]
    grade: str = ""
    grade_formula: str = ""
    providers: tuple[Mapping[str, str], ...] = ()
    do_first: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    pictures: Pictures | None = None
    fixes: tuple[Joined, ...] = ()
    readiness: tuple[Mapping[str, Any], ...] = ()
    clauses: Mapping[str, Any] | None = None
    policy: str = ""

    def fix_for(self, finding: Finding) -> Joined | None:
        """The record set that mends a finding together with all others of the same name and type."""
        change = finding.remedy.change if finding.remedy is not None else None
        if change is None:
            return None
        places = (j for j in self.fixes if (j.fix.owner, j.fix.rdtype) == (change.owner, change.rdtype))
        return next((j for j in places if finding.check in j.checks), None)


class CheckPage(NamedTuple):
    """A check's manual page in parts: paragraphs of prose, what its findings advise, where the rule stands."""

    id: str
    title: str
    severity: Severity
    prose: tuple[str, ...]
    remedies: tuple[str, ...]
    cites: tuple[str, ...]
    codes: tuple[str, ...]
    effective: str = ""


class Place(NamedTuple):
    """Where a record stands in what the user wrote: lines count from 1; ``address`` is a resource's, if it has one."""

    file: str
    line: int
    address: str = ""


def nowhere(name: str, rdtype: str, about: str = "") -> Place | None:
    """The place of a record that came from no file."""


def unwritten(check_id: str) -> CheckPage | None:
    """The page of a check of which nothing is known here."""


def unlinked(domain: str) -> str:
    """The address of a domain's page where there is none."""
    return ""


@dataclass(frozen=True, slots=True)
class AuditRun:
    """
    A whole run; ``reports`` is an iterator, never a list, so that memory stays flat.

    What forms may use beside the reports: ``place(name, rdtype, about)`` is where a record, or what stands
    nearest to it, is written, of several the first with ``about`` in it; ``page(check id)`` the check's manual
    page; ``fail_on`` the severity that fails the run; ``brand`` who hands the report over; ``before`` the documents
    of an earlier run by domain (`forms.documents.report_document`); ``link(domain)`` the address of its own page.
    """

    tool: Mapping[str, str]
    policy: str
    reports: Iterator[DomainReport]
    place: Callable[[str, str, str], Place | None] = nowhere
    page: Callable[[str], CheckPage | None] = unwritten
    fail_on: str = "error"
    brand: ReportBrand | None = None
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    link: Callable[[str], str] = unlinked
