"""
One SPF record out of what is there and what is needed: merged, never doubled, never guessed.

What others put there stays, in its order; new terms come directly before ``all``. Terms are
compared by what they mean (``a`` at example.com is ``a:example.com``), never by part of their text.
What cannot be read or understood is left as it is and named, with what is then missing.

Decisions
---------
- Several records: receivers see none of them (permerror), so nobody passes today. All their senders
  are joined; records that refuse somebody by name come last, so that they take nothing from the
  others. Of their ``all`` the most lenient is kept, but never ``+all`` while another is there.
- A faulty term whose meaning is plain is mended, any other is dropped; both are said.
- A ``redirect`` cannot stand beside new terms (RFC 7208 section 6.1). It becomes an ``include`` with
  the target's own ``all`` if that is proven to give every address the same, else the target's terms.
- A record without ``all`` stays without: neutral is what it says today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from mailsetup.grammar.spf import VERSION, is_spf, parse_spf
from mailsetup.grammar.spf_macro import target_name
from mailsetup.model.dns import UNASKED, DnsAnswer
from mailsetup.model.message import Message, say
from mailsetup.model.plan import SpfProof
from mailsetup.model.records import Mechanism, Modifier, SpfTerm
from mailsetup.model.retold import as_message
from mailsetup.model.walk import Walk, ask_one, until_answered

from .address_sets import IPV4, IPV6, block
from .spf_proof import proof, same_sets
from .spf_reading import Draft, Dropped, LeftAlone, leave_hosted, read
from .spf_redirect import effective_all, explanation, inlined, is_void
from .spf_sets import QUALIFIED, Lookup, literal, pin, record_at

LENIENT = "-~?+"  # from the strictest ``all`` to the one that lets everybody pass


@dataclass(frozen=True, slots=True)
class Merge:
    """
    ``text`` is the record to publish, ``""`` for none (nothing was there, nothing is wanted).

    ``kept`` and ``added`` are terms of it, ``dropped`` what went. ``left_alone`` means: publish
    nothing, ``before`` stays as it is; ``missing`` are then the wanted terms it does not have, to be
    added where the record is managed; ``unread`` is the redirect's target when it gave no answer,
    ``cure`` what the owner does first where a record of his own cannot take them.
    ``notes`` say what the owner should know.
    """

    text: str
    before: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[Message, ...] = ()
    left_alone: bool = False
    missing: tuple[str, ...] = ()
    unread: str = ""
    cure: Message | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is to be published."""
        return not self.left_alone and self.before != ((self.text,) if self.text else ())


def merge(
    name: str,
    existing: tuple[str, ...] | None,
    wanted: Sequence[str],
    *,
    all_qualifier: str | None = None,
    default_all: str = "~all",
    remove: Sequence[str] = (),
    accepted: Mapping[str, Sequence[str]] | None = None,
) -> Walk[Merge]:
    """
    The record for ``name`` that lets the wanted terms pass and takes nothing from anybody.

    ``existing`` are all SPF texts at the name, None to ask. ``all_qualifier`` is the user's choice of
    ``+ - ~ ?``; ``default_all`` serves only where no record is. ``remove`` are terms to take out (the
    caller has made sure that nobody else needs them); ``accepted`` maps a wanted term to others that
    are as good when found.
    """
    if existing is None:
        answer = yield from ask_one(name, "TXT")
        if answer.unknown:
            return _unread(name, wanted, answer)
        existing = tuple(t for t in answer.texts if is_spf(t))
    asked = _Request(
        name,
        existing,
        tuple(wanted),
        all_qualifier and _qualifier(all_qualifier),
        default_all,
        tuple(remove),
        dict(accepted or {}),
    )
    return (yield from until_answered(lambda lookup: _merged(asked, lookup)))


def merge_and_prove(
    name: str, existing: tuple[str, ...] | None, wanted: Sequence[str], **options: object
) -> Walk[tuple[Merge, SpfProof | None]]:
    """A merge with its proof; no proof where nothing is published."""
    merged = yield from merge(name, existing, wanted, **options)  # type: ignore[arg-type]
    if merged.left_alone or not merged.text:
        return merged, None
    return merged, (yield from proof(name, merged.before, merged.text))


def remove_terms(name: str, text: str, terms: Sequence[str], *, all_qualifier: str | None = None) -> Merge:
    """A record without some terms; a ``redirect`` that would have to be resolved leaves it alone."""
    asked = _Request(name, (text,), (), all_qualifier and _qualifier(all_qualifier), "~all", tuple(terms), {})
    return _merged(asked, lambda question: UNASKED)


