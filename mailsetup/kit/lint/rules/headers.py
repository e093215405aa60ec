"""Rules on the headers of messages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.utils import formataddr

from mailsetup.grammar.mailboxes import Mailbox, mailboxes
from mailsetup.kit.lint import guess, mime, phrases
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.header_edits import added, end_of_fields, removed, replaced
from mailsetup.kit.lint.rule import Hit, judges
from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say

REQUIRED = ("Date", "Message-ID", "MIME-Version", "From")
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
        "mail.ru",
        "bk.ru",
        "inbox.ru",
        "list.ru",
        "yandex.ru",
        "yandex.com",
        "ya.ru",
        "rambler.ru",
    ]
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NO_REPLY = re.compile(r"(?:no|not|do-?not|dont)[-_.]?reply|noanswer", re.IGNORECASE)


@judges("HDR-01")
def incomplete(d: Document) -> Iterator[Hit]:
    for name in REQUIRED:
        if not d.header(name):
            value = _stands_for(d, name)
            yield Hit(1, {"name": name}, added(d, name, value) if value else ())


def _stands_for(d: Document, name: str) -> str:
    """What a missing header is known to say; empty for a sender whom nobody named."""
    if name == "MIME-Version":
        return "1.0"
    if (
        name == "Message-ID"
    ):  # as a server adds it to mail handed in (RFC 6409 section 8.3); the same file, the same id
        host = _sender(d).domain or (str(d.brand.domain) if d.brand else "localhost.invalid")
        body = d.source[end_of_fields(d.source) :].replace("\r\n", "\n")
        known = "\n".join((d.header("From"), d.header("To"), d.subject or "", body))
        return f"<{hashlib.sha256(known.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}@{host}>"
    if name == "Date":  # when it was first received, else the day it is made ready (RFC 6409 section 8.2)
        seen = d.header("Received").rpartition(";")[2].strip()
        return seen if _DATE.match(seen) else f"{d.today:%a, %d %b %Y} 00:00:00 +0000"
    mail = d.brand.mail if d.brand is not None else None
    if d.brand is None or mail is None:
        return ""
    address = {"M": mail.marketing, "T": mail.transactional}.get(d.kind) or mail.support or mail.sales
    other = mail.transactional if d.kind == "M" else mail.marketing
    return formataddr((d.brand.name_in(d.locale), address)) if address and address != other else ""


_DATE = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? [+-]\d{4}")


@judges("HDR-02")
def control_characters(d: Document) -> Iterator[Hit]:
    seen: dict[str, int] = {}
    for name, value, line in d.head:
        seen[name] = seen.get(name, 0) + 1
        if (
            CONTROLS.search(value)
            or "\r" in value.rstrip("\r")
            or CONTROLS.search(d.header(name))
            or (name in ("subject", "from", "to", "reply-to") and _smuggles(value))
        ):
            yield Hit(line, {"name": name})
    for name in ("from", "subject", "date", "message-id", "to"):
        if seen.get(name, 0) > 1:
            yield Hit(d.header_line(name), {"name": name})


def _smuggles(value: str) -> bool:
    """Whether encoded words hold a line end, or cannot be read (RFC 2047 section 5)."""
    return any(word is None or re.search(rb"[\r\n\x00]", word) for word in mime.encoded_words(value))


def _sender(d: Document) -> Mailbox:
    """The first mailbox of From; an empty one where there is none."""
    return next(iter(mailboxes(d.header("From"))), Mailbox("", "", ""))


def _address(one: Mailbox) -> str:
    return one.address if one.domain else ""


@judges("HDR-03")
def nameless_sender(d: Document) -> Iterator[Hit]:
    name, address = _sender(d).shown, _address(_sender(d))
    if address and not name.strip():
        own = d.brand is not None and address.lower().endswith(f"@{d.brand.domain}")
        edits = replaced(d, "From", formataddr((d.brand.name, address))) if own and d.brand else ()
        yield Hit(d.header_line("from"), {"address": address}, edits)


@judges("HDR-04")
def no_reply(d: Document) -> Iterator[Hit]:
    if not _invites_answer(d):
        return
    for name in ("Reply-To",) if d.header("Reply-To") else ("From",):  # answers go to the first of the two
        for one in mailboxes(d.header(name))[:1]:
            if NO_REPLY.search(one.local):
                yield Hit(d.header_line(name), {"address": one.address})


def _invites_answer(d: Document) -> bool:
    """Whether the letter is one of a conversation, asks something, or says that one may answer."""
    asks = re.search(r"\?(?=\s|\Z)", guess.URL.sub(" ", d.body)) is not None
    return (
        d.kind == "R"
        or asks
        or any(phrases.said(name, d.locale, d.body) for name in ("contact", "next-step"))
    )


@judges("HDR-05")
def foreign_sender(d: Document) -> Iterator[Hit]:
    domain = _sender(d).domain.lower()
    own = str(d.brand.domain).lower() if d.brand else ""
    if domain in FREE_MAIL or (own and domain and domain != own and not domain.endswith(f".{own}")):
        yield Hit(d.header_line("from"), {"domain": domain, "own": own or say("the firm's own")})


@judges("HDR-06")
def unmarked_automatic(d: Document) -> Iterator[Hit]:
    if not d.header("Auto-Submitted").lower().startswith(("auto-replied", "auto-generated")):
        mark = replaced if d.header("Auto-Submitted") else added
        edits = mark(d, "Auto-Submitted", "auto-replied")
        yield Hit(1, {}, edits)


@judges("HDR-07")
def no_loop_guard(d: Document) -> Iterator[Hit]:
    if not d.header("X-Auto-Response-Suppress"):  # Precedence is no standard's, and Exchange does not read it
        yield Hit(1, {}, added(d, "X-Auto-Response-Suppress", "All"))


@judges("HDR-08")
def no_list_unsubscribe(d: Document) -> Iterator[Hit]:
    target, post = d.header("List-Unsubscribe"), d.header("List-Unsubscribe-Post")
    if not re.search(r"<https://[^>]+>", target) or post.replace(" ", "") != "List-Unsubscribe=One-Click":
        yield Hit(d.header_line("list-unsubscribe"))


@judges("HDR-09")
def needless_list_unsubscribe(d: Document) -> Iterator[Hit]:
    if d.header("List-Unsubscribe"):
        edits = (*removed(d, "List-Unsubscribe"), *removed(d, "List-Unsubscribe-Post"))
        yield Hit(d.header_line("list-unsubscribe"), {}, edits)


@judges("HDR-10")
def shared_address(d: Document) -> Iterator[Hit]:
    assert d.brand is not None
    address = _address(_sender(d)).lower()
    mail = d.brand.mail
    other = mail.transactional if d.kind == "M" else mail.marketing
    if address and other and address == other.lower() and (mail.marketing or mail.transactional):
        yield Hit(d.header_line("from"), {"address": address})


@judges("HDR-11")
def draft_mark(d: Document) -> Iterator[Hit]:
    if d.header("X-Unsent") and d.header("Received"):
        yield Hit(d.header_line("x-unsent"), {}, removed(d, "X-Unsent"))
    elif d.model and not d.header("X-Unsent"):
        yield Hit(1, {}, added(d, "X-Unsent", "1"))


@judges("HDR-12")
def no_language(d: Document) -> Iterator[Hit]:
    if not d.header("Content-Language"):
        yield Hit(1, {}, added(d, "Content-Language", d.locale) if d.locale else ())


@judges("HDR-13")
def unplanned_address(d: Document) -> Iterator[Hit]:
    assert d.brand is not None
    mail = d.brand.mail
    planned = {a.lower() for a in (mail.support, mail.sales, mail.transactional, mail.marketing) if a}
    planned |= {p.email.lower() for p in d.brand.people if p.email}
    if not planned:
        return
    own = str(d.brand.domain)
    for name in ("From", "Reply-To"):
        for one in mailboxes(d.header(name)):
            address = one.address.lower()
            if one.domain.lower() == own and address not in planned:
                yield Hit(d.header_line(name), {"address": one.address})


@judges("CON-04")
def open_recipients(d: Document) -> Iterator[Hit]:
    own = str(d.brand.domain) if d.brand else _sender(d).domain.lower()
    others = {
        one.address.lower()
        for name in ("To", "Cc")
        for one in mailboxes(d.header(name))
        if one.domain.lower() != own
    }
    domains = {a.rpartition("@")[2] for a in others}
    if len(others) > 1 and (len(domains) > 1 or domains & FREE_MAIL or len(others) > 3):
        yield Hit(d.header_line("to"), {"count": len(others)})


@judges("CON-05")
def secrets(d: Document) -> Iterator[Hit]:
    for number, line in d.lines:
        for match in _SECRET.finditer(line):
            if match["card"] and not _luhn(match["card"]):
                continue
            yield Hit(number, {"what": _what(match)})


_SECRET = re.compile(
    r"(?P<card>(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d))"
    r"|(?P<password>\b(?:password|passcode|PIN|CVV|парол[ья]|пин-код)\b(?: is)?\s{0,9}[:=—–-]\s{0,9}\S{0,99}[\d\W_]\S{2}|\b(?:password is|CVV is|PIN is|пароль —) \S{3})"  # noqa: E501
    r"|(?P<passport>\b(?:passport|паспорт)\b\D{0,25}\d{2} ?\d{2} ?\d{6}\b)",
    re.IGNORECASE,
)


def _what(match: re.Match[str]) -> str:
    return match.lastgroup or ""


def _luhn(text: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1)."""
    digits = [int(c) for c in text if c.isdigit()][::-1]
    return sum(d if n % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for n, d in enumerate(digits)) % 10 == 0


