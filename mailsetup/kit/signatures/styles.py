"""The looks of signatures: attributes by name, with styles written out, as mail programs drop style sheets."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup, escape

from mailsetup.kit import colors
from mailsetup.kit.brand import SAFE_FAMILIES
from mailsetup.model.brand import Brand, Fonts, Shades

DARK = {
    "name": "text",
    "bold": "text",
    "line": "text",
    "phone": "text",
    "company": "text",
    "role": "muted",
    "last": "muted",
    "quiet": "muted",
    "tagline": "muted",
    "dot": "muted",
    "legal": "muted",
    "caption": "link",
    "link": "link",
    "strong": "link",
    "wordmark": "link",
}
"""What is recoloured by programs that honour ``prefers-color-scheme``, and with which dark shade."""


def attributes(brand: Brand, direction: str) -> Mapping[str, Markup]:
    """Attributes by the name a layout knows: a style, and a class by which a sheet recolours it in the dark."""
    return {
        name: Markup(style)
        if name in PICTURES
        else Markup(' style="{}"{}').format(
            Markup(escape(style).replace("&#39;", "'")),
            Markup(f' class="ms-{name}"') if name in DARK or name in EDGES else "",
        )
        for name, style in _rules(brand, direction).items()
    }


PICTURES = ("image", "qr", "plate", "round")
"""Styles that stand behind a picture's own size: Word takes the attributes for points on dense screens."""


def with_safe_fonts(brand: Brand) -> Brand:
    """The brand as Word shows it: a family that no system carries would become Times New Roman there."""
    fonts = _safe_first(brand.fonts)
    return brand if fonts == brand.fonts else replace(brand, fonts=fonts)


@functools.cache
def _safe_first(fonts: Fonts) -> Fonts:
    stack, heading = (
        tuple(sorted(names, key=lambda name: name.lower() not in SAFE_FAMILIES))
        for names in (fonts.stack, fonts.heading)
    )
    return replace(fonts, stack=stack, heading=heading)


def for_word(names: tuple[str, ...]) -> str:
    """The family that Word takes for a first one that no system carries; nothing where it has that."""
    safe = next((name for name in names if name.lower() in SAFE_FAMILIES), "Arial")
    return "" if not names or names[0].lower() in SAFE_FAMILIES else f"mso-font-alt:'{safe}';"


EDGES = ("bar", "side", "card", "small")


def dark_sheet(brand: Brand) -> str:
    """The rules for the dark, for files that carry a style sheet; twins for Outlook.com, which knows no media."""
    twins = "".join(f"[data-ogsc] {name}{{{rule}}}" for name, rule in _dark_rules(brand).items())
    return f"@media (prefers-color-scheme:dark){{{dark_rules(brand)}}}{twins}"


def dark_rules(brand: Brand) -> str:
    """The rules for the dark alone: for a view that is dark whatever the reader prefers."""
    return "".join(f"{name}{{{rule}}}" for name, rule in _dark_rules(brand).items())


def _dark_rules(brand: Brand) -> dict[str, str]:
    dark = brand.palette.dark
    return {
        **{f".ms-{name}": f"color:{getattr(dark, shade)}!important" for name, shade in DARK.items()},
        ".ms-bar": f"border-color:{dark.accent}!important",
        ".ms-card": f"border-color:{dark.accent}!important",
        ".ms-side": f"border-color:{dark.border}!important",
    }


def _rules(brand: Brand, direction: str) -> dict[str, str]:
    light = brand.palette.light
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    font = f"font-family:{brand.fonts.css};{for_word(brand.fonts.stack)}"
    heading = f"font-family:{brand.fonts.heading_css};{for_word(brand.fonts.heading)}"
    tail = f"color:{light.text};text-align:{start};vertical-align:top;word-break:break-word;"
    cell = f"{font}font-size:14px;mso-line-height-rule:exactly;line-height:18px;{tail}"
    framed = f"{font}font-size:14px;line-height:18px;{tail}"  # Word cuts a picture down to an exact line
    accent = light.accent
    return {
        "table": "border-collapse:separate;border-spacing:0;max-width:600px;",
        "cell": cell + "padding:0;",
        "bar": cell + f"border-{start}:3px solid {accent};padding:1px 0 1px 0;padding-{start}:14px;",
        "side": framed + f"vertical-align:middle;border-{end}:1px solid {light.border};padding-{end}:14px;",
        "beside": cell + f"padding-{start}:14px;vertical-align:middle;",
        "top": framed + "padding:0 0 8px 0;",
        "portrait": framed + f"padding-{end}:16px;width:80px;",
        "card": cell + f"border-{start}:3px solid {accent};padding-{start}:14px;",
        "code": framed + f"padding-{start}:16px;text-align:center;width:111px;",
        "below": f"{font}font-size:14px;line-height:18px;color:{light.text};padding:8px 0 0 0;",
        "wide": f"display:block;border:0;width:100%;max-width:{brand.signature.banner.width}px;height:auto;",
        "whole": "white-space:nowrap;",
        "small": cell + "padding:8px 0 0 0;",
        "name": f"{heading}font-size:18px;line-height:22px;font-weight:bold;color:{light.text};",
        "bold": f"font-weight:bold;color:{light.text};",
        "role": f"font-size:14px;line-height:18px;color:{light.muted};",
        "last": f"font-size:14px;line-height:18px;color:{light.muted};padding-bottom:4px;",
        "company": f"font-size:14px;line-height:18px;font-weight:bold;color:{light.text};padding-bottom:4px;",
        "tagline": f"font-weight:normal;color:{light.muted};",
        "line": f"font-size:14px;line-height:18px;color:{light.text};",
        "quiet": f"{font}font-weight:normal;font-size:14px;line-height:18px;color:{light.muted};",
        "dot": f"color:{light.muted};",
        "phone": f"color:{light.text};text-decoration:none;white-space:nowrap;",
        "link": f"color:{light.link};text-decoration:underline;",
        "strong": f"color:{light.link};font-weight:bold;text-decoration:underline;",
        "plain": f"color:{light.link};text-decoration:none;",
        "legal": f"font-size:12px;line-height:15px;color:{light.muted};",
        "caption": f"font-size:12px;line-height:18px;color:{light.link};text-decoration:underline;",
        "wordmark": f"{heading}font-size:22px;line-height:28px;font-weight:bold;color:{light.link};",
        "image": "display:block;border:0;",
        "qr": "display:block;border:0;",
        "plate": "display:block;border:6px solid #ffffff;background-color:#ffffff;border-radius:6px;",
        "round": "display:block;border:0;border-radius:40px;",
        "square": "width:80px;",
        "monogram": f"width:80px;height:80px;border-radius:40px;background-color:{light.primary};",
        "initials": f"{heading}font-size:28px;line-height:34px;font-weight:bold;color:{light.on_primary};",
    }


DARK_PAPER = "#1d1f22"  # what cards of the pages for colleagues stand on in the dark


def on_dark_paper(brand: Brand) -> Shades:
    """The dark shades with links that are readable on a card too, which is lighter than the page."""
    dark = brand.palette.dark
    return replace(dark, link=colors.nearest_passing(dark.link, DARK_PAPER))
