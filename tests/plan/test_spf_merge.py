"""Merging SPF: one record, nobody lost, nothing guessed."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.walk import replay
from mailsetup.planning.address_sets import IPV4, IPV6
from mailsetup.planning.spf_merge import Merge, merge, merge_and_prove, remove_terms
from mailsetup.planning.spf_sets import evaluate
from tests.plan.test_spf_sets import DOMAINS, HOSTS, OUTSIDE, V4, V6, World, by_sets, closed, worlds

GOOGLE = "include:_spf.google.test"
NAME = "example.com"


class Answers(Mapping[Question, Any]):
    """A closed world as a snapshot's answers; the names in ``silent`` time out."""

    def __init__(self, records: World, silent: tuple[str, ...] = ()) -> None:
        self.lookup = closed(records)
        self.silent = silent

    def __getitem__(self, question: Question) -> DnsAnswer:
        assert isinstance(question, DnsQuestion)
        return DnsAnswer(Outcome.TIMEOUT) if question.name in self.silent else self.lookup(question)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, question: object) -> bool:
        return True


def txt(**records: str) -> World:
    """TXT records by name, dots written as two underscores."""
    return {(name.replace("__", "."), "TXT"): (TXT.of(text),) for name, text in records.items()}


WORLD = txt(
    _spf__google__test="v=spf1 ip4:203.0.113.0/26 ~all",
    _spf__only__test="v=spf1 ip4:192.0.2.0/28 include:_spf.google.test ~all",
    _spf__picky__test="v=spf1 ip4:192.0.2.1 -ip4:192.0.2.0/24 a:h.test ?all exp=why.%{d}",
)


def merged(
    *existing: str,
    wanted: tuple[str, ...] = (GOOGLE,),
    silent: tuple[str, ...] = (),
    world: World = WORLD,
    **options: Any,
) -> Merge:
    """The merge of some records at example.com."""
    return replay(merge(NAME, existing, wanted, **options), Answers(world, silent))


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 include:_spf.google.test -all"),
        ("v=spf1 mx a ptr ?all", "v=spf1 mx a ptr include:_spf.google.test ?all"),
        ("v=spf1", "v=spf1 include:_spf.google.test"),
        ("v=spf1 a -all exp=why.example.com", "v=spf1 a include:_spf.google.test -all exp=why.example.com"),
        ("v=spf1 a x-by=someone ~all", "v=spf1 a include:_spf.google.test ~all x-by=someone"),
        ("V=SPF1 A MX ~ALL", "v=spf1 A MX include:_spf.google.test ~all"),
        ("v=spf1 exists:%{i}.x.test a -all", "v=spf1 exists:%{i}.x.test a include:_spf.google.test -all"),
        (
            "v=spf1 include:x.test exists:%{i}.x.test -all",
            "v=spf1 include:x.test exists:%{i}.x.test include:_spf.google.test -all",
        ),
        ("v=spf1 a -all redirect=_spf.only.test", "v=spf1 a include:_spf.google.test -all"),
        ("v=spf1 a -all mx", "v=spf1 a include:_spf.google.test -all"),
        (
            "v=spf1 include:_spf.google.test.evil.test -all",
            "v=spf1 include:_spf.google.test.evil.test include:_spf.google.test -all",
        ),
        ("v=spf1 ?include:_spf.google.test -all", "v=spf1 include:_spf.google.test -all"),
    ],
)
def test_new_terms_come_before_all_and_the_rest_stays(existing, expected):
    """
    Foreign mechanisms, modifiers and the ending stay; a name inside another name is another name.
    """
    assert expected == merged(existing).text


