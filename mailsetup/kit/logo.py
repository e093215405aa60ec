"""A logo's bytes measured: form, size, transparency, edge in the dark, and whether an SVG could be a BIMI mark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from mailsetup.model.brand import Picture
from mailsetup.model.errors import InputError
from mailsetup.model.message import Message, say
from mailsetup.model.names import printable

from . import colors

OCTET_LIMIT = 8 * 1024 * 1024  # of any picture file
PIXEL_LIMIT = 16_000_000  # decoded; 50 megapixels would take 200 MB of memory
SVG_OCTET_LIMIT = 512 * 1024
SENT_OCTETS = 20 * 1024  # of a picture in a signature; three of them stay below 50 KB, as a QR code has one
MARK_OCTETS = 32 * 1024  # SVG Tiny PS draft: keep a mark at 32 KB or less
SAMPLE = 128  # pixels: the longer side on which edges are measured
SHADOW = 24  # of 255: alpha below it is a shadow nobody sees
GRAVE_EDGE = 3.0  # contrast below which an edge is lost (WCAG 1.4.11)
FORMS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}
SAFE_FORMS = ("png", "jpeg", "gif")
"""What every mail program shows; WebP fails in Outlook for Windows, SVG in Gmail."""


def measure(data: bytes, origin: str) -> Picture:
    """
    A picture's facts from its bytes, with bounded memory.

    `InputError` names the file and what to save instead: too large, broken, of an unknown form, or an SVG
    that carries scripts, entities or outside references.
    """
    if not data:
        raise InputError(say("{origin}: is empty; export the logo again, as PNG", origin=origin))
    if len(data) > OCTET_LIMIT:
        raise InputError(
            say(
                "{origin}: is {count} MB; at most 8 MB, better 20 KB, are taken",
                origin=origin,
                count=len(data) // 1024 // 1024,
            )
        )
    if _is_svg(data):
        return _measure_svg(data, origin)
    return _measure_pixels(data, origin)


def _is_svg(data: bytes) -> bool:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"<?xml", b"<svg", b"<!--", b"<!DOCTYPE")) or data[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    )


def _measure_pixels(data: bytes, origin: str) -> Picture:
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(FORMS)) as picture:
                width, height = picture.size
                if width * height > PIXEL_LIMIT:
                    raise InputError(
                        say(
                            "{origin}: has {width} x {height} pixels ({width_2} megapixels); save it at twice "
                            "the size it is shown at, such as 280 pixels wide",
                            origin=origin,
                            width=width,
                            height=height,
                            width_2=width * height // 1000000,
                        )
                    )
                form = FORMS[picture.format or "PNG"]
                small = picture.convert("RGBA")
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(
            say("{origin}: is not a PNG, JPEG, GIF, WebP or SVG picture; export it as PNG", origin=origin)
        ) from None
    except Image.DecompressionBombError:
        raise InputError(
            say("{origin}: has far too many pixels; save it about 280 pixels wide", origin=origin)
        ) from None
    except Exception as fault:  # Pillow's decoders raise many kinds for broken files
        raise InputError(
            say(
                "{origin}: cannot be read as a picture ({fault}); export the logo again, as PNG",
                origin=origin,
                fault=printable(str(fault))[:80],
            )
        ) from None
    small.thumbnail((SAMPLE, SAMPLE))
    edge = _edge(small)
    return Picture(
        form=form,
        width=width,
        height=height,
        octets=len(data),
        transparent=min(small.tobytes()[3::4]) < 250,
        edge_contrast_dark=_contrast_of_edge(edge, colors.DARK_BACKGROUND),
        edge_contrast_light=_contrast_of_edge(edge, colors.WHITE),
        data=data,
    )


def _edge(picture: object) -> list[str]:
    """The colours of visible pixels that lie beside an invisible one or at the border."""
    from PIL import Image

    assert isinstance(picture, Image.Image)
    width, height = picture.size
    pixels = picture.tobytes()

    def alpha(x: int, y: int) -> int:
        inside = 0 <= x < width and 0 <= y < height
        return pixels[(y * width + x) * 4 + 3] if inside else 0

    found = []
    for y in range(height):
        for x in range(width):
            if alpha(x, y) < 128:
                continue
            if min(alpha(x - 1, y), alpha(x + 1, y), alpha(x, y - 1), alpha(x, y + 1)) < SHADOW:
                at = (y * width + x) * 4
                found.append(f"#{pixels[at]:02x}{pixels[at + 1]:02x}{pixels[at + 2]:02x}")
    return found


def _contrast_of_edge(edge: list[str], ground: str) -> float:
    if not edge:
        return 0.0
    return round(sum(colors.contrast(pixel, ground) for pixel in edge) / len(edge), 2)


def needs_plate(picture: Picture | None) -> bool:
    """Whether the logo's edge is lost on a dark ground, so that a light plate is put behind it."""
    return _has_edge(picture) and picture is not None and picture.edge_contrast_dark < GRAVE_EDGE


