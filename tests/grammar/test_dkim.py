"""DKIM key records: the suites of others and the laws of the parser."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.grammar.dkim import parse_dkim_key, rsa_key
from tests.corpora import corpus


def test_every_key_record_of_mox_is_read_as_it_says():
    """
    12 of 12.
    """
    cases = json.loads(corpus("dkim/mox/dkim_key_record_parse.json").read_text(encoding="utf-8"))
    wrong = [c["input"] for c in cases if parse_dkim_key(c["input"]).valid != (c["verdict"] == "valid")]

    assert [] == wrong


def test_real_keys_are_measured_as_a_cryptographic_library_measures_them():
    """
    Size and exponent of every RSA key in the population equal those of `cryptography`.
    """
    lines = corpus("dns-real/dkim_txt_all.jsonl").read_text(encoding="utf-8").splitlines()
    keys = {k for k in (parse_dkim_key(json.loads(line)["value"]).value for line in lines) if k and k.bits}
    for key in keys:
        numbers = load_der_public_key(key.public_key).public_numbers()

        assert (numbers.n.bit_length(), numbers.e) == (key.bits, key.exponent)
    assert keys


def test_both_wrappings_of_an_rsa_key_are_read():
    """
    SubjectPublicKeyInfo and bare RSAPublicKey are both met in DNS.
    """
    public = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    for shape, form in ((PublicFormat.SubjectPublicKeyInfo, "spki"), (PublicFormat.PKCS1, "pkcs1")):
        assert (form, 1024, 65537) == rsa_key(public.public_bytes(Encoding.DER, shape))


def test_an_ed25519_key_is_its_32_octets():
    """
    RFC 8463 section 4.
    """
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    text = base64.b64encode(raw).decode("ascii")
    key = parse_dkim_key(f"v=DKIM1; k=ed25519; p={text}").value

    assert ("raw", raw) == (key.form, key.public_key)


@pytest.mark.parametrize(
    ("tags", "sound"),
    [
        ("t=y", True),
        ("t=y:s", True),
        ("t= y : s ", True),
        ("t=x-1", True),
        ("t=", False),
        ("t=y:", False),
        ("t=y s", False),
        ("h=sha256:x-y9", True),
        ("h=", False),
        ("h=sha1,sha256", False),
        ("h=-a", False),
        ("s=*", True),
        ("s=email:*", True),
        ("s=", False),
        ("s=*email", False),
        ("n=", True),
        ("n=any thing = goes", True),
        ("x_9=", True),
        ("x-9=", False),
        ("9x=1", False),
        ("x", False),
        ("", False),
    ],
)
def test_a_piece_of_a_key_record_is_of_the_grammar_or_a_fault(tags, sound):
    """
    RFC 6376 sections 3.2 and 3.6.1.
    """
    assert parse_dkim_key(f"v=DKIM1; {tags}; p=").valid is sound
    assert parse_dkim_key(f"v=DKIM1;p=;{tags};").valid is sound


@given(st.binary(max_size=300))
def test_no_octets_make_the_key_reader_raise(data):
    """
    What is no key has no form.
    """
    rsa_key(data)
    rsa_key(b"\x30" + data)


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text):
    """
    Whatever DNS holds is read.
    """
    for candidate in (text, "v=DKIM1; p=" + text, "p=;" + text):
        parse_dkim_key(candidate)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["v", "k", "h", "s", "t", "g", "n", "x", "p"]),
            st.sampled_from(
                ["DKIM1", "rsa", "ed25519", "sha1:sha256", "email : *", "y:s", "", "bogus", "AAAA"]
            ),
        ),
        max_size=6,
    )
)
def test_a_key_is_read_back_from_its_text(tags):
    """
    parse(str(key)) is the key.
    """
    key = parse_dkim_key("; ".join(f"{name}={value}" for name, value in tags)).value
    if key is not None:
        assert key == parse_dkim_key(str(key)).value
