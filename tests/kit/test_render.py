"""HTML of letters as programs show it: the button that survives, the dark twin, the inlined styles."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailsetup.kit import colors, plain_text, render
from mailsetup.model.brand import DarkLogo, LocalText, Logo

from .firms import BRAND, firm
from .letter_worlds import LAVISH, SPARSE, Page, letter


def styles(page: Page, tag: str, name: str) -> dict[str, str]:
    """The inlined style of the first element of a class."""
    found = next(a for a in page.all(tag) if name in a.get("class", "").split())
    pairs = (declaration.partition(":") for declaration in found["style"].split(";") if declaration.strip())
    return {key.strip(): value.strip() for key, _, value in pairs}


def test_the_button_keeps_its_colour_in_every_program() -> None:
    """
    The cell has ground and edge and no text colour, the link the text colour and no ground; Word has a twin.
    """
    html = render.html(letter("order.shipped"))
    cell, link = styles(Page(html), "td", "button"), styles(Page(html), "a", "buttontext")

    assert LAVISH.palette.light.primary == cell["background-color"]
    assert cell["border"].startswith("2px solid #") and "color" not in cell
    assert LAVISH.palette.light.on_primary == link["color"] and "background-color" not in link
    assert 'fillcolor="#0f5b8c"' in html and "<!--[if mso]>" in html


def test_dark_words_of_a_button_carry_its_ground() -> None:
    """
    Thunderbird takes the colour of dark words without a ground in their own rule; light ones stand on the cell's.
    """
    dark, light = (Page(render.html(letter("order.shipped", brand=brand))) for brand in (SPARSE, LAVISH))

    assert SPARSE.palette.light.primary == styles(dark, "a", "buttontext")["background-color"]
    assert "background-color" not in styles(light, "a", "buttontext")


@pytest.mark.parametrize(
    "primary", ["#0f5b8c", "#40e0d0", "#000000", "#ffffff", "#ffee00", "#7a3e9d", "#c0c0c0"]
)
def test_the_edge_of_a_button_is_seen_where_programs_turn_colours(primary: str) -> None:
    """
    3:1 on a white card, on that card turned dark with the button as it is or turned too, whatever the colour.
    """
    brand = firm(BRAND.replace("#0f5b8c", primary))
    edge = styles(Page(render.html(letter("order.shipped", brand=brand))), "td", "button")["border"].split()[
        -1
    ]
    half = colors.half_inverted(edge, is_ground=True)

    assert colors.contrast(edge, "#ffffff") >= colors.EDGE_CONTRAST
    assert colors.contrast(half, colors.inverted("#ffffff")) >= colors.EDGE_CONTRAST
    assert colors.contrast(colors.inverted(edge), colors.inverted("#ffffff")) >= colors.EDGE_CONTRAST


def test_styles_are_in_the_elements() -> None:
    """
    What drops `<style>` still shows the letter; what is left there is for the dark and for telephones.
    """
    html = render.html(letter("order.confirmed"))
    kept = re.findall(r"<style[^>]*>(.*?)</style>", html, re.S)
    outside = [css for css in kept if "mso-" not in css]

    assert 1 == len(outside)
    assert "prefers-color-scheme" in outside[0] and "data-ogsc" in outside[0]
    assert len("".join(kept)) < 12 * 1024
    assert "url(" not in "".join(kept)
    assert not re.search(r"display:\s*(?:flex|grid)|position:|calc\(|var\(|rgba?\(|rem\b", html)
    assert all(
        not a.get("class") or a.get("style") or "container" in a["class"] for a in Page(html).all("td")
    )


@pytest.mark.parametrize("brand", [LAVISH, SPARSE], ids=["lavish", "sparse"])
def test_what_is_read_can_be_read(brand: object) -> None:
    """
    Text, footer, links and buttons pass 4.5 on their grounds, light and dark.
    """
    html = render.html(letter("order.confirmed", brand=brand))  # type: ignore[arg-type]
    page = Page(html)
    ground = styles(page, "table", "page")["background-color"]
    card = styles(page, "td", "card")["background-color"]
    dark = dict(
        re.findall(r"\.(faint|card|page)\{(?:background-)?color:(#\w+)!important", html.replace(" ", ""))
    )

    assert colors.contrast(styles(page, "p", "faint")["color"], ground) >= 4.5
    assert colors.contrast(styles(page, "p", "ink")["color"], card) >= 4.5
    button = styles(page, "td", "button")["background-color"], styles(page, "a", "buttontext")["color"]
    assert colors.contrast(*button) >= 4.5
    assert colors.contrast(dark["faint"], dark["card"]) >= 4.5


@pytest.mark.parametrize("brand", [LAVISH, SPARSE], ids=["lavish", "sparse"])
@pytest.mark.parametrize("id", ["order.confirmed", "support.complaint", "marketing.news"])
def test_the_dark_twin_can_be_read(id: str, brand: object) -> None:
    """
    In every shape of a letter: text, footer and links on the dark card, and on the page around it.
    """
    html = render.html(letter(id, brand=brand)).replace(" ", "")  # type: ignore[arg-type]
    dark = html[html.index("prefers-color-scheme:dark") : html.index("[data-ogsc]")]
    inks = [re.findall(rf"{name}\{{color:(#\w+)", dark)[0] for name in ("td,th", r"\.faint", r"a,\.brandink")]
    grounds = [
        re.findall(rf"{name}\{{background-color:(#\w+)", dark)[0] for name in (r"body,\.page", r"\.card")
    ]

    assert [] == [(i, g) for i in inks for g in grounds if colors.contrast(i, g) < 4.5]


def test_a_logo_is_shown_as_the_brand_wants_it_in_the_dark() -> None:
    """
    On a plate, or as a second file; with its words and size.
    """
    url = "https://fern.example/logo.png"
    plate = Logo(url=url, width=120, alt=LocalText.of("Fern"), dark=DarkLogo.PLATE)
    file = replace(plate, dark=DarkLogo.FILE, dark_url="https://fern.example/dark.png")
    on_plate = Page(render.html(letter("order.shipped", brand=replace(LAVISH, logo=plate)))).all("img")
    two_files = Page(render.html(letter("order.shipped", brand=replace(LAVISH, logo=file)))).all("img")

    assert [("logo plate", "Fern", "120")] == [(i["class"], i["alt"], i["width"]) for i in on_plate]
    assert [url, "https://fern.example/dark.png"] == [i["src"] for i in two_files]


def test_tables_of_data_say_what_their_cells_are() -> None:
    """
    Layout tables are presentation; tables of facts and lines have row and column heads.
    """
    page = Page(render.html(letter("order.confirmed")))
    scopes = [a.get("scope") for a in page.all("th")]
    plain = [a for a in page.all("table") if a.get("role") != "presentation"]

    assert {"col", "row"} == set(scopes)
    assert {"lines", "facts"} == {a["class"] for a in plain}
    assert 1 == len(page.all("h1"))


def test_a_full_stop_never_touches_an_address() -> None:
    """
    In the middle of a text a space stands between them; at the end the stop goes.
    """
    values = {
        "topic": "x",
        "question": "Is it at https://fern.example/a, or where?",
        "answer": "It is at https://fern.example/b.",
        "customer": {"name": "Anna"},
    }
    text = plain_text.write(letter("support.answer-one", values=values))

    assert "https://fern.example/a , or" in text
    assert re.search(r"https://fern\.example/b$", text, re.M)


def test_flowed_text_is_the_text() -> None:
    """
    RFC 3676: soft lines end with a space, what looks like a quotation or "From " is stuffed, the separator stays.
    """
    made = letter("support.complaint")
    flowed, plain = plain_text.flowed(made), plain_text.write(made)
    joined = re.sub(r"(?<!--) \n", " ", flowed)

    assert "\n-- \n" in flowed
    assert plain.split() == flowed.split()
    assert max(map(len, joined.splitlines())) > plain_text.WIDTH


def test_wide_letters_of_the_east_count_double() -> None:
    """
    Seventy columns are seventy columns of the screen.
    """
    values = {"changed": ["日本語の文" * 30], "customer": {"name": "Anna"}}
    text = plain_text.write(letter("feedback.thanks", values=values))

    assert max(plain_text.width(line) for line in text.splitlines()) <= plain_text.WIDTH
