"""A brand and its people: what ``brand.toml`` and ``people.csv`` say, once it is known to be usable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple

from .names import DomainName

EVERY_LOCALE = ""
"""The key of a text that was given once, for every locale."""


class Voice(StrEnum):
    """How the brand speaks."""

    FORMAL = "formal"
    FRIENDLY = "friendly"
    PLAIN = "plain"


class DarkLogo(StrEnum):
    """What happens to the logo on a dark background."""

    AUTO = "auto"
    """A plate where the measured edge would vanish, else nothing."""
    PLATE = "plate"
    """A light plate behind the logo, always."""
    FILE = "file"
    """A second picture, ``dark_file`` or ``dark_url``, where a program can change them; elsewhere as ``auto``."""
    NONE = "none"


class Structured(StrEnum):
    """For whom JSON-LD is written into letters."""

    OFF = "off"
    YANDEX = "yandex"
    GOOGLE = "google"
    BOTH = "both"


class Layout(StrEnum):
    """The shapes a signature can have."""

    LINE = "line"
    BAR = "bar"
    LOGO_LEFT = "logo-left"
    LOGO_TOP = "logo-top"
    PHOTO = "photo"
    CARD_QR = "card-qr"
    BANNER = "banner"
    TEAM = "team"
    REPLY = "reply"
    LEGAL = "legal"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in several locales; `EVERY_LOCALE` stands for those that are not named."""

    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> LocalText:
        """The same text in every locale; no text at all for ``""``."""
        return cls({EVERY_LOCALE: text} if text else {})

    def read(self, locale: str) -> str:
        """The text in a locale; else the one for every locale, English, or the first there is."""
        for key in (locale, EVERY_LOCALE, "en"):
            if self.texts.get(key):
                return self.texts[key]
        return next((text for text in self.texts.values() if text), "")

    def __bool__(self) -> bool:
        return any(self.texts.values())


class Picture(NamedTuple):
    """
    What a picture file was measured to be.

    ``edge_contrast_dark`` is the WCAG contrast of its visible edge with the dark background (1 to 21, 0 when
    nothing is visible); ``form`` is ``png``, ``jpeg``, ``gif``, ``webp`` or ``svg``. ``mark_faults`` says
    why an SVG cannot serve as a BIMI mark (empty: it can); other forms never can.
    """

    form: str
    width: int
    height: int
    octets: int
    transparent: bool
    edge_contrast_dark: float
    edge_contrast_light: float
    mark_faults: tuple[str, ...] = ()
    data: bytes = b""

    @property
    def aspect(self) -> float:
        """Height over width."""
        return self.height / self.width if self.width else 1.0


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo: where it lies beside ``brand.toml``, where readers fetch it, how wide it is shown."""

    file: str = ""
    url: str = ""
    width: int = 140
    alt: LocalText = field(default_factory=LocalText)
    dark: DarkLogo = DarkLogo.AUTO
    dark_file: str = ""
    dark_url: str = ""
    picture: Picture | None = None
    dark_picture: Picture | None = None

    @property
    def height(self) -> int:
        """Pixels shown, from the measured shape; a third of the width where nothing was measured."""
        if self.picture is None:
            return max(1, round(self.width / 3))
        return max(1, round(self.width * self.picture.aspect))


@dataclass(frozen=True, slots=True)
class Shades:
    """Six-digit lower-case hex colours for one background."""

    background: str
    text: str
    muted: str
    link: str
    primary: str
    on_primary: str
    border: str
    accent: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Light shades as given or derived, their dark twins, and what had to be changed to be readable."""

    light: Shades
    dark: Shades
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font families, first choice first, and the size of running text in pixels."""

    stack: tuple[str, ...] = ("Arial", "Helvetica", "sans-serif")
    heading: tuple[str, ...] = ("Arial", "Helvetica", "sans-serif")
    size: int = 16

    @property
    def css(self) -> str:
        """The value of ``font-family`` for running text; families with a space are in single quotes."""
        return _families(self.stack)

    @property
    def heading_css(self) -> str:
        """The value of ``font-family`` for headings."""
        return _families(self.heading)


def _families(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" if " " in name else name for name in names)


class Phone(NamedTuple):
    """A telephone number in its international form and as a ``tel:`` address (RFC 3966)."""

    shown: str
    uri: str

    def __str__(self) -> str:
        return self.shown

    def __bool__(self) -> bool:
        return bool(self.shown)


NO_PHONE = Phone("", "")


CODE_AFTER_TOWN = frozenset(
    ["AU", "BD", "CA", "GB", "GG", "IE", "IM", "IN", "JE", "NZ", "SG", "TH", "TW", "UK", "US", "ZA"]
)
"""Countries whose post writes the code behind the town (Universal Postal Union, addressing by country)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the firm is, and when somebody is there."""

    street: LocalText = field(default_factory=LocalText)
    city: LocalText = field(default_factory=LocalText)
    postal_code: str = ""
    country: str = ""
    phone: Phone = NO_PHONE
    hours: LocalText = field(default_factory=LocalText)

    def town(self, locale: str) -> str:
        """Town and postal code in the order of the country's post: "LV-1010 Riga", but "Whitby YO21 3AB"."""
        parts = (self.postal_code, self.city.read(locale))
        ordered = reversed(parts) if self.country.upper() in CODE_AFTER_TOWN else parts
        return " ".join(part for part in ordered if part)


