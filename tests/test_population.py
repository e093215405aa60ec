"""
Every real domain goes through the audit: nothing crashes, and no check changes its mind unseen.

The counts per check over the corpus stand in a committed table; any change of any check shows
as a number. ``pytest --update-goldens`` writes the table anew, to be read before it is committed.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from mailsetup.model.finding import Status
from mailsetup.run.audit import AuditSettings, collect_case, report_on
from tests.real_world import RealWorld, profiles

TABLE = Path(__file__).with_name("population.json")
EVERY = 8  # each eighth domain, so that the test takes seconds; the bench takes them all


async def judged(world: RealWorld, domains: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for domain in domains:
        case = await collect_case(domain, world, AuditSettings(), as_of="2026-11-21T12:00:00Z")
        report = report_on(case, AuditSettings())
        for verdict in report.verdicts:
            if verdict.status is Status.CRASHED:
                pytest.fail(f"{domain}: {verdict.check} crashed\n{verdict.reason}")
            if verdict.status is not Status.PASS and verdict.status is not Status.NOT_APPLICABLE:
                counts[f"{verdict.check} {verdict.status.value}"] += 1
    return counts


@pytest.mark.slow
def test_the_population_is_judged_as_before(request: pytest.FixtureRequest) -> None:
    """
    The table says how many of the domains each check finds fault with.
    """
    sample = list(profiles())[::EVERY]
    world = RealWorld(sample)

    counts = asyncio.run(judged(world, world.domains))

    found = {"domains": len(world.domains), **dict(sorted(counts.items()))}
    if request.config.getoption("--update-goldens"):
        TABLE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert json.loads(TABLE.read_text(encoding="utf-8")) == found
