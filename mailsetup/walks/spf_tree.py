"""The whole tree of includes and redirects of an SPF record, with what evaluating it costs (RFC 7208 section 4.6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from mailsetup.grammar.spf_macro import is_askable, target_name
from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, Outcome, Question, dns_question
from mailsetup.model.parsed import Fault
from mailsetup.model.records import Mechanism, SpfRecord, SpfTerm
from mailsetup.model.walk import Batch, Walk

from .spf_record import SpfPublished, published

LOOKUP_LIMIT: Final = 10  # include, a, mx, ptr, exists, redirect; RFC 7208 section 4.6.4
VOID_LIMIT: Final = 2  # look-ups that find nothing; RFC 7208 section 4.6.4
EXCHANGE_LIMIT: Final = 10  # hosts of one mx term; RFC 7208 section 4.6.4
NODE_LIMIT: Final = 120  # records read of one tree; twelve times what any receiver reads
DEPTH_LIMIT: Final = 20  # includes inside one another; twice what any receiver follows
TERM_LIMIT: Final = 300  # terms of one record that are followed; a record of 450 octets holds forty
HOST_TERMS: Final = frozenset({"a", "mx", "exists"})
HOST_LIMIT: Final = 120  # terms whose addresses are asked for; twelve times the ten


class End(StrEnum):
    """Why the tree goes no further at a node."""

    RECORD = "record"  # a readable record: the usual case
    NONE = "none"  # no SPF record there: permerror for an include or redirect
    SEVERAL = "several"  # more than one SPF record: permerror
    FAULTY = "faulty"  # the record does not parse: permerror
    LOOP = "loop"  # a record above reaches itself: permerror at the look-up limit
    UNKNOWN = "unknown"  # no usable answer: temperror for now, nothing is known
    UNASKED = "unasked"  # in none of the files given, and nobody else was to be asked
    MACRO = "macro"  # the name depends on the sender
    NAME = "name"  # not a name that can be asked for: the same as none
    LIMIT = "limit"  # the tree is larger than anybody reads


_UNREAD: Final = frozenset({End.UNKNOWN, End.UNASKED, End.MACRO, End.LIMIT})
"""The ends below which more may stand."""


class SpfHost(NamedTuple):
    """One host of an ``a``, ``mx`` or ``exists`` term and the answers for its addresses, None where not asked."""

    name: str
    v4: DnsAnswer | None
    v6: DnsAnswer | None


class SpfLookup(NamedTuple):
    """
    One term that costs a look-up, where it is reached.

    ``target`` is the name looked up, None when it depends on the sender. ``child`` is the record an
    include or redirect leads to. ``exchanges`` are the hosts of an ``mx`` term (None: not known or not
    asked), ``hosts`` what their addresses are. ``void4`` and ``void6`` tell whether the term finds nothing
    for an IPv4 and an IPv6 sender; None means that it is not known.
    """

    term: SpfTerm
    span: tuple[int, int] | None
    target: str | None
    child: SpfTree | None = None
    mx: DnsAnswer | None = None
    hosts: tuple[SpfHost, ...] = ()
    void4: bool | None = None
    void6: bool | None = None

    @property
    def exchanges(self) -> tuple[str, ...] | None:
        """The hosts an ``mx`` term names, None when not known."""
        if self.mx is None or self.mx.unknown:
            return None
        return exchanges_of(self.mx)

    @property
    def lookups(self) -> int:
        """One, and those of the record it leads to."""
        return 1 + (self.child.lookups if self.child is not None else 0)

    @property
    def decidable(self) -> bool:
        """Whether what it finds does not depend on the sender."""
        return self.target is not None and self.term.name != "ptr"

    @property
    def barren(self) -> bool:
        """Whether it is known to find no address at all; a null MX is an answer, and names nobody (RFC 7505)."""
        return bool(self.void4 and self.void6) or self.exchanges == ()

    @property
    def may_match(self) -> bool:
        """Whether somebody could be matched by it, as far as is known."""
        return not self.barren

    @property
    def questions(self) -> tuple[DnsQuestion, ...]:
        """The questions about its own hosts."""
        if self.target is None or self.child is not None:
            return ()
        mx = (dns_question(self.target, "MX"),) if self.term.name == "mx" else ()
        four = tuple(dns_question(h.name, "A") for h in self.hosts if h.v4 is not None)
        six = tuple(dns_question(h.name, "AAAA") for h in self.hosts if h.v6 is not None)
        return mx + four + six


def exchanges_of(answer: DnsAnswer) -> tuple[str, ...]:
    """The hosts an MX answer names, in order of preference; the null MX names none."""
    return tuple(r.exchange for r in sorted(r for r in answer.records if type(r) is MX) if r.exchange)


class SpfCounts(NamedTuple):
    """
    What the terms of a tree come to, so that a tree where nothing is odd is not gone through again.

    ``hosts`` are the terms that name hosts to look up, ``void4`` and ``void6`` those known to find nothing for a
    sender of that family, ``barren`` those without a child that find no address at all, ``exchanges`` the most
    MX records of one of them.
    """

    hosts: int = 0
    void4: int = 0
    void6: int = 0
    barren: int = 0
    exchanges: int = 0


NOTHING_COUNTED: Final = SpfCounts()


class SpfTree(NamedTuple):
    """
    The SPF record of a name and everything it includes.

    ``lookups`` counts the terms that cost one, here and below: a lower bound while something is unknown
    or depends on the sender (``complete`` is false). ``terms`` are those that can be reached; what
    stands after ``all`` cannot, and ``redirect`` only without ``all``.
    ``counts`` are over everything here and below.
    ``path`` are the names from the root to this one; ``trail`` the questions on that way; ``below`` every record
    further down. Nothing here refers to itself, so that a tree goes when nobody holds it, without the collector.
    """

    name: str
    published: SpfPublished | None
    ended_by: End
    path: tuple[str, ...]
    trail: tuple[DnsQuestion, ...]
    terms: tuple[SpfLookup, ...] = ()
    lookups: int = 0
    complete: bool = True
    below: tuple[SpfTree, ...] = ()
    counts: SpfCounts = NOTHING_COUNTED

    @property
    def nodes(self) -> tuple[SpfTree, ...]:
        """This record and every one below it, in the order of evaluation."""
        return (self, *self.below)

    @property
    def record(self) -> SpfRecord | None:
        """The terms that could be read, also of a faulty record."""
        parsed = self.published.parsed if self.published is not None else None
        return parsed.value if parsed is not None else None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the record's text."""
        parsed = self.published.parsed if self.published is not None else None
        return parsed.faults if parsed is not None else ()

    @property
    def children(self) -> tuple[SpfTree, ...]:
        """The records that includes and redirect lead to."""
        return tuple(term.child for term in self.terms if term.child is not None)

    def heaviest(self) -> SpfLookup | None:
        """The term of this record that costs the most look-ups."""
        return max(self.terms, key=lambda term: term.lookups, default=None)

    def every_term(self) -> Iterator[tuple[SpfTree, SpfLookup]]:
        """Each term that costs a look-up in the whole tree, in the order of evaluation."""
        pairs: list[tuple[SpfTree, SpfLookup]] = []
        _gather(self, pairs)
        return iter(pairs)

    def voids(self, family: int) -> tuple[tuple[SpfTree, SpfLookup], ...]:
        """The terms known to find nothing for a sender of that address family (4 or 6)."""
        if not (self.counts.void4 if family == 4 else self.counts.void6):
            return ()
        if family == 4:
            return tuple([pair for pair in self.every_term() if pair[1].void4])
        return tuple([pair for pair in self.every_term() if pair[1].void6])

    @property
    def crowded(self) -> tuple[tuple[SpfTree, SpfLookup], ...]:
        """The ``mx`` terms that name more hosts than are allowed."""
        if self.counts.exchanges <= EXCHANGE_LIMIT:
            return ()
        return tuple([pair for pair in self.every_term() if len(pair[1].exchanges or ()) > EXCHANGE_LIMIT])

    @property
    def barren(self) -> tuple[tuple[SpfTree, SpfLookup], ...]:
        """The terms for hosts that are known to find no address at all."""
        if not self.counts.barren:
            return ()
        return tuple([pair for pair in self.every_term() if pair[1].child is None and pair[1].barren])

    @property
    def void_lookups(self) -> int:
        """The void look-ups of the worse address family."""
        return max(self.counts.void4, self.counts.void6)

    @property
    def undecided(self) -> tuple[tuple[SpfTree, SpfLookup], ...]:
        """The terms that depend on the sender: macros, ptr."""
        return tuple(pair for pair in self.every_term() if not pair[1].decidable)

    @property
    def unknown(self) -> tuple[DnsQuestion, ...]:
        """The TXT questions of the tree without a usable answer."""
        return tuple(n.trail[-1] for n in self.nodes if n.ended_by in (End.UNKNOWN, End.UNASKED))

    @property
    def unasked(self) -> bool:
        """Whether something is unknown, and only because nobody was to be asked."""
        ends = {n.ended_by for n in self.nodes}
        return End.UNASKED in ends and End.UNKNOWN not in ends

    @property
    def known(self) -> tuple[DnsQuestion, ...]:
        """The TXT questions of the tree that were answered, the root's first."""
        return tuple(
            dict.fromkeys(n.trail[-1] for n in self.nodes if n.published and not n.published.answer.unknown)
        )

    @property
    def permerror(self) -> bool | None:
        """
        Whether receivers answer permerror, read without a sender; None when unknown answers decide.

        A fault anywhere counts, even where evaluation would match before it (RFC 7208 section 4.6).
        The limit of look-ups counts when somebody whom the record lists stands behind it, the limit of
        void look-ups when both address families reach it.
        """
        if self.ended_by in (End.NONE, End.NAME):
            return False
        if (
            broken(self) is not None
            or self.beyond_limit()
            or min(self.counts.void4, self.counts.void6) > VOID_LIMIT
        ):
            return True
        if self.crowded:
            return True
        return None if self.unknown else False

    def beyond_limit(self) -> bool:
        """Whether anybody whom the record lists is only reached with an eleventh look-up."""
        return self.lookups > LOOKUP_LIMIT and any(
            count > LOOKUP_LIMIT and may_match for count, may_match in _steps(self, [0])
        )