def meaning(mechanism: Mechanism, name: str) -> tuple[object, ...]:
    """
    What a mechanism at ``name`` stands for, qualifier aside; equal for two ways to write the same.

    ``a`` is ``a:name``; a single address needs no prefix; names compare without case and final dot.
    """
    match mechanism.name:
        case "ip4":
            return ("ip4", *block(IPV4, int(IPv4Address(mechanism.argument)), _or(mechanism.prefix4, IPV4)))
        case "ip6":
            return ("ip6", *block(IPV6, int(IPv6Address(mechanism.argument)), _or(mechanism.prefix6, IPV6)))
        case "all":
            return ("all",)
    host = target_name(mechanism.argument, name, name) or pin(mechanism.argument, name, name)
    return mechanism.name, host, _or(mechanism.prefix4, IPV4), _or(mechanism.prefix6, IPV6)


def _or(prefix: int | None, default: int) -> int:
    return default if prefix is None else prefix


# --- the work -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Request:
    name: str
    existing: tuple[str, ...]
    wanted: tuple[str, ...]
    all_qualifier: str | None
    default_all: str
    remove: tuple[str, ...]
    accepted: Mapping[str, Sequence[str]]


def _unread(name: str, wanted: Sequence[str], answer: DnsAnswer) -> Merge:
    note = say(
        "the TXT records at {name} could not be read ({outcome}); whether there is an SPF record is not "
        "known, so none is planned",
        name=name,
        outcome=as_message(answer.outcome.value),
    )
    return Merge("", notes=(note,), left_alone=True, missing=tuple(wanted))


def _merged(asked: _Request, lookup: Lookup) -> Merge:
    work = _Work(asked, lookup)
    try:
        return work.merge()
    except LeftAlone as left:
        has = {meaning(m, asked.name) for m in work.found}
        missing = tuple(
            w for w in asked.wanted if any(meaning(m, asked.name) not in has for m in _mechanisms(w))
        )
        notes = [left.reason]
        cure = left.cure if missing else None
        if cure is not None:
            cure = Message(cure.template, {**cure.values, "terms": " ".join(missing)})
        elif missing and not left.unread:
            notes.append(say("add there, or ask for it: {terms}", terms=" ".join(missing)))
        text = asked.existing[0] if len(asked.existing) == 1 else ""
        unread = left.unread if missing else ""
        return Merge(
            text,
            asked.existing,
            notes=tuple(notes),
            left_alone=True,
            missing=missing,
            unread=unread,
            cure=cure,
        )


