"""Pictures of a letter whose octets are at hand: inside it, beside it, or the brand's logo; measured, never fetched."""

from __future__ import annotations

import functools
import io
import re
from typing import NamedTuple

from mailsetup.kit import colors, logo
from mailsetup.model.errors import InputError

from . import css, mime
from .document import Document
from .markup import Node

SHARE_SEEN = 0.05  # ours: of a picture's visible pixels that stand out, so that its shape is seen
SAMPLE = 64  # pixels: the longer side on which colours are counted
QR_SIZES = (21, 200)  # modules of the smallest code without a border, and of the largest with a wide one
COLORS_LIMIT = 4096  # of a sampled picture: it has no more pixels
DATA = re.compile(r"data:([\w.+-]{1,60}/[\w.+-]{1,60})?((?:;[\w=.+-]{1,80}){0,5}),", re.IGNORECASE)
CODE = re.compile(r"(?:^|[/_-])qr", re.IGNORECASE)  # the name of a picture that is a QR code
TYPES = {
    "png": "png",
    "jpeg": "jpeg",
    "jpg": "jpeg",
    "gif": "gif",
    "webp": "webp",
    "svg+xml": "svg",
    "avif": "avif",
}


class Facts(NamedTuple):
    """
    What a picture's file says: form (``png``, ``svg``), pixels, frames, and whether grounds are seen through it.

    ``edge_in_the_dark`` is the contrast of its visible edge with a dark ground, 0 where nothing was measured.
    """

    form: str
    width: int
    height: int
    frames: int
    transparent: bool
    edge_in_the_dark: float


def octets(d: Document, source: str) -> bytes | None:
    """The file a picture's address stands for; None where it is not at hand."""
    source = source.strip()
    if source[:5].lower() == "data:":
        return _written_in(source)
    if source[:4].lower() == "cid:":
        name = mime.of_percents(source[4:]).decode("utf-8", "replace")
        part = next((p for p in d.parts if p.content_id == name), None)
        if part is not None:
            return part.octets
    brand = d.brand
    if brand is not None and brand.logo.picture is not None and brand.logo.url and source == brand.logo.url:
        return brand.logo.picture.data or None
    return d.beside(source) if source else None


def _written_in(source: str) -> bytes | None:
    """The octets of a ``data:`` address (RFC 2397)."""
    match = DATA.match(source)
    if match is None:
        return None
    data = mime.of_percents(source[match.end() :])
    return mime.of_base64(data) if match[2].lower().endswith(";base64") else data


def form_of(d: Document, source: str) -> str:
    """What a picture is (``png``, ``svg``, ``webp``): by its octets, the type it is given, else its name."""
    data = octets(d, source)
    if data and (told := facts(data)) is not None:
        return told.form
    if data and re.match(rb"....ftyp(?:avif|avis)", data[:12], re.DOTALL):
        return "avif"
    if (match := DATA.match(source.strip())) is not None:
        return TYPES.get((match[1] or "").lower().rpartition("/")[2], "")
    if source[:4].lower() == "cid:":
        part = next((p for p in d.parts if p.content_id == source.strip()[4:]), None)
        return TYPES.get(part.type.rpartition("/")[2], "") if part is not None else ""
    return TYPES.get(re.split(r"[?#]", source)[0].lower().rpartition(".")[2].replace("svg", "svg+xml"), "")


@functools.lru_cache(maxsize=256)
def facts(data: bytes) -> Facts | None:
    """A picture measured; None for one that cannot be read, or is too large to be."""
    try:
        found = logo.measure(data, "")
    except InputError:
        return None
    dark = found.edge_contrast_dark
    return Facts(found.form, found.width, found.height, _frames(data, found.form), found.transparent, dark)


def _frames(data: bytes, form: str) -> int:
    if form != "gif":
        return 1
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("GIF",)) as picture:
            return int(getattr(picture, "n_frames", 1))
    except Exception:  # Pillow's decoders raise many kinds for broken files
        return 1


@functools.lru_cache(maxsize=256)
def contrast_on(data: bytes, ground: str) -> float | None:
    """
    The contrast with which a picture stands out from its ground: what `SHARE_SEEN` of its visible pixels reach.

    A white sign on a dark disc is seen by the disc, a dark sign on a white square by the sign. None where nothing
    can be measured: an SVG, a broken file, one without a visible pixel.
    """
    seen = _colors(data)
    if not seen:
        return None
    wanted = SHARE_SEEN * sum(count for count, _ in seen)
    reached = 0
    for ratio, count in sorted(
        ((colors.contrast(shade, ground), count) for count, shade in seen), reverse=True
    ):
        reached += count
        if reached >= wanted:
            return round(ratio, 2)
    return None


@functools.lru_cache(maxsize=256)
def _colors(data: bytes) -> tuple[tuple[int, str], ...]:
    """The colours of a picture's visible pixels, each with how many have it."""
    from PIL import Image

    if facts(data) is None:
        return ()
    try:
        with Image.open(io.BytesIO(data), formats=tuple(logo.FORMS)) as picture:
            small = picture.convert("RGBA")
    except Exception:  # Pillow's decoders raise many kinds for broken files; an SVG is none of theirs
        return ()
    small.thumbnail((SAMPLE, SAMPLE))
    found = small.getcolors(COLORS_LIMIT) or []
    return tuple(
        (count, f"#{pixel[0]:02x}{pixel[1]:02x}{pixel[2]:02x}")
        for count, pixel in found
        if isinstance(pixel, tuple) and pixel[3] >= 128
    )


def shown(node: Node) -> tuple[float | None, float | None]:
    """Width and height at which a picture is shown, where the letter says so."""
    width, height = (css.pixels(node.own(side) or node.get(side) or "x") for side in ("width", "height"))
    return width, height


@functools.lru_cache(maxsize=256)
def modules(data: bytes) -> int:
    """
    How many modules wide the file of a QR code is, its border included; 0 where none is found.

    The dark corner at the top left is seven modules wide (ISO/IEC 18004 section 6.3.3).
    """
    from PIL import Image

    if facts(data) is None:
        return 0
    try:
        with Image.open(io.BytesIO(data), formats=tuple(logo.FORMS)) as picture:
            flat = Image.new("RGBA", picture.size, (255, 255, 255, 255))
            flat.alpha_composite(picture.convert("RGBA"))
    except Exception:  # Pillow's decoders raise many kinds for broken files; an SVG is none of theirs
        return 0
    dark = flat.convert("L").point(lambda level: 255 if level < 128 else 0)
    box = dark.getbbox()
    if box is None:
        return 0
    row = dark.crop((box[0], box[1], box[2], box[1] + 1)).tobytes()
    corner = next((n for n, level in enumerate(row) if not level), len(row))
    across = round(7 * dark.width / corner) if corner else 0
    return across if QR_SIZES[0] <= across <= QR_SIZES[1] else 0
