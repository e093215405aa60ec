"""Of several mail hosts that do not validate each is told, once: by its TLSA records, or else by its address."""

from __future__ import annotations

from mailsetup.model.case import Scope
from mailsetup.run.judge import judge
from mailsetup.run.registry import checks_by_id
from tests.zones import world

TLSA = "3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f"
HOSTS = f"""
    example.com.                 MX     10 mail.example.org.
    example.com.                 MX     20 mail.example.net.
    example.com.                 MX     30 other.example.org.
    example.com.                 MX     40 sound.example.edu.
    _25._tcp.mail.example.org.   TLSA   {TLSA}
    _25._tcp.sound.example.edu.  TLSA   {TLSA}
    example.edu.                 DNSSEC secure
    example.org.                 DNSSEC bogus "the signature has expired"
    example.net.                 DNSSEC bogus "no key matches"
"""


def told(lines: str) -> list[tuple[str, str]]:
    """The checks that speak, with the hosts they name."""
    checks = tuple(c for c in checks_by_id().values() if c.id in ("dane/bogus", "dnssec/mx-host-bogus"))
    walks = tuple(dict.fromkeys(walk for c in checks for walk in c.reads))
    case = world(HOSTS + lines).case(walks, Scope("example.com", options=frozenset({"deep"})))
    return [(v.check, str(f.message.values["host"])) for v in judge(case, checks) for f in v.findings]


def test_each_host_is_told_once() -> None:
    """One host with TLSA records takes no other host's finding away, not of its own zone either."""
    assert [
        ("dane/bogus", "mail.example.org"),
        ("dnssec/mx-host-bogus", "mail.example.net"),
        ("dnssec/mx-host-bogus", "other.example.org"),
    ] == sorted(told("    example.com.  DNSSEC secure"))


def test_hosts_of_the_zone_that_is_bogus_itself_are_left_to_it() -> None:
    """The MX records' own zone has one cause and one finding elsewhere; other zones stay told."""
    lines = """
        example.com.                MX     50 mail.example.com.
        _25._tcp.mail.example.com.  TLSA   3 1 1 e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f
        example.com.                DNSSEC bogus "expired"
    """

    assert {"mail.example.org", "mail.example.net", "other.example.org"} == {host for _, host in told(lines)}
