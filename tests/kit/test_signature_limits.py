"""Laws of sizes: a signature has no more characters, links, pictures or octets than mail programs take."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace

import pytest

from mailsetup.kit import brand as brands
from mailsetup.kit import logo, people
from mailsetup.kit.signatures import render
from mailsetup.kit.signatures.card import card, hosted_pictures
from mailsetup.kit.signatures.measures import (
    ADD_IN_LIMIT,
    EXCHANGE_LIMIT,
    GMAIL_LIMIT,
    HEIGHT,
    height,
    highest,
    within_links,
)
from mailsetup.kit.signatures.person_files import Wishes, logo_file, parts_named, person_files
from mailsetup.kit.signatures.plain import COLUMNS, LINES, width
from mailsetup.kit.signatures.render import DROPPED, base_layout
from mailsetup.kit.signatures.team_files import notes, team_files
from mailsetup.kit.templates.composing import compose
from mailsetup.model.brand import NO_PHONE, Brand, Layout, LocalText, Picture
from mailsetup.model.errors import InputError

from .firms import BRAND, DAY, firm, png, staff

LINKS = 6
PICTURES = 3
KB = 1024
RICH = BRAND.replace(
    "[social]", '[social]\nfacebook = "https://facebook.com/x"\nlinkedin = "https://linkedin.com/x"'
)
MOVED = LocalText.of("New address: anna@fern.example\nOld one: shop@example.com")


def noise(wide: int, high: int, seed: int = 1) -> bytes:
    """A picture that no compression makes smaller."""
    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (wide, high), random.Random(seed).randbytes(wide * high * 3)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("base", ["bar", "card-qr", "logo-top"])
@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("layout", list(Layout))
def test_no_signature_has_more_than_six_links(layout: Layout, moving: bool, base: str) -> None:
    """
    Two numbers, a call, six profiles, a banner, a code and a notice: the least important ones stay out.
    """
    brand = firm(RICH.replace("[signature]", f'[signature]\nlayout = "{base}"'))
    if moving:
        brand = replace(brand, signature=replace(brand.signature, notice=MOVED))
    for person in staff():
        html = render(brand, person, layout, "en", DAY).html

        assert html.count("<a ") <= LINKS
        assert html.count("<img ") <= PICTURES


def test_a_signature_in_two_languages_keeps_every_limit() -> None:
    """
    Both languages together: links, characters, columns, lines above the particulars; contacts stand once.
    """
    brand = firm(RICH.replace("[signature]", "[signature]\nbilingual = true"))
    files = dict(person_files(brand, staff()[0], Wishes(DAY)))
    base = "signatures/people/anna/en-ru/bar"
    html, text = files[f"{base}.gmail.html"].decode(), files[f"{base}.txt"].decode().splitlines()
    limits = files["signatures/people/anna/LIMITS.txt"].decode()
    above = text[1 : text.index("")]

    assert html.count("<a ") <= LINKS
    assert len(html) <= GMAIL_LIMIT
    assert 1 == html.count("mailto:")
    assert len(above) <= LINES and max(map(width, text)) <= COLUMNS
    assert "Anna" in above[0] and "Анна" in above[1]
    told = re.search(r"en-ru bar: .*?(\d+) px high in a letter and (\d+) on a telephone", limits)
    assert told is not None and max(map(int, told.groups())) <= HEIGHT
    assert html.index("Head of sales") < html.index("Руководитель") and 1 == html.count("40203000000")
    assert "prefers-color-scheme" in files[f"{base}.html"].decode()


def test_what_no_layout_can_hold_is_refused_before_gmail_does() -> None:
    """
    Particulars of nine thousand characters: one sentence that names file, layout, person and limit.
    """
    long = tuple(f"Director {n} {'x' * 270}" for n in range(40))
    brand = firm()
    brand = replace(brand, legal=replace(brand.legal, directors=long))
    with pytest.raises(InputError, match=r"brand\.toml: .*bar of anna.*9000.*10000"):
        dict(person_files(brand, staff()[0], Wishes(DAY)))


def test_everything_an_add_in_hands_over_is_short_enough() -> None:
    """
    What Gmail takes, setSignatureAsync takes too.
    """
    assert GMAIL_LIMIT < ADD_IN_LIMIT


def test_an_exchange_rule_that_does_not_fit_is_left_out_and_told() -> None:
    """
    At most 4,800 characters; else neither text nor script is written, and the owner hears why.
    """
    brand = firm()
    large = replace(
        brand, legal=replace(brand.legal, directors=tuple(f"Director {n}" * 20 for n in range(25)))
    )
    fits = dict(team_files(brand, staff(), Wishes(DAY)))
    none = dict(team_files(large, (), Wishes(DAY)))

    assert len(fits["signatures/admin/exchange/transport-rule.html"].decode()) <= EXCHANGE_LIMIT
    assert not [name for name in none if "transport-rule" in name]
    assert any("Exchange" in note and "4800" in note for note in notes(large, (), Wishes(DAY)))


@pytest.mark.parametrize("picture", [noise(1200, 400), noise(900, 900), png()])
def test_the_logo_that_is_sent_is_at_most_twenty_kilobytes(picture: bytes) -> None:
    """
    Twice as wide as it is shown where that fits; never above 300 x 100 pixels shown.
    """
    brand = firm(BRAND.replace("width = 140", "width = 300"))
    measured: Picture = logo.measure(picture, "logo.png")
    brand = replace(brand, logo=replace(brand.logo, url="", picture=measured))
    made = logo_file(brand)
    html = render(brand, staff()[0], Layout.LOGO_TOP, "en", DAY).html
    shown = re.search(r'<img [^>]*logo\.png" width="(\d+)" height="(\d+)"', html)

    assert shown is not None
    assert len(made) <= 20 * KB
    assert int(shown[1]) <= 300 and int(shown[2]) <= 100


def test_a_photo_that_is_sent_is_at_most_twenty_kilobytes() -> None:
    """
    Whatever is in it.
    """
    assert len(logo.rounded(logo.measure(noise(400, 400), "p.png"), 160)) <= 20 * KB


def test_the_pictures_of_one_signature_are_at_most_fifty_kilobytes() -> None:
    """
    Logo, photo and code together.
    """
    brand = firm()
    brand = replace(brand, logo=replace(brand.logo, picture=logo.measure(noise(900, 300), "l.png")))
    photo = logo.rounded(logo.measure(noise(300, 300), "p.png"), 160)
    files = dict(person_files(brand, staff()[0], Wishes(DAY, (), logo_file(brand)), photo))
    sizes = [len(files[f"signatures/people/anna/{n}"]) for n in ("qr.png", "en/outlook/anna_files/logo.png")]

    assert sum(sizes) + len(photo) <= 50 * KB


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
def test_a_picture_has_its_size_in_css_too(layout: Layout) -> None:
    """
    Word takes the attributes for points on dense screens.
    """
    html = render(firm(), staff()[0], layout, "en", DAY).html
    for image in re.findall(r"<img [^>]*>", html):
        size = re.search(r'width="(\d+)" height="(\d+)"', image)

        assert size is not None
        assert f"width:{size[1]}px;height:{size[2]}px" in image or f"max-width:{size[1]}px" in image


def test_the_page_of_classic_outlook_counts_96_pixels_to_the_inch() -> None:
    """
    The Office document says so.
    """
    files = dict(person_files(firm(), staff()[0], Wishes(DAY)))
    page = files["signatures/people/anna/en/outlook/anna-bar-en.htm"].decode()

    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in page
    assert 'xmlns:o="urn:schemas-microsoft-com:office:office"' in page


# What section 3.1 of the design gives each layout, in pixels above its particulars and without a banner.
GIVEN = {
    Layout.LINE: 40,
    Layout.BAR: 100,
    Layout.LOGO_LEFT: 110,
    Layout.LOGO_TOP: 140,
    Layout.PHOTO: 120,
    Layout.CARD_QR: 130,
    Layout.BANNER: 110,
    Layout.TEAM: 110,
    Layout.REPLY: 40,
}


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize(("layout", "most"), list(GIVEN.items()))
def test_a_layout_is_as_high_as_it_was_designed(layout: Layout, most: int, locale: str) -> None:
    """
    In a letter, for a person of whom everything is known: five lines of text, or a picture beside them.
    """
    brand = firm()
    person = staff()[1] if layout is Layout.TEAM else staff()[0]
    told = card(brand, person, locale, DAY, hosted_pictures(brand, person, 111))
    alone = replace(within_links(told, layout), legal=(), environment="")

    assert height(brand, alone, layout, base_layout(brand, layout)) <= most


SPARED = ("environment", "certifications", "tagline", "logo", "links", "disclaimer", "call", "department")


def _wordy(times: int) -> Brand:
    """A firm whose disclaimer is a sentence so many times, with a certificate."""
    brand = firm()
    long = LocalText.of("This letter is for its reader alone. " * times)
    return replace(brand, signature=replace(brand.signature, disclaimer=long, certifications=("ISO 9001",)))


@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.TEXT])
@pytest.mark.parametrize("times", range(0, 12, 3))
def test_what_may_be_left_out_makes_room(times: int, layout: Layout, locale: str) -> None:
    """
    However long the disclaimer: at most 200 px in a letter and on a telephone, and nothing goes in vain.
    """
    brand = _wordy(times)
    drawn = base_layout(brand, layout)
    made = render(brand, staff()[0], layout, locale, DAY)
    whole = card(brand, staff()[0], locale, DAY, hosted_pictures(brand, staff()[0]))
    gone = [name for name in made.left_out if name != "links"]
    in_vain = [
        name
        for name in gone
        if highest(brand, replace(made.card, **{name: getattr(whole, name)}), layout, drawn) <= HEIGHT
    ]

    assert highest(brand, made.card, layout, drawn) <= HEIGHT
    assert [] == in_vain
    assert made.left_out == tuple(name for name in SPARED if name in made.left_out)
    assert made.card.legal == whole.legal and made.card.email == whole.email


def test_the_least_important_goes_first() -> None:
    """
    Where one line is in the way, the environmental line goes, and nothing else.
    """
    brand = _wordy(1)
    first: set[str] = set()
    for count in range(12):
        moving = LocalText.of("\n".join(f"Line {n}" for n in range(count)))
        one = replace(brand, signature=replace(brand.signature, notice=moving))
        first = first or set(render(one, staff()[0], Layout.BAR, "en", DAY).left_out) - {"links"}

    assert SPARED == tuple(name for name, _ in DROPPED)
    assert {"environment"} == first


def test_what_was_left_out_is_told() -> None:
    """
    By the build with layout, person and parts; by LIMITS.txt; a short signature is told of nothing.
    """
    said = " ".join(notes(_wordy(7), staff(), Wishes(DAY)))
    limits = dict(person_files(_wordy(7), staff()[0], Wishes(DAY)))["signatures/people/anna/LIMITS.txt"]
    quiet = firm(BRAND.partition("[signature]")[0].replace("instagram", "#"))

    assert "bar of anna leaves out links, disclaimer, to stay within 6 links and 200 px" in said
    assert "left out to fit: links, disclaimer" in limits.decode()
    assert not any("leaves out" in note or "px high" in note for note in notes(quiet, staff(), Wishes(DAY)))


def test_every_part_that_may_be_left_out_has_a_name() -> None:
    """
    In words, in the order in which they go.
    """
    assert len(SPARED) == len(set(parts_named(SPARED).split(", ")))


def test_particulars_that_are_high_on_a_telephone_are_told() -> None:
    """
    They never go: the build says how high it is there, and which layout is lower.
    """
    brand = firm()
    names = tuple(f"Johanna Weber-Lindemann {n}" for n in range(12))
    brand = replace(brand, legal=replace(brand.legal, directors=names))

    assert any("on a telephone" in note and "line" in note for note in notes(brand, staff(), Wishes(DAY)))


def test_what_no_letter_can_hold_is_refused_before_it_is_written() -> None:
    """
    Forty directors of a board: file, layout, person, height, limit, and the layout that is lower.
    """
    brand = firm()
    names = tuple(f"Johanna Weber-Lindemann {n}" for n in range(40))
    brand = replace(brand, legal=replace(brand.legal, directors=names))
    with pytest.raises(
        InputError, match=r"brand\.toml: the signature bar of anna is \d+ px high .*200.*line"
    ):
        dict(person_files(brand, staff()[0], Wishes(DAY)))


@pytest.mark.parametrize("host", ["bit.ly", "www.bit.ly", "clck.ru", "vk.cc", "tinyurl.com", "t.co"])
@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('telegram = "https://t.me/example"', 'telegram = "https://{host}/x"', "telegram"),
        ('call_url = "https://fern.example/visit"', 'call_url = "https://{host}/x"', "call_url"),
        ('url = "https://fern.example/spring"', 'url = "https://{host}/x"', "url"),
    ],
)
def test_a_shortened_address_is_refused_by_its_key(host: str, old: str, new: str, line: str) -> None:
    """
    File, line and key; what to write instead.
    """
    with pytest.raises(InputError, match=rf"brand\.toml, line \d+: .*{line} .*hides where it leads.*write"):
        brands.parse(BRAND.replace(old, new.format(host=host)))


def test_a_shortened_address_of_a_person_is_refused_by_its_column() -> None:
    """
    Booking pages are often shortened.
    """
    home = firm()
    with pytest.raises(InputError, match=r'people\.csv, line 2, column "booking"'):
        people.parse("name,booking\nAnna,https://bit.ly/x\n", home.address.country, home.locales)


@pytest.mark.parametrize("ending", ["svg", "webp", "avif", "SVG?v=2"])
@pytest.mark.parametrize("key", ["url", "image"])
def test_a_picture_that_mail_programs_leave_out_is_refused(key: str, ending: str) -> None:
    """
    SVG fails in Gmail, WebP and AVIF in Outlook for Windows.
    """
    old = "logo.png" if key == "url" else "spring.png"
    with pytest.raises(InputError, match=rf"{key} .*(?i:{ending[:3]}).*PNG"):
        brands.parse(BRAND.replace(old, f"{old[:-4]}.{ending}"))


def test_pure_black_and_white_are_softened_and_told() -> None:
    """
    Text, and both shades of the dark.
    """
    text = BRAND.replace('text = "#1f2937"', 'text = "black"')
    text = text.replace("[fonts]", '[colors.dark]\nbackground = "#000"\ntext = "#fff"\n[fonts]')
    palette = firm(text).palette

    assert ("#111111", "#121212", "#f1f1f1") == (
        palette.light.text,
        palette.dark.background,
        palette.dark.text,
    )
    assert 3 == sum("pure black" in note for note in palette.notes)


def test_a_logo_too_small_for_dense_screens_is_told() -> None:
    """
    The file is to be twice as wide as it is shown; below 50 pixels programs may invert it.
    """
    brand = firm(BRAND.replace("width = 140", "width = 40"))
    blunt = replace(brand, logo=replace(brand.logo, picture=logo.measure(png(60, 30), "l.png")))

    assert any("80 px" in note for note in notes(blunt))
    assert any("50 px" in note for note in notes(blunt))


def test_links_that_found_no_place_are_told() -> None:
    """
    LIMITS.txt names them; a person with few has none missing.
    """
    files = dict(person_files(firm(RICH), staff()[0], Wishes(DAY)))
    quiet = firm(
        BRAND.replace('instagram = "https://instagram.com/example"', "").partition("[signature.banner]")[0]
    )
    few = dict(person_files(quiet, replace(staff()[0], mobile=NO_PHONE), Wishes(DAY)))
    name = "signatures/people/anna/LIMITS.txt"

    told = files[name].decode().splitlines()

    assert all("left out to fit: links" in line for line in told if " bar: " in line)
    assert not any("left out" in line for line in told if " reply: " in line or " text: " in line)
    assert "left out" not in few[name].decode()


def test_letters_show_the_hosted_logo_as_signatures_do() -> None:
    """
    With assets_url alone: the same picture at the same size, on its plate already.
    """
    from mailsetup.kit import render as letters

    from .letter_worlds import CATALOGUE

    brand = firm(BRAND.replace('url = "https://fern.example/mail/logo.png"', ""))
    brand = replace(brand, logo=replace(brand.logo, picture=logo.measure(png(), "l.png")))
    html = letters.html(compose(CATALOGUE.get("account.welcome"), brand, CATALOGUE, locale="en"))
    shown = render(brand, staff()[0], Layout.LOGO_TOP, "en", DAY).html
    size = re.search(r'logo\.png" width="(\d+)" height="(\d+)"', shown)

    assert size is not None
    assert 'src="https://fern.example/mail/logo.png"' in html
    assert f'height="{size[2]}"' in html and f'width="{size[1]}"' in html
    assert re.search(rf"<img [^>]*width: ?{size[1]}px; ?height: ?{size[2]}px", html)


def test_numbers_and_addresses_keep_their_direction() -> None:
    """
    In a language written from right to left, both are isolated from the text around them.
    """
    html = render(firm(), staff()[0], Layout.BAR, "ar", DAY).html

    assert '<span dir="ltr">+371 20 000 002</span>' in html
    assert '<span dir="ltr">anna@fern.example</span>' in html
