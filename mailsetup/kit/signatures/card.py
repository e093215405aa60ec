"""What one signature says: a person and a firm in one language, every empty field gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from mailsetup.kit.logo import SAFE_FORMS, needs_plate, plated_aspect
from mailsetup.model.brand import Banner, Brand, DarkLogo, Layout, Person, Phone, Picture

from . import legal
from .words import direction, promised, words

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]*[^\s<>@.,;:!?)»”]")
LINKS = 6  # at most in one signature
LOGO_HEIGHT = 100  # pixels shown, at most


class Link(NamedTuple):
    """A label and where it leads."""

    label: str
    url: str


class Image(NamedTuple):
    """A picture as it is shown; ``src`` is an https address, or a path beside the file."""

    src: str
    width: int
    height: int
    alt: str
    plate: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """
    Everything a layout may show.

    Texts are plain; whoever puts them into a language (HTML, RTF ...) quotes them for it.
    """

    locale: str
    dir: str
    name: str
    role: str
    department: str
    company: str
    tagline: str
    honorific: str
    pronouns: str
    email: str
    site: Link | None
    phones: tuple[tuple[str, Phone], ...]
    links: tuple[Link, ...]
    call: Link | None
    address: str
    hours: str
    promise: str
    certifications: tuple[str, ...]
    legal: tuple[str, ...]
    disclaimer: str
    environment: str
    is_team: bool
    notice: tuple[str, ...] = ()
    logo: Image | None = None
    photo: Image | None = None
    qr: Image | None = None
    qr_target: str = ""
    banner: Banner | None = None
    words: Mapping[str, object] = field(default_factory=dict)

    @property
    def position(self) -> str:
        """Role and department on one line."""
        return ", ".join(part for part in (self.role, self.department) if part)

    @property
    def notice_pieces(self) -> tuple[tuple[str, str, str], ...]:
        """The lines of the notice, each as what stands before its mail address, the address, and what is behind."""
        found = []
        for line in self.notice:
            match = _ADDRESS.search(line)
            at = match.span() if match else (len(line), len(line))
            found.append((line[: at[0]], line[at[0] : at[1]], line[at[1] :]))
        return tuple(found)

    @property
    def title(self) -> str:
        """The name with what stands before it."""
        return f"{self.honorific} {self.name}" if self.honorific else self.name


def card(brand: Brand, person: Person, locale: str, day: date, pictures: Mapping[str, Image]) -> Card:
    """
    The card of one person.

    ``pictures`` are those that can be shown where the signature goes: ``logo``, ``photo`` and ``qr``.
    """
    said = words(locale)
    fixed = (person.phone or brand.address.phone, *person.more_phones)
    phones = tuple(
        (str(said[kind]), number)
        for kind, number in (*(("phone", one) for one in fixed), ("mobile", person.mobile))
        if number
    )
    site = Link(_host(brand.site), brand.site) if brand.site else None
    call = Link(brand.signature.call_text.read(locale), brand.signature.call_url)
    made = Card(
        locale=locale,
        dir=direction(locale),
        name=person.name_in(locale),
        role=person.role.read(locale),
        department=person.department.read(locale),
        company=brand.name_in(locale),
        tagline=brand.tagline.read(locale),
        honorific=person.honorific,
        pronouns=person.pronouns,
        email=person.email,
        site=site,
        phones=phones,
        links=(),
        call=call if call.label and call.url else None,
        address=legal.address(brand, locale),
        hours=brand.address.hours.read(locale),
        promise=promised(locale, brand.promise.answer_hours) if brand.promise.answer_hours else "",
        certifications=brand.signature.certifications,
        legal=legal.lines(brand, locale),
        disclaimer=brand.signature.disclaimer.read(locale),
        environment=brand.signature.environment.read(locale),
        notice=tuple(filter(None, brand.signature.notice.read(locale).split("\n"))),
        is_team=bool(person.team) and person.layout is Layout.TEAM,
        logo=pictures.get("logo"),
        photo=pictures.get("photo"),
        qr=pictures.get("qr"),
        qr_target=contact_url(brand, person),
        banner=brand.signature.banner if brand.signature.banner.shown_on(day) else None,
        words=said,
    )
    return replace(made, links=_more_links(brand, person, said))


def _more_links(brand: Brand, person: Person, said: Mapping[str, object]) -> tuple[Link, ...]:
    names = said["social"]
    assert isinstance(names, Mapping)
    own = (("whatsapp", person.whatsapp), ("telegram", person.telegram), ("vk", person.vk))
    found = [Link(str(said["booking"]), person.booking)] if person.booking else []
    found += [Link(str(names[kind]), url) for kind, url in own if url]
    taken = {kind for kind, url in own if url}
    found += [
        Link(str(names.get(s.kind, s.kind.capitalize())), s.url) for s in brand.social if s.kind not in taken
    ]
    return tuple(found)


def _host(url: str) -> str:
    from mailsetup.model.names import to_unicode

    rest = url.split("://", 1)[-1].rstrip("/")
    host, slash, path = rest.partition("/")
    return to_unicode(host.removeprefix("www.")) + slash + path


def contact_url(brand: Brand, person: Person) -> str:
    """Where the contact card of a person can be fetched; ``""`` when the brand names no place."""
    wishes = brand.signature
    if wishes.vcard_url:
        return wishes.vcard_url.replace("{id}", person.id)
    return f"{wishes.assets_url}cards/{person.id}.vcf" if wishes.assets_url else ""


def hosted_pictures(brand: Brand, person: Person, qr_side: int = 0) -> dict[str, Image]:
    """The pictures of a signature that readers fetch from the firm's own host."""
    found: dict[str, Image] = {}
    base = brand.signature.assets_url
    logo = hosted_logo(brand, person.locale or brand.locales.default)
    if logo:
        found["logo"] = logo
    photo = person.photo if person.photo.startswith("https://") else ""
    if person.photo and not photo and base:
        photo = f"{base}photos/{person.id}.png"
    if photo:
        found["photo"] = Image(photo, 80, 80, person.name)
    if qr_side and base and contact_url(brand, person):
        found["qr"] = Image(f"{base}qr/{person.id}.png", qr_side, qr_side, "")
    return found


