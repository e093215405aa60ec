"""
A letter as HTML: one column of 600 px in tables, styles written into the elements, a dark twin, no remote part.

The shell is an autoescaped Jinja template; the marked text of a letter is escaped here, once. Colours
and fonts are the brand's; what a program that drops `<style>` shows is the light letter.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from string import Template as CssTemplate
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from mailsetup.kit import colors, json_ld, plain_text
from mailsetup.kit.letter import (
    BOLD,
    BREAK,
    SAFE_TARGET,
    UNBOLD,
    Block,
    Letter,
    Shape,
    bare,
    clean,
    with_links,
)
from mailsetup.kit.lookalikes import Capitals, seen_in_capitals
from mailsetup.kit.signatures.card import Image, dark_logo, hosted_logo
from mailsetup.kit.signatures.styles import for_word
from mailsetup.model.brand import Brand, Palette, Shades
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

if TYPE_CHECKING:
    import css_inline
    from jinja2 import Template as Compiled

SIZE_LIMIT = 100 * 1024  # octets of HTML; Gmail cuts near 102 KB
PAGE_SHARE = 0.04  # of text colour between a card and the page
TINT_SHARE = 0.07  # of primary colour in a notice
THUNDERBIRD_DARK = "#1c1b22"  # the page on which its dark mode shows mail
_STEPS = 60  # of lightness, either way

_REACHABLE = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?![\w-])"
    r"|(?<![\w+])\+[1-9](?:[ \u00a0()-]{0,2}[0-9]){7,13}(?![0-9])"
)
_FAMILY = re.compile(r"[^A-Za-z0-9 ,'-]")


def html(letter: Letter) -> str:
    """The whole document, styles inlined; `InputError` where it grows beyond what Gmail shows."""
    start, end = ("right", "left") if letter.direction == "rtl" else ("left", "right")
    if plain_text.hosts_in_capitals(letter) is Capitals.EVERYWHERE:
        letter = seen_in_capitals(letter)
    document = _shell().render(
        locale=letter.locale,
        dir=letter.direction,
        start=start,
        subject=letter.subject,
        preheader=letter.preheader,
        layout=letter.template.shape.value,
        shades=letter.brand.palette.light,
        edge=_edge(letter.brand.palette.light, letter.brand.palette.light.background),
        blocks=[_piece(block) for block in letter.blocks],
        footer=[_piece(block) for block in letter.footer],
        mark=lambda classes: _mark(letter.brand, letter.locale, classes),
        json_ld=Markup(json_ld.script(letter)),
        base_css=Markup(_css("letter.css", letter, start, end)),
        dark_css=Markup(_minified(_css("dark.css", letter, start, end))),
    )
    inlined = _inliner().inline(document)
    size = len(inlined.encode())
    if size > SIZE_LIMIT:
        raise InputError(
            say(
                "{origin}: its HTML is {size} KB, at most {limit} are shown; shorten it, or link to "
                "the long part",
                origin=letter.template.origin,
                size=size // 1024,
                limit=SIZE_LIMIT // 1024,
            )
        )
    return inlined


def fragment(letter: Letter) -> str:
    """Only the letter's text as simple HTML without styles: for help desks and canned answers."""
    return "\n".join(_simple(block) for block in letter.blocks)


@cache
def _inliner() -> css_inline.CSSInliner:
    import css_inline

    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


@cache
def _shell_file(name: str) -> str:
    return (resources.files("mailsetup.kit.templates") / "shell" / name).read_text("utf-8")


@cache
def _shell() -> Compiled:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_shell_file("letter.html"))


def _css(name: str, letter: Letter, start: str, end: str) -> str:
    brand = letter.brand
    light, dark = brand.palette.light, brand.palette.dark
    plain = letter.template.shape is Shape.PLAIN
    light_ground, dark_ground = (light.background, dark.background) if plain else _grounds(light, dark)
    return CssTemplate(_shell_file(name)).substitute(
        {
            **_named(light, "", page=light_ground, card=light.background),
            **_named(dark, "dark_", page=dark.background, card=dark_ground),
            "behind": f"background-color: {ground}; border-radius: 6px;"
            if (ground := _behind(light))
            else "",
            "dark_behind": f"background-color: {dark.primary} !important;" if ground else "",
            "size": brand.fonts.size,
            "font": _families(brand.fonts.css, brand.fonts.stack),
            "heading": _families(brand.fonts.heading_css, brand.fonts.heading),
            "start": start,
            "end": end,
        }
    )


def _families(css: str, names: tuple[str, ...]) -> str:
    """The value of ``font-family``, and behind it what Word takes where no system carries the first."""
    alt = for_word(names).rstrip(";")
    return (_FAMILY.sub("", css) or "sans-serif") + (f"; {alt}" if alt else "")


def _grounds(light: Shades, dark: Shades) -> tuple[str, str]:
    """The page around a light card is a trace darker, a dark card is a trace lighter than its page."""
    return (
        colors.mix(light.background, light.text, PAGE_SHARE),
        colors.mix(dark.background, dark.text, PAGE_SHARE),
    )


