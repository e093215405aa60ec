"""Speed and manners: all lists at once, each operator at the pace it asks for, a dead list delays nobody."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.model.blocklist import Kind
from mailsetup.model.dns import Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.profiles.blocklists import blocklist_named
from mailsetup.run.blocklist_choice import choose
from mailsetup.run.blocklist_source import BURST, IN_FLIGHT, ListSource
from mailsetup.run.blocklists import ask_blocklists, blocklists

DELAY = 0.02  # seconds an answer takes
LISTS = 60
ADDRESSES = [f"203.0.113.{i}" for i in range(1, 21)]


class Late(asyncio.DatagramProtocol):
    """A server whose answers take a while: test entries are there, nothing else is."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.asked = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, client: Any) -> None:
        self.asked += 1
        asyncio.get_running_loop().call_later(DELAY, self._answer, data, client)

    def _answer(self, data: bytes, client: Any) -> None:
        end = 12
        while data[end]:
            end += data[end] + 1
        question = data[12 : end + 5]
        if question.startswith(b"\x012\x010\x010\x03127"):
            record = b"\xc0\x0c\0\1\0\1\0\0\1\0\0\4\x7f\0\0\2"
            reply = data[:2] + b"\x85\x80\0\1\0\1\0\0\0\0" + question + record
        else:
            reply = data[:2] + b"\x85\x83\0\1\0\0\0\0\0\0" + question
        self.transport.sendto(reply, client)


class Slow:
    """A source of futures; counts how many are open at once."""

    description = "slow"

    def __init__(self, delay: float = 0.01) -> None:
        self.delay = delay
        self.open = self.most = self.asked = 0

    def ask(self, question: Question) -> asyncio.Future[Answer]:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.open += 1
        self.asked += 1
        self.most = max(self.most, self.open)
        asyncio.get_running_loop().call_later(self.delay, self._settle, future)
        return future

    def _settle(self, future: asyncio.Future[Answer]) -> None:
        self.open -= 1
        future.set_result(DnsAnswer(Outcome.NO_NAME))

    async def close(self) -> None:
        """Nothing is open."""


async def timed() -> tuple[float, int, int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Late, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    lists = [
        one
        for one in choose(all_lists=True).lists
        if Kind.IPV4 in one.kinds and "127.0.0.2" in one.tests[Kind.IPV4].listed
    ][:LISTS]
    more = LISTS - len(lists)
    lists += [replace(one, id=f"{one.id}-again", zone=f"again.{one.zone}") for one in lists[:more]]
    live = Live([f"127.0.0.1:{port}"])
    began = time.perf_counter()
    reports = await ask_blocklists(ADDRESSES, lists, ListSource(live, lists))
    took = time.perf_counter() - began
    await live.close()
    transport.close()
    clean = sum(one.status.value == "clean" for report in reports for one in report.listings)
    return took, len(lists), clean


@pytest.mark.real
def test_sixty_lists_are_asked_for_twenty_addresses_in_two_seconds() -> None:
    """
    At 20 ms an answer the whole run takes under two seconds, and every answer is told.
    """
    took, lists, clean = asyncio.run(timed())

    print(f"{lists} lists x {len(ADDRESSES)} addresses at {DELAY * 1000:.0f} ms: {took:.2f} s")
    assert LISTS == lists
    assert clean == lists * len(ADDRESSES)
    assert took < 2.0


def test_an_operator_has_so_many_questions_at_once() -> None:
    """
    However many are wanted, so many wait for an answer; all are answered.
    """

    async def ask() -> Slow:
        below = Slow()
        one = blocklist_named("psbl")
        source = ListSource(below, [one])
        questions = [DnsQuestion(f"{i}.113.0.203.{one.zone}", "A") for i in range(BURST)]
        await asyncio.gather(*(as_future(source.ask(q)) for q in questions))
        return below

    below = asyncio.run(ask())

    assert (BURST, IN_FLIGHT) == (below.asked, below.most)


def test_an_operators_pace_is_kept_after_a_first_burst() -> None:
    """
    Beyond the burst, questions leave at the pace that the operator names.
    """

    async def ask() -> float:
        one = replace(blocklist_named("psbl"), queries_per_second=50.0)
        source = ListSource(Slow(0.0), [one])
        questions = [DnsQuestion(f"{i}.113.0.203.{one.zone}", "A") for i in range(BURST + 20)]
        began = time.perf_counter()
        await asyncio.gather(*(as_future(source.ask(q)) for q in questions))
        return time.perf_counter() - began

    assert 0.2 < asyncio.run(ask()) < 3.0


def test_lists_of_one_operator_share_its_pace() -> None:
    """
    What one list asks for holds for all lists of its operator: together they may not ask more.
    """

    async def ask() -> float:
        slow = replace(blocklist_named("sem-black"), queries_per_second=50.0)
        other = replace(blocklist_named("sem-backscatter"), queries_per_second=0.0)
        source = ListSource(Slow(0.0), [slow, other])
        zones = [slow.zone, other.zone] * (BURST // 2 + 10)
        began = time.perf_counter()
        await asyncio.gather(
            *(
                as_future(source.ask(DnsQuestion(f"{i}.113.0.203.{zone}", "A")))
                for i, zone in enumerate(zones)
            )
        )
        return time.perf_counter() - began

    assert 0.2 < asyncio.run(ask()) < 3.0


async def as_future(pending: Any) -> Answer:
    return pending if isinstance(pending, tuple) else await pending


def test_python_has_the_same_job() -> None:
    """
    `blocklists` is a coroutine that takes one target or many and a source.
    """
    run = asyncio.run(blocklists("203.0.113.9", source=Slow(0.0), lists=["psbl"]))

    assert ["203.0.113.9"] == [target.target for target in run.targets]
    assert "unknown" == run.targets[0].listings[0].status.value
    assert 3 == run.exit_code()
