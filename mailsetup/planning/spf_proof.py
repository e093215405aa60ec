"""
The proof that an SPF change loses nobody: before and after compared as sets of addresses.

Two evaluations (`spf_sets`) are laid over each other. Where no unsettled term is assumed to match,
the sets are compared as they are: that is what *lost*, *kept* and *added* hold. A term without a
set that is assumed to match is followed on both sides at once: standing in the same place before
and after it cancels out; where it could make a difference it is named as unsettled, so that an
empty *lost* together with an empty *unsettled* means that nobody loses anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from mailsetup.grammar.spf import is_spf
from mailsetup.model.dns import TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from mailsetup.model.plan import SpfProof
from mailsetup.model.walk import Answers, Walk, ask_one, together, until_answered
from mailsetup.walks.spf_tree import End, SpfTree, spf_tree

from .address_sets import IPV4, IPV6, AddressSet
from .spf_advice import REPLY_SIZE, advice, open_questions
from .spf_sets import (
    BEYOND,
    ELSEWHERE,
    ERROR,
    LOOKUP_LIMIT,
    NO_MATCH,
    NONE,
    PASS,
    PERMERROR,
    VOID_LIMIT,
    Lookup,
    Results,
    Unsettled,
    evaluate,
)

FAMILIES = (IPV4, IPV6)

Planned = Mapping[tuple[str, str], tuple[Rdata, ...]]
"""Record sets that ``after`` finds in place of today's, by name and type; texts as ``str``."""


@dataclass(slots=True)
class Difference:
    """What changes for one family: sets by result, and the terms that may make a difference beyond them."""

    lost: dict[str, AddressSet] = field(default_factory=dict)
    kept: dict[str, AddressSet] = field(default_factory=dict)
    added: dict[str, AddressSet] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    risky: set[str] = field(default_factory=set)  # those of them that may cost somebody a pass

    @property
    def equal(self) -> bool:
        """Whether every address gets the same before and after, whatever the unsettled terms say."""
        return not (self.lost or self.added or self.unsettled)


def compare(before: Results, after: Results) -> Difference:
    """Two evaluations of one family, address by address and path by path."""
    difference = Difference()
    old, new = _by_assumption(before), _by_assumption(after)
    settled: dict[tuple[str, str], AddressSet] = {}
    for was, here in _certain(old):
        for now, there in _certain(new):
            both = here & there
            if not both:
                continue
            _join(settled, (was, now), both)
            if was == now and was != BEYOND:
                _join(difference.kept, was, both)
            else:
                _join(difference.lost, was, both)
                _join(difference.added, now, both)
    for terms, was, now, both in _open_pairs(old, new):
        known = settled.get((was, now))
        if known is None or both - known:
            difference.unsettled.update(terms)
            if was in (PASS, BEYOND) or was.startswith(ELSEWHERE):
                difference.risky.update(terms)
    for results in (difference.lost, difference.kept, difference.added):
        for result in [r for r in results if r.startswith(ELSEWHERE) or r in (BEYOND, ERROR)]:
            addresses = results.pop(result)
            if results is not difference.kept and addresses:
                difference.unsettled.add(_spoken(result))
                difference.risky.add(_spoken(result))
    return difference


Assumptions = tuple[tuple[Unsettled, str], ...]
ByAssumption = dict[Assumptions, dict[str, AddressSet]]


def _by_assumption(results: Results) -> ByAssumption:
    """Results with their look-up counts forgotten."""
    found: ByAssumption = {}
    for result, live in results.items():
        for path, addresses in live.items():
            _join(found.setdefault(path.assumed, {}), result, addresses)
    return found


def _certain(found: ByAssumption) -> Iterator[tuple[str, AddressSet]]:
    """What holds while no unsettled term matches."""
    merged: dict[str, AddressSet] = {}
    for assumed, results in found.items():
        if all(way == NO_MATCH for _, way in assumed):
            for result, addresses in results.items():
                _join(merged, result, addresses)
    yield from merged.items()


