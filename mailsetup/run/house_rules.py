"""What a run's owner has laid down beyond the checks: policy, waivers, baseline, and what is to be told of others' rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import DomainReport, Verdict
from mailsetup.model.message import say
from mailsetup.model.names import labels

from .baseline import Known, all_known, read_baseline, without_known
from .grade import do_first
from .project import Project, find
from .registry import DEFAULT_POLICY, check_named
from .waivers import EXPIRED, accepting, expired_verdict, idle, waived

if TYPE_CHECKING:
    from .policy import Policy


class HouseRules(NamedTuple):
    """
    Applied to a report after it was judged; can be sent to another process.

    ``project`` brings waivers and selectors for its own domain and names below; ``known`` are the
    findings of the baseline by fingerprint; ``receivers`` wants `readiness` told; ``adopts`` takes all
    that is found as known.
    """

    policy: Policy | None = None
    project: Project | None = None
    known: Mapping[str, Known] | None = None
    receivers: bool = False
    adopts: bool = False

    def owns(self, domain: str) -> bool:
        """Whether a domain is the project's, or below it."""
        if self.project is None:
            return False
        own = labels(self.project.domain)
        return labels(domain)[-len(own) :] == own

    def selectors(self, domain: str) -> tuple[str, ...]:
        """The DKIM selectors the project names for a domain; names below have their own."""
        if self.project is None or domain != self.project.domain:
            return ()
        return tuple(self.project.audit.get("selectors", ()))

    def applied(self, report: DomainReport, case: Case) -> DomainReport:
        """The report under these rules; the grade stays, for it is of the domain's mail and not of a policy."""
        told: tuple[Mapping[str, Any], ...] = ()
        if self.receivers:
            from .readiness import readiness

            told = readiness(report.verdicts, case)
        if self.policy is not None:
            report = self._weighed(report, self.policy, case)
        if self.project is not None and self.project.waivers and self.owns(report.domain):
            report = self._waived(report, self.project)
        if self.known:
            report = without_known(report, self.known)
        if self.adopts:
            report = all_known(report)
        first = do_first(_unaccepted(report))
        return dataclasses.replace(report, readiness=told, do_first=first)

    def _weighed(self, report: DomainReport, policy: Policy, case: Case) -> DomainReport:
        from .policy import clause_standings, clause_verdict, clauses_document, shown, weighed
        from .requirements import Judged

        verdicts = weighed(shown(report.verdicts, policy.off), policy.severities)
        report = dataclasses.replace(report, policy=policy.id if policy.id != DEFAULT_POLICY else "")
        if not policy.clauses:
            return dataclasses.replace(report, verdicts=verdicts)
        judged = Judged(report.verdicts, case)
        standings = clause_standings(policy, judged)
        verdicts = (*verdicts, clause_verdict(policy, standings, case))
        clauses = clauses_document(policy, standings, judged)
        return dataclasses.replace(report, verdicts=verdicts, clauses=clauses)

    def _waived(self, report: DomainReport, project: Project) -> DomainReport:
        own, waivers = str(project.domain), project.waivers
        verdicts = waived(report.verdicts, accepting(waivers, own, report.as_of))
        if report.domain != own:
            return dataclasses.replace(report, verdicts=verdicts)
        notes = (*report.notes, *idle(waivers, report, own))
        verdicts = (*verdicts, expired_verdict(waivers, own, report.as_of, project.origin))
        return dataclasses.replace(report, verdicts=verdicts, notes=notes)


def _unaccepted(report: DomainReport) -> tuple[Verdict, ...]:
    """The verdicts with a finding nobody accepted."""
    return tuple(v for v in report.verdicts if not v.findings or any(f.waived is None for f in v.findings))


def own_domain(folder: str = ".") -> tuple[str, ...]:
    """The domain of the project in a folder: what is judged when none is named."""
    project = find(folder)
    return (str(project.domain),) if project is not None else ()


class LaidDown(NamedTuple):
    """What a run goes by: the rules, the severity that fails it, and further names of the project's domain."""

    house: HouseRules | None
    policy: Policy | None
    fail_on: str
    subdomains: tuple[str, ...]


def lay_down(
    names: Sequence[str],
    *,
    policy: str = "",
    baseline: str | None = None,
    fail_on: str = "",
    receivers: bool = False,
    adopts: bool = False,
    folder: str = ".",
) -> LaidDown:
    """
    The rules for a run over some domains: what the command line says, else what the project file does.

    The project's waivers and selectors count for its own domain; its policy and ``fail-on`` only where no
    other domain is judged beside it. Raises `UsageError` or `InputError` in one sentence.
    """
    project = find(folder)
    rules = HouseRules(project=project)
    mine = [name for name in names if rules.owns(name)]
    own = project if project is not None and mine else None
    said = _said(own) if own is not None else _Said()
    alone = len(mine) == len(names)
    chosen = policy or (said.policy if alone else "")
    weights = _policy(chosen) if chosen else None
    house = HouseRules(weights, own, read_baseline(baseline) if baseline else None, receivers, adopts)
    return LaidDown(
        house if house != HouseRules() else None,
        weights,
        fail_on or (said.fail_on if alone else "") or "error",
        said.subdomains if own is not None and str(own.domain) in names else (),
    )


def _policy(name: str) -> Policy:
    from .policy import load_policy  # most runs have the checks' own severities

    return load_policy(name)


class _Said(NamedTuple):
    """The table ``[audit]`` of a project file."""

    fail_on: str = ""
    policy: str = ""
    subdomains: tuple[str, ...] = ()


def _said(project: Project) -> _Said:
    from .policy import CLAUSE_MISSED, policy_names

    for waiver in project.waivers:
        if waiver.check not in (EXPIRED, CLAUSE_MISSED):
            try:
                check_named(waiver.check)
            except UsageError as fault:
                raise InputError(
                    say("{origin}: [[waivers]] {fault}", origin=project.origin, fault=fault)
                ) from None
    fail_on = _word(project, "fail-on")
    if fail_on not in ("", "error", "warning", "info", "never"):
        raise InputError(
            say(
                '{file}: [audit] fail-on "{fail_on}" is not one of error, warning, info, never',
                file=project.origin,
                fail_on=fail_on,
            )
        )
    policy = _word(project, "policy")
    if policy and policy not in policy_names():
        policy = str(Path(project.origin).parent / policy)
    _words(project, "selectors")
    return _Said(fail_on, policy, _words(project, "subdomains"))


def _word(project: Project, key: str) -> str:
    value = project.audit.get(key, "")
    if not isinstance(value, str):
        raise InputError(say("{file}: [audit] {key} must be text in quotes", file=project.origin, key=key))
    return value


def _words(project: Project, key: str) -> tuple[str, ...]:
    value = project.audit.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise InputError(
            say('{file}: [audit] {key} must be a list such as {key} = ["one"]', file=project.origin, key=key)
        )
    return tuple(value)