def _gather(tree: SpfTree, into: list[tuple[SpfTree, SpfLookup]]) -> None:
    for term in tree.terms:
        into.append((tree, term))
        if term.child is not None:
            _gather(term.child, into)


def _steps(tree: SpfTree, count: list[int]) -> Iterator[tuple[int, bool]]:
    """The terms in the order of evaluation: look-ups so far, and whether it could authorise somebody."""
    looking = {lookup.span: lookup for lookup in tree.terms}
    record = tree.record
    for index, term in enumerate(record.terms if record is not None else ()):
        lookup = looking.get(record.span(index)) if record is not None else None
        if lookup is not None:
            count[0] += 1
            if lookup.child is None or lookup.child.ended_by is not End.RECORD:
                yield count[0], lookup.may_match
            else:
                yield from _steps(lookup.child, count)
        elif type(term) is Mechanism:
            yield count[0], term.name in ("ip4", "ip6") or (term.name == "all" and term.qualifier == "+")
            if term.name == "all":
                return


def broken(tree: SpfTree) -> SpfTree | None:
    """The first record in the tree that makes the whole permerror, the root included; None when there is none."""
    for node in tree.nodes:
        if node.ended_by in (End.SEVERAL, End.FAULTY, End.LOOP):
            return node
        if node.ended_by in (End.NONE, End.NAME) and len(node.path) > 1:
            return node
    return None


