"""
What a rule of somebody else's asks for, told from verdicts that are there already.

Receivers' rules and rulebooks' clauses name predicates (``data/predicates.toml``), predicates name checks and,
where no check calls something a flaw, a fact. What is unknown stays unknown, and what DNS cannot show is said
to be so; a domain is never called compliant.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.finding import Severity, Status, Verdict

from .registry import ROOT_CAUSES, checks_by_id
from .requirement_facts import FACTS, dmarc_reports_go_to


class State(StrEnum):
    """How a domain stands to a rule."""

    MEETS = "meets"
    MISSES = "misses"
    UNKNOWN = "unknown"  # a question that was to be asked got no usable answer, or was not asked
    CANNOT_TELL = "dns_cannot_tell"  # nothing speaks against it as far as was looked; the rest is not in DNS
    NOT_APPLICABLE = "not_applicable"
    NOT_REQUIRED = "not_required"  # the rulebook says itself, or by silence, that it asks for no such thing


class Predicate(NamedTuple):
    """
    One thing that can be asked for; ``decided`` is ``full``, ``partial`` (can only disprove) or ``none``.

    ``reports_to`` is a mailbox that aggregate reports must go to. Where the check ``beside`` has a finding, ``advice``
    says that the standard advises otherwise; it changes nothing about how the domain stands.
    """

    text: str
    decided: str
    checks: tuple[str, ...] = ()
    fact: str = ""
    rest: str = ""
    silent: str = ""
    reports_to: str = ""
    beside: str = ""
    advice: str = ""


class Standing(NamedTuple):
    """How a domain stands to a predicate or a rule, the checks that say so, and what was not judged."""

    state: State
    because: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def predicates() -> Mapping[str, Predicate]:
    """Every predicate by its name."""
    data = _data()
    return {
        name: Predicate(
            table["text"],
            table["decided"],
            tuple(table.get("checks", ())),
            table.get("fact", ""),
            table.get("rest", ""),
            table.get("silent", ""),
            table.get("reports-to", ""),
            table.get("beside", ""),
            table.get("advice", ""),
        )
        for name, table in data.items()
        if isinstance(table, dict)
    }


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("mailsetup").joinpath("data", "predicates.toml").read_text(encoding="utf-8"))


class Judged:
    """One domain's verdicts, asked predicate by predicate; each is decided once. ``case`` gives the facts."""

    def __init__(self, verdicts: Iterable[Verdict], case: Case | None = None) -> None:
        self._verdicts = {v.check: v for v in verdicts}
        self._case = case
        self._known: dict[str, Standing] = {}

    @property
    def sends(self) -> bool | None:
        """Whether the domain may send mail; None when that is open."""
        applies = self._applies(_data()["sends-nothing"])
        return None if applies is None else not applies

    @property
    def receives(self) -> bool | None:
        """Whether the domain takes mail; None when that is open."""
        return self._applies(_data()["takes-mail"])

    def _applies(self, check_id: str) -> bool | None:
        verdict = self._verdicts.get(check_id)
        if verdict is None or verdict.status in (Status.INCONCLUSIVE, Status.CRASHED):
            return None
        if self._case is not None and self._explained((check_id,)):
            check = checks_by_id()[check_id]  # another finding took its place
            return check.applies_to is None or check.applies_to(self._case)
        return verdict.status in (Status.PASS, Status.FAIL)

    def predicate(self, name: str) -> Standing:
        """How the domain stands to one predicate."""
        standing = self._known.get(name)
        if standing is None:
            standing = self._known[name] = self._decide(predicates()[name])
        return standing

    def _decide(self, predicate: Predicate) -> Standing:
        rest = (predicate.rest,) if predicate.rest else ()
        broken = tuple(c for c in predicate.checks if self._broken(c))
        if broken:
            return Standing(State.MISSES, broken)
        fact = self._fact(predicate)
        explained = self._explained(predicate.checks)
        if fact is False:
            return Standing(State.MISSES, explained)
        if predicate.decided == "none":
            return Standing(State.CANNOT_TELL, (), rest)
        undecided = tuple(c for c in predicate.checks if self._open(c))
        if undecided or (explained and fact is not True):
            return Standing(State.UNKNOWN, undecided or explained, rest)
        passed = tuple(c for c in predicate.checks if self._status(c) is Status.PASS)
        if not passed and fact is None:
            silent = predicate.silent == "cannot_tell" or predicate.fact or predicate.reports_to
            return Standing(State.CANNOT_TELL if silent else State.NOT_APPLICABLE, (), rest)
        factual = predicate.fact or predicate.reports_to
        whole = predicate.decided == "full" and (not factual or fact is True)
        return Standing(State.MEETS if whole else State.CANNOT_TELL, passed, rest)

    def _fact(self, predicate: Predicate) -> bool | None:
        if self._case is None:
            return None
        if predicate.reports_to:
            return dmarc_reports_go_to(self._case, predicate.reports_to)
        return FACTS[predicate.fact](self._case) if predicate.fact else None

    def advice(self, names: Iterable[str]) -> tuple[str, ...]:
        """What the standard advises otherwise than some predicates ask, where a check found that it does."""
        wanted = (predicates()[name] for name in names)
        return tuple(dict.fromkeys(p.advice for p in wanted if p.advice and self._found(p.beside)))

    def _found(self, check_id: str) -> bool:
        verdict = self._verdicts.get(check_id)
        return verdict is not None and bool(verdict.findings)

    def _status(self, check_id: str) -> Status | None:
        verdict = self._verdicts.get(check_id)
        return verdict.status if verdict is not None else None

    def _broken(self, check_id: str) -> bool:
        """Whether a check found the flaw itself, not merely something to note about it."""
        verdict = self._verdicts.get(check_id)
        if verdict is None or verdict.status is not Status.FAIL:
            return False
        least = min(verdict.severity.rank, Severity.WARNING.rank)
        return any(f.severity.rank >= least for f in verdict.findings)

    def _explained(self, checks: Iterable[str]) -> tuple[str, ...]:
        """The findings that took the place of some checks, which were then not judged; a root cause settles all alike."""
        reasons = (
            v.reason for v in map(self._verdicts.get, checks) if v is not None and v.reason is not None
        )
        causes = (str(reason.values["check"]) for reason in reasons if "check" in reason.values)
        return tuple(c for c in dict.fromkeys(causes) if not c.startswith(ROOT_CAUSES))

    def _open(self, check_id: str) -> bool:
        verdict = self._verdicts.get(check_id)
        if verdict is None or verdict.status in (Status.INCONCLUSIVE, Status.CRASHED):
            return True
        return verdict.reason is not None and "option" in verdict.reason.values  # opt-in, and not asked for


