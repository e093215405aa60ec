"""Colours: read in any CSS notation, kept as six hex digits, judged by WCAG contrast, mended in OKLCH."""

from __future__ import annotations

import functools
import math
import re

from mailsetup.model.brand import Palette, Shades
from mailsetup.model.message import Message, say

TEXT_CONTRAST = 4.5  # WCAG 2.2 success criterion 1.4.3
EDGE_CONTRAST = 3.0  # WCAG 2.2 success criterion 1.4.11
LIGHTNESS_STEPS = 12  # halvings: finer than eight bits a channel
STEP = 0.01  # of OKLCH lightness, one try
WHITE = "#ffffff"
NEAR_BLACK = "#111111"
DARK_BACKGROUND = "#121212"
DARK_TEXT = "#f1f1f1"

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\Z")
_CALL = re.compile(r"(rgb|hsl)a?\(\s*([^()]{1,60})\)\Z")
_HUE = re.compile(r"-?\d+(?:\.\d+)?(?:deg)?\Z")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?\Z")


def parse(text: str) -> str:
    """
    A colour as ``#rrggbb``, from hex, ``rgb()``, ``hsl()`` or a CSS name.

    Raises `ValueError` with what is wrong; a colour that lets the ground through is refused, as mail
    programs disagree about it.
    """
    typed = text.strip().lower()
    named = NAMES.get(typed)
    if named:
        return named
    if match := _HEX.match(typed):
        digits = match[1]
        return "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits))
    if match := _CALL.match(typed):
        parts = [p for p in re.split(r"[\s,/]+", match[2].strip()) if p]
        if len(parts) == 3 or (len(parts) == 4 and parts[3] in ("1", "1.0", "100%")):
            return _from_rgb(parts[:3]) if match[1] == "rgb" else _from_hsl(parts[:3])
        if len(parts) == 4:
            raise ValueError(say("is partly transparent; write the solid colour it gives"))
    raise ValueError(say('is not a colour; write it as "#0f5b8c", "rgb(15, 91, 140)" or a CSS name'))


def _from_rgb(parts: list[str]) -> str:
    return _hex(tuple(_share(p, 255) for p in parts))


def _from_hsl(parts: list[str]) -> str:
    if not _HUE.match(parts[0]):
        raise ValueError(say("has no hue; write it as hsl(204, 81%, 30%)"))
    hue = float(parts[0].removesuffix("deg")) % 360 / 60
    saturation, lightness = _share(parts[1], 100), _share(parts[2], 100)
    chroma = (1 - abs(2 * lightness - 1)) * saturation
    middle = chroma * (1 - abs(hue % 2 - 1))
    red, green, blue = (
        (chroma, middle, 0.0),
        (middle, chroma, 0.0),
        (0.0, chroma, middle),
        (0.0, middle, chroma),
        (middle, 0.0, chroma),
        (chroma, 0.0, middle),
    )[int(hue) % 6]
    low = lightness - chroma / 2
    return _hex((red + low, green + low, blue + low))


def _share(part: str, whole: float) -> float:
    if not _NUMBER.match(part):
        raise ValueError(say("has a part that is no number; write it as rgb(15, 91, 140)"))
    value = float(part[:-1]) / 100 if part.endswith("%") else float(part) / whole
    return min(1.0, max(0.0, value))


def _hex(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, c)) * 255):02x}" for c in channels)


