"""
Flattening SPF: includes, hosts and redirects replaced by the addresses they stand for today, with the proof.

Term by term, in order, each qualifier kept, so that first match stays first match. What has no set
(macros, ``ptr``, ``exists``) or could not be read stays as it is and is named. A record that grows
too long is spread over records of its own, which are included.

Decisions
---------
- A flattened record is a copy that ages: providers change their addresses without telling anybody.
  It says so, with its date, and says too when flattening was not needed.
- ``exists`` is kept even where it has an answer: it is a switch somebody means to turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from mailsetup.grammar.spf import VERSION, is_spf, parse_spf
from mailsetup.grammar.spf_macro import target_name
from mailsetup.model.dns import DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.message import Message, say
from mailsetup.model.plan import SpfProof
from mailsetup.model.records import Mechanism, Modifier, SpfRecord
from mailsetup.model.retold import as_message
from mailsetup.model.walk import Walk, ask_one, until_answered

from .address_sets import IPV4, AddressSet, shown
from .spf_advice import REPLY_SIZE
from .spf_proof import FAMILIES, proof
from .spf_sets import LOOKUP_LIMIT, Lookup, evaluate, literal, passes, pin, record_at

REDIRECT_LIMIT = 10  # redirects followed; each is a look-up, RFC 7208 section 4.6.4
PART_LIMIT = 99  # numbers tried for the records it is spread over; only ten can be included
INLINE_WORDS = 3  # a group this small is not worth a record and a look-up of its own


class Kept(NamedTuple):
    """A term that was not replaced, and why."""

    term: str
    reason: Message


@dataclass(frozen=True, slots=True)
class Flattened:
    """
    ``text`` is the flattened record of ``name`` and ``parts`` the records it includes, by name.

    ``text`` is ``""`` when there is nothing to flatten; ``notes`` then say why. ``blocks`` is the
    number of CIDR blocks in all. ``proof`` holds the old record against the new one, both read as
    they are meant, without the limit of ten look-ups; ``equal`` says that no address gets anything
    else, and ``proof.fits`` whether receivers can evaluate the new one. ``unread`` says how the
    question for the record ended when it brought no usable answer.
    """

    name: str
    before: str
    text: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    blocks: int = 0
    proof: SpfProof | None = None
    notes: tuple[Message, ...] = ()
    unread: Outcome | None = None

    @property
    def equal(self) -> bool:
        """Whether the proof holds: nobody lost, nobody added, nothing unsettled."""
        return self.proof is not None and not (self.proof.lost or self.proof.added or self.proof.unsettled)


class _Group(NamedTuple):
    """Addresses that get one qualifier, both families."""

    qualifier: str
    sets: tuple[AddressSet, ...]

    def words(self) -> list[str]:
        """The fewest ip4 and ip6 terms, without qualifier."""
        return [
            f"{'ip4' if s.bits == IPV4 else 'ip6'}:{shown(s.bits, a)}" + (f"/{p}" if p < s.bits else "")
            for s in self.sets
            for a, p in s.blocks()
        ]


@dataclass(slots=True)
class _Flat:
    """A record being flattened: groups and kept words in order, then how it ends."""

    steps: list[_Group | str] = field(default_factory=list)
    ending: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def flatten(
    name: str, text: str | None = None, *, keep: Sequence[str] = (), as_of: str = ""
) -> Walk[Flattened]:
    """
    The SPF record of ``name`` as addresses, with its proof.

    ``text`` None means the record that is published. ``keep`` are terms to leave as they are;
    ``as_of`` is the ISO date or time the answers are from, which the notes repeat.
    """
    if text is None:
        answer = yield from ask_one(name, "TXT")
        texts = tuple(t for t in answer.texts if is_spf(t))
        if answer.unknown or len(texts) != 1:
            return _nothing(name, texts, answer.outcome if answer.unknown else None)
        text = texts[0]
    record = parse_spf(text)
    if record.value is None or record.faults:
        faults = tuple(fault.text for fault in record.faults)
        return Flattened(name, text, notes=(say("the record has a fault; mend it first"), *faults))
    made = yield from until_answered(lambda lookup: _made(name, text, keep, lookup))
    planned = {(owner, "TXT"): (part,) for owner, part in made.parts.items()}
    proven = yield from proof(name, text, made.text, planned=planned, limits=False)
    notes = tuple(_notes(made, proven, as_of))
    return Flattened(name, text, made.text, made.parts, made.kept, made.blocks, proven, notes)


def _nothing(name: str, texts: tuple[str, ...], unread: Outcome | None) -> Flattened:
    if unread is not None:
        note = say(
            "the TXT records at {name} could not be read ({outcome}); try again",
            name=name,
            outcome=as_message(unread.value),
        )
    elif texts:
        note = say("{name} has {count} SPF records; join them into one first", name=name, count=len(texts))
    else:
        note = say("{name} has no SPF record", name=name)
    return Flattened(name, "\n".join(texts), notes=(note,), unread=unread)


def _made(name: str, text: str, keep: Sequence[str], lookup: Lookup) -> Flattened:
    flat = _Flat()
    _walk(
        flat,
        parse_spf(text).value or SpfRecord(),
        name,
        name,
        {k.lower() for k in keep},
        lookup,
        REDIRECT_LIMIT,
    )
    steps = list(_joined(flat.steps))
    groups = [step for step in steps if isinstance(step, _Group)]
    whole = _text(steps, flat.ending)
    parts: dict[str, str] = {}
    if len(name) + len(whole) > REPLY_SIZE:
        whole = _text(list(_spread(steps, name, lookup, parts)), flat.ending)
    return Flattened(name, text, whole, parts, tuple(flat.kept), sum(len(g.words()) for g in groups))


def _walk(
    flat: _Flat, record: SpfRecord, domain: str, origin: str, keep: set[str], lookup: Lookup, room: int
) -> None:
    """A record's terms in order; a redirect goes on with the target's (RFC 7208 section 6.1)."""
    for mechanism in record.mechanisms:
        if mechanism.name == "all":
            flat.ending = [str(mechanism), *_modifiers(record, domain, origin)]
            return
        flat.steps.append(_step(flat, mechanism, domain, origin, keep, lookup))
    if record.redirect is None:
        flat.ending = _modifiers(record, domain, origin)
        return
    target = target_name(record.redirect, domain, origin)
    problem, found = record_at(lookup, target) if target else ("macro", "")
    parsed = parse_spf(found) if not problem and isinstance(found, str) else None
    if target and room and parsed is not None and parsed.value is not None and not parsed.faults:
        _walk(flat, parsed.value, target, origin, keep, lookup, room - 1)
        flat.ending += [w for w in _modifiers(record, domain, origin) if not w.startswith("exp=")]
        return
    word = f"redirect={pin(record.redirect, domain, origin)}"
    if isinstance(found, DnsAnswer) and found.unknown:
        problem = _missing({found.outcome.value})
    flat.kept.append(Kept(word, say(_REASONS.get(problem, _REASONS["permerror"]), term=word)))
    flat.ending = [word, *_modifiers(record, domain, origin)]


_REASONS = {
    "macro": '"{term}" stays: it depends on the sender, so it has no list of addresses',
    "unknown": '"{term}" stays: it rests on an answer that is missing, so its addresses are not known',
    "unasked": '"{term}" stays: it rests on a name that is not in the files given, and nobody was asked',
    "permerror": '"{term}" stays: it does not evaluate, and receivers answer permerror; mend or remove it',
    "none": '"{term}" stays: it leads to no SPF record, and receivers answer permerror; mend or remove it',
    "asked": '"{term}" stays, as you asked',
    "switch": '"{term}" stays: it is a switch somebody turns rather than a list of addresses',
}


def _modifiers(record: SpfRecord, domain: str, origin: str) -> list[str]:
    return [
        f"{t.name}={pin(t.argument, domain, origin) if t.name == 'exp' else t.argument}"
        for t in record.terms
        if isinstance(t, Modifier) and t.name != "redirect"
    ]


def _step(
    flat: _Flat, mechanism: Mechanism, domain: str, origin: str, keep: set[str], lookup: Lookup
) -> _Group | str:
    """One mechanism as addresses, or as the word to keep."""
    if mechanism.name in ("ip4", "ip6"):
        return _Group(mechanism.qualifier, tuple(literal([mechanism], bits) for bits in FAMILIES))
    bare = mechanism._replace(qualifier="+", argument=pin(mechanism.argument or domain, domain, origin))
    word = str(mechanism if domain == origin else bare._replace(qualifier=mechanism.qualifier))
    reason = ""
    if {str(mechanism).lower(), word.lower(), str(bare).lower()} & keep:
        reason = "asked"
    elif mechanism.name == "exists":
        reason = "switch" if target_name(bare.argument, domain, origin) else "macro"
    elif mechanism.name == "ptr" or target_name(bare.argument, domain, origin) is None:
        reason = "macro"
    else:
        results = [
            evaluate(lookup, bits, origin, (f"{VERSION} {bare} -all",), limits=False) for bits in FAMILIES
        ]
        sets = tuple(s for r in results if (s := passes(r)) is not None)
        if len(sets) == len(FAMILIES):
            return _Group(mechanism.qualifier, sets)
        assumed = [term for r in results for live in r.values() for path in live for term, _ in path.assumed]
        reason = _missing({t.outcome for t in assumed if t.outcome}) if assumed else "permerror"
    flat.kept.append(Kept(word, say(_REASONS[reason], term=word)))
    return word


def _missing(outcomes: set[str]) -> str:
    """Why a term's addresses are not known: nobody was asked, no usable answer came, or it depends on the sender."""
    if not outcomes:
        return "macro"
    return "unasked" if outcomes == {Outcome.UNASKED.value} else "unknown"


