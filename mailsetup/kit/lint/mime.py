"""
A message under lint: header fields and MIME parts, with where they stand in the file (RFC 5322, RFC 2045, RFC 2046).

The standard library's reader descends into every part and every comment of an address, and is quadratic in both;
letters are hostile input, so this one reads in one pass, to a depth and a number that honest letters do not reach.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.grammar.charset import known
from mailsetup.model.message import Message, say

DEPTH_LIMIT = 20  # parts inside parts; mail programs show far fewer
PART_LIMIT = 1_000
VALUE_LIMIT = 10_000  # characters of a header field that are read; RFC 5322 section 2.1.1 allows 998 a line

MARK = "\udcef\udcbb\udcbf"
"""A byte order mark: no message begins with one, but editors write it."""

_FIELD = re.compile(r"([!-9;-~]++)[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")  # RFC 5322 section 2.2
_TYPE = re.compile(r"\s*+([\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127})")
_PARAMETER = re.compile(r";\s*+([\w!#$%&'*+.^`{|}~-]{1,127}+)\s*+=\s*+(\"(?:[^\"\\]|\\.)*+\"|[^\s;\"]++)")
_ESCAPED = re.compile(r"\\(.)")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*+)\?=")  # RFC 2047 section 2
_SPECIALS = re.compile(r"[()<>\[\]:;@\\,\"]")  # RFC 5322 section 3.2.3, but the full stop
_RAW_OCTET = re.compile("[\udc80-\udcff]")
_ADDRESSED = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to"))


class Field(NamedTuple):
    """A header field: name in lower case, value unfolded, line in the file."""

    name: str
    value: str
    line: int


class Part(NamedTuple):
    """One leaf of a message: its type, its decoded octets, and where it stands in the file."""

    type: str
    charset: str
    encoding: str
    octets: bytes
    line: int
    name: str
    disposition: str
    content_id: str
    raw: str
    offset: int
    """Where ``raw`` begins in the file."""
    flowed: bool = False
    """Whether its lines are flowed (RFC 3676)."""
    begin: int = 0
    """Where its header begins in the file."""


class Mime(NamedTuple):
    """A message's fields and leaves; ``alternative`` where it offers a choice; ``left`` says what was not read."""

    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    alternative: bool = False
    left: tuple[Message, ...] = ()


def read(source: str) -> Mime:
    """The message in a file's text, one character an octet (ASCII with surrogates); no text makes it raise."""
    fields, body = _fields(source, 0, len(source), 1)
    parts: list[Part] = []
    alternative, left = False, dict[str, Message]()
    for field in fields:
        if len(field.value) > VALUE_LIMIT:
            left[field.name] = say(
                "not judged: what follows the first {limit} characters of the header field {name}",
                limit=VALUE_LIMIT,
                name=field.name,
            )
    waiting = [(fields, body, len(source), 0, 0)]
    seen = 0
    while waiting:
        head, start, end, depth, begin = waiting.pop()
        seen += 1
        if seen > PART_LIMIT:
            left["parts"] = say("not judged: parts after the first {limit}", limit=PART_LIMIT)
            break
        type, parameters = typed(_value(head, "content-type"))
        alternative = alternative or type == "multipart/alternative"
        boundary = parameters.get("boundary", "").rstrip()
        holds = type.startswith("multipart/") and boundary
        if not holds and type != "message/rfc822":
            parts.append(_leaf(source, head, type, parameters, start, end)._replace(begin=begin))
        elif depth == DEPTH_LIMIT:
            left["depth"] = say("not judged: parts that are nested more than {limit} deep", limit=DEPTH_LIMIT)
        else:
            inner = _between(source, start, end, boundary) if holds else [(start, end)]
            waiting += [(*_entity(source, *span), span[1], depth + 1, span[0]) for span in reversed(inner)]
    return Mime(tuple(fields), tuple(parts), alternative, tuple(left.values()))


def _entity(source: str, start: int, end: int) -> tuple[list[Field], int]:
    return _fields(source, start, end, 0)


def _fields(source: str, start: int, end: int, line: int) -> tuple[list[Field], int]:
    """The header from an offset on, and where its body begins: behind the empty line, or at what is no field."""
    found: list[Field] = []
    if start == 0 and source.startswith(MARK):
        start = len(MARK)
    if source.startswith("From ", start, end):  # the first line of a letter in an mbox
        start = source.find("\n", start, end) + 1 or end
        line += 1
    while match := _FIELD.match(source, start, end):
        value = " ".join(part.strip() for part in match[2].split("\n"))
        found.append(Field(match[1].lower(), value, line))
        line += match[0].count("\n")
        start = match.end()
    for empty in ("\r\n", "\n"):
        if source.startswith(empty, start, end):
            return found, start + len(empty)
    return found, start


def _between(source: str, start: int, end: int, boundary: str) -> list[tuple[int, int]]:
    """Where the parts between boundary lines stand (RFC 2046 section 5.1.1)."""
    mark = re.compile(rf"^--{re.escape(boundary)}(--)?[ \t]*+\r?$\n?", re.MULTILINE)
    found: list[tuple[int, int]] = []
    begun = -1
    for match in mark.finditer(source, start, end):
        if begun >= 0:
            found.append((begun, _before_line_end(source, begun, match.start())))
        begun = -1 if match[1] else match.end()
        if match[1] or len(found) > PART_LIMIT:
            break
    if begun >= 0:
        found.append((begun, end))
    return found


