"""Sources that share their questions: one asks, all are told, nobody waits for ever. Here they share a loop too."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import dns.message
import dns.rdatatype
import pytest
from dns import query as queries

from mailsetup.edge.dns.dns64 import SeeingThrough
from mailsetup.edge.dns.live import LIES
from mailsetup.edge.neighbours import NUMBERS, Token, places, shared_lock, slot_of
from mailsetup.edge.network import Network
from mailsetup.edge.source import CHAIN_LIMIT
from mailsetup.edge.validator import SignedQuestion
from mailsetup.model.dns import (
    Answer,
    DnsAnswer,
    DnsQuestion,
    DnssecAnswer,
    DnssecQuestion,
    DnssecStatus,
    Outcome,
    Question,
    SmtpQuestion,
)
from tests.edge.lying_server import LyingServer, Manner, honest, name_of, response
from tests.servers.bind import bind, signed
from tests.servers.unbound import unbound

PATIENCE = 15  # seconds after which a test has hung


@asynccontextmanager
async def sharing(
    count: int, make: Callable[[], Network], lock: Token | None = None
) -> AsyncIterator[tuple[list[Network], Any]]:
    """Networks that share, and the table in which they claim."""
    networks, table = [], None
    context = multiprocessing.get_context("fork")
    with places(count, context, lock or shared_lock(context)) as each:
        for place in each:
            network = make()
            mine = {
                other: end.dup() for other, end in place.sockets.items()
            }  # closed here once it is handed on
            await network.join(place._replace(sockets=mine))
            networks.append(network)
            table = place.table
    try:
        yield networks, table
    finally:
        for network in networks:
            await network.close()


def of(resolver: str, **options: Any) -> Callable[[], Network]:
    return lambda: Network(SeeingThrough(resolver, timeout=5), **options)


async def told(network: Network, question: Question) -> Answer:
    pending = network.ask(question)
    return pending if isinstance(pending, tuple) else await pending


async def asked(network: Network, name: str, rdtype: str = "A") -> DnsAnswer:
    return cast(DnsAnswer, await told(network, DnsQuestion(name, rdtype)))


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, PATIENCE))


def twice(server: LyingServer) -> list[tuple[str, str]]:
    counted = Counter((name, rdtype) for name, rdtype, _ in server.asked)
    return [question for question, times in counted.items() if times > 1]


def step_by_step(zone: dict[tuple[str, str], str]) -> Manner:
    """One record a question, aliases not followed."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name, rdtype = name_of(query), dns.rdatatype.to_text(query.question[0].rdtype)
        held = rdtype if (name, rdtype) in zone else "CNAME"
        found = zone.get((name, held))
        return response(query, *([f"{name} 300 IN {held} {found}"] if found else [])).to_wire()

    return manner


@pytest.mark.parametrize("count", [2, 3, 6])
def test_one_asks_and_all_are_told(count: int) -> None:
    """Whether the others come while it is under way or later, and whatever the answer is."""
    names = [f"h{i}.test" for i in range(12)]
    zone = {(f"{name}.", "A"): [f"192.0.2.{i}"] for i, name in enumerate(names) if i % 3}

    async def work() -> None:
        with LyingServer(honest(zone)) as server:
            async with sharing(count, of(server.address)) as (networks, _):
                at_once = await asyncio.gather(
                    *(asked(network, name) for name in names for network in networks)
                )
                later = await asyncio.gather(
                    *(asked(network, name) for name in names for network in networks)
                )
            assert [] == twice(server)
            assert len(names) == len(server.asked)
            assert at_once == later
            for i in range(len(names)):
                of_all = at_once[i * count : (i + 1) * count]
                assert 1 == len(set(of_all))
                assert (Outcome.FOUND if i % 3 else Outcome.NO_NAME) is of_all[0].outcome
                assert server.address == of_all[0].server

    run(work())


