"""What letters and signatures look like in Chromium: colours, heights, pictures kept, and programs that take away."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mailsetup.kit import render
from mailsetup.kit.signatures.card import hosted_pictures
from mailsetup.kit.signatures.measures import LETTER, TELEPHONE, height
from mailsetup.kit.signatures.person_files import Wishes, person_files
from mailsetup.kit.signatures.render import Rendered, base_layout
from mailsetup.kit.signatures.render import document as signature_page
from mailsetup.kit.signatures.render import render as signature
from mailsetup.model.brand import Brand, Fonts, Layout, Legal, LocalText, Logo
from tests.kit.firms import DAY, firm, png, staff
from tests.kit.letter_worlds import CATALOGUE, IDS, LAVISH, SPARSE, letter
from tests.servers import require

from . import dark, pictures
from .chromium import HEIGHT, PHONE, Chromium

pytestmark = pytest.mark.real
PANE, WIDE = 600, 700
LOCALES = ("en", "ru")
THREE = ("order.confirmed", "account.reset", "marketing.news")
# Pixels: a letter is read in at most so many screens of 900; a telephone's are narrow.
TALLEST = {PHONE: 3 * HEIGHT, PANE: 2 * HEIGHT, WIDE: 2 * HEIGHT}
SIGNATURE = (600, 200)  # pixels: the lint's SIG-03; a banner comes on top
WITH_BUTTON = [
    id for id in IDS if CATALOGUE.get(id).html and any(b.kind == "button" for b in letter(id).blocks)
]
NEARLY = 3  # steps of 255 that drawing may part from the colour written

combinations = pytest.mark.parametrize(
    ("width", "scheme"), [(width, scheme) for width in TALLEST for scheme in ("light", "dark")]
)


BOX = """selector => {
  const element = document.querySelector(selector);
  if (!element || !element.checkVisibility({visibilityProperty: true})) return null;
  const box = element.getBoundingClientRect();
  return box.width && box.height ? [box.x, box.y, box.width, box.height] : null;
}"""


class Shown:
    """A page of a width and scheme; ``hosted`` are the pictures that the web has, all else is refused."""

    def __init__(self, browser: Chromium, width: int, scheme: str = "light", **hosted: bytes) -> None:
        self._until = ExitStack()
        self.page = self._until.enter_context(browser.page(width, scheme))
        self.refused: list[str] = []
        self.hosted = {name.replace("__", "."): data for name, data in hosted.items()}
        self.page.route("http*://**/*", self._fetched)

    def _fetched(self, route: Any) -> None:
        name = route.request.url.rpartition("/")[2]
        if name in self.hosted:
            route.fulfill(body=self.hosted[name], content_type="image/png")
        else:
            self.refused.append(route.request.url)
            route.abort()

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, *_: object) -> None:
        self._until.close()

    def open(self, html: str) -> Shown:
        """Shows a document."""
        self.page.set_content(html, wait_until="load")
        return self

    def picture(self, selector: str = "") -> Image.Image:
        """The whole page as it is painted, or one element of it."""
        png = (
            self.page.locator(selector).first.screenshot()
            if selector
            else self.page.screenshot(full_page=True)
        )
        return Image.open(io.BytesIO(png)).convert("RGB")

    def box(self, selector: str) -> tuple[int, int, int, int]:
        """Left, top, width and height of an element that is seen."""
        found = self.page.evaluate(BOX, selector)

        assert found is not None
        left, top, wide, high = found
        return round(left), round(top), round(wide), round(high)

    def size(self) -> tuple[int, int]:
        """Width and height of all there is to scroll through."""
        width, height = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        return int(width), int(height)


def _near(point: tuple[int, ...], color: str) -> bool:
    wanted = tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
    return all(abs(a - b) <= NEARLY for a, b in zip(point, wanted, strict=True))


@cache
def _letters(locale: str) -> Mapping[str, str]:
    return {id: render.html(letter(id, locale)) for id in IDS if CATALOGUE.get(id).html}


@combinations
@pytest.mark.parametrize("id", THREE)
def test_the_brands_colours_are_on_the_screen(browser: Any, id: str, width: int, scheme: str) -> None:
    """
    Points of the stripe or band, of the button and of the card have the brand's own colours, by day and in the
    dark; nothing has to be scrolled sideways, and the letter is not too long.
    """
    shades = LAVISH.palette.light if scheme == "light" else LAVISH.palette.dark
    head = ".band" if id.startswith("marketing") else ".stripe"
    with Shown(browser, width, scheme) as shown:
        painted = shown.open(render.html(letter(id, "ru"))).picture()
        left, top, wide, high = shown.box(".button")
        x, y, across, _ = shown.box(head)
        card = shown.box(".card")
        button = painted.getpixel((left + wide // 2, top + 4))
        stripe = painted.getpixel((x + across // 2, y + 2))
        ground = painted.getpixel((card[0] + card[2] // 2, card[1] + 8))

    assert _near(button, shades.primary) and _near(stripe, shades.primary)
    assert _near(ground, LAVISH.palette.light.background) if scheme == "light" else sum(ground) < 3 * 64
    assert painted.width == width
    assert painted.height <= TALLEST[width]
    assert high >= 44


@pytest.mark.parametrize("width", list(TALLEST))
@pytest.mark.parametrize("locale", LOCALES)
def test_no_letter_is_too_long_or_too_wide(browser: Any, locale: str, width: int) -> None:
    """
    Every letter, in Arial's measures and in those of the wide letters of DejaVu.
    """
    found = {}
    with Shown(browser, width) as shown:
        for id, html in _letters(locale).items():
            for font in ("Arial", "DejaVu Sans"):
                wide, high = shown.open(html.replace("Arial", font)).size()
                found[id, font] = (wide <= width, high <= TALLEST[width])

    assert {} == {name: fits for name, fits in found.items() if fits != (True, True)}


@pytest.mark.parametrize("width", [PHONE, PANE])
@pytest.mark.parametrize("locale", LOCALES)
def test_without_its_sheet_a_letter_keeps_its_shape(browser: Any, locale: str, width: int) -> None:
    """
    GMX, and Gmail for other accounts, drop `<style>`: nothing is wider than the window, also in wide letters,
    the column stays within 600 px, and the button is a button.
    """
    found: dict[tuple[str, str], object] = {}
    with Shown(browser, width) as shown:
        for id, html in _letters(locale).items():
            bare = re.sub(r"<style.*?</style>", "", html, flags=re.S)
            for font in ("Arial", "DejaVu Sans"):
                wide, _ = shown.open(bare.replace("Arial", font)).size()
                found[id, font] = wide if wide > width else ""
            if id in WITH_BUTTON and shown.page.locator(".button").count():
                left, _, across, high = shown.box(".button")
                point = shown.picture(".button").getpixel((across // 2, 4))
                ok = high >= 44 and left >= 0 and left + across <= width
                found[id, "button"] = "" if ok and _near(point, LAVISH.palette.light.primary) else point

    assert {} == {name: fault for name, fault in found.items() if fault}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("id", THREE)
def test_without_pictures_the_brand_and_the_button_stay(browser: Any, id: str, scheme: str) -> None:
    """
    Every request is refused: the logo's words stand in its place, readable, and the button is there.
    """
    shades = LAVISH.palette.light if scheme == "light" else LAVISH.palette.dark
    brand = replace(LAVISH, logo=Logo(url="https://fern.example/mail/logo.png", width=140,
                                      alt=LocalText.of("Fern & Co")))  # fmt: skip
    with Shown(browser, PHONE, scheme) as shown:
        shown.open(render.html(letter(id, "en", brand=brand)))
        words = shown.picture("img.logo")
        left, top, wide, _ = shown.box(".button")
        point = shown.picture().getpixel((left + wide // 2, top + 4))
        said = shown.page.locator("img.logo").first.get_attribute("alt")
        refused = list(shown.refused)

    assert ["https://fern.example/mail/logo.png"] == sorted(set(refused))
    assert "Fern & Co" == said
    assert pictures.drawn(words) > 100  # points that differ from the ground: letters, and not an empty box
    assert _near(point, shades.primary)


@pytest.mark.parametrize("brand", [LAVISH, SPARSE], ids=["lavish", "sparse"])
@pytest.mark.parametrize("way", list(dark.WAYS))
def test_programs_that_repaint_leave_letters_readable(browser: Any, way: str, brand: Any) -> None:
    """
    Light grounds turned dark, all turned round, and cleaned as Thunderbird does: text keeps 4.5 on its ground, the
    words of a button 3, and the button has a ground or an edge left that has 3 against what is around it.
    """
    found = {}
    with Shown(browser, PANE) as shown:
        for id in IDS:
            if not CATALOGUE.get(id).html:
                continue
            html = render.html(letter(id, "ru", brand=brand))
            painted = dark.painted(shown.open(dark.cleaned(html) if way == "thunderbird" else html).page)
            found[id] = dark.faults(painted, dark.WAYS[way])

    assert {} == {id: faults for id, faults in found.items() if faults}


def test_a_colour_that_cannot_be_read_is_found(browser: Any) -> None:
    """
    The simulators do find what is wrong: a button of one rule in Thunderbird, faint text turned round.
    """
    html = (
        '<body style="background-color:#ffffff"><p style="color:#8a8a8a">x</p><table><tr><td class="button"'
        ' style="background-color:#0f5b8c;color:#ffffff"><a class="buttontext" style="color:#ffffff">Go</a>'
        "</td></tr></table>"
    )
    with Shown(browser, PANE) as shown:
        turned = dark.faults(dark.painted(shown.open(html).page), dark.WAYS["full"])
        cleaned = dark.faults(dark.painted(shown.open(dark.cleaned(html)).page), dark.WAYS["thunderbird"])

    assert [fault for fault in turned if "x" in fault]
    assert [fault for fault in cleaned if "button" in fault]


# Particulars as long as a register asks for: two boards, a chair, and every part that may be left out.
COMPANY = replace(
    firm(),
    legal=Legal(
        country="DE",
        name="Fern & Co Gartenbau",
        form="AG",
        register="Amtsgericht Charlottenburg",
        number="HRB 123456 B",
        vat="DE123456789",
        seat="Berlin",
        directors=("Anna Schmidt-Lindemann", "Dr. Karl Friedrich Mustermann", "Johanna Weber"),
        chair="Prof. Dr. Maximilian Hohenstein",
    ),
    signature=replace(
        firm().signature,
        certifications=("ISO 9001", "EU Ecolabel"),
        disclaimer=LocalText.of("This letter is for its reader; if that is not you, tell us and delete it."),
    ),
)
ARIAL = {"fonts": Fonts()}  # heading and text in the family whose measures are known
BODY = {PANE: (8, LETTER), PHONE: (16, TELEPHONE)}  # margin of the page, and what is left for the signature


def _signatures(brand: Brand, layout: Layout) -> Iterator[tuple[str, Rendered]]:
    for person in staff():
        for locale in LOCALES:
            shown = hosted_pictures(brand, person, 111)
            yield f"{person.id} {locale}", signature(brand, person, layout, locale, DAY, pictures=shown)


BANNER = """() => document.querySelector('img[src$="spring.png"]')?.getBoundingClientRect().height ?? 0"""


def _high(shown: Shown, html: str, margin: int) -> int:
    """The height of a signature without its banner's picture, which is not there in these pages."""
    shown.open(f'<!DOCTYPE html><body style="margin:{margin}px">{html}')
    picture = shown.page.evaluate(BANNER)
    return shown.box("table")[3] - round(picture)


