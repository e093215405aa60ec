"""Receiver readiness: which published rules of mailbox providers a domain meets, misses, or DNS cannot show."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from mailsetup.model.case import Case
from mailsetup.model.finding import Verdict
from mailsetup.model.language import translated
from mailsetup.model.message import phrase

from .requirements import Judged, Standing, State, all_hold, in_role, one_holds, shown_checks

JUDGED = ("required", "recommended", "limit")  # what a receiver merely tells about itself is no rule

ACTIONS = (
    phrase("reject"),
    phrase("rejected"),
    phrase("spam"),
    phrase("defer"),
    phrase("block"),
    phrase("reputation"),
    phrase("throttling"),
)
"""What a receiver does with mail that misses a rule, where its file says it in one word."""


class Wanted(NamedTuple):
    """What one rule asks of DNS: ``holds`` names predicates that must all hold, ``either`` some of which one must."""

    holds: tuple[str, ...] = ()
    either: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def receivers() -> tuple[Mapping[str, Any], ...]:
    """Every receiver's file, by id."""
    folder = files("mailsetup").joinpath("receivers")
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    return tuple(tomllib.loads(folder.joinpath(f).read_text(encoding="utf-8")) for f in found)


@lru_cache(maxsize=1)
def wanted() -> Mapping[str, Wanted]:
    """What the rules ask of DNS, by their ids."""
    text = files("mailsetup").joinpath("data", "receiver_predicates.toml").read_text(encoding="utf-8")
    return {
        rule: Wanted(tuple(table.get("holds", ())), tuple(table.get("either", ())))
        for rule, table in tomllib.loads(text).items()
    }


def readiness(verdicts: tuple[Verdict, ...], case: Case | None = None) -> tuple[Mapping[str, Any], ...]:
    """Each receiver with its rules and how the domain stands to them, ready for JSON."""
    judged = Judged(verdicts, case)
    return tuple(
        {
            "receiver": receiver["id"],
            "name": receiver["name"],
            "rules": [
                _document(r, standing(r, judged)) for r in receiver["rules"] if r["severity"] in JUDGED
            ],
        }
        for receiver in receivers()
    )


def standing(rule: Mapping[str, Any], judged: Judged) -> Standing:
    """How a domain stands to one rule; what DNS decides in part can only be missed by DNS, never met."""
    found = in_role(judged, "domain-sending", lambda: _looked_at(wanted().get(rule["id"], Wanted()), judged))
    if found.state is State.MEETS and rule["decidable"]["dns"] != "full":
        return Standing(State.CANNOT_TELL, found.because, found.rest)
    return found


def _looked_at(wants: Wanted, judged: Judged) -> Standing:
    if wants.either:
        return one_holds(judged, wants.either)
    return all_hold(judged, wants.holds) if wants.holds else Standing(State.CANNOT_TELL)


def _document(rule: Mapping[str, Any], found: Standing) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": rule["id"],
        "requirement": translated(rule["requirement"]),
        "level": rule["severity"],
        "applies_to": _said(rule["applies_to"]),
        "effective": rule.get("effective"),
        "status": found.state.value,
        "because": shown_checks(found),
    }
    if found.state is State.MISSES:
        document |= {"action": translated(rule["action"]), "codes": rule["codes"], "sources": rule["sources"]}
        if "threshold" in rule:
            document["threshold"] = _said(rule["threshold"])
    if found.rest:
        document["rest"] = list(map(translated, found.rest))
    return document


def _said(value: Any) -> Any:
    """A sentence in the language in use; a single word (``all``) or a number as it is."""
    return translated(value) if isinstance(value, str) and " " in value else value
