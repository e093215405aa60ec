"""
Judging domains: every check once, with what its reads allow it to say.

The runner, never the check, decides what an unknown answer does to a verdict (see
`model.case`): a finding whose evidence is known stands; silence that rests on an unknown
answer is inconclusive. A finding of a root cause, or of a check that another yields to,
makes the other not applicable: one finding a cause.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mailsetup.model.case import Case
from mailsetup.model.check import Check, Predicate
from mailsetup.model.dns import Question
from mailsetup.model.finding import Evidence, Finding, Severity, Status, Verdict, Verdicts
from mailsetup.model.message import Message, say

from .registry import ROOT_CAUSES

PLANS_KEPT: Final = 256  # combinations of conditions met; a few dozen for most batches

_FAIL, _PASS, _AWAY = Status.FAIL, Status.PASS, Status.NOT_APPLICABLE


class _Row:
    """A check with what it says of every domain that gives it nothing to say: one verdict for all of them."""

    __slots__ = (
        "_explained",
        "applies_to",
        "at",
        "id",
        "judge",
        "not_held",
        "opt_in",
        "passed",
        "root",
        "severity",
        "silent_where",
        "yields_to",
    )

    def __init__(self, at: int, check: Check, severity: Severity) -> None:
        self.at, self.id, self.judge, self.applies_to = at, check.id, check.judge, check.applies_to
        self.opt_in, self.yields_to, self.severity = check.opt_in, check.yields_to, severity
        self.silent_where = check.silent_where
        self.root = check.id.startswith(ROOT_CAUSES) and check.severity is Severity.ERROR
        self.passed = Verdict(check.id, Status.PASS, severity)
        holds = Message(check.condition)
        self.not_held = self._away(say("judged only where this holds: {condition}", condition=holds))
        self._explained: dict[str, Verdict] = {}

    def _away(self, reason: Message) -> Verdict:
        return Verdict(self.id, Status.NOT_APPLICABLE, self.severity, reason=reason)

    def explained(self, cause: str) -> Verdict:
        """Not applicable, since another finding says it."""
        verdict = self._explained.get(cause)
        if verdict is None:
            reason = say("explained by the finding {check}", check=cause)
            verdict = self._explained[cause] = self._away(reason)
        return verdict


def _not_asked(check: Check, severity: Severity) -> Verdict:
    reason = say("not asked for; --{option} asks for it", option=check.opt_in)
    return Verdict(check.id, _AWAY, severity, reason=reason)


class _Plan:
    """
    What is left to judge of a domain, once its conditions are known.

    ``verdicts`` stand ready for all checks but the ``open`` ones (places in `_Table.asked`); ``settled`` are the rows
    of those that a condition has decided, and ``causes`` the ids of checks whose finding explains some of these away.
    """

    __slots__ = ("causes", "open", "settled", "verdicts")

    def __init__(self, table: _Table, known: Mapping[Predicate | None, bool]) -> None:
        self.verdicts = table.verdicts.copy()
        left: list[int] = []
        settled: list[_Row] = []
        for place, row in enumerate(table.asked):
            held = known.get(row.applies_to, True)
            if held and not known.get(row.silent_where, False):
                left.append(place)
            else:
                self.verdicts[row.at] = row.passed if held else row.not_held
                settled.append(row)
        self.open, self.settled = tuple(left), tuple(settled)
        self.causes: dict[str, list[_Row]] = {}
        for row in settled:
            for cause in row.yields_to:
                self.causes.setdefault(cause, []).append(row)


class _Table:
    """
    The rows for some checks under a policy and some options, made once.

    ``asked`` are those to be judged, in order; ``verdicts`` stands ready for all others: what was not asked for is not
    asked for, whatever else is found. ``conditions`` are those that decide checks without their being run: what they
    apply to, and where they are silent.
    """

    __slots__ = ("asked", "checks", "conditions", "everything", "plans", "severities", "verdicts")

    def __init__(
        self, checks: tuple[Check, ...], severities: Mapping[str, Severity] | None, options: frozenset[str]
    ) -> None:
        self.checks, self.severities = checks, severities  # held, so that their identities stay theirs
        policy = severities or {}
        asked = [(at, c) for at, c in enumerate(checks) if not c.opt_in or c.opt_in in options]
        self.asked = tuple(_Row(at, c, policy.get(c.id, c.severity)) for at, c in asked)
        self.verdicts = [_not_asked(c, policy.get(c.id, c.severity)) for c in checks]
        conditions = [c for row in self.asked for c in (row.applies_to, row.silent_where) if c is not None]
        self.conditions: tuple[Predicate, ...] = tuple(dict.fromkeys(conditions))
        self.plans: dict[tuple[bool, ...], _Plan] = {}
        self.everything = _Plan(self, {})

    def plan(self, case: Case) -> _Plan | None:
        """
        What is left to judge of a domain of which everything asked was answered.

        None if a condition cannot be decided by what was asked, or fails: the checks behind it then say so.
        """
        try:
            held = tuple([bool(condition(case)) for condition in self.conditions])
        except Exception:
            return None
        if case.unasked:
            return None
        plan = self.plans.get(held)
        if plan is None:
            if len(self.plans) >= PLANS_KEPT:
                self.plans.clear()
            plan = self.plans[held] = _Plan(self, dict(zip(self.conditions, held, strict=True)))
        return plan


_tables: dict[tuple[int, int, frozenset[str]], _Table] = {}


def _table(
    checks: tuple[Check, ...], severities: Mapping[str, Severity] | None, options: frozenset[str]
) -> _Table:
    key = (id(checks), id(severities), options)
    known = _tables.get(key)
    if known is None or known.checks is not checks or known.severities is not severities:
        known = _tables[key] = _Table(checks, severities, options)
    return known


class _Judgement:
    """One domain while it is judged: its verdicts so far and what they say of those to come."""

    __slots__ = ("case", "failed", "held", "known", "log", "noted", "plan", "root", "unknown", "verdicts")

    def __init__(self, case: Case, table: _Table) -> None:
        self.case = case
        self.unknown = {q for q, answer in case.snapshot.answers.items() if answer.unknown}
        self.log = case.start_log()
        plan = table.plan(case) if not self.unknown else None
        self.known = plan is not None
        self.plan = plan or table.everything
        self.verdicts = self.plan.verdicts.copy()
        self.noted: dict[int, Verdict] = {}
        self.held: dict[Predicate | None, bool] = {}
        self.failed: set[str] = set()
        self.root: _Row | None = None

    def take(self, row: _Row, verdict: Verdict) -> None:
        """Writes a verdict down, and what it says."""
        self.verdicts[row.at] = verdict
        status = verdict.status
        if status is _PASS or status is _AWAY:
            return
        self.noted[row.at] = verdict
        if status is _FAIL:
            self.failed.add(row.id)
            if row.root and self.root is None:
                self.root = row

    def cause_of(self, row: _Row) -> str:
        """The finding that explains a check away; ``""`` if none does."""
        if self.root is not None and self.root.at < row.at:
            return self.root.id
        return _first(row.yields_to, self.failed)

    def settle(self) -> None:
        """Tells of the checks that were not run which finding explains them."""
        if self.root is None:
            causes = self.plan.causes
            explained = [row for check_id in self.failed if check_id in causes for row in causes[check_id]]
        else:
            explained = [row for row in self.plan.settled if self.cause_of(row)]
        for row in explained:
            self.verdicts[row.at] = row.explained(self.cause_of(row))


def judge(case: Case, checks: Iterable[Check], severities: Mapping[str, Severity] | None = None) -> Verdicts:
    """The verdicts on one domain, in the order of ``checks``; ``severities`` is a policy's say by check id."""
    return judge_side_by_side((case,), checks, severities)[0]


