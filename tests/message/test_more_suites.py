"""The rest of the suites: dkimpy's own letters and keys, the drafts' examples of alignment, organizational domains."""

from __future__ import annotations

import json
import re

import pytest

from mailsetup.grammar.dkim import parse_dkim_key
from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.message.dkim import DkimResult, dkim_results
from mailsetup.message.dmarc import dmarc_results
from mailsetup.message.fields import Field, read_message
from mailsetup.message.signature import Signature, read_signature
from mailsetup.walks.spf_check import SpfResult
from tests.corpora import corpus

from .suites import Texts
from .test_dkim import NOW, RSA, P, serialization

DKIMPY = "dkim/dkimpy"
PEM = RSA.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
FORMS = [(h, b) for h in (b"relaxed", b"simple") for b in (b"relaxed", b"simple")]
KEYS = {
    "test.txt": "",
    "test2.txt": "",
    "badk.txt": "DKIM_K_UNKNOWN",
    "badversion.txt": "DKIM_VERSION",
    "test_bad.txt": "DKIM_P_BASE64",
    "test_tlsrpt.txt": "DKIM_S_SERVICE",
}


def text(name: str) -> str:
    return corpus(f"{DKIMPY}/{name}").read_text(encoding="utf-8").strip()


def letters() -> list[tuple[str, bytes]]:
    """The letters of the folder; they hold signatures of keys that are gone, and some hold none."""
    folder = corpus(DKIMPY)
    paths = [p for p in sorted(folder.iterdir()) if p.suffix in (".message", ".msg", ".mbox")]
    return [(path.name, path.read_bytes()) for path in paths]


def test_what_dkimpy_signs_holds_here(score):
    """
    Its letters signed by it in every form: each verifies here and there, and breaks in both when a word is added.
    """
    import dkim

    world = Texts({"sel._domainkey.example.com": f"v=DKIM1; p={P}"})
    right, count, wrong = 0, 0, []
    for name, letter in letters():
        for form in FORMS:
            try:
                field = dkim.DKIM(letter).sign(b"sel", b"example.com", PEM, canonicalize=form)
            except dkim.DKIMException:
                continue  # no From to sign
            count += 1
            whole, *_ = world.read(dkim_results(read_message(field + letter), 2**33))
            broken, *_ = world.read(dkim_results(read_message(field + letter + b"word\n"), 2**33))
            words = (whole.result, whole.second.word, broken.result, broken.second.word)
            right += words == ("pass", "pass", "fail", "fail")
            if words != ("pass", "pass", "fail", "fail"):
                wrong.append((name, form, words, str(whole.reason), str(whole.second.reason)))
    score(f"DKIM, letters of dkimpy signed by it: {right} of {count}")

    assert [] == wrong
    assert count


def test_letters_that_dkimpy_was_tested_with(score):
    """
    RFC 8463's own letter holds twice; one that Exim signed with Ed25519 once.
    """
    known = json.loads(corpus("dkim/go-msgauth/dns.json").read_text(encoding="utf-8"))
    known["test._domainkey.football.example.com"] = text("test.txt")  # as RFC 8463 appendix A.2 publishes it
    keys = Texts(known | {"sed._domainkey.test.ex": text("eximtest.dns")})
    found = {}
    for name in ("rfc6376.signed.msg", "ed25519test2.msg"):
        message = read_message(corpus(f"{DKIMPY}/{name}").read_bytes())
        found[name] = [(one.result, one.second.word) for one in keys.read(dkim_results(message, NOW))]
    score(
        f"DKIM, letters with signatures (dkimpy): {sum(len(r) for r in found.values())} verified as by dkimpy"
    )

    assert {"rfc6376.signed.msg": [("pass", "pass")] * 2, "ed25519test2.msg": [("pass", "pass")]} == found


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_that_dkimpy_was_tested_with(name):
    """
    A key is taken, or refused for what it says.
    """
    record = text(name)
    data = b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=%s; b=AA==\r\nFrom: a@a.example\r\n\r\n"
    letter = read_message(data % (b"A" * 43 + b"="))
    (one,) = Texts({"s._domainkey.a.example": record}).read(dkim_results(letter, NOW))

    assert (KEYS[name] or "DKIM_SIG_BROKEN") == one.code
    assert (parse_dkim_key(record).value is not None) == (KEYS[name] not in ("DKIM_VERSION", "DKIM_P_BASE64"))


def test_degenerate_folding_is_legal():
    """
    Folds between every tag are read (Debian bug 711751, among dkimpy's letters).
    """
    field = read_message(corpus(f"{DKIMPY}/test2.message").read_bytes()).first("dkim-signature")

    assert field is not None
    assert read_signature(field, "dkim").problem is None


def test_no_letter_of_the_folder_makes_verifying_raise():
    """
    With and without keys.
    """
    for _, letter in letters():
        for one in Texts({}).read(dkim_results(read_message(letter), NOW)):
            assert one.result in ("permerror", "fail")


def examples():
    """Title, method, authenticated domain and author's domain of each example of alignment."""
    page = corpus("dmarc/dmarcbis-examples/appendix_b.txt").read_text(encoding="utf-8")
    page = page.partition("B.2.  Domain Owner Example")[0]
    proven = r"(?:MAIL FROM: <[^@]+@([\w.]+)>|DKIM-Signature: [^\n]*d=([\w.]+);)"
    pattern = rf"Example \d: ([^:]+):\s.*?{proven}.*?\bFrom: [^@]+@([\w.]+)"
    for title, sender, signer, author in re.findall(pattern, page, re.DOTALL):
        yield title, "spf" if sender else "dkim", sender or signer, author


def test_every_example_of_alignment_of_the_draft(score):
    """
    Appendix B.1: strict, relaxed and none, for SPF and for DKIM.
    """
    world = Texts({"_dmarc.example.com": "v=DMARC1; p=reject", "_dmarc.example.net": "v=DMARC1; p=reject"})
    strict = Texts({"_dmarc.example.com": "v=DMARC1; p=reject; aspf=s; adkim=s"})
    wrong, count = [], 0
    for title, method, domain, author in examples():
        count += 1
        passed = DkimResult("pass", Signature("dkim", Field(b"", "", b""), domain, "s"))
        signed = (passed,) if method == "dkim" else ()
        spf = SpfResult("pass", "", domain, "mailfrom") if method == "spf" else None
        (relaxed,) = world.read(dmarc_results((author,), spf, signed))
        (exact,) = strict.read(dmarc_results((author,), spf, signed))
        expected = (
            ("fail", "fail") if title.startswith("No") else ("pass", "pass" if "Strict" in title else "fail")
        )
        if expected != (relaxed.result, exact.result):
            wrong.append((title, relaxed.result, exact.result))
    score(f"Examples of alignment (DMARC, appendix B.1): {count - len(wrong)} of {count}")

    assert [] == wrong
    assert 6 == count


def test_every_organizational_domain_of_opendmarc(score):
    """
    By the public suffix list as RFC 7489 reads it; the row of escaped octets is no domain name.
    """
    rows = json.loads(corpus("dmarc/opendmarc/org_domain.json").read_text(encoding="utf-8"))
    rows = [row for row in rows if "\\" not in row["domain"]]
    wrong = [(row, organizational_domain(row["domain"])) for row in rows]
    wrong = [(row, ours) for row, ours in wrong if ours != row["org_domain"]]
    score(f"Organizational domains (OpenDMARC): {len(rows) - len(wrong)} of {len(rows)}")

    assert [] == wrong