@pytest.mark.parametrize(
    ("existing", "wanted"),
    [
        ("v=spf1 include:_spf.google.test -all", GOOGLE),
        ("v=spf1  INCLUDE:_SPF.Google.TEST.  -all", GOOGLE),
        ("v=spf1 +a:example.com -all", "a"),
        ("v=spf1 a -all", "a:EXAMPLE.com/32"),
        ("v=spf1 mx:example.com//128 -all", "mx"),
        ("v=spf1 ip4:192.0.2.1 -all", "ip4:192.0.2.1/32"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "ip4:192.0.2.77"),
        ("v=spf1 ip6:2001:db8:0:0::1 -all", "ip6:2001:DB8::1"),
        ("v=spf1 redirect=_spf.only.test", "include:_spf.only.test"),
        ("v=spf1 redirect=_spf.only.test", "redirect=_spf.only.test"),
    ],
)
def test_a_record_that_has_what_is_wanted_is_not_touched(existing, wanted):
    """
    The same meaning in other words is already there, and not a letter changes.
    """
    result = merged(existing, wanted=(wanted,))

    assert (existing, False, ()) == (result.text, result.changed, result.added)


def test_duplicates_go_and_are_named():
    """
    The same in another case or another spelling is the same; the first stays.
    """
    result = merged(
        "v=spf1 a A:example.COM ip4:192.0.2.1/32 ip4:192.0.2.1 include:x.test INCLUDE:X.test ~all", wanted=()
    )

    assert "v=spf1 a ip4:192.0.2.1/32 include:x.test ~all" == result.text
    assert ["A:example.COM", "ip4:192.0.2.1", "INCLUDE:X.test"] == [d.term for d in result.dropped]


def test_no_record_gets_the_providers_all():
    """
    Where nothing is, the provider's advice ends the record; where nothing is wanted, none is made.
    """
    assert f"v=spf1 {GOOGLE} -all" == merged(default_all="-all").text
    assert f"v=spf1 {GOOGLE} ~all" == merged().text
    assert ("", False) == (merged(wanted=()).text, merged(wanted=()).changed)


def test_two_records_become_one_and_the_lenient_ending_stays():
    """
    Two records were an error for everybody; joined, all their senders pass and the proof says so.
    """
    existing = ("v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.2 ip4:192.0.2.1 ~all")
    result, proof = replay(merge_and_prove(NAME, existing, (GOOGLE,)), Answers(WORLD))

    assert f"v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 {GOOGLE} ~all" == result.text
    assert {} == proof.lost
    assert ("192.0.2.1/32", "192.0.2.2/32", "203.0.113.0/26") == proof.added["pass"]


def test_of_two_records_one_that_refuses_comes_last():
    """
    What one record refuses by name takes nothing from the other.
    """
    assert (
        "v=spf1 ip4:192.0.2.1 -ip4:192.0.2.0/24 -all"
        == merged("v=spf1 -ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.1 -all", wanted=()).text
    )


def test_plus_all_is_kept_loudly_and_gives_way_to_a_choice_or_another_record():
    """
    Nobody is made to fail unasked, but nobody can overlook it either.
    """
    result = merged("v=spf1 a +all")

    assert "v=spf1 a include:_spf.google.test +all" == result.text
    assert any("WARNING" in str(note) for note in result.notes)
    assert any("WARNING" in str(note) for note in merged("v=spf1 a +all", wanted=()).notes)
    assert merged("v=spf1 a +all", all_qualifier="-all").text.endswith(" -all")
    assert merged("v=spf1 a +all", "v=spf1 mx ~all").text.endswith(" ~all")


def test_the_users_choice_of_all_wins():
    """
    The ending changes when chosen, and the old one is named.
    """
    result = merged(f"v=spf1 {GOOGLE} ?all", all_qualifier="~")

    assert f"v=spf1 {GOOGLE} ~all" == result.text
    assert ["?all"] == [d.term for d in result.dropped]


def test_a_redirect_becomes_an_include_with_the_targets_own_all():
    """
    The form is chosen because it is proven to give every address the same.
    """
    result, proof = replay(
        merge_and_prove(NAME, ("v=spf1 redirect=_spf.only.test",), ("ip4:198.51.100.1",)), Answers(WORLD)
    )

    assert "v=spf1 include:_spf.only.test ip4:198.51.100.1 ~all" == result.text
    assert {"softfail": ("198.51.100.1/32",)} == proof.lost
    assert {"pass": ("198.51.100.1/32",)} == proof.added


