"""Why no letter can be made of a source: its file, the line, and what is to be written."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailsetup.model.errors import InputError
from mailsetup.model.message import Message


class Flaw(NamedTuple):
    """What is wrong with a source, and on which line of it."""

    line: int
    what: Message | str


def alone(path: str, text: str) -> tuple[Flaw, ...]:
    """What is wrong with the beginning of a template's text, whatever stands beside it."""
    from mailsetup.kit.templates.catalogue import letter_source

    try:
        letter_source("en", text, path)
    except InputError as fault:
        return (flaw_of(fault, path)[1],)
    return ()


def flaw_of(fault: InputError, path: str) -> tuple[str, Flaw]:
    """A fault as the file it is in, the line, and the sentence without them."""
    said = fault.args[0] if fault.args else ""
    file, line = _place(said) if isinstance(said, Message) else ("", 0)
    words = str(fault)
    if not line and (match := re.search(r"(?:\bline|\bстрока) (\d{1,7})\b", words)):
        line = int(match[1])
    file = file or path
    words = re.sub(rf"\A{re.escape(file)}(?::\d+|, \w+ \d+)?: ", "", words)
    return file, Flaw(max(1, line), words)


def _place(said: Message) -> tuple[str, int]:
    """File and line of a sentence's values."""
    values = said.values
    line = values.get("line")
    file = values.get("origin") or values.get("file") or _file(values.get("place"))[0]
    if isinstance(line, int):
        return str(file), line
    for value in values.values():
        if isinstance(value, Message) and (found := _place(value))[1]:
            return found
        if isinstance(value, str) and (match := re.fullmatch(r"(.{1,500}):(\d{1,7})", value)):
            return match[1], int(match[2])
    return str(file), 0


def _file(place: object) -> tuple[str, str]:
    """The file of a place such as ``templates/ours.hours/en.txt: day``, and the name behind it."""
    match = _FILE.match(place) if isinstance(place, str) else None
    return (match[1], match[2] or "") if match else ("", "")


_FILE = re.compile(r"(.{1,500}?\.(?:txt|toml))(?:: (\w{1,100}))?")


def within(flaw: Flaw, fault: InputError, text: str) -> Flaw:
    """The flaw on a line that the file has; of a key that is named, on the key's."""
    said = fault.args[0] if fault.args else ""
    values = said.values if isinstance(said, Message) and flaw.line == 1 else {}
    key = str(values.get("key") or values.get("name") or "") or _file(values.get("place"))[1]
    line = next((n for n, row in enumerate(text.splitlines(), 1) if key and row.startswith(key)), flaw.line)
    return flaw._replace(line=min(max(1, line), max(1, len(text.splitlines()))))