# --- growing the tree ---------------------------------------------------------------------------


class _Node:
    """A record being read; frozen into an `SpfTree` once everything below is known."""

    __slots__ = ("ended_by", "hostless", "name", "path", "published", "terms", "trail")

    def __init__(self, name: str, path: tuple[str, ...], trail: tuple[DnsQuestion, ...]) -> None:
        self.name = name
        self.path = path
        self.trail = trail
        self.published: SpfPublished | None = None
        self.ended_by = End.UNKNOWN
        self.terms: list[_Term] = []
        self.hostless: SpfTree | None = None  # the tree from here on, where no term of it names a host


class _Term:
    """A term that costs a look-up, being followed."""

    __slots__ = ("child", "hosts", "mx", "span", "target", "term")

    def __init__(self, term: SpfTerm, span: tuple[int, int] | None, target: str | None) -> None:
        self.term = term
        self.span = span
        self.target = target
        self.child: _Node | None = None
        self.mx: DnsAnswer | None = None
        self.hosts: tuple[str, ...] = ()


def spf_includes(domain: str) -> Walk[SpfTree]:
    """The tree of includes and redirects, from TXT questions alone; one round a level."""
    root, _, _ = yield from _grow(domain, addresses=False)
    return _frozen(root, {})


def spf_tree(domain: str) -> Walk[SpfTree]:
    """The tree with the addresses of its a, mx and exists hosts, asked together with the next level."""
    root, known, _ = yield from _grow(domain, addresses=True)
    return _frozen(root, known)


