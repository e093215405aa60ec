"""Rules on HTML and CSS that mail programs understand."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator

from mailsetup.kit import colors
from mailsetup.kit.lint import clients, css
from mailsetup.kit.lint.css import Declaration
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.rule import Edit, Hit, judges
from mailsetup.model.message import say

FORBIDDEN = frozenset(
    [
        "iframe",
        "object",
        "embed",
        "base",
        "applet",
        "form",
        "input",
        "textarea",
        "select",
        "frame",
        "frameset",
        "audio",
        "video",
        "canvas",
    ]
)
SAFE_FAMILIES = frozenset(
    css.families(
        "Arial, Arial Black, Helvetica, Verdana, Tahoma, Trebuchet MS, Segoe UI, Georgia, Times, Times New Roman, "
        "Palatino, Palatino Linotype, Courier, Courier New, Impact, Lucida Sans Unicode, sans-serif, serif, monospace"
    )
)
MODERN_COLOR = re.compile(
    r"rgba?\(\s*\d+%?\s+\d|hsla?\(\s*[\d.]+(?:deg)?\s+\d|#[0-9a-f]{8}\b|#[0-9a-f]{4}\b|\b(?:oklch|oklab|lab|lch|color-mix|color|hwb)\(",
    re.IGNORECASE,
)
FAMILIES_LIMIT, SIZES_LIMIT, COLORS_LIMIT = 3, 6, 6  # families: running text, headings, codes
DISTANCE = 2.5  # hundredths of OKLab: about five of CIE76


def declared(d: Document) -> Iterator[tuple[Declaration, int, Node | None]]:
    """Every declaration of the file, its line, and its element; at-rules' own are left out."""
    if d.html is None:
        return
    for node in d.html.nodes:
        for one in node.inline:
            yield one, d.html_line_at(node.line), node
    for rule, line in d.style_rules:
        if not rule.conditions and not any("ogs" in s for s in rule.selectors):
            for one in rule.declarations:
                yield one, line, None


def _once(hits: Iterator[Hit], key: str) -> Iterator[Hit]:
    seen: set[object] = set()
    for hit in hits:
        if hit.values.get(key) not in seen:
            seen.add(hit.values.get(key))
            yield hit


METAS = {
    "charset": '\n<meta charset="utf-8">',
    "viewport": '\n<meta name="viewport" content="width=device-width">',
}


