"""The kit in Chromium, at the width of a telephone and of a reading pane, light and dark: letters, signatures, gallery."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsetup.kit import render
from mailsetup.kit.signatures.person_files import Wishes, person_files
from mailsetup.kit.signatures.render import document as signature_page
from mailsetup.kit.signatures.render import render as signature
from mailsetup.model.brand import Layout, LocalText
from tests.kit.firms import DAY, firm, staff
from tests.kit.letter_worlds import CATALOGUE, IDS, letter
from tests.kit.shipped import Shipped, make
from tests.servers import require

from .chromium import PHONE, Chromium, Reader, violations

pytestmark = pytest.mark.real
PANE = 600
LOCALES = ("en", "ru")
# A letter is part of the program's page, which has the landmarks; a signature has no heading either.
OF_A_PAGE = ("region", "landmark-one-main", "page-has-heading-one")
COMBINATIONS = [  # each width and scheme in one language
    pytest.param(PHONE, "light", "ru", id="375-light"),
    pytest.param(PHONE, "dark", "en", id="375-dark"),
    pytest.param(PANE, "light", "en", id="600-light"),
    pytest.param(PANE, "dark", "ru", id="600-dark"),
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """The sample brand with its kit and gallery."""
    return make(tmp_path_factory.mktemp("sample"))


class Sheet:
    """One page in which documents are shown one after the other."""

    def __init__(self, browser: Chromium, width: int, scheme: str) -> None:
        self.width = width
        self._until = ExitStack()
        self.page = self._until.enter_context(browser.page(width, scheme))

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        self._until.close()

    def faults(self, html: str) -> list[str]:
        """What is wrong with a document: scrolled sideways, or not for everybody."""
        wrong = violations(self._shown(html), without=OF_A_PAGE)
        return [*self._width(), *(f"{rule}: {element[:120]}" for rule, element in wrong)]

    def too_wide(self, html: str) -> list[str]:
        """Shows a document; how wide it is where that is more than the screen."""
        self._shown(html)
        return self._width()

    def _shown(self, html: str) -> Any:
        self.page.set_content(html, wait_until="domcontentloaded")
        return self.page

    def _width(self) -> list[str]:
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return [f"{wide} px wide"] if wide > self.width else []


@pytest.fixture
def sheet(browser: Any, request: Any) -> Iterator[Sheet]:
    """A page of the width and scheme of the test."""
    with Sheet(browser, request.getfixturevalue("width"), request.getfixturevalue("scheme")) as made:
        yield made


def _letters(locale: str) -> Mapping[str, str]:
    return {id: render.html(letter(id, locale)) for id in IDS if CATALOGUE.get(id).html}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, PANE])
def test_letters_fit_and_are_for_everybody(sheet: Sheet, locale: str, width: int, scheme: str) -> None:
    """
    No letter is wider than the screen, and axe-core finds nothing in it.
    """
    found = {id: sheet.faults(html) for id, html in _letters(locale).items()}

    assert {} == {name: faults for name, faults in found.items() if faults}


def test_what_is_wrong_with_one_document_is_found_after_another(browser: Any) -> None:
    """
    They are shown in one window, in which axe-core is once: each is judged for itself.
    """
    good = '<!DOCTYPE html><html lang="en"><title>A letter</title><main><h1>Hello</h1></main>'
    bad = good.replace("Hello</h1>", '</h1><img src="x.png"><p style="color:#bbb;background:#fff">Faint</p>')
    with Sheet(browser, PANE, "light") as sheet:
        first, found, last = (sheet.faults(html) for html in (good, bad, good))

    assert ([], []) == (first, last)
    assert {"image-alt", "color-contrast"} <= {fault.partition(":")[0] for fault in found}


@pytest.mark.parametrize(("width", "scheme", "spoken"), COMBINATIONS)
def test_signatures_fit_and_are_for_everybody(sheet: Sheet, spoken: str, width: int, scheme: str) -> None:
    """
    Every layout of a person and of a team, as a page of its own.
    """
    found = {}
    for person in staff():
        for layout in Layout:
            page = signature_page(firm(), signature(firm(), person, layout, spoken, DAY))
            # axe-core does not know the ground that a browser paints for a colour scheme: here it is told.
            ground = page.replace("</head>", "<style>html{background-color:Canvas}</style></head>")
            found[person.id, layout.value] = sheet.faults(ground)

    assert {} == {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize(("width", "scheme", "spoken"), COMBINATIONS)
def test_pages_for_colleagues_fit(
    browser: Any, sample: Shipped, width: int, scheme: str, spoken: str
) -> None:
    """
    The page that says how to install a signature, and the one of all signatures.
    """
    folder = sample.folder / "kit" / "signatures"
    for page in (folder / "people" / "anna" / spoken / "install.html", folder / "index.html"):
        with Reader(browser, page, width, scheme) as reader:
            assert (page.name, []) == (page.name, reader.violations())
            assert not reader.too_wide()


@pytest.mark.parametrize(("width", "scheme", "spoken"), COMBINATIONS)
def test_the_gallery_fits(browser: Any, sample: Shipped, width: int, scheme: str, spoken: str) -> None:
    """
    No console message, no request, no violation, nothing to scroll sideways.
    """
    with Reader(browser, sample.gallery, width, scheme) as reader:
        reader.page.wait_for_timeout(300)

        assert ([], []) == (reader.said, reader.asked)
        assert not reader.too_wide()
        assert [] == reader.violations()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_code_is_read_from_the_screen(browser: Any, tmp_path: Path, scheme: str, scale: int) -> None:
    """
    A reader of codes finds the address of the contact card in a picture of the signature, at its shown size.
    """
    anna = staff()[0]
    made = dict(person_files(firm(), anna, Wishes(DAY, (Layout.CARD_QR,))))
    code = tmp_path / "qr.png"
    code.write_bytes(made["signatures/people/anna/qr.png"])
    page = tmp_path / "page.html"
    html = made["signatures/people/anna/en/card-qr.html"].decode()
    source = re.search(r'src="(https://[^"]*/qr/[^"]*)"', html)
    assert source is not None
    page.write_text(html.replace(source[1], code.as_uri()), encoding="utf-8")
    shot = tmp_path / "shot.png"
    with Reader(browser, page, PANE, scheme, device_scale_factor=scale) as reader:
        reader.page.screenshot(path=str(shot))
    command = [require("zbarimg", "zbar-tools"), "-q", "--raw", str(shot)]
    done = subprocess.run(command, capture_output=True, check=False)

    assert "https://fern.example/mail/cards/anna.vcf" == done.stdout.decode().strip()


@pytest.mark.parametrize("language", LOCALES)
def test_everybodys_page_shows_each_signature_four_times(
    browser: Any, sample: Shipped, language: str
) -> None:
    """
    600 and 375 pixels, light and dark, whole, with the layout and language that are chosen.
    """
    page = sample.folder / "kit" / "signatures" / "index.html"
    with Reader(browser, page, 1200, "light") as reader:
        reader.page.select_option("#language", language)
        reader.page.select_option("#layout", "reply")
        reader.page.wait_for_selector('li[data-id="anna"] iframe')
        reader.page.wait_for_timeout(300)
        frames = reader.page.query_selector_all('li[data-id="anna"] iframe')
        told = [frame.get_attribute("title") for frame in frames]
        inside = [frame.content_frame() for frame in frames]
        grounds = [f.evaluate("getComputedStyle(document.documentElement).backgroundColor") for f in inside]
        text = inside[0].inner_text("body")

        assert ["600", "375", "600", "375"] == [frame.get_attribute("width") for frame in frames]
        assert all(title and "reply" in title for title in told)
        assert [(255, 255, 255)] * 2 + [(18, 18, 18)] * 2 == [
            tuple(int(part) for part in re.findall(r"\d+", ground)[:3]) for ground in grounds
        ]
        assert ("Anna Ozola" if language == "en" else "Анна Озола") in text
        reader.page.fill("#search", "support")
        assert ["support"] == reader.page.eval_on_selector_all(
            "li[data-id]", "all => all.filter(one => !one.hidden).map(one => one.dataset.id)"
        )


LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.mark.parametrize("width", [PHONE, PANE])
def test_no_text_makes_a_signature_wider_than_its_screen(browser: Any, width: int) -> None:
    """
    Words without a blank, long addresses, every layout: 600 pixels at most, and those of a telephone.
    """
    anna = staff()[0]
    person = replace(
        anna,
        name=LONG,
        role=LocalText.of(LONG),
        email=f"{'a' * 60}@fern.example",
        locale="en",
    )
    found = {}
    with Sheet(browser, width, "light") as sheet:
        for layout in Layout:
            made = signature(firm(), person, layout, "en", DAY)
            faults = sheet.too_wide(signature_page(firm(), made))
            high = sheet.page.evaluate("document.body.firstElementChild.getBoundingClientRect().width")
            found[layout.value] = [*faults, *([f"{high} px"] if high > PANE else [])]

    assert {} == {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_for_telephones_fits(browser: Any, tmp_path: Path, locale: str) -> None:
    """
    On a telephone, light and dark, for everybody.
    """
    anna = replace(staff()[0], locale=locale)
    page = tmp_path / "anna.html"
    page.write_bytes(dict(person_files(firm(), anna, Wishes(DAY)))["hosted/pages/anna.html"])
    for scheme in ("light", "dark"):
        with Reader(browser, page, PHONE, scheme) as reader:
            assert [] == reader.violations()
            assert not reader.too_wide()
