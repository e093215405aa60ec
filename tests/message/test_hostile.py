"""Letters made to hurt: bombs, floods, broken text, and what must never get into an output."""

from __future__ import annotations

import base64
import json
import quopri
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailsetup.grammar.mailboxes import mailboxes
from mailsetup.message.fields import read_message
from mailsetup.message.letter import DEPTH_LIMIT, PART_LIMIT, read_letter
from mailsetup.run.message import Judged
from mailsetup.run.message_writing import writing

from .letters import GOOD, findings, judge, letter, signed, statuses

SECONDS = 10  # a bound far above what is needed, for slow machines


def nested(depth: int) -> bytes:
    head = b"".join(
        f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n".encode() for i in range(depth)
    )
    return b"From: a@example.com\r\n" + head + b"\r\nend\r\n"


def test_parts_inside_parts_are_read_to_a_depth():
    """
    A thousand layers cost no more than twenty, and the report says that the rest was not read.
    """
    found = read_letter(read_message(nested(1000)))

    assert "MIME_DEPTH" in {fault.code for fault in found.faults}
    assert DEPTH_LIMIT >= max((part.depth for part in found.parts), default=0)


def test_a_flood_of_parts_is_bounded():
    """
    A hundred thousand parts are read up to the limit.
    """
    body = b"--b\r\n\r\nx\r\n" * 100_000
    began = time.monotonic()
    found = read_letter(read_message(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body))

    assert PART_LIMIT >= len(found.parts)
    assert "MIME_PARTS" in {fault.code for fault in found.faults} or "MIME_UNCLOSED" in {
        f.code for f in found.faults
    }
    assert SECONDS > time.monotonic() - began


def test_ten_thousand_fields_are_read_and_the_signature_still_holds():
    """
    The number of fields is a finding, not a reason to give up.
    """
    flood = b"".join(b"X-Flood-%d: y\r\n" % i for i in range(10_000))
    began = time.monotonic()
    report = judge(flood + GOOD)

    assert "pass" == report.dkim_word
    assert ["the letter has 10009 header fields"] == findings(report)["message/header-too-large"]
    assert SECONDS > time.monotonic() - began


def test_a_hundred_signatures_are_verified_and_the_rest_is_told():
    """
    RFC 6376 section 8.4: a bound, said so.
    """
    field = signed(letter()).partition(b"\r\n")[0] + b"\r\n"
    began = time.monotonic()
    report = judge(field * 150 + letter())

    assert (100, 50) == (len(report.dkim), report.signatures_left)
    assert ["the letter has 150 signatures; only the first 100 were verified"] == findings(report)[
        "message/too-many-signatures"
    ]
    assert SECONDS > time.monotonic() - began


