"""Rules on wording: greeting, closing, tone, what each sort of letter must say."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator

from mailsetup.kit.lint import guess, html_edits, phrases, readability
from mailsetup.kit.lint.document import DELIMITER, Document, Suggester
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.placeholders import placeholders
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.model.brand import Legal
from mailsetup.model.finding import Severity
from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say

EXCLAIMS_ALLOWED, EXCLAIMS_ERROR = limit("ETI-05", "allowed", 1), limit("ETI-05", "error", 3)
CAPITALS_ALLOWED = limit("ETI-07", "words", 2)
SENTENCE_WORDS = limit("ETI-09", "words", 25)
READING_EASE, HEAVINESS = limit("ETI-09", "ease", 50), limit("ETI-09", "heaviness", 30)
QUESTIONS_LIMIT = limit("ETI-18", "questions", 3)
ANSWER_HOURS = limit("ETI-12", "hours", 24)
DISCLAIMER_RATIO = limit("ETI-25", "ratio", 1)
FIRST_LINES = 6  # a greeting stands in the first of them
LAST_LINES = 14  # a closing stands in the last of them, above the company's particulars
WORDS_LIMIT = 3_000  # different words of a letter that are looked up
SUGGESTED_WORDS = (
    8  # of a letter for which the dictionary is asked what was meant; in Russian 0.1 to 0.9 s each
)
SUGGESTED_LENGTH = 24  # letters of such a word: what is asked grows with them
SURE_LENGTH = 5  # letters of a word that is put right; shorter ones are one slip from many
SPANS_LIMIT = 8  # spans between one bold element and another that are looked through
WORD_LIMIT = 40  # letters of a word that is looked up; dictionaries take long ones apart in every way
IMPORTANT = re.compile(r"\d[\d\s.,]{0,30}(?:€|\$|£|₽|EUR|USD|GBP|руб)|(?:€|\$|£)\s?\d")


def _spoken(d: Document) -> list[tuple[int, str]]:
    """Lines that say something: no quotations, no empty ones."""
    return [(n, line.strip()) for n, line in d.lines if line.strip() and not line.lstrip().startswith(">")]


def _greeting(d: Document) -> tuple[int, str] | None:
    start = phrases.pattern("greeting", d.locale)
    for index, (number, line) in enumerate(_spoken(d)[:FIRST_LINES]):
        match = start.match(line.lstrip("*_ "))
        if match is not None:
            return number, line
        if (
            index < 2
            and len(line) < 50
            and not phrases.said("closing", d.locale, line)
            and re.match(r"[A-ZА-ЯЁ][\w.' -]{1,40}(?:,|!)\Z", line)
        ):
            return number, line
    return None


@judges("ETI-01")
def no_greeting(d: Document) -> Iterator[Hit]:
    if _greeting(d) is None and d.purpose not in ("auto.away", "auto.moved", "auto.role"):
        yield Hit(d.lines[0][0] if d.lines else 1)


@judges("ETI-02")
def impersonal(d: Document) -> Iterator[Hit]:
    for number, line in _spoken(d)[:FIRST_LINES]:
        match = phrases.pattern("impersonal", d.locale).search(line)
        if match is not None and match.start() < 5 and not re.search(r"\{\{|\[\[", line):
            yield Hit(number, {"greeting": match[0]})
            return


def _closing(d: Document) -> int | None:
    """The index among spoken lines at which the letter closes."""
    spoken = _spoken(d)
    words = phrases.pattern("closing", d.locale)
    for index in range(len(spoken) - 1, max(-1, len(spoken) - LAST_LINES - 1), -1):
        line = spoken[index][1]
        match = words.match(line)
        if match is not None and (len(line) <= len(match[0]) + 30) and not (index == 0 and len(spoken) > 2):
            return index
    return None


def _signed(d: Document) -> list[str]:
    """The lines from the closing to the end of the signature."""
    index = _closing(d)
    if index is not None:
        return [line for _, line in _spoken(d)[index:]]
    lines = [line for _, line in d.lines]
    start = next((n for n, line in enumerate(lines) if DELIMITER.fullmatch(line)), len(lines))
    return lines[start:]


@judges("ETI-03")
def no_closing(d: Document) -> Iterator[Hit]:
    signed = _signed(d)
    named = any(re.search(r"[A-ZА-ЯЁ][\w'-]+", line) for line in signed[1:4]) or (
        signed and re.search(r",\s*[A-ZА-ЯЁ]", signed[0])
    )
    if not named and not (d.model and signed):
        yield Hit(d.lines[-1][0] if d.lines else 1, {}, _closed(d, bool(signed)))


WISHES = {"en": "Best wishes,", "ru": "С уважением,"}  # what closes a letter where nothing does


def _closed(d: Document, has_wish: bool) -> tuple[Edit, ...]:
    """The firm's name under a wish, at the end of what is said: who signs is known where there is a brand."""
    if d.brand is None or d.locale not in WISHES or (has_wish and _closing(d) is None):
        return ()
    name = d.brand.name_in(d.locale)
    if d.form == "text":
        return _closed_text(d, name, _spoken(d), _closing(d))
    return _closed_page(d, name) if d.form == "html" else ()


