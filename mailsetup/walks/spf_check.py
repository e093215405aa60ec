"""What a receiver says about one connection: check_host() of RFC 7208 section 4, by pyspf over recorded answers."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.spf_macro import (
    in_question,
    is_askable,
)
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.errors import UsageError
from mailsetup.model.finding import Evidence
from mailsetup.model.names import DomainName
from mailsetup.model.walk import Lookup, Walk, until_answered

from .spf_tree import spf_includes


class SpfStep(NamedTuple):
    """A term that was followed or matched, and the domain in whose record it stands."""

    domain: str
    term: str


class SpfResult(NamedTuple):
    """
    The result of one check.

    ``result`` is the RFC's word: pass, fail, softfail, neutral, none, temperror or permerror.
    ``explanation`` is what the domain's ``exp=`` says on a fail, ``""`` when it says nothing; ``problem`` says
    what was wrong on permerror and temperror. ``path`` is the chain of terms that decided, the
    domain's own first: empty when nothing matched and the default, neutral, holds. ``identity`` is
    ``mailfrom`` or, for an empty sender, ``helo``; ``domain`` the one whose record was evaluated;
    ``unanswered`` are the questions whose missing answers make it temperror.
    """

    result: str
    explanation: str
    domain: str
    identity: str
    path: tuple[SpfStep, ...] = ()
    problem: str = ""
    lookups: int = 0
    void_lookups: int = 0
    unanswered: tuple[Evidence, ...] = ()

    @property
    def mechanism(self) -> str:
        """The term that matched, where it stands; ``""`` when none did."""
        return self.path[-1].term if self.path else ""


def check_host(ip: str, sender: str, helo: str, *, receiver: str = "unknown", at: int = 0) -> Walk[SpfResult]:
    """
    The SPF result for a connection from ``ip`` with ``MAIL FROM:<sender>`` and the given HELO name.

    ``at`` is the time in seconds since 1970 for the macro ``%{t}``; ``receiver`` the name for ``%{r}``. An
    address that cannot be read is a permerror.
    """
    local, at_sign, domain = sender.rpartition("@") if sender else ("", "", helo)
    name = _a_labels(domain)
    if name is None:  # RFC 7208 section 4.3: malformed, or not a multi-label name
        return SpfResult("none", "", domain, "mailfrom" if sender else "helo")
    sender, helo = (local + at_sign + name, helo) if sender else ("", name)
    yield from spf_includes(in_question(name))
    asked: dict[DnsQuestion, None] = {}
    result = yield from until_answered(
        lambda lookup: _evaluate(ip, sender, helo, receiver, at, lookup, asked)
    )
    if result.result != "temperror" or not asked:
        return result
    answers = yield tuple(asked)
    missing = (Evidence(question, answers[question]) for question in asked if answers[question].unknown)
    return result._replace(unanswered=tuple(missing))


def _a_labels(domain: str) -> str | None:
    """A sender's domain as A-labels in lower case (RFC 8616 section 4); None if it cannot be looked up."""
    name = domain.lower().removesuffix(".")
    if not name.isascii():
        try:
            name = DomainName.parse(name)
        except UsageError:
            return None
    return name if is_askable(in_question(name)) and not name.startswith("[") else None


def _evaluate(
    ip: str, sender: str, helo: str, receiver: str, at: int, lookup: Lookup, asked: dict[DnsQuestion, None]
) -> SpfResult:
    from .pyspf_query import PermError, Query

    identity = "mailfrom" if sender else "helo"
    domain = (sender.rpartition("@")[2] if sender else helo).lower()
    try:
        query = Query(ip, sender, helo, receiver, at, lookup, asked)
        result, _, text = query.check()
    except (PermError, ValueError, TypeError, AssertionError, LookupError, RecursionError) as fault:
        return SpfResult("permerror", "", domain, identity, problem=str(fault))
    failed = result in ("permerror", "temperror")
    return SpfResult(
        result,
        text if result == "fail" else "",
        query.o,
        identity,
        tuple(SpfStep(*step) for step in query.path()),
        getattr(query, "prob", "") if failed else "",
        query.lookups,
        query.void_lookups,
    )
