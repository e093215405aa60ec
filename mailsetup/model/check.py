"""
The ``@check`` decorator and what a check is made of.

A check is one file ``checks/<subject>/<flaw>.py`` with one decorated function; its id is the
path with dashes, ``<subject>/<flaw>``; its docstring is its manual page and its tests
(*Fires on*, *Silent on*, optionally *Unknown on*). It names the flaw, never the cure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .finding import Finding, Severity

if TYPE_CHECKING:
    from .case import Case

Judge = Callable[["Case"], "Iterator[Finding]"]
Predicate = Callable[["Case"], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """
    ``reads`` are the walks it may read: nothing else is collected for it.

    ``codes`` are the rulebook codes it decides; ``yields_to`` are checks whose finding explains
    this one's away (one finding a cause); ``effective`` is the ISO date a rule came into force;
    ``opt_in`` names the option without which it is not run (``smtp``, ``blocklists``); ``silent_where`` is a
    condition that many checks share and under which this one is known to find nothing, so that it need not be run.
    """

    id: str
    title: str
    severity: Severity
    judge: Judge
    reads: tuple[Any, ...]
    cites: tuple[str, ...]
    codes: tuple[str, ...] = ()
    applies_to: Predicate | None = None
    yields_to: tuple[str, ...] = ()
    effective: str = ""
    opt_in: str = ""
    manual: str = ""
    silent_where: Predicate | None = None

    @property
    def condition(self) -> str:
        """What must hold before it is judged, in words; empty if nothing must."""
        return ((self.applies_to.__doc__ or "") if self.applies_to else "").strip().partition("\n")[0]


def check(
    *,
    title: str,
    severity: Severity,
    reads: Sequence[Any],
    cites: Sequence[str],
    codes: Iterable[str] = (),
    applies_to: Predicate | None = None,
    yields_to: Iterable[str] = (),
    effective: str = "",
    opt_in: str = "",
    silent_where: Predicate | None = None,
) -> Callable[[Judge], Check]:
    """Turns a generator of findings into a `Check`; id and manual come from its module."""

    def wrap(judge: Judge) -> Check:
        import sys

        module = judge.__module__
        subject, flaw = module.split(".")[-2:]
        return Check(
            id=f"{subject}/{flaw}".replace("_", "-"),
            title=title,
            severity=severity,
            judge=judge,
            reads=tuple(reads),
            cites=tuple(cites),
            codes=tuple(codes),
            applies_to=applies_to,
            yields_to=tuple(yields_to),
            effective=effective,
            opt_in=opt_in,
            manual=(sys.modules[module].__doc__ or "").strip("\n"),
            silent_where=silent_where,
        )

    return wrap
