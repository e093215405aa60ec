"""Reports as plain dictionaries: the shape every machine-readable form shares (``mailsetup/audit/1``)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress, count
from operator import not_
from typing import Any, Final

from mailsetup.model.dns import (
    TXT,
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    SmtpAnswer,
    SmtpQuestion,
    WebAnswer,
    WebQuestion,
    present,
)
from mailsetup.model.finding import DomainReport, Evidence, Finding, Status, Verdict, Verdicts
from mailsetup.model.language import language
from mailsetup.model.message import say
from mailsetup.model.names import printable

from .encoder import encoded
from .words import word

AUDIT_SCHEMA: Final = "mailsetup/audit/1"
REPORT_SCHEMA: Final = "mailsetup/report/1"

_shared: dict[str, dict[int, tuple[Verdict, dict[str, Any]]]] = {}
_encoded: dict[str, dict[int, Any]] = {}
"""By language: what is said of a verdict that domains share."""
_kept: dict[int, Verdict] = {}
_answered: dict[int, tuple[DnsAnswer, DnsQuestion, dict[str, Any]]] = {}
"""Answers that several findings rest on, by identity; few, since they are of the domains at hand."""
ANSWERED: Final = 512
KEPT = 4096  # verdicts that stand ready; a run has some for each check, those of another process are new each time


def report_document(report: DomainReport, *, for_line: bool = False) -> dict[str, Any]:
    """One domain's report; keys as promised, nothing computed. ``for_line`` makes it one that only `one_line` reads."""
    document: dict[str, Any] = {
        "domain": report.domain,
        "as_of": report.as_of,
        "grade": report.grade,
        "grade_formula": report.grade_formula,
        "language": language(),
        "providers": list(report.providers),
        "verdicts": (encoded_verdicts if for_line else verdict_documents)(report.verdicts),
        "do_first": [str(m) for m in report.do_first],
        "notes": [str(n) for n in report.notes],
        "fixes": [
            {
                "owner": fix.owner,
                "rdtype": fix.rdtype,
                "records": list(fix.records),
                "checks": list(checks),
            }
            for fix, checks in report.fixes
        ],
    }
    if report.policy:
        document["policy"] = report.policy
    if report.readiness:
        document["readiness"] = list(report.readiness)
    if report.clauses is not None:
        document["clauses"] = report.clauses
    return document