class _Work:
    """One merge: what is dropped and said on the way."""

    def __init__(self, asked: _Request, lookup: Lookup) -> None:
        self.asked = asked
        self.name = asked.name
        self.lookup = lookup
        self.dropped: list[Dropped] = []
        self.notes: list[Message] = []
        self.macros: list[Message] = []
        self.found: list[Mechanism] = []
        needed = {meaning(m, asked.name) for term in asked.wanted for m in _mechanisms(term)}
        leaving = {meaning(m, asked.name) for term in asked.remove for m in _mechanisms(term)}
        self.gone = leaving - needed  # what one service gives up another may need

    def merge(self) -> Merge:
        drafts = [self._read(text) for text in self.asked.existing]
        for draft in drafts:
            self.macros += leave_hosted(draft, self.name)
        if len(drafts) == 1 and self._content(drafts[0]):
            text = self.asked.existing[0]
            return Merge(
                text, self.asked.existing, tuple(text.split()[1:]), notes=(*self.notes, *self.macros)
            )
        for draft in drafts:
            self._resolve(draft)
        terms = self._joined(drafts)
        terms = [(t, w) for t, w in terms if not self._removed(t, w)]
        added = self._wanted(terms)
        ending = self._ending(drafts)
        return self._written(terms, added, ending)

    def _read(self, text: str) -> Draft:
        draft, dropped, notes = read(text)
        self.dropped += dropped
        self.notes += notes
        self.found += [t for t, _ in draft.terms if isinstance(t, Mechanism)]
        return draft

    def _content(self, draft: Draft) -> bool:
        """Whether a record has everything, and nothing to mend, so that not a letter changes."""
        choice = self.asked.all_qualifier
        if self.dropped or self.notes or (choice is not None and (draft.redirect or choice != draft.ending)):
            return False
        own = [t for t, _ in draft.terms if isinstance(t, Mechanism)]
        keys = [meaning(m, self.name) for m in own]
        if draft.redirect:
            keys.append(meaning(Mechanism("+", "include", draft.redirect), self.name))
        if len(set(keys)) < len(keys) or self.gone & set(keys):
            return False
        passing = [m for m in own if m.qualifier == "+"]
        if draft.redirect:
            passing.append(Mechanism("+", "include", draft.redirect))
        if not all(self._has(passing, want) for want in self.asked.wanted):
            return False
        if draft.ending == "+":
            self._warn_everybody()
        return True

    # redirect

    def _resolve(self, draft: Draft) -> None:
        """A redirect in a form that can stand beside other terms and gives every address the same."""
        if not draft.redirect:
            return
        target = target_name(draft.redirect, self.name, self.name) or ""
        word = f"redirect={draft.redirect}"
        include = Mechanism("+", "include", target)
        problem, found = record_at(self.lookup, target)
        if problem == "unknown" and meaning(include, self.name) not in self.gone:
            raise LeftAlone(
                say(
                    '"{word}" could not be read now, so what it says cannot be carried over; the record is left as it is',
                    word=word,
                ),
                target,
            )
        if problem or not isinstance(found, str) or is_void(self.lookup, self.name, target):
            self.dropped.append(
                Dropped(word, say("leads to no usable SPF record, so receivers answer permerror"))
            )
            draft.redirect = ""
            return
        ending = effective_all(self.lookup, self.name, target)
        explained = explanation(self.name, found, target)
        inline = [(m, str(m)) for m in inlined(self.lookup, self.name, found, target)]
        for terms in ([(include, str(include))], inline):
            if self._same(draft, terms, ending):
                draft.terms += [(t, w) for t, w in terms] + explained
                draft.ending, draft.redirect = ending, ""
                self.found += [t for t, _ in terms if isinstance(t, Mechanism)]
                form = " ".join([*(w for _, w in terms), _all(ending)])
                self.dropped.append(
                    Dropped(word, say('cannot stand beside other terms; "{form}" says the same', form=form))
                )
                return
        self.found += [m for m, _ in inline if m.qualifier == "+"]
        raise LeftAlone(
            say(
                'what "{word}" says cannot be written in another form that is proven equal; the record is left as it is',
                word=word,
            ),
            cure=say(
                "Have {terms} added to the record at {target}, or put a record of your own in place of the redirect, and "
                "run the plan again",
                target=target,
            ),
        )

    def _same(self, draft: Draft, terms: Sequence[tuple[SpfTerm, str]], ending: str) -> bool:
        words = [w for t, w in (*draft.terms, *terms) if isinstance(t, Mechanism)]
        text = " ".join([VERSION, *words, _all(ending)])
        old = " ".join([VERSION, *(w for _, w in draft.terms), f"redirect={draft.redirect}"])
        return same_sets((self.lookup, self.lookup), self.name, (old,), text, limits=False)

    # joining

    def _joined(self, drafts: Sequence[Draft]) -> list[tuple[SpfTerm, str]]:
        """All terms, records that refuse somebody by name last, each meaning once."""
        if len(drafts) > 1:
            self.notes.append(
                say(
                    "{count} SPF records stood at {name}, which receivers treat as an error "
                    "(RFC 7208 section 4.5); they are joined into one",
                    count=len(drafts),
                    name=self.name,
                )
            )
        terms: list[tuple[SpfTerm, str]] = []
        seen: dict[object, str] = {}
        for draft in sorted(drafts, key=_refuses):
            for term, word in draft.terms:
                key = meaning(term, self.name) if isinstance(term, Mechanism) else _modifier_key(term)
                if key not in seen:
                    seen[key] = word
                    terms.append((term, word))
                elif seen[key] != word or isinstance(term, Mechanism):
                    reason = say('stands for the same as "{first}", which comes before it', first=seen[key])
                    self.dropped.append(Dropped(word, reason))
        return terms

    def _wanted(self, terms: list[tuple[SpfTerm, str]]) -> list[str]:
        """Puts what is missing behind the mechanisms; says what was added."""
        added: list[str] = []
        for want in self.asked.wanted:
            mechanisms = _mechanisms(want)
            if not mechanisms:
                self.notes.append(say('"{term}" is not an SPF mechanism and was not added', term=want))
            passing = [t for t, _ in terms if isinstance(t, Mechanism) and t.qualifier == "+"]
            if self._has(passing, want):
                continue
            for m in mechanisms:
                self._replace_refusal(terms, m)
                last = max((i for i, (t, _) in enumerate(terms) if isinstance(t, Mechanism)), default=-1)
                terms.insert(last + 1, (m, str(m)))
                added.append(str(m))
        if added and (
            first := next((w for t, w in terms if isinstance(t, Mechanism) and t.qualifier != "+"), None)
        ):
            self.notes.append(
                say('"{term}" stands before the new terms and goes on deciding for its addresses', term=first)
            )
        return added

    def _replace_refusal(self, terms: list[tuple[SpfTerm, str]], wanted: Mechanism) -> None:
        for index, (term, word) in enumerate(terms):
            if isinstance(term, Mechanism) and meaning(term, self.name) == meaning(wanted, self.name):
                said = QUALIFIED[term.qualifier]
                self.dropped.append(
                    Dropped(word, say('said "{said}" for a service that is to send', said=said))
                )
                del terms[index]
                return

    def _has(self, passing: Sequence[Mechanism], want: str) -> bool:
        """Whether the terms let a wanted one pass: it stands there, one as good does, or its addresses are listed."""
        keys = {meaning(m, self.name) for m in passing}
        plain = all(
            m.qualifier == "+" for m in self.found
        )  # a refusal before the range might take the address
        for way in (want, *self.asked.accepted.get(want, ())):
            needed = _mechanisms(way)
            if needed and all(
                meaning(m, self.name) in keys or (plain and _listed(m, passing)) for m in needed
            ):
                return True
        return False

    def _removed(self, term: SpfTerm, word: str) -> bool:
        if not isinstance(term, Mechanism) or meaning(term, self.name) not in self.gone:
            return False
        self.dropped.append(Dropped(word, say("belongs to a service that no longer sends")))
        return True

    # the end of the record

    def _ending(self, drafts: Sequence[Draft]) -> str:
        found = [d.ending for d in drafts if d.ending]
        choice = self.asked.all_qualifier
        if choice is not None:
            if found and choice not in found:
                self.dropped.append(
                    Dropped(_all(found[0]), say('"{chosen}" was chosen instead', chosen=_all(choice)))
                )
            return choice
        if not drafts:
            return _qualifier(self.asked.default_all)
        if not found:
            self.notes.append(
                say(
                    'the record ends without "all", which means neutral; choose "~all" once every sender is listed'
                )
            )
            return ""
        careful = [q for q in found if q != "+"] or found
        ending = max(careful, key=LENIENT.index)
        if len(set(found)) > 1:
            self.notes.append(
                say(
                    'the records ended differently ({found}); "{kept}" is kept, the most lenient that still says something',
                    found=", ".join(map(_all, found)),
                    kept=_all(ending),
                )
            )
        if ending == "+":
            self._warn_everybody()
        return ending

    def _warn_everybody(self) -> None:
        self.notes.append(
            say(
                'WARNING: "+all" lets every computer in the world send as {name}; it was there and is kept '
                'until you choose "~all" or "-all"',
                name=self.name,
            )
        )

    def _written(self, terms: Sequence[tuple[SpfTerm, str]], added: Sequence[str], ending: str) -> Merge:
        last = max((i for i, (t, _) in enumerate(terms) if isinstance(t, Mechanism)), default=-1)
        words = [w for _, w in terms]
        if ending:
            words.insert(last + 1, _all(ending))
        if not self.asked.existing and not added:
            words = []
        elif ending in ("-", "~") and last < 0:
            self.notes.append(say("the record says that {name} sends no mail at all", name=self.name))
        text = " ".join([VERSION, *words]) if words or self.asked.existing else ""
        kept = tuple(w for w in words if w not in added)
        return Merge(
            text, self.asked.existing, kept, tuple(added), tuple(self.dropped), (*self.notes, *self.macros)
        )


