"""A person as a contact card, vCard 3.0 (RFC 2426) and 4.0 (RFC 6350)."""

from __future__ import annotations

from mailsetup.model.brand import Brand, Person

LINE_OCTETS = 75  # RFC 6350 section 3.2, without the line break


def card(brand: Brand, person: Person, locale: str, version: str = "3.0") -> bytes:
    """The card of one person for readers of a locale; UTF-8, folded, CRLF."""
    new = version == "4.0"
    name = person.name_in(locale)
    place = brand.address
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"FN:{_escaped(name)}"]
    family, given = ("", name) if person.team else _family_and_given(name)
    lines.append(f"N:{_escaped(family)};{_escaped(given)};;{_escaped(person.honorific)};")
    lines.append(f"ORG:{_escaped(brand.name_in(locale))}" + _more(person.department.read(locale)))
    if person.role:
        lines.append(f"TITLE:{_escaped(person.role.read(locale))}")
    if person.email:
        lines.append(f"EMAIL{'' if new else ';TYPE=INTERNET'}:{_escaped(person.email)}")
    for kind, phone in (
        ("work", person.phone),
        *(("work", one) for one in person.more_phones),
        ("cell", person.mobile),
    ):
        if phone:
            lines.append(
                f"TEL;VALUE=uri;TYPE={kind}:{phone.uri}"
                if new
                else f"TEL;TYPE={kind.upper()},VOICE:{_escaped(phone.shown)}"
            )
    if place.street or place.city:
        parts = (place.street.read(locale), place.city.read(locale), "", place.postal_code, place.country)
        lines.append(f"ADR;TYPE={'work' if new else 'WORK'}:;;{';'.join(map(_escaped, parts))}")
    if brand.site:
        lines.append(f"URL:{brand.site}")
    if new and person.team:
        lines.append("KIND:group")
    lines.append(f"UID:{'urn:x-mailsetup:' if new else ''}{person.id}@{brand.domain}")
    lines.append("END:VCARD")
    return b"".join(_folded(line) for line in lines)


def _family_and_given(name: str) -> tuple[str, str]:
    given, _, family = name.rpartition(" ")
    return (family, given) if given else ("", name)


def _more(part: str) -> str:
    return f";{_escaped(part)}" if part else ""


def _escaped(text: str) -> str:
    """RFC 6350 section 3.4; line breaks never come this far."""
    for character in "\\;,":
        text = text.replace(character, "\\" + character)
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """One logical line, cut where an octet limit and whole characters allow (RFC 6350 section 3.2)."""
    whole = line.encode("utf-8", "replace")
    if len(whole) <= LINE_OCTETS:
        return whole + b"\r\n"
    pieces: list[bytes] = []
    current = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(current) + len(octets) > LINE_OCTETS - (1 if pieces else 0):
            pieces.append(current)
            current = b""
        current += octets
    pieces.append(current)
    return b"\r\n ".join(pieces) + b"\r\n"