def verdict_documents(verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    """Verdicts in their order; most are shared between domains and stand ready."""
    ready = _shared.setdefault(language(), {}).get
    return [
        known[1] if (known := ready(id(v))) is not None and known[0] is v else verdict_document(v)
        for v in verdicts
    ]


def encoded_verdicts(verdicts: tuple[Verdict, ...]) -> list[Any]:
    """
    As `verdict_documents`, those that domains share as text that is written already.

    Those texts are found by the verdict's identity, which nobody else can have while it is kept here.
    """
    texts = list(map(_encoded.setdefault(language(), {}).get, map(id, verdicts)))
    if type(verdicts) is Verdicts:
        for at, verdict in verdicts.noted.items():
            texts[at] = _verdict(verdict)
    if None in texts:
        for at in compress(count(), map(not_, texts)):
            texts[at] = _encoded_verdict(verdicts[at])
    return texts


def _encoded_verdict(verdict: Verdict) -> Any:
    if verdict.findings or verdict.unanswered or verdict.status is Status.CRASHED:
        return _verdict(verdict)
    text = encoded(_verdict(verdict))
    if len(_kept) < KEPT or id(verdict) in _kept:
        _kept[id(verdict)] = verdict
        _encoded.setdefault(language(), {})[id(verdict)] = text
    return text


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """One verdict; verdicts without findings and open questions are shared between domains."""
    if not verdict.findings and not verdict.unanswered and verdict.status is not Status.CRASHED:
        shared = _shared.setdefault(language(), {})
        known = shared.get(id(verdict))
        if known is None or known[0] is not verdict:
            if len(shared) >= KEPT:
                shared.clear()
            known = shared[id(verdict)] = (verdict, _verdict(verdict))
        return known[1]
    return _verdict(verdict)


def _verdict(verdict: Verdict) -> dict[str, Any]:
    # `_value_` is what `value` looks up, in two calls, for hundreds of members a domain.
    document: dict[str, Any] = {
        "check": verdict.check,
        "status": verdict.status._value_,
        "severity": verdict.severity._value_,
        "findings": [finding_document(f) for f in verdict.findings],
        "unanswered": [evidence_document(e) for e in verdict.unanswered],
    }
    if verdict.reason is not None:
        document["reason"] = str(verdict.reason)
    return document


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding with its evidence and remedy."""
    remedy = None
    if finding.remedy is not None:
        change = finding.remedy.change
        remedy = {
            "summary": str(finding.remedy.summary),
            "change": None
            if change is None
            else {"owner": change.owner, "rdtype": change.rdtype, "records": list(change.records)},
        }
    document: dict[str, Any] = {
        "severity": finding.severity._value_,
        "owner": finding.owner,
        "message": str(finding.message),
        "evidence": [evidence_document(e) for e in finding.evidence],
        "remedy": remedy,
    }
    if finding.waived is not None:
        document["waived"] = finding.waived._asdict()
    return document


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """A question and what came back, records in presentation form."""
    question, answer, quote, span = evidence
    document: dict[str, Any]
    if type(answer) is DnsAnswer and type(question) is DnsQuestion:
        known = _answered.get(id(answer))
        if known is None or known[0] is not answer or known[1] != question:
            if len(_answered) >= ANSWERED:
                _answered.clear()
            known = _answered[id(answer)] = (answer, question, _dns_evidence(question, answer))
        document = known[2].copy()
        if answer.detail:
            document["detail"] = printable(word(answer.detail))
    else:
        document = _other_evidence(question, answer)
    if quote:
        document["quote"] = printable(quote)
    if span is not None:
        document["span"] = list(span)
    return document


def _dns_evidence(question: DnsQuestion, answer: DnsAnswer) -> dict[str, Any]:
    """What an answer says in any language."""
    rdtype, records = question.rdtype, answer.records
    document: dict[str, Any] = {
        "name": question.name,
        "rdtype": rdtype,
        "outcome": answer.outcome._value_,
        "records": [present(r, rdtype) for r in records],
        "ttl": answer.ttl,
        "server": answer.server,
    }
    for r in records:
        if type(r) is TXT and len(r.chunks) > 1:
            document["chunks"] = [[len(c) for c in r.chunks] for r in records if type(r) is TXT]
            break
    if answer.aliases:
        document["aliases"] = list(answer.aliases)
    return document


def _other_evidence(question: object, answer: Answer) -> dict[str, Any]:
    match question:
        case WebQuestion(url):
            name, rdtype = url, "HTTPS"
        case SmtpQuestion(host, port):
            name, rdtype = f"{host}:{port}", "SMTP"
        case DnssecQuestion(validated, kind):
            name, rdtype = validated, f"{kind} (DNSSEC)"
        case _:
            name, rdtype = str(question), ""
    return {
        "name": name,
        "rdtype": rdtype,
        "outcome": answer.outcome.value,
        "records": [],
        "ttl": None,
        "server": "",
        "detail": printable(", ".join(filter(None, (_shown(answer), word(answer.detail))))),
    }


def _shown(answer: Answer) -> str:
    """What somebody else than a name server showed, in a few words."""
    match answer:
        case WebAnswer():
            if answer.tls_fault:
                return str(say("certificate {fault}", fault=word(answer.tls_fault)))
            return str(say("status {status}", status=answer.status)) if answer.status else ""
        case SmtpAnswer():
            secured = f", {answer.tls_version}" if answer.starttls else f", {say('no STARTTLS')}"
            return (answer.greeting + secured) if answer.greeting else ""
        case DnssecAnswer():
            return word(str(answer.status or ""))
    return ""


def counts(report: DomainReport) -> Mapping[str, int]:
    """How many findings of each severity stand, and how many checks ended in each status."""
    tally: dict[str, int] = {"error": 0, "warning": 0, "info": 0}
    for verdict in report.verdicts:
        tally[verdict.status.value] = tally.get(verdict.status.value, 0) + 1
        for finding in verdict.findings:
            tally[finding.severity.value] += 1
    return tally
