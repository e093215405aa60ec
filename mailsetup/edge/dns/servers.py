"""
One name server: how many questions it has in hand, how fast it may be asked, whether it is alive.

The window opens by one with each answer until the first time-out, then by one a window, and is
halved by a time-out (the congestion avoidance of RFC 5681, counted in questions). A socket never
has more than `SOCKET_WINDOW` unanswered questions: more answers than its receive buffer holds
would be lost, and the server be blamed for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from mailsetup.model import retold
from mailsetup.model.dns import Outcome

from .addresses import Address
from .asking import Asking, Desk, reason

if TYPE_CHECKING:
    from .datagrams import Datagrams
    from .https import Https
    from .streams import Stream

SOCKETS: Final = 8  # UDP sockets a server, each with its own random port (RFC 5452 section 9.2)
SOCKET_WINDOW: Final = 64  # unanswered questions a socket; 64 answers of 3 kB fit the smallest default buffer
FILLED: Final = 0.75  # of all sockets' windows together; a socket with room is then among the next one or two
SMALLEST_WINDOW: Final = 4
DEAD_AFTER: Final = 4  # time-outs in a row
COOL_DOWN: Final = 15.0  # seconds before a dead server is tried again
STREAM_WINDOW: Final = 64  # unanswered questions on a TCP or TLS connection
STREAM_IDLE: Final = 10.0  # seconds, RFC 7766 section 6.2.3 leaves the choice to the client


class Server:
    """The questions one name server has in hand or waiting, and its sockets."""

    __slots__ = (
        "address",
        "dead_until",
        "desk",
        "halved",
        "heard",
        "heard_by_stream",
        "https",
        "in_flight",
        "links",
        "loop",
        "lying",
        "missed_at",
        "misses",
        "opening",
        "outgoing",
        "payload",
        "plain",
        "queue",
        "rate",
        "retired",
        "silence",
        "silent",
        "slow_start",
        "socket_window",
        "sockets",
        "stream",
        "stream_opening",
        "stream_queue",
        "tasks",
        "text",
        "tokens",
        "turn",
        "used",
        "window",
    )  # fmt: skip

    def __init__(
        self,
        address: Address,
        desk: Desk,
        loop: asyncio.AbstractEventLoop,
        *,
        rate: float | None = None,
        sockets: int = SOCKETS,
        socket_window: int = SOCKET_WINDOW,
    ) -> None:
        self.address = address
        self.text = address.text
        self.plain = address.scheme == "dns"
        self.desk = desk
        self.loop = loop
        self.rate = rate
        self.tokens = 1.0  # the first question waits for none
        self.sockets = sockets
        self.socket_window = socket_window
        self.window = float(socket_window)
        self.slow_start = True
        self.in_flight = 0
        self.queue: deque[Asking] = deque()
        self.links: list[Datagrams] = []
        self.retired: list[Datagrams] = []  # sockets that send nothing more, and may still hear
        self.outgoing: list[tuple[Datagrams, bytes]] = []
        self.opening = 0
        self.turn = 0
        self.stream: Stream | None = None
        self.stream_queue: deque[Asking] = deque()
        self.stream_opening = False
        self.https: Https | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.misses = 0
        self.missed_at = 0.0
        self.silence = 0.0  # seconds in which questions were out since anything was heard
        self.silent = False  # it has been given up for now
        self.halved = 0.0
        self.dead_until = 0.0
        self.heard = False  # whether anything ever came back
        self.heard_by_stream = False
        self.payload = 0  # its EDNS size in octets, 0 without EDNS
        self.lying = False  # it answers for names that cannot exist; only the probe says so
        self.used = loop.time()

    # -- questions out ---------------------------------------------------------------------------

    def submit(self, asking: Asking) -> None:
        """Sends a question now, or as soon as window and pace allow."""
        asking.server = self
        if self.queue or not self._send(asking):
            self.queue.append(asking)
            if self.in_flight >= self.window:
                self.desk.limited("window")
            elif self.rate is not None and self.tokens < 1.0:
                self.desk.limited("rate")

    def pump(self) -> None:
        """Sends what has been waiting."""
        queue = self.queue
        while queue and self.in_flight < self.window:
            asking = queue[0]
            if asking.server is self and not self._send(asking):
                return
            queue.popleft()  # sent, or settled or moved meanwhile

    def _send(self, asking: Asking) -> bool:
        if self.in_flight >= self.window or (self.rate is not None and self.tokens < 1.0):
            return False
        elsewhere = asking.stream or not self.plain
        link = None if elsewhere else self._free_link()
        if link is None and not elsewhere:
            return False
        if self.rate is not None:
            self.tokens -= 1.0
        self.in_flight += 1
        asking.counted = True
        self.desk.expect(asking)
        if link is None:
            self._send_elsewhere(asking)
        else:
            link.send(asking)
        return True

    def refill(self, seconds: float) -> None:
        """Adds the tokens of some seconds; a tenth of a second's worth may be kept."""
        if self.rate is not None:
            self.tokens = min(self.tokens + self.rate * seconds, max(1.0, self.rate / 10))

    # -- UDP -------------------------------------------------------------------------------------

    def _free_link(self) -> Datagrams | None:
        links = self.links
        count = len(links)
        if count < self.sockets and count + self.opening < min(self.sockets, 1 + self.in_flight // 16):
            self._open_link()
        for _ in links:
            self.turn = turn = (self.turn + 1) % count
            link = links[turn]
            if len(link.waiting) < self.socket_window:
                return link
        # Full of what timed out, waits to be asked again and may still be answered: few of those answers will come.
        return links[self.turn] if self.in_flight < count * self.socket_window else None

    def burst(self) -> None:
        """
        Sends what one turn of the loop brought up, at once.

        A server that sleeps is woken by every message that finds it so; of a burst only the first does.
        """
        outgoing, self.outgoing = self.outgoing, []
        for link, message in outgoing:
            link.put(message)

    def _open_link(self) -> None:
        self.opening += 1
        self.start(self._opened())

    async def _opened(self) -> None:
        from .datagrams import open_link

        try:
            link = await open_link(self)
        except OSError as fault:
            self.opening -= 1
            if not self.links:
                self._fail_queue(fault)
            return
        self.opening -= 1
        self.links.append(link)
        self.pump()

    def _fail_queue(self, fault: OSError) -> None:
        waiting, self.queue = self.queue, deque()
        for asking in waiting:
            if asking.server is self:
                self.desk.failed(asking, self, Outcome.TIMEOUT, reason(fault), for_good=True)

    def worn(self, link: Datagrams) -> None:
        """A socket was used long enough; it closes when nothing is expected on it any more."""
        if link in self.links:
            self.links.remove(link)
            self.retired.append(link)

    def lost(self, link: Datagrams) -> None:
        """A socket is closed."""
        for links in (self.links, self.retired):
            if link in links:
                links.remove(link)

    def renew(self) -> None:
        """
        Leaves the sockets on which nothing comes any more for new ones.

        A router or firewall between may have forgotten the old ones, or this machine have another address now.
        """
        for link in self.links:
            link.worn = True
        links, self.links = [*self.retired, *self.links], []
        self.retired = [link for link in links if link.waiting]
        for link in links:
            if not link.waiting:
                link.close()
        if self.stream is not None:
            self.stream.waiting.clear()  # nobody hung up on them: their time goes on
            self.stream.close()
            self.stream = None

    def refused(self, pending: list[Asking], fault: Exception) -> None:
        """An ICMP error came back for a socket: at once an outcome, not a time-out."""
        nobody = isinstance(fault, ConnectionError)
        outcome = Outcome.REFUSED if nobody else Outcome.TIMEOUT
        detail = retold.kept(retold.NOBODY_LISTENS, server=self.text) if nobody else reason(fault)
        self.rest()
        for asking in pending:
            if asking.server is self:
                self.desk.failed(asking, self, outcome, detail, for_good=True)

    # -- TCP, TLS, HTTPS -------------------------------------------------------------------------

    def _send_elsewhere(self, asking: Asking) -> None:
        if self.address.scheme != "https":
            self.by_stream(asking)
            return
        if self.https is None:
            from .https import Https

            self.https = Https(self)
        self.https.send(asking)

    def by_stream(self, asking: Asking) -> None:
        """Asks over the kept TCP or TLS connection, opening it if need be."""
        stream = self.stream
        if stream is not None and stream.usable and len(stream.waiting) < STREAM_WINDOW:
            stream.send(asking)
            return
        if asking not in self.stream_queue:
            self.stream_queue.append(asking)
        if not self.stream_opening and (stream is None or not stream.usable):
            self.stream_opening = True
            self.start(self._stream_opened())

    async def _stream_opened(self) -> None:
        from .streams import open_stream

        try:
            self.stream = await open_stream(self)
        except (OSError, ValueError) as fault:
            self.stream_opening = False
            waiting, self.stream_queue = self.stream_queue, deque()
            for asking in waiting:
                if asking.server is self:
                    refused = asking.stream and isinstance(fault, ConnectionRefusedError)
                    outcome = Outcome.REFUSED if refused else Outcome.SERVFAIL
                    self.desk.failed(
                        asking, self, outcome, self._no_stream(fault, wanted=asking.stream), for_good=True
                    )
            return
        self.stream_opening = False
        self.pump_stream()

    def _no_stream(self, fault: Exception, *, wanted: bool) -> str:
        if self.address.scheme == "tls":
            return retold.kept(retold.NO_TLS, server=self.text, fault=reason(fault))
        why = retold.NO_STREAM if wanted else retold.NO_TCP
        return retold.kept(why, server=self.text, fault=reason(fault))

    def pump_stream(self) -> None:
        """Sends what has been waiting for the connection."""
        stream = self.stream
        while self.stream_queue and stream is not None and stream.usable:
            if len(stream.waiting) >= STREAM_WINDOW:
                return
            asking = self.stream_queue.popleft()
            if asking.server is self:
                stream.send(asking)
        if self.stream_queue and not self.stream_opening:
            self.stream_opening = True
            self.start(self._stream_opened())

    def hung_up(self, pending: list[Asking], fault: Exception | None) -> None:
        """The connection ended with questions open: each is asked once more or fails."""
        detail = retold.kept(retold.HUNG_UP, server=self.text) + (f": {reason(fault)}" if fault else "")
        for asking in pending:
            if asking.server is self:
                self.desk.failed(asking, self, Outcome.SERVFAIL, detail, for_good=False)
        if self.stream_queue:
            self.pump_stream()

    # -- health ----------------------------------------------------------------------------------

    def answered(self) -> None:
        """An answer came: the window opens, the server lives."""
        self.in_flight -= 1
        self.misses = 0
        self.heard = True
        if self.dead_until:
            self._lives()
        if self.window < self.sockets * self.socket_window * FILLED:
            self.window += 1.0 if self.slow_start else 1.0 / self.window
        if self.queue:
            self.pump()

    def _lives(self) -> None:
        self.dead_until = 0.0
        if self.silent:
            self.silent = False
            self.desk.revived()

    def missed(self, asking: Asking, timeout: float) -> None:
        """
        A question went unanswered for ``timeout`` seconds: the window closes by half, once for each window sent.

        The silence grows by the time for which it was out while no other one was: not while questions wait for
        their pace, and by no more than the time-out where the clock went on while this machine slept.
        """
        now = self.loop.time()
        self.in_flight -= 1
        self.misses += 1
        alone = min(now - max(asking.sent, self.missed_at), timeout)
        self.silence = self.silence + alone if self.misses > 1 else 0.0
        self.missed_at = now
        if asking.sent >= self.halved:
            self.slow_start = False
            self.window = max(SMALLEST_WINDOW, self.window / 2)
            self.halved = now
        if self.misses >= DEAD_AFTER:
            self.dead_until = now + COOL_DOWN

    def silent_for(self, seconds: float) -> bool:
        """Whether it is dead and nothing was heard of it for so long, though it was asked."""
        return self.misses >= DEAD_AFTER and self.silence >= seconds

    def released(self) -> None:
        """A question left without an answer that says anything about the server's health; its place is the next one's."""
        self.in_flight -= 1
        if self.queue:
            self.pump()

    def rest(self) -> None:
        """Puts it last for a while."""
        self.dead_until = self.loop.time() + COOL_DOWN

    @property
    def dead(self) -> bool:
        """Whether it did not answer lately, so that others are tried first."""
        return self.dead_until > 0.0 and self.dead_until > self.loop.time()

    @property
    def idle(self) -> bool:
        """Whether nothing is expected of it."""
        return self.in_flight == 0 and not self.queue and not self.stream_queue

    # -- house-keeping ---------------------------------------------------------------------------

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs a coroutine beside the questions, held until it ends."""
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self) -> None:
        """Closes every socket."""
        tasks = list(self.tasks)
        self.close_now()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.https is not None:
            await self.https.close()
            self.https = None

    def close_now(self) -> None:
        """Closes what can be closed without waiting."""
        for task in list(self.tasks):
            task.cancel()
        for link in (*self.links, *self.retired):
            link.close()
        self.links.clear()
        self.retired.clear()
        if self.stream is not None:
            self.stream.close()
            self.stream = None
