"""Rules on HTML and CSS that mail programs understand."""

from __future__ import annotations

import functools
import html
import math
import re
from collections.abc import Iterator

from mailsetup.kit import colors
from mailsetup.kit.lint import clients, css, html_edits, phrases
from mailsetup.kit.lint.css import Declaration
from mailsetup.kit.lint.document import CSS_SELECTOR, Document
from mailsetup.kit.lint.markup import NOT_SHOWN, Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
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
_GENERIC = frozenset(("sans-serif", "serif", "monospace"))
SYSTEM_FAMILIES = SAFE_FAMILIES | frozenset(
    css.families(
        "-apple-system, BlinkMacSystemFont, system-ui, ui-sans-serif, ui-serif, ui-monospace, cursive, fantasy, "
        "Helvetica Neue, SF Pro Text, SF Pro Display, SF Mono, San Francisco, Avenir, Avenir Next, Optima, Gill Sans, "
        "Futura, Didot, Baskerville, Menlo, Monaco, Geneva, Lucida Grande, Lucida Sans, Calibri, Cambria, Candara, "
        "Consolas, Constantia, Corbel, Aptos, Franklin Gothic Medium, Century Gothic, Book Antiqua, Bookman Old Style, "
        "Garamond, Comic Sans MS, Segoe UI Emoji, Apple Color Emoji, Noto Color Emoji, Ubuntu, Cantarell, DejaVu Sans, "
        "Liberation Sans, PT Sans, PT Serif"
    )
)
"""Families that come with a system: on others the next in the list is taken, by Word too."""
MODERN_COLOR = re.compile(
    r"rgba?\(\s*\d+%?\s+\d|hsla?\(\s*[\d.]+(?:deg)?\s+\d|#[0-9a-f]{8}\b|#[0-9a-f]{4}\b|\brebeccapurple\b|\b(?:oklch|oklab|lab|lch|color-mix|color|hwb)\(",
    re.IGNORECASE,
)
FAMILIES_LIMIT, SIZES_LIMIT = limit("CSS-11", "families", 2), limit("CSS-11", "sizes", 5)
COLORS_LIMIT = limit("CSS-11", "colors", 4)
DISTANCE = limit("CSS-10", "distance", 2.5)  # hundredths of OKLab: about five of CIE76


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
    "charset": '\n<meta charset="{}">',
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
        yield Hit(d.html_line_at(1), {"missing": ", ".join(missing)}, tuple(_framed(d, missing)))


def _framed(d: Document, missing: list[str]) -> Iterator[Edit]:
    """What a page lacks, in its head, and the head where there is none."""
    assert d.html is not None
    if d.form != "html" or d.is_pasted:
        return
    if "doctype" in missing:
        yield Edit(0, 0, "<!DOCTYPE html>\n")
    metas = "".join(text.format(d.charset or "utf-8") for name, text in METAS.items() if name in missing)
    if "title" in missing:
        metas += f"\n<title>{html.escape(_title(d), quote=False)}</title>"
    empty = next((n for n in d.html.nodes if n.tag == "title"), None)
    if not metas:
        return
    head, page = html_edits.head_of(d), html_edits.page_of(d)
    first = head or page
    if first is None and "doctype" in missing:
        return  # that one first
    top = d.html.nodes[0].offset if d.html.nodes else 0
    at = first.offset + len(first.tag_text) if first is not None else top
    yield Edit(at, at, metas if head is not None else f"<head>{metas}\n</head>\n")
    if "title" in missing and empty is not None and head is not None:
        yield html_edits.removed(empty)


TITLE_LIMIT = 60  # characters


def _title(d: Document) -> str:
    """What a page is about: its first heading, else its first words, else the firm."""
    assert d.html is not None
    heads = [n.text() for n in d.html.nodes if n.tag in ("h1", "h2") and not n.hidden]
    greeting = phrases.pattern("greeting", d.locale)
    said = [text.rstrip(" .!?:,") for _, text in d.html.root.lines() if not greeting.match(text)]
    text = " ".join(
        next((t for t in (*heads, *said) if t.strip()), d.brand.name if d.brand else "Letter").split()
    )
    return text if len(text) <= TITLE_LIMIT else text[:TITLE_LIMIT].rpartition(" ")[0] or text[:TITLE_LIMIT]


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
            text = d.html_text[node.offset : html_edits.end_of(node)]
            head = html_edits.in_head(d, f"\n{text}\n") if node.end >= 0 else ()
            yield Hit(d.html_line_at(line), {}, (html_edits.removed(node), *head) if head else ())


