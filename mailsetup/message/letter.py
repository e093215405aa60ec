"""The letter inside a message: its MIME parts with their texts and links, read within bounds (RFC 2045, RFC 2046)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import NamedTuple

from mailsetup.grammar.charset import known
from mailsetup.model.message import Message, say

from .fields import Field, RawMessage, decoded_words, read_message
from .page import Link, read_page

DEPTH_LIMIT = 20  # parts inside parts; mail clients show far fewer
PART_LIMIT = 1_000
TEXT_LIMIT = 2_000_000  # octets of text decoded in the whole letter
HTML_LIMIT = 300_000  # characters of HTML looked at; webmail clips a letter at about 100,000
SHOWN_TEXT = 200_000  # characters of plain text in which a way to unsubscribe is looked for
WORDS = re.compile(
    r"unsubscribe|opt[ -]?out|abbestellen|abmelden|d[ée]sabonner|d[ée]sinscri|отписаться|отказаться от рассылки|"
    r"darse de baja|cancelar (?:la )?suscripci|disiscri|afmelden|wypisz|avregistrer|atrakst",
    re.IGNORECASE,
)

_TYPE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+)")
_PARAMETER = re.compile(r";\s*+([A-Za-z0-9!#$%&'*+.^_`{|}~-]++)\s*+=\s*+(\"(?:[^\"\\]|\\.)*+\"|[^\s;\"]++)")


class Part(NamedTuple):
    """One leaf: type in lower case, charset, transfer encoding, file name, octets as sent, decoded text or ``""``."""

    kind: str
    charset: str = ""
    encoding: str = ""
    name: str = ""
    size: int = 0
    depth: int = 0
    text: str = ""
    attached: bool = False


class Fault(NamedTuple):
    """What is wrong with the structure, with its code."""

    code: str
    text: Message


class Letter(NamedTuple):
    """
    Parts, faults of the structure, and the links of the HTML part.

    ``alternative`` says that text and HTML stand as alternatives; ``images`` and ``letters`` count pictures and
    characters of visible text in the HTML. ``leaving`` says that it shows a way to unsubscribe;
    ``longest_field`` is the size of the longest header field of an inner part.
    """

    parts: tuple[Part, ...] = ()
    faults: tuple[Fault, ...] = ()
    links: tuple[Link, ...] = ()
    alternative: bool = False
    images: int = 0
    letters: int = 0
    longest_line: int = 0
    longest_field: int = 0
    leaving: bool = False

    def body(self, kind: str) -> Part | None:
        """The first part of a type that is no attachment."""
        return next((part for part in self.parts if part.kind == kind and not part.attached), None)


class _Reading:
    """The parts found so far, and what is left of the budget."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.faults: dict[str, Fault] = {}
        self.text_left = TEXT_LIMIT
        self.alternative = False
        self.longest_field = 0

    def fault(self, code: str, template: str, **values: object) -> None:
        """Notes a fault; of each code the first only."""
        self.faults.setdefault(code, Fault(code, say(template, **values)))


def read_letter(message: RawMessage) -> Letter:
    """The letter in a message; no input makes it raise, and none costs more than its size allows."""
    reading = _Reading()
    _read(message.fields, message.body, reading)
    html = next((p.text for p in reading.parts if p.kind == "text/html" and not p.attached), "")
    page = read_page(html[:HTML_LIMIT])
    return Letter(
        tuple(reading.parts),
        tuple(reading.faults.values()),
        page.links,
        reading.alternative,
        page.images,
        page.letters,
        _longest(message),
        reading.longest_field,
        _leaving(page.links, reading.parts),
    )


def _leaving(links: tuple[Link, ...], parts: list[Part]) -> bool:
    if any(WORDS.search(link.shown[:1000]) or WORDS.search(link.target[:2000]) for link in links):
        return True
    plain = next((p.text for p in parts if p.kind == "text/plain" and not p.attached), "")
    return any(
        WORDS.search(text) is not None for text in (plain[:SHOWN_TEXT], plain[SHOWN_TEXT:][-SHOWN_TEXT:])
    )


def _longest(message: RawMessage) -> int:
    header = max((len(line) for f in message.fields for line in f.raw.split(b"\r\n")), default=0)
    return max(header, max(map(len, message.body.split(b"\r\n"))))


def _read(fields: tuple[Field, ...], body: bytes, reading: _Reading) -> None:
    """Every entity, outermost first, without recursion."""
    waiting: list[tuple[tuple[Field, ...], bytes, int]] = [(fields, body, 0)]
    seen = 0
    while waiting:
        head, content, depth = waiting.pop()
        seen += 1
        if seen > PART_LIMIT:
            reading.fault(
                "MIME_PARTS",
                "the letter has more than {limit} parts; the rest was not read",
                limit=PART_LIMIT,
            )
            return
        kind, parameters = content_type(_text(head, "content-type"), reading)
        if not kind.startswith("multipart/"):
            reading.parts.append(_leaf(head, kind, parameters, content, depth, reading))
            continue
        if depth >= DEPTH_LIMIT:
            reading.fault(
                "MIME_DEPTH",
                "parts are nested more than {limit} deep; the inner ones were not read",
                limit=DEPTH_LIMIT,
            )
            continue
        reading.alternative = reading.alternative or kind == "multipart/alternative"
        inner = _split(content, parameters.get("boundary", ""), reading)
        for piece in reversed(inner):
            entity = read_message(piece) if piece.strip(b"\r\n") else RawMessage((), b"", 0)
            longest = max((len(field.raw) for field in entity.fields), default=0)
            reading.longest_field = max(reading.longest_field, longest)
            waiting.append((entity.fields, entity.body, depth + 1))


