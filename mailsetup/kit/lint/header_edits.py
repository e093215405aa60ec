"""Mends of header fields: one added behind the others, one taken out, one written anew; folded as RFC 5322 asks."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator

from .document import SUBJECT_LINE, Document
from .rule import Edit

FIELD = re.compile(r"([!-9;-~]+)[ \t]*:[^\n]*\n?(?:[ \t]+[^\n]*\n?)*")  # RFC 5322 section 2.2


def _fields(d: Document) -> Iterator[tuple[str, int, int]]:
    """Every field's name in lower case, with where it begins and where the next one does."""
    at = 0
    while match := FIELD.match(d.source, at):
        yield match[1].lower(), match.start(), match.end()
        at = match.end()


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
    return str(policy.fold(name, policy.header_store_parse(name, value)[1]))
