"""
Programs that repaint letters in the dark, simulated: what Chromium shows by day, as such a program turns it.

``partial`` turns light grounds and the dark ink upon them (Outlook.com, Gmail on Android), ``full`` everything
(Gmail on iOS, Outlook for Windows). ``thunderbird`` is done to the document before it is shown: its cleaning of
attributes, styles and sheets, as its own module does it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mailsetup.kit import colors

TEXT, LARGE, EDGE = 4.5, 3.0, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
LARGE_FROM, LARGE_BOLD_FROM = 24.0, 18.66  # pixels
LIGHT_GROUND, LUMA_RATIO = 200, 3.5  # of Thunderbird: raw luma of 255, and ratio of two
DARK_INK = 128  # raw luma below which ink without a ground loses its colour
DARK_PAGE = "html{background-color:#1c1b22;color:#fbfbfe;color-scheme:dark}:where(a){color:#8cb4ff}"

_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_STYLE = re.compile(r'\sstyle="([^"]*)"')
_SHEET = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")

SEEN = """() => {
  const hex = text => {
    const parts = (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const clear = parts.length > 3 && parts[3] === 0;
    return clear ? "" : "#" + parts.slice(0, 3).map(p => Math.round(p).toString(16).padStart(2, "0")).join("");
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const found = hex(getComputedStyle(node).backgroundColor);
      if (found) return found;
    }
    return "#ffffff";
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const box = node.parentElement, style = getComputedStyle(box);
    if (!node.data.trim() || !box.checkVisibility() || style.opacity === "0") continue;
    texts.push([node.data.trim().slice(0, 30), hex(style.color), ground(box), parseFloat(style.fontSize),
                parseInt(style.fontWeight), !!box.closest(".button")]);
  }
  const buttons = [...document.querySelectorAll(".button")].map(cell => {
    const style = getComputedStyle(cell);
    return [hex(style.backgroundColor), parseFloat(style.borderTopWidth) ? hex(style.borderTopColor) : "",
            ground(cell.parentElement)];
  });
  return {texts, buttons};
}"""


class Turned(NamedTuple):
    """How a program turns the colour of ink and of grounds."""

    ink: Callable[[str], str]
    ground: Callable[[str], str]


WAYS: Mapping[str, Turned] = {
    "partial": Turned(
        lambda color: colors.half_inverted(color, is_ground=False),
        lambda color: colors.half_inverted(color, is_ground=True),
    ),
    "full": Turned(colors.inverted, colors.inverted),
    "thunderbird": Turned(str, str),
}


class Painted(NamedTuple):
    """Texts with ink, ground, size, weight and whether a button has them; buttons with ground, edge and surroundings."""

    texts: list[tuple[str, str, str, float, int, bool]]
    buttons: list[tuple[str, str, str]]


def painted(page: Any) -> Painted:
    """What a page shows."""
    seen = page.evaluate(SEEN)
    return Painted([tuple(text) for text in seen["texts"]], [tuple(button) for button in seen["buttons"]])


def faults(seen: Painted, way: Turned) -> list[str]:
    """What cannot be read, and buttons that are none any more."""
    found = []
    for text, ink, ground, size, weight, of_button in seen.texts:
        large = size >= LARGE_FROM or (size >= LARGE_BOLD_FROM and weight >= 700)
        least = LARGE if large or of_button else TEXT
        ratio = colors.contrast(way.ink(ink), way.ground(ground))
        if ratio < least:
            found.append(f"{text!r}: {ink} on {ground} is {ratio:.2f}")
    for ground, edge, around in seen.buttons:
        outside = way.ground(around)
        marks = [way.ground(color) for color in (ground, edge) if color]
        if not any(colors.contrast(mark, outside) >= EDGE for mark in marks):
            found.append(f"button: {ground or 'nothing'} with edge {edge or 'nothing'} on {around}")
    return found


def cleaned(html: str) -> str:
    """The document as Thunderbird's dark mode leaves it, on its dark page."""
    html = _TAG.sub(lambda tag: _clean_tag(tag[0]), html)
    html = _SHEET.sub(lambda s: s[1] + _clean_sheet(s[2]) + s[3], html)
    return f"{html}<style>{DARK_PAGE}</style>"


def _clean_tag(tag: str) -> str:
    bare = re.sub(r'\s(?:bgcolor|color)="[^"]*"', "", tag)
    return _STYLE.sub(lambda style: f' style="{_clean_rule(style[1])}"', bare)


def _clean_sheet(css: str) -> str:
    flat = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)  # it knows none in mail
    return _RULE.sub(lambda rule: f"{rule[1]}{{{_clean_rule(rule[2])}}}", flat)


def _clean_rule(text: str) -> str:
    pairs = [(n.strip(), v.strip()) for n, _, v in (one.partition(":") for one in text.split(";")) if v]
    named = {n: v.replace("!important", "").strip() for n, v in pairs}
    ink, ground = named.get("color", ""), named.get("background-color") or named.get("background", "")
    dropped = {
        n for n, v in named.items() if "gradient(" in v or (n.startswith("background") and "url(" in v)
    }
    if _hex(ground):
        together = _hex(ink) and _ratio(ink, ground) < LUMA_RATIO
        if _luma(ground) > LIGHT_GROUND or together:
            dropped |= {"background", "background-color"}
            ground = ""
    if _hex(ink) and not ground and _luma(ink) < DARK_INK:
        dropped.add("color")
    return ";".join(f"{n}:{v}" for n, v in pairs if n not in dropped)


def _hex(color: str) -> bool:
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", color))


def _luma(color: str) -> float:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _ratio(one: str, other: str) -> float:
    dark, light = sorted((_luma(one), _luma(other)))
    return (light + 12.75) / (dark + 12.75)