def test_aliases_in_a_circle_let_nobody_wait() -> None:
    """Each asks for one of the two and follows it to the other's: both find the circle, each from its own name."""
    zone = {("a.test.", "CNAME"): "b.test.", ("b.test.", "CNAME"): "a.test.", ("c.test.", "CNAME"): "a.test."}

    async def work() -> None:
        for _ in range(5):
            with LyingServer(step_by_step(zone)) as server:
                async with sharing(3, of(server.address)) as ((first, second, third), _):
                    a, b, c = await asyncio.gather(
                        asked(first, "a.test"), asked(second, "b.test"), asked(third, "c.test")
                    )
                assert [("b.test", "a.test"), ("a.test", "b.test"), ("a.test", "b.test", "a.test")] == [
                    answer.aliases for answer in (a, b, c)
                ]
                assert {"alias loop"} == {answer.detail for answer in (a, b, c)}
                assert [] == twice(server)

    run(work())


def test_a_chain_of_aliases_is_followed_across_all() -> None:
    """Each alias is asked for once, whoever follows it."""
    zone = {(f"a{i}.test.", "CNAME"): f"a{i + 1}.test." for i in range(8)} | {("a8.test.", "A"): "192.0.2.1"}

    async def work() -> None:
        with LyingServer(step_by_step(zone)) as server:
            async with sharing(3, of(server.address)) as (networks, _):
                found = await asyncio.gather(*(asked(networks[i % 3], f"a{i}.test") for i in range(9)))
            for i, answer in enumerate(found):
                assert ("192.0.2.1",) == answer.records
                assert tuple(f"a{j}.test" for j in range(i + 1, 9)) == answer.aliases
            assert [] == twice(server)

    run(work())


def test_if_one_is_gone_the_others_ask_themselves() -> None:
    """What it had been asked for, and what it had claimed."""
    seen: list[str] = []

    def manner(query: dns.message.Message, tcp: bool) -> bytes | None:
        seen.append(name_of(query))
        return None if len(seen) == 1 else response(query, f"{name_of(query)} 60 IN A 192.0.2.1").to_wire()

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address)) as ((first, second), _):
                lost = asyncio.ensure_future(asked(first, "a.test"))
                await asyncio.sleep(0.1)
                wanted = asyncio.ensure_future(asked(second, "a.test"))
                await asyncio.sleep(0.1)
                assert not wanted.done()
                await first.close()
                assert (await lost).unknown
                assert ("192.0.2.1",) == (await wanted).records
                assert ("192.0.2.1",) == (await asked(second, "b.test")).records

    run(work())


def test_each_thinks_that_the_other_asks() -> None:
    """Slots change hands while messages are under way; then both ask, rather than wait for one another."""

    async def work() -> None:
        with LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as server:
            async with sharing(2, of(server.address)) as ((first, second), table):
                table[slot_of("a.testA")] = 1 * NUMBERS + 2
                one = asyncio.ensure_future(asked(first, "a.test"))
                await asyncio.sleep(0)
                table[slot_of("a.testA")] = 1 * NUMBERS + 1
                other = asyncio.ensure_future(asked(second, "a.test"))
                assert [("192.0.2.1",)] * 2 == [(await one).records, (await other).records]

    run(work())


def test_nobody_believes_a_liar_that_a_neighbour_still_believes() -> None:
    """Who knows that a server lies takes its findings from nobody; the others hear of it from their own probe."""

    async def work() -> None:
        with LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as server:
            async with sharing(2, of(server.address)) as ((first, second), _):
                assert (await asked(first, "a.test")).found
                second.live.believe_nothing_of(second.live.servers()[0])
                answer = await asked(second, "a.test")
            assert (Outcome.SERVFAIL, LIES) == (answer.outcome, answer.detail)

    run(work())


def test_who_knows_a_liar_asks_another_server_what_a_neighbour_had_of_it() -> None:
    """As after the liar's own answer: what a server that is believed says counts."""

    async def work() -> None:
        with (
            LyingServer(honest({("a.test.", "A"): ["203.0.113.66"]})) as liar,
            LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as other,
        ):
            both = [liar.address, other.address]
            async with sharing(2, lambda: Network(SeeingThrough(both, timeout=5))) as ((first, second), _):
                assert ("203.0.113.66",) == (await asked(first, "a.test")).records
                second.live.believe_nothing_of(second.live.servers()[0])
                answer = await asked(second, "a.test")
            assert (("192.0.2.1",), other.address) == (answer.records, answer.server)

    run(work())