@judges("CON-01")
def no_reason(d: Document) -> Iterator[Hit]:
    """Why the reader receives it, and by what the sender finds the consent: its day, or its number in a record."""
    words = (d.body, d.visible) if d.html is not None else (d.body,)
    reasons = [b for text in words for b in _BLOCK.split(text) if phrases.said("reason-line", d.locale, b)]
    lacking = [] if reasons else [phrase("a line that says why it is sent")]
    if not _consent_named(d, reasons, words):
        lacking.append(phrase("the day or number of the consent"))
    if lacking:
        yield Hit(d.lines[-1][0] if d.lines else 1, {"missing": ", ".join(map(translated, lacking))})


_BLOCK = re.compile(r"\n\s{0,99}\n")
_CONSENT_HEADER = re.compile(r"(?:x-)?(?:[\w-]{1,40}-)?consent(?:-[\w-]{1,40})?\Z")
_DAY = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d\d-\d\d\b")


def _consent_named(d: Document, reasons: list[str], words: tuple[str, ...]) -> bool:
    """Whether a header, the line of the reason, or a line about the consent names its record."""
    if any(_CONSENT_HEADER.match(name) and value.strip() for name, value, _ in d.head):
        return True
    dated = (_DAY.search(b) or (phrases.said("months", d.locale, b) and re.search(r"\d", b)) for b in reasons)
    return (
        any(dated)
        or any(phrases.said("consent-record", d.locale, text) for text in words)
        or (d.model and any("[[" in b for b in reasons))
    )


