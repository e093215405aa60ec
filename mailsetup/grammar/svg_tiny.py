"""Logos for BIMI: whether a file is SVG Tiny Portable/Secure (draft-svg-tiny-ps-abrotman-09)."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any, NamedTuple

from mailsetup.model.message import Message, say

FILE_LIMIT = 1_048_576  # octets unpacked; advised are 32 KB
ELEMENTS_LIMIT = 20_000
FAULTS_LIMIT = 10
ADVISED_OCTETS = 32_768
FILES_REMEMBERED = 32
NAMESPACE = "{http://www.w3.org/2000/svg}"
FORBIDDEN = frozenset(
    {
        "script", "handler", "listener", "animate", "animateColor", "animateMotion", "animateTransform", "set",
        "discard", "image", "foreignObject", "audio", "video", "animation", "iframe", "a", "mpath",
    }
)  # fmt: skip
SVG_TINY = FORBIDDEN | frozenset(
    {
        "circle",
        "defs",
        "desc",
        "ellipse",
        "font",
        "font-face",
        "font-face-src",
        "font-face-uri",
        "g",
        "glyph",
        "hkern",
        "line",
        "linearGradient",
        "metadata",
        "missing-glyph",
        "path",
        "polygon",
        "polyline",
        "prefetch",
        "radialGradient",
        "rect",
        "solidColor",
        "stop",
        "svg",
        "switch",
        "tbreak",
        "text",
        "textArea",
        "title",
        "tspan",
        "use",
    }
)  # all there are: SVG Tiny 1.2 appendix H, https://www.w3.org/TR/SVGTiny12/elementTable.html checked 2026-11
_STYLESHEET = re.compile(rb"<\?xml-stylesheet\s")
_LINK = re.compile(r"(?:\{.*\})?(?:href|src)\Z")
_OUTSIDE = re.compile(r"url\(\s*+['\"]?+\s*+(?![#)])")
_NUMBER = re.compile(r"[ ,]+")


class Logo(NamedTuple):
    """``faults`` are breaches of the profile, ``octets`` the size unpacked, ``square`` is None without a viewBox."""

    faults: tuple[Message, ...]
    octets: int
    square: bool | None = None


def unpacked(data: bytes) -> bytes | None:
    """A file as it is, or unpacked if it is gzip (``.svgz``); None for what is too large or broken."""
    if not data.startswith(b"\x1f\x8b"):
        return data if len(data) <= FILE_LIMIT else None
    try:
        opener = zlib.decompressobj(31)
        plain = opener.decompress(data, FILE_LIMIT)
    except zlib.error:
        return None
    return None if opener.unconsumed_tail else plain


@lru_cache(FILES_REMEMBERED)
def read_logo(data: bytes) -> Logo:
    """What is wrong with a logo; nothing in it is followed, run or expanded."""
    plain = unpacked(data)
    if plain is None:
        return Logo((say("it is larger than any logo, or cannot be unpacked"),), len(data))
    root = _parsed(plain)
    if isinstance(root, Message):
        return Logo((root,), len(plain))
    faults = [*_root_faults(root), *_element_faults(root)]
    if _STYLESHEET.search(plain):
        faults.append(say("it refers to something outside the file"))
    told = tuple({str(fault): fault for fault in faults}.values())[:FAULTS_LIMIT]
    return Logo(told, len(plain), _square(root.get("viewBox", "")))


def _parsed(plain: bytes) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(plain, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        return say("it declares entities or refers to files elsewhere")
    except (ParseError, ValueError, LookupError, RecursionError):
        return say("it is not well-formed XML")


def _root_faults(root: Any) -> list[Message]:
    if root.tag not in (NAMESPACE + "svg", "svg"):
        return [say("it is not an SVG file")]
    faults = []
    if root.get("version") != "1.2":
        faults.append(say('version="1.2" is missing'))
    if root.get("baseProfile") != "tiny-ps":
        faults.append(say('baseProfile="tiny-ps" is missing'))
    title = next((child for child in root if _local(child) == "title"), None)
    if title is None or not (title.text or "").strip():
        faults.append(say("it has no title"))
    if root.get("x") is not None or root.get("y") is not None:
        faults.append(say("x or y stands on the root element"))
    return faults


def _element_faults(root: Any) -> list[Message]:
    faults: list[Message] = []
    for number, element in enumerate(root.iter()):
        if number >= ELEMENTS_LIMIT or len(faults) >= FAULTS_LIMIT:
            break
        name = _local(element)
        if name in FORBIDDEN or (name not in SVG_TINY and _of_svg(element)):
            faults.append(say("it holds the element {name}", name=name))
        for key, value in element.attrib.items():
            if _LINK.match(key) and not value.strip().startswith("#"):
                faults.append(say("it refers to something outside the file"))
            elif key.rpartition("}")[2].lower().startswith("on"):
                faults.append(say("it holds the event handler {name}", name=key[:40]))
            elif _OUTSIDE.search(value):
                faults.append(say("it refers to something outside the file"))
    return faults


def _of_svg(element: Any) -> bool:
    """Whether an element claims to be one of SVG's own; others may stand in the metadata."""
    return isinstance(element.tag, str) and (element.tag.startswith(NAMESPACE) or element.tag[:1] != "{")


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2][:60] if isinstance(tag, str) else ""


def _square(box: str) -> bool | None:
    parts = _NUMBER.split(box.strip())
    try:
        width, height = (float(part) for part in parts[2:4])
    except ValueError:
        return None
    return width == height and width > 0