HURTFUL = [
    b"",
    b"\r\n",
    b"\n",
    b"\x00" * 1000,
    b"From:",
    b"From: \xff\xfe\r\nSubject: \xc3\x28\r\nDate: \xf0\r\n\r\n\xff",
    b":::\r\n : \r\n\t\r\n",
    b"From: " + b"(" * 50_000 + b"\r\n\r\n",
    b"From: " + b'"' * 50_001 + b"\r\n\r\n",
    b"From: " + b"a@b.example," * 20_000 + b"\r\n\r\n",
    b"Subject: " + b"=?utf-8?b?" * 5_000 + b"\r\n\r\n",
    b"Received: " + b"from a (" * 20_000 + b"\r\n\r\n",
    b"Received: from a by b; Mon, 99 Foo 99999999999999 99:99:99 +9999\r\n\r\n",
    b"Date: Mon, 01 Jan 0001 00:00:00 +0000\r\n\r\n",
    b"Date: Thu, 01 Jan 1970 00:00:00 +2400\r\n\r\n",
    b"DKIM-Signature: " + b"a=b;" * 50_000 + b"\r\n\r\n",
    b"DKIM-Signature: v=1; h=" + b"from:" * 100_000 + b"; d=example.com; s=a; a=rsa-sha256; b=AA==; bh=AA==\r\n\r\n",
    b"DKIM-Signature: v=1; t=99999999999999999999; x=\xff; d=\xff; s=..\r\n\r\n",
    b"ARC-Seal: i=1\r\nARC-Message-Signature: i=1\r\nARC-Authentication-Results: i=1;\r\n\r\n",
    b"Authentication-Results: mx.example; " + b"dkim=pass;" * 20_000 + b"\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n----\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-a href=x+AD4-",
    b"Content-Type: text/html; charset=idna\r\n\r\n\xff.\xff",
    b"Content-Type: text/html\r\n\r\n" + b"<!--" * 60_000,
    b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 30_000,
    b"Content-Type: text/html\r\n\r\n" + b"<![" * 60_000,
    b"Content-Type: text/html\r\n\r\n" + b"&#" * 100_000,
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"From: " + b"a" * 60_000 + b"\r\nReply-To: " + b"b" * 60_000 + b"\r\n\r\n",
    b'From: "' + b"a" * 60_000 + b'" <a@b.example>\r\n\r\n',
    b"From: " + b"a@" * 30_000 + b"\r\n\r\n",
    b"List-Unsubscribe: <https://x.example/" + b"a" * 60_000 + b">\r\n\r\n",
    b"Authentication-Results: mx.example; dkim=pass " + b"a" * 60_000 + b"\r\n" * 1 + b"\r\n",
    (b"Authentication-Results: mx.example; spf=pass " + b"a." * 30_000 + b"\r\n") * 50 + b"\r\n",
    b"Content-Type: text/html\r\n\r\n<a href=x>" + b"a." * 100_000 + b"</a>",
    b"Content-Type: multipart/mixed; " + b"a" * 60_000 + b"\r\n\r\n",
    b"List-Unsubscribe: " + b"<" * 50_000 + b"\r\n\r\n",
    b"List-Unsubscribe: <" + b"\x0b" * 60_000 + b"\r\n\r\n",
    b"Message-ID: " + b"<" * 50_000 + b"\r\n\r\n",
    b'Content-Disposition: attachment; filename="=?utf-8?b?a?="\r\n\r\nx',
    b'Content-Disposition: attachment; filename="=?unicode_escape?q?=5Cud800?=.exe"\r\n\r\nx',
    b"From: =?utf-8?b?a?= <a@b.example>\r\n\r\nx",
    b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"b" * 1_000_000 + b"-" + b"a9" * 500_000,
    b"Content-Type: text/plain; charset=idna\r\n\r\nxn--" + b"a" * 1_900_000,
    b"From: a@example.com\r\n\r\n" + b" " * 2_000_000 + b"x",
]  # fmt: skip
"""Letters made to hurt whoever reads them."""


@pytest.mark.parametrize("data", HURTFUL, ids=lambda data: repr(data[:40]))
def test_no_letter_makes_judging_raise_or_crawl(data):
    """
    Every rule says something, none crashes, and the time is bounded.
    """
    began = time.monotonic()
    report = judge(data, trusted=("mx.example", "b"))

    assert "crashed" not in statuses(report).values()
    assert SECONDS > time.monotonic() - began


def test_half_a_pair_of_surrogates_in_a_name_is_written_in_every_form():
    """
    A code point that UTF-8 cannot hold ends no run when the report is written.
    """
    found = read_letter(
        read_message(
            b'Content-Disposition: attachment; filename="=?unicode_escape?q?=5Cud800?=.exe"\r\n\r\nx'
        )
    )

    assert [b"?.exe"] == [part.name.replace(" ", "").encode("utf-8") for part in found.parts]


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_where_the_reading_of_a_long_text_ends_is_no_fault_of_the_letter(encoding):
    """
    A text beyond the budget is cut amid a character or amid four letters of base64: both are well formed.
    """
    text = ("x" + "й" * 400 + "\r\n").encode() * 3_000
    body = {
        "8bit": text,
        "base64": base64.encodebytes(text).replace(b"\n", b"\r\n"),
        "quoted-printable": quopri.encodestring(text).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    }[encoding]
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding.encode()

    assert () == read_letter(read_message(head + b"\r\n\r\n" + body)).faults


