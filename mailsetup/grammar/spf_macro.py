"""SPF macros: reading ``%{...}`` in a text and expanding it as far as the letters are known (RFC 7208 section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from mailsetup.model.message import Message, say
from mailsetup.model.names import LABEL_LIMIT, NAME_LIMIT

DOMAIN_LETTERS: Final = frozenset("slodiphv")  # RFC 7208 section 7.2; c, r and t only in explanation texts
EXPLANATION_LETTERS: Final = DOMAIN_LETTERS | frozenset("crt")
DELIMITERS: Final = frozenset(".-+,/_=")  # RFC 7208 section 7.1

_TOKEN: Final = re.compile(r"%(?:\{([^}%]*)(\}?)|(.?))", re.DOTALL)
_BODY: Final = re.compile(r"([a-z])([0-9]*)(r?)(.*)\Z", re.IGNORECASE | re.DOTALL)
_ESCAPES: Final = {"%": "%", "_": " ", "-": "%20"}  # RFC 7208 section 7.1


class Macro(NamedTuple):
    """One ``%{...}``: letter, how many right-hand parts to keep (0 for all), reversed or not, where to split."""

    letter: str
    keep: int
    reverse: bool
    delimiters: str


class MacroFault(NamedTuple):
    """What is wrong with a macro, where, and what to write instead where that can be told."""

    span: tuple[int, int]
    text: Message
    replacement: str | None = None


def macro_faults(text: str, letters: frozenset[str] = DOMAIN_LETTERS) -> tuple[MacroFault, ...]:
    """The faults of every macro in a macro-string; ``letters`` are the ones allowed here."""
    if "%" not in text:
        return ()
    return tuple(fault for token in _TOKEN.finditer(text) if (fault := _fault(token, letters)))


def _fault(token: re.Match[str], letters: frozenset[str]) -> MacroFault | None:
    span, shown = token.span(), token.group()
    body, closed, escape = token.groups()
    if body is None:
        if escape and escape in _ESCAPES:
            return None
        return MacroFault(
            span,
            say('"%" must be followed by "{", "%", "_" or "-"; a plain percent sign is written "%%"'),
            f"%{{{escape}}}" if escape in DOMAIN_LETTERS else None,
        )
    if not closed:
        return MacroFault(span, say('the macro "{macro}" is not closed with "}}"', macro=shown))
    parts = _BODY.match(body)
    if parts is None or parts[1].lower() not in EXPLANATION_LETTERS:
        return MacroFault(span, say('"{macro}" is not a macro; the letters are s l o d i p h v', macro=shown))
    if parts[1].lower() not in letters:
        return MacroFault(
            span, say('"{macro}" may stand only in explanation texts, not in a record', macro=shown)
        )
    if parts[2] and not int(parts[2][:9].strip("0") or "0"):
        return MacroFault(span, say('the number in "{macro}" must not be zero', macro=shown))
    if not DELIMITERS.issuperset(parts[4]):
        return MacroFault(
            span,
            say(
                '"{macro}" is not well formed: after the letter come digits, "r", then . - + , / _ =',
                macro=shown,
            ),
        )
    return None


def macros(text: str) -> tuple[Macro, ...]:
    """The well-formed macros of a text, in order."""
    if "%{" not in text:
        return ()
    found = []
    for token in _TOKEN.finditer(text):
        parts = _BODY.match(token[1]) if token[1] and token[2] else None
        if parts:
            found.append(_macro(parts))
    return tuple(found)


def _macro(parts: re.Match[str]) -> Macro:
    return Macro(parts[1].lower(), int(parts[2][:9] or "0"), bool(parts[3]), parts[4] or ".")


def last_macro_end(text: str) -> int:
    """Where the last macro-expand ends; 0 when there is none."""
    end = 0
    if "%" in text:
        for token in _TOKEN.finditer(text):
            end = token.end()
    return end


def letters_of(text: str) -> frozenset[str]:
    """The macro letters a text uses, in lower case."""
    return frozenset(m.letter for m in macros(text))


def expand(text: str, values: Mapping[str, str]) -> str | None:
    """
    A well-formed macro-string with its macros replaced; None when a letter has no value.

    ``values`` maps lower-case letters to their values. An upper-case letter URL-escapes the result.
    """
    if "%" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for token in _TOKEN.finditer(text):
        pieces.append(text[at : token.start()])
        at = token.end()
        if token[1] is None:
            pieces.append(_ESCAPES.get(token[3], token[0]))
            continue
        parts = _BODY.match(token[1])
        if parts is None or parts[1].lower() not in values:
            return None
        pieces.append(_expanded(parts, values[parts[1].lower()]))
    return "".join([*pieces, text[at:]])


def _expanded(parts: re.Match[str], value: str) -> str:
    macro = _macro(parts)
    split = re.split("[" + re.escape(macro.delimiters) + "]", value)
    if macro.reverse:
        split.reverse()
    joined = ".".join(split[-macro.keep :] if macro.keep else split)
    if parts[1].isupper():
        return re.sub(
            r"[^A-Za-z0-9._~-]", lambda c: "".join(f"%{o:02X}" for o in c[0].encode("utf-8")), joined
        )
    return joined


def target_name(spec: str, domain: str, origin: str) -> str | None:
    """
    The name a domain-spec means without knowing a sender's address; None when it depends on one.

    ``domain`` is whose record it stands in (``%{d}``); ``origin`` is the domain the check began
    with, which is the sender's domain too (``%{o}``). An empty spec means ``domain``. The name is in
    lower case without trailing dot, cut from the left to 253 characters (RFC 7208 section 7.3).
    """
    if not spec:
        return domain
    if "%" not in spec:
        return _plain(spec)
    name = expand(spec, {"d": domain, "o": origin})
    if name is None:
        return None
    return _plain(name)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return in_question(cut(name.lower().removesuffix(".")))


_SPECIAL: Final = re.compile(r'["();@$\\]|[^!-~]')


def in_question(name: str) -> str:
    """A name as questions spell it: with master-file escapes (RFC 1035 section 5.1)."""
    return _SPECIAL.sub(_escaped, name) if _SPECIAL.search(name) else name


def _escaped(character: re.Match[str]) -> str:
    octet = ord(character[0])
    if 0x20 < octet < 0x7F:
        return "\\" + character[0]
    return f"\\{octet:03d}" if octet < 256 else "?"  # no caller asks beyond ASCII; never an odd octet


@lru_cache(maxsize=4096)
def is_askable(name: str) -> bool:
    """Whether a name can be asked for: no empty label, none over 63 octets, at least two (RFC 7208 section 4.3)."""
    if len(name) > NAME_LIMIT or "." not in name:
        return False
    return all(0 < len(label) <= LABEL_LIMIT for label in name.replace("\\", "").split("."))


def cut(name: str) -> str:
    """A name of at most 253 characters: whole labels are dropped from the left (RFC 7208 section 7.3)."""
    while len(name) > NAME_LIMIT:
        _, dot, rest = name.partition(".")
        if not dot:
            return ""
        name = rest
    return name
