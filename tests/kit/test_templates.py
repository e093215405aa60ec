"""Every shipped template, in every locale and voice, for a brand that tells everything and one that tells nothing."""

from __future__ import annotations

import email
import email.message
import email.policy
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailsetup.kit import eml, exports, json_ld, plain_text, render, templates
from mailsetup.kit.letter import Kind, Letter
from mailsetup.kit.lookalikes import in_capitals
from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError

from . import goldens
from .firms import staff
from .letter_worlds import CATALOGUE, IDS, LAVISH, LOCALES, SPARSE, VOICES, Page, letter

DAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BRANDS = {"lavish": LAVISH, "sparse": SPARSE}
COUNT = 51

everywhere = pytest.mark.parametrize("locale", LOCALES)
in_each_voice = pytest.mark.parametrize("voice", VOICES)
every_template = pytest.mark.parametrize("id", IDS)
every_brand = pytest.mark.parametrize("brand", list(BRANDS.values()), ids=list(BRANDS))


def test_the_catalogue_is_whole() -> None:
    """
    Fifty-one templates, each complete in both locales, each with its purpose.
    """
    incomplete = [id for id in IDS if set(LOCALES) - set(CATALOGUE.templates[id].locales)]
    unexplained = [
        id for id in IDS if not all(CATALOGUE.get(id).purpose.texts.get(locale) for locale in LOCALES)
    ]

    assert COUNT == len(IDS)
    assert [] == incomplete
    assert [] == unexplained


@every_template
def test_both_locales_tell_the_same(id: str) -> None:
    """
    Every variable a template declares is used in both locales, and no other.
    """
    template = CATALOGUE.get(id)
    templates.check(template, CATALOGUE)
    used = {locale: templates.used_names(template, CATALOGUE, locale) for locale in LOCALES}
    own = {locale: names & set(template.variables) for locale, names in used.items()}

    assert set(template.variables) == own["en"]
    assert own["en"] == own["ru"]


@every_brand
@in_each_voice
@everywhere
@every_template
def test_a_letter_is_whole_in_all_its_forms(id: str, locale: str, voice: str, brand: Brand) -> None:
    """
    Text of 70 columns, HTML that needs nothing from elsewhere, a draft that reads back.
    """
    made = letter(id, locale, voice, brand)
    text, html = plain_text.write(made), render.html(made)
    page = Page(html)

    assert [] == [line for line in text.splitlines() if plain_text.width(line) > 70 and "://" not in line]
    assert [] == re.findall(r"https?://\S*[.,;:!?)]$", text, re.M)
    assert 12 <= len(made.subject) <= 60
    assert 30 <= len(made.preheader) <= 110
    assert len(html.encode()) <= render.SIZE_LIMIT
    assert {"", "https", "mailto", "tel"} >= {a.get("href", "").partition(":")[0] for a in page.all("a")}
    assert all(a.get("href") for a in page.all("a"))
    assert all(
        i.get("alt") and i.get("width") and i.get("src", "").startswith("https:") for i in page.all("img")
    )
    assert locale == page.all("html")[0]["lang"]
    assert not re.search(r"\{\{|\}\}|\{%|\[\[|None", text + page.text)
    assert page.all("link") == page.all("form") == page.all("iframe") == []
    _links_agree(page, text)
    _draft_agrees(eml.draft(made, DAY), text, html if made.template.html else "")


def _links_agree(page: Page, text: str) -> None:
    """Every action of the HTML is in the text too."""
    web = {a["href"] for a in page.all("a") if a["href"].startswith("https:")}
    site = {href for href in web if href.rstrip("/").count("/") == 2}

    assert [] == [href for href in web - site if href not in text and in_capitals(href) not in text]


