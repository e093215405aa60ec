"""Each rule about letters: what it fires on, what leaves it silent, and what leaves it open."""

from __future__ import annotations

import pytest

from mailsetup.message.rulebook import all_rules

from .letters import GOOD, NOW, ZONE, findings, judge, letter, signed, statuses

HTML = {"Content_Type": "text/html; charset=utf-8"}
BOTH = {"Content_Type": 'multipart/alternative; boundary="b"'}
LIST = {
    "List_Unsubscribe": "<https://example.com/u/8f3a1c>, <mailto:u@example.com>",
    "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
    "List_Id": "News <news.example.com>",
    "Precedence": "bulk",
}
COVERS = "from:to:subject:date:list-unsubscribe:list-unsubscribe-post"


def alternatives(text: str = "Hello", html: str = "<p>Hello</p>") -> bytes:
    return (
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    ).encode()


def link(target: str, shown: str) -> bytes:
    return letter(alternatives(html=f'<p>A letter of some words. <a href="{target}">{shown}</a></p>'), **BOTH)


FIRES = {
    "message/signature-algorithm": signed(letter(), a="rsa-sha1"),
    "message/signature-without-from": signed(letter(), h="to:subject"),
    "message/signature-syntax": signed(letter(), c="other"),
    "message/signature-expired": signed(letter(), x=str(NOW - 10)),
    "message/signature-from-the-future": signed(letter(), t=str(NOW + 90_000)),
    "message/identity-outside-domain": signed(letter(), i="a@other.example"),
    "message/key-unusable": signed(letter(), s="other"),
    "message/changed-after-signing": signed(letter()) + b"more",
    "message/length-tag": signed(letter(), l="5"),
    "message/not-oversigned": signed(letter()),
    "message/fragile-form": signed(letter(), c="simple/simple"),
    "message/weak-key": signed(letter()),
    "message/verifiers-differ": b"From: Eve <eve@example.org>\r\n" + signed(letter()),
    "message/unsigned": letter(),
    "message/signature-unaligned": signed(letter(From="a@other.example")),
    "message/dmarc-fail": letter(From="a@example.com", Return_Path="<a@other.example>"),
    "message/dmarc-missing": letter(From="a@other.example"),
    "message/several-authors": letter(From="a@example.com, b@other.example"),
    "message/complaint-address-unsigned": letter(CFBL_Address="complaints@example.com; report=arf"),
    "message/arc-broken": b"ARC-Seal: i=1; cv=none\r\n" + letter(),
    "message/not-one-from": b"From: b@example.com\r\n" + letter(),
    "message/date-wrong": letter(Date="yesterday"),
    "message/message-id-wrong": letter(Message_ID="<1@localhost>"),
    "message/field-repeated": b"Subject: one\r\n" + letter(),
    "message/line-too-long": letter(b"x" * 999 + b"\r\n"),
    "message/raw-8bit-header": letter(Subject="Grüße"),
    "message/header-syntax": b"no field\r\n" + letter(),
    "message/no-way-to-answer": letter(Reply_To="a@missing.example"),
    "message/reply-goes-elsewhere": letter(Reply_To="a@other.example"),
    "message/name-shows-other-address": letter(From='"info@bank.example" <ann@example.com>'),
    "message/bounce-goes-elsewhere": letter(Return_Path="<b@other.example>"),
    "message/no-list-unsubscribe": letter(Precedence="bulk"),
    "message/one-click-misspelled": letter(**LIST | {"List_Unsubscribe_Post": "One-Click"}),
    "message/one-click-without-https": letter(**LIST | {"List_Unsubscribe": "<mailto:u@example.com>"}),
    "message/one-click-unsigned": signed(letter(**LIST)),
    "message/unsubscribe-guessable": letter(List_Unsubscribe="<https://example.com/?m=ann@example.com>"),
    "message/no-list-id": letter(List_Unsubscribe="<https://example.com/u/1>"),
    "message/automatic-unmarked": letter(Subject="Out of office: hello"),
    "message/mime-broken": letter(alternatives().replace(b"--b--", b""), **BOTH),
    "message/no-body": letter(b""),
    "message/html-without-text": letter(b"<p>Hello</p>", **HTML),
    "message/pictures-only": letter(alternatives(html='<img src="https://example.com/a.png">'), **BOTH),
    "message/clipped": letter(alternatives(html="<p>" + "word " * 30_000 + "</p>"), **BOTH),
    "message/too-large": letter(b"line of text\r\n" * 800_000),
    "message/runnable-attachment": letter(
        b'--b\r\nContent-Disposition: attachment; filename="a.EXE"\r\n\r\nMZ\r\n--b--\r\n',
        Content_Type="multipart/mixed; boundary=b",
    ),
    "message/link-shows-other-host": link("https://evil.example/login", "www.bank.example"),
    "message/link-to-address": link("http://192.0.2.1/", "here"),
    "message/link-without-tls": link("http://example.com/", "here"),
}
ELSEWHERE = {
    "message/helo-local", "message/helo-unknown",
    "message/spf-not-pass", "message/testing-key", "message/several-keys", "message/too-many-signatures",
    "message/dmarc-readers-differ", "message/results-differ", "message/logo-not-shown", "message/header-too-large",
}  # fmt: skip