def _channels(color: str) -> tuple[float, float, float]:
    return (int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


_MODERN = re.compile(
    r"(?P<call>rgb|hsl|hwb|oklch|oklab|lch|lab)a?\(\s*(?P<parts>[^()]{1,60})\)"
    r"|#(?P<hex>[0-9a-f]{8}|[0-9a-f]{4})\b|\brebeccapurple\b",
    re.IGNORECASE,
)
_FROM_D50 = (  # linear light of sRGB out of CIE XYZ with the white of D50 (CSS Color 4 section 10.12)
    (3.1341359569958707, -1.6173863321612538, -0.4906619460083532),
    (-0.978795502912089, 1.916254567259524, 0.03344273116131949),
    (0.07195537988411677, -0.2289768264158322, 1.405386058324125),
)
_WHITE_D50 = (0.9642956764295677, 1.0, 0.8251046025104602)


def solid(text: str, ground: str = WHITE) -> str:
    """A CSS value with each colour of CSS Color 4 as the six hex digits that it looks like on a ground."""
    return _MODERN.sub(lambda match: _solid(match, ground), text)


def _solid(match: re.Match[str], ground: str) -> str:
    try:
        color, alpha = _modern(match)
    except (ValueError, OverflowError):
        return match[0]
    return mix(color, ground, 1 - alpha)


def _modern(match: re.Match[str]) -> tuple[str, float]:
    if match["hex"]:
        digits = match["hex"] if len(match["hex"]) == 8 else "".join(2 * d for d in match["hex"])
        return f"#{digits[:6].lower()}", int(digits[6:], 16) / 255
    if not match["call"]:
        return "#663399", 1.0
    parts = [p.replace("none", "0") for p in re.split(r"[\s,/]+", match["parts"].strip().lower()) if p]
    if len(parts) not in (3, 4):
        raise ValueError(match[0])
    alpha = _share(parts[3], 1) if len(parts) == 4 else 1.0
    return _of_space(match["call"].lower(), parts[:3]), alpha


def _of_space(name: str, parts: list[str]) -> str:
    """A colour by its three coordinates (CSS Color 4 sections 5, 7 to 9)."""
    if name == "rgb":
        return _from_rgb(parts)
    if name == "hsl":
        return _from_hsl(parts)
    if name == "hwb":
        white, black = _share(parts[1], 100), _share(parts[2], 100)
        if white + black >= 1:
            return _hex((white / (white + black),) * 3)
        pure = _channels(_from_hsl([parts[0], "100%", "50%"]))
        return _hex(tuple(c * (1 - white - black) + white for c in pure))
    first, second, third = (
        float(p.removesuffix("%").removesuffix("deg")) * (_UNIT[name][n] / 100 if p.endswith("%") else 1)
        for n, p in enumerate(parts)
    )
    if name in ("lch", "oklch"):
        hue = math.radians(third)
        if name == "oklch":
            return from_oklch(first, max(second, 0.0), hue)
        second, third = second * math.cos(hue), second * math.sin(hue)
    if name == "oklab":
        return from_oklch(first, math.hypot(second, third), math.atan2(third, second))
    return _of_lab(first, second, third)


_UNIT = {"lab": (100, 125, 125), "lch": (100, 150, 360), "oklab": (1, 0.4, 0.4), "oklch": (1, 0.4, 360)}


def _of_lab(lightness: float, a: float, b: float) -> str:
    middle = (lightness + 16) / 116
    steps = (middle + a / 500, middle, middle - b / 200)
    xyz = [
        w * (f**3 if f > 6 / 29 else 3 * (6 / 29) ** 2 * (f - 4 / 29))
        for w, f in zip(_WHITE_D50, steps, strict=True)
    ]
    linear = (sum(m * c for m, c in zip(row, xyz, strict=True)) for row in _FROM_D50)
    return _hex(tuple(_gamma(max(c, 0.0)) for c in linear))


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition)."""
    red, green, blue = map(_linear, _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def oklch(color: str) -> tuple[float, float, float]:
    """Lightness (0 to 1), chroma and hue (radians) in OKLCH (CSS Color 4 section 9)."""
    r, g, b = map(_linear, _channels(color))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b_ = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b_), math.atan2(b_, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The colour, with as much of the chroma as a screen can show."""
    while True:
        channels = _rgb_of_oklch(lightness, chroma, hue)
        if chroma < 0.002 or all(-0.002 <= c <= 1.002 for c in channels):
            return _hex(channels)
        chroma *= 0.95


def _rgb_of_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return _gamma(max(red, 0.0)), _gamma(max(green, 0.0)), _gamma(max(blue, 0.0))


def nearest_passing(color: str, ground: str, wanted: float = TEXT_CONTRAST) -> str:
    """The shade of the same hue, nearest in lightness, that reaches a contrast on a ground."""
    if contrast(color, ground) >= wanted:
        return color
    lightness, chroma, hue = oklch(color)
    for step in range(1, round(1 / STEP) + 1):
        tries = [lightness - step * STEP, lightness + step * STEP]
        passing = [
            shade
            for shade in (from_oklch(t, chroma, hue) for t in tries if 0.0 <= t <= 1.0)
            if contrast(shade, ground) >= wanted
        ]
        if passing:
            return max(passing, key=lambda shade: contrast(shade, ground))
    return max((WHITE, "#000000"), key=lambda shade: contrast(shade, ground))


def better_of(ground: str, *shades: str) -> str:
    """The shade that contrasts most with a ground."""
    return max(shades or (WHITE, NEAR_BLACK), key=lambda shade: contrast(shade, ground))


def mix(one: str, other: str, share: float) -> str:
    """``one`` with a share (0 to 1) of ``other`` in it."""
    return _hex(
        tuple(a * (1 - share) + b * share for a, b in zip(_channels(one), _channels(other), strict=True))
    )


def inverted(color: str) -> str:
    """The colour with its lightness flipped: what programs that invert a whole letter show."""
    lightness, chroma, hue = oklch(color)
    return from_oklch(1 - lightness, chroma, hue)


def half_inverted(color: str, *, is_ground: bool) -> str:
    """The colour where only light grounds are flipped, with the dark texts upon them."""
    lightness = oklch(color)[0]
    if is_ground:
        return inverted(color) if lightness > 0.6 else color
    return inverted(color) if lightness < 0.6 else color


