"""Texts, URLs, addresses and telephone numbers as a brand or a person gives them: taken or refused."""

from __future__ import annotations

import re
import unicodedata

from mailsetup.model.brand import NO_PHONE, Phone
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
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
SHORTENERS = frozenset(
    [
        "bit.ly",
        "tinyurl.com",
        "goo.gl",
        "t.co",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
        "cutt.ly",
        "clck.ru",
        "vk.cc",
        "rb.gy",
        "shorturl.at",
        "tiny.cc",
    ]
)
"""Hosts whose addresses hide where they lead, and carry other people's reputation."""
UNSHOWN = ("svg", "svgz", "webp", "avif", "heic", "tif", "tiff", "bmp")
"""Pictures by the end of their name that Gmail (SVG) or Outlook for Windows (the others) leave out."""
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")


class Refused(ValueError):
    """What is wrong with a value and what to write; whoever knows the place puts it in front."""


def text(value: str, limit: int = TEXT_LIMIT) -> str:
    """A line of text, normalised (NFC), without blanks around it; nothing that hides or breaks a line."""
    found = unicodedata.normalize("NFC", value).strip()
    for character in found:
        if character in _OVERRIDES:
            raise Refused(
                say(
                    "holds U+{character:04X}, which turns the reading direction; delete it",
                    character=ord(character),
                )
            )
        if character in "\r\n\t" or unicodedata.category(character) in ("Cc", "Cs"):
            raise Refused(
                say(
                    "holds the control character U+{character:04X}; write it on one line",
                    character=ord(character),
                )
            )
        if unicodedata.category(character) == "Co":
            raise Refused(
                say(
                    "holds U+{character:04X}, a character of one font alone; delete it",
                    character=ord(character),
                )
            )
        if character in _INVISIBLE:
            raise Refused(
                say("holds the invisible character U+{character:04X}; delete it", character=ord(character))
            )
    if len(found) > limit:
        raise Refused(say("is {count} characters long; at most {limit} fit", count=len(found), limit=limit))
    return found


def url(value: str) -> str:
    """An address of the web: http or https, a real host, nothing that must be quoted anywhere."""
    found = text(value, URL_LIMIT)
    if not found:
        return ""
    match = _URL.match(found)
    if match is None:
        raise Refused(
            say('"{found}" is not a web address; write it as https://example.com/page', found=_short(found))
        )
    if "." not in match["host"]:
        raise Refused(
            say('"{found}" has no whole host name; write it as https://example.com/page', found=_short(found))
        )
    host = _domain(match["host"], found)
    port = f":{match['port']}" if match["port"] else ""
    return f"{found.partition(':')[0].lower()}://{host}{port}{_percent(match['rest'] or '/')}"


def own_url(value: str) -> str:
    """An address of the web that a signature or letter may lead to: it says itself where."""
    found = url(value)
    if host(found).removeprefix("www.") in SHORTENERS:
        raise Refused(
            say(
                '"{found}" hides where it leads, and filters distrust it; write the address it stands for',
                found=_short(found),
            )
        )
    return found


def picture_url(value: str) -> str:
    """An address of a picture that every mail program fetches and shows."""
    found = own_url(value)
    if found and not found.startswith("https://"):
        raise Refused(say("must begin with https://, or mail programs will not load the picture"))
    ending = found.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
    if ending in UNSHOWN:
        raise Refused(
            say(
                "is a picture of the form {form}, which Gmail or Outlook do not show; give PNG or JPEG",
                form=ending,
            )
        )
    return found


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
        raise Refused(
            say('"{found}" is not a mail address; write it as name@example.com', found=_short(found))
        )
    if local[0] in "=+-":
        raise Refused(
            say(
                '"{found}" begins with {local}, which tables take for a formula; use another',
                found=_short(found),
                local=local[0],
            )
        )
    return f"{local}@{_domain(domain, found)}"


def _domain(name: str, whole: str) -> DomainName:
    try:
        return DomainName.parse(name)
    except UsageError as fault:
        raise Refused(say('"{whole}": {fault}', whole=_short(whole), fault=fault)) from None


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
            say(
                '"{found}" is not a telephone number; write it with + and the country, such as +371 '
                "6000 0000",
                found=_short(found),
            )
        ) from None
    if not phonenumbers.is_possible_number(number):
        raise Refused(
            say(
                '"{found}" has too few or too many digits for its country; write it as +371 6000 0000',
                found=_short(found),
            )
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
            say(
                '"{found}" must lie beside the brand file; write it as assets/logo.png, without .. '
                "or a drive",
                found=_short(found),
            )
        )
    return "/".join(parts)


def _short(value: str) -> str:
    return printable(value if len(value) <= 60 else value[:57] + "...")