def _closed_text(
    d: Document, name: str, spoken: list[tuple[int, str]], closing: int | None
) -> tuple[Edit, ...]:
    text = d.text or ""
    if closing is not None:
        at = _line_start(text, spoken[closing][0] + 1)
        if text.find("\n", _line_start(text, spoken[closing][0])) < 0:
            return (Edit(len(text), len(text), f"\n{name}\n"),)
        return (Edit(at, at, f"{name}\n"),)
    end = len(text.rstrip("\n"))
    return (Edit(end, len(text), f"\n\n{WISHES[d.locale]}\n{name}\n"),)


def _closed_page(d: Document, name: str) -> tuple[Edit, ...]:
    assert d.html is not None
    written = html.escape(name, quote=False)
    closing = phrases.pattern("closing", d.locale)
    for at, words, _ in reversed(list(html_edits.words(d))):
        if (match := closing.match(words.lstrip())) is not None and len(words.strip()) <= len(match[0]) + 2:
            end = at + len(words.rstrip())
            return (Edit(end, end, f"<br>{written}"),)
    said = [n for n in d.html.nodes if n.tag == "p" and n.end >= 0 and not n.hidden and n.text()]
    if not said:
        return ()
    style = html_edits.attribute(said[-1], "style")
    look = f' style="{html.escape(style[2])}"' if style is not None else ""
    return (Edit(said[-1].end, said[-1].end, f"\n<p{look}>{WISHES[d.locale]}<br>{written}</p>"),)


@judges("ETI-04")
def no_role(d: Document) -> Iterator[Hit]:
    signed = _signed(d)
    if len(signed) < 2 or d.model:
        return
    below = " ".join(signed[1:])
    brand = d.brand is not None and d.brand.name_in(d.locale).lower() in below.lower()
    if not (phrases.said("role", d.locale, below) or brand or len([s for s in signed[1:] if s.strip()]) >= 2):
        yield Hit(d.line_of(signed[0]))


@judges("ETI-05")
def exclaims(d: Document) -> Iterator[Hit]:
    greeting = _greeting(d)
    count, first, allowed = 0, 0, EXCLAIMS_ALLOWED(d)
    for number, line in _spoken(d):
        if greeting is not None and number == greeting[0] and line == greeting[1]:
            line = line.rstrip("!") if line.endswith("!") and not line.endswith("!!") else line
        marks = len(re.findall(r"!(?![\[-])", guess.URL.sub("", line)))
        if marks and count <= allowed:
            first = number
        count += marks
    if count > allowed:
        severity = Severity.ERROR if count > EXCLAIMS_ERROR(d) else Severity.WARNING
        yield Hit(first, {"count": count, "allowed": allowed}, severity=severity)


@judges("ETI-06")
def exclaims_twice(d: Document) -> Iterator[Hit]:
    edits: tuple[Edit, ...] | None = None  # of all of them at once
    for number, line in d.lines:
        for match in MARKS.finditer(guess.URL.sub(lambda m: "_" * len(m[0]), line)):
            edits = html_edits.reworded(d, MARKS, functools.partial(_one_mark, d)) if edits is None else ()
            yield Hit(number, {"marks": match[0]}, edits)


def _one_mark(d: Document, match: re.Match[str]) -> str:
    """A question mark where there was one, an exclamation mark behind a greeting, else a full stop."""
    if "?" in match[0]:
        return "?"
    greets = phrases.pattern("greeting", d.locale).match(match.string.lstrip("*_ \n\t"))
    return "!" if greets is not None and match.end() == len(match.string.rstrip()) else "."


