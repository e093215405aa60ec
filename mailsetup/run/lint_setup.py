"""
What a lint goes by: the brand and ``lint.toml``, named or found beside what is linted.

What is named must be right. A brand or table of people that was only found is told and left aside where it is
faulty: a letter elsewhere has nothing to do with it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mailsetup.kit.lint.wishes import CONFIG_FILE, LintConfig, parse
from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError
from mailsetup.model.lint import NOTHING, Wishes
from mailsetup.model.message import Message, phrase, say

from .kit_brand import BRAND_FILE, load_brand, load_people
from .kit_templates import OWN_FOLDER
from .lint_inputs import STDIN, TEMPLATE_FILE

_NONE = Wishes()
PATH_READ = 300  # characters of a path's end that may name a template


class Basis(NamedTuple):
    """
    What all files of a run are judged by.

    ``asked`` are the wishes of the command line, ``folder`` is where paths of ``config`` begin, ``templates`` says by
    a template's id which rules it leaves out, ``faults`` what was found and could not be used.
    """

    brand: Brand | None = None
    config: LintConfig | None = None
    asked: Wishes = _NONE
    folder: Path = Path()
    templates: Mapping[str, Mapping[str, str]] = NOTHING
    faults: tuple[Message, ...] = ()

    def wishes(self, path: str, template: str = "") -> Wishes:
        """What is wished of one file: of the command line, of ``lint.toml``, of the template, of the brand."""
        found = (
            Wishes(left_out=_of_brand(self.brand))
            if self.brand is not None and self.brand.lint.ignore
            else _NONE
        )
        template = template or _named(path)
        if template in self.templates:
            found = Wishes(left_out=self.templates[template]).over(found)
        if self.config is not None:
            inside = _inside(path, self.folder) if self.config.overrides else path
            found = self.config.of(inside, template).over(found)
        return self.asked.over(found) if self.asked is not _NONE else found


_MADE_OF = re.compile(
    r"(?:.*[/\\])?([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*){1,3})\.[a-z]{2,3}\.(?:html|txt|eml)"
)


def _named(path: str) -> str:
    """The template that a file of the kit is made of, by its name: ``ours.hours`` of ``ours.hours.en.html``."""
    match = _MADE_OF.fullmatch(path[-PATH_READ:])
    return match[1] if match is not None else ""


def _of_brand(brand: Brand) -> Mapping[str, Message | str]:
    return {id.upper(): why or say("left out by the brand file") for id, why in brand.lint.ignore.items()}


def _inside(path: str, folder: Path) -> str:
    """A path as it is called from the folder of ``lint.toml``."""
    if path == STDIN:
        return path
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return Path(path).as_posix()


def basis(
    paths: Sequence[str],
    *,
    brand: str = "",
    config: str = "",
    profiles: tuple[str, ...] = (),
    asked: Wishes = _NONE,
) -> Basis:
    """
    What a command goes by. `InputError` for a brand that is named, or a configuration, that cannot be used.

    Nearest first: what is named, what lies in a folder that is linted, what lies here, what the project file names.
    """
    folders = [Path(p) for p in paths if p != STDIN and Path(p).is_dir()]
    firm, faults = _firm(brand, folders, paths)
    home = Path(firm.origin).parent if firm is not None else None
    place = config or _first(CONFIG_FILE, (*folders, Path(), *((home,) if home is not None else ())))
    return Basis(
        firm,
        _config(place, profiles),
        asked,
        Path(place).parent if place else Path(),
        MappingProxyType(dict(_own_ignores(home))) if home is not None else NOTHING,
        tuple(faults),
    )


def _config(place: str, profiles: tuple[str, ...]) -> LintConfig | None:
    from mailsetup.edge.files import read_text

    if place:
        return parse(read_text(place, phrase("configuration of the lint")), place, profiles)
    return parse("", CONFIG_FILE, profiles) if profiles else None


def _first(name: str, folders: Sequence[Path]) -> str:
    return next((str(folder / name) for folder in folders if (folder / name).is_file()), "")


def _firm(given: str, folders: Sequence[Path], paths: Sequence[str]) -> tuple[Brand | None, list[Message]]:
    """The brand, with its people where their table can be used, and what could not be."""
    faults: list[Message] = []
    firm: Brand | None = None
    if given:
        firm = load_brand(given)
    else:
        try:
            place = _found(folders, paths)
            firm = load_brand(place) if place else None
        except InputError as fault:
            faults.append(say("{fault}; judged without the brand", fault=str(fault)))
    if firm is not None:
        try:
            firm = replace(firm, people=load_people(firm))
        except InputError as fault:
            faults.append(say("{fault}; judged without the people", fault=str(fault)))
    return firm, faults


def _found(folders: Sequence[Path], paths: Sequence[str]) -> str:
    """The brand file nobody named; empty where there is none."""
    from .project import find

    place = _first(BRAND_FILE, (*folders, Path()))
    if place:
        return place
    project = find()
    named = str(project.kit.get("brand") or "") if project is not None else ""
    return named or _first(BRAND_FILE, tuple(_above(paths)))


def _above(paths: Sequence[str]) -> Iterator[Path]:
    """The folders that hold the folders of templates that files are in."""
    for path in paths:
        place = Path(path).absolute()
        yield from (up.parent for up in place.parents if up.name == OWN_FOLDER)


def templates_folder(firm: Brand | None) -> Path | None:
    """Where the user keeps templates: beside the brand file, else here."""
    place = (Path(firm.origin).parent if firm is not None else Path()) / OWN_FOLDER
    return place if place.is_dir() else None


def _own_ignores(home: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Rules that own templates leave out, by template, where they give a reason; a faulty table gives none."""
    for table in sorted((home / OWN_FOLDER).glob(f"*/{TEMPLATE_FILE}")):
        try:
            ignored = tomllib.loads(table.read_text("utf-8-sig")).get("lint", {}).get("ignore", {})
            kept = {
                str(rule).upper(): why
                for rule, why in ignored.items()
                if isinstance(why, str) and why.strip()
            }
        except (OSError, ValueError, RecursionError, AttributeError):
            continue
        if kept:
            yield table.parent.name, kept
