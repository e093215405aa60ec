"""Files and certificates that others publish: whatever they hold, reading them is bounded and raises nothing."""

from __future__ import annotations

import base64
import gzip
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.grammar.autoconfig import autoconfig_fault
from mailsetup.grammar.bimi import is_bimi, is_https, parse_bimi
from mailsetup.grammar.certificate import name_matches, parse_certificate
from mailsetup.grammar.mark_certificate import read_mark_file, same_logo
from mailsetup.grammar.mta_sts import mx_matches, parse_sts, parse_sts_policy, policy_lines
from mailsetup.grammar.svg_tiny import FILE_LIMIT, read_logo
from mailsetup.grammar.tls_rpt import parse_tls_rpt
from mailsetup.grammar.tlsa import matches_chain, matches_leaf, usable
from mailsetup.model.dns import TLSA
from tests.corpora import corpus
from tests.servers.certificates import Made, authority, certificate, chain_of, pem_of_mark

LATER = datetime(2036, 1, 1, tzinfo=UTC)
LEAF = chain_of(Made(("mail.example.com",), LATER))[0]
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 1 1"><title>t</title>'


@given(st.binary(max_size=300) | st.integers(0, len(LEAF)).map(lambda n: LEAF[:n] + b"\xff" + LEAF[n + 1 :]))
def test_no_octets_make_a_reader_raise(data: bytes) -> None:
    """
    Random octets, and a certificate with any one octet spoiled.
    """
    parse_certificate(data)
    read_mark_file(data)
    read_mark_file(b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(data) + b"\n-----END CERTIFICATE-----")
    read_logo(data)
    read_logo(b"\x1f\x8b" + data)
    autoconfig_fault(data)
    policy_lines(data.decode("latin-1"))


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_makes_a_record_raise(text: str, name: str) -> None:
    """
    Whatever stands at a protocol's name.
    """
    parse_bimi("v=BIMI1;" + text)
    parse_sts_policy(text)
    mx_matches(text, name)
    name_matches(text, name)


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><svg>&j;</svg>"
).encode()


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><svg>&e;</svg>',
        b"<g>" * 200_000,
        b"<svg " + b"a" * 500_000,
        b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 200_000 + b"</svg>",
        gzip.compress(b"x" * (64 * FILE_LIMIT)),
        b"\x1f\x8b\x08\x00broken",
        b'<?xml version="1.0" encoding="utf-7"?><svg/>',
    ],
)
def test_bombs_are_faults(data: bytes) -> None:
    """
    Entities, depth, breadth and a file that unpacks into 64 MB: a fault each, within a second or two.
    """
    began = time.process_time()

    assert read_logo(data).faults
    assert autoconfig_fault(data) is not None
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("inside", "word"),
    [
        ("<script>1</script>", "script"),
        ('<image href="https://example.net/x.png"/>', "image"),
        ('<use href="https://example.net/x.svg#a"/>', "outside"),
        ('<rect fill="url(https://example.net/x)"/>', "outside"),
        ('<rect onclick="x()"/>', "onclick"),
        ('<rect><animate attributeName="x"/></rect>', "animate"),
        ('<foreignObject xmlns="http://www.w3.org/2000/svg"/>', "foreignObject"),
        ('<style>@import "https://example.net/x.css";</style>', "style"),
        ('<filter id="f"/>', "filter"),
        ('<defs><clipPath id="c"/></defs>', "clipPath"),
        ('<mask id="m"/>', "mask"),
        ('<?xml-stylesheet href="https://example.net/x.css"?>', "outside"),
    ],
)
def test_what_the_profile_forbids_is_named(inside: str, word: str) -> None:
    """
    Nothing that runs, moves or comes from elsewhere.
    """
    faults = " ".join(map(str, read_logo(f"{HEAD}{inside}</svg>".encode()).faults))

    assert word in faults


@pytest.mark.parametrize(
    "inside",
    [
        "",
        '<use href="#a"/>',
        '<rect fill="url(#g)"/>',
        '<rect fill="url( #g )"/>',
        "<g><path d='M0 0'/></g>",
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><text><tspan>a</tspan></text>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    ],
)
def test_what_the_profile_allows_is_no_fault(inside: str) -> None:
    """
    References within the file, and plain shapes; packed or not.
    """
    data = f"{HEAD}{inside}</svg>".encode()

    assert () == read_logo(data).faults == read_logo(gzip.compress(data)).faults


