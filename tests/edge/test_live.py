"""What `Live` makes of servers good and bad, on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

import dns.message
import dns.rrset
import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.edge.dns.table import GENERATION, Table
from mailsetup.edge.drive import Collected, collect
from mailsetup.model.dns import MX, Answer, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.errors import UsageError
from mailsetup.model.walk import Walk, ask, ask_one, asked_in

from .lying_server import (
    HANG_UP,
    LyingServer,
    closed_port,
    forging_first,
    hijacking,
    honest,
    name_of,
    response,
    saying,
    silent,
    slowly,
    truncated,
)

WWW = DnsQuestion("www.example.test", "A")
ZONE = {
    ("www.example.test.", "A"): ["192.0.2.1"],
    ("example.test.", "MX"): ["10 mx.example.test."],
    ("alias.example.test.", "CNAME"): ["www.example.test."],
    ("many.example.test.", "TXT"): [f'"record {i} {"x" * 180}"' for i in range(300)],
    ("huge.example.test.", "TXT"): [" ".join(['"' + "y" * 255 + '"'] * 250)],
}


def asked(resolvers: Sequence[str], *questions: DnsQuestion, **options: Any) -> list[DnsAnswer]:
    """The answers of a fresh `Live`, in order, and nothing left open behind it."""
    options.setdefault("timeout", 0.3)
    options.setdefault("retries", 1)

    async def run() -> list[DnsAnswer]:
        live = Live(resolvers, **options)
        try:
            pending = [live.ask(question) for question in questions]
            return [p if isinstance(p, tuple) else await p for p in pending]  # type: ignore[misc]
        finally:
            assert not live._open
            await live.close()

    return asyncio.run(run())


def test_an_answer_brings_records_ttl_and_server() -> None:
    with LyingServer(honest(ZONE)) as server:
        (answer,) = asked([server.address], DnsQuestion("example.test", "MX"))

        assert Outcome.FOUND == answer.outcome
        assert (MX(10, "mx.example.test"),) == answer.records
        assert (300, server.address) == (answer.ttl, answer.server)


def test_absence_has_its_zone_and_the_least_of_ttl_and_minimum() -> None:
    with LyingServer(honest(ZONE)) as server:
        no_data, no_name = asked(
            [server.address],
            DnsQuestion("www.example.test", "TXT"),
            DnsQuestion("nothing.example.test", "A"),
        )

        assert (Outcome.NO_DATA, "test", 60) == (no_data.outcome, no_data.zone, no_data.ttl)
        assert (Outcome.NO_NAME, "test", 60) == (no_name.outcome, no_name.zone, no_name.ttl)


def test_a_truncated_answer_is_fetched_over_one_kept_connection() -> None:
    with LyingServer(honest(ZONE)) as server:
        many, huge = asked(
            [server.address],
            DnsQuestion("many.example.test", "TXT"),
            DnsQuestion("huge.example.test", "TXT"),
        )

        assert 300 == len(many.records)
        assert 250 * 255 == len(huge.texts[0])
        assert 1 == server.connections


def test_forgeries_are_ignored_and_the_true_answer_still_counts() -> None:
    with LyingServer(forging_first(honest(ZONE))) as server:
        (answer,) = asked([server.address], WWW)

        assert ("192.0.2.1",) == answer.records


def oversized(query: dns.message.Message, tcp: bool) -> bytes:
    """Sixty kilobytes in one datagram, whatever size was asked for."""
    texts = (f'{name_of(query)} 60 IN TXT "record {i} {"x" * 180}"' for i in range(300))
    return response(query, *texts).to_wire(max_size=65535)


def noise(query: dns.message.Message, tcp: bool) -> bytes:
    """The largest datagram there is: the right id, and no message behind it."""
    return query.to_wire()[:2] + b"\x81\x80" + b"\xff" * 60_000


def referring(query: dns.message.Message, tcp: bool) -> bytes:
    """Sends everybody on, to itself: no answer, no SOA, only the name server that was asked."""
    message = response(query)
    message.authority.append(dns.rrset.from_text("example.test.", 900, "IN", "NS", "ns.example.test."))
    message.additional.append(dns.rrset.from_text("ns.example.test.", 900, "IN", "A", "127.0.0.1"))
    return message.to_wire()


def test_an_oversized_datagram_is_read_and_noise_of_that_size_is_no_answer() -> None:
    many = DnsQuestion("many.example.test", "TXT")
    with LyingServer(oversized) as server:
        (answer,) = asked([server.address], many)
    with LyingServer(noise) as server:
        (nothing,) = asked([server.address], many)

    assert 300 == len(answer.records)
    assert nothing.unknown


def test_a_server_that_only_sends_one_on_to_itself_proves_no_absence() -> None:
    """
    A referral is no answer (RFC 2308 section 2.2): nothing is known, and nobody goes in circles.
    """
    with LyingServer(referring) as server:
        (answer,) = asked([server.address], WWW)

        assert answer.unknown
        assert len(server.asked) < 10


def test_silence_is_a_time_out_and_never_absence() -> None:
    with LyingServer(silent) as server:
        began = time.monotonic()
        (answer,) = asked([server.address], WWW)

        assert Outcome.TIMEOUT == answer.outcome
        assert "0.3 s" in answer.detail
        assert 2 == len(server.asked)
        assert time.monotonic() - began < 1.5


def test_a_port_where_nobody_listens_is_known_at_once() -> None:
    began = time.monotonic()
    address = closed_port()
    (answer,) = asked([address], WWW, timeout=5)

    assert Outcome.REFUSED == answer.outcome
    assert f"nobody listens at {address}" == answer.detail
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("bad", [saying(2), saying(5), silent], ids=["servfail", "refused", "silent"])
def test_the_second_server_answers_when_the_first_does_not(bad: Any) -> None:
    with LyingServer(bad) as first, LyingServer(honest(ZONE)) as second:
        (answer,) = asked([first.address, second.address], WWW)

        assert ("192.0.2.1",) == answer.records
        assert second.address == answer.server


def test_when_all_fail_the_one_that_spoke_is_heard() -> None:
    with LyingServer(silent) as mute, LyingServer(saying(2)) as broken:
        (answer,) = asked([mute.address, broken.address], WWW)

        assert (Outcome.SERVFAIL, broken.address) == (answer.outcome, answer.server)


def test_a_dead_server_is_not_waited_for_again_and_again() -> None:
    questions = [DnsQuestion(f"n{i}.example.test", "A") for i in range(10)]
    with LyingServer(silent) as dead, LyingServer(honest(ZONE)) as good:
        began = time.monotonic()

        async def run() -> None:
            live = Live([dead.address, good.address], timeout=0.2, retries=1)
            for question in questions:
                await live.ask(question)
            await live.close()

        asyncio.run(run())

        assert len(dead.asked) < 6
        assert time.monotonic() - began < 2


def test_hanging_up_mid_answer_is_a_failure_and_not_absence() -> None:
    def manner(query: dns.message.Message, tcp: bool) -> object:
        return HANG_UP if tcp else truncated(query)

    with LyingServer(manner) as server:
        (answer,) = asked([server.address], WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "hung up" in answer.detail


def test_no_tcp_behind_a_truncated_answer_is_a_failure_that_says_so() -> None:
    with LyingServer(lambda query, tcp: truncated(query)) as server:
        server.refuse_tcp()
        (answer,) = asked([server.address], WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "no TCP connection" in answer.detail


def test_truncated_even_over_tcp_is_a_failure_and_not_absence() -> None:
    with LyingServer(lambda query, tcp: truncated(query)) as server:
        (answer,) = asked([server.address], WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "truncated" in answer.detail


def test_a_message_that_cannot_be_read_is_servfail() -> None:
    def looping_pointer(query: dns.message.Message, tcp: bool) -> bytes:
        wire = response(query).to_wire()
        head = wire[:6] + b"\0\1" + wire[8:]
        return head[: len(head) - 11] + b"\xc0\x1e" * 8 if len(head) > 40 else head + b"\xc0\xff"

    with LyingServer(looping_pointer) as server:
        (answer,) = asked([server.address], WWW)

        assert Outcome.SERVFAIL == answer.outcome
        assert "cannot be read" in answer.detail


def test_a_server_that_knows_no_edns_is_asked_without() -> None:
    def old(query: dns.message.Message, tcp: bool) -> object:
        if query.edns >= 0:
            plain = dns.message.make_query(query.question[0].name, query.question[0].rdtype)
            plain.id = query.id
            return response(plain, rcode=1).to_wire()
        return honest(ZONE)(query, tcp)

    with LyingServer(old) as server:
        (answer,) = asked([server.address], WWW)

        assert ("192.0.2.1",) == answer.records


def test_aliases_are_followed_and_named() -> None:
    with LyingServer(honest(ZONE)) as server:
        (answer,) = asked([server.address], DnsQuestion("alias.example.test", "A"))

        assert (("www.example.test",), ("192.0.2.1",)) == (answer.aliases, answer.records)


def _one_step(chain: dict[str, str]) -> Any:
    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        name = name_of(query)
        if name in chain:
            return response(query, f"{name} 60 IN CNAME {chain[name]}").to_wire()
        return response(query, f"{name} 90 IN A 192.0.2.7").to_wire()

    return manner


def test_a_chain_the_server_does_not_finish_is_asked_further() -> None:
    with LyingServer(_one_step({"a.test.": "b.test.", "b.test.": "c.test."})) as server:
        whole, part = asked([server.address], DnsQuestion("a.test", "A"), DnsQuestion("b.test", "A"))

        assert (("b.test", "c.test"), ("192.0.2.7",), 60) == (whole.aliases, whole.records, whole.ttl)
        assert (("c.test",), ("192.0.2.7",)) == (part.aliases, part.records)
        assert 3 == len(server.asked)


def test_alias_loops_end_whoever_asks_first() -> None:
    ring = {"a.test.": "b.test.", "b.test.": "c.test.", "c.test.": "a.test.", "self.test.": "self.test."}
    names = ["a.test", "b.test", "c.test", "self.test"]
    with LyingServer(_one_step(ring)) as server:
        answers = asked([server.address], *[DnsQuestion(name, "A") for name in names])

        assert [Outcome.SERVFAIL] * 4 == [a.outcome for a in answers]
        assert all("loop" in a.detail for a in answers)


def test_an_endless_chain_ends() -> None:
    def endless(query: dns.message.Message, tcp: bool) -> bytes:
        name = name_of(query)
        return response(query, f"{name} 60 IN CNAME x{name}").to_wire()

    with LyingServer(endless) as server:
        (answer,) = asked([server.address], DnsQuestion("a.test", "A"))

        assert Outcome.SERVFAIL == answer.outcome
        assert len(server.asked) < 30


def test_a_question_is_asked_once_however_many_want_it() -> None:
    with LyingServer(slowly(honest(ZONE), 0.05)) as server:
        answers = asked([server.address], *[WWW] * 50)

        assert 1 == len(server.asked)
        assert 1 == len(set(answers))


def test_one_who_stops_waiting_does_not_take_the_answer_from_the_others() -> None:
    with LyingServer(slowly(honest(ZONE), 0.05)) as server:

        async def run() -> DnsAnswer:
            live = Live([server.address], timeout=1)
            first, second = live.ask(WWW), live.ask(WWW)
            assert isinstance(first, asyncio.Future) and isinstance(second, asyncio.Future)
            first.cancel()
            answer = await second
            await live.close()
            return answer  # type: ignore[return-value]

        assert ("192.0.2.1",) == asyncio.run(run()).records


def test_a_late_answer_still_counts() -> None:
    with LyingServer(slowly(honest(ZONE), 0.35)) as server:
        (answer,) = asked([server.address], WWW, timeout=0.2, retries=2)

        assert ("192.0.2.1",) == answer.records


def test_a_busy_process_does_not_accuse_the_server() -> None:
    questions = [DnsQuestion(f"n{i}.example.test", "A") for i in range(60)]
    with LyingServer(honest(ZONE)) as server:

        async def run() -> tuple[int, list[DnsAnswer]]:
            live = Live([server.address], timeout=0.3)
            pending = [live.ask(question) for question in questions]
            await asyncio.sleep(0)
            while live.statistics.questions < len(questions):
                await asyncio.sleep(0.001)
            time.sleep(0.5)  # the judge at work; all answers wait in the sockets
            answers = [p if isinstance(p, tuple) else await p for p in pending]
            await live.close()
            return live.statistics.timeouts, answers  # type: ignore[return-value]

        timeouts, answers = asyncio.run(run())

        assert 0 == timeouts
        assert {Outcome.NO_NAME} == {a.outcome for a in answers}


def test_answers_that_have_come_are_read_and_handed_over_together() -> None:
    turns = []

    class Watched(Live):
        def _settle_all(self) -> None:
            turns.append(len(self._come))
            super()._settle_all()

    async def run(resolver: str) -> list[DnsAnswer]:
        live = Watched([resolver], timeout=5)
        waiting = [live.ask(DnsQuestion(f"h{i}.example.test", "A")) for i in range(40)]
        while live.statistics.questions < len(waiting):
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # the burst leaves
        time.sleep(0.5)  # meanwhile everything is answered
        try:
            return [await answer for answer in waiting]  # type: ignore[misc]
        finally:
            await live.close()

    with LyingServer(honest(ZONE)) as server:
        answers = asyncio.run(run(server.address))
    assert {answer.outcome for answer in answers} == {Outcome.NO_NAME}
    assert sum(turns) == len(answers)
    assert len(turns) <= 6, turns  # where each turn reads one message of a socket, there are dozens


def test_a_rate_is_kept_and_named_as_the_limit() -> None:
    questions = [DnsQuestion(f"n{i}.example.test", "A") for i in range(20)]
    with LyingServer(honest(ZONE)) as server:

        async def run() -> tuple[float, str]:
            live = Live([server.address], rate=40)
            began = time.monotonic()
            for pending in [live.ask(question) for question in questions]:
                await pending  # type: ignore[misc]
            await live.close()
            return time.monotonic() - began, live.statistics.limited_by

        seconds, limit = asyncio.run(run())

        assert 0.3 < seconds < 2
        assert "rate" == limit


def test_the_first_question_waits_for_no_pace() -> None:
    """One in ten seconds: whether the server answers at all is known before that."""
    with LyingServer(honest(ZONE)) as server:

        async def run() -> float:
            live = Live([server.address], rate=0.1)
            began = time.monotonic()
            await live.ask(DnsQuestion("n.example.test", "A"))  # type: ignore[misc]
            await live.close()
            return time.monotonic() - began

        assert asyncio.run(asyncio.wait_for(run(), 15)) < 2


def test_what_no_name_can_be_does_not_exist_and_is_not_asked() -> None:
    with LyingServer(honest(ZONE)) as server:
        answers = asked(
            [server.address],
            DnsQuestion("a" * 64 + ".test", "A"),
            DnsQuestion("a..test", "A"),
            DnsQuestion(".".join(["a" * 60] * 5), "A"),
            DnsQuestion("ünï.test", "A"),
        )

        assert [Outcome.NO_NAME] * 4 == [a.outcome for a in answers]
        assert [] == server.asked


def test_odd_labels_cross_the_wire_and_come_back() -> None:
    seen = []

    def echo(query: dns.message.Message, tcp: bool) -> bytes:
        seen.append(query.question[0].name.labels[0])
        return response(query, f"{name_of(query)} 60 IN A 192.0.2.9").to_wire()

    with LyingServer(echo) as server:
        answers = asked(
            [server.address],
            DnsQuestion("a\\.b.test", "A"),
            DnsQuestion("sp\\032ace.test", "A"),
            DnsQuestion("_x\\200.test", "A"),
            DnsQuestion("UPPER.Test", "A"),
        )

        assert [("192.0.2.9",)] * 4 == [a.records for a in answers]
        assert [b"a.b", b"sp ace", b"_x\xc8", b"upper"] == seen


def test_a_server_asked_directly_is_asked_without_recursion_and_shares_nothing() -> None:
    flags = []

    def manner(query: dns.message.Message, tcp: bool) -> bytes:
        flags.append(bool(query.flags & 0x0100))
        return honest(ZONE)(query, tcp)  # type: ignore[return-value]

    with LyingServer(manner) as server:
        asked([server.address], WWW, WWW._replace(server=server.address))

        assert [False, True] == sorted(flags)


@pytest.mark.parametrize("name", ["www.example.test", "gone.example.test"])
def test_a_resolver_that_answers_in_place_of_a_name_server_proves_nothing(name: str) -> None:
    """
    Whoever has the zone says so (AA, RFC 1035 section 4.1.1). A network that takes every question to port 53 to
    a resolver of its own shows what that remembers, and neither presence nor absence at the name server.
    """

    def intercepting(query: dns.message.Message, tcp: bool) -> bytes:
        query.flags |= dns.flags.RD
        return honest(ZONE)(query, tcp)  # type: ignore[return-value]

    with LyingServer(intercepting) as server:
        question = DnsQuestion(name, "A")
        direct, usual = asked([server.address], question._replace(server=server.address), question)

    assert (True, False) == (direct.unknown, usual.unknown)
    assert "a resolver answered in its place" in direct.detail
    assert Outcome.TIMEOUT is direct.outcome


def test_an_answer_of_a_type_without_a_shape_is_read_by_dnspython() -> None:
    zone = {("example.test.", "HTTPS"): ['1 . alpn="h2"']}
    with LyingServer(honest(zone)) as server:
        (answer,) = asked([server.address], DnsQuestion("example.test", "HTTPS"))

        assert '1 . alpn="h2"' == answer.records[0].text  # type: ignore[union-attr]


def test_walks_of_two_domains_share_what_both_ask_for() -> None:
    def walk(domain: str) -> Walk[tuple[str, ...]]:
        own, shared = yield from ask(DnsQuestion(domain, "A"), WWW)
        again = yield from ask_one("www.example.test", "A")
        return (own.outcome, *map(str, shared.records), *map(str, again.records))

    with LyingServer(slowly(honest(ZONE), 0.02)) as server:

        async def run() -> list[Collected]:
            live = Live([server.address])
            domains = ("a.example.test", "b.example.test")
            found = await asyncio.gather(*[collect({d: walk(d), "again": walk(d)}, live) for d in domains])
            await live.close()
            return found

        one, two = asyncio.run(run())

        assert ("no name", "192.0.2.1", "192.0.2.1") == one.results["a.example.test"][0]
        assert one.results["again"] == one.results["a.example.test"]
        assert (DnsQuestion("b.example.test", "A"), WWW) == asked_in(two.results["b.example.test"][1])
        assert 3 == len(server.asked)


def test_walks_still_under_way_end_when_the_source_is_closed() -> None:
    def endless() -> Walk[int]:
        for i in range(1000):
            answer = yield from ask_one(f"n{i}.example.test", "A")
            if "stopped" in answer.detail:
                return i
        return -1

    with LyingServer(silent) as server:

        async def run() -> Collected:
            live = Live([server.address], timeout=30)
            task = asyncio.get_running_loop().create_task(collect({0: endless()}, live))
            await asyncio.sleep(0.05)
            await live.close()
            return await asyncio.wait_for(task, 2)

        assert 0 == asyncio.run(run()).results[0][0]


def test_closing_ends_what_is_open() -> None:
    with LyingServer(silent) as server:

        async def run() -> DnsAnswer:
            live = Live([server.address], timeout=30)
            pending = live.ask(WWW)
            await asyncio.sleep(0.05)
            await live.close()
            assert isinstance(pending, asyncio.Future)
            return await pending  # type: ignore[return-value]

        assert Outcome.TIMEOUT == asyncio.run(run()).outcome


def test_an_event_loop_interrupted_with_an_answer_in_hand_takes_nothing_from_the_next() -> None:
    async def stops(live: Live) -> None:
        live.ask(WWW)
        while not live._come:
            await asyncio.sleep(0)
        raise KeyboardInterrupt

    async def again(live: Live) -> DnsAnswer:
        answer = live.ask(WWW)
        found = answer if isinstance(answer, tuple) else await asyncio.wait_for(answer, 5)
        await live.close()
        return found  # type: ignore[return-value]

    with LyingServer(honest(ZONE)) as server:
        live = Live([server.address])
        loop = asyncio.new_event_loop()
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(stops(live))
        loop.close()
        assert live._come
        assert asyncio.run(again(live)).found


def test_one_live_serves_one_event_loop_after_another() -> None:
    with LyingServer(honest(ZONE)) as server:
        live = Live([server.address], timeout=0.5)

        async def run() -> DnsAnswer:
            return await live.ask(DnsQuestion("www.example.test", "MX"))  # type: ignore[return-value,misc]

        asyncio.run(run())
        live.forget()

        assert Outcome.NO_DATA == asyncio.run(run()).outcome


@pytest.mark.parametrize(
    "text", ["", "example", "1.2.3.4:0", "1.2.3.4:99999", "[::1", "tls://", "https://", "a b"]
)
def test_what_is_not_a_resolver_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="is not a resolver"):
        Live([text])


def test_a_string_alone_is_one_resolver() -> None:
    """One address needs no list around it, and is never taken for its letters."""
    assert Live(["127.0.0.1:5300"]).addresses == Live("127.0.0.1:5300").addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:5353", "192.0.2.1:5353"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("tls://dns.example", "tls://dns.example"),
        ("tls://192.0.2.1:8853", "tls://192.0.2.1:8853"),
        ("https://dns.example/q", "https://dns.example/q"),
        ("https://dns.example", "https://dns.example/dns-query"),
    ],
)
def test_resolvers_are_shown_as_they_are_written(text: str, shown: str) -> None:
    assert f"resolver {shown}" == Live([text]).description


def test_the_table_is_bounded_and_keeps_what_is_used() -> None:
    table = Table()
    shared = DnsQuestion("_dmarc.com", "TXT")
    answer = DnsAnswer(Outcome.NO_DATA, ttl=3600)
    table.keep(shared, answer)
    for i in range(5 * GENERATION):
        table.keep(DnsQuestion(f"d{i}.test", "MX"), answer)
        if i % 1000 == 0:
            assert table.get(shared) is answer

    assert len(table) <= 2 * GENERATION + 1


def test_hijacked_answers_are_not_believed_once_the_probe_has_spoken() -> None:
    with LyingServer(hijacking("203.0.113.1")) as liar, LyingServer(honest(ZONE)) as good:

        async def run() -> DnsAnswer:
            live = Live([liar.address, good.address], timeout=0.5)
            live.servers()[0].lying = True
            answer = await live.ask(WWW)  # type: ignore[misc]
            await live.close()
            return answer  # type: ignore[return-value]

        assert ("192.0.2.1",) == asyncio.run(run()).records


def test_a_server_that_goes_away_keeps_nobody_waiting() -> None:
    """
    However many questions wait for room in its window: each is told that nobody listens any more.
    """
    questions = [DnsQuestion(f"h{i}.example", "A") for i in range(2000)]  # several windows

    async def run(server: LyingServer) -> list[DnsAnswer]:
        live = Live([server.address], timeout=5, retries=0)
        try:
            await cast("asyncio.Future[Answer]", live.ask(questions[0]))
            server.__exit__()
            asked = [live.ask(question) for question in questions[1:]]
            done, _ = await asyncio.wait(cast("list[asyncio.Future[Answer]]", asked), timeout=20)
            return [cast(DnsAnswer, one.result()) for one in done]
        finally:
            await live.close()

    with LyingServer(lambda query, tcp: dns.message.make_response(query).to_wire()) as server:
        found = asyncio.run(run(server))

    assert len(questions) - 1 == len(found) and {Outcome.REFUSED} == {one.outcome for one in found}


def test_questions_that_wait_for_their_second_try_take_nobodys_place() -> None:
    """
    Most packets are lost: what was sent and is to be asked again may still be answered, but leaves room to ask.
    """
    numbers = iter(range(10_000))
    manner = honest(ZONE)
    with LyingServer(lambda query, tcp: manner(query, tcp) if next(numbers) % 6 == 0 else None) as server:
        questions = [DnsQuestion(f"n{i}.example.test", "A") for i in range(40)]

        async def run() -> list[DnsAnswer]:
            live = Live([server.address], timeout=0.1, retries=1, window=8)
            try:
                return list(await asyncio.wait_for(asyncio.gather(*map(live.ask, questions)), 20))  # type: ignore[arg-type]
            finally:
                await live.close()

        assert {Outcome.NO_NAME, Outcome.TIMEOUT} == {answer.outcome for answer in asyncio.run(run())}


def test_only_questions_that_are_out_time_out() -> None:
    """
    A server that fails at once hands on to one that has no room yet: the time for the first is none for the second.
    """
    questions = [DnsQuestion(f"n{i}.example.test", "A") for i in range(60)]

    async def run(*resolvers: str) -> list[int]:
        live = Live(resolvers, timeout=0.2, retries=0, window=1)
        try:
            await asyncio.wait_for(asyncio.gather(*map(live.ask, questions)), 20)  # type: ignore[arg-type]
            return [server.in_flight for server in live.servers()]
        finally:
            await live.close()

    with LyingServer(silent) as mute, LyingServer(saying(2)) as broken:
        assert [0, 0] == asyncio.run(run(mute.address, broken.address))
