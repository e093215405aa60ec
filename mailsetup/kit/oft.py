"""
A letter as an Outlook template (``.oft``): a message of classic Outlook under a template's class.

Written after MS-OXMSG and MS-OXPROPS and read back by other readers of such files; nobody here could open one in
Outlook itself. Times and addresses are left out: a template is sent by whoever opens it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from uuid import UUID

from mailsetup.kit.letter import Letter, clean

from . import plain_text, render
from .compound_file import compound_file

TEMPLATE = UUID("0006f046-0000-0000-c000-000000000046")  # a message saved in a file has 00020d0b-...
TEXT, BINARY, NUMBER, YES_OR_NO = 0x001F, 0x0102, 0x0003, 0x000B  # MS-OXCDATA section 2.11.1
READ_AND_WRITTEN = 0x6  # MS-OXMSG section 2.4.2.1
LANGUAGES: Mapping[str, int] = {
    "en": 0x0409,
    "ru": 0x0419,
    "de": 0x0407,
    "fr": 0x040C,
    "es": 0x040A,
}  # MS-LCID

_CLASS, _SUBJECT, _TOPIC = 0x001A, 0x0037, 0x0070
_BODY, _HTML, _NATIVE_BODY, _CODE_PAGE = 0x1000, 0x1013, 0x1016, 0x3FDE
_FLAGS, _STORE, _LOCALE, _HAS_ATTACHMENTS = 0x0E07, 0x340D, 0x3FF1, 0x0E1B
_UNSENT, _UNICODE, _NATIVE_HTML, _UTF_8 = 0x8, 0x40000, 3, 65001


def template(letter: Letter, html: str = "") -> bytes:
    """The file of a letter; ``html`` saves rendering it again."""
    subject = clean(letter.subject, line_end=" ")
    values: dict[tuple[int, int], str | bytes | int] = {
        (_CLASS, TEXT): "IPM.Note",
        (_SUBJECT, TEXT): subject,
        (_TOPIC, TEXT): subject,
        (_BODY, TEXT): plain_text.write(letter).replace("\n", "\r\n"),
        (_FLAGS, NUMBER): _UNSENT,
        (_HAS_ATTACHMENTS, YES_OR_NO): 0,
        (_STORE, NUMBER): _UNICODE,
        (_CODE_PAGE, NUMBER): _UTF_8,
    }
    if letter.template.html:
        values[_HTML, BINARY] = (html or render.html(letter)).encode()
        values[_NATIVE_BODY, NUMBER] = _NATIVE_HTML
    if number := LANGUAGES.get(letter.locale.partition("-")[0]):
        values[_LOCALE, NUMBER] = number
    names = {f"__substg1.0_{tag:04X}0102": b"" for tag in (0x0002, 0x0003, 0x0004)}  # no property has a name
    return compound_file({"__nameid_version1.0": names, **_streams(values)}, TEMPLATE)


def _streams(values: Mapping[tuple[int, int], str | bytes | int]) -> dict[str, bytes]:
    """The table of properties, and a stream for each that does not fit into it (MS-OXMSG section 2.4)."""
    rows, streams = [], {}
    for (tag, kind), value in sorted(values.items()):
        if isinstance(value, int):
            held = struct.pack("<q", value)
        else:
            octets = value.encode("utf-16-le", "replace") if isinstance(value, str) else value
            streams[f"__substg1.0_{tag:04X}{kind:04X}"] = octets
            # the size of a text counts the end that is not written
            held = struct.pack("<II", len(octets) + 2 * (kind == TEXT), 0)
        rows.append(struct.pack("<HHI", kind, tag, READ_AND_WRITTEN) + held)
    head = struct.pack("<8xIIII8x", 0, 0, 0, 0)  # no recipients, no attachments
    return {"__properties_version1.0": head + b"".join(rows), **streams}