def judge_side_by_side(
    cases: Sequence[Case], checks: Iterable[Check], severities: Mapping[str, Severity] | None = None
) -> list[Verdicts]:
    """
    The verdicts on some domains with the same options, as `judge` gives them for each.

    Each check judges all of them before the next does: the processor then stays at the same code (docs/speed.md).
    """
    options = cases[0].scope.options
    table = _table(checks if isinstance(checks, tuple) else tuple(checks), severities, options)
    judgements = [_Judgement(case, table) for case in cases]
    waiting: list[list[_Judgement]] = [[] for _ in table.asked]
    for one in judgements:
        for place in one.plan.open:
            waiting[place].append(one)
    for row, those in zip(table.asked, waiting, strict=True):
        act, yields_to = row.judge, row.yields_to
        for one in those:
            if one.root is not None or (yields_to and not one.failed.isdisjoint(yields_to)):
                cause = one.cause_of(row)
                if cause:
                    one.verdicts[row.at] = row.explained(cause)
                    continue
            case = one.case
            case.at_work = row
            if one.log:
                one.log.clear()
            if not one.known:
                one.take(row, _judge_one(case, row, one.unknown, one.held))
                continue
            findings: tuple[Finding, ...] = ()  # the usual case, without a call
            try:
                for finding in act(case):  # mostly none, which `tuple` would take longer to find
                    findings += (finding,)
            except Exception:
                one.take(row, _crashed(row))
                continue
            if findings or case.unasked:
                one.take(row, _weighed(case, row, one.unknown, findings))
            else:
                one.verdicts[row.at] = row.passed
    for one in judgements:
        one.settle()
    return [Verdicts.of(one.verdicts, one.noted) for one in judgements]


