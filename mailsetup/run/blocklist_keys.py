"""
Subscribers' keys for lists: from the environment, or from a file that only its owner can read.

A key is never printed, logged, recorded or put in a report: on its way to the network it replaces
a stand-in in the question (`blocklist_source`), and nowhere else does it exist.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailsetup.model import os_faults
from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.nearest import nearest

from .output import read_text

FILE_VARIABLE = "MAILSETUP_BLOCKLIST_KEYS"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")  # a key is a label of a name


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by the name that the lists' files give them; ``notes`` are for the user. Shows nothing of itself."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[Message, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __str__(self) -> str:
        return f"{len(self.values)} keys"

    __repr__ = __str__


def variable(name: str) -> str:
    """The environment variable that holds a key: ``MAILSETUP_SPAMHAUS_KEY``."""
    return f"MAILSETUP_{name.upper()}_KEY"


def load_keys(
    known: Iterable[str], path: str | None = None, environment: Mapping[str, str] | None = None
) -> Keys:
    """
    The keys given for the ``known`` names: those of the file, and those of the environment before them.

    The file is TOML, ``name = "key"``; without ``path`` the variable `FILE_VARIABLE` may name it. Raises
    `InputError`, which never quotes a key.
    """
    names = sorted(set(known))
    given = os.environ if environment is None else environment
    place = path or given.get(FILE_VARIABLE)
    found, notes = _from_file(Path(place), names) if place else ({}, [])
    for name in names:
        value = given.get(variable(name), "").strip()
        if value:
            found[name] = _checked(value, say("the variable {name}", name=variable(name)))
    return Keys(found, tuple(notes))


def _from_file(path: Path, names: list[str]) -> tuple[dict[str, str], list[Message]]:
    notes = _guarded(path)
    text = read_text(path, phrase("key file"))
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits is a ValueError
        place = re.search(r"line (\d+), column (\d+)", str(fault))
        where = (
            say("line {line}, column {column}", line=place[1], column=place[2])
            if place
            else say("the end of the file")
        )
        raise InputError(
            say(
                'key file {path}: not TOML at {where}; write one line a key: {names} = "..."',
                path=path,
                where=where,
                names=names[0],
            )
        ) from None
    found = {}
    for name, value in data.items():
        if name not in names:
            near = nearest(name, names) or names
            raise InputError(
                say(
                    'key file {path}: no list has a key called "{name}"; known: {near}',
                    path=path,
                    name=name[:40],
                    near=", ".join(near),
                )
            )
        if not isinstance(value, str):
            raise InputError(
                say('key file {path}: {name} is not a text; write {name} = "..."', path=path, name=name)
            )
        found[name] = _checked(value.strip(), say("key file {path}: {name}", path=str(path), name=name))
    return found, notes


def _guarded(path: Path) -> list[Message]:
    """Refuses a file that others can read, where the system can tell; says so where it cannot."""
    if os.name != "posix":
        return [say("the rights of the key file {path} are not checked on this system", path=str(path))]
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(say("cannot read key file {path}: {reason}", path=path, reason=reason)) from None
    if mode & 0o077:
        raise InputError(
            say(
                "key file {path} can be read by others (mode {mode:04o}); make it yours alone: chmod "
                "600 {path}",
                path=path,
                mode=mode,
            )
        )
    return []


def _checked(value: str, where: Message) -> str:
    key = value.lower()
    if not _LABEL.match(key):
        raise InputError(
            say("{where} is not a key: letters, digits and hyphens, at most 63 of them", where=where)
        )
    return key
