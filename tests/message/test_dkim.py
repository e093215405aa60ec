"""DKIM signatures: the suites of others, what RFC 6376 and its successors decide, and every changed octet."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from mailsetup.message.dkim import SIGNATURE_LIMIT, dkim_results
from mailsetup.message.fields import read_message
from mailsetup.message.signature import read_signature
from tests.corpora import corpus

from .suites import Texts

NOW = 1_790_000_000
RSA = rsa.generate_private_key(65537, 1024)
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
P = base64.b64encode(RSA.public_key().public_bytes(serialization.Encoding.DER, SPKI)).decode()
LETTER = (
    b"From: Ann <ann@example.com>\r\n"
    b"To: Bob\r\n <bob@example.net>\r\n"
    b"Subject:  Dinner \t tonight\r\n"
    b"X-Unsigned: one\r\n"
    b"Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n"
    b"\r\n"
    b"Hello  Bob, \r\n"
    b"\r\n"
    b"Ann\r\n"
    b"\r\n"
)


def canonical(data: bytes, tags: dict[str, str], nth: int = 0) -> tuple[bytes, bytes]:
    """What the nth signature covers, written a second time: header without its own ``b=``, and body."""
    data = re.sub(rb"\r?\n", b"\r\n", data)
    head, _, body = (b"\r\n" + data).partition(b"\r\n\r\n")
    lines = re.split(rb"\r\n(?![ \t])", head)[1:]
    header_form, _, body_form = tags.get("c", "simple/simple").partition("/")
    out = []
    left = list(lines)
    for name in tags["h"].split(":"):
        for i in range(len(left) - 1, -1, -1):
            if left[i].split(b":")[0].strip().lower() == name.strip().lower().encode() and b":" in left[i]:
                out.append(left.pop(i))
                break
    signature = [line for line in lines if line.lower().startswith(b"dkim-signature:")][nth]
    out.append(re.sub(rb"([;:\s]b\s*=)[^;]*", rb"\1", signature))
    if header_form == "relaxed":
        pairs = (line.split(b":", 1) for line in out)
        out = [
            n.strip(b" \t").lower()
            + b":"
            + b" ".join(re.split(rb"[ \t]+", v.replace(b"\r\n", b""))).strip(b" ")
            for n, v in pairs
        ]
    rows = body.split(b"\r\n")
    if body_form == "relaxed":
        rows = [re.sub(rb"[ \t]+", b" ", row).rstrip(b" ") for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    text = b"".join(row + b"\r\n" for row in rows)
    return b"\r\n".join(out), text or (b"" if body_form == "relaxed" else b"\r\n")


def signed(letter: bytes = LETTER, *, key=RSA, blank: str = "", **changes: str) -> bytes:
    """A letter with a signature; a tag given as ``""`` is left out."""
    tags = {"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": "example.com", "s": "sel"}
    tags |= {"h": "from:to:subject:date", "t": str(NOW - 60), "bh": "", "b": ""}
    tags |= changes
    tags["b"] = tags.pop("b")
    body = canonical(b"dkim-signature: b=\r\n" + letter, tags)[1]
    body = body[: int(tags["l"])] if tags.get("l", "").isdigit() else body
    tags["bh"] = changes.get("bh") or base64.b64encode(hashlib.sha256(body).digest()).decode()
    field = "DKIM-Signature: " + "; ".join(f"{n}={v}" for n, v in tags.items() if v or n == "b")
    data = canonical(field.encode() + b"\r\n" + letter, tags)[0]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        made = key.sign(hashlib.sha256(data).digest())
    else:
        made = key.sign(data, padding.PKCS1v15(), hashes.SHA1() if "sha1" in tags["a"] else hashes.SHA256())
    return f"{field}{base64.b64encode(made).decode()}\r\n".encode() + letter


def world(*records: str) -> Texts:
    return Texts({"sel._domainkey.example.com": list(records) or [f"v=DKIM1; p={P}"]})


def results(data: bytes, *records: str, at: int = NOW):
    return world(*records).read(dkim_results(read_message(data), at))


def verdict(data: bytes, *records: str, at: int = NOW) -> tuple[str, str]:
    (one,) = results(data, *records, at=at)
    return one.result, one.code


def zone_and_letter(data: bytes) -> tuple[dict[str, str], bytes]:
    head, letter = re.split(rb"\r?\n\r?\n", data, maxsplit=1)
    return dict(line.split(" ", 1) for line in head.decode().splitlines()), letter


def test_every_message_of_the_suites_verifies(score):
    """
    What signers of other makes signed passes: RFC 6376, RFC 8463, raw keys, two signatures and three.
    """
    found = []
    for path in sorted(corpus("dkim/mail-auth").glob("*.txt")):
        zone, letter = zone_and_letter(path.read_bytes())
        found += [
            (path.name, one.result) for one in Texts(zone).read(dkim_results(read_message(letter), NOW))
        ]
    keys = Texts(json.loads(corpus("dkim/go-msgauth/dns.json").read_text(encoding="utf-8")))
    expected = {
        "tooManySignaturesMailString.eml": ["pass"] * 3,
        "unsignedMailString.eml": [],
        "verifiedEd25519MailString.eml": ["pass", "fail"],  # the suite publishes another RSA key at "test"
        "verifiedMailString.eml": ["pass"],
        "verifiedRawRSAMailString.eml": ["pass"],
    }
    for name, words in expected.items():
        letter = read_message(corpus(f"dkim/go-msgauth/{name}").read_bytes())
        found.append((name, words == [one.result for one in keys.read(dkim_results(letter, NOW))]))
    right = [name for name, word in found if word in ("pass", True)]
    score(f"DKIM messages (mail-auth, go-msgauth): {len(right)} of {len(found)}")

    assert [] == [one for one in found if one[1] not in ("pass", True)]


def test_every_signature_field_of_mox(score):
    """
    Fields are taken and refused as mox does; RFC 8616 allows the UTF-8 that mox takes or refuses by a switch.
    """
    rows = json.loads(corpus("dkim/mox/dkim_signature_parse.json").read_text(encoding="utf-8"))
    wrong = []
    for row in rows:
        field = read_message(row["input"].encode("utf-8") + b"\r\n").first("dkim-signature")
        valid = field is not None and read_signature(field, "dkim").problem is None
        if valid != (row["verdict"] == "valid") and row["comment"] != "No UTF-8 allowed.":
            wrong.append(row)
    score(f"DKIM signature fields (mox): {len(rows) - len(wrong)} of {len(rows)}, one by RFC 8616")

    assert [] == wrong


@pytest.mark.parametrize(
    "form", ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed", "relaxed", "simple"]
)
def test_each_canonical_form_verifies(form):
    """
    RFC 6376 section 3.4: four pairs, and a header form alone means a simple body.
    """
    assert ("pass", "") == verdict(signed(c=form))


def variants(letter: bytes):
    """Every octet changed, taken away, doubled, turned in case, made a blank or a line end, or something put before."""
    for i, octet in enumerate(letter):
        for put in (b" ", b"\t", b"\r\n ", b"\r\n", b":", b"\x0c"):
            yield letter[:i] + put + letter[i:]
        for new in (
            bytes([octet ^ 1]),
            b"",
            bytes([octet]) * 2,
            bytes([octet ^ 32]),
            b" ",
            b"\n",
            b"\r",
            b"\x0b",
        ):
            changed = letter[:i] + new + letter[i + 1 :]
            if changed != letter:
                yield changed


@pytest.mark.parametrize("form", ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"])
def test_a_changed_octet_breaks_a_signature_when_and_only_when_signed_data_changed(form, score):
    """
    None passes whose canonical data changed, none fails whose did not; the canonical form is written twice.
    """
    letter = signed(c=form)
    end = letter.index(b"\r\n") + 2
    tags = {"c": form, "h": "from:to:subject:date"}
    before = canonical(letter, tags)
    keys, wrong, count = world(), [], 0
    for changed in variants(letter[end:]):
        count += 1
        same = before == canonical(letter[:end] + changed, tags)
        (one,) = keys.read(dkim_results(read_message(letter[:end] + changed), NOW))
        if same != one.passed:
            wrong.append((changed, same, one.result))
    score(f"DKIM, changed octets of a letter ({form}): {count - len(wrong)} of {count}")

    assert [] == wrong[:5]


def suite_letters():
    """Name, letter and keys of every signed message of the suites."""
    for path in sorted(corpus("dkim/mail-auth").glob("*.txt")):
        zone, letter = zone_and_letter(path.read_bytes())
        yield path.name, letter, Texts(zone)
    keys = Texts(json.loads(corpus("dkim/go-msgauth/dns.json").read_text(encoding="utf-8")))
    for name in ("verifiedMailString.eml", "verifiedRawRSAMailString.eml"):
        yield name, corpus(f"dkim/go-msgauth/{name}").read_bytes(), keys


def test_a_changed_octet_of_a_suites_letter_breaks_what_signed_it_and_nothing_else(score):
    """
    Letters that others signed, each octet after the signatures changed once: every signature by itself.
    """
    wrong, count = [], 0
    for name, letter, keys in suite_letters():
        before = read_message(letter)
        signatures = [one.signature for one in keys.read(dkim_results(before, NOW)) if one.passed]
        tags = [{"h": ":".join(s.signed), "c": f"{s.header_method}/{s.body_method}"} for s in signatures]
        originals = [canonical(letter, t, n) for n, t in enumerate(tags)]
        start = letter.lower().rindex(b"dkim-signature:")
        start = re.compile(rb"\n(?![ \t])").search(letter, start).end()
        for i in range(start, len(letter), max(1, len(letter) // 400)):
            changed = letter[:i] + bytes([letter[i] ^ 1]) + letter[i + 1 :]
            found = keys.read(dkim_results(read_message(changed), NOW))
            for n, one in enumerate(found[: len(tags)]):
                count += 1
                if one.passed != (originals[n] == canonical(changed, tags[n], n)):
                    wrong.append((name, i, one.result))
    score(f"DKIM, changed octets of the suites' letters: {count - len(wrong)} of {count}")

    assert [] == wrong


def test_no_changed_octet_of_the_signature_itself_passes_unless_it_says_the_same():
    """
    The signature's own field is signed: what passes after a change has the same tags.
    """
    letter = signed(i="@example.com", x=str(NOW + 60))
    field, end, rest = letter.partition(b"\r\n")
    keys = world()

    def said(data: bytes) -> dict[str, str]:
        pairs = (piece.partition(b"=") for piece in data.partition(b":")[2].split(b";"))
        return {
            n.strip().decode("latin-1"): re.sub(rb"[ \t\r\n]+", b"", v).decode("latin-1") for n, _, v in pairs
        }

    for changed in variants(field):
        found = keys.read(dkim_results(read_message(changed + end + rest), NOW))
        if any(one.passed for one in found):
            before, after = said(field), said(changed)
            assert base64.b64decode(before.pop("b")) == base64.b64decode(after.pop("b"))
            assert before == after


@pytest.mark.parametrize(
    ("changes", "result", "code"),
    [
        ({"a": "rsa-sha1"}, "permerror", "DKIM_SIG_ALGO"),
        ({"a": "rsa-md5"}, "permerror", "DKIM_SIG_ALGO"),
        ({"v": "2"}, "permerror", "DKIM_SIG_REQUIRED_TAGS"),
        ({"v": ""}, "permerror", "DKIM_SIG_REQUIRED_TAGS"),
        ({"d": ""}, "permerror", "DKIM_SIG_REQUIRED_TAGS"),
        ({"h": "to:subject"}, "permerror", "DKIM_SIG_FROM_SIGNED"),
        ({"i": "ann@sub.example.com"}, "pass", ""),
        ({"i": "ann@notexample.com"}, "permerror", "DKIM_SIG_I_NOT_UNDER_D"),
        ({"i": "example.com"}, "permerror", "DKIM_SIG_I_NOT_UNDER_D"),
        ({"x": str(NOW - 1)}, "permerror", "DKIM_SIG_EXPIRED"),
        ({"x": str(NOW)}, "pass", ""),
        ({"x": str(NOW - 60)}, "permerror", "DKIM_SIG_EXPIRED"),
        ({"x": "soon"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"t": str(NOW + 36001)}, "permerror", "DKIM_SIG_FUTURE"),
        ({"t": str(NOW + 60)}, "pass", ""),
        ({"c": "nofws"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"q": "dns/txt:other"}, "pass", ""),
        ({"q": "other"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"l": "5"}, "pass", ""),
        ({"l": "0"}, "pass", ""),
        ({"l": "99999"}, "fail", "DKIM_SIG_L_TAG"),
        ({"l": "-1"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"h": "from:from:to:to:reply-to:subject:date"}, "pass", ""),
        ({"h": "From : To:\tSubject"}, "pass", ""),
        ({"bh": "AAAA"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"d": "EXAMPLE.com"}, "pass", ""),
        ({"d": "exa mple.com"}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"s": "."}, "permerror", "DKIM_SIG_SYNTAX"),
        ({"s": "other"}, "permerror", "DKIM_KEY_MISSING"),
        ({"z": "From:x|To:y", "extra": "1"}, "pass", ""),
    ],
)
def test_a_signature_ends_as_its_tags_say(changes, result, code):
    """
    RFC 6376 sections 3.5 and 6.1.1, RFC 8301 section 3.1.
    """
    assert (result, code) == verdict(signed(**changes))


@pytest.mark.parametrize(
    ("records", "result", "code"),
    [
        ([f"p={P}"], "pass", ""),
        ([f"v=DKIM1; k=rsa; h=sha1:sha256; s=tlsrpt:email; t=y; p={P}"], "pass", ""),
        ([f"v=DKIM1; s=*; p={P}"], "pass", ""),
        ([f"v=DKIM1; s=other:email; p={P}"], "pass", ""),
        ([f"v=DKIM1; s=tlsrpt; p={P}"], "permerror", "DKIM_S_SERVICE"),
        ([f"v=DKIM1; h=sha1; p={P}"], "permerror", "DKIM_H_LIST"),
        ([f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}"], "permerror", "DKIM_K_UNKNOWN"),
        ([f"v=DKIM1; k=other; p={P}"], "permerror", "DKIM_K_UNKNOWN"),
        ([f"v=DKIM2; p={P}"], "permerror", "DKIM_VERSION"),
        ([f"k=rsa; v=DKIM1; p={P}"], "permerror", "DKIM_VERSION"),
        ([f'"v=DKIM1; k=rsa; p={P}'], "permerror", "DKIM_SYNTAX"),
        ([f"v=DKIM1;; k=rsa; p={P}"], "permerror", "DKIM_SYNTAX"),
        ([f"v=DKIM1; rsa; p={P}"], "permerror", "DKIM_SYNTAX"),
        ([f"v=DKIM1; -k=rsa; p={P}"], "permerror", "DKIM_SYNTAX"),
        ([f'"v=DKIM1; p={P}', f"v=DKIM1; p={P}"], "pass", ""),
        ([f"v=DKIM1; p={P};"], "pass", ""),
        (["v=DKIM1; p="], "permerror", "DKIM_P_EMPTY"),
        (["v=DKIM1"], "permerror", "DKIM_P_MISSING"),
        (["v=DKIM1; p=!!"], "permerror", "DKIM_P_BASE64"),
        ([f"v=DKIM1; t=s; p={P}"], "pass", ""),
        ([f"v=DKIM1; p={P}", "v=spf1 -all"], "pass", ""),
        (["v=DKIM1; p=", f"v=DKIM1; p={P}"], "pass", ""),
        ([f"v=DKIM1; p={P}", "v=DKIM1; p="], "pass", ""),
    ],
)
def test_a_key_is_used_as_its_record_says(records, result, code):
    """
    RFC 6376 section 3.6.1; of several keys each is tried, whatever their order.
    """
    assert (result, code) == verdict(signed(), *records)


def test_a_key_for_the_domain_itself_refuses_identities_below_it():
    """
    ``t=s``, RFC 6376 section 3.6.1.
    """
    assert ("permerror", "DKIM_T_STRICT") == verdict(signed(i="a@sub.example.com"), f"v=DKIM1; t=s; p={P}")


def test_a_key_for_tls_reports_signs_tls_reports():
    """
    RFC 8460 section 3.
    """
    report = signed(b"TLS-Report-Domain: example.net\r\n" + LETTER)

    assert ("pass", "") == verdict(report, f"v=DKIM1; s=tlsrpt; p={P}")


def test_a_short_key_is_no_key():
    """
    RFC 8301 section 3.2: under 1024 bits a signature counts as none.
    """
    modulus = (1 << 767) + 9
    number = b"\x02\x60" + modulus.to_bytes(96, "big")
    body = number + b"\x02\x03\x01\x00\x01"
    short = base64.b64encode(b"\x30" + bytes([len(body)]) + body).decode()

    assert ("permerror", "DKIM_RSA_UNDER_1024") == verdict(signed(), f"v=DKIM1; p={short}")


def test_ed25519_signs_the_hash():
    """
    RFC 8463 section 3.
    """
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    p = base64.b64encode(ED25519.public_key().public_bytes(*raw)).decode()

    assert ("pass", "") == verdict(signed(key=ED25519, a="ed25519-sha256"), f"v=DKIM1; k=ed25519; p={p}")


def test_an_unanswered_key_is_no_missing_key():
    """
    A server that fails leaves the signature open.
    """
    (one,) = Texts({}, ("sel._domainkey.example.com",)).read(dkim_results(read_message(signed()), NOW))

    assert ("temperror", "DKIM_KEY_TEMPERROR") == (one.result, one.code)


def test_an_added_from_breaks_what_is_oversigned_and_only_that():
    """
    RFC 6376 section 8.15: the lowest From is signed; one put above shows only where From was signed twice.
    """
    forged = b"From: Eve <eve@example.org>\r\n"

    assert "pass" == results(forged + signed())[0].result
    assert "fail" == results(forged + signed(h="from:from:to:subject"))[0].result


def test_text_after_the_length_passes():
    """
    ``l=`` covers the beginning only (RFC 6376 section 8.2).
    """
    (one,) = results(signed(l="10") + b"Send money\r\n")

    assert ("pass", 10, True) == (one.result, one.signature.length, one.body_size > 10)


def test_signatures_are_verified_up_to_the_limit():
    """
    The first hundred are looked at, one question serves them all.
    """
    field = signed().partition(b"\r\n")[0] + b"\r\n"
    keys = world()
    found = keys.read(dkim_results(read_message(field * (SIGNATURE_LIMIT + 50) + LETTER), NOW))

    assert (SIGNATURE_LIMIT, {"pass"}, 1) == (len(found), {one.result for one in found}, len(keys.asked))


def test_a_letter_saved_with_unix_line_ends_verifies():
    """
    Line ends become CRLF as they travel (RFC 6376 section 5.3).
    """
    assert ("pass", "") == verdict(signed().replace(b"\r\n", b"\n"))


def test_dkimpy_agrees():
    """
    The borrowed verifier comes to the same end on its own ground: no clock, one key, plain changes.
    """
    import dkim

    record = f"v=DKIM1; p={P}".encode()
    letter = signed(t="")
    end = letter.index(b"\r\n") + 2
    for i in range(0, len(letter) - end, 3):
        changed = letter[: end + i] + b"q" + letter[end + i + 1 :]
        try:
            theirs = dkim.DKIM(changed).verify(dnsfunc=lambda name, timeout=5: record)
        except dkim.MessageFormatError:
            continue  # a line that is no field ends everything there; here it is passed over
        except dkim.DKIMException:
            theirs = False
        assert theirs == (verdict(changed)[0] == "pass"), changed
