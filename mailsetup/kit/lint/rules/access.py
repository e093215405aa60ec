"""Rules on accessibility and dark mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mailsetup.kit import colors
from mailsetup.kit.lint import css, phrases
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.rule import Edit, Hit, judges

from .html import layout_tables

TEXT, LARGE, EDGE = 4.5, 3.0, 3.0  # WCAG 2.2 success criteria 1.4.3 and 1.4.11
LARGE_SIZE, LARGE_BOLD = 24.0, 18.66  # pixels
LEAST_SIZE, LEGAL_SIZE = 14.0, 12.0
LUMA_RATIO = 3.5  # Thunderbird 153 drops a ground set with a text colour below this
INVERTED = 3.0  # ours: programs invert differently, below this no reader copes with any of them
CENTRED = 240  # characters


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
            ink = css.color(node.style("color")) or ("#0000ee" if node.tag == "a" else "#000000")
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
    html = next((n for n in d.html.nodes if n.tag == "html"), None)
    wrapped = any(n.get("lang") for n in d.html.nodes if n.tag in ("table", "div", "body"))
    if html is None or not html.get("lang") or not wrapped:
        body = next((n for n in d.html.nodes if n.tag == "body"), None)
        bare = (None if html and html.get("lang") else html, None if wrapped else body)
        ends = [n.offset + 1 + len(n.tag) for n in bare if n is not None]
        edits = tuple(Edit(at, at, f' lang="{d.locale}"') for at in ends if d.form == "html" and d.locale)
        yield Hit(
            d.html_line_at(html.line if html else 1),
            {"where": "<html>" if html is None or not html.get("lang") else "<table>"},
            edits,
        )


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
        wanted = LARGE if _large(node) else TEXT
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
    for node in _buttons(d):
        cell = node if node.own("background-color") else node.parent
        if cell is None or cell.parent is None:
            continue
        behind, own = cell.parent.ground, cell.ground
        edge = css.color(cell.own("border")) or own
        ratio = max(colors.contrast(own, behind), colors.contrast(edge, behind))
        if ratio < EDGE:
            yield Hit(d.html_line_at(node.line), {"ratio": f"{ratio:.2f}", "wanted": EDGE})


@judges("A11-05")
def headings(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    found = [n for n in d.html.nodes if n.tag in ("h1", "h2", "h3", "h4") and not n.hidden]
    if not found:
        return
    tops = [n for n in found if n.tag == "h1"]
    if len(tops) > 1:
        yield Hit(d.html_line_at(tops[1].line), {"what": f"{len(tops)} × h1"})
    elif not tops and d.kind in ("T", "M"):
        yield Hit(d.html_line_at(found[0].line), {"what": "h1"})
    for before, after in pairwise(found):
        if int(after.tag[1]) > int(before.tag[1]) + 1:
            yield Hit(d.html_line_at(after.line), {"what": f"{before.tag} → {after.tag}"})


@judges("A11-06")
def small_text(d: Document) -> Iterator[Hit]:
    seen: set[float] = set()
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
        if size < (LEGAL_SIZE if legal else LEAST_SIZE) and size not in seen:
            seen.add(size)
            yield Hit(d.html_line_at(node.line), {"size": f"{size:g}"})


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
            yield Hit(line, {"label": " ".join(label.split())})


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
        elif any(c.tag == "th" and not c.get("scope") for c in node.walk()):
            yield Hit(d.html_line_at(node.line))


@judges("A11-09")
def centred(d: Document) -> Iterator[Hit]:
    for node, _, _ in _inked(d):
        align = node.style("text-align") or node.get("align")
        if align in ("center", "justify") and node.exceeds(CENTRED):
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
        head = next((n for n in d.html.nodes if n.tag == "head"), None)
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
            continue
        seen.add((ink, behind))
        full = colors.contrast(colors.inverted(ink), colors.inverted(behind))
        half = colors.contrast(
            colors.half_inverted(ink, is_ground=False), colors.half_inverted(behind, is_ground=True)
        )
        worst = min(full, half)
        if worst < INVERTED:
            yield Hit(
                d.html_line_at(node.line),
                {
                    "ink": ink,
                    "ground": behind,
                    "ratio": f"{worst:.2f}",
                    "way": "full" if full < half else "partial",
                },
            )


@judges("DRK-03")
def dark_logo(d: Document) -> Iterator[Hit]:
    assert d.html is not None and d.brand is not None
    logo = d.brand.logo
    if logo.picture is None or not logo.picture.transparent or logo.picture.edge_contrast_dark >= EDGE:
        return
    for node in d.html.nodes:
        if node.tag == "img" and logo.url and node.get("src") == logo.url:
            plated = (
                "plate" in node.get("class")
                or (node.parent is not None and css.color(node.parent.own("background-color")))
                or node.own("background-color")
            )
            if not plated and not logo.dark_url:
                yield Hit(d.html_line_at(node.line), {"ratio": f"{logo.picture.edge_contrast_dark:.1f}"})


@judges("DRK-04")
def pure(d: Document) -> Iterator[Hit]:
    for node, ink, behind in _inked(d):
        explicit = css.color(node.style("color"))
        if explicit and {ink, behind} == {"#000000", "#ffffff"}:
            yield Hit(d.html_line_at(node.line))
            return


@judges("DRK-05")
def no_twins(d: Document) -> Iterator[Hit]:
    dark = [line for rule, line in d.style_rules if any("prefers-color-scheme" in c for c in rule.conditions)]
    if dark and "data-ogs" not in d.html_text:
        yield Hit(dark[0])


def _luma(color: str) -> float:
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


@judges("DRK-06")
def thunderbird_drops(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        if node.hidden:
            continue
        names = {
            one.name: css.color(one.value)
            for one in node.inline
            if one.name in ("color", "background-color", "background")
        }
        behind = names.get("background-color") or names.get("background") or ""
        ink = names.get("color", "")
        if not behind or not ink or _luma(behind) > 200:
            continue
        light, dark = max(_luma(ink), _luma(behind)), min(_luma(ink), _luma(behind))
        if (light + 12.75) / (dark + 12.75) < LUMA_RATIO:
            yield Hit(d.html_line_at(node.line), {"ink": ink, "ground": behind})


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
            edits: tuple[Edit, ...] = ()
            if coloured and d.form == "html" and not node.get("style"):
                at = node.offset + 1 + len(node.tag)
                edits = (Edit(at, at, f' style="background-color:{coloured}"'),)
            yield Hit(d.html_line_at(node.line), {"tag": node.tag}, edits)
