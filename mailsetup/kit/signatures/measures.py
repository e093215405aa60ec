"""
What a signature measures: its limits, how high it is shown, and how many links it has.

Heights are computed as mail programs break lines, from the widths of Arial's characters (``arial.toml``),
for the two widths at which signatures are read. The layouts of this package and these rows say the same;
the tests hold them against a browser.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import NamedTuple

from mailsetup.model.brand import Brand, Layout

from .card import LINKS, Card, Image
from .plain import body

GMAIL_LIMIT = 9_000  # characters; Gmail itself stops at 10,000
EXCHANGE_LIMIT = 4_800  # characters; a disclaimer of a transport rule has at most 5,000
ADD_IN_LIMIT = 30_000  # characters that setSignatureAsync of an Outlook add-in takes
IMAGES = 3  # at most in one signature
HEIGHT, HEIGHT_ADVISED = 200, 150  # pixels, without a banner
LETTER, TELEPHONE = 584, 343  # pixels of a signature: in a letter of 600, on a telephone of 375
LINE, NAME, SMALL, WORDMARK = 18, 22, 15, 28  # pixels from line to line, by what stands in it
GAP, GAP_SMALL = 4, 8  # above contacts, above particulars
SMALL_LOGO = (96, 32)  # pixels: width and height of a logo that had to make room

_FACTORS = {
    "arial": 1.0,
    "helvetica": 1.0,
    "times": 0.93,
    "times new roman": 0.93,
    "georgia": 1.06,
    "tahoma": 1.0,
    "trebuchet ms": 1.0,
    "segoe ui": 1.02,
    "verdana": 1.18,
    "courier": 1.25,
    "courier new": 1.25,
    "lucida sans unicode": 1.14,
}
_OTHER = 1.1  # of a family that is not known here
_UNKNOWN = 1.0  # as wide as it is high: a character of another script


class Ink(NamedTuple):
    """How a text is set: its size in pixels, as wide as its family is, and whether it is bold."""

    size: float
    bold: bool = False


Run = tuple[str, Ink]


def within_links(card: Card, drawn: Layout) -> Card:
    """
    The card with as many links as a signature may have; the layout's own and those of its person come first.

    A banner that is due takes its place in every layout, so that all of them say the same.
    """
    own = (drawn is Layout.CARD_QR and bool(card.qr or card.qr_target)) + bool(
        card.banner and card.banner.url
    )
    own += sum(bool(email) for _, email, _ in card.notice_pieces)
    room = LINKS - own - len(card.phones) - bool(card.email) - bool(card.site)
    if room >= len(card.links) + bool(card.call):
        return card
    return replace(
        card,
        call=card.call if room > 0 else None,
        links=card.links[: max(0, room - bool(card.call))],
        site=card.site if room >= 0 else None,
        banner=card.banner if room >= -1 else None,
    )


def small_logo(card: Card, drawn: Layout) -> Image | None:
    """The logo of a layout where there is little room; None where it has none or is small already."""
    logo = card.logo
    if logo is None or drawn not in (Layout.LOGO_LEFT, Layout.LOGO_TOP):
        return None
    share = SMALL_LOGO[0] / logo.width if drawn is Layout.LOGO_LEFT else SMALL_LOGO[1] / logo.height
    if share >= 1:
        return None
    return logo._replace(width=round(logo.width * share), height=max(1, round(logo.height * share)))


def height(brand: Brand, card: Card, layout: Layout, drawn: Layout, wide: int = LETTER) -> int:
    """
    How high a signature is shown in ``wide`` pixels, in pixels, without its banner.

    ``drawn`` is the layout below a banner.
    """
    if layout is Layout.TEXT:
        return LINE * (len(body(card, layout)) + 1)
    sheet = _Sheet(brand, card)
    if layout is Layout.REPLY:
        return LINE * _lines(sheet.reply(), wide)
    below = sum(SMALL * _lines(line, wide) for line in sheet.small())
    if layout is Layout.LEGAL:
        return below or SMALL * _lines([(card.company, sheet.fine)], wide)
    around = GAP_SMALL if layout is Layout.BANNER and card.banner else 0
    return sheet.above(drawn, wide) + around + (GAP_SMALL + below if below else 0)


def highest(brand: Brand, card: Card, layout: Layout, drawn: Layout) -> int:
    """The greater of the heights in a letter and on a telephone; 0 for plain text, which is counted in lines."""
    if layout is Layout.TEXT:
        return 0
    return max(height(brand, card, layout, drawn, wide) for wide in (LETTER, TELEPHONE))


class _Sheet:
    """The rows of one card, as the layouts put them."""

    def __init__(self, brand: Brand, card: Card) -> None:
        self.card = card
        running, heading = _factor(brand.fonts.stack), _factor(brand.fonts.heading)
        self.text, self.bold, self.fine = Ink(14 * running), Ink(14 * running, True), Ink(12 * running)
        self.name, self.wordmark = Ink(18 * heading, True), Ink(22 * heading, True)

    def above(self, drawn: Layout, wide: int) -> int:
        """What stands above the particulars."""
        card = self.card
        if drawn is Layout.LINE:
            rows = (self._who(), _joined([*self._one_phone(), *self._online()], self.text))
            return LINE * sum(_lines(row, wide) for row in rows)
        if drawn is Layout.LOGO_TOP:
            mark = (
                _shown(card.logo) if card.logo else WORDMARK * _lines([(card.company, self.wordmark)], wide)
            )
            return mark + GAP_SMALL + self._person(drawn, wide)
        if drawn is Layout.LOGO_LEFT:
            # A logo keeps its width; a name in its place is as wide as its longest word, at least.
            aside, high = 140, WORDMARK * _lines([(card.company, self.wordmark)], 140)
            if card.logo:
                aside, high = card.logo.width + 12 * card.logo.plate, _shown(card.logo)
            return max(high, self._person(drawn, wide - aside - 29))
        if drawn is Layout.PHOTO:
            return max(80, self._person(drawn, wide - 96))
        if drawn is Layout.CARD_QR and card.qr:
            said = [(str(card.words["save_contact"]), self.fine)]
            code = card.qr.height + LINE * _lines(said, card.qr.width)
            return max(code, self._person(drawn, wide - card.qr.width - 33))
        return self._person(drawn, wide - 17) + 2 * (drawn in (Layout.BAR, Layout.TEAM))

    def _person(self, drawn: Layout, wide: float) -> int:
        card = self.card
        rows: list[list[Run]] = []
        name = card.name if drawn is Layout.TEAM else card.title
        title: list[Run] = [(name, self.name)]
        if card.pronouns and drawn is not Layout.TEAM:
            title.append((f" ({card.pronouns})", self.text))
        company: list[Run] = [(card.company, self.bold)]
        if card.tagline:
            company.append((f" — {card.tagline}", self.text))
        if drawn is Layout.LOGO_TOP:
            parts = [(card.position, self.text)] + ([(card.company, self.bold)] if card.logo else [])
            rows.append(_joined([[part] for part in parts], self.text))
        else:
            rows += [[(card.position, self.text)]] if drawn is not Layout.TEAM else []
            rows += [company] if card.logo or drawn is not Layout.LOGO_LEFT else []
        if drawn is Layout.TEAM:
            told = ((card.promise, self.bold), (card.hours, self.text))
            rows.append(_joined([[run] for run in told if run[0]], self.text))
        target = drawn is Layout.CARD_QR and card.qr_target and not card.qr
        rows += [_joined(self._phones(), self.text), self._flow(save=bool(target))]
        lines = sum(_lines(row, wide) for row in rows)
        return NAME * _lines(title, wide) + GAP + LINE * lines

    def reply(self) -> list[Run]:
        """Name and number."""
        card = self.card
        numbers = [[(_whole(phone.shown), self.text)] for _, phone in card.phones[-1:]]
        return _joined([[(card.title, self.bold)], *numbers], self.text)

    def small(self) -> Iterator[list[Run]]:
        """Particulars and what stands beside them; one row each."""
        card = self.card
        joined = (" · ".join(card.certifications), "\u00a0· ".join(card.legal))
        for line in (*card.notice, *joined, card.disclaimer, card.environment):
            if line:
                yield [(line, self.fine)]

    def _who(self) -> list[Run]:
        card = self.card
        rest = [[(text, self.text)] for text in (card.position, card.company) if text]
        return _joined([[(card.title, self.bold)], *rest], self.text)

    def _one_phone(self) -> Iterator[list[Run]]:
        for _, phone in self.card.phones[:1]:
            yield [(_whole(phone.shown), self.text)]

    def _phones(self) -> list[list[Run]]:
        many = len(self.card.phones) > 1
        return [
            [(_whole(f"{label} {phone.shown}" if many else phone.shown), self.text)]
            for label, phone in self.card.phones
        ]

    def _online(self) -> list[list[Run]]:
        card = self.card
        return [[(text, self.text)] for text in (card.email, card.site.label if card.site else "") if text]

    def _flow(self, *, save: bool = False) -> list[Run]:
        """Every other way to reach somebody, in one row."""
        card = self.card
        call = [[(_whole(card.call.label), self.bold)]] if card.call else []
        more = [[(_whole(link.label), self.text)] for link in card.links]
        code = [[(_whole(str(card.words["save_contact"])), self.text)]] if save else []
        return _joined([*self._online(), *call, *more, *code], self.text)


def _shown(image: Image) -> int:
    """A picture's height with its plate."""
    return image.height + 12 * image.plate


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is in pixels, in Arial of a size."""
    return size * sum(_width(character, bold=bold) for character in text)


def _joined(pieces: Iterable[list[Run]], ink: Ink) -> list[Run]:
    """Pieces with a dot between; what is empty leaves no dot."""
    found: list[Run] = []
    for piece in pieces:
        if not any(text for text, _ in piece):
            continue
        if found:
            found.append(("\u00a0· ", ink))
        found += piece
    return found


def _whole(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _lines(runs: Iterable[Run], wide: float) -> int:
    return _counted(tuple(runs), wide)


@functools.lru_cache(maxsize=4096)
def _counted(runs: tuple[Run, ...], wide: float) -> int:
    """The lines of a row: a word that has no room goes on the next line, one longer than a line is cut."""
    words: list[float] = []
    space = 0.0
    for text, ink in runs:
        space = max(space, ink.size * _width(" ", bold=ink.bold))
        first, *rest = (ink.size * word for word in _words(text, ink.bold))
        words[-1:] = [words[-1] + first, *rest] if words else [first, *rest]
    lines, used = 0, 0.0
    for word in words if any(words) else ():
        if lines and used + space + word <= wide:
            used += space + word
        else:
            lines, used = lines + 1, word
        while used > wide > 0:
            lines, used = lines + 1, used - wide
    return lines


@functools.lru_cache(maxsize=8192)
def _words(text: str, bold: bool) -> tuple[float, ...]:
    """The widths of a text's words, of a size of one pixel."""
    return tuple(sum(_width(character, bold=bold) for character in word) for word in text.split(" "))


def _width(character: str, *, bold: bool) -> float:
    return _widths()[bold].get(character, _UNKNOWN)


@functools.cache
def _widths() -> tuple[Mapping[str, float], Mapping[str, float]]:
    table = tomllib.loads(files(__package__).joinpath("arial.toml").read_text(encoding="utf-8"))
    regular, bold = (
        {
            character: int(wide) / 1000
            for wide, characters in table[weight].items()
            for character in characters
        }
        for weight in ("regular", "bold")
    )
    return regular, bold


def _factor(families: tuple[str, ...]) -> float:
    return _FACTORS.get(families[0].lower(), _OTHER) if families else 1.0
