"""The DNS hosts: files that parse, patterns that fit their examples, an index that is not stale."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mailsetup.model.dns_host import DnsHost
from mailsetup.profiles.dns_hosts import INDEX, dns_hosts, generic_steps, host_of, make_index


@pytest.mark.parametrize("host", dns_hosts(), ids=lambda h: h.id)
def test_a_host_has_sources_with_dates(host: DnsHost) -> None:
    """
    Every fact has its source; a way to the form says what it rests on.
    """
    assert host.sources
    assert all(s["date"] and s["name"] for s in host.sources)
    assert bool(host.path) <= bool(host.basis)


@pytest.mark.parametrize("host", dns_hosts(), ids=lambda h: h.id)
def test_a_hosts_patterns_compile_and_are_anchored(host: DnsHost) -> None:
    """
    A pattern that is not anchored would claim other people's name servers.
    """
    for pattern in host.ns:
        re.compile(pattern)

        assert pattern.startswith(("^", r"(^|\.)", r"\.")) and pattern.endswith("$")


def test_the_index_is_not_stale() -> None:
    """
    The index holds what the files hold.
    """
    assert make_index() == files("mailsetup").joinpath(INDEX).read_text(encoding="utf-8")


def test_one_hosts_servers_name_it_and_a_mixture_names_nobody() -> None:
    """
    Two hosts at once are a fault or a move: no click path is printed.
    """
    assert (
        "godaddy" == (host_of(["ns51.domaincontrol.com", "ns52.domaincontrol.com"])[0] or dns_hosts()[0]).id
    )
    assert host_of(["ns51.domaincontrol.com", "mona.ns.cloudflare.com"])[0] is None
    assert host_of(["ns1.nobody.example"])[0] is None


def test_a_doubtful_pattern_names_nobody() -> None:
    """
    Name servers that two hosts share are not guessed at.
    """
    host, candidates = host_of(["ns-cloud-a1.googledomains.com", "ns-cloud-a2.googledomains.com"])

    assert host is None
    assert {"squarespace-domains", "google-cloud-dns"} <= {c.id for c in candidates}


def test_the_general_steps_are_there() -> None:
    """
    For a host nobody knows there are steps all the same.
    """
    assert len(generic_steps().steps) >= 3
