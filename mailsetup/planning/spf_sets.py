"""
Who gets which SPF result, as sets: a record and its whole tree evaluated for all addresses at once.

`evaluate` does what a receiver does for one address (RFC 7208 section 4.6) for every address of a
family together: a mechanism takes the addresses it matches out of those still on their way, in
first-match order, through includes and redirects, under the limits of section 4.6.4.

Some terms have no set: macros that depend on the sender, ``ptr``, ``exists`` with such a macro,
and whatever rests on an answer nobody gave. Each is an `Unsettled` term. The addresses that reach
it go on along every path it can take, and each path remembers what was assumed, so that two
evaluations are compared path by path and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from itertools import groupby
from typing import NamedTuple

from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.grammar.spf_macro import expand, is_askable, letters_of, target_name
from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, Outcome
from mailsetup.model.records import Mechanism

from .address_sets import IPV4, IPV6, AddressSet, Range, block

LOOKUP_LIMIT = 10  # RFC 7208 section 4.6.4
VOID_LIMIT = 2  # RFC 7208 section 4.6.4
MX_LIMIT = 10  # exchanges of one mx term, RFC 7208 section 4.6.4
PATH_LIMIT = 256  # assumptions followed side by side: a choice that bounds memory, reached by no sane record
DEPTH_LIMIT = 20  # records within records when the RFC's limit is set aside, as pyspf has it
TERM_LIMIT = 400  # look-up terms followed when the RFC's limit is set aside: a bound on hostile trees

PASS, FAIL, SOFTFAIL, NEUTRAL = "pass", "fail", "softfail", "neutral"
NONE, PERMERROR = "none", "permerror"
ERROR = "error"  # what an unsettled term brings when it does not even evaluate
BEYOND = "beyond"  # too many paths: nothing is known, and this is equal to nothing
ELSEWHERE = "redirect:"  # followed by a name: whatever a record that cannot be read would say

QUALIFIED = {"+": PASS, "-": FAIL, "~": SOFTFAIL, "?": NEUTRAL}  # RFC 7208 section 4.6.2

Lookup = Callable[[DnsQuestion], DnsAnswer]

_NOWHERE = DnsAnswer(Outcome.FOUND)  # a name nobody can ask for: no address, and no look-up either


class Unsettled(NamedTuple):
    """
    A term without a set. ``term`` names it independently of where it stands.

    ``fallible`` says that it may be an error instead of matching or not (an include nobody could
    read may be broken). ``outcome`` is the answer's outcome where that is the reason.
    """

    term: str
    fallible: bool = False
    outcome: str = ""


class Path(NamedTuple):
    """What addresses have been through: look-ups and voids counted, and what was assumed of unsettled terms."""

    lookups: int = 0
    voids: int = 0
    assumed: tuple[tuple[Unsettled, str], ...] = ()


MATCH, NO_MATCH = "match", "no match"

Live = dict[Path, AddressSet]
Results = dict[str, Live]
"""Each result with the addresses that get it, by the path they took."""


def evaluate(
    lookup: Lookup, bits: int, name: str, texts: Iterable[str] | None, *, limits: bool = True
) -> Results:
    """
    What every address of a family gets for mail of ``name``, whose SPF records are ``texts``.

    ``texts`` None means that the record is not known. ``limits`` False sets aside the limits on
    look-ups: what the owner meant, rather than what receivers make of it. Never raises.
    """
    start: Live = {Path(): AddressSet.everything(bits)}
    if texts is None:
        return {ELSEWHERE + name: start}
    records = [text for text in texts if is_spf(text)]
    if len(records) != 1:
        return {PERMERROR if records else NONE: start}  # RFC 7208 section 4.5
    return _Evaluation(lookup, bits, name, limits).record(name, records[0], start, (name,))


def passes(results: Results) -> AddressSet | None:
    """The addresses that pass whatever happens; None when an unsettled term or an error has a say."""
    settled = [s for live in results.values() for path, s in live.items() if not path.assumed]
    if len(settled) != sum(map(len, results.values())) or not _plain(results):
        return None
    return _union(settled[0].bits, results.get(PASS, {}).values()) if settled else None


def _plain(results: Results) -> bool:
    return set(results) <= {PASS, FAIL, SOFTFAIL, NEUTRAL}


def _union(bits: int, sets: Iterable[AddressSet]) -> AddressSet:
    return AddressSet.of(bits, (r for s in sets for r in s.ranges))


def record_at(lookup: Lookup, name: str) -> tuple[str, str | DnsAnswer]:
    """
    The SPF record another record points to: (``""``, text), or what is wrong with it and the answer.

    The first value is then ``none``, ``permerror`` (more than one) or ``unknown``.
    """
    if not is_askable(name):
        return NONE, ""
    answer = lookup(DnsQuestion(name, "TXT"))
    if answer.unknown:
        return "unknown", answer
    records = [text for text in answer.texts if is_spf(text)]
    if len(records) == 1:
        return "", records[0]
    return (PERMERROR if records else NONE), answer


def hosts(lookup: Lookup, mechanism: Mechanism, name: str, bits: int) -> AddressSet | DnsAnswer | None:
    """
    The addresses of an ``a`` or ``mx`` whose target is ``name``.

    A `DnsAnswer` when one that is needed is unknown, or absent (a void look-up); None when there
    are more exchanges than may be asked (RFC 7208 section 5.4).
    """
    rdtype, prefix = ("A", mechanism.prefix4) if bits == IPV4 else ("AAAA", mechanism.prefix6)
    targets, void = [name], None
    if mechanism.name == "mx":
        answer = lookup(DnsQuestion(name, "MX")) if is_askable(name) else _NOWHERE
        if not answer.found:
            return answer
        exchanges = [r.exchange for r in answer.records if type(r) is MX]
        targets = sorted(set(exchanges))
        if len(exchanges) > MX_LIMIT:
            return None
    ranges: list[Range] = []
    unknown = None
    for target in targets:
        answer = lookup(DnsQuestion(target, rdtype)) if is_askable(target) else _NOWHERE
        if answer.unknown:
            unknown = answer
        elif answer.absent:
            void = answer
        ranges += _ranges(answer, bits, bits if prefix is None else prefix)
    return unknown or (AddressSet.of(bits, ranges) if ranges else void) or AddressSet.nothing(bits)


def _ranges(answer: DnsAnswer, bits: int, prefix: int) -> Iterator[Range]:
    for record in answer.records:
        try:
            if isinstance(record, str):
                yield block(bits, int(IPv4Address(record) if bits == IPV4 else IPv6Address(record)), prefix)
        except AddressValueError:
            continue


class _Evaluation:
    """One family, one domain: what `evaluate` carries along."""

    def __init__(self, lookup: Lookup, bits: int, origin: str, limits: bool) -> None:
        self.lookup = lookup
        self.bits = bits
        self.origin = origin
        self.limits = limits

    def record(self, domain: str, text: str, live: Live, above: tuple[str, ...]) -> Results:
        """One record: its mechanisms in order, then its redirect, then neutral (RFC 7208 section 4.7)."""
        parsed = parse_spf(text)
        if parsed.value is None or parsed.faults:
            return {PERMERROR: live}  # RFC 7208 section 4.6
        results: Results = {}
        for qualifier, group in grouped(parsed.value.mechanisms):
            if not live:
                return results
            matched, live = self._group(group, domain, live, above, results)
            add(results, QUALIFIED[qualifier], matched)
            if sum(len(paths) for paths in (live, *results.values())) > PATH_LIMIT:
                add(results, BEYOND, live)
                return results
        if live and parsed.value.redirect is not None and parsed.value.all is None:
            self._redirect(parsed.value.redirect, domain, live, above, results)
        elif live:
            add(results, NEUTRAL, live)
        return results

    def _group(
        self, group: list[Mechanism], domain: str, live: Live, above: tuple[str, ...], results: Results
    ) -> tuple[Live, Live]:
        """What matches and what goes on; errors are put into ``results``."""
        first = group[0]
        match first.name:
            case "all":
                return live, {}
            case "ip4" | "ip6":
                return split(live, literal(group, self.bits))
        live = self._spend(live, results)
        if first.name == "ptr":
            target = target_name(first.argument, domain, self.origin)
            return self._fork(
                live, Unsettled(f"ptr:{target}" if target else pinned(first, domain, self.origin)), results
            )
        name = target_name(first.argument, domain, self.origin)
        if name is None:
            term = Unsettled(pinned(first, domain, self.origin), first.name == "include")
            matched, onward = self._fork(live, term, results)
            return matched, self._void(onward, results) if first.name == "exists" else onward
        match first.name:
            case "include":
                return self._include(name, live, above, results)
            case "exists":
                return self._exists(name, live, results)
        return self._hosts(first, name, live, results)

    def _spend(self, live: Live, results: Results) -> Live:
        """One look-up more; those who had ten get permerror (RFC 7208 section 4.6.4)."""
        limit = LOOKUP_LIMIT if self.limits else TERM_LIMIT
        return self._count(live, results, 1, 0, limit, limit)

    def _void(self, live: Live, results: Results) -> Live:
        """One void look-up more; those who had two get permerror (RFC 7208 section 4.6.4)."""
        return self._count(live, results, 0, 1, TERM_LIMIT, VOID_LIMIT if self.limits else TERM_LIMIT)

    def _count(
        self, live: Live, results: Results, lookups: int, voids: int, most: int, most_void: int
    ) -> Live:
        onward: Live = {}
        for path, addresses in live.items():
            counted = Path(path.lookups + lookups, path.voids + voids, path.assumed)
            over = counted.lookups > most or counted.voids > most_void
            merge_paths(results.setdefault(PERMERROR, {}) if over else onward, {counted: addresses})
        return onward

    def _fork(self, live: Live, term: Unsettled, results: Results) -> tuple[Live, Live]:
        """Both ways on from an unsettled term; a path that has assumed something of it stays with that."""
        matched: Live = {}
        onward: Live = {}
        for path, addresses in live.items():
            before = dict(path.assumed).get(term)
            ways = (before,) if before else ((MATCH, NO_MATCH, ERROR) if term.fallible else (MATCH, NO_MATCH))
            for way in ways:
                assumed = path.assumed if before else (*path.assumed, (term, way))
                into = {MATCH: matched, NO_MATCH: onward}.get(way)
                into = results.setdefault(ERROR, {}) if into is None else into
                merge_paths(into, {path._replace(assumed=assumed): addresses})
        return matched, onward

    def _include(self, name: str, live: Live, above: tuple[str, ...], results: Results) -> tuple[Live, Live]:
        """RFC 7208 section 5.2: pass matches; fail, softfail and neutral do not; errors and none are errors."""
        problem, found = record_at(self.lookup, name)
        if problem == "unknown" and isinstance(found, DnsAnswer):
            return self._fork(live, Unsettled(f"include:{name}", True, found.outcome.value), results)
        if problem or not isinstance(found, str) or self._loops(name, above):
            add(results, PERMERROR, live)
            return {}, {}
        inner = self.record(name, found, live, (*above, name))
        matched = inner.pop(PASS, {})
        onward: Live = {}
        for result, paths in inner.items():
            if result in (FAIL, SOFTFAIL, NEUTRAL):
                merge_paths(onward, paths)
            elif result.startswith(ELSEWHERE):
                term = Unsettled(f"include:{result.removeprefix(ELSEWHERE)}", True)
                for into, more in zip((matched, onward), self._fork(paths, term, results), strict=True):
                    merge_paths(into, more)
            else:
                add(results, result, paths)
        return matched, onward

    def _redirect(self, spec: str, domain: str, live: Live, above: tuple[str, ...], results: Results) -> None:
        """RFC 7208 section 6.1: the result is that of the other record; none there is permerror."""
        live = self._spend(live, results)
        name = target_name(spec, domain, self.origin)
        if name is None:
            add(results, ELSEWHERE + pin(spec, domain, self.origin), live)
            return
        problem, found = record_at(self.lookup, name)
        if problem == "unknown":
            add(results, ELSEWHERE + name, live)
        elif problem or not isinstance(found, str) or self._loops(name, above):
            add(results, PERMERROR, live)
        elif live:
            for result, paths in self.record(name, found, live, (*above, name)).items():
                add(results, result, paths)

    def _loops(self, name: str, above: tuple[str, ...]) -> bool:
        """A loop runs into the limit of ten; without that limit it must be seen."""
        return not self.limits and (name in above or len(above) > DEPTH_LIMIT)

    def _exists(self, name: str, live: Live, results: Results) -> tuple[Live, Live]:
        """RFC 7208 section 5.7: an A record, whatever the family of the sender."""
        answer = self.lookup(DnsQuestion(name, "A")) if is_askable(name) else _NOWHERE
        if answer.unknown:
            term = Unsettled(f"exists:{name}", False, answer.outcome.value)
            matched, onward = self._fork(live, term, results)
            return matched, self._void(onward, results)  # not to match is to find nothing
        if answer.absent:
            return {}, self._void(live, results)
        return (live, {}) if answer.records else ({}, live)

    def _hosts(self, mechanism: Mechanism, name: str, live: Live, results: Results) -> tuple[Live, Live]:
        found = hosts(self.lookup, mechanism, name, self.bits)
        if found is None:
            add(results, PERMERROR, live)
            return {}, {}
        if isinstance(found, AddressSet):
            return split(live, found)
        if found.unknown:
            term = str(mechanism._replace(qualifier="+", argument=name))
            return self._fork(live, Unsettled(term, False, found.outcome.value), results)
        return {}, self._void(live, results)


def grouped(mechanisms: Iterable[Mechanism]) -> Iterator[tuple[str, list[Mechanism]]]:
    """Mechanisms one by one, but neighbouring addresses of one qualifier together: they are one set."""
    serial = 0

    def kind(mechanism: Mechanism) -> tuple[str, int]:
        nonlocal serial
        serial += mechanism.name not in ("ip4", "ip6")
        return mechanism.qualifier, serial if mechanism.name in ("ip4", "ip6") else -serial

    for (qualifier, _), group in groupby(mechanisms, key=kind):
        yield qualifier, list(group)


def literal(mechanisms: Iterable[Mechanism], bits: int) -> AddressSet:
    """The addresses of some ``ip4`` and ``ip6`` terms that belong to a family."""
    ranges: list[Range] = []
    for mechanism in mechanisms:
        if bits == IPV4 and mechanism.name == "ip4":
            length = 32 if mechanism.prefix4 is None else mechanism.prefix4
            ranges.append(block(bits, int(IPv4Address(mechanism.argument)), length))
        elif bits == IPV6 and mechanism.name == "ip6":
            length = 128 if mechanism.prefix6 is None else mechanism.prefix6
            ranges.append(block(bits, int(IPv6Address(mechanism.argument)), length))
    return AddressSet.of(bits, ranges)


def split(live: Live, addresses: AddressSet) -> tuple[Live, Live]:
    """Those on their way who match, and the rest."""
    matched: Live = {}
    onward: Live = {}
    for path, here in live.items():
        taken = here & addresses
        rest = here - addresses if taken else here
        if taken:
            matched[path] = taken
        if rest:
            onward[path] = rest
    return matched, onward


def add(results: Results, result: str, live: Live) -> None:
    """Puts addresses under a result."""
    if live:
        merge_paths(results.setdefault(result, {}), live)


def merge_paths(into: Live, more: Live) -> None:
    """Joins addresses that took the same path."""
    for path, addresses in more.items():
        into[path] = into[path] | addresses if path in into else addresses


_OWN_LETTERS = re.compile(r"%\{[do][0-9]*r?[-.+,/_=]*\}", re.IGNORECASE)


def pin(spec: str, domain: str, origin: str) -> str:
    """A domain-spec that means the same in any record: ``%{d}`` and ``%{o}`` are written out."""
    values = {"d": domain, "o": origin}
    text = _OWN_LETTERS.sub(lambda macro: expand(macro[0], values) or macro[0], spec)
    return text if letters_of(text) else text.lower()


def pinned(mechanism: Mechanism, domain: str, origin: str) -> str:
    """A mechanism that means the same in any record, without its qualifier."""
    argument = pin(mechanism.argument or domain, domain, origin)
    within = f" in {domain}" if "p" in letters_of(argument) else ""  # %{p} prefers names below %{d}
    return str(mechanism._replace(qualifier="+", argument=argument)) + within
