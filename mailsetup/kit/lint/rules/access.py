"""Rules on accessibility and dark mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mailsetup.kit import colors
from mailsetup.kit.lint import css, html_edits, phrases, pictures
from mailsetup.kit.lint.css import Declaration
from mailsetup.kit.lint.document import CSS_SELECTOR, Document
from mailsetup.kit.lint.markup import BLOCKS, NOT_SHOWN, Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.model.message import Message, say

from .html import layout_tables

TEXT, LARGE, EDGE = 4.5, 3.0, 3.0  # WCAG 2.2 success criteria 1.4.3 and 1.4.11
INK, LARGE_INK = limit("A11-03", "text", TEXT), limit("A11-03", "large", LARGE)
LARGE_SIZE, LARGE_BOLD = 24.0, 18.66  # pixels
LEAST_SIZE, LEGAL_SIZE = limit("A11-06", "size", 14), limit("A11-06", "legal", 12)
LUMA_RATIO = 3.5  # Thunderbird 153 drops a ground set with a text colour below this
INVERTED = limit("DRK-02", "contrast", TEXT)
MIDDLE = 50.0  # L*: grounds above and texts below it are what a partial inversion flips
SOFT_BLACK = 21.2  # L* of #333333: no program that flips light grounds alone makes them black
CENTRED = limit("A11-09", "characters", 240)
ICON_SIZE, PIXEL = 64.0, 2.0  # pixels: a sign is no larger; what counts openings no larger than the second
SEEN = limit("A11-04", "contrast", EDGE)


def _inked(d: Document) -> Iterator[tuple[Node, str, str]]:
    """Elements with words of their own, their ink and ground."""
    if d.html is None:
        return
    for node in d.html.nodes:
        if (
            any(isinstance(c, str) and c.strip("\xa0 \n\t") for c in node.children)
            and not node.hidden
            and not node.within("style", "script")
        ):
            ink = css.color(colors.solid(node.style("color"), node.ground)) or (
                "#0000ee" if node.tag == "a" else "#000000"
            )
            yield node, ink, node.ground


def _large(node: Node) -> bool:
    size = css.font_size(node.style("font-size")) or {"h1": 32.0, "h2": 24.0}.get(node.tag, 16.0)
    weight = node.style("font-weight")
    bold = weight in ("bold", "bolder", "600", "700", "800", "900") or node.tag in (
        "h1",
        "h2",
        "h3",
        "strong",
        "b",
        "th",
    )
    return size >= LARGE_SIZE or (bold and size >= LARGE_BOLD)


@judges("A11-01")
def no_language(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    html = html_edits.page_of(d)
    wrapped = any(n.get("lang") for n in d.html.nodes if n.tag not in ("html", "body", *NOT_SHOWN))
    if html is None or not html.get("lang") or not wrapped:
        yield Hit(
            d.html_line_at(html.line if html else 1),
            {"where": "<html>" if html is None or not html.get("lang") else "<table>"},
            tuple(_spoken(d, html, wrapped=wrapped)),
        )


def _spoken(d: Document, html: Node | None, *, wrapped: bool) -> Iterator[Edit]:
    """The language on the page, and on what is around everything in its body."""
    assert d.html is not None
    if d.form != "html" or d.is_pasted or not d.locale:
        return
    if html is None:
        first = d.html.nodes[0].offset if d.html.nodes else 0
        yield Edit(first, first, f'<html lang="{d.locale}">\n')
        yield Edit(len(d.html_text), len(d.html_text), "</html>\n")
    elif not html.get("lang"):
        yield html_edits.with_attribute(html, "lang", d.locale)
    body = next((n for n in d.html.nodes if n.tag == "body"), html)
    if wrapped or body is None:
        return
    inner = [c for c in body.children if isinstance(c, Node) or c.strip()]
    shown = [c for c in inner if isinstance(c, str) or (c.tag not in NOT_SHOWN and not c.hidden)]
    if len(shown) == 1 and isinstance(shown[0], Node) and shown[0].tag in BLOCKS:
        yield html_edits.with_attribute(shown[0], "lang", d.locale)
    elif body.tag == "body":
        yield from html_edits.wrapped(d, body, "div", f'lang="{d.locale}"')
    else:  # a body first
        head = html_edits.head_of(d)
        start, end = html_edits.inside(d, body)
        start = max(start, html_edits.end_of(head) if head is not None else 0)
        yield Edit(start, start, "\n<body>")
        yield Edit(end, end, "</body>\n")


@judges("A11-02")
def unmarked_table(d: Document) -> Iterator[Hit]:
    for node in layout_tables(d):
        if node.get("role") not in ("presentation", "none"):
            at = node.offset + len("<table")
            yield Hit(
                d.html_line_at(node.line),
                {},
                (Edit(at, at, ' role="presentation"'),) if d.form == "html" else (),
            )


@judges("A11-03")
def faint(d: Document) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for node, ink, behind in _inked(d):
        wanted = LARGE_INK(d) if _large(node) else INK(d)
        ratio = colors.contrast(ink, behind)
        if ratio < wanted and (ink, behind) not in seen:
            seen.add((ink, behind))
            yield Hit(
                d.html_line_at(node.line),
                {
                    "ink": ink,
                    "ground": behind,
                    "ratio": f"{ratio:.2f}",
                    "wanted": wanted,
                    "better": colors.nearest_passing(ink, behind, wanted),
                },
            )


def _buttons(d: Document) -> list[Node]:
    from .action import buttons

    return buttons(d)


@judges("A11-04")
def faint_edge(d: Document) -> Iterator[Hit]:
    """Buttons by their ground or border, whichever is seen; signs and logos by their file, where it is at hand."""
    from .action import outlined

    for node in (*_buttons(d), *outlined(d)):
        cell = node if node.own("background-color") or _border(node) else node.parent
        if cell is None or cell.parent is None:
            continue
        behind, own = cell.parent.ground, cell.ground
        ratio = max(colors.contrast(own, behind), colors.contrast(_border(cell) or own, behind))
        if ratio < SEEN(d):
            yield _unseen(d, node, say("the button"), ratio)
    for node in _signs(d):
        data = pictures.octets(d, node.get("src"))
        reached = pictures.contrast_on(data, node.ground) if data else None
        if reached is not None and reached < SEEN(d):
            name = " ".join(node.get("alt").split()) or node.get("src")[:60]
            yield _unseen(d, node, say("the picture “{name}”", name=name), reached)


def _unseen(d: Document, node: Node, what: Message, ratio: float) -> Hit:
    return Hit(d.html_line_at(node.line), {"what": what, "ratio": f"{ratio:.2f}", "wanted": SEEN(d)})


def _border(node: Node) -> str:
    """The colour of a border, where there is one."""
    drawn = node.own("border") or node.own("border-bottom")
    if not drawn or re.match(r"(?:none|0)\b", drawn):
        return ""
    return css.color(node.own("border-color")) or css.color(drawn)


def _signs(d: Document) -> Iterator[Node]:
    """Small pictures that say something, and logos."""
    logo = d.brand.logo.url if d.brand is not None else ""
    for node in d.html.nodes if d.html is not None else ():
        if node.tag != "img" or node.hidden:
            continue
        source = node.get("src")
        known = pictures.shown(node)
        if None in known and (data := pictures.octets(d, source)) and (told := pictures.facts(data)):
            known = (known[0] or told.width, known[1] or told.height)
        size = max((side for side in known if side is not None), default=0.0)
        linked = node.parent is not None and node.parent.tag == "a"
        named = f"{source.rpartition('/')[2]} {node.get('class')} {node.get('alt')}".lower()
        is_logo = bool(logo and source == logo) or "logo" in named or "логотип" in named
        if size > PIXEL and (is_logo or size <= ICON_SIZE) and (node.get("alt").strip() or linked):
            yield node


@judges("A11-05")
def headings(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    found = [n for n in d.html.nodes if re.fullmatch(r"h[1-6]", n.tag) and not n.hidden]
    if not found:
        if d.kind in ("T", "M") and not d.fragment and layout_tables(d):
            yield Hit(d.html_line_at(1), {"what": say("there is no h1")})
        return
    tops = [n for n in found if n.tag == "h1"]
    if len(tops) > 1:
        yield Hit(d.html_line_at(tops[1].line), {"what": f"{len(tops)} × h1"})
    elif not tops and d.kind in ("T", "M"):
        yield Hit(d.html_line_at(found[0].line), {"what": say("there is no h1")})
    for before, after in pairwise(found):
        if int(after.tag[1]) > int(before.tag[1]) + 1:
            yield Hit(d.html_line_at(after.line), {"what": f"{before.tag} → {after.tag}"})


@judges("A11-06")
def small_text(d: Document) -> Iterator[Hit]:
    small = list(_small(d))
    edits = tuple(_enlarged(small)) if d.form == "html" else ()
    seen: set[float] = set()
    for node, size, _ in small:
        if size not in seen:
            seen.add(size)
            yield Hit(d.html_line_at(node.line), {"size": f"{size:g}"}, edits)
            edits = ()


def _small(d: Document) -> Iterator[tuple[Node, float, float]]:
    """Elements whose words are too small: what they have, and what they need."""
    for node, _, _ in _inked(d):
        size = css.font_size(node.style("font-size"))
        if size is None or size <= 1:
            continue
        words = "".join(c for c in node.children if isinstance(c, str))
        legal = (
            d.is_signature
            or node.within("small")
            or _in_footer(d, node)
            or phrases.said("disclaimer", d.locale, words)
        )
        if size < (needed := LEGAL_SIZE(d) if legal else LEAST_SIZE(d)):
            yield node, size, needed


def _enlarged(small: list[tuple[Node, float, float]]) -> Iterator[Edit]:
    """The size that is needed where the size is set: on the element or above it."""
    needed: dict[Node, float] = {}
    for node, _, wanted in small:
        one: Node | None = node
        while one is not None and not one.own("font-size"):  # `DEPTH_LIMIT` bounds this
            one = one.parent
        if one is not None and one.tag:
            needed[one] = max(wanted, needed.get(one, 0.0))
    for one, wanted in needed.items():
        yield from _with_style(one, "font-size", f"{wanted:g}px")


def _with_style(node: Node, name: str, value: str) -> tuple[Edit, ...]:
    """A declaration in the place of the one there is, else behind the others."""
    if html_edits.attribute(node, "style") is not None:
        declared = html_edits.restyled(node, lambda n, _v, _node: f"{name}:{value}" if n == name else None)
        if declared:
            return declared
    return (html_edits.styled(node, f"{name}:{value}"),)


def _in_footer(d: Document, node: Node) -> bool:
    assert d.html is not None
    one: Node | None = node
    while one is not None:  # `DEPTH_LIMIT` bounds this
        if "below" in one.get("class") or "foot" in one.get("class") or one.tag == "footer":
            return True
        one = one.parent
    return node.offset > 0.6 * len(d.html_text)


@judges("A11-07")
def bare_link(d: Document) -> Iterator[Hit]:
    pressed = {id(n) for n in _buttons(d)}
    told: dict[int, bool] = {}
    for _, label, line, node in d.links:
        if node is None or not label.strip() or id(node) in pressed or node.own("text-decoration") != "none":
            continue
        around = node.parent
        if around is None:
            continue
        if id(around) not in told:
            told[id(around)] = _tells(around)
        if not told[id(around)]:
            continue
        own, other = (
            css.color(node.style("color")),
            css.color(around.style("color")),
        )
        if not own or not other or colors.contrast(own, other) < 3:
            edits = _with_style(node, "text-decoration", "underline") if d.form == "html" else ()
            yield Hit(line, {"label": " ".join(label.split())}, edits)


def _tells(node: Node) -> bool:
    """Whether words of its own stand around what it holds."""
    return len("".join(c for c in node.children if isinstance(c, str)).strip(" ·|,•–—-:\n")) >= 12


@judges("A11-08")
def headless_table(d: Document) -> Iterator[Hit]:
    if d.html is None:
        return
    layout = {id(n) for n in layout_tables(d)}
    holders = {id(n.enclosing("table")) for n in d.html.nodes if n.tag == "table"}
    for node in d.html.nodes:
        if node.tag != "table":
            continue
        if id(node) in layout:
            if id(node) in holders or node.get("role") not in ("", "table"):
                continue
            rows = list(node.all("tr"))
            cells = [[c for c in r.children if isinstance(c, Node) and c.tag == "td"] for r in rows]
            if len(rows) >= 3 and all(len(c) >= 2 for c in cells):
                yield Hit(d.html_line_at(node.line))
        elif any(not c.get("scope") and c.enclosing("table") is node for c in node.all("th")):
            yield Hit(d.html_line_at(node.line), {}, tuple(_scoped(node)) if d.form == "html" else ())


def _scoped(table: Node) -> Iterator[Edit]:
    """What each header cell is the header of: of its row where cells of data follow it, else of its column."""
    for cell in table.all("th"):
        if not cell.get("scope") and cell.enclosing("table") is table and cell.parent is not None:
            row = [c for c in cell.parent.children if isinstance(c, Node) and c.tag in ("td", "th")]
            of_row = row[:1] == [cell] and any(c.tag == "td" for c in row)
            yield html_edits.with_attribute(cell, "scope", "row" if of_row else "col")


@judges("A11-09")
def centred(d: Document) -> Iterator[Hit]:
    for node, _, _ in _inked(d):
        align = node.style("text-align") or node.get("align")
        if align in ("center", "justify") and node.exceeds(int(CENTRED(d))):
            yield Hit(d.html_line_at(node.line), {"align": align})


@judges("A11-10")
def colour_cue(d: Document) -> Iterator[Hit]:
    for number, line in d.lines:
        for words in phrases.found("colour-cue", d.locale, line):
            yield Hit(number, {"words": words})


SCHEME_META = '\n<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">'
SCHEME_RULE = "\n<style>:root{color-scheme:light dark}</style>"


@judges("DRK-01")
def undeclared(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    meta = any(
        n.tag == "meta" and n.get("name").lower() in ("color-scheme", "supported-color-schemes")
        for n in d.html.nodes
    )
    rule = "prefers-color-scheme" in d.html_text or re.search(r"color-scheme\s*:", d.html_text)
    if not meta or not rule:
        head = html_edits.head_of(d)
        edits: tuple[Edit, ...] = ()
        if head is not None and d.form == "html":
            at = head.offset + len(head.tag_text)
            added = ("" if meta else SCHEME_META) + ("" if rule else SCHEME_RULE)
            edits = (Edit(at, at, added),)
        yield Hit(d.html_line_at(head.line if head else 1), {"what": "meta" if not meta else "CSS"}, edits)


@judges("DRK-02")
def faint_when_inverted(d: Document) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for node, ink, behind in _inked(d):
        if colors.contrast(ink, behind) < TEXT or (ink, behind) in seen:
            continue  # by day already: A11-03
        if not css.color(node.style("color")) and behind == "#ffffff":
            continue  # nobody set these; every program has its own for the dark
        seen.add((ink, behind))
        full = colors.contrast(_flipped(ink), _flipped(behind))
        light, dark = colors.cie_lightness(behind) > MIDDLE, colors.cie_lightness(ink) < MIDDLE
        half = colors.contrast(
            _flipped(ink, SOFT_BLACK) if dark else ink, _flipped(behind, SOFT_BLACK) if light else behind
        )
        if (worst := min(full, half)) < INVERTED(d):
            way = say("all of it") if full < half else say("light grounds and dark texts alone")
            values = {"ink": ink, "ground": behind, "ratio": f"{worst:.2f}", "way": way}
            yield Hit(d.html_line_at(node.line), values)


def _flipped(color: str, base: float = 0.0) -> str:
    """A colour as light as it was dark, above the lightness that takes the place of white's opposite."""
    return colors.with_lightness(color, base + (100 - colors.cie_lightness(color)) * (100 - base) / 100)