def _has_edge(picture: Picture | None) -> bool:
    """Whether an edge was measured: one that is drawn upon whatever lies behind it."""
    return picture is not None and picture.transparent and picture.form != "svg"


def described(picture: Picture) -> Iterator[Message]:
    """What the logo was measured to be: size, transparency, its edge by day and in the dark, and as a BIMI mark."""
    size = max(1, picture.octets // 1024)
    ground = say("transparent") if picture.transparent else say("with a ground of its own")
    yield say(
        "the logo is {form}, {width} x {height}, {size} KB, {ground}",
        form=picture.form, width=picture.width, height=picture.height, size=size, ground=ground,
    )  # fmt: skip
    if _has_edge(picture):
        told = {"day": picture.edge_contrast_light, "dark": picture.edge_contrast_dark, "wanted": GRAVE_EDGE}
        if needs_plate(picture):
            yield say(
                "its edge has a contrast of {day}:1 on white and {dark}:1 on a dark ground, {wanted}:1 is needed; "
                "it gets a light plate there",
                **told,
            )
        else:
            yield say("its edge has a contrast of {day}:1 on white and {dark}:1 on a dark ground", **told)
    if picture.form not in SAFE_FORMS:
        yield say(
            "several mail programs do not show {form}; export the logo as PNG as well, and name that one",
            form=picture.form,
        )
    if picture.form != "svg":
        yield say("as a BIMI mark it cannot serve: that needs an SVG (SVG Tiny PS)")
    elif picture.mark_faults:
        yield say("as a BIMI mark (SVG Tiny PS) it needs: {faults}", faults="; ".join(picture.mark_faults))
    else:
        yield say("it could serve as a BIMI mark")


def plated(picture: Picture, plate: str = colors.WHITE) -> bytes:
    """The same logo as PNG upon a plate with a little air around it, for grounds on which its edge is lost."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(picture.data), formats=tuple(FORMS)) as opened:
        logo = opened.convert("RGBA")
    air = _air(logo.width, logo.height)
    size = (logo.width + 2 * air, logo.height + 2 * air)
    ground = Image.new("RGBA", size, (255, 255, 255, 0))
    ImageDraw.Draw(ground).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=air, fill=plate)
    ground.alpha_composite(logo, (air, air))
    return _png(ground)


def _air(width: int, height: int) -> int:
    return max(2, round(max(width, height) * 0.04))


def plated_aspect(picture: Picture) -> float:
    """Height over width of the logo upon its plate."""
    air = 2 * _air(picture.width, picture.height)
    return (picture.height + air) / (picture.width + air)


def rounded(picture: Picture, side: int) -> bytes:
    """A photo as PNG, cut to its middle square and to a circle (Word's engine draws no round corners)."""
    from PIL import Image, ImageDraw, ImageOps

    with Image.open(io.BytesIO(picture.data), formats=tuple(FORMS)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    square = ImageOps.fit(upright, (side, side))
    mask = Image.new("L", (side * 4, side * 4), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
    square.putalpha(mask.resize((side, side)))
    return _light(square)


def resized(picture: Picture, width: int) -> bytes:
    """A raster logo as PNG of at most a width, so that the file stays small."""
    from PIL import Image

    with Image.open(io.BytesIO(picture.data), formats=tuple(FORMS)) as opened:
        logo = opened.convert("RGBA")
    if logo.width > width:
        logo = logo.resize((width, max(1, round(logo.height * width / logo.width))))
    whole = _png(logo)
    return whole if len(whole) <= SENT_OCTETS else _light(logo)


def _light(picture: object) -> bytes:
    """A picture as PNG of at most `SENT_OCTETS`: fewer colours first, then fewer pixels."""
    from PIL import Image

    assert isinstance(picture, Image.Image)
    made = b""
    for share in (1.0, 0.75, 0.5, 0.35, 0.25):
        size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
        smaller = picture if share == 1.0 else picture.resize(size)
        for count in (256, 128, 64, 32, 16):
            made = _png(smaller.quantize(count))
            if len(made) <= SENT_OCTETS:
                return made
    return made


def _png(picture: object) -> bytes:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


# --- SVG ----------------------------------------------------------------------------------------------------

_FORBIDDEN = ("script", "foreignobject", "iframe", "handler", "listener")
_STILL = ("animate", "animatecolor", "animatemotion", "animatetransform", "set")
_NOT_IN_MARKS = ("image", "text", "tspan", "a", "filter", "video", "audio", "animation", "discard")
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)(?:px)?\s*\Z")


def _measure_svg(data: bytes, origin: str) -> Picture:
    from xml.etree.ElementTree import Element, ParseError

    import defusedxml
    from defusedxml.ElementTree import fromstring

    if len(data) > SVG_OCTET_LIMIT:
        raise InputError(
            say(
                "{origin}: is an SVG of {count} KB; simplify it below 512 KB",
                origin=origin,
                count=len(data) // 1024,
            )
        )
    try:
        root: Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except defusedxml.DefusedXmlException:
        raise InputError(
            say("{origin}: declares entities, which can hide anything; export it as plain SVG", origin=origin)
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError) as fault:
        raise InputError(
            say(
                "{origin}: is not a whole SVG ({fault}); export the logo again",
                origin=origin,
                fault=printable(str(fault))[:60],
            )
        ) from None
    _refuse_active(root, origin)
    width, height = _svg_size(root)
    return Picture(
        form="svg",
        width=width,
        height=height,
        octets=len(data),
        transparent=True,
        edge_contrast_dark=0.0,
        edge_contrast_light=0.0,
        mark_faults=_mark_faults(root, len(data)),
        data=data,
    )


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _refuse_active(root: object, origin: str) -> None:
    from xml.etree.ElementTree import Element

    assert isinstance(root, Element)
    if _local(root.tag) != "svg":
        raise InputError(say("{origin}: is XML but not SVG; export the logo as PNG", origin=origin))
    for element in root.iter():
        tag = _local(element.tag)
        if tag in _FORBIDDEN:
            raise InputError(
                say(
                    "{origin}: has a <{tag}> in it, which no logo needs; export it as plain SVG",
                    origin=origin,
                    tag=tag,
                )
            )
        for name, value in element.attrib.items():
            key, target = _local(name), value.strip().lower()
            if key.startswith("on"):
                raise InputError(
                    say(
                        "{origin}: has the script attribute {key}; export it as plain SVG",
                        origin=origin,
                        key=key,
                    )
                )
            if key in ("href", "src") and not target.startswith(("#", "data:image/png", "data:image/jpeg")):
                raise InputError(
                    say(
                        '{origin}: points to "{value}" outside; embed it or leave it out',
                        origin=origin,
                        value=value[:40],
                    )
                )
            if _points_outside(target):
                raise InputError(
                    say("{origin}: has a style that points outside; export it as plain SVG", origin=origin)
                )
        if tag == "style" and _points_outside((element.text or "").lower()):
            raise InputError(
                say("{origin}: has a style that points outside; export it as plain SVG", origin=origin)
            )


def _points_outside(style: str) -> bool:
    return (
        "javascript:" in style
        or "@import" in style
        or bool(re.search(r"url\(\s*[\"']?\s*(?!#)[^\s\"')]", style))
    )


def _svg_size(root: object) -> tuple[int, int]:
    from xml.etree.ElementTree import Element

    assert isinstance(root, Element)
    sizes = [_LENGTH.match(root.get(key, "")) for key in ("width", "height")]
    if sizes[0] and sizes[1]:
        return max(1, round(float(sizes[0][1]))), max(1, round(float(sizes[1][1])))
    box = _view_box(root.get("viewBox", ""))
    return (max(1, round(box[2])), max(1, round(box[3]))) if box else (0, 0)


def _view_box(text: str) -> tuple[float, ...] | None:
    parts = re.split(r"[\s,]+", text.strip())
    try:
        box = tuple(float(p) for p in parts)
    except ValueError:
        return None
    return box if len(box) == 4 and 0 < box[2] < 1e6 and 0 < box[3] < 1e6 else None


def _mark_faults(root: object, octets: int) -> tuple[str, ...]:
    """What keeps the SVG from serving as a BIMI mark (draft-svg-tiny-ps-abrotman section 2, checked 2026-11)."""
    from xml.etree.ElementTree import Element

    assert isinstance(root, Element)
    faults = []
    if root.get("version") != "1.2" or root.get("baseProfile") != "tiny-ps":
        faults.append(say('the root needs version="1.2" and baseProfile="tiny-ps"'))
    if "x" in root.attrib or "y" in root.attrib:
        faults.append(say("the root must not have x or y"))
    titles = [child for child in root if _local(child.tag) == "title" and (child.text or "").strip()]
    if len(titles) != 1:
        faults.append(say("a <title> with the brand's name must stand right below the root"))
    box = _view_box(root.get("viewBox", ""))
    if box is None or abs(box[2] - box[3]) > 0.01 * max(box[2:]):
        faults.append(say("the viewBox must be there and square"))
    tags = {_local(element.tag) for element in root.iter()}
    if tags & {*_STILL}:
        faults.append(say("nothing in it may move"))
    for tag in sorted(tags & {*_NOT_IN_MARKS}):
        faults.append(say("<{tag}> is not allowed; turn it into paths", tag=tag))
    if "style" in tags or any("style" in element.attrib for element in root.iter()):
        faults.append(say("styles must be attributes such as fill, not CSS"))
    if octets > MARK_OCTETS:
        faults.append(say("it has {octets} KB; 32 KB are the limit", octets=octets // 1024))
    return tuple(map(str, faults))
