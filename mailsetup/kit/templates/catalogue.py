"""
The catalogue: folders of text files become templates; a folder of the user's own takes the place of ours by id.

One folder is one template: ``template.toml`` and one text a locale (``en.txt``, ``ru.txt``). Beside the
folders stands ``common.<locale>.toml`` with what all letters of a locale share.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from mailsetup.kit.letter import Kind, LetterSource, Shape, Template
from mailsetup.model.brand import LocalText
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.nearest import nearest
from mailsetup.model.reader_faults import reader_fault

from .values import variables

PACK = "standard"
TEMPLATE_FILE = "template.toml"
TEMPLATE_KEYS = (
    "class",
    "layout",
    "seed",
    "purpose",
    "structured",
    "exported",
    "unsubscribe",
    "html",
    "variables",
    "lint",
)
LETTER_KEYS = ("subject", "preheader", "sample", "labels", "greeting", "closing")
TEMPLATE_LIMIT = 2_000  # own templates

_ID = re.compile(r"[a-z][a-z0-9-]{0,30}(?:\.[a-z][a-z0-9-]{0,40}){1,3}\Z")
LOCALE_FILE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.txt\Z")
_COMMON_FILE = re.compile(r"common\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.toml\Z")
_FENCE = "+++"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All templates by id, and what the letters of each locale share."""

    templates: Mapping[str, Template]
    common: Mapping[str, Mapping[str, Any]]

    def get(self, id: str) -> Template:
        """A template by its id; `InputError` naming the nearest ones where there is none."""
        if id in self.templates:
            return self.templates[id]
        near = nearest(id, self.templates, 3)
        hint = (
            say("did you mean {near}?", near=str(say(" or ")).join(near))
            if near
            else say("`kit preview` shows all of them")
        )
        raise InputError(say('there is no template "{id}"; {hint}', id=id, hint=hint))

    def locales(self) -> tuple[str, ...]:
        """The locales that letters can be written in."""
        return tuple(sorted(self.common))


def bundled() -> Catalogue:
    """The templates that come with the package."""
    return pack(PACK)


@cache
def pack(name: str) -> Catalogue:
    """One of the package's own packs."""
    return parse(_package_files(name), f"packs/{name}")


def _package_files(name: str) -> Mapping[str, str]:
    root = resources.files("mailsetup.kit.templates") / "packs" / name
    found: dict[str, str] = {}
    for entry in sorted(root.iterdir(), key=lambda e: e.name):
        if entry.is_file():
            found[entry.name] = entry.read_text("utf-8")
        else:
            found |= {f"{entry.name}/{part.name}": part.read_text("utf-8") for part in entry.iterdir()}
    return found


def package_text(path: str, name: str = PACK) -> str:
    """One file of a pack of ours, such as ``order.shipped/en.txt``."""
    return (resources.files("mailsetup.kit.templates") / "packs" / name / path).read_text("utf-8")


def package_file(path: str, name: str = PACK) -> str:
    """Where one file of a pack of ours is, for people who copy it."""
    return str(resources.files("mailsetup.kit.templates") / "packs" / name / path)


def with_own(catalogue: Catalogue, files: Mapping[str, str], origin: str) -> Catalogue:
    """The catalogue with a user's own folders: a template, or one locale of it, in place of ours."""
    return with_pack(catalogue, parse(files, origin, catalogue))


def with_pack(catalogue: Catalogue, other: Catalogue) -> Catalogue:
    """Both catalogues; where both have a template, that of the other."""
    return Catalogue(
        MappingProxyType({**catalogue.templates, **other.templates}),
        MappingProxyType({**catalogue.common, **other.common}),
    )