@judges("DRK-03")
def dark_logo(d: Document) -> Iterator[Hit]:
    """The brand's logo as it was measured, and every logo whose file is at hand."""
    assert d.html is not None
    for node in d.html.nodes:
        if node.tag != "img" or node.hidden or _plated(d, node):
            continue
        edge = _edge_in_the_dark(d, node)
        if edge is not None and edge < EDGE:
            light = d.brand.palette.light.background if d.brand is not None else colors.WHITE
            plate = html_edits.styled(node, f"background-color:{light}")
            edits = (plate,) if d.form == "html" else ()
            yield Hit(d.html_line_at(node.line), {"ratio": f"{edge:.1f}"}, edits)


def _plated(d: Document, node: Node) -> bool:
    """Whether something light lies behind a picture in the dark too, or another one takes its place there."""
    around = node.parent
    return (
        not {"plate", "logolight"}.isdisjoint(node.get("class").split())
        or bool(node.own("background-color"))
        or (around is not None and bool(css.color(around.own("background-color"))))
    )


def _edge_in_the_dark(d: Document, node: Node) -> float | None:
    """The contrast of a transparent logo's edge with a dark ground; None for other pictures and where none is at hand."""
    source = node.get("src")
    logo = d.brand.logo if d.brand is not None else None
    if logo is not None and logo.url and source == logo.url and logo.picture is not None:
        return logo.picture.edge_contrast_dark if logo.picture.transparent else None
    named = f"{source.rpartition('/')[2]} {node.get('class')} {node.get('alt')}".lower()
    data = pictures.octets(d, source) if "logo" in named or "логотип" in named else None
    told = pictures.facts(data) if data else None
    if told is None or not told.transparent or told.form == "svg":
        return None
    return told.edge_in_the_dark


