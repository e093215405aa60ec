"""``brand.toml`` as a `Brand`: parse(text, origin) gives one that is usable, or says what to write where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailsetup.model.brand import (
    Address,
    Banner,
    Brand,
    DarkLogo,
    Fonts,
    Layout,
    Legal,
    LintWishes,
    Locales,
    LocalText,
    Logo,
    MailAddresses,
    Palette,
    Promise,
    SignatureWishes,
    Social,
    Structured,
    Voice,
)
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.names import DomainName

from . import colors, fields, people
from .toml_tables import LOCALE, Table, load

SCHEMA = 1

TABLES = (
    "schema",
    "brand",
    "logo",
    "colors",
    "fonts",
    "address",
    "social",
    "legal",
    "locales",
    "promise",
    "mail",
    "signature",
    "structured_data",
    "lint",
    "people",
    "report",  # who hands an audit over: run.report_brand reads it
)

CLIENTS = (
    "gmail",
    "outlook-windows",
    "outlook-web",
    "outlook-mac",
    "apple-mail",
    "ios-mail",
    "thunderbird",
    "samsung",
    "yahoo",
    "gmx",
    "yandex",
    "mail-ru",
    "protonmail",
)

_SAFE = """
arial|helvetica|verdana|tahoma|georgia|times|courier|serif|sans-serif|monospace|trebuchet ms
|times new roman|courier new|segoe ui|lucida sans unicode
"""
SAFE_FAMILIES = frozenset(name.strip() for name in _SAFE.split("|"))
"""Families that Windows, macOS, Android or iOS carry, or that CSS promises."""

SHADES = ("primary", "accent", "text", "background", "muted", "on_primary", "link", "border")
DARK_SHADES = SHADES
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,60}\Z")


def parse(text: str, origin: str = "brand.toml", *, readable: bool = True) -> Brand:
    """
    A brand from the text of its file.

    `InputError` names file, line, key and what to write; a pair of given colours that cannot be read is
    refused with the nearest shade that passes, unless ``readable`` is false: whoever shows colours wants to see
    those too. The logo's file is named, not opened.
    """
    return from_data(load(text, origin), text, origin, readable=readable)


def from_data(data: Mapping[str, Any], text: str, origin: str, *, readable: bool = True) -> Brand:
    """A brand from the tables of its file; ``text`` is where lines are looked up."""
    top = Table(data, "", text, origin).only(*TABLES)
    if data.get("schema", SCHEMA) != SCHEMA or isinstance(data.get("schema"), bool):
        top.refuse(
            "schema",
            say(
                "is not {schema}, the only form of this file there is; write schema = {schema}", schema=SCHEMA
            ),
        )
    head = top.table("brand").only("name", "name_local", "domain", "site", "tagline", "voice", "address_form")
    name = head.needed("name", "Fern & Co")
    domain = head.read("domain", _domain, "fern.example")
    locales = _locales(top.table("locales"))
    address = _address(top.table("address"))
    mail = _mail(top.table("mail"), domain)
    return Brand(
        name=name,
        domain=domain,
        palette=_palette(top.table("colors"), readable=readable),
        name_local=head.local("name_local"),
        site=head.url("site") or f"https://{domain}/",
        tagline=head.local("tagline"),
        voice=head.choice("voice", Voice, Voice.FRIENDLY),
        address_form=_address_form(head.table("address_form")),
        logo=_logo(top.table("logo"), name),
        fonts=_fonts(top.table("fonts")),
        address=address,
        social=_social(top.table("social")),
        legal=_legal(top.table("legal"), address),
        locales=locales,
        promise=_promise(top.table("promise")),
        mail=mail,
        signature=_signature(top.table("signature")),
        structured=top.table("structured_data").only("mode").choice("mode", Structured, Structured.OFF),
        lint=_lint(top.table("lint")),
        people=people.from_tables(top.tables("people"), address.country, locales),
        origin=origin,
    )


def _domain(value: str) -> DomainName:
    if not value.strip():
        raise fields.Refused(say('is missing; write domain = "fern.example"'))
    try:
        return DomainName.parse(fields.text(value))
    except UsageError as fault:
        raise fields.Refused(say("is wrong: {fault}", fault=fault)) from None


def _address_form(table: Table) -> Mapping[str, str]:
    for locale in table.keys:
        if not LOCALE.match(locale):
            table.refuse(locale, say("is not a language; write a code such as ru or de"))
    return {locale: table.text(locale) for locale in table.keys}


def _logo(table: Table, name: str) -> Logo:
    table.only("file", "url", "width", "alt", "dark", "dark_file", "dark_url")
    logo = Logo(
        file=table.file("file"),
        url=_picture_url(table, "url"),
        width=table.number("width", 140, 16, 300),
        alt=table.local("alt") or LocalText.of(name),
        dark=table.choice("dark", DarkLogo, DarkLogo.AUTO),
        dark_file=table.file("dark_file"),
        dark_url=_picture_url(table, "dark_url"),
    )
    if logo.dark is DarkLogo.FILE and not (logo.dark_file or logo.dark_url):
        table.refuse(
            "dark", say('is "file" but no dark_file is named; write dark_file = "assets/logo-dark.png"')
        )
    return logo


def _picture_url(table: Table, key: str) -> str:
    return table.read(key, fields.picture_url)


def _palette(table: Table, *, readable: bool) -> Palette:
    table.only(*SHADES, "dark")
    given = _shades(table, SHADES)
    if "primary" not in given:
        table.refuse("primary", say('is missing; write primary = "#0f5b8c"'))
    dark_table = table.table("dark").only(*DARK_SHADES)
    dark = _shades(dark_table, DARK_SHADES)
    found = colors.palette(given, dark)
    for shades, written, where in ((found.light, given, table), (found.dark, dark, dark_table)):
        for shade, ground, there_is, wanted in colors.pairs(shades):
            key = next((k for k in (shade, ground) if k in written), "")
            if there_is >= wanted or not key or not readable:
                continue
            mended = colors.nearest_passing(getattr(shades, shade), getattr(shades, ground))
            where.refuse(
                key,
                say(
                    "cannot be read: {shade} {getattr} on {ground} {getattr_2} has a contrast of "
                    "{there_is:.2f}:1, {wanted}:1 is needed (WCAG 1.4.3); the nearest shade that passes "
                    'is {shade} = "{mended}"',
                    shade=shade,
                    getattr=getattr(shades, shade),
                    ground=ground,
                    getattr_2=getattr(shades, ground),
                    there_is=there_is,
                    wanted=wanted,
                    mended=mended,
                ),
            )
    return found


def _shades(table: Table, names: tuple[str, ...]) -> dict[str, str]:
    return {name: table.read(name, _shade) for name in names if table.has(name)}


def _shade(value: str) -> str:
    try:
        return colors.parse(value)
    except ValueError as fault:
        raise fields.Refused(say('"{fields}" {fault}', fields=fields.text(value)[:40], fault=fault)) from None


def _fonts(table: Table) -> Fonts:
    table.only("stack", "heading", "size")
    plain = Fonts()
    stack = _families(table, "stack", plain.stack)
    return Fonts(stack, _families(table, "heading", stack), table.number("size", plain.size, 14, 22))


def _families(table: Table, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = table.texts(key, default)
    for name in names:
        if not _FAMILY.match(name):
            table.refuse(
                key,
                say('has "{name}"; a family is letters, digits and spaces, such as "Arial"', name=name[:40]),
            )
    if not any(name.lower() in SAFE_FAMILIES for name in names):
        table.refuse(
            key, say('has no family that every mail program knows; add "Arial" and "sans-serif" at its end')
        )
    return names


def _address(table: Table) -> Address:
    table.only("street", "city", "postal_code", "country", "phone", "hours")
    country = table.read("country", _country)
    return Address(
        street=table.local("street"),
        city=table.local("city"),
        postal_code=table.text("postal_code"),
        country=country,
        phone=table.read("phone", lambda value: fields.phone(value, country)),
        hours=table.local("hours"),
    )


def _country(value: str) -> str:
    found = fields.text(value).upper()
    if found and not re.fullmatch(r"[A-Z]{2}", found):
        raise fields.Refused(
            say('"{found}" is not a country code; write two letters such as LV (ISO 3166)', found=found[:20])
        )
    return {"UK": "GB"}.get(found, found)


def _social(table: Table) -> tuple[Social, ...]:
    for key in table.keys:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", key):
            table.refuse(key, say("is not a name of a service; write it in small letters, such as telegram"))
    return tuple(Social(key, table.url(key)) for key in table.keys if table.has(key))


def _legal(table: Table, address: Address) -> Legal:
    texts = ("name", "form", "register", "number", "vat", "seat", "office", "chair")
    urls = ("privacy_url", "returns_url", "terms_url")
    table.only("country", "directors", *texts, *urls)
    return Legal(
        country=table.read("country", _country) or address.country,
        directors=table.texts("directors"),
        **{key: table.text(key) for key in texts},
        **{key: table.url(key) for key in urls},
    )


def _locales(table: Table) -> Locales:
    table.only("default", "available")
    available = table.texts("available") or (table.text("default", "en"),)
    for locale in available:
        if not LOCALE.match(locale):
            table.refuse(
                "available", say('has "{locale}"; a language is a code such as en or ru', locale=locale[:20])
            )
    default = table.text("default", available[0])
    if default not in available:
        table.refuse("default", say('is "{default}", which available does not name', default=default[:20]))
    return Locales(default, tuple(dict.fromkeys(available)))


def _promise(table: Table) -> Promise:
    table.only("answer_hours", "timezone", "days", "opens", "closes", "holidays")
    plain = Promise()
    promise = Promise(
        answer_hours=table.number("answer_hours", plain.answer_hours, 0, 240),
        timezone=table.read("timezone", _timezone) or plain.timezone,
        days=_weekdays(table) or plain.days,
        opens=table.clock("opens", plain.opens),
        closes=table.clock("closes", plain.closes),
        holidays=table.days("holidays"),
    )
    if promise.opens >= promise.closes:
        table.refuse("closes", say("must be later than opens ({opens:%H:%M})", opens=promise.opens))
    return promise


def _timezone(value: str) -> str:
    import zoneinfo

    found = fields.text(value)
    if not found:
        return ""
    try:
        zoneinfo.ZoneInfo(found)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise fields.Refused(
            say('"{found}" is not a time zone; write one such as Europe/Riga', found=found[:40])
        ) from None
    return found


def _weekdays(table: Table) -> tuple[int, ...]:
    days = table.texts("days")
    for day in days:
        if day.lower()[:3] not in WEEKDAYS:
            table.refuse("days", say('has "{day}"; write days such as ["mon", "tue"]', day=day[:20]))
    return tuple(sorted({WEEKDAYS.index(day.lower()[:3]) + 1 for day in days}))


def _mail(table: Table, domain: DomainName) -> MailAddresses:
    addresses = ("support", "sales", "transactional", "marketing")
    table.only(*addresses, "link_hosts")
    mail = MailAddresses(
        **{key: table.email(key) for key in addresses},
        link_hosts=tuple(_host(table, h) for h in table.texts("link_hosts")) or (domain,),
    )
    if mail.marketing and mail.marketing.lower() == mail.transactional.lower():
        table.refuse(
            "marketing",
            say(
                "is the same as transactional; receipts and news need two addresses, such as "
                'marketing = "news@{domain}"',
                domain=domain,
            ),
        )
    return mail


def _host(table: Table, name: str) -> str:
    try:
        return _domain(name)
    except ValueError as fault:
        table.refuse("link_hosts", str(fault))


def _signature(table: Table) -> SignatureWishes:
    table.only(
        "layout",
        "reply",
        "assets_url",
        "vcard_url",
        "call_text",
        "call_url",
        "disclaimer",
        "environment",
        "certifications",
        "bilingual",
        "banner",
    )
    return SignatureWishes(
        layout=table.choice("layout", Layout, Layout.BAR),
        reply=table.choice("reply", Layout, Layout.REPLY),
        assets_url=_folder_url(table),
        vcard_url=table.read("vcard_url", _card_url),
        call_text=table.local("call_text"),
        call_url=table.url("call_url"),
        disclaimer=table.local("disclaimer"),
        environment=table.local("environment"),
        certifications=table.texts("certifications"),
        bilingual=table.flag("bilingual"),
        banner=_banner(table.table("banner")),
    )


def _card_url(value: str) -> str:
    if value and "{id}" not in value:
        raise fields.Refused(
            say('needs {id} where the person\'s id goes, such as "https://fern.example/vcf/{id}.vcf"')
        )
    return fields.url(value.replace("{id}", "-id-")).replace("-id-", "{id}")


def _folder_url(table: Table) -> str:
    found = table.url("assets_url")
    if found and not found.startswith("https://"):
        table.refuse(
            "assets_url", say("must begin with https://, or mail programs will not load the picture")
        )
    if "?" in found or "#" in found:
        table.refuse("assets_url", say('must be a folder, such as "https://fern.example/mail/"'))
    return found if not found or found.endswith("/") else found + "/"


def _banner(table: Table) -> Banner:
    table.only("image", "url", "alt", "width", "height", "from", "until")
    banner = Banner(
        image=_picture_url(table, "image"),
        url=table.url("url"),
        alt=table.local("alt"),
        width=table.number("width", 450, 100, 600),
        height=table.number("height", 80, 20, 200),
        begins=table.day("from"),
        ends=table.day("until"),
    )
    if banner.image and not banner.alt:
        table.refuse(
            "alt", say("is missing; say in words what the banner says, as many readers see no pictures")
        )
    if banner.begins and banner.ends and banner.ends < banner.begins:
        table.refuse("until", say("is before from ({begins})", begins=banner.begins))
    return banner


def _lint(table: Table) -> LintWishes:
    table.only("clients", "words", "ignore")
    for client in table.texts("clients"):
        if client not in CLIENTS:
            table.refuse(
                "clients",
                say('has "{client}"; known are {clients}', client=client[:40], clients=", ".join(CLIENTS)),
            )
    return LintWishes(table.texts("clients", CLIENTS), table.texts("words"), table.reasons("ignore"))


__all__ = ["CLIENTS", "SAFE_FAMILIES", "parse"]
