"""Texts, URLs, addresses and telephone numbers as a brand or a person gives them: taken or refused."""

from __future__ import annotations

import re
import unicodedata

from mailsetup.model.brand import NO_PHONE, Phone
from mailsetup.model.errors import UsageError
from mailsetup.model.names import DomainName, printable

TEXT_LIMIT = 300  # characters; longer texts belong into a letter
URL_LIMIT = 1000  # characters
LOCAL_PART_LIMIT = 64  # octets, RFC 5321 section 4.5.3.1.1

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Explicit directional formatting: turns what is read around (Unicode Standard Annex 9)."""
_INVISIBLE = frozenset("\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u2028\u2029")

_URL = re.compile(
    r"https?://(?P<host>[^\s/?#:@\[\]\\\"'<>`{}|^]+)(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?#][^\s\"'<>`{}|^\\]*)?\Z",
    re.I,
)
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")


class Refused(ValueError):
    """What is wrong with a value and what to write; whoever knows the place puts it in front."""


def text(value: str, limit: int = TEXT_LIMIT) -> str:
    """A line of text, normalised (NFC), without blanks around it; nothing that hides or breaks a line."""
    found = unicodedata.normalize("NFC", value).strip()
    for character in found:
        if character in _OVERRIDES:
            raise Refused(f"holds U+{ord(character):04X}, which turns the reading direction; delete it")
        if character in "\r\n\t" or unicodedata.category(character) in ("Cc", "Cs"):
            raise Refused(f"holds the control character U+{ord(character):04X}; write it on one line")
        if unicodedata.category(character) == "Co":
            raise Refused(f"holds U+{ord(character):04X}, a character of one font alone; delete it")
        if character in _INVISIBLE:
            raise Refused(f"holds the invisible character U+{ord(character):04X}; delete it")
    if len(found) > limit:
        raise Refused(f"is {len(found)} characters long; at most {limit} fit")
    return found


def url(value: str) -> str:
    """An address of the web: http or https, a real host, nothing that must be quoted anywhere."""
    found = text(value, URL_LIMIT)
    if not found:
        return ""
    match = _URL.match(found)
    if match is None:
        raise Refused(f'"{_short(found)}" is not a web address; write it as https://example.com/page')
    if "." not in match["host"]:
        raise Refused(f'"{_short(found)}" has no whole host name; write it as https://example.com/page')
    host = _domain(match["host"], found)
    port = f":{match['port']}" if match["port"] else ""
    return f"{found.partition(':')[0].lower()}://{host}{port}{_percent(match['rest'] or '/')}"


def _percent(rest: str) -> str:
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in rest)


def host(address: str) -> str:
    """The host of an address that `url` passed."""
    match = _URL.match(address)
    return match["host"].lower() if match else ""


def email(value: str) -> str:
    """A mail address: dot-atom local part (RFC 5322 section 3.4.1), domain in A-labels."""
    found = text(value)
    if not found:
        return ""
    local, at, domain = found.rpartition("@")
    if not at or not _LOCAL_PART.match(local) or len(local) > LOCAL_PART_LIMIT:
        raise Refused(f'"{_short(found)}" is not a mail address; write it as name@example.com')
    if local[0] in "=+-":
        raise Refused(
            f'"{_short(found)}" begins with {local[0]}, which tables take for a formula; use another'
        )
    return f"{local}@{_domain(domain, found)}"


def _domain(name: str, whole: str) -> DomainName:
    try:
        return DomainName.parse(name)
    except UsageError as fault:
        raise Refused(f'"{_short(whole)}": {fault}') from None


def phone(value: str, country: str) -> Phone:
    """A telephone number; one without + is read as it is dialled in the firm's country."""
    found = text(value)
    if not found:
        return NO_PHONE
    import phonenumbers

    region = country.upper() if country.upper() in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(found, region)
    except phonenumbers.NumberParseException:
        raise Refused(
            f'"{_short(found)}" is not a telephone number; write it with + and the country, such as +371 6000 0000'
        ) from None
    if not phonenumbers.is_possible_number(number):
        raise Refused(
            f'"{_short(found)}" has too few or too many digits for its country; write it as +371 6000 0000'
        )
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Phone(shown, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966))


def relative_file(value: str) -> str:
    """A file beside the brand's file, as ``folder/name``: never above it, never elsewhere."""
    found = text(value)
    if not found:
        return ""
    parts = found.replace("\\", "/").split("/")
    if found[0] in "/\\~" or ":" in found or any(p in ("", ".", "..") for p in parts):
        raise Refused(
            f'"{_short(found)}" must lie beside the brand file; write it as assets/logo.png, without .. or a drive'
        )
    return "/".join(parts)


def _short(value: str) -> str:
    return printable(value if len(value) <= 60 else value[:57] + "...")
