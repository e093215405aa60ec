"""A whole letter: the time, the connection, who is trusted, what is compared, and that a report can be replayed."""

from __future__ import annotations

import pytest

from mailsetup.message.fields import read_message
from mailsetup.message.trace import envelope, read_hop, verification_time
from mailsetup.message.verify import Circumstances, verify_message
from mailsetup.model.walk import replay
from tests.zones import world

from .letters import GOOD, NOW, ZONE, findings, judge, letter, signed

TRUSTED = ("mx.receiver.example",)
HOP = (
    b"Received: from mail.example.com (host.example.com [192.0.2.7])\r\n"
    b" by mx.receiver.example with ESMTPS id 1; Mon, 21 Sep 2026 14:12:00 +0000\r\n"
)
PUBLIC = HOP.replace(b"192.0.2.7", b"93.184.216.34")
FORGED = PUBLIC.replace(b"93.184.216.34", b"8.8.8.8")
INSIDE = HOP.replace(b"192.0.2.7", b"10.1.2.3")


def test_a_right_letter_has_no_errors():
    """
    Everything passes, and nothing is found that somebody must mend but the short key of the test.
    """
    report = judge(GOOD)

    assert ("pass", "pass", "pass") == (report.spf_word, report.dkim_word, report.dmarc_word)
    assert {"message/weak-key"} == set(findings(report))


def test_a_report_is_replayed_from_the_answers_alone():
    """
    The walk over recorded answers gives the same report.
    """
    answers = {}
    walk = lambda: verify_message(GOOD, Circumstances(NOW, NOW, "192.0.2.7", "mail.example.com"))  # noqa: E731
    live, _ = world(ZONE).follow(walk(), answers)

    assert live == replay(walk(), answers)


def test_the_questions_of_a_letter_come_in_few_rounds():
    """
    Keys, SPF, answers to mail and reverse DNS are asked side by side; DMARC follows.
    """
    place, rounds = world(ZONE), 0
    walk = verify_message(GOOD, Circumstances(NOW, NOW, "192.0.2.7", "mail.example.com"))
    batch = next(walk)
    with pytest.raises(StopIteration):
        while True:
            rounds += 1
            batch = walk.send({q: place.answer(q) for q in batch})

    assert 3 >= rounds


@pytest.mark.parametrize(
    ("field", "name", "ip", "protocol"),
    [
        (b"from a.example (b.example [192.0.2.1]) by c.example with ESMTP id 1; x", "a.example", "192.0.2.1", "ESMTP"),
        (b"from b.example ([192.0.2.1] helo=a.example) by c.example with esmtps; x", "a.example", "192.0.2.1", "esmtps"),
        (b"from unknown (HELO a.example) (192.0.2.1) by c.example with SMTP; x", "a.example", "192.0.2.1", "SMTP"),
        (b"from a.example ([IPv6:2001:db8::1]) by c.example with LMTP; x", "a.example", "2001:db8::1", "LMTP"),
        (b"from [192.0.2.1] by c.example; x", "192.0.2.1", "192.0.2.1", ""),
        (b"by c.example with HTTP; x", "", "", "HTTP"),
    ],
)  # fmt: skip
def test_a_received_field_is_read_in_every_dialect(field, name, ip, protocol):
    """
    RFC 5321 section 4.4, and as common servers write it.
    """
    hop = read_hop(read_message(b"Received: " + field + b"\r\n\r\n").fields[0])

    assert ("c.example", name, ip, protocol) == (hop.by, hop.name, hop.ip, hop.protocol)


def connection(data: bytes, trusted=TRUSTED, **given: str):
    known = {"ip": "", "helo": "", "sender": ""} | given
    found = envelope(read_message(data), trusted, **known)
    return found.ip, found.helo


def test_the_address_is_read_from_the_host_that_took_the_letter_in():
    """
    Only trusted hosts are believed, inner hops are passed over, and nothing below the first outsider is read.
    """
    assert ("93.184.216.34", "mail.example.com") == connection(PUBLIC + GOOD)
    assert ("93.184.216.34", "mail.example.com") == connection(INSIDE + PUBLIC + GOOD)
    assert ("93.184.216.34", "mail.example.com") == connection(PUBLIC + FORGED + GOOD)
    assert ("8.8.8.8", "mail.example.com") == connection(
        PUBLIC + FORGED + GOOD, (*TRUSTED, "93.184.216.0/24")
    )
    assert ("192.0.2.7", "mail.example.com") == connection(HOP + GOOD)
    assert ("", "") == connection(PUBLIC + GOOD, ())
    assert ("", "") == connection(PUBLIC + GOOD, ("other.example",))
    assert ("192.0.2.9", "") == connection(PUBLIC + GOOD, ip="192.0.2.9")


