"""Files for whoever runs the firm's mail: Workspace, Exchange, server footers, what goes on the web host, an index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailsetup.kit import logo
from mailsetup.model.brand import Brand, DarkLogo, Layout, LocalText, Person
from mailsetup.model.message import Message, say

from . import legal, scripts
from .card import LINKS, card, hosted_pictures, shown_everywhere
from .index_page import index
from .measures import EXCHANGE_LIMIT, HEIGHT, TELEPHONE, height
from .person_files import File, Wishes, parts_named
from .plain import body, written
from .render import base_layout, fitted, fragment, render, trimmed, unmarked

ADMIN = "signatures/admin"
INVERTED_BELOW = 50  # pixels


def team_files(brand: Brand, people: Sequence[Person], wishes: Wishes) -> Iterator[File]:
    """Everything that is written once for the firm."""
    yield from _everybody(brand, people, wishes)
    yield from _rule(brand, wishes)
    yield from _server(brand, wishes)
    if wishes.logo_png:
        yield "hosted/logo.png", wishes.logo_png
    if wishes.dark_logo_png:
        yield "hosted/logo-dark.png", wishes.dark_logo_png
    yield "hosted/README.txt", _hosted(brand).encode()
    layouts = dict.fromkeys(layout for person in people for layout in wishes.of(brand, person))
    yield "signatures/index.html", index(brand, people, layouts).encode()


def _everybody(brand: Brand, people: Sequence[Person], wishes: Wishes) -> Iterator[File]:
    """Each person's signature as Google Workspace and Exchange take it, and the scripts that hand it over."""
    rows, entries = [], []
    for person in people:
        if not person.email:
            continue
        locale = person.locale or brand.locales.default
        made = render(brand, person, wishes.of(brand, person)[0], locale, wishes.day)
        yield f"{ADMIN}/google-workspace/{person.id}.json", json.dumps({"signature": made.html}).encode()
        yield f"{ADMIN}/exchange/{person.id}.html", made.html.encode()
        yield f"{ADMIN}/exchange/{person.id}.txt", made.text.encode()
        rows.append(f"{person.id}.json\t{person.email}\t{_percent(person.email)}\n")
        entries.append({"id": person.id, "email": person.email})
    yield f"{ADMIN}/google-workspace/people.tsv", "".join(rows).encode()
    yield f"{ADMIN}/google-workspace/apply.sh", scripts.source("workspace.sh").encode()
    yield f"{ADMIN}/exchange/people.json", json.dumps(entries, indent=1).encode()
    yield f"{ADMIN}/exchange/set-signatures.ps1", scripts.windows(scripts.source("exchange-mailboxes.ps1"))


def _percent(email: str) -> str:
    return "".join(c if (c.isalnum() and c.isascii()) or c in "-._~" else f"%{ord(c):02X}" for c in email)


def _rule(brand: Brand, wishes: Wishes) -> Iterator[File]:
    html = transport_rule(brand, wishes)
    if len(html) > EXCHANGE_LIMIT:
        return
    yield f"{ADMIN}/exchange/transport-rule.html", html.encode()
    rule = scripts.filled(
        "exchange-rule.ps1", scripts.power_shell, rule=f"Signature {brand.domain}", marker=marker(brand)
    )
    yield f"{ADMIN}/exchange/transport-rule.ps1", scripts.windows(rule)


def marker(brand: Brand) -> str:
    """The words by which a transport rule knows that a letter carries the signature already."""
    return f"{brand.domain} signature"


MARKED = "<!-- mailsetup -->\n"
_NAME, _TITLE = "\ue000", "\ue001"  # no brand can hold these: `fields.text` refuses them


def transport_rule(brand: Brand, wishes: Wishes) -> str:
    """
    The disclaimer text of a transport rule: the sender's name and title are filled in by Exchange.

    At most `EXCHANGE_LIMIT` characters, with particulars that are longer no rule is written; a percent sign of
    the brand is written as a reference, so that it can start no token.
    """
    everybody = Person(id="everybody", name=_NAME, role=LocalText.of(_TITLE))
    made = card(brand, everybody, brand.locales.default, wishes.day, {})
    made = replace(made, email="", banner=None, certifications=(*made.certifications, marker(brand)))
    _, html, _ = fitted(
        brand,
        trimmed(brand, made, Layout.BAR),
        Layout.BAR,
        EXCHANGE_LIMIT,
        lambda text: len(MARKED + _tokens(text)),
    )
    return MARKED + _tokens(unmarked(html))


