"""Signatures as RTF, for letters that classic Outlook writes in that form; every character is escaped."""

from __future__ import annotations

import re
import struct

from mailsetup.model.brand import Brand, Layout

from .card import Card
from .plain import particulars

_FONTS = r"{\fonttbl{\f0\fswiss\fcharset0 %s;}{\f1\fswiss\fcharset0 %s;}}"


def rtf(brand: Brand, card: Card, layout: Layout) -> bytes:
    """The whole RTF document; ASCII only."""
    light = brand.palette.light
    table = "".join(
        rf"\red{int(c[1:3], 16)}\green{int(c[3:5], 16)}\blue{int(c[5:7], 16)};"
        for c in (light.text, light.muted, light.link)
    )
    head = rf"{{\rtf1\ansi\ansicpg1252\deff0\uc1{_FONTS % (brand.fonts.stack[0], brand.fonts.heading[0])}"
    start = r"\pard\sb0\sa0" + (r"\rtlpar " if card.dir == "rtl" else " ")
    paragraphs = [start + line + r"\par" for line in _lines(card, layout)]
    return "\r\n".join([rf"{head}{{\colortbl;{table}}}", *paragraphs, "}"]).encode("ascii")


def _lines(card: Card, layout: Layout) -> list[str]:
    small = [_styled(line, 2, 18) for line in particulars(card)]
    if layout is Layout.LEGAL:
        return small or [_styled(card.company, 2, 18)]
    phones = [_link(phone.shown, phone.uri, 1) for _, phone in card.phones]
    if layout is Layout.REPLY:
        return [r"{\f0\fs22\cf2  \'b7 }".join([_styled(card.title, 1, 22, bold=True), *phones[-1:]])]
    found = [_styled(card.title, 1, 28, bold=True, font=1)]
    if layout is Layout.TEAM:
        told = " · ".join(filter(None, (card.promise, card.hours)))
        found += [_styled(told, 1, 22)] if told else []
    elif card.position:
        found.append(_styled(card.position, 2, 22))
    found.append(_styled(card.company, 1, 22, bold=True))
    online = [_link(card.email, f"mailto:{card.email}")] if card.email else []
    online += [_link(card.site.label, card.site.url)] if card.site else []
    more = [_link(link.label, link.url) for link in ((card.call,) if card.call else ()) + card.links]
    found += [r"{\f0\fs22\cf2  \'b7 }".join(group) for group in (phones, online, more) if group]
    return [*found, *([""] if small else []), *small]


def _styled(text: str, color: int, half_points: int, *, bold: bool = False, font: int = 0) -> str:
    weight = r"\b" if bold else ""
    return rf"{{\f{font}\fs{half_points}\cf{color}{weight} {escaped(text)}}}"


def _link(label: str, url: str, color: int = 3) -> str:
    line = r"\ul" if color == 3 else ""
    shown = rf"{{\f0\fs22\cf{color}{line} {escaped(label)}}}"
    return rf'{{\field{{\*\fldinst HYPERLINK "{escaped(url)}"}}{{\fldrslt {shown}}}}}'


def escaped(text: str) -> str:
    """A text as RTF: braces and backslashes quoted, anything else beyond ASCII as UTF-16 units."""
    return _SPECIAL.sub(_quoted, text)


_SPECIAL = re.compile(r"[\\{}]|[^ -~]+")


def _quoted(match: re.Match[str]) -> str:
    found = match[0]
    if found in "\\{}":
        return "\\" + found
    octets = found.encode("utf-16-le", "replace")
    return "".join([rf"\u{unit}?" for (unit,) in struct.iter_unpack("<h", octets)])
