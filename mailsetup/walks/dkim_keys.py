"""The DKIM keys of a domain, as far as DNS shows them: selectors can be asked for, not listed (RFC 6376 section 3.6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from mailsetup.grammar.dkim import looks_like_key, parse_dkim_key
from mailsetup.model.dns import MX, DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.finding import Evidence
from mailsetup.model.mail_records import DkimKey
from mailsetup.model.names import NAME_LIMIT
from mailsetup.model.parsed import Fault, Parsed
from mailsetup.model.walk import Walk, ask, needs

from .spf_record import published
from .wildcards import control_label

__all__ = [
    "DkimSurvey",
    "KeyOutcome",
    "PublishedKey",
    "SelectorHints",
    "container_twice",
    "dkim_container",
    "dkim_container_twice",
    "dkim_keys",
    "dkim_name",
]

SELECTORS_LIMIT: Final = 32  # selectors asked for one domain beyond those given and listed
LISTED_LIMIT: Final = 256  # selectors of a zone file judged for one domain
NO_SUCH_NAME: Final = DnsAnswer(Outcome.NO_NAME)


class SelectorHints(Protocol):
    """Who knows the selectors of services: given a domain's exchanges and its SPF includes, names those worth asking for."""

    def for_domain(self, mx_exchanges: Iterable[str], spf_includes: Iterable[str], /) -> tuple[str, ...]:
        """The selectors for a domain, each once, likeliest first."""

    def mailbox_service(self, exchange: str, /) -> str:
        """The name of the mailbox service that an exchange belongs to; ``""`` where none is known."""

    def meant_include(self, name: str, /) -> str:
        """The SPF include of a service that a misspelt name was meant as; ``""`` where none is near."""


class KeyOutcome(StrEnum):
    """What a selector turned out to be."""

    FOUND = "found"
    ABSENT = "absent"  # nothing stands at the selector
    DANGLING = "dangling"  # a CNAME that leads nowhere
    IDLE = "idle"  # a CNAME that leads nowhere now, beside a sibling that leads to a key
    WILDCARD = "wildcard"  # the same that any selector brings
    UNKNOWN = "unknown"


class PublishedKey(NamedTuple):
    """
    One selector: ``given`` by the user, hinted at by the domain's providers, or merely ``listed``: it stands in the
    zone, and nothing says that anybody signs with it.

    ``texts`` are the TXT records found, ``parsed`` the first of them that looks like a key. ``doubled`` is the
    question at ``<selector>._domainkey.<domain>.<domain>`` if a key was found there, where it was meant to be here.
    """

    selector: str
    given: bool
    question: DnsQuestion
    answer: DnsAnswer
    outcome: KeyOutcome
    texts: tuple[str, ...] = ()
    parsed: Parsed[DkimKey] | None = None
    doubled: DnsQuestion | None = None
    listed: bool = False

    @property
    def key(self) -> DkimKey | None:
        """The key, if one can be read."""
        return self.parsed.value if self.parsed is not None else None

    @property
    def aliases(self) -> tuple[str, ...]:
        """The CNAMEs followed."""
        return self.answer.aliases

    @property
    def doubled_asked(self) -> tuple[DnsQuestion, ...]:
        """The question at the name with the domain twice, if it was asked: only where a given selector is absent."""
        name = f"{self.question.name}.{self.question.name.partition('._domainkey.')[2]}"
        asked = self.given and self.outcome is KeyOutcome.ABSENT and len(name) <= NAME_LIMIT
        return (dns_question(name, "TXT"),) if asked else ()

    @property
    def owner(self) -> str:
        """The name at which the key is edited: the last alias, or the selector's own name."""
        return self.answer.aliases[-1] if self.answer.aliases else self.question.name

    @property
    def text(self) -> str:
        """The text that was read as a key."""
        return next(
            (text for text in self.texts if looks_like_key(text)), self.texts[0] if self.texts else ""
        )

    def faults(self, *codes: str) -> tuple[Fault, ...]:
        """The faults of the key's text with these codes."""
        return tuple(f for f in self.parsed.faults if f.code in codes) if self.parsed is not None else ()

    def evidence(self, span: tuple[int, int] | None = None) -> Evidence:
        """The question with its answer, and the words meant where a span of the text is given."""
        text = self.text
        return Evidence(self.question, self.answer, text[span[0] : span[1]] if span else text, span)