MARKS = re.compile(r"[!?]*(?:!!|\?\?|\?!|!\?)[!?]*")


def _line_start(source: str, number: int) -> int:
    at = 0
    for _ in range(number - 1):
        at = source.find("\n", at) + 1
    return at


@judges("ETI-07")
def capitals(d: Document) -> Iterator[Hit]:
    known = {w.upper() for lang in phrases.LANGUAGES for w in phrases.listed("acronyms", lang)}
    if d.brand:  # its name, and its address, which post offices like in capitals
        address = (*d.brand.address.street.texts.values(), *d.brand.address.city.texts.values())
        known |= {w.upper() for text in (d.brand.name, *address) for w in guess.WORD.findall(text)}
    shouted = [
        (n, w)
        for n, line in d.lines
        for w in guess.WORD.findall(guess.URL.sub(" ", guess.EMAIL.sub(" ", line)))
        if len(w) >= 4 and w.isupper() and w not in known
    ]
    if len(shouted) > CAPITALS_ALLOWED(d):
        yield Hit(shouted[0][0], {"count": len(shouted), "words": ", ".join(w for _, w in shouted[:4])})


@judges("ETI-08")
def misspelt(d: Document) -> Iterator[Hit]:
    """
    Words that no dictionary has, with up to three that may have been meant.

    Only the first `SUGGESTED_WORDS` are asked about, since a suggestion takes up to a second (each once a run).
    Mended where one word alone is one slip away, and nothing says that it is a name: elsewhere the writer chooses.
    """
    speller = d.spellers[d.locale]
    for index, (number, word) in enumerate(_unknown_words(d)):
        asked = index < SUGGESTED_WORDS and len(word) <= SUGGESTED_LENGTH and isinstance(speller, Suggester)
        near = speller.suggest(word) if asked and isinstance(speller, Suggester) else ()
        told = ", ".join(near)
        values = {"word": word, "near": say("; perhaps: {words}", words=told) if told else ""}
        yield Hit(number, values, _respelt(d, word, near))


def _respelt(d: Document, word: str, near: tuple[str, ...]) -> tuple[Edit, ...]:
    """The one word that was meant in the place of one of small letters, wherever it stands."""
    if len(near) != 1 or len(word) < SURE_LENGTH or not word.islower() or not _one_slip(word, near[0]):
        return ()
    alone = re.compile(rf"(?<![\w'’-]){re.escape(word)}(?![\w'’-])")
    return html_edits.reworded(d, alone, lambda _: near[0])


def _one_slip(word: str, other: str) -> bool:
    """Whether one letter left out, put in, changed, or two that changed places make one word of the other."""
    short, long = sorted((word, other), key=len)
    start = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, more = short[start:], long[start:]
    if len(short) < len(long):
        return rest == more[1:]
    return rest[1:] == more[1:] or (rest[:2] == more[1::-1] and rest[2:] == more[2:])


def _unknown_words(d: Document) -> Iterator[tuple[int, str]]:
    """Words that are in no dictionary and no name, each once, with their lines."""
    speller = d.spellers[d.locale]
    other = [s for lang, s in d.spellers.items() if lang != d.locale]
    beside = [d.spellers[lang] for lang in sorted(d.languages - {d.locale}) if lang in d.spellers]
    seen: set[str] = set()
    names = _brand_words(d)
    for number, line in d.lines:
        clean = guess.EMAIL.sub(" ", guess.URL.sub(" ", line))
        clean = _NO_WORD.sub(" ", clean)
        for match in _SPELT.finditer(clean):
            word = match[0].strip("'’-").replace("’", "'")
            if len(seen) == WORDS_LIMIT:
                return
            if (
                word in seen
                or not 3 <= len(word) <= WORD_LIMIT
                or word.isupper()
                or (word[1:] != word[1:].lower())
            ):
                continue
            seen.add(word)
            lower = word.lower().removesuffix("'s")
            if lower in names or _name_inside(clean, match.start(), word) or speller(word):
                continue
            if any(spells(word) for spells in beside):  # the other half of a signature in two languages
                continue
            if "-" in word and all(len(p) < 3 or speller(p) or p.lower() in names for p in word.split("-")):
                continue
            if guess.language(word * 6) != ("ru" if d.locale == "ru" else guess.language(word * 6)) and any(
                s(word) for s in other
            ):
                continue
            if d.locale == "ru" and not guess.CYRILLIC.search(word):
                continue
            yield number, word


