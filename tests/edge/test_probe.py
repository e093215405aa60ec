"""Resolvers that answer, lie, keep silent or check signatures, as the probe sees them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import dns.flags
import dns.message
import dns.rdatatype
import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.edge.dns.probe import Health, check_resolvers, examine
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.errors import NoAnswers
from tests.servers.nsd import nsd

from .lying_server import (
    LyingServer,
    closed_port,
    hijacking,
    honest,
    name_of,
    response,
    saying,
    silent,
    slowly,
)

WWW = DnsQuestion("www.example.test", "A")
ZONE = {("www.example.test.", "A"): ["192.0.2.1"]}


def probed(resolvers: Sequence[str]) -> tuple[list[str], DnsAnswer]:
    """The probe's notes, and what is made of an answer afterwards."""

    async def run() -> tuple[list[str], DnsAnswer]:
        live = Live(resolvers, timeout=5, retries=0)
        try:
            notes = [str(note) for note in await check_resolvers(live)]
            answer = live.ask(WWW)
            return notes, answer if isinstance(answer, tuple) else await answer  # type: ignore[return-value]
        finally:
            await live.close()

    return asyncio.run(run())


def examined(resolvers: Sequence[str]) -> list[Health]:
    async def run() -> list[Health]:
        live = Live(resolvers, timeout=0.5, retries=0)
        try:
            return await examine(live, broken="wrong.test")
        finally:
            await live.close()

    return asyncio.run(run())


def test_an_honest_resolver_is_nothing_to_speak_of() -> None:
    with LyingServer(honest(ZONE)) as server:
        began = time.monotonic()
        notes, answer = probed([server.address])

        assert ([], Outcome.FOUND) == (notes, answer.outcome)
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("rcode", [2, 5])
def test_refusing_is_answering(rcode: int) -> None:
    with LyingServer(saying(rcode)) as server:
        assert [] == probed([server.address])[0]


def test_what_a_captive_resolver_finds_is_no_evidence() -> None:
    with LyingServer(hijacking("203.0.113.1")) as server:
        notes, answer = probed([server.address])

        assert 1 == len(notes)
        assert "203.0.113.1 for names that cannot exist" in notes[0]
        assert answer.unknown
        assert "cannot exist" in answer.detail


def test_a_liar_beside_an_honest_resolver_changes_nothing() -> None:
    with LyingServer(hijacking("203.0.113.1")) as liar, LyingServer(honest(ZONE)) as good:
        notes, answer = probed([liar.address, good.address])

        assert [True] == [liar.address in note for note in notes]
        assert (("192.0.2.1",), good.address) == (answer.records, answer.server)


def test_nobody_answering_is_one_sentence_within_three_seconds() -> None:
    with LyingServer(silent) as one, LyingServer(silent) as two:
        began = time.monotonic()
        with pytest.raises(NoAnswers) as raised:
            probed([one.address, two.address])

        assert time.monotonic() - began < 3
        assert f"no resolver answers ({one.address}, {two.address})" in str(raised.value)
        assert "\n" not in str(raised.value)


def test_nobody_listening_is_known_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswers):
        probed([closed_port()])

    assert time.monotonic() - began < 1


def test_a_silent_resolver_beside_a_good_one_costs_little_and_is_named() -> None:
    with LyingServer(silent) as mute, LyingServer(honest(ZONE)) as good:
        began = time.monotonic()
        notes, answer = probed([mute.address, good.address])

        assert [f"warning: the resolver {mute.address} does not answer"] == notes
        assert good.address == answer.server
        assert time.monotonic() - began < 2


def test_a_slow_resolver_is_waited_for() -> None:
    with LyingServer(slowly(honest(ZONE), 0.6)) as server:
        assert [] == probed([server.address])[0]


def _validating(query: dns.message.Message, tcp: bool) -> bytes:
    if name_of(query) == "wrong.test.":
        return response(query, rcode=2).to_wire()
    if query.question[0].rdtype == dns.rdatatype.SOA:
        message = response(query, ". 60 IN SOA a.test. b.test. 1 2 3 4 5")
        message.flags |= dns.flags.AD
        return message.to_wire()
    return response(query, rcode=3).to_wire()


def test_doctor_tells_what_a_resolver_can_do() -> None:
    with LyingServer(_validating) as server, LyingServer(silent) as mute:
        good, dead = examined([server.address, mute.address])

        assert Health(mute.address) == dead
        assert (True, False, True, True) == (good.answering, good.lying, good.validating, good.tcp)
        assert good.latency is not None and good.payload > 0
        assert "checks DNSSEC; TCP works" in good.sentence


def test_doctor_sees_missing_tcp_and_missing_validation() -> None:
    def plain(query: dns.message.Message, tcp: bool) -> bytes:
        if query.question[0].rdtype == dns.rdatatype.SOA:
            return response(query, ". 60 IN SOA a.test. b.test. 1 2 3 4 5").to_wire()
        return response(query, rcode=3).to_wire()

    with LyingServer(plain) as server:
        server.refuse_tcp()
        (health,) = examined([server.address])

        assert (False, False) == (health.validating, health.tcp)


@pytest.mark.real
def test_a_server_for_its_own_zones_alone_is_no_silent_one(tmp_path: Path) -> None:
    """
    An authoritative server answers and refuses recursion; it is not said to keep silent.
    """
    text = "$TTL 300\n@ SOA ns1 host 7 3600 600 86400 120\n@ NS ns1\nns1 A 127.0.0.1\n"
    with nsd({"example.com": text}, tmp_path) as server:

        async def look() -> list[Health]:
            live = Live([server.resolver], timeout=1)
            try:
                return await examine(live)
            finally:
                await live.close()

        (health,) = asyncio.run(look())

    assert (True, True, False) == (health.answering, health.refusing, health.lying)
    assert "only for its own zones (refuses recursion)" in health.sentence