class DkimSurvey(NamedTuple):
    """
    ``container`` is the answer at ``_domainkey.<domain>``: NXDOMAIN there means that no key exists at all (RFC 8020),
    no data that there are selectors nobody told us. ``control`` is the answer at a selector nobody published.
    """

    domain: str
    container: DnsAnswer
    control: DnsAnswer
    keys: tuple[PublishedKey, ...] = ()

    @property
    def container_question(self) -> DnsQuestion:
        """The question at ``_domainkey``."""
        return dns_question(f"_domainkey.{self.domain}", "TXT")

    @property
    def control_question(self) -> DnsQuestion:
        """The question at the selector nobody published."""
        return dns_question(dkim_name(control_label(self.domain), self.domain), "TXT")

    @property
    def none_exist(self) -> bool:
        """Whether it is known that the domain has no key at all."""
        below = self.found or self.control.found or any(key.aliases for key in self.keys)
        return self.container.outcome is Outcome.NO_NAME and not below

    @property
    def wildcard(self) -> bool:
        """Whether selectors nobody published bring texts."""
        return self.control.found

    @property
    def found(self) -> tuple[PublishedKey, ...]:
        """The selectors at which something was found that is their own."""
        return tuple(key for key in self.keys if key.outcome is KeyOutcome.FOUND)


_REFERRED: Final = re.compile(r"(?<!\S)[+?~-]*(?:include:|redirect=)(\S*)")
"""The names that an SPF record in lower case includes or redirects to, however faulty it is."""