def test_a_redirect_an_include_cannot_express_is_written_out():
    """
    A target that refuses somebody by name is copied, its own names filled in, and its explanation with it.
    """
    result, proof = replay(
        merge_and_prove(NAME, ("v=spf1 redirect=_spf.picky.test",), ("ip4:198.51.100.1",)), Answers(WORLD)
    )

    assert (
        "v=spf1 ip4:192.0.2.1 -ip4:192.0.2.0/24 a:h.test ip4:198.51.100.1 ?all exp=why._spf.picky.test"
        == result.text
    )
    assert {"neutral": ("198.51.100.1/32",)} == proof.lost


def test_a_redirect_nobody_could_read_is_left_alone():
    """
    Silence is not absence: the record stays letter for letter, and what is missing is named.
    """
    result = merged("v=spf1 redirect=_spf.only.test", silent=("_spf.only.test",))

    assert ("v=spf1 redirect=_spf.only.test", True, False) == (result.text, result.left_alone, result.changed)
    assert (GOOGLE,) == result.missing


def test_a_redirect_to_nothing_and_a_redirect_loop():
    """
    A target that is known to be missing goes, and so does one that is an error for everybody.
    """
    assert f"v=spf1 a {GOOGLE}" == merged("v=spf1 a redirect=nothing.test").text
    loop = {**WORLD, (NAME, "TXT"): (TXT.of("v=spf1 redirect=example.com"),)}

    assert f"v=spf1 {GOOGLE}" == merged("v=spf1 redirect=example.com", world=loop).text


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.hosted.test ~all",
        "v=spf1 redirect=%{d}._spf.%{i}.hosted.test",
        "v=spf1 include:example.com._nspf.hosted.test -all",
        "v=spf1 include:_u.example.com._spf.hosted.test ~all",
        "v=spf1 exists:%{i}._spf.corp.test -all",
        "v=spf1 include:%{ir}.hosted.test exists:%{i}.hosted.test -all",
    ],
)
def test_hosted_and_macro_records_are_left_and_named(record):
    """
    What a service writes by macros, or for this name alone, is not ours to edit.
    """
    result = merged(record)

    assert (record, True, (GOOGLE,)) == (result.text, result.left_alone, result.missing)
    assert "managed elsewhere" in str(result.notes[0])
    assert GOOGLE in str(result.notes[1])


def test_a_macro_beside_plain_terms_stays_and_is_named():
    """
    Such a record is edited by hand anyway; only what the macro lets through is not known.
    """
    result, proof = replay(
        merge_and_prove(NAME, ("v=spf1 ip4:192.0.2.1 include:%{ir}.x.test -all",), (GOOGLE,)), Answers(WORLD)
    )

    assert f"v=spf1 ip4:192.0.2.1 include:%{{ir}}.x.test {GOOGLE} -all" == result.text
    assert "include:%{ir}.x.test" in str(result.notes[-1])
    assert (("include:%{ir}.x.test",), ()) == (proof.undecided, proof.unsettled)


def test_an_include_that_times_out_stays_and_is_named_undecided():
    """
    Nothing is deleted or doubled because of silence.
    """
    result, proof = replay(
        merge_and_prove(NAME, ("v=spf1 include:slow.test ip4:192.0.2.1 -all",), (GOOGLE,)),
        Answers(WORLD, ("slow.test",)),
    )

    assert f"v=spf1 include:slow.test ip4:192.0.2.1 {GOOGLE} -all" == result.text
    assert ("include:slow.test (timeout)",) == proof.undecided
    assert (["fail"], ()) == (list(proof.lost), proof.unsettled)


def test_unknown_txt_records_plan_nothing():
    """
    Whether there is a record is not known, so none is made.
    """
    result = replay(merge(NAME, None, (GOOGLE,)), Answers({}, (NAME,)))

    assert (True, False, (GOOGLE,)) == (result.left_alone, result.changed, result.missing)


