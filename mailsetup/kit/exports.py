"""
Letters to copy from: the folder of models with its search page, and files for help desks and text expanders.

Every file holds the same blank letters; ``[[fill: ...]]`` stands where a person writes, or the placeholder
of the program where it has one (``vars.<target>.toml``). Nothing here talks to any of the programs.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib import resources
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape as xml_escape

from mailsetup.kit.letter import BOLD, BREAK, UNBOLD, Letter, with_links

from . import eml, oft, plain_text, render

if TYPE_CHECKING:
    from jinja2 import Template as Compiled

File = tuple[str, bytes]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a cell a formula in a spreadsheet."""


class Entry(NamedTuple):
    """One blank letter in the forms that programs take. ``markers`` maps a variable to what stands for it."""

    id: str
    group: str
    locale: str
    voice: str
    subject: str
    purpose: str
    text: str
    html: str
    markers: Mapping[str, str]


def entry(letter: Letter, markers: Mapping[str, str]) -> Entry:
    """The entry of a blank letter."""
    return Entry(
        letter.name,
        letter.template.group,
        letter.locale,
        letter.voice,
        letter.subject,
        letter.template.purpose.read(letter.locale),
        plain_text.unwrapped(letter),
        render.fragment(letter),
        markers,
    )


def models(letter: Letter, as_of: datetime) -> Iterator[File]:
    """The files of one model: text, Markdown, HTML, draft, Outlook template."""
    stem = f"models/{letter.template.group}/{letter.name}.{letter.locale}"
    text = plain_text.write(letter)
    yield f"{stem}.txt", f"{letter.subject}\n\n{text}".encode()
    yield f"{stem}.md", _markdown(letter).encode()
    html = render.html(letter)
    yield f"{stem}.html", html.encode()
    yield f"{stem}.eml", eml.draft(letter, as_of, html=html)
    yield f"{stem}.oft", oft.template(letter, html)


def _markdown(letter: Letter) -> str:
    def rich(text: str) -> str:
        def words(part: str) -> str:
            escaped = "".join(f"\\{c}" if c in "\\`*_<>#" else c for c in part)
            return escaped.replace(BOLD, "**").replace(UNBOLD, "**").replace(BREAK, "  \n")

        return with_links(text, lambda label, target: f"[{label}](<{target}>)", words)

    parts = [f"# {rich(letter.subject)}"]
    for block in letter.blocks:
        rows = [[rich(cell) for cell in row] for row in block.rows]
        match block.kind:
            case "heading":
                parts.append(f"## {rows[0][0]}")
            case "list":
                parts.append("\n".join(f"- {row[0]}" for row in rows))
            case "steps":
                parts.append("\n".join(f"{n}. {row[0]}" for n, row in enumerate(rows, 1)))
            case "pairs":
                parts.append("\n".join(f"- {row[0]}: **{row[1]}**" for row in rows))
            case "table":
                parts.append("\n".join("- " + ", ".join(cell for cell in row[1:] if cell) for row in rows))
            case "quote":
                parts.append(f"> {rows[0][0]}")
            case "button" | "link" | "ratings":
                parts += [f"{row[0]}: {row[1]}" for row in block.rows]
            case "closing":
                parts.append("  \n".join(cell for cell in rows[0] if cell))
            case "divider":
                parts.append("---")
            case _:
                parts += [rows[0][0]] if rows else []
    return "\n\n".join(parts) + "\n"


def index(entries: Sequence[Entry], letter: Letter) -> File:
    """``models/index.html``: every model with search and copy buttons; in the language of ``letter``."""
    words = letter.phrases
    order = list(words)  # the groups stand as the locale's file names them, own ones after them
    groups: dict[str, list[SimpleNamespace]] = {}
    for e in sorted(
        entries, key=lambda e: order.index(name) if (name := f"group_{e.group}") in order else len(order)
    ):
        stem = f"{e.group}/{e.id}.{e.locale}"
        links = [f"{stem}.{form}" for form in ("txt", "md", "html", "eml", "oft")]
        made = SimpleNamespace(
            subject=e.subject, purpose=e.purpose, locale=e.locale, text=e.text, links=links
        )
        groups.setdefault(words.get(f"group_{e.group}", e.group), []).append(made)
    palette = letter.brand.palette
    page = _page().render(
        locale=letter.locale,
        dir=letter.direction,
        words=words,
        brand=letter.brand.name_in(letter.locale),
        light=palette.light,
        dark=palette.dark,
        font="system-ui, sans-serif",
        groups=list(groups.items()),
    )
    return "models/index.html", page.encode()


@cache
def _page() -> Compiled:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_resource("index.html"))


@cache
def _resource(name: str) -> str:
    return (resources.files("mailsetup.kit.templates") / "exports" / name).read_text("utf-8")


@cache
def _placeholders(target: str) -> Mapping[str, str]:
    try:
        return tomllib.loads(_resource(f"vars.{target}.toml"))
    except FileNotFoundError:
        return {}


def _mapped(text: str, entry: Entry, target: str, *, html: bool = False) -> str:
    """The text with the program's own placeholders where it has some."""
    for variable, placeholder in _placeholders(target).items():
        marker = entry.markers.get(variable)
        if marker:
            text = text.replace(escape(marker, quote=True) if html else marker, placeholder)
    return text


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _name(e: Entry) -> str:
    return f"{e.purpose or e.subject} ({e.locale})"


