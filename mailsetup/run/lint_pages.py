"""Pages of the lint's rules, and where its findings point, for the forms that reports have."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from mailsetup.model.errors import UsageError
from mailsetup.model.finding import CheckPage, Place
from mailsetup.model.language import translated
from mailsetup.model.message import say
from mailsetup.model.names import printable
from mailsetup.model.nearest import nearest


def place(owner: str, rdtype: str, about: str = "") -> Place | None:
    """Where a finding points: its owner is ``file:line``."""
    file, colon, line = owner.rpartition(":")
    return Place(file, int(line)) if colon and line.isdigit() else None


@functools.cache
def _pages(lang: str) -> Mapping[str, CheckPage]:
    from mailsetup.kit.lint.catalogue import rules

    return {
        rule.id: CheckPage(
            id=rule.id,
            title=rule.says[lang],
            severity=rule.severity,
            prose=(rule.why[lang],),
            remedies=(),
            cites=(rule.source,),
            codes=(rule.id,),
        )
        for rule in rules()
    }


def page(check: str, lang: str = "en") -> CheckPage | None:
    """A rule's page for forms that carry one."""
    return _pages(lang).get(check)


def explained(check: str, lang: str = "en") -> str:
    """A rule's page in words. `UsageError` for a rule that does not exist."""
    from mailsetup.kit.lint.catalogue import rules

    rule = next((r for r in rules() if r.id == check.upper()), None)
    if rule is None:
        raise _no_rule(check, [r.id for r in rules()])
    mending = str(say("--write mends it.")) if rule.fixes else str(say("Not mended by --write."))
    mending = f"{mending} {rule.left[lang]}".rstrip()
    return (
        f"{rule.id} ({translated(rule.severity.value)})\n\n{rule.says[lang]}\n\n{rule.why[lang]}\n\n{mending}\n\n"
        f"{_numbers(rule.id)}{_source(rule.source)}\n\n"
        f"{say('fires on:')}\n{_shown(rule.fires.text)}\n\n{say('silent on:')}\n{_shown(rule.silent.text)}\n"
    )


def _numbers(id: str) -> str:
    """What ``lint.toml`` can change of a rule, a paragraph; empty where it has no numbers."""
    from mailsetup.kit.lint.rule import LIMITS

    found = ", ".join(f"{name} = {one.usual:g}" for (rule, name), one in LIMITS.items() if rule == id)
    return (
        str(say("Its numbers, to be changed in lint.toml: {numbers}.", numbers=found)) + "\n\n"
        if found
        else ""
    )


def _source(source: str) -> str:
    """Where a rule comes from; facts about mail programs with the month they are of."""
    from mailsetup.kit.lint.clients import DATA_OF

    dated = "caniemail" not in source or DATA_OF in source
    return source if dated else f"{source} ({DATA_OF})"


def _no_rule(check: str, known: list[str]) -> UsageError:
    """The refusal of a rule that does not exist: the nearest, else the families there are."""
    near = nearest(check.upper(), known, 3)
    if near:
        return UsageError(
            say(
                "there is no rule {check}; did you mean {near}?",
                check=check,
                near=str(say(" or ")).join(near),
            )
        )
    families = dict.fromkeys(id.partition("-")[0] for id in known)
    return UsageError(
        say(
            "there is no rule {check}; they are called {first} to {last}, by family: {families}",
            check=check,
            first=known[0],
            last=known[-1],
            families=", ".join(families),
        )
    )


def _shown(text: str) -> str:
    return "\n".join("    " + printable(line) for line in text[:1200].rstrip("\n").split("\n"))