@judges("HTM-01")
def no_frame(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    head = d.html.nodes
    has = {
        "doctype": bool(d.html.doctype),
        "charset": any(
            n.tag == "meta" and ("charset" in n.attributes or "charset" in n.get("content").lower())
            for n in head
        ),
        "title": any(n.tag == "title" and n.text(hidden=True) for n in head),
        "viewport": any(n.tag == "meta" and n.get("name").lower() == "viewport" for n in head),
    }
    missing = [name for name, there in has.items() if not there]
    if d.is_signature:
        missing = [m for m in missing if m == "charset"]
    if missing:
        edits = (Edit(0, 0, "<!DOCTYPE html>\n"),) if "doctype" in missing and d.form == "html" else ()
        start = next((n for n in head if n.tag == "head"), None)
        if start is not None and d.form == "html":
            at = start.offset + len(start.tag_text)
            metas = "".join(text for name, text in METAS.items() if name in missing)
            edits = (*edits, *((Edit(at, at, metas),) if metas else ()))
        yield Hit(d.html_line_at(1), {"missing": ", ".join(missing)}, edits)


@judges("HTM-02")
def forbidden(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        stylesheet = node.tag == "link" and "stylesheet" in node.get("rel")
        script = node.tag == "script" and "ld+json" not in node.get("type")
        handler = next((a for a in node.attributes if a.startswith("on") and len(a) > 3), "")
        if node.tag in FORBIDDEN or stylesheet or script or handler:
            yield Hit(d.html_line_at(node.line), {"tag": f"{node.tag} {handler}".strip()})


@judges("HTM-03")
def unbalanced(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for line, _, tag in d.html.faults:
        if tag:
            yield Hit(d.html_line_at(line), {"tag": tag})


@judges("HTM-04")
def gmail_drops_sheet(d: Document) -> Iterator[Hit]:
    for rule, line in d.style_rules:
        nested = len(rule.conditions) > 1
        fetched = any("url(" in one.value for one in rule.declarations) and not rule.selectors[0].startswith(
            "@font-face"
        )
        if nested or fetched:
            yield Hit(line, {"what": " ".join(rule.conditions[:2]) if nested else "url()"})


@judges("HTM-05")
def late_style(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    whole = any(n.tag == "body" for n in d.html.nodes)
    for _, line, node in d.style_blocks:
        if node.within("body") or (whole and not node.within("head")):
            yield Hit(d.html_line_at(line))


@judges("HTM-06")
def spaced_table(d: Document) -> Iterator[Hit]:
    for node in layout_tables(d):
        missing = [name for name in ("cellpadding", "cellspacing", "border") if name not in node.attributes]
        if missing:
            at = node.offset + len("<table")
            edits = (Edit(at, at, "".join(f' {name}="0"' for name in missing)),) if d.form == "html" else ()
            yield Hit(d.html_line_at(node.line), {"missing": ", ".join(missing)}, edits)


def layout_tables(d: Document) -> list[Node]:
    """Tables without header cells of their own."""
    if d.html is None:
        return []
    heads: set[int] = set()
    for cell in d.html.nodes:
        if cell.tag == "th" or cell.tag == "caption":
            heads.add(id(cell.enclosing("table")))
    return [n for n in d.html.nodes if n.tag == "table" and id(n) not in heads]


@judges("HTM-07")
def body_only(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        if node.tag == "body":
            for name in ("background-color", "font-family"):
                value = node.own(name) or (node.get("bgcolor") if name == "background-color" else "")
                if (
                    value
                    and css.color(value) != "#ffffff"
                    and not any(
                        n.own(name) or (name == "background-color" and n.get("bgcolor"))
                        for n in node.walk()
                        if n is not node
                    )
                ):
                    yield Hit(d.html_line_at(node.line), {"name": name})


@judges("HTM-08")
def doubled_id(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    seen: set[str] = set()
    for node in d.html.nodes:
        name = node.get("id")
        if name and name in seen:
            yield Hit(d.html_line_at(node.line), {"id": name})
        seen.add(name)


@judges("CSS-01")
def word_fails(d: Document) -> Iterator[Hit]:
    def found() -> Iterator[Hit]:
        for one, line, node in declared(d):
            if one.name.startswith("mso-") or (node is not None and node.hidden):
                continue
            if (
                one.name.startswith("--")
                or (one.name == "position" and one.value not in ("static", "relative"))
                or clients.WORD_FAILS.search(one.value)
            ):
                yield Hit(line, {"what": f"{one.name}: {one.value}"})

    yield from _once(found(), "what")


@judges("CSS-02")
def gmail_fails(d: Document) -> Iterator[Hit]:
    def found() -> Iterator[Hit]:
        for one, line, node in declared(d):
            if node is not None and node.hidden and one.name != "visibility":
                continue
            if (
                one.name in clients.GMAIL_DROPS and one.name not in clients.NOTHING_LOST
            ) or "var(" in one.value:
                yield Hit(line, {"what": f"{one.name}: {one.value}"})

    yield from _once(found(), "what")


@judges("CSS-03")
def partly(d: Document) -> Iterator[Hit]:
    def found() -> Iterator[Hit]:
        for one, line, node in declared(d):
            where = clients.partly(one.name)
            if where and one.value not in ("none", "0", "visible") and not (node is not None and node.hidden):
                yield Hit(line, {"what": one.name, "where": where})

    yield from _once(found(), "what")


@judges("CSS-04")
def width_on_div(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    fixed = "[if mso" in d.html_text
    for node in d.html.nodes:
        if node.tag in ("div", "p", "span") and not node.hidden:
            value = node.own("width") or node.own("max-width")
            if value and (css.pixels(value) or 0) > 0 and not fixed:
                yield Hit(d.html_line_at(node.line), {"tag": node.tag, "value": value})


@judges("CSS-05")
def odd_margin(d: Document) -> Iterator[Hit]:
    for one, line, node in declared(d):
        if one.name.startswith("margin") and (
            re.search(r"(?:^|\s)-\d", one.value)
            or (node is not None and node.tag == "img" and re.search(r"[1-9]", one.value))
        ):
            yield Hit(line, {"what": f"{one.name}: {one.value}"})


@judges("CSS-06")
def modern_color(d: Document) -> Iterator[Hit]:
    for one, line, _ in declared(d):
        if MODERN_COLOR.search(one.value) and "url(" not in one.value:
            yield Hit(line, {"what": f"{one.name}: {one.value}"})


@judges("CSS-07")
def shorthand(d: Document) -> Iterator[Hit]:
    for one, line, _ in declared(d):
        if one.name == "font" or (one.name == "background" and len(one.value.split()) > 1):
            yield Hit(line, {"what": f"{one.name}: {one.value}"})


@judges("CSS-08")
def web_font(d: Document) -> Iterator[Hit]:
    def found() -> Iterator[Hit]:
        for one, line, _ in declared(d):
            if one.name == "font-family" and one.value not in ("inherit", "initial"):
                names = css.families(one.value)
                if names and not set(names) & SAFE_FAMILIES:
                    yield Hit(line, {"families": ", ".join(names)})

    yield from _once(found(), "families")


@judges("CSS-09")
def other_font(d: Document) -> Iterator[Hit]:
    assert d.brand is not None
    own = {f.lower() for f in (*d.brand.fonts.stack, *d.brand.fonts.heading)} | SAFE_FAMILIES & {
        "monospace",
        "courier",
        "courier new",
    }

    def found() -> Iterator[Hit]:
        for one, line, _ in declared(d):
            if one.name == "font-family" and one.value not in ("inherit", "initial"):
                names = css.families(one.value)
                if names and names[0] not in own:
                    yield Hit(line, {"family": names[0]})

    yield from _once(found(), "family")


@judges("CSS-10")
def other_color(d: Document) -> Iterator[Hit]:
    assert d.brand is not None
    palette = _palette(d)

    def found() -> Iterator[Hit]:
        for one, line, node in declared(d):
            if one.name in ("color", "background-color") or one.name.startswith("border"):
                value = css.color(one.value)
                if value and not (node is not None and node.hidden) and not of_brand(value, palette):
                    yield Hit(line, {"color": value})

    yield from _once(found(), "color")


def _palette(d: Document) -> tuple[str, ...]:
    """The brand's colours, light and dark, in an order of their own: the key under which shades are remembered."""
    assert d.brand is not None
    both = (d.brand.palette.light, d.brand.palette.dark)
    return tuple(getattr(shades, name) for shades in both for name in shades.__dataclass_fields__)


@functools.lru_cache(maxsize=64)
def _shades(palette: tuple[str, ...]) -> tuple[tuple[float, float, float], ...]:
    """Every colour of a palette, and the steps from each to white, black and the backgrounds: tints and darker twins."""
    ends = dict.fromkeys(("#ffffff", "#000000", *palette))
    grounds = [c for c in ends if c in ("#ffffff", "#000000") or colors.contrast(c, "#ffffff") < 1.2]
    mixed = {colors.mix(one, other, step / 16) for one in ends for other in grounds for step in range(17)}
    return tuple(colors.oklch(color) for color in mixed)


@functools.lru_cache(maxsize=4096)
def of_brand(color: str, palette: tuple[str, ...]) -> bool:
    """Whether a colour is one of a palette to the eye: within `DISTANCE` of it, a tint or a darker twin."""
    lightness, chroma, hue = colors.oklch(color)
    return any(_distance(lightness, chroma, hue, *shade) < DISTANCE for shade in _shades(palette))


def _distance(l1: float, c1: float, h1: float, l2: float, c2: float, h2: float) -> float:
    """The distance of two colours in OKLab, in hundredths: one is about what CIE76 calls two."""
    across = c1 * c1 + c2 * c2 - 2 * c1 * c2 * math.cos(h1 - h2)
    return 100 * math.sqrt((l1 - l2) ** 2 + max(across, 0.0))


@judges("CSS-11")
def many_styles(d: Document) -> Iterator[Hit]:
    families: set[str] = set()
    sizes: set[str] = set()
    inks: set[str] = set()
    for one, _, node in declared(d):
        if node is None or node.hidden:
            continue
        if one.name == "font-family" and (names := css.families(one.value)):
            families.add(names[0])
        elif one.name == "font-size" and (size := css.pixels(one.value)) is not None and size > 9:
            sizes.add(f"{size:.0f}")
        elif one.name == "color" and (ink := css.color(one.value)):
            inks.add(ink)
    for what, found, limit in (
        (say("font families"), families, FAMILIES_LIMIT),
        (say("font sizes"), sizes, SIZES_LIMIT + 1),
        (say("text colours"), inks, COLORS_LIMIT),
    ):
        if len(found) > limit:
            yield Hit(
                d.html_line_at(1),
                {"count": len(found), "what": what, "limit": limit, "list": ", ".join(sorted(found))},
            )


@judges("CSS-12")
def line_height(d: Document) -> Iterator[Hit]:
    if "mso-line-height-rule" in d.html_text:
        return
    for one, line, _ in declared(d):
        if one.name == "line-height" and one.value.endswith("px") and (css.pixels(one.value) or 0) > 9:
            yield Hit(line, {"value": one.value})
            return


@judges("CSS-13")
def not_inlined(d: Document) -> Iterator[Hit]:
    visual = (
        "color",
        "background-color",
        "background",
        "font-size",
        "font-family",
        "padding",
        "width",
        "display",
        "border",
    )
    styled = _styled(d)
    for rule, line in d.style_rules:
        if rule.conditions or not rule.selectors or rule.selectors[0].startswith(("@", ":root")):
            continue
        if any(
            "[data-ogs" in s
            or ":" in s.removeprefix(":root")
            or s.startswith(("#outlook", ".ExternalClass", "u +", "#MessageViewBody"))
            for s in rule.selectors
        ):
            continue
        if any(one.name in visual for one in rule.declarations) and not _inline_twin(styled, rule):
            yield Hit(line, {"selector": ", ".join(rule.selectors)})


def _styled(d: Document) -> set[str]:
    """The names, and the classes behind a dot, of all elements that are styled inline."""
    assert d.html is not None
    inline = [n for n in d.html.nodes if n.inline]
    return {n.tag for n in inline} | {f".{name}" for n in inline for name in n.get("class").split()}


def _inline_twin(styled: set[str], rule: css.StyleRule) -> bool:
    """Whether some element that the rule is for carries the same inline."""
    return any(
        (f".{s.rpartition('.')[2]}" in styled) if "." in s else s.lower() in styled for s in rule.selectors
    )


@judges("CSS-14")
def conditional(d: Document) -> Iterator[Hit]:
    opened, closed = (
        len(re.findall(r"<!--\[if\b|<!\[if\b", d.html_text)),
        len(re.findall(r"<!\[endif\]", d.html_text)),
    )
    if opened != closed:
        at = d.html_text.find("[if" if opened > closed else "[endif]")
        yield Hit(d.html_line_at(d.html_text.count("\n", 0, at) + 1), {"opened": opened, "closed": closed})


@judges("CSS-15")
def remote(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for match in re.finditer(r"@import[^;]{1,200}|@font-face\s{0,99}\{[^{}]{0,400}url\(", d.html_text):
        yield Hit(
            d.html_line_at(d.html_text.count("\n", 0, match.start()) + 1),
            {"what": " ".join(match[0].split())[:80]},
        )
    for node in d.html.nodes:
        if node.tag == "link" and re.search(r"stylesheet|preconnect|preload|dns-prefetch", node.get("rel")):
            end = node.offset + len(node.tag_text)
            yield Hit(
                d.html_line_at(node.line),
                {"what": node.get("href")},
                (Edit(node.offset, end, ""),) if d.form == "html" else (),
            )
