"""
Where an audit's processor time goes: asking, walking, judging, rendering; milliseconds a domain.

    stages.py IP:PORT FILE

One process, a window of domains in flight. Judging and rendering are timed as they happen; walking is what
replaying every walk on the recorded answers takes; asking is the rest of the collection: sockets,
parsing, the cache and the event loop. Imports are done and the collector is set as in a batch.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import pairwise
from pathlib import Path

from mailsetup import Live, ZoneFile
from mailsetup.forms.jsonl import line
from mailsetup.model.case import Case, arguments
from mailsetup.model.walk import replay
from mailsetup.run.audit import WINDOW, AuditSettings, collect_case, report_on, settle_memory

SETTINGS = AuditSettings()


async def main(resolver: str, file: str) -> None:
    warm = await collect_case("example.com", ZoneFile.of("@ A 192.0.2.1", "example.com"), SETTINGS)
    line(report_on(warm, SETTINGS))
    settle_memory()
    domains = iter(Path(file).read_text(encoding="utf-8").split())
    source, cases = Live([resolver]), list[Case]()

    async def work() -> None:
        for domain in domains:
            cases.append(await collect_case(domain, source, SETTINGS))

    marks = [time.process_time()]
    await asyncio.gather(*(work() for _ in range(WINDOW)))
    marks.append(time.process_time())
    facts = [[walk for walk in case.facts if not isinstance(walk, tuple)] for case in cases]
    reports = [report_on(case, SETTINGS) for case in cases]
    marks.append(time.process_time())
    octets = sum(len(line(report)) for report in reports)
    marks.append(time.process_time())
    for case, walks in zip(cases, facts, strict=True):
        for walk in walks:
            replay(walk(*arguments(walk, case.scope)), case.snapshot.answers)
    marks.append(time.process_time())
    await source.close()
    collected, judged, rendered, walked = (
        1000 * (after - before) / len(cases) for before, after in pairwise(marks)
    )
    split = {"ask": collected - walked, "walk": walked, "judge": judged, "render": rendered}
    print(json.dumps({**split, "domains": len(cases), "octets": octets / len(cases)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
