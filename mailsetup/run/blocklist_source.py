"""
Asking lists as their operators want it: paced for each operator, test entries kept, keys put in and taken out.

A source around another. Questions outside the lists' zones pass through untouched. In the others the
stand-in for a key is replaced on the way out, and the key in whatever comes back, so that neither
an answer nor a recording ever holds one.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterable, Mapping, MutableMapping
from typing import TypeAlias

from mailsetup.edge.source import Pending, Source, then
from mailsetup.model.blocklist import KEY_LABEL, Blocklist
from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Opaque, Outcome, Question, Rdata
from mailsetup.model.message import phrase
from mailsetup.model.names import NAME_LIMIT
from mailsetup.walks.blocklist_proof import proof_questions

__all__ = ["ListSource", "Memo"]

KEPT = 3600.0  # seconds that a list's proof holds
IN_FLIGHT = 64  # ours: questions to one operator that wait for an answer
IN_FLIGHT_TOGETHER = 192  # ours: to all of them; as many small datagrams fit a usual receive buffer
BURST = 200  # ours: questions to one operator before its pace counts ...
BURST_SECONDS, LEAST_BURST = 20.0, 100  # ... or so many seconds' worth where it names a pace, but no fewer
DEFAULT_PACE = 200.0  # ours: questions a second to an operator that names no limit

Memo: TypeAlias = "MutableMapping[Question, tuple[float, Answer]]"
"""Answers to test entries with the time until which they hold; may be shared by several runs of a process."""


class ListSource:
    """Lists behind another source; ``keys`` by name as in the lists' files, ``memo`` is shared by runs."""

    def __init__(
        self,
        below: Source,
        lists: Iterable[Blocklist],
        keys: Mapping[str, str] | None = None,
        memo: Memo | None = None,
    ) -> None:
        self.below = below
        self.description = below.description
        self._memo: Memo = {} if memo is None else memo
        self._lanes: dict[str, _Lane] = {}
        self._hall = _Hall()
        self._zones: dict[str, _Lane] = {}
        self._keys: dict[str, str] = {}
        self._proofs: set[Question] = set()
        given = keys or {}
        for one in lists:
            lane = self._lanes.setdefault(one.operator or one.id, _Lane(below, self._hall))
            lane.keep_to(one.queries_per_second)
            self._zones[one.zone] = lane
            if one.keyed and one.key_name in given:
                self._keys[one.zone] = given[one.key_name]
            self._proofs.update(q for kind in one.tests for q in proof_questions(one, kind))
        words = sorted(set(self._keys.values()), key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None

    def ask(self, question: Question) -> Pending:
        """The answer of the source below, at the operator's pace."""
        zone = self._zone(question)
        if zone is None:
            return self.below.ask(question)
        kept = self._memo.get(question)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        assert isinstance(question, DnsQuestion)
        sent = self._with_key(question, zone)
        if len(sent.name) > NAME_LIMIT:
            return DnsAnswer(Outcome.SERVFAIL, detail=phrase("the name is too long to be asked for"))
        return then(self._zones[zone].ask(sent), lambda answer: self._received(question, answer))

    def _zone(self, question: Question) -> str | None:
        if not isinstance(question, DnsQuestion) or question.server:
            return None
        rest = question.name
        while rest:
            if rest in self._zones:
                return rest
            rest = rest.partition(".")[2]
        return None

    def _with_key(self, question: DnsQuestion, zone: str) -> DnsQuestion:
        key = self._keys.get(zone)
        if key is None:
            return question
        return question._replace(name=question.name.removesuffix(zone) + zone.replace(KEY_LABEL, key, 1))

    def _received(self, question: Question, answer: Answer) -> Pending:
        masked = self._masked(answer) if isinstance(answer, DnsAnswer) else answer
        if question in self._proofs and isinstance(masked, DnsAnswer) and not masked.unknown:
            self._memo[question] = (time.monotonic() + KEPT, masked)
        return masked

    def _masked(self, answer: DnsAnswer) -> DnsAnswer:
        if self._secret is None:
            return answer
        return answer._replace(
            records=tuple(self._without_key(record) for record in answer.records),
            aliases=tuple(self._hidden(alias) for alias in answer.aliases),
            server=self._hidden(answer.server),
            detail=self._hidden(answer.detail),
            zone=self._hidden(answer.zone),
        )

    def _hidden(self, text: str) -> str:
        return self._secret.sub(KEY_LABEL, text) if self._secret is not None else text

    def _without_key(self, record: Rdata) -> Rdata:
        match record:
            case str():
                return self._hidden(record)
            case TXT():
                hidden = self._hidden(record.text)
                return record if hidden == record.text else TXT.of(hidden)
            case Opaque(text):
                return Opaque(self._hidden(text))
        return record

    async def close(self) -> None:
        """Closes the source below."""
        await self.below.close()


class _Hall:
    """What all operators share: so many questions in all, and whose turn it is when one is answered."""

    __slots__ = ("in_flight", "waiting")

    def __init__(self) -> None:
        self.in_flight = 0
        self.waiting: deque[_Lane] = deque()

    def wait(self, lane: _Lane) -> None:
        """A lane is full for others' sake."""
        if lane not in self.waiting:
            self.waiting.append(lane)

    def answered(self) -> None:
        """There is room for one more."""
        self.in_flight -= 1
        for _ in range(len(self.waiting)):
            if self.in_flight >= IN_FLIGHT_TOGETHER:
                return
            self.waiting.popleft().pump()


class _Lane:
    """The questions to one operator: so many at once, so many a second after a first burst."""

    __slots__ = ("at", "below", "burst", "hall", "in_flight", "pace", "queue", "timer", "tokens")

    def __init__(self, below: Source, hall: _Hall) -> None:
        self.below = below
        self.hall = hall
        self.pace = DEFAULT_PACE
        self.burst = self.tokens = float(BURST)
        self.at = 0.0
        self.in_flight = 0
        self.queue: deque[tuple[DnsQuestion, asyncio.Future[Answer]]] = deque()
        self.timer: asyncio.TimerHandle | None = None

    def keep_to(self, per_second: float) -> None:
        """An operator's limit counts for all its lists together."""
        if per_second:
            self.pace = min(self.pace, per_second)
            self.burst = self.tokens = min(BURST, max(LEAST_BURST, BURST_SECONDS * self.pace))

    def ask(self, question: DnsQuestion) -> Pending:
        """Asks now, or when it is this question's turn."""
        if not self.queue and self._may():
            return self._send(question)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.queue.append((question, future))
        self._later()
        return future

    def _may(self) -> bool:
        now = time.monotonic()
        if self.at:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.pace)
        self.at = now
        return self._room() and self.tokens >= 1.0

    def _room(self) -> bool:
        return self.in_flight < IN_FLIGHT and self.hall.in_flight < IN_FLIGHT_TOGETHER

    def _send(self, question: DnsQuestion) -> Pending:
        self.tokens -= 1.0
        self.in_flight += 1
        self.hall.in_flight += 1
        return then(self.below.ask(question), self._answered)

    def _answered(self, answer: Answer) -> Pending:
        self.in_flight -= 1
        self.hall.answered()
        if self.queue and self.timer is None:
            self.pump()
        return answer

    def _on_time(self) -> None:
        self.timer = None
        self.pump()

    def pump(self) -> None:
        """Sends what may be sent now."""
        while self.queue and self._may():
            question, future = self.queue.popleft()
            if not future.done():
                _pass_on(self._send(question), future)
        self._later()

    def _later(self) -> None:
        """Comes back when the pace allows; where there is no room, with somebody's answer."""
        if not self.queue:
            return
        if self.hall.in_flight >= IN_FLIGHT_TOGETHER:
            self.hall.wait(self)
        elif self.in_flight < IN_FLIGHT and self.timer is None:
            wait = max(0.0, (1.0 - self.tokens) / self.pace)
            self.timer = asyncio.get_running_loop().call_later(wait, self._on_time)


def _pass_on(pending: Pending, future: asyncio.Future[Answer]) -> None:
    if isinstance(pending, tuple):
        future.set_result(pending)
        return

    def settle(done: asyncio.Future[Answer]) -> None:
        if future.done():
            return
        fault = done.exception() if not done.cancelled() else asyncio.CancelledError()
        if fault is not None:
            future.set_exception(fault)
        else:
            future.set_result(done.result())

    pending.add_done_callback(settle)