def _tokens(html: str) -> str:
    spared = html.replace("%", "&#37;")
    return spared.replace(_NAME, "%%DisplayName%%").replace(_TITLE, "%%Title%%")


def _server(brand: Brand, wishes: Wishes) -> Iterator[File]:
    """The company's particulars as a footer for mail servers and for Workspace."""
    somebody = Person(id="everybody", name=brand.name)
    for locale in brand.locales.available:
        made = card(brand, somebody, locale, wishes.day, {})
        yield f"{ADMIN}/server/legal.{locale}.html", fragment(brand, made, Layout.LEGAL).encode()
        yield f"{ADMIN}/server/legal.{locale}.txt", written(body(made, Layout.LEGAL)).encode()
    yield f"{ADMIN}/server/README.txt", _SERVER.encode()


_SERVER = """\
legal.*.html and legal.*.txt hold the company's particulars as a footer: for a milter, rspamd or
Dovecot, or for "Append footer" of Google Workspace: there, paste the text (10,000 characters at most,
pictures only by a public address, and a box decides whether letters within the firm get it too).

Add a footer before the letter is signed with DKIM: a body that is changed afterwards no longer
matches its signature.

---

legal.*.html и legal.*.txt — реквизиты компании для подписи на сервере: для milter, rspamd или
Dovecot, или для «Добавить нижний колонтитул» в Google Workspace: туда вставьте текст (не больше
10 000 знаков, картинки — только по публичному адресу; флажок решает, добавлять ли его к внутренним письмам).

Добавляйте реквизиты до подписи DKIM: если тело письма изменить после неё, подпись станет неверной.
"""


def _hosted(brand: Brand) -> str:
    place = brand.signature.assets_url
    said = (
        f"Put everything in this folder at {place}\n\nВыложите всё из этой папки по адресу {place}\n"
        if place
        else "Put this folder on your web host and write its address into brand.toml:\n\n"
        f'[signature]\nassets_url = "{brand.site}mail/"\n\nThen build again: logo, photos and QR codes '
        "appear in the signatures.\n\nВыложите эту папку на свой сайт и впишите её адрес в brand.toml, как "
        "показано выше. После новой сборки в подписях появятся логотип, фотографии и QR-коды.\n"
    )
    return said


def notes(brand: Brand, people: Sequence[Person] = (), wishes: Wishes | None = None) -> Iterator[str]:
    """What the owner should know: colours that were changed, particulars that are missing, what is too large."""
    yield from brand.palette.notes
    yield from map(str, _particulars(brand))
    yield from map(str, _pictures(brand))
    if wishes is not None:
        yield from map(str, _sizes(brand, people, wishes))


def _sizes(brand: Brand, people: Sequence[Person], wishes: Wishes) -> Iterator[Message]:
    """Parts that signatures for new letters have no room for, those still high on a telephone, a rule too long."""
    gone: dict[tuple[str, ...], list[tuple[Layout, str]]] = {}
    high: list[tuple[int, Layout, str]] = []
    for person in people:
        layout = wishes.of(brand, person)[0]
        for locale in (person.locale,) if person.locale else brand.locales.available:
            told = card(brand, person, locale, wishes.day, hosted_pictures(brand, person))
            shown, left_out = trimmed(brand, told, layout)
            if left_out:
                gone.setdefault(left_out, []).append((layout, person.id))
            high.append(
                (height(brand, shown, layout, base_layout(brand, layout), TELEPHONE), layout, person.id)
            )
    for left_out, those in gone.items():
        layout, name = those[0]
        yield say(
            "the signature {layout} of {person} leaves out {parts}, to stay within {links} links and {limit} px of "
            "height in a letter and on a telephone ({count} {count:signature|signatures} in all)",
            layout=layout,
            person=name,
            parts=parts_named(left_out),
            links=LINKS,
            limit=HEIGHT,
            count=len(those),
        )
    highest = max(high, default=(0, Layout.BAR, ""))
    if highest[0] > HEIGHT:
        yield say(
            "the signature {layout} of {person} is {height} px high on a telephone, where {limit} at most are "
            "advised; shorten [legal], or take the layout {other}",
            layout=highest[1],
            person=highest[2],
            height=highest[0],
            limit=HEIGHT,
            other=Layout.LINE,
        )
    size = len(transport_rule(brand, wishes))
    if size > EXCHANGE_LIMIT:
        yield say(
            "no Exchange rule is written: its text has {size} characters, {limit} fit; shorten [legal], or set "
            "each mailbox's signature with exchange/set-signatures.ps1",
            size=size,
            limit=EXCHANGE_LIMIT,
        )


