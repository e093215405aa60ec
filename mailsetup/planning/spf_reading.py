"""
An SPF record as it is found, made ready for merging: mended where the meaning is plain, left alone where not ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from mailsetup.grammar.spf import parse_spf
from mailsetup.grammar.spf_macro import target_name
from mailsetup.model.message import Message, say
from mailsetup.model.names import is_within
from mailsetup.model.records import Mechanism, Modifier, SpfRecord, SpfTerm

MEND_ROUNDS = 64  # faults mended or dropped one by one; a record with more is no record anybody meant


class Dropped(NamedTuple):
    """A term that is no longer in the record, as it was written, and why."""

    term: str
    reason: Message


class LeftAlone(Exception):
    """
    The record is not ours to touch; carries the reason, and the name of the record that could not be read.

    ``cure`` is what its owner does so that a plan can go on, by the ``{terms}`` that are missing; None where
    the record is managed elsewhere.
    """

    def __init__(self, reason: Message, unread: str = "", cure: Message | None = None) -> None:
        super().__init__(reason.template)
        self.reason = reason
        self.unread = unread
        self.cure = cure


@dataclass(slots=True)
class Draft:
    """
    One record being made: terms with the words to write, without ``all`` and ``redirect``.

    ``ending`` is the qualifier of ``all`` and ``redirect`` a domain-spec in force; ``""`` is none.
    """

    terms: list[tuple[SpfTerm, str]] = field(default_factory=list)
    ending: str = ""
    redirect: str = ""


class Reading(NamedTuple):
    """A draft, what of the record has no effect or no meaning, and what was mended."""

    draft: Draft
    dropped: list[Dropped]
    notes: list[Message]


def read(text: str) -> Reading:
    """A record's terms that count; raises `LeftAlone` when it is faulty beyond mending."""
    reading = Reading(Draft(), [], [])
    draft, dropped, _ = reading
    record = _mended(text, reading)
    ended = False
    for index, term in enumerate(record.terms):
        word = record.word(index)
        if isinstance(term, Modifier):
            if term.name == "redirect":
                draft.redirect = term.argument
            else:
                draft.terms.append((term, word))
        elif ended:
            dropped.append(Dropped(word, say(_NEVER_READ)))
        elif term.name == "all":
            draft.ending, ended = term.qualifier, True
        else:
            draft.terms.append((term, word))
    if draft.redirect and draft.ending:
        reason = say('is ignored by receivers because the record has "all" (RFC 7208 section 6.1)')
        dropped.append(Dropped(f"redirect={draft.redirect}", reason))
        draft.redirect = ""
    return reading


_NEVER_READ = (
    'stands after "all", where no receiver reads it (RFC 7208 section 5.1); it never let anybody pass'
)


def _mended(text: str, reading: Reading) -> SpfRecord:
    """Faults taken one by one, from the last: mended where it is plain what was meant, else the word goes."""
    for _ in range(MEND_ROUNDS):
        parsed = parse_spf(text)
        if parsed.value is None or not parsed.faults:
            return parsed.value or SpfRecord()
        fault = parsed.faults[-1]
        start, end = fault.span
        first = text.rfind(" ", 0, start + 1) + 1
        last = text.find(" ", max(end, first + 1))
        word = text[first : last if last >= 0 else len(text)]
        if fault.replacement is not None:
            mended = text[:start] + fault.replacement + text[end:]
            if len(parse_spf(mended).faults) < len(parsed.faults):
                now = mended[first : len(mended) - (len(text) - first - len(word))]
                reading.notes.append(say(_MENDED, word=word, now=now))
                text = mended
                continue
        reading.dropped.append(Dropped(word, fault.text))
        text = f"{text[:first]}{text[first + len(word) :]}".rstrip(" ")
    raise LeftAlone(
        say("the SPF record has too many faults to be mended; it is left as it is"),
        cure=say("Write the record anew, with {terms} in it, and run the plan again"),
    )


_MENDED = '"{word}" was a fault that made the whole record void; it is read as "{now}"'


def leave_hosted(draft: Draft, name: str) -> list[Message]:
    """
    Raises `LeftAlone` for a record that another service writes by macros, or only for this name.

    A macro beside plain terms is no such thing: it stays where it is, like any other term, and is
    named in what is returned.
    """
    senders = [t for t, _ in draft.terms if isinstance(t, Mechanism)]
    pointers = [t for t in senders if t.name in ("include", "exists")]
    if draft.redirect:
        senders.append(Mechanism("+", "redirect", draft.redirect))
        pointers.append(senders[-1])
    targets = [target_name(t.argument, name, name) for t in pointers]
    only = len(pointers) == len(senders) and not any(targets)
    notes: list[Message] = []
    for term, target in zip(pointers, targets, strict=True):
        word = f"redirect={term.argument}" if term.name == "redirect" else str(term)
        hosted = target is None and (only or term.name == "redirect")
        if hosted or (target and len(senders) == 1 and _written_for(target, name)):
            raise LeftAlone(say(_ELSEWHERE, name=name, term=word))
        if target is None:
            notes.append(say(_MACRO, term=word))
    return notes


_ELSEWHERE = 'the SPF record of {name} is managed elsewhere, through "{term}"; it is left as it is'
_MACRO = '"{term}" depends on the sender, so whom it lets through cannot be computed; it stays'


def _written_for(target: str, name: str) -> bool:
    """Whether a name outside the domain contains the domain: a record some service keeps for it alone."""
    return not is_within(target, name) and f".{name}." in f".{target}."
