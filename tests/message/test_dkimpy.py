"""dkimpy at work: its word stands beside ours, differences are named, and nothing makes it cost more than its bound."""

from __future__ import annotations

import base64
import time

import pytest

from mailsetup.message.dkim import dkim_results
from mailsetup.message.dkimpy_says import ASKED_LIMIT, FOLD_LIMIT, WORK_LIMIT
from mailsetup.message.fields import read_message

from .letters import GOOD, findings, judge, letter, statuses
from .test_dkim import ED25519, LETTER, NOW, SPKI, P, results, serialization, signed, variants, world

SECONDS = 10  # a bound far above what is needed, for slow machines


def words(data: bytes, *records: str) -> tuple[str, str]:
    """Our result and dkimpy's word on the first signature."""
    one = results(data, *records)[0]
    return one.result, one.second.word


def reason(data: bytes, *records: str) -> str:
    return str(results(data, *records)[0].second.reason)


@pytest.mark.parametrize(
    "form", ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed", "relaxed", "simple"]
)
def test_dkimpy_canonicalises_and_verifies_every_signature(form):
    """
    Each form, RSA and Ed25519, whole and changed: two makers, one answer.
    """
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    p = base64.b64encode(ED25519.public_key().public_bytes(*raw)).decode()
    edwards = signed(key=ED25519, a="ed25519-sha256", c=form), f"v=DKIM1; k=ed25519; p={p}"

    assert ("pass", "pass") == words(signed(c=form))
    assert ("pass", "pass") == words(*edwards)
    assert ("fail", "fail") == words(signed(c=form) + b"more\r\n")
    assert ("fail", "fail") == words(edwards[0].replace(b"Dinner", b"Supper"), edwards[1])


def test_a_key_of_another_kind_of_der_is_read_too():
    """
    PKCS#1 instead of SubjectPublicKeyInfo, as some publish.
    """
    from .test_dkim import RSA

    short = RSA.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)

    assert SPKI is not serialization.PublicFormat.PKCS1
    assert ("pass", "pass") == words(signed(), f"v=DKIM1; p={base64.b64encode(short).decode()}")