def _joined(steps: Sequence[_Group | str]) -> Iterator[_Group | str]:
    """Neighbouring groups of one qualifier as one set; what was matched before is not repeated."""
    seen = tuple(AddressSet.nothing(bits) for bits in FAMILIES)
    for qualifier, run in groupby(steps, key=lambda s: s.qualifier if isinstance(s, _Group) else ""):
        members = list(run)
        if not qualifier:
            yield from members
            continue
        whole = _Group(qualifier, tuple(_sum(members, i) for i in range(len(FAMILIES))))
        rest = _Group(qualifier, tuple(a - b for a, b in zip(whole.sets, seen, strict=True)))
        seen = tuple(a | b for a, b in zip(seen, whole.sets, strict=True))
        yield min(whole, rest, key=lambda group: len(group.words()))


def _sum(members: Sequence[_Group | str], family: int) -> AddressSet:
    sets = [m.sets[family] for m in members if isinstance(m, _Group)]
    return AddressSet.of(sets[0].bits, (r for s in sets for r in s.ranges))


def _signed(qualifier: str, word: str) -> str:
    return word if qualifier == "+" else qualifier + word


def _text(steps: Sequence[_Group | str], ending: Sequence[str]) -> str:
    words = [VERSION]
    for step in steps:
        words += [step] if isinstance(step, str) else [_signed(step.qualifier, w) for w in step.words()]
    return " ".join([*words, *ending])