def _draft_agrees(octets: bytes, text: str, html: str) -> None:
    message = email.message_from_bytes(octets, policy=email.policy.default)
    plain = message.get_body(("plain",))

    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.splitlines())) <= 998
    assert [] == [fault for part in message.walk() for fault in part.defects]
    again = email.message_from_bytes(message.as_bytes(policy=eml.POLICY), policy=email.policy.default)
    assert [(n, str(v)) for n, v in message.items()] == [(n, str(v)) for n, v in again.items()]
    assert [p.get_content() for p in _leaves(message)] == [p.get_content() for p in _leaves(again)]
    assert "1" == message["X-Unsent"] and message["Content-Language"]
    assert message["Message-ID"] and message["Date"] and message["From"]
    assert plain is not None and "flowed" == plain.get_param("format")
    assert text.split() == plain.get_content().split()
    if html:
        other = message.get_body(("html",))
        assert ["text/plain", "text/html"] == [part.get_content_type() for part in message.iter_parts()]
        assert other is not None and html.split() == other.get_content().split()


def _leaves(message: email.message.EmailMessage) -> list[email.message.EmailMessage]:
    return [part for part in message.walk() if not part.is_multipart()]


@in_each_voice
@everywhere
@every_template
def test_the_manners_of_a_letter(id: str, locale: str, voice: str) -> None:
    """
    A greeting with the name, a closing, one button, one exclamation mark at most, nobody blamed.
    """
    made = letter(id, locale, voice)
    text = plain_text.write(made)
    kinds = [block.kind for block in made.blocks]
    greeting = made.blocks[0].text

    assert made.template.kind is Kind.AUTOMATIC or str(made.values["customer"]["name"]) in greeting
    assert "closing" == kinds[-1]
    assert kinds.count("button") <= 1
    assert text.count("!") <= 1
    assert "!" not in made.subject or "marketing.greeting" == id
    assert not re.search(r"you failed|your mistake|вы не поняли|ваша вина|обязаны", text, re.I)
    assert not re.search(r"dear customer|уважаемый клиент", text, re.I)
    assert all(len(block.text) <= 30 for block in made.blocks if block.kind == "button")


@pytest.mark.parametrize("id", [id for id in IDS if CATALOGUE.get(id).unsubscribe])
@everywhere
def test_news_can_be_left(id: str, locale: str) -> None:
    """
    Opt-in mail says why it comes, where the firm is, and how to leave with one click.
    """
    made = letter(id, locale)
    message = email.message_from_bytes(eml.draft(made, DAY), policy=email.policy.default)
    text = plain_text.write(made)

    assert "List-Unsubscribe=One-Click" == message["List-Unsubscribe-Post"]
    assert message["List-Unsubscribe"].strip("<>") in text
    assert "Main Street 1" in text
    assert "news@fern.example" in message["From"]


def test_only_news_offers_to_unsubscribe() -> None:
    """
    A receipt is no newsletter.
    """
    headers = [
        name for id in IDS for name, _ in eml.extra_headers(letter(id)) if CATALOGUE.get(id).kind != "M"
    ]

    assert "List-Unsubscribe" not in headers


@pytest.mark.parametrize("id", [id for id in IDS if CATALOGUE.get(id).kind is Kind.AUTOMATIC])
def test_automatic_replies_say_so(id: str) -> None:
    """
    RFC 3834: so that no machine answers them.
    """
    assert ("Auto-Submitted", "auto-replied") in eml.extra_headers(letter(id))


@everywhere
@in_each_voice
def test_a_complaint_is_answered_in_five_parts(locale: str, voice: str) -> None:
    """
    Thanks, apology, what was done, when and how much, whom to write to.
    """
    text = plain_text.write(letter("support.complaint", locale, voice))
    thanks, sorry = {"en": ("Thank you", r"sorry|apologise"), "ru": ("пасибо|лагодар", "звин")}[locale]

    assert re.search(thanks, text) and re.search(sorry, text)
    assert "\n- " in text
    assert re.search(r"7 December 2026|7 декабря 2026", text) and re.search(r"€4\.00|300,00", text)
    assert "support@fern.example" in text


