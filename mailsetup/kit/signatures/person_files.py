"""Every file of one person's signatures, by mail program: paths below the kit's folder, and bytes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mailsetup.kit import logo, qr, vcard
from mailsetup.model.brand import Brand, DarkLogo, Layout, Person
from mailsetup.model.errors import InputError
from mailsetup.model.message import say

from . import scripts
from .card import (
    LINKS,
    Card,
    Image,
    card,
    contact_url,
    hosted_pictures,
    logo_image,
    plate_wanted,
    shown_everywhere,
    shows,
)
from .index_page import preview
from .install_page import install_page, phone_page
from .measures import (
    ADD_IN_LIMIT,
    EXCHANGE_LIMIT,
    GMAIL_LIMIT,
    HEIGHT,
    HEIGHT_ADVISED,
    IMAGES,
    LETTER,
    TELEPHONE,
    height,
    highest,
)
from .plain import COLUMNS, LINES, SEPARATOR, body, width, written
from .render import (
    Rendered,
    base_layout,
    document,
    drawn,
    fragment,
    outlook_page,
    render,
    rich_text,
)
from .styles import with_safe_fonts

File = tuple[str, bytes]
GMAIL_REFUSES = 10_000  # characters of HTML, tags included
PHOTO_SIDE = 160  # file pixels: twice what is shown
OWN_TEXT = (Layout.TEXT, Layout.REPLY, Layout.LEGAL, Layout.TEAM)
"""Layouts whose plain text differs from that of the others."""
SPACE = 8  # pixels between two languages
SPACER = f'<div style="font-size:{SPACE}px;line-height:{SPACE}px;">&nbsp;</div>'


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is written for each person: layouts (none: the person's own, the short one and text) and the day."""

    day: date
    layouts: tuple[Layout, ...] = ()
    logo_png: bytes = b""
    dark_logo_png: bytes = b""

    def of(self, brand: Brand, person: Person) -> tuple[Layout, ...]:
        """The layouts of one person, the one for new letters first."""
        own = person.layout or brand.signature.layout
        return tuple(dict.fromkeys((own, brand.signature.reply, *self.layouts, Layout.TEXT)))


def logo_file(brand: Brand) -> bytes:
    """The logo as it is put into letters: PNG, twice the size shown, on a plate where the dark would eat it."""
    picture = brand.logo.picture
    if picture is None or not shows(brand):
        return b""
    if plate_wanted(brand):
        picture = logo.measure(logo.plated(picture), brand.origin)
    return logo.resized(picture, 2 * brand.logo.width)


def dark_logo_file(brand: Brand) -> bytes:
    """The logo for dark grounds as letters fetch it: PNG, twice the size shown; nothing where there is none."""
    picture = brand.logo.dark_picture
    if brand.logo.dark is not DarkLogo.FILE or picture is None or not shown_everywhere(picture):
        return b""
    return logo.resized(picture, 2 * brand.logo.width)


def person_files(brand: Brand, person: Person, wishes: Wishes, photo_png: bytes = b"") -> Iterator[File]:
    """One person's files in all languages; ``photo_png`` is the photo cut round, where there is one."""
    base = f"signatures/people/{person.id}"
    locales = (person.locale,) if person.locale else brand.locales.available
    target = contact_url(brand, person)
    code = qr.code(target) if target else None
    first = locales[0]
    yield f"{base}/contact.vcf", vcard.card(brand, person, first)
    yield f"{base}/contact-4.vcf", vcard.card(brand, person, first, "4.0")
    yield f"hosted/cards/{person.id}.vcf", vcard.card(brand, person, first)
    if code:
        yield f"{base}/qr.png", code.png
        yield f"hosted/qr/{person.id}.png", code.png
    if photo_png:
        yield f"hosted/photos/{person.id}.png", photo_png
    limits: list[str] = []
    chosen: list[Rendered] = []
    shown: dict[str, dict[str, str]] = {}
    for locale in locales:
        made = _Made(brand, person, locale, wishes, code.side if code else 0, photo_png)
        yield from made.files(f"{base}/{locale}")
        limits += made.limits
        chosen += made.chosen
        shown[locale] = made.shown
    if brand.signature.assets_url:
        yield f"{base}/phone.png", qr.code(f"{brand.signature.assets_url}pages/{person.id}.html").png
        yield f"hosted/pages/{person.id}.html", phone_page(brand, chosen).encode()
    if brand.signature.bilingual and len(locales) > 1:
        yield from _bilingual(brand, person, locales[:2], wishes, base, limits)
    yield f"{base}/preview.js", preview(person, shown).encode()
    yield f"{base}/LIMITS.txt", ("\n".join(limits) + "\n").encode()


