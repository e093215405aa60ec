"""``mailsetup kit init``: a brand file and a table of people, asked, read from the project file, or a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailsetup.model import os_faults
from mailsetup.model.brand import Brand
from mailsetup.model.errors import InputError, MailsetupError
from mailsetup.model.language import language
from mailsetup.model.message import Message, phrase, say

from .init import Ask
from .kit_brand import BRAND_FILE, PEOPLE_FILE

LOGO_FOLDER = "assets"


class Given(NamedTuple):
    """What the command line said already."""

    name: str = ""
    domain: str = ""
    primary: str = ""
    logo: str = ""


class _Files(NamedTuple):
    """What will be written, by its path below the folder."""

    brand: str
    people: str
    logo_name: str
    logo: bytes


def create(folder: str | Path, given: Given, *, ask: Ask | None, force: bool) -> Iterator[str]:
    """
    Writes ``brand.toml``, ``people.csv`` and the logo; yields sentences for the owner.

    ``ask`` is None where nobody can answer. `InputError` when something is there already and ``force`` is
    not given, before anything is asked.
    """
    from .project import find

    place = Path(folder)
    _refuse_existing(place, force)
    project = find(place) if place.is_dir() else None
    known = _known(given, project)
    if ask is not None:
        known = _asked(known, ask)
    if not known.get("domain"):
        if known.get("name") or known.get("primary") or given.logo:
            raise InputError(
                say(
                    "kit init needs --domain beside --name, --primary and --logo, such as --domain "
                    "example.com"
                )
            )
        yield from map(str, _write_sample(place, given, force))
        return
    own = _write_own(place, known, given, force, from_project=project is not None and not given.domain)
    yield from map(str, own)


def _refuse_existing(place: Path, force: bool) -> None:
    if place.exists() and not place.is_dir():
        raise InputError(
            say(
                "{place} is not a folder; give the folder for {brand_file}",
                place=place,
                brand_file=BRAND_FILE,
            )
        )
    for name in (BRAND_FILE, PEOPLE_FILE):
        if (place / name).exists() and not force:
            raise InputError(say("{place} is there already; --force overwrites it", place=place / name))


def _known(given: Given, project: Any) -> dict[str, Any]:
    """What the command line and the project file tell."""
    from mailsetup.model.names import DomainName

    found: dict[str, Any] = {}
    if project is not None:
        found["domain"] = str(project.domain)
        if project.time_zone != "UTC":
            found["timezone"] = project.time_zone
    if given.domain:
        found["domain"] = str(DomainName.parse(given.domain))
    if given.name:
        found["name"] = given.name
    if given.primary:
        found["primary"] = _colour(given.primary)
    return found


def _colour(value: str) -> str:
    from mailsetup.kit import colors

    try:
        return colors.parse(value)
    except ValueError as fault:
        raise InputError(say('--primary "{value}" {fault}', value=value[:40], fault=fault)) from None


def _write_sample(place: Path, given: Given, force: bool) -> Iterator[Message]:
    from mailsetup.kit import new_brand

    values = new_brand.sample_values() | _languages_first()
    _write(
        place,
        _Files(new_brand.text(values), new_brand.sample_people(), values["logo"], new_brand.sample_logo()),
        force,
    )
    yield say(
        "written: {brand}, {people} and {logo}",
        brand=str(place / BRAND_FILE),
        people=str(place / PEOPLE_FILE),
        logo=str(place / values["logo"]),
    )
    yield say(
        "this is a sample: Fern & Co does not exist. Change names, addresses and colours to yours, or start "
        "again on a terminal, or with --name and --domain"
    )
    yield from _next(place)


def _write_own(
    place: Path, known: Mapping[str, Any], given: Given, force: bool, *, from_project: bool
) -> Iterator[Message]:
    from mailsetup.kit import brand, new_brand

    values = _completed(known)
    logo_name, logo = _logo(given.logo or str(known.get("logo_file", "")))
    values["logo"] = logo_name
    text = new_brand.text(values)
    firm = brand.parse(text, str(place / BRAND_FILE))
    _write(place, _Files(text, _people(firm, known), logo_name, logo), force)
    named = {"brand": str(place / BRAND_FILE), "people": str(place / PEOPLE_FILE)}
    yield (
        say("written: {brand}, {people} and {logo}", **named, logo=str(place / logo_name))
        if logo
        else say("written: {brand} and {people}", **named)
    )
    if from_project and given.name:
        yield say("the domain is that of the project file")
    elif from_project:
        yield say(
            "the domain is that of the project file; the name {name} was made from it: check it",
            name=firm.name,
        )
    if not known.get("primary"):
        yield say(
            "the colour {color} is only a beginning: write yours at [colors] primary",
            color=firm.palette.light.primary,
        )
    for note in firm.palette.notes:
        yield say("note: {note}", note=note)
    if logo:
        yield from _about_logo(place / logo_name, logo)
    yield from _next(place)


def _next(place: Path) -> Iterator[Message]:
    where = "" if place == Path() else f" --brand {place / BRAND_FILE}"
    yield say("next: {command}", command=f"mailsetup kit build{where}")


def _completed(known: Mapping[str, Any]) -> dict[str, Any]:
    domain = known["domain"]
    name = known.get("name") or _name_of(domain)
    return {
        "name": name,
        "alt": name,
        "site": f"https://{domain}/",
        "primary": "#0f5b8c",
        **_languages_first(),
        **({"locale": known["locales"][0]} if known.get("locales") else {}),
        "support": f"support@{domain}",
        "sales": f"sales@{domain}",
        "transactional": f"orders@{domain}",
        "marketing": f"news@{domain}",
        **known,
    }


def _languages_first() -> dict[str, Any]:
    """The languages of a new brand: the one that is spoken here comes first; English alone needs no second."""
    spoken = language()
    return {"locale": "en"} if spoken == "en" else {"locale": spoken, "locales": [spoken, "en"]}


def _name_of(domain: str) -> str:
    """A first guess at the firm's name."""
    from mailsetup.model.names import to_unicode

    return to_unicode(domain).split(".")[0].replace("-", " ").title()


