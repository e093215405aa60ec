"""What mail programs support, by the data of caniemail: of all that the letters use, and against the lint's tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from mailsetup.kit.lint import clients, document
from mailsetup.kit.signatures.render import document as signature_page
from mailsetup.kit.signatures.render import render
from mailsetup.model.brand import Layout
from tests.servers.npm import npm_package

from .firms import DAY, firm, staff

pytestmark = pytest.mark.real

# The programs a brand's `clients` names at first; Yandex is not in the data.
PROGRAMS = {
    "gmail": ("gmail", "desktop-webmail"),
    "gmail-android": ("gmail", "android"),
    "gmail-ios": ("gmail", "ios"),
    "outlook-windows": ("outlook", "windows"),
    "outlook-web": ("outlook", "outlook-com"),
    "apple-mail": ("apple-mail", "macos"),
    "apple-mail-ios": ("apple-mail", "ios"),
    "thunderbird": ("thunderbird", "macos"),
    "mail-ru": ("mail-ru", "desktop-webmail"),
}
# Features that the letters and signatures use and a program lacks or has in part, each with what happens there.
DEGRADES = {
    "css-at-media": "the letter stays 600 px wide at most, with the paddings of a wide screen",
    "css-at-media-prefers-color-scheme": "the program's own dark mode, which the light colours were chosen for",
    "css-border-radius": "square corners",
    "css-border-spacing": "cellspacing=0 says the same",
    "css-color-scheme": "the program's own dark mode",
    "css-display-none": "the preheader has also no size, no height and no ink",
    "css-font-size": "in part: only in units that are not used",
    "css-font-weight": "in part: Word rounds numbers; only normal and bold are used",
    "css-height": "td has it as an attribute too",
    "css-letter-spacing": "the name in its usual spacing",
    "css-line-height": "mso-line-height-rule beside it, for Word",
    "css-margin": "in part: negative and auto, which are not used",
    "css-max-height": "only of the preheader, which has no size and no ink either",
    "css-max-width": "a table of 600 px in a comment for Word",
    "css-opacity": "only of the preheader, which has no size and no height either",
    "css-overflow": "only of the preheader, which has no size and no ink either",
    "css-padding": "in part: only on cells and links inside them, whose buttons have a border as wide",
    "css-text-align": "in part: start and end, which are not used",
    "css-text-decoration": "in part: only values that are not used",
    "css-white-space": "a telephone number may wrap",
    "css-width": "in part: on cells and tables it works",
    "css-word-break": "a long address may stand out",
    "css-border": "in part: on cells it works",
    "css-selector-attribute": "the dark twins for Outlook.com, which adds the attributes itself",
    "html-body": "colours and fonts stand on the table inside",
    "html-dir": "in part: on the table inside too",
    "html-height": "in part: the style says the same",
    "html-style": "all that matters is in style attributes",
    "html-lists": "in part: margins are given",
    "html-width": "the style says the same",
}
OF_TAGS = {
    "h1": "html-h1-h6",
    "h2": "html-h1-h6",
    "ol": "html-lists",
    "ul": "html-lists",
    "li": "html-lists",
    **{tag: f"html-{tag}" for tag in ("body", "div", "span", "p", "style", "strong", "img", "table")},
}
OF_ATTRIBUTES = {
    name: f"html-{name}"
    for name in (
        "align",
        "valign",
        "cellpadding",
        "cellspacing",
        "dir",
        "height",
        "lang",
        "role",
        "target",
        "width",
    )
}
# Features of properties that are not called as the property is.
NAMED = {
    "css-animation": ("animation", "animation-name"),
    "css-column-layout-properties": ("columns",),
    "css-flex-direction": ("flex-direction",),
    "css-flex-wrap": ("flex-wrap",),
    "css-grid-template": (
        "grid-template",
        "grid-template-areas",
        "grid-template-columns",
        "grid-template-rows",
    ),
    "css-scroll-snap": ("scroll-snap-type",),
}
# Not one property: values, units, selectors, and logical borders, which nobody writes in letters.
NO_PROPERTY = re.compile(
    r"css-(at|pseudo|selector|unit|function|display|linear|radial|conic|border-inline|border-radius-logical|variables"
    r"|inert|nesting|modern-color|rgba?\Z|intrinsic|important|comments|sytem-ui|font\Z)"
)


@cache
def features() -> Mapping[str, Mapping[str, Any]]:
    """The data, by the name of the feature."""
    data = npm_package("caniemail") / "data" / "caniemail.json"
    return {feature["slug"]: feature for feature in json.loads(data.read_text(encoding="utf-8"))["data"]}


def support(slug: str, program: str) -> str:
    """The latest entry of a program: y, n, a (in part) or u."""
    family, platform = PROGRAMS[program]
    entries = features()[slug]["stats"].get(family, {}).get(platform, {})
    return next(reversed(entries.values()), "u")[0] if entries else "u"


def properties(slug: str) -> tuple[str, ...]:
    """The CSS properties a feature is about."""
    if slug in NAMED:
        return NAMED[slug]
    if not slug.startswith("css-") or NO_PROPERTY.match(slug):
        return ()
    title = features()[slug]["title"].replace("CSS property", "").replace("property", "")
    return tuple(name.strip() for name in re.split(r"[,&]", title))


def _documents(pack: Mapping[str, bytes]) -> Iterator[document.Document]:
    for path, data in pack.items():
        if path.endswith(".html"):
            yield document.read(path, data)
    for person in staff():
        for layout in Layout:
            made = render(firm(), person, layout, "ru", DAY)
            yield document.read(f"{layout}.html", signature_page(firm(), made).encode())


def _used(found: document.Document) -> Iterator[str]:
    assert found.html is not None
    named = {name: slug for slug in features() for name in properties(slug)}
    for node in found.html.nodes:
        yield from (OF_TAGS[node.tag],) if node.tag in OF_TAGS else ()
        yield from (OF_ATTRIBUTES[name] for name in node.attributes if name in OF_ATTRIBUTES)
        for one in node.inline:
            yield from (named[one.name],) if one.name in named else ()
            yield from (f"css-display-{one.value}",) if one.name == "display" else ()
            yield from re.findall(r"css-unit-(?:px|percent|em)", " ".join(_units(one.value)))
    for rule, _ in found.style_rules:
        yield from (named[one.name] for one in rule.declarations if one.name in named)
        for condition in rule.conditions:
            yield "css-at-media-prefers-color-scheme" if "color-scheme" in condition else "css-at-media"
        yield from ("css-selector-attribute" for selector in rule.selectors if "[" in selector)


def _units(value: str) -> Iterator[str]:
    for unit in re.findall(r"\d(px|%|em)", value):
        yield "css-unit-" + {"%": "percent"}.get(unit, unit)


def test_all_that_letters_use_is_supported_or_does_no_harm(pack: Mapping[str, bytes], score: Any) -> None:
    """
    Every property, element and attribute works in every program named, or what happens there is written down.
    """
    used = {slug for found in _documents(pack) for slug in _used(found) if slug in features()}
    lacking = {slug: [p for p in PROGRAMS if support(slug, p) in "na"] for slug in used}
    short = {slug for slug, programs in lacking.items() if programs}
    score(
        f"caniemail: {len(used)} features used, {len(used - short)} supported by all, {len(short)} degrade as named"
    )

    assert 25 < len(used)
    assert {} == {slug: lacking[slug] for slug in short - set(DEGRADES)}


def test_the_lint_knows_what_gmail_drops() -> None:
    """
    A property that Gmail on the web lacks is in the table, or nothing is lost by it; no other is in the table.
    """
    lacks = {name for slug in features() for name in properties(slug) if support(slug, "gmail") == "n"}
    has = {name for slug in features() for name in properties(slug) if support(slug, "gmail") == "y"}

    assert set() == lacks - clients.GMAIL_DROPS - clients.NOTHING_LOST
    assert set() == clients.GMAIL_DROPS & has
    assert set() == clients.GMAIL_DROPS - lacks


def test_the_lint_knows_what_word_lacks() -> None:
    """
    The same of Outlook for Windows, of what Gmail shows.
    """
    lacks = {
        name for slug in features() for name in properties(slug) if support(slug, "outlook-windows") == "n"
    }

    assert set() == lacks - clients.WORD_LACKS - clients.GMAIL_DROPS - clients.NOTHING_LOST
    assert set() == clients.WORD_LACKS - lacks


@pytest.mark.parametrize(
    ("slug", "value"),
    [
        ("css-display-flex", "flex"),
        ("css-display-grid", "grid"),
        ("css-unit-calc", "calc(100% - 8px)"),
        ("css-unit-rem", "2rem"),
        ("css-unit-vw", "50vw"),
        ("css-unit-vh", "50vh"),
        ("css-unit-vmin", "5vmin"),
        ("css-unit-ch", "60ch"),
        ("css-variables", "var(--x)"),
        ("css-function-clamp", "clamp(1px, 2px, 3px)"),
        ("css-function-min", "min(1px, 2px)"),
        ("css-function-max", "max(1px, 2px)"),
    ],
)
def test_values_that_word_does_not_know_are_found(slug: str, value: str) -> None:
    """
    Layout and lengths that fall apart in Outlook for Windows.
    """
    assert "n" == support(slug, "outlook-windows")
    assert clients.WORD_FAILS.search(value)


def test_each_excuse_is_needed(pack: Mapping[str, bytes]) -> None:
    """
    What is written down as lacking is used, and is lacking somewhere.
    """
    used = {slug for found in _documents(pack) for slug in _used(found)}

    lacking = {s for s in used if s in features() and [p for p in PROGRAMS if support(s, p) in "na"]}

    assert set() == set(DEGRADES) - lacking
