"""check_host: the suites of others, the path that decided, and that nothing but the answers matters."""

from __future__ import annotations

import pytest

from mailsetup.model.dns import Answer, DnsQuestion, Question
from mailsetup.model.walk import replay
from mailsetup.walks.spf_check import SpfStep, check_host
from tests.spf_suite import RFC7208, evaluated
from tests.zones import world

ZONE = """
    example.com.    TXT  "v=spf1 ip4:192.0.2.1 include:a.example.net redirect=r.example.net"
    a.example.net.  TXT  "v=spf1 include:b.example.net ?all"
    b.example.net.  TXT  "v=spf1 ip4:198.51.100.0/24 -all"
    r.example.net.  TXT  "v=spf1 mx:example.com -all exp=why.%{d}"
    why.r.example.net. TXT "%{i} is not %{d}'s at %{t}"
    example.com.    MX   10 h.example.com.
    h.example.com.  A    203.0.113.9
"""


@pytest.mark.parametrize("name", [RFC7208, "james-jspf/tests.yml"])
def test_every_case_of_a_suite_comes_out_right(name: str) -> None:
    """
    The result is one of those the suite allows.
    """
    wrong = [
        (case.scenario, case.name, case.results, said.result)
        for case, said in evaluated(name)
        if said.result not in case.results
    ]

    assert wrong == []


def test_explanations_are_those_of_the_rfc_7208_suite() -> None:
    """
    A fail carries what exp= says, and nothing when it says nothing.
    """
    wrong = [
        (case.name, case.explanation, said.explanation)
        for case, said in evaluated(RFC7208)
        if said.result == "fail"
        and case.explanation
        and said.explanation != ("" if case.explanation == "DEFAULT" else case.explanation)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("ip", "result", "path"),
    [
        ("192.0.2.1", "pass", [("example.com", "ip4:192.0.2.1")]),
        (
            "198.51.100.7",
            "pass",
            [
                ("example.com", "include:a.example.net"),
                ("a.example.net", "include:b.example.net"),
                ("b.example.net", "ip4:198.51.100.0/24"),
            ],
        ),
        (
            "203.0.113.9",
            "pass",
            [("example.com", "redirect=r.example.net"), ("r.example.net", "mx:example.com")],
        ),
        ("203.0.113.1", "fail", [("example.com", "redirect=r.example.net"), ("r.example.net", "-all")]),
    ],
)
def test_the_path_names_the_terms_that_decided(ip: str, result: str, path: list[tuple[str, str]]) -> None:
    """
    From the domain's own record down to the mechanism that matched.
    """
    said = world(ZONE).read(check_host(ip, "user@example.com", "mail.example.org"))

    assert result == said.result
    assert [SpfStep(*step) for step in path] == list(said.path)


def test_the_clock_is_the_stated_one_and_a_replay_says_the_same() -> None:
    """
    %{t} is the time given; answers alone decide.
    """
    answers: dict[Question, Answer] = {}
    live, _ = world(ZONE).follow(check_host("203.0.113.1", "u@example.com", "h.example", at=1234), answers)
    again = replay(check_host("203.0.113.1", "u@example.com", "h.example", at=1234), answers)

    assert live.explanation == "203.0.113.1 is not r.example.net's at 1234"
    assert live == again


@pytest.mark.parametrize("outcome", ["TIMEOUT", "SERVFAIL", "REFUSED"])
def test_an_answer_that_cannot_be_had_is_a_temperror(outcome: str) -> None:
    """
    Unless a term before it matched.
    """
    zone = world(f"""
        example.com.    TXT  "v=spf1 ip4:192.0.2.1 a:h.example.net -all"
        h.example.net.  {outcome}
    """)

    assert zone.read(check_host("192.0.2.1", "u@example.com", "h.example")).result == "pass"
    assert zone.read(check_host("192.0.2.2", "u@example.com", "h.example")).result == "temperror"


def test_what_was_not_asked_is_a_temperror_too() -> None:
    """
    A recording that lacks an answer says nothing about the sender.
    """
    said = replay(check_host("192.0.2.2", "u@example.com", "h.example"), {})

    assert said.result == "temperror"


def test_an_empty_sender_is_checked_by_its_helo_name() -> None:
    """
    RFC 7208 section 2.4: postmaster at the HELO domain.
    """
    said = world(ZONE).read(check_host("192.0.2.1", "", "example.com"))

    assert (said.result, said.identity, said.domain) == ("pass", "helo", "example.com")


@pytest.mark.parametrize(
    "text", ["exists:%{i99999999999999999999999999r}.x.example", "a:\\\\.example.com", "exp=%{p}.x.example"]
)
def test_no_record_makes_it_raise(text: str) -> None:
    """
    Odd records get a result like any other.
    """
    said = world(f'example.com. TXT "v=spf1 {text} -all"').read(
        check_host("192.0.2.1", "u@example.com", "h.example")
    )

    assert said.result in ("pass", "fail", "neutral", "softfail", "permerror", "temperror")


@pytest.mark.parametrize(
    "domain", ["A...example.com", "x" * 64 + ".example.com", "[192.0.2.1]", "host", "\u2603..com"]
)
def test_a_domain_that_cannot_be_looked_up_has_no_result(domain: str) -> None:
    """
    It is none, and nothing is asked (RFC 7208 section 4.3).
    """
    answers: dict[Question, Answer] = {}
    said, _ = world(ZONE).follow(check_host("192.0.2.1", f"u@{domain}", "h.example"), answers)

    assert (said.result, answers) == ("none", {})