_NO_WORD = re.compile(
    r"\{\{[^{}]{0,80}\}\}|\[\[[^\[\]]{0,80}\]\]|(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[a-z]{2,20}\b|(?<!\S)[^\s\d_@/\\#]*+[\d_@/\\#]\S*+"
)
_SPELT = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


_ABBREVIATED = re.compile(r"\b(?:ул|г|пр|пер|пл|наб|д|им|St|Mr|Mrs|Ms|Dr)\.\Z")


def _name_inside(line: str, at: int, word: str) -> bool:
    """A capital in the middle of a sentence, or a word alone on its line, is a name; nobody spells those by a dictionary."""
    before = line[:at].rstrip(" «“\"'(*_")
    if not word[0].isupper():
        return False
    if _ABBREVIATED.search(before):
        return True
    return (bool(before) and before[-1] not in ".!?:•-—–>") or len(line.split()) <= 3


def _brand_words(d: Document) -> frozenset[str]:
    words = {w.lower() for w in phrases.listed("spelt", d.locale)}
    if d.brand is not None:
        texts = [
            d.brand.name,
            *d.brand.name_local.texts.values(),
            str(d.brand.domain),
            *d.brand.lint.words,
            *d.brand.tagline.texts.values(),
            *d.brand.address.street.texts.values(),
            *d.brand.address.city.texts.values(),
            *_registered(d.brand.legal),
        ]
        texts += [p.name for p in d.brand.people]
        words |= {w.lower() for text in texts for w in guess.WORD.findall(text)}
    return frozenset(words)


def _registered(legal: Legal) -> tuple[str, ...]:
    """What a register says of a firm, in the words of its country."""
    told = (legal.name, legal.form, legal.register, legal.seat, legal.office, legal.chair)
    return (*told, *legal.directors)


@judges("ETI-09")
def hard_to_read(d: Document) -> Iterator[Hit]:
    """Sentences that are too long one by one, then the letter as a whole by an index of its language."""
    most = int(SENTENCE_WORDS(d))
    sentences = list(_sentences(d))
    for sentence in sentences:
        count = len(guess.WORD.findall(sentence))
        if count > most:
            told = say("a sentence of {count} words; up to {limit} are read at once", count=count, limit=most)
            yield Hit(d.line_of(" ".join(sentence.split()[:4])), {"what": told})
    if (found := readability.of(sentences, d.locale)) is None:
        return
    line = d.line_of(" ".join(sentences[0].split()[:4]))
    if d.locale == "en" and found.score < (least := READING_EASE(d)):
        told = say(
            "reading ease {index} of 100 ({words} words a sentence); letters have {limit} or more",
            index=round(found.score), words=round(found.words), limit=least,
        )  # fmt: skip
        yield Hit(line, {"what": told})
    elif d.locale == "ru" and found.score > (limit := HEAVINESS(d)):
        told = say(
            "heaviness {index} ({words} words a sentence, {share}% of five syllables or more); letters have {limit} "
            "or less",
            index=round(found.score), words=round(found.words), share=found.long_words, limit=limit,
        )  # fmt: skip
        yield Hit(line, {"what": told})


def _sentences(d: Document) -> Iterator[str]:
    """What a letter says, sentence by sentence; quotations, tables, lists and addresses left out."""
    for block in d.blocks:
        if block.startswith((">", "|", "-", "•")) or "http" in block:
            continue
        yield from (s for s in re.split(r"(?<=[.!?:;])\s+", block) if guess.WORD.search(s))


@judges("ETI-10")
def blame(d: Document) -> Iterator[Hit]:
    for number, line in paragraphs(d):
        for words in phrases.found("blame", d.locale, line):
            yield Hit(number, {"words": words})


def paragraphs(d: Document) -> Iterator[tuple[int, str]]:
    """Paragraphs as one line each, quotations left out, with the line of the file they begin on."""
    start, parts = 0, list[str]()
    for number, line in [*d.lines, (0, "")]:
        text = line.strip()
        if text and not text.startswith(">") and d.text is not None:
            start = start or number
            parts.append(text)
        elif text and not text.startswith(">"):
            yield number, text
        elif parts:
            yield start, " ".join(parts)
            start, parts = 0, []