def test_every_rule_is_proven_somewhere():
    """
    Each rule has a letter it fires on here, or a test of its own.
    """
    own = {one.id for one in all_rules() if one.id.startswith("message/")}

    assert own == set(FIRES) | ELSEWHERE


@pytest.mark.parametrize("rule", sorted(FIRES))
def test_a_rule_fires_on_its_flaw(rule):
    """
    The letter is right but for the flaw.
    """
    zone = ZONE + "other.example. MX 10 mx.other.example."
    report = judge(FIRES[rule], zone)

    assert rule in findings(report)
    assert "crashed" not in statuses(report).values()


def test_a_right_letter_to_many_breaks_no_rule():
    """
    One click, an https address, both signed, and a link in the letter.
    """
    body = alternatives("Hello Bob. Unsubscribe: https://example.com/u/8f3a1c")
    data = b"Return-Path: <ann@example.com>\r\n" + signed(
        letter(body, **LIST, **BOTH), h="from:from:to:to:subject:subject:date:date:" + COVERS
    )
    report = judge(data, trusted=("mx.receiver.example",), encrypted=True)

    assert {"message/weak-key"} == set(findings(report))


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        (ZONE.replace("192.0.2.0/24", "198.51.100.0/24"), "message/spf-not-pass"),
        (ZONE.replace("v=DKIM1; p=", "v=DKIM1; t=y; p="), "message/testing-key"),
        (ZONE + 'sel._domainkey.example.com. TXT "v=DKIM1; p="', "message/several-keys"),
        (
            ZONE + 'default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/a.svg"',
            "message/logo-not-shown",
        ),
        (
            ZONE.replace("v=DMARC1; p=reject", "v=DMARC1; rua=mailto:a@example.com"),
            "message/dmarc-readers-differ",
        ),
    ],
)
def test_records_break_a_right_letter(zone, rule):
    """
    The letter is the same; what the domain publishes decides.
    """
    found = set(findings(judge(GOOD, zone)))

    assert rule in found


@pytest.mark.parametrize(
    "name", ["sel._domainkey.example.com", "_dmarc.example.com", "example.com", "7.2.0.192.in-addr.arpa"]
)
def test_a_time_out_makes_no_finding(name):
    """
    Unknown is not wrong: whatever cannot be asked adds nothing to what is found.
    """
    before = set(findings(judge(GOOD)))
    report = judge(GOOD, ZONE + f"{name}. TIMEOUT")

    assert set(findings(report)) <= before
    assert "inconclusive" in statuses(report).values()


def test_a_forwarded_letter_with_an_aligned_signature_is_warned_of_only():
    """
    SPF fails at a forwarder; DKIM carries DMARC, so nothing is an error.
    """
    report = judge(GOOD, ip="198.51.100.9")
    (spf,) = (v for v in report.verdicts if v.check == "message/spf-not-pass")

    assert ("fail", "pass", "warning") == (report.spf_word, report.dmarc_word, spf.findings[0].severity.value)


def test_every_rule_has_a_page():
    """
    Title, reason, source and the rulebook's code.
    """
    for one in all_rules():
        page = one.page
        assert page.title and page.prose[0] and page.cites and page.codes[0], one.id