def _before_line_end(source: str, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    for ending in ("\r\n", "\n"):
        if source.endswith(ending, start, end):
            return end - len(ending)
    return end


def _value(fields: list[Field], name: str) -> str:
    return next((field.value[:VALUE_LIMIT] for field in fields if field.name == name), "")


def typed(text: str) -> tuple[str, dict[str, str]]:
    """Type in lower case and parameters; text/plain where there is none (RFC 2045 section 5.2)."""
    match = _TYPE.match(text)
    return (match[1].lower() if match else "text/plain"), parameters(text)


def parameters(text: str) -> dict[str, str]:
    """The parameters of a field, the first of each name; those in pieces or with a character set put together (RFC 2231)."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[str]] = {}
    for match in _PARAMETER.finditer(text):
        name, value = match[1].lower(), match[2]
        value = _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
        base, star, _ = name.partition("*")
        if star:
            pieces.setdefault(base, []).append(value)
        else:
            plain.setdefault(name, value)
    for name, values in pieces.items():
        plain.setdefault(name, _extended("".join(values)))
    return plain


def _extended(value: str) -> str:
    """``UTF-8''%D0%9F`` as it reads (RFC 2231 section 4)."""
    charset, mark, rest = value.partition("'")
    _, second, text = rest.partition("'")
    if not mark or not second:
        return value
    return characters(of_percents(text), charset)


def of_percents(text: str) -> bytes:
    """The octets of a text in which some are written as ``%D0`` (RFC 3986 section 2.1)."""
    return _PERCENT.sub(lambda m: bytes((int(m[1], 16),)), text.encode("utf-8", "surrogateescape"))


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def _leaf(source: str, head: list[Field], type: str, about: dict[str, str], start: int, end: int) -> Part:
    encoding = (_value(head, "content-transfer-encoding") or "7bit").strip().lower()
    disposition, _, _ = _value(head, "content-disposition").partition(";")
    name = parameters(_value(head, "content-disposition")).get("filename") or about.get("name", "")
    raw = source[start:end]
    return Part(
        type,
        about.get("charset", "").lower(),
        encoding,
        _decoded(raw.encode("ascii", "surrogateescape"), encoding),
        source.count("\n", 0, start) + 1,
        unfolded(name),
        disposition.strip().lower(),
        _value(head, "content-id").strip(" <>"),
        raw,
        start,
        about.get("format", "").lower() == "flowed",
    )


def _decoded(octets: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return quopri.decodestring(octets)
    if encoding == "base64":
        return of_base64(octets) or b""
    return octets


def of_base64(octets: bytes) -> bytes | None:
    """What base64 says, whatever stands between its letters passed over; None where it says nothing."""
    for end in (b"", b"==", b"A=="):
        try:
            return binascii.a2b_base64(octets + end)
        except binascii.Error:
            continue
    return None


def characters(octets: bytes, charset: str) -> str:
    """Octets read in a character set; UTF-8 where it is unknown, a replacement for what cannot be read."""
    try:
        return octets.decode(charset if charset and known(charset) else "utf-8", "replace")
    except (
        LookupError,
        ValueError,
    ):  # an encoding that is none of text, such as base64 (LookupError), or cannot replace
        return octets.decode("utf-8", "replace")


# --- header fields as people read them -------------------------------------------------------------------------


def readable(name: str, value: str) -> str:
    """A header field's value on one line, its encoded words read; in lists of addresses they stay one name."""
    return unfolded(value[:VALUE_LIMIT], addressed=name.lower() in _ADDRESSED)


def unfolded(text: str, *, addressed: bool = False) -> str:
    """A text on one line with its encoded words (RFC 2047) read, as far as they can be."""
    if _RAW_OCTET.search(text):
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    out: list[str] = []
    at = 0
    run: list[tuple[str, bytes]] = []
    for match in _WORD.finditer(text):
        gap = text[at : match.start()]
        octets = octets_of(match)
        if run and gap.strip():
            out.append(_said(run, addressed=addressed))
            run = []
        if not run:
            out.append(gap)
        run.append((match[1].partition("*")[0], match[0].encode() if octets is None else octets))
        at = match.end()
    if run:
        out.append(_said(run, addressed=addressed))
    return " ".join("".join((*out, text[at:])).split())


def _said(run: list[tuple[str, bytes]], *, addressed: bool) -> str:
    """Encoded words that stand together; a character may begin in one and end in the next."""
    found: list[str] = []
    charset, parts = run[0][0], list[bytes]()
    for named, octets in run:
        if named != charset:
            found.append(characters(b"".join(parts), charset))
            charset, parts = named, []
        parts.append(octets)
    text = "".join((*found, characters(b"".join(parts), charset)))
    if addressed and _SPECIALS.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text


def encoded_words(text: str) -> Iterator[bytes | None]:
    """The octets of every encoded word in a text; None for one that cannot be read."""
    return map(octets_of, _WORD.finditer(text[:VALUE_LIMIT]))


def octets_of(word: re.Match[str]) -> bytes | None:
    """The octets of an encoded word; None where its base64 is none."""
    data = word[3].encode("utf-8", "surrogateescape")
    return of_base64(data) if word[2] in "bB" else quopri.decodestring(data, header=True)