TO_THE_LINT = [
    b"From: " + b"(" * 1_900 + b"\r\n\r\n",
    b"From: " + b'"' * 1_900 + b"\r\n\r\n",
    b"Content-Type: text/html\r\n\r\n" + b"<p>" * 60_000,
    b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 1_500,
    b"Content-Type: text/html\r\n\r\n<td style='" + b"a:b;" * 60_000 + b"'>",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
    + b'text/html; a="' * 5_000
    + b"\r\n\r\nx\r\n--b--",
]


@pytest.mark.parametrize("data", HURTFUL + TO_THE_LINT, ids=lambda data: repr(data[:40]))
def test_no_letter_makes_judging_its_writing_raise_or_crawl(data):
    """
    The lint reads letters of honest people; what is built to hurt is left out, and one verdict says why.
    """
    report = judge(data)
    began = time.monotonic()
    found = writing(data, report)

    assert "crashed" not in {one.status.value for one in found}
    assert found
    assert SECONDS > time.monotonic() - began


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, len(GOOD)))
def test_no_octets_anywhere_make_judging_raise(junk, at):
    """
    Junk put anywhere into a right letter is judged like any other.
    """
    assert "crashed" not in statuses(judge(GOOD[:at] + junk + GOOD[at:])).values()


@given(st.text(max_size=200))
def test_no_text_makes_the_address_reader_raise(text):
    """
    And every domain it gives can be asked about.
    """
    for box in mailboxes(text):
        assert box.host == box.host.strip(".").lower()


EVIL = "evil\x1b[31m\r\nINJECTED: 1\u202e=cmd|'/C calc'!A0<script>|`"


def evil_letter() -> bytes:
    """Control characters, line ends, formulas and markup wherever a field is shown."""
    raw = EVIL.replace("\r\n", "\r").encode("utf-8")
    fields = [
        b"From: =?utf-8?q?=0D=0AINJECTED:_1_x=40other.example?= <ann@example.com>",
        b"Reply-To: \"" + raw + b"\" <=cmd@" + b"other.example>",
        b"Date: " + raw,
        b"Message-ID: " + raw,
        b"Subject: " + raw,
        b"X" + raw,
        b"DKIM-Signature: v=1; a=" + raw + b"; d=" + raw + b"; s=" + raw,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=none; i=" + raw + b"@x; h=from; b=AA==; bh=AA==",
        b"Authentication-Results: mx.receiver.example; dkim=fail header.d=example.com; spf=fail" + raw,
        b"List-Unsubscribe: <https://x.example/" + raw + b">",
        b"List-Unsubscribe-Post: " + raw,
        b"Content-Type: multipart/mixed; boundary=\"" + raw + b"\"",
    ]  # fmt: skip
    return b"\r\n".join(fields) + b"\r\n\r\n<a href='https://x'>" + raw


@pytest.mark.parametrize(
    "form", ["terminal", "json", "jsonl", "csv", "markdown", "html", "junit", "sarif", "github"]
)
def test_nothing_in_a_letter_reaches_an_output_raw(form):
    """
    No escape sequence, no line of the letter's own, no formula, no markup.
    """
    from mailsetup.cli.message import pieces
    from mailsetup.forms.terminal import Style

    report = judge(evil_letter(), trusted=("mx.receiver.example",), helo=EVIL, sender="a@" + EVIL)
    text = "".join(pieces([Judged("evil\n.eml", report)], form, "error", Style(verbose=True)))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not [line for line in text.splitlines() if line.startswith("INJECTED")]
    if form in ("json", "jsonl"):
        json.loads(text)
    elif form == "csv":
        assert not [line for line in text.splitlines() if line.startswith(("=", "+", "@"))]
        assert ',"=cmd' not in text and ",=cmd" not in text
    elif form in ("markdown", "html"):
        assert "<script>" not in text


def test_far_dates_are_findings():
    """
    A letter of the year 1 and one of the year 9999 are judged, not refused.
    """
    past = judge(letter(Date="Mon, 01 Jan 0001 00:00:00 +0000"))
    future = judge(letter(Date="Fri, 31 Dec 9999 23:59:59 +0000"))

    assert [True, True] == ["message/date-wrong" in findings(one) for one in (past, future)]