def test_names_and_local_parts_beyond_ascii_are_taken_as_rfc_8616_says() -> None:
    """
    U-labels become A-labels; a local part beyond ASCII in a macro matches nothing.
    """
    zone = world("""
        xn--bcher-kva.example.  TXT  "v=spf1 exists:%{l}.example.net ip4:192.0.2.1 -all"
        *.example.net.          A    127.0.0.1
    """)

    said = zone.read(check_host("192.0.2.1", "j\xfcrgen@b\xfccher.example", "h.example"))
    spaced = zone.read(check_host("192.0.2.9", '"a b"@b\xfccher.example', "h.example"))

    assert (said.result, said.mechanism) == ("pass", "ip4:192.0.2.1")
    assert (spaced.result, spaced.mechanism) == ("pass", "exists:%{l}.example.net")


FOUND_AT = "yes.example.net. A 127.0.0.2"


@pytest.mark.parametrize(
    ("rule", "zone", "result"),
    [
        (
            "the names of modifiers are literals of the grammar, so that case does not matter (section 12)",
            'example.com. TXT "v=spf1 REDIRECT=r.example.net"\nr.example.net. TXT "v=spf1 +ALL"',
            "pass",
        ),
        (
            "modifiers nobody knows are ignored, however often they stand there (section 6)",
            'example.com. TXT "v=spf1 ra=1 ra=2 foo=%% bar=%{c} default=fail op=x all"',
            "pass",
        ),
        (
            "redirect= is followed, and costs its look-up, only when nothing matched (section 6.1)",
            f'example.com. TXT "v=spf1 {" ".join(f"a:{n}.n.example.net" for n in range(10))} ?all '
            'redirect=r.example.net"\n*.n.example.net. A 198.51.100.1',
            "neutral",
        ),
        (
            "the tenth look-up still counts beside a redirect= that is not reached",
            'example.com. TXT "v=spf1 redirect=r.example.net '
            f'{" ".join(f"a:{n}.n.example.net" for n in range(9))} exists:yes.example.net"\n'
            f"{FOUND_AT}\n*.n.example.net. A 198.51.100.1",
            "pass",
        ),
        (
            "a redirect= that is the eleventh look-up is one too many",
            'example.com. TXT "v=spf1 redirect=r.example.net '
            f'{" ".join(f"a:{n}.n.example.net" for n in range(10))}"\n'
            'r.example.net. TXT "v=spf1 +all"\n*.n.example.net. A 198.51.100.1',
            "permerror",
        ),
        (
            "a term behind one that matches is not evaluated, a loop neither (section 4.6.2)",
            'example.com. TXT "v=spf1 ip4:192.0.2.1 include:example.com -all"',
            "pass",
        ),
        (
            "a loop that is reached ends at the limit (section 4.6.4)",
            'example.com. TXT "v=spf1 include:example.com -all"',
            "permerror",
        ),
        (
            "R turns the parts round as r does (section 7.1)",
            'example.com. TXT "v=spf1 exists:%{iR}.r.example.net -all"\n1.2.0.192.r.example.net. A 127.0.0.2',
            "pass",
        ),
        (
            "parts are joined by dots, whatever they were split at (section 7.3)",
            'a-b.example.com. TXT "v=spf1 exists:%{d-}.j.example.net -all"\n'
            "a.b.example.com.j.example.net. A 127.0.0.2",
            "pass",
        ),
        (
            "a name that is too long loses as many labels as it takes (section 7.3)",
            'example.com. TXT "v=spf1 exists:%{l}.%{l}.%{l}.%{l}.%{l}.t.example.net -all"\n'
            "*.t.example.net. A 127.0.0.2",
            "pass",
        ),
        (
            "a domain-spec may end in %% (section 7.1), a name that nobody has",
            'example.com. TXT "v=spf1 a:gone.example.net.%% ip4:192.0.2.1 -all"',
            "pass",
        ),
        (
            "a local part that is missing is postmaster in %{s} too (section 4.3)",
            'bare.example.com. TXT "v=spf1 exists:%{s}.p.example.net -all"\n'
            "postmaster\\@bare.example.com.p.example.net. A 127.0.0.2",
            "pass",
        ),
    ],
    ids=lambda value: value[:60] if " " in value and "TXT" not in value else "",
)
def test_what_the_suites_leave_out_is_as_the_rfc_says(rule: str, zone: str, result: str) -> None:
    """
    Each rule of RFC 7208 with a record that shows it.
    """
    senders = {"a-b.": "u@a-b.example.com", "bare": "@bare.example.com"}
    sender = senders.get(zone[:4], "u.v.w.x.y.z.and.some.more.labels.to.fill.the.name.up@example.com")
    said = world(zone).read(check_host("192.0.2.1", sender, "h.example"))

    assert (rule, said.result) == (rule, result), said.problem


def test_the_name_for_p_is_asked_for_only_when_its_term_is_reached() -> None:
    """
    What stands behind the term that matches costs nothing (RFC 7208 section 4.6.2).
    """
    zone = world('example.com. TXT "v=spf1 ip4:192.0.2.1 exists:%{p}.x.example.net -all"')
    answers: dict[Question, Answer] = {}
    said, _ = zone.follow(check_host("192.0.2.1", "u@example.com", "h.example"), answers)

    assert said.result == "pass"
    assert not [q for q in answers if isinstance(q, DnsQuestion) and q.rdtype == "PTR"]
