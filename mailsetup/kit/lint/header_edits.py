"""Mends of header fields: one added behind the others, one taken out, one written anew; folded as RFC 5322 asks."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator

from .document import SUBJECT_LINE, Document
from .rule import Edit

FOLDED_LIMIT = 8_192  # octets of a field that is folded anew; what is longer was hardly meant

FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[^\n]*\n?(?:[ \t]+[^\n]*\n?)*")  # RFC 5322 section 2.2


def first_field(source: str) -> int:
    """Where the first field begins: behind the first line of a letter in an mbox."""
    return source.find("\n") + 1 if source.startswith("From ") else 0


def _fields(d: Document) -> Iterator[tuple[str, int, int]]:
    """Every field's name in lower case, with where it begins and where the next one does."""
    at = first_field(d.source)
    while match := FIELD.match(d.source, at):
        yield match[1].lower(), match.start(), match.end()
        at = match.end()


def texts(source: str) -> Iterator[str]:
    """The fields of a header as they are written, each with the lines it goes on in."""
    at = first_field(source)
    while match := FIELD.match(source, at):
        yield match[0]
        at = match.end()


def end_of_fields(source: str) -> int:
    """Where the header ends."""
    at = first_field(source)
    while match := FIELD.match(source, at):
        at = match.end()
    return at


def refolded(d: Document, at: int, limit: int) -> tuple[Edit, ...]:
    """The field that stands at an offset in lines of at most ``limit`` octets; nothing where it does not bend."""
    for match in FIELD.finditer(d.source, first_field(d.source), end_of_fields(d.source)):
        if match.start() <= at < match.end() and len(match[0]) <= FOLDED_LIMIT:
            value = " ".join(match[0].partition(":")[2].split())
            new = _folded(d, match[1], value)
            short = new.isascii() and all(len(line.rstrip("\r")) <= limit for line in new.split("\n"))
            return (Edit(match.start(), match.end(), new),) if short and new != match[0] else ()
    return ()


def added(d: Document, name: str, value: str) -> tuple[Edit, ...]:
    """A field behind the last one."""
    ends = [end for _, _, end in _fields(d)] if d.form == "eml" else []
    if not ends or d.source[ends[-1] - 1] != "\n":
        return ()
    return (Edit(ends[-1], ends[-1], _folded(d, name, value)),)


def removed(d: Document, name: str) -> tuple[Edit, ...]:
    """Every field of a name, gone."""
    return tuple(Edit(start, end, "") for known, start, end in _fields(d) if known == name.lower())


def replaced(d: Document, name: str, value: str) -> tuple[Edit, ...]:
    """A field written anew, where there is exactly one."""
    spans = [(start, end) for known, start, end in _fields(d) if known == name.lower()]
    if len(spans) != 1:
        return ()
    return (Edit(*spans[0], _folded(d, name, value)),)


def subject(d: Document, words: str) -> tuple[Edit, ...]:
    """The subject written anew, in a message or at the head of a text; never an empty one."""
    words = " ".join(words.split())
    if not words:
        return ()
    if d.form == "eml":
        return replaced(d, "Subject", words)
    match = SUBJECT_LINE.match(d.source) if d.form == "text" else None
    return (Edit(match.start(1), match.end(1), words),) if match is not None else ()


def _folded(d: Document, name: str, value: str) -> str:
    end = "\r\n" if "\r\n" in d.source else "\n"
    policy = email.policy.default.clone(linesep=end)
    try:
        return str(policy.fold(name, policy.header_store_parse(name, value)[1]))
    except Exception:  # the standard library's parser raises what it likes on what was built to hurt it
        return f"{name}: {value}{end}"