def test_a_chain_without_an_end_is_followed_no_further_by_two() -> None:
    """Who is asked on the way follows it too, but no longer than the one who asked has left of it."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name = name_of(query)
        following = int(name.partition(".")[0][1:]) + 1
        return response(query, f"{name} 300 IN CNAME x{following}.test.").to_wire()

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address)) as ((first, _), table):
                for i in range(300):
                    table[slot_of(f"x{i}.testA")] = NUMBERS + 1 + i % 2
                answer = await asked(first, "x0.test")
                await asyncio.sleep(0.5)
                last = max(int(name.partition(".")[0][1:]) for name, _, _ in server.asked)
            assert (Outcome.SERVFAIL, "alias chain too long") == (answer.outcome, answer.detail)
            assert CHAIN_LIMIT == last

    run(work())


def test_an_answer_is_kept_no_longer_for_having_been_told() -> None:
    """Its time to live runs from when the server said it."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        return response(query, f"{name_of(query)} 2 IN A 192.0.2.1").to_wire()

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address)) as ((first, second), _):
                await asked(first, "a.test")
                await asyncio.sleep(1.2)
                assert 2 == (await asked(second, "a.test")).ttl
                assert 1 == len(server.asked)
                await asyncio.sleep(1.2)
                await asked(second, "a.test")
                assert 2 == len(server.asked)

    run(work())


def test_what_is_kept_no_longer_may_be_asked_by_anybody() -> None:
    """A slot that is given back is free."""

    async def work() -> None:
        with LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as server:
            async with sharing(2, of(server.address)) as ((first, second), table):
                await asked(first, "a.test")
                slot = slot_of("a.testA")
                assert 1 * NUMBERS + 1 == table[slot]
                first.live._let_go(DnsQuestion("a.test", "A"))  # type: ignore[attr-defined]
                assert 0 == table[slot]
                await asked(second, "a.test")
                assert 1 * NUMBERS + 2 == table[slot]

    run(work())


@pytest.mark.parametrize("ttl", [0, 1])
def test_a_slot_counts_an_answer_no_longer_than_it_is_kept(ttl: int) -> None:
    """Else a list whose answers may not be kept fills the table, until each is asked of another process."""

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        return response(query, f"{name_of(query)} {ttl} IN A 192.0.2.1").to_wire()

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address)) as ((first, _), table):
                for _ in range(3):
                    await asked(first, "a.test")
                    assert ttl * (NUMBERS + 1) == table[slot_of("a.testA")]
                    await asyncio.sleep(1.1 * ttl)
            assert 3 == len(server.asked)

    run(work())


def test_a_slot_with_two_questions_is_free_when_both_are_let_go() -> None:
    """Else the second could be asked again by another process while the first still knows its answer."""
    slots: dict[int, str] = {}
    one, other = next(
        (slots[slot_of(f"h{i}.testA")], f"h{i}.test")
        for i in range(1 << 20)
        if slots.setdefault(slot_of(f"h{i}.testA"), f"h{i}.test") != f"h{i}.test"
    )

    async def work() -> None:
        with LyingServer(honest({})) as server:
            async with sharing(2, of(server.address)) as ((first, second), table):
                slot = slot_of(f"{one}A")
                await asked(first, one)
                await asked(first, other)
                assert 2 * NUMBERS + 1 == table[slot]
                first.live._let_go(DnsQuestion(one, "A"))  # type: ignore[attr-defined]
                assert 1 * NUMBERS + 1 == table[slot]
                await asked(second, other)
                assert [] == twice(server)
                first.live._let_go(DnsQuestion(other, "A"))  # type: ignore[attr-defined]
                assert 0 == table[slot]

    run(work())


def test_a_mail_server_is_spoken_to_once() -> None:
    """By whichever process comes first."""
    connections: list[int] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        writer.write(b"220 mail.test ESMTP\r\n")
        while line := await reader.readline():
            writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 mail.test\r\n")
            if line.upper().startswith(b"QUIT"):
                break
        writer.close()

    async def work() -> None:
        mail = await asyncio.start_server(greet, "127.0.0.1", 0)
        ports = {25: mail.sockets[0].getsockname()[1]}
        with LyingServer(honest({("mail.test.", "A"): ["127.0.0.1"]})) as server:
            async with sharing(3, of(server.address, smtp_ports=ports)) as (networks, _):
                found = await asyncio.gather(
                    *(told(network, SmtpQuestion("mail.test", 25)) for network in networks * 2)
                )
            assert [] == twice(server)
        mail.close()
        assert 1 == len(connections)
        assert 1 == len(set(found))
        assert Outcome.FOUND is found[0].outcome

    run(work())


