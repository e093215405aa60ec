"""A letter as a draft (``.eml``): opens in a mail program ready to be sent, text and HTML side by side."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailsetup.kit.letter import Kind, Letter, clean, one_line

from . import plain_text, render

POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")  # RFC 5322 section 2.1.1
NAME_LIMIT = 120  # characters of a display name

# A long mailbox is folded before its address, not right behind the colon: filters read an empty beginning as
# the hand of a forger (rspamd's HEADER_TO_EMPTY_DELIMITER), and old programs as an empty header.
_FOLDED_AT_ONCE = re.compile(rb"^(From|To):\r\n (\S+) (?=<)", re.MULTILINE)


def draft(letter: Letter, as_of: datetime, *, sender: str = "", unsent: bool = True, html: str = "") -> bytes:
    """
    The message, with CRLF line ends.

    ``as_of`` becomes its date; the Message-ID is made of the content, so the same letter is the same file.
    ``sender`` is the address it is written from, else the brand's own for this kind of letter. ``unsent``
    marks it as a draft (``X-Unsent: 1``); without it the file is the letter as a mail server sends it.
    ``html`` saves rendering it again.
    """
    message = EmailMessage(policy=POLICY)
    address = sender or from_address(letter)
    message["From"] = _mailbox(_sender_name(letter), address)
    customer = letter.values.get("customer", {})
    to = str(customer.get("email") or "") if isinstance(customer, dict) else ""
    if to and not letter.blank:
        message["To"] = _mailbox(one_line(str(customer["name"])), to)
    message["Subject"] = clean(letter.subject, line_end=" ")
    message["Date"] = format_datetime(as_of)
    text = plain_text.flowed(letter)
    if letter.template.html:
        html = html or render.html(letter)
    message["Message-ID"] = _message_id(letter, text + html)
    if unsent:
        message["X-Unsent"] = "1"
    for name, value in extra_headers(letter):
        message[name] = value
    message.set_content(
        text, subtype="plain", charset="utf-8", cte="quoted-printable", params={"format": "flowed"}
    )
    if letter.template.html:
        message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
        # "=_" cannot stand in quoted-printable text (RFC 2045 section 6.7), so no line of a part looks like it.
        message.set_boundary(f"=_{_digest(text + html)}")
    message["Content-Language"] = letter.locale  # after the body: setting that clears what says Content-
    head, end, body = message.as_bytes().partition(b"\r\n\r\n")
    return _FOLDED_AT_ONCE.sub(rb"\1: \2\r\n ", head) + end + body


def extra_headers(letter: Letter) -> tuple[tuple[str, str], ...]:
    """What this kind of letter must carry beside the usual headers, for whoever sends it."""
    headers: list[tuple[str, str]] = []
    if letter.template.kind is Kind.AUTOMATIC:
        # RFC 3834 section 5; the second header keeps Exchange from answering an answer.
        headers += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    if letter.template.unsubscribe and not letter.blank:
        target = str(getattr(letter.values.get("unsub_url"), "target", ""))
        if target.startswith("https://"):
            # RFC 8058 section 3.1
            headers += [
                ("List-Unsubscribe", f"<{target}>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ]
    return tuple(headers)


def from_address(letter: Letter) -> str:
    """The brand's address for a kind of letter; mail people opted into has an address of its own."""
    mail = letter.brand.mail
    fallback = mail.support or mail.sales or mail.transactional or f"info@{letter.brand.domain}"
    match letter.template.kind:
        case Kind.MARKETING:
            return mail.marketing or fallback
        case Kind.TRANSACTIONAL:
            return mail.transactional or fallback
        case Kind.REPLY if letter.sender is not None and letter.sender.email:
            return letter.sender.email
    return fallback


def _sender_name(letter: Letter) -> str:
    brand = letter.brand.name_in(letter.locale)
    return f"{letter.sender.name_in(letter.locale)}, {brand}" if letter.sender is not None else brand


def _mailbox(name: str, address: str) -> Address:
    """A mailbox whose name cannot break out of its header."""
    safe = clean(name, line_end=" ").strip()[:NAME_LIMIT]
    return Address(display_name=safe, addr_spec=address)


def _message_id(letter: Letter, content: str) -> str:
    return f"<{letter.name}.{letter.locale}.{_digest(content)}@{letter.brand.domain}>"


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:24]
