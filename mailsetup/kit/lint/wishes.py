"""
``lint.toml``: how much each rule weighs, its numbers, and for which files; and the profiles that come along.

Layers, each over the one before: the profile, the file's own tables, and of its ``[[files]]`` those that a path or
a template's id fits, in their order. Rules are named by id (``CSS-02``) or by family (``CSS``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from mailsetup.kit.toml_tables import Table, load, meant
from mailsetup.model.errors import UsageError
from mailsetup.model.finding import Severity
from mailsetup.model.lint import Wishes
from mailsetup.model.message import Message, say
from mailsetup.model.nearest import nearest

from .catalogue import rules
from .rule import LIMITS

CONFIG_FILE = "lint.toml"
OFF = "off"
SEVERITIES = (*Severity, "never")
WEIGHT_KEYS = ("profile", "rules", "limits", "ignore")
TOP = ("fail-on", "class", "locale", *WEIGHT_KEYS, "files")
FILE_KEYS = ("path", "template", "class", "locale", *WEIGHT_KEYS)
PROFILE_KEYS = ("fail-on", "class", "rules", "limits")
CLASSES = "TRAMS"
LIMIT_MOST = 1e9
ANY = "**"


class Pattern(NamedTuple):
    """A path with ``*`` for what is within a folder's name and ``**`` for any folders; ``below`` takes what is in it."""

    parts: tuple[str, ...]
    below: bool

    def fits(self, path: str) -> bool:
        """Whether a path is meant; in time that grows with both lengths alone."""
        names = path.split("/")
        at = {0}  # how many names the parts so far may have taken
        for part in self.parts:
            if part == ANY:
                at = set(range(min(at), len(names) + 1)) if at else at
            else:
                at = {n + 1 for n in at if n < len(names) and fnmatchcase(names[n], part)}
        return len(names) in at or (self.below and bool(at))


@dataclass(frozen=True, slots=True)
class Override:
    """Wishes for some files: those one of ``paths`` or ``templates`` fits."""

    paths: tuple[Pattern, ...]
    templates: tuple[Pattern, ...]
    wishes: Wishes

    def fits(self, path: str, template: str) -> bool:
        """Whether it is for a file, by its path below the folder of ``lint.toml`` and its template's id."""
        return any(p.fits(path) for p in self.paths) or any(t.fits(template) for t in self.templates)


@dataclass(frozen=True, slots=True)
class LintConfig:
    """A ``lint.toml``: wishes for every file, more for some, and the severity that fails a run."""

    wishes: Wishes = field(default_factory=Wishes)
    overrides: tuple[Override, ...] = ()
    fail_on: str = ""

    def of(self, path: str, template: str = "") -> Wishes:
        """What is wished of one file."""
        found = self.wishes
        for one in self.overrides:
            if one.fits(path, template):
                found = one.wishes.over(found)
        return found


def parse(text: str, origin: str = CONFIG_FILE, profiles: tuple[str, ...] = ()) -> LintConfig:
    """
    A configuration from its text; ``profiles`` take the place of the file's own.

    `InputError` names file, line, key and the nearest that is known.
    """
    top = Table(load(text, origin), "", text, origin).only(*TOP)
    names = profiles or _named_profiles(top)
    below = with_profiles(names)
    own = _weights(top, origin)._replace(kind=_kind(top), locale=top.text("locale"))
    return LintConfig(
        own.over(below.wishes),
        tuple(_override(table, origin) for table in top.tables("files")),
        _fail_on(top) or below.fail_on,
    )


def _override(table: Table, origin: str) -> Override:
    table.only(*FILE_KEYS)
    paths, templates = _patterns(table, "path"), _patterns(table, "template")
    if not paths and not templates:
        table.refuse("", say('needs path = "newsletter/**" or template = "marketing.*"'))
    below = with_profiles(_named_profiles(table)).wishes
    own = _weights(table, origin)._replace(kind=_kind(table), locale=table.text("locale"))
    return Override(paths, templates, own.over(below))


def _patterns(table: Table, key: str) -> tuple[Pattern, ...]:
    return tuple(pattern(one) for one in _one_or_more(table, key))


def _one_or_more(table: Table, key: str) -> tuple[str, ...]:
    """A text, or a list of them."""
    found = (table.text(key),) if table.is_text(key) else table.texts(key)
    return tuple(filter(None, found))


def pattern(text: str) -> Pattern:
    """A pattern as it is written; without a slash it is a name anywhere."""
    parts = tuple(part.replace("[", "[[]") for part in text.split("/") if part not in ("", "."))
    lead = () if "/" in text.rstrip("/") else (ANY,)
    return Pattern((*lead, *parts), "*" not in text.rpartition("/")[2])


def _kind(table: Table) -> str:
    found = table.text("class")
    if found and (len(found) > 1 or found not in CLASSES):
        table.refuse("class", say('is "{found}"; write one of T, R, A, M, S (a signature)', found=found[:40]))
    return found


def _fail_on(table: Table) -> str:
    found = table.text("fail-on")
    if found and found not in SEVERITIES:
        known = ", ".join(SEVERITIES)
        table.refuse("fail-on", say('is "{found}"; write one of {known}', found=found[:40], known=known))
    return found


