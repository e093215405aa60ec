"""Presentation form and back is the same record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.dns import CAA, DNSKEY, DS, MX, SOA, SRV, TLSA, TXT, Rdata, present
from mailsetup.planning.rdata_text import rdata

names = st.lists(st.text("abcxyz019-_", min_size=1, max_size=10), min_size=1, max_size=4).map(".".join)
numbers = st.integers(0, 65535)
octets = st.integers(0, 255)
records: st.SearchStrategy[tuple[str, Rdata]] = st.one_of(
    st.tuples(st.just("MX"), st.builds(MX, numbers, st.one_of(names, st.just("")))),
    st.tuples(st.just("SRV"), st.builds(SRV, numbers, numbers, numbers, names)),
    st.tuples(st.just("CNAME"), names),
    st.tuples(
        st.just("TXT"), st.lists(st.binary(max_size=255), min_size=1, max_size=4).map(lambda c: TXT(tuple(c)))
    ),
    st.tuples(st.just("SOA"), st.builds(SOA, names, names, *[st.integers(0, 2**32 - 1)] * 5)),
    st.tuples(
        st.just("CAA"), st.builds(CAA, octets, st.sampled_from(["issue", "iodef"]), st.binary(max_size=40))
    ),
    st.tuples(st.just("TLSA"), st.builds(TLSA, octets, octets, octets, st.binary(min_size=1, max_size=40))),
    st.tuples(st.just("DS"), st.builds(DS, numbers, octets, octets, st.binary(min_size=1, max_size=40))),
    st.tuples(
        st.just("DNSKEY"), st.builds(DNSKEY, numbers, octets, octets, st.binary(min_size=1, max_size=40))
    ),
)


@given(records)
def test_presentation_form_and_back_is_the_same(pair: tuple[str, Rdata]) -> None:
    """
    TXT with the lengths of its strings.
    """
    rdtype, record = pair
    chunks = [len(c) for c in record.chunks] if isinstance(record, TXT) else None

    assert record == rdata(present(record, rdtype), rdtype, chunks)


@pytest.mark.parametrize(
    ("text", "rdtype", "chunks"),
    [
        ("", "MX", None),
        ("ten mail.", "MX", None),
        ("1 2", "SRV", None),
        ("unquoted", "TXT", None),
        ('"a', "TXT", None),
        ('"\\999"', "TXT", None),
        ('"abc"', "TXT", [1, 1]),
        ("3 1 1 zz", "TLSA", None),
        ("x", "SOA", None),
    ],
)
def test_what_is_no_record_is_refused(text: str, rdtype: str, chunks: list[int] | None) -> None:
    """
    With ValueError and nothing else.
    """
    with pytest.raises(ValueError, match=r"\S"):
        rdata(text, rdtype, chunks)
