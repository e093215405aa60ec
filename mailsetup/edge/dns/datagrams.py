"""Questions over UDP: one connected socket, its ids, and what may come back (RFC 1035 section 4.2.1)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Final, cast

from .asking import Asking, Carrier, answers

READ_AT_ONCE = 64  # messages taken from a socket before the loop looks elsewhere: a full window of answers
DATAGRAM: Final = 65_535  # octets, RFC 768; servers keep to what EDNS tells them, or lie
SOCKET_QUESTIONS: Final = 4000  # after which a socket gives way to one with another port
RECEIVE_BUFFER: Final = 1 << 20  # octets asked of the system, which may give less
_IDS: Final = 2048  # ids fetched at a time


class Ids:
    """Message ids nobody can guess (RFC 5452 section 9.2), drawn in blocks since each draw is a system call."""

    __slots__ = ("_block", "_next")

    def __init__(self) -> None:
        self._block = b""
        self._next = 0

    def take(self) -> bytes:
        """Two fresh octets."""
        at = self._next
        if at >= len(self._block):
            self._block = os.urandom(2 * _IDS)
            at = 0
        self._next = at + 2
        return self._block[at : at + 2]


class Datagrams(asyncio.DatagramProtocol):
    """One connected UDP socket and the questions unanswered on it."""

    __slots__ = ("ids", "sent", "server", "sock", "transport", "waiting", "worn")

    def __init__(self, server: Carrier, sock: socket.socket) -> None:
        self.server = server
        self.sock = (
            sock  # written to directly: what the transport does in between costs a tenth of a question
        )
        self.ids = Ids()  # its own, so that a copy of this process never repeats another's
        self.waiting: dict[bytes, Asking] = {}
        self.transport: asyncio.DatagramTransport | None = None
        self.sent = 0
        self.worn = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def send(self, asking: Asking) -> None:
        """Gives a question a fresh id and leaves it to the server's next burst (`Server.burst`)."""
        ident = self.ids.take()
        waiting = self.waiting
        while ident in waiting:
            ident = self.ids.take()
        waiting[ident] = asking
        asking.places.append((waiting, ident))
        self.sent += 1
        if self.sent >= SOCKET_QUESTIONS:
            self.worn = True
            self.server.worn(self)
        outgoing = self.server.outgoing
        if not outgoing:
            self.server.loop.call_soon(self.server.burst)
        outgoing.append((self, ident + asking.tail))

    def put(self, message: bytes) -> None:
        """Hands a message to the system."""
        try:
            self.sock.send(message)
        except (BlockingIOError, InterruptedError):
            assert self.transport is not None
            self.transport.sendto(message)  # which waits until there is room
        except OSError as fault:
            self.error_received(fault)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Takes the message the loop brings, and those that lie behind it already."""
        server, waiting = self.server, self.waiting
        desk, receive = server.desk, self.sock.recv
        left = READ_AT_ONCE
        while True:
            asking = waiting.get(data[:2])
            if asking is None or not answers(data, asking):
                server.silence = 0.0
                desk.stray()
            else:
                desk.received(asking, data, server, whole=False)
            left -= 1
            if not left or not waiting:
                break
            try:
                data = receive(DATAGRAM)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as fault:
                self.error_received(fault)
                break
        if self.worn and not waiting:
            self.close()

    def error_received(self, exc: Exception) -> None:
        # May be called from within `send`: what follows must not run inside it.
        self.server.loop.call_soon(self._refused, exc)

    def _refused(self, exc: Exception) -> None:
        pending = list(self.waiting.values())
        if pending:
            self.server.refused(pending, exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self.worn = True
        self.server.lost(self)

    def close(self) -> None:
        """Closes the socket."""
        if self.transport is not None:
            self.transport.close()


async def open_link(server: Carrier) -> Datagrams:
    """A socket connected to a server, on a port the system chose at random."""
    loop = server.loop
    host, port = server.address.host.encode("ascii"), server.address.port  # of a text `idna` would be asked
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)  # asks nobody
    family, kind, protocol, _, remote = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.connect(remote)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        _, link = await loop.create_datagram_endpoint(lambda: Datagrams(server, sock), sock=sock)
    except BaseException:
        sock.close()
        raise
    return link
