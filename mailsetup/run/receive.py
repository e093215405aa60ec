"""One test letter taken over SMTP and judged with the real connection."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

from .message import Judged, Letter, Messages, Settings, circumstances
from .snapshot import refuse_taken
from .sources import SourceSettings


class Listening(NamedTuple):
    """
    Where to wait and for how many seconds; port 0 takes a free one.

    ``certificate`` and ``key`` are PEM files for STARTTLS; without them one is made for the run.
    """

    host: str
    port: int
    seconds: float = 300.0
    certificate: str = ""
    key: str = ""


def listening(text: str, seconds: float) -> Listening:
    """``ADDR:PORT``, ``[v6]:PORT`` or a port alone, which listens on loopback."""
    host, _, port = text.strip().rpartition(":")
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65535:
        raise UsageError(
            say('--listen "{text}" is not ADDR:PORT; write it as 127.0.0.1:2525', text=text[:60])
        )
    return Listening(host.strip("[]") or "127.0.0.1", int(port), seconds)


class Received(NamedTuple):
    """The judged letter, and the run that tells the exit code."""

    done: list[Judged]
    run: Messages


def receive(
    where: Listening,
    sources: SourceSettings,
    settings: Settings,
    announce: Callable[[str, int], None] | None = None,
) -> Received:
    """
    Waits for one letter and judges it; STARTTLS is offered, and whether it was taken up is judged too.

    The connecting address, HELO name and sender are those of the connection unless the settings give others;
    ``announce`` is told the address and port in use.
    """
    from mailsetup.edge.server_certificate import server_tls
    from mailsetup.edge.smtp_receiver import take_one

    circumstances(settings)  # what cannot be read is told before anybody waits
    if settings.record:
        refuse_taken(settings.record, (), force=settings.force)
    tls = server_tls(where.certificate, where.key)
    taken = asyncio.run(take_one(where.host, where.port, where.seconds, announce or _announced, tls))
    known = replace(
        settings,
        ip=settings.ip or taken.ip,
        helo=settings.helo or taken.helo,
        sender=settings.sender or f"<{taken.sender}>",
        encrypted=taken.encrypted,
        observed=frozenset(
            part
            for part, stated in (("ip", settings.ip), ("helo", settings.helo), ("sender", settings.sender))
            if not stated
        ),
    )
    run = Messages(sources, known)
    letter = Letter(str(say("letter from {ip}", ip=known.ip)), taken.data)
    return Received(run.judged(_only(letter)), run)


def _only(letter: Letter) -> Iterator[Letter]:
    yield letter


def _announced(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(
        f"mailsetup: {say('waiting for one letter at {host}:{port}', host=shown, port=port)}",
        file=sys.stderr,
        flush=True,
    )
