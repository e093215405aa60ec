"""A template, a brand and values become one letter: subject, preheader and blocks, in one locale and voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from mailsetup.kit.letter import (
    BLOCK,
    FIELD,
    TARGET,
    UNLINK,
    Block,
    Kind,
    Letter,
    LetterSource,
    Template,
    clean,
    one_line,
)
from mailsetup.model.brand import Brand, Person, Voice
from mailsetup.model.errors import InputError
from mailsetup.model.message import say
from mailsetup.model.quotation import nested

from . import sandbox
from .catalogue import Catalogue, package_file
from .formats import Formats, country, direction, filters
from .markup import blocks, cells, jinja_source, tied
from .values import Blank, Link, blank, typed, variables

SUBJECT_LIMIT = 200  # characters; a longer one is cut by every reader

CUSTOMER = variables({"name": "name", "greeting": "text?", "email": "email?"}, "customer")
GIVEN = ("brand", "sender", "customer", "locale", "voice", "formal", "friendly")

_SANDBOX = sandbox.LetterSandbox(filters())


def compose(
    template: Template,
    brand: Brand,
    catalogue: Catalogue,
    *,
    locale: str,
    voice: str = "",
    sender: Person | None = None,
    values: Mapping[str, Any] | None = None,
    marker: Callable[[str], str] | None = None,
) -> Letter:
    """
    The letter of a template. Without ``values`` the samples of its locale fill it in.

    ``marker`` makes it a blank form: it is given a variable's path (``order.no``) and returns the text in its
    place. ``sender`` signs; None lets the team sign. `InputError` names file and line, or the value.
    """
    source = source_in(template, locale)
    voice = voice or brand.voice.value
    spoken = "friendly" if voice == Voice.FRIENDLY else "formal"
    common = _common(catalogue, locale)
    formats = Formats(locale, common.get("dates", {}))
    if values is None:
        filled = at_home(samples(template, source, common, spoken), brand)
        values = filled if isinstance(filled, dict) else {}
    known = _values(template, source, values, marker)
    context = {
        **known,
        "brand": brand_view(brand, locale),
        "sender": _sender_view(brand, sender, locale, common),
        "locale": locale,
        "voice": voice,
        "formal": spoken == "formal",
        "friendly": spoken == "friendly",
        "_formats": formats,
        "_write": formats.write,
    }
    if marker is not None and template.kind is Kind.REPLY:
        context["sender"] = {**context["sender"], "name": Blank(marker("sender.name")), "role": ""}
    made = _filled(
        _text(source, spoken, _frozen_common(catalogue, locale), template), context, source, locale
    )
    made = _quoted(made, locale)
    head = {block.kind: block for block in made if block.kind in ("subject", "preheader")}
    parts = tuple(block for block in made if block.kind not in ("subject", "preheader"))
    cut = next((n for n, block in enumerate(parts) if block.kind == "footer"), len(parts))
    return Letter(
        template=template,
        brand=brand,
        sender=sender,
        locale=locale,
        voice=voice,
        subject=one_line(head["subject"].text)[:SUBJECT_LIMIT] if "subject" in head else "",
        preheader=one_line(head["preheader"].text) if "preheader" in head else "",
        blocks=_addressed(parts[:cut], brand, locale),
        footer=_unsaid(parts[cut + 1 :], parts[:cut], brand),
        phrases=MappingProxyType(dict(common.get("phrases", {}))),
        values=MappingProxyType(known),
        blank=marker is not None,
        direction=direction(locale),
    )


def source_in(template: Template, locale: str) -> LetterSource:
    """The text of a template in a locale; `InputError` naming the locales it has."""
    if locale in template.locales:
        return template.locales[locale]
    has = ", ".join(sorted(template.locales))
    raise InputError(
        say(
            "{origin}: has no text for locale {locale} (it has {has}); write {locale_2}.txt",
            origin=template.origin,
            locale=clean(locale),
            has=has,
            locale_2=locale,
        )
    )


def _common(catalogue: Catalogue, locale: str) -> Mapping[str, Any]:
    if locale in catalogue.common:
        return catalogue.common[locale]
    has = ", ".join(catalogue.locales())
    raise InputError(
        say(
            "letters in {locale} lack the words that all letters share (greetings, closings, what stands below): copy "
            "{file} to templates/common.{locale}.toml and put its words into that language; there are {has}",
            locale=clean(locale),
            file=package_file(f"common.{catalogue.locales()[0]}.toml"),
            has=has,
        )
    )


def _site(brand: Brand) -> str:
    return (brand.site or f"https://{brand.domain}").rstrip("/")


def _frozen_common(catalogue: Catalogue, locale: str) -> tuple[tuple[str, str], ...]:
    """The texts all letters share, in a form that can be a key: greeting.formal, block.order ..."""
    common = _common(catalogue, locale)
    tables = ("greeting", "closing", "footer", "blocks")
    return tuple((f"{t}.{k}", str(v)) for t in tables for k, v in common.get(t, {}).items())


@lru_cache(maxsize=512)
def _jinja(
    source_key: tuple[str, int, str], voice: str, origin: str, snippets: tuple[tuple[str, str], ...]
) -> str:
    body, line, _ = source_key
    return jinja_source(body, voice, line, origin, dict(snippets))


def _text(source: LetterSource, voice: str, shared: tuple[tuple[str, str], ...], template: Template) -> str:
    """The whole Jinja text: subject and preheader on line 2, the greeting before the body, closing and footer after."""
    words = dict(shared)
    snippets = tuple(
        (name[7:], _snippet(text, voice, name)) for name, text in shared if name.startswith("blocks.")
    )
    body = _jinja((source.body, source.body_line, source.locale), voice, source.origin, snippets)
    subject = source.subjects.get(voice) or source.subjects.get("") or next(iter(source.subjects.values()))
    preheader = source.preheaders.get(voice) or source.preheaders.get("") or ""
    head = f"{BLOCK}subject{FIELD}{subject}{BLOCK}preheader{FIELD}{preheader}"
    if source.greeting:
        head += f"{BLOCK}greeting{FIELD}{{% if customer.greeting %}}{{{{ customer.greeting }}}}{{% else %}}"
        head += f"{words.get(f'greeting.{voice}', '')}{{% endif %}}"
    tail = f"\n{BLOCK}closing{FIELD}{_parted(words, voice)}" if source.closing else ""
    footer = words.get("footer.marketing" if template.unsubscribe else "footer.every", "")
    tail += f"\n{BLOCK}footer{FIELD}footer{_snippet(footer, voice, 'footer')}"
    return "\n" + head + body[1:] + tail


def _parted(words: Mapping[str, str], voice: str) -> str:
    return FIELD.join(cell.strip() for cell in cells(words.get(f"closing.{voice}", "")))


def _snippet(text: str, voice: str, name: str) -> str:
    made = jinja_source(text, voice, 1, f"common: {name}", {}).replace("\n", " ")
    return _NUMBERED.sub(BLOCK, made)  # its lines are of another file


_NUMBERED = re.compile(rf"{BLOCK}\d+:")


def _filled(text: str, context: Mapping[str, Any], source: LetterSource, locale: str) -> tuple[Block, ...]:
    compiled = sandbox.compiled(_SANDBOX, text, source.origin)
    marked = sandbox.fill(compiled, context, source.origin)
    return blocks(tied(marked, locale), source.origin)


def check(template: Template, catalogue: Catalogue) -> None:
    """Every variable a template's texts ask for is one it declares; `InputError` with file and line else."""
    for source in template.locales.values():
        shared = _frozen_common(catalogue, source.locale)
        for voice in ("formal", "friendly"):
            text = _text(source, voice, shared, template)
            sandbox.compiled(_SANDBOX, text, source.origin)
            for name, line in sandbox.names_used(_SANDBOX, text, source.origin):
                if name not in template.variables and name not in GIVEN:
                    known = ", ".join((*template.variables, *GIVEN))
                    raise InputError(
                        say(
                            '{origin}:{line}: unknown variable "{name}"; there are {known}',
                            origin=source.origin,
                            line=line,
                            name=name,
                            known=known,
                        )
                    )


