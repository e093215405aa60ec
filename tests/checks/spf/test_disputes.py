"""Readings of SPF that other tools got wrong, each with exactly the errors and warnings it deserves."""

from __future__ import annotations

import pytest

from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.finding import Severity, Status, Verdict
from mailsetup.run.judge import judge
from mailsetup.run.registry import all_checks
from tests.zones import ClosedWorld, world

CHECKS = tuple(check for check in all_checks() if check.id.startswith("spf/"))
WALKS = tuple(dict.fromkeys(walk for check in CHECKS for walk in check.reads))
DMARC = '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n'


def verdicts(zone: ClosedWorld) -> dict[str, Verdict]:
    """What all SPF checks say about example.com."""
    return {verdict.check: verdict for verdict in judge(zone.case(WALKS), CHECKS)}


def red(text: str) -> list[str]:
    """The SPF checks with an error or a warning."""
    return sorted(
        check
        for check, verdict in verdicts(world(DMARC + text)).items()
        if verdict.status is Status.CRASHED
        or any(finding.severity is not Severity.INFO for finding in verdict.findings)
    )


def hosts(count: int) -> str:
    """An MX set of so many hosts with addresses."""
    return "\n".join(
        f"example.com. MX {i} m{i}.example.net.\nm{i}.example.net. A 192.0.2.{i}\nm{i}.example.net. AAAA 2001:db8::{i}"
        for i in range(1, count + 1)
    )


MACROS = " ".join(f"exists:%{{i}}.{i}.example.net" for i in range(9))


