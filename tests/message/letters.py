"""Letters for tests: one that is right in everything, and ways to change it."""

from __future__ import annotations

from mailsetup.message.verify import Circumstances, verify_message
from tests.zones import world

from .test_dkim import ED25519, NOW, RSA, P, signed

__all__ = ["ED25519", "GOOD", "NOW", "RSA", "ZONE", "findings", "judge", "letter", "statuses"]

HEADER = {
    "From": "Ann <ann@example.com>",
    "To": "Bob <bob@example.net>",
    "Subject": "Dinner tonight",
    "Date": "Mon, 21 Sep 2026 15:05:00 +0000",
    "Message-ID": "<1@example.com>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
BODY = b"Hello Bob,\r\n\r\nsee you at eight.\r\n\r\nAnn\r\n"
ZONE = f"""
example.com. MX 10 mail.example.com.
example.com. TXT "v=spf1 ip4:192.0.2.0/24 -all"
mail.example.com. A 192.0.2.7
7.2.0.192.in-addr.arpa. PTR mail.example.com.
_dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
sel._domainkey.example.com. TXT "v=DKIM1; p={P}"
"""


def letter(body: bytes = BODY, **fields: str | None) -> bytes:
    """The right letter, unsigned, with some fields replaced, added or (None) left out; ``_`` stands for ``-``."""
    header = dict(HEADER)
    for name, value in fields.items():
        known = {known.lower(): known for known in header}
        key = known.get(name.replace("_", "-").lower(), name.replace("_", "-"))
        if value is None:
            header.pop(key, None)
        else:
            header[key] = value
    return (
        "".join(f"{n}: {v}\r\n" for n, v in header.items()).encode("utf-8", "surrogateescape")
        + b"\r\n"
        + body
    )


OVERSIGNED = "from:from:to:to:subject:subject:date:date:message-id"
GOOD = b"Return-Path: <ann@example.com>\r\n" + signed(letter(), h=OVERSIGNED)


def judge(data: bytes, zone: str = ZONE, **given):
    """The report on a letter; without ``ip=""`` it comes from the right server."""
    known = {"now": NOW, "at": NOW, "ip": "192.0.2.7", "helo": "mail.example.com"} | given
    return world(zone).read(verify_message(data, Circumstances(**known)))


def findings(report) -> dict[str, list[str]]:
    """The sentences of every finding, by rule."""
    return {v.check: [str(f.message) for f in v.findings] for v in report.verdicts if v.findings}


def statuses(report) -> dict[str, str]:
    """What became of each rule."""
    return {v.check: v.status.value for v in report.verdicts}
