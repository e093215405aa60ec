"""HTML for a batch: a table of all domains to sort and filter, written row by row; with links where each has a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.model.finding import AuditRun, DomainReport, Severity
from mailsetup.model.names import printable, to_unicode

from .page_setup import environment, frame
from .report_view import TONES, cut, split_grade, tally

STYLE = ("base.css", "index.css")
FINDINGS_SHOWN = 12  # of one domain in its row; its own page or the JSON form has all
LETTERS = ("A", "B", "C", "D", "F")


class Row(NamedTuple):
    """One domain in the table."""

    domain: str
    name: str
    link: str
    letter: str
    note: str
    tone: str
    was: str
    counts: dict[str, int]
    provider: str
    first: str
    advice: str
    findings: tuple[tuple[str, str], ...]
    more: int


def render(run: AuditRun) -> Iterator[str]:
    """The page's head, a row a report, the page's foot."""
    label = " · ".join(
        part for part in (run.tool.get("name", ""), run.brand.name if run.brand else "") if part
    )
    top, bottom = environment().get_template("index.html"), environment().get_template("index_end.html")
    line = environment().get_template("index_row.html")
    shared = {
        "tool": run.tool,
        "letters": LETTERS,
        "compared": bool(run.before),
        **frame(run.brand, STYLE, "index.js", label),
    }
    yield top.render(**shared)
    total, newest = 0, ""
    for report in run.reports:
        total += 1
        newest = max(newest, report.as_of)
        yield line.render(row=row(run, report), compared=bool(run.before))
    yield bottom.render(total=total, as_of=newest.replace("T", " ").replace("Z", " UTC"), **shared)


def row(run: AuditRun, report: DomainReport) -> Row:
    """A report in a line."""
    letter, note = split_grade(report.grade)
    found = sorted((f for v in report.verdicts for f in v.findings), key=lambda f: -f.severity.rank)
    told = [f for f in found if f.severity is not Severity.INFO]
    earlier = run.before.get(report.domain)
    providers = [p.get("name", "") for p in report.providers if p.get("role") in ("mailbox", "forwarding")]
    return Row(
        report.domain,
        printable(to_unicode(report.domain)),
        run.link(report.domain),
        letter,
        note,
        TONES.get(letter, "none"),
        split_grade(str(earlier.get("grade", "")))[0] or "–" if earlier is not None else "",
        tally(report),
        printable(", ".join(dict.fromkeys(providers))),
        *_first(report),
        tuple((f.severity.value, cut(printable(str(f.message)))) for f in told[:FINDINGS_SHOWN]),
        max(0, len(told) - FINDINGS_SHOWN),
    )


def _first(report: DomainReport) -> tuple[str, str]:
    """What to do first: the flaw in its title's words, and the advice."""
    if not report.do_first:
        return "", ""
    flaw, _, advice = printable(str(report.do_first[0])).partition(". ")
    return flaw, advice