def _weights(table: Table, origin: str) -> Wishes:
    severities: dict[str, Severity] = {}
    left_out: dict[str, Message | str] = {}
    weighed = table.table("rules")
    for name in sorted(weighed.keys, key=len):  # a family first, then rules of it
        word = weighed.text(name)
        for id in _ids(weighed, name):
            severities.pop(id, None)
            left_out.pop(id, None)
            if word == OFF:
                left_out[id] = say("turned off in {origin}", origin=origin)
            else:
                severities[id] = _severity(weighed, name, word)
    silenced = table.table("ignore")
    for name in silenced.keys:
        reason = silenced.text(name)
        if not reason:
            silenced.refuse(
                name, say('needs a reason, such as {key} = "the shop\'s system writes it so"', key=name)
            )
        left_out |= dict.fromkeys(_ids(silenced, name), reason)
    return Wishes(
        severities=MappingProxyType(severities),
        left_out=MappingProxyType(left_out),
        limits=MappingProxyType(dict(_limits(table.table("limits")))),
    )


def _severity(table: Table, key: str, word: str) -> Severity:
    try:
        return Severity(word)
    except ValueError:
        known = ", ".join((*Severity, OFF))
        table.refuse(key, say('is "{found}"; write one of {known}', found=word[:40], known=known))


def _limits(table: Table) -> Iterator[tuple[tuple[str, str], float]]:
    rules()  # their numbers are known once they are read
    known = {rule for rule, _ in LIMITS}
    for id in table.keys:
        if id not in known:
            near = nearest(id, known)
            hint = meant(near) if near else say("known are {known}", known=", ".join(sorted(known)))
            table.refuse(id, say("has no numbers to change; {hint}", hint=hint))
        numbers = table.table(id)
        numbers.only(*(name for rule, name in LIMITS if rule == id))
        for name in numbers.keys:
            yield (id, name), numbers.amount(name, LIMITS[id, name].usual, LIMIT_MOST)


def _ids(table: Table, name: str) -> tuple[str, ...]:
    found = named(name)
    if not found:
        table.refuse(name, say("is no rule; {hint}", hint=_nearest(name)))
    return found


def named(name: str) -> tuple[str, ...]:
    """The rules of an id or family; none where there is no such."""
    return tuple(rule.id for rule in rules() if name.upper() in (rule.id, rule.group))


def _nearest(name: str) -> Message:
    """The rule or family that was perhaps meant, else the families there are."""
    groups = tuple(dict.fromkeys(rule.group for rule in rules()))
    near = nearest(name.upper(), (*(rule.id for rule in rules()), *groups))
    return (
        meant(near)
        if near
        else say("write an id such as CSS-02, or a family: {known}", known=", ".join(groups))
    )


# --- profiles -------------------------------------------------------------------------------------------------


def profile_names() -> tuple[str, ...]:
    """The profiles that come along."""
    folder = resources.files(__package__).joinpath("profiles")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def with_profiles(names: Iterable[str]) -> LintConfig:
    """Several profiles, each over the one before. `UsageError` for one that does not exist."""
    found, fail_on = Wishes(), ""
    for name in names:
        one = profile(name)
        found, fail_on = one.wishes.over(found), one.fail_on or fail_on
    return LintConfig(found, fail_on=fail_on)


@functools.cache
def profile(name: str) -> LintConfig:
    """One profile."""
    if name not in profile_names():
        known = ", ".join(profile_names())
        raise UsageError(say('there is no profile "{name}"; there are {known}', name=name[:40], known=known))
    text = resources.files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8")
    origin = f"profile {name}"
    top = Table(load(text, origin), "", text, origin).only(*PROFILE_KEYS)
    return LintConfig(_weights(top, origin)._replace(kind=_kind(top)), fail_on=_fail_on(top))


def _named_profiles(table: Table) -> tuple[str, ...]:
    names = _one_or_more(table, "profile")
    for name in names:
        if name not in profile_names():
            near = nearest(name, profile_names())
            hint = meant(near) if near else say("write one of {known}", known=", ".join(profile_names()))
            table.refuse("profile", say('is "{found}"; {hint}', found=name[:40], hint=hint))
    return names


def selected(names: Iterable[str]) -> Mapping[str, Message | str]:
    """Why the rules that ``--select`` does not name are left out; none where it names none."""
    chosen = {id for name in names for id in _chosen(name, "--select")}
    if not chosen:
        return {}
    return {rule.id: say("not among those of --select") for rule in rules() if rule.id not in chosen}


def ignored(names: Iterable[str]) -> Mapping[str, Message | str]:
    """Why the rules that ``--ignore`` names are left out."""
    return dict.fromkeys(
        (id for name in names for id in _chosen(name, "--ignore")), say("left out by --ignore")
    )


def _chosen(names: str, option: str) -> Iterator[str]:
    for name in filter(None, (part.strip() for part in names.split(","))):
        found = named(name)
        if not found:
            hint = _nearest(name)
            raise UsageError(
                say('{option}: "{name}" is no rule; {hint}', option=option, name=name[:40], hint=hint)
            )
        yield from found
