"""
Exact sets of addresses as sorted ranges of integers: the arithmetic under the SPF proof.

IPv4 and IPv6 are two worlds and never mix: a set knows its width. Ranges are inclusive, sorted,
disjoint and never adjacent, so that equal sets have equal ranges. Costs are linear in the ranges
that overlap: sets of tens of thousands of ranges are joined in milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network

Range = tuple[int, int]

IPV4 = 32  # bits of an address
IPV6 = 128

CIDRS_PER_RANGE = 8  # a range that needs more is shown as "first-last": a choice of presentation


@dataclass(frozen=True, slots=True)
class AddressSet:
    """
    Addresses of one family: ``bits`` is 32 or 128, ``ranges`` are (first, last) pairs as above.

    Made by `of`, `everything` or `nothing`; joined by ``|``, ``&`` and ``-``. Any other width is
    a toy world for tests; it has no presentation form.
    """

    bits: int
    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, bits: int, ranges: Iterable[Range]) -> AddressSet:
        """The set of all addresses in some ranges, which may overlap and come in any order."""
        return cls(bits, tuple(_joined(sorted(ranges))))

    @classmethod
    def block(cls, bits: int, address: int, prefix: int) -> AddressSet:
        """The CIDR block an address is in; the bits behind the prefix do not count (RFC 7208 section 5.6)."""
        return cls(bits, (block(bits, address, prefix),))

    @classmethod
    def presented(cls, bits: int, words: Iterable[str]) -> AddressSet:
        """The set that `presentation` shows; words of the other family do not count. Raises ValueError."""
        ranges = []
        for word in words:
            first, _, last = word.partition("-")
            if (":" in word) is (bits == IPV6):
                edges = (ip_network(first), ip_network(last or first))
                ranges.append((int(edges[0].network_address), int(edges[1].broadcast_address)))
        return cls.of(bits, ranges)

    @classmethod
    def everything(cls, bits: int) -> AddressSet:
        """All addresses of a width."""
        return cls(bits, ((0, (1 << bits) - 1),))

    @classmethod
    def nothing(cls, bits: int) -> AddressSet:
        """The empty set."""
        return cls(bits)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, address: int) -> bool:
        at = bisect_right(self.ranges, (address, 1 << self.bits)) - 1
        return at >= 0 and self.ranges[at][1] >= address

    def __len__(self) -> int:
        """The number of ranges; `size` is the number of addresses."""
        return len(self.ranges)

    @property
    def size(self) -> int:
        """The number of addresses."""
        return sum(last - first + 1 for first, last in self.ranges)

    def __or__(self, other: AddressSet) -> AddressSet:
        if not other.ranges:
            return self
        if not self.ranges:
            return other
        return AddressSet.of(self.bits, self.ranges + other.ranges)

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.bits, tuple(_common(self.overlapping(other), other.overlapping(self))))

    def __sub__(self, other: AddressSet) -> AddressSet:
        start, end = self._touched(other)
        if start >= end:
            return self
        rest = tuple(_without(self.ranges[start:end], other.overlapping(self)))
        return AddressSet(self.bits, self.ranges[:start] + rest + self.ranges[end:])

    def overlapping(self, other: AddressSet) -> tuple[Range, ...]:
        """The ranges that lie, at least in part, between the other set's first and last address."""
        start, end = self._touched(other)
        return self.ranges[start:end]

    def _touched(self, other: AddressSet) -> tuple[int, int]:
        if not other.ranges:
            return 0, 0
        start = bisect_left(self.ranges, other.ranges[0][0], key=_last)
        return start, bisect_right(self.ranges, other.ranges[-1][1], key=_first)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """The fewest CIDR blocks that make up the set, as (address, prefix length), in order."""
        for first, last in self.ranges:
            yield from _blocks(self.bits, first, last)

    def cidrs(self) -> tuple[str, ...]:
        """The fewest CIDR blocks in presentation form, such as ``192.0.2.0/24``."""
        return tuple(f"{shown(self.bits, address)}/{prefix}" for address, prefix in self.blocks())

    def presentation(self) -> tuple[str, ...]:
        """CIDR blocks, but ``first-last`` for a range that needs many of them (what a complement is made of)."""
        words: list[str] = []
        for first, last in self.ranges:
            blocks = list(_blocks(self.bits, first, last))
            if len(blocks) <= CIDRS_PER_RANGE:
                words += [f"{shown(self.bits, address)}/{prefix}" for address, prefix in blocks]
            else:
                words.append(f"{shown(self.bits, first)}-{shown(self.bits, last)}")
        return tuple(words)


def block(bits: int, address: int, prefix: int) -> Range:
    """The first and the last address of a CIDR block."""
    host = (1 << (bits - prefix)) - 1
    return address & ~host, address | host


def shown(bits: int, address: int) -> str:
    """An address in presentation form; IPv6 as RFC 5952 writes it."""
    return str(IPv4Address(address) if bits == IPV4 else IPv6Address(address))


def _first(pair: Range) -> int:
    return pair[0]


def _last(pair: Range) -> int:
    return pair[1]


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Sorted ranges with those joined that overlap or touch."""
    current: Range | None = None
    for first, last in ranges:
        if current is None:
            current = first, last
        elif first > current[1] + 1:
            yield current
            current = first, last
        elif last > current[1]:
            current = current[0], last
    if current is not None:
        yield current


def _common(left: tuple[Range, ...], right: tuple[Range, ...]) -> Iterator[Range]:
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            yield first, last
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1


def _without(ranges: tuple[Range, ...], holes: tuple[Range, ...]) -> Iterator[Range]:
    j = 0
    for first, last in ranges:
        while j < len(holes) and holes[j][1] < first:
            j += 1
        at = j
        while at < len(holes) and holes[at][0] <= last:
            if first < holes[at][0]:
                yield first, holes[at][0] - 1
            first = holes[at][1] + 1
            at += 1
        if first <= last:
            yield first, last
        j = max(j, at - 1)


def _blocks(bits: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The fewest blocks of a range: each is the largest that starts where the one before ended (RFC 4632)."""
    while first <= last:
        aligned = (first & -first).bit_length() - 1 if first else bits
        room = (last - first + 1).bit_length() - 1
        width = min(aligned, room)
        yield first, bits - width
        first += 1 << width
