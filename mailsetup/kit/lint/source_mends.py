"""
A template's own words mended: what the mends of its letters change in their words, carried to where they are written.

A change is taken only where its words stand once in the template, outside of expressions, and where the letters made
of it afterwards have less to be found and nothing new. Whatever else a letter would need is left to its author.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from mailsetup.kit import templates
from mailsetup.kit.templates.catalogue import letter_source
from mailsetup.model.errors import InputError
from mailsetup.model.finding import DomainReport

from . import mending, sources
from .document import Document
from .sources import Around, Source

ROUNDS = 8  # of changes that are taken one after another
CHANGES = 60  # of one round
RUN = 12  # words that one change puts in the place of others
WORDS = 3_000  # of a letter that are compared with what they become
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


class Swap(NamedTuple):
    """Words, and those in their place."""

    old: str
    new: str


def mended(source: Source, around: Around) -> Source:
    """The template with its words mended; the same where nothing is."""
    now, told = source, _told(sources.judged(source, around))
    for _ in range(ROUNDS):
        swaps = tuple(dict.fromkeys(_swaps(now, around)))[:CHANGES]
        taken = _better(now, swaps, told, around) or next(
            (one for swap in swaps if (one := _better(now, (swap,), told, around)) is not None), None
        )
        if taken is None:
            break
        now, told = taken
    return now


def _told(report: DomainReport) -> Counter[str]:
    return Counter(f.check for v in report.verdicts for f in v.findings)


def _better(
    now: Source, swaps: tuple[Swap, ...], told: Counter[str], around: Around
) -> tuple[Source, Counter[str]] | None:
    """The template with words swapped, where less is found then and nothing new."""
    text = now.text
    for swap in swaps:
        text = _swapped(text, swap)
    if text == now.text:
        return None
    try:
        tried = with_text(now, text)
        found = _told(sources.judged(tried, around))
    except InputError:
        return None
    return (tried, found) if found.keys() <= told.keys() and found.total() < told.total() else None


def with_text(source: Source, text: str) -> Source:
    """The same template with another text; `InputError` where none can be read in it."""
    before = source.template.locales[source.locale]
    made = letter_source(source.locale, text, before.origin)
    made = replace(
        made,
        samples=MappingProxyType({**before.samples, **made.samples}),
        labels=MappingProxyType({**before.labels, **made.labels}),
    )
    template = replace(source.template, locales=MappingProxyType({source.locale: made}))
    templates.check(template, source.catalogue)
    return source._replace(text=text, template=template)


def _swapped(text: str, swap: Swap) -> str:
    """The text with the words swapped, where they stand once, and in no expression."""
    places = list(re.finditer(rf"(?<!\w){re.escape(swap.old)}(?!\w)", text))
    if len(places) != 1:
        return text
    start, end = places[0].span()
    if any(m.start() < end and start < m.end() for m in _EXPRESSION.finditer(text)):
        return text
    return text[:start] + swap.new + text[end:]


def _swaps(source: Source, around: Around) -> Iterator[Swap]:
    """What the mends of the letters change in their subjects and words."""
    for _, found in sources.letters(source, around):
        after = mending.again(found, mending.mend(found).source)
        yield from _between(found.subject or "", after.subject or "")
        yield from _between(found.text or "", after.text or "")
        yield from _between(_page(found), _page(after))


def _page(found: Document) -> str:
    return found.visible if found.html is not None else ""


def _between(before: str, after: str) -> Iterator[Swap]:
    """Runs of words in the one that are others in the other, alone and with the word before them."""
    old, new = before.split()[:WORDS], after.split()[:WORDS]
    if old == new:
        return
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace" and b - a <= RUN and d - c <= RUN:
            yield Swap(" ".join(old[a:b]), " ".join(new[c:d]))
            if a and old[a - 1] == new[c - 1]:
                yield Swap(" ".join(old[a - 1 : b]), " ".join(new[c - 1 : d]))
