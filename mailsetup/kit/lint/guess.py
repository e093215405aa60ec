"""What a letter is when nobody says: its language, its class and its purpose, by the words it uses."""

from __future__ import annotations

import re
from collections import Counter

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"“”«»]+", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
CYRILLIC = re.compile("[А-Яа-яЁё]")
LATIN = re.compile("[A-Za-z]")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

GROUPS = (
    "notify",
    "account",
    "receipt",
    "invoice",
    "order",
    "returns",
    "feedback",
    "support",
    "info",
    "offer",
    "auto",
    "marketing",
)
GROUP_KINDS = dict(
    notify="T",
    account="T",
    receipt="T",
    invoice="T",
    order="T",
    returns="R",
    feedback="R",
    support="R",
    info="R",
    offer="R",
    auto="A",
    marketing="M",
)
KINDS = {"support.ack": "A", "feedback.survey": "M", "feedback.rating": "T", "returns.approved": "T"}

_STOP_WORDS = {
    "en": [
        "the",
        "and",
        "you",
        "your",
        "we",
        "our",
        "for",
        "with",
        "this",
        "that",
        "have",
        "not",
        "are",
        "from",
        "will",
    ],
    "de": [
        "der",
        "die",
        "das",
        "und",
        "sie",
        "ihr",
        "wir",
        "nicht",
        "mit",
        "für",
        "ist",
        "auf",
        "bitte",
        "eine",
    ],
    "fr": ["le", "la", "les", "des", "vous", "votre", "nous", "pour", "avec", "est", "une", "dans", "pas"],
    "es": ["el", "los", "las", "usted", "su", "para", "con", "una", "por", "que", "nosotros", "gracias"],
}

# In the order of how telling they are: the first that a subject or the first lines speak of.
_PURPOSES = (
    (
        "support.ack",
        r"we have (?:your|received your)"
        r"|received your (?:message|letter|request|e-?mail)"
        r"|thank you for (?:contacting|writing to) us"
        r"|мы получили ваш"
        r"|ваше (?:письмо|обращение|сообщение) (?:получено|принято)"
        r"|мы получили письмо"
        r"|обращение (?:принято|зарегистрировано)",
    ),
    (
        "support.holding",
        r"still working on"
        r"|need(?:s)? (?:a little |some )?more time"
        r"|taking longer"
        r"|ещё работаем"
        r"|еще работаем"
        r"|нужно (?:ещё |еще )?(?:немного )?времени"
        r"|займ[её]т больше времени",
    ),
    (
        "support.complaint",
        r"your complaint|about the complaint|ваш(?:у|а|ей|ей) жалоб|ваш(?:а|у|ей) претензи|по жалобе",
    ),
    (
        "returns.policy",
        r"how to return|return policy|returns policy|wish to return|как вернуть|правила возврата|хотите вернуть",
    ),
    ("offer.service", r"\bproposal\b|коммерческое предложение|\Aпредложение"),
    (
        "info.reply",
        r"information you (?:asked|requested)"
        r"|as you asked"
        r"|you asked (?:us )?(?:about|for information)"
        r"|как вы просили"
        r"|вы просили (?:рассказать|прислать)"
        r"|информаци\w+, которую вы",
    ),
    ("support.answer-many", r"your questions|answers to your|ваши вопросы|на ваши вопросы"),
)
_PURPOSE_RES = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _PURPOSES)
_MARKETING = re.compile(r"unsubscribe|newsletter|отписаться|рассылк", re.IGNORECASE)
_SERVICE = re.compile(
    r"\b(?:order|invoice|receipt|payment|password|parcel|shipp(?:ed|ing)|delivery|account)\b|\bзаказ|\bсчёт|\bсчет\b|\bоплат|\bпароль|\bпосылк|\bдоставк|\bчек\b",
    re.IGNORECASE,
)


def locale(path: str, header: str, lang: str, body: str) -> str:
    """The language declared by header, markup or file name; else the one the words are in."""
    declared = header.split(",")[0].strip() or lang.strip()
    if declared:
        return declared.split("-")[0].lower()[:3]
    match = re.search(r"(?:[./\\_-])(en|ru|de|es|fr|ar|he)(?=[./\\_-])", path.lower())
    return match[1] if match else language(body)


def language(text: str) -> str:
    """The language of some words: ``ru`` by its letters, others by their small words; empty for too few words."""
    cyrillic, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    if cyrillic + latin < 12:
        return ""
    if cyrillic > latin:
        return "ru"
    words = Counter(w.lower() for w in WORD.findall(text))
    scores = {name: sum(words[w] for w in stops) for name, stops in _STOP_WORDS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= 2 else "en" if latin > 4 * cyrillic else ""


def purpose(subject: str, body: str) -> str:
    """What the letter is for, where its subject or first lines say so; empty where they do not."""
    start = f"{subject}\n{body[:600]}"
    return next((name for name, words in _PURPOSE_RES if words.search(subject)), None) or next(
        (name for name, words in _PURPOSE_RES if words.search(start)), ""
    )


def kind(subject: str, body: str, unsubscribe: str, designed: bool) -> str:
    """M where one can unsubscribe, T for designed letters about orders and accounts, else R."""
    if unsubscribe or _MARKETING.search(body):
        return "M"
    return "T" if designed and _SERVICE.search(f"{subject}\n{body[:1500]}") else "R"