def _mechanisms(term: str) -> tuple[Mechanism, ...]:
    """The mechanisms of a wanted term, qualifier aside; a redirect counts as its include, ``all`` not at all."""
    parsed = parse_spf(f"{VERSION} {term}")
    if parsed.value is None or parsed.faults:
        return ()
    out = [m._replace(qualifier="+") for m in parsed.value.mechanisms if m.name != "all"]
    if parsed.value.redirect:
        out.append(Mechanism("+", "include", parsed.value.redirect))
    return tuple(out)


def _listed(wanted: Mechanism, passing: Iterable[Mechanism]) -> bool:
    """Whether the addresses of an ip4 or ip6 term are already within others."""
    if wanted.name not in ("ip4", "ip6"):
        return False
    bits = IPV4 if wanted.name == "ip4" else IPV6
    return not literal([wanted], bits) - literal(passing, bits)


def _refuses(draft: Draft) -> bool:
    return any(isinstance(t, Mechanism) and t.qualifier != "+" for t, _ in draft.terms)


def _modifier_key(term: Modifier) -> object:
    """exp may stand only once; others are told apart by their value too (RFC 7208 section 6)."""
    return term.name if term.name == "exp" else (term.name, term.argument)


def _qualifier(text: str) -> str:
    return text[0] if text[:1] in QUALIFIED else "+" if text == "all" else "~"


def _all(qualifier: str) -> str:
    return f"{qualifier}all" if qualifier else ""