ZERO = ("cellpadding", "cellspacing", "border")


@judges("HTM-06")
def spaced_table(d: Document) -> Iterator[Hit]:
    for node in layout_tables(d):
        missing = [name for name in ZERO if name not in node.attributes]
        other = [name for name in ZERO if name not in missing and css.pixels(node.get(name) or "0") != 0]
        if missing or other:
            at = node.offset + len("<table")
            edits = (Edit(at, at, "".join(f' {name}="0"' for name in missing)),) if d.form == "html" else ()
            named = ", ".join(f'{name}="0"' for name in (*missing, *other))
            yield Hit(d.html_line_at(node.line), {"missing": named}, edits if missing else ())


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
                if value and css.color(value) != "#ffffff" and not _set_inside(node, name):
                    yield Hit(d.html_line_at(node.line), {"name": name}, _around(d, node, f"{name}:{value}"))


def _set_inside(body: Node, name: str) -> bool:
    return any(
        n.own(name) or (name == "background-color" and n.get("bgcolor")) for n in body.walk() if n is not body
    )


def _around(d: Document, body: Node, declared: str) -> tuple[Edit, ...]:
    """A declaration on what is around everything in the body: the one block there, else one put there."""
    if d.form != "html":
        return ()
    inner = [c for c in body.children if isinstance(c, Node) or c.strip()]
    shown = [c for c in inner if isinstance(c, str) or c.tag not in NOT_SHOWN]
    if len(shown) == 1 and isinstance(shown[0], Node) and shown[0].tag in ("table", "div"):
        return (html_edits.styled(shown[0], declared),)
    declared = declared.replace('"', "'")
    return html_edits.wrapped(d, body, "div", f'style="{declared}"')


