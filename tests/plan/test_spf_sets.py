"""Sets against single addresses: for every address of a small world the set says what pyspf says."""

from __future__ import annotations

import ipaddress
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Outcome, Rdata
from mailsetup.planning.address_sets import IPV4, IPV6
from mailsetup.planning.spf_sets import Path, Results, evaluate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import spf as pyspf

World = dict[tuple[str, str], tuple[Rdata, ...]]

DOMAINS = ("example.com", "example.test.net", "a.test.net", "b.test.net", "c.test.net", "d.test.net")
HOSTS = ("h1.test.net", "h2.test.net", "void.test.net")
V4 = [f"192.0.2.{i}" for i in range(16)]
V6 = [f"2001:db8::{i:x}" for i in range(16)]
OUTSIDE = ["198.51.100.1", "2001:db8:1::1"]


def closed(world: World) -> Callable[[DnsQuestion], DnsAnswer]:
    """A world in which a name not listed does not exist."""

    def lookup(question: DnsQuestion) -> DnsAnswer:
        records = world.get((question.name, question.rdtype))
        return DnsAnswer(Outcome.FOUND, records) if records else DnsAnswer(Outcome.NO_NAME)

    return lookup


def by_pyspf(world: World, address: str, beyond: str = "permerror") -> str:
    """
    What pyspf says of one address, asking only this world; ``beyond`` the limit of ten look-ups.

    pyspf counts a redirect as soon as it is read, even one that is never followed, so right at the
    limit it may stop where RFC 7208 section 4.6.4 goes on.
    """

    def dns_lookup(name: str, qtype: str, *_: Any) -> list[tuple[tuple[str, str], Any]]:
        out: list[tuple[tuple[str, str], Any]] = []
        for record in world.get((name.lower().rstrip("."), qtype), ()):
            if isinstance(record, TXT):
                out.append(((name, qtype), list(record.chunks)))
            elif isinstance(record, MX):
                out.append(((name, qtype), (record.preference, record.exchange)))
            else:
                value = str(record)
                out.append(((name, qtype), ipaddress.ip_address(value).packed if qtype == "AAAA" else value))
        return out

    before = pyspf.DNSLookup
    pyspf.DNSLookup = dns_lookup
    try:
        query = pyspf.query(address, "someone@example.com", "mail.example.com", querytime=0)
        result = str(query.check()[0])
        return beyond if query.lookups > 10 else result
    finally:
        pyspf.DNSLookup = before


def by_sets(results: Results, address: str) -> str:
    """The one result an address has in the sets."""
    number = int(ipaddress.ip_address(address))
    found = [r for r, live in results.items() for addresses in live.values() if number in addresses]
    assert len(found) == 1, (address, found)
    return found[0]


def evaluated(world: World, bits: int, **options: bool) -> Results:
    """The sets of example.com."""
    texts = [r.text for r in world.get(("example.com", "TXT"), ()) if isinstance(r, TXT)]
    return evaluate(closed(world), bits, "example.com", texts, **options)


