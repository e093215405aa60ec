"""A new project file: asks for what is missing where somebody can answer, and checks what is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from mailsetup.model.errors import MailsetupError, UsageError
from mailsetup.model.language import translated
from mailsetup.model.message import say
from mailsetup.model.names import DomainName
from mailsetup.model.profile import Parameter, Profile

from .plan import assigned, shared_names
from .project import FILE_NAME, OWN_SETTINGS, render

Ask = Callable[[str, str], str]
"""Asks a question with a default; returns what was typed."""


def parse_settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """``k=v`` options as a mapping; `UsageError` for one without ``=``."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(say('--set "{pair}" is not name=value', pair=pair[:60]))
        found[key.strip()] = value.strip()
    return found


def chosen(ask: Ask) -> str:
    """The id of a provider there is, asked for until one is typed; `UsageError` for Enter alone."""
    from mailsetup.profiles import load

    question = say("Which provider takes your mail? (an id from mailsetup providers)")
    hint = str(question)
    while typed := ask(hint, "").strip():
        try:
            return load(typed).id
        except MailsetupError as fault:
            hint = f"{fault}\n{question}"
    raise UsageError(say("which provider? Give --provider ID; mailsetup providers lists them"))


def create(
    domain: str,
    provider: str,
    given: Mapping[str, str],
    senders: tuple[str, ...],
    *,
    ask: Ask | None,
    folder: str,
    force: bool,
) -> tuple[Path, tuple[str, ...]]:
    """
    Writes ``mailsetup.toml``; returns its path and a sentence for each value still to be found.

    ``ask`` is None where nobody can answer: then what is missing is left out and named.
    """
    from mailsetup.edge.files import write_text
    from mailsetup.profiles import load, resolve

    name = DomainName.parse(domain)
    profiles = [load(i) for i in dict.fromkeys((provider, *senders))]
    own = {k: v for k, v in given.items() if k in OWN_SETTINGS}
    values, shared = assigned(profiles, given), shared_names(profiles)
    named: dict[str, str] = {}
    missing: dict[str, str] = {}
    for profile in profiles:
        if ask is not None:
            _ask_missing(profile, name, values[profile.id], ask)
        filled = replace(resolve(profile, name, values[profile.id]), shared=shared[profile.id])
        named |= {filled.setting(key): value for key, value in values[profile.id].items()}
        missing |= {filled.setting(w.parameter): translated(w.where) for w in filled.waiting}
    path = Path(folder) / FILE_NAME
    text = render(name, profiles[0].id, named, senders, own, missing)
    write_text(path, text, force=force, option="--folder")
    return path, tuple(f"{setting}: {where}" for setting, where in missing.items())


def _ask_missing(profile: Profile, domain: str, values: dict[str, str], ask: Ask) -> None:
    for parameter in profile.parameters:
        if parameter.name in values or parameter.decided_by or parameter.required == "never":
            continue
        value = _one_value(profile, domain, parameter, values, ask)
        if value:
            values[parameter.name] = value


def _one_value(profile: Profile, domain: str, parameter: Parameter, values: dict[str, str], ask: Ask) -> str:
    from mailsetup.profiles import resolve

    choices = f" ({', '.join(c.value for c in parameter.choices)})" if parameter.choices else ""
    hint = f"{parameter.name}{choices}\n  {translated(parameter.where)}"
    if parameter.example:
        hint += f"\n  {say('looks like: {example}', example=parameter.example)}"
    while True:
        typed = ask(f"{hint}\n  {say('(Enter to leave it for later)')}", parameter.default).strip()
        if not typed:
            return ""
        try:
            resolve(profile, DomainName.parse(domain), {**values, parameter.name: typed})
        except MailsetupError as fault:
            hint = str(fault)
            continue
        return typed
