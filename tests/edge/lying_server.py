"""
A name server on loopback that does what no good server does: lies, keeps silent, hangs up, goes round in circles.

A *manner* is a function of the query that returns what is sent: octets, several datagrams, None
for silence, or `HANG_UP` over TCP. Real servers are started elsewhere; this one is for what they refuse to do.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

HANG_UP = object()
Sent: TypeAlias = "bytes | list[bytes] | object | None"
Manner: TypeAlias = "Callable[[dns.message.Message, bool], Sent]"


class LyingServer:
    """UDP and TCP on one loopback port; ``asked`` holds (name, type, over TCP) of every query."""

    def __init__(self, manner: Manner, host: str = "127.0.0.1") -> None:
        self.manner = manner
        self.host = host
        self.asked: list[tuple[str, str, bool]] = []
        self.connections = 0
        self._udp, self._tcp = _same_port(host)
        self.port: int = self._udp.getsockname()[1]
        self.address = f"{host}:{self.port}"
        self._stopped = False

    def __enter__(self) -> LyingServer:
        threading.Thread(target=self._serve_udp, daemon=True).start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        for sock in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def refuse_tcp(self) -> None:
        """From now on nobody listens for TCP."""
        with contextlib.suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()

    def _serve_udp(self) -> None:
        while not self._stopped:
            try:
                wire, client = self._udp.recvfrom(65535)
            except OSError:
                if self._stopped:
                    return
                continue
            for packet in self._replies(wire, False):
                if isinstance(packet, bytes):
                    with contextlib.suppress(OSError):
                        self._udp.sendto(packet, client)

    def _serve_tcp(self) -> None:
        while not self._stopped:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while head := _exactly(connection, 2):
                wire = _exactly(connection, struct.unpack("!H", head)[0])
                for packet in self._replies(wire, True):
                    if packet is HANG_UP:
                        return
                    assert isinstance(packet, bytes)
                    connection.sendall(struct.pack("!H", len(packet)) + packet)

    def _replies(self, wire: bytes, tcp: bool) -> list[bytes | object]:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return []
        asked = query.question[0]
        self.asked.append((asked.name.to_text(True), dns.rdatatype.to_text(asked.rdtype), tcp))
        sent = self.manner(query, tcp)
        if sent is None:
            return []
        return list(sent) if isinstance(sent, list) else [sent]


def _same_port(host: str) -> tuple[socket.socket, socket.socket]:
    for _ in range(50):
        tcp = socket.create_server((host, 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind((host, tcp.getsockname()[1]))
            udp.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20
            )  # the system gives as much as it lets have
        except OSError:
            tcp.close()
            udp.close()
            continue
        return udp, tcp
    raise RuntimeError("no port is free for both UDP and TCP")


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data


def closed_port() -> str:
    """An address of this machine where nobody listens."""
    udp, tcp = _same_port("127.0.0.1")
    address = f"127.0.0.1:{udp.getsockname()[1]}"
    udp.close()
    tcp.close()
    return address


# -- manners ---------------------------------------------------------------------------------------


def response(query: dns.message.Message, *records: str, rcode: int = 0) -> dns.message.Message:
    """
    A response with answer records in presentation form: ``"name ttl IN TYPE data"``.

    Who asks for recursion gets a resolver's answer, who does not an authoritative one.
    """
    message = dns.message.make_response(query, recursion_available=True)
    if not query.flags & dns.flags.RD:
        message.flags |= dns.flags.AA
    message.set_rcode(dns.rcode.Rcode(rcode))
    for record in records:
        name, ttl, _, rdtype, data = record.split(" ", 4)
        message.answer.append(dns.rrset.from_text(name, int(ttl), "IN", rdtype, data))
    return message


def name_of(query: dns.message.Message) -> str:
    return query.question[0].name.to_text().lower()


def honest(zone: dict[tuple[str, str], Iterable[str]]) -> Manner:
    """Says what is in ``{(name, type): [data, ...]}``, follows aliases, truncates over UDP what is too long."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name = name_of(query)
        rdtype = dns.rdatatype.to_text(query.question[0].rdtype)
        records = []
        while (name, rdtype) not in zone and (name, "CNAME") in zone:
            (target,) = zone[name, "CNAME"]
            records.append(f"{name} 300 IN CNAME {target}")
            name = target
        records += [f"{name} 300 IN {rdtype} {data}" for data in zone.get((name, rdtype), ())]
        known = any(owner == name for owner, _ in zone)
        message = response(query, *records, rcode=0 if known else 3)
        if not zone.get((name, rdtype)):
            soa = dns.rrset.from_text("test.", 900, "IN", "SOA", "ns.test. h.test. 1 2 3 4 60")
            message.authority.append(soa)
        wire = message.to_wire(max_size=65535)
        return wire if tcp or len(wire) <= 1232 else truncated(query)

    return manner


def truncated(query: dns.message.Message) -> bytes:
    """Nothing but the TC bit."""
    message = response(query)
    message.flags |= dns.flags.TC
    return message.to_wire()


def silent(query: dns.message.Message, tcp: bool) -> None:
    return None


def saying(rcode: int) -> Manner:
    return lambda query, tcp: response(query, rcode=rcode).to_wire()


def hijacking(address: str) -> Manner:
    """The captive resolver: the same address for everything."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        if query.question[0].rdtype != dns.rdatatype.A:
            return response(query).to_wire()
        return response(query, f"{name_of(query)} 60 IN A {address}").to_wire()

    return manner


def forging_first(manner: Manner) -> Manner:
    """Before the true answer: wrong ids, wrong questions, a query bit, and noise."""

    def forged(query: dns.message.Message, tcp: bool) -> Sent:
        lie = response(query, f"{name_of(query)} 60 IN A 203.0.113.66").to_wire()
        wrong_id = bytes((lie[0] ^ 255, lie[1])) + lie[2:]
        wrong_question = lie[:12] + lie[12:].replace(b"\3www", b"\3wwx", 1)
        not_a_response = lie[:2] + bytes((lie[2] & 0x7F,)) + lie[3:]
        true = manner(query, tcp)
        return [wrong_id, wrong_question, not_a_response, b"", b"\0", lie[:11], true]

    return forged


def slowly(manner: Manner, seconds: float) -> Manner:
    def late(query: dns.message.Message, tcp: bool) -> Sent:
        time.sleep(seconds)
        return manner(query, tcp)

    return late
