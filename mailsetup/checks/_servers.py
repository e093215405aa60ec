"""What an answer says, in a form in which two servers can be compared."""

from __future__ import annotations

from mailsetup.model.dns import DnsAnswer, dotted, present
from mailsetup.model.message import Message, say

SHOWN_CHARACTERS = 200


def said_by(answer: DnsAnswer, rdtype: str) -> tuple[str, ...] | None:
    """
    The records in a fixed order, nothing for absence, None when it is not known.

    Of an alias only the first target counts: an authoritative server does not follow it out of
    its zones, a resolver does.
    """
    if answer.aliases:
        return (f"CNAME {dotted(answer.aliases[0])}",)
    if answer.unknown:
        return None
    return tuple(sorted(present(record, rdtype) for record in answer.records))


def shown(said: tuple[str, ...]) -> str | Message:
    """Records in one line for a sentence, cut when they are many."""
    if not said:
        return say("nothing")
    text = " / ".join(said)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
