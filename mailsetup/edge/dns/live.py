"""The live source: questions to name servers, each asked once for all who want it, within bounds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import MethodType
from typing import Final

from mypy_extensions import mypyc_attr

from mailsetup.edge.source import CHAIN_LIMIT, Pending, least, unasked
from mailsetup.model import retold
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import phrase, say

from . import odd
from .addresses import Address, parse_address, system_addresses
from .asking import Asking, Carrier, Receiver
from .reading import BADVERS, FORMERR, NOTIMP, answer_of, in_its_place, plain_answer
from .servers import SOCKET_WINDOW, SOCKETS, Server
from .table import Table
from .wire import TYPES, Message, Unusual, name_to_wire, parse, query_tail, spelling

TICK: Final = 0.05  # seconds between looks at the deadlines and the pace
STREAM_ONLY: Final = "tcp://"  # before the address in a question's server: over TCP from the start
SILENT_AFTER: Final = 15.0  # seconds: eight time-outs of the usual two, one after the other
DIRECT_SERVERS: Final = 128  # authoritative servers kept in mind at once
_UNREADABLE: Final = (FORMERR, NOTIMP, BADVERS)  # what a server without EDNS says to it, RFC 6891 section 7
_RANK: Final = {Outcome.SERVFAIL: 0, Outcome.REFUSED: 1, Outcome.UNASKED: 2, Outcome.TIMEOUT: 3}
STOPPED: Final = DnsAnswer(Outcome.TIMEOUT, detail=phrase("asking was stopped"))
IN_ITS_PLACE = phrase("a resolver answered in its place: something on the way takes questions to port 53")
LIES: Final = phrase("the resolver answers for names that cannot exist, so what it says proves nothing")
UNPROVEN: Final = (
    Outcome.FOUND,
    Outcome.NO_DATA,
)  # of a liar: an address for everything is "no data" for other types


@dataclass(slots=True)
class Statistics:
    """
    What a run asked of the network.

    ``questions`` were sent (retries and TCP included), ``answers`` came back, ``strays`` were messages
    that answered nothing we asked. ``waited`` counts questions held back by the ``window`` or the ``rate``.
    """

    questions: int = 0
    answers: int = 0
    timeouts: int = 0
    retries: int = 0
    tcp: int = 0
    strays: int = 0
    odd: int = 0
    shared: int = 0
    waited: dict[str, int] = field(default_factory=dict)

    @property
    def limited_by(self) -> str:
        """Which limit held most questions back: ``"rate"``, ``"window"`` or ``""``."""
        return max(self.waited, key=lambda by: self.waited[by], default="")


@mypyc_attr(allow_interpreted_subclasses=True)
class Live:
    """
    Resolvers on the network, asked over UDP and TCP, TLS or HTTPS.

    ``resolvers`` as a user writes them (`addresses.parse_address`), one or several, none for the system's own, in the
    order in which they are tried. ``timeout`` is seconds for one attempt, ``retries`` how many
    more there may be, ``rate`` questions a second for each server, ``window`` the unanswered questions
    a socket may have. Raises `UsageError` for what is not a resolver.

    ``silent_after`` is how many seconds nothing may be heard of a server that is asked: what waits for it then is a
    time-out, though a few questions at a time still try it, until the first answer.
    """

    def __init__(
        self,
        resolvers: str | Sequence[str] = (),
        *,
        timeout: float = 2.0,
        retries: int = 2,
        rate: float | None = None,
        window: int = SOCKET_WINDOW,
    ) -> None:
        if not timeout > 0 or retries < 0 or (rate is not None and not rate > 0) or window < 1:
            raise UsageError(say("time-out, rate and window are numbers above zero, retries at least zero"))
        if isinstance(resolvers, str):
            resolvers = (resolvers,)
        self._given = tuple(dict.fromkeys(parse_address(text) for text in resolvers))
        if any(address.scheme != "dns" for address in self._given):
            _refuse_without_authorities()
        self.timeout = timeout
        self.retries = retries
        self.rate = rate
        self.silent_after = SILENT_AFTER
        self.statistics = Statistics()
        self._window = window
        self._addresses: tuple[Address, ...] | None = None
        self._table = Table()
        self._open: dict[DnsQuestion, Asking] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._servers: list[Server] = []
        self._direct: dict[str, Server] = {}
        self._deadlines: deque[tuple[float, Asking, int]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._ticked = 0.0
        self._closing = False
        self._come: list[tuple[Asking, DnsAnswer]] = []  # read, but not yet handed over

    # -- what the rest of the program sees -------------------------------------------------------

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The resolvers in the order in which they are tried; the system's are looked up once."""
        if self._addresses is None:
            self._addresses = self._given or system_addresses()
        return self._addresses

    @property
    def description(self) -> str:
        """Where the answers come from, in words."""
        names = ", ".join(address.text for address in self.addresses)
        return f"resolver {names}" if names else "no resolver"

    def ask(self, question: Question) -> Pending:
        """An answer that is known, or the future of one; every failure is an answer's outcome."""
        found = self._find(question)
        if isinstance(found, tuple):
            return found
        future: asyncio.Future[Answer] = self._loop.create_future()  # type: ignore[union-attr]
        found.waiters.append(future)
        return future

    def tell(self, question: Question, receiver: Receiver) -> Answer | None:
        """An answer that is known; else None, and the receiver is called once, before anybody awaits it."""
        found = self._find(question)
        if isinstance(found, Asking):
            found.waiters.append(receiver)
            return None
        return found

    def _find(self, question: Question) -> Asking | Answer:
        if type(question) is not DnsQuestion:
            return unasked(question)
        answer = self._table.get(question)
        if answer is not None:
            self.statistics.shared += 1
            return answer
        asking = self._open.get(question)
        if asking is None or not self._loop.is_running():  # type: ignore[union-attr]  # what a broken loop left
            return self._begin(question, 0)
        self.statistics.shared += 1
        return asking

    def forget(self) -> None:
        """Drops every kept answer, so that the world is asked afresh."""
        self._table.forget()

    async def close(self) -> None:
        """Closes every socket; questions still open end as time-outs. It may be asked again later."""
        self._closing = True  # walks that go on now must not open anything
        try:
            await self._close()
        finally:
            self._closing = False

    async def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for asking in list(self._open.values()):
            self._settle(asking, STOPPED)
        for server in [*self._servers, *self._direct.values()]:
            await server.close()
        self._come.clear()
        self._servers.clear()
        self._direct.clear()
        self._deadlines.clear()
        self._table.forget()
        self._loop = None

    # -- a question's way out --------------------------------------------------------------------

    def servers(self) -> list[Server]:
        """The resolvers, bound to the running loop; made anew when the loop is another one."""
        if self._loop is not None and self._loop.is_running():
            return self._servers  # asking which loop runs is a system call before Python 3.12
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._open.clear()
            self._come.clear()
            self._direct.clear()
            self._deadlines.clear()
            self._timer = None
            self._servers = [self._server(address) for address in self.addresses]
        return self._servers

    def _server(self, address: Address, sockets: int = SOCKETS) -> Server:
        assert self._loop is not None
        return Server(address, self, self._loop, rate=self.rate, sockets=sockets, socket_window=self._window)

    def _begin(self, key: DnsQuestion, depth: int) -> Asking | DnsAnswer:
        if self._closing:
            return STOPPED
        servers = self.servers()
        address = key.server.removeprefix(STREAM_ONLY)
        if key.server:
            try:
                servers = [self._direct_server(address)]
            except UsageError:
                return DnsAnswer(
                    Outcome.REFUSED, server=key.server, detail=phrase("not a name server's address")
                )
        elif not servers:
            return DnsAnswer(Outcome.TIMEOUT, detail=phrase("this system has no resolver"))
        try:
            asking = new_asking(key, servers)
        except Unusual as fault:  # no zone can hold it, so that nobody needs to be asked
            return DnsAnswer(Outcome.NO_NAME, detail=retold.kept(retold.NO_NAME_FOR_DNS, fault=str(fault)))
        asking.depth = depth
        asking.stream = address != key.server
        self._open[key] = asking
        self._set_out(asking)
        return asking

    def _set_out(self, asking: Asking) -> None:
        """Sends a question on its way."""
        self._first(asking.servers).submit(asking)

    def put(self, server: Server, key: DnsQuestion, *, stream: bool = False) -> asyncio.Future[Answer]:
        """A probe's question: to this server alone, over TCP if wished, neither shared nor kept."""
        asking = new_asking(key, [server])
        asking.alone = True
        asking.stream = stream
        assert self._loop is not None
        future: asyncio.Future[Answer] = self._loop.create_future()
        asking.waiters.append(future)
        server.submit(asking)
        return future

    def now(self) -> float:
        """The running loop's clock, in seconds."""
        return asyncio.get_running_loop().time()

    def done_with(self, domain: str, questions: Iterable[Question]) -> None:
        """A domain is judged: what was asked about its own names need not be kept."""
        self._table.drop(questions, domain)

    def believe_nothing_of(self, server: Server) -> None:
        """Marks a server as one whose findings prove nothing; what it found before is forgotten."""
        server.lying = True
        self.forget()

    def _direct_server(self, text: str) -> Server:
        server = self._direct.get(text)
        if server is None:
            if len(self._direct) >= DIRECT_SERVERS:
                self._drop_idle_servers()
            server = self._direct[text] = self._server(parse_address(text), sockets=2)
        return server

    def _drop_idle_servers(self) -> None:
        for text, server in list(self._direct.items()):
            if server.idle:
                del self._direct[text]
                server.close_now()

    @staticmethod
    def _first(servers: Sequence[Carrier]) -> Carrier:
        first = servers[0]
        if len(servers) == 1 or not (first.dead or first.lying):
            return first
        return min(servers, key=lambda s: (s.lying, s.dead and s.dead_until))

    def expect(self, asking: Asking) -> None:
        """A question is being sent: its time starts."""
        now = monotonic()  # the loop's clock, without its method
        asking.sent = now
        asking.attempt += 1
        self.statistics.questions += 1
        self._deadlines.append((now + self.timeout, asking, asking.attempt))
        if self._timer is None:
            self._ticked = now
            self._timer = self._loop.call_later(TICK, self._tick)  # type: ignore[union-attr]

    # -- its way back ----------------------------------------------------------------------------

    def received(self, asking: Asking, packet: bytes, server: Carrier, *, whole: bool) -> None:
        """A response to a question; ``whole`` when it came over a stream and cannot be truncated."""
        self.statistics.answers += 1
        if packet[2] & 2 and not whole:
            self._by_stream(asking, server)
            return
        self._release(asking, server)
        if not (asking.key.server or server.lying):
            usual = plain_answer(packet, asking.name, asking.after, server.text)
            if usual is not None:
                server.payload = packet[-8] << 8 | packet[-7]
                self._bring(asking, usual)
                return
        try:
            if packet[2] & 2:
                raise Unusual(phrase("truncated even where there is room"))
            message = self._parse(asking, packet)
        except Unusual as fault:
            detail = retold.kept(retold.UNREADABLE, fault=str(fault))
            self._fail(asking, server, DnsAnswer(Outcome.SERVFAIL, server=server.text, detail=detail), True)
            return
        if message.rcode in _UNREADABLE and asking.edns:
            asking.edns = False
            asking.tail = query_tail(asking.question, recursive=not asking.key.server, edns=False)
            server.submit(asking)
            return
        server.payload = message.payload
        answer = answer_of(message, asking.name, asking.rdtype, server.text)
        if server.lying and answer.outcome in UNPROVEN and not asking.alone:
            answer = DnsAnswer(Outcome.SERVFAIL, server=server.text, detail=LIES)
        if asking.key.server and in_its_place(message, answer):
            answer = DnsAnswer(Outcome.TIMEOUT, server=server.text, detail=IN_ITS_PLACE)
        if not answer.unknown:
            self._bring(asking, answer)
        elif answer.outcome is Outcome.UNASKED:
            self._chase(asking, answer)
        else:
            self._fail(asking, server, answer, True)

    def _bring(self, asking: Asking, answer: DnsAnswer) -> None:
        if not self._come:
            assert self._loop is not None
            self._loop.call_soon(self._settle_all)
        self._come.append((asking, answer))

    def _settle_all(self) -> None:
        """
        Hands over the answers that one turn of the loop read, those to like questions side by side.

        Reading many, then handing over many, keeps the processor at the same code: a tenth of a batch's time.
        """
        come, self._come = self._come, []
        come.sort(key=_kind)
        for asking, answer in come:
            self._settle(asking, answer)

    def _parse(self, asking: Asking, packet: bytes) -> Message:
        if packet[4:6] == b"\0\0":
            return Message(packet[2] << 8 | packet[3], packet[3] & 15, [], [], [])
        try:
            return parse(packet, asking.name, asking.after)
        except Unusual:
            self.statistics.odd += 1
            return odd.read(packet)

    def _release(self, asking: Asking, server: Carrier) -> None:
        """Takes a question out of every table in which it waits for an answer."""
        for waiting, ident in asking.places:
            waiting.pop(ident, None)
        asking.places.clear()
        current, counted = asking.server, asking.counted
        asking.server = None
        asking.counted = False
        if current is server:
            if counted:
                server.answered()
            return
        if counted and current is not None:  # a late answer of a server that was given up
            current.released()
        server.misses = 0

    def _by_stream(self, asking: Asking, server: Carrier) -> None:
        """The answer did not fit a datagram (TC, RFC 2181 section 9): the same server over TCP."""
        for waiting, ident in asking.places:
            waiting.pop(ident, None)
        asking.places.clear()
        if asking.server is not server or not asking.counted:  # a late answer: that server counts again
            if asking.counted and asking.server is not None:
                asking.server.released()
            server.in_flight += 1
            asking.server = server
            asking.counted = True
        server.misses = 0
        self.statistics.tcp += 1
        self.expect(asking)
        server.by_stream(asking)

    def failed(
        self, asking: Asking, server: Carrier, outcome: Outcome, detail: str, *, for_good: bool
    ) -> None:
        """A server could not be asked, or broke off."""
        if asking.counted:
            server.released()
            asking.counted = False
        self._fail(asking, server, DnsAnswer(outcome, server=server.text, detail=detail), for_good)

    def _fail(self, asking: Asking, server: Carrier, answer: DnsAnswer, for_good: bool) -> None:
        asking.server = None
        asking.failures += (answer,)
        if for_good:
            asking.out += (server,)
        else:
            asking.tries += 1
        following = self._next(asking, server)
        if following is None:
            self._settle(asking, self._worst(asking))
            return
        self.statistics.retries += 1
        following.submit(asking)

    def _next(self, asking: Asking, server: Carrier) -> Carrier | None:
        """Who is asked next: the following server that has not failed for good, the living first."""
        at = asking.servers.index(server) + 1
        left = [s for s in (*asking.servers[at:], *asking.servers[:at]) if s not in asking.out]
        alive = [s for s in left if not s.dead]
        allowed = max(self.retries + 1 if alive else 1, len(asking.servers))
        if not left or asking.tries >= allowed:
            return None
        return (alive or left)[0]

    def _worst(self, asking: Asking) -> DnsAnswer:
        """The failure that says most, when all have failed."""
        answer = min(asking.failures, key=lambda failure: _RANK[failure.outcome])
        if answer.outcome is Outcome.TIMEOUT and not answer.detail:
            detail = retold.kept(retold.NO_ANSWER, seconds=f"{self.timeout:g}", tries=asking.tries)
            return answer._replace(detail=detail)
        return answer

    def _settle(self, asking: Asking, answer: DnsAnswer) -> None:
        if asking.places:
            for waiting, ident in asking.places:
                waiting.pop(ident, None)
            asking.places.clear()
        if asking.counted and asking.server is not None:
            asking.server.released()
        asking.server = None
        asking.counted = False
        asking.attempt = -1
        if self._open.get(asking.key) is asking:
            del self._open[asking.key]
            self._table.keep(asking.key, answer, asking.left)
        waiters, asking.waiters = asking.waiters, []
        for waiter in waiters:
            if type(waiter) is MethodType:  # the usual one
                waiter(asking.key, answer)
            elif isinstance(waiter, tuple):
                self._chased(*waiter, answer)
            elif not isinstance(waiter, asyncio.Future):
                waiter(asking.key, answer)
            elif not waiter.done():
                waiter.set_result(answer)

    # -- alias chains that leave the message -----------------------------------------------------

    def _chase(self, asking: Asking, partial: DnsAnswer) -> None:
        """Asks for the end of a chain; whoever would wait for himself has found a loop."""
        asking.partial = partial
        if asking.key.server:
            detail = phrase("the alias leads out of what this server holds")
            self._settle(asking, partial._replace(detail=detail, ttl=None))
            return
        key = DnsQuestion(partial.aliases[-1], asking.rdtype)
        known: Asking | DnsAnswer | None = self._table.get(key) or self._open.get(key)
        depth = asking.depth + len(partial.aliases)
        if known is None and depth <= CHAIN_LIMIT:
            known = self._begin(key, depth)
        if isinstance(known, DnsAnswer):
            self._chased(asking, partial, known)
            return
        aliases, step = partial.aliases, known
        while step is not None and step is not asking:
            if step.partial is not None:
                aliases += step.partial.aliases
            step = step.chasing
        if known is None:
            detail = phrase("alias chain too long")
            self._settle(asking, partial._replace(outcome=Outcome.SERVFAIL, ttl=None, detail=detail))
            return
        if step is asking:
            self._settle(asking, circle(asking.key.name, aliases, partial.server))
            return
        asking.chasing = known
        known.waiters.append((asking, partial))

    def _chased(self, asking: Asking, partial: DnsAnswer, rest: DnsAnswer) -> None:
        asking.chasing = None
        aliases = partial.aliases + rest.aliases
        if asking.key.name in aliases or len(set(aliases)) < len(aliases):
            answer = circle(asking.key.name, aliases, rest.server)
        elif len(aliases) > CHAIN_LIMIT:
            detail = phrase("alias chain too long")
            answer = DnsAnswer(Outcome.SERVFAIL, (), aliases[:CHAIN_LIMIT], server=rest.server, detail=detail)
        else:
            answer = rest._replace(
                aliases=aliases,
                ttl=least(partial.ttl, rest.ttl) if not rest.unknown and rest.ttl is not None else None,
                authenticated=partial.authenticated and rest.authenticated,
            )
        self._settle(asking, answer)

    # -- time ------------------------------------------------------------------------------------

    def _tick(self) -> None:
        loop = self._loop
        assert loop is not None
        now = loop.time()
        elapsed, self._ticked = now - self._ticked, now
        if self.rate is not None:
            for server in (*self._servers, *self._direct.values()):
                server.refill(elapsed)
                server.pump()
                if server.queue:
                    self.limited("rate" if server.tokens < 1.0 else "window")
        self._timer = None
        if self._overdue(now):
            self._drain(self._window + 2, -1, -1)
        busy = self._deadlines or any(s.queue for s in (*self._servers, *self._direct.values()))
        if busy and self._timer is None:
            self._timer = loop.call_later(TICK, self._tick)

    def _overdue(self, now: float) -> bool:
        deadlines = self._deadlines
        while deadlines and deadlines[0][1].attempt != deadlines[0][2]:
            deadlines.popleft()
        return bool(deadlines) and deadlines[0][0] <= now

    def _drain(self, passes: int, before: int, earlier: int) -> None:
        """
        Lets the loop read what has already arrived, so that a busy process never accuses a server.

        Each pass reads what lies in each socket, after the calls that were due: only two passes
        without an answer show that nothing is left, and no socket holds more than its window.
        """
        if self._loop is None:
            return
        answers = self.statistics.answers
        if passes and answers != earlier:
            self._loop.call_soon(self._drain, passes - 1, answers, before)
            return
        now = self._loop.time()
        while self._overdue(now):
            _, asking, _ = self._deadlines.popleft()
            self._expire(asking)
        for server in (*self._servers, *self._direct.values()):
            if server.missed_at >= now and server.dead:
                self._relieve(server)

    def _expire(self, asking: Asking) -> None:
        server = asking.server
        asking.attempt += 1
        if server is None or not asking.counted:
            return  # it waits for another server, and is not out
        self.statistics.timeouts += 1
        asking.counted = False
        server.missed(asking, self.timeout)
        self._fail(asking, server, DnsAnswer(Outcome.TIMEOUT, server=server.text), False)
        server.pump()

    def _relieve(self, server: Server) -> None:
        """
        Takes what waits for a dead server to one that lives; where none does, it times out once that server is silent.

        What the server has in hand goes on to try it; what is asked from now on waits until that times out.
        """
        silent = server.silent_for(self.silent_after)
        if silent:
            server.silent = True
            server.renew()
        elif len(self._servers) == 1:
            return
        detail = retold.kept(retold.SILENT, server=server.text, seconds=f"{self.silent_after:g}")
        unsent = DnsAnswer(Outcome.TIMEOUT, server=server.text, detail=detail)
        waiting, server.queue = server.queue, deque()
        for asking in waiting:
            if asking.server is not server:
                continue  # settled meanwhile
            living = [s for s in asking.servers if not (s.dead or s.lying or s in asking.out)]
            if living:
                living[0].submit(asking)
            elif silent:
                self._fail(asking, server, unsent, True)
            else:
                server.queue.append(asking)

    def revived(self) -> None:
        """A server that was silent has answered: what it left unanswered may be asked again."""
        self._table.drop_time_outs()

    # -- tallies ---------------------------------------------------------------------------------

    def stray(self) -> None:
        """A message came that answers nothing that was asked."""
        self.statistics.strays += 1

    def limited(self, by: str) -> None:
        """A question had to wait."""
        self.statistics.waited[by] = self.statistics.waited.get(by, 0) + 1