def cie_lightness(color: str) -> float:
    """How light a colour looks, 0 to 100: L* of CIE 1976."""
    share = luminance(color)
    return 116 * share ** (1 / 3) - 16 if share > (6 / 29) ** 3 else share * (29 / 3) ** 3


@functools.lru_cache(maxsize=4096)
def with_lightness(color: str, wanted: float) -> str:
    """The colour as light as wanted, its hue kept and its chroma as far as screens can show it."""
    _, chroma, hue = oklch(color)
    low, high = 0.0, 1.0
    for _ in range(LIGHTNESS_STEPS):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if cie_lightness(from_oklch(middle, chroma, hue)) < wanted else (low, middle)
        )
    return from_oklch((low + high) / 2, chroma, hue)


def palette(given: dict[str, str], dark: dict[str, str]) -> Palette:
    """
    A whole palette from the colours that were given (``primary`` at least); the rest is derived.

    The notes say which colour was changed and why; given pairs that cannot be read are not mended
    here (`pairs` finds them).
    """
    notes: list[Message] = []
    given = _softened(given, {"text": ("#000000", NEAR_BLACK)}, notes)
    dark = _softened(
        {"background": DARK_BACKGROUND, **dark},
        {"background": ("#000000", DARK_BACKGROUND), "text": (WHITE, DARK_TEXT)},
        notes,
    )
    background = given.get("background", WHITE)
    primary = given["primary"]
    on_primary = given.get("on_primary", "")
    if not on_primary:
        primary, on_primary = _readable_primary(primary, notes)
    link = given.get("link", "")
    if not link:
        link = nearest_passing(primary, background)
        if link != primary:
            notes.append(
                say(
                    "links are {link}: primary {primary} has {contrast:.2f}:1 on {background}",
                    link=link,
                    primary=primary,
                    contrast=contrast(primary, background),
                    background=background,
                )
            )
    text = given.get("text", better_of(background, "#1f2937", "#f1f1f1"))
    light = Shades(
        background=background,
        text=text,
        muted=given.get("muted") or _muted(text, background),
        link=link,
        primary=primary,
        on_primary=on_primary,
        border=given.get("border", mix(background, text, 0.16)),
        accent=given.get("accent", primary),
    )
    return Palette(light, _dark_twin(light, dark, given.get("link", primary)), tuple(map(str, notes)))


def _softened(
    given: dict[str, str], pure: dict[str, tuple[str, str]], notes: list[Message]
) -> dict[str, str]:
    """The colours without pure black and white where they glare once a program turns letters dark, each told."""
    found = dict(given)
    for name, (shade, softer) in pure.items():
        if given.get(name) == shade and (
            name == "background" or contrast(softer, given.get("background", WHITE)) >= TEXT_CONTRAST
        ):
            found[name] = softer
            notes.append(
                say(
                    "{name} {shade} is written as {softer}: pure black and white glare where letters are shown dark",
                    name=name,
                    shade=shade,
                    softer=softer,
                )
            )
    return found


def _muted(text: str, background: str) -> str:
    """The text's shade with as much of the ground in it as stays readable, also where a program inverts."""
    for share in (0.3, 0.25, 0.2, 0.15, 0.1):
        shade = mix(text, background, share)
        turned = contrast(inverted(shade), inverted(background))
        if min(contrast(shade, background), turned) >= TEXT_CONTRAST:
            return shade
    return nearest_passing(mix(text, background, 0.1), background)


def _readable_primary(primary: str, notes: list[Message]) -> tuple[str, str]:
    label = better_of(primary, WHITE, NEAR_BLACK)
    if contrast(label, primary) >= TEXT_CONTRAST:
        return primary, label
    shade = nearest_passing(primary, WHITE)
    notes.append(
        say(
            "primary {primary} was darkened to {shade}: neither white ({contrast:.2f}:1) nor "
            "near-black ({contrast_2:.2f}:1) text reaches {text_contrast}:1 on it",
            primary=primary,
            shade=shade,
            contrast=contrast(WHITE, primary),
            contrast_2=contrast(NEAR_BLACK, primary),
            text_contrast=TEXT_CONTRAST,
        )
    )
    return shade, WHITE


def _dark_twin(light: Shades, given: dict[str, str], link: str) -> Shades:
    background = given.get("background", DARK_BACKGROUND)
    text = given.get("text", DARK_TEXT)
    primary = given.get("primary", nearest_passing(light.primary, background))
    return Shades(
        background=background,
        text=text,
        muted=given.get("muted", nearest_passing(mix(text, background, 0.3), background)),
        link=given.get("link", nearest_passing(link, background)),
        primary=primary,
        on_primary=given.get("on_primary", better_of(primary, WHITE, NEAR_BLACK)),
        border=given.get("border", mix(background, text, 0.25)),
        accent=given.get("accent", nearest_passing(light.accent, background, EDGE_CONTRAST)),
    )