QUALIFIER = st.sampled_from(["", "", "+", "-", "~", "?"])
TARGET = st.sampled_from((*DOMAINS[1:], *HOSTS))
PREFIX4 = st.sampled_from(["", "/28", "/30", "/31", "/32", "/0"])
PREFIX6 = st.sampled_from(["", "//124", "//126", "//128"])
MECHANISM = st.one_of(
    st.builds(lambda a, p: f"ip4:{a}{p}", st.sampled_from(V4), PREFIX4),
    st.builds(
        lambda a, p: f"ip6:{a}{p}", st.sampled_from(V6), st.sampled_from(["", "/124", "/126", "/127", "/0"])
    ),
    st.builds(lambda t, p, q: f"a:{t}{p}{q}", TARGET, PREFIX4, PREFIX6),
    st.builds(lambda t, p, q: f"mx:{t}{p}{q}", TARGET, PREFIX4, PREFIX6),
    st.sampled_from(["a", "mx", "a/31//127", "MX"]),
    st.builds(lambda t: f"include:{t}", st.sampled_from(DOMAINS[1:])),
    st.builds(lambda t: f"include:{t}", st.sampled_from(DOMAINS[1:])),
    st.builds(lambda t: f"exists:{t}", TARGET),
    st.sampled_from(["include:%{d1r}.test.net", "a:%{o2}", "exists:h1.%{d2}"]),
)
DIRECTIVE = st.builds(lambda q, m: q + m, QUALIFIER, MECHANISM)
ENDING = st.one_of(
    st.just(""),
    st.sampled_from(["-all", "~all", "?all", "all"]),
    st.builds(lambda t: f"redirect={t}", st.sampled_from(DOMAINS[1:])),
    st.builds(lambda t: f"-all redirect={t}", st.sampled_from(DOMAINS[1:])),
    st.just("~all include:a.test.net"),
)
RECORD = st.builds(
    lambda ds, end: " ".join(["v=spf1", *ds, end]).strip(), st.lists(DIRECTIVE, max_size=4), ENDING
)
ADDRESSES4 = st.lists(st.sampled_from(V4), max_size=3, unique=True)
ADDRESSES6 = st.lists(st.sampled_from(V6), max_size=2, unique=True)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to five records that refer to one another without a loop, a few hosts, and one name that is void."""
    world: World = {}
    for index, domain in enumerate(DOMAINS):
        text = draw(RECORD)
        if index:  # pyspf calls a record that includes itself faulty before it looks at any address
            text = text.replace("include:%{d1r}.test.net", "ip4:192.0.2.8/31")
        for earlier in DOMAINS[: index + 1]:
            text = text.replace(f"include:{earlier}", "ip4:192.0.2.9").replace(f"redirect={earlier}", "x=y")
        records = [TXT.of(text)] if index == 0 or draw(st.integers(0, 9)) else []
        if draw(st.integers(0, 19)) == 0:
            records.append(TXT.of("v=spf1 ~all"))
        if records:
            world[domain, "TXT"] = tuple(records)
    for name in (*DOMAINS, *HOSTS[:2]):
        world[name, "A"] = tuple(draw(ADDRESSES4))
        world[name, "AAAA"] = tuple(draw(ADDRESSES6))
        exchange = draw(st.sampled_from((*HOSTS, "")))
        if exchange:
            world[name, "MX"] = (MX(10, exchange),)
    return {key: records for key, records in world.items() if records}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_sets_say_of_every_address_what_pyspf_says_of_it(world):
    """
    Includes, redirects, hosts, prefixes, qualifiers, voids and broken records: address by address.
    """
    for bits, addresses in ((IPV4, [*V4, OUTSIDE[0]]), (IPV6, [*V6, OUTSIDE[1]])):
        results = evaluated(world, bits)
        expected = {address: by_pyspf(world, address, "") for address in addresses}

        assert expected == {a: expected[a] and by_sets(results, a) for a in addresses}


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_the_sets_of_all_results_are_the_whole_world_once(world):
    """
    Every address has exactly one result, with and without the limits.
    """
    for limits in (True, False):
        results = evaluated(world, IPV4, limits=limits)
        sets = [addresses for live in results.values() for addresses in live.values()]

        assert 1 << IPV4 == sum(s.size for s in sets)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_text_makes_the_evaluation_raise(texts):
    """
    Whatever stands in DNS, there is an answer.
    """
    records = tuple(TXT.of("v=spf1 " + text) for text in texts) or (TXT.of("v=spf1"),)

    for limits in (True, False):
        assert evaluate(
            lambda q: DnsAnswer(Outcome.FOUND, records[:1]),
            IPV6,
            "example.com",
            [records[0].text],
            limits=limits,
        )


def world_of(**records: str) -> World:
    """TXT records by label below test.net; ``top`` is example.com."""
    return {
        ("example.com" if k == "top" else f"{k}.test.net", "TXT"): (TXT.of(v),) for k, v in records.items()
    }


def test_the_eleventh_lookup_is_permerror_only_for_those_who_get_there():
    """
    Who matched before is not touched by the limit.
    """
    many = " ".join(f"a:h{i}.test.net" for i in range(11))
    world = world_of(top=f"v=spf1 ip4:192.0.2.1 {many} -all")
    for i in range(11):
        world[f"h{i}.test.net", "A"] = (f"198.51.100.{i}",)
    results = evaluated(world, IPV4)

    assert "pass" == by_sets(results, "192.0.2.1") == by_pyspf(world, "192.0.2.1")
    assert "pass" == by_sets(results, "198.51.100.9") == by_pyspf(world, "198.51.100.9")
    assert "permerror" == by_sets(results, "198.51.100.10") == by_pyspf(world, "198.51.100.10")
    assert "fail" == by_sets(evaluated(world, IPV4, limits=False), "203.0.113.1")


@pytest.mark.parametrize(
    "records",
    [
        {
            "top": "v=spf1 include:a.test.net -all",
            "a": "v=spf1 include:b.test.net -all",
            "b": "v=spf1 include:a.test.net -all",
        },
        {"top": "v=spf1 redirect=a.test.net", "a": "v=spf1 redirect=a.test.net"},
        {"top": "v=spf1 " + " ".join(f"include:i{i}.test.net" for i in range(50)) + " -all"}
        | {f"i{i}": "v=spf1 ?all" for i in range(50)},
    ],
)
def test_loops_and_fifty_includes_end_in_permerror(records):
    """
    A loop and a forest both end, with the limit and without it.
    """
    world = world_of(**records)

    assert "permerror" == by_sets(evaluated(world, IPV4), "192.0.2.1")
    assert evaluated(world, IPV6, limits=False)


def test_three_voids_are_permerror_and_two_are_not():
    """
    RFC 7208 section 4.6.4: the third term that finds nothing.
    """
    two = world_of(top="v=spf1 a:x.test.net mx:y.test.net -all")
    three = world_of(top="v=spf1 a:x.test.net mx:y.test.net exists:z.test.net -all")

    assert "fail" == by_sets(evaluated(two, IPV4), "192.0.2.1")
    assert "permerror" == by_sets(evaluated(three, IPV4), "192.0.2.1")


def test_an_include_nobody_could_read_leads_three_ways():
    """
    It may match, not match, or be broken; the addresses before it are settled.
    """
    silent = DnsAnswer(Outcome.TIMEOUT)
    results = evaluate(
        lambda q: silent, IPV4, "example.com", ["v=spf1 ip4:192.0.2.1 include:slow.test.net -all"]
    )
    one = int(ipaddress.ip_address("192.0.2.1"))

    assert {"pass", "fail", "error"} == set(results)
    assert one in results["pass"][Path()]
    assert all(one not in s for r in ("fail", "error") for s in results[r].values())


def test_the_same_macro_is_assumed_the_same_twice():
    """
    What a macro is assumed to say the first time, it says the second time.
    """
    results = evaluated(world_of(top="v=spf1 -exists:%{i}.test.net exists:%{i}.test.net ~all"), IPV4)

    assert {"fail", "softfail"} == set(results)


def test_a_macro_of_the_domain_itself_is_no_macro_at_all():
    """
    ``%{d}`` and ``%{o}`` are known, so that such a term has a set.
    """
    world = world_of(top="v=spf1 include:%{d1r}.test.net -all", example="v=spf1 ip4:192.0.2.1 -all")

    assert "pass" == by_sets(evaluated(world, IPV4), "192.0.2.1") == by_pyspf(world, "192.0.2.1")


def test_more_than_ten_exchanges_are_permerror_even_if_they_are_the_same():
    """
    RFC 7208 section 5.4 counts the MX records, not the hosts behind them.
    """
    world = world_of(top="v=spf1 mx -all")
    world["example.com", "MX"] = tuple(MX(i, "h1.test.net") for i in range(11))
    world["h1.test.net", "A"] = ("192.0.2.1",)

    assert "permerror" == by_sets(evaluated(world, IPV4), "192.0.2.1") == by_pyspf(world, "192.0.2.1")
