"""All checks, found by walking the `checks` room, in an order that lets root causes speak first."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mailsetup import checks as room
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mailsetup.model.check import Check

ROOT_CAUSES = "names/"
"""The subject whose errors explain everything else about a domain away."""


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check; root causes first, and each after those it yields to; else by id."""
    found = {check.id: check for check in _discover()}
    ordered: dict[str, Check] = {}
    for check_id in sorted(found, key=lambda i: (not i.startswith(ROOT_CAUSES), i)):
        _place(check_id, found, ordered, ())
    return tuple(ordered.values())


@lru_cache(maxsize=1)
def checks_by_id() -> Mapping[str, Check]:
    """Every check by its id."""
    return MappingProxyType({check.id: check for check in all_checks()})


def check_named(check_id: str) -> Check:
    """The check with this id; `UsageError` names the nearest known ones."""
    known = checks_by_id()
    if check_id in known:
        return known[check_id]
    import difflib

    near = difflib.get_close_matches(check_id, known, 3, 0.5)
    hint = (
        say("; did you mean {near}?", near=f" {say('or')} ".join(near))
        if near
        else say("; `mailsetup explain` lists them all")
    )
    raise UsageError(say('there is no check "{check_id}"{hint}', check_id=check_id, hint=hint))


def _discover() -> Iterator[Check]:
    for subject in sorted(pkgutil.iter_modules(room.__path__, room.__name__ + ".")):
        if not subject.ispkg:
            continue
        package = importlib.import_module(subject.name)
        for module in sorted(pkgutil.iter_modules(package.__path__, package.__name__ + ".")):
            flaw = module.name.rpartition(".")[2]
            if not flaw.startswith("_"):
                yield getattr(importlib.import_module(module.name), flaw)


def _place(
    check_id: str, found: Mapping[str, Check], ordered: dict[str, Check], path: tuple[str, ...]
) -> None:
    if check_id in ordered or check_id not in found:
        return
    if check_id in path:
        raise RuntimeError(f"checks yield to one another in a circle: {' > '.join((*path, check_id))}")
    for cause in sorted(found[check_id].yields_to):
        _place(cause, found, ordered, (*path, check_id))
    ordered[check_id] = found[check_id]