def spf_trees(domain: str) -> Walk[dict[Any, tuple[SpfTree, Sequence[Batch]]]]:
    """
    Both, grown once: for `spf_includes` and `spf_tree` what each finds, and the rounds of questions that rests on.

    Where no term names a host they are the same tree.
    """
    root, known, rounds = yield from _grow(domain, addresses=True)
    includes = tree = _frozen(root, {})
    if tree.counts.hosts:
        tree = _frozen(root, known)
    texts = [tuple([q for q in batch if q.rdtype == "TXT"]) for batch in rounds]
    return {spf_includes: (includes, [batch for batch in texts if batch]), spf_tree: (tree, rounds)}


def _grow(
    domain: str, *, addresses: bool
) -> Walk[tuple[_Node, dict[Question, DnsAnswer], list[tuple[DnsQuestion, ...]]]]:
    """The root of the tree with everything that hangs on it, the answers, and the rounds they were asked in."""
    known: dict[Question, DnsAnswer] = {}
    rounds: list[tuple[DnsQuestion, ...]] = []
    root = _Node(domain, (domain,), (dns_question(domain, "TXT"),))
    level, room = [root], NODE_LIMIT
    hosts, places = list[_Term](), HOST_LIMIT  # terms whose addresses are still to be asked for
    while True:
        wanted = dict.fromkeys([q for node in level if (q := node.trail[-1]) not in known])
        if hosts:
            wanted.update(dict.fromkeys(_host_questions(hosts, known)))
            hosts = [term for term in hosts if term.term.name == "mx" and term.mx is None]
        if wanted:
            batch = tuple(wanted)
            rounds.append(batch)
            answers: Mapping[Any, Any] = yield batch
            known.update([(question, answers[question]) for question in batch])
        elif not level:
            return root, known, rounds
        found = [term for node in level for term in _read(node, known[node.trail[-1]], domain)]
        if addresses:
            hosts += [term for term in found[:places] if term.child is None and term.target is not None]
            places = max(0, places - len(found))
        level = [
            term.child for term in found if term.child is not None and term.child.ended_by is End.UNKNOWN
        ]
        for child in level[room:]:
            child.ended_by = End.LIMIT
        level = level[:room]
        room -= len(level)


def _read(node: _Node, answer: DnsAnswer, origin: str) -> list[_Term]:
    """What a TXT answer makes of a node: the terms to follow."""
    if answer.unknown:
        node.ended_by = End.UNASKED if answer.outcome is Outcome.UNASKED else End.UNKNOWN
        return []
    node.published = published(node.trail[-1], answer)
    parsed = node.published.parsed
    if parsed is None:
        node.ended_by = End.SEVERAL if node.published.texts else End.NONE
        return []
    node.ended_by = End.RECORD if parsed.valid else End.FAULTY
    if parsed.value is not None:
        node.terms = [_follow(node, term, span, origin) for term, span in reached(parsed.value)]
    return node.terms


def reached(record: SpfRecord) -> list[tuple[SpfTerm, tuple[int, int] | None]]:
    """The terms that cost a look-up and can be reached: before ``all``, and redirect only without it."""
    spans = record.spans
    return [(record.terms[i], spans[i] if i < len(spans) else None) for i in record.lookups[:TERM_LIMIT]]


def _follow(node: _Node, term: SpfTerm, span: tuple[int, int] | None, origin: str) -> _Term:
    target = target_name(term.argument, node.name, origin)
    followed = _Term(term, span, target)
    if term.name not in ("include", "redirect"):
        return followed
    name = target if target is not None else term.argument
    child = _Node(name, (*node.path, name), (*node.trail, dns_question(name, "TXT")))
    if target is None:
        child.ended_by = End.MACRO
        child.trail = node.trail
    elif target in node.path:
        child.ended_by = End.LOOP
    elif len(child.path) > DEPTH_LIMIT:
        child.ended_by = End.LIMIT
    elif not is_askable(target):
        child.ended_by = End.NAME
        child.trail = node.trail
    followed.child = child
    return followed