HEAD = "$TTL 300\n@ SOA ns.test. hostmaster.test. 1 7200 3600 1209600 300\n@ NS ns.test.\n"
SIGNED = {
    ".": HEAD + "test. NS ns.test.\nns.test. A 127.0.0.1\n",
    "test": HEAD + "ns A 127.0.0.1\none NS ns\ntwo NS ns\n",
    "one.test": HEAD + "@ MX 10 mail\n",
    "two.test": HEAD + "@ MX 10 mail\n",
}


@pytest.fixture(scope="module")
def validating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Manner, str]]:
    """A signed world behind Unbound, as the manner of a server that counts, and the root's key."""
    tmp = tmp_path_factory.mktemp("signed")
    made = signed(SIGNED, tmp)
    with bind(made.zones, tmp) as server, unbound({name: server for name in made.zones}, tmp) as resolver:
        host, _, port = resolver.resolver.rpartition(":")

        def manner(query: Any, tcp: bool) -> bytes:
            ask = queries.tcp if tcp else queries.udp
            answer = ask(query, host, port=int(port), timeout=5)
            return cast(bytes, answer.to_wire())

        yield manner, made.anchor


def test_a_message_travels_whatever_records_it_brings_along() -> None:
    """Not all of dnspython's objects can be taken apart and put together; what could not be read ended the link."""
    apl = "a.test. 60 IN APL 1:192.0.2.0/24"

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name, rdtype = name_of(query), dns.rdatatype.to_text(query.question[0].rdtype)
        message = response(query, f"{name} 60 IN {rdtype} 10 mail.test.")
        message.additional += response(query, apl).answer
        return message.to_wire()

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address)) as (networks, _):
                question = SignedQuestion("a.test.", "MX")
                said = [await network._validator.queries.ask(question) for network in networks]
            one, other = (each.message for each in said)
            assert [] == twice(server)
            assert one == other
            assert one.additional == other.additional != []

    run(work())


@pytest.mark.real
def test_the_keys_of_a_common_parent_are_asked_for_once(
    validating: tuple[Manner, str], tmp_path: Path
) -> None:
    """Two processes validate one domain each: root and top-level domain are the same."""
    manner, anchor = validating

    async def work() -> None:
        with LyingServer(manner) as server:
            async with sharing(2, of(server.address, anchors=(anchor,))) as ((first, second), _):
                one, other = await asyncio.gather(
                    told(first, DnssecQuestion("one.test", "MX")),
                    told(second, DnssecQuestion("two.test", "MX")),
                )
            assert [DnssecStatus.SECURE] * 2 == [cast(DnssecAnswer, a).status for a in (one, other)]
            assert ("test", "DNSKEY") in [(name, rdtype) for name, rdtype, _ in server.asked]
            assert [] == twice(server)

    run(work())


class Without:
    """A system without semaphores, as `multiprocessing` shows it."""

    def __init__(self, method: str) -> None:
        self.method = method

    def get_start_method(self) -> str:
        return self.method

    def Lock(self) -> None:
        raise OSError(errno.EROFS, "Read-only file system")


def test_without_semaphores_an_octet_is_the_lock() -> None:
    """A container may have no /dev/shm; only processes that are no copies have no other way, and share nothing then."""
    lock = shared_lock(Without("fork"))
    assert isinstance(lock, Token)
    assert shared_lock(Without("spawn")) is None

    async def work() -> None:
        with LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as server:
            async with sharing(3, of(server.address), lock) as (networks, _):
                for _ in range(3):
                    found = await asyncio.gather(*(asked(network, "a.test") for network in networks))
                assert {("192.0.2.1",)} == {answer.records for answer in found}
            assert [] == twice(server)

    run(work())


def test_one_process_at_a_time_holds_the_octet() -> None:
    """The next waits for it."""
    lock = Token()
    lock.acquire()
    waiting = multiprocessing.get_context("fork").Process(target=lock.acquire, daemon=True)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    lock.release()
    waiting.join(PATIENCE)
    assert 0 == waiting.exitcode
