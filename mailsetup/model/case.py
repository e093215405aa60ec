"""
What a check sees of a domain, and the log of what it read.

The log decides what an unknown answer does to a verdict, so that no check has to:

- a finding stands if every answer in its evidence (``at=``) is known; without ``at=`` it
  rests on everything the check read;
- silence stands if every answer the check read is known;
- anything else is *inconclusive*.

So a check that wants its verdict to survive a time-out elsewhere reads the smallest fact
that decides it, and says with ``at=`` what its finding rests on.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, cast

from .dns import UNASKED, Answer, DnsAnswer, DnsQuestion, DnssecQuestion, Question, SmtpQuestion, WebQuestion
from .finding import Evidence, Finding, Fix, Remedy, Severity
from .message import Message, say
from .snapshot import Snapshot
from .walk import Batch, asked_in, needed_by, replay_with_log

T = TypeVar("T")
Key = Any  # a walk, or a tuple of a walk and its arguments
QUESTIONS: Final = frozenset({DnsQuestion, WebQuestion, SmtpQuestion, DnssecQuestion})
"""The types of question, told from collections of questions (they are tuples too)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What is looked at: the domain and what the user or the profiles add to it.

    ``selectors`` are DKIM selectors given by the user, ``selector_hints`` those that profiles
    know (`walks.dkim_keys` says their shape), ``listed_selectors`` those that the zone or the recording
    holds which is read, ``subdomains`` further names judged as senders,
    ``sending_addresses`` are IP addresses that the user says mail is sent from.
    ``detectors`` is the compiled recognition data of all profiles, ``blocklists`` the lists to ask
    (`model.blocklist`), none unless they are wanted.
    """

    domain: str
    selectors: tuple[str, ...] = ()
    subdomains: tuple[str, ...] = ()
    selector_hints: Any = None
    detectors: Any = None
    options: frozenset[str] = frozenset()
    blocklists: Any = ()
    sending_addresses: tuple[str, ...] = ()
    listed_selectors: tuple[str, ...] = ()


class AtWork(Protocol):
    """The check that reads at the moment, under the policy in force."""

    id: str
    severity: Severity


class _Nobody:
    def __init__(self) -> None:
        self.id = ""
        self.severity = Severity.ERROR


@dataclass(slots=True)
class Case:
    """
    One domain to be judged. Facts are read once; each stands with the rounds of questions it rests on.

    ``at_work`` is the check at work; its reads are logged (`start_log`) until whoever runs the checks
    empties the log for the next.

    ``earlier`` are the answers of an earlier run, where there is one to compare with.
    """

    scope: Scope
    snapshot: Snapshot
    facts: dict[Key, tuple[Any, Sequence[Batch]]] = field(default_factory=dict)
    unasked: set[Question] = field(default_factory=set)
    earlier: Snapshot | None = None
    _log: list[Key] = field(default_factory=list)
    at_work: AtWork = field(default_factory=_Nobody)

    @property
    def domain(self) -> str:
        """The domain judged: A-labels, no trailing dot."""
        return self.scope.domain

    @property
    def as_of(self) -> str:
        """The time the answers are from, ISO 8601 in UTC; the only clock a check has."""
        return self.snapshot.as_of

    def start_log(self) -> list[Key]:
        """The log of reads, empty; clearing it starts the next check's."""
        self._log = []
        return self._log

    def read(self, walk: Any, *args: Any) -> Any:
        """
        A walk's fact. Without arguments the walk gets the domain and what it `needs` of the scope.

        The walk is replayed at most once a domain.
        """
        key: Key = (walk, *args) if args else walk
        self._log.append(key)
        try:
            return self.facts[key][0]
        except KeyError:
            pass
        try:
            fact, asked = replay_with_log(
                cast("Generator[Any, Any, Any]", walk(*(args or self.arguments(walk)))), self.snapshot.answers
            )
        except BaseException:
            self._log.pop()  # what raised was not read
            raise
        self.facts[key] = (fact, (asked,))
        self.unasked.update(q for q in asked if q not in self.snapshot.answers)
        return fact

    def read_earlier(self, walk: Any) -> Any:
        """A walk's fact as the earlier run had it; nothing of it is logged, for it can leave no verdict open."""
        if self.earlier is None:
            raise LookupError("there is no earlier run to read")
        return replay_with_log(walk(*self.arguments(walk)), self.earlier.answers)[0]

    def arguments(self, walk: Any) -> tuple[Any, ...]:
        """What a walk named in ``reads`` is called with."""
        return arguments(walk, self.scope)

    def questions_read(self) -> dict[Question, None]:
        """Every question behind what the current check has read, in order."""
        return dict.fromkeys(asked_in(batch for key in self._log for batch in self.facts[key][1]))

    def answer(self, question: Question) -> Answer:
        """The answer to a question in this snapshot; `UNASKED` if it was not asked."""
        return self.snapshot.answers.get(question, UNASKED)

    def evidence(self, question: Question, quote: str = "", span: tuple[int, int] | None = None) -> Evidence:
        """A question with its answer and the words meant."""
        return Evidence(question, self.answer(question), quote, span)

    def finding(
        self,
        template: str,
        *,
        at: Question | Evidence | Iterable[Question | Evidence] | None = None,
        owner: str | None = None,
        remedy: str | Message | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
        over_wildcard: bool = False,
        **values: object,
    ) -> Finding:
        """
        A finding of the current check.

        ``template`` and ``remedy`` are templates filled from ``values``. ``at`` are the questions the
        finding rests on, the decisive one first; its name is the finding's ``owner`` unless given.
        ``severity`` overrides the check's for this one finding. A ``fix`` at a name that is an alias is left out, unless
        the alias is a wildcard's: what is published there goes ``over_wildcard`` (RFC 4592 section 2.2.1).
        """
        kind = type(at)
        if kind is Evidence:
            places: tuple[Evidence, ...] = (cast(Evidence, at),)
        elif kind in QUESTIONS:
            places = (self.evidence(cast(Question, at)),)
        elif at is None:
            places = tuple([self.evidence(q) for q in self.questions_read()])
        else:
            several = cast("Iterable[Question | Evidence]", at)
            places = tuple([p if type(p) is Evidence else self.evidence(cast(Question, p)) for p in several])
        if owner is None:
            owner = (
                getattr(places[0].question, "name", self.domain) if at is not None and places else self.domain
            )
        advice = Message(remedy, values) if isinstance(remedy, str) else remedy
        target = self._alias_at(fix) if fix is not None and not over_wildcard else ""
        if target:  # a name with a CNAME has no other data (RFC 1034 section 3.6.2)
            fix = None
            advice = advice or say(
                "The name is an alias: change the record where it is kept, at {target}.", target=target
            )
        if advice is None and fix is not None:
            advice = say("Publish this record.") if fix.records else say("Delete this record.")
        return Finding(
            self.at_work.id,
            severity or self.at_work.severity,
            owner,
            Message(template, values),
            places,
            Remedy(advice, fix) if advice is not None else None,
        )

    def _alias_at(self, fix: Fix) -> str:
        """Where the CNAME leads that stands at the name of a change, as far as was seen; ``""`` if none was."""
        answer = self.snapshot.answers.get(DnsQuestion(fix.owner, fix.rdtype))
        return answer.aliases[-1] if isinstance(answer, DnsAnswer) and answer.aliases else ""


def arguments(walk: Any, scope: Scope) -> tuple[Any, ...]:
    """The arguments a walk named in ``reads`` gets from a scope."""
    return (scope.domain, *(getattr(scope, field) for field in needed_by(walk)))


def options_of(mapping: Mapping[str, bool]) -> frozenset[str]:
    """The names that are switched on."""
    return frozenset(name for name, on in mapping.items() if on)
