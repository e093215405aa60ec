"""A judged letter as text for a terminal and as data (``mailsetup/message/1``)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mailsetup._version import __version__
from mailsetup.forms.documents import evidence_document, verdict_document
from mailsetup.forms.encoder import one_line, pretty
from mailsetup.forms.terminal import Style, finding_lines, reasons
from mailsetup.message.dkim import DkimResult
from mailsetup.message.dmarc import DmarcResult
from mailsetup.message.report import MessageReport
from mailsetup.message.trace import iso_time
from mailsetup.model.dns import Outcome
from mailsetup.model.finding import Finding, Severity, Status
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable
from mailsetup.model.retold import retold

from .message_facts import aligned, facts, headline
from .message_writing import ID as WRITING

if TYPE_CHECKING:
    from .message import Judged

SCHEMA = "mailsetup/message/1"
LINE_SCHEMA = "mailsetup/message-line/1"
OPEN_SHOWN = 10
WRITING_SHOWN = 8
OWN = ("message/", "receiver/")
COLORS = {"pass": "green", "fail": "red", "permerror": "red", "none": "yellow"}


def json_text(done: Sequence[Judged]) -> Iterator[str]:
    """One document for all letters."""
    yield (
        pretty(
            {
                "schema": SCHEMA,
                "tool": {"name": "mailsetup", "version": __version__},
                "messages": [document(one.label, one.report) for one in done],
            }
        )
        + "\n"
    )


def json_lines(done: Sequence[Judged]) -> Iterator[str]:
    """One letter a line."""
    for one in done:
        yield one_line({"schema": LINE_SCHEMA, **document(one.label, one.report)}) + "\n"


def document(label: str, report: MessageReport) -> dict[str, Any]:
    """One letter as data; results are the words of RFC 8601."""
    shown: dict[str, Any] = _shown(_document(label, report))
    return shown


def _shown(value: Any) -> Any:
    """The same data with control and format characters in its texts escaped."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list) else value


def _document(label: str, report: MessageReport) -> dict[str, Any]:
    envelope = report.envelope
    return {
        "file": label,
        "as_of": iso_time(report.at),
        "time_from": str(report.at_from),
        "from": [box.address for box in report.authors],
        "connection": {
            "ip": envelope.ip,
            "ip_from": _text(envelope.ip_from),
            "helo": envelope.helo,
            "helo_from": _text(envelope.helo_from),
            "sender": envelope.sender,
            "sender_from": _text(envelope.sender_from),
            "encrypted": report.encrypted,
        },
        "spf": _spf(report),
        "dkim": {
            "result": report.dkim_word,
            "signatures": [_signature(one, report.dmarc) for one in report.dkim],
            "not_verified": report.signatures_left,
        },
        "arc": {
            "result": report.arc.result,
            "instance": report.arc.instance,
            "code": report.arc.code,
            "reason": _text(report.arc.reason),
            "sets": [
                {"instance": s.instance, "domain": s.seal.domain, "cv": s.seal.cv, "results": s.results.text}
                for s in report.arc.sets
            ],
        },
        "dmarc": {
            "result": report.dmarc_word,
            "complete": report.dmarc_complete,
            "authors": [_dmarc(one) for one in report.dmarc],
        },
        "bimi": {
            "record": report.bimi.published.found.text if report.bimi.published is not None else "",
            "ready": report.bimi.ready,
            "missing": [str(one) for one in report.bimi.missing],
        },
        "authentication_results": [
            {
                "host": r.claim.host,
                "method": r.claim.method,
                "claimed": r.claim.result,
                "found": r.found,
                "agrees": r.agrees,
            }
            for r in report.reported
        ],
        "verdicts": [verdict_document(v) for v in report.verdicts],
    }


def _text(message: Message | None) -> str:
    return "" if message is None else str(message)


def _spf(report: MessageReport) -> dict[str, Any]:
    spf = report.spf
    if spf is None:
        return {"result": "", "reason": _text(report.spf_missing)}
    return {
        "result": spf.result,
        "domain": spf.domain,
        "identity": spf.identity,
        "mechanism": spf.mechanism,
        "explanation": spf.explanation,
        "problem": spf.problem,
    }


def _signature(one: DkimResult, dmarc: tuple[DmarcResult, ...]) -> dict[str, Any]:
    signature = one.signature
    return {
        "result": one.result,
        "code": one.code,
        "reason": _text(one.reason),
        "domain": one.domain,
        "selector": one.selector,
        "identity": signature.identity,
        "algorithm": signature.algorithm,
        "bits": one.bits,
        "aligned": aligned(one, dmarc),
        "canonicalization": f"{signature.header_method}/{signature.body_method}",
        "signed": list(signature.signed),
        "length": signature.length,
        "signed_at": signature.signed_at,
        "expires": signature.expires,
        "key": None if one.key is None else evidence_document(one.key),
        "dkimpy": {
            "result": one.second.word,
            "agrees": not one.disputed if one.second.word else None,
            "reason": _text(one.second.reason),
        },
    }


def _dmarc(one: DmarcResult) -> dict[str, Any]:
    discovery = one.discovery
    return {
        "result": one.result,
        "domain": one.domain,
        "policy": one.policy.value if one.policy else None,
        "record_at": f"_dmarc.{discovery.found_at}" if discovery is not None and discovery.found_at else "",
        "organizational_domain": discovery.organizational_domain if discovery is not None else None,
        "aligned": list(one.aligned),
        "identifiers": [
            {"method": i.method, "domain": i.domain, "result": i.result, "aligned": i.aligned}
            for i in one.identifiers
        ],
        "rfc7489": {"result": one.older, "policy": one.older_policy.value if one.older_policy else None},
    }


