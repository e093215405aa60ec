"""
IPv6 addresses that a resolver makes up (DNS64, RFC 6147), and what is published in their place.

Where a network reaches IPv4 through a translator, its resolver answers AAAA for hosts that have none: a prefix with
the IPv4 address in it. Nobody published it. The prefix is found out as RFC 7050 says; what is published such a
resolver tells whoever asks with DO and CD (RFC 6147 section 5.5). One that makes addresses up even then tells nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from mailsetup.edge.neighbours import Neighbours
from mailsetup.edge.once import Once
from mailsetup.edge.source import Pending, then
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.message import phrase

from .live import STOPPED, new_asking
from .servers import SOCKET_WINDOW, Server
from .sharing import Sharing
from .wire import query_tail

WITHOUT: Final = DnsQuestion("ipv4only.arpa", "AAAA")  # RFC 7050 section 3: it has IPv4 addresses only
WELL_KNOWN: Final = (bytes((192, 0, 0, 170)), bytes((192, 0, 0, 171)))  # RFC 7050 section 2.2
PLACES: Final = {
    32: (4, 5, 6, 7),
    40: (5, 6, 7, 9),
    48: (6, 7, 9, 10),
    56: (7, 9, 10, 11),
    64: (9, 10, 11, 12),
    96: (12, 13, 14, 15),
}  # RFC 6052 section 2.2: where the IPv4 address stands, by the length of the prefix
RESERVED: Final = 8  # the octet that is zero beside every prefix below 96 bits, RFC 6052 section 2.2
CHECKING_DISABLED: Final = 0x10  # in the fourth octet of a message, RFC 4035 section 3.2.2
KEPT: Final = 8192  # names whose published addresses are kept
MADE_UP: Final = phrase("the resolver made up the address (DNS64) and does not say what is published")


def prefixes(records: Iterable[object]) -> tuple[ipaddress.IPv6Network, ...]:
    """The prefixes in the addresses of a name that has the two well-known IPv4 addresses and no others."""
    found: dict[ipaddress.IPv6Network, None] = {}
    for record in records:
        octets = ipaddress.IPv6Address(str(record)).packed
        for known in WELL_KNOWN:
            lengths = [n for n, places in PLACES.items() if _stands(octets, n, places, known)]
            if len(lengths) == 1:  # twice in one address tells nothing, RFC 7050 section 3
                found[ipaddress.IPv6Network((octets, lengths[0]), strict=False)] = None
    return tuple(found)


def _stands(octets: bytes, length: int, places: tuple[int, ...], known: bytes) -> bool:
    return bytes(octets[i] for i in places) == known and (length == 96 or octets[RESERVED] == 0)


def embedded(prefix: ipaddress.IPv6Network, address: str) -> str:
    """The IPv6 address by which a host with this IPv4 address is reached through the translator."""
    octets = bytearray(prefix.network_address.packed)
    for place, octet in zip(PLACES[prefix.prefixlen], ipaddress.IPv4Address(address).packed, strict=True):
        octets[place] = octet
    return str(ipaddress.IPv6Address(bytes(octets)))


class Unaided(NamedTuple):
    """Which addresses a resolver, by its text, has for a name if it is asked not to make any up."""

    name: str
    rdtype: str
    server: str


class Translation(NamedTuple):
    """
    What a probe found out about made-up addresses, for other processes to begin with.

    ``prefixes`` by which they are made, ``insisting`` by resolver whether it does so even for who asks it not to,
    ``asked`` the resolvers that were asked.
    """

    prefixes: tuple[ipaddress.IPv6Network, ...] = ()
    insisting: Mapping[str, bool] = {}
    asked: tuple[str, ...] = ()


class SeeingThrough(Sharing):
    """`Live` that knows by which ``prefixes`` its resolvers make addresses up, once the probe found out; most have none."""

    def __init__(
        self,
        resolvers: str | Sequence[str] = (),
        *,
        timeout: float = 2.0,
        retries: int = 2,
        rate: float | None = None,
        window: int = SOCKET_WINDOW,
    ) -> None:
        super().__init__(resolvers, timeout=timeout, retries=retries, rate=rate, window=window)
        self.prefixes: tuple[ipaddress.IPv6Network, ...] = ()
        self._known: dict[DnsQuestion, asyncio.Task[Answer]] = {}
        self._insisting: dict[str, bool] = {}
        self._asked: dict[str, None] = {}
        self._unaided = Once(self._ask_unaided, kept=KEPT, at_once=KEPT)

    def join(self, neighbours: Neighbours) -> None:
        """As `Sharing.join`."""
        super().join(neighbours)
        self._unaided = Once(self._ask_unaided, kept=KEPT, at_once=KEPT, neighbours=neighbours)
        neighbours.serve(Unaided.__name__, lambda: self._unaided)

    @property
    def translation(self) -> Translation:
        """What is known so far."""
        return Translation(self.prefixes, dict(self._insisting), tuple(self._asked))

    def begin_with(self, found: Translation) -> None:
        """What another process has found out need not be asked again."""
        self.prefixes = found.prefixes
        self._insisting.update(found.insisting)
        self._asked.update(dict.fromkeys(found.asked))

    def knows(self, server: Server) -> bool:
        """Whether it is known by which prefixes a resolver makes addresses up, if it does."""
        return server.text in self._asked

    def learn(self, server: Server, found: Iterable[ipaddress.IPv6Network]) -> None:
        """By which prefixes a resolver makes addresses up."""
        self._asked[server.text] = None
        self.prefixes = tuple(dict.fromkeys((*self.prefixes, *found)))

    def forget(self) -> None:
        """Drops every kept answer."""
        super().forget()
        self._known.clear()
        self._unaided.forget()

    async def close(self) -> None:
        """As `Live.close`; what was still looked up is given up."""
        for task in self._known.values():
            task.cancel()
        self._known.clear()
        await self._unaided.close()
        await super().close()

    def looks_at(self, question: DnsQuestion) -> bool:
        """Whether the answer to a question may be made up."""
        return bool(self.prefixes) and question.rdtype == "AAAA" and not question.server

    def published(self, question: DnsQuestion) -> Pending:
        """What is published of a name's IPv6 addresses, as far as the resolver tells it."""
        return then(self.ask(question), lambda answer: self._beneath(question, answer))

    def _beneath(self, question: DnsQuestion, answer: Answer) -> Pending:
        if not isinstance(answer, DnsAnswer) or not answer.found or not self._within(answer):
            return answer
        known = self._known.get(question)
        if known is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            known = self._known[question] = asyncio.ensure_future(self._truth(question, answer))
        return known.result() if known.done() and not known.cancelled() else known

    def _within(self, answer: DnsAnswer) -> bool:
        """Whether every address lies in a prefix: real ones are never mixed with others (RFC 6147 section 5.1.4)."""
        addresses = [ipaddress.IPv6Address(r) for r in answer.records if isinstance(r, str)]
        return all(any(address in prefix for prefix in self.prefixes) for address in addresses)

    async def _truth(self, question: DnsQuestion, answer: DnsAnswer) -> Answer:
        unknown = answer._replace(outcome=Outcome.SERVFAIL, records=(), ttl=None, detail=MADE_UP)
        server = next((s for s in self.servers() if s.text == answer.server), None)
        if server is None:
            return unknown
        told = await self._unaided.ask(Unaided(question.name, question.rdtype, server.text))
        if told.unknown or (told.found and self._within(told) and await self.insists(server)):
            return unknown
        return told

    async def insists(self, server: Server) -> bool:
        """Whether a resolver makes addresses up even for who asks it not to."""
        if server.text not in self._insisting:
            self._insisting[server.text] = not (
                await self._unaided.ask(Unaided(WITHOUT.name, WITHOUT.rdtype, server.text))
            ).absent
        return self._insisting[server.text]

    async def _ask_unaided(self, question: Unaided) -> DnsAnswer:
        server = next((s for s in self.servers() if s.text == question.server), None)
        if server is None:
            return STOPPED
        asking = new_asking(DnsQuestion(question.name, question.rdtype), [server])
        asking.alone = True
        tail = bytearray(query_tail(asking.question, dnssec=True))
        tail[1] |= CHECKING_DISABLED
        asking.tail = bytes(tail)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        asking.waiters.append(future)
        server.submit(asking)
        return cast(DnsAnswer, await future)
