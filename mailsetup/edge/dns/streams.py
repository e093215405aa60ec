"""Questions over one kept TCP or TLS connection, many at a time (RFC 7766, RFC 7858)."""

from __future__ import annotations

import asyncio
from typing import cast

from .asking import Asking, Carrier, answers
from .datagrams import Ids


class Stream(asyncio.Protocol):
    """A connection and the questions unanswered on it; each message has its length in front."""

    __slots__ = ("buffer", "ids", "server", "transport", "usable", "used", "waiting")

    def __init__(self, server: Carrier) -> None:
        self.server = server
        self.waiting: dict[bytes, Asking] = {}
        self.ids = Ids()
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.usable = False
        self.used = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.usable = True
        self.used = self.server.loop.time()

    def send(self, asking: Asking) -> None:
        """Sends a question under a fresh id."""
        ident = self.ids.take()
        while ident in self.waiting:
            ident = self.ids.take()
        self.waiting[ident] = asking
        asking.places.append((self.waiting, ident))
        self.used = self.server.loop.time()
        message = ident + asking.tail
        assert self.transport is not None
        self.transport.write(len(message).to_bytes(2, "big") + message)

    def data_received(self, data: bytes) -> None:
        self.buffer += data  # at most one message of 64 kB and one read more, since whole ones are taken out
        start = 0
        while len(self.buffer) - start >= 2:
            end = start + 2 + int.from_bytes(self.buffer[start : start + 2], "big")
            if len(self.buffer) < end:
                break
            self._message(bytes(self.buffer[start + 2 : end]))
            start = end
        if start:
            del self.buffer[:start]
            self.server.pump_stream()

    def _message(self, packet: bytes) -> None:
        asking = self.waiting.get(packet[:2])
        if asking is None or not answers(packet, asking):
            self.server.silence = 0.0
            self.server.desk.stray()
            return
        self.server.heard_by_stream = True
        self.server.desk.received(asking, packet, self.server, whole=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        pending = list(self.waiting.values())
        self.waiting.clear()
        if self.server.stream is self:
            self.server.stream = None
        self.server.hung_up(pending, exc)

    def close(self) -> None:
        """Closes the connection."""
        self.usable = False
        if self.transport is not None:
            self.transport.abort()


async def open_stream(server: Carrier) -> Stream:
    """A connection to a server; over TLS its certificate must be good for the name that was given."""
    address = server.address
    if address.scheme != "tls":
        _, stream = await server.loop.create_connection(lambda: Stream(server), address.host, address.port)
        return stream
    import ssl

    context = ssl.create_default_context()  # reads SSL_CERT_FILE
    _, stream = await server.loop.create_connection(
        lambda: Stream(server), address.host, address.port, ssl=context, server_hostname=address.host
    )
    return stream