def used_names(template: Template, catalogue: Catalogue, locale: str) -> frozenset[str]:
    """The variables that the text of a template asks for in a locale, in any voice."""
    source = source_in(template, locale)
    shared = _frozen_common(catalogue, locale)
    texts = (_text(source, voice, shared, template) for voice in ("formal", "friendly"))
    return frozenset(n for text in texts for n, _ in sandbox.names_used(_SANDBOX, text, source.origin))


def _values(
    template: Template,
    source: LetterSource,
    raw: Mapping[str, Any],
    marker: Callable[[str], str] | None,
) -> dict[str, Any]:
    if marker is not None:
        known: dict[str, Any] = {name: blank(v, marker) for name, v in template.variables.items()}
        return {**known, "customer": {"name": Blank(marker("customer.name")), "greeting": "", "email": ""}}
    known = {name: typed(v, raw.get(name), source.origin) for name, v in template.variables.items()}
    return {**known, "customer": _customer(raw.get("customer", {}), source.origin)}


def _customer(raw: object, where: str) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        raise InputError(say("{where}: customer: has no parts; give name", where=where))
    return {name: typed(part, raw.get(name), f"{where}: customer") for name, part in CUSTOMER.items()}


def samples(
    template: Template, source: LetterSource, common: Mapping[str, Any], voice: str
) -> dict[str, Any]:
    """The sample values of a template: the locale's own, then those of its file."""
    shared = {**common.get("sample", {}), **common.get(f"sample-{voice}", {})}
    return {**shared, **source.samples}


