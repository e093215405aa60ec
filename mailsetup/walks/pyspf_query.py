"""
pyspf as a query that reads given answers: off the network, quiet, by the house's own grammar.

Imported when first needed, by `spf_check` alone: pyspf is slow to import, and its base class must be there first.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from mailsetup.grammar.spf import parse_spf
from mailsetup.grammar.spf_macro import (
    EXPLANATION_LETTERS,
    cut,
    expand,
    in_question,
    letters_of,
    macro_faults,
)
from mailsetup.model import retold
from mailsetup.model.dns import MX, TXT, DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.names import LABEL_LIMIT, NAME_LIMIT
from mailsetup.model.records import Mechanism, SpfRecord
from mailsetup.model.walk import Lookup

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # SyntaxWarnings of its docstrings on Python 3.12 and later
    import spf

PTR_LIMIT = 10  # names of one address that are looked at; RFC 7208 section 4.6.4
QUESTION_LIMIT = 200  # the limits of RFC 7208 section 4.6.4 allow about 10 x 11 + 10
PermError, TempError = spf.PermError, spf.TempError


def _no_network(name: str, qtype: str, *_: Any) -> list[Any]:
    raise TempError(retold.kept(retold.NOT_ASKED, name=str(name), rdtype=str(qtype)))


spf.DNSLookup = _no_network


class _Awaited:
    """A mechanism that is read when its turn comes, not before: pyspf unpacks each in order of evaluation."""

    __slots__ = ("on_turn",)

    def __init__(self, on_turn: Callable[[], tuple[Any, ...]]) -> None:
        self.on_turn = on_turn

    def __iter__(self) -> Iterator[Any]:
        return iter(self.on_turn())


class _Frame:
    """One record being evaluated."""

    __slots__ = ("child", "depth", "domain", "result", "term")

    def __init__(self, domain: str, depth: int) -> None:
        self.domain = domain
        self.depth = depth
        self.term = ""
        self.result = ""
        self.child: _Frame | None = None


class Query(spf.query):  # type: ignore[misc]
    """A pyspf query that reads given answers and remembers which terms it followed."""

    def __init__(
        self,
        ip: str,
        sender: str,
        helo: str,
        receiver: str,
        at: int,
        lookup: Lookup,
        asked: dict[DnsQuestion, None],
    ) -> None:
        super().__init__(ip, sender, helo, receiver=receiver, strict=True, querytime=0)
        self.t = str(at)
        if sender:  # a quoted local part may hold an "@" too (RFC 5321 section 4.1.2)
            local, _, self.o = sender.rpartition("@")
            self.l, self.d = local or "postmaster", self.o  # RFC 7208 section 4.3
            self.s = f"{self.l}@{self.o}"
        self.uncounted = False
        self.lookup, self.asked = lookup, asked
        self.frame = self.top = _Frame("", -1)
        self.set_default_explanation("")

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        name = name.lower().removesuffix(".")
        if not name.isascii() or len(name) > NAME_LIMIT:
            return []  # a local part beyond ASCII in a macro matches nothing (RFC 8616 section 4)
        if not all(0 < len(label) <= LABEL_LIMIT for label in name.split(".")):
            return []
        question = dns_question(in_question(name), qtype)
        first = question not in self.asked
        if first:
            if len(self.asked) >= QUESTION_LIMIT:
                raise TempError(retold.kept(retold.TOO_MANY_QUESTIONS, count=QUESTION_LIMIT))
            self.asked[question] = None
        answer = self.lookup(question)
        if first and answer.outcome is Outcome.UNASKED:
            return []  # noted as missing; this run does not count
        if answer.unknown:
            raise TempError(
                retold.kept(retold.DNS_FAILED, outcome=str(answer.outcome), name=str(name), rdtype=str(qtype))
            )
        found = _as_pyspf(answer, qtype)
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise PermError(retold.kept(retold.VOIDS, count=spf.MAX_VOID_LOOKUPS))
        return found

    def validated_ptrs(self) -> list[str]:
        """Errors of these look-ups are no temperror: the mechanism or the name is passed over (section 5.5)."""
        try:
            names = self.dns_ptr(self.i)[:PTR_LIMIT]
        except TempError:
            return []
        return [name for name in names if self.confirmed(name)]

    def confirmed(self, name: str) -> bool:
        try:
            return bool(self.cidrmatch(self.dns_a(name, self.A), self.cidrmax))
        except TempError:
            return False

    def expand(self, text: str, stripdot: bool = True) -> str:
        """Macros by the one grammar of the house; ``stripdot`` says that a name is wanted, not an explanation."""
        for fault in macro_faults(text, EXPLANATION_LETTERS):
            raise PermError(str(fault.text), text)
        letters = letters_of(text)
        if "p" in letters:
            self.getp()
        expanded = expand(text, {letter: str(getattr(self, letter)) for letter in letters}) or ""
        return cut(expanded.removesuffix(".")) if stripdot else expanded

    def validate_mechanism(self, mech: str) -> Any:
        return _Awaited(lambda: self.turn(mech))

    def turn(self, mech: str) -> tuple[Any, ...]:
        self.frame.term = mech
        self.frame.child = None
        parts: tuple[Any, ...] = super().validate_mechanism(mech)
        return parts

    def check_lookups(self) -> None:
        """pyspf counts ``redirect`` before everything else; it costs a look-up only where it is followed."""
        if self.uncounted:
            self.uncounted = False
        else:
            super().check_lookups()

    def check1(self, text: str, domain: str, recursion: int) -> Any:
        above, here = self.frame, _Frame(domain, recursion)
        above.child = self.frame = here
        if above.depth == recursion:
            super().check_lookups()  # a redirect that is followed
        if text:  # one grammar for the audit and for this (RFC 7208 section 4.6)
            text = self.evaluated(text)
        outcome = super().check1(text, domain, recursion)
        here.result = outcome[0]
        self.frame = above
        return outcome

    def evaluated(self, text: str) -> str:
        """The terms of a sound record that evaluation heeds; a faulty one is a permerror."""
        parsed = parse_spf(text)
        for fault in parsed.faults[:1]:
            raise PermError(str(fault.text), text[fault.span[0] : fault.span[1]])
        record = parsed.value or SpfRecord()
        self.uncounted = record.redirect is not None and record.all is None
        return _heeded(record)

    def path(self) -> Iterator[tuple[str, str]]:
        """The domains whose records were followed, each with the term that led on or matched."""
        frame = self.top.child
        while frame is not None:
            below = frame.child
            if below is not None and below.depth == frame.depth:
                yield frame.domain, f"redirect={below.domain}"
            elif frame.term and (frame.depth or self.mechanism == frame.term or not frame.result):
                yield frame.domain, frame.term
            frame = below


def _heeded(record: SpfRecord) -> str:
    """
    A record without the modifiers that are ignored: unknown ones however often, ``redirect`` beside ``all``.

    The names of the others are in lower case, as pyspf wants them (RFC 7208 sections 6, 6.1 and 12).
    """
    words = ["v=spf1"]
    for index, term in enumerate(record.terms):
        if type(term) is Mechanism:
            words.append(record.word(index))
        elif term.name == "exp" or (term.name == "redirect" and record.all is None):
            words.append(str(term))
    return " ".join(words)


def _as_pyspf(answer: DnsAnswer, qtype: str) -> list[Any]:
    """The records in the shapes pyspf expects: TXT as lists of octet strings, MX as pairs."""
    if qtype == "MX":
        return [(r.preference, r.exchange) for r in answer.records if type(r) is MX]
    if qtype in ("TXT", "SPF"):
        return [list(r.chunks) for r in answer.records if type(r) is TXT]
    return [r for r in answer.records if isinstance(r, str)]