def _open_pairs(old: ByAssumption, new: ByAssumption) -> Iterator[tuple[set[str], str, str, AddressSet]]:
    """Pairs of different results that can happen together when some unsettled term matches or fails."""
    for assumed_before, befores in old.items():
        for assumed_after, afters in new.items():
            together_ = dict(assumed_before)
            if any(together_.setdefault(term, way) != way for term, way in assumed_after):
                continue
            terms = {term.term for term, way in together_.items() if way != NO_MATCH}
            if not terms:
                continue
            for was, here in befores.items():
                for now, there in afters.items():
                    if (was != now or was == BEYOND) and (both := here & there):
                        yield terms, was, now, both


def _join(into: dict, key: object, addresses: AddressSet) -> None:  # type: ignore[type-arg]
    into[key] = into[key] | addresses if key in into else addresses


def _spoken(result: str) -> str:
    return f"redirect={result.removeprefix(ELSEWHERE)}" if result.startswith(ELSEWHERE) else result


# --- the proof as a walk --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """Before or after: the SPF texts at the name (None: not known), what is planned elsewhere, the tree."""

    texts: tuple[str, ...] | None
    planned: Mapping[Question, DnsAnswer]
    tree: SpfTree | None = None


def proof(
    name: str,
    before: str | tuple[str, ...] | None,
    after: str,
    *,
    planned: Planned | None = None,
    limits: bool = True,
) -> Walk[SpfProof]:
    """
    Who gains and who loses when the SPF record of ``name`` becomes ``after``.

    ``before`` is the record (or records) there now; None means what DNS says, and ``""`` or ``()``
    that there is none. ``planned`` are texts that ``after`` includes and that are not published yet.
    ``limits`` False reads both records as they are meant, without the limits of RFC 7208 section 4.6.4
    (what flattening is held against); ``fits`` speaks of the new one's limits in any case. Nobody's silence is
    taken for absence: what rests on it is named in ``undecided``, and in ``unsettled`` as well
    unless it stands the same before and after. An error or the lack of a record is nothing anybody
    could lose, so ``lost`` does not list them; ``kept`` and ``added`` do.
    """
    answer = yield from ask_one(name, "TXT")
    texts = _texts(before, answer)
    old = _Side(texts, _world(name, texts, answer, {}))
    new = _Side((after,), _world(name, (after,), answer, planned or {}))
    seen: dict[Question, Answer] = {DnsQuestion(name, "TXT"): answer}
    old_tree, new_tree = yield from together(
        recorded(spf_tree(name), old.planned, seen), recorded(spf_tree(name), new.planned, seen)
    )
    sides = (_Side(old.texts, old.planned, old_tree), _Side(new.texts, new.planned, new_tree))
    return (yield from until_answered(lambda lookup: _judged(name, sides, answer, limits, seen, lookup)))


def _texts(before: str | tuple[str, ...] | None, answer: DnsAnswer) -> tuple[str, ...] | None:
    if before is None:
        return None if answer.unknown else tuple(t for t in answer.texts if is_spf(t))
    return tuple(t for t in ((before,) if isinstance(before, str) else before) if t)


def _world(
    name: str, texts: tuple[str, ...] | None, answer: DnsAnswer, planned: Planned
) -> dict[Question, DnsAnswer]:
    """What is answered without asking: the name's own texts and the planned ones."""
    world: dict[Question, DnsAnswer] = {DnsQuestion(name, "TXT"): answer}
    if texts is not None:
        records = tuple(TXT.of(t) for t in (*texts, *(t for t in answer.texts if not is_spf(t))))
        world[DnsQuestion(name, "TXT")] = DnsAnswer(Outcome.FOUND if records else Outcome.NO_DATA, records)
    for (owner, rdtype), values in planned.items():
        there = tuple(TXT.of(v) if rdtype == "TXT" and isinstance(v, str) else v for v in values)
        world[DnsQuestion(owner, rdtype)] = DnsAnswer(Outcome.FOUND, there)
    return world