@judges("HTM-08")
def doubled_id(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    seen: set[str] = set()
    styles = " ".join(text for text, _, _ in d.style_blocks)
    for node in d.html.nodes:
        name = node.get("id")
        if name and name in seen:
            free = d.form == "html" and f"#{name}" not in styles
            yield Hit(
                d.html_line_at(node.line),
                {"id": name},
                html_edits.without_attribute(node, "id") if free else (),
            )
        seen.add(name)


@judges("CSS-01")
def word_fails(d: Document) -> Iterator[Hit]:
    def found() -> Iterator[Hit]:
        for one, line, node in declared(d):
            if one.name.startswith("mso-") or (node is not None and node.hidden):
                continue
            if _fails_in_word(one) and not _falls_back(d, one, node):
                yield Hit(line, {"what": f"{one.name}: {one.value}"})

    yield from _once(found(), "what")


def _fails_in_word(one: Declaration) -> bool:
    return (
        one.name.startswith("--")
        or (one.name == "position" and one.value not in ("static", "relative"))
        or clients.WORD_FAILS.search(one.value) is not None
    )


def _falls_back(d: Document, one: Declaration, node: Node | None) -> bool:
    """Whether the same property is set beside it in a way that Word knows: it drops what it does not know."""
    if one.name in ("display", "position"):
        return False  # the layout is lost, whatever else is said
    if node is not None:
        return any(o.name == one.name and not _fails_in_word(o) for o in node.inline)
    rules = (rule for rule, _ in d.style_rules if one in rule.declarations)
    return all(any(o.name == one.name and not _fails_in_word(o) for o in rule.declarations) for rule in rules)


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
    assert d.html is not None
    edits = html_edits.redeclared(d, _no_negative)
    for one, line, _ in declared(d):
        if one.name.startswith("margin") and _NEGATIVE.search(one.value):
            yield Hit(line, {"what": f"{one.name}: {one.value}"}, edits)
            edits = ()
    for node in d.html.nodes:
        for name in MARGINS:
            value = node.own(name)
            if node.hidden or not value:
                continue
            if "auto" in value and not _centred(node):
                centred = (html_edits.with_attribute(node, "align", "center"),)
                yield Hit(d.html_line_at(node.line), {"what": f"{name}: {value}"},
                          centred if node.tag == "table" and d.form == "html" else ())  # fmt: skip
            elif node.tag == "img" and re.search(r"[1-9]", value) and not _NEGATIVE.search(value):
                yield Hit(
                    d.html_line_at(node.line), {"what": f"{name}: {value}"}, _padded(d, node, name, value)
                )


MARGINS = ("margin", "margin-top", "margin-right", "margin-bottom", "margin-left")
_NEGATIVE = re.compile(r"(?:^|\s)-\d[\w.%]*")


def _no_negative(name: str, value: str, node: Node | None) -> str | None:
    new = _NEGATIVE.sub(lambda m: m[0][: len(m[0]) - len(m[0].lstrip())] + "0", value)
    return f"{name}:{new}" if name.startswith("margin") and new != value else None


def _centred(node: Node) -> bool:
    """Whether something that Word knows centres it too."""
    around = node.parent
    return (
        node.get("align") == "center"
        or node.tag == "body"
        or (
            around is not None
            and (
                around.tag == "center"
                or around.get("align") == "center"
                or around.style("text-align") == "center"
            )
        )
    )


def _padded(d: Document, image: Node, name: str, value: str) -> tuple[Edit, ...]:
    """The space around a picture as padding of its cell, where it is alone in one that has none."""
    cell = image.parent
    if d.form != "html" or cell is None or cell.tag not in ("td", "th") or name not in image._own:
        return ()
    alone = all(c is image or (isinstance(c, str) and not c.strip()) for c in cell.children)
    if (
        not alone
        or any(n.startswith("padding") for n in cell._own)
        or sum(n in image._own for n in MARGINS) > 1
    ):
        return ()
    bare = html_edits.restyled(image, lambda n, _v, _node: "" if n == name else None)
    return (*bare, html_edits.styled(cell, f"{name.replace('margin', 'padding')}:{value}"))


@judges("CSS-06")
def modern_color(d: Document) -> Iterator[Hit]:
    edits = html_edits.redeclared(d, _plain_color)
    for one, line, _ in declared(d):
        if MODERN_COLOR.search(one.value) and "url(" not in one.value:
            yield Hit(line, {"what": f"{one.name}: {one.value}"}, edits)
            edits = ()


def _plain_color(name: str, value: str, node: Node | None) -> str | None:
    if not MODERN_COLOR.search(value) or "url(" in value:
        return None
    behind = node.parent if node is not None and name.startswith("background") else node
    new = colors.solid(value, behind.ground if behind is not None else "#ffffff")
    return f"{name}:{new}" if new != value else None


@judges("CSS-07")
def shorthand(d: Document) -> Iterator[Hit]:
    edits = html_edits.redeclared(d, _one_by_one)
    for one, line, _ in declared(d):
        if one.name == "font" or (one.name == "background" and len(one.value.split()) > 1):
            yield Hit(line, {"what": f"{one.name}: {one.value}"}, edits)
            edits = ()


def _one_by_one(name: str, value: str, node: Node | None) -> str | None:
    """What a shorthand sets, in full; None where it draws a picture, since no colour takes its place."""
    value = re.sub(r"\s*!\s*important\Z", "", value, flags=re.IGNORECASE)
    if name == "background":
        known = css.longhands(Declaration(name, value))
        lost = len(value.split()) > 1 and "url(" not in value and "gradient(" not in value
        return f"background-color:{known[0].value}" if known and lost else None
    if name != "font":
        return None
    if value in ("inherit", "initial", "unset"):
        return f"font-family:{value};font-size:{value};font-weight:{value};font-style:{value}"
    found = [f"{one.name}:{one.value}" for one in css.longhands(Declaration(name, value))]
    exact = any(one.startswith("line-height") and one.endswith("px") for one in found)
    return ";".join((*(("mso-line-height-rule:exactly",) if exact else ()), *found)) if found else None


@judges("CSS-08")
def web_font(d: Document) -> Iterator[Hit]:
    """
    Families that no system carries, without one behind them that all do, or without what Word is told instead.

    Word takes Times New Roman for such a family, whatever stands behind it, unless ``mso-font-alt`` or
    ``mso-generic-font-family`` beside it names another, or a style for Outlook alone (``[if mso]``) does, with
    ``!important`` against the families in tags.
    """
    told_to_word = any(_MSO_FONT.search(text) for _, text in d.html.comments) if d.html is not None else False
    edits = html_edits.redeclared(d, functools.partial(_with_safe_font, d, told_to_word=told_to_word))
    seen: set[str] = set()
    for one, line, others in _families_set(d):
        names = css.families(one.value)
        web = bool(names) and names[0] not in SYSTEM_FAMILIES
        lacks = not set(names) & SAFE_FAMILIES
        silent = web and not told_to_word and not _names_mso_font(others)
        key = ", ".join(names)
        if (lacks or silent) and key not in seen and one.value not in ("inherit", "initial", "unset"):
            seen.add(key)
            what = say("no family that every machine has") if lacks else say("Word is told no family")
            yield Hit(line, {"families": key, "what": what}, edits)
            edits = ()


_MSO_FONT = re.compile(
    r"\A\s{0,9}\[if\b[^\]]{0,60}\bmso\b.{0,20000}?font-family\s{0,9}:[^;{}]{0,200}!\s{0,9}important",
    re.IGNORECASE | re.DOTALL,
)


def _families_set(d: Document) -> Iterator[tuple[Declaration, int, tuple[Declaration, ...]]]:
    """Every ``font-family`` of tags and sheets with its line and what is declared beside it; not those of ``@font-face``."""
    for node in d.html.nodes if d.html is not None else ():
        for one in node.inline:
            if one.name == "font-family":
                yield one, d.html_line_at(node.line), node.inline
    for rule, line in d.style_rules:
        if rule.conditions or not rule.selectors or rule.selectors[0].startswith("@"):
            continue
        for one in rule.declarations:
            if one.name == "font-family":
                yield one, line, rule.declarations


def _names_mso_font(beside: tuple[Declaration, ...]) -> bool:
    return any(one.name in ("mso-font-alt", "mso-generic-font-family") for one in beside)


def _with_safe_font(
    d: Document, name: str, value: str, node: Node | None, *, told_to_word: bool
) -> str | None:
    """The families with a safe one behind them, and that one named to Word; once, where both are there already."""
    value, mark, important = value.partition("!")
    names = css.families(value)
    if name != "font-family" or not names or value.strip() in ("inherit", "initial", "unset"):
        return None
    safe = next((n for n in names if n in SAFE_FAMILIES and n not in _GENERIC), "")
    lacks = not set(names) & SAFE_FAMILIES
    told = told_to_word or names[0] in SYSTEM_FAMILIES or (node is not None and _names_mso_font(node.inline))
    if not lacks and told:
        return None
    own = [f for f in d.brand.fonts.stack if f.lower() in SAFE_FAMILIES] if d.brand is not None else []
    kind = "mono" if re.search("mono|code|courier", names[0]) else ""
    kind = kind or (
        "serif" if re.search("(?<!sans)[ -]?serif|slab|garamond|playfair|lora", names[0]) else "sans"
    )
    usual = {"mono": "'Courier New',monospace", "serif": "Georgia,serif", "sans": "Arial,sans-serif"}[kind]
    more = ",".join(f"'{f}'" if " " in f else f for f in own) if own and kind == "sans" else usual
    families = f"{value.strip().rstrip(',')},{more}" if lacks else value.strip()
    alt = safe or css.families(usual)[0]
    beside = "" if told else f";mso-font-alt:'{alt.title()}'"
    return f"{name}:{families}{' !' + important if mark else ''}{beside}"


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
                if (
                    value
                    and not (node is not None and node.hidden)
                    and not of_brand(value, palette, DISTANCE(d))
                ):
                    yield Hit(line, {"color": value})

    yield from _once(found(), "color")


def _palette(d: Document) -> tuple[str, ...]:
    """
    The brand's colours, light and dark, and those that letters derive from them: the key under which shades are
    remembered.
    """
    from mailsetup.kit.render import shades_used

    assert d.brand is not None
    both = (d.brand.palette.light, d.brand.palette.dark)
    given = (getattr(shades, name) for shades in both for name in shades.__dataclass_fields__)
    return (*given, *shades_used(d.brand.palette))


@functools.lru_cache(maxsize=64)
def _shades(palette: tuple[str, ...]) -> tuple[tuple[float, float, float], ...]:
    """Every colour of a palette, and the steps from each to white, black and the backgrounds: tints and darker twins."""
    ends = dict.fromkeys(("#ffffff", "#000000", *palette))
    grounds = [c for c in ends if c in ("#ffffff", "#000000") or colors.contrast(c, "#ffffff") < 1.2]
    mixed = {colors.mix(one, other, step / 16) for one in ends for other in grounds for step in range(17)}
    return tuple(colors.oklch(color) for color in mixed)


@functools.lru_cache(maxsize=4096)
def of_brand(color: str, palette: tuple[str, ...], distance: float) -> bool:
    """Whether a colour is one of a palette to the eye: within a distance of it, a tint or a darker twin."""
    lightness, chroma, hue = colors.oklch(color)
    return any(_distance(lightness, chroma, hue, *shade) < distance for shade in _shades(palette))


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
        if node is not None and node.hidden:
            continue
        if one.name == "font-family" and (names := css.families(one.value)):
            families.add(names[0])
        elif one.name == "font-size" and (size := css.pixels(one.value)) is not None and size > 9:
            sizes.add(f"{size:.0f}")
        elif one.name == "color" and (ink := css.color(one.value)):
            inks.add(ink)
    for what, found, most in (
        (say("font families"), families, FAMILIES_LIMIT(d)),
        (say("font sizes"), sizes, SIZES_LIMIT(d)),
        (say("text colours"), inks, COLORS_LIMIT(d)),
    ):
        if len(found) > most:
            yield Hit(
                d.html_line_at(1),
                {"count": len(found), "what": what, "limit": most, "list": ", ".join(sorted(found))},
            )


@judges("CSS-12")
def line_height(d: Document) -> Iterator[Hit]:
    if _height_is_exact_everywhere(d):
        return
    edits = html_edits.redeclared(d, _exact_height)
    for one, line, node in declared(d):
        if _height_in_pixels(one.name, one.value) and not (
            node is not None and "mso-line-height-rule" in node._own
        ):
            yield Hit(line, {"value": one.value}, edits)
            return


def _height_is_exact_everywhere(d: Document) -> bool:
    """Whether a sheet says so for all, perhaps one that Outlook alone reads."""
    assert d.html is not None
    said = [text for text, _, _ in d.style_blocks] + [text for _, text in d.html.comments]
    return any("mso-line-height-rule" in text for text in said)


def _height_in_pixels(name: str, value: str) -> bool:
    return name == "line-height" and value.endswith("px") and (css.pixels(value) or 0) > 9


def _exact_height(name: str, value: str, node: Node | None) -> str | None:
    """Outlook's rule before the height: it counts only there."""
    exact = node is not None and "mso-line-height-rule" in node._own
    return (
        f"mso-line-height-rule:exactly;{name}:{value}"
        if _height_in_pixels(name, value) and not exact
        else None
    )


VISUAL = frozenset(
    (
        "color",
        "background-color",
        "background",
        "background-image",
        "font",
        "font-size",
        "font-family",
        "font-weight",
        "font-style",
        "line-height",
        "text-align",
        "text-decoration",
        "text-transform",
        "letter-spacing",
        "vertical-align",
        "padding",
        "padding-top",
        "padding-right",
        "padding-bottom",
        "padding-left",
        "margin",
        "margin-top",
        "margin-right",
        "margin-bottom",
        "margin-left",
        "width",
        "max-width",
        "height",
        "display",
        "border",
        "border-top",
        "border-right",
        "border-bottom",
        "border-left",
        "border-color",
        "border-radius",
        "border-collapse",
        "list-style",
        "list-style-type",
    )
)
COMBINED_LIMIT = 100  # selectors of several steps that are followed; each is tried on every element


@judges("CSS-13")
def not_inlined(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    rules = [(rule, line) for rule, line in d.style_rules if _is_for_all(rule)]
    lacking = _lacking(d, [rule for rule, _ in rules])
    edits = _inlined(d, lacking) if d.form == "html" else ()
    bare = {selector for found in lacking.values() for selector in found}
    for rule, line in rules:
        if bare & set(rule.selectors):
            yield Hit(line, {"selector": ", ".join(rule.selectors)}, edits)
            edits = ()


def _is_for_all(rule: css.StyleRule) -> bool:
    """Whether a rule dresses letters everywhere: not in an at-rule, not for one program or state, and to be seen."""
    if rule.conditions or not rule.selectors or rule.selectors[0].startswith(("@", ":root")):
        return False
    one_program = any(
        "[data-ogs" in s
        or ":" in s.removeprefix(":root")
        or s.startswith(("#outlook", ".ExternalClass", "u +", "#MessageViewBody"))
        for s in rule.selectors
    )
    return not one_program and any(one.name in VISUAL for one in rule.declarations)


def _lacking(d: Document, rules: list[css.StyleRule]) -> dict[Node, dict[str, dict[str, str]]]:
    """Of each element the selectors whose declarations it does not carry inline, and what those are."""
    assert d.html is not None
    by_key: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    combined: list[tuple[list[str], str, dict[str, str]]] = []
    for rule in rules:
        wanted = {one.name: one.value for one in rule.declarations}
        for selector in rule.selectors:
            match = CSS_SELECTOR.match(selector)
            if match is not None and not match["id"]:
                by_key.setdefault((match["class"] or "", (match["tag"] or "").lower()), {}).setdefault(
                    selector, {}
                ).update(wanted)
            elif len(steps := selector.split()) > 1 and len(combined) < COMBINED_LIMIT:
                combined.append((steps, selector, wanted))
    found: dict[Node, dict[str, dict[str, str]]] = {}
    for node in d.html.nodes:
        if node.tag in NOT_SHOWN or node.within(*NOT_SHOWN):
            continue
        classes = dict.fromkeys(node.get("class").split())
        keys = (("", node.tag), *((name, tag) for name in classes for tag in ("", node.tag)))
        asked = [item for key in keys for item in by_key.get(key, {}).items()]
        asked += [(selector, wanted) for steps, selector, wanted in combined if _leads_to(steps, node)]
        for selector, wanted in asked:
            if any(name in VISUAL and name not in node._own for name in wanted):
                found.setdefault(node, {})[selector] = wanted
    return found


def _leads_to(steps: list[str], node: Node) -> bool:
    """Whether a selector of several steps, each below the one before, ends at an element; `DEPTH_LIMIT` bounds the way."""
    if not _is_step(steps[-1], node):
        return False
    left, one = steps[:-1], node.parent
    while left and one is not None:
        if _is_step(left[-1], one):
            left = left[:-1]
        one = one.parent
    return not left


def _is_step(step: str, node: Node) -> bool:
    match = CSS_SELECTOR.match(step)
    return (
        match is not None
        and (not match["tag"] or match["tag"] in ("*", node.tag))
        and (not match["class"] or match["class"] in node.get("class").split())
        and (not match["id"] or match["id"] == node.get("id"))
    )


def _inlined(d: Document, lacking: dict[Node, dict[str, dict[str, str]]]) -> tuple[Edit, ...]:
    """The declarations that elements lack, in their style attributes, what stands there first."""
    found: list[Edit] = []
    for node, asked in lacking.items():
        more: dict[str, str] = {}
        for wanted in asked.values():
            more.update(
                {name: node.own(name) or value for name, value in wanted.items() if name not in node._own}
            )
        for short in ("font", "background"):
            if short in more:
                for one in css.longhands(Declaration(short, more[short])):
                    more.pop(one.name, None)
        if more:
            found.append(html_edits.styled(node, *(f"{name}:{value}" for name, value in more.items())))
    return tuple(found)


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
    for match in re.finditer(
        r"@import[^;]{1,200};?|@font-face\s{0,99}\{[^{}]{0,400}url\([^{}]{0,4000}\}?", d.html_text
    ):
        yield Hit(
            d.html_line_at(d.html_text.count("\n", 0, match.start()) + 1),
            {"what": " ".join(match[0].split())[:80]},
            (Edit(match.start(), match.end(), ""),) if d.form == "html" and match[0][-1] in ";}" else (),
        )
    for node in d.html.nodes:
        if node.tag == "link" and re.search(r"stylesheet|preconnect|preload|dns-prefetch", node.get("rel")):
            end = node.offset + len(node.tag_text)
            yield Hit(
                d.html_line_at(node.line),
                {"what": node.get("href")},
                (Edit(node.offset, end, ""),) if d.form == "html" else (),
            )
