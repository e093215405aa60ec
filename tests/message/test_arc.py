"""ARC chains: the suite of others, and what breaks a chain."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
import yaml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from mailsetup.message.arc import arc_result
from mailsetup.message.fields import read_message
from tests.corpora import corpus

from .suites import Texts
from .test_dkim import LETTER, NOW, RSA, P, canonical

CHAIN_OVER = ""
"""The suite gives no word for a chain that a hop before declared broken; RFC 8617 section 5.2 says fail."""


def test_every_case_of_the_arc_suite(score):
    """
    Chains pass, fail or are none as the suite says.
    """
    text = corpus("arc/arc-draft-validation-tests.yml").read_text(encoding="utf-8")
    right, wrong = 0, []
    for suite in yaml.safe_load_all(text):
        for name, case in suite["tests"].items():
            world = Texts(suite["txt-records"])
            found = world.read(arc_result(read_message((case["message"] or "").encode("utf-8"))))
            expected = "fail" if case["cv"] == CHAIN_OVER else case["cv"].lower()
            if expected == found.result:
                right += 1
            else:
                wrong.append((name, expected, found.result, str(found.reason)))
    score(f"ARC validation suite: {right} of {right + len(wrong)}")

    assert [] == wrong


def seal(letter: bytes, instance: int, **changes: str) -> bytes:
    """A letter with one more ARC set, signed as RFC 8617 section 5.1 has it; ``seal_x`` and ``ams_x`` change tags."""
    earlier = [
        line
        for line in re.split(rb"\r\n(?![ \t])", letter.partition(b"\r\n\r\n")[0])
        if line[:4].lower() == b"arc-"
    ]
    claim = f"ARC-Authentication-Results: i={instance}; lists.example.com; spf=pass".encode()
    ams = {"i": str(instance), "a": "rsa-sha256", "c": "relaxed/relaxed", "d": "example.com", "s": "sel"}
    ams |= {"h": "from:to:subject", "t": str(NOW), "bh": ""}
    ams |= {n.removeprefix("ams_"): v for n, v in changes.items() if n.startswith("ams_")}
    blank = b"DKIM-Signature: b=\r\n"
    header, body = canonical(blank + letter, ams)
    ams["bh"] = ams["bh"] or base64.b64encode(hashlib.sha256(body).digest()).decode()
    message = relaxed(b"ARC-Message-Signature: " + written(ams))
    header = header.rpartition(b"\r\n")[0] + b"\r\n" + message
    message_field = b"ARC-Message-Signature: " + written(ams) + sign(header)
    tags = {"i": str(instance), "a": "rsa-sha256", "d": "example.com", "s": "sel", "t": str(NOW)}
    tags |= {"cv": "none" if instance == 1 else "pass"}
    tags |= {n.removeprefix("seal_"): v for n, v in changes.items() if n.startswith("seal_")}
    fields = [*sorted(earlier, key=place), claim, message_field, b"ARC-Seal: " + written(tags)]
    seal_field = fields[-1] + sign(b"\r\n".join(map(relaxed, fields)))
    return b"\r\n".join([seal_field, message_field, claim]) + b"\r\n" + letter


def place(field: bytes) -> tuple[int, int]:
    """Where a field stands in what a seal signs: by set, then results, message signature, seal."""
    number = re.search(rb"[ ;]i=([0-9]+)", field)
    assert number is not None
    names = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
    return int(number[1]), names.index(field.partition(b":")[0].lower())


def written(tags: dict[str, str]) -> bytes:
    return ("; ".join(f"{n}={v}" for n, v in tags.items() if v != "-") + "; b=").encode()


def relaxed(field: bytes) -> bytes:
    name, _, value = field.partition(b":")
    return name.lower() + b":" + b" ".join(re.split(rb"[ \t]+", value.replace(b"\r\n", b""))).strip(b" ")


def sign(data: bytes) -> bytes:
    return base64.b64encode(RSA.sign(data, padding.PKCS1v15(), hashes.SHA256()))


def chain(letter: bytes):
    return Texts({"sel._domainkey.example.com": f"v=DKIM1; p={P}"}).read(arc_result(read_message(letter)))


@pytest.mark.parametrize("sets", [1, 2, 5, 50])
def test_a_chain_of_sets_passes(sets):
    """
    Each hop seals what the hops before it sealed; fifty are the most (RFC 8617 section 4.2.1).
    """
    letter = LETTER
    for instance in range(1, sets + 1):
        letter = seal(letter, instance)
    found = chain(letter)

    assert ("pass", sets, 0) == (found.result, len(found.sets), found.oldest_pass)


def test_a_chain_that_was_changed_between_hops_says_since_when_it_stands():
    """
    A list changed the subject before it sealed: its own signature holds, the first hop's does not.
    """
    letter = seal(LETTER, 1).replace(b"Dinner", b"[list] Dinner")
    found = chain(seal(letter, 2))

    assert ("pass", 2) == (found.result, found.oldest_pass)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seal_cv": "pass"}, "ARC_CV"),
        ({"seal_cv": "fail"}, "ARC_CV"),
        ({"seal_cv": "-"}, "DKIM_SIG_REQUIRED_TAGS"),
        ({"seal_cv": "maybe"}, "ARC_CV"),
        ({"seal_h": "from"}, "ARC_SEAL_H"),
        ({"seal_i": "0"}, "ARC_INSTANCE_RANGE"),
        ({"seal_i": "51"}, "ARC_INSTANCE_RANGE"),
        ({"seal_i": "2"}, "ARC_SET_COMPLETE"),
        ({"seal_a": "rsa-sha1"}, "DKIM_SIG_ALGO"),
        ({"seal_s": "other"}, "DKIM_KEY_MISSING"),
        ({"seal_t": "soon"}, "DKIM_SIG_SYNTAX"),
        ({"ams_h": "from:arc-seal"}, "ARC_SET_COMPLETE"),
        ({"ams_a": "rsa-sha1"}, "DKIM_SIG_ALGO"),
        ({"ams_i": "-"}, "DKIM_SIG_REQUIRED_TAGS"),
        ({"ams_bh": "AAAA"}, "DKIM_SIG_SYNTAX"),
    ],
)
def test_a_set_breaks_the_chain_as_its_tags_say(changes, code):
    """
    RFC 8617 sections 4.1 and 4.2.
    """
    found = chain(seal(LETTER, 1, **changes))

    assert ("fail", code) == (found.result, found.code)


@pytest.mark.parametrize(
    "changes", [{}, {"seal_t": "-"}, {"ams_t": "-"}, {"seal_x": "1"}, {"ams_c": "relaxed/simple"}]
)
def test_what_is_optional_or_unknown_in_a_set_changes_nothing(changes):
    """
    Times may be missing, unknown tags are passed over.
    """
    assert "pass" == chain(seal(LETTER, 1, **changes)).result


def test_a_body_changed_after_the_last_seal_breaks_the_chain():
    """
    The newest message signature must hold.
    """
    found = chain(seal(seal(LETTER, 1), 2) + b"more")

    assert ("fail", "DKIM_SIG_BROKEN", 2) == (found.result, found.code, found.instance)


def test_a_key_that_cannot_be_asked_for_leaves_the_chain_open():
    """
    temperror is no broken chain.
    """
    place_ = Texts({}, ("sel._domainkey.example.com",))

    assert "temperror" == place_.read(arc_result(read_message(seal(LETTER, 1)))).result
