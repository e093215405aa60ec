"""
One audit in a warm process, with a source of its own; prints how long it took.

    one_audit.py IP:PORT DOMAIN

Everything is imported before, by an audit of an empty zone; the answers come over the network, none is
known.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import mailsetup.aio
from mailsetup import Live, ZoneFile


async def main(resolver: str, domain: str) -> None:
    await mailsetup.aio.audit("example.com", source=ZoneFile.of("@ A 192.0.2.1", "example.com"))
    source = Live([resolver])
    began, cpu = time.perf_counter(), time.process_time()
    report = await mailsetup.aio.audit(domain, source=source)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    await source.close()
    print(json.dumps({"seconds": took, "cpu": spent, "verdicts": len(report.verdicts)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