def text(done: Sequence[Judged], style: Style) -> Iterator[str]:
    """Each letter in turn."""
    for number, one in enumerate(done):
        if number:
            yield "\n"
        yield "".join(line + "\n" for line in _lines(one.label, one.report, style))


def _lines(label: str, report: MessageReport, style: Style) -> Iterator[str]:
    color = COLORS.get(report.dmarc_word, "yellow") if report.dmarc_complete else "yellow"
    yield style.paint(printable(label), "bold") + "   " + style.paint(headline(report), "bold", color)
    yield from _facts(report, style)
    if style.quiet:
        yield from reasons(report.verdicts, style)
        return
    findings = sorted(
        (f for v in report.verdicts for f in v.findings), key=lambda f: (-f.severity.rank, f.check, f.owner)
    )
    own = [f for f in findings if f.check.startswith("message/")]
    for finding in own:
        if finding.severity is not Severity.INFO:
            yield ""
            yield from finding_lines(finding, style)
    yield from _receivers([f for f in findings if f.check.startswith("receiver/")], style)
    yield from _notes([f for f in own if f.severity is Severity.INFO], style)
    yield from _writing(report, [f for f in findings if not f.check.startswith(OWN)], style)
    yield from _unanswered(report, style)
    yield ""
    yield _tally(report, findings, style)


def _facts(report: MessageReport, style: Style) -> Iterator[str]:
    for name, said in facts(report):
        yield from _fact(name, said, style)


def wrapped(text: str, style: Style, first: str, rest: str) -> Iterator[str]:
    """Text folded at the width, safe for a terminal; long words stay whole."""
    yield from textwrap.wrap(
        printable(text),
        max(style.width, 40),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def _fact(name: Message | str, said: Message | str, style: Style) -> Iterator[str]:
    yield from wrapped(printable(str(said)), style, f"  {name:<11}", " " * 13)


def _receivers(found: list[Finding], style: Style) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield style.paint(str(say("What receivers would do")), "bold")
    for finding in found:
        if finding.severity is not Severity.INFO or style.verbose:
            yield from wrapped(str(finding.message), style, "  - ", "    ")
    hidden = sum(f.severity is Severity.INFO for f in found)
    if hidden and not style.verbose:
        more = say(
            "{count} {count:rule|rules} for those who send much also fail (--verbose shows all)", count=hidden
        )
        yield style.paint(f"  {more}", "dim")


def _notes(found: list[Finding], style: Style) -> Iterator[str]:
    if found:
        yield ""
        yield style.paint(str(say("Worth knowing")), "bold")
    for finding in found:
        yield from wrapped(f"{finding.message}  [{finding.check}]", style, "  - ", "    ")


def _writing(report: MessageReport, found: list[Finding], style: Style) -> Iterator[str]:
    """What the kit's lint says, one line each, or why it was not asked."""
    unread = next((v.reason for v in report.verdicts if v.check == WRITING and v.reason is not None), None)
    if found or unread is not None:
        yield ""
        yield style.paint(str(say("The writing")), "bold")
    if unread is not None:
        yield from wrapped(str(unread), style, "  - ", "    ")
    shown = [one for one in found if one.severity is not Severity.INFO or style.verbose]
    for finding in shown if style.verbose else shown[:WRITING_SHOWN]:
        yield from wrapped(f"{finding.message}  [{finding.check}]", style, "  - ", "    ")
    if len(found) > len(shown[:WRITING_SHOWN]) and not style.verbose:
        more = len(found) - len(shown[:WRITING_SHOWN])
        yield style.paint(str(say("  {count} more (--verbose shows all)", count=more)), "dim")


def _unanswered(report: MessageReport, style: Style) -> Iterator[str]:
    asked = {
        " ".join(str(part) for part in e.question if part)
        + f": {say('not judged offline') if e.answer.outcome is Outcome.UNASKED else retold(e.answer.outcome.value)}": None
        for v in report.verdicts
        if v.status is Status.INCONCLUSIVE
        for e in v.unanswered
    }
    if asked:
        yield ""
        yield (
            style.paint(str(say("Could not be judged")), "bold")
            + f"  {say('(unknown is not wrong: ask again)')}"
        )
    for line in list(asked)[:OPEN_SHOWN]:
        yield from wrapped(line, style, "  - ", "    ")


def _tally(report: MessageReport, findings: list[Finding], style: Style) -> str:
    count = {s: sum(f.severity is s for f in findings) for s in Severity}
    parts = [
        say("{n} {n:error|errors}", n=count[Severity.ERROR]),
        say("{n} {n:warning|warnings}", n=count[Severity.WARNING]),
        say("{n} {n:note|notes}", n=count[Severity.INFO]),
    ]
    for verdict in report.verdicts:
        if verdict.status is Status.CRASHED:
            parts.append(say("{check} crashed: a fault of mailsetup, please report it", check=verdict.check))
    parts.append(say("{n} rules kept", n=sum(v.status is Status.PASS for v in report.verdicts)))
    if not style.verbose and any(_hidden(f) for f in findings):
        parts.append(say("--verbose shows all of them"))
    return style.paint(" · ".join(map(str, parts)), "dim")


def _hidden(finding: Finding) -> bool:
    """Whether a finding may stand behind a count: those of receivers and of the writing are cut short."""
    return not finding.check.startswith("message/")
