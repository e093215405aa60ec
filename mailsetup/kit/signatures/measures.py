"""What a signature measures: its limits, how high it is shown, and how many links it has."""

from __future__ import annotations

from dataclasses import replace

from mailsetup.model.brand import Layout

from .card import LINKS, Card
from .plain import body

GMAIL_LIMIT = 9_000  # characters; Gmail itself stops at 10,000
EXCHANGE_LIMIT = 4_800  # characters; a disclaimer of a transport rule has at most 5,000
ADD_IN_LIMIT = 30_000  # characters that setSignatureAsync of an Outlook add-in takes
IMAGES = 3  # at most in one signature
HEIGHT, HEIGHT_ADVISED = 200, 150  # pixels, without a banner
WIDE = 560  # pixels of text where a signature is as wide as a letter
SMALL = 440  # pixels of a line of particulars, about


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


def height(card: Card, layout: Layout, drawn: Layout) -> int:
    """How high a signature is shown where it is as wide as a letter, about, in pixels; without its banner."""
    joined = (" · ".join(card.certifications), " · ".join(card.legal))
    small = (*card.notice, *joined, card.disclaimer, card.environment)
    below = sum(17 * _lines(line, 5.6, SMALL) for line in small)
    if layout in (Layout.TEXT, Layout.LEGAL, Layout.REPLY):
        return {Layout.LEGAL: below, Layout.REPLY: 20}.get(layout, 18 * (len(body(card, layout)) + 1))
    above = _person(card, drawn)
    return above + (12 + below if below else 0)


def _person(card: Card, drawn: Layout) -> int:
    if drawn is Layout.LINE:
        return 40
    beside = {Layout.LOGO_LEFT: 37 + (card.logo.width if card.logo else 120), Layout.PHOTO: 96}
    wide = WIDE - beside.get(drawn, card.qr.width + 40 if drawn is Layout.CARD_QR and card.qr else 0)
    company = card.company + card.tagline
    if drawn is Layout.TEAM:
        position = ""
    elif drawn is Layout.LOGO_TOP:
        position, company = card.position + (card.company if card.logo else ""), ""
    else:
        position, company = card.position, company if card.logo or drawn is not Layout.LOGO_LEFT else ""
    found = (
        24 * _lines(card.title, 9.5, wide)
        + 20 * (_lines(position, 6.9, wide) + _lines(company, 7.2, wide))
        + 6
    )
    rows = bool(card.phones) + bool(card.email or card.site) + bool(card.call or card.links)
    found += 20 * (rows + (drawn is Layout.TEAM)) + 2 * (drawn in (Layout.BAR, Layout.TEAM))
    if drawn is Layout.CARD_QR and card.qr_target and not card.qr:
        found += 20
    if drawn is Layout.LOGO_TOP:
        return found + 12 + (card.logo.height + 12 * card.logo.plate if card.logo else 28)
    least = {Layout.PHOTO: 80, Layout.CARD_QR: card.qr.height + 20 if card.qr else 0}
    return max(found, least.get(drawn, 0))


def _lines(text: str, pixels: float, wide: float) -> int:
    """Lines that a text takes, from the middle width of a character."""
    return -(-int(len(text) * pixels) // max(1, int(wide))) if text else 0
