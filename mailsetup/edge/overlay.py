"""Sources on top of one another: a zone over a recording, planned records over the world, a memory of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailsetup.model.dns import UNASKED, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from mailsetup.model.message import phrase
from mailsetup.model.names import parent

from .listed import selectors_listed
from .source import CHAIN_LIMIT, Pending, Source, joined, then

PLANNED_TTL = 300


class Overlay:
    """
    What ``top`` knows, and ``below`` for the rest.

    A chain of aliases that leaves one of the two goes on in the other.
    """

    def __init__(self, top: Source, below: Source) -> None:
        self.top, self.below = top, below
        self.description = f"{top.description} over {below.description}"

    def ask(self, question: Question) -> Pending:
        """The answer of ``top``, or of ``below`` where ``top`` was not to be asked."""
        if isinstance(question, DnsQuestion) and not question.server:
            return self._resolve(question, CHAIN_LIMIT)
        return then(self.top.ask(question), lambda a: self.below.ask(question) if _passes(a) else a)

    def _resolve(self, question: DnsQuestion, steps: int) -> Pending:
        def settle(answer: Answer) -> Pending:
            if not isinstance(answer, DnsAnswer) or not _passes(answer):
                return answer
            if answer.aliases:
                return _continued(answer, len(answer.aliases), question.rdtype, steps, self._resolve)

            def settled(found: Answer) -> Pending:
                if isinstance(found, DnsAnswer) and answer.detail and found == UNASKED:
                    return answer  # it says why, and whose name it is
                return self._back_up(found, question.rdtype, steps)

            return then(self.below.ask(question), settled)

        return then(self.top.ask(question), settle)

    def _back_up(self, answer: Answer, rdtype: str, steps: int) -> Pending:
        """Below's answer, unless its chain touches a name that ``top`` knows better."""
        if not isinstance(answer, DnsAnswer) or not answer.aliases:
            return answer
        return self._check(answer, 0, rdtype, steps)

    def _check(self, answer: DnsAnswer, i: int, rdtype: str, steps: int) -> Pending:
        if i == len(answer.aliases):
            return answer

        def settle(known: Answer) -> Pending:
            if isinstance(known, DnsAnswer) and _passes(known) and not known.aliases:
                return self._check(answer, i + 1, rdtype, steps)
            return _continued(answer, i + 1, rdtype, steps, self._resolve)

        return then(self.top.ask(DnsQuestion(answer.aliases[i], rdtype)), settle)

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors that either of the two lists, sorted."""
        return tuple(sorted({*selectors_listed(self.top, domain), *selectors_listed(self.below, domain)}))

    async def close(self) -> None:
        """Closes both."""
        await self.top.close()
        await self.below.close()


def _passes(answer: Answer) -> bool:
    """Whether somebody else may know: unasked, and not claimed (see `Source`)."""
    return answer.outcome is Outcome.UNASKED and not (isinstance(answer, DnsAnswer) and answer.server)


def _continued(
    answer: DnsAnswer, kept: int, rdtype: str, steps: int, resolve: Callable[[DnsQuestion, int], Pending]
) -> Pending:
    """The chain's first ``kept`` aliases, and what ``resolve`` finds at the last of them."""
    aliases, ttl = answer.aliases[:kept], answer.ttl
    if steps <= 0:
        return DnsAnswer(Outcome.SERVFAIL, (), aliases, ttl, False, answer.server, phrase("CNAME loop"))
    rest = resolve(DnsQuestion(aliases[-1], rdtype), steps - kept)
    return then(rest, lambda found: joined(aliases, ttl, found) if isinstance(found, DnsAnswer) else found)


