"""Names whose addresses a proxy answers with its own: the record is there, what the world sees is in no file."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mailsetup.model.message import Message, say

PROXIED_TYPES = frozenset({"A", "AAAA", "CNAME"})


def addresses_of(owner: str) -> set[tuple[str, str]]:
    """What is unknown of a proxied name: the proxy answers in both families."""
    return {(owner, "A"), (owner, "AAAA")}


def proxied_notes(file: str, zone: str, hidden: Collection[tuple[str, str]]) -> Iterator[Message]:
    """What is said of proxied names."""
    if hidden:
        yield say(
            "{file}: {count} {count:name|names} of {zone} {count:is|are} proxied; "
            "the service answers with its own addresses, which no"
            " file tells",
            file=file,
            count=len(hidden) // 2,
            zone=zone,
        )
