"""What somebody forgot to fill in: template marks, words in brackets, stand-in text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(
    r"\{\{[^{}\n]{0,80}+\}\}|\{%[^{}\n]{0,80}?%\}|\[\[[^\[\]\n]{0,80}+\]\]|%%\w{2,40}%%|<%[^<>\n]{0,60}?%>|\$\{\w[\w.]{0,40}\}|\*\|\w{2,40}\|\*"
    r"|\[(?:your |customer |client |first |last |company |full )?(?:name|date|company|order|order number|number|title|address|phone|link|url|amount|time|product|first name|last name|имя|ваше имя|имя клиента|дата|компания|номер|номер заказа|должность|телефон|адрес|ссылка|сумма|товар|фио)\]"  # noqa: E501
    r"|\[(?:insert|enter|fill in|вставьте|впишите|укажите|введите)\s[^\[\]\n]{1,60}\]"
    r"|\blorem ipsum\b|\blorem\b|(?<![A-Za-z])X{3,}(?![A-Za-z])|\bTODO\b|\bTBD\b|\bNone\b(?=[,.!]|$)|_{4,}|(?<=\s)\.{6,}",
    re.IGNORECASE | re.MULTILINE,
)
_CASE = re.compile(r"(?:x+|todo|tbd|none)\Z", re.IGNORECASE)


def placeholders(text: str) -> Iterator[str]:
    """Every mark in a text; words such as TODO only in capitals."""
    for match in _MARK.finditer(text):
        if _CASE.match(match[0]) and not (match[0].isupper() or match[0] == "None"):
            continue
        yield match[0]
