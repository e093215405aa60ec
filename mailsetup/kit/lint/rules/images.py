"""Rules on pictures: described, sized, fetched safely, and never the whole letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import css, pictures
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit

FEW_WORDS = limit(
    "IMG-07", "characters", 400
)  # characters of text below which a letter with pictures is an image-only letter
BIG = 300.0  # pixels: narrower pictures are logos and signs, which letters of few words have too
AREA_SHARE = limit("IMG-08", "share", 0.6)
LEAST_AREA = 20_000.0  # square pixels: a logo and a few signs are no letter of pictures
TEXT_PIXELS = 160.0  # square pixels one character of 16 px text takes, with its share of white
SHARPEST = (2.0, 2.5)  # pixels of the file for one that is shown, on screens of phones
UNSAFE_FORMS = ("svg", "webp", "avif")


def _images(d: Document) -> list[Node]:
    return [n for n in d.html.nodes if n.tag == "img"] if d.html is not None else []


def _size(d: Document, node: Node) -> tuple[float | None, float | None]:
    """Width and height at which a picture is shown: as the letter says, else as its file is, where that is at hand."""
    width, height = pictures.shown(node)
    told = _facts(d, node) if width is None or height is None else None
    if told is None or not told.width:
        return width, height
    if width is None and height is None:
        return float(told.width), float(told.height)
    if height is None:
        return width, (width or 0.0) * told.height / told.width
    return height * told.width / max(told.height, 1), height


def _facts(d: Document, node: Node) -> pictures.Facts | None:
    data = pictures.octets(d, node.get("src"))
    return pictures.facts(data) if data else None


def _pixel(node: Node) -> bool:
    width, height = pictures.shown(node)
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
        width, height = _size(d, node)
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
        measured = dict(zip(("width", "height"), _size(d, node), strict=True))
        known = {name: css.pixels(node.own(name) or "x") or measured[name] for name in missing}
        edits: tuple[Edit, ...] = ()
        if all(known.values()) and d.form == "html":
            at = node.offset + len("<img")
            edits = (Edit(at, at, "".join(f' {name}="{value:.0f}"' for name, value in known.items())),)
        yield Hit(
            d.html_line_at(node.line), {"missing": ", ".join(missing), "src": _short(node.get("src"))}, edits
        )


@judges("IMG-04")
def embedded(d: Document) -> Iterator[Hit]:
    """Pictures written into tags, their grounds and style sheets."""
    assert d.html is not None
    for node in d.html.nodes:
        styles = (one.value for one in node.inline)
        sources = (node.get("src") if node.tag == "img" else "", node.get("background"))
        if any(s.strip().lower().startswith("data:") for s in sources) or any(map(_DATA.search, styles)):
            yield Hit(d.html_line_at(node.line))
    for rule, line in d.style_rules:
        if any(_DATA.search(one.value) for one in rule.declarations) and not rule.selectors[0].startswith(
            "@"
        ):
            yield Hit(line)


_DATA = re.compile(r"url\(\s{0,9}[\"']?data:image", re.IGNORECASE)


@judges("IMG-05")
def unsafe_form(d: Document) -> Iterator[Hit]:
    """Forms that many programs do not show, by name, type or the file itself; a ``picture`` shows what they do know."""
    assert d.html is not None
    for node in d.html.nodes:
        form = "svg" if node.tag == "svg" else ""
        if node.tag == "img":
            form = pictures.form_of(d, node.get("src"))
        if form in UNSAFE_FORMS and not node.within("svg"):
            yield Hit(d.html_line_at(node.line), {"form": form})


@judges("IMG-06")
def unreachable(d: Document) -> Iterator[Hit]:
    for node in _images(d):
        source = node.get("src")
        beside = d.is_signature and "outlook" in d.path
        if not source.startswith(("https://", "cid:", "data:", "{{", "[[")) and not beside:
            yield Hit(d.html_line_at(node.line), {"src": _short(source)})


@judges("IMG-07")
def only_pictures(d: Document) -> Iterator[Hit]:
    shown = [(n, _size(d, n)[0]) for n in _images(d) if not _pixel(n)]
    big = [node for node, width in shown if width is None or width >= BIG]
    size = len(d.visible)
    if big and size < (least := FEW_WORDS(d)):
        yield Hit(d.html_line_at(big[0].line), {"size": size, "least": least})


@judges("IMG-08")
def picture_heavy(d: Document) -> Iterator[Hit]:
    area = sum((w or 0) * (h or 0) for w, h in (_size(d, n) for n in _images(d)))
    text = len(d.visible) * TEXT_PIXELS
    if area > LEAST_AREA and area > AREA_SHARE(d) * (area + text):
        yield Hit(d.html_line_at(_images(d)[0].line), {"share": round(100 * area / (area + text))})


@judges("IMG-09")
def animated(d: Document) -> Iterator[Hit]:
    """GIFs of several frames; of one that is not at hand nobody knows, so it is told too."""
    asked: set[str] = set()
    for node in _images(d):
        source = node.get("src")
        told = _facts(d, node)
        asked.add(source.removeprefix("cid:"))
        moves = told.frames > 1 if told is not None else pictures.form_of(d, source) == "gif"
        if moves and not _pixel(node):
            yield Hit(d.html_line_at(node.line), {"src": _short(source)})
    for part in d.parts:
        if part.type == "image/gif" and part.content_id not in asked:
            facts = pictures.facts(part.octets)
            if facts is not None and facts.frames > 1:
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
    """Pictures whose file is at hand, and the brand's logo as it was measured."""
    logo = d.brand.logo if d.brand is not None else None
    for node in _images(d):
        own = logo is not None and bool(logo.url) and node.get("src") == logo.url
        told = logo.picture if logo is not None and own and logo.picture is not None else _facts(d, node)
        width = _size(d, node)[0]
        if told is None or not width or told.form == "svg" or not told.width or width <= 2:
            continue
        if pictures.CODE.search(node.get("src")):  # squares stay sharp at any size
            continue
        if not SHARPEST[0] <= told.width / width <= SHARPEST[1]:
            yield Hit(d.html_line_at(node.line), {"shown": round(width), "file": told.width})
