"""Laws of the text part, for any words: seventy columns in every kind of block, and addresses that stay whole."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import plain_text
from mailsetup.kit.letter import Block
from mailsetup.kit.signatures import plain

WORD = st.text(alphabet="abcdeжшщёß漢字éñ.,-'!?()", min_size=1, max_size=90)
TEXT = st.lists(WORD, min_size=1, max_size=25).map(" ".join)
ADDRESS = st.from_regex(
    r"https://[a-z]{1,12}\.example(?:/[a-z0-9_~%+-]{1,30}){0,5}(?:\?[a-z]=[a-z0-9]{1,9})?", fullmatch=True
)
MAILBOX = st.from_regex(
    r"[a-z0-9]{1,20}(?:[._+-][a-z0-9]{1,20}){0,4}@(?:[a-z0-9]{1,20}[.-]){0,4}[a-z]{1,20}\.example",
    fullmatch=True,
)
STOPS = st.sampled_from(["", ".", ",", ")", ".)", "!", "?", ";", ":", "»", "…"])
KINDS = ("text", "heading", "list", "steps", "quote", "notice", "greeting")


def blocks(text: str) -> list[Block]:
    """The text in every kind of block that shows one."""
    plain = [Block(kind, ((text,), (text,))) for kind in KINDS]
    pairs = Block("pairs", ((text[:30], text), ("a", text)))
    table = Block("table", (("head", text, "b"), ("row", text, "1,00"), ("total", text[:40], "2,00")))
    return [*plain, pairs, table, Block("closing", ((text, text[:20]),))]


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_no_block_is_wider_than_seventy_columns(text: str) -> None:
    """
    Only a line that is an address may be longer.
    """
    for block in blocks(text):
        wide = [line.text for line in plain_text.of_blocks([block]) if plain_text.width(line.text) > 70]

        assert (block.kind, []) == (block.kind, wide)


@given(TEXT, ADDRESS, STOPS, TEXT)
@settings(max_examples=200, deadline=None)
def test_an_address_is_never_altered(before: str, address: str, stop: str, after: str) -> None:
    """
    Whatever stands around it, the address stands whole in the text, with nothing glued to its end.
    """
    for text in (f"{before} {address}{stop} {after}", f"{before} {address}{stop}"):
        shown = "\n".join(line.text for line in plain_text.of_blocks([Block("text", ((text,),))]))

        assert re.search(rf"(?<!\S){re.escape(address)}(?!\S)", shown)


@given(TEXT, st.one_of(ADDRESS, MAILBOX), TEXT)
@settings(max_examples=100, deadline=None)
def test_no_address_is_cut_in_any_block(before: str, address: str, after: str) -> None:
    """
    Of the web or a mailbox, in running text, lists, pairs and tables: it stands in one line, and alone where it
    is wider than the others may be.
    """
    for block in blocks(f"{before} {address} {after}"):
        lines = [line.text for line in plain_text.of_blocks([block])]
        wide = [line for line in lines if plain_text.width(line) > 70]

        assert any(address in line.split() for line in lines)
        assert [] == [line for line in wide if len(line.split()) > 1 + line.startswith(("-", ">", "1", "2"))]


@given(TEXT, st.one_of(ADDRESS, MAILBOX), TEXT)
@settings(max_examples=100, deadline=None)
def test_no_address_is_cut_in_a_signature(before: str, address: str, after: str) -> None:
    """
    The same for the text of signatures, whose other lines keep to seventy columns.
    """
    lines = list(plain.wrapped(f"{before} {address} {after}"))

    assert any(address in line.split() for line in lines)
    assert [] == [line for line in lines if plain.width(line) > 70 and line != address]


@given(TEXT, ADDRESS, STOPS, TEXT)
@settings(max_examples=100, deadline=None)
def test_what_is_mended_stays_mended(before: str, address: str, stop: str, after: str) -> None:
    """
    Shown once more, an address and what follows it are as they were.
    """
    once = plain_text._shown(f"{before} {address}{stop} {after}")

    assert once == plain_text._shown(once)
