"""
Policies: how much each check weighs in a run, as data; and rulebooks, which weigh by their cited clauses.

A policy is a TOML file: ``[checks]`` gives a severity or ``off`` by check id, ``others`` what becomes of the
rest (``own`` severity, at most ``info``, or ``off``). A rulebook has ``[[clauses]]`` whose level (must, should,
may) is the severity of the checks behind them; an entry in ``[checks]`` may cite a ``clause`` as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.finding import Finding, Severity, Status, Verdict
from mailsetup.model.language import translated
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.nearest import nearest

from .registry import DEFAULT_POLICY, ROOT_CAUSES, checks_by_id
from .requirements import (
    ROLES,
    Judged,
    Standing,
    State,
    all_hold,
    in_role,
    named_checks,
    predicates,
    shown_checks,
)

DEFAULT = DEFAULT_POLICY
OFF = "off"
OTHERS = ("own", "info", OFF)
LEVELS: Mapping[str, Severity] = {
    "must": Severity.ERROR,
    "should": Severity.WARNING,
    "may": Severity.INFO,
}
NOT_ASKED = "none"
"""The level of a clause by which a rulebook asks for nothing; it is kept so that the report can say so."""
VERSIONS = (phrase("original"), phrase("rolling"))
"""Words that stand for a number of a version; `translated` where a report shows them."""
CONFIDENCES = ("high", "medium")
WORDINGS = ("meets", "supports evidence for")
CLAUSE_MISSED = "policy/clause-missed"
"""The id under which a rulebook's clause is reported that no check of ours would call a flaw."""
TOP = (
    *(
        "title",
        "about",
        "others",
        "checks",
        "clauses",
        "wording",
        "warnings",
        "not-required",
        "confidence",
        "regime",
        "number",
    ),
    *("version", "date", "status", "binding", "applies-to", "url"),
)
CLAUSE_KEYS = ("id", "clause", "title", "level", "role", "confidence", "holds", "either", "doubt", "note")


class Clause(NamedTuple):
    """
    One demand of a rulebook, with the place where it stands there.

    ``holds`` names predicates that must all hold, ``either`` some of which one must (their checks weigh nothing, for
    one alone may be broken); a clause of level `NOT_ASKED` has none of them.
    """

    id: str
    clause: str
    title: str
    level: str
    role: str
    confidence: str
    holds: tuple[str, ...]
    doubt: str = ""
    either: tuple[str, ...] = ()
    note: str = ""


class Policy(NamedTuple):
    """
    A policy ready to be used.

    ``severities`` holds what differs from the checks' own, ``off`` the checks not told of (they count for
    the grade, which is of the domain's mail and not of a policy); ``clauses`` is
    empty for a policy that is no rulebook, whose ``wording`` says what meeting a clause means. ``not_required``
    names what a rulebook is often said to ask for and does not.
    """

    id: str
    title: str
    severities: Mapping[str, Severity] = {}
    off: frozenset[str] = frozenset()
    clauses: tuple[Clause, ...] = ()
    wording: str = ""
    version: str = ""
    source: str = ""
    warnings: tuple[str, ...] = ()
    not_required: tuple[str, ...] = ()


def policy_names() -> tuple[str, ...]:
    """The policies that come along."""
    folder = files("mailsetup").joinpath("policies")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_policy(name_or_file: str) -> Policy:
    """A policy that comes along, by its name, or one of the user's own, by its file."""
    name = name_or_file.strip()
    if name in policy_names():
        text = files("mailsetup").joinpath("policies", f"{name}.toml").read_text(encoding="utf-8")
        return parse_policy(text, name)
    if not Path(name).is_file():
        near = nearest(name, policy_names())
        hint = (
            say("did you mean {near}?", near=near[0])
            if near
            else say("there are {known}", known=", ".join(policy_names()))
        )
        raise UsageError(
            say('--policy "{name}" is neither a policy nor a file; {hint}', name=name, hint=hint)
        )
    from mailsetup.edge.files import read_text

    return parse_policy(read_text(name, phrase("policy")), name)