def _first(wanted: tuple[str, ...], failed: set[str]) -> str:
    for check_id in wanted:
        if check_id in failed:
            return check_id
    return ""


def _judge_one(case: Case, row: _Row, unknown: set[Question], held: dict[Predicate | None, bool]) -> Verdict:
    """One check. Where every answer is known a gate is tried once for all checks behind it."""
    gate = row.applies_to
    try:
        if gate is not None:
            holds = held.get(gate)
            if holds is None:
                holds = bool(gate(case))
                if not unknown and not case.unasked:
                    held[gate] = holds
            if not holds:
                return _silent(case, row, unknown, row.not_held)
        findings = tuple(row.judge(case))
    except Exception:
        return _crashed(row)
    return _weighed(case, row, unknown, findings)


def _crashed(row: _Row) -> Verdict:
    return Verdict(row.id, Status.CRASHED, row.severity, reason=Message(traceback.format_exc()))


def _weighed(case: Case, row: _Row, unknown: set[Question], findings: tuple[Finding, ...]) -> Verdict:
    """What a check's findings, or their absence, come to beside what is not known."""
    if not findings:
        return _silent(case, row, unknown, row.passed)
    if not unknown and not case.unasked and not row.opt_in:
        return Verdict(row.id, _FAIL, row.severity, findings)
    standing = tuple(f for f in findings if _stands(f))
    if standing:
        return Verdict(row.id, _FAIL, row.severity, standing)
    # A probe may hand in an answer that came but says nothing, with the outcome it stands for.
    missing = {e.question: e for f in findings for e in f.evidence if e.answer.unknown}
    return Verdict(row.id, Status.INCONCLUSIVE, row.severity, unanswered=tuple(missing.values()))


def _silent(case: Case, row: _Row, unknown: set[Question], verdict: Verdict) -> Verdict:
    """The verdict of a check without findings, unless an unknown answer could turn it."""
    if not unknown and not case.unasked:
        return verdict
    open_questions = [q for q in case.questions_read() if q in unknown or q in case.unasked]
    return _inconclusive(case, row, open_questions) if open_questions else verdict


def _stands(finding: Finding) -> bool:
    return not any(e.answer.unknown for e in finding.evidence)


def _inconclusive(case: Case, row: _Row, questions: Iterable[Question]) -> Verdict:
    unanswered = tuple(Evidence(q, case.answer(q)) for q in dict.fromkeys(questions))
    return Verdict(row.id, Status.INCONCLUSIVE, row.severity, unanswered=unanswered)
