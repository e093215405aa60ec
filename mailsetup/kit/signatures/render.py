"""One person's signature in one layout and language: as HTML to paste, as a document, as plain text and RTF."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

from mailsetup.model.brand import Brand, Layout, Person, Phone

from .card import Card, Image, Link, card, hosted_pictures
from .measures import EXCHANGE_LIMIT as EXCHANGE_LIMIT
from .measures import GMAIL_LIMIT as GMAIL_LIMIT
from .measures import HEIGHT, highest, small_logo, within_links
from .plain import text
from .rtf import rtf
from .styles import attributes, dark_sheet


class Rendered(NamedTuple):
    """
    One signature.

    ``html`` is the piece to paste, without ``html`` or ``body``, ``marked`` the same with classes for a style
    sheet (`document`); ``left_out`` names what was dropped to
    stay within the limit of characters.
    """

    person: str
    layout: Layout
    locale: str
    html: str
    marked: str
    text: str
    card: Card
    left_out: tuple[str, ...] = ()


def render(
    brand: Brand,
    person: Person,
    layout: Layout,
    locale: str,
    day: date,
    *,
    pictures: Mapping[str, Image] | None = None,
    limit: int = GMAIL_LIMIT,
    most: int = HEIGHT,
) -> Rendered:
    """
    A signature as it is pasted, at most ``limit`` characters of HTML and ``most`` pixels high.

    ``pictures`` are those that the signature may show; without them the ones on the firm's own host.
    """
    shown = hosted_pictures(brand, person) if pictures is None else pictures
    return drawn(brand, person.id, card(brand, person, locale, day, shown), layout, limit, most)


def drawn(
    brand: Brand, person: str, card: Card, layout: Layout, limit: int = GMAIL_LIMIT, most: int = HEIGHT
) -> Rendered:
    """The signature of a card that is there already: one card serves all layouts."""
    made, marked, left_out = fitted(brand, trimmed(brand, card, layout, most), layout, limit)
    return Rendered(person, layout, card.locale, unmarked(marked), marked, text(made, layout), made, left_out)


def fitted(
    brand: Brand, within: Trimmed, layout: Layout, limit: int, length: Callable[[str], int] = len
) -> tuple[Card, str, tuple[str, ...]]:
    """What of a card stays within a limit of HTML, the HTML with classes, and the names of what was left out."""
    card, left_out = within
    html = fragment(brand, card, layout, classes=True)
    for name, empty in DROPPED:
        if length(unmarked(html)) <= limit:
            break
        if getattr(card, name) and name != "logo":
            card = replace(card, **{name: empty})
            left_out = tuple(dict.fromkeys((*left_out, name)))
            html = fragment(brand, card, layout, classes=True)
    return card, html, left_out


class Trimmed(NamedTuple):
    """A card within the links and the height of a signature, and the names of what was left out."""

    card: Card
    left_out: tuple[str, ...]


def trimmed(brand: Brand, card: Card, layout: Layout, most: int = HEIGHT) -> Trimmed:
    """
    What of a card stays within the links of a signature and ``most`` pixels of height.

    The least important goes first; what turns out not to have been in the way comes back.
    """
    drawn = base_layout(brand, layout)
    shown = within_links(card, drawn)
    fewer = shown is not card and drawn not in _WITHOUT_LINKS
    taken: list[tuple[str, Any]] = []
    for name, empty in DROPPED:
        if highest(brand, shown, layout, drawn) <= most:
            break
        before: Any = getattr(shown, name)
        after: Any = small_logo(shown, drawn) if name == "logo" else empty
        if before and (after or name != "logo"):
            taken.append((name, before))
            shown = replace(shown, **{name: after})
    goal = max(most, highest(brand, shown, layout, drawn)) if taken else 0
    gone = []
    for name, before in reversed(taken):
        whole = replace(shown, **{name: before})
        if highest(brand, whole, layout, drawn) <= goal:
            shown = whole
        else:
            gone.append(name)
    names = tuple(name for name, _ in DROPPED if name in gone or (fewer and name == "links"))
    return Trimmed(shown, names)


_WITHOUT_LINKS = (Layout.LINE, Layout.REPLY, Layout.LEGAL, Layout.TEXT)
"""Layouts that show no profiles and no call to action, so that none is missed there."""

DROPPED: tuple[tuple[str, Any], ...] = (
    ("environment", ""),
    ("certifications", ()),
    ("tagline", ""),
    ("logo", None),  # becomes smaller
    ("links", ()),
    ("disclaimer", ""),
    ("call", None),
    ("department", ""),
)
"""What goes first when a signature is too long or too high; the company's particulars never go."""


