"""Rules on languages and scripts."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from mailsetup.kit.lint import css, guess, html_edits
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import BLOCKS, RAW, Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit

RTL = frozenset(("ar", "he", "fa", "ur", "yi", "ps", "dv"))
BEFORE_LIMIT = 80  # characters before a number in which the words are that change its case
ROOM = limit("I18-08", "pixels", 343)  # of a button on a telephone of 375, with a margin of 16 at its sides
SWAPS = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))
SWAPPED = {russian: latin for latin, russian in SWAPS.items()}


@judges("I18-01")
def no_direction(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    if d.locale in RTL:
        marked = [n for n in d.html.nodes if n.get("dir") == "rtl"]
        if not any(n.tag == "html" for n in marked) or not any(n.tag != "html" for n in marked):
            yield Hit(d.html_line_at(1), {"locale": d.locale}, tuple(_directed(d)))


def _directed(d: Document) -> Iterator[Edit]:
    """The direction on the page, and on what is around everything in its body: webmail keeps only that."""
    assert d.html is not None
    if d.form != "html":
        return
    body = next((n for n in d.html.nodes if n.tag == "body"), None)
    page = [n for n in d.html.nodes if n.tag == "html"]
    outer = [
        n for n in (body.children if body is not None else ()) if isinstance(n, Node) and n.tag in BLOCKS
    ]
    for node in (*page, *(outer or ([body] if body is not None else []))):
        if node.get("dir") != "rtl":
            yield html_edits.with_attribute(node, "dir", "rtl")


@judges("I18-02")
def unisolated(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    if d.locale not in RTL:
        return
    runs: dict[int, list[Edit]] = {}
    for at, text, owner in html_edits.words(d) if d.form == "html" else ():
        for run in _LEFT_TO_RIGHT.finditer(text):
            runs.setdefault(id(owner), []).extend(_isolated(at + run.start(), at + run.end()))
    for node in d.html.nodes:
        words = "".join(c for c in node.children if isinstance(c, str))
        match = _LEFT_TO_RIGHT.search(words)
        if (
            match
            and not node.hidden
            and node.get("dir") != "ltr"
            and not node.within(*RAW)
            and node.tag not in RAW
        ):
            yield Hit(d.html_line_at(node.line), {"what": match[0]}, tuple(runs.get(id(node), ())))


_LEFT_TO_RIGHT = re.compile(
    r"\+\d[\d ()-]{5,}\d|(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)*"
    r"|(?<![\w./:-])(?=[A-Za-z0-9-]{0,40}\d)(?:[A-Za-z]{1,10}-?\d[A-Za-z0-9-]{0,40}|\d{1,10}-?[A-Za-z][A-Za-z0-9-]{0,40}|\d{1,8}(?:-\d{1,8}){2,5})(?![\w/])"
)  # phones, mailboxes, and codes such as FC-1042 or 4471-9987-01


def _isolated(start: int, end: int) -> tuple[Edit, Edit]:
    return Edit(start, start, '<span dir="ltr">'), Edit(end, end, "</span>")


@judges("I18-03")
def half_translated(d: Document) -> Iterator[Hit]:
    """Lines left in English; names of firms and services are no English."""
    if d.locale == "" or "en" in d.languages:
        return
    own_letters = _OWN_LETTERS.get(d.locale)
    for number, line in d.lines:
        bare = _HOST.sub(" ", guess.EMAIL.sub(" ", guess.URL.sub(" ", line)))
        words = [w for w in guess.WORD.findall(bare) if len(w) > 1]
        if len(words) < 4 or sum(w[0].islower() for w in words) < 2:
            continue
        if own_letters is not None:
            english = not own_letters.search(bare) and guess.language(bare) == "en"
        else:
            english = len(_SMALL_ENGLISH.findall(bare)) >= 2 and guess.language(bare) == "en"
        if english:
            yield Hit(number, {"line": line.strip()[:60]})


_CYRILLIC = re.compile("[\u0400-\u04ff]")
_OWN_LETTERS = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "sr", "mk", "kk"), _CYRILLIC),
    **dict.fromkeys(("he", "yi"), re.compile("[\u0590-\u05ff]")),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), re.compile("[\u0600-\u06ff]")),
    "el": re.compile("[\u0370-\u03ff]"),
}
_HOST = re.compile(r"(?<![\w@])(?:[\w-]{1,63}\.){1,5}[a-z]{2,20}\b")
_SMALL_ENGLISH = re.compile(
    r"\b(?:the|and|you|your|we|our|with|this|that|have|not|are|from|will|is|of|it|has|been)\b", re.IGNORECASE
)


_FORMS = {
    "en": re.compile(
        r"\b\d{1,3}(?:\.\d{3}){1,5},\d{2}\b"
        r"|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\b\d{1,3}(?:[ \u00a0]\d{3}){0,5},\d{2} ?(?:€|EUR|USD|\$|£|GBP|руб)|\b\d+ ?₽"
    ),
    "ru": re.compile(
        r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,3},\d{3}\.\d{2}\b|[$€₽]\d|\b\d+\.\d{2} ?(?:€|EUR|USD|\$|руб|₽|RUB)|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b",  # noqa: E501
        re.IGNORECASE,
    ),
    **dict.fromkeys(
        ("de", "fr", "es"),
        re.compile(
            r"\b\d{1,3}(?:,\d{3}){1,5}\.\d{2}\b|[$€£]\d|\b\d+\.\d{2} ?(?:€|EUR|USD|\$|£|GBP)"
            r"|\b\d{1,2}(?::\d\d)? ?(?:am|pm)\b",
            re.IGNORECASE,
        ),
    ),
}


@judges("I18-04")
def foreign_form(d: Document) -> Iterator[Hit]:
    if d.locale not in _FORMS:
        return
    for number, line in d.lines:
        for match in _FORMS[d.locale].finditer(guess.URL.sub(" ", line)):
            yield Hit(number, {"what": match[0].strip()})


_NOUNS = tuple(
    tuple(line.split())
    for line in """
