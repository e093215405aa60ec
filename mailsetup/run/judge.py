"""
Judging one domain: every check once, with what its reads allow it to say.

The runner, never the check, decides what an unknown answer does to a verdict (see
`model.case`): a finding whose evidence is known stands; silence that rests on an unknown
answer is inconclusive. A finding of a root cause, or of a check that another yields to,
makes the other not applicable: one finding a cause.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from mailsetup.model.case import Case
from mailsetup.model.check import Check
from mailsetup.model.dns import Question
from mailsetup.model.finding import Evidence, Finding, Severity, Status, Verdict
from mailsetup.model.message import Message, say

from .registry import ROOT_CAUSES

NOTHING: frozenset[Question] = frozenset()
_settled: dict[tuple[Any, ...], Verdict] = {}


def judge(
    case: Case, checks: Iterable[Check], severities: Mapping[str, Severity] | None = None
) -> tuple[Verdict, ...]:
    """The verdicts on one domain, in the order of ``checks``; ``severities`` is a policy's say by check id."""
    unknown = {q for q, answer in case.snapshot.answers.items() if answer.unknown}
    failed: set[str] = set()
    root_cause = ""
    verdicts = []
    for check in checks:
        severity = check.severity if severities is None else severities.get(check.id, check.severity)
        cause = root_cause or _first(check.yields_to, failed)
        if cause and cause != check.id:
            verdict = _same(check.id, Status.NOT_APPLICABLE, severity, ("explained", cause))
        else:
            verdict = _judge_one(case, check, severity, unknown)
        verdicts.append(verdict)
        if verdict.status is Status.FAIL:
            failed.add(check.id)
            if not root_cause and check.id.startswith(ROOT_CAUSES) and check.severity is Severity.ERROR:
                root_cause = check.id
    return tuple(verdicts)


def _first(wanted: tuple[str, ...], failed: set[str]) -> str:
    for check_id in wanted:
        if check_id in failed:
            return check_id
    return ""


def _judge_one(case: Case, check: Check, severity: Severity, unknown: set[Question]) -> Verdict:
    if check.opt_in and check.opt_in not in case.scope.options:
        return _same(check.id, Status.NOT_APPLICABLE, severity, ("opt_in", check.opt_in))
    case.begin(check.id, severity)
    try:
        if check.applies_to is not None and not check.applies_to(case):
            open_questions = _open(case, unknown)
            if open_questions:
                return _inconclusive(case, check, severity, open_questions)
            return _same(check.id, Status.NOT_APPLICABLE, severity, ("gate", check.applies_to))
        findings = tuple(check.judge(case))
    except Exception:
        return Verdict(check.id, Status.CRASHED, severity, reason=Message(traceback.format_exc()))
    if not findings:
        open_questions = _open(case, unknown)
        if open_questions:
            return _inconclusive(case, check, severity, open_questions)
        return _same(check.id, Status.PASS, severity, ())
    if not unknown and not case.unasked:
        return Verdict(check.id, Status.FAIL, severity, findings)
    standing = tuple(f for f in findings if _stands(f))
    if standing:
        return Verdict(check.id, Status.FAIL, severity, standing)
    open_questions = [e.question for f in findings for e in f.evidence if e.answer.unknown]
    return _inconclusive(case, check, severity, open_questions)


def _stands(finding: Finding) -> bool:
    return not any(e.answer.unknown for e in finding.evidence)


def _open(case: Case, unknown: set[Question]) -> Collection[Question]:
    if not unknown and not case.unasked:
        return NOTHING
    return [q for q in case.questions_read() if q in unknown or q in case.unasked]


def _inconclusive(case: Case, check: Check, severity: Severity, questions: Iterable[Question]) -> Verdict:
    unanswered = tuple(Evidence(q, case.answer(q)) for q in dict.fromkeys(questions))
    return Verdict(check.id, Status.INCONCLUSIVE, severity, unanswered=unanswered)


def _same(check_id: str, status: Status, severity: Severity, why: tuple[Any, ...]) -> Verdict:
    """The one verdict that all domains share who get no finding and nothing open."""
    key = (check_id, status, severity, why)
    verdict = _settled.get(key)
    if verdict is None:
        verdict = _settled[key] = Verdict(check_id, status, severity, reason=_reason(why))
    return verdict


def _reason(why: tuple[Any, ...]) -> Message | None:
    match why:
        case ("explained", cause):
            return say("explained by the finding {check}", check=cast(str, cause))
        case ("opt_in", option):
            return say("not asked for; --{option} asks for it", option=cast(str, option))
        case ("gate", predicate):
            line = (predicate.__doc__ or predicate.__name__).strip().splitlines()[0]
            return say("judged only where this holds: {condition}", condition=line)
    return None
