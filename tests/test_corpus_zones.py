"""Every zone that others published goes through audit and plan: no crash, nothing unknown taken for missing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import Outcome
from mailsetup.model.errors import MailsetupError
from mailsetup.model.finding import Status
from mailsetup.planning import saved
from mailsetup.planning.state import final_records
from mailsetup.run.audit import audit_domain
from mailsetup.run.plan import PlanOptions, plan
from tests.corpora import CORPUS, corpus

FOLDER = CORPUS / "zones" / "bind"
ZONES = sorted(FOLDER.glob("*.zone")) if FOLDER.exists() else []
AS_OF = "2026-11-21T12:00:00Z"


def test_the_zones_are_there() -> None:
    """
    Without the corpus the tests below have nothing to do, which CI must notice.
    """
    assert list(corpus("zones/bind").glob("*.zone"))


@pytest.mark.parametrize("path", ZONES, ids=lambda p: p.stem)
def test_a_real_zone_is_judged_and_planned(path: Path) -> None:
    """
    No check crashes, no finding rests on what was not asked, and no plan holds two SPF or DMARC records.
    """
    source = ZoneFile(path)
    (domain,) = source.origins
    report = asyncio.run(audit_domain(domain, source, as_of=AS_OF))

    assert [] == [v for v in report.verdicts if v.status is Status.CRASHED]
    unasked = [
        f"{v.check}: {e.question}"
        for v in report.verdicts
        if v.status is Status.FAIL
        for f in v.findings
        for e in f.evidence
        if e.answer.outcome is Outcome.UNASKED
    ]
    assert [] == unasked
    for options in (PlanOptions(provider="google-workspace"), PlanOptions(no_mail=True)):
        _sound(domain, source, options)


def _sound(domain: str, source: ZoneFile, options: PlanOptions) -> None:
    try:
        made = asyncio.run(plan(domain, options, source, AS_OF))
    except MailsetupError:
        return
    for (owner, rdtype), records in final_records(made).items():
        texts: list[Any] = [getattr(r, "text", "") for r in records]
        assert sum(t.lower().startswith("v=spf1") for t in texts) <= 1, (owner, rdtype, texts)
        assert sum(t.startswith("v=DMARC1") for t in texts) <= 1, (owner, rdtype, texts)
    assert made.changes == saved.loads(saved.dumps(made)).changes
