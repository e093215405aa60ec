"""A report as the page shows it: findings by weight, a tile a subject, evidence within a budget, questions that are open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mailsetup.model.dns import DnsQuestion, Outcome
from mailsetup.model.finding import (
    AuditRun,
    CheckPage,
    DomainReport,
    Evidence,
    Finding,
    Fix,
    Joined,
    Severity,
    Status,
    Verdict,
    Waived,
)
from mailsetup.model.language import translated
from mailsetup.model.message import say
from mailsetup.model.names import printable, to_unicode
from mailsetup.model.picture import Pictures

from .comparison import Comparison, compare
from .documents import evidence_document
from .places import place_of
from .words import said_grade, said_server, word

# Ours: with them the page of the worst domain stays below 400 KB.
FINDINGS_SHOWN = 120
EVIDENCE_SHOWN = 12  # answers of one finding
RECORDS_SHOWN = 12  # records of one answer
RECORD_SHOWN = 600  # characters of one record
FIX_SHOWN = 4000  # characters of one record to publish: longer ones are in JSON
TEXT_BUDGET = 110_000  # characters of evidence and fixes on one page
QUESTIONS_SHOWN = 60

TONES = {"A": "good", "B": "good", "C": "fair", "D": "poor", "E": "poor", "F": "poor"}
RANKS = {"crashed": 6, "error": 5, "warning": 4, "open": 3, "info": 2, "pass": 1, "none": 0}
SUBJECTS = ("names", "mx", "spf", "dkim", "dmarc", "transport", "dns")
"""The order of the tiles; a subject that is not named here comes after them, by its name."""
JUDGED_BY = {"dkim": "dkim/public-key-absent", "transport": "transport/sts-missing"}
"""A check that applies only where there is something to judge, a key or a host that takes mail: else nothing is green."""

DANGERS = {
    "receiving": ("mx/", "names/", "dns/", "dnssec/", "dane/", "starttls/", "transport/sts-"),
    "sending": ("spf/", "dkim/", "reverse/", "blocklists/", "dnssec/"),
    "forging": (
        "spf/plus-all",
        "dmarc/missing",
        "dmarc/multiple",
        "dmarc/leading-space",
        "dmarc/policy",
        "dmarc/version",
        "dmarc/wrong-location",
    ),
}
"""What an error of a check can lead to, by the beginning of its id: the words of the headline."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\Z')
_ESCAPE = re.compile(r"\\([0-9]{3}|.)")


class Record(NamedTuple):
    """A record to publish: the line of a zone file, and the value as a DNS host's form wants it (or nothing)."""

    name: str
    rdtype: str
    line: str
    value: str


class Asked(NamedTuple):
    """One answer a finding rests on."""

    question: str
    outcome: str
    records: tuple[str, ...]
    more: int
    facts: str


class Card(NamedTuple):
    """
    One finding, ready to be shown.

    ``records`` are to be published, ``instead_of`` those that stand there now; ``kept`` stay at the same name.
    """

    id: str
    check: str
    severity: str
    title: str
    owner: str
    message: str
    why: tuple[str, ...]
    advice: str
    together: str
    records: tuple[Record, ...]
    instead_of: tuple[str, ...]
    kept: tuple[str, ...]
    delete: str
    evidence: tuple[Asked, ...]
    more_evidence: int
    cites: tuple[str, ...]
    codes: tuple[str, ...]
    effective: str
    place: str
    waived: Waived | None


class Tile(NamedTuple):
    """One subject at a glance; ``state`` is the worst of ``pass``, ``info``, ``open``, ``warning``, ``error``, ``none``."""

    subject: str
    state: str
    found: int
    passed: int


class OpenQuestion(NamedTuple):
    """A question without a usable answer, and the checks that wait for it."""

    question: str
    outcome: str
    checks: tuple[str, ...]


class Line(NamedTuple):
    """One check in the list of all, and why it does not apply where it does not."""

    subject: str
    check: str
    title: str
    status: str
    reason: str


