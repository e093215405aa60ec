"""One cause, one finding: the whole set of errors and warnings of each zone in ``broken_zones.md`` is held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mailsetup.model.case import Case, Scope
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.run.judge import judge
from mailsetup.run.recognition import detectors, selector_hints
from mailsetup.run.registry import all_checks
from tests.zones import ClosedWorld, world

TEXT = (Path(__file__).parent / "broken_zones.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (.+)\n\n(?:(.*) -> (.*)\n\n)?((?:    .+\n?)*)", re.MULTILINE)


class Broken(NamedTuple):
    """A zone of the page: what is wrong, whose verdict, and the checks that may say so."""

    title: str
    domain: str
    alone: bool
    expected: tuple[str, ...]
    lines: str


def zones() -> Iterator[Broken]:
    """The zones of the page, the well-kept one first."""
    for title, setting, expected, lines in SECTION.findall(TEXT):
        domain = re.search(r"\(of (\S+)\)", setting)
        checks = tuple(sorted(re.findall(r"`([^`]+)`", expected)))
        yield Broken(title, domain[1] if domain else "example.com", "*Alone*" in setting, checks, lines)


ZONES = tuple(zones())
WELL_KEPT, BROKEN = ZONES[0], ZONES[1:]


def place_of(zone: Broken) -> ClosedWorld:
    """The world a zone describes."""
    origin = ".".join(zone.domain.split(".")[-2:])
    if zone.alone or zone is WELL_KEPT:
        return world(zone.lines, origin)
    changes = "\n".join(f"@changed {line.strip()}" for line in zone.lines.splitlines())
    return world(WELL_KEPT.lines + "\n" + changes, origin).as_seen_at("changed")


def case_of(zone: Broken) -> Case:
    """A zone, collected; opt-in probes are left out."""
    selectors = () if zone.alone else ("s1",)
    scope = Scope(zone.domain, selectors, selector_hints=selector_hints(), detectors=detectors())
    wanted = dict.fromkeys(walk for check in all_checks() if not check.opt_in for walk in check.reads)
    return place_of(zone).case(wanted, scope)


def verdicts_on(zone: Broken) -> tuple[Verdict, ...]:
    """What every check says of a zone."""
    return judge(case_of(zone), all_checks())


def complaints(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """The checks that report an error or a warning."""
    return tuple(
        sorted(
            v.check
            for v in verdicts
            if v.status is Status.FAIL and any(f.severity is not Severity.INFO for f in v.findings)
        )
    )


def test_the_well_kept_zone_has_no_complaint_and_no_open_question() -> None:
    """
    What is right is left in peace.
    """
    verdicts = verdicts_on(WELL_KEPT)

    assert () == complaints(verdicts)
    assert [] == [v.check for v in verdicts if v.status in (Status.INCONCLUSIVE, Status.CRASHED)]


def test_there_are_thirty_broken_zones_and_more() -> None:
    """
    The page was read whole.
    """
    assert len(BROKEN) >= 30
    assert all(zone.expected for zone in BROKEN)


@pytest.mark.parametrize("zone", BROKEN, ids=lambda z: z.title)
def test_a_broken_zone_gets_exactly_its_findings(zone: Broken) -> None:
    """
    One cause gives one finding: what is expected, and nothing else.
    """
    verdicts = verdicts_on(zone)

    assert [] == [str(v.reason) for v in verdicts if v.status is Status.CRASHED]
    assert zone.expected == complaints(verdicts)