@judges("DRK-04")
def pure(d: Document) -> Iterator[Hit]:
    for node, ink, behind in _inked(d):
        explicit = css.color(node.style("color"))
        if explicit and {ink, behind} == {"#000000", "#ffffff"}:
            yield Hit(d.html_line_at(node.line), {}, _softened(d, ink))
            return


SOFT_INK, SOFT_GROUND = "#1a1a1a", colors.DARK_BACKGROUND


def _softened(d: Document, ink: str) -> tuple[Edit, ...]:
    """Black ink, or black ground where the ink is white, a shade lighter wherever it is set."""
    black_ink = ink == "#000000"
    own = d.brand.palette.light.text if d.brand is not None else ""
    soft = (own if own and own != "#000000" else SOFT_INK) if black_ink else SOFT_GROUND
    names = ("color",) if black_ink else ("background-color", "background")

    def change(name: str, value: str, node: Node | None) -> str | None:
        hit = name in names and css.color(value) == "#000000" and "url(" not in value
        return f"{name}:{soft}" if hit else None

    assert d.html is not None
    painted = () if black_ink or d.form != "html" else tuple(
        html_edits.with_attribute(n, "bgcolor", soft)
        for n in d.html.nodes if n.get("bgcolor") and css.color(n.get("bgcolor")) == "#000000"
    )  # fmt: skip
    return (*html_edits.redeclared(d, change), *painted)