@pytest.mark.parametrize("id", [id for id in IDS if CATALOGUE.get(id).structured])
def test_structured_data_says_what_the_letter_says(id: str) -> None:
    """
    Off by default; where it is on, number and total are those of the visible text.
    """
    made = letter(id)
    data = json_ld.document(made)
    plain = plain_text.write(made)

    assert "" == json_ld.script(letter(id, brand=SPARSE))
    assert "application/ld+json" not in render.html(letter(id, brand=SPARSE))
    order = data.get("partOfOrder", data)
    number = order.get("orderNumber") or order.get("confirmationNumber")
    price = order.get("price") or order["totalPaymentDue"]["price"]
    assert number in plain + made.subject
    assert "\nTotal " not in plain or f"€{price}" in plain
    assert json.loads(json_ld.script(made)) == data


@everywhere
@pytest.mark.parametrize("id", [id for id in IDS if CATALOGUE.get(id).structured])
def test_a_reader_of_structured_data_finds_it(id: str, locale: str) -> None:
    """
    As extruct reads a page: one document, whose sum is the one that is seen.
    """
    import extruct

    made = letter(id, locale)
    found = extruct.extract(render.html(made), syntaxes=["json-ld"])["json-ld"]
    order = found[0].get("partOfOrder", found[0])
    price = order.get("price") or order["totalPaymentDue"]["price"]
    whole, _, part = f"{float(price):,.2f}".partition(".")
    shown = {"en": f"{whole}.{part}", "ru": f"{whole.replace(',', ' ')},{part}"}[locale]
    text = Page(render.html(made)).text.replace("\u00a0", " ").replace("\u202f", " ")

    assert [json_ld.document(made)] == found
    assert shown in text or not re.search(r"[€₽]", text)


@pytest.fixture
def update(pytestconfig: pytest.Config) -> bool:
    """Whether the results kept beside the tests are written anew."""
    return bool(pytestconfig.getoption("--update-goldens"))


@in_each_voice
@everywhere
@every_template
def test_the_text_of_every_letter_is_as_before(id: str, locale: str, voice: str, update: bool) -> None:
    """
    Octet for octet what is kept beside this test.
    """
    found = plain_text.write(letter(id, locale, voice))

    assert found == goldens.kept(f"texts/{id}.{locale}.{voice}.txt", found, update=update)


@everywhere
@every_template
def test_the_html_of_every_letter_is_as_before(id: str, locale: str, update: bool) -> None:
    """
    The same tags, attributes, words and styles, whatever the blanks between.
    """
    found = goldens.outline(render.html(letter(id, locale)))

    assert found == goldens.kept(f"outlines/{id}.{locale}.html", found, update=update)


def test_the_styles_of_all_letters_are_as_before(update: bool) -> None:
    """
    What the marks in the outlines stand for.
    """
    made = [goldens.styles(render.html(letter(id, locale))) for id in IDS for locale in LOCALES]
    every = {mark: style for one in made for mark, style in one.items()}
    found = "".join(f"{mark} {style}\n" for mark, style in sorted(every.items(), key=lambda pair: pair[1]))

    assert found == goldens.kept("outlines/styles.txt", found, update=update)


def test_a_change_of_one_style_or_word_is_seen() -> None:
    """
    Outlines differ where a document differs, and only there: blanks between tags are none.
    """
    html = render.html(letter("order.shipped"))

    assert goldens.outline(html) == goldens.outline(html.replace("<body", "\n  <body"))
    for old, new in (("color:", "fill:"), ("width=", "height="), ("Parcel", "Packet"), ("@media", "@print")):
        assert html != html.replace(old, new)
        assert goldens.outline(html) != goldens.outline(html.replace(old, new))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("id", ["order.confirmed", "support.complaint", "marketing.news"])
def test_three_letters_look_as_before(id: str, locale: str, update: bool) -> None:
    """
    HTML, text and draft, octet for octet.
    """
    made = letter(id, locale, sender=staff()[0] if id == "support.complaint" else None)
    forms = {
        "html": render.html(made),
        "txt": plain_text.write(made),
        "eml": eml.draft(made, DAY).decode("ascii"),
    }
    for form, found in forms.items():
        before = goldens.kept(f"letters/{id}.{locale}.{form}", found, update=update)

        assert before == found.replace("\r\n", "\n")


