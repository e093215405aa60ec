"""Domains judged side by side get the verdicts each gets alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from mailsetup.model.case import Case
from mailsetup.model.check import Check
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import DomainReport, Status
from mailsetup.run.audit import AuditSettings, Reports
from mailsetup.run.house_rules import HouseRules
from mailsetup.run.judge import judge, judge_side_by_side
from mailsetup.run.registry import all_checks
from mailsetup.run.sources import SourceSettings

from .test_broken_zones import ZONES, Broken, case_of


def silenced(zone: Broken) -> Case:
    """A zone whose MX question nobody answered."""
    case = case_of(zone)
    question = DnsQuestion(case.domain, "MX")
    answers = {**case.snapshot.answers, question: DnsAnswer(Outcome.TIMEOUT)}
    return Case(case.scope, replace(case.snapshot, answers=answers))


def cases() -> list[Case]:
    """Every zone of the page, and each a second time with an answer lost."""
    return [make(zone) for zone in ZONES for make in (case_of, silenced)]


def test_side_by_side_is_as_alone():
    """Root causes, gates, silence and findings of one domain say nothing about its neighbours."""
    checks = all_checks()

    alone = [judge(case, checks) for case in cases()]
    together = judge_side_by_side(cases(), checks)

    assert alone == together
    assert [v.noted for v in alone] == [v.noted for v in together]
    statuses = {verdict.status for verdicts in together for verdict in verdicts}
    assert {Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.INCONCLUSIVE} == statuses


def test_a_check_that_raises_is_crashed_for_that_domain_only():
    """Our fault with one domain is told there, and the others are judged."""
    cases = [case_of(zone) for zone in ZONES[:3]]
    broken = cases[1]

    def act(case: Case) -> tuple[()]:
        assert case is not broken
        return ()

    mx, *others = (c for c in all_checks() if not c.opt_in and c.applies_to is None)
    raising: tuple[Check, ...] = (replace(mx, judge=act), *others)
    found = [verdicts[0].status for verdicts in judge_side_by_side(cases, raising)]

    assert [Status.PASS, Status.CRASHED, Status.PASS] == found


class Raising:
    """Rules of a house that cannot be applied."""

    def selectors(self, domain: str) -> tuple[str, ...]:
        """None."""
        return ()

    def applied(self, *_: object) -> DomainReport:
        """A fault of ours."""
        raise ZeroDivisionError


def test_whoever_waits_hears_of_a_fault_of_ours(tmp_path: Path):
    """A report that cannot be made ends the run; it never leaves it waiting."""
    zone = tmp_path / "example.com.zone"
    zone.write_text("$ORIGIN example.com.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n", encoding="utf-8")
    settings = AuditSettings(house=cast(HouseRules, Raising()))

    async def taken(reports: Reports) -> None:
        await asyncio.wait_for(reports._one("example.com"), 20)

    with (
        Reports(iter(()), SourceSettings(zones=(str(zone),), offline=True), settings) as reports,
        pytest.raises(ZeroDivisionError),
    ):
        reports._loop.run_until_complete(taken(reports))