def pairs(shades: Shades) -> tuple[tuple[str, str, float, float], ...]:
    """What is read upon what: (shade, ground, contrast there is, contrast wanted), by the fields' names."""
    wanted = (
        ("text", "background"),
        ("muted", "background"),
        ("link", "background"),
        ("on_primary", "primary"),
    )
    return tuple(
        (shade, ground, contrast(getattr(shades, shade), getattr(shades, ground)), TEXT_CONTRAST)
        for shade, ground in wanted
    )


_NAMED = """
aliceblue:f0f8ff antiquewhite:faebd7 aqua:00ffff aquamarine:7fffd4 azure:f0ffff beige:f5f5dc
bisque:ffe4c4 black:000000 blanchedalmond:ffebcd blue:0000ff blueviolet:8a2be2 brown:a52a2a
burlywood:deb887 cadetblue:5f9ea0 chartreuse:7fff00 chocolate:d2691e coral:ff7f50 cornflowerblue:6495ed
cornsilk:fff8dc crimson:dc143c cyan:00ffff darkblue:00008b darkcyan:008b8b darkgoldenrod:b8860b
darkgray:a9a9a9 darkgreen:006400 darkgrey:a9a9a9 darkkhaki:bdb76b darkmagenta:8b008b
darkolivegreen:556b2f darkorange:ff8c00 darkorchid:9932cc darkred:8b0000 darksalmon:e9967a
darkseagreen:8fbc8f darkslateblue:483d8b darkslategray:2f4f4f darkslategrey:2f4f4f darkturquoise:00ced1
darkviolet:9400d3 deeppink:ff1493 deepskyblue:00bfff dimgray:696969 dimgrey:696969 dodgerblue:1e90ff
firebrick:b22222 floralwhite:fffaf0 forestgreen:228b22 fuchsia:ff00ff gainsboro:dcdcdc ghostwhite:f8f8ff
gold:ffd700 goldenrod:daa520 gray:808080 green:008000 greenyellow:adff2f grey:808080 honeydew:f0fff0
hotpink:ff69b4 indianred:cd5c5c indigo:4b0082 ivory:fffff0 khaki:f0e68c lavender:e6e6fa
lavenderblush:fff0f5 lawngreen:7cfc00 lemonchiffon:fffacd lightblue:add8e6 lightcoral:f08080
lightcyan:e0ffff lightgoldenrodyellow:fafad2 lightgray:d3d3d3 lightgreen:90ee90 lightgrey:d3d3d3
lightpink:ffb6c1 lightsalmon:ffa07a lightseagreen:20b2aa lightskyblue:87cefa lightslategray:778899
lightslategrey:778899 lightsteelblue:b0c4de lightyellow:ffffe0 lime:00ff00 limegreen:32cd32 linen:faf0e6
magenta:ff00ff maroon:800000 mediumaquamarine:66cdaa mediumblue:0000cd mediumorchid:ba55d3
mediumpurple:9370db mediumseagreen:3cb371 mediumslateblue:7b68ee mediumspringgreen:00fa9a
mediumturquoise:48d1cc mediumvioletred:c71585 midnightblue:191970 mintcream:f5fffa mistyrose:ffe4e1
moccasin:ffe4b5 navajowhite:ffdead navy:000080 oldlace:fdf5e6 olive:808000 olivedrab:6b8e23
orange:ffa500 orangered:ff4500 orchid:da70d6 palegoldenrod:eee8aa palegreen:98fb98 paleturquoise:afeeee
palevioletred:db7093 papayawhip:ffefd5 peachpuff:ffdab9 peru:cd853f pink:ffc0cb plum:dda0dd
powderblue:b0e0e6 purple:800080 rebeccapurple:663399 red:ff0000 rosybrown:bc8f8f royalblue:4169e1
saddlebrown:8b4513 salmon:fa8072 sandybrown:f4a460 seagreen:2e8b57 seashell:fff5ee sienna:a0522d
silver:c0c0c0 skyblue:87ceeb slateblue:6a5acd slategray:708090 slategrey:708090 snow:fffafa
springgreen:00ff7f steelblue:4682b4 tan:d2b48c teal:008080 thistle:d8bfd8 tomato:ff6347 turquoise:40e0d0
violet:ee82ee wheat:f5deb3 white:ffffff whitesmoke:f5f5f5 yellow:ffff00 yellowgreen:9acd32
"""

NAMES = {name: f"#{digits}" for name, _, digits in (entry.partition(":") for entry in _NAMED.split())}
"""CSS Color 4 section 6.1."""