@pytest.mark.parametrize(
    ("faulty", "expected"),
    [
        ("v=spf1 ipv4:192.0.2.1 -all", f"v=spf1 ip4:192.0.2.1 {GOOGLE} -all"),
        ("v=spf1 ip4:192.0.2.1~all", f"v=spf1 ip4:192.0.2.1 {GOOGLE} ~all"),
        ("v=spf1 nonsense:x a -all", f"v=spf1 a {GOOGLE} -all"),
        ("v=spf1 ip4:192.0.2.300 a -all", f"v=spf1 a {GOOGLE} -all"),
        ("v=spf1 a redirect=x.test redirect=nothing.test mx", f"v=spf1 a mx {GOOGLE}"),
    ],
)
def test_a_faulty_term_is_mended_if_its_meaning_is_plain_and_dropped_otherwise(faulty, expected):
    """
    The rest of the record counts again, and what became of the fault is said.
    """
    result = merged(faulty)

    assert expected == result.text
    assert result.notes or result.dropped


def test_fifty_includes_are_kept_and_the_heaviest_are_named():
    """
    Nothing is dropped to make it fit; the advice has numbers, the heaviest branch first.
    """
    world = {**WORLD, **{(f"i{i}.test", "TXT"): (TXT.of("v=spf1 ip4:192.0.2.9 -all"),) for i in range(50)}}
    world["i49.test", "TXT"] = (TXT.of("v=spf1 include:i1.test include:i2.test -all"),)
    record = "v=spf1 " + " ".join(f"include:i{i}.test" for i in range(50)) + " -all"
    result, proof = replay(merge_and_prove(NAME, (record,), (GOOGLE,)), Answers(world))

    assert 51 == len([w for w in result.text.split() if w.startswith("include:")])
    assert (False, 53) == (proof.fits, proof.lookups_after)
    assert "include:i49.test" in str(proof.advice[1])
    assert "takes 3 of them" in str(proof.advice[1])
    assert "even without these" in str(proof.advice[-2])


def test_an_ipv6_only_domain_is_compared_in_its_own_family():
    """
    Gains and losses of IPv6 senders are seen without any IPv4.
    """
    _, proof = replay(
        merge_and_prove(NAME, ("v=spf1 ip6:2001:db8::/64 -all",), ("ip6:2001:db8:1::/64",)), Answers({})
    )

    assert {"pass": ("2001:db8::/64",)} == {k: v for k, v in proof.kept.items() if k == "pass"}
    assert {"pass": ("2001:db8:1::/64",)} == proof.added


def test_terms_of_a_provider_that_is_left_go_and_only_those():
    """
    Removal goes by meaning, keeps the rest, and touches no record it would have to guess about.
    """
    result = remove_terms(
        NAME, "v=spf1 a INCLUDE:_spf.Google.test include:_spf.google.test.evil.test -all", [GOOGLE]
    )

    assert "v=spf1 a include:_spf.google.test.evil.test -all" == result.text
    assert ["INCLUDE:_spf.Google.test"] == [d.term for d in result.dropped]
    assert not remove_terms(NAME, "v=spf1 a -all", [GOOGLE]).changed
    assert (
        f"v=spf1 {GOOGLE} ~all"
        == merged("v=spf1 redirect=_spf.only.test", remove=("include:_spf.only.test",)).text
    )


