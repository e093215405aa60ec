"""
What becomes of the questions when a name server says nothing any more: no answer, no error, packets just vanish.

Who waits for it is told so instead of waiting for hours, a living server is asked in its place, and with the first
answer all is as before. Silence is what followed on questions that were sent; whoever is heard at all is not silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import dns.message
import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.edge.dns.table import Table
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Status
from mailsetup.run.audit import AuditSettings, audit_domain
from mailsetup.run.exit_codes import OPEN, exit_code

from .lying_server import LyingServer, Manner, Sent, honest, response, saying, silent, slowly

ZONE = {("www.example.test.", "A"): ["192.0.2.1"]}
TIMEOUT = 0.2
SILENT_AFTER = 0.6
OPTIONS: dict[str, Any] = {"timeout": TIMEOUT, "retries": 4, "window": 8}  # a busy machine is not a dead one


def names(count: int, server: str = "") -> list[DnsQuestion]:
    return [DnsQuestion(f"n{i}.example.test", "A", server) for i in range(count)]


def ran(live: Live, work: Callable[[Live], Awaitable[Any]], *, silent_after: float = SILENT_AFTER) -> Any:
    """What some work with a source brings; nothing stays open behind it."""
    live.silent_after = silent_after

    async def run() -> Any:
        try:
            return await asyncio.wait_for(work(live), 20)
        finally:
            await live.close()

    return asyncio.run(run())


async def answers(live: Live, questions: Iterable[DnsQuestion]) -> list[DnsAnswer]:
    pending = [live.ask(question) for question in questions]
    return [cast(DnsAnswer, p if isinstance(p, tuple) else await p) for p in pending]


def asked(resolvers: Sequence[str], questions: Sequence[DnsQuestion], **options: Any) -> list[DnsAnswer]:
    """The answers of a fresh `Live`, in order."""
    silent_after = options.pop("silent_after", SILENT_AFTER)
    live = Live(resolvers, **OPTIONS | options)
    return cast(
        "list[DnsAnswer]", ran(live, lambda live: answers(live, questions), silent_after=silent_after)
    )


def muted(manner: Manner, mute: threading.Event) -> Manner:
    return lambda query, tcp: None if mute.is_set() else manner(query, tcp)


def one_in(count: int, manner: Manner) -> Manner:
    """Most packets are lost."""
    seen = iter(range(1_000_000))
    return lambda query, tcp: None if next(seen) % count else manner(query, tcp)


def told_silent(found: Iterable[DnsAnswer]) -> list[DnsAnswer]:
    return [answer for answer in found if "silent" in answer.detail]


def test_who_waits_for_a_silent_server_is_told_so() -> None:
    with LyingServer(silent) as server:
        began = time.monotonic()
        found = asked([server.address], names(2000))

        assert {Outcome.TIMEOUT} == {answer.outcome for answer in found}
        assert f"not sent, since {server.address} has been silent for 0.6 s" == found[-1].detail
        assert not [a for a in found if a.ttl is not None or a.server != server.address]
        assert time.monotonic() - began < 12  # four at a time would take half a minute
        assert len(server.asked) < 1200


def test_with_the_first_answer_all_is_asked_as_before() -> None:
    mute = threading.Event()

    async def domains(live: Live) -> tuple[list[DnsAnswer], list[DnsAnswer]]:
        """Names asked for again and again, as by the domains of a batch that share them."""
        assert {Outcome.NO_NAME} == {a.outcome for a in await answers(live, names(50))}
        live.forget()
        mute.set()
        away = await answers(live, names(500))
        while not told_silent(await answers(live, names(20))):
            live.forget()
        mute.clear()
        while (await answers(live, [DnsQuestion(f"t{time.monotonic_ns()}.test", "A")]))[0].unknown:
            pass
        return away, await answers(live, names(500))

    with LyingServer(muted(honest(ZONE), mute)) as server:
        away, back = ran(Live([server.address], **OPTIONS), domains)

    assert told_silent(away)
    assert {Outcome.NO_NAME} == {answer.outcome for answer in back}


def test_a_living_server_is_asked_in_a_silent_ones_place() -> None:
    mute = threading.Event()

    async def midway(live: Live) -> list[DnsAnswer]:
        await answers(live, names(100))
        live.forget()
        mute.set()
        return await answers(live, names(2000))

    with LyingServer(muted(honest(ZONE), mute)) as first, LyingServer(honest(ZONE)) as second:
        live = Live([first.address, second.address], **OPTIONS)
        began = time.monotonic()
        found = ran(live, midway)

        assert {(Outcome.NO_NAME, second.address)} == {(a.outcome, a.server) for a in found}
        assert time.monotonic() - began < 12


def test_what_waits_behind_a_dead_server_need_not_wait_until_it_counts_as_silent() -> None:
    with LyingServer(silent) as first, LyingServer(honest(ZONE)) as second:
        began = time.monotonic()
        found = asked([first.address, second.address], names(2000), silent_after=60)

        assert {Outcome.NO_NAME} == {answer.outcome for answer in found}
        assert time.monotonic() - began < 12


def test_several_silent_servers_end_as_one() -> None:
    with LyingServer(silent) as first, LyingServer(silent) as second:
        began = time.monotonic()
        found = asked([first.address, second.address], names(1000))

        assert {Outcome.TIMEOUT} == {answer.outcome for answer in found}
        assert told_silent(found)
        assert time.monotonic() - began < 12


def test_a_server_that_speaks_is_heard_above_a_silent_one() -> None:
    with LyingServer(silent) as first, LyingServer(saying(2)) as second:
        found = asked([first.address, second.address], names(500))

        assert {(Outcome.SERVFAIL, second.address)} == {(a.outcome, a.server) for a in found}


@pytest.mark.parametrize("way", ["", "tcp://"], ids=["udp", "tcp"])
def test_a_name_server_asked_directly_holds_up_nobody(way: str) -> None:
    with LyingServer(silent) as dead, LyingServer(honest(ZONE)) as resolver:
        began = time.monotonic()
        found = asked([resolver.address], [*names(500, way + dead.address), *names(500)])

        assert {Outcome.TIMEOUT} == {answer.outcome for answer in found[:500]}
        assert told_silent(found[:500])
        assert {Outcome.NO_NAME} == {answer.outcome for answer in found[500:]}
        assert time.monotonic() - began < 12


def test_waiting_for_the_pace_is_no_silence() -> None:
    with LyingServer(slowly(honest(ZONE), 0.05)) as server:
        found = asked([server.address], names(30), rate=20, timeout=3, silent_after=0.1)

        assert {Outcome.NO_NAME} == {answer.outcome for answer in found}


def test_silence_is_counted_in_the_time_that_questions_were_out() -> None:
    """
    Six questions in a row are out for a fifth of a second each, one after the other, in a second and a half.
    """
    with LyingServer(silent) as server:
        found = asked([server.address], names(6), rate=4, retries=0, silent_after=1.2)

        assert [] == told_silent(found)


def test_who_loses_most_questions_is_not_silent() -> None:
    with LyingServer(one_in(6, honest(ZONE))) as server:
        found = asked([server.address], names(40), retries=1, silent_after=1.0)

        assert [] == told_silent(found)
        assert Outcome.NO_NAME in {answer.outcome for answer in found}


def test_who_answers_too_late_is_not_silent() -> None:
    """Its answers come, to questions nobody waits for any more: a longer time-out is what helps."""
    with Late(0.3) as server:
        found = asked([server.address], names(40), retries=0, silent_after=0.5)

        assert [] == told_silent(found)


class Late(LyingServer):
    """Answers everything, each question a while after it came."""

    def __init__(self, seconds: float) -> None:
        super().__init__(honest(ZONE))
        self.seconds = seconds

    def _serve_udp(self) -> None:
        while not self._stopped:
            try:
                wire, client = self._udp.recvfrom(65535)
            except OSError:
                continue
            for packet in self._replies(wire, False):
                threading.Timer(self.seconds, self._say, (packet, client)).start()

    def _say(self, packet: bytes, client: Any) -> None:
        with contextlib.suppress(OSError):
            self._udp.sendto(packet, client)


def test_time_in_which_the_machine_slept_is_no_silence() -> None:
    mute = threading.Event()

    async def sleeps(live: Live) -> list[DnsAnswer]:
        waiting = asyncio.ensure_future(answers(live, names(200)))
        while live.statistics.timeouts < 12:
            await asyncio.sleep(0.01)
        time.sleep(1.5)
        mute.clear()
        return await waiting

    with LyingServer(muted(honest(ZONE), mute)) as server:
        mute.set()
        live = Live([server.address], **OPTIONS)
        found = ran(live, sleeps, silent_after=1.2)

    assert [] == told_silent(found)
    assert Outcome.NO_NAME in {answer.outcome for answer in found}


class Forgetful(LyingServer):
    """A way to a server that loses what it knew, as a firewall that restarts: those known so far get nothing more."""

    def __init__(self) -> None:
        super().__init__(honest(ZONE))
        self.known: set[Any] = set()
        self.lost: frozenset[Any] = frozenset()

    def lose(self) -> None:
        self.lost = frozenset(self.known)

    def _serve_udp(self) -> None:
        while not self._stopped:
            try:
                wire, client = self._udp.recvfrom(65535)
            except OSError:
                continue
            self.known.add(client)
            if client not in self.lost:
                for packet in self._replies(wire, False):
                    self._udp.sendto(cast(bytes, packet), client)

    def _converse(self, connection: socket.socket) -> None:
        client = connection.getpeername()
        self.known.add(client)
        while len(head := connection.recv(2)) == 2:
            wire = connection.recv(int.from_bytes(head, "big"))
            for packet in self._replies(wire, True) if client not in self.lost else ():
                connection.sendall(len(cast(bytes, packet)).to_bytes(2, "big") + cast(bytes, packet))


@pytest.mark.parametrize("way", ["", "tcp://"], ids=["udp", "tcp"])
def test_a_silent_server_is_tried_by_new_ways(way: str) -> None:
    async def lost(live: Live) -> tuple[list[DnsAnswer], DnsAnswer]:
        await answers(live, names(1000, way + server.address))  # all its sockets are open
        live.forget()
        server.lose()
        away = await answers(live, names(500, way + server.address))
        for i in range(100):
            (answer,) = await answers(live, [DnsQuestion(f"t{i}.test", "A", way + server.address)])
            if not answer.unknown:
                break
        return away, answer

    with Forgetful() as server:
        away, back = ran(Live([server.address], **OPTIONS), lost)

    assert told_silent(away)
    assert Outcome.NO_NAME == back.outcome


def test_a_batch_goes_on_normally_when_the_resolver_is_back() -> None:
    """
    A list of domains, ten at a time: what was asked in the silence is open and no verdict is wrong, the rest is judged.
    """
    mute = threading.Event()
    domains = [f"d{i}.example" for i in range(60)]

    def manner(query: dns.message.Message, tcp: bool) -> Sent:
        return None if mute.is_set() else response(query).to_wire()

    async def batch(live: Live) -> list[Any]:
        room = asyncio.Semaphore(10)
        done: list[str] = []

        async def one(domain: str) -> Any:
            async with room:
                report = await audit_domain(domain, live, AuditSettings(), None)
                done.append(domain)
                if len(done) == 10:
                    mute.set()
                elif len(done) == 30:
                    mute.clear()
                return report

        return await asyncio.gather(*map(one, domains))

    with LyingServer(manner) as server:
        reports = ran(Live([server.address], **OPTIONS), batch)

    usual = {v.check: v.status for v in reports[0].verdicts}
    open_ = [r for r in reports if any(v.status is Status.INCONCLUSIVE for v in r.verdicts)]
    assert 10 <= len(open_) <= 45
    assert all({v.check: v.status for v in r.verdicts} == usual for r in reports[-10:])
    wrong = {Status.PASS: Status.FAIL, Status.FAIL: Status.PASS}
    assert not [v for r in open_ for v in r.verdicts if wrong.get(v.status) is usual[v.check]]
    lost = next(r for r in open_ if all(v.status is not Status.FAIL for v in r.verdicts))
    assert OPEN == exit_code([lost])
    told = [e.answer.detail for r in open_ for v in r.verdicts for e in v.unanswered]
    assert [detail for detail in told if "has been silent for" in detail]


def test_what_a_server_did_not_say_is_dropped_from_the_table_and_nothing_else() -> None:
    table = Table()
    one, other, found = names(3)
    table.keep(one, DnsAnswer(Outcome.TIMEOUT, server="192.0.2.1"))
    table.keep(other, DnsAnswer(Outcome.SERVFAIL, server="192.0.2.1"))
    table.keep(found, DnsAnswer(Outcome.FOUND, ("192.0.2.9",), server="192.0.2.1", ttl=60))

    table.drop_time_outs()

    assert [None, Outcome.SERVFAIL, Outcome.FOUND] == [
        a and a.outcome for a in map(table.get, (one, other, found))
    ]