def _one_each(target: str, made: Callable[[Entry], object], entries: Iterable[Entry]) -> Iterator[File]:
    for e in entries:
        yield f"exports/{target}/{e.id}.{e.locale}.json", _json(made(e))


def zendesk(entries: Sequence[Entry]) -> Iterator[File]:
    """Bodies for ``POST /api/v2/macros``."""

    def macro(e: Entry) -> object:
        html = _mapped(e.html, e, "zendesk", html=True)
        action = {"field": "comment_value_html", "value": html}
        return {"macro": {"title": _name(e), "active": True, "description": e.id, "actions": [action]}}

    return _one_each("zendesk", macro, entries)


def freshdesk(entries: Sequence[Entry]) -> Iterator[File]:
    """Bodies for ``POST /api/v2/canned_responses``; the folder's id is put in by whoever made the folder."""

    def response(e: Entry) -> object:
        html = _mapped(e.html, e, "freshdesk", html=True)
        return {"title": _name(e), "content_html": html, "folder_id": None, "visibility": 0}

    return _one_each("freshdesk", response, entries)


def helpscout(entries: Sequence[Entry]) -> Iterator[File]:
    """Bodies for ``POST /v2/mailboxes/{id}/saved-replies``."""

    def reply(e: Entry) -> object:
        return {"name": _name(e), "text": _mapped(e.html, e, "helpscout", html=True), "chatText": e.text}

    return _one_each("helpscout", reply, entries)


def gorgias(entries: Sequence[Entry]) -> Iterator[File]:
    """Bodies for ``POST /api/macros``."""

    def macro(e: Entry) -> object:
        html = _mapped(e.html, e, "gorgias", html=True)
        arguments = {"body_html": html, "body_text": _mapped(e.text, e, "gorgias")}
        action = {
            "name": "setResponseText",
            "title": "Add response text",
            "type": "user",
            "arguments": arguments,
        }
        return {"name": _name(e), "language": e.locale, "actions": [action]}

    return _one_each("gorgias", macro, entries)


def frappe(entries: Sequence[Entry]) -> Iterator[File]:
    """HTML of saved replies for Frappe Helpdesk; braces are written so that its Jinja leaves them alone."""
    for e in entries:
        yield f"exports/frappe/{e.id}.{e.locale}.html", f"<!-- {escape(e.subject)} -->\n{e.html}\n".encode()


def espanso(entries: Sequence[Entry]) -> Iterator[File]:
    """One match file a locale; the trigger is a colon and the id."""
    import yaml

    for locale in sorted({e.locale for e in entries}):
        matches = [
            {"trigger": f":{e.id}", "label": e.subject, "replace": e.text.rstrip("\n").replace("{{", "{ {")}
            for e in entries
            if e.locale == locale
        ]
        text = yaml.safe_dump({"matches": matches}, allow_unicode=True, sort_keys=False, width=1000)
        yield f"exports/espanso/letters-{locale}.yml", text.encode()


def textexpander(entries: Sequence[Entry]) -> Iterator[File]:
    """CSV as text expanders import it: abbreviation, content, label."""
    for locale in sorted({e.locale for e in entries}):
        rows = [(f";{e.id}", e.text, e.subject) for e in entries if e.locale == locale]
        yield f"exports/textexpander/letters-{locale}.csv", _csv(rows)


def quicktext(entries: Sequence[Entry]) -> Iterator[File]:
    """XML for the Quicktext add-on of Thunderbird: a menu for each group, HTML texts with a subject."""
    for locale in sorted({e.locale for e in entries}):
        menus: dict[str, list[str]] = {}
        for e in entries:
            if e.locale == locale:
                menus.setdefault(e.group, []).append(_quicktext(e))
        body = "".join(
            f"<menu><title>{xml_escape(group)}</title><texts>{''.join(texts)}</texts></menu>\n"
            for group, texts in menus.items()
        )
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<quicktext version="2"><filetype>templates</filetype>\n'
        )
        yield f"exports/quicktext/letters-{locale}.xml", f"{head}{body}</quicktext>\n".encode()


def _quicktext(e: Entry) -> str:
    name, html, subject = (xml_escape(text) for text in (e.purpose or e.subject, e.html, e.subject))
    return (
        f'<text shortcut="0" type="1"><name>{name}</name><keyword>{xml_escape(e.id)}</keyword>'
        f"<subject>{_apart(subject)}</subject><body>{_apart(html)}</body></text>\n"
    )


def _apart(text: str) -> str:
    """Markers as Quicktext shows them; it would read ``[[NAME]]`` as a variable of its own."""
    return text.replace("[[", "[ [").replace("]]", "] ]")


def everything(entries: Sequence[Entry]) -> Iterator[File]:
    """CSV and JSON with all there is, for programs not named here."""
    columns = ("id", "locale", "voice", "subject", "text", "html", "tags", "variables")
    rows = [
        (e.id, e.locale, e.voice, e.subject, e.text, e.html, e.group, " ".join(e.markers)) for e in entries
    ]
    yield "exports/letters.csv", _csv([columns, *rows])
    yield "exports/letters.json", _json([dict(zip(columns, row, strict=True)) for row in rows])


TARGETS: Mapping[str, Callable[[Sequence[Entry]], Iterator[File]]] = {
    "zendesk": zendesk,
    "freshdesk": freshdesk,
    "helpscout": helpscout,
    "gorgias": gorgias,
    "frappe": frappe,
    "espanso": espanso,
    "textexpander": textexpander,
    "quicktext": quicktext,
    "everything": everything,
}


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV with a byte-order mark, so that spreadsheets read Cyrillic; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