@judges("DRK-05")
def no_twins(d: Document) -> Iterator[Hit]:
    dark = [line for rule, line in d.style_rules if any("prefers-color-scheme" in c for c in rule.conditions)]
    if dark and "data-ogs" not in d.html_text:
        yield Hit(dark[0], {}, _twins(d))


def _twins(d: Document) -> tuple[Edit, ...]:
    """The dark rules once more behind their sheet, for letters that Outlook.com has changed."""
    if d.form != "html":
        return ()
    found: list[Edit] = []
    for text, _, node in d.style_blocks:
        made = [
            ",".join(f"[data-ogsc] {one}" for one in rule.selectors)
            + "{" + ";".join(f"{one.name}:{one.value}" for one in rule.declarations) + "}"
            for rule in css.sheet(text)
            if any("prefers-color-scheme" in c for c in rule.conditions) and rule.declarations
            and not rule.selectors[0].startswith((":root", "@"))
        ]  # fmt: skip
        if made:
            end = html_edits.inside(d, node)[1]
            found.append(Edit(end, end, "\n" + "\n".join(made) + "\n"))
    return tuple(found)


def _luma(color: str) -> float:
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@judges("DRK-06")
def thunderbird_drops(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        pair = _dropped_pair(node.inline)
        if pair is not None and not node.hidden:
            yield Hit(d.html_line_at(node.line), {"ink": pair[0], "ground": pair[1]}, _split(d, node))
    for rule, line in d.style_rules:
        pair = _dropped_pair(rule.declarations)
        if pair is not None and not rule.conditions and not any("ogs" in s for s in rule.selectors):
            yield Hit(line, {"ink": pair[0], "ground": pair[1]}, _split_sheet(d))


def _dropped_pair(declarations: tuple[Declaration, ...]) -> tuple[str, str] | None:
    """Ink and ground that one rule sets, where Thunderbird thinks them too alike."""
    names = {
        one.name: css.color(one.value)
        for one in declarations
        if one.name in ("color", "background-color", "background")
    }
    behind, ink = names.get("background-color") or names.get("background") or "", names.get("color", "")
    if not behind or not ink or _luma(behind) > 200:
        return None
    light, dark = max(_luma(ink), _luma(behind)), min(_luma(ink), _luma(behind))
    return (ink, behind) if (light + 12.75) / (dark + 12.75) < LUMA_RATIO else None


def _split(d: Document, node: Node, ink: str = "") -> tuple[Edit, ...]:
    """The ink on an element inside, the ground where it was."""
    if (
        d.form != "html"
        or node.inner_end < 0
        or node.tag in ("table", "tbody", "thead", "tr", "body", "ul", "ol")
    ):
        return ()
    inline = html_edits.is_inline(node)
    if not inline and node.tag not in ("td", "th", "div", "section", "center", "blockquote", "li"):
        return ()
    ink = (ink or node.own("color")).replace('"', "'")
    bare = html_edits.restyled(node, lambda name, _value, _node: "" if name == "color" else None)
    within = [c for c in node.children if isinstance(c, Node) or c.strip()]
    if bare and len(within) == 1 and isinstance(within[0], Node) and "color" in within[0]._own:
        return bare
    return (*bare, *html_edits.wrapped(d, node, "span" if inline else "div", f'style="color:{ink}"'))


def _split_sheet(d: Document) -> tuple[Edit, ...]:
    """
    Inks out of the rules of sheets that set such pairs, and on an element inside each that had its ink from there.

    All of them or nothing: an element that cannot be split would lose its ink.
    """
    assert d.html is not None
    rules = [r for r, _ in d.style_rules if not r.conditions and _dropped_pair(r.declarations) is not None]
    keys: set[tuple[str, str]] = set()
    for selector in (s for rule in rules for s in rule.selectors):
        match = CSS_SELECTOR.match(selector)
        if match is None or match["id"] or match["tag"] == "*":
            return ()
        keys.add((match["class"] or "", (match["tag"] or "").lower()))
    found = list(html_edits.without_in_sheets(d, "color", {rule.declarations for rule in rules}))
    for node in d.html.nodes:
        named = (
            ("", node.tag),
            *((name, tag) for name in node.get("class").split() for tag in ("", node.tag)),
        )
        if "color" in node._own or node.tag in NOT_SHOWN or not keys.intersection(named):
            continue
        split = _split(d, node, node.own("color"))
        if not split:
            return ()
        found += split
    return tuple(found)


@judges("DRK-07")
def only_bgcolor(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        coloured = css.color(node.get("bgcolor")) if node.get("bgcolor") else ""
        painted = (
            "gradient(" in node.own("background")
            or "url(" in node.own("background-image")
            or "gradient(" in node.own("background-image")
        )
        if (coloured not in ("", "#ffffff") or painted) and not css.color(node.own("background-color")):
            ground = coloured or css.color(f"{node.own('background')} {node.own('background-image')}")
            edits = (
                (html_edits.styled(node, f"background-color:{ground}"),)
                if ground and d.form == "html"
                else ()
            )
            yield Hit(d.html_line_at(node.line), {"tag": node.tag}, edits)