@pytest.mark.parametrize("width", [PHONE, PANE])
@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
def test_signatures_keep_their_height_with_all_their_particulars(
    browser: Any, layout: Layout, width: int
) -> None:
    """
    At most 200 px without a banner in either language, in a letter and on a telephone; nothing is too wide.
    """
    margin, _ = BODY[width]
    found = {}
    with Shown(browser, width) as shown:
        for name, made in _signatures(firm(), layout):
            high = _high(shown, made.html, margin)
            if high > SIGNATURE[1] or shown.size()[0] > width or shown.box("table")[2] > SIGNATURE[0]:
                found[name] = (high, shown.size())

    assert {} == found


@pytest.mark.parametrize(
    ("layout", "width"),
    [
        *(
            (layout, PANE)
            for layout in (Layout.LINE, Layout.BAR, Layout.LOGO_LEFT, Layout.LOGO_TOP, Layout.PHOTO)
        ),
        *((layout, PHONE) for layout in (Layout.LINE, Layout.BAR, Layout.LOGO_TOP)),
    ],
)
def test_two_languages_keep_the_height_of_one(browser: Any, layout: Layout, width: int) -> None:
    """
    The names of both, the second one's card with its particulars: 200 px in a letter, and on a telephone where
    no picture stands beside them.
    """
    brand = replace(firm(), signature=replace(firm().signature, bilingual=True, layout=layout))
    files = dict(person_files(brand, replace(staff()[0], layout=layout), Wishes(DAY)))
    html = files[f"signatures/people/anna/en-ru/{layout}.gmail.html"].decode()
    with Shown(browser, width) as shown:
        margin = BODY[width][0]
        shown.open(f'<!DOCTYPE html><body style="margin:{margin}px"><div id="all">{html}</div>')
        high, wide = shown.box("#all")[3], shown.size()[0]

    assert high <= SIGNATURE[1] and wide <= width
    assert "Anna" in html and "Анна" in html


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
def test_a_company_of_many_names_keeps_its_height_in_letters(browser: Any, layout: Layout) -> None:
    """
    A stock company's particulars are all there, at most 200 px high; what may be left out makes room.
    """
    found = {}
    with Shown(browser, PANE) as shown:
        for name, made in _signatures(COMPANY, layout):
            high = _high(shown, made.html, BODY[PANE][0])
            whole = layout is Layout.REPLY or all(one in made.html for one in COMPANY.legal.directors)
            if high > SIGNATURE[1] or not whole:
                found[name] = (high, whole)

    assert {} == found


