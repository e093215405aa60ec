"""A rule and what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mailsetup.model.finding import Severity
from mailsetup.model.lint import Points
from mailsetup.model.message import Message, say

from .document import Document

LANGUAGES = ("en", "ru")


class Edit(NamedTuple):
    """A mend: what stands at ``start`` to ``end`` in the file's text becomes ``new``."""

    start: int
    end: int
    new: str


class Hit(NamedTuple):
    """One place where a rule fires: the line in the file, values for the rule's sentence, perhaps a mend."""

    line: int
    values: Mapping[str, object] = {}
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None


Judge = Callable[[Document], Iterator[Hit]]


class Example(NamedTuple):
    """A small file and what is said about it: form, class and language."""

    text: str
    form: str = "text"
    kind: str = ""
    locale: str = "en"
    purpose: str = ""
    path: str = ""
    country: str = ""
    brand: bool = False
    spamassassin: str = ""
    rspamd: str = ""

    @property
    def octets(self) -> bytes:
        """The file; ``<<12*text>>`` stands for twelve times a text."""
        text = re.sub(r"<<(\d+)\*(.*?)>>", lambda m: int(m[1]) * m[2], self.text, flags=re.DOTALL)
        if self.form == "page" and "<html" not in text:
            text = f'<!DOCTYPE html><html lang="{self.locale}"><head><title>Order</title></head><body>{text}</body></html>'
        return text.encode()

    @property
    def points(self) -> dict[str, Points]:
        """What filters are taken to have said: ``5.6`` points, or ``5.6:RULE``."""
        said = {"spamassassin": self.spamassassin, "rspamd": self.rspamd}
        split = {name: text.partition(":") for name, text in said.items() if text}
        return {
            name: Points(float(score), (rule,) if rule else ()) for name, (score, _, rule) in split.items()
        }

    @property
    def name(self) -> str:
        """A file name that says its form."""
        return self.path or {"text": "example.txt", "eml": "example.eml"}.get(self.form, "example.html")


class Rule(NamedTuple):
    """
    One rule with its page.

    ``needs`` are the things without which it cannot judge (`NEEDS`); ``kinds`` the classes of letters it is for,
    empty for all, ``clients`` the mail programs it is about, as ``[lint] clients`` of a brand
    names them; ``says``, ``why`` and ``left`` are keyed by language. ``fixes`` says that it mends; ``left`` what
    it leaves to people, and why, since a mend would be a guess; empty where it mends all or nobody could.
    """

    id: str
    severity: Severity
    source: str
    needs: tuple[str, ...]
    kinds: str
    fixes: bool
    says: Mapping[str, str]
    why: Mapping[str, str]
    left: Mapping[str, str]
    fires: Example
    silent: Example
    judge: Judge
    clients: frozenset[str] = frozenset()

    @property
    def group(self) -> str:
        """The three letters before the number."""
        return self.id.partition("-")[0]


NEEDS: Mapping[str, tuple[Callable[[Document], bool], Message]] = MappingProxyType(
    {
        "eml": (lambda d: d.message is not None, say("only messages (.eml) have headers and parts")),
        "subject": (lambda d: d.subject is not None, say("the file has no place for a subject")),
        "html": (lambda d: d.html is not None, say("there is no HTML")),
        "page": (lambda d: d.html is not None and not d.fragment, say("there is no whole HTML page")),
        "text": (lambda d: d.text is not None, say("there is no plain text")),
        "body": (lambda d: bool(d.body.strip()), say("there are no words")),
        "letter": (lambda d: d.kind != "S", say("it is a signature, not a letter")),
        "signature": (lambda d: d.kind == "S", say("it is no signature")),
        "sent": (lambda d: not d.model, say("it is a form that somebody fills in")),
        "brand": (
            lambda d: d.brand is not None,
            say("there is no brand to compare with; give one with --brand"),
        ),
        "spamassassin": (
            lambda d: "spamassassin" in d.points,
            say("not judged: SpamAssassin was not asked; --spamd 127.0.0.1:783 asks its daemon"),
        ),
        "rspamd": (
            lambda d: "rspamd" in d.points,
            say("not judged: rspamd was not asked; --rspamd 127.0.0.1:11333 asks it"),
        ),
        "dictionary": (
            lambda d: d.locale in d.spellers,
            say(
                "not judged: there is no dictionary of this language; install Hunspell's (hunspell-en-us, hunspell-ru)"
            ),
        ),
    }
)

JUDGES: dict[str, Judge] = {}


class Limit(NamedTuple):
    """A number that a rule judges by; ``lint.toml`` may set another for some files or all."""

    rule: str
    name: str
    usual: float

    def __call__(self, document: Document) -> float:
        """The number that holds for a file."""
        limits = document.wishes.limits
        return limits.get((self.rule, self.name), self.usual) if limits else self.usual


LIMITS: dict[tuple[str, str], Limit] = {}


def limit(rule: str, name: str, usual: float) -> Limit:
    """A rule's number under the name it has in ``lint.toml``."""
    found = Limit(rule, name, usual)
    LIMITS[(rule, name)] = found
    return found


def judges(id: str) -> Callable[[Judge], Judge]:
    """Makes a generator of hits the judge of a rule; its page stands in the group's ``.toml``."""

    def register(judge: Judge) -> Judge:
        if id in JUDGES and JUDGES[id] is not judge:
            raise ValueError(f"{id} has two judges")
        JUDGES[id] = judge
        return judge

    return register