def _people(firm: Brand, known: Mapping[str, Any]) -> str:
    """A table with the person that was named and the support mailbox."""
    import csv
    import io

    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        [
            "id",
            "name",
            "name_ru",
            "role",
            "role_ru",
            "email",
            "phone",
            "mobile",
            "photo",
            "layout",
            "team",
            "locale",
        ]
    )
    if known.get("person"):
        table.writerow(
            ["", known["person"], "", known.get("role", ""), "", known.get("email", "")] + [""] * 6
        )
    support = str(say("{firm} support", firm=firm.name))  # the firm alone stands in the line below already
    table.writerow(["support", support, "", "", "", firm.mail.support, "", "", "", "team", "support", ""])
    return out.getvalue()


def _logo(path: str) -> tuple[str, bytes]:
    """The logo's place in the kit and its bytes, once it was measured."""
    from mailsetup.edge.files import read_bytes
    from mailsetup.kit.logo import OCTET_LIMIT, measure

    if not path:
        return "", b""
    data = read_bytes(path, phrase("logo"), OCTET_LIMIT + 1)
    form = measure(data, path).form
    return f"{LOGO_FOLDER}/logo.{ {'jpeg': 'jpg'}.get(form, form) }", data


def _about_logo(path: Path, data: bytes) -> Iterator[Message]:
    from mailsetup.kit.logo import described, measure

    for note in described(measure(data, str(path))):
        yield say("note: {note}", note=note)


def _write(place: Path, files: _Files, force: bool) -> None:
    """All files, the brand's last: without it nothing else is read."""
    from mailsetup.edge.files import write_text
    from mailsetup.edge.folder_beside import write_bytes

    logo = place / files.logo_name
    if files.logo and logo.exists() and not force:
        raise InputError(say("{logo} is there already; --force overwrites it", logo=logo))
    try:
        place.mkdir(parents=True, exist_ok=True)
        if files.logo:
            logo.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise InputError(
            say("cannot write {place}: {reason}; choose another folder", place=place, reason=reason)
        ) from fault
    if files.logo:
        write_bytes(logo, files.logo, force=True)
    write_text(place / PEOPLE_FILE, files.people, force=force, option="")
    write_text(place / BRAND_FILE, files.brand, force=force, option="")


# --- asking -------------------------------------------------------------------------------------------------


def _asked(known: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """Asks what is not known yet; whatever cannot be used is asked again with the reason."""
    from mailsetup.kit import fields
    from mailsetup.model.names import DomainName

    found = dict(known)

    def one(key: str, question: Message, judge: Callable[[str], Any], default: str = "") -> None:
        if found.get(key):
            return
        hint = str(question)
        while True:
            typed = ask(hint, default).strip()
            try:
                answer = judge(typed) if typed else ""
            except (MailsetupError, ValueError) as fault:
                hint = f"{fault}\n{question}"
                continue
            if answer:
                found[key] = answer
            return

    one("domain", say("Domain of your mail (Enter for a sample brand)"), lambda t: str(DomainName.parse(t)))
    if not found.get("domain"):
        return {}
    domain = found["domain"]
    one("name", say("Name of the firm"), fields.text, _name_of(domain))
    one("primary", say("Main colour, such as #0f5b8c or teal"), _readable, "#0f5b8c")
    one("locales", say("Languages, the first one first"), _languages, "en, ru")
    one("country", say("Country, two letters (LV, DE, RU ...; Enter to leave it)"), _country)
    one("street", say("Street and number (Enter to leave it)"), fields.text)
    one("postal_code", say("Postal code (Enter to leave it)"), fields.text)
    one("city", say("City (Enter to leave it)"), fields.text)
    country = found.get("country", "")
    one("phone", say("Telephone (Enter to leave it)"), lambda t: fields.phone(t, country).shown)
    one("person", say("Your own name"), fields.text)
    if found.get("person"):
        one("role", say("What you do in the firm (Enter to leave it)"), fields.text)
        one("email", say("Your mail address"), fields.email, f"info@{domain}")
    one("logo_file", say("Logo, a PNG file (Enter to leave it)"), _logo_file)
    return found


def _readable(typed: str) -> str:
    """A colour, with what will be changed to make it readable put into words by `create` afterwards."""
    from mailsetup.kit import colors

    try:
        return colors.parse(typed)
    except ValueError as fault:
        raise ValueError(say('"{typed}" {fault}', typed=typed[:40], fault=fault)) from None


def _languages(typed: str) -> list[str]:
    import re

    from mailsetup.kit.toml_tables import LOCALE

    found = [part for part in re.split(r"[\s,;]+", typed.lower()) if part]
    for part in found:
        if not LOCALE.match(part):
            raise ValueError(say('"{given}" is not a language; write codes such as en, ru', given=part[:20]))
    return list(dict.fromkeys(found))


def _country(typed: str) -> str:
    if not (len(typed) == 2 and typed.isascii() and typed.isalpha()):
        raise ValueError(
            say('"{given}" is not a country code; write two letters such as LV', given=typed[:20])
        )
    return typed.upper()


def _logo_file(typed: str) -> str:
    _logo(typed)
    return typed