def parse(files: Mapping[str, str], origin: str, base: Catalogue | None = None) -> Catalogue:
    """Templates from texts by relative path; ``origin`` stands before each path in errors."""
    common: dict[str, Mapping[str, Any]] = {}
    folders: dict[str, dict[str, str]] = {}
    for path, text in sorted(files.items()):
        folder, slash, name = path.rpartition("/")
        if not slash and (match := _COMMON_FILE.match(name)):
            ours = (base.common if base else {}).get(match[1], {})
            common[match[1]] = _merged(ours, _toml(text, f"{origin}/{path}"))
        elif slash and "/" not in folder:
            folders.setdefault(folder, {})[name] = text
    if len(folders) > TEMPLATE_LIMIT:
        raise InputError(
            say(
                "{origin}: holds {count} templates; at most {limit} are read",
                origin=origin,
                count=len(folders),
                limit=TEMPLATE_LIMIT,
            )
        )
    found = {id: _template(id, parts, f"{origin}/{id}", base) for id, parts in folders.items()}
    return Catalogue(MappingProxyType(found), MappingProxyType(common))


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Their tables over ours, key by key."""
    out = dict(ours)
    for key, value in theirs.items():
        old = out.get(key)
        out[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return out


def _toml(text: str, origin: str, first_line: int = 1) -> dict[str, Any]:
    try:
        return tomllib.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        reason = str(fault)
        if match := re.search(r"\(at line (\d+), column (\d+)\)", reason):
            reason = reason[: match.start()].strip()
            raise InputError(
                say(
                    "{origin}:{line}: {reason}, column {column}",
                    origin=origin,
                    line=int(match[1]) + first_line - 1,
                    reason=reader_fault(reason),
                    column=match[2],
                )
            ) from None
        line, ended = text.count("\n") + first_line, " (at end of document)"
        raise InputError(
            say(
                "{origin}:{line}: {reason}, at the end",
                origin=origin,
                line=line,
                reason=reader_fault(reason.replace(ended, "")),
            )
            if ended in reason
            else say("{origin}:{line}: {reason}", origin=origin, line=line, reason=reason)
        ) from None


def _template(id: str, parts: Mapping[str, str], origin: str, base: Catalogue | None) -> Template:
    if not _ID.match(id):
        raise InputError(
            say("{origin}: a folder is named as its template, such as support.opening-hours", origin=origin)
        )
    ours = base.templates.get(id) if base else None
    sources = {
        match[1]: letter_source(match[1], text, f"{origin}/{name}")
        for name, text in sorted(parts.items())
        if (match := LOCALE_FILE.match(name))
    }
    if ours is not None:
        sources = {locale: _with_samples(source, ours) for locale, source in sources.items()}
    if TEMPLATE_FILE not in parts:
        if ours is None:
            raise InputError(
                say(
                    "{origin}: has no {file}; write one with its class and variables",
                    origin=origin,
                    file=TEMPLATE_FILE,
                )
            )
        return replace(ours, locales=MappingProxyType({**ours.locales, **sources}))
    if not sources:
        raise InputError(say("{origin}: has no text; write one as en.txt", origin=origin))
    return _from_table(id, _toml(parts[TEMPLATE_FILE], f"{origin}/{TEMPLATE_FILE}"), sources, origin)


def _with_samples(source: LetterSource, ours: Template) -> LetterSource:
    """The source with our samples and labels where it has none of its own."""
    base = ours.locales.get(source.locale) or ours.locales.get("en") or next(iter(ours.locales.values()))
    labels = base.labels if base.locale == source.locale else {}
    return replace(
        source,
        samples=MappingProxyType({**base.samples, **source.samples}),
        labels=MappingProxyType({**labels, **source.labels}),
    )


def _from_table(
    id: str, table: Mapping[str, Any], sources: Mapping[str, LetterSource], origin: str
) -> Template:
    place = f"{origin}/{TEMPLATE_FILE}"
    _only(table, TEMPLATE_KEYS, place)
    try:
        kind, shape = Kind(table.get("class", "R")), Shape(table.get("layout", "plain"))
    except ValueError:
        raise InputError(
            say("{place}: class is one of T, R, A, M and layout one of plain, card, wide", place=place)
        ) from None
    declared = table.get("variables", {})
    if not isinstance(declared, Mapping):
        raise InputError(say("{place}: variables is a table; write it as [variables]", place=place))
    purpose = table.get("purpose", "")
    return Template(
        id=id,
        kind=kind,
        shape=shape,
        variables=variables(declared, place),
        locales=MappingProxyType(dict(sources)),
        purpose=LocalText(purpose) if isinstance(purpose, Mapping) else LocalText.of(str(purpose)),
        seed=str(table.get("seed", "")),
        structured=str(table.get("structured", "")),
        exported=table.get("exported", kind is Kind.REPLY) is True,
        unsubscribe=table.get("unsubscribe", kind is Kind.MARKETING) is True,
        html=table.get("html", True) is True,
        origin=origin,
        left_out=MappingProxyType(_left_out(table, place)),
    )


def _left_out(table: Mapping[str, Any], place: str) -> dict[str, str]:
    """Rules of the lint that ``[lint.ignore]`` leaves out, with their reasons."""
    wishes = table.get("lint", {})
    ignored = wishes.get("ignore", {}) if isinstance(wishes, Mapping) and set(wishes) <= {"ignore"} else None
    if not isinstance(ignored, Mapping) or not all(isinstance(v, str) for v in ignored.values()):
        raise InputError(
            say(
                '{place}: lint holds one table, [lint.ignore], with lines such as CSS-02 = "why"', place=place
            )
        )
    return {str(rule): why.strip() for rule, why in ignored.items()}


def _only(table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in known:
            raise InputError(
                say(
                    '{place}: there is no key "{key}"; there are {known}',
                    place=place,
                    key=key,
                    known=", ".join(known),
                )
            )


def letter_source(locale: str, text: str, origin: str) -> LetterSource:
    """A template's text in one locale; `InputError` names file and line."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    if lines[0].strip() != _FENCE or _FENCE not in [line.strip() for line in lines[1:]]:
        raise InputError(
            say(
                "{origin}:1: begins with a line +++, the subject, and a line +++ again; write them so",
                origin=origin,
            )
        )
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    table = _toml("\n".join(lines[1:end]), origin, 2)
    _only(table, LETTER_KEYS, origin)
    subjects, preheaders = _voices(table.get("subject"), origin), _voices(table.get("preheader", ""), origin)
    if not any(subjects.values()):
        raise InputError(say("{origin}: has no subject; write one between the lines +++", origin=origin))
    return LetterSource(
        locale=locale,
        origin=origin,
        subjects=subjects,
        preheaders=preheaders,
        body="\n".join(lines[end + 1 :]),
        body_line=end + 2,
        samples=MappingProxyType(_table(table, "sample", origin)),
        labels=MappingProxyType({k: str(v) for k, v in _table(table, "labels", origin).items()}),
        greeting=table.get("greeting", True) is True,
        closing=table.get("closing", True) is True,
    )


def _table(table: Mapping[str, Any], key: str, origin: str) -> dict[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise InputError(say("{origin}: {key} is a table; write it as [{key}]", origin=origin, key=key))
    return found


def _voices(value: object, origin: str) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return MappingProxyType({str(voice): str(text) for voice, text in value.items()})
    return MappingProxyType({"": str(value or "")})