def test_a_real_logo_has_no_fault() -> None:
    """
    A logo that mail providers show.
    """
    logo = read_logo((corpus("mtasts-tlsrpt-bimi") / "mail-bimi" / "svg" / "FM-good.svg").read_bytes())

    assert ((), True) == (logo.faults, logo.square)


def test_a_mark_certificate_gives_its_logo_back() -> None:
    """
    Names, usage and the picture inside; line ends do not make another picture of it.
    """
    svg = HEAD + "</svg>\n"
    mark = read_mark_file(pem_of_mark(["example.com"], LATER, svg))

    assert mark.leaf is not None and mark.logo is not None
    assert (("example.com",), True) == (mark.leaf.names, mark.for_marks)
    assert same_logo(mark.logo, svg.replace("\n", "\r\n").encode())
    assert not same_logo(mark.logo, b"<svg/>")


def test_tlsa_records_match_leaf_or_authority() -> None:
    """
    Usage 3 looks at the leaf, usage 2 at an authority that was sent and whose signature leads down to it.
    """
    made = Made(("mail.example.com",), LATER)
    leaf, issuer = (parse_certificate(der) for der in chain_of(made))
    stranger = parse_certificate(
        certificate(Made(("x.example",), LATER, "self", "ec2")).public_bytes(Encoding.DER)
    )
    assert leaf is not None and issuer is not None and stranger is not None
    assert authority().public_bytes(Encoding.DER) == issuer.der

    whole = TLSA(3, 0, 0, leaf.der)
    anchor = TLSA(2, 0, 0, issuer.der)
    assert (True, True, False) == (usable(whole), matches_leaf(whole, leaf), matches_leaf(whole, issuer))
    assert (True, False) == (matches_chain(anchor, (leaf, issuer)), matches_chain(anchor, (leaf,)))
    assert not matches_chain(TLSA(2, 0, 0, stranger.der), (leaf, stranger))


def test_real_records_are_read_as_checkdmarc_reads_them(score: Any) -> None:
    """
    MTA-STS, TLS-RPT and BIMI records that others publish: the same are valid, the same are not.
    """
    from checkdmarc.bimi import parse_bimi_record
    from checkdmarc.mta_sts import parse_mta_sts_record
    from checkdmarc.smtp_tls_reporting import parse_smtp_tls_reporting_record

    def sound_bimi(text: str) -> bool:
        record = parse_bimi(text)
        logo = record.logo == "" or (record.logo is not None and is_https(record.logo))
        return is_bimi(text) and logo and (not record.evidence or is_https(record.evidence))

    readers = {
        "MTASTS": (parse_mta_sts_record, lambda text: parse_sts(text).value is not None),
        "TLSRPT": (parse_smtp_tls_reporting_record, lambda text: parse_tls_rpt(text).value is not None),
        "BIMI": (parse_bimi_record, sound_bimi),
    }
    lines = (corpus("dns-real") / "mtasts_tlsrpt_bimi_all.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    differing = []
    for row in rows:
        theirs, ours = readers[row["type"]]
        if _accepts(theirs, row["value"]) != ours(row["value"]):
            differing.append(row["value"])
    score(
        f"checkdmarc on real MTA-STS, TLS-RPT and BIMI records: {len(rows) - len(differing)} of {len(rows)} agree"
    )
    assert [] == differing


def _accepts(reader: Any, text: str) -> bool:
    try:
        reader(text)
    except Exception:  # checkdmarc's word for invalid is any of its exceptions
        return False
    return True


def test_a_certificate_file_of_blanks_is_read_in_no_time() -> None:
    """
    A beginning without an end, and a megabyte of white space between.
    """
    began = time.process_time()

    assert () == read_mark_file(b"-----BEGIN CERTIFICATE-----" + b" " * 1_000_000 + b"-----END").chain
    assert time.process_time() - began < 2
