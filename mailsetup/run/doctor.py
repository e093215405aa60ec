"""Doctor: what works from here, one line a thing, so that a wrong verdict can be traced to its machine."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from mailsetup._version import __version__
from mailsetup.model import retold
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say

from .sources import SourceSettings

if TYPE_CHECKING:
    from mailsetup.edge.dns.live import Live
    from mailsetup.edge.dns.probe import Health

SCHEMA = "mailsetup/doctor/1"
PROXIES = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")
PARTS = {
    "orjson": phrase("faster JSON (pip install 'mailsetup[fast]')"),
    "httpx2": phrase("DNS over HTTPS"),
    "checkdmarc": phrase("second opinion"),
}
COMPILED = "mailsetup__mypyc"  # what hatch_build.py makes


class Line(NamedTuple):
    """One thing looked at: ``state`` is ok, note, bad or unknown; ``subject`` is a name or a text of the catalogue."""

    subject: str | Message
    state: str
    text: str | Message


_OFFLINE = Line(phrase("network"), "note", say("not looked at: --offline asks nobody"))


def examine(settings: SourceSettings) -> list[Line]:
    """Looks at resolvers, network, clock and optional parts."""
    network = asyncio.run(_network(settings)) if settings.live else [_OFFLINE]
    return [*_basics(), *network, *_environment(), *_parts()]


def _basics() -> Iterator[Line]:
    yield Line(
        "mailsetup",
        "ok",
        say(
            "{version} on Python {python}, {platform}",
            version=__version__,
            python=sys.version.split()[0],
            platform=sys.platform,
        ),
    )
    encoding = (sys.stdout.encoding or "unknown").lower()
    yield Line(
        phrase("terminal"), "ok" if "utf" in encoding else "note", say("writes {encoding}", encoding=encoding)
    )


async def _network(settings: SourceSettings) -> list[Line]:
    from mailsetup.edge.dns.dns64 import SeeingThrough
    from mailsetup.edge.dns.probe import examine as probe

    live = SeeingThrough(settings.resolvers, timeout=min(settings.timeout, 2.0), retries=settings.retries)
    try:
        health = await probe(live)
        if not health:
            return [Line(phrase("resolver"), "bad", say("none is configured; give one with --resolver ADDR"))]
        found = [
            Line(
                say("resolver {address}", address=h.address),
                _state(h),
                h.sentence,
            )
            for h in health
        ]
        if any(_state(h) == "ok" for h in health):
            found.append(await _clock(live))
            found.append(await _port_25(live))
        return found
    finally:
        await live.close()


def _state(health: Health) -> str:
    """A server that answers for its own zones alone is sound, and no resolver."""
    if not health.answering or health.lying:
        return "bad"
    return "note" if health.refusing else "ok"


async def _clock(live: Live) -> Line:
    """The clock against the root's signatures: hours are not seen, a wrong month is."""
    from mailsetup.edge.dns.clock import root_span

    spans = [await root_span(a) for a in live.addresses if a.scheme == "dns"]
    span = next((s for s in spans if s is not None), None)
    if span is None:
        return Line(
            phrase("clock"),
            "unknown",
            say("no resolver shows the signatures of the root, so nothing tells the time"),
        )
    return judge_clock(time.time(), span.inception, span.expiration)


def judge_clock(now: float, inception: int, expiration: int) -> Line:
    """A time against the span of a signature that is valid now."""
    if now < inception:
        return Line(
            "clock", "bad", say("is slow: the signatures of the DNS root are not valid yet; set it right")
        )
    if now > expiration:
        return Line(
            "clock", "bad", say("is fast: the signatures of the DNS root are no longer valid; set it right")
        )
    return Line("clock", "ok", say("fits the signatures of the DNS root"))


async def _port_25(live: Live) -> Line:
    """Port 25 to mail hosts of two unrelated operators: greeting, EHLO, STARTTLS, QUIT."""
    from mailsetup.edge.drive import drive
    from mailsetup.edge.network import Network
    from mailsetup.walks.port_25 import control_hosts
    from mailsetup.walks.starttls import one_mail_server

    network = Network(live)
    hosts = control_hosts()
    servers = await asyncio.gather(*(drive(one_mail_server(host), network) for host in hosts))
    answered = [s.host for s in servers if not s.answer.unknown]
    if answered:
        return Line(
            phrase("port 25"),
            "ok",
            say("{host} answers; --smtp can look at mail hosts from here", host=answered[0]),
        )
    return Line(
        "port 25",
        "note",
        say(
            "neither {hosts} answers: it is blocked from here, so --smtp cannot tell anything",
            hosts=f" {translated('nor')} ".join(hosts),
        ),
    )


def _environment() -> Iterator[Line]:
    from mailsetup.edge.trust import VARIABLE, authorities_fault

    for name in PROXIES:
        fault = authorities_fault() if name == VARIABLE else ""
        if fault:
            yield Line(name, "bad", retold.as_message(fault))
        elif os.environ.get(name):
            yield Line(name, "note", say("is set and honoured for HTTPS and DNS over HTTPS"))


def _parts() -> Iterator[Line]:
    for module, purpose in PARTS.items():
        there = find_spec(module) is not None or find_spec(module.rstrip("2")) is not None
        said = Message(purpose)
        yield Line(
            module,
            "ok" if there else "note",
            say("there: {purpose}", purpose=said) if there else say("not installed: {purpose}", purpose=said),
        )
    compiled = find_spec(COMPILED) is not None
    yield Line(
        phrase("compiled modules"),
        "ok" if compiled else "note",
        say("there: lists of domains take three quarters of the time")
        if compiled
        else say(
            "not there: lists of domains take a third longer; a wheel built where there is a C compiler has them"
        ),
    )


def _document(line: Line) -> dict[str, str]:
    subject = line.subject.english() if isinstance(line.subject, Message) else line.subject
    return {"subject": subject, "state": line.state, "text": str(line.text)}


def document(lines: list[Line]) -> dict[str, Any]:
    """The lines as data."""
    return {"schema": SCHEMA, "lines": [_document(line) for line in lines]}
