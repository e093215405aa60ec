"""One run that holds every status, severity and kind of evidence, with texts as hostile as DNS can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Outcome, WebAnswer, WebQuestion
from mailsetup.model.finding import (
    AuditRun,
    DomainReport,
    Evidence,
    Finding,
    Fix,
    Place,
    Remedy,
    Severity,
    Status,
    Verdict,
)
from mailsetup.model.message import say
from mailsetup.model.picture import MailHost, MailPath, Pictures, Service, SpfBranch, SpfPicture
from mailsetup.run.check_pages import check_page

AS_OF = "2026-11-21T12:00:00Z"
HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><b>&amp;&#x0;</b>",
    "\x00\x01\x08\x0b\x1b[31mred\x1b[0m\x7f\x85",
    "::error file=x::injected\r\n::set-output name=a::b%0A%25",
    '=HYPERLINK("https://attacker.example","x")',
    "\u202eevil\ufffe\uffff\ud800",
    "{{ 7*7 }}{% raw %}{#",
    "javascript:alert(1)",
    "`code` | pipe | **bold** <b>",
)


def txt(name: str, *texts: str, outcome: Outcome = Outcome.FOUND) -> Evidence:
    records = tuple(TXT.of(text.encode("utf-8", "replace").decode("latin-1")) for text in texts)
    return Evidence(
        DnsQuestion(name, "TXT"), DnsAnswer(outcome, records, (), 300, False, "192.0.2.53", "late")
    )


def finding(
    check: str, severity: Severity, owner: str, template: str, change: Fix | None = None, **values: Any
) -> Finding:
    return Finding(
        check,
        severity,
        owner,
        say(template, **values),
        (txt(owner, f"v=spf1 {template} ~all"),),
        Remedy(say("Publish this record."), change) if change else None,
    )


def every_status(domain: str = "example.com", text: str = "v=spf1 -all") -> DomainReport:
    """A report with each status once and more; ``text`` stands wherever DNS may put one."""
    spf = finding(
        "spf/multiple-records",
        Severity.ERROR,
        domain,
        "{domain} has {count} SPF records: {text}",
        Fix(domain, "TXT", ('"v=spf1 mx -all"', f'"{text}"')),
        domain=domain,
        count=2,
        text=text,
    )
    dmarc = finding(
        "dmarc/missing",
        Severity.WARNING,
        f"_dmarc.{domain}",
        "{domain} has no DMARC record",
        Fix(f"_dmarc.{domain}", "TXT", ('"v=DMARC1; p=none"',)),
        domain=domain,
    )
    note = Finding(
        "mx/no-ipv6",
        Severity.INFO,
        f"mx.{domain}",
        say("no IPv6 at {host}", host=text),
        (
            Evidence(DnsQuestion(domain, "MX"), DnsAnswer(Outcome.FOUND, (MX(10, f"mx.{domain}"),), (), 60)),
            Evidence(WebQuestion("https://example.com/?a=<b>"), WebAnswer(Outcome.SERVFAIL, detail=text)),
        ),
    )
    unanswered = (txt(f"late.{domain}", outcome=Outcome.TIMEOUT),)
    unasked = (Evidence(DnsQuestion(f"elsewhere.{domain}", "TXT"), DnsAnswer(Outcome.UNASKED)),)
    verdicts = (
        Verdict("names/does-not-exist", Status.PASS, Severity.ERROR),
        Verdict("spf/multiple-records", Status.FAIL, Severity.ERROR, (spf,)),
        Verdict("dmarc/missing", Status.FAIL, Severity.WARNING, (dmarc, dmarc)),
        Verdict("mx/no-ipv6", Status.FAIL, Severity.INFO, (note,)),
        Verdict(
            "dkim/rsa-1024", Status.NOT_APPLICABLE, Severity.WARNING, reason=say("judged only: {x}", x=text)
        ),
        Verdict("spf/void-lookup", Status.INCONCLUSIVE, Severity.WARNING, unanswered=unanswered),
        Verdict("spf/include-loop", Status.INCONCLUSIVE, Severity.ERROR, unanswered=unasked),
        Verdict("spf/plus-all", Status.CRASHED, Severity.ERROR, reason=say("Traceback:\n{x}", x=text)),
    )
    return DomainReport(
        domain,
        AS_OF,
        verdicts,
        "D, 2 questions open",
        "mailsetup-grade/1",
        ({"id": "x", "name": text, "role": "mailbox", "certainty": "certain", "because": text},),
        (say("Join the records. {text}", text=text),),
        (say("Replayed from a recording: {text}", text=text),),
        pictures(domain, text),
    )


def pictures(domain: str, text: str) -> Pictures:
    """A tree beyond the limit with every way to end, and a way of mail with every state of a host."""
    ends = ("host", "record", "none", "several", "faulty", "loop", "unknown", "macro", "name", "limit")
    leaves = tuple(
        SpfBranch(text, f"include:{text}", 2 + i, 1, end, text if end == "record" else "")
        for i, end in enumerate(ends)
    )
    inner = SpfBranch("a.example", "include:a.example", 1, 11, "record", "v=spf1 -all", leaves, 3)
    root = SpfBranch(domain, "", 0, 12, "record", text, (SpfBranch("", "mx", 0, 1, "host"), inner))
    service = (Service(text, "likely", text),)
    mail = MailPath(
        domain,
        "hosts",
        (
            MailHost(f"mx1.{domain}", 10, ("192.0.2.1", "2001:db8::1"), "found"),
            MailHost("x" * 60 + "." + text, 20, (), "absent"),
            MailHost(f"mx3.{domain}", None, (), "unknown"),
        ),
        4,
        service,
        service,
        service,
    )
    return Pictures(SpfPicture(root, 12, 10, 3, False), mail)


def run(*reports: DomainReport, **fields: Any) -> AuditRun:
    """A run over reports, with zone places for one name."""

    def place(name: str, rdtype: str, about: str) -> Place | None:
        return Place("zones/a b,c:d%.zone", 7) if name.endswith("example.com") else None

    made = AuditRun(
        {"name": "mailsetup", "version": "1.2.3"},
        "recommended",
        iter(reports or (every_status(),)),
        place=place,
        page=check_page,
    )
    return replace(made, **fields)


def hostile_reports() -> Iterator[DomainReport]:
    """The report for each hostile text."""
    for number, text in enumerate(HOSTILE):
        yield every_status(f"h{number}.example.com", text)