class View(NamedTuple):
    """Everything the page of one domain shows."""

    domain: str
    name: str
    as_of: str
    letter: str
    grade_note: str
    tone: str
    formula: str
    counts: dict[str, int]
    dangers: frozenset[str]
    do_first: tuple[str, ...]
    tiles: tuple[Tile, ...]
    cards: tuple[Card, ...]
    left_out: int
    questions: tuple[OpenQuestion, ...]
    more_questions: int
    offline: tuple[str, ...]
    crashed: tuple[tuple[str, str], ...]
    verdicts: tuple[Line, ...]
    notes: tuple[str, ...]
    providers: tuple[dict[str, str], ...]
    pictures: Pictures | None
    comparison: Comparison | None
    readiness: tuple[Mapping[str, Any], ...]
    clauses: Mapping[str, Any] | None


def view(run: AuditRun, report: DomainReport) -> View:
    """A report as the page shows it; all texts are printable, none is escaped yet."""
    found = sorted(
        (f for v in report.verdicts for f in v.findings), key=lambda f: (-f.severity.rank, f.check, f.owner)
    )
    letter, note = split_grade(report.grade)
    earlier = run.before.get(report.domain)
    questions, offline = _open(report)
    return View(
        report.domain,
        printable(to_unicode(report.domain)),
        report.as_of.replace("T", " ").replace("Z", " UTC"),
        letter,
        note,
        TONES.get(letter, "none"),
        report.grade_formula,
        tally(report),
        frozenset(_dangers(report)),
        tuple(printable(str(m)) for m in report.do_first),
        tuple(_tiles(report)),
        tuple(_cards(run, report, found[:FINDINGS_SHOWN])),
        max(0, len(found) - FINDINGS_SHOWN),
        questions[:QUESTIONS_SHOWN],
        max(0, len(questions) - QUESTIONS_SHOWN),
        offline,
        tuple(
            (v.check, printable(str(v.reason)[-RECORD_SHOWN:]))
            for v in report.verdicts
            if v.status is Status.CRASHED
        ),
        tuple(_line(run, v) for v in report.verdicts),
        tuple(printable(str(n)) for n in report.notes),
        tuple({key: printable(text) for key, text in p.items()} for p in report.providers),
        report.pictures,
        compare(earlier, report) if earlier is not None else None,
        tuple({**one, "name": translated(str(one.get("name", "")))} for one in report.readiness),
        report.clauses,
    )


def split_grade(grade: str) -> tuple[str, str]:
    """The letter, where there is one, and the rest of the words: ``("B", "2 questions open")``."""
    head, said = grade.partition(",")[0], said_grade(grade)
    if len(head) == 1 and head.isupper():
        return head, said.partition(",")[2].strip()
    return "", printable(said)


def tally(report: DomainReport) -> dict[str, int]:
    """Findings by severity (those that somebody accepted apart), checks by what became of them."""
    found = {severity.value: 0 for severity in Severity} | {"waived": 0}
    found.update({status.value: 0 for status in Status})
    for verdict in report.verdicts:
        found[verdict.status.value] += 1
        for finding in verdict.findings:
            found["waived" if finding.waived else finding.severity.value] += 1
    return found


def _dangers(report: DomainReport) -> Iterator[str]:
    """What the errors that nobody accepted put at risk, for the headline; errors about reports alone: nothing."""
    for verdict in report.verdicts:
        if any(f.severity is Severity.ERROR and f.waived is None for f in verdict.findings):
            yield from (danger for danger, checks in DANGERS.items() if verdict.check.startswith(checks))


def _tiles(report: DomainReport) -> Iterator[Tile]:
    subjects: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        subjects.setdefault(verdict.check.partition("/")[0], []).append(verdict)
    order = {subject: i for i, subject in enumerate(SUBJECTS)}
    for subject in sorted(subjects, key=lambda s: (order.get(s, len(order)), s)):
        states = [state for verdict in subjects[subject] for state in _states(verdict)]
        proof = next((v for v in subjects[subject] if v.check == JUDGED_BY.get(subject)), None)
        if proof is not None and proof.status is Status.NOT_APPLICABLE:
            states = ["none" if state == "pass" else state for state in states]
        worst = max(states, key=lambda s: RANKS[s])
        yield Tile(subject, worst, states.count(worst), states.count("pass"))


