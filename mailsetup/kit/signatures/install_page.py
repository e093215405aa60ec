"""The page beside each signature that tells a colleague how to put it into a mail program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailsetup.model.brand import Brand, Person

from .render import Rendered, template
from .styles import on_dark_paper
from .words import direction, words


def install_page(
    brand: Brand,
    person: Person,
    new: Rendered,
    reply: Rendered | None,
    *,
    files: Mapping[str, str],
    qr: str = "",
    phone: str = "",
) -> str:
    """
    One page, every client a section, the person's own signature on it to copy.

    ``files`` are the names that the steps mention: ``document``, ``text``, ``signature`` and
    ``reply_signature``. ``qr`` and ``phone`` are the addresses of codes' pictures beside the page: the contact
    card's, and that of the page for telephones.
    """
    from markupsafe import Markup

    said = words(new.locale, "install")
    return str(
        template("install.html.jinja").render(
            locale=new.locale,
            dir=direction(new.locale),
            name=new.card.name,
            greeting=_filled(said["greeting"], {"name": new.card.name}),
            w=said,
            clients=[_client(client, files) for client in said["client"]],
            signature=Markup(new.html),
            reply=Markup(reply.html) if reply else "",
            text=new.text,
            qr=qr,
            phone=phone,
            shades=brand.palette.light,
            dark=on_dark_paper(brand),
            font=Markup(brand.fonts.css),
        )
    )


def phone_page(brand: Brand, signatures: Sequence[Rendered]) -> str:
    """The page that a telephone opens from the firm's own host: the same signature in each language, to copy."""
    from markupsafe import Markup

    first = signatures[0]
    said = words(first.locale, "install")
    shown = [
        {
            "locale": one.locale,
            "name": one.card.name,
            "html": Markup(one.html),
            "text": one.text,
            "w": words(one.locale, "install"),
        }
        for one in signatures
    ]
    return str(
        template("phone.html.jinja").render(
            locale=first.locale,
            dir=direction(first.locale),
            name=first.card.name,
            w=said,
            steps=next(client["phone"] for client in said["client"] if client["id"] == "phone"),
            signatures=shown,
            shades=brand.palette.light,
            dark=on_dark_paper(brand),
            font=Markup(brand.fonts.css),
        )
    )


def _client(client: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    return {**client, "steps": [_filled(step, files) for step in client["steps"]]}


def _filled(sentence: str, values: Mapping[str, str]) -> str:
    """A sentence with its named values; a name without a value stays as it is."""
    for name, value in values.items():
        sentence = sentence.replace("{" + name + "}", value)
    return sentence
