"""The octets that a signature covers: canonical header fields and bodies (RFC 6376 section 3.4)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from .fields import Field, RawMessage

SIMPLE, RELAXED = "simple", "relaxed"

_WSP = re.compile(rb"[ \t]+")


def canonical_field(field: Field, method: str) -> bytes:
    """One header field with its CRLF (sections 3.4.1 and 3.4.2)."""
    if method == SIMPLE:
        return field.raw
    value = _WSP.sub(b" ", field.value.replace(b"\r\n", b"")).strip(b" ")
    return field.name.encode("ascii") + b":" + value + b"\r\n"


def canonical_body(body: bytes, method: str) -> bytes:
    """A body (sections 3.4.3 and 3.4.4): an empty one is CRLF when simple, nothing when relaxed."""
    if body and not body.endswith(b"\r\n"):
        body += b"\r\n"
    if method == RELAXED:
        body = _WSP.sub(b" ", body).replace(b" \r\n", b"\r\n")
    end = len(body)
    while end >= 2 and body[end - 2 : end] == b"\r\n":
        end -= 2
    if end:
        return body[:end] + b"\r\n"
    return b"\r\n" if method == SIMPLE else b""


def without_signature(field: Field) -> Field:
    """A signature field with the value of ``b=`` and the blanks around it deleted (section 3.5, ``b=``)."""
    head = field.raw[: len(field.raw) - len(field.value)]
    pieces = field.value[:-2].split(b";")
    for at, piece in enumerate(pieces):
        name, equals, _ = piece.partition(b"=")
        if equals and name.strip(b" \t\r\n") == b"b":
            pieces[at] = name + equals
            break
    value = b";".join(pieces) + b"\r\n"
    return Field(head + value, field.name, value)


def selected(message: RawMessage, names: Iterable[str], own: Field) -> list[Field]:
    """The fields that ``h=`` names, each time the next from the bottom up; ``own`` is never one (section 5.4.2)."""
    stacks: dict[str, list[Field]] = {}
    wanted = tuple(names)
    needed = set(wanted)
    for field in message.fields:
        if field.name in needed and field is not own:
            stacks.setdefault(field.name, []).append(field)
    return [stacks[name].pop() for name in wanted if stacks.get(name)]


def signed_header(message: RawMessage, names: Iterable[str], own: Field, method: str) -> bytes:
    """What ``b=`` signs: the selected fields, then the signature's own field without its last CRLF (section 3.7)."""
    parts = [canonical_field(field, method) for field in selected(message, names, own)]
    parts.append(canonical_field(without_signature(own), method)[:-2])
    return b"".join(parts)


class Bodies:
    """The hashes of one body, each canonical form made once however many signatures there are."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.forms: dict[str, bytes] = {}
        self.hashes: dict[tuple[str, int | None], bytes] = {}

    def size(self, method: str) -> int:
        """Octets of the canonical form."""
        return len(self._form(method))

    def sha256(self, method: str, length: int | None) -> bytes:
        """The hash of the canonical form, or of its first ``length`` octets."""
        key = (method, length)
        if key not in self.hashes:
            form = self._form(method)
            self.hashes[key] = hashlib.sha256(form if length is None else memoryview(form)[:length]).digest()
        return self.hashes[key]

    def _form(self, method: str) -> bytes:
        if method not in self.forms:
            self.forms[method] = canonical_body(self.body, method)
        return self.forms[method]