class _Made:
    """One person in one language, as files."""

    def __init__(
        self, brand: Brand, person: Person, locale: str, wishes: Wishes, qr_side: int, photo_png: bytes
    ) -> None:
        self.brand, self.person, self.locale, self.wishes = brand, person, locale, wishes
        self.hosted = hosted_pictures(brand, person, qr_side)
        self.beside = {**self.hosted, **self._local(photo_png)}
        self.word = with_safe_fonts(brand)
        self.photo_png = photo_png
        self.has_code = bool(qr_side)
        self.limits: list[str] = []
        self.chosen: list[Rendered] = []
        self.shown: dict[str, str] = {}
        self.rich: dict[Layout, tuple[Card, bytes]] = {}

    def _local(self, photo_png: bytes) -> dict[str, Image]:
        """Pictures that lie beside the files of classic Outlook, which sends them with the letter."""
        folder = f"{self.person.id}_files"
        found = {}
        if self.wishes.logo_png:
            alt = self.brand.logo.alt.read(self.locale)
            found["logo"] = logo_image(self.brand, f"{folder}/logo.png", alt, ours=True)
        if photo_png:
            found["photo"] = Image(f"{folder}/photo.png", 80, 80, self.person.name)
        return found

    def files(self, base: str) -> Iterator[File]:
        layouts = self.wishes.of(self.brand, self.person)
        made: dict[Layout, Rendered] = {}
        told = card(self.brand, self.person, self.locale, self.wishes.day, self.hosted)
        for layout in layouts:
            one = made[layout] = drawn(self.brand, self.person.id, told, layout)
            _refuse_too_large(one, self.brand)
            self.shown[layout] = one.marked
            self.limits.append(limit_line(self.brand, one))
            if layout in OWN_TEXT:
                yield f"{base}/{layout}.txt", one.text.encode()
            if layout is not Layout.TEXT:
                yield from self._html_files(base, one)
        yield from self._beside(base, layouts, made)

    def _html_files(self, base: str, one: Rendered) -> Iterator[File]:
        name = f"{self.person.id}-{one.layout}-{self.locale}"
        yield f"{base}/{one.layout}.html", document(self.brand, one).encode()
        yield f"{base}/{one.layout}.gmail.html", one.html.encode()
        yield (
            f"{base}/apple-mail/{mail_signature_name(self.brand, name)}",
            mail_signature(self.brand, name, one),
        )
        local = self._local_card(one)
        same = local == one.card and self.word is self.brand
        html = one.html if same else fragment(self.word, local, one.layout)
        yield f"{base}/outlook/{name}.htm", outlook_page(self.word, local, html).encode()
        yield f"{base}/outlook/{name}.rtf", self._rich_text(one)
        yield f"{base}/outlook/{name}.txt", outlook_text(one)

    def _rich_text(self, one: Rendered) -> bytes:
        """The signature as RTF, which has no pictures: most layouts say the same in it."""
        own = one.layout if one.layout in OWN_TEXT else Layout.BAR
        kept = self.rich.get(own)
        if kept is None or kept[0] is not one.card:
            kept = self.rich[own] = (one.card, rich_text(self.word, one.card, own))
        return kept[1]

    def _local_card(self, one: Rendered) -> Card:
        """The card with the pictures that lie beside the file, where the layout shows them."""
        drawn = base_layout(self.brand, one.layout)
        if drawn in (Layout.LOGO_LEFT, Layout.LOGO_TOP):
            return replace(one.card, logo=self.beside.get("logo"))
        if drawn is Layout.PHOTO:
            return replace(one.card, photo=self.beside.get("photo"))
        return one.card

    def _beside(
        self, base: str, layouts: Sequence[Layout], made: Mapping[Layout, Rendered]
    ) -> Iterator[File]:
        new = next((made[x] for x in layouts if x is not Layout.TEXT), made[layouts[0]])
        self.chosen = [new]
        reply = made.get(self.brand.signature.reply)
        names = {
            "document": f"{new.layout}.html",
            "text": f"{new.layout if new.layout in OWN_TEXT else Layout.TEXT}.txt",
            "signature": f"{self.person.id}-{new.layout}-{self.locale}",
            "reply_signature": f"{self.person.id}-{self.brand.signature.reply}-{self.locale}",
        }
        page = install_page(
            self.brand,
            self.person,
            new,
            reply if reply is not new else None,
            files=names,
            qr="../qr.png" if self.has_code else "",
            phone="../phone.png" if self.brand.signature.assets_url else "",
        )
        yield f"{base}/install.html", page.encode()
        yield f"{base}/thunderbird/user.js", thunderbird(new)
        yield (
            f"{base}/outlook/install.ps1",
            scripts.outlook(names["signature"], names["reply_signature"], self.person.email),
        )
        yield (
            f"{base}/apple-mail/install.sh",
            scripts.apple_mail(mail_signature_name(self.brand, names["signature"])),
        )
        for name, data in (("logo", self.wishes.logo_png), ("photo", self.photo_png)):
            if data:
                yield f"{base}/outlook/{self.person.id}_files/{name}.png", data