class Planned:
    """
    The world as it will be: ``below`` with some record sets replaced.

    ``records`` holds the whole new set of a name and type; an empty one removes the set. A name that
    gets records exists and so do its parents (RFC 8020), a planned CNAME answers every type, a name
    left without planned records is NO_DATA unless it never existed, and a wildcard no longer answers for a name
    that gets records of its own, nor below a container (such as ``_domainkey``) that begins to exist with it, and
    answers again for one that goes (RFC 4592 section 2.2.1). ``ttls`` are of the sets whose TTL is not ``ttl``.
    """

    def __init__(
        self,
        records: Mapping[tuple[str, str], tuple[Rdata, ...]],
        below: Source,
        ttl: int = PLANNED_TTL,
        ttls: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self.records, self.below, self.ttl, self.ttls = dict(records), below, ttl, dict(ttls or {})
        self.description = f"planned records over {below.description}"
        self._touched = {name for name, _ in self.records}
        self._gains = {name for (name, _), rdata in self.records.items() if rdata}
        self._parents = {above for name in self._gains for above in _ancestors(name)}
        self._containers = {name for name in self._parents if name.startswith("_")}

    def ask(self, question: Question) -> Pending:
        """The planned answer, or below's."""
        if not isinstance(question, DnsQuestion):
            return self.below.ask(question)
        return self._resolve(question, CHAIN_LIMIT)

    def _resolve(self, question: DnsQuestion, steps: int) -> Pending:
        name, rdtype, _ = question
        if name not in self._touched:
            return then(self.below.ask(question), lambda a: self._beneath(a, question, steps))
        planned = self.records.get((name, rdtype))
        if planned:
            ttl = self.ttls.get((name, rdtype), self.ttl)
            return DnsAnswer(Outcome.FOUND, planned, (), ttl, False, "planned")
        cname = self.records.get((name, "CNAME"))
        if cname:
            ahead = DnsAnswer(Outcome.UNASKED, (), (str(cname[0]),), self.ttl)
            return _continued(ahead, 1, rdtype, steps, self._resolve)
        removed = planned is not None
        return then(self.below.ask(question), lambda a: self._beside(a, question, removed, steps))

    def _beside(self, answer: Answer, question: DnsQuestion, removed: bool, steps: int) -> Pending:
        """Below's answer at a name whose sets are changed, for a type that gets none."""
        if not isinstance(answer, DnsAnswer):
            return answer
        name = question.name
        cname_gone = bool(answer.aliases) and (name, "CNAME") in self.records
        if answer.unknown and not (removed or cname_gone):
            return answer
        absent = Outcome.NO_DATA
        if answer.outcome is Outcome.NO_NAME and not answer.aliases and not self._exists(name):
            absent = Outcome.NO_NAME
        if removed or cname_gone or (answer.absent and not answer.aliases):
            kept = answer if answer.absent and not answer.aliases else DnsAnswer(absent, ttl=self.ttl)
            gone = kept._replace(outcome=absent, server="planned")
            return self._wild(gone, question) if self._goes(name) else gone
        return self._unmasked(answer, question, steps)

    def _goes(self, name: str) -> bool:
        """Whether a name had nothing but what is removed: an alias stands alone, and so do the texts of services."""
        return not self._exists(name) and ((name, "CNAME") in self.records or "_" in name)

    def _wild(self, gone: DnsAnswer, question: DnsQuestion) -> Pending:
        """What a wildcard above says in place of a name that goes."""
        name, rdtype, server = question
        wild = self.below.ask(DnsQuestion(f"*.{parent(name)}", rdtype, server))
        return then(wild, lambda a: a if isinstance(a, DnsAnswer) and a.found else gone)

    def _unmasked(self, answer: DnsAnswer, question: DnsQuestion, steps: int) -> Pending:
        """Below's records, unless they came from a wildcard that the plan now hides."""
        name, rdtype, server = question
        if name not in self._gains:
            return self._around(answer, question, steps)

        def settle(wild: Answer) -> Pending:
            if (
                isinstance(wild, DnsAnswer)
                and wild.outcome is answer.outcome
                and (wild.records, wild.aliases) == (answer.records, answer.aliases)
            ):
                return DnsAnswer(Outcome.NO_DATA, ttl=self.ttl, server="planned")
            return self._around(answer, question, steps)

        return then(self.below.ask(DnsQuestion(f"*.{parent(name)}", rdtype, server)), settle)

    def _beneath(self, answer: Answer, question: DnsQuestion, steps: int) -> Pending:
        """Below's answer at an untouched name, unless a wildcard gave it that a new parent now hides."""
        name, rdtype, server = question
        above = next((a for a in (name, *_ancestors(name)) if a in self._containers), "")
        if not above or not isinstance(answer, DnsAnswer) or not (answer.found or answer.aliases):
            return self._around(answer, question, steps)

        def settle(wild: Answer) -> Pending:
            same = isinstance(wild, DnsAnswer) and (wild.records, wild.aliases) == (
                answer.records,
                answer.aliases,
            )
            if same:
                absent = Outcome.NO_DATA if self._exists(name) else Outcome.NO_NAME
                return DnsAnswer(absent, ttl=self.ttl, server="planned")
            return self._around(answer, question, steps)

        return then(self.below.ask(DnsQuestion(f"*.{parent(above)}", rdtype, server)), settle)

    def _around(self, answer: Answer, question: DnsQuestion, steps: int) -> Pending:
        """Below's answer at an untouched name: its chain may meet the plan, its absence a new child."""
        if not isinstance(answer, DnsAnswer):
            return answer
        for i, alias in enumerate(answer.aliases):
            if alias in self._touched or (alias in self._parents and answer.outcome is Outcome.NO_NAME):
                return _continued(answer, i + 1, question.rdtype, steps, self._resolve)
        if answer.outcome is Outcome.NO_NAME and not answer.aliases and self._exists(question.name):
            return answer._replace(outcome=Outcome.NO_DATA)
        return answer

    def _exists(self, name: str) -> bool:
        return name in self._gains or name in self._parents

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors that below lists: who made the plan knows his own."""
        return selectors_listed(self.below, domain)

    async def close(self) -> None:
        """Closes what lies below."""
        await self.below.close()


def _ancestors(name: str) -> list[str]:
    above = []
    while name:
        name = parent(name)
        above.append(name)
    return above


class Recording:
    """A source that remembers every answer it passed on, for ``--record``."""

    def __init__(self, source: Source) -> None:
        self.source, self.description = source, source.description
        self.answers: dict[Question, Answer] = {}

    def ask(self, question: Question) -> Pending:
        """The source's answer."""

        def remember(answer: Answer) -> Pending:
            self.answers[question] = answer
            return answer

        return then(self.source.ask(question), remember)

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors that the source lists."""
        return selectors_listed(self.source, domain)

    async def close(self) -> None:
        """Closes the source."""
        await self.source.close()
