"""Zones of others, planned and published as planned: a second plan has nothing to do, and what was predicted holds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import dns.zone
import pytest

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import TXT, Rdata, present, quoted
from mailsetup.model.finding import DomainReport
from mailsetup.model.plan import Action, Plan
from mailsetup.planning.state import final_records, last_changes
from mailsetup.profiles import load
from mailsetup.run.audit import AuditSettings, audit_domain
from mailsetup.run.plan import PlanOptions, plan, planned_selectors, undo_plan
from tests.corpora import CORPUS
from tests.profiles.planned import example_values

FOLDER = CORPUS / "zones" / "bind"
ZONES = sorted(FOLDER.glob("*.zone"))[::9] if FOLDER.exists() else []
AS_OF = "2026-11-21T12:00:00Z"
MOVES = (("google-workspace",), ("fastmail", "sendgrid"), ("tuta", "resend", "mailchimp"))
Sets = dict[tuple[str, str], tuple[int, list[str]]]


def sets_of(path: Path, origin: str) -> Sets:
    """The record sets of a master file: TTL and data, by owner and type."""
    zone = dns.zone.from_file(str(path), origin=f"{origin}.", relativize=False, check_origin=False)
    return {
        (name.to_text(omit_final_dot=True).lower(), rdata.rdtype.name): (
            rdata.ttl,
            [r.to_text() for r in rdata],
        )
        for name, node in zone.nodes.items()
        for rdata in node
    }


def published(sets: Sets, made: Plan) -> Sets:
    """The record sets once every change of a plan that does not wait is made."""
    last = last_changes(made)
    after = {k: v for k, v in sets.items() if k not in final_records(made)}
    for key, records in final_records(made).items():
        if records:
            kept = last[key].action is Action.KEEP and key in sets
            after[key] = (sets[key][0] if kept else last[key].ttl, [_text(r, key[1]) for r in records])
    return after


def _text(record: Rdata, rdtype: str) -> str:
    return " ".join(map(quoted, record.chunks)) if isinstance(record, TXT) else present(record, rdtype)


def zone(sets: Sets, origin: str) -> ZoneFile:
    lines = [f"{name}. {ttl} IN {kind} {data}" for (name, kind), (ttl, all_) in sets.items() for data in all_]
    return ZoneFile.of("\n".join(sorted(lines, key=lambda line: " SOA " not in line)), origin)


def data(sets: Sets) -> dict[tuple[str, str], set[str]]:
    """The data alone, texts without their chunks."""
    return {k: {d.replace('" "', "").lower() for d in all_} for k, (_, all_) in sets.items() if k[1] != "SOA"}


def verdicts(report: DomainReport | None) -> dict[str, tuple[str, list[str]]]:
    assert report is not None
    return {v.check: (v.status.value, sorted(f.severity.value for f in v.findings)) for v in report.verdicts}


@pytest.mark.slow
@pytest.mark.parametrize("move", MOVES, ids="+".join)
@pytest.mark.parametrize("path", ZONES, ids=lambda p: p.stem)
def test_a_planned_zone_is_what_was_foretold_and_has_nothing_left_to_do(
    path: Path, move: tuple[str, ...]
) -> None:
    """
    Every verdict is the one predicted, a second plan changes no record, and the way back leads to where it began.
    """
    values = {f"{s}.{name}": value for s in move for name, value in example_values(load(s)).items()}
    options = PlanOptions(provider=move[0], senders=move[1:], settings=values, replace_mx=True)
    (origin,) = ZoneFile(path).origins
    before = sets_of(path, origin)
    made = asyncio.run(plan(origin, options, ZoneFile(path), AS_OF))
    after = published(before, made)
    there = zone(after, origin)
    selectors = AuditSettings(selectors=planned_selectors(made))
    again = asyncio.run(plan(origin, options, there, AS_OF))
    back = asyncio.run(undo_plan(made, there, AS_OF))

    assert verdicts(made.predicted) == verdicts(asyncio.run(audit_domain(origin, there, selectors, AS_OF)))
    assert data(after) == data(published(after, again))
    assert () == back.refused
    assert data(before) == data(published(after, back.plan))
