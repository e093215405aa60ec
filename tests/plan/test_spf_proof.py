"""The proof is sound: what it does not name does not happen, address by address and macro by macro."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.walk import replay
from mailsetup.planning.address_sets import IPV4, IPV6
from mailsetup.planning.spf_proof import compare, proof
from mailsetup.planning.spf_sets import evaluate
from tests.plan.test_spf_merge import NAME, Answers, txt
from tests.plan.test_spf_sets import OUTSIDE, RECORD, V4, V6, World, by_pyspf, closed, worlds

FAMILIES = ((IPV4, [*V4, OUTSIDE[0]]), (IPV6, [*V6, OUTSIDE[1]]))


def number(address: str) -> int:
    """An address as the sets hold it."""
    return int(ipaddress.ip_address(address))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), RECORD)
def test_lost_kept_and_added_are_what_pyspf_says_before_and_after(world, changed):
    """
    With nothing unsettled, every address is exactly where its two results put it.
    """
    changed = changed.replace("include:%{d1r}.test.net", "a")
    after_world = {**world, (NAME, "TXT"): (TXT.of(changed),)}
    texts = tuple(r.text for r in world[NAME, "TXT"] if isinstance(r, TXT))
    for bits, addresses in FAMILIES:
        result = compare(
            evaluate(closed(world), bits, NAME, texts), evaluate(closed(world), bits, NAME, (changed,))
        )

        assert not result.unsettled
        for address in addresses:
            was, now = by_pyspf(world, address, ""), by_pyspf(after_world, address, "")
            if not was or not now:
                continue
            same = was == now
            assert same == any(number(address) in s for s in result.kept.values())
            assert same or (number(address) in result.lost[was] and number(address) in result.added[now])


MACRO = ("exists:%{l}.one.test.net", "exists:%{l}.two.test.net")
OPEN = st.lists(
    st.builds(
        lambda q, t: q + t,
        st.sampled_from(["", "-", "~", "?"]),
        st.sampled_from(
            [
                *MACRO,
                *MACRO,
                "ip4:192.0.2.0/30",
                "ip4:192.0.2.2",
                "include:open.test.net",
                "include:slow.test.net",
            ]
        ),
    ),
    max_size=5,
)
ENDING = st.sampled_from(["-all", "~all", "redirect=open.test.net", "redirect=slow.test.net", ""])
SLOW = ("", "v=spf1 ip4:192.0.2.1 -all", "v=spf1 +all", "v=spf1 ?all")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OPEN, ENDING, OPEN, ENDING, st.booleans(), st.booleans(), st.sampled_from(SLOW))
def test_what_unsettled_terms_could_change_is_always_named(old, old_end, new, new_end, one, two, slow):
    """
    Whatever the macros and the silent include turn out to be, a changed result is in the sets or its term is named.
    """
    before, after = " ".join(["v=spf1", *old, old_end]), " ".join(["v=spf1", *new, new_end])
    known: World = txt(open__test__net="v=spf1 -ip4:192.0.2.3 exists:%{l}.one.test.net ip4:192.0.2.4 ~all")

    def asked(question: DnsQuestion) -> DnsAnswer:
        if question.name == "slow.test.net":
            return DnsAnswer(Outcome.SERVFAIL)
        return closed(known)(question)

    truth: World = dict(known)
    for exists, name in ((one, "someone.one.test.net"), (two, "someone.two.test.net")):
        if exists:
            truth[name, "A"] = ("127.0.0.2",)
    if slow:
        truth["slow.test.net", "TXT"] = (TXT.of(slow),)
    result = compare(evaluate(asked, IPV4, NAME, (before,)), evaluate(asked, IPV4, NAME, (after,)))
    for address in V4[:6]:
        was = by_pyspf({**truth, (NAME, "TXT"): (TXT.of(before),)}, address)
        now = by_pyspf({**truth, (NAME, "TXT"): (TXT.of(after),)}, address)

        assert was == now or result.unsettled or number(address) in result.lost.get(was, ())
        if was == "pass" != now:
            assert result.risky or number(address) in result.lost.get(was, ())


def proven(
    before: str | tuple[str, ...] | None, after: str, world: World | None = None, silent: tuple[str, ...] = ()
):
    """The proof for example.com."""
    return replay(proof(NAME, before, after), Answers(world or {}, silent))


def test_macros_in_the_same_place_cancel_and_are_still_named():
    """
    A term that stands unchanged is undecided but changes nothing.
    """
    result = proven(
        "v=spf1 exists:%{i}.x.test mx ptr -all", "v=spf1 exists:%{i}.x.test mx ptr ip4:192.0.2.1 -all"
    )

    assert ("exists:%{i}.x.test", "ptr:example.com") == result.undecided
    assert () == result.unsettled
    assert ({"fail": ("192.0.2.1/32",)}, {"pass": ("192.0.2.1/32",)}) == (result.lost, result.added)


def test_a_macro_that_goes_or_moves_is_unsettled():
    """
    Whom it let through cannot be said, so it is named with advice.
    """
    for after in ("v=spf1 -all", "v=spf1 -ip4:192.0.2.1 exists:%{i}.x.test -all"):
        result = proven("v=spf1 exists:%{i}.x.test -all", after)

        assert ("exists:%{i}.x.test",) == result.unsettled
        assert "nobody is lost" in str(result.advice[0])


def test_a_silent_new_include_in_front_is_a_risk_and_behind_is_not():
    """
    An include nobody could read may be broken: then only those behind it suffer.
    """
    behind = proven(
        "v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 include:slow.test -all", silent=("slow.test",)
    )
    front = proven(
        "v=spf1 ip4:192.0.2.1 -all", "v=spf1 include:slow.test ip4:192.0.2.1 -all", silent=("slow.test",)
    )

    assert ("include:slow.test",) == behind.unsettled == front.unsettled
    assert "do not pass today" in str(behind.advice[0])
    assert "nobody is lost" in str(front.advice[0])


def test_the_figures_of_the_new_record():
    """
    Look-ups before and after, voids of the worse family, and the size with every TXT at the name.
    """
    world: World = {
        **txt(a__test="v=spf1 a:h.test -all"),
        (NAME, "TXT"): (TXT.of("v=spf1 include:a.test -all"), TXT.of("x" * 100)),
        ("h.test", "A"): ("192.0.2.1",),
    }
    result = proven(None, "v=spf1 include:a.test mx -all", world)

    assert (2, 3, 2, True) == (result.lookups_before, result.lookups_after, result.voids_after, result.fits)
    assert len(NAME) + 29 + 100 == result.size_after
    assert "v=spf1 include:a.test -all" == result.before


def test_a_change_that_breaks_the_limit_shows_whom_it_costs():
    """
    Behind the tenth look-up everybody gets permerror: the proof shows it, and that it does not fit.
    """
    world: World = {(f"h{i}.test", "A"): (f"192.0.2.{i}",) for i in range(11)}
    ten = " ".join(f"a:h{i}.test" for i in range(10))
    result = proven(f"v=spf1 {ten} -all", f"v=spf1 a:h10.test {ten} -all", world)

    assert ("192.0.2.9/32",) == result.lost["pass"]
    assert not result.fits
    assert "11 DNS look-ups" in str(result.advice[0])


@pytest.mark.parametrize("before", [(), ("v=spf1 a -all", "v=spf1 -all"), "v=spf1 ipv4:x"])
def test_no_record_two_records_and_a_fault_give_nobody_anything_to_lose(before):
    """
    Nobody passed before, so nobody can lose: everything is added.
    """
    result = proven(before, "v=spf1 ip4:192.0.2.1 -all")

    assert ({}, {}, ("192.0.2.1/32",)) == (result.lost, result.kept, result.added["pass"])


def test_a_long_record_does_not_fit_and_many_other_texts_are_only_said():
    """
    What the record can do about its size decides; verification texts beside it are advice.
    """
    long = "v=spf1 " + " ".join(f"ip4:198.51.100.{i}" for i in range(0, 80, 2)) + " -all"
    world: World = {(NAME, "TXT"): tuple(TXT.of(f"site-verification={i}" * 6) for i in range(6))}

    assert not proven((), long).fits
    assert proven((), "v=spf1 -all", world).fits
    assert "verification texts" in str(proven((), "v=spf1 -all", world).advice[0])


def test_a_broken_include_is_named_with_the_way_to_it():
    """
    Where permerror comes from is said, through however many includes.
    """
    world = txt(a__test="v=spf1 include:gone.test -all")
    result = proven("v=spf1 include:a.test -all", "v=spf1 include:a.test -all", world)

    assert "example.com > a.test > gone.test" in str(result.advice[0])
