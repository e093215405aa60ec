"""What receivers ask for: the files, and each test of a letter."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from mailsetup.message.receivers import TESTS, receiver_rules, receivers_rules

from .letters import GOOD, ZONE, findings, judge, letter, signed, statuses
from .test_rules import BOTH, COVERS, LIST, alternatives

AUDIENCES = {"all", "bulk", "marketing", "large", "forwarders", "own mailboxes"}


def test_every_file_is_whole():
    """
    Ids are unique, tests exist, words are known, every rule has a source or says that it is practice.
    """
    rules = receivers_rules()

    assert len(rules) == len({one.id for one in rules})
    for one in rules:
        assert one.test == "" or one.test in TESTS or one.test == "own-domains", one.id
        assert bool(one.test) == bool(one.would), one.id
        assert one.audience in AUDIENCES
        assert one.severity in {"required", "recommended", "limit", "info"}
        assert set(one.decidable) == {"dns", "message", "smtp", "external"}
        assert all(url.startswith("https://") for url in one.sources)


def test_every_rule_that_a_letter_decides_is_judged():
    """
    Where a file says that a letter decides a rule in full, a test decides it.
    """
    left = [one.id for one in receivers_rules() if one.decidable["message"] == "full" and not one.test]

    assert [] == left


def test_no_receiver_is_named_in_code():
    """
    Receivers are data.
    """
    names = {
        tomllib.loads(f.read_text("utf-8"))["id"] for f in files("mailsetup").joinpath("receivers").iterdir()
    }
    code = "".join(
        f.read_text("utf-8")
        for f in files("mailsetup").joinpath("message").iterdir()
        if f.name.endswith(".py")
    )

    assert [] == [name for name in names if re.search(rf"\b{re.escape(name)}\b", code, re.IGNORECASE)]


TO_MANY = signed(
    letter(alternatives("Hello. Unsubscribe: https://example.com/u/1"), **LIST, **BOTH), h=COVERS
)
BROKEN = {
    "google-all-auth": (letter(), {"ip": "198.51.100.1"}),
    "google-all-rfc5322": (b"Subject: twice\r\n" + GOOD, {}),
    "google-all-nospoof": (letter(From="ann@gmail.com"), {}),
    "google-all-arc": (letter(List_Post="<mailto:l@example.com>"), {}),
    "google-bulk-spf": (GOOD, {"ip": "198.51.100.1"}),
    "google-bulk-dkim": (letter(), {}),
    "google-bulk-align": (signed(letter(From="a@other.example")), {}),
    "google-bulk-dmarc": (letter(From="a@other.example"), {}),
    "google-bulk-oneclick": (signed(letter(**LIST)), {}),
    "google-bulk-bodylink": (signed(letter(**LIST), h=COVERS), {}),
    "google-all-tls": (GOOD, {"encrypted": False}),
    "google-all-ptr": (GOOD, {"ip": "192.0.2.8"}),
    "google-all-ipv6": (letter(), {"ip": "2001:db8::1"}),
    "yahoo-dmarc-honoured": (
        letter(From="ann@example.com", Return_Path="<x@other.example>"),
        {"ip": "198.51.100.1"},
    ),
    "yahoo-bulk-dmarc": (letter(From="a@other.example"), {}),
    "yandex-listunsub": (letter(**LIST | {"List_Unsubscribe": "<https://example.com/u/1>"}), {}),
    "yandex-precedence": (letter(**LIST | {"Precedence": None}), {}),
    "ms-rec-from": (letter(From="a@missing.example"), {}),
    "apple-returnpath-exists": (letter(Return_Path="<a@missing.example>"), {}),
    "orange-auth-all3": (letter(), {}),
    "orange-helo": (GOOD, {"helo": "localhost"}),
    "gmx-spf": (GOOD, {"ip": "198.51.100.1"}),
    "laposte-aligned": (signed(letter(From="a@other.example")), {}),
    "mailru-unsub": (letter(Precedence="bulk"), {}),
    "cloudflare-auth": (letter(), {"ip": "198.51.100.1"}),
}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_broken_rule_says_what_the_receiver_would_do_and_why(rule):
    """
    With the rule's name, its date where there is one, and the answer's code.
    """
    data, given = BROKEN[rule]
    (said,) = findings(judge(data, **given))[f"receiver/{rule}"]

    assert re.search(r" would .+, because .+ \(rule [A-Z0-9-]+", said)
    assert rule.upper() in said


def test_a_right_letter_to_many_breaks_no_receivers_rule():
    """
    Everything that receivers publish and a letter shows is kept.
    """
    data = b"Return-Path: <ann@example.com>\r\n" + TO_MANY
    report = judge(data, trusted=("mx.receiver.example",), encrypted=True)
    allowed = {
        "receiver/google-all-arc",
        "receiver/apple-forward-arc",
        "receiver/orange-arc",
    }  # no ARC: not forwarded

    assert set() == {check for check in findings(report) if check.startswith("receiver/")} - allowed


def test_rules_for_many_are_notes_on_a_letter_to_one():
    """
    A letter between two people is not held to the rules for bulk senders.
    """
    report = judge(letter())
    severities = {
        v.findings[0].severity.value
        for v in report.verdicts
        if v.findings and v.check in ("receiver/google-bulk-dkim", "receiver/ms-bulk-dkim")
    }

    assert {"info"} == severities


def test_what_is_not_known_breaks_no_rule():
    """
    Without the connecting address, rules about it are not judged.
    """
    report = judge(GOOD, ZONE, ip="", helo="")
    found = statuses(report)

    assert {"not_applicable"} == {
        found[f"receiver/{name}"] for name in ("google-all-ptr", "google-bulk-spf", "orange-helo")
    }
    assert len(receiver_rules()) == sum(check.startswith("receiver/") for check in found)


def test_a_page_says_in_sentences_of_whom_a_rule_is_asked():
    """
    Not "asks of bulk: DKIM passes. about 5,000 or more".
    """
    about = {rule.id: str(rule.about) for rule in receiver_rules()}

    assert (
        "Gmail asks of bulk senders: DKIM passes. Who counts: about 5,000"
        in about["receiver/google-bulk-dkim"]
    )
    assert not [one for one in about.values() if re.search(r"(?<!incl)\. [a-z]|\.\.|  | \Z", one)]
