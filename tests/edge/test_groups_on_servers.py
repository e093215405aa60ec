"""Each group of the audit on name servers of its own: NSD three times, two of them not as they should be, behind Unbound."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.model.finding import Status, Verdict
from mailsetup.run.audit import AuditSettings, collect_case, report_on
from tests.servers.nsd import nsd
from tests.servers.unbound import unbound

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        sys.platform != "linux" or getattr(os, "geteuid", lambda: 1)() != 0,
        reason="authoritative servers are asked at port 53 of addresses on loopback: Linux, as root",
    ),
]
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
FIRST, SECOND, LAME = (f"127.0.{WORKER + 1}.{last}" for last in (51, 52, 54))  # each test process has its own
HEAD = "$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
SERVERS = f"@ NS ns1\n@ NS ns2\nns1 A {FIRST}\nns2 A {SECOND}\n"
FLAWED = (
    f"{HEAD}{SERVERS}@ NS ns3\nns3 A {LAME}\n"
    "@ MX 10 mail\n"
    "mail A 9.9.9.10\n"
    "other A 9.9.9.99\n"
    '@ TXT "v=spf1 ip4:9.9.9.10 -all"\n'
    '* TXT "v=spf1 -all"\n'
    '_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:reports@elsewhere.test,mailto:reports@friend.test"\n'
    '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:a@flawed.test"\n'
    '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:b@flawed.test"\n'
    'default._bimi TXT "v=BIMI1; l=https://flawed.test/a.svg"\n'
    'default._bimi TXT "v=BIMI1; l=https://flawed.test/b.svg"\n'
    '@ CAA 128 tbs "unknown"\n'
    '@ CAA 0 iodef "telnet:nobody"\n'
    "imap CNAME mail\n"
    "_imaps._tcp SRV 0 1 993 imap\n"
    "sub MX 10 mail\n"
)
SOUND = (
    f"{HEAD}{SERVERS}"
    "@ MX 10 mail\n@ MX 20 mail2\n"
    "mail A 9.9.9.12\nmail AAAA 2620:fe::12\nmail2 A 149.112.112.13\nmail2 AAAA 2620:fe:0:1::13\n"
    '@ TXT "v=spf1 ip4:9.9.9.12 -all"\n'
    '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:reports@friend.test"\n'
    '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@sound.test"\n'
    '@ CAA 0 issue "ca.example.net"\n@ CAA 0 issuemail ";"\n'
    "_imaps._tcp SRV 0 1 993 mail\n"
)
ZONES = {
    "test": f"{HEAD}@ NS ns1\nns1 A {FIRST}\nwww.known A 9.9.9.10\n",
    "flawed.test": FLAWED,
    "sound.test": SOUND,
    "unused.test": f'{HEAD}{SERVERS}@ MX 0 .\n@ TXT "v=spf1 -all"\n',
    "held.test": f"{HEAD}@ NS ns1.sedoparking.com.\n@ NS ns2.sedoparking.com.\n@ A 9.9.9.10\n",
    "friend.test": f'{HEAD}{SERVERS}@ MX 10 mail\nmail A 9.9.9.14\n*._report._dmarc TXT "v=DMARC1"\n',
    "elsewhere.test": f"{HEAD}{SERVERS}@ MX 10 mail\nmail A 9.9.9.15\n",
    "9.9.9.in-addr.arpa": (
        f"{HEAD}@ NS ns1.test.\n10 PTR other.flawed.test.\n12 PTR mail.sound.test.\n"
        "99 PTR other.flawed.test.\n"
    ),
    "112.112.149.in-addr.arpa": f"{HEAD}@ NS ns1.test.\n13 PTR mail2.sound.test.\n",
    "e.f.0.0.0.2.6.2.ip6.arpa": (
        f"{HEAD}@ NS ns1.test.\n"
        f"2.1.{'0.' * 21}0 PTR mail.sound.test.\n3.1.{'0.' * 14}1.0.0.0.0.0.0.0 PTR mail2.sound.test.\n"
    ),
}
OTHERWISE = {**ZONES, "flawed.test": FLAWED.replace("@ MX 10 mail\n", "@ MX 10 old.elsewhere.test.\n")}
OPTIONS = frozenset({"deep", "authoritative"})


@pytest.fixture(scope="module")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Unbound before three servers; the second has old records, the third knows none of the domains."""
    tmp = tmp_path_factory.mktemp("groups")
    with ExitStack() as stack:
        good = stack.enter_context(nsd(ZONES, tmp / "first", address=FIRST, port=53))
        stack.enter_context(nsd(OTHERWISE, tmp / "second", address=SECOND, port=53))
        stack.enter_context(nsd({"another.test": HEAD + SERVERS}, tmp / "lame", address=LAME, port=53))
        yield stack.enter_context(unbound(dict.fromkeys(ZONES, good), tmp / "resolver")).resolver


