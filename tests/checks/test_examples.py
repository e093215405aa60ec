"""Every check's docstring is run: it fires on its own example, and is silent on the near miss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailsetup.model.case import Scope
from mailsetup.model.check import Check
from mailsetup.model.finding import Status, Verdict
from mailsetup.profiles.blocklists import blocklist_named
from mailsetup.run.judge import judge
from mailsetup.run.recognition import detectors, selector_hints
from mailsetup.run.registry import all_checks, checks_by_id
from tests.zones import sections, world


def scope_of(domain: str, settings: dict[str, str]) -> Scope:
    fields = {k: tuple(v.split()) for k, v in settings.items() if k not in ("options", "blocklists")}
    lists = tuple(map(blocklist_named, settings.get("blocklists", "").split()))
    scope = replace(Scope(domain), selector_hints=selector_hints(), blocklists=lists, **fields)
    scope = replace(scope, detectors=detectors())
    return replace(scope, options=frozenset(settings.get("options", "").split()))


def verdicts_on(
    fragment: str, domain: str, settings: dict[str, str], checks: tuple[Check, ...]
) -> dict[str, Verdict]:
    origin = ".".join(domain.split(".")[-2:])
    scope = scope_of(domain, settings)
    wanted = tuple(
        dict.fromkeys(walk for c in checks for walk in c.reads if not c.opt_in or c.opt_in in scope.options)
    )
    case = world(fragment, origin).case(wanted, scope)
    return {v.check: v for v in judge(case, checks)}


def with_causes(check: Check) -> tuple[Check, ...]:
    """The check and the ones it yields to, in judging order."""
    wanted = {check.id}
    for c in reversed(all_checks()):
        if c.id in wanted:
            wanted.update(c.yields_to)
    return tuple(c for c in all_checks() if c.id in wanted)


EXAMPLES = [
    pytest.param(check, kind, domain, settings, text, id=f"{check.id}-{kind.split()[0].lower()}-{n}")
    for check in all_checks()
    for kind in ("Fires on", "Silent on", "Unknown on")
    for n, (domain, settings, text) in enumerate(sections(check.manual, kind))
]


@pytest.mark.parametrize(("check", "kind", "domain", "settings", "fragment"), EXAMPLES)
def test_a_check_does_what_its_manual_page_shows(
    check: Check, kind: str, domain: str, settings: dict[str, str], fragment: str
) -> None:
    """
    Only the walks in ``reads`` are collected, so an undeclared read comes back unasked and fails here.
    """
    verdict = verdicts_on(fragment, domain, settings, with_causes(check))[check.id]

    expected = {
        "Fires on": {Status.FAIL},
        "Silent on": {Status.PASS, Status.NOT_APPLICABLE},
        "Unknown on": {Status.INCONCLUSIVE},
    }[kind]
    assert verdict.status in expected, verdict.reason or verdict


FIRING = [p for p in EXAMPLES if p.values[1] == "Fires on"]


@pytest.mark.parametrize(("check", "kind", "domain", "settings", "fragment"), FIRING)
def test_a_flaw_is_reported_once(
    check: Check, kind: str, domain: str, settings: dict[str, str], fragment: str
) -> None:
    """
    On a check's example no other check reports an error or a warning at the same cause.
    """
    verdicts = verdicts_on(fragment, domain, settings, all_checks())
    crashed = [v for v in verdicts.values() if v.status is Status.CRASHED]
    same_code = [
        v.check
        for v in verdicts.values()
        if v.status is Status.FAIL and set(checks_by_id()[v.check].codes) & set(check.codes)
    ]

    assert [] == crashed
    assert [check.id] == same_code


@pytest.mark.parametrize("check", all_checks(), ids=lambda c: c.id)
def test_every_check_is_documented_cited_and_exemplified(check: Check) -> None:
    """
    A manual page has a title line, an example that fires and one that does not, and a source.
    """
    assert check.manual.strip()
    assert list(sections(check.manual, "Fires on"))
    assert list(sections(check.manual, "Silent on"))
    assert check.cites
    assert check.codes
    assert check.title