@pytest.mark.parametrize(
    ("dispute", "text", "expected"),
    [
        (
            "the addresses of MX hosts do not add to the ten look-ups",
            f'example.com. TXT "v=spf1 mx -all"\n{hosts(10)}',
            [],
        ),
        (
            "a and mx on hosts with IPv4 only are no void look-ups beyond the limit",
            'example.com. TXT "v=spf1 a mx -all"\nexample.com. A 192.0.2.1\nexample.com. MX 10 m.example.com.\n'
            "example.com. MX 20 n.example.com.\nm.example.com. A 192.0.2.2\nn.example.com. A 192.0.2.3",
            [],
        ),
        (
            "exp= costs no look-up",
            f'example.com. TXT "v=spf1 {MACROS} -all exp=%{{i}}.example.net"',
            ["spf/nearly-too-many-lookups"],
        ),
        (
            "a blank that is missing is a syntax error",
            'example.com. TXT "v=spf1 ip4:192.0.2.1~all"',
            ["spf/syntax-error"],
        ),
        (
            "two redirects are a fault",
            'example.com. TXT "v=spf1 redirect=a.example redirect=b.example"',
            ["spf/repeated-modifier"],
        ),
        (
            "an include without a name is a fault",
            'example.com. TXT "v=spf1 include: -all"',
            ["spf/syntax-error"],
        ),
        ("exists without a name is a fault", 'example.com. TXT "v=spf1 exists -all"', ["spf/syntax-error"]),
        (
            "a modifier after all is no dead term",
            'example.com. TXT "v=spf1 ip4:192.0.2.1 -all ra=postmaster"',
            [],
        ),
        (
            "names with macros of the sender are not looked up as they stand",
            'example.com. TXT "v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vendor.example '
            'exists:%{l}.example.net a:%{i}.example.net ~all"',
            [],
        ),
        (
            "a redirect that depends on the sender is no fault",
            'example.com. TXT "v=spf1 redirect=%{l1r+}._spf.%{d}"',
            [],
        ),
        (
            "a macro of the domain alone is looked up",
            'example.com. TXT "v=spf1 include:%{d}.spf.vendor.example -all"',
            ["spf/include-without-record"],
        ),
        (
            "a leading blank makes it no SPF record",
            'example.com. TXT " v=spf1 -all"',
            ["spf/misread-version"],
        ),
        (
            "an include that ends in -all says nothing about the domain's own ~all",
            'example.com. TXT "v=spf1 include:i.example.net ~all"\ni.example.net. TXT "v=spf1 ip4:192.0.2.1 -all"',
            [],
        ),
        (
            "an include that ends in ?all is nobody's fault",
            'example.com. TXT "v=spf1 include:i.example.net -all"\ni.example.net. TXT "v=spf1 ip4:192.0.2.1 ?all"',
            [],
        ),
        (
            "names with an underscore are names",
            'example.com. TXT "v=spf1 include:_spf1.example.net -all"\n_spf1.example.net. TXT "v=spf1 ip4:192.0.2.1 -all"',
            [],
        ),
        ("other TXT records do not matter", 'example.com. TXT "v=spf1 -all"\nexample.com. TXT "MS=ms1"', []),
        ("case and blanks do not matter", 'example.com. TXT "V=SPF1  IP4:192.0.2.1   -ALL "', []),
        ("strings are joined without a blank", 'example.com. TXT "v=spf1 ip4:192.0" ".2.1 -all"', []),
        (
            "an include after +all costs nothing and is never reached",
            'example.com. TXT "v=spf1 +all include:gone.example.net"',
            ["spf/plus-all", "spf/term-after-all"],
        ),
        (
            "a redirect to a good record is a good record",
            'example.com. TXT "v=spf1 redirect=r.example.net"\nr.example.net. TXT "v=spf1 ip4:192.0.2.1 -all"',
            [],
        ),
        (
            "one cause gives one finding: a dead include three times over is no void limit",
            'example.com. TXT "v=spf1 include:a.example.net include:b.example.net include:c.example.net -all"',
            ["spf/include-without-record"],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and "TXT" not in value else "",
)
def test_a_disputed_record_gets_what_it_deserves(dispute: str, text: str, expected: list[str]) -> None:
    """
    The set is exact: nothing is missing, nothing else is said.
    """
    assert expected == red(text), dispute


def test_the_count_is_told_also_when_it_is_far_too_high() -> None:
    """
    People want to see where the look-ups go.
    """
    terms = " ".join(f"exists:%{{i}}.{i}.example.net" for i in range(28))
    (finding,) = verdicts(world(f'example.com. TXT "v=spf1 {terms} -all"'))["spf/too-many-lookups"].findings

    assert str(finding.message) == "SPF needs 28 DNS look-ups; receivers stop at 10 and answer permerror"


def test_a_dead_host_is_named_with_its_term() -> None:
    """
    The message says which mechanism it belongs to.
    """
    (finding,) = verdicts(world('example.com. TXT "v=spf1 ip4:192.0.2.1 a:gone.example.net -all"'))[
        "spf/void-lookup"
    ].findings

    assert (
        str(finding.message)
        == 'the SPF term "a:gone.example.net" finds no address: gone.example.net has none'
    )
    assert finding.remedy is not None
    assert finding.remedy.change is not None
    assert finding.remedy.change.records == ('"v=spf1 ip4:192.0.2.1 -all"',)


def test_a_mended_record_keeps_the_other_texts() -> None:
    """
    What is offered to paste is the whole record set of the name.
    """
    (finding,) = verdicts(world('example.com. TXT "v=spf1 ipv4:192.0.2.1 -all"\nexample.com. TXT "MS=ms1"'))[
        "spf/unknown-mechanism"
    ].findings

    assert finding.remedy is not None
    assert finding.remedy.change is not None
    assert finding.remedy.change.records == ('"v=spf1 ip4:192.0.2.1 -all"', '"MS=ms1"')


FAILING = [Outcome.TIMEOUT, Outcome.SERVFAIL, Outcome.REFUSED]


@pytest.mark.parametrize("outcome", FAILING)
def test_no_single_silence_turns_a_verdict_round(outcome: Outcome) -> None:
    """
    Each answer in turn is taken away: a pass never becomes a fail, nor a fail a pass.
    """
    text = (
        DMARC
        + """
        example.com.       TXT   "v=spf1 a mx include:i.example.net include:gone.example.net a:old.example.com ?all"
        example.com.       A     192.0.2.1
        example.com.       MX    10 m.example.com.
        m.example.com.     A     192.0.2.2
        m.example.com.     AAAA  2001:db8::2
        i.example.net.     TXT   "v=spf1 include:j.example.net -all"
        j.example.net.     TXT   "v=spf1 ip4:10.0.0.1 ptr -all"
    """
    )
    before = verdicts(world(text))
    for question in world(text).case(WALKS).snapshot.answers:
        zone = world(text)
        assert isinstance(question, DnsQuestion)
        zone.failing[question.name, question.rdtype] = outcome
        assert DnsAnswer(outcome).outcome == zone.answer(question).outcome
        for check, verdict in verdicts(zone).items():
            assert {Status.PASS, Status.FAIL} != {before[check].status, verdict.status}, (check, question)
            assert verdict.status is not Status.CRASHED, verdict.reason