def _bilingual(
    brand: Brand, person: Person, locales: Sequence[str], wishes: Wishes, base: str, limits: list[str]
) -> Iterator[File]:
    """
    Two languages, one above the other: name, role and firm in both, the ways to reach somebody only once.

    The upper one is a line, so that both together keep the height of one signature.
    """
    layout = wishes.of(brand, person)[0]
    pictures = hosted_pictures(brand, person)
    room = (GMAIL_LIMIT - len(SPACER)) // 2
    told = _without_contacts(card(brand, person, locales[0], wishes.day, pictures))
    above = layout if layout in OWN_TEXT and layout is not Layout.TEAM else Layout.LINE
    upper = drawn(brand, person.id, replace(told, department=""), above, room)
    taken = SPACE + highest(brand, upper.card, above, above)
    lower = render(
        brand, person, layout, locales[1], wishes.day, pictures=pictures, limit=room, most=HEIGHT - taken
    )
    both = lower._replace(
        locale="-".join(locales),
        html=upper.html + SPACER + lower.html,
        marked=upper.marked + SPACER + lower.marked,
    )
    over = tuple(SPACE + height(brand, upper.card, above, above, wide) for wide in (LETTER, TELEPHONE))
    _refuse_too_large(both, brand, over[0])
    both = both._replace(text=written(_stacked(told, lower.card, layout)))
    limits.append(limit_line(brand, both, over))
    folder = f"{base}/{'-'.join(locales)}"
    yield f"{folder}/{layout}.gmail.html", both.html.encode()
    yield f"{folder}/{layout}.html", document(brand, both).encode()
    yield f"{folder}/{layout}.txt", both.text.encode()


def _without_contacts(card: Card) -> Card:
    return replace(
        card,
        phones=(),
        email="",
        site=None,
        call=None,
        links=(),
        legal=(),
        disclaimer="",
        environment="",
        certifications=(),
        notice=(),
        banner=None,
        qr=None,
        qr_target="",
    )


def _stacked(upper: Card, lower: Card, layout: Layout) -> list[str]:
    """The text of both: four lines above the particulars, as in one language."""
    named = body(replace(upper, company=""), layout)[:1]
    below = body(lower, layout)
    if layout is Layout.LEGAL or "" not in below:
        return [SEPARATOR, *(named + below)[:LINES]]
    cut = below.index("")
    return [SEPARATOR, *(named + below[:cut])[:LINES], *below[cut:]]


def _refuse_too_large(one: Rendered, brand: Brand, above: int = 0) -> None:
    """What no program shows whole, when all that may go has gone; ``above`` pixels stand over it."""
    if len(one.html) > GMAIL_LIMIT:
        raise InputError(
            say(
                "{origin}: the signature {layout} of {person} has {count} characters of HTML, "
                "{limit} at most are written, as Gmail stops at {gmail}; shorten [legal], or the name and role",
                origin=brand.origin,
                layout=one.layout,
                person=one.person,
                count=len(one.html),
                limit=GMAIL_LIMIT,
                gmail=GMAIL_REFUSES,
            )
        )
    high = above + height(brand, one.card, one.layout, base_layout(brand, one.layout))
    if high > HEIGHT and one.layout is not Layout.TEXT:
        raise InputError(
            say(
                "{origin}: the signature {layout} of {person} is {height} px high in a letter, {limit} at most are "
                "written; shorten [legal], or the name and role, or take the layout {other}",
                origin=brand.origin,
                layout=one.layout,
                person=one.person,
                height=high,
                limit=HEIGHT,
                other=Layout.LINE,
            )
        )


