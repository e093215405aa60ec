"""What a letter proves, in pairs of a word and a sentence: the head of every form for people."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.message.dkim import DkimResult
from mailsetup.message.dmarc import DmarcResult
from mailsetup.message.report import MessageReport
from mailsetup.message.rules_lists import has_one_click
from mailsetup.message.trace import iso_time
from mailsetup.model.message import say

COLUMN = "   "  # between a result and its reason, where letters stand in columns; a page writes a dash
SIGNATURES_SHOWN = 10
CLAIMS_SHOWN = 10


def headline(report: MessageReport) -> str:
    """The letter's headline: what DMARC comes to, and what that leaves out."""
    if not report.dmarc_complete:
        return str(say("DMARC fail, unless SPF passes"))
    return str(say("DMARC {result}", result=report.dmarc_word))


def facts(report: MessageReport) -> Iterator[tuple[str, str]]:
    """Who wrote it, when and whence it came, and what became of each proof; texts are not yet escaped."""
    yield str(say("from")), ", ".join(box.address for box in report.authors[:3]) or str(say("nobody"))
    yield (
        str(say("time")),
        str(say("{time} ({source})", time=iso_time(report.at), source=str(report.at_from))),
    )
    yield from _connection(report)
    spf = report.spf
    if spf is None:
        yield "SPF", str(say("not judged: {why}", why=str(report.spf_missing)))
    else:
        yield "SPF", f"{spf.result}   {spf.domain} ({spf.identity})"
    yield from _signatures(report)
    arc = report.arc
    if arc.result != "none":
        why = f": {arc.reason}" if arc.reason else ""
        yield (
            "ARC",
            str(say("{result}   sets: {count}{why}", result=arc.result, count=len(arc.sets), why=why)),
        )
    for result in report.dmarc:
        yield "DMARC", _dmarc(result)
    yield from _logo(report)
    yield from _one_click(report)
    for row in report.reported[:CLAIMS_SHOWN]:
        yield (
            str(say("claimed")),
            str(
                say(
                    "{host} wrote {method}={claimed}; found here: {found}",
                    host=row.claim.host,
                    method=row.claim.method,
                    claimed=row.claim.result,
                    found=row.found,
                )
            ),
        )


def _connection(report: MessageReport) -> Iterator[tuple[str, str]]:
    envelope = report.envelope
    if envelope.ip:
        said = f"{envelope.ip} ({envelope.ip_from})"
        if envelope.helo:
            said += f", HELO {envelope.helo}"
        if report.encrypted is not None:
            said += ", " + str(say("encrypted") if report.encrypted else say("not encrypted"))
        yield str(say("connection")), said
    if envelope.sender or envelope.null_sender:
        yield str(say("envelope")), f"<{envelope.sender}> ({envelope.sender_from})"


def _signatures(report: MessageReport) -> Iterator[tuple[str, str]]:
    if not report.dkim:
        yield "DKIM", str(say("none   no signature"))
    for one in report.dkim[:SIGNATURES_SHOWN]:
        yield "DKIM", _signature(one, report.dmarc)
    hidden = len(report.dkim) - SIGNATURES_SHOWN + report.signatures_left
    if hidden > 0:
        yield "", str(say("and {count} more signatures", count=hidden))


def _signature(one: DkimResult, dmarc: tuple[DmarcResult, ...]) -> str:
    signed = say(
        "{result}   {domain}, selector {selector}, {algorithm}",
        result=one.result,
        domain=one.domain or "?",
        selector=one.selector or "?",
        algorithm=one.signature.algorithm or "?",
    )
    said = str(signed)
    if one.bits:
        said += ", " + str(say("{bits} bits", bits=one.bits))
    if one.reason is not None:
        said += f": {one.reason}"
    else:
        known = aligned(one, dmarc)
        word = (
            say("aligned") if known else say("not aligned") if known is False else say("alignment not known")
        )
        said += f", {word}"
    if one.disputed or (one.second.reason is not None and not one.second.word):
        said += f" ({one.second.reason})"
    return said


def aligned(one: DkimResult, dmarc: tuple[DmarcResult, ...]) -> bool | None:
    """Whether a signature that may count belongs to the author's domain; None where that is open."""
    found = [
        i.aligned
        for result in dmarc
        for i in result.identifiers
        if i.method == "dkim" and i.domain == one.domain
    ]
    return True if True in found else None if None in found else False


def _dmarc(result: DmarcResult) -> str:
    discovery = result.discovery
    if discovery is not None and discovery.unknown:
        return str(
            say("{result}   {domain}: the policy is not known", result=result.result, domain=result.domain)
        )
    said = f"{result.result}   {result.domain}: "
    if discovery is not None and discovery.found_at:
        place = f"_dmarc.{discovery.found_at}"
        said += str(say("{policy} by {place}", policy=str(result.policy or "none"), place=place))
    else:
        said += str(say("no record"))
    if result.aligned:
        methods = [method.upper() for method in result.aligned]
        said += ", " + str(say("aligned: {methods}", methods=", ".join(methods)))
    if result.readers_differ:
        said += "; " + str(
            say(
                "RFC 7489 readers: {result} ({policy})",
                result=result.older,
                policy=result.older_policy.value if result.older_policy else say("no policy"),
            )
        )
    return said


def _one_click(report: MessageReport) -> Iterator[tuple[str, str]]:
    """Whether it is offered as RFC 8058 wants it; why it is never tried."""
    if report.message.first("list-unsubscribe-post") is None:
        return
    said = (
        say("in order; not tried, because the POST would take the reader off the list")
        if has_one_click(report)
        else say("not as RFC 8058 wants it; not tried, because the POST would take the reader off the list")
    )
    yield "one-click", str(said)


def _logo(report: MessageReport) -> Iterator[tuple[str, str]]:
    bimi = report.bimi
    if bimi.published is None or bimi.published.record is None:
        return
    if bimi.missing:
        yield "BIMI", str(say("not ready: {why}", why="; ".join(map(str, bimi.missing))))
    elif bimi.open:
        yield "BIMI", str(say("not known: DMARC waits for an answer"))
    else:
        yield "BIMI", str(say("ready: receivers may show the logo"))