def test_the_whole_pack_is_files_with_names_of_their_own() -> None:
    """
    Letters, models with a search page, and a file for every target; built twice, they are the same.
    """
    made = dict(templates.letters(LAVISH, staff(), LOCALES, ("friendly",)))
    again = dict(templates.letters(LAVISH, staff(), LOCALES, ("friendly",)))

    assert made == again
    assert {path.partition("/")[0] for path in made} == {"letters", "models", "exports"}
    assert all(
        any(path.startswith(f"exports/{t}") for path in made) for t in exports.TARGETS if t != "everything"
    )
    assert all(re.fullmatch(r"[a-z0-9./-]+", path) for path in made)
    assert b"[[fill: customer" in made["models/support/support.complaint.en.txt"]
    assert "Anna Bērziņa" in made["letters/support/support.complaint.en.txt"].decode()


def test_models_are_read_by_those_they_are_for() -> None:
    """
    JSON and YAML load, CSV has no formula, XML is well formed, placeholders are the program's own.
    """
    import csv
    import io
    from xml.etree import ElementTree

    import yaml

    made = dict(templates.letters(LAVISH, staff(), LOCALES, ("friendly",)))
    loaded = {path: json.loads(data) for path, data in made.items() if path.endswith(".json")}
    rows = list(csv.reader(io.StringIO(made["exports/letters.csv"].decode("utf-8-sig"), newline="")))
    macro = loaded["exports/zendesk/support.complaint.en.json"]["macro"]
    matches = yaml.safe_load(made["exports/espanso/letters-ru.yml"])["matches"]
    texts = ElementTree.fromstring(made["exports/quicktext/letters-ru.xml"]).findall("menu/texts/text/body")
    exported = [id for id in IDS if CATALOGUE.get(id).exported]

    assert "{{ticket.requester.first_name}}" in macro["actions"][0]["value"]
    assert 1 + len(exported) * len(LOCALES) == len(rows)
    assert [] == [cell for row in rows for cell in row if cell.startswith(exports.FORMULA)]
    assert len(exported) == len(matches) == len(texts)


def test_a_locale_with_another_plural_and_direction_is_a_file_away() -> None:
    """
    A common file and a text make a new locale; a right-to-left one turns the page around.
    """
    files = {
        "common.ar.toml": '[greeting]\nfriendly = "{{ customer.name }}"\n[closing]\nfriendly = "{{ sender.name }}"\n',
        "feedback.thanks/ar.txt": '+++\nsubject = "شكرا"\n+++\n{% for c in changed %}{{ c }} {% endfor %}',
    }
    found = templates.with_own(CATALOGUE, files, "own")
    values = {"changed": ["واحد"], "customer": {"name": "ليلى"}}
    made = templates.compose(
        found.get("feedback.thanks"), LAVISH, found, locale="ar", voice="friendly", values=values
    )

    assert {"dir": "rtl"}.items() <= Page(render.html(made)).all("html")[0].items()
    assert "واحد" in plain_text.write(made)


def test_a_letter_in_a_language_without_common_words_says_which_file_to_copy() -> None:
    """
    The file is there, and copied under the name said it is enough.
    """
    text = {
        "feedback.thanks/de.txt": '+++\nsubject = "Danke"\n+++\n{% for c in changed %}{{ c }} {% endfor %}'
    }
    values = {"changed": ["Tee"], "customer": {"name": "Eva"}}

    def made(files: dict[str, str]) -> Letter:
        found = templates.with_own(CATALOGUE, files, "own")
        id = found.get("feedback.thanks")
        return templates.compose(id, LAVISH, found, locale="de", voice="friendly", values=values)

    with pytest.raises(InputError) as refused:
        made(text)
    named = re.search(r"copy (\S+) to (\S+) and", str(refused.value))

    assert named is not None
    assert "templates/common.de.toml" == named[2]
    assert "Danke" == made({**text, "common.de.toml": Path(named[1]).read_text("utf-8")}).subject
