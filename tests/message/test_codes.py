"""The rulebook's codes about letters: each on a letter with that flaw alone, and silent on one that nearly has it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from mailsetup.message.rulebook import all_rules

from .letters import GOOD, NOW, ZONE, findings, judge, letter, signed, statuses
from .test_arc import seal
from .test_rules import COVERS, LIST

RULES = {code: one.id for one in all_rules() if one.id.startswith("message/") for code in one.codes}
SEVERAL = "from:to:subject:date"
MANY = "from:from:to:to:subject:subject:date:date:message-id"


OURS = {
    "DKIM_SIG_BROKEN", "DKIM_SIG_FUTURE", "DKIM_SIG_LIMIT", "DKIM_SIG_MISSING", "HDR_SYNTAX", "HDR_SIZE",
    "HDR_FROM_NAME", "HDR_REPLYTO_OTHER", "HDR_RETURNPATH_OTHER",
}  # fmt: skip
"""Names of our own for what the rulebook has no code for; their rules are proven with the others."""


class Case(NamedTuple):
    """A letter with the flaw and one that nearly has it; ``world`` and ``given`` hold for both unless there are two."""

    flaw: bytes
    near: bytes
    zone: str = ZONE
    given: dict[str, Any] = {}
    near_given: dict[str, Any] | None = None


def case(flaw: bytes, near: bytes, zone: str = ZONE, **given: Any) -> Case:
    return Case(flaw, near, zone, given)


ARC = (
    b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.com; s=sel; b=AA==\r\n"
    b"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel; h=from; bh=%s; b=AA==\r\n"
    b"ARC-Authentication-Results: i=1; mx.example.com; spf=pass\r\n"
) % (b"A" * 43 + b"=")
CFBL = {"CFBL_Address": "complaints@example.com"}
SEALED = seal(signed(letter()), 1)
ONE_CLICK = signed(letter(**LIST), h=COVERS)

CASES = {
    "DKIM_SIG_ALGO": case(signed(letter(), a="rsa-sha1"), signed(letter(), a="RSA-SHA256")),
    "DKIM_SIG_FROM_SIGNED": case(signed(letter(), h="to:subject"), signed(letter(), h="FROM:to")),
    "DKIM_SIG_REQUIRED_TAGS": case(signed(letter(), v=""), signed(letter(), q="dns/txt")),
    "DKIM_SIG_L_TAG": case(signed(letter(), l="10"), signed(letter())),
    "DKIM_SIG_EXPIRED": case(signed(letter(), x=str(NOW - 1)), signed(letter(), x=str(NOW))),
    "DKIM_SIG_I_NOT_UNDER_D": case(
        signed(letter(), i="a@notexample.com"), signed(letter(), i="a@sub.example.com")
    ),
    "DKIM_SIG_OVERSIGN": case(signed(letter(), h=SEVERAL), signed(letter(), h=MANY)),
    "DKIM_SIG_LISTUNSUB": case(signed(letter(**LIST), h=SEVERAL), ONE_CLICK),
    "DKIM_SIG_CANON": case(signed(letter(), c="simple/simple"), signed(letter(), c="relaxed/relaxed")),
    "DKIM_SIG_UNALIGNED": case(
        signed(letter(From="a@other.example")), signed(letter(From="a@news.example.com"))
    ),
    "DMARC_ALIGN_FAIL": case(letter(From="a@example.com"), signed(letter()), ip="198.51.100.9", sender="b@other.example"),
    "DMARC_FROM_MULTIPLE": case(
        letter(From="a@example.com, b@other.example"), letter(From="a@example.com, b@example.com")
    ),
    "SMTP_EHLO_LOCALHOST": Case(GOOD, GOOD, given={"helo": "mail.lan"}),
    "SMTP_EHLO_FQDN": Case(GOOD, GOOD, given={"helo": "gone.example.com"}, near_given={"helo": "[192.0.2.7]"}),
    "ARC_SET_COMPLETE": case(ARC.split(b"\r\n")[0] + b"\r\n" + GOOD, SEALED),
    "ARC_INSTANCE_RANGE": case(ARC.replace(b"i=1;", b"i=51;") + GOOD, SEALED),
    "ARC_CV": case(ARC.replace(b"cv=none", b"cv=pass") + GOOD, SEALED),
    "ARC_SEAL_H": case(ARC.replace(b"cv=none;", b"cv=none; h=from;") + GOOD, SEALED),
    "HDR_FROM_ONE": case(letter(From=None), letter()),
    "HDR_DATE": case(letter(Date="soon"), letter(Date="Mon, 21 Sep 2026 15:05 +0000")),
    "HDR_MESSAGE_ID": case(letter(Message_ID="1@example.com"), letter(Message_ID="<1@[192.0.2.1]>")),
    "HDR_DUPLICATE_SINGLE": case(
        b"To: c@example.net\r\n" + letter(), b"Received: from a\r\nReceived: from b\r\n" + letter()
    ),
    "HDR_LINE_998": case(letter(b"x" * 999 + b"\r\n"), letter(b"x" * 998 + b"\r\n")),
    "HDR_8BIT_RAW": case(letter(Subject="Grüße"), letter(Subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=")),
    "HDR_REPLYTO_NULLMX": case(
        letter(Reply_To="a@null.example"), letter(Reply_To="a@example.com"), ZONE + 'null.example. MX 0 .'
    ),
    "LIST_UNSUB_MISSING": case(letter(Precedence="bulk"), letter(Precedence="first-class")),
    "LIST_UNSUB_POST": case(
        signed(letter(**LIST | {"List_Unsubscribe_Post": "List-Unsubscribe=one-click"}), h=COVERS), ONE_CLICK
    ),
    "LIST_UNSUB_HTTPS": case(
        signed(letter(**LIST | {"List_Unsubscribe": "<http://example.com/u/1>"}), h=COVERS), ONE_CLICK
    ),
    "LIST_UNSUB_SIGNED": case(signed(letter(**LIST), h=SEVERAL), ONE_CLICK),
    "LIST_UNSUB_OPAQUE": case(
        letter(List_Unsubscribe="<https://example.com/u?m=ann@example.com>"),
        letter(List_Unsubscribe="<https://example.com/u?t=8f3a1c>"),
    ),
    "LIST_ID": case(
        letter(List_Unsubscribe="<https://example.com/u/1>"),
        letter(List_Unsubscribe="<https://example.com/u/1>", List_Id="<news.example.com>"),
    ),
    "LIST_AUTO_SUBMITTED": case(
        letter(Subject="Automatic reply: Dinner"),
        letter(Subject="Automatic reply: Dinner", Auto_Submitted="auto-replied"),
    ),
    "LIST_CFBL": case(
        signed(letter(**CFBL)), signed(letter(**CFBL), h="from:to:subject:date:cfbl-address")
    ),
}  # fmt: skip
CASES["SMTP_EHLO_LOCALHOST"] = CASES["SMTP_EHLO_LOCALHOST"]._replace(near_given={"helo": "lan.example.com"})
READING = {
    RULES[code]
    for code in (
        "DKIM_SIG_ALGO", "DKIM_SIG_FROM_SIGNED", "DKIM_SIG_REQUIRED_TAGS", "DKIM_SIG_EXPIRED", "DKIM_SIG_I_NOT_UNDER_D",
        "SMTP_EHLO_LOCALHOST", "SMTP_EHLO_FQDN", "HDR_FROM_ONE", "HDR_DATE", "HDR_MESSAGE_ID", "HDR_DUPLICATE_SINGLE",
        "HDR_LINE_998", "HDR_8BIT_RAW", "ARC_CV",
    )
}  # fmt: skip
"""Rules about one thing each, of which a single flaw breaks only one."""


def found(one: Case, data: bytes, given: dict[str, Any]) -> set[str]:
    report = judge(data, one.zone, **given)
    assert "crashed" not in statuses(report).values()
    return {check for check in findings(report) if check.startswith("message/")}


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_code_is_found_on_its_flaw_and_not_on_a_near_miss(code):
    """
    Exactly the rule of that code tells the two letters apart, but for what follows from it.
    """
    one = CASES[code]
    flawed = found(one, one.flaw, one.given)
    near = found(one, one.near, one.given if one.near_given is None else one.near_given)

    assert RULES[code] in flawed
    assert RULES[code] not in near
    assert flawed & READING <= {RULES[code]}


def test_every_code_about_letters_has_its_two_letters():
    """
    Those of the rulebook's groups about signatures, headers, lists, ARC and the HELO name.
    """
    groups = ("DKIM_SIG_", "ARC_", "HDR_", "LIST_", "SMTP_EHLO_", "DMARC_ALIGN_", "DMARC_FROM_")
    decided = {code for code in RULES if code.startswith(groups)}

    assert set(CASES) == decided - OURS