def at_home(raw: object, brand: Brand) -> object:
    """Samples whose links and addresses are of the brand's own site and domain."""
    if isinstance(raw, str):
        return raw.replace("{site}", _site(brand)).replace("{domain}", str(brand.domain))
    if isinstance(raw, Mapping):
        return {key: at_home(value, brand) for key, value in raw.items()}
    return [at_home(value, brand) for value in raw] if isinstance(raw, list) else raw


def brand_view(brand: Brand, locale: str) -> Mapping[str, object]:
    """What texts may say about the brand; empty where the brand does not tell."""
    address = brand.address
    lines = (address.street.read(locale), address.town(locale), country(address.country, locale))
    return {
        "name": brand.name_in(locale),
        "domain": str(brand.domain),
        "site": Link(str(brand.domain), brand.site) if brand.site else "",
        "tagline": brand.tagline.read(locale),
        "support": _mail(support_address(brand)),
        "sales": _mail(brand.mail.sales or support_address(brand)),
        "phone": Link(address.phone.shown, address.phone.uri) if address.phone else "",
        "address": ", ".join(line for line in lines if line),
        "hours": address.hours.read(locale),
        "privacy_url": Link(brand.legal.privacy_url, brand.legal.privacy_url),
        "returns_url": Link(brand.legal.returns_url, brand.legal.returns_url),
        "answer_hours": brand.promise.answer_hours,
        "company": " ".join(p for p in (brand.legal.name or brand.name_in(locale), brand.legal.form) if p),
    }


def support_address(brand: Brand) -> str:
    """Where customers write to: the brand's own choice, else the role mailbox every firm has (RFC 2142)."""
    mail = brand.mail
    return mail.support or mail.sales or mail.transactional or f"info@{brand.domain}"


def _mail(address: str) -> Link:
    return Link(address, f"mailto:{address}")


def _sender_view(
    brand: Brand, sender: Person | None, locale: str, common: Mapping[str, Any]
) -> dict[str, object]:
    if sender is not None:
        return {"name": sender.name_in(locale), "role": sender.role.read(locale), "team": False}
    team = str(common.get("phrases", {}).get("team", "{brand}"))
    return {"name": team.replace("{brand}", clean(brand.name_in(locale))), "role": "", "team": True}


_POINT = " · "


def _unsaid(footer: tuple[Block, ...], body: tuple[Block, ...], brand: Brand) -> tuple[Block, ...]:
    """
    The footer without the address and the site that the letter itself has named already.

    In a letter in Cyrillic every Latin word counts: filters that look for look-alike letters weigh them
    (SpamAssassin's MIXED_ES), so a contact is told once.
    """
    said = " ".join(cell for block in body for row in block.rows for cell in (*row, block.url))
    known = tuple(t for t in (f"mailto:{support_address(brand)}", brand.site) if t and t in said)
    if not known:
        return footer
    return tuple(
        b._replace(rows=tuple(tuple(_without(cell, known) for cell in row) for row in b.rows))
        if b.kind == "text"
        else b
        for b in footer
    )


def _without(cell: str, targets: tuple[str, ...]) -> str:
    """A line of contacts, parted by points, without those that lead to one of the targets."""
    parts = cell.split(_POINT)
    kept = [p for p in parts if not any(f"{TARGET}{target}{UNLINK}" in p for target in targets)]
    return _POINT.join(kept) if kept else cell


def _quoted(made: Iterable[Block], locale: str) -> tuple[Block, ...]:
    """The blocks with a name's own quotation marks as inner ones; what a customer wrote stays as it is."""
    if locale != "ru":
        return tuple(made)
    return tuple(
        b
        if b.kind in ("quote", "code")
        else b._replace(rows=tuple(tuple(map(nested, row)) for row in b.rows))
        for b in made
    )


_YOU = re.compile(r"\b(вы|вас|вам|вами|ваш(?:а|е|и|его|ему|им|ем|ей|у|их|ими)?)\b")


def _addressed(parts: Iterable[Block], brand: Brand, locale: str) -> tuple[Block, ...]:
    """The blocks with «Вы» for «вы» where the brand addresses its customers so."""
    if locale != "ru" or brand.address_form.get("ru") != "Вы":
        return tuple(parts)

    def polite(cell: str) -> str:
        return _YOU.sub(lambda m: m[0].capitalize(), cell) if "\x04" not in cell else cell

    return tuple(
        b if b.kind == "quote" else b._replace(rows=tuple(tuple(map(polite, row)) for row in b.rows))
        for b in parts
    )
