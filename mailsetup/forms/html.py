"""
HTML: the report a consultant hands over. One file that asks nobody for anything.

One domain is a report, several are an index (`html_index`). The page says the same at three levels: to the
owner, to who mends it, to who checks it; without a script it speaks to the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from mailsetup.model.finding import AuditRun, DomainReport

from .page_setup import environment, frame
from .report_view import TONES, view

STYLE = ("base.css", "report.css")


def render(run: AuditRun) -> Iterator[str]:
    """The report of the only domain, or the index of several."""
    reports = iter(run.reports)
    first = next(reports, None)
    second = next(reports, None)
    if first is not None and second is None:
        yield page(run, first)
        return
    from .html_index import render as index

    yield from index(replace(run, reports=chain((r for r in (first, second) if r is not None), reports)))


def page(run: AuditRun, report: DomainReport) -> str:
    """One domain's report, whole."""
    shown = view(run, report)
    label = " · ".join(
        part for part in (shown.domain, shown.as_of[:10], run.brand.name if run.brand else "") if part
    )
    template = environment().get_template("report.html")
    return template.render(
        view=shown,
        tones=TONES,
        tool=run.tool,
        policy_set=run.policy,
        fail_on=run.fail_on,
        **frame(run.brand, STYLE, "report.js", label),
    )
