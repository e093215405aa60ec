"""What a rule about letters is, and where it says what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from mailsetup.grammar.mailboxes import host_of
from mailsetup.model.finding import CheckPage, Evidence, Finding, Remedy, Severity, Status, Verdict
from mailsetup.model.language import translated
from mailsetup.model.message import Message, say
from mailsetup.model.retold import retold

from .report import MessageReport


class Rule(NamedTuple):
    """
    One rule: ``id`` names the flaw, ``codes`` are the rulebook's that it decides; its docstring says why it matters.

    ``code`` is the first of them, ``also`` the others.
    """

    id: str
    code: str
    title: Message
    severity: Severity
    cites: tuple[str, ...]
    judge: Callable[[Desk], None]
    effective: str = ""
    also: tuple[str, ...] = ()
    about: Message | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code of the rulebook that it decides."""
        return (self.code, *self.also)

    @property
    def page(self) -> CheckPage:
        """The rule's page of the manual."""
        prose = " ".join((self.judge.__doc__ or "").split())
        return CheckPage(
            self.id,
            str(self.title),
            self.severity,
            (str(self.about).strip() if self.about else translated(prose),),
            (),
            tuple(map(retold, self.cites)),
            self.codes,
            self.effective,
        )


@dataclass(slots=True)
class Desk:
    """Where one rule looks at one letter and says what it finds."""

    report: MessageReport
    rule: Rule
    findings: list[Finding] = field(default_factory=list)
    unanswered: list[Evidence] = field(default_factory=list)
    reason: Message | None = None

    def finds(
        self,
        template: str,
        *,
        at: tuple[Evidence, ...] = (),
        remedy: str = "",
        severity: Severity | None = None,
        owner: str = "",
        **values: object,
    ) -> None:
        """A finding; ``template`` and ``remedy`` are filled from ``values``."""
        advice = Remedy(Message(remedy, values)) if remedy else None
        place = host_of(owner) or self.report.author or "message"  # a broken d= is no name
        self.findings.append(
            Finding(
                self.rule.id, severity or self.rule.severity, place, Message(template, values), at, advice
            )
        )

    def leaves_open(self, *evidence: Evidence) -> None:
        """Questions whose answers could still turn the verdict."""
        self.unanswered += evidence

    def passes_over(self, template: str, **values: object) -> None:
        """The rule does not apply to this letter, and why."""
        self.reason = say(template, **values)

    @property
    def verdict(self) -> Verdict:
        """What became of the rule."""
        if self.findings:
            return Verdict(self.rule.id, Status.FAIL, self.rule.severity, tuple(self.findings))
        if self.unanswered:
            return Verdict(
                self.rule.id,
                Status.INCONCLUSIVE,
                self.rule.severity,
                unanswered=tuple(dict.fromkeys(self.unanswered)),
            )
        if self.reason is not None:
            return Verdict(self.rule.id, Status.NOT_APPLICABLE, self.rule.severity, reason=self.reason)
        return Verdict(self.rule.id, Status.PASS, self.rule.severity)


def rule(
    flaw: str,
    code: str,
    title: str,
    severity: Severity,
    *cites: str,
    effective: str = "",
    also: tuple[str, ...] = (),
) -> Callable[[Callable[[Desk], None]], Rule]:
    """Makes a function that looks at a desk a rule."""

    def wrap(judge: Callable[[Desk], None]) -> Rule:
        return Rule(f"message/{flaw}", code, Message(title), severity, cites, judge, effective, also)

    return wrap
