"""Which zone a master file is of: what its text says, as RFC 1035 section 5 reads it and as DNS hosts export it."""

from __future__ import annotations

import re
from contextlib import suppress

from mailsetup.model.errors import UsageError
from mailsetup.model.names import DomainName

from .zone_exports import HEAD_LENGTH

ROOT = "."

_FIRST_ORIGIN = re.compile(r"[ \t\r]*+\$ORIGIN[ \t]+([^\s;]+)", re.IGNORECASE)
_ORIGIN = re.compile(r"^[ \t]*\$ORIGIN[ \t]+([^\s;]+)", re.IGNORECASE | re.MULTILINE)
_SOA_OWNER = re.compile(r"^([^\s;$]\S*)[ \t]+(?:\S+[ \t]+){0,2}SOA[ \t]", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(r"[ \t\r]*(?:;[^\n]*)?(?:\n|\Z)")
_DIRECTIVE = re.compile(r"\$(?:TTL|UNICODE)[^\n]*(?:\n|\Z)", re.IGNORECASE)
_HEADING = re.compile(r"^;+[ \t]*(?:Domain:|Zone file for)[ \t]+([^\s;]+)", re.IGNORECASE | re.MULTILINE)


def stated_origin(text: str) -> str:
    """
    The zone a file's text says it is of, as written there; ``""`` where it says none.

    That is the owner of its SOA under the ``$ORIGIN`` in force there, else the ``$ORIGIN`` in force when the first
    record comes, else the domain in the heading of a DNS host's export. The root counts only where nothing else is
    said: name servers write their zones out below ``$ORIGIN .``, and exports keep their SOA there.
    """
    owner = _soa_owner(text)
    if owner not in ("", ROOT):
        return owner
    first = _first_directive(text)
    if first not in ("", ROOT):
        return first
    return _heading(text) or owner


def any_directive(text: str) -> str:
    """The first whole name any ``$ORIGIN`` gives."""
    for match in re.finditer(r"^\$ORIGIN[ \t]+([^\s;]+\.)(?=[\s;]|\Z)", text, re.IGNORECASE | re.MULTILINE):
        return match[1]
    return ""


def _soa_owner(text: str) -> str:
    """The SOA's owner as a whole name; ``""`` where there is no SOA or it cannot be told below what its owner stands."""
    match = _SOA_OWNER.search(text)
    if match is None:
        return ""
    owner = match[1]
    if owner.endswith("."):
        return owner
    origin = _origin_at(text, match.start())
    if origin:
        # where only the dot is left out, nothing else is meant
        same = owner == "@" or f"{owner}.".lower() == origin.lower()
        return origin if same else f"{owner}.{origin.removeprefix(ROOT)}"
    whole = re.compile(rf"^{re.escape(owner)}\.[ \t]", re.IGNORECASE | re.MULTILINE)
    return f"{owner}." if whole.search(text) else ""  # some exports leave the dot out at the SOA alone


def _origin_at(text: str, end: int) -> str:
    """The origin in force at a place, from the ``$ORIGIN`` lines above; ``""`` where the zone's name itself is."""
    origin = ""
    for match in _ORIGIN.finditer(text, 0, end):
        stated = match[1]
        if not stated.endswith("."):
            stated = f"{stated}.{origin.removeprefix(ROOT)}" if origin else ""
        origin = stated
    return origin


def _first_directive(text: str) -> str:
    """The ``$ORIGIN`` that is in force when the first record comes; ``""`` where there is none or it is no whole name."""
    at = 0
    while at < len(text):
        match = _FIRST_ORIGIN.match(text, at)
        if match:
            return match[1] if match[1].endswith(".") else ""
        skip = _BLANK.match(text, at) or _DIRECTIVE.match(text, at)
        if not skip or skip.end() == at:
            return ""
        at = skip.end()
    return ""


def _heading(text: str) -> str:
    """The domain that the comment above an export names."""
    for match in _HEADING.finditer(text, 0, HEAD_LENGTH):
        with suppress(UsageError):
            return DomainName.parse(match[1])
    return ""
