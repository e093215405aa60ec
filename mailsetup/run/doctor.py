"""Doctor: what works from here, one line a thing, so that a wrong verdict can be traced to its machine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

from mailsetup._version import __version__

from .sources import SourceSettings

SCHEMA = "mailsetup/doctor/1"
PROXIES = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")
PARTS = {
    "orjson": "faster JSON (pip install 'mailsetup[fast]')",
    "httpx2": "DNS over HTTPS",
    "checkdmarc": "second opinion",
}


class Line(NamedTuple):
    """One thing looked at: ``state`` is ok, note, bad or unknown."""

    subject: str
    state: str
    text: str


def examine(settings: SourceSettings) -> list[Line]:
    """Looks at resolvers, network, clock and optional parts."""
    return [*_basics(), *asyncio.run(_resolvers(settings)), *_environment(), *_parts()]


def _basics() -> Iterator[Line]:
    yield Line("mailsetup", "ok", f"{__version__} on Python {sys.version.split()[0]}, {sys.platform}")
    encoding = (sys.stdout.encoding or "unknown").lower()
    yield Line("terminal", "ok" if "utf" in encoding else "note", f"writes {encoding}")


async def _resolvers(settings: SourceSettings) -> list[Line]:
    from mailsetup.edge.dns.live import Live
    from mailsetup.edge.dns.probe import examine as probe

    live = Live(settings.resolvers, timeout=min(settings.timeout, 2.0), retries=settings.retries)
    try:
        health = await probe(live)
    finally:
        await live.close()
    if not health:
        return [Line("resolver", "bad", "none is configured; give one with --resolver ADDR")]
    return [
        Line(f"resolver {h.address}", "ok" if h.answering and not h.lying else "bad", h.sentence)
        for h in health
    ]


def _environment() -> Iterator[Line]:
    for name in PROXIES:
        if os.environ.get(name):
            yield Line(name, "note", "is set and honoured for HTTPS and DNS over HTTPS")


def _parts() -> Iterator[Line]:
    for module, purpose in PARTS.items():
        there = find_spec(module) is not None or find_spec(module.rstrip("2")) is not None
        yield Line(module, "ok" if there else "note", f"{'there' if there else 'not installed'}: {purpose}")


def document(lines: list[Line]) -> dict[str, Any]:
    """The lines as data."""
    return {"schema": SCHEMA, "lines": [line._asdict() for line in lines]}
