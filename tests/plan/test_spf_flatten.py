"""Flattening SPF: the same results for every address, with fewer look-ups, or said why not."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.grammar.spf import parse_spf
from mailsetup.model.dns import TXT
from mailsetup.model.walk import replay
from mailsetup.planning.address_sets import IPV4, IPV6
from mailsetup.planning.spf_flatten import Flattened, flatten
from mailsetup.planning.spf_sets import evaluate
from tests.plan.test_spf_merge import NAME, Answers, txt
from tests.plan.test_spf_sets import OUTSIDE, V4, V6, World, by_sets, closed, worlds


def flattened(record: str | None, world: World, silent: tuple[str, ...] = (), **options: Any) -> Flattened:
    """The flattening of a record at example.com."""
    return replay(flatten(NAME, record, **options), Answers(world, silent))


WORLD = {
    **txt(
        a__test="v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 -ip4:198.51.100.1 ip4:198.51.100.0/31 ~all",
        b__test="v=spf1 ip6:2001:db8::/33 ip6:2001:db8:8000::/33 redirect=a.test",
        m__test="v=spf1 exists:%{i}.%{d}.x.test ip4:203.0.113.1 ?all exp=why.%{d}",
    ),
    ("h.test", "A"): ("192.0.2.7", "203.0.113.200"),
    (NAME, "MX"): (),
}


def test_includes_become_the_fewest_blocks_and_what_an_include_refuses_is_not_refused():
    """
    Siblings join, a refusal inside an include is only "no match", and the includes' endings do not leak.
    """
    result = flattened("v=spf1 include:a.test a:h.test include:b.test -all", WORLD)

    assert "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0 ip4:203.0.113.200 ip6:2001:db8::/32 -all" == result.text
    assert (True, 4, 0) == (result.equal, result.proof.lookups_before, result.proof.lookups_after)


def test_a_redirect_brings_its_own_all_its_refusals_and_its_explanation():
    """
    What a redirect ends with is what the record ends with: fail stays fail.
    """
    result = flattened("v=spf1 ip4:203.0.113.9 redirect=a.test", WORLD)

    assert "v=spf1 ip4:192.0.2.0/24 ip4:203.0.113.9 -ip4:198.51.100.1 ip4:198.51.100.0/31 ~all" == result.text
    assert result.equal
    assert flattened("v=spf1 redirect=m.test", WORLD).text.endswith("ip4:203.0.113.1 ?all exp=why.m.test")


def test_a_dead_redirect_is_not_carried_and_qualifiers_stay():
    """
    A redirect beside ``all`` has no effect, and each term keeps its qualifier.
    """
    result = flattened("v=spf1 ?include:a.test ~a:h.test -all redirect=b.test", WORLD)

    assert "v=spf1 ?ip4:192.0.2.0/24 ?ip4:198.51.100.0 ~ip4:203.0.113.200 -all" == result.text
    assert result.equal


def test_what_has_no_set_stays_in_its_place_and_is_named():
    """
    Macros, ptr, exists and includes with such inside stay; so do includes nobody could read.
    """
    record = "v=spf1 ptr exists:%{i}.x.test include:a.test include:m.test include:slow.test mx -all"
    result = flattened(record, WORLD, silent=("slow.test",))

    assert (
        "v=spf1 ptr exists:%{i}.x.test ip4:192.0.2.0/24 ip4:198.51.100.0 include:m.test include:slow.test -all"
        == result.text
    )
    assert ["ptr", "exists:%{i}.x.test", "include:m.test", "include:slow.test"] == [
        term for term, _ in result.kept
    ]
    assert result.equal


def test_a_redirect_to_macros_keeps_their_meaning():
    """
    ``%{d}`` means the target's name there, so it is written out here.
    """
    result = flattened("v=spf1 redirect=m.test", WORLD)

    assert "exists:%{i}.m.test.x.test" in result.text
    assert result.equal


def test_a_long_record_is_spread_over_records_that_each_fit():
    """
    Parts are named, fit a plain reply, avoid names in use, and the whole is proven equal.
    """
    many = " ".join(f"ip4:198.51.{i}.0/25" for i in range(90))
    world = {
        **txt(big__test=f"v=spf1 {many} -all", _spf2__example__com="in use"),
        (NAME, "TXT"): (TXT.of("v=spf1 include:big.test mx ~all"),),
    }
    result = flattened(None, world, as_of="2026-11-21")

    assert result.equal
    assert "_spf2.example.com" not in result.parts
    assert all(
        len(owner) + len(text) <= 450 and parse_spf(text).valid for owner, text in result.parts.items()
    )
    assert len(result.parts) == result.proof.lookups_after <= 10
    assert "2026-11-21" in " ".join(map(str, result.notes))


def test_what_cannot_be_flattened_is_said():
    """
    No record, several, a faulty one or silence: nothing is made up.
    """
    for record, silent, words in (
        ((), (), "no SPF record"),
        (("v=spf1 -all", "v=spf1 a -all"), (), "2 SPF records"),
        (("v=spf1 a -all",), (NAME,), "could not be read"),
        (("v=spf1 ipv4:1.2.3.4 -all",), (), "fault"),
    ):
        world: World = {(NAME, "TXT"): tuple(map(TXT.of, record))}
        result = flattened(None, world, silent)

        assert ("", False) == (result.text, result.equal)
        assert words in str(result.notes[0])


def test_terms_asked_to_be_kept_are_kept_and_a_record_that_fits_is_told_so():
    """
    Flattening can be partial, and is advised against where it is not needed.
    """
    result = flattened("v=spf1 include:a.test include:b.test -all", WORLD, keep=("include:B.test",))

    assert "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0 include:b.test -all" == result.text
    assert "works as it is" in str(result.notes[0])


def test_a_record_that_receivers_cannot_evaluate_is_not_said_to_work():
    """
    Few look-ups are no praise for a record that leads back to itself or to nothing.
    """
    for record in (
        f"v=spf1 include:{NAME} -all",
        "v=spf1 include:nothing.test -all",
        "v=spf1 redirect=nothing.test",
    ):
        result = flattened(record, {**WORLD, (NAME, "TXT"): (TXT.of(record),)})

        assert not any("works as it is" in str(note) for note in result.notes), record


def test_fourteen_lookups_become_none_and_the_proof_holds_for_what_was_meant():
    """
    A record beyond the limit is held against its meaning, not against the error receivers make of it.
    """
    world: World = {(f"i{i}.test", "TXT"): (TXT.of(f"v=spf1 ip4:198.51.100.{i} -all"),) for i in range(14)}
    result = flattened("v=spf1 " + " ".join(f"include:i{i}.test" for i in range(14)) + " -all", world)

    assert (True, 14, 0) == (result.equal, result.proof.lookups_before, result.proof.lookups_after)
    assert result.text.startswith("v=spf1 ip4:198.51.100.0/29 ip4:198.51.100.8/30 ip4:198.51.100.12/31 -all")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([(), ("a.test.net",), ("h1.test.net", "b.test.net")]))
def test_every_address_gets_the_same_from_the_flattened_record(world, silent):
    """
    Whatever the tree, the flattened record is valid, proven equal, and equal address by address.
    """
    texts = tuple(r.text for r in world[NAME, "TXT"] if isinstance(r, TXT))
    result = replay(flatten(NAME, None), Answers(world, silent))
    if len(texts) != 1 or not parse_spf(texts[0]).valid:
        assert not result.text
        return

    assert parse_spf(result.text).valid
    assert result.equal
    if not silent:
        whole = {**world, **{(owner, "TXT"): (TXT.of(text),) for owner, text in result.parts.items()}}
        for bits, addresses in ((IPV4, [*V4, OUTSIDE[0]]), (IPV6, [*V6, OUTSIDE[1]])):
            before = evaluate(closed(world), bits, NAME, texts, limits=False)
            after = evaluate(closed(whole), bits, NAME, (result.text,), limits=result.proof.fits)

            assert [by_sets(before, a) for a in addresses] == [by_sets(after, a) for a in addresses]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aip46:/.-~?+ =%{}dincluderxst019", max_size=60), st.booleans())
def test_no_text_makes_flattening_raise(text, silent):
    """
    Whatever the record says, it is flattened to a valid record or said why not.
    """
    result = flattened("v=spf1 " + text, WORLD, silent=("a.test", "x.test", "d", "s.t") if silent else ())

    assert parse_spf(result.text).valid if result.text else result.notes
    assert all(str(note) for note in result.notes)
