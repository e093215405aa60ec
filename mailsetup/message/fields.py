"""A message as octets: header fields as they stand, and the body; line ends are made CRLF, nothing else changes."""

from __future__ import annotations

import re
from typing import NamedTuple

FIELD_LIMIT = 100_000  # header fields read; mail servers stop at 1,000 to 10,000 lines or at 100 KB
WORDS_LIMIT = 2_000  # characters in which encoded words are looked for
VALUE_LIMIT = 65_536  # octets of one field's value that are read as text

_LONE_LF = re.compile(rb"(?<!\r)\n")
_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")  # RFC 5322 section 2.2; blanks before the colon: 4.5
_WORD = re.compile(rb"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]*\?=")
_BLANKS = re.compile(r"[ \t\r\n]+")


class Field(NamedTuple):
    """
    One header field.

    ``raw`` is the whole field with its folds and its last CRLF; ``name`` in lower case, ``""`` for a line that
    is no field; ``value`` what follows the colon, the last CRLF included.
    """

    raw: bytes
    name: str
    value: bytes

    @property
    def text(self) -> str:
        """The value unfolded, blanks joined, UTF-8 where it is UTF-8, one character per octet elsewhere."""
        return _BLANKS.sub(" ", self.long_text).strip(" ")

    @property
    def long_text(self) -> str:
        """The value as characters with its folds."""
        data = self.value[:VALUE_LIMIT]
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")


class RawMessage(NamedTuple):
    """
    A message: its fields in their order, top first, and the body after the empty line.

    ``size`` is in octets as it travels (CRLF). ``lone_line_feeds`` counts line ends that were no CRLF in a
    message that has both kinds; ``malformed`` are header lines that are no field, ``cut`` says that there were
    more fields than `FIELD_LIMIT`. ``has_body`` is False without the empty line that ends the header.
    """

    fields: tuple[Field, ...]
    body: bytes
    size: int
    lone_line_feeds: int = 0
    malformed: tuple[bytes, ...] = ()
    cut: bool = False
    has_body: bool = True

    def all(self, name: str) -> tuple[Field, ...]:
        """Every field of a name, top first."""
        return tuple(field for field in self.fields if field.name == name)

    def first(self, name: str) -> Field | None:
        """The topmost field of a name."""
        return next((field for field in self.fields if field.name == name), None)

    def text(self, name: str) -> str:
        """The text of the topmost field of a name, ``""`` without one."""
        field = self.first(name)
        return "" if field is None else field.text


def read_message(data: bytes) -> RawMessage:
    """The message in some octets; no input makes it raise. A first line of an mbox (``From ...``) is passed over."""
    data, lone = _with_crlf(data)
    if data.startswith(b"From ") and not _NAME.match(data):
        data = data.partition(b"\r\n")[2]
    if data.startswith(b"\r\n"):
        return RawMessage((), data[2:], len(data), lone)
    header, end, body = data.partition(b"\r\n\r\n")
    fields, malformed, cut = _fields(header)
    return RawMessage(fields, body, len(data), lone, malformed, cut, bool(end))


def _with_crlf(data: bytes) -> tuple[bytes, int]:
    ends = data.count(b"\n")
    proper = data.count(b"\r\n")
    if ends == proper:
        return data, 0
    return _LONE_LF.sub(b"\r\n", data), (ends - proper) if proper else 0


def _fields(header: bytes) -> tuple[tuple[Field, ...], tuple[bytes, ...], bool]:
    lines: list[list[bytes]] = []
    for line in header.split(b"\r\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line)
        elif line:
            lines.append([line])
    fields, malformed = [], []
    for parts in lines[:FIELD_LIMIT]:
        raw = b"\r\n".join(parts) + b"\r\n"
        match = _NAME.match(raw)
        if match is None:
            malformed.append(raw)
            fields.append(Field(raw, "", b""))
        else:
            fields.append(Field(raw, match[1].decode("ascii").lower(), raw[match.end() :]))
    return tuple(fields), tuple(malformed), len(lines) > FIELD_LIMIT


def decoded_words(text: str) -> str:
    """A text with its encoded words (RFC 2047) read, as far as they can be."""
    text = text[:WORDS_LIMIT]
    if "=?" not in text or not _WORD.search(text.encode("utf-8", "replace")):
        return text
    from email.errors import MessageError
    from email.header import decode_header, make_header

    try:
        words = str(make_header(decode_header(text)))
    except (ValueError, LookupError, TypeError, MessageError):
        return text
    return words.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no character
