"""
Compound files: storages and streams in one file, as Outlook keeps its messages and templates in.

Version 3 with sectors of 512 octets (MS-CFB). Small streams share the sectors of a stream of their own. Equal
content gives equal octets: no times are written.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

SECTOR, SMALL_SECTOR = 512, 64  # octets
CUTOFF = 4096  # octets; a shorter stream lies in small sectors (MS-CFB section 2.2)
IN_HEADER = 109  # FAT sectors that the header names; more need sectors of their own (MS-CFB section 2.5)
NAME_LIMIT = 31  # UTF-16 units (MS-CFB section 2.6.1)
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_NO_CLASS = UUID(int=0)

Content = Mapping[str, "bytes | Content"]
"""Streams by name, and storages, which are mappings again."""


@dataclass
class _Entry:
    """One entry of the directory; numbers of others are filled in once all are known."""

    name: str
    kind: int
    data: bytes = b""
    class_id: UUID = _NO_CLASS
    color: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    inside: list[int] = field(default_factory=list)


class _Chains(NamedTuple):
    """Sectors and which one follows each."""

    octets: bytes
    following: list[int]


def compound_file(content: Content, class_id: UUID) -> bytes:
    """The file of a tree of streams; ``class_id`` says whose file it is. `ValueError` beyond seven megabytes."""
    entries = [_Entry("Root Entry", _ROOT, class_id=class_id)]
    _add(entries, 0, content)
    small = _laid([e for e in entries if e.kind == _STREAM and len(e.data) < CUTOFF], SMALL_SECTOR)
    entries[0].data = small.octets
    large = [entries[0], *(e for e in entries if e.kind == _STREAM and len(e.data) >= CUTOFF)]
    streams = _laid(large, SECTOR)
    sizes = (_sectors(128 * len(entries)), _sectors(4 * len(small.following)))
    used = len(streams.following) + sum(sizes)
    fat = _fat_sectors(used)
    if fat > IN_HEADER:
        raise ValueError("the streams of a compound file fill more than seven megabytes")
    directory, small_fat, first = fat, fat + sizes[0], fat + sum(sizes)
    for entry in large:
        entry.start += first if entry.start != _END else 0
    chain = [_FAT] * fat
    for at, size in ((directory, sizes[0]), (small_fat, sizes[1])):
        chain += [*range(at + 1, at + size), _END][:size]
    chain += [n + first if n != _END else n for n in streams.following]
    head = _header(fat, directory, small_fat if sizes[1] else _END, sizes[1])
    body = (
        _numbers(chain, fat),
        _padded(b"".join(map(_packed, entries)), _packed(_Entry("", 0))),
        _numbers(small.following, sizes[1]),
        streams.octets,
    )
    return head + b"".join(body)


def _add(entries: list[_Entry], parent: int, content: Content) -> None:
    """Entries of what a storage holds, and the tree by which it is found (MS-CFB section 2.6.4)."""
    own = []
    for name in sorted(content, key=lambda name: (len(name), name.upper())):
        if not 0 < len(name) <= NAME_LIMIT or not name.isascii():
            raise ValueError(f"{name!r} is no name of a stream")
        held = content[name]
        own.append(len(entries))
        if isinstance(held, bytes):
            entries.append(_Entry(name, _STREAM, held))
        else:
            entries.append(_Entry(name, _STORAGE))
            _add(entries, own[-1], held)
    entries[parent].child = _tree(entries, own, len(own).bit_length() - 1)


def _tree(entries: list[_Entry], own: Sequence[int], deeper: int) -> int:
    """The root of a balanced tree: black, but for the lowest row, which is red where it is not alone."""
    if not own:
        return _NONE
    middle = len(own) // 2
    root = entries[own[middle]]
    root.left = _tree(entries, own[:middle], deeper - 1)
    root.right = _tree(entries, own[middle + 1 :], deeper - 1)
    root.color = _BLACK
    for side in (root.left, root.right):
        if side != _NONE and deeper == 1:
            entries[side].color = _RED
    return own[middle]


def _laid(entries: Sequence[_Entry], size: int) -> _Chains:
    """The streams of entries one behind the other in sectors; each entry learns where it begins."""
    octets, following = bytearray(), list[int]()
    for entry in entries:
        count = -(-len(entry.data) // size)
        if not count:
            continue
        entry.start = len(following)
        following += [*range(entry.start + 1, entry.start + count), _END]
        octets += entry.data.ljust(count * size, b"\0")
    return _Chains(bytes(octets), following)


def _sectors(octets: int) -> int:
    return -(-octets // SECTOR)


def _fat_sectors(used: int) -> int:
    """How many sectors hold the numbers of all sectors, their own among them."""
    count = 0
    while count * (SECTOR // 4) < used + count:
        count += 1
    return count


def _numbers(chain: Sequence[int], sectors: int) -> bytes:
    room = sectors * (SECTOR // 4)
    return struct.pack(f"<{room}I", *chain, *[_FREE] * (room - len(chain)))


def _padded(octets: bytes, filler: bytes) -> bytes:
    return octets + filler * (-len(octets) % SECTOR // len(filler))


def _header(fat: int, directory: int, small_fat: int, small_count: int) -> bytes:
    """MS-CFB section 2.2."""
    fixed = struct.pack(
        "<8s16sHHHHH6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        0x003E,
        3,
        0xFFFE,
        SECTOR.bit_length() - 1,
        SMALL_SECTOR.bit_length() - 1,
        0,
        fat,
        directory,
        0,
        CUTOFF,
        small_fat,
        small_count,
        _END,
        0,
    )
    named = [*range(fat), *[_FREE] * (IN_HEADER - fat)]
    return fixed + struct.pack(f"<{IN_HEADER}I", *named)


def _packed(entry: _Entry) -> bytes:
    """MS-CFB section 2.6.1."""
    name = entry.name.encode("utf-16-le")
    empty = not entry.data
    return struct.pack(
        "<64sHBBIII16sI16xIQ",
        name,
        len(name) + 2 if name else 0,
        entry.kind,
        entry.color if entry.kind else _RED,
        entry.left,
        entry.right,
        entry.child,
        entry.class_id.bytes_le,
        0,
        (0 if entry.kind in (0, _STORAGE) else _END) if empty else entry.start,
        len(entry.data),
    )