@judges("CON-02")
def no_way_out(d: Document) -> Iterator[Hit]:
    for name, words in (("text", d.text), ("HTML", d.visible if d.html else None)):
        if words is not None and not (
            phrases.said("unsubscribe", d.locale, words) or "unsubscribe" in words.lower()
        ):
            yield Hit(d.lines[-1][0] if d.lines else 1, {"part": name})


@judges("CON-03")
def no_postal_address(d: Document) -> Iterator[Hit]:
    text = d.body
    places = _places(d)
    if not any(p and p.lower() in text.lower() for p in places) and not _ADDRESS.search(
        guess.URL.sub("", text)
    ):
        yield Hit(d.lines[-1][0] if d.lines else 1)


def _places(d: Document) -> tuple[str, ...]:
    if d.brand is None:
        return ()
    return tuple(t for text in (d.brand.address.street, d.brand.address.city) for t in text.texts.values())


_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?:[A-Z][\w.'-]{1,40} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Boulevard|Drive|Way)\b"
    r"|\b(?:[A-ZÄÖÜ][\w.ß-]{1,40} ){1,3}\d{1,4}[a-z]?, *(?:[A-Z]{1,2}-?)?\d{4,6}\b|(?:ул\.|улица|просп|пр-т|пер\.|шоссе|наб\.).{1,40}\d|\b\d{6},? {1,9}(?:г\. ?)?[А-Я][а-я]+"  # noqa: E501
    r"|\b(?:[A-Z]{2}-)?\d{4,6} [A-ZÄÖÜ][a-zäöü]+|P\.? ?O\.? Box \d+"
)
