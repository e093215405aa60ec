"""
What a file would be once everything that can be mended is: texts and pages whole, messages part by part.

A message keeps every octet that no mend touches: parts go back in the encoding they came in, line by line, with the
line ends of the file. A message that is signed is left alone, since any change would break the signature.
"""

from __future__ import annotations

import base64
import difflib
import functools
import itertools
import quopri
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailsetup.grammar.charset import known
from mailsetup.model.message import Message, say

from . import document, header_edits, mime, pictures
from .catalogue import rules
from .document import Document, Given
from .judge import firing, mended, mends
from .mime import Part

ROUNDS = 40  # mends that touch one another wait for the next; more than there are rules that mend one place
PASSES = 6  # over a message: what the whole needs, then what its parts do
WEIGHED = (
    100_000  # characters of a file whose mends are weighed against one another; judging takes by its length
)
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
    """
    A document mended; ``source`` is in the form of `Document.source`.

    No rule fires afterwards that did not before, and who mends again changes nothing: mends that together
    bring a new flaw are tried one by one, and those that bring it alone are left out.
    """
    left = tuple(ignore)
    if found.form == "source":
        return Mended(found.source, notes=(_SOURCE,))
    if found.form == "eml" and not found.head:
        return Mended(found.source, notes=(_NO_HEADER,))
    if found.form == "eml" and (seal := _seal(found)):
        return Mended(found.source, notes=(say("not mended: any change would break its {seal}", seal=seal),))
    if found.form != "eml" and not found.charset:
        return Mended(found.source, notes=(_NO_ENCODING,))
    notes: dict[str, Message] = {}
    now = found
    for _ in range(PASSES):
        source = _harmless(now, left, notes)
        if source == now.source:
            break
        now = again(found, source)
    return Mended(now.source, tuple(_changes(found, now)), tuple(notes.values()))


def _harmless(now: Document, ignore: tuple[str, ...], notes: dict[str, Message]) -> str:
    """All mends at once where that brings no new flaw, else one rule after the other."""
    source = _all(now, ignore, notes)
    if source == now.source or len(now.source) > WEIGHED:
        return source
    told = firing(now)
    if firing(again(now, source)) <= told:
        return source
    mendable = [rule.id for rule in rules() if rule.fixes and rule.id not in ignore]
    kept = now
    for one in mendable:
        if one in told:
            source = _all(kept, (*ignore, *(id for id in mendable if id != one)), notes)
            if source != kept.source and firing(tried := again(now, source)) <= told:
                kept = tried
    return kept.source


def _all(now: Document, ignore: tuple[str, ...], notes: dict[str, Message]) -> str:
    return _message(now, ignore, notes) if now.form == "eml" else _settled(now, ignore)


_SOURCE = say(
    "not mended: it is a template; the findings name its lines, and what is to be said there is yours"
)
_NO_HEADER = say("not mended: it has no header, so it is no message")
_NO_ENCODING = say("not mended: it is not UTF-8, and what else it is cannot be told; save it as UTF-8")


def _settled(found: Document, ignore: tuple[str, ...]) -> str:
    """Mends until nothing more is to be mended, at most `ROUNDS` times."""
    now = found
    for _ in range(ROUNDS):
        source = mended(now.source, mends(now, ignore))
        if source == now.source:
            break
        now = again(found, source)
    return now.source


def again(found: Document, source: str) -> Document:
    """A document with other text, read with all that was known of it."""
    code = "ascii" if found.form == "eml" else "utf-8"
    data = source.encode(code, "surrogateescape")
    whole = found.html is not None and not found.fragment
    given = Given(found.kind, found.locale, found.purpose, whole=whole, charset=found.charset)
    return document.read(
        found.path,
        data,
        brand=found.brand,
        spellers=found.spellers,
        today=found.today,
        given=given,
        points=found.points,
        beside=found.beside,
        around=found.around,
        wishes=found.wishes,
    )


def _message(found: Document, ignore: tuple[str, ...], notes: dict[str, Message]) -> str:
    now = found
    for _ in range(PASSES):
        before = now.source
        now = again(found, _settled(now, ignore))
        now = again(found, _parts(now, ignore, notes))
        if now.source == before:
            break
    return now.source


def _parts(now: Document, ignore: tuple[str, ...], notes: dict[str, Message]) -> str:
    """The message with each of its texts mended as the text or page that it is."""
    source = now.source
    for part in reversed(now.parts):
        before = _text(part)
        if before is None:
            continue
        after = _part(now, part, before, ignore)
        if after == before:
            continue
        octets = _encoded(part, before, after)
        if octets is None:
            notes[part.type] = say("the part {type} was not mended: its encoding is unusual", type=part.type)
            continue
        source = source[: part.offset] + octets + source[part.offset + len(part.raw) :]
    return source


def _changes(found: Document, now: Document) -> Iterator[Change]:
    """What changed, as people read it: the header, how the message is built, and the words of each part."""
    if found.source == now.source:
        return
    if found.form != "eml":
        yield Change(found.path, found.source, now.source)
        return
    pairs = [
        (f"{found.path} (headers)", _header(found), _header(now)),
        (f"{found.path} (parts)", _outline(found), _outline(now)),
    ]
    for type in FORMS:
        for was, is_now in itertools.zip_longest(_words(found, type), _words(now, type), fillvalue=""):
            pairs.append((f"{found.path} ({type})", was, is_now))
    changes = [Change(*pair) for pair in pairs if pair[1] != pair[2]]
    yield from changes or [Change(found.path, found.source, now.source)]


def _words(d: Document, type: str) -> list[str]:
    return [mime.characters(p.octets, p.charset).replace("\r\n", "\n") for p in d.parts if p.type == type]


def _header(d: Document) -> str:
    start = next((p.offset for p in d.parts), len(d.source))
    text = d.source[:start].replace("\r\n", "\n")
    kept = (line for line in header_edits.texts(text) if not line.lower().startswith("content-t"))
    return "".join(kept)


def _outline(d: Document) -> str:
    """One line a part: its type, character set, encoding and name."""
    kind = "" if d.message is None or not d.message.alternative else "multipart/alternative\n"
    lines = (" ".join(filter(None, (p.type, p.charset, p.encoding, p.name))) for p in d.parts)
    return kind + "".join(f"{line}\n" for line in lines)


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
    if not known(charset):
        return None
    try:
        text = part.octets.decode(charset)
        same = text.encode(charset) == part.octets
    except (LookupError, UnicodeError):
        return None
    return text.replace("\r\n", "\n") if same and "\r" not in text.replace("\r\n", "\n") else None


def _part(found: Document, part: Part, before: str, ignore: tuple[str, ...]) -> str:
    """A part mended as the text or page that it is."""
    if part.type == "text/plain" and document.SUBJECT_LINE.match(before):
        return before  # a line that looks like a subject belongs to the words here
    inner = document.read(
        f"{found.path}.{FORMS[part.type]}",
        before.encode("utf-8", "surrogateescape"),
        brand=found.brand,
        spellers=found.spellers,
        today=found.today,
        given=Given(found.kind, found.locale, found.purpose, whole=True),
        beside=functools.partial(pictures.octets, found),
        wishes=found.wishes,
    )
    return _settled(inner, ignore)


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