def hosted_logo(brand: Brand, locale: str) -> Image | None:
    """The logo where readers fetch it: at the address given, else in the folder of hosted pictures."""
    logo, base = brand.logo, brand.signature.assets_url
    source = logo.url or (base + "logo.png" if base and shows(brand) else "")
    return logo_image(brand, source, logo.alt.read(locale), ours=not logo.url) if source else None


def dark_logo(brand: Brand, light: Image) -> Image | None:
    """The logo for dark grounds as wide as the light one, where readers fetch it; None where there is none."""
    logo, base = brand.logo, brand.signature.assets_url
    if logo.dark is not DarkLogo.FILE:
        return None
    source = logo.dark_url or (base + "logo-dark.png" if base and shown_everywhere(logo.dark_picture) else "")
    aspect = logo.dark_picture.aspect if logo.dark_picture else light.height / light.width
    height = max(1, min(LOGO_HEIGHT, round(light.width * aspect)))
    return Image(source, light.width, height, light.alt) if source else None


def logo_image(brand: Brand, source: str, alt: str, *, ours: bool) -> Image:
    """The logo as it is shown; a file of ``ours`` has its plate in it, any other gets one around it."""
    logo, plate = brand.logo, plate_wanted(brand)
    high = round(logo.width * plated_aspect(logo.picture)) if ours and plate and logo.picture else logo.height
    height = min(high, LOGO_HEIGHT)
    return Image(source, round(logo.width * height / high), height, alt, plate and not ours)


def shows(brand: Brand) -> bool:
    """Whether the logo's file is of a form that every mail program shows."""
    return shown_everywhere(brand.logo.picture)


def shown_everywhere(picture: Picture | None) -> bool:
    """Whether a picture is there and of a form that every mail program shows."""
    return picture is not None and picture.form in SAFE_FORMS


def plate_wanted(brand: Brand) -> bool:
    """
    Whether a light plate goes behind the logo.

    A second logo for the dark saves no plate: most programs turn letters dark and never change the picture.
    """
    if brand.logo.dark in (DarkLogo.AUTO, DarkLogo.FILE):
        return needs_plate(brand.logo.picture)
    return brand.logo.dark is DarkLogo.PLATE