def all_hold(judged: Judged, names: Iterable[str], either: Iterable[str] = ()) -> Standing:
    """A rule that asks for several things at once, and for one of some others."""
    standings = [judged.predicate(name) for name in names]
    if either:
        standings.append(one_holds(judged, either))
    return _first(standings, (State.MISSES, State.UNKNOWN, State.CANNOT_TELL, State.MEETS))


def one_holds(judged: Judged, names: Iterable[str]) -> Standing:
    """A rule that is content with one of several things."""
    standings = [judged.predicate(name) for name in names]
    return _first(standings, (State.MEETS, State.CANNOT_TELL, State.UNKNOWN, State.MISSES))


def _first(standings: list[Standing], order: tuple[State, ...]) -> Standing:
    for state in order:
        found = [s for s in standings if s.state is state]
        if found:
            because = tuple(dict.fromkeys(c for s in found for c in s.because))
            told = state in (State.MISSES, State.MEETS)
            rest = () if told else tuple(dict.fromkeys(r for s in standings for r in s.rest))
            return Standing(state, because, rest)
    return Standing(State.NOT_APPLICABLE)


ROLES: Mapping[str, Callable[[Judged], bool | None]] = {
    "domain-sending": lambda judged: judged.sends,
    "mta": lambda judged: judged.sends,
    "domain-non-sending": lambda judged: None if judged.sends is None else not judged.sends,
    "receiving": lambda judged: judged.receives,
    "client-access": lambda judged: judged.receives,
    "domain-all": lambda judged: True,
    "organisation": lambda judged: True,
}
"""For whom a rule is, and whether the domain is one of them."""


def in_role(judged: Judged, role: str, standing: Callable[[], Standing]) -> Standing:
    """How a domain stands to a rule for one role."""
    plays = ROLES[role](judged)
    if plays is False:
        return Standing(State.NOT_APPLICABLE)
    found = standing()
    if plays is None and found.state is not State.CANNOT_TELL:
        return Standing(State.UNKNOWN, found.because, found.rest)
    return found


def shown_checks(found: Standing) -> list[str]:
    """The checks that decided against the domain, or are open; those that found nothing are not listed."""
    return list(found.because) if found.state in (State.MISSES, State.UNKNOWN) else []


def named_checks(names: Iterable[str]) -> Iterator[str]:
    """The checks behind some predicates, each once."""
    yield from dict.fromkeys(check for name in names for check in predicates()[name].checks)