@pytest.mark.parametrize("width", [PHONE, PANE])
@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
@pytest.mark.parametrize("brand", [firm(**ARIAL), replace(COMPANY, **ARIAL)], ids=["small", "company"])
def test_heights_are_known_without_a_browser(browser: Any, brand: Brand, layout: Layout, width: int) -> None:
    """
    What the build computes is what Chromium shows, to two pixels.
    """
    margin, room = BODY[width]
    found = {}
    with Shown(browser, width) as shown:
        for name, made in _signatures(brand, layout):
            known = height(brand, made.card, layout, base_layout(brand, layout), room)
            seen = _high(shown, made.html, margin)
            if abs(known - seen) > 2:
                found[name] = (known, seen)

    assert {} == found


@pytest.mark.parametrize("zoom", [1, 2])
def test_a_qr_code_is_read_from_the_screen(browser: Any, zoom: int, tmp_path: Path) -> None:
    """
    The layout with a code, as a page shows it: a reader of codes finds the address of the contact card.
    """
    files = dict(person_files(firm(), staff()[0], Wishes(DAY, (Layout.CARD_QR,))))
    png = files["signatures/people/anna/qr.png"]
    html = files["signatures/people/anna/ru/card-qr.html"].decode()
    with Shown(browser, PANE, anna__png=png) as shown:
        shown.open(html.replace("<body", f'<body style="zoom:{zoom}"', 1))
        path = tmp_path / "screen.png"
        shown.picture().save(path)
    command = [require("zbarimg", "zbar-tools"), "-q", "--raw", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "https://fern.example/mail/cards/anna.vcf" == done.stdout.strip()


def test_a_right_to_left_signature_is_mirrored(browser: Any) -> None:
    """
    The bar stands at the right edge, and the digits of a number run from left to right.
    """
    html = signature_page(firm(), signature(firm(), staff()[0], Layout.BAR, "ar", DAY))
    with Shown(browser, PANE) as shown:
        painted = shown.open(html).picture()
        columns = [x for x in range(painted.width) if _barred(painted, x)]
        left, _, wide, _ = shown.box("table")
        digits = shown.page.evaluate(DIGITS, "+371 60 000 001")

    assert columns and min(columns) > left + wide - 8
    assert "+37160000001" == "".join(mark for _, mark in sorted(digits))
    assert [x for x, _ in digits] == sorted(x for x, _ in digits)


def _barred(painted: Image.Image, x: int) -> bool:
    counted = painted.crop((x, 0, x + 1, painted.height)).getcolors(painted.height) or []
    return sum(many for many, point in counted if _near(point, LAVISH.palette.light.accent)) > 40


DIGITS = """number => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.replaceAll("\\u00a0", " ").indexOf(number);
    if (at < 0) continue;
    return [...number].map((mark, n) => {
      const range = document.createRange();
      range.setStart(node, at + n);
      range.setEnd(node, at + n + 1);
      return [range.getBoundingClientRect().left, mark];
    }).filter(([, mark]) => mark.trim());
  }
  return [];
}"""


PICTURES = [
    (id, width, scheme)
    for id, width in zip(THREE, (PHONE, PANE, WIDE), strict=True)
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("id", "width", "scheme"), PICTURES)
def test_letters_look_as_before(
    browser: Any, id: str, width: int, scheme: str, tmp_path: Path, pytestconfig: Any
) -> None:
    """
    In cells of 8 px, with some tolerance; a page beside the test's files shows what differs. --update-goldens
    keeps the pictures of today.
    """
    name = f"{id}.{width}.{scheme}"
    with Shown(browser, width, scheme) as shown:
        painted = shown.open(render.html(letter(id, "ru"))).picture()
    if pytestconfig.getoption("--update-goldens"):
        pictures.keep(name, painted)

    assert "" == pictures.difference(name, painted, tmp_path / "difference.html")


@pytest.mark.parametrize("width", [PHONE, PANE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("layout", list(Layout))
def test_signatures_look_as_before(
    browser: Any, layout: Layout, width: int, scheme: str, tmp_path: Path, pytestconfig: Any
) -> None:
    """
    Every layout with its pictures, as letters are compared.
    """
    name = f"signature.{layout}.{width}.{scheme}"
    person = staff()[1] if layout is Layout.TEAM else staff()[0]
    made = signature(firm(), person, layout, "ru", DAY, pictures=hosted_pictures(firm(), person, 111))
    with Shown(
        browser, width, scheme, logo__png=png(), anna__png=png(160, 160), spring__png=png(900, 160)
    ) as shown:
        painted = shown.open(signature_page(firm(), made)).picture("body > :first-child")
    if pytestconfig.getoption("--update-goldens"):
        pictures.keep(name, painted)

    assert "" == pictures.difference(name, painted, tmp_path / "difference.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "layout", [layout for layout in Layout if layout not in (Layout.REPLY, Layout.LEGAL)]
)
def test_without_pictures_a_signature_says_whose_it_is(browser: Any, layout: Layout, scheme: str) -> None:
    """
    Every request is refused: the person, the firm and the ways to reach them stand there in words.
    """
    person = staff()[1] if layout is Layout.TEAM else staff()[0]
    made = signature(firm(), person, layout, "en", DAY, pictures=hosted_pictures(firm(), person, 111))
    with Shown(browser, PHONE, scheme) as shown:
        said = shown.open(signature_page(firm(), made)).page.inner_text("body")

    assert person.name in said and person.email in said
    assert re.search(r"Fern & Co(?! support)", said)


def test_a_picture_that_differs_is_shown(browser: Any, tmp_path: Path) -> None:
    """
    A letter in other colours is not as before, and the page has the three pictures.
    """
    other = replace(LAVISH, palette=SPARSE.palette)
    with Shown(browser, PHONE) as shown:
        painted = shown.open(render.html(letter(THREE[0], "ru", brand=other))).picture()
    page = tmp_path / "difference.html"
    said = pictures.difference(f"{THREE[0]}.{PHONE}.light", painted, page)

    assert "differ" in said
    assert 3 == page.read_text(encoding="utf-8").count("<img")