def parse_policy(text: str, origin: str) -> Policy:
    """A policy from its text. `InputError` names file, key and the nearest known one."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        raise InputError(say("{file}: {fault}; a policy is TOML", file=origin, fault=str(fault))) from None
    _known(data, TOP, origin, str(say("key")))
    clauses = tuple(_clause(c, n, origin) for n, c in enumerate(_tables(data, "clauses", origin), 1))
    named = {c: s for clause in reversed(sorted(clauses, key=_rank)) for c, s in _weights(clause)}
    off: set[str] = set()
    for check, value in _table(data, "checks", origin).items():
        severity = _severity(check, value, origin)
        (off.add(check) if severity is None else named.__setitem__(check, severity))
    others = _choice(data.get("others", "own"), OTHERS, f"{origin}: others")
    severities = dict(named)
    for check_id in checks_by_id():
        if check_id in named or check_id in off or others == "own" or check_id.startswith(ROOT_CAUSES):
            continue
        off.add(check_id) if others == OFF else severities.__setitem__(check_id, Severity.INFO)
    wording = _choice(data.get("wording", WORDINGS[0]), WORDINGS, f"{origin}: wording")
    return Policy(
        Path(origin).stem if origin.endswith(".toml") else origin,
        _text(data, "title", origin) or origin,
        severities,
        frozenset(off),
        clauses,
        wording if clauses else "",
        _text(data, "version", origin),
        _text(data, "url", origin),
        _sentences(data, "warnings", origin),
        _sentences(data, "not-required", origin),
    )


def _rank(clause: Clause) -> int:
    return -LEVELS.get(clause.level, Severity.INFO).rank


def _weights(clause: Clause) -> list[tuple[str, Severity]]:
    return [(check, LEVELS[clause.level]) for check in named_checks(clause.holds)]


def _severity(check: str, value: Any, origin: str) -> Severity | None:
    """What an entry says of one check; None is off."""
    if check not in checks_by_id():
        near = nearest(check, checks_by_id())
        hint = (
            say("; did you mean {near}?", near=near[0])
            if near
            else say("; `mailsetup explain` lists them all")
        )
        raise InputError(
            say('{file}: [checks] there is no check "{check}"{hint}', file=origin, check=check, hint=hint)
        )
    where = f"{origin}: [checks] {check}"
    if isinstance(value, dict):
        _known(value, ("severity", "clause"), origin, f"[checks] {check}")
        value = value.get("severity", "")
    chosen = _choice(value, (*map(str, Severity), OFF), where)
    return None if chosen == OFF else Severity(chosen)


def _clause(entry: Any, number: int, origin: str) -> Clause:
    where = f"{origin}: {say('[[clauses]] number {number}', number=number)}"
    if not isinstance(entry, dict):
        raise InputError(say("{where} must be a table", where=where))
    _known(entry, CLAUSE_KEYS, origin, str(say("[[clauses]] number {number}", number=number)))
    asked = entry.get("level") != NOT_ASKED
    for key in ("id", "clause", "title", "level", *(("holds",) if asked else ())):
        if not entry.get(key):
            raise InputError(say("{where} needs {key}", where=where, key=key))
    return Clause(
        str(entry["id"]),
        str(entry["clause"]),
        str(entry["title"]),
        _choice(entry["level"], (*LEVELS, NOT_ASKED), f"{where}: level"),
        _choice(entry.get("role", "domain-all"), tuple(ROLES), f"{where}: role"),
        _choice(entry.get("confidence", "high"), CONFIDENCES, f"{where}: confidence"),
        _predicates(entry, "holds", where) if asked else (),
        str(entry.get("doubt", "")),
        _predicates(entry, "either", where) if asked else (),
        str(entry.get("note", "")),
    )


def _predicates(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """The predicates an entry names, one or a list."""
    value = entry.get(key, [])
    names = value if isinstance(value, list) else [value]
    return tuple(_choice(name, tuple(predicates()), f"{where}: {key}") for name in names)


def _choice(value: Any, allowed: tuple[str, ...], where: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        shown = (
            ", ".join(allowed)
            if len(allowed) < 12
            else ", ".join(nearest(str(value), allowed, 3) or allowed[:5])
        )
        raise InputError(
            say('{where}: "{value}" is not one of {shown}', where=where, value=str(value), shown=shown)
        )
    return value


def _known(table: Mapping[str, Any], keys: tuple[str, ...], origin: str, where: str) -> None:
    for key in table:
        if key not in keys:
            near = nearest(key, keys)
            hint = (
                say("did you mean {near}?", near=near[0])
                if near
                else say("known are {known}", known=", ".join(keys))
            )
            raise InputError(
                say('{file}: unknown {where} "{key}"; {hint}', file=origin, where=where, key=key, hint=hint)
            )


def _table(data: Mapping[str, Any], key: str, origin: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise InputError(say("{file}: [{key}] must be a table", file=origin, key=key))
    return value


def _tables(data: Mapping[str, Any], key: str, origin: str) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise InputError(say("{file}: [[{key}]] must be a list of tables", file=origin, key=key))
    return value


def _sentences(data: Mapping[str, Any], key: str, origin: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list):
        raise InputError(say("{file}: {key} must be a list of texts in quotes", file=origin, key=key))
    return tuple(map(str, value))


def _text(data: Mapping[str, Any], key: str, origin: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise InputError(say("{file}: {key} must be text in quotes", file=origin, key=key))
    return value


# What a policy does to verdicts.


def shown(verdicts: tuple[Verdict, ...], off: frozenset[str]) -> tuple[Verdict, ...]:
    """The verdicts a policy tells of."""
    return tuple(v for v in verdicts if v.check not in off) if off else verdicts


def weighed(verdicts: tuple[Verdict, ...], severities: Mapping[str, Severity]) -> tuple[Verdict, ...]:
    """The verdicts at the severities of a policy: grade and others' rules are told from the checks' own."""
    return tuple(_weighed(v, severities[v.check]) if v.check in severities else v for v in verdicts)


_shared: dict[tuple[int, Severity], tuple[Verdict, Verdict]] = {}


def _weighed(verdict: Verdict, severity: Severity) -> Verdict:
    """One verdict; those that say nothing of a domain in particular are shared, as the judge shares them."""
    if verdict.findings or verdict.unanswered or verdict.status is Status.CRASHED:
        own = checks_by_id()[verdict.check].severity
        findings = tuple(f._replace(severity=_weight(f.severity, own, severity)) for f in verdict.findings)
        return verdict._replace(severity=severity, findings=findings)
    key = (id(verdict), severity)
    known = _shared.get(key)
    if known is None or known[0] is not verdict:
        known = _shared[key] = (verdict, verdict._replace(severity=severity))
    return known[1]


def _weight(said: Severity, own: Severity, severity: Severity) -> Severity:
    """What a finding weighs: as its check does, less where the check itself thought less of this one."""
    return severity if said is own else min(said, severity, key=lambda s: s.rank)


def clause_standings(policy: Policy, judged: Judged) -> list[tuple[Clause, Standing]]:
    """Each clause with how the domain stands to it."""
    return [(c, _standing(judged, c)) for c in policy.clauses]


def _standing(judged: Judged, clause: Clause) -> Standing:
    if clause.level == NOT_ASKED:
        return Standing(State.NOT_REQUIRED)
    return in_role(judged, clause.role, partial(all_hold, judged, clause.holds, clause.either))


def clauses_document(
    policy: Policy, standings: list[tuple[Clause, Standing]], judged: Judged
) -> dict[str, Any]:
    """A rulebook's clauses and how the domain stands to them, ready for JSON."""
    return {
        "policy": policy.id,
        "title": translated(policy.title),
        "version": policy.version,
        "wording": policy.wording,
        "source": policy.source,
        "warnings": list(map(translated, policy.warnings)),
        "not_required": list(map(translated, policy.not_required)),
        "rules": [_document(policy, clause, found, judged) for clause, found in standings],
    }