def circle(name: str, aliases: tuple[str, ...], server: str) -> DnsAnswer:
    """What aliases that come back to a name were seen to do: up to the first that comes again, whoever found it out."""
    known = {name}
    for i, alias in enumerate(aliases):
        if alias in known:
            aliases = aliases[: i + 1]
            break
        known.add(alias)
    return DnsAnswer(Outcome.SERVFAIL, (), aliases[:CHAIN_LIMIT], server=server, detail=phrase("alias loop"))


def _kind(come: tuple[Asking, DnsAnswer]) -> str:
    """What a question is like: its type and how its name begins, which the walks that asked it have in common."""
    return come[0].rdtype + come[0].name[:4]


def _refuse_without_authorities() -> None:
    """Nothing encrypted can be trusted without authorities; refused at once, since it would look like silence."""
    from mailsetup.edge.trust import authorities_fault

    unusable = authorities_fault()
    if unusable:
        raise InputError(
            say("{fault}; correct it, or take it out of the environment", fault=retold.as_message(unusable))
        )


def new_asking(key: DnsQuestion, servers: list[Server]) -> Asking:
    """A question in wire form; raises `Unusual` for what is not a name, ValueError for what is no type."""
    name, rdtype, server = key
    wire = name_to_wire(name)
    question = wire + (_QUESTION_ENDS.get(rdtype) or _question_end(rdtype))
    return Asking(key, spelling(name, wire), question, query_tail(question, recursive=not server), servers)


def _question_end(rdtype: str) -> bytes:
    number = odd.number_of(rdtype)
    return bytes((number >> 8, number & 255, 0, 1))


_QUESTION_ENDS: Final = {rdtype: _question_end(rdtype) for rdtype in TYPES}
"""What follows the name in a question of a usual type: type and class IN."""
