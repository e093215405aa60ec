"""Rules on subjects: what a reader decides by whether to open the letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from mailsetup.kit.lint import guess, header_edits, phrases
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.placeholders import placeholders
from mailsetup.kit.lint.rule import Hit, judges, limit
from mailsetup.model.finding import Severity

SHORT = limit("SUB-02", "short", 15)  # characters; fewer tell too little
PHONE = limit("SUB-02", "phone", 40)  # what phones show
LONG = limit("SUB-02", "long", 60)  # what desktops show
LEAST = limit("SUB-12", "least", 35)  # characters that mail programs show beside the subject
MOST = limit("SUB-12", "most", 110)
EMOJI = limit("SUB-11", "most", 1)
SHOUTED_LETTERS, SHOUTED_SHARE = 8, 0.7
CONTENT_WORD = 3  # letters
SMALL_WORDS = frozenset(
    re.split(
        " ", "the and for you your our how are was has have not its что как для это ваш ваша наш про или"
    )
)
STEM = 5  # letters that inflected forms of a word share, roughly


@judges("SUB-01")
def missing(d: Document) -> Iterator[Hit]:
    if not (d.subject or "").strip():
        yield Hit(d.header_line("subject"))


@judges("SUB-02")
def length(d: Document) -> Iterator[Hit]:
    """Nothing of a form: what will be filled in has another length."""
    size = displayed(d.subject or "")
    if d.model:
        return
    told = displayed(_PREFIX.sub("", _calm(d)))  # without what would have to go
    short, phone, long = SHORT(d), PHONE(d), LONG(d)
    if size and (told < short or size > long):
        yield Hit(d.header_line("subject"), {"size": size, "short": short, "long": long})
    elif size > phone:
        yield Hit(
            d.header_line("subject"), {"size": size, "short": short, "long": phone}, severity=Severity.INFO
        )


def displayed(text: str) -> int:
    """The characters of a text as readers count them: an emoji of several is one, an accent none (UAX 29, roughly)."""
    plain = _EMOJI.sub("x", text)
    return sum(unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc") for c in plain)


_PICTURE = r"[\U0001f000-\U0001faff\u2190-\u2bff\u3030\u303d\u3297\u3299]"
_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*+(?:\u200d{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*+)*+"
)


@judges("SUB-03")
def shouted(d: Document) -> Iterator[Hit]:
    letters = [c for c in d.subject or "" if c.isalpha()]
    if len(letters) >= SHOUTED_LETTERS and sum(c.isupper() for c in letters) > SHOUTED_SHARE * len(letters):
        edits = header_edits.subject(d, _sentence(d.subject or "", d.brand.name if d.brand else ""))
        yield Hit(d.header_line("subject"), {"subject": d.subject}, edits)


def _sentence(subject: str, name: str) -> str:
    """The subject in small letters but for its first one and the firm's name."""
    small = subject.lower()
    if name:
        small = re.sub(re.escape(name.lower()), lambda _: name, small)
    return small[:1].upper() + small[1:]


@judges("SUB-04")
def exclaims(d: Document) -> Iterator[Hit]:
    count = (d.subject or "").count("!")
    allowed = 1 if d.purpose == "marketing.greeting" else 0
    if count > allowed and not _doubled(d.subject or ""):
        yield Hit(d.header_line("subject"), {"count": count}, header_edits.subject(d, _calm(d)))


def _calm(d: Document) -> str:
    """The subject with one mark where there were several, and with no exclamation mark where none belongs."""
    left = "!" if d.purpose == "marketing.greeting" else ""

    def mark(match: re.Match[str]) -> str:
        if "?" in match[0]:
            return "?"
        return left if match.end() == len(match.string.rstrip()) else (left or ".")

    return re.sub(r"[!?]{2,}|!", mark, d.subject or "")


@judges("SUB-05")
def exclaims_twice(d: Document) -> Iterator[Hit]:
    if marks := _doubled(d.subject or ""):
        yield Hit(d.header_line("subject"), {"marks": marks}, header_edits.subject(d, _calm(d)))


def _doubled(subject: str) -> str:
    match = re.search(r"[!?]*(?:!!|\?!|!\?|\?\?)[!?]*", subject)
    return match[0] if match else ("!" * subject.count("!") if subject.count("!") > 1 else "")