def test_the_time_is_the_one_stated_else_of_the_trusted_host_else_now():
    """
    And the report says which.
    """
    message = read_message(HOP + GOOD)
    said = [
        verification_time(message, TRUSTED, 5, 9),
        verification_time(message, TRUSTED, None, 9),
        verification_time(message, (), None, 9),
    ]

    assert [
        (5, "given"),
        (1789999920, "the topmost Received field, of mx.receiver.example"),
        (9, "the present time"),
    ] == [(at, str(why)) for at, why in said]


def test_an_expired_signature_held_when_the_letter_came():
    """
    The time of the trusted host decides, not that of today.
    """
    data = HOP + signed(letter(), t="1789990000", x="1789999930")
    then = judge(data, at=None, now=NOW + 10_000_000, trusted=TRUSTED)
    today = judge(data, at=None, now=NOW + 10_000_000)

    assert ("pass", "permerror") == (then.dkim_word, today.dkim_word)


def test_the_claims_of_trusted_hosts_are_compared():
    """
    What a stranger wrote is not even read.
    """
    claims = (
        b"Authentication-Results: mx.receiver.example; dkim=fail (bad) header.d=example.com header.s=sel;\r\n"
        b' spf=pass smtp.mailfrom="ann@example.com"; dmarc=pass header.from=example.com\r\n'
        b"Authentication-Results: liar.example; dkim=fail header.d=example.com\r\n"
    )
    report = judge(claims + GOOD, trusted=TRUSTED)

    assert [
        ("dkim", "fail", "pass", False),
        ("spf", "pass", "pass", True),
        ("dmarc", "pass", "pass", True),
    ] == [(r.claim.method, r.claim.result, r.found, r.agrees) for r in report.reported]
    assert ["mx.receiver.example wrote dkim=fail; here it is pass"] == findings(report)[
        "message/results-differ"
    ]
    assert () == judge(claims + GOOD).reported


def test_without_an_address_spf_is_not_judged_and_the_report_says_so():
    """
    Unknown is not a failure.
    """
    report = judge(GOOD, ip="", helo="")

    assert (None, "pass") == (report.spf, report.dmarc_word)
    assert str(report.spf_missing).startswith("the connecting address is not known")


def test_an_empty_sender_is_checked_by_its_helo_name():
    """
    RFC 7208 section 2.4.
    """
    zone = ZONE + 'mail.example.com. TXT "v=spf1 a -all"'
    report = judge(GOOD, zone, sender="<>")

    assert ("helo", "pass", "mail.example.com") == (report.spf.identity, report.spf.result, report.spf.domain)


def test_a_helo_name_carries_dmarc_only_for_the_empty_sender():
    """
    RFC 9989 section 4.4.2: where the sender is not known, the HELO name's pass proves nothing about the author.
    """
    zone = ZONE + 'mail.example.com. TXT "v=spf1 a -all"'
    unknown, empty = judge(letter(), zone), judge(letter(), zone, sender="<>")

    assert [("pass", "fail"), ("pass", "pass")] == [(r.spf_word, r.dmarc_word) for r in (unknown, empty)]


def test_a_failing_server_leaves_dmarc_open():
    """
    A time-out of the key or the policy is never a failure of the letter.
    """
    key = judge(GOOD, ZONE + "sel._domainkey.example.com. TIMEOUT", ip="")
    policy = judge(GOOD, ZONE + "_dmarc.example.com. SERVFAIL")

    assert ("temperror", "temperror") == (key.dkim_word, key.dmarc_word)
    assert "temperror" == policy.dmarc_word
    assert not [c for c in findings(key) if "dmarc" in c or "unsigned" in c]
    assert not [c for c in findings(policy) if "dmarc" in c]


def test_a_letter_of_two_authors_is_judged_for_both():
    """
    RFC 9989 section 5.3.1: one author proves nothing for the other.
    """
    data = letter(From="ann@example.com, eve@other.example")
    zone = ZONE + '_dmarc.other.example. TXT "v=DMARC1; p=reject"'
    report = judge(signed(data), zone)

    assert [("example.com", "pass"), ("other.example", "fail")] == [
        (d.domain, d.result) for d in report.dmarc
    ]
    assert "fail" == report.dmarc_word