def _named(shades: Shades, prefix: str, *, page: str, card: str) -> dict[str, str]:
    names = ("background", "text", "primary", "on_primary", "border", "accent")
    ground = page if prefix == "" else card  # where text of less contrast must still be readable
    found = {name: getattr(shades, name) for name in names}
    found |= {"page": page, "card": card, "tint": colors.mix(card, shades.primary, TINT_SHARE)}
    for name, ink in (("muted", shades.muted), ("link", shades.link)):
        readable = colors.nearest_passing(ink, ground)
        found[name] = readable if prefix else _lasting(readable, ground)
    found["edge"] = _edge(shades, card)
    return {prefix + name: value for name, value in found.items()}


@lru_cache(maxsize=64)
def shades_used(palette: Palette) -> tuple[str, ...]:
    """Every colour a letter in a palette may have: its own, and those made readable on their grounds."""
    light, dark = palette.light, palette.dark
    light_ground, dark_ground = _grounds(light, dark)
    made = (
        _named(light, "", page=light_ground, card=light.background),
        _named(light, "", page=light.background, card=light.background),
        _named(dark, "dark_", page=dark.background, card=dark_ground),
    )
    return tuple(dict.fromkeys(color for names in made for color in names.values()))


def _edge(shades: Shades, card: str) -> str:
    """
    The edge of a button: its own colour, or the nearest that is seen against the card.

    Programs that turn a light card dark may leave the button as it is: on a light card the edge is one that
    is seen whichever of the two they turn, and on the page of Thunderbird, which keeps edges where it takes grounds.
    """
    return _seen_edge(shades.primary, card)


@lru_cache(maxsize=256)
def _seen_edge(primary: str, card: str) -> str:
    lightness, chroma, hue = colors.oklch(primary)
    for step in sorted(range(-_STEPS, _STEPS + 1), key=abs):
        tried = lightness + step * colors.STEP
        edge = colors.from_oklch(tried, chroma, hue) if step else primary
        if 0 < tried < 1 and _lasting_edge(edge, card):
            return edge
    return colors.nearest_passing(primary, card, colors.EDGE_CONTRAST)


def _lasting_edge(edge: str, card: str) -> bool:
    behind = [(edge, card)]
    if colors.contrast(card, "#000000") > colors.contrast(card, "#ffffff"):
        behind += [
            (colors.inverted(edge), colors.inverted(card)),
            (colors.half_inverted(edge, is_ground=True), colors.half_inverted(card, is_ground=True)),
            (edge, THUNDERBIRD_DARK),
        ]
    return all(colors.contrast(one, other) >= colors.EDGE_CONTRAST for one, other in behind)


def _behind(shades: Shades) -> str:
    """
    The ground that a button's words carry themselves, if they are dark.

    Thunderbird's dark mode takes the colour of dark words that have no ground in their own rule, and a ground
    from a rule whose two colours are near in luma: light words stand on the cell's.
    """
    dark = colors.contrast(shades.on_primary, "#ffffff") > colors.contrast(shades.on_primary, "#000000")
    return shades.primary if dark else ""


def _lasting(ink: str, ground: str) -> str:
    """The ink, darker where a program that turns only light grounds dark would make it unreadable."""
    behind = colors.half_inverted(ground, is_ground=True)
    lightness, chroma, hue = colors.oklch(ink)
    while lightness > colors.STEP:
        if colors.contrast(colors.half_inverted(ink, is_ground=False), behind) >= colors.TEXT_CONTRAST:
            return ink
        lightness -= colors.STEP
        ink = colors.from_oklch(lightness, chroma, hue)
    return ink


def _minified(css: str) -> str:
    return re.sub(r"\s*([{};:,])\s*", r"\1", " ".join(css.split())).replace("@media(", "@media (")


def _rich(text: str) -> Markup:
    """Marked text as HTML: everything escaped, then emphasis, links and line breaks."""
    return Markup(with_links(text, _anchor, _linked))


def _linked(text: str) -> str:
    """Words in which mail addresses and international telephone numbers lead where one expects."""
    parts: list[str] = []
    at = 0
    for match in _REACHABLE.finditer(text):
        target = f"mailto:{match[0]}" if "@" in match[0] else f"tel:{re.sub('[^+0-9]', '', match[0])}"
        parts += (_words(text[at : match.start()]), _anchor(match[0], target))
        at = match.end()
    return "".join((*parts, _words(text[at:])))


def _anchor(label: str, target: str) -> str:
    if not SAFE_TARGET.match(target):
        return str(_words(label))
    return f'<a href="{escape(target)}">{_words(label)}</a>'


def _words(text: str) -> str:
    words = str(escape(text)).replace(BREAK, "<br>")
    opened = words.count(BOLD)
    words = words.replace(BOLD, "<strong>").replace(UNBOLD, "</strong>")
    return (
        words
        if opened == words.count("</strong>")
        else words.replace("<strong>", "").replace("</strong>", "")
    )