DIFFERENCES = {
    "an extra From": b"From: Eve <eve@example.org>\r\n" + signed(),
    "a form feed before a value": signed().replace(b"Subject:", b"Subject:\x0c"),
    "a carriage return before the line's end": signed().replace(b"tonight\r\n", b"tonight\r\r\n"),
    "a blank before a colon": signed().replace(b"\r\nSubject:", b"\r\nSubject :"),
    "blanks before a line end that is not there": signed(LETTER + b"end ")[:-1] + b" \t",
    "a length beyond the body": signed(l="99999"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_where_both_part_the_rfc_decides_and_the_difference_is_told(name):
    """
    RFC 6376 sections 3.4, 3.7 and 5.4.2 against what dkimpy does otherwise.
    """
    (one,) = results(DIFFERENCES[name])

    assert one.disputed
    assert str(one.second.reason).startswith("dkimpy says: ")


def test_a_difference_is_a_note_in_the_report_and_silent_where_both_agree():
    """
    The rule fires on an extra From under a signature that names it once, and on nothing that is right.
    """
    forged = judge(b"From: Eve <eve@example.org>\r\n" + signed(letter()))

    assert [
        "the signature of example.com is pass by RFC 6376, and that stands; dkimpy says: the signature does not hold"
    ] == findings(forged)["message/verifiers-differ"]
    assert "pass" == statuses(judge(GOOD))["message/verifiers-differ"]
    assert "not_applicable" == statuses(judge(letter()))["message/verifiers-differ"]


@pytest.mark.parametrize(
    ("changes", "records"),
    [
        ({"a": "rsa-sha1"}, ()),
        ({"x": str(NOW - 10)}, ()),
        ({"t": str(NOW + 90_000)}, ()),
        ({"s": "other"}, ()),
        ({}, (f"v=DKIM1; h=sha1; p={P}",)),
        ({}, (f"v=DKIM1; s=tlsrpt; p={P}",)),
        ({"i": "a@sub.example.com"}, (f"v=DKIM1; t=s; p={P}",)),
    ],
)
def test_what_tags_times_and_key_records_decide_is_not_asked_of_it(changes, records):
    """
    RFC 8301, the stated time and RFC 6376 section 3.6.1 are read here, so that no clock turns a replay.
    """
    assert ("permerror", "") == words(signed(**changes), *records)


def test_its_word_does_not_hang_on_the_clock():
    """
    A signature that ended long before today passes both at the time it was taken in.
    """
    (one,) = world().read(dkim_results(read_message(signed(t="1000000000", x="1000000100")), 1_000_000_050))

    assert ("pass", "pass") == (one.result, one.second.word)


def test_of_several_keys_it_is_asked_about_the_one_that_was_chosen():
    """
    Which of several records counts is decided here.
    """
    assert ("pass", "pass") == words(signed(), "v=DKIM1; p=", f"v=DKIM1; p={P}")


def test_on_changed_octets_both_agree_but_for_the_known_differences(score):
    """
    Every octet changed in many ways: they part over form feeds, carriage returns and blanks before colons only.
    """
    letter_ = signed()
    end = letter_.index(b"\r\n") + 2
    keys, odd, agreed, parted = world(), [], 0, 0
    for changed in variants(letter_[end:]):
        (one,) = keys.read(dkim_results(read_message(letter_[:end] + changed), NOW))
        if not one.disputed:
            agreed += 1
            continue
        parted += 1
        bare = changed.replace(b"\r\n", b"")
        if not any(mark in bare for mark in (b"\x0b", b"\x0c", b"\r", b" :", b"\t:")):
            odd.append(changed)
    score(
        f"DKIM, changed octets: dkimpy agrees on {agreed} of {agreed + parted}; the rest are its known ways"
    )

    assert [] == odd


@pytest.mark.parametrize(
    ("made", "record", "says"),
    [
        (
            lambda: signed(LETTER + b" " * 4000 + b"x\r\n"),
            f"p={P}",
            "too large or has too many signatures",
        ),
        (
            lambda: signed(LETTER + b"line\r\n" * (WORK_LIMIT // 6 + 1)),
            f"p={P}",
            "too large or has too many signatures",
        ),
        (lambda: signed(z="a" + " " * FOLD_LIMIT + "b"), f"p={P}", "more blanks in a row"),
    ],
    ids=["blanks", "large", "folds"],
)
def test_beyond_its_bounds_it_is_not_asked_and_the_report_says_so(made, record, says):
    """
    Its expressions are quadratic on blanks: the cost is counted before it is asked; our verdict stands.
    """
    data = made()
    began = time.monotonic()

    assert ("pass", "") == words(data, record)
    assert says in reason(data, record)
    assert SECONDS > time.monotonic() - began


def test_of_many_signatures_it_is_asked_about_the_first():
    """
    All are verified here; dkimpy makes the whole body canonical anew for each.
    """
    field = signed().partition(b"\r\n")[0] + b"\r\n"
    found = results(field * 50 + LETTER)

    assert {"pass"} == {one.result for one in found}
    assert ASKED_LIMIT == sum(one.second.word == "pass" for one in found)


def test_a_key_with_a_vast_exponent_costs_it_nothing():
    """
    A hostile key record: dkimpy would compute with it for seconds.
    """
    number = b"\x02\x81\x81\x00" + ((1 << 1023) + 1155).to_bytes(128, "big")
    exponent = b"\x02\x82\x10\x00" + b"\x01" * 4096
    inner = number + exponent
    der = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    began = time.monotonic()
    found = words(signed(), f"v=DKIM1; p={base64.b64encode(der).decode()}")

    assert "" == found[1]
    assert SECONDS > time.monotonic() - began


def test_whatever_it_raises_is_no_answer():
    """
    Borrowed code on octets it did not expect: our verdict stands, and the report says that it stopped.
    """
    upper = signed(a="RSA-SHA256")  # dkimpy knows algorithms in lower case only

    assert ("pass", "") == words(upper)
    assert "dkimpy stopped: KeyError" == reason(upper)
