"""Laws of address sets, held against Python's own sets over a world of 64 addresses."""

from __future__ import annotations

import ipaddress
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.planning.address_sets import IPV4, IPV6, AddressSet

BITS = 6
ADDRESS = st.integers(0, (1 << BITS) - 1)
RANGES = st.lists(st.tuples(ADDRESS, ADDRESS).map(lambda pair: (min(pair), max(pair))), max_size=8)


def members(addresses: AddressSet) -> set[int]:
    """Every address, one by one."""
    return {a for first, last in addresses.ranges for a in range(first, last + 1)}


def brute(ranges: list[tuple[int, int]]) -> set[int]:
    """The same from the input, without the code under test."""
    return {a for first, last in ranges for a in range(first, last + 1)}


@given(RANGES)
def test_a_set_has_exactly_the_addresses_of_its_ranges(ranges):
    """
    Order, overlap and repetition of the input do not matter, and ranges come out canonical.
    """
    result = AddressSet.of(BITS, ranges)

    assert brute(ranges) == members(result)
    assert len(brute(ranges)) == result.size
    assert all(a[1] + 1 < b[0] for a, b in zip(result.ranges, result.ranges[1:], strict=False))


@settings(max_examples=400)
@given(RANGES, RANGES)
def test_union_intersection_and_difference_are_those_of_plain_sets(left, right):
    """
    The three operations agree with Python's sets, and equal sets compare equal.
    """
    a, b = AddressSet.of(BITS, left), AddressSet.of(BITS, right)

    assert brute(left) | brute(right) == members(a | b)
    assert brute(left) & brute(right) == members(a & b)
    assert brute(left) - brute(right) == members(a - b)
    assert (a - b) | (a & b) == a
    assert bool(brute(left) & brute(right)) == bool(a & b)


@given(RANGES, ADDRESS)
def test_membership_is_that_of_plain_sets(ranges, address):
    """
    ``in`` finds an address exactly when some range has it.
    """
    assert (address in brute(ranges)) == (address in AddressSet.of(BITS, ranges))


@given(RANGES)
def test_blocks_cover_the_set_exactly_and_no_two_can_be_joined(ranges):
    """
    Blocks are aligned, disjoint, complete, and no pair of siblings is left unjoined.
    """
    addresses = AddressSet.of(BITS, ranges)
    blocks = list(addresses.blocks())
    covered = [a for start, prefix in blocks for a in range(start, start + (1 << (BITS - prefix)))]

    assert sorted(members(addresses)) == covered
    assert all(start % (1 << (BITS - prefix)) == 0 for start, prefix in blocks)
    siblings = {(start ^ (1 << (BITS - prefix)), prefix) for start, prefix in blocks if prefix}
    assert not siblings & set(blocks)


def test_the_whole_world_is_one_block_in_each_family():
    """
    Everything is 0.0.0.0/0 or ::/0.
    """
    assert ("0.0.0.0/0",) == AddressSet.everything(IPV4).cidrs()
    assert ("::/0",) == AddressSet.everything(IPV6).cidrs()
    assert () == AddressSet.nothing(IPV6).cidrs()


def test_cidrs_are_those_of_the_standard_library():
    """
    A crooked range has the blocks `ipaddress` finds, in both families.
    """
    for bits, first, last in (
        (IPV4, "192.0.2.3", "192.0.3.77"),
        (IPV6, "2001:db8::5", "2001:db8:0:1::2"),
    ):
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
        expected = tuple(str(n) for n in ipaddress.summarize_address_range(low, high))

        assert expected == AddressSet.of(bits, [(int(low), int(high))]).cidrs()


def test_a_complement_is_shown_as_a_range_and_a_network_as_a_block():
    """
    What would take dozens of blocks is written first-last.
    """
    hole = AddressSet.block(IPV4, int(ipaddress.ip_address("198.51.100.7")), 32)

    assert ("198.51.100.7/32",) == hole.presentation()
    assert ("0.0.0.0-198.51.100.6", "198.51.100.8-255.255.255.255") == (
        AddressSet.everything(IPV4) - hole
    ).presentation()


def test_thirty_thousand_ranges_are_joined_and_taken_apart_quickly():
    """
    Large sets cost time in proportion to their ranges, not to its square.
    """
    many = [(i * 100, i * 100 + 9) for i in range(30_000)]
    others = [(i * 100 + 5, i * 100 + 14) for i in range(30_000)]
    started = time.perf_counter()
    a, b = AddressSet.of(IPV4, many), AddressSet.of(IPV4, others)
    union, common, rest = a | b, a & b, a - b
    elapsed = time.perf_counter() - started

    assert (30_000 * 15, 30_000 * 5, 30_000 * 5) == (union.size, common.size, rest.size)
    assert elapsed < 5  # seconds; about 0.15 on one core


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**20))))
def test_what_is_presented_is_read_back(pairs: list[tuple[int, int]]) -> None:
    some = AddressSet.of(IPV4, [(first, min(first + more, 2**32 - 1)) for first, more in pairs])

    assert some == AddressSet.presented(IPV4, some.presentation())
    assert not AddressSet.presented(IPV6, some.presentation())
