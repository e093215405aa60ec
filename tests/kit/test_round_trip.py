"""Letters sent by SMTP and read back by IMAP: Postfix and Dovecot give back what was sent, and so does a draft folder."""

from __future__ import annotations

import email
import email.policy
import imaplib
import re
import smtplib
import time
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailsetup.kit import eml, templates
from mailsetup.model.brand import Voice
from tests.servers.mailbox import USER, Mailbox, mailbox

from .letter_worlds import CATALOGUE, IDS
from .shipped import LOCALES, Shipped
from .test_lint_pack import said

pytestmark = pytest.mark.real
DELIVERED_WITHIN = 60.0  # seconds for a hundred letters

ADDED = frozenset(("return-path", "x-original-to", "delivered-to", "received"))  # what servers write on top


@pytest.fixture(scope="module")
def running() -> Iterator[Mailbox]:
    """Postfix and Dovecot."""
    with mailbox() as ports:
        yield ports


def _letters(sample: Shipped) -> dict[str, bytes]:
    """Every letter in both languages as a mail server sends it, one with a card and a picture attached."""
    made = {}
    for locale in LOCALES:
        for id in IDS:
            template = CATALOGUE.get(id)
            sender = templates.sender_of(template, sample.people, locale)
            letter = templates.compose(
                template, sample.brand, CATALOGUE, locale=locale, voice=Voice.FRIENDLY.value, sender=sender
            )
            made[f"{id}.{locale}"] = eml.draft(letter, templates.AS_OF, unsent=False)
    return {**made, "attached": _attached(made["offer.service.ru"], sample.folder / "kit")}


def _attached(data: bytes, kit: Path) -> bytes:
    message = email.message_from_bytes(data, policy=eml.POLICY)
    assert isinstance(message, EmailMessage)
    card = next(kit.rglob("*.vcf")).read_bytes()
    picture = next(kit.rglob("*.png")).read_bytes()
    message.add_attachment(card, maintype="text", subtype="vcard", filename="визитка.vcf")
    message.add_attachment(picture, maintype="image", subtype="png", filename="picture.png")
    message.replace_header("Message-ID", "<attached@fern.example>")
    return message.as_bytes()


def _read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    return message


def _matter(message: EmailMessage) -> tuple[object, ...]:
    """Headers in their order, and every part with its type, charset, file name and octets."""
    headers = [(n.lower(), str(v)) for n, v in message.items() if n.lower() not in ADDED]
    parts = [
        (p.get_content_type(), p.get_content_charset(), p.get_filename(), p.get_payload(decode=True))
        for p in message.walk()
    ]
    return headers, parts


def _arrived(connection: imaplib.IMAP4, many: int) -> dict[str, bytes]:
    """What lies in the inbox, by Message-ID, once all have arrived."""
    began = time.monotonic()
    while time.monotonic() - began < DELIVERED_WITHIN:
        if int(connection.select("INBOX", readonly=True)[1][0] or 0) >= many:
            break
        time.sleep(0.3)
    found = connection.fetch("1:*", "(BODY.PEEK[])")[1]
    letters = [bytes(item[1]) for item in found if isinstance(item, tuple)]
    return {str(_read(data)["Message-ID"]): data for data in letters}


def test_what_is_sent_is_what_arrives(running: Mailbox, sample: Shipped) -> None:
    """
    Headers, parts, charsets, attachments: nothing is lost, turned or wrapped on the way; the lint says nothing new.
    """
    letters = _letters(sample)
    with smtplib.SMTP("127.0.0.1", running.smtp, timeout=30) as client:
        for data in letters.values():
            client.sendmail("orders@fern.example", [USER], data)
    connection = running.opened()
    arrived = _arrived(connection, len(letters))
    connection.logout()

    assert len(letters) == len(arrived)
    for name, data in letters.items():
        sent, got = _read(data), _read(arrived[str(_read(data)["Message-ID"])])
        assert (name, _matter(sent)) == (name, _matter(got))
    for name in letters:
        got = arrived[str(_read(letters[name])["Message-ID"])]
        assert _without_lines(said("l.eml", letters[name])) == _without_lines(said("l.eml", got))


def _without_lines(findings: list[str]) -> list[str]:
    return [re.sub(r":[0-9]+ ", " ", finding) for finding in findings]


def test_drafts_lie_in_a_folder_as_they_are(running: Mailbox, pack: Mapping[str, bytes]) -> None:
    """
    A draft put into the folder of drafts, or a model into that of templates, is the same octets when it is opened.
    """
    drafts = [data for path, data in pack.items() if path.endswith(".eml")][::10]
    connection = running.opened()
    got = []
    for folder, flags in (("Drafts", "(\\Draft \\Seen)"), ("Templates", "(\\Seen)")):
        connection.create(folder)
        for data in drafts:
            connection.append(folder, flags, None, data)
        connection.select(folder, readonly=True)
        got.append([bytes(i[1]) for i in connection.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(i, tuple)])
    connection.logout()

    assert [drafts, drafts] == got
