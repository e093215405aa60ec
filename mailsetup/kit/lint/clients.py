"""
CSS that mail programs drop: what Gmail throws away, what Outlook for Windows never learnt, what nobody misses.

From the data of caniemail (2026-06, MIT), the latest entry of each program; a test compares the two.
"""

from __future__ import annotations

import re

DATA_OF = "2026-06"
"""The month of that data."""


def _listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


GMAIL_DROPS = _listed(
    """
    accent-color align-items animation animation-name aspect-ratio backdrop-filter block-size
    border-image bottom box-shadow clip-path filter flex-direction flex-wrap grid-template
    grid-template-areas grid-template-columns grid-template-rows hyphens inline-size inset
    justify-content left list-style-image margin-block margin-block-end margin-block-start
    margin-inline margin-inline-end margin-inline-start mask-image max-block-size max-inline-size
    min-block-size min-inline-size outline-offset overflow-wrap padding-block padding-block-end
    padding-block-start padding-inline padding-inline-end padding-inline-start position right
    scroll-snap-type shape-margin shape-outside tab-size text-shadow text-wrap top transform
    transition visibility z-index
    """
)

# Shown by Gmail on the web and not by Word, which draws the letters of Outlook for Windows up to 2019.
WORD_LACKS = _listed(
    """
    background-blend-mode background-clip background-image background-origin background-position
    background-repeat background-size border-radius border-spacing box-sizing caption-side clear
    column-count column-gap columns empty-cells float font-kerning font-size-adjust font-stretch gap
    list-style-position max-height min-height min-width mix-blend-mode object-fit object-position
    opacity outline overflow row-gap table-layout text-align-last text-decoration-color
    text-decoration-line text-decoration-style text-emphasis text-orientation text-overflow
    text-underline-position white-space word-spacing word-wrap writing-mode
    """
)

# Where it is lacking the letter reads the same: square corners, full ink, a number that may wrap, another pointer.
NOTHING_LOST = _listed(
    """
    accent-color border-radius border-radius-logical border-spacing caption-side color-scheme cursor
    empty-cells font-kerning font-size-adjust font-stretch hyphenate-character hyphenate-limit-chars
    hyphens opacity orphans outline outline-offset overflow-wrap resize scroll-snap tab-size
    text-align-last text-decoration-color text-decoration-line text-decoration-skip-ink
    text-decoration-style text-decoration-thickness text-emphasis text-emphasis-position
    text-orientation text-underline-offset text-underline-position text-wrap user-select white-space
    white-space-collapse widows word-wrap
    """
)

# Programs beside Word where it fails, or fails in part, that lose more than an ornament by it.
ALSO_PARTLY = {
    "background-image": "Outlook for Windows (2019); use a colour beside it",
    "gap": "Outlook for Windows, Gmail (2022)",
    "mix-blend-mode": "Outlook for Windows, the Gmail apps (2020)",
    "object-fit": "Outlook for Windows, the Gmail apps (2022)",
    "overflow": "Outlook for Windows, in part Gmail and Apple Mail (2022)",
}

# In a value: layout by flex or grid, lengths that are computed or relative to something Word does not know
# (css-display-flex, css-display-grid, css-unit-calc, css-unit-rem, css-unit-vh, css-unit-vw, css-variables).
WORD_FAILS = re.compile(
    r"(?:inline-)?(?:flex|grid)\Z|\b(?:calc|clamp|min|max|var)\(|\b\d++(?:\.\d++)?(?:rem|vw|vh|vmin|vmax|ch)\b"
)


def partly(name: str) -> str:
    """Where a property fails that others show; empty where nothing is lost, or a rule of its own speaks of it."""
    if name in GMAIL_DROPS or name in NOTHING_LOST or name not in WORD_LACKS:
        return ""
    return ALSO_PARTLY.get(name, "Outlook for Windows (2019)")