def dkim_name(selector: str, domain: str) -> str:
    """The name a key stands at (RFC 6376 section 3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def dkim_container(domain: str) -> Walk[DnsAnswer]:
    """The answer at ``_domainkey.<domain>`` alone: NXDOMAIN means that the domain has no key (RFC 8020)."""
    question = dns_question(f"_domainkey.{domain}", "TXT")
    if len(question.name) > NAME_LIMIT:
        return NO_SUCH_NAME
    (answer,) = yield from ask(question)
    return answer


def dkim_container_twice(domain: str) -> Walk[DnsAnswer]:
    """
    The answer at ``_domainkey.<domain>.<domain>``, where a panel puts keys that were typed with their whole name.

    It is asked only where ``_domainkey.<domain>`` does not exist; a name that exists there has keys below it (RFC 8020).
    """
    container = yield from dkim_container(domain)
    question = container_twice(domain)
    if container.outcome is not Outcome.NO_NAME or len(question.name) > NAME_LIMIT:
        return NO_SUCH_NAME
    (answer,) = yield from ask(question)
    return answer


def container_twice(domain: str) -> DnsQuestion:
    """The question at ``_domainkey`` with the domain twice."""
    return dns_question(f"_domainkey.{domain}.{domain}", "TXT")


@needs("selectors", "selector_hints", "listed_selectors")
def dkim_keys(
    domain: str,
    selectors: tuple[str, ...] = (),
    selector_hints: SelectorHints | None = None,
    listed: tuple[str, ...] = (),
) -> Walk[DkimSurvey]:
    """
    The keys at the selectors given, at those the domain's providers are known to use, and at those ``listed`` where
    the zone itself is read.

    First round: ``_domainkey``, a control selector nobody published, the selectors given and, for the hints, MX and
    TXT of the domain. Second: hinted and listed selectors, unless nothing exists below ``_domainkey``; for given ones
    that are absent, the name with the zone twice, beside a control there; for given ones that dangle, the sibling they
    take turns with.
    """
    given = tuple(dict.fromkeys(filter(None, (_selector(s, domain) for s in selectors))))
    control = dkim_name(control_label(domain), domain)
    first = [f"_domainkey.{domain}", control, *(dkim_name(selector, domain) for selector in given)]
    questions = [dns_question(name, "TXT") for name in first]
    if selector_hints is not None:
        questions += [dns_question(domain, "MX"), dns_question(domain, "TXT")]
    answers = yield from _ask_short(questions)
    survey = DkimSurvey(domain, answers[questions[0]], answers[questions[1]])
    known: tuple[str, ...] = ()
    merely: tuple[str, ...] = ()
    if not _certainly_empty(survey, given, answers):
        hinted = _hinted(domain, selector_hints, answers) if selector_hints is not None else ()
        merely = tuple(s for s in listed if s not in hinted and dkim_name(s, domain) != control)
        known = (*hinted[:SELECTORS_LIMIT], *merely[:LISTED_LIMIT])
    wanted = dict.fromkeys(given, True)
    for selector in (*known, *_siblings(domain, given, answers)):
        wanted.setdefault(selector, False)
    second = [dns_question(dkim_name(s, domain), "TXT") for s, is_given in wanted.items() if not is_given]
    doubled = [
        _doubled(s, domain) for s in given if _missing(answers[dns_question(dkim_name(s, domain), "TXT")])
    ]
    if doubled:
        doubled.append(_doubled(control_label(domain), domain))
    if second or doubled:
        answers |= yield from _ask_short([*second, *doubled])
    keys = [
        _published_key(s, is_given, not is_given and s in merely, domain, answers, survey.control)
        for s, is_given in wanted.items()
    ]
    return survey._replace(keys=tuple(_idle_where_sibling_works(key, keys) for key in keys))


def _selector(typed: str, domain: str) -> str:
    """A selector as it was typed, alone or as the whole name of its record."""
    name = typed.strip().rstrip(".").lower()
    return name.removesuffix(f".{domain}").removesuffix("._domainkey")


def _ask_short(questions: list[DnsQuestion]) -> Walk[dict[DnsQuestion, DnsAnswer]]:
    """Answers by question; names too long to exist are not asked."""
    short = [q for q in dict.fromkeys(questions) if len(q.name) <= NAME_LIMIT]
    answers = yield from ask(*short)
    found = dict(zip(short, answers, strict=True))
    return {q: found.get(q, NO_SUCH_NAME) for q in questions}


def _certainly_empty(
    survey: DkimSurvey, given: tuple[str, ...], answers: dict[DnsQuestion, DnsAnswer]
) -> bool:
    """NXDOMAIN at ``_domainkey``, and no selector given proves the server wrong about it."""
    found = any(answers[dns_question(dkim_name(s, survey.domain), "TXT")].found for s in given)
    return survey.container.outcome is Outcome.NO_NAME and not found


def _hinted(domain: str, hints: SelectorHints, answers: dict[DnsQuestion, DnsAnswer]) -> tuple[str, ...]:
    exchanges = tuple(r.exchange for r in answers[dns_question(domain, "MX")].records if type(r) is MX)
    question = dns_question(domain, "TXT")
    texts = published(question, answers[question]).texts
    names = tuple([name for text in texts for name in _REFERRED.findall(text.lower())])
    return hints.for_domain(exchanges, names)


def _siblings(domain: str, given: tuple[str, ...], answers: dict[DnsQuestion, DnsAnswer]) -> tuple[str, ...]:
    """For given selectors that dangle, the other of a pair numbered 1 and 2."""
    other = {"1": "2", "2": "1"}
    dangling = [s for s in given if _dangles(answers[dns_question(dkim_name(s, domain), "TXT")])]
    return tuple(s[:-1] + other[s[-1]] for s in dangling if s[-1] in other)


def _missing(answer: DnsAnswer) -> bool:
    return answer.absent and not answer.aliases


def _dangles(answer: DnsAnswer) -> bool:
    return answer.absent and bool(answer.aliases)


def _doubled(selector: str, domain: str) -> DnsQuestion:
    return dns_question(f"{dkim_name(selector, domain)}.{domain}", "TXT")


def _published_key(
    selector: str,
    given: bool,
    listed: bool,
    domain: str,
    answers: dict[DnsQuestion, DnsAnswer],
    control: DnsAnswer,
) -> PublishedKey:
    question = dns_question(dkim_name(selector, domain), "TXT")
    answer = answers[question]
    texts = answer.texts
    text = next((t for t in texts if looks_like_key(t)), texts[0] if texts else None)
    twice = _doubled(selector, domain)
    return PublishedKey(
        selector,
        given,
        question,
        answer,
        _outcome(answer, control),
        texts,
        None if text is None else parse_dkim_key(text),
        twice if _stands_at(twice, _doubled(control_label(domain), domain), answers) else None,
        listed,
    )


def _stands_at(question: DnsQuestion, control: DnsQuestion, answers: dict[DnsQuestion, DnsAnswer]) -> bool:
    """Whether a key stands at a name of its own accord: not where a wildcard answers for a name nobody made too."""
    found = answers.get(question)
    if found is None or not any(map(looks_like_key, found.texts)):
        return False
    return not answers[control].unknown and answers[control].texts != found.texts


def _outcome(answer: DnsAnswer, control: DnsAnswer) -> KeyOutcome:
    if answer.unknown:
        return KeyOutcome.UNKNOWN
    if control.found and (answer.records, answer.aliases) == (control.records, control.aliases):
        return KeyOutcome.WILDCARD
    if control.aliases and answer.aliases == control.aliases:
        return KeyOutcome.WILDCARD
    if answer.found:
        return KeyOutcome.FOUND
    return KeyOutcome.DANGLING if answer.aliases else KeyOutcome.ABSENT


def _idle_where_sibling_works(key: PublishedKey, keys: list[PublishedKey]) -> PublishedKey:
    """
    A dangling selector beside one that works and whose CNAME leads into the same ``_domainkey`` zone is idle.

    Services that rotate between two selectors publish the key of the active one only.
    """
    if key.outcome is not KeyOutcome.DANGLING:
        return key
    zone = _container_of(key.aliases[0])
    working = (k for k in keys if k.outcome is KeyOutcome.FOUND and k.aliases)
    if zone and any(_container_of(k.aliases[0]) == zone for k in working):
        return key._replace(outcome=KeyOutcome.IDLE)
    return key


def _container_of(target: str) -> str:
    return target.partition("._domainkey.")[2]