def _piece(block: Block) -> Any:
    """What the shell needs of a block; every text is escaped."""
    rows = block.rows
    match block.kind:
        case "table":
            return SimpleNamespace(
                kind="table", columns=max(len(row) - 1 for row in rows), rows=_table_rows(rows)
            )
        case "ratings":
            made = [SimpleNamespace(label=bare(row[0]), url=row[1]) for row in rows]
            return SimpleNamespace(kind="ratings", rows=made)
        case "button" | "link":
            return SimpleNamespace(kind=block.kind, label=bare(rows[0][0]), url=block.url)
        case "image":
            cells = (*rows[0], "", "")
            return SimpleNamespace(
                kind="image",
                label=bare(cells[0]),
                url=block.url,
                width=_pixels(cells[2]) or 528,
                height=_pixels(cells[3]),
            )
        case "closing":
            return SimpleNamespace(kind="closing", lines=[_rich(cell) for cell in rows[0] if cell])
    made_rows = [[_rich(cell) for cell in row] for row in rows]
    return SimpleNamespace(kind=block.kind, rows=made_rows, text=_rich(block.text))


def _table_rows(rows: tuple[tuple[str, ...], ...]) -> list[SimpleNamespace]:
    last = len(rows) - 1
    return [
        SimpleNamespace(kind=row[0], cells=[_rich(cell) for cell in row[1:]], last=n == last)
        for n, row in enumerate(rows)
    ]


def _pixels(text: str) -> int:
    return min(int(text), 528) if text.isdigit() and len(text) < 6 else 0


def _mark(brand: Brand, locale: str, classes: str) -> Markup:
    """The logo where readers can fetch it, else the name in the heading font; a link to the site if there is one."""
    name = escape(clean(brand.name_in(locale), line_end=" "))
    shown = hosted_logo(brand, locale)
    if shown is not None and shown.src.startswith("https://"):
        inner = _logo(brand, shown)
        return Markup(f'<a href="{escape(brand.site)}">{inner}</a>') if brand.site else inner
    if brand.site:
        return Markup(f'<a class="{classes}" href="{escape(brand.site)}">{name}</a>')
    return Markup(f'<span class="{classes}">{name}</span>')


def _sized(width: int, height: int) -> tuple[str, str]:
    """A picture's size as attributes and in CSS: Word takes the attributes for points on dense screens."""
    return f'width="{width}" height="{height}"', f"width:{width}px;height:{height}px"


def _logo(brand: Brand, shown: Image) -> Markup:
    """The logo, and the one for dark grounds for programs that read the sheet; Word would show both."""
    dark = dark_logo(brand, shown)
    plate = " plate" if shown.plate else ""
    if dark is None or not dark.src.startswith("https://"):
        return _img(brand, shown, f"logo{plate}")
    twin = _img(brand, dark, "logo logodark", "display:none;")
    light = _img(brand, shown, f"logo{plate} logolight")
    return Markup("{}<!--[if !mso]><!-->{}<!--<![endif]-->").format(light, twin)


def _img(brand: Brand, shown: Image, classes: str, style: str = "") -> Markup:
    alt = clean(shown.alt or brand.name, line_end=" ")
    size, css = _sized(shown.width, shown.height)
    return Markup('<img class="{}" src="{}" alt="{}" {} style="{}">').format(
        classes, shown.src, alt, Markup(size), style + css
    )


def _simple(block: Block) -> str:
    cells = [[_rich(cell) for cell in row] for row in block.rows]
    match block.kind:
        case "heading":
            return f"<h3>{cells[0][0]}</h3>"
        case "list" | "steps":
            tag = "ul" if block.kind == "list" else "ol"
            return f"<{tag}>" + "".join(f"<li>{row[0]}</li>" for row in cells) + f"</{tag}>"
        case "pairs":
            return "<p>" + "<br>".join(f"{row[0]}: <strong>{row[1]}</strong>" for row in cells) + "</p>"
        case "table":
            return "<p>" + "<br>".join(" – ".join(cell for cell in row[1:] if cell) for row in cells) + "</p>"
        case "quote":
            return f"<blockquote>{cells[0][0]}</blockquote>"
        case "button" | "link" | "ratings":
            return "".join(f"<p>{_action(row)}</p>" for row in block.rows)
        case "divider":
            return "<hr>"
        case "image":
            return ""
        case "closing":
            return "<p>" + "<br>".join(cell for cell in cells[0] if cell) + "</p>"
    return f"<p>{cells[0][0] if cells else ''}</p>"


def _action(row: tuple[str, ...]) -> str:
    label, target = escape(bare(row[0])), row[1]
    if SAFE_TARGET.match(target):
        return f'<a href="{escape(target)}">{label}</a>'
    return f"{label}: {escape(target)}"
