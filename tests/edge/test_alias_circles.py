"""A circle of aliases is told behind a resolver that only says SERVFAIL of it; a failing zone is not taken for one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailsetup.edge.dns.circles import FollowingAliases
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from tests.cli.command import mailsetup
from tests.servers.bind import bind
from tests.servers.nsd import nsd
from tests.servers.process import NameServer
from tests.servers.unbound import unbound

from .lying_server import LyingServer, honest, saying

pytestmark = pytest.mark.real

HEAD = "$TTL 300\n@ SOA ns1 host 7 3600 600 86400 120\n@ NS ns1\nns1 A 127.0.0.1\n"
ZONES = {
    "shop.example": HEAD
    + """
@ MX 10 mail
@ TXT "v=spf1 include:spf.shop.example -all"
mail CNAME host
host CNAME mail
spf CNAME spf.other.example.
s1._domainkey CNAME s1._domainkey
in CNAME host
good CNAME end
end TXT "here"
sick CNAME www.sick.example.
""",
    "other.example": HEAD + "spf CNAME spf.shop.example.\n",
}


@pytest.fixture(scope="module", params=["unbound", "bind"])
def resolver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NameServer]:
    """Unbound resolving, which says SERVFAIL alone; BIND with authority, which says it beside the aliases."""
    tmp = tmp_path_factory.mktemp("circles")
    with LyingServer(saying(2)) as failing:
        if request.param == "bind":
            with bind(ZONES, tmp) as server:
                yield server
            return
        with nsd(ZONES, tmp) as server:
            where = {**dict.fromkeys(ZONES, server), "sick.example": failing.address.replace(":", "@")}
            with unbound(where, tmp) as found:
                yield found


def asked(resolver: str, *questions: tuple[str, str]) -> tuple[list[DnsAnswer], int]:
    """The answers, and how many questions were sent for them."""

    async def run() -> tuple[list[DnsAnswer], int]:
        live = FollowingAliases([resolver], timeout=3, retries=0)
        try:
            pending = [live.ask(DnsQuestion(*question)) for question in questions]
            found = [p if isinstance(p, tuple) else await p for p in pending]
            return found, live.statistics.questions  # type: ignore[return-value]
        finally:
            await live.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "name, chain",
    [
        ("mail", ("host.shop.example", "mail.shop.example")),
        ("s1._domainkey", ("s1._domainkey.shop.example",)),
        ("in", ("host.shop.example", "mail.shop.example", "host.shop.example")),
        ("spf", ("spf.other.example", "spf.shop.example")),
    ],
)
def test_a_circle_is_shown_with_its_chain(resolver: NameServer, name: str, chain: tuple[str, ...]) -> None:
    """Nothing is found there, and it is known why; each alias is asked for once, whatever types are wanted."""
    found, questions = asked(resolver.resolver, *((f"{name}.shop.example", t) for t in ("A", "AAAA", "TXT")))

    assert [(Outcome.SERVFAIL, chain)] * 3 == [(a.outcome, a.aliases) for a in found]
    assert {"alias loop"} == {a.detail for a in found}
    assert questions <= 3 + len(chain) + 1


def test_other_aliases_are_answered_as_before(resolver: NameServer) -> None:
    (good, none), questions = asked(
        resolver.resolver, ("good.shop.example", "TXT"), ("nothing.shop.example", "TXT")
    )

    assert (("end.shop.example",), ("here",)) == (good.aliases, good.texts)
    assert (Outcome.NO_NAME, 2) == (none.outcome, questions)


@pytest.mark.parametrize("resolver", ["unbound"], indirect=True)
def test_a_failing_zone_is_no_circle(resolver: NameServer) -> None:
    """An alias into it leads to its failure; a name in it costs one question more."""
    (behind, within), _ = asked(resolver.resolver, ("sick.shop.example", "TXT"), ("www.sick.example", "TXT"))

    assert [(Outcome.SERVFAIL, ())] * 2 == [(a.outcome, a.aliases) for a in (behind, within)]
    assert "loop" not in behind.detail + within.detail


def test_a_server_that_fails_is_asked_once_more_and_the_next_one_still_answers() -> None:
    with LyingServer(saying(2)) as failing, LyingServer(honest({("a.test.", "A"): ["192.0.2.1"]})) as good:

        async def run() -> DnsAnswer:
            live = FollowingAliases([failing.address, good.address], timeout=3, retries=0)
            try:
                pending = live.ask(DnsQuestion("a.test", "A"))
                return pending if isinstance(pending, tuple) else await pending  # type: ignore[return-value]
            finally:
                await live.close()

        answer = asyncio.run(run())

        assert ("192.0.2.1",) == answer.records
        assert [("a.test", "A"), ("a.test", "CNAME")] == [q[:2] for q in failing.asked]


@pytest.mark.parametrize("source", ["resolver", "zone"])
def test_the_audit_tells_each_circle_with_its_chain(
    resolver: NameServer, source: str, tmp_path: Path
) -> None:
    """At the mail host, at the include, at the selector; the same from zone files as from a resolver."""
    if source == "zone":
        for name, text in ZONES.items():
            (tmp_path / f"{name}.zone").write_text(text, encoding="utf-8")
        where = ["--offline", *(a for name in ZONES for a in ("--zone", f"{name}={name}.zone"))]
    else:
        where = ["--resolver", resolver.resolver]
    done = mailsetup("audit", "shop.example", *where, "--selector", "s1", "--format", "json", folder=tmp_path)
    (verdict,) = (
        v for v in json.loads(done.out)["reports"][0]["verdicts"] if v["check"] == "dns/cname-chain"
    )
    told = {f["owner"]: f["message"].partition(": ")[2] for f in verdict["findings"]}

    assert {
        "mail.shop.example": "host.shop.example > mail.shop.example",
        "spf.shop.example": "spf.other.example > spf.shop.example",
        "s1._domainkey.shop.example": "s1._domainkey.shop.example",
    } == told
