"""Rules on pictures: described, sized, fetched safely, and never the whole letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import css
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit

FEW_WORDS = limit(
    "IMG-07", "characters", 400
)  # characters of text below which a letter with pictures is an image-only letter
AREA_SHARE = limit("IMG-08", "share", 0.6)
TEXT_PIXELS = 160.0  # square pixels one character of 16 px text takes, with its share of white
SHARPEST = (2.0, 2.5)  # pixels of the file for one that is shown, on screens of phones
UNSAFE_FORMS = (".svg", ".webp", ".avif")


def _images(d: Document) -> list[Node]:
    return [n for n in d.html.nodes if n.tag == "img"] if d.html is not None else []


def _size(node: Node) -> tuple[float | None, float | None]:
    return tuple(css.pixels(node.own(s) or node.get(s) or "x") for s in ("width", "height"))  # type: ignore[return-value]


def _pixel(node: Node) -> bool:
    width, height = _size(node)
    return (width is not None and width <= 2) and (height is None or height <= 2)


@judges("IMG-01")
def no_alt(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        if "alt" not in node.attributes:
            yield Hit(d.html_line_at(node.line), {"src": _short(node.get("src"))})


def _short(src: str) -> str:
    return src if len(src) <= 60 else src[:57] + "..."


@judges("IMG-02")
def wrong_alt(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        if "alt" not in node.attributes or _pixel(node):
            continue
        alt = node.get("alt").strip()
        width, height = _size(node)
        spacer = re.search(r"spacer|divider|line|pixel|blank|shadow", node.get("src"), re.IGNORECASE)
        linked = node.parent is not None and node.parent.tag == "a" and not node.parent.text()
        if (
            (spacer and alt)
            or (linked and not alt)
            or re.fullmatch(
                r".*\.(?:png|jpe?g|gif|svg)|image|img|logo|picture|картинка|фото|логотип", alt, re.IGNORECASE
            )
        ) or (not alt and (width or 0) >= 200 and (height or 0) >= 100):
            yield Hit(d.html_line_at(node.line), {"alt": alt, "src": _short(node.get("src"))})


@judges("IMG-03")
def no_size(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        missing = [name for name in ("width", "height") if not node.get(name)]
        if not missing or (missing == ["height"] and node.own("height") == "auto"):
            continue
        known = {name: css.pixels(node.own(name) or "x") for name in missing}
        edits: tuple[Edit, ...] = ()
        if all(known.values()) and d.form == "html":
            at = node.offset + len("<img")
            edits = (Edit(at, at, "".join(f' {name}="{value:.0f}"' for name, value in known.items())),)
        yield Hit(
            d.html_line_at(node.line), {"missing": ", ".join(missing), "src": _short(node.get("src"))}, edits
        )


@judges("IMG-04")
def embedded(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        if node.get("src").startswith("data:"):
            yield Hit(d.html_line_at(node.line))


@judges("IMG-05")
def unsafe_form(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        source = node.get("src").partition("?")[0].lower()
        if (node.tag == "img" and source.endswith(UNSAFE_FORMS)) or node.tag == "svg":
            yield Hit(
                d.html_line_at(node.line),
                {"form": node.tag if node.tag == "svg" else source.rpartition(".")[2]},
            )


@judges("IMG-06")
def unreachable(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        source = node.get("src")
        beside = d.is_signature and "outlook" in d.path
        if not source.startswith(("https://", "cid:", "data:", "{{", "[[")) and not beside:
            yield Hit(d.html_line_at(node.line), {"src": _short(source)})


@judges("IMG-07")
def only_pictures(d: Document) -> Iterator[Hit]:
    shown = [n for n in _images(d) if not _pixel(n)]
    big = [n for n in shown if (_size(n)[0] or 0) >= 300 or _size(n)[0] is None]
    size = len(d.visible)
    if big and size < (least := FEW_WORDS(d)):
        yield Hit(d.html_line_at(big[0].line), {"size": size, "least": least})


@judges("IMG-08")
def picture_heavy(d: Document) -> Iterator[Hit]:
    area = sum((w or 0) * (h or 0) for w, h in map(_size, _images(d)))
    text = len(d.visible) * TEXT_PIXELS
    if area > 20_000 and area > AREA_SHARE(d) * (area + text):
        yield Hit(d.html_line_at(_images(d)[0].line), {"share": round(100 * area / (area + text))})


@judges("IMG-09")
def animated(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        if node.get("src").partition("?")[0].lower().endswith(".gif") and not _pixel(node):
            yield Hit(d.html_line_at(node.line), {"src": _short(node.get("src"))})
    for part in d.parts:
        if part.type == "image/gif" and part.octets.count(b"\x21\xf9\x04") > 1:
            yield Hit(part.line, {"src": part.name or part.content_id})


@judges("IMG-10")
def tracking(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        if _pixel(node) and node.get("src").startswith("http"):
            end = node.offset + len(node.tag_text)
            yield Hit(
                d.html_line_at(node.line),
                {"src": _short(node.get("src"))},
                (Edit(node.offset, end, ""),) if d.form == "html" else (),
            )


@judges("IMG-11")
def blurred(d: Document) -> Iterator[Hit]:
    if d.brand is None or d.brand.logo.picture is None or not d.brand.logo.url:
        return
    for node in _images(d):
        width = _size(node)[0]
        if node.get("src") == d.brand.logo.url and width:
            ratio = d.brand.logo.picture.width / width
            if d.brand.logo.picture.form != "svg" and not SHARPEST[0] <= ratio <= SHARPEST[1]:
                yield Hit(
                    d.html_line_at(node.line), {"shown": round(width), "file": d.brand.logo.picture.width}
                )