день дня дней
час часа часов
минута|минуту минуты минут
рубль рубля рублей
товар товара товаров
заказ заказа заказов
вопрос вопроса вопросов
месяц месяца месяцев
год года лет
неделя|неделю недели недель
письмо письма писем
секунда|секунду секунды секунд
копейка|копейку копейки копеек
доллар доллара долларов
штука|штуку штуки штук
позиция|позицию позиции позиций
посылка|посылку посылки посылок
сообщение сообщения сообщений
отзыв отзыва отзывов
покупка|покупку покупки покупок
скидка|скидку скидки скидок
бонус бонуса бонусов
балл балла баллов
файл файла файлов
счёт|счет счёта|счета счетов
место места мест
""".strip().splitlines()
)
"""Nouns behind one, two to four, and five or more; forms that both serve are parted by a bar."""
_EVERY_FORM = "|".join(form for forms in _NOUNS for form in forms)
_BETWEEN = "(?:рабоч|календарн|банковск|нов|бесплатн)(?:ый|ого|ий|их|ых|ая|ую|ое|ие|ые)"
_COUNTED = re.compile(
    rf"(?<![\d.,:-])(\d{{1,6}})[ \u00a0](?:{_BETWEEN}[ \u00a0])?({_EVERY_FORM})\b", re.IGNORECASE
)
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
    return any(noun in forms[form].split("|") for forms in _NOUNS)


@judges("I18-06")
def typography(d: Document) -> Iterator[Hit]:
    if d.locale != "ru":
        return
    table = _TYPOGRAPHY if d.text is None else _PLAIN_TYPOGRAPHY
    seen: set[str] = set()
    for number, line in d.lines:
        masked = guess.URL.sub(lambda m: "_" * len(m[0]), line)
        for pattern, what, new in table:
            if what not in seen and pattern.search(masked):
                seen.add(what)
                edits = html_edits.reworded(d, pattern, functools.partial(re.Match.expand, template=new))
                yield Hit(number, {"what": what}, edits)


_TYPOGRAPHY = (
    (re.compile(r'"([А-Яа-яЁё][^"\n<>]{0,60})"'), "« »", r"«\1»"),
    (re.compile(r"(?<=[А-Яа-яЁё0-9»)]) - (?=[А-Яа-яЁё«])"), "—", " — "),
    (re.compile(r"№(?=\d)"), "№ 1", "№\u00a0"),
    (
        re.compile(r"(?<=\d) (?=(?:кг|г|мг|мм|см|м|км|л|мл|шт|руб|₽|€|\$|ч|мин|°C|%)(?!\w))"),
        "10 кг",
        "\u00a0",
    ),
)
# In plain text a space that keeps words together is a leftover (TXT-05).
_PLAIN_TYPOGRAPHY = tuple(
    (pattern, what, new.replace("\u00a0", " ")) for pattern, what, new in _TYPOGRAPHY[:3]
)


@judges("I18-07")
def mixed_letters(d: Document) -> Iterator[Hit]:
    edits: tuple[Edit, ...] | None = None  # of all such words at once
    for number, line in d.lines:
        for match in _LETTERS.finditer(guess.URL.sub(lambda m: "_" * len(m[0]), line)):
            word = match[0]
            if guess.CYRILLIC.search(word) and guess.LATIN.search(word) and len(word) > 1:
                edits = html_edits.reworded(d, _LETTERS, _of_one_alphabet) if edits is None else ()
                yield Hit(number, {"word": word}, edits)


_LETTERS = re.compile(r"[^\W\d_]+")


def _of_one_alphabet(match: re.Match[str]) -> str:
    """A word with its look-alikes put right; unchanged where letters are left that no other alphabet has."""
    cyrillic = "".join(SWAPS.get(c, c) for c in match[0])
    latin = "".join(SWAPPED.get(c, c) for c in match[0])
    if match[0] in (latin, cyrillic):
        return match[0]
    mostly_latin = len(guess.LATIN.findall(match[0])) > len(guess.CYRILLIC.findall(match[0]))
    for new in (latin, cyrillic) if mostly_latin else (cyrillic, latin):
        if not (guess.LATIN.search(new) and guess.CYRILLIC.search(new)):
            return new
    return match[0]


@judges("I18-08")
def overlong_label(d: Document) -> Iterator[Hit]:
    from .action import buttons

    for node in buttons(d):
        label = " ".join(node.text().split())
        room = _room(node, ROOM(d))
        if label and (wide := _label_width(node, label)) > room:
            yield Hit(d.html_line_at(node.line), {"label": label, "width": round(wide), "room": round(room)})


def _label_width(node: Node, label: str) -> float:
    """The width of a label in pixels, as Arial is wide."""
    from mailsetup.kit.signatures.measures import width

    bold = node.style("font-weight") in ("bold", "bolder", "600", "700", "800", "900")
    bold = bold or any(n.tag in ("b", "strong") for n in node.walk())
    return width(label, css.font_size(node.style("font-size")) or 16.0, bold=bold)


def _room(node: Node, telephone: float) -> float:
    """The pixels that a label has: of the button's own width, or of a telephone, without the padding at its sides."""
    cell = node.parent if node.parent is not None and node.parent.tag in ("td", "th", "div") else None
    own = [css.pixels(one.own("width") or one.get("width") or "x") for one in (node, cell) if one is not None]
    room = min((wide for wide in own if wide), default=telephone)
    return min(room, telephone) - sum(_sides(one) for one in (node, cell) if one is not None)


def _sides(node: Node) -> float:
    """The padding of an element at its two sides."""
    parts = [css.pixels(part) or 0.0 for part in node.own("padding").split()] or [0.0]
    right = css.pixels(node.own("padding-right") or "x")
    left = css.pixels(node.own("padding-left") or "x")
    shorthand = (
        parts[1] if len(parts) > 1 else parts[0],
        parts[3] if len(parts) > 3 else parts[1] if len(parts) > 1 else parts[0],
    )
    return (shorthand[0] if right is None else right) + (shorthand[1] if left is None else left)