def _states(verdict: Verdict) -> list[str]:
    match verdict.status:
        case Status.PASS:
            return ["pass"]
        case Status.FAIL:
            return ["info" if f.waived else f.severity.value for f in verdict.findings]
        case Status.INCONCLUSIVE:
            return [
                "open" if any(e.answer.outcome is not Outcome.UNASKED for e in verdict.unanswered) else "none"
            ]
        case Status.CRASHED:
            return ["crashed"]
    return ["none"]


def _cards(run: AuditRun, report: DomainReport, findings: Sequence[Finding]) -> Iterator[Card]:
    room = [TEXT_BUDGET]
    explained: set[str] = set()
    told: set[Fix] = set()
    for number, finding in enumerate(findings, 1):
        joined = report.fix_for(finding) if finding.waived is None else None
        cure = _Cure(joined, joined is not None and joined.fix in told)
        if joined is not None:
            told.add(joined.fix)
        yield _card(run, finding, number, room, explained, cure)


class _Cure(NamedTuple):
    """The record set that mends all flaws of a name, and whether it was shown already."""

    joined: Joined | None
    told: bool

    @property
    def words(self) -> str:
        """What is said above the record, in the reader's language."""
        if self.told:
            return str(say("The record shown above mends this too."))
        if self.joined is None or len(self.joined.checks) < 2:
            return ""
        return str(
            say(
                "This record mends {count} {count:flaw|flaws} of this name together:",
                count=len(self.joined.checks),
            )
        )

    def change(self, own: Fix | None) -> Fix | None:
        """What is to be shown at this finding."""
        if self.joined is None or own is None:
            return own
        return self.joined.fix._replace(records=()) if self.told else self.joined.fix


def _card(
    run: AuditRun, finding: Finding, number: int, room: list[int], explained: set[str], cure: _Cure
) -> Card:
    page = run.page(finding.check)
    change = finding.remedy.change if finding.remedy is not None else None
    deletes = change is not None and not change.records and not cure.told
    change = cure.change(change)
    evidence = tuple(_asked(e, room) for e in finding.evidence[:EVIDENCE_SHOWN] if room[0] > 0)
    rdtype = change.rdtype if change is not None else ""
    there = _standing(finding, change)
    place = place_of(run, finding)
    return Card(
        f"f{number}",
        finding.check,
        finding.severity.value,
        page.title if page is not None else finding.check,
        printable(finding.owner),
        printable(str(finding.message)),
        _why(page, explained),
        printable(str(finding.remedy.summary)) if finding.remedy is not None else "",
        cure.words,
        tuple(_records(change, there, room)) if change is not None else (),
        tuple(_value(r, rdtype) for r in there if change is not None and r not in change.records),
        tuple(_value(r, rdtype) for r in there if change is not None and r in change.records),
        printable(f"{change.owner}. {change.rdtype}") if change is not None and deletes else "",
        evidence,
        len(finding.evidence) - len(evidence),
        page.cites if page is not None else (),
        page.codes if page is not None else (),
        page.effective if page is not None else "",
        f"{printable(place.file)}:{place.line}" if place is not None else "",
        finding.waived,
    )


def _why(page: CheckPage | None, explained: set[str]) -> tuple[str, ...]:
    """
    The manual's prose, once on a page however many findings the check has.

    Its first paragraph says what the title says.
    """
    if page is None or page.id in explained:
        return ()
    explained.add(page.id)
    return page.prose[1:]


