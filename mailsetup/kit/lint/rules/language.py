"""Rules on languages and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import guess
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Edit, Hit, judges

RTL = frozenset(("ar", "he", "fa", "ur", "yi", "ps", "dv"))
BEFORE_LIMIT = 80  # characters before a number in which the words are that change its case
LABEL_LIMIT = 34  # characters that fit on a button of 375 pixels
LATIN_LIKE = "aceopxyABCEHKMOPTXcs"
SWAPS = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))


def _text_edits(d: Document, number: int, match: re.Match[str], new: str) -> tuple[Edit, ...]:
    if d.form != "text":
        return ()
    at = 0
    for _ in range(number - 1):
        at = d.source.find("\n", at) + 1
    return (Edit(at + match.start(), at + match.end(), new),)


@judges("I18-01")
def no_direction(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    if d.locale in RTL:
        marked = [n for n in d.html.nodes if n.get("dir") == "rtl"]
        if not any(n.tag == "html" for n in marked) or not any(n.tag != "html" for n in marked):
            yield Hit(d.html_line_at(1), {"locale": d.locale})


@judges("I18-02")
def unisolated(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    if d.locale not in RTL:
        return
    for node in d.html.nodes:
        words = "".join(c for c in node.children if isinstance(c, str))
        match = re.search(r"\+\d[\d ()-]{6,}|(?<![\w.+-])[\w.+-]++@[\w.-]", words)
        if match and not node.hidden and node.get("dir") != "ltr" and not node.within("style"):
            yield Hit(d.html_line_at(node.line), {"what": match[0]})


@judges("I18-03")
def half_translated(d: Document) -> Iterator[Hit]:
    if d.locale not in ("ru", "uk", "bg", "be"):
        return
    for number, line in d.lines:
        bare = guess.EMAIL.sub(" ", guess.URL.sub(" ", line))
        words = [w for w in guess.WORD.findall(bare) if len(w) > 1]
        if len(words) >= 4 and guess.language(bare) == "en" and not guess.CYRILLIC.search(bare):
            yield Hit(number, {"line": line.strip()[:60]})


_FORMS = {
    "en": re.compile(
        r"\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b\d{1,3}(?:[ \u00a0]\d{3}){0,5},\d{2} ?(?:€|EUR|USD|\$|£|GBP|руб)|\b\d+ ?₽"
    ),
    "ru": re.compile(
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,3},\d{3}\.\d{2}\b|[$€₽]\d|\b\d+\.\d{2} ?(?:€|EUR|USD|\$|руб|₽|RUB)|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b",  # noqa: E501
        re.IGNORECASE,
    ),
}


@judges("I18-04")
def foreign_form(d: Document) -> Iterator[Hit]:
    if d.locale not in _FORMS:
        return
    for number, line in d.lines:
        for match in _FORMS[d.locale].finditer(guess.URL.sub(" ", line)):
            yield Hit(number, {"what": match[0].strip()})


_NOUNS = {
    "день": ("день", "дня", "дней"), "час": ("час", "часа", "часов"), "минута": ("минута|минуту", "минуты", "минут"), "рубль": ("рубль", "рубля", "рублей"),  # noqa: E501
    "товар": ("товар", "товара", "товаров"), "заказ": ("заказ", "заказа", "заказов"), "вопрос": ("вопрос", "вопроса", "вопросов"),  # noqa: E501
    "месяц": ("месяц", "месяца", "месяцев"), "год": ("год", "года", "лет"), "неделя": ("неделя|неделю", "недели", "недель"), "письмо": ("письмо", "письма", "писем"),  # noqa: E501
}  # fmt: skip
_EVERY_FORM = "|".join(form for forms in _NOUNS.values() for form in forms)
_COUNTED = re.compile(rf"(?<![\d.,:-])(\d{{1,6}})[ \u00a0]({_EVERY_FORM})\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:\b(?:от|до|около|более|менее|больше|меньше|после|раньше|позже|из|без|для|свыше|ближайших|следующих|последних|первых|всех|рабочих|течение)\s+(?:\w+\s+)?)$",
    re.IGNORECASE,
)


@judges("I18-05")
def wrong_plural(d: Document) -> Iterator[Hit]:
    from .etiquette import paragraphs

    for number, line in paragraphs(d):
        if d.locale == "ru":
            for match in _COUNTED.finditer(line):
                before = line[max(0, match.start() - BEFORE_LIMIT) : match.start()]
                if match[2].lower().startswith(("год", "лет")) and int(match[1]) > 1000:
                    continue
                if (
                    not _BEFORE.search(before)
                    and not re.search(r"[-–—]\s*$", before)
                    and not _agrees(int(match[1]), match[2].lower())
                ):
                    yield Hit(number, {"what": match[0]})
        elif d.locale == "en":
            for match in re.finditer(
                r"(?<![\d.,:])\b(?:1 (?:days|hours|minutes|items|orders|questions|weeks|months|years|pieces)|(?:[2-9]|\d{2,}) (?:day|hour|minute|item|order|question|week|month|year|piece))\b(?![- ](?:return|trial|guarantee|period|money|limit|window|number|no))|\b\w+\(s\)",  # noqa: E501
                line,
            ):
                if match[0].endswith("(s)") or match[0].split()[-1] != "order":
                    yield Hit(number, {"what": match[0]})


def _agrees(count: int, noun: str) -> bool:
    tens, ones = count % 100, count % 10
    form = 2 if 11 <= tens <= 14 or ones == 0 or ones >= 5 else 0 if ones == 1 else 1
    return any(noun in forms[form].split("|") for forms in _NOUNS.values())


@judges("I18-06")
def typography(d: Document) -> Iterator[Hit]:
    if d.locale != "ru":
        return
    seen: set[str] = set()
    for number, line in d.lines:
        if "http" in line or line.startswith("-- "):
            continue
        for pattern, what, new in _TYPOGRAPHY:
            for match in pattern.finditer(line):
                if what not in seen or d.form == "text":
                    seen.add(what)
                    yield Hit(number, {"what": what}, _text_edits(d, number, match, match.expand(new)))


_TYPOGRAPHY = (
    (re.compile(r'"([А-Яа-яЁё][^"\n]{0,60})"'), "« »", r"«\1»"),
    (re.compile(r"(?<=[А-Яа-яЁё]) - (?=[А-Яа-яЁё])"), "—", " — "),
    (re.compile(r"№(?=\d)"), "№ 1", "№\u00a0"),
)


@judges("I18-07")
def mixed_letters(d: Document) -> Iterator[Hit]:
    for number, line in d.lines:
        for match in re.finditer(r"[^\W\d_]+", guess.URL.sub(lambda m: "_" * len(m[0]), line)):
            word = match[0]
            if guess.CYRILLIC.search(word) and guess.LATIN.search(word) and len(word) > 1:
                new = "".join(SWAPS.get(c, c) for c in word)
                edits = _text_edits(d, number, match, new) if not guess.LATIN.search(new) else ()
                yield Hit(number, {"word": word}, edits)


@judges("I18-08")
def overlong_label(d: Document) -> Iterator[Hit]:
    from .action import buttons

    for node in buttons(d):
        label = " ".join(node.text().split())
        if len(label) > LABEL_LIMIT:
            yield Hit(d.html_line_at(node.line), {"label": label, "limit": LABEL_LIMIT})
