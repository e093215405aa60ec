"""
Letters: 51 templates in every locale and voice, their engine, and the whole pack as files in memory.

Decisions
---------
- One source a template: a table of typed variables and one text file a locale, in a small line language
  (`markup`). HTML, plain text, drafts, exports and JSON-LD are all made of the same blocks; the text part
  is written, never scraped from HTML.
- Texts are filled in by a sandbox that knows no attribute, call or import, counts its loops, and names
  file and line of every fault (`sandbox`). What it makes is marked text; who writes HTML escapes it.
- The HTML shell is ours and not the user's; brands change colours, fonts and texts, not tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mailsetup.kit import eml, exports, plain_text, render
from mailsetup.kit.letter import Letter, LetterSource, Template
from mailsetup.model.brand import Brand, Person

from .catalogue import Catalogue, bundled, package_text, with_own, with_pack
from .composing import at_home, check, compose, samples, source_in, used_names

__all__ = [
    "AS_OF",
    "Catalogue",
    "at_home",
    "blank",
    "bundled",
    "check",
    "compose",
    "letters",
    "marker_in",
    "markers",
    "package_text",
    "samples",
    "sender_of",
    "source_in",
    "used_names",
    "with_own",
    "with_pack",
]

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of drafts where none is given, so that a kit built twice is the same kit."""


def letters(
    brand: Brand,
    people: Sequence[Person] = (),
    locales: Sequence[str] = (),
    voices: Sequence[str] = (),
    *,
    catalogue: Catalogue | None = None,
    as_of: datetime = AS_OF,
    targets: Iterable[str] = tuple(exports.TARGETS),
) -> Iterator[tuple[str, bytes]]:
    """
    Every letter of the kit as (relative path, content), one template at a time.

    ``letters/<group>/<id>.<locale>.html|txt|eml`` are filled in with samples (below a folder for each voice
    where there are several); ``models/`` are the blank forms with their search page, ``exports/`` the same
    for other programs, both in the first voice. Locales and voice are the brand's where none are named; a
    template that has no text in a locale is left out there.
    """
    found = catalogue or bundled()
    spoken = tuple(voices) or (brand.voice.value,)
    wanted = tuple(locales) or brand.locales.available
    for template in found.templates.values():
        for letter in _filled_in(template, brand, people, wanted, spoken, found):
            yield from _files(letter, as_of, several=len(spoken) > 1)
    yield from _to_copy_from(brand, people, wanted, spoken[0], found, as_of, tuple(targets))


def sender_of(template: Template, people: Sequence[Person], locale: str) -> Person | None:
    """Who signs: a person under a personal reply (one of that locale first), the team under all else."""
    if template.kind != "R":
        return None
    human = [p for p in people if p.name and p.layout != "team"]
    return next((p for p in human if p.locale == locale), human[0] if human else None)


def _filled_in(
    template: Template,
    brand: Brand,
    people: Sequence[Person],
    locales: Sequence[str],
    voices: Sequence[str],
    catalogue: Catalogue,
) -> Iterator[Letter]:
    for locale in (name for name in locales if name in template.locales):
        for voice in voices:
            sender = sender_of(template, people, locale)
            yield compose(template, brand, catalogue, locale=locale, voice=voice, sender=sender)


def _files(letter: Letter, as_of: datetime, *, several: bool) -> Iterator[tuple[str, bytes]]:
    folder = f"letters/{letter.voice}" if several else "letters"
    stem = f"{folder}/{letter.template.group}/{letter.name}.{letter.locale}"
    html = render.html(letter) if letter.template.html else ""
    if html:
        yield f"{stem}.html", html.encode()
    yield f"{stem}.txt", plain_text.write(letter).encode()
    yield f"{stem}.eml", eml.draft(letter, as_of, html=html)


def _to_copy_from(
    brand: Brand,
    people: Sequence[Person],
    locales: Sequence[str],
    voice: str,
    catalogue: Catalogue,
    as_of: datetime,
    targets: Sequence[str],
) -> Iterator[tuple[str, bytes]]:
    entries: list[exports.Entry] = []
    first: Letter | None = None
    for template in catalogue.templates.values():
        if not template.exported:
            continue
        for locale in (name for name in locales if name in template.locales):
            letter = blank(template, brand, catalogue, locale=locale, voice=voice)
            entries.append(exports.entry(letter, markers(template, catalogue, locale)))
            yield from exports.models(letter, as_of)
            if first is None or (locale == brand.locales.default != first.locale):
                first = letter  # the page speaks the firm's first language
    if first is not None:
        yield exports.index(entries, first)
        for target in targets:
            yield from exports.TARGETS[target](entries)


def blank(
    template: Template,
    brand: Brand,
    catalogue: Catalogue,
    *,
    locale: str,
    voice: str = "",
    marker: Callable[[str], str] | None = None,
) -> Letter:
    """The letter as a form: ``[[fill: order number]]``, or ``marker(path)``, in place of every value."""
    stand_in = marker or marker_in(catalogue, locale, source_in(template, locale))
    return compose(template, brand, catalogue, locale=locale, voice=voice, marker=stand_in)


def markers(template: Template, catalogue: Catalogue, locale: str) -> Mapping[str, str]:
    """What stands for each variable in a blank letter, by path (``customer.name``, ``ticket``)."""
    marker = marker_in(catalogue, locale, source_in(template, locale))
    return {path: marker(path) for path in ("customer.name", "sender.name", *template.variables)}


def marker_in(catalogue: Catalogue, locale: str, source: LetterSource | None = None) -> Callable[[str], str]:
    """The function that writes ``[[fill: ...]]`` for a variable's path in the words of a locale."""
    common = catalogue.common.get(locale, {})
    words: Mapping[str, Any] = {**common.get("labels", {}), **(source.labels if source else {})}
    fill = str(common.get("phrases", {}).get("fill", "fill"))

    def marker(path: str) -> str:
        named = words.get(path) or ", ".join(str(words.get(part, part)) for part in path.split("."))
        return f"[[{fill}: {named}]]"

    return marker