def _spread(
    steps: Sequence[_Group | str], name: str, lookup: Lookup, parts: dict[str, str]
) -> Iterator[_Group | str]:
    """Each larger group in records of its own, none longer than a plain reply; what to include instead."""
    numbers = _free_names(name, lookup)
    for step in steps:
        words = step.words() if isinstance(step, _Group) else []
        if isinstance(step, str) or len(words) <= INLINE_WORDS:
            yield step
            continue
        while words:
            owner = next(numbers, "")
            if not owner:
                yield from (_signed(step.qualifier, w) for w in words)
                break
            count = _room(owner, words)
            parts[owner] = " ".join([VERSION, *words[:count], "-all"])
            words = words[count:]
            yield _signed(step.qualifier, f"include:{owner}")


def _room(owner: str, words: Sequence[str]) -> int:
    """How many words fit one record at a name (RFC 7208 section 3.4)."""
    size = len(owner) + len(VERSION) + len(" -all")
    for count, word in enumerate(words):
        size += 1 + len(word)
        if size > REPLY_SIZE:
            return max(1, count)
    return len(words)


def _free_names(name: str, lookup: Lookup) -> Iterator[str]:
    """``_spf1``, ``_spf2`` ... below a name, without those where something stands or might stand."""
    for number in range(1, PART_LIMIT + 1):
        owner = f"_spf{number}.{name}"
        answer = lookup(DnsQuestion(owner, "TXT"))
        if answer.absent or answer.outcome is Outcome.UNASKED:
            yield owner


def _notes(made: Flattened, proven: SpfProof, as_of: str) -> Iterator[Message]:
    broken = any(sets.get("permerror") for sets in (proven.lost, proven.kept))
    if proven.lookups_before is not None and proven.lookups_before <= LOOKUP_LIMIT and not broken:
        yield say(
            "the record takes {count} of {limit} look-ups and works as it is; flatten it only if you must",
            count=proven.lookups_before,
            limit=LOOKUP_LIMIT,
        )
    yield say(
        "the addresses are those of {date}; providers change theirs without notice, and mail then fails: flatten "
        "again at least once a week and compare, or keep the includes",
        date=as_of[:10] or "today",
    )
    yield from (kept.reason for kept in made.kept)
    if made.parts:
        yield say(
            "it is spread over {count} records, which must be published before {name} changes: {names}",
            count=len(made.parts),
            name=made.name,
            names=", ".join(made.parts),
        )
    if not proven.fits:
        yield say(
            "it does not fit even so: {lookups} look-ups of {limit}; move a sender to a sub-domain",
            lookups=proven.lookups_after,
            limit=LOOKUP_LIMIT,
        )
    if proven.lost or proven.added or proven.unsettled:
        yield say("the flattened record is NOT proven equal to the old one; do not publish it unread")
