"""
What changed between two snapshots, or two results of `audit` in JSON: records, verdicts, findings, grade.

Snapshots are judged first, so both kinds are compared as reports in JSON. Worse is a finding that is new or
heavier and fails a run (`--fail-on`); a question that nobody answers any more is shown, and is not worse. So are
the findings of a domain that only the new input has new; of one that only the old has nothing is known any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.forms.documents import report_document
from mailsetup.model.case import Case
from mailsetup.model.dns import DnsAnswer, DnsQuestion, present
from mailsetup.model.errors import InputError
from mailsetup.model.finding import Status
from mailsetup.model.language import ENGLISH, language
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.snapshot import Snapshot

from .audit import AuditSettings, as_recorded, report_on, scope_for
from .dated import still_to_come, the_wrong_way_round
from .earlier import documents, in_this_language
from .exit_codes import threshold

SCHEMA = "mailsetup/diff/1"
RANK = {"error": 3, "warning": 2, "info": 1}


class Records(NamedTuple):
    """What one question brought: an outcome, and records in presentation form."""

    outcome: str
    records: tuple[str, ...] = ()

    @property
    def shown(self) -> list[str]:
        """The records, or in words that there are none."""
        return list(self.records) if self.records else [f"({self.outcome})"]


class Side(NamedTuple):
    """One domain as one input has it: its report in JSON, what was asked by name and type, its snapshot if it is one."""

    report: Mapping[str, Any]
    asked: Mapping[tuple[str, str], Records]
    snapshot: Snapshot | None = None


class RecordChange(NamedTuple):
    """A name and type whose answer differs."""

    owner: str
    rdtype: str
    before: Records
    after: Records


class VerdictChange(NamedTuple):
    """A check that ends otherwise than before."""

    check: str
    before: str
    after: str


class Left(NamedTuple):
    """
    What became of a finding that no longer stands.

    ``now`` is one of `GONE` (its check ran and does not find it), `ACCEPTED` (``by`` a waiver or baseline), `EXPLAINED`
    (``by`` the finding of another check), `OPEN` and `NOT_JUDGED`: of the last two nobody knows whether it was mended.
    """

    now: str
    by: str = ""
    reason: str = ""


GONE = phrase("gone")
ACCEPTED = phrase("accepted")
EXPLAINED = phrase("explained")
OPEN = phrase("open")
NOT_JUDGED = phrase("not judged")


class FindingChange(NamedTuple):
    """A finding that is new, of another severity, or ``left``; ``before`` or ``after`` is empty for the first and last."""

    check: str
    owner: str
    message: str
    before: str
    after: str
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class DomainChange:
    """
    What changed about one domain; ``only_in`` is ``old`` or ``new`` where the other input has it not.

    ``policies`` are those whose severities hold, before and after, where they differ: what weighs more only by
    another policy is no worse. ``whole`` is whether both inputs are recordings, which hold every record that was asked
    for: a result shows those that its findings rest on.
    """

    domain: str
    as_of: tuple[str, str]
    grade: tuple[str, str]
    records: tuple[RecordChange, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    only_in: str = ""
    worse: bool = False
    policies: tuple[str, str] = ("", "")
    whole: bool = False

    @property
    def same(self) -> bool:
        """Whether nothing changed but the time."""
        changed = self.records or self.verdicts or self.findings or self.only_in
        return not changed and self.grade[0] == self.grade[1]


@dataclass(frozen=True, slots=True)
class Diff:
    """Every domain of both inputs, in the order of their names; ``remarks`` say what is odd about the inputs' times."""

    old: str
    new: str
    domains: tuple[DomainChange, ...] = field(default_factory=tuple)
    remarks: tuple[Message, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether any domain got worse."""
        return any(d.worse for d in self.domains)


def diff(old: str, new: str, fail_on: str = "warning") -> Diff:
    """What changed from one file to another. `InputError` names the file that is neither snapshot nor result."""
    before = read_side(old)
    after = read_side(
        new, {name: side.snapshot for name, side in before.items() if side.snapshot is not None}
    )
    least = threshold(fail_on)
    names = sorted({*before, *after})
    domains = tuple(_domain(name, before.get(name), after.get(name), least) for name in names)
    return Diff(old, new, domains, tuple(_remarks(old, new, before, after)))


def _remarks(old: str, new: str, before: Mapping[str, Side], after: Mapping[str, Side]) -> Iterator[Message]:
    was, now = ({name: side.report for name, side in sides.items()} for sides in (before, after))
    coming = [*still_to_come(old, was), *still_to_come(new, now)]
    yield from coming or the_wrong_way_round(old, new, was, now)


def read_side(path: str, earlier: Mapping[str, Snapshot] | None = None) -> dict[str, Side]:
    """
    The domains of a snapshot, a folder of snapshots, or a result in JSON or JSON lines.

    Snapshots are judged beside the ``earlier`` ones, for what only a comparison shows.
    """
    earlier = earlier or {}
    if Path(path).is_dir():
        return _of_snapshots(path, earlier)
    from mailsetup.edge.files import read_text

    found: dict[str, Side] = {}
    for document in documents(read_text(path, phrase("snapshot or result")), path, "diff"):
        if not isinstance(document, Mapping):
            raise _neither(path)
        if "snapshots" in document or str(document.get("schema", "")).startswith("mailsetup/snapshot/"):
            return _of_snapshots(path, earlier)
        found[str(document.get("domain"))] = _of_report(document, path)
    if not found:
        raise _neither(path)
    return found


def _neither(path: str) -> InputError:
    return InputError(
        say(
            "{file} is neither a snapshot nor a result; give files of `mailsetup snapshot`, or of"
            " `mailsetup audit --format json` or jsonl",
            file=path,
        )
    )


HEAD = 4096  # characters in which a snapshot says what it is


def is_recording(path: str) -> bool:
    """Whether a path is a snapshot or a folder of them, and not a result or something else."""
    if Path(path).is_dir():
        return True
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return '"mailsetup/snapshot/' in file.read(HEAD)
    except (OSError, ValueError):
        return False


def _of_snapshots(path: str, earlier: Mapping[str, Snapshot]) -> dict[str, Side]:
    from mailsetup.edge.recorded import Recorded

    snapshots = Recorded(path).snapshots
    return {domain: _of_snapshot(snapshot, earlier.get(domain)) for domain, snapshot in snapshots.items()}


def _of_snapshot(snapshot: Snapshot, earlier: Snapshot | None) -> Side:
    from mailsetup.edge.listed import selectors_by_domain
    from mailsetup.edge.recorded import texts_asked

    settings = as_recorded(AuditSettings(), snapshot.scope)
    listed = selectors_by_domain(texts_asked(snapshot.answers)).get(snapshot.domain, ())
    scope = scope_for(snapshot.domain, settings, listed)
    report = report_on(Case(scope, snapshot, earlier=earlier), settings)
    asked = {
        (q.name, q.rdtype): Records(a.outcome.value, tuple(sorted(present(r, q.rdtype) for r in a.records)))
        for q, a in snapshot.answers.items()
        if isinstance(q, DnsQuestion) and isinstance(a, DnsAnswer) and not q.server
    }
    return Side(report_document(report), asked, snapshot)


def _of_report(document: Mapping[str, Any], path: str) -> Side:
    """A report with the records its findings and open questions show; others are not in it."""
    asked: dict[tuple[str, str], Records] = {}
    try:
        if not isinstance(document["domain"], str) or not isinstance(document["verdicts"], list):
            raise _neither(path)
        for verdict in document["verdicts"]:
            str(verdict["status"])
            shown = [e for f in verdict["findings"] for e in f["evidence"]]
            for e in (*shown, *verdict.get("unanswered", ())):
                key = (str(e["name"]), str(e["rdtype"]))
                asked[key] = Records(str(e["outcome"]), tuple(sorted(map(str, e["records"]))))
    except (KeyError, TypeError, AttributeError):
        raise _neither(path) from None
    return Side(in_this_language(document), asked)


def _domain(name: str, before: Side | None, after: Side | None, least: int) -> DomainChange:
    if after is None:
        report = before.report if before is not None else {}
        stamp, letter = str(report.get("as_of", "")), str(report.get("grade", ""))
        return DomainChange(name, (stamp, ""), (letter, ""), only_in="old")
    if before is None:
        return _arrived(name, after.report, least)
    findings = tuple(_findings(before.report, after.report))
    policies = _policies(before.report, after.report)
    counted = _by_both(findings, before.report, after.report) if any(policies) else findings
    return DomainChange(
        name,
        (str(before.report.get("as_of", "")), str(after.report.get("as_of", ""))),
        (str(before.report.get("grade", "")), str(after.report.get("grade", ""))),
        tuple(_records(before.asked, after.asked)),
        tuple(_verdicts(before.report, after.report)),
        findings,
        worse=_graded_down(str(before.report.get("grade", "")), str(after.report.get("grade", "")))
        or any(
            RANK.get(f.after, 0) >= least and RANK.get(f.after, 0) > RANK.get(f.before, 0) for f in counted
        ),
        policies=policies,
        whole=before.snapshot is not None and after.snapshot is not None,
    )


def _arrived(name: str, report: Mapping[str, Any], least: int) -> DomainChange:
    """A domain that the old input has not: all that is found there is new, as a baseline has it."""
    findings = tuple(_findings({"verdicts": ()}, report))
    return DomainChange(
        name,
        ("", str(report.get("as_of", ""))),
        ("", str(report.get("grade", ""))),
        findings=findings,
        only_in="new",
        worse=any(RANK.get(f.after, 0) >= least for f in findings),
    )


def _policies(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """The policies of two reports where they differ, else twice nothing."""
    old, new = str(before.get("policy", "")), str(after.get("policy", ""))
    return (old, new) if old != new else ("", "")


def _by_both(
    findings: tuple[FindingChange, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[FindingChange, ...]:
    """What is new, of the checks that two policies both judge: not what only one of them weighs more."""
    old, new = ({str(v["check"]) for v in report["verdicts"]} for report in (before, after))
    return tuple(f for f in findings if not f.before and f.check in old & new)


def _graded_down(before: str, after: str) -> bool:
    """Whether the letter fell; a result without a letter tells nothing."""
    letters = before[:1] + after[:1]
    return len(letters) == 2 and letters.isupper() and before[:1] < after[:1]


def _records(
    before: Mapping[tuple[str, str], Records], after: Mapping[tuple[str, str], Records]
) -> Iterator[RecordChange]:
    """Questions both sides asked whose answers differ: what only one asked says nothing about a change."""
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key]:
            yield RecordChange(*key, before[key], after[key])


def _verdicts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[VerdictChange]:
    old = {str(v["check"]): str(v["status"]) for v in before["verdicts"]}
    new = {str(v["check"]): str(v["status"]) for v in after["verdicts"]}
    for check in sorted(old.keys() | new.keys()):
        pair = old.get(check, "not judged"), new.get(check, "not judged")
        if pair[0] != pair[1]:
            yield VerdictChange(check, *pair)


def _findings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FindingChange]:
    old, new = dict(_by_key(before)), dict(_by_key(after))
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        pair = str(was["severity"]) if was else "", str(now["severity"]) if now else ""
        if pair[0] != pair[1]:
            left = None if now else _left(key, after)
            yield FindingChange(key[0], key[1], str((now or was or {})["message"]), *pair, left)


def _left(key: tuple[str, str, int], report: Mapping[str, Any]) -> Left:
    """What a report says of a finding that stood in an earlier one and does not stand in it."""
    verdict = next((v for v in report["verdicts"] if v["check"] == key[0]), None)
    if verdict is None:
        return Left(NOT_JUDGED)
    accepted = [f["waived"] for f in verdict["findings"] if f.get("waived") and f.get("owner", "") == key[1]]
    if accepted:
        return Left(ACCEPTED, str(accepted[-1].get("by", "")))
    status, reason = verdict["status"], str(verdict.get("reason", ""))
    if status in (Status.PASS.value, Status.FAIL.value):
        return Left(GONE)
    if status != Status.NOT_APPLICABLE.value:
        return Left(OPEN)
    words = reason.split()  # "explained by the finding {check}", in whatever language
    cause = next((str(v["check"]) for v in report["verdicts"] if v["findings"] and v["check"] in words), "")
    if cause:
        return Left(EXPLAINED, cause)
    return Left(NOT_JUDGED, reason=reason if report.get("language", ENGLISH) == language() else "")


def _by_key(report: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, int], Mapping[str, Any]]]:
    """Findings by check, owner and number; what somebody accepted is none."""
    seen: dict[tuple[str, str], int] = {}
    for verdict in report["verdicts"]:
        for finding in verdict["findings"]:
            if not finding.get("waived"):
                key = (str(verdict["check"]), str(finding.get("owner", "")))
                seen[key] = seen.get(key, 0) + 1
                yield (*key, seen[key]), finding