class Social(NamedTuple):
    """One profile elsewhere: ``kind`` is the key in ``[social]``, such as ``telegram``."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Legal:
    """Particulars of the company, as its register knows them."""

    country: str = ""
    name: str = ""
    form: str = ""
    register: str = ""
    number: str = ""
    vat: str = ""
    seat: str = ""
    office: str = ""
    directors: tuple[str, ...] = ()
    chair: str = ""
    privacy_url: str = ""
    returns_url: str = ""
    terms_url: str = ""


@dataclass(frozen=True, slots=True)
class Locales:
    """The languages of the kit; ``default`` is one of ``available``."""

    default: str = "en"
    available: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Promise:
    """
    By when a letter is answered, and the office hours that are counted; with ``answer_hours`` 0 nothing is promised.

    ``days`` are ISO weekdays (Monday is 1); ``opens`` and ``closes`` are local times in ``timezone``
    (an IANA name); ``holidays`` are days on which nobody answers.
    """

    answer_hours: int = 0
    timezone: str = "UTC"
    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    opens: time = time(9)
    closes: time = time(18)
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class MailAddresses:
    """The firm's own addresses by purpose, and the hosts its letters may link to."""

    support: str = ""
    sales: str = ""
    transactional: str = ""
    marketing: str = ""
    link_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Banner:
    """A picture below the signature between two days, both included; None leaves an end open."""

    image: str = ""
    url: str = ""
    alt: LocalText = field(default_factory=LocalText)
    width: int = 450
    height: int = 80
    begins: date | None = None
    ends: date | None = None

    def shown_on(self, day: date) -> bool:
        """Whether the banner is due on a day."""
        return bool(self.image) and (self.begins or day) <= day <= (self.ends or day)


@dataclass(frozen=True, slots=True)
class SignatureWishes:
    """What every signature of the firm carries beside its person."""

    layout: Layout = Layout.BAR
    reply: Layout = Layout.REPLY
    assets_url: str = ""
    """Where the folder ``hosted`` is put, ending in ``/``: logo, photos, QR codes and contact cards."""
    vcard_url: str = ""
    """Where the contact cards are put, with ``{id}`` in it: the target of the QR code."""
    call_text: LocalText = field(default_factory=LocalText)
    call_url: str = ""
    disclaimer: LocalText = field(default_factory=LocalText)
    environment: LocalText = field(default_factory=LocalText)
    certifications: tuple[str, ...] = ()
    bilingual: bool = False
    banner: Banner = field(default_factory=Banner)
    notice: LocalText = field(default_factory=LocalText)
    """A line for some weeks, such as the new address; lines are divided by a line feed. No file sets it."""


@dataclass(frozen=True, slots=True)
class LintWishes:
    """What the lint is told: client programs that matter, words that are spelt right, rules left out and why."""

    clients: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brand:
    """One firm, ready to be rendered: every colour is there, every address was checked."""

    name: str
    domain: DomainName
    palette: Palette
    name_local: LocalText = field(default_factory=LocalText)
    site: str = ""
    tagline: LocalText = field(default_factory=LocalText)
    voice: Voice = Voice.FRIENDLY
    address_form: Mapping[str, str] = field(default_factory=dict)
    logo: Logo = field(default_factory=Logo)
    fonts: Fonts = field(default_factory=Fonts)
    address: Address = field(default_factory=Address)
    social: tuple[Social, ...] = ()
    legal: Legal = field(default_factory=Legal)
    locales: Locales = field(default_factory=Locales)
    promise: Promise = field(default_factory=Promise)
    mail: MailAddresses = field(default_factory=MailAddresses)
    signature: SignatureWishes = field(default_factory=SignatureWishes)
    structured: Structured = Structured.OFF
    lint: LintWishes = field(default_factory=LintWishes)
    people: tuple[Person, ...] = ()
    origin: str = "brand.toml"

    def name_in(self, locale: str) -> str:
        """The firm's name as readers of a locale know it."""
        return self.name_local.texts.get(locale) or self.name


@dataclass(frozen=True, slots=True)
class Person:
    """One colleague, or one role mailbox (``team``)."""

    id: str
    name: str
    email: str = ""
    name_local: LocalText = field(default_factory=LocalText)
    honorific: str = ""
    pronouns: str = ""
    role: LocalText = field(default_factory=LocalText)
    department: LocalText = field(default_factory=LocalText)
    phone: Phone = NO_PHONE
    mobile: Phone = NO_PHONE
    more_phones: tuple[Phone, ...] = ()
    """Further numbers of the cell ``phone``, in its order."""
    whatsapp: str = ""
    telegram: str = ""
    vk: str = ""
    booking: str = ""
    photo: str = ""
    layout: Layout | None = None
    team: str = ""
    locale: str = ""

    def name_in(self, locale: str) -> str:
        """The name as readers of a locale write it."""
        return self.name_local.texts.get(locale) or self.name
