"""
What a file would be once everything that can be mended is: texts and pages whole, messages part by part.

A message keeps every octet that no mend touches: parts go back in the encoding they came in, line by line, with the
line ends of the file. A message that is signed is left alone, since any change would break the signature.
"""

from __future__ import annotations

import base64
import difflib
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from mailsetup.model.message import Message, say

from . import document, mime
from .document import Document, Given
from .judge import judge, mended
from .mime import Part

ROUNDS = 4  # one mend can make room for another: a wrapped line, then the stop after its address
LINES_LIMIT = (
    3_000  # of a part that are compared with what they become: it is quadratic; longer parts are written anew
)
SEALS = ("dkim-signature", "arc-seal", "arc-message-signature", "domainkey-signature")
SEALED_TYPES = re.compile(r"multipart/(?:signed|encrypted)|application/(?:x-)?pkcs7-mime", re.IGNORECASE)
FORMS = {"text/plain": "txt", "text/html": "html"}


class Change(NamedTuple):
    """Something that would change, as people read it: its name and its text before and after."""

    name: str
    before: str
    after: str


class Mended(NamedTuple):
    """The file's text mended, what changed in it, and what was left alone for a reason."""

    source: str
    changes: tuple[Change, ...] = ()
    notes: tuple[Message, ...] = ()


def mend(found: Document, ignore: Iterable[str] = ()) -> Mended:
    """A document mended; ``source`` is in the form of `Document.source`."""
    left = tuple(ignore)
    if found.form == "eml":
        return _message(found, left)
    source = _settled(found, left)
    return Mended(source, (Change(found.path, found.source, source),) if source != found.source else ())


def _settled(found: Document, ignore: tuple[str, ...]) -> str:
    """Mends until nothing more is to be mended, at most `ROUNDS` times."""
    source = found.source
    edits = judge(found, ignore=ignore).edits
    for _ in range(ROUNDS):
        if not edits:
            break
        source = mended(source, edits)
        edits = judge(_again(found, source), ignore=ignore).edits
    return source


def _again(found: Document, source: str) -> Document:
    code = "ascii" if found.form == "eml" else "utf-8"
    data = source.encode(code, "surrogateescape")
    given = Given(found.kind, found.locale, found.purpose)
    return document.read(found.path, data, brand=found.brand, today=found.today, given=given)


def _message(found: Document, ignore: tuple[str, ...]) -> Mended:
    if seal := _seal(found):
        return Mended(found.source, notes=(say("not mended: any change would break its {seal}", seal=seal),))
    head = _settled(found, ignore)
    changes = [Change(f"{found.path} (headers)", found.source, head)] if head != found.source else []
    source, notes = head, list[Message]()
    for part in reversed(_again(found, head).parts):
        before = _text(part)
        if before is None:
            continue
        after = _part(found, part, before, ignore)
        if after == before:
            continue
        octets = _encoded(part, before, after)
        if octets is None:
            notes.append(say("the part {type} was not mended: its encoding is unusual", type=part.type))
            continue
        source = source[: part.offset] + octets + source[part.offset + len(part.raw) :]
        changes.append(Change(f"{found.path} ({part.type})", before, after))
    return Mended(source, tuple(changes), tuple(notes))


def _seal(found: Document) -> str:
    """The name of the signature or cipher that a change would break."""
    names = {name for name, _, _ in found.head}
    for seal in SEALS:
        if seal in names:
            return seal
    match = SEALED_TYPES.search(found.header("Content-Type"))
    return match[0] if match else ""


def _text(part: Part) -> str | None:
    """The part's words, where it is text whose every octet would come back the same."""
    if part.type not in FORMS or part.disposition == "attachment" or part.offset < 0:
        return None
    charset = part.charset or "utf-8"
    if not mime.known(charset):
        return None
    try:
        text = part.octets.decode(charset)
        same = text.encode(charset) == part.octets
    except (LookupError, UnicodeError):
        return None
    return text.replace("\r\n", "\n") if same and "\r" not in text.replace("\r\n", "\n") else None


def _part(found: Document, part: Part, before: str, ignore: tuple[str, ...]) -> str:
    """A part mended as the text or page that it is."""
    inner = Document(
        f"{found.path}.{FORMS[part.type]}", before, "text" if part.type == "text/plain" else "html"
    )
    inner = replace(inner, brand=found.brand, today=found.today, kind=found.kind, locale=found.locale,
                    purpose=found.purpose)  # fmt: skip
    if inner.form == "text" and document.SUBJECT_LINE.match(before):
        return before  # a line that looks like a subject belongs to the words here
    return _settled(_again(inner, before), ignore)


# --- back into the encoding it came in ------------------------------------------------------------------------


def _encoded(part: Part, before: str, after: str) -> str | None:
    """The part's new octets as they stand in the file; None where its encoding cannot hold them."""
    end = "\r\n" if "\r\n" in part.raw else "\n"
    try:
        if part.encoding == "base64":
            inner = after.replace("\n", "\r\n") if b"\r\n" in part.octets else after
            lines = base64.encodebytes(inner.encode(part.charset or "utf-8")).decode("ascii").split("\n")
            tail = end if part.raw.endswith("\n") else ""
            return end.join(lines[:-1]) + tail
        if part.encoding not in ("7bit", "8bit", "binary", "quoted-printable"):
            return None
        return end.join(_lines(part, before.split("\n"), after.split("\n")))
    except (LookupError, UnicodeError):
        return None


def _lines(part: Part, before: list[str], after: list[str]) -> Iterator[str]:
    """The lines of the file, those that did not change as they were."""
    raw = _logical(part)
    if len(raw) != len(before) or len(before) > LINES_LIMIT:
        yield from (_line(part, line) for line in after)
        return
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from raw[a:b]
        else:
            yield from (_line(part, line) for line in after[c:d])


def _logical(part: Part) -> list[str]:
    """The part as it stands in the file, a soft line break joined with what it leads to (RFC 2045 section 6.7)."""
    found: list[str] = []
    end = "\r\n" if "\r\n" in part.raw else "\n"
    open_line = False
    for line in part.raw.split(end):
        if open_line:
            found[-1] += end + line
        else:
            found.append(line)
        open_line = part.encoding == "quoted-printable" and line.rstrip(" \t").endswith("=")
    return found


def _line(part: Part, line: str) -> str:
    if part.encoding == "7bit":
        return line.encode("ascii").decode("ascii")
    octets = line.encode(part.charset or "utf-8")
    if part.encoding != "quoted-printable":
        return octets.decode("ascii", "surrogateescape")
    end = "\r\n" if "\r\n" in part.raw else "\n"
    return quopri.encodestring(octets).decode("ascii").replace("\n", end)
