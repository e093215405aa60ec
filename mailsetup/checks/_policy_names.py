"""The domain names that SPF and DMARC records mention, with where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailsetup.model.dns import TXT
from mailsetup.model.patterns import late
from mailsetup.walks.policy_texts import TextSet

_SPF_NAME = late(r"(?:^|\s)[+?~-]?(?:include:|exists:|a:|mx:|ptr:|redirect=|exp=)([^\s/]+)", re.IGNORECASE)
_MAIL_HOST = late(r"mailto:[^\s,;@!]{0,255}+@([^\s,;!]+)", re.IGNORECASE)


class Mentioned(NamedTuple):
    """A name as written in a record's text (one character per octet), at ``start`` to ``end``."""

    text: str
    record: TXT
    start: int
    end: int


def mentioned_names(texts: TextSet) -> Iterator[Mentioned]:
    """The names after SPF mechanisms and modifiers and in DMARC report addresses; those with macros are left out."""
    for record in texts.mail_policies:
        text = record.text
        pattern = _SPF_NAME if text[:6].lower() == "v=spf1" else _MAIL_HOST
        for match in pattern.finditer(text):
            if "%" not in match[1]:
                yield Mentioned(match[1].rstrip("."), record, *match.span(1))