def _spoken_text(d: Document) -> str:
    return " ".join(line for _, line in _spoken(d))


def _says(d: Document, name: str) -> bool:
    return phrases.said(name, d.locale, _spoken_text(d))


_DATE = re.compile(r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}:\d\d\b")
_PHONE = re.compile(r"\+?\d[\d ()-]{6,30}\d")


def _dated(d: Document) -> bool:
    return (
        bool(_DATE.search(d.body))
        or (_says(d, "months") and re.search(r"\d", d.body) is not None)
        or _says(d, "next-date")
    )


def _reachable(d: Document) -> bool:
    return (
        _says(d, "contact")
        or bool(guess.EMAIL.search(d.body))
        or bool(_PHONE.search(guess.URL.sub("", d.body)))
    )


def _missing(d: Document, parts: tuple[tuple[str, Callable[[Document], bool]], ...]) -> str:
    return ", ".join(translated(name) for name, has in parts if not has(d))


def _of_list(name: str) -> Callable[[Document], bool]:
    return lambda d: _says(d, name)


COMPLAINT = (
    (phrase("thanks"), _of_list("thanks")),
    (phrase("apology"), _of_list("apology")),
    (phrase("remedy"), _of_list("remedy")),
    (phrase("date or amount"), lambda d: _dated(d) or IMPORTANT.search(d.body) is not None),
    (phrase("contact"), _reachable),
)


@judges("ETI-11")
def half_a_complaint(d: Document) -> Iterator[Hit]:
    if d.purpose == "support.complaint" and (missing := _missing(d, COMPLAINT)):
        yield Hit(d.lines[0][0] if d.lines else 1, {"missing": missing})


_HOURS = re.compile(
    r"(\d{1,3})\s{0,9}(?:-\s{0,9})?"
    r"(?:working |business |рабоч\w+ )?(hours?|h\b|час\w*|ч\b|days?|дн\w+|день|weeks?|недел\w+)",
    re.IGNORECASE,
)
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "один": 1,
    "двух": 2,
    "два": 2,
    "трёх": 3,
    "три": 3,
    "пяти": 5,
    "десяти": 10,
}


@judges("ETI-12")
def no_answer_time(d: Document) -> Iterator[Hit]:
    if d.purpose not in ("support.ack", "auto.role") and not (d.kind == "A" and d.purpose == ""):
        return
    body = re.sub(
        rf"\b({'|'.join(_WORDS)})\b", lambda m: str(_WORDS[m[0].lower()]), d.body, flags=re.IGNORECASE
    )
    first = d.lines[0][0] if d.lines else 1
    most = ANSWER_HOURS(d)
    promised = [
        (
            int(m[1])
            * (
                1
                if m[2].lower().startswith(("h", "ч"))
                else 24
                if not m[2].lower().startswith(("week", "недел"))
                else 168
            ),
            m,
        )
        for m in _HOURS.finditer(body)
    ]
    promised = [one for one in promised if _of_answer(d, body, one[1])] or promised
    if promised:
        hours, match = min(promised, key=lambda p: p[0])
        if hours > max(most, d.brand.promise.answer_hours if d.brand else 0):
            yield Hit(d.line_of(match[0]), {"hours": hours, "limit": most})
    elif not (_dated(d) or "[[" in d.body):
        yield Hit(first, {"hours": "?", "limit": most})


def _of_answer(d: Document, body: str, match: re.Match[str]) -> bool:
    """Whether a time stands in a sentence about an answer."""
    start = max(body.rfind(mark, 0, match.start()) for mark in (".", "!", "?", "\n\n")) + 1
    ends = (end for mark in (".", "!", "?", "\n\n") if (end := body.find(mark, match.end())) >= 0)
    return phrases.said("answering", d.locale, body[start : min(ends, default=len(body))])


@judges("ETI-13")
def holding_without_date(d: Document) -> Iterator[Hit]:
    if d.purpose == "support.holding" and not (_dated(d) or _HOURS.search(d.body) or d.model):
        yield Hit(d.lines[0][0] if d.lines else 1)