def _host_questions(terms: list[_Term], known: dict[Question, DnsAnswer]) -> Iterator[DnsQuestion]:
    """The questions about hosts that can be asked now."""
    for term in terms:
        if term.target is None or not is_askable(term.target):
            continue
        match term.term.name:
            case "a":
                term.hosts = (term.target,)
            case "exists":
                question = dns_question(term.target, "A")
                if question not in known:
                    yield question
                continue
            case "mx":
                question = dns_question(term.target, "MX")
                term.mx = known.get(question)
                if term.mx is None:
                    yield question
                    continue
                term.hosts = tuple(h for h in exchanges_of(term.mx)[:EXCHANGE_LIMIT] if is_askable(h))
        for host in term.hosts:
            for rdtype in ("A", "AAAA"):
                question = dns_question(host, rdtype)
                if question not in known:
                    yield question


def _frozen(node: _Node, known: dict[Question, DnsAnswer]) -> SpfTree:
    tree = node.hostless
    if tree is None:
        tree = _frozen_anew(node, known)
        if not tree.counts.hosts:
            node.hostless = tree
    return tree


def _frozen_anew(node: _Node, known: dict[Question, DnsAnswer]) -> SpfTree:
    ended = node.ended_by
    complete = ended is End.RECORD or ended not in _UNREAD
    if not node.terms:
        return SpfTree(node.name, node.published, ended, node.path, node.trail, complete=complete)
    terms = tuple([_frozen_term(term, known) for term in node.terms])
    lookups = len(terms)
    below: list[SpfTree] = []
    for term in terms:
        child = term.child
        if child is not None:
            lookups += child.lookups
            complete = complete and child.complete
            below.append(child)
            below += child.below
    return SpfTree(
        node.name,
        node.published,
        ended,
        node.path,
        node.trail,
        terms,
        lookups,
        complete,
        tuple(below),
        _counted(terms),
    )


def _counted(terms: tuple[SpfLookup, ...]) -> SpfCounts:
    hosts = void4 = void6 = barren = exchanges = 0
    for term in terms:
        void4 += term.void4 is True
        void6 += term.void6 is True
        if term.child is not None:
            below = term.child.counts
            if below is not NOTHING_COUNTED:
                hosts += below.hosts
                void4 += below.void4
                void6 += below.void6
                barren += below.barren
                exchanges = max(exchanges, below.exchanges)
            continue
        hosts += term.term.name in HOST_TERMS
        barren += term.barren
        if term.mx is not None:
            exchanges = max(exchanges, len(term.mx.records))
    if not (hosts or void4 or void6 or barren):
        return NOTHING_COUNTED
    return SpfCounts(hosts, void4, void6, barren, exchanges)


def _frozen_term(term: _Term, known: dict[Question, DnsAnswer]) -> SpfLookup:
    if term.child is not None:
        child = _frozen(term.child, known)
        nothing = child.published.answer.absent if child.published is not None else None
        return SpfLookup(term.term, term.span, term.target, child, void4=nothing, void6=nothing)
    if not known:  # the tree without hosts
        return SpfLookup(term.term, term.span, term.target)
    hosts = tuple(
        [SpfHost(h, known.get(dns_question(h, "A")), known.get(dns_question(h, "AAAA"))) for h in term.hosts]
    )
    void4, void6 = _voids(term, hosts, known)
    return SpfLookup(term.term, term.span, term.target, None, term.mx, hosts, void4, void6)


def _voids(
    term: _Term, hosts: tuple[SpfHost, ...], known: dict[Question, DnsAnswer]
) -> tuple[bool | None, bool | None]:
    """A term is void for a family when it finds nothing there; one void look-up a term (RFC 7208 section 4.6.4)."""
    if term.target is None or term.term.name == "ptr":
        return None, None
    if not is_askable(term.target):
        return False, False  # nothing is looked up (RFC 7208 section 4.8)
    if term.term.name == "exists":
        answer = known.get(dns_question(term.target, "A"))
        nothing = _nothing(answer)
        return nothing, nothing
    if term.term.name == "mx":
        if term.mx is None or term.mx.unknown:
            return None, None
        if not hosts:
            return term.mx.absent, term.mx.absent
    return _all_nothing([h.v4 for h in hosts]), _all_nothing([h.v6 for h in hosts])


def _nothing(answer: DnsAnswer | None) -> bool | None:
    return None if answer is None or answer.unknown else answer.absent


def _all_nothing(answers: list[DnsAnswer | None]) -> bool | None:
    states = [_nothing(answer) for answer in answers]
    if False in states:
        return False
    return None if None in states else True
