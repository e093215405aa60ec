"""The suites of RFC 7208 through sets: the result of a suite's one address is where the sets put it."""

from __future__ import annotations

import ipaddress

import pytest

from mailsetup.grammar.spf_macro import is_askable
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.planning.address_sets import IPV4, IPV6
from mailsetup.planning.spf_sets import ELSEWHERE, ERROR, evaluate
from tests.spf_suite import RFC7208, SuiteCase, suite

ERRORS = ("temperror", "permerror")  # what an unsettled term may be beside a match or none
DECIDED = {RFC7208: 175, "james-jspf/tests.yml": 15}  # at least so many cases have a set


def possible(case: SuiteCase) -> tuple[bool, set[str]]:
    """Whether the sets decide a case without an assumption, and the results it can have."""
    address = ipaddress.ip_address(case.ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    question = DnsQuestion(case.domain, "TXT")
    answer = case.zone.answer(question) if is_askable(case.domain) else DnsAnswer(Outcome.NO_NAME)
    results = evaluate(
        case.zone.answer,
        IPV4 if address.version == 4 else IPV6,
        case.domain,
        None if answer.unknown else answer.texts,
    )
    here = [
        (result, path) for result, live in results.items() for path, s in live.items() if int(address) in s
    ]
    open_ = any(path.assumed or result.startswith(ELSEWHERE) for result, path in here)
    said = {result for result, _ in here if result != ERROR and not result.startswith(ELSEWHERE)}
    return not open_, said | (set(ERRORS) if open_ else set())


def has_address(case: SuiteCase) -> bool:
    """Whether a case has an address at all; a few test what becomes of one that is none."""
    try:
        return bool(ipaddress.ip_address(case.ip))
    except ValueError:
        return False


@pytest.mark.parametrize("name", [RFC7208, "james-jspf/tests.yml"])
def test_the_sets_hold_every_result_the_suite_allows(name):
    """
    Where no macro and no silence is involved the one result is right; elsewhere the right one is among the possible.
    """
    judged = [(case, *possible(case)) for case in suite(name) if has_address(case)]
    wrong = [(c.scenario, c.name, c.results, said) for c, _, said in judged if not said & set(c.results)]
    decided = sum(sure for _, sure, _ in judged)

    assert [] == wrong
    assert decided >= DECIDED[name]
    print(f"{name}: {len(judged)} cases, {decided} decided by sets")