@judges("ETI-14")
def half_a_return(d: Document) -> Iterator[Hit]:
    if d.purpose != "returns.policy":
        return
    parts = (
        (phrase("policy link"), lambda d: bool(d.links) or bool(guess.URL.search(d.body)) or d.model),
        (phrase("deadline"), lambda d: _says(d, "deadline")),
    )
    if missing := _missing(d, parts):
        yield Hit(d.lines[0][0] if d.lines else 1, {"missing": missing})


@judges("ETI-15")
def half_an_answer(d: Document) -> Iterator[Hit]:
    if d.purpose != "info.reply":
        return
    parts = (
        (phrase("thanks"), _of_list("thanks")),
        (phrase("product"), lambda d: len(guess.WORD.findall(d.body)) >= 25),
        (phrase("next step"), _of_list("next-step")),
    )
    if missing := _missing(d, parts):
        yield Hit(d.lines[0][0] if d.lines else 1, {"missing": missing})


PROPOSAL = (
    (phrase("background"), _of_list("offer-background")),
    (phrase("why"), _of_list("offer-why")),
    (phrase("goals"), _of_list("offer-goals")),
    (phrase("strengths"), _of_list("offer-strengths")),
    (phrase("budget"), _of_list("offer-budget")),
    (phrase("call to action"), _of_list("offer-ask")),
)


@judges("ETI-16")
def half_a_proposal(d: Document) -> Iterator[Hit]:
    if d.purpose == "offer.service" and (missing := _missing(d, PROPOSAL)):
        yield Hit(d.lines[0][0] if d.lines else 1, {"missing": missing})


@judges("ETI-17")
def unquoted_questions(d: Document) -> Iterator[Hit]:
    if d.purpose != "support.answer-many":
        return
    quoted = [line for _, line in d.lines if line.lstrip().startswith(">")]
    asked = d.body.count("?")
    if (not quoted and asked < 2 and d.html is None) or (not quoted and d.html is not None and asked < 2):
        yield Hit(d.lines[0][0] if d.lines else 1)


@judges("ETI-18")
def many_questions(d: Document) -> Iterator[Hit]:
    spoken = [(n, line) for n, line in _spoken(d) if not line.startswith("|")]
    if d.purpose == "support.answer-many":
        return
    asked = [
        n
        for n, line in spoken
        for _ in re.findall(r"(?<![?!])!*+\?[?!]*+(?=\s|$|»|”|\")", guess.URL.sub("", line))
    ]
    most = int(QUESTIONS_LIMIT(d))
    if len(asked) > most:
        yield Hit(asked[most], {"count": len(asked), "limit": most})


@judges("ETI-19")
def unfilled(d: Document) -> Iterator[Hit]:
    seen: set[str] = set()
    lines = [
        *d.lines,
        *((d.html_line_at(n), line) for n, line in enumerate(d.visible.split("\n"), 1) if d.form == "eml"),
    ]
    for number, line in lines:
        for marker in _marks(d, guess.URL.sub(lambda m: m[0] if "{{" in m[0] else " ", line)):
            if marker not in seen:
                seen.add(marker)
                yield Hit(number, {"marker": marker}, severity=Severity.INFO if d.model else None)


def _marks(d: Document, text: str) -> Iterator[str]:
    """Placeholders; those of a rule on a mail server are filled in by the server."""
    return (m for m in placeholders(text) if not (d.is_signature and m.startswith("%%")))


@judges("ETI-20")
def mixed_address(d: Document) -> Iterator[Hit]:
    if d.locale == "ru":
        text = re.sub(r"^>.*$", "", d.body, flags=re.MULTILINE)
        familiar, formal = (
            phrases.pattern("familiar", "ru").search(text),
            phrases.pattern("formal-you", "ru").search(text),
        )
    elif d.locale in _FAMILIAR:
        familiar, formal = (re.search(words, d.body) for words in _FAMILIAR[d.locale])
    else:
        return
    if familiar and formal:
        yield Hit(d.line_of(familiar[0]), {"familiar": familiar[0], "formal": formal[0]})


_FAMILIAR = {
    "de": (r"\b(?:du|dich|dir|dein\w*)\b", r"\b(?:Sie|Ihnen|Ihr\w*)\b"),
    "fr": (r"\b(?:tu|toi|ton|ta|tes)\b", r"\b(?:vous|votre|vos)\b"),
    "es": (r"\b(?:tú|ti|contigo|tus?)\b", r"\b(?:usted(?:es)?)\b"),
}


