"""DMARC records: the suites of others, the laws of the parser, and where two standards read differently."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.grammar.dmarc import near_miss, parse_dmarc, read_as_7489
from mailsetup.grammar.tag_list import amended
from mailsetup.model.mail_records import Policy, Psd
from tests.corpora import corpus

# What RFC 7489 section 6.6.3 and RFC 9989 section 4.10.1 forgive: the record still counts, as p=none.
FORGIVEN = {"DMARC_P_MISSING", "DMARC_SP_INVALID", "DMARC_RUA_SCHEME", "DMARC_RUA_SYNTAX"}
ABBREVIATED = "v=DMARC1; p=n;"  # OpenDMARC takes "n" for "none"; no standard does
ORDER_IS_FREE = "v=DMARC1; sp=reject; p=reject"  # RFC 9989 section 4.7; 7489 wanted p in second place


def applies_9989(text):
    parsed = parse_dmarc(text)
    duplicate = any(fault.code == "DMARC_DUP_TAG" for fault in parsed.faults)
    return parsed.value is not None and parsed.value.applies and not duplicate


def applies_7489(text):
    parsed = read_as_7489(text)
    return (
        parsed.value is not None and parsed.value.applies and not {f.code for f in parsed.faults} - FORGIVEN
    )


def vectors(*names):
    return [case for name in names for case in json.loads(corpus(name).read_text(encoding="utf-8"))]


def test_every_vector_of_the_suites_for_7489_is_read_as_they_say():
    """
    mox 41 of 41; OpenDMARC 18 of 19, the last being an abbreviation of its own.
    """
    wrong = [
        case["input"]
        for case in vectors("dmarc/mox/dmarc_parse.json", "dmarc/opendmarc/dmarc_parse.json")
        if applies_7489(case["input"]) != (case["verdict"] == "valid")
    ]

    assert [ABBREVIATED] == wrong


def test_rfc_9989_differs_from_the_suites_only_where_it_says_so():
    """
    Broken pieces fall back to defaults (section 4.8), pct, rf and ri are gone (appendix C), order is free.
    """
    forgiven = {"adkim=bob", "aspf=bob", "rf=bob", "ri=bob", "pct=500", "rf=" + "0" * 33}
    expected = {f"v=DMARC1; p=none; {tag}".rstrip(";") for tag in forgiven} | {
        ORDER_IS_FREE,
        ABBREVIATED[:-1],
    }
    wrong = {
        case["input"].rstrip(";")
        for case in vectors("dmarc/mox/dmarc_parse.json", "dmarc/opendmarc/dmarc_parse.json")
        if applies_9989(case["input"]) != (case["verdict"] == "valid")
    }

    assert expected == wrong


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text):
    """
    Whatever DNS holds is read.
    """
    for candidate in (text, "v=DMARC1;" + text, "v=DMARC1; p=none; rua=" + text):
        parse_dmarc(candidate)
        read_as_7489(candidate)
        near_miss(candidate)
        amended(candidate, p="none")


TAGS = st.lists(
    st.tuples(
        st.sampled_from(
            ["p", "sp", "np", "adkim", "aspf", "t", "psd", "fo", "rua", "ruf", "pct", "rf", "ri", "x1", "Foo"]
        ),
        st.sampled_from(
            [
                "none",
                "quarantine",
                "REJECT",
                "r",
                "s",
                "y",
                "n",
                "u",
                "0",
                "1:d:s",
                "50",
                "afrf",
                "",
                "a=b",
                "mailto:a@example.com",
                "mailto:a@example.com!10m, https://x.example/r",
                "a@example.com",
            ]
        ),
    ),
    max_size=8,
)


@given(TAGS, st.sampled_from(["; ", ";", " ; "]))
def test_a_record_is_read_back_from_its_text(tags, between):
    """
    parse(str(record)) is the record.
    """
    record = parse_dmarc(between.join(["v=DMARC1", *(f"{name}={value}" for name, value in tags)])).value

    assert record is not None
    assert record == parse_dmarc(str(record)).value


def test_an_invalid_np_makes_the_whole_record_none():
    """
    RFC 9989 section 4.10.1; a reader of RFC 7489 does not know the tag and rejects.
    """
    text = "v=DMARC1; p=reject; np=never; rua=mailto:d@example.com"

    assert Policy.NONE is parse_dmarc(text).value.policy
    assert Policy.REJECT is read_as_7489(text).value.policy


def test_a_record_without_policy_and_reports_asks_for_nothing():
    """
    It is found, but there is no DMARC processing (RFC 9989 section 4.10.1).
    """
    record = parse_dmarc("v=DMARC1; psd=n").value

    assert (False, Psd.NO) == (record.applies, record.psd)


def test_a_fault_points_at_its_words():
    """
    The span covers the tag that is wrong.
    """
    text = "v=DMARC1; p=none; adkim=strict"
    (fault,) = parse_dmarc(text).faults

    assert "adkim=strict" == text[slice(*fault.span)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" v=DMARC1; p=none", "DMARC_LEADING_SPACE"),
        ("v=dmarc1; p=none", "DMARC_VERSION_FIRST"),
        ("p=none; v=DMARC1", "DMARC_VERSION_FIRST"),
        ("v=DMARC1 p=none", "DMARC_VERSION_FIRST"),
        ("v=DMARC1; p=none", ""),
        ("v=spf1 -all", ""),
        ("", ""),
    ],
)
def test_what_was_meant_as_a_record_is_told_from_what_was_not(text, code):
    """
    A near miss has the code of its flaw; other texts have none.
    """
    assert code == near_miss(text)


def test_an_amended_record_keeps_its_owners_order():
    """
    Only what is asked for changes.
    """
    text = "v=DMARC1;  p=none ; pct=50; rua=mailto:a@example.com;"

    assert "v=DMARC1; p=reject; np=reject; rua=mailto:a@example.com" == amended(
        text, drop=("pct",), p="reject", np="reject"
    )