def _standing(finding: Finding, change: Fix | None) -> tuple[str, ...]:
    """The records that stand where the change is to be made, as far as the finding's evidence shows them."""
    if change is None or not change.records:
        return ()
    for evidence in finding.evidence:
        question = evidence.question
        if isinstance(question, DnsQuestion) and (question.name, question.rdtype) == (
            change.owner,
            change.rdtype,
        ):
            return tuple(map(str, evidence_document(evidence)["records"][:RECORDS_SHOWN]))
    return ()


def _value(record: str, rdtype: str) -> str:
    return cut(form_value(record, rdtype) or printable(record))


def _records(change: Fix, there: tuple[str, ...], room: list[int]) -> Iterator[Record]:
    for record in change.records:
        if len(record) > FIX_SHOWN or room[0] <= 0 or record in there:
            continue
        room[0] -= 2 * len(record)
        name, rdtype = printable(change.owner), printable(change.rdtype)
        yield Record(
            name, rdtype, printable(f"{change.owner}. {change.rdtype} {record}"), form_value(record, rdtype)
        )


def form_value(record: str, rdtype: str) -> str:
    """What to type into a DNS host's form: a text without its quotes and escapes, other types as they are."""
    match = _QUOTED.match(record) if rdtype == "TXT" else None
    if match is None:
        return "" if rdtype == "TXT" else printable(record)
    text = _ESCAPE.sub(lambda m: chr(int(m[1])) if len(m[1]) == 3 else m[1], match[1])
    return text if text.isascii() and text.isprintable() else ""


def _asked(evidence: Evidence, room: list[int]) -> Asked:
    told = evidence_document(evidence)
    quote = told.get("quote", "")
    texts = [quote] if quote else told["records"]
    shown = tuple(cut(printable(str(text))) for text in texts[:RECORDS_SHOWN])
    room[0] -= sum(map(len, shown)) + 80
    facts = [
        str(say("TTL {seconds} s", seconds=told["ttl"])) if told["ttl"] is not None else "",
        said_server(str(told["server"])),
        str(told.get("detail", "")),
    ]
    return Asked(
        printable(f"{told['name'] or '.'} {told['rdtype']}"),
        word(told["outcome"]),
        shown,
        max(0, len(texts) - len(shown)),
        printable(cut(" · ".join(fact for fact in facts if fact))),
    )


def cut(text: str) -> str:
    """A text that is shown, not pasted: at most `RECORD_SHOWN` characters of it."""
    return text if len(text) <= RECORD_SHOWN else text[:RECORD_SHOWN] + " …"


def _open(report: DomainReport) -> tuple[tuple[OpenQuestion, ...], tuple[str, ...]]:
    """The questions that were asked in vain, the most awaited first, and the names nobody was to be asked about."""
    waiting: dict[tuple[str, str], list[str]] = {}
    offline: dict[str, None] = {}
    for verdict in report.verdicts:
        if verdict.status is not Status.INCONCLUSIVE:
            continue
        for evidence in verdict.unanswered:
            told = evidence_document(evidence)
            name = printable(f"{told['name'] or '.'} {told['rdtype']}")
            if evidence.answer.outcome is Outcome.UNASKED:
                offline[name] = None
            else:
                waiting.setdefault((name, told["outcome"]), []).append(verdict.check)
    questions = [
        OpenQuestion(key[0], word(key[1]), tuple(dict.fromkeys(checks))) for key, checks in waiting.items()
    ]
    return tuple(sorted(questions, key=lambda q: (-len(q.checks), q.question))), tuple(offline)[
        :QUESTIONS_SHOWN
    ]


def _line(run: AuditRun, verdict: Verdict) -> Line:
    page = run.page(verdict.check)
    reason = "" if verdict.status is Status.CRASHED or verdict.reason is None else str(verdict.reason)
    status = verdict.status.value
    if verdict.status is Status.FAIL:
        status = max(verdict.findings, key=lambda f: f.severity.rank).severity.value
    elif verdict.status is Status.INCONCLUSIVE:
        status = "open"
    subject = verdict.check.partition("/")[0]
    return Line(
        subject,
        verdict.check,
        page.title if page is not None else verdict.check,
        status,
        printable(cut(reason)),
    )