def judged(resolver: str, domain: str, *sending: str) -> dict[str, Verdict]:
    """Every verdict on a domain, asked over the network."""

    async def run() -> dict[str, Verdict]:
        live = Live([resolver])
        settings = AuditSettings(options=OPTIONS, sending_addresses=sending)
        try:
            return {
                v.check: v for v in report_on(await collect_case(domain, live, settings), settings).verdicts
            }
        finally:
            await live.close()

    found = asyncio.run(run())
    assert [] == [v.check for v in found.values() if v.status is Status.CRASHED]
    return found


def failing(found: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in found.items() if verdict.status is Status.FAIL}


@pytest.fixture(scope="module")
def flawed(resolver: str) -> dict[str, Verdict]:
    return judged(resolver, "flawed.test", "9.9.9.11", "2620:fe::99")


GROUPS = {
    "agreement of all authoritative servers": {"dns/servers-disagree"},
    "delegation": {"dns/lame-server"},
    "wildcard TXT": {"dns/wildcard-txt"},
    "external report consent": {"dmarc/outside-reports-unauthorized"},
    "ghost sub-domain policy": {"dmarc/ghost-policy-absent"},
    "TLS-RPT": {"transport/tls-reports-multiple"},
    "CAA": {"transport/caa-unknown-critical", "transport/caa-report-address"},
    "SRV": {"clients/target-unusable"},
    "autoconfig and autodiscover": {"clients/no-autoconfig", "clients/no-autodiscover"},
    "reverse DNS of the MX": {"reverse/not-confirmed"},
    "reverse DNS of given sending addresses": {"reverse/missing", "reverse/missing-ipv6"},
    "IPv6": {"mx/no-ipv6"},
    "BIMI record": {"bimi/multiple"},
    "DANE": {"dane/none"},
}


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_is_judged_on_what_servers_say(flawed: dict[str, Verdict], group: str) -> None:
    """
    The flaw that stands in the zone, or between the servers, is found over the network.
    """
    assert GROUPS[group] <= failing(flawed)


def test_the_servers_that_differ_are_named(flawed: dict[str, Verdict]) -> None:
    """
    Who says what, and who knows nothing.
    """
    said = {
        name: " ".join(str(f.message) for f in flawed[name].findings)
        for name in ("dns/servers-disagree", "dns/lame-server")
    }

    assert "ns2.flawed.test" in said["dns/servers-disagree"] or SECOND in said["dns/servers-disagree"]
    assert "ns3.flawed.test" in said["dns/lame-server"]


def test_only_the_receiver_of_reports_that_did_not_consent_is_named(flawed: dict[str, Verdict]) -> None:
    """
    A wildcard is consent too.
    """
    (finding,) = flawed["dmarc/outside-reports-unauthorized"].findings

    assert "elsewhere.test" in str(finding.message)
    assert "friend.test" not in str(finding.message)


def test_a_sound_domain_has_none_of_these_flaws(resolver: str) -> None:
    """
    Servers that agree, reverse names that lead back, consent that is given.
    """
    found = judged(resolver, "sound.test", "9.9.9.12", "2620:fe::12")
    every = set().union(*GROUPS.values()) - {"dane/none", "clients/no-autoconfig", "clients/no-autodiscover"}

    assert set() == every & failing(found)
    assert set() == {
        name for name in every if found[name].status is Status.INCONCLUSIVE and not name.startswith("bimi/")
    }


@pytest.mark.parametrize(
    ("domain", "check"),
    [
        ("unused.test", "dmarc/parked"),
        ("held.test", "names/parked"),
        ("known.test", "names/not-delegated"),
        ("gone.test", "names/does-not-exist"),
        ("sub.flawed.test", "names/subdomain"),
    ],
)
def test_the_standing_of_a_name_is_told(resolver: str, domain: str, check: str) -> None:
    """
    Parked siblings, names without a delegation, names that do not exist, names below another domain.
    """
    assert check in failing(judged(resolver, domain))
