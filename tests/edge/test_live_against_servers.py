"""`Live` before real name servers: NSD and BIND with authority, Unbound resolving and validating."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.edge.dns.probe import check_resolvers, examine
from mailsetup.model.dns import CAA, MX, SOA, SRV, TLSA, TXT, DnsAnswer, DnsQuestion, Outcome
from tests.servers.bind import bind, signed
from tests.servers.certificates import Made, write
from tests.servers.nsd import nsd
from tests.servers.process import free_port
from tests.servers.unbound import unbound

pytestmark = pytest.mark.real
T = TypeVar("T")

HEAD = "$TTL 300\n@ SOA ns1 host 7 3600 600 86400 120\n@ NS ns1\nns1 A 127.0.0.1\n"
PARENT = (
    HEAD
    + """
@ MX 10 mx
mx A 192.0.2.1
mx AAAA 2001:db8::1
@ TXT "v=spf1 include:child.parent.example -all"
@ CAA 0 issue "ca.example"
_imaps._tcp SRV 0 1 993 mx
_25._tcp.mx TLSA 3 1 1 0123456789012345678901234567890123456789012345678901234567890123
alias CNAME mx
outside CNAME www.other.example.
a CNAME b
b CNAME a
* TXT "wild"
sub.deep A 192.0.2.9
child NS ns1.child
ns1.child A 127.0.0.1
"""
)
MANY = PARENT + "\n".join(f'many TXT "record {i} {"x" * 180}"' for i in range(300)) + "\n"
OTHER = HEAD + "www A 192.0.2.80\n"


def with_live(resolver: str, work: Callable[[Live], Awaitable[T]]) -> T:
    async def run() -> T:
        live = Live([resolver], timeout=3)
        try:
            return await work(live)
        finally:
            await live.close()

    return asyncio.run(run())


def asked(resolver: str, *questions: tuple[str, ...]) -> list[DnsAnswer]:
    async def work(live: Live) -> list[DnsAnswer]:
        pending = [live.ask(DnsQuestion(*question)) for question in questions]
        return [p if isinstance(p, tuple) else await p for p in pending]  # type: ignore[misc]

    return with_live(resolver, work)


def test_every_type_comes_as_it_stands_in_the_zone(tmp_path: Path) -> None:
    with nsd({"parent.example": MANY}, tmp_path) as server:
        mx, txt, aaaa, caa, srv, tlsa, soa, wild, alias, many = asked(
            server.resolver,
            ("parent.example", "MX"),
            ("parent.example", "TXT"),
            ("mx.parent.example", "AAAA"),
            ("parent.example", "CAA"),
            ("_imaps._tcp.parent.example", "SRV"),
            ("_25._tcp.mx.parent.example", "TLSA"),
            ("parent.example", "SOA"),
            ("anything.parent.example", "TXT"),
            ("alias.parent.example", "A"),
            ("many.parent.example", "TXT"),
        )

        assert (MX(10, "mx.parent.example"),) == mx.records
        assert (TXT((b"v=spf1 include:child.parent.example -all",)),) == txt.records
        assert ("2001:db8::1",) == aaaa.records
        assert (CAA(0, "issue", b"ca.example"),) == caa.records
        assert (SRV(0, 1, 993, "mx.parent.example"),) == srv.records
        assert (TLSA(3, 1, 1, bytes.fromhex("0123456789" * 6 + "0123")),) == tlsa.records
        assert (SOA("ns1.parent.example", "host.parent.example", 7, 3600, 600, 86400, 120),) == soa.records
        assert ("wild",) == wild.texts
        assert (("mx.parent.example",), ("192.0.2.1",)) == (alias.aliases, alias.records)
        assert 300 == len(many.records)


def test_a_server_may_be_asked_over_tcp_from_the_start(tmp_path: Path) -> None:
    """
    One that serves UDP alone answers there and refuses TCP; that is said, not taken for silence.
    """
    zone = tmp_path / "zone"
    zone.write_text(PARENT.replace("@", "parent.example."), encoding="utf-8")
    options = (
        "do-tcp: no\n  local-zone: parent.example. static\n"
        "  local-data: 'parent.example. 300 SOA ns1.parent.example. host.parent.example. 7 3600 600 86400 120'"
    )
    with (
        nsd({"parent.example": PARENT}, tmp_path) as both,
        unbound({}, tmp_path, options=options) as datagrams_only,
    ):
        for server, expected in ((both, Outcome.FOUND), (datagrams_only, Outcome.REFUSED)):
            plain, stream = asked(
                server.resolver,
                ("parent.example", "SOA", server.resolver),
                ("parent.example", "SOA", f"tcp://{server.resolver}"),
            )

            assert (Outcome.FOUND, expected) == (plain.outcome, stream.outcome)


def test_kinds_of_nothing_stay_apart(tmp_path: Path) -> None:
    with nsd({"parent.example": PARENT}, tmp_path) as server:
        no_data, empty, no_name, loop, outside, elsewhere = asked(
            server.resolver,
            ("parent.example", "AAAA"),
            ("deep.parent.example", "A"),
            ("x.sub.deep.parent.example", "A"),
            ("a.parent.example", "A"),
            ("outside.parent.example", "A"),
            ("somewhere.example", "A"),
        )

        assert (Outcome.NO_DATA, "parent.example", 120) == (no_data.outcome, no_data.zone, no_data.ttl)
        assert Outcome.NO_DATA == empty.outcome
        assert Outcome.NO_NAME == no_name.outcome
        assert (Outcome.SERVFAIL, True) == (loop.outcome, "loop" in loop.detail)
        assert (Outcome.REFUSED, ("www.other.example",)) == (outside.outcome, outside.aliases)
        assert Outcome.REFUSED == elsewhere.outcome


def test_a_parent_asked_directly_tells_the_delegation_and_nothing_below_it(tmp_path: Path) -> None:
    with nsd({"parent.example": PARENT}, tmp_path) as server:
        cut, below, own = asked(
            server.resolver,
            ("child.parent.example", "NS", server.resolver),
            ("www.child.parent.example", "A", server.resolver),
            ("parent.example", "NS", server.resolver),
        )

        assert (("ns1.child.parent.example",), "referral") == (cut.records, cut.detail)
        assert (Outcome.REFUSED, "child.parent.example") == (below.outcome, below.zone)
        assert (("ns1.parent.example",), "") == (own.records, own.detail)


def test_a_resolver_follows_aliases_into_other_zones(tmp_path: Path) -> None:
    with (
        nsd({"parent.example": PARENT, "other.example": OTHER}, tmp_path) as server,
        unbound({"parent.example": server, "other.example": server}, tmp_path) as resolver,
    ):
        outside, loop, cut = asked(
            resolver.resolver,
            ("outside.parent.example", "A"),
            ("a.parent.example", "A"),
            ("no.such.other.example", "A"),
        )

        assert (("www.other.example",), ("192.0.2.80",)) == (outside.aliases, outside.records)
        assert loop.unknown
        assert (Outcome.NO_NAME, "other.example") == (cut.outcome, cut.zone)


def test_what_is_signed_well_is_authenticated_and_what_is_signed_wrongly_is_servfail(tmp_path: Path) -> None:
    zones = signed(
        {"parent.example": PARENT, "child.parent.example": OTHER}, tmp_path, spoiled=["child.parent.example"]
    )
    with (
        bind(zones.zones, tmp_path) as server,
        unbound({"parent.example": server}, tmp_path, anchor=zones.anchor, options="ede: yes") as resolver,
    ):
        good, none, bad = asked(
            resolver.resolver,
            ("parent.example", "MX"),
            ("x.sub.deep.parent.example", "A"),
            ("www.child.parent.example", "A"),
        )

        assert [
            (Outcome.FOUND, True),
            (Outcome.NO_NAME, True),
        ] == [(a.outcome, a.authenticated) for a in (good, none)]
        assert Outcome.SERVFAIL == bad.outcome
        assert bad.detail.startswith("SERVFAIL")


def test_the_probe_finds_nothing_to_say_about_real_servers(tmp_path: Path) -> None:
    async def notes(live: Live) -> list[object]:
        return list(await check_resolvers(live))

    with (
        nsd({"parent.example": PARENT}, tmp_path) as server,
        unbound({"parent.example": server}, tmp_path) as resolver,
    ):
        began = time.monotonic()

        assert [] == with_live(server.resolver, notes)
        assert [] == with_live(resolver.resolver, notes)
        assert time.monotonic() - began < 2


def test_doctor_sees_what_a_validating_resolver_can_do(tmp_path: Path) -> None:
    zones = signed(
        {"parent.example": PARENT, "child.parent.example": OTHER}, tmp_path, spoiled=["child.parent.example"]
    )
    with (
        bind(zones.zones, tmp_path) as server,
        unbound({"parent.example": server}, tmp_path, anchor=zones.anchor) as resolver,
    ):
        (health,) = with_live(
            resolver.resolver,
            lambda live: examine(live, signed="parent.example", broken="www.child.parent.example"),
        )

        assert (True, False, True, True) == (health.answering, health.lying, health.validating, health.tcp)
        assert 1232 == health.payload


def test_twenty_thousand_questions_are_answered_and_none_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = HEAD + "\n".join(f'd{i} TXT "v=spf1 ip4:192.0.2.{i % 256} -all"' for i in range(5000))
    with nsd({"many.example": zone}, tmp_path) as server:

        async def work(live: Live) -> tuple[float, int]:
            names = iter([f"d{i}.many.example" for i in range(5000)])
            began = time.perf_counter()
            unknown = 0

            async def one() -> None:
                nonlocal unknown
                for name in names:
                    for rdtype in ("TXT", "MX", "A", "CAA"):
                        answer = await live.ask(DnsQuestion(name, rdtype))  # type: ignore[misc]
                        unknown += answer.unknown  # type: ignore[union-attr]

            await asyncio.gather(*[one() for _ in range(200)])
            return 20_000 / (time.perf_counter() - began), unknown

        rate, unknown = with_live(server.resolver, work)

        with capsys.disabled():
            print(f"\nlive: {rate:.0f} questions a second on this machine, one process, 200 in flight")
        assert 0 == unknown
        assert rate > 1000


def test_servers_are_asked_over_ipv6(tmp_path: Path) -> None:
    with nsd({"parent.example": MANY}, tmp_path, address="::1") as server:
        mx, many = asked(f"[::1]:{server.port}", ("parent.example", "MX"), ("many.parent.example", "TXT"))

        assert (MX(10, "mx.parent.example"),) == mx.records
        assert 300 == len(many.records), "cut by UDP, whole by TCP"
        assert "::1" in mx.server


@pytest.mark.parametrize("kind", ["tls", "https"])
def test_a_resolver_is_asked_by_its_name_over_tls_and_http_2(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Unbound speaks nothing older than HTTP/2 (RFC 8484 section 5.2); the certificate is for the name, not the address.
    """
    files = write(Made(("localhost",), datetime.now(UTC) + timedelta(days=30)), tmp_path, "resolver")
    monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    port = free_port()
    options = f"""
  interface: 127.0.0.1@{port}
  {kind}-port: {port}
  tls-service-key: "{files.key}"
  tls-service-pem: "{files.chain}"
"""
    host = "tls://localhost:{}" if kind == "tls" else "https://localhost:{}/dns-query"
    with (
        nsd({"parent.example": MANY}, tmp_path) as server,
        unbound({"parent.example": server}, tmp_path, options=options),
    ):
        mx, many, none = asked(
            host.format(port),
            ("parent.example", "MX"),
            ("many.parent.example", "TXT"),
            ("nobody.sub.parent.example", "SRV"),
        )

    assert (MX(10, "mx.parent.example"),) == mx.records
    assert 300 == len(many.records)
    assert Outcome.NO_DATA == none.outcome, "a wildcard has another type"
