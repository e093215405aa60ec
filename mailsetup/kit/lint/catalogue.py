"""Every rule: functions of ``rules/<group>.py`` put together with their pages in ``rules/<group>.toml``."""

from __future__ import annotations

import functools
import pkgutil
import tomllib
from collections.abc import Mapping
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any

from mailsetup.model.finding import Severity

from . import rules as package
from .rule import JUDGES, LANGUAGES, Example, Rule


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by group and number."""
    found: list[Rule] = []
    for name in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        import_module(f"{package.__name__}.{name}")
        text = resources.files(package).joinpath(f"{name}.toml").read_text("utf-8")
        found += [_rule(id, page) for id, page in tomllib.loads(text).items()]
    left = JUDGES.keys() - {rule.id for rule in found}
    if left:
        raise ValueError(f"rules without a page: {', '.join(sorted(left))}")
    return tuple(sorted(found, key=lambda r: r.id))


def _rule(id: str, page: Mapping[str, Any]) -> Rule:
    return Rule(
        id=id,
        severity=Severity(page["severity"]),
        source=page["source"],
        needs=tuple(page.get("needs", "").split()),
        kinds=page.get("kinds", ""),
        fixes=page.get("fixes", False),
        says=MappingProxyType({lang: page[lang] for lang in LANGUAGES}),
        why=MappingProxyType({lang: page[f"why_{lang}"] for lang in LANGUAGES}),
        left=MappingProxyType({lang: page.get(f"left_{lang}", "") for lang in LANGUAGES}),
        fires=_example(page.get("as", "text"), page["fires"]),
        silent=_example(page.get("silent_as", page.get("as", "text")), page["silent"]),
        judge=JUDGES[id],
        clients=frozenset(page.get("clients", "").split()),
    )


def _example(about: str, text: str) -> Example:
    """``about`` is the form, then any of ``kind= locale= purpose= path= country=`` and ``brand``."""
    form, *more = about.split()
    named = dict(word.split("=") for word in more if "=" in word)
    return Example(text, form, brand="brand" in more, **named)
