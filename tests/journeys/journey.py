"""A move on BIND: plan, publish phase by phase as an owner would, verify after each, and take it all back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import dns.query
import dns.rdata
import dns.rdatatype
import dns.zone

from mailsetup.edge.dns.live import Live
from mailsetup.edge.source import Source
from mailsetup.model.dns import dotted
from mailsetup.model.finding import DomainReport
from mailsetup.model.plan import Action, Plan, RecordChange
from mailsetup.planning.renderers._sets import zone_text
from mailsetup.planning.saved import dumps, loads
from mailsetup.planning.verify import Verification
from mailsetup.run.audit import AuditSettings, audit_domain
from mailsetup.run.plan import PlanOptions, plan, planned_selectors, undo_plan
from mailsetup.run.verify import verify
from tests.servers.bind import Bind, bind

T = TypeVar("T")
AS_OF = "2026-11-21T12:00:00Z"

ROOT = """
$TTL 3600
@ SOA ns1.dns.test. hostmaster.dns.test. 1 7200 3600 1209600 600
@ NS ns1.dns.test.
"""
PROVIDERS = {
    "google.com": """
_spf TXT "v=spf1 ip4:192.0.2.0/24 ~all"
smtp A 192.0.2.25
""",
    "outlook.com": """
spf.protection TXT "v=spf1 ip4:203.0.113.0/25 -all"
example-com.mail.protection A 203.0.113.25
autodiscover A 203.0.113.26
""",
    "mcsv.net": """
servers TXT "v=spf1 ip4:203.0.113.128/25 -all"
dkim2 TXT "v=DKIM1; k=rsa; p=MIGf"
dkim3 TXT "v=DKIM1; k=rsa; p=MIGf"
""",
    "mimecast.com": """
eu-smtp-inbound-1 A 198.51.100.21
eu-smtp-inbound-2 A 198.51.100.22
eu._netblocks TXT "v=spf1 ip4:198.51.100.0/26 -all"
""",
    "dns.test": "ns1 A 127.0.0.1\n",
    "com": "",
    "net": "",
}


class Journey:
    """One domain on its way; ``zone`` is where its records are published."""

    def __init__(self, server: Bind, domain: str, zone: str) -> None:
        self.server, self.domain, self.zone = server, domain, zone
        self.before = self.records()

    def source(self) -> Source:
        """Live resolvers without a memory of earlier answers."""
        return Live((self.server.resolver,), timeout=2.0)

    def run(self, job: Coroutine[Any, Any, T]) -> T:
        """A coroutine to its end."""
        return asyncio.run(job)

    def plan(self, **options: Any) -> Plan:
        """The plan for the domain as it is now, as it comes back from its file."""
        return loads(dumps(self.foreseen(predict=False, **options)))

    def foreseen(self, **options: Any) -> Plan:
        """The plan with what an audit will say of its end."""

        async def made() -> Plan:
            source = self.source()
            try:
                return await plan(self.domain, PlanOptions(**options), source, AS_OF)
            finally:
                await source.close()

        return self.run(made())

    def audit(self, made: Plan) -> DomainReport:
        """What an audit says now, looking at the selectors the plan published."""

        async def judged() -> DomainReport:
            source = self.source()
            try:
                settings = AuditSettings(selectors=planned_selectors(made))
                return await audit_domain(made.domain, source, settings, AS_OF)
            finally:
                await source.close()

        return self.run(judged())

    def verify(self, made: Plan, phase: int | str | None = None) -> Verification:
        """What verify says now."""

        async def found() -> Verification:
            source = self.source()
            try:
                return await verify(made, source, phase)
            finally:
                await source.close()

        return self.run(found())

    def publish(self, changes: list[RecordChange]) -> None:
        """The changes: what goes first, then what comes, since nothing stands beside a CNAME."""
        for c in sorted(changes, key=lambda c: bool(c.after)):
            records = [zone_text(r, c.rdtype) for r in c.after]
            self.server.update(self.zone, (dotted(c.owner), c.rdtype, records), ttl=c.ttl)

    def carry_out(self, made: Plan) -> None:
        """Every phase with changes in turn; each verifies, and those after it are not yet due."""
        for phase in made.phases:
            if not any(c.phase == phase.number for c in made.changes):
                continue  # a step of enforcement that is left to the owner and his reports
            todo = [
                c
                for c in made.changes
                if c.phase == phase.number and c.action not in (Action.KEEP, Action.WAITING)
            ]
            self.publish(todo)
            found = self.verify(made, phase.number)
            assert 0 == found.exit_code, [
                (i.change.owner, i.change.rdtype, i.status, str(i.message)) for i in found.items
            ]
        assert self.finished(made)

    def finished(self, made: Plan) -> bool:
        """Whether all is there, steps of enforcement that rest on reports aside."""
        return self.verify(made, "all").finished

    def take_back(self, made: Plan) -> None:
        """The undo plan carried out leaves the zone as it was."""

        async def way() -> Any:
            source = self.source()
            try:
                return await undo_plan(made, source, AS_OF)
            finally:
                await source.close()

        undoing = self.run(way())
        assert () == undoing.refused
        for phase in undoing.plan.phases:
            self.publish([c for c in undoing.plan.changes if c.phase == phase.number])
        assert self.before == self.records()

    def records(self) -> dict[tuple[str, str], set[str]]:
        """Everything in the zone but the SOA."""
        transfer = dns.query.xfr(
            self.server.address, self.zone, port=self.server.port, lifetime=10, relativize=False
        )
        content = dns.zone.from_xfr(transfer, relativize=False)
        return {
            (str(name), dns.rdatatype.to_text(rdataset.rdtype)): {_plain(r) for r in rdataset}
            for name, node in content.items()
            for rdataset in node
            if rdataset.rdtype != dns.rdatatype.SOA
        }


def _plain(record: dns.rdata.Rdata) -> str:
    """Presentation form, a text without its cuts."""
    return record.to_text().replace('" "', "") if record.rdtype == dns.rdatatype.TXT else record.to_text()


@contextmanager
def journey(
    tmp: Path, text: str, domain: str = "example.com", more: dict[str, str] | None = None, zone: str = ""
) -> Iterator[Journey]:
    """A BIND with the domain's zone, the providers' names, and whatever zones the journey passes."""
    zone = zone or domain
    zones = {name: ROOT + body for name, body in {**PROVIDERS, **(more or {})}.items()}
    zones[zone] = zones.get(zone, ROOT) + text if zone in (more or {}) else ROOT + text
    with bind(zones, tmp, updates=True) as server:
        yield Journey(server, domain, zone)