@judges("SUB-06")
def false_reply(d: Document) -> Iterator[Hit]:
    match = _PREFIX.match(d.subject or "")
    answered = d.header("In-Reply-To") or d.header("References")
    if match and not answered and not d.header("X-Unsent") and not d.model:
        rest = (d.subject or "")[match.end() :]
        edits = header_edits.subject(d, rest[:1].upper() + rest[1:])
        yield Hit(d.header_line("subject"), {"prefix": match[0].strip()}, edits)


_PREFIX = re.compile(r"(?:(?:re|fwd?|aw|wg|отв|ответ|пересл|на)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


@judges("SUB-07")
def vague(d: Document) -> Iterator[Hit]:
    bare = _PREFIX.sub("", (d.subject or "").strip()).strip(' .!?:-–—"«»').lower()
    if bare in phrases.listed("vague-subject", "en") or bare in phrases.listed("vague-subject", "ru"):
        yield Hit(d.header_line("subject"), {"subject": d.subject})


@judges("SUB-08")
def unrelated(d: Document) -> Iterator[Hit]:
    about = {w[:STEM] for w in _content_words(_PREFIX.sub("", d.subject or ""))}
    if not about or (_PREFIX.match(d.subject or "") and (d.header("In-Reply-To") or d.header("References"))):
        return
    read = d.body.lower() + (d.visible.lower() if d.html else "")
    numbers = set(re.findall(r"\d{2,}", d.subject or "")) & set(re.findall(r"\d{2,}", read))
    if not numbers and not any(stem in read for stem in about):
        yield Hit(d.header_line("subject"), {"subject": d.subject})


def _content_words(text: str) -> list[str]:
    return [
        w.lower() for w in guess.WORD.findall(text) if len(w) >= CONTENT_WORD and w.lower() not in SMALL_WORDS
    ]


@judges("SUB-09")
def unfilled(d: Document) -> Iterator[Hit]:
    subject = _as_written(d)
    for marker in placeholders(subject):
        yield Hit(d.header_line("subject"), {"marker": marker})
    if (
        re.search(r"\(\s*\)|«\s*»|\s{2,}|#\s*$|№\s*$|,\s*$|\bNone\b|\bnull\b|\bundefined\b", subject)
        and "{{" not in subject
    ):
        yield Hit(d.header_line("subject"), {"marker": subject})


def _as_written(d: Document) -> str:
    """The subject with the spaces it has: two of them are where something was to stand."""
    raw = next((value for name, value, _ in d.head if name == "subject"), "")
    return raw.strip() if raw and "=?" not in raw else d.subject or ""


@judges("SUB-10")
def names_mailbox(d: Document) -> Iterator[Hit]:
    local = d.header("To").rpartition("<")[2].partition("@")[0].strip(" \"'").lower()
    if (
        len(local) > 3
        and not local.isdigit()
        and re.search(rf"(?<!\w){re.escape(local)}(?!\w)", (d.subject or "").lower())
    ):
        yield Hit(d.header_line("subject"), {"local": local})


@judges("SUB-11")
def emoji(d: Document) -> Iterator[Hit]:
    count = sum(
        any(unicodedata.category(c) == "So" for c in found) for found in _EMOJI.findall(d.subject or "")
    )
    if count > (0 if d.kind == "T" else EMOJI(d)):
        yield Hit(d.header_line("subject"), {"count": count})


@judges("SUB-12")
def preheader(d: Document) -> Iterator[Hit]:
    if d.html is None or d.fragment:
        return
    text, line = _preheader(d)
    least, most = LEAST(d), MOST(d)
    if not text:
        yield Hit(line, {"text": "", "size": 0, "least": least, "most": most})
    elif (same := _bare(text) == _bare(d.subject or "")) or not least <= len(text) <= most:
        severity = Severity.INFO if len(text) < least and not same else None
        values = {"text": text, "size": len(text), "least": least, "most": most}
        yield Hit(line, values, severity=severity)


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .!?…").casefold()


def _preheader(d: Document) -> tuple[str, int]:
    assert d.html is not None
    for node in d.html.nodes:
        if node.tag in ("div", "span", "td", "p") and node.own("display") == "none":
            text = node.text(hidden=True).replace("\u200c", "").replace("\xa0", " ").strip(" \u034f\u00ad")
            if text:
                return " ".join(text.split()), d.html_line_at(node.line)
    return "", d.html_line_at(1)
