"""A rule and what it finds; rules gather themselves from ``rules/<group>.py`` and their pages beside them."""

from __future__ import annotations

import functools
import pkgutil
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module, resources
from types import MappingProxyType
from typing import Any, NamedTuple

from mailsetup.model.finding import Severity
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

    @property
    def octets(self) -> bytes:
        """The file; ``<<12*text>>`` stands for twelve times a text."""
        text = re.sub(r"<<(\d+)\*(.*?)>>", lambda m: int(m[1]) * m[2], self.text, flags=re.DOTALL)
        if self.form == "page" and "<html" not in text:
            text = f'<!DOCTYPE html><html lang="{self.locale}"><head><title>Order</title></head><body>{text}</body></html>'
        return text.encode()

    @property
    def name(self) -> str:
        """A file name that says its form."""
        return self.path or {"text": "example.txt", "eml": "example.eml"}.get(self.form, "example.html")


class Rule(NamedTuple):
    """
    One rule with its page.

    ``needs`` are the things without which it cannot judge (`NEEDS`); ``kinds`` the classes of letters it is for,
    empty for all; ``says`` and ``why`` are keyed by language.
    """

    id: str
    severity: Severity
    source: str
    needs: tuple[str, ...]
    kinds: str
    fixes: bool
    says: Mapping[str, str]
    why: Mapping[str, str]
    fires: Example
    silent: Example
    judge: Judge

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
        "dictionary": (
            lambda d: d.locale in d.spellers,
            say(
                "not judged: there is no dictionary of this language; install Hunspell's (hunspell-en-us, hunspell-ru)"
            ),
        ),
    }
)

_judges: dict[str, Judge] = {}


def judges(id: str) -> Callable[[Judge], Judge]:
    """Makes a generator of hits the judge of a rule; its page stands in the group's ``.toml``."""

    def register(judge: Judge) -> Judge:
        if id in _judges and _judges[id] is not judge:
            raise ValueError(f"{id} has two judges")
        _judges[id] = judge
        return judge

    return register


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by group and number."""
    from . import rules as package

    found: list[Rule] = []
    for name in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        import_module(f"{package.__name__}.{name}")
        text = resources.files(package).joinpath(f"{name}.toml").read_text("utf-8")
        found += [_rule(id, page) for id, page in tomllib.loads(text).items()]
    left = _judges.keys() - {rule.id for rule in found}
    if left:
        raise ValueError(f"rules without a page: {', '.join(sorted(left))}")
    return tuple(sorted(found, key=lambda r: r.id))


def _rule(id: str, page: Mapping[str, Any]) -> Rule:
    return Rule(
        id=id,
        severity=Severity(page["severity"]),
        source=page["source"],
        needs=tuple(page.get("needs", "").split()),
        kinds=page.get("kinds", ""),
        fixes=page.get("fixes", False),
        says=MappingProxyType({lang: page[lang] for lang in LANGUAGES}),
        why=MappingProxyType({lang: page[f"why_{lang}"] for lang in LANGUAGES}),
        fires=_example(page.get("as", "text"), page["fires"]),
        silent=_example(page.get("as", "text"), page["silent"]),
        judge=_judges[id],
    )


def _example(about: str, text: str) -> Example:
    """``about`` is the form, then any of ``kind= locale= purpose= path= country=`` and ``brand``."""
    form, *more = about.split()
    named = dict(word.split("=") for word in more if "=" in word)
    return Example(text, form, brand="brand" in more, **named)