def test_an_accepted_term_serves_as_well():
    """
    What a provider accepts instead is not doubled.
    """
    record = "v=spf1 include:old.google.test -all"

    assert record == merged(record, accepted={GOOGLE: ["include:old.google.test"]}).text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    worlds(),
    st.lists(
        st.sampled_from(
            ["include:a.test.net", "ip4:192.0.2.4/30", "a", "mx:h1.test.net", "ip6:2001:db8::8/125"]
        ),
        max_size=3,
    ),
)
def test_nobody_who_passed_is_lost_and_everybody_wanted_passes(world, wanted):
    """
    Whatever stood there, whoever passed passes, and one valid record with the wanted terms is the result.
    """
    texts = tuple(r.text for r in world[NAME, "TXT"] if isinstance(r, TXT))
    result = replay(merge(NAME, texts, wanted), Answers(world))
    assume(not result.left_alone)

    assert parse_spf(result.text).valid
    lookup = closed(world)
    refuses = any(m.qualifier != "+" for m in parse_spf(result.text).value.mechanisms if m.name != "all")
    for bits, addresses in ((IPV4, [*V4, OUTSIDE[0]]), (IPV6, [*V6, OUTSIDE[1]])):
        before = evaluate(lookup, bits, NAME, texts, limits=False)
        after = evaluate(lookup, bits, NAME, (result.text,), limits=False)
        alone = evaluate(lookup, bits, NAME, (" ".join(["v=spf1", *wanted, "-all"]),), limits=False)
        broken = "permerror" in after
        for address in addresses:
            if (
                by_sets(before, address) == "pass" and "permerror" not in alone
            ):  # a dead wanted include is its own fault
                assert "pass" == by_sets(after, address)
            if by_sets(alone, address) == "pass" and not refuses and not broken:
                assert "pass" == by_sets(after, address)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="aip46:/.-~?+ =%{}dincluderxst019", max_size=50), max_size=3))
def test_no_text_makes_a_merge_raise_or_leave_a_faulty_record(texts):
    """
    Whatever stands in DNS, the result is one valid record, or what was there.
    """
    existing = tuple("v=spf1 " + t for t in texts)
    result = merged(*existing)

    assert result.left_alone or parse_spf(result.text).valid
    assert all(is_spf(t) for t in existing)


def test_addresses_are_read_as_the_library_reads_them():
    """
    The toy world of these tests is what it seems to be.
    """
    assert 16 == len({ipaddress.ip_address(a) for a in V4})


def test_a_record_that_is_nothing_but_faults_is_left_alone():
    """
    What nobody can have meant is not tidied away.
    """
    record = "v=spf1 " + " ".join(f"junk{i}:x" for i in range(100)) + " -all"

    assert (record, True) == (merged(record).text, merged(record).left_alone)


def test_of_several_records_one_of_which_is_hosted_none_is_touched():
    """
    The error stays until the owner decides, and the reason is said.
    """
    result = merged("v=spf1 a -all", "v=spf1 include:%{i}.hosted.test -all")

    assert (True, False) == (result.left_alone, result.changed)
    assert "managed elsewhere" in str(result.notes[0])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.sampled_from([*DOMAINS[1:], *HOSTS]))
def test_silence_of_any_name_never_costs_anybody_a_pass(world, silent):
    """
    What is planned while a name does not answer is right whatever that name would have said.
    """
    texts = tuple(r.text for r in world[NAME, "TXT"] if isinstance(r, TXT))
    result = replay(merge(NAME, texts, ["ip4:192.0.2.4/30"]), Answers(world, (silent,)))

    assert not result.left_alone or not result.changed
    if result.left_alone:
        return
    for bits, addresses in ((IPV4, [*V4, OUTSIDE[0]]), (IPV6, [*V6, OUTSIDE[1]])):
        before = evaluate(closed(world), bits, NAME, texts, limits=False)
        after = evaluate(closed(world), bits, NAME, (result.text,), limits=False)
        for address in addresses:
            if len(texts) == 1:
                assert by_sets(before, address) != "pass" or by_sets(after, address) == "pass"


def test_what_one_service_gives_up_and_another_needs_stays():
    """
    A term is only removed when nobody else wants it, and what it covered is then listed by itself.
    """
    shared = f"v=spf1 {GOOGLE} ip4:192.0.2.0/24 -all"

    assert shared == merged(shared, remove=(GOOGLE,)).text
    assert (
        "v=spf1 include:_spf.google.test ip4:192.0.2.7 -all"
        == merged(shared, wanted=("ip4:192.0.2.7",), remove=("ip4:192.0.2.0/24",)).text
    )