def _particulars(brand: Brand) -> Iterator[Message]:
    country = brand.legal.country
    absent = legal.missing(brand)
    if absent:
        keys = ", ".join(asked.key for asked in absent)
        yield say(
            "{country} asks for particulars in business letters ({cites}): fill in {keys} in {file}; this is no "
            "legal advice",
            country=country,
            cites=absent[0].cites,
            keys=keys,
            file=brand.origin,
        )
    elif country == "RU":
        yield say(
            "no rule was found that asks for particulars in ordinary Russian letters: INN (vat) and OGRN (number) "
            "are yours to give; advertising needs consent given beforehand that you can prove (38-FZ, article 18)"
        )
    elif not legal.known(brand):
        yield (
            say(
                "which particulars {country} asks for in business letters is not known here; check with your "
                "accountant and fill in [legal]",
                country=country,
            )
            if country
            else say(
                "no country is given, so nothing is known of the particulars that your letters need: write [legal] "
                "country, two letters such as LV"
            )
        )


def _pictures(brand: Brand) -> Iterator[Message]:
    picture = brand.logo.picture
    if picture:
        yield from logo.described(picture)
    if picture and picture.octets > 20 * 1024:
        yield say(
            "the logo's file has {size} KB; a smaller one is written to hosted/logo.png",
            size=picture.octets // 1024,
        )
    if picture and picture.form in logo.SAFE_FORMS and picture.width < 2 * brand.logo.width:
        yield say(
            "the logo's file is {width} px wide and shown at {shown}; one of {twice} px stays sharp on dense screens",
            width=picture.width,
            shown=brand.logo.width,
            twice=2 * brand.logo.width,
        )
    if brand.logo.width < INVERTED_BELOW:
        yield say(
            "the logo is shown {width} px wide; programs on Android may invert pictures below {limit} px",
            width=brand.logo.width,
            limit=INVERTED_BELOW,
        )
    yield from _dark_picture(brand)
    if not (picture or brand.logo.file or brand.logo.url):
        yield say(
            "there is no logo: write [logo] file, the name of a PNG beside the brand file, and build again"
        )
    elif not (brand.logo.url or brand.signature.assets_url):
        yield say("no picture is hosted: write [signature] assets_url, and the logo appears in signatures")


def _dark_picture(brand: Brand) -> Iterator[Message]:
    """What keeps the logo for dark grounds from being shown."""
    logo = brand.logo
    if logo.dark is not DarkLogo.FILE:
        if logo.dark_file or logo.dark_url:
            yield say(
                'the logo for dark grounds is not used: [logo] dark is "{dark}"; write dark = "file"',
                dark=logo.dark,
            )
        return
    if logo.dark_picture and not logo.dark_url and not shown_everywhere(logo.dark_picture):
        yield say(
            "several mail programs do not show {form}: export the logo for dark grounds ([logo] dark_file) as PNG",
            form=logo.dark_picture.form,
        )
    elif not logo.dark_url and not brand.signature.assets_url:
        yield say(
            "the logo for dark grounds is written to hosted/logo-dark.png, and letters cannot show it yet: put it on "
            "your site and write [signature] assets_url, or its address into [logo] dark_url"
        )
    elif not (logo.url or brand.signature.assets_url):
        yield say(
            "the logo for dark grounds is shown in place of a logo, and none is hosted: write [logo] url or "
            "[signature] assets_url"
        )
