"""Mailboxes in From, Reply-To, Return-Path and the like, read as forgivingly as receivers read them."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailsetup.model.errors import UsageError
from mailsetup.model.names import NAME_LIMIT, DomainName

MAILBOX_LIMIT = 100  # mailboxes of one field that are looked at
TEXT_LIMIT = 20_000  # characters of one field that are looked at

_ADDRESS = re.compile(r"([^\s<>@,;:\"()\[\]\x00]{1,256}|\x00[0-9]{1,5}\x00)@([^\s<>@,;:\"()\x00]{1,1024})")
_ANGLE = re.compile(r"<([^<>]*+)>")
_MARK = re.compile(r"\x00([0-9]+)\x00")


class Mailbox(NamedTuple):
    """One mailbox: what is shown, local part and domain as written."""

    shown: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """The address without what is shown."""
        return f"{self.local}@{self.domain}"

    @property
    def host(self) -> str:
        """The domain as A-labels in lower case, ``""`` if it is none."""
        return host_of(self.domain)


def host_of(domain: str) -> str:
    """A domain as A-labels in lower case without the dot, ``""`` if it is none."""
    name = domain.strip().strip(".").lower()
    if not name or name.startswith("[") or len(name) > 4 * NAME_LIMIT:
        return ""
    if "." not in name and name.isascii() and name.replace("-", "").isalnum():
        return name
    try:
        return DomainName.parse(name)
    except UsageError:
        return ""


def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """
    The mailboxes in a field's text, in order; comments and quoted words are never taken for an address.

    An address in angle brackets wins over one that stands free in the same mailbox.
    """
    plain, kept = _without_quotes(text[:TEXT_LIMIT])
    found = []
    for part in _split(plain)[:MAILBOX_LIMIT]:
        mailbox = _mailbox(part, kept)
        if mailbox is not None:
            found.append(mailbox)
    return tuple(found)


def _without_quotes(text: str) -> tuple[str, list[str]]:
    """The text with quoted strings as numbered marks and comments gone."""
    out: list[str] = []
    kept: list[str] = []
    depth, quoted, word, skip = 0, False, "", False
    for char in text.replace("\x00", ""):
        if skip:
            skip = False
            word += char if quoted else ""
        elif char == "\\" and (quoted or depth):
            skip = True
        elif quoted:
            if char == '"':
                quoted = False
                out.append(f"\x00{len(kept)}\x00")
                kept.append(word)
            else:
                word += char
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif char == '"':
            quoted, word = True, ""
        else:
            out.append(char)
    if quoted:  # never closed: read on as if the quote had not been there
        out.append(word)
    return "".join(out), kept


def _split(text: str) -> list[str]:
    """Parts between the commas and semicolons that stand outside angle brackets."""
    parts, part, inside = [], "", False
    for char in text:
        inside = (inside or char == "<") and char != ">"
        if char in ",;" and not inside:
            parts.append(part)
            part = ""
        else:
            part += char
    return [*parts, part]


def _mailbox(part: str, kept: list[str]) -> Mailbox | None:
    angle = next((found for found in _ANGLE.finditer(part) if "@" in found[1]), None)
    match = _ADDRESS.search(angle[1] if angle else part)
    if match is None:
        return None
    shown = part[: angle.start()] if angle else ""
    return Mailbox(
        _restored(shown, kept).strip(" <>"), _restored(match[1], kept, quote=True), match[2].rstrip(".")
    )


def _restored(text: str, kept: list[str], *, quote: bool = False) -> str:
    return _MARK.sub(lambda m: f'"{kept[int(m[1])]}"' if quote else kept[int(m[1])], text)
