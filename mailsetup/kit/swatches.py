"""The brand's colours on one page: every pair with its contrast, by day, in the dark, and inverted by programs."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from mailsetup.model.brand import Brand, Shades
from mailsetup.model.language import language, translated
from mailsetup.model.message import Message, phrase, say

from . import colors

SETTINGS = (phrase("light"), phrase("dark"), phrase("inverted"), phrase("half inverted"))
"""As written; for programs that honour a dark palette; lightness flipped everywhere; only light grounds flipped."""

INVERTING = ("inverted", "half inverted")
BODY = ("text", "muted")
"""What is read at length: 4.5:1 even where a program inverts; links and labels need 3:1 there."""


class Pair(NamedTuple):
    """A shade upon a ground, somewhere."""

    setting: str
    shade: str
    ground: str
    color: str
    on: str
    contrast: float
    wanted: float

    @property
    def passes(self) -> bool:
        """Whether the contrast is enough."""
        return self.contrast >= self.wanted


def pairs(brand: Brand) -> tuple[Pair, ...]:
    """Every pair that is read, in every setting."""
    light, dark = brand.palette.light, brand.palette.dark
    found: list[Pair] = []
    for setting in SETTINGS:
        shades = dark if setting == "dark" else light
        for shade, ground, _, wanted in colors.pairs(shades):
            color, on = _shown(shades, shade, ground, setting)
            if setting in INVERTING and shade not in BODY:
                wanted = colors.EDGE_CONTRAST
            found.append(
                Pair(setting, shade, ground, color, on, round(colors.contrast(color, on), 2), wanted)
            )
    return tuple(found)


def edges(brand: Brand) -> tuple[Pair, ...]:
    """The edge of a button, as letters draw it: its own colour, or the nearest that is seen (WCAG 1.4.11)."""
    found = []
    for setting, shades in (("light", brand.palette.light), ("dark", brand.palette.dark)):
        edge = colors.nearest_passing(shades.primary, shades.background, colors.EDGE_CONTRAST)
        there_is = round(colors.contrast(edge, shades.background), 2)
        found.append(
            Pair(setting, "edge", "background", edge, shades.background, there_is, colors.EDGE_CONTRAST)
        )
    return tuple(found)


def _shown(shades: Shades, shade: str, ground: str, setting: str) -> tuple[str, str]:
    color, on = getattr(shades, shade), getattr(shades, ground)
    if setting == "inverted":
        return colors.inverted(color), colors.inverted(on)
    if setting == "half inverted":
        flipped = colors.oklch(on)[0] > 0.6
        return (colors.inverted(color), colors.inverted(on)) if flipped else (color, on)
    return color, on


def notes(brand: Brand) -> tuple[str, ...]:
    """What programs that invert a letter would make hard to read; nobody can forbid them to."""
    found: dict[str, Message] = {}
    for pair in pairs(brand):
        if not pair.passes and pair.setting in INVERTING:
            found.setdefault(
                pair.shade,
                say(
                    "where a mail program inverts letters, {shade} on {ground} is {color} on {other}, "
                    "{contrast}:1 ({wanted}:1 is needed); a shade further from {ground} helps",
                    shade=pair.shade,
                    ground=pair.ground,
                    color=pair.color,
                    other=pair.on,
                    contrast=pair.contrast,
                    wanted=pair.wanted,
                ),
            )
    return tuple(map(str, found.values()))


def page(brand: Brand) -> str:
    """The page; it needs no network."""
    return str(
        _template().render(
            brand=brand.name,
            pairs=pairs(brand),
            settings=SETTINGS,
            notes=brand.palette.notes,
            lang=language(),
            said=translated,
            title=say("{brand}: colours", brand=brand.name),
            about=say(_ABOUT),
            on=lambda pair: say("{color} on {ground}", color=pair.color, ground=pair.on),
            wanted=lambda pair: say("{contrast}:1 is needed", contrast=pair.wanted),
        )
    )


@functools.cache
def _template() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_PAGE)


_ABOUT = phrase(
    "Every pair of colours that is read, with its contrast (WCAG 2.2). Text needs 4.5:1;\n"
    "where a mail program inverts letters, links and labels need 3:1."
)

_PAGE = """\
<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
body{margin:0;background:#f6f7f9;color:#1f2937;font:16px/1.5 Arial,Helvetica,sans-serif}
main{max-width:860px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:28px;margin:0 0 8px}
h2{font-size:18px;margin:28px 0 8px}
h2::first-letter{text-transform:uppercase}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:10px}
.pair{border:1px solid #d9dde3;border-radius:10px;padding:14px 16px;font-weight:bold}
.pair small{display:block;font-weight:normal;font-size:14px}
p{color:#4a5260}
</style>
</head>
<body>
<main>
<h1>{{ brand }}</h1>
<p>{{ about }}</p>
{% for note in notes %}<p>{{ note }}</p>
{% endfor %}{% for setting in settings %}<h2>{{ said(setting) }}</h2>
<div class="grid">
{% for pair in pairs if pair.setting == setting %}<div class="pair" style="color:{{ pair.color }};background:{{ pair.on }}">\
{{ pair.shade }}<small>{{ on(pair) }}</small><small>{{ pair.contrast }}:1 \
{% if pair.passes %}&#10003;{% else %}&#10007; {{ wanted(pair) }}{% endif %}</small></div>
{% endfor %}</div>
{% endfor %}</main>
</body>
</html>
"""