@judges("ETI-21")
def other_language(d: Document) -> Iterator[Hit]:
    text = guess.EMAIL.sub(" ", guess.URL.sub(" ", d.body))
    spoken = guess.language(text)
    if (
        len(guess.WORD.findall(text)) >= 12
        and spoken
        and d.locale
        and spoken not in d.languages
        and (d.locale in ("en", "ru", "de", "fr", "es"))
    ):
        yield Hit(d.lines[0][0] if d.lines else 1, {"declared": d.locale, "spoken": spoken})


@judges("ETI-22")
def jargon(d: Document) -> Iterator[Hit]:
    seen: set[str] = set()
    for number, line in d.lines:
        for match in phrases.pattern("jargon", d.locale).finditer(line):
            word = match[0]
            listed_upper = any(
                w.isupper() and w.lower() == word.lower() for w in phrases.listed("jargon", d.locale)
            )
            if word.lower() not in seen and (word.isupper() or not listed_upper):
                seen.add(word.lower())
                yield Hit(number, {"word": word})


@judges("ETI-23")
def important_hidden(d: Document) -> Iterator[Hit]:
    """Of each sort of item that the letter names (a sum, a date, a number) one is to be seen at a glance."""
    assert d.html is not None
    seen = "\n".join(_emphasised(d))
    for found in (IMPORTANT, _day(d.locale), _REFERENCE):
        match = found.search(d.visible)
        if match is not None and not found.search(seen) and match[0].split()[-1] not in seen:
            amount = " ".join(match[0].split())
            yield Hit(d.line_of(amount), {"amount": amount})


def _emphasised(d: Document) -> Iterator[str]:
    """What is bold, a heading, in a table of data or an entry of a list, and the subject, which stands above all."""
    yield d.subject or ""
    for node in d.html.nodes if d.html is not None else ():
        if node.get("class") == "container" or node.hidden or _inside_bold(node):
            continue
        bold = node.own("font-weight") in ("bold", "bolder", "600", "700", "800", "900")
        if bold or node.tag in ("strong", "b", "th", "h1", "h2", "h3", "td", "li"):
            yield "".join(
                c if isinstance(c, str) else c.text()
                for c in node.children
                if isinstance(c, str) or c.tag in ("strong", "b", "span", "br")
            )


def _inside_bold(node: Node) -> bool:
    """Whether the words of an element were told with those of a bold one around it."""
    above = node.parent
    for _ in range(SPANS_LIMIT):
        if above is None or above.tag != "span":
            break
        above = above.parent
    return node.tag in ("strong", "b") and above is not None and above.tag in ("strong", "b")


@functools.cache
def _day(locale: str) -> re.Pattern[str]:
    """The day something is due, as it is written: by 12 December, before December 12, до 12.12.2026."""
    months = "|".join(phrases.listed("months", locale))
    return re.compile(
        r"(?<!\w)(?:by|until|till|before|no later than|due(?: on)?|до|не позднее|не позже)[\s\u00a0]"
        rf"(?:\d{{1,2}}[\s\u00a0](?:{months})\b|(?:{months})[\s\u00a0]\d{{1,2}}\b|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b)",
        re.IGNORECASE,
    )


_REFERENCE = re.compile(
    r"\b(?:order|invoice|parcel|tracking|request|ticket|booking|заказ\w{0,2}|сч[её]т\w{0,2}|посылк\w|трек\S{0,9}|заявк\w)"
    r"[\s\u00a0](?:no\.?|number|№|#|номер)?[\s\u00a0]?[A-ZА-Я]{0,4}-?\d{3,}",
    re.IGNORECASE,
)


@judges("ETI-24")
def service_sells(d: Document) -> Iterator[Hit]:
    for number, line in paragraphs(d):
        for words in phrases.found("promotion", d.locale, line):
            yield Hit(number, {"words": words})
            return


@judges("ETI-25")
def long_disclaimer(d: Document) -> Iterator[Hit]:
    blocks = [b for b in d.blocks if phrases.said("disclaimer", d.locale, b)]
    legal = sum(len(b) for b in blocks)
    rest = sum(len(b) for b in d.blocks) - legal
    if blocks and legal > DISCLAIMER_RATIO(d) * rest:
        yield Hit(d.line_of(" ".join(blocks[0].split()[:4])), {"legal": legal, "rest": rest})
