"""
What to do about an SPF record that does not fit or does not evaluate: what to move or flatten, with numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailsetup.model.message import Message, say
from mailsetup.walks.spf_tree import End, SpfLookup, SpfTree, broken

from .address_sets import IPV4, IPV6
from .spf_sets import LOOKUP_LIMIT, VOID_LIMIT, Lookup, evaluate, passes

REPLY_SIZE = 450  # octets of name and text that fit a plain UDP reply, RFC 7208 section 3.4
UDP_SIZE = 512  # octets of a reply without EDNS, RFC 1035 section 4.2.1
ADVICE_LIMIT = 4  # branches named; more than anybody moves in a day

_FAULTS = {
    End.NONE: 'receivers answer permerror to whoever is not matched before "{path}", which has no SPF record: '
    "remove or mend that term",
    End.NAME: 'receivers answer permerror to whoever is not matched before "{path}", which is not a name that '
    "can be asked for: remove or mend that term",
    End.SEVERAL: 'receivers answer permerror to whoever is not matched before "{path}", which has more than one '
    "SPF record: remove that term, or have its owner join them",
    End.FAULTY: 'receivers answer permerror to whoever is not matched before "{path}", whose SPF record has a '
    "syntax fault: remove that term, or have its owner mend it",
    End.LOOP: 'receivers answer permerror to whoever is not matched before "{path}", which leads back to itself: '
    "remove that term",
}


def open_questions(unsettled: Iterable[str], risky: set[str]) -> Iterator[Message]:
    """The terms that may make a difference nobody can compute; ``risky`` ones may cost somebody a pass."""
    for term in unsettled:
        if term in risky:
            yield say(
                'whom "{term}" lets through cannot be computed from DNS, and it does not stand the same before and '
                "after: check by hand that nobody is lost",
                term=term,
            )
        else:
            yield say(
                '"{term}" may change the result of addresses that do not pass today; whose, cannot be computed from DNS',
                term=term,
            )


def advice(name: str, text: str, size: int, tree: SpfTree, lookup: Lookup) -> Iterator[Message]:
    """
    What keeps a record from being evaluated, and what to do: faults first, then look-ups, voids, size.

    ``size`` is that of all TXT records at the name, in octets.
    """
    faulty = broken(tree)
    if faulty is not None and faulty.ended_by in _FAULTS:
        yield say(_FAULTS[faulty.ended_by], path=" > ".join(faulty.path))
    if tree.lookups > LOOKUP_LIMIT:
        yield from _lighter(name, tree, lookup)
    if tree.void_lookups > VOID_LIMIT:
        yield from _voids(tree)
    yield from _sizes(name, text, size)


def _lighter(name: str, tree: SpfTree, lookup: Lookup) -> Iterator[Message]:
    """Which branches to move or flatten, the heaviest first, until the rest fits."""
    yield say(
        "the record takes {count} DNS look-ups and receivers stop at {limit} (RFC 7208 section 4.6.4): "
        "{excess} must go",
        count=tree.lookups,
        limit=LOOKUP_LIMIT,
        excess=tree.lookups - LOOKUP_LIMIT,
    )
    left = tree.lookups
    for branch in sorted(tree.terms, key=lambda t: -t.lookups)[:ADVICE_LIMIT]:
        if left <= LOOKUP_LIMIT:
            return
        left -= branch.lookups
        blocks = _blocks(name, branch, lookup)
        common = {"term": str(branch.term), "count": branch.lookups, "left": left, "name": name}
        if blocks is None:
            yield say(
                '"{term}" takes {count} of them: send that mail from a sub-domain such as news.{name} with an SPF '
                "record of its own, and {left} remain here; it cannot be flattened, since it depends on the sender "
                "or on an answer that is missing",
                **common,
            )
        else:
            yield say(
                '"{term}" takes {count} of them: send that mail from a sub-domain such as news.{name} with an SPF '
                "record of its own, or replace it by its {blocks} {blocks:address block|address blocks} and renew "
                "them when they change; {left} remain here",
                blocks=blocks,
                **common,
            )
    if left > LOOKUP_LIMIT:
        yield say(
            "even without these {left} remain: replace includes by their addresses with "
            '"mailsetup spf flatten {name}", and renew them when they change',
            left=left,
            name=name,
        )


def _blocks(name: str, branch: SpfLookup, lookup: Lookup) -> int | None:
    """How many CIDR blocks a branch comes to; None when it has no set."""
    total = 0
    for bits in (IPV4, IPV6):
        word = str(branch.term).lstrip("+-~?")
        found = passes(evaluate(lookup, bits, name, [f"v=spf1 {word} -all"], limits=False))
        if found is None:
            return None
        total += sum(1 for _ in found.blocks())
    return total


def _at(term: object, name: str) -> Message:
    return say('"{term}" at {name}', term=str(term), name=name)


def _voids(tree: SpfTree) -> Iterator[Message]:
    family = 4 if len(tree.voids(4)) >= len(tree.voids(6)) else 6
    named = {
        f"at{n}": _at(term.term, node.name)
        for n, (node, term) in enumerate(tree.voids(family)[:ADVICE_LIMIT])
    }
    terms = Message(", ".join(f"{{{at}}}" for at in named), named)
    yield say(
        "{count} look-ups find nothing for IPv{family} senders and receivers stop after {limit} "
        "(RFC 7208 section 4.6.4): remove or mend {terms}",
        count=tree.void_lookups,
        family=family,
        limit=VOID_LIMIT,
        terms=terms,
    )


def _sizes(name: str, text: str, size: int) -> Iterator[Message]:
    own = len(name) + len(text)
    if own > REPLY_SIZE:
        yield say(
            "the record and its name have {own} octets; above {limit} a reply may not fit (RFC 7208 section 3.4): "
            "move part of it to a record of its own and include that",
            own=own,
            limit=REPLY_SIZE,
        )
    elif size > UDP_SIZE:
        yield say(
            "all TXT records at {name} together have {size} octets, above the {limit} of a plain UDP reply: "
            "remove verification texts that are no longer needed",
            name=name,
            size=size,
            limit=UDP_SIZE,
        )
