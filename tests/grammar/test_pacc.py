"""The digest record of automatic configuration: read back as written, and nothing makes reading fail."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.grammar.pacc import is_pacc, names_servers, pacc_digest, pacc_record


@given(st.binary(max_size=300))
def test_a_record_holds_the_digest_of_its_file(body: bytes) -> None:
    """
    What is written for a file is what a program computes of it.
    """
    record = pacc_record(body)

    assert (True, hashlib.sha256(body).digest()) == (is_pacc(record), pacc_digest(record))


@given(st.text(max_size=200), st.binary(max_size=200))
def test_no_text_and_no_file_makes_reading_fail(text: str, body: bytes) -> None:
    """
    A digest has 32 octets or there is none; a file names servers or it does not.
    """
    assert len(pacc_digest("v=UAAC1; " + text) or bytes(32)) == 32
    assert is_pacc(text) in (True, False)
    assert names_servers(body) in (True, False)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"protocols": {}}', b"[]", b"\xff", b"null"])
def test_a_file_without_servers_is_none(body: bytes) -> None:
    """
    Not JSON, not an object, or nothing in it; however deep.
    """
    assert not names_servers(body)


@pytest.mark.parametrize(
    "text",
    [
        "a=sha256;d={d};v=UAAC1",
        " v = uaac1 ; x=later; a = SHA256 ; d = {d} ; ",
        "d={d}; v=UAAC1; a=sha256;",
    ],
)
def test_tags_stand_in_any_order(text: str) -> None:
    """
    White space, a last semicolon and tags of later versions do not count either.
    """
    digest = base64.b64encode(bytes(32)).decode()
    record = text.replace("{d}", digest)

    assert (True, bytes(32)) == (is_pacc(record), pacc_digest(record))