def _text(fields: tuple[Field, ...], name: str) -> str:
    return next((field.text for field in fields if field.name == name), "")


def content_type(text: str, reading: _Reading) -> tuple[str, dict[str, str]]:
    """Type and parameters of a Content-Type; text/plain where there is none (RFC 2045 section 5.2)."""
    if not text:
        return "text/plain", {}
    match = _TYPE.match(text)
    if match is None:
        reading.fault("MIME_TYPE", 'the Content-Type "{value}" cannot be read', value=text[:80])
        return "text/plain", {}
    found = {m[1].lower(): m[2].strip('"') for m in _PARAMETER.finditer(text[:TEXT_LIMIT], match.end())}
    return match[1].lower(), found


def _split(content: bytes, boundary: str, reading: _Reading) -> list[bytes]:
    """The bodies between boundary lines (RFC 2046 section 5.1.1)."""
    if not 1 <= len(boundary) <= 70:
        reading.fault("MIME_BOUNDARY", "a multipart has no boundary of 1 to 70 characters")
        return [content] if boundary else []
    mark = re.escape(boundary.encode("utf-8"))
    lines = re.compile(rb"(?:\A|\r\n)--" + mark + rb"(--)?[ \t]*(?=\r\n|\Z)")
    pieces, start, closed = [], -1, False
    for match in lines.finditer(content):
        if start >= 0:
            pieces.append(content[start : match.start()])
        start = match.end() + 2
        if match[1]:
            closed = True
            break
        if len(pieces) > PART_LIMIT:
            break
    if start < 0:
        reading.fault(
            "MIME_BOUNDARY", 'the boundary "{boundary}" never stands in the body', boundary=boundary[:70]
        )
        return []
    if not closed:
        reading.fault("MIME_UNCLOSED", 'the boundary "{boundary}" is never closed', boundary=boundary[:70])
        pieces.append(content[start:])
    return pieces[:PART_LIMIT]


def _leaf(
    fields: tuple[Field, ...],
    kind: str,
    parameters: dict[str, str],
    body: bytes,
    depth: int,
    reading: _Reading,
) -> Part:
    encoding = _text(fields, "content-transfer-encoding").lower().strip() or "7bit"
    disposition = _text(fields, "content-disposition")
    attached = disposition.lower().startswith("attachment")
    name = decoded_words(
        dict((m[1].lower(), m[2].strip('"')) for m in _PARAMETER.finditer(disposition)).get("filename", "")
        or parameters.get("name", "")
    )
    charset = parameters.get("charset", "").lower()
    text = ""
    if kind.startswith("text/") and not attached and reading.text_left > 0:
        whole = len(body) <= reading.text_left
        data = _decoded(body[: reading.text_left], encoding, reading, whole=whole)
        reading.text_left -= len(body)
        text = _characters(data, charset, reading, whole=whole)
    return Part(kind, charset, encoding, name, len(body), depth, text, attached)


def _decoded(body: bytes, encoding: str, reading: _Reading, *, whole: bool) -> bytes:
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding == "base64":
        joined = b"".join(body.split())
        joined = joined if whole else joined[: len(joined) // 4 * 4]
        try:
            return base64.b64decode(joined, validate=True)
        except (binascii.Error, ValueError):
            reading.fault("MIME_BASE64", "a part that says it is base64 is not")
            return (
                base64.b64decode(joined[: len(joined) // 4 * 4], validate=False) if joined.isalnum() else b""
            )
    if encoding not in ("7bit", "8bit", "binary"):
        reading.fault("MIME_ENCODING", 'the transfer encoding "{value}" is not known', value=encoding[:40])
    elif encoding == "7bit" and not body.isascii():
        reading.fault("MIME_8BIT", "a part that says it is 7bit holds octets above 127")
    return body


def _characters(data: bytes, charset: str, reading: _Reading, *, whole: bool) -> str:
    """The text; a part that was cut may end amid a character, which is no fault of the letter."""
    try:
        if known(charset or "utf-8"):
            return data.decode(charset or "utf-8", "strict" if whole else "replace")
    except (LookupError, UnicodeError, ValueError):
        pass
    if charset or not data.isascii():
        reading.fault(
            "MIME_CHARSET",
            'a text part is not in the character set it names ("{value}")',
            value=charset[:40] or "us-ascii",
        )
    return data.decode("utf-8", "replace")
