"""
What happened to a record on its way through a panel's form, where what stands there shows it.

Told beside what was expected: quotation marks that became part of the text, a key that was cut off, cut in two or
put into small letters, an alias entered as a text, a target without its final dot, a proxy in an alias's place.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from mailsetup.grammar.txt import unquoted
from mailsetup.model.dns import TXT, Rdata
from mailsetup.model.message import Message, say

CUT_LEAST = 128
"""Characters after which a form may cut a text off; a shorter beginning may be an older record."""
PIECES_LIMIT = 4  # records put together again in every order


def mistyped_text(wanted: Iterable[Rdata], found: Iterable[Rdata], before: Iterable[Rdata]) -> Message | None:
    """What became of one of the texts wanted, if a text found, that did not stand there ``before``, was meant to be it."""
    there = [r.text for r in found if isinstance(r, TXT)]
    old = {r.text for r in before if isinstance(r, TXT)}
    for record in wanted:
        if not isinstance(record, TXT) or record.text in there:
            continue
        pieces = _pieces(record.text, there)
        if pieces:
            return say(
                "it was cut into {count} records; enter it as the value of one, which may be longer than 255 characters",
                count=pieces,
            )
        said = next(filter(None, (_of_text(record.text, text) for text in there if text not in old)), None)
        if said is not None:
            return said
    return None


def _of_text(wanted: str, found: str) -> Message | None:
    whole, there = _squeezed(wanted), _squeezed(found)
    bare = _squeezed(unquoted(found))
    if bare == whole != there:
        return say("it stands there with quotation marks as part of it: enter it without them")
    if len(bare) >= CUT_LEAST and len(bare) < len(whole) and whole.startswith(bare):
        return say(
            "it was cut off: {there} of {whole} characters are there; copy it again, and if the form takes no more, "
            "enter it in quoted pieces of at most 255 characters",
            there=len(found),
            whole=len(wanted),
        )
    if whole != bare and whole.lower() == bare.lower():
        return say("capital and small letters were changed, and they are not the same in it; copy it again")
    return None


def _pieces(wanted: str, found: list[str]) -> int:
    """How many of the texts, one behind the other, are the one wanted; 0 if they are not."""
    whole = _squeezed(wanted)
    pieces = [
        p for p in (_squeezed(unquoted(text)) for text in found[: PIECES_LIMIT * 4]) if p and p in whole
    ]
    for count in range(2, min(len(pieces), PIECES_LIMIT) + 1):
        if any("".join(order) == whole for order in permutations(pieces[:PIECES_LIMIT], count)):
            return count
    return 0


def _squeezed(text: str) -> str:
    return "".join(text.split())


def relative(owner: str, targets: Iterable[str], wanted: Iterable[str]) -> str:
    """A target that was read as relative: a name without a final dot (RFC 1035 section 5.1); "" if there is none."""
    there = {name.lower() for name in targets}
    origins = owner.split(".")
    behind = [".".join(origins[i:]) for i in range(len(origins))]
    return next((name for name in wanted if any(f"{name.lower()}.{b}" in there for b in behind)), "")


def said_relative(name: str) -> Message:
    """What to do about it."""
    return say(
        "the DNS host put the name of the zone behind {exchange}: write it with a dot at its end, {exchange}., or as "
        "the form asks for names outside the domain",
        exchange=name,
    )


def mistyped_alias(wanted: Iterable[str], texts: Iterable[Rdata], *, addresses: bool) -> Message | None:
    """What stands in the place of an alias: its target as a text, or ``addresses``."""
    names = set(wanted)
    there = {unquoted(r.text).rstrip(".").lower() for r in texts if isinstance(r, TXT)}
    if names & there:
        return say("its target stands there as the text of a TXT record; delete that and add a CNAME record")
    if addresses:
        return say(
            "addresses stand there in place of the alias; if the DNS host has a proxy switched on for this record, "
            "switch it off, so that the alias itself is published"
        )
    return None