def recorded(
    walk: Walk[SpfTree], planned: Mapping[Question, DnsAnswer], seen: dict[Question, Answer]
) -> Walk[SpfTree]:
    """A walk in a world where some answers are planned; what it really asked is kept in ``seen``."""
    answers: Answers = {}
    try:
        batch = next(walk)
        while True:
            wanted = tuple(q for q in batch if q not in planned and q not in seen)
            if wanted:
                answers = yield wanted
                seen.update((q, answers[q]) for q in wanted)
            batch = walk.send({q: planned[q] if q in planned else seen[q] for q in batch})
    except StopIteration as end:
        return cast(SpfTree, end.value)


def within(planned: Mapping[Question, DnsAnswer], seen: Mapping[Question, Answer], lookup: Lookup) -> Lookup:
    """Answers from what is planned, then from what was seen, then by asking."""

    def found(question: DnsQuestion) -> DnsAnswer:
        known = planned.get(question) or seen.get(question)
        return cast(DnsAnswer, known) if known is not None else lookup(question)

    return found


def _judged(
    name: str,
    sides: tuple[_Side, _Side],
    answer: DnsAnswer,
    limits: bool,
    seen: Mapping[Question, Answer],
    lookup: Lookup,
) -> SpfProof:
    old, new = sides
    asks = within(old.planned, seen, lookup), within(new.planned, seen, lookup)
    differences: list[Difference] = []
    undecided: dict[str, None] = {}
    for bits in FAMILIES:
        before = evaluate(asks[0], bits, name, old.texts, limits=limits)
        after = evaluate(asks[1], bits, name, new.texts, limits=limits)
        differences.append(compare(before, after))
        for results in (before, after):
            undecided.update(dict.fromkeys(_undecided(results)))
    unsettled = tuple(sorted(set().union(*(d.unsettled for d in differences))))
    risky = set().union(*(d.risky for d in differences))
    assert new.tree is not None and old.tree is not None
    text = (new.texts or ("",))[0]
    size = len(name) + len(text) + sum(len(t) for t in answer.texts if not is_spf(t))
    fits = _fits(name, text, new.tree)
    return SpfProof(
        name=name,
        before="\n".join(old.texts or ()),
        after=text,
        lost=_shown([{r: s for r, s in d.lost.items() if r not in (NONE, PERMERROR)} for d in differences]),
        kept=_shown([d.kept for d in differences]),
        added=_shown([d.added for d in differences]),
        undecided=tuple(undecided),
        unsettled=unsettled,
        lookups_before=old.tree.lookups if old.tree.ended_by is End.RECORD else None,
        lookups_after=new.tree.lookups,
        voids_after=new.tree.void_lookups,
        size_after=size,
        fits=fits,
        advice=(*open_questions(unsettled, risky), *advice(name, text, size, new.tree, asks[1])),
    )


def _undecided(results: Results) -> Iterator[str]:
    for result, live in results.items():
        if result.startswith(ELSEWHERE) or result == BEYOND:
            yield _spoken(result)
        for path in live:
            for term, _ in path.assumed:
                yield f"{term.term} ({term.outcome})" if term.outcome else term.term


def _shown(families: Iterable[dict[str, AddressSet]]) -> dict[str, tuple[str, ...]]:
    shown: dict[str, tuple[str, ...]] = {}
    for family in families:
        for result, addresses in family.items():
            shown[result] = shown.get(result, ()) + addresses.presentation()
    return dict(sorted(shown.items()))


def _fits(name: str, text: str, tree: SpfTree) -> bool:
    """Whether receivers can evaluate the record: ten look-ups, two voids, and a size of its own that travels."""
    return (
        tree.lookups <= LOOKUP_LIMIT
        and tree.void_lookups <= VOID_LIMIT
        and len(name) + len(text) <= REPLY_SIZE
        and tree.ended_by is not End.FAULTY
    )


def same_sets(
    lookups: tuple[Lookup, Lookup], name: str, before: tuple[str, ...], after: str, *, limits: bool = True
) -> bool:
    """Whether two records give every address the same, whatever the unsettled terms say."""
    return all(
        compare(
            evaluate(lookups[0], bits, name, before, limits=limits),
            evaluate(lookups[1], bits, name, (after,), limits=limits),
        ).equal
        for bits in FAMILIES
    )
