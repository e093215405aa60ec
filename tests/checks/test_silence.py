"""Where a condition says that checks are silent, they are; and what is not run is told as if it had been."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.model.case import Case
from mailsetup.model.dns import TXT, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Verdicts
from mailsetup.run.audit import AuditSettings, collect_case
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from mailsetup.walks.addresses import one_address_answer
from tests.real_world import RealWorld, profiles, published
from tests.zones import world

from .test_answers_lost import examples
from .test_broken_zones import ZONES, case_of

CHECKS = all_checks()
SILENT = tuple(check for check in CHECKS if check.silent_where is not None)
NEVER_ASKED = DnsQuestion("nobody.reads.this.example", "TXT")
EVERY = 48  # of the real domains; all records of them are looked at below


def one_by_one(case: Case) -> Verdicts:
    """The verdicts with every check run: an answer that nobody reads is unknown, so that no condition counts."""
    answers = {**case.snapshot.answers, NEVER_ASKED: DnsAnswer(Outcome.TIMEOUT)}
    return judge(Case(case.scope, replace(case.snapshot, answers=answers)), CHECKS)


def fresh(case: Case) -> Case:
    """The same domain, nothing read yet."""
    return Case(case.scope, case.snapshot)


def hidden(case: Case) -> list[str]:
    """The checks that find something although their condition holds; what a condition reads and its check does not."""
    told = []
    for check in SILENT:
        assert check.silent_where is not None
        log = case.start_log()
        if check.silent_where(case):
            told += [f"{check.id} on {case.domain}"] if tuple(check.judge(case)) else []
        if not {key[0] if isinstance(key, tuple) else key for key in log} <= {
            *check.reads,
            one_address_answer,
        }:
            told.append(f"{check.id} does not read what its condition reads")
    return told


@cache
def well_kept() -> Case:
    """The domain where all is right."""
    return case_of(ZONES[0])


def with_texts(label: str, *texts: str) -> Case:
    """The well-kept domain with other TXT records at one of its names."""
    base = well_kept()
    question = DnsQuestion(label + base.domain, "TXT")
    records = tuple(TXT.of(text) for text in texts)
    answers = {**base.snapshot.answers, question: DnsAnswer(Outcome.FOUND, records, ttl=3600)}
    return Case(base.scope, replace(base.snapshot, answers=answers))


def known(case: Case) -> bool:
    """Whether every answer is known, as conditions demand."""
    return not any(answer.unknown for answer in case.snapshot.answers.values())


def example_cases() -> Iterator[Case]:
    """What the manual pages of all checks show, seen by all that no option asks for."""
    walks = dict.fromkeys(walk for c in CHECKS if not c.opt_in for walk in c.reads)
    for _, scope, text in examples():
        yield world(text).case(walks, replace(scope, options=frozenset()))


@cache
def zones() -> tuple[Case, ...]:
    """The broken zones, and the well-kept one."""
    return tuple(filter(known, map(case_of, ZONES)))


@pytest.mark.slow
def test_no_condition_hides_what_an_example_shows() -> None:
    """
    Every example of every check: where a condition holds nothing is found, and each condition
    holds somewhere and not elsewhere.
    """
    cases = list(filter(known, example_cases()))
    conditions = {check.silent_where for check in SILENT if check.silent_where is not None}

    assert [] == [told for case in cases for told in hidden(fresh(case))]
    assert conditions == {c for c in conditions for case in cases if c(case)}
    assert conditions == {c for c in conditions for case in cases if not c(case)}


@pytest.mark.parametrize("case", zones(), ids=lambda case: case.domain)
def test_what_is_decided_beforehand_is_told_as_if_it_were_run(case: Case) -> None:
    """
    Gates, silence and what explains a check away give the verdicts of checks run one by one.
    """
    assert one_by_one(case) == judge(fresh(case), CHECKS)


@pytest.mark.slow
def test_real_domains_are_judged_the_same_both_ways() -> None:
    """
    Domains of the corpus: nothing is hidden, and the verdicts are those of checks run one by one.
    """
    sample = list(profiles())[::EVERY]
    place = RealWorld(sample)
    looked_at = 0

    for domain in place.domains:
        case = asyncio.run(collect_case(domain, place, AuditSettings(), as_of="2026-11-21T12:00:00Z"))
        if known(case):
            looked_at += 1
            assert [] == hidden(fresh(case))
            assert one_by_one(case) == judge(fresh(case), CHECKS), domain

    assert looked_at > len(place.domains) / 2


PIECES = {
    "": [
        "v=spf1", "a", "mx", "ptr", "+all", "-all", "~all", "?all", "all", "include:_spf.example.net", "include:x", "a:",
        "ip4:192.0.2.1", "ip4:9.9.9.9/8", "ip4:11.0.0.0/16", "IP4:300.1.1.1", "ip6:2a00::/12", "ip6:::1", "a/24//64",
        "redirect=x.example", "exp=y.example", "exists:%{i}.example", "include:1.2.3.4", "mx:mail.example.com.", "-mx",
        "a:" + "x" * 64 + ".example", "include:" + "a." * 130 + "example", "a:ex\xe4mple.com", "ra=postmaster", "",
    ],
    "_dmarc.": [
        "v=DMARC1", "v=dmarc1", "p=none", "p=reject", "p=whatever", "sp=none", "np=reject", "t=y", "t=x", "psd=y", "psd=n",
        "rua=mailto:a@example.com", "rua=mailto:a@elsewhere.example!10m", "ruf=a@b", "pct=0", "pct=50", "rf=afrf", "fo=1",
        "fo=z", "adkim=s", "aspf=q", "adkim = r", "x=y", "ri=86400", "p=none p=none", "", " ",
    ],
    "_smtp._tls.": [
        "v=TLSRPTv1", "v=tlsrptv1", "rua=mailto:a@example.com", "rua=https://example.com/t", "rua=a@example.com", "rua=",
        "rua=mailto:a@example.com.", "rua=mailto:a.@example.com", "rua=mailto:a@b@example.com", "rua=MAILTO:a_b@example.com",
        "rua=mailto:a@example.com,mailto:b@example.com", "rua=mailto:a;b@example.com", "x=1", "",
        "RUA=mailto:a@example.com", "rua=mailto:a@exam-.example", "rua=mailto:a@" + "x" * 64 + ".example",
    ],
    "_mta-sts.": ["v=STSv1", "v=STSv2", "id=1", "id=a-b", "id=", "x=1", "id=20260101T000000Z", ""],
}  # fmt: skip
"""What records are put together from, by the label they stand at."""

TEXTS = st.sampled_from(sorted(PIECES)).flatmap(
    lambda label: st.tuples(
        st.just(label),
        st.lists(
            st.builds(
                lambda first, pieces, between: between.join([*first, *pieces]),
                st.sampled_from([PIECES[label][:1], PIECES[label][:2], []]),
                st.lists(st.sampled_from(PIECES[label]), max_size=5),
                st.sampled_from([" ", "  "] if not label else ["; ", ";", " ; "]),
            ),
            min_size=1,
            max_size=2,
        ),
    )
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_record_set_is_silent_that_should_not_be(record: tuple[str, list[str]]) -> None:
    """
    Records put together from sound and unsound pieces: nothing is hidden, and both ways judge the same.
    """
    label, texts = record

    case = with_texts(label, *texts)

    assert [] == hidden(case)
    assert one_by_one(case) == judge(fresh(case), CHECKS)


@pytest.mark.slow
@pytest.mark.parametrize(("label", "file"), [("", "spf_distinct.jsonl"), ("_dmarc.", "dmarc_all.jsonl")])
def test_records_of_the_corpus_hide_nothing(label: str, file: str) -> None:
    """
    Every record that somebody published, at a domain of its own: where a condition holds nothing is found.
    """
    assert [] == [told for text in published(file) for told in hidden(with_texts(label, text))]