def limit_line(brand: Brand, one: Rendered, over: Sequence[int] = (0, 0)) -> str:
    """One signature's measures beside what mail programs allow; ``over`` it stand pixels of another one."""
    drawn = base_layout(brand, one.layout)
    letter, narrow = (
        height(brand, one.card, one.layout, drawn, wide) + more
        for wide, more in zip((LETTER, TELEPHONE), over, strict=True)
    )
    lines = one.text.splitlines()[1:]
    above = lines.index("") if "" in lines else len(lines)
    images = one.html.count("<img ")
    widest = max((width(line) for line in lines), default=0)
    measures = say(
        "{locale} {layout}: {characters} characters of HTML (Gmail {gmail}, Exchange rule {exchange}, "
        "Outlook add-in {add_in}), {images} pictures (at most {most_images}), {links} links (at most {most_links}), "
        "text {lines} lines (at most {most_lines}) of "
        "{columns} columns (at most {most_columns}), {height} px high in a letter and {narrow} on a telephone "
        "({advised} advised, at most {most_height})",
        locale=one.locale,
        layout=one.layout,
        characters=len(one.html),
        gmail=GMAIL_LIMIT,
        exchange=EXCHANGE_LIMIT,
        add_in=ADD_IN_LIMIT,
        images=images,
        most_images=IMAGES,
        links=one.html.count("<a "),
        most_links=LINKS,
        lines=above,
        most_lines=LINES,
        columns=widest,
        most_columns=COLUMNS,
        height=letter,
        narrow=narrow,
        advised=HEIGHT_ADVISED,
        most_height=HEIGHT,
    )
    if not one.left_out:
        return str(measures)
    return str(
        say("{measures}; left out to fit: {parts}", measures=measures, parts=parts_named(one.left_out))
    )


def parts_named(left_out: Sequence[str]) -> str:
    """What was left out, in words; a logo only became smaller."""
    named = {
        "environment": say("environmental line"),
        "certifications": say("certificates"),
        "tagline": say("tagline"),
        "logo": say("a large logo"),
        "links": say("links"),
        "disclaimer": say("disclaimer"),
        "call": say("the call to action"),
        "department": say("department"),
    }
    return ", ".join(str(named[part]) for part in left_out)


def outlook_text(one: Rendered) -> bytes:
    """Plain text for classic Outlook: UTF-8 with BOM and CRLF."""
    return b"\xef\xbb\xbf" + one.text.replace("\n", "\r\n").encode()


def mail_signature_name(brand: Brand, name: str) -> str:
    """The file's name in Apple Mail: the same for the same signature."""
    return f"{str(uuid.uuid5(uuid.NAMESPACE_DNS, f'{name}.{brand.domain}')).upper()}.mailsignature"


def mail_signature(brand: Brand, name: str, one: Rendered) -> bytes:
    """The file of Apple Mail: a MIME part whose HTML is ASCII, everything else as references."""
    identity = mail_signature_name(brand, name).removesuffix(".mailsignature")
    html = one.html.encode("ascii", "xmlcharrefreplace").decode("ascii")
    return (
        "Content-Transfer-Encoding: 7bit\nContent-Type: text/html;\n\tcharset=utf-8\n"
        f"Message-Id: <{identity}>\nMime-Version: 1.0\n\n<body>{html}</body>\n"
    ).encode("ascii")


def thunderbird(one: Rendered) -> bytes:
    """Lines for ``user.js`` of a profile, for the first identity."""
    html = json.dumps(one.html.replace("\n", ""), ensure_ascii=True)
    return (
        "// Copy these lines into user.js of the Thunderbird profile; id1 is the first identity.\n"
        "// The signature may also come from the file beside this folder; then write instead of the first three:\n"
        "// Скопируйте эти строки в user.js профиля Thunderbird; id1 — первая учётная запись.\n"
        "// Подпись можно взять и из файла рядом с этой папкой; тогда напишите вместо первых трёх строк:\n"
        '// user_pref("mail.identity.id1.attach_signature", true);\n'
        f'// user_pref("mail.identity.id1.sig_file", "/where/you/keep/it/{one.layout}.html");\n'
        f'user_pref("mail.identity.id1.htmlSigText", {html});\n'
        'user_pref("mail.identity.id1.htmlSigFormat", true);\n'
        'user_pref("mail.identity.id1.attach_signature", false);\n'
        'user_pref("mail.identity.id1.sig_bottom", true);\n'
        'user_pref("mail.identity.id1.sig_on_reply", true);\n'
        'user_pref("mail.identity.id1.sig_on_fwd", true);\n'
        'user_pref("mail.identity.id1.suppress_signature_separator", false);\n'
    ).encode()