def _document(policy: Policy, clause: Clause, found: Standing, judged: Judged) -> dict[str, Any]:
    status = found.state.value
    if found.state is State.MEETS and policy.wording != WORDINGS[0]:
        status = "supports"
    document: dict[str, Any] = {
        "id": clause.id,
        "clause": translated(clause.clause),
        "requirement": translated(clause.title),
        "level": clause.level,
        "role": clause.role,
        "status": status,
        "because": shown_checks(found),
        "confidence": clause.confidence,
    }
    if found.rest:
        document["rest"] = list(map(translated, found.rest))
    if clause.doubt:
        document["doubt"] = translated(clause.doubt)
    if clause.note:
        document["note"] = translated(clause.note)
    advice = judged.advice((*clause.holds, *clause.either)) if found.state is not State.NOT_APPLICABLE else ()
    if advice:
        document["advice"] = list(map(translated, advice))
    return document


NO_CLAUSE_MISSED = Verdict(CLAUSE_MISSED, Status.PASS, Severity.ERROR)


def clause_verdict(policy: Policy, standings: list[tuple[Clause, Standing]], case: Case) -> Verdict:
    """A verdict on the clauses that are missed though no check has a finding to show for it."""
    missed = [clause for clause, found in standings if found.state is State.MISSES and _untold(clause, found)]
    if not missed:
        return NO_CLAUSE_MISSED
    findings = tuple(_missed(policy, clause, case.domain) for clause in missed)
    worst = max((f.severity for f in findings), key=lambda s: s.rank)
    return Verdict(CLAUSE_MISSED, Status.FAIL, worst, findings)


def _untold(clause: Clause, found: Standing) -> bool:
    """Whether no finding of the clause's weight shows that it is missed."""
    return set(found.because) <= set(named_checks(clause.either))


def _missed(policy: Policy, clause: Clause, domain: str) -> Finding:
    wanted = "; ".join(translated(predicates()[name].text) for name in (*clause.holds, *clause.either))
    values = {
        "title": Message(policy.title),
        "clause": Message(clause.clause),
        "domain": domain,
        "wanted": wanted,
    }
    message = Message(
        phrase("{title}, {clause}: {domain} does not have what would support evidence for it ({wanted})")
        if policy.wording != WORDINGS[0]
        else phrase("{title}, {clause}: {domain} does not meet it ({wanted})"),
        values,
    )
    return Finding(CLAUSE_MISSED, LEVELS[clause.level], domain, message)