def fragment(brand: Brand, card: Card, layout: Layout, *, classes: bool = False) -> str:
    """The table of a layout; plain text in a ``div`` for the layout without one."""
    if layout is Layout.TEXT:
        return str(template("text.html.jinja").render(lines=text(card, layout).splitlines()))
    looks = _attributes(brand, card.dir)
    banner = card.banner if layout is Layout.BANNER else None
    source = template(f"{base_layout(brand, layout)}.html.jinja")
    html = str(source.render(c=card, a=looks, initials=_initials(card.name), banner=banner)).strip()
    return html if classes else unmarked(html)


_CARRIES_A_BANNER = (
    Layout.LINE,
    Layout.BAR,
    Layout.LOGO_LEFT,
    Layout.LOGO_TOP,
    Layout.PHOTO,
    Layout.CARD_QR,
)


def base_layout(brand: Brand, layout: Layout) -> Layout:
    """The layout a signature is drawn in: a banner stands below the brand's own."""
    if layout is not Layout.BANNER:
        return layout
    return brand.signature.layout if brand.signature.layout in _CARRIES_A_BANNER else Layout.BAR


_CLASS = re.compile(' class="ms-[a-z]+"')


def unmarked(html: str) -> str:
    """A signature without its classes. No text can look like one: quotation marks are escaped in it."""
    return _CLASS.sub("", html)


def document(brand: Brand, one: Rendered) -> str:
    """The signature as a whole page: for programs that read a file, with colours for the dark."""
    return _page(brand, one.card, one.marked)


def outlook_page(brand: Brand, card: Card, html: str) -> str:
    """
    The page that classic Outlook reads: encoding named first, no style sheet.

    Word counts 96 pixels to the inch only where the page says so; else pictures shrink on dense screens.
    """
    return (
        f'<html lang="{card.locale}" dir="{card.dir}" xmlns:o="urn:schemas-microsoft-com:office:office">'
        "\r\n<head>\r\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
        f"<title>{_escape(card.name or brand.name)}</title>\r\n"
        "<!--[if mso]><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch>"
        "</o:OfficeDocumentSettings></xml><![endif]-->\r\n</head>\r\n<body>\r\n"
        + html.replace("\n", "\r\n")
        + "\r\n</body>\r\n</html>\r\n"
    )


def rich_text(brand: Brand, card: Card, layout: Layout) -> bytes:
    """The signature as RTF."""
    return rtf(brand, card, layout)


def _page(brand: Brand, card: Card, inner: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{card.locale}" dir="{card.dir}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_escape(card.name)}</title>\n<style>:root{{color-scheme:light dark}}"
        f"{_dark_sheet(brand)}</style>\n</head>\n<body>\n{inner}\n</body>\n</html>\n"
    )


def _escape(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    one_script = len({letter.isascii() for letter in letters}) < 2
    return "".join(letters if one_script else letters[:1])


_LOOKS: dict[tuple[int, int, str], tuple[Brand, Mapping[str, Any]]] = {}


def _attributes(brand: Brand, direction: str) -> Mapping[str, Any]:
    """The looks of a brand, computed once for as long as it is the one that is rendered."""
    key = (id(brand.palette), id(brand.fonts), direction)
    kept = _LOOKS.get(key)
    if kept is None or kept[0].palette is not brand.palette or kept[0].fonts is not brand.fonts:
        if len(_LOOKS) > 64:
            _LOOKS.clear()
        kept = _LOOKS[key] = (brand, attributes(brand, direction))
    return kept[1]


_SHEETS: dict[int, tuple[Brand, str]] = {}


def _dark_sheet(brand: Brand) -> str:
    kept = _SHEETS.get(id(brand.palette))
    if kept is None or kept[0].palette is not brand.palette:
        if len(_SHEETS) > 64:
            _SHEETS.clear()
        kept = _SHEETS[id(brand.palette)] = (brand, dark_sheet(brand))
    return kept[1]


_PLAIN = frozenset({Card, Image, Link, Phone})
"""Values that hold nothing but texts, numbers and one another."""


@functools.cache
def _environment() -> Any:
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """The sandbox, with a short way for what every line of a layout reads."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            if type(obj) in _PLAIN and attribute[:1] != "_":
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

    sources = {
        item.name: item.read_text(encoding="utf-8")
        for item in files(__package__).joinpath("layouts").iterdir()
        if item.name.endswith(".jinja")
    }
    return Sandbox(loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@functools.cache
def template(name: str) -> Any:
    """A shipped layout or page, compiled once."""
    return _environment().get_template(name)
