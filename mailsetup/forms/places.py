"""Where findings are: ``dns:`` URIs (RFC 4501), percent-encoded paths, and prints that tell findings apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mailsetup.model.dns import DnsAnswer, DnsQuestion, present
from mailsetup.model.finding import AuditRun, DomainReport, Evidence, Finding, Place, Verdict

from .words import word

UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)  # RFC 3986 section 2.3


def percent_encoded(text: str, also: str = "") -> str:
    """Text as part of a URI: everything but unreserved characters and those in ``also`` becomes ``%XX``."""
    keep = UNRESERVED | frozenset(also.encode("ascii"))
    return "".join(chr(b) if b in keep else f"%{b:02X}" for b in text.encode("utf-8", "replace"))


def dns_uri(name: str, rdtype: str) -> str:
    """A record set as RFC 4501 writes it: ``dns:_dmarc.example.com?type=TXT``."""
    uri = f"dns:{percent_encoded(name)}"
    return f"{uri}?type={percent_encoded(rdtype)}" if rdtype else uri


def file_uri(path: str) -> str:
    """A path with slashes as a URI reference; an absolute one gets its scheme."""
    encoded = percent_encoded(path, "/:" if path[1:2] == ":" else "/")
    if path.startswith("/"):
        return f"file://{encoded}"
    return f"file:///{encoded}" if path[1:2] == ":" else encoded


def decisive(finding: Finding) -> tuple[str, str]:
    """The name and type a finding is about: its owner, and the type that was asked there."""
    asked = [e.question for e in finding.evidence if isinstance(e.question, DnsQuestion)]
    change = finding.remedy.change if finding.remedy is not None else None
    at_owner = [q.rdtype for q in asked if q.name == finding.owner]
    if (
        change is not None
        and change.owner == finding.owner
        and change.rdtype in (at_owner or [change.rdtype])
    ):
        return finding.owner, change.rdtype
    return finding.owner, at_owner[0] if at_owner else ""


def about(finding: Finding) -> str:
    """
    Which record of the set that a finding is about is meant: words that stand in it; "" where all of them are.

    They are those that its evidence quotes, else the record that its fix changes.
    """
    change = finding.remedy.change if finding.remedy is not None else None
    for evidence in finding.evidence:
        question, answer = evidence.question, evidence.answer
        if not isinstance(question, DnsQuestion) or (question.name, question.rdtype) != decisive(finding):
            continue
        if evidence.quote:
            return evidence.quote
        if change is not None and isinstance(answer, DnsAnswer) and change.records:
            records = (present(r, question.rdtype) for r in answer.records)
            return next((r for r in records if r not in change.records), "")
    return ""


def place_of(run: AuditRun, finding: Finding) -> Place | None:
    """Where the record that a finding is about is written, or what stands nearest to it."""
    return run.place(*decisive(finding), about(finding))


def prints(report: DomainReport) -> Iterator[tuple[Verdict, Finding, str]]:
    """
    Every finding with its fingerprint: the same from run to run while the flaw is there.

    It is made of domain, check, owner and record type, and of a number where a check has several there;
    not of the message, the line or the record's text, which change without the flaw being mended.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for verdict in report.verdicts:
        for finding in verdict.findings:
            owner, rdtype = decisive(finding)
            key = (finding.check, owner, rdtype)
            yield verdict, finding, fingerprint(report.domain, key, seen[key])
            seen[key] += 1


def fingerprint(domain: str, key: tuple[str, str, str], number: int) -> str:
    """The print of the ``number``-th finding of a check, owner and record type."""
    import hashlib

    text = "\n".join((domain, *key, str(number)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def asked(evidence: Evidence) -> str:
    """A question in a few words: ``example.com TXT``."""
    question = evidence.question
    return f"{question.name} {question.rdtype}" if isinstance(question, DnsQuestion) else str(question[0])


def shown(evidence: Evidence) -> str:
    """An unanswered question in a few words: ``example.com TXT (timeout)``."""
    return f"{asked(evidence)} ({word(evidence.answer.outcome.value)})"
