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

from mailsetup.model.case import Case
from mailsetup.model.check import Check, Judge, Predicate
from mailsetup.model.dns import Question
from mailsetup.model.finding import Evidence, Finding, Severity, Status, Verdict, Verdicts
from mailsetup.model.message import Message, say

from .registry import ROOT_CAUSES

_FAIL, _PASS, _AWAY = Status.FAIL, Status.PASS, Status.NOT_APPLICABLE


class _Row:
    """A check with what it says of every domain that gives it nothing to say: one verdict for all of them."""

    __slots__ = (
        "_explained",
        "applies_to",
        "id",
        "judge",
        "not_held",
        "opt_in",
        "passed",
        "root",
        "severity",
        "yields_to",
    )

    def __init__(self, check: Check, severity: Severity) -> None:
        self.id, self.judge, self.applies_to = check.id, check.judge, check.applies_to
        self.opt_in, self.yields_to, self.severity = check.opt_in, check.yields_to, severity
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


class _Table:
    """
    The rows for some checks under a policy and some options, made once.

    ``asked`` are those to be judged: place, row, what judges, gate, what it yields to; ``verdicts`` stands
    ready for all others: what was not asked for is not asked for, whatever else is found.
    """

    __slots__ = ("asked", "checks", "severities", "verdicts")

    asked: tuple[tuple[int, _Row, Judge, Predicate | None, tuple[str, ...]], ...]

    def __init__(
        self, checks: tuple[Check, ...], severities: Mapping[str, Severity] | None, options: frozenset[str]
    ) -> None:
        self.checks, self.severities = checks, severities  # held, so that their identities stay theirs
        policy = severities or {}
        asked = [(at, c) for at, c in enumerate(checks) if not c.opt_in or c.opt_in in options]
        rows = [(at, _Row(c, policy.get(c.id, c.severity))) for at, c in asked]
        self.asked = tuple((at, r, r.judge, r.applies_to, r.yields_to) for at, r in rows)
        self.verdicts = [_not_asked(c, policy.get(c.id, c.severity)) for c in checks]


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

    __slots__ = ("case", "failed", "held", "known", "log", "noted", "root_cause", "unknown", "verdicts")

    def __init__(self, case: Case, verdicts: list[Verdict]) -> None:
        self.case, self.verdicts = case, verdicts
        self.unknown = {q for q, answer in case.snapshot.answers.items() if answer.unknown}
        self.known = not self.unknown
        self.noted: dict[int, Verdict] = {}
        self.held: dict[Predicate | None, bool] = {}
        self.failed: set[str] = set()
        self.root_cause = ""
        self.log = case.start_log()

    def take(self, at: int, row: _Row, verdict: Verdict) -> None:
        """Writes a verdict down, and what it says."""
        self.verdicts[at] = verdict
        status = verdict.status
        if status is _PASS or status is _AWAY:
            return
        self.noted[at] = verdict
        if status is _FAIL:
            self.failed.add(row.id)
            if row.root and not self.root_cause:
                self.root_cause = row.id


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
    judgements = [_Judgement(case, table.verdicts.copy()) for case in cases]
    for at, row, act, gate, yields_to in table.asked:
        for one in judgements:
            if one.root_cause or (yields_to and not one.failed.isdisjoint(yields_to)):
                cause = one.root_cause or _first(yields_to, one.failed)
                if cause and cause != row.id:
                    one.verdicts[at] = row.explained(cause)
                    continue
            holds = one.held.get(gate) if gate is not None else True
            if holds is False:
                one.verdicts[at] = row.not_held
                continue
            case = one.case
            case.at_work = row
            if one.log:
                one.log.clear()
            if not one.known or not holds or row.opt_in:
                one.take(at, row, _judge_one(case, row, one.unknown, one.held))
                continue
            findings: tuple[Finding, ...] = ()  # the usual case, without a call
            try:
                for finding in act(case):  # mostly none, which `tuple` would take longer to find
                    findings += (finding,)
            except Exception:
                one.take(at, row, _crashed(row))
                continue
            if findings or case.unasked:
                one.take(at, row, _weighed(case, row, one.unknown, findings))
            else:
                one.verdicts[at] = row.passed
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
        if gate is not None and gate not in held:
            holds = gate(case)
            if not unknown and not case.unasked:
                held[gate] = bool(holds)
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
