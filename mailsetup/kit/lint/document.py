"""
A file under lint, read once: headers, text part, HTML tree, and what sort of letter it is.

Lines are those of the file as the user has it, also inside quoted-printable parts; for base64 it is the line the
part begins on. Reading never raises: a file that is no letter is a letter with nothing in it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from mailsetup.model.brand import Brand
from mailsetup.model.lint import Points, Wishes
from mailsetup.model.message import Message, say

from . import css, encoding, flaws, guess, mime
from .markup import Node, Tree
from .mime import Field, Mime, Part

if TYPE_CHECKING:
    from .around import Around

Speller = Callable[[str], bool]
"""Whether a word is spelt right."""


@runtime_checkable
class Suggester(Protocol):
    """A speller that also knows which words may have been meant."""

    def suggest(self, word: str) -> tuple[str, ...]:
        """A few words, the nearest first."""
        ...


Beside = Callable[[str], bytes | None]
"""The file that a picture's address stands for, where it lies beside the letter; None where it does not."""


def nothing(address: str) -> bytes | None:
    """A letter alone, with nothing beside it."""
    return None


FORM_PATH = re.compile(r"(?:\A|[/\\])(?:models|exports)[/\\]")  # where the kit keeps forms to fill in
TEXT_LIMIT = 1_000_000  # characters of a text, and of the HTML; webmail clips a letter at about 100,000
LINE_LIMIT = 20_000  # lines of it
LINK_LIMIT = 2_000  # links that are judged
FENCE = "+++"  # around what a template's text begins with
FILL = ("[[fill", "[[впишите")  # what stands where somebody will write something
HTML_SUFFIXES = (".html", ".htm", ".mailsignature")
SUBJECT_LINE = re.compile(r"\A(?:Subject|Тема):[ \t]*(.*)\r?\n", re.IGNORECASE)
DELIMITER = re.compile(
    r"[ \t]{0,9}(?:--|—|–)[ \t]{0,9}(?:\n|\Z)"
)  # before a signature, also where it is not quite right
CSS_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*|\*)?(?:\.(?P<class>[\w-]+))?(?:#(?P<id>[\w-]+))?\Z", re.IGNORECASE
)


@dataclass(eq=False)
class Document:
    """
    A letter, a signature or a draft.

    ``form`` is ``eml``, ``html`` or ``text``, or ``source`` for what is no letter but letters are made of;
    ``kind`` one of T, R, A, M (see `letter.Kind`) or S, a signature;
    ``purpose`` is the template's id where it is known, else a guess such as ``support.complaint``; ``model`` marks
    a form that somebody will fill in.
    """

    path: str
    source: str
    form: str
    brand: Brand | None = None
    spellers: Mapping[str, Speller] = field(default_factory=dict)
    today: date = date(2000, 1, 1)
    kind: str = ""
    locale: str = ""
    purpose: str = ""
    notes: tuple[str, ...] = ()
    octets: int = 0
    charset: str = "utf-8"
    """The encoding of a text or page; empty where none fits."""
    model: bool = False
    message: Mime | None = None
    parts: tuple[Part, ...] = ()
    text: str | None = None
    text_line: int = 1
    html: Tree | None = None
    html_text: str = ""
    html_line: int = 1
    guessed: bool = False
    fragment: bool = False
    left: tuple[Message, ...] = ()
    """What was not judged, and why."""
    points: Mapping[str, Points] = field(default_factory=dict)
    """What spam filters said, by ``spamassassin`` and ``rspamd``; only those that were asked."""
    beside: Beside = nothing
    around: Around | None = None
    """The plan for the domain and how colleagues sign, where they are known."""
    wishes: Wishes = field(default_factory=Wishes)
    flaws: tuple[flaws.Flaw, ...] = ()
    """Why no letter can be made of it, where it is a source that letters are made of."""
    ignores: tuple[tuple[int, str, str], ...] = ()
    """Rules that a table of the file leaves out: line, rule and reason."""
    template: str = ""
    """The id of the kit's template it was made of, where the file says so."""

    @cached_property
    def subject(self) -> str | None:
        """The subject, decoded; None where the file has no place for one."""
        if self.message is not None:
            return self.header("Subject")
        match = SUBJECT_LINE.match(self.source) if self.form == "text" else None
        return match[1].strip()[: mime.VALUE_LIMIT] if match else None

    def header(self, name: str) -> str:
        """A header, decoded, on one line; empty where it is absent."""
        return self._headers.get(name.lower(), "")

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name: mime.readable(name, value) for name, value, _ in reversed(self.head)}

    @property
    def head(self) -> tuple[Field, ...]:
        """Raw header fields of a message: name in lower case, value, line."""
        return self.message.fields if self.message is not None else ()

    def header_line(self, name: str) -> int:
        """The line of a header; 1 where it is absent."""
        return next((line for known, _, line in self.head if known == name.lower()), 1)

    @cached_property
    def body(self) -> str:
        """What a reader reads: the text part, else the words of the HTML."""
        if self._speaks:
            assert self.text is not None
            return SUBJECT_LINE.sub("", self.text) if self.form == "text" else self.text
        return self.visible

    @cached_property
    def _speaks(self) -> bool:
        """Whether the text part says something, or there is nothing else that could."""
        return self.text is not None and (self.html is None or bool(self.text.strip()))

    @cached_property
    def visible(self) -> str:
        """The words of the HTML that are shown."""
        return self.html.root.text() if self.html is not None else ""

    @cached_property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """The lines of the body with their numbers in the file; for HTML, of the element they are in."""
        if self._speaks:
            assert self.text is not None
            shown = self.text.split("\n")
            skip = 1 if self.form == "text" and self.subject is not None else 0
            return tuple(
                (self.text_line_at(n), line.rstrip("\r")) for n, line in enumerate(shown) if n >= skip
            )
        if self.html is None:
            return ()
        return tuple((self.html_line_at(line), text) for line, text in self.html.root.lines())

    text_lines: tuple[int, ...] = ()
    html_lines: tuple[int, ...] = ()

    def text_line_at(self, index: int) -> int:
        """The line in the file of a line of the text part, counted from 0."""
        return (
            self.text_lines[index]
            if index < len(self.text_lines)
            else self.text_line + (0 if self.text_lines else index)
        )

    def html_line_at(self, line: int) -> int:
        """The line in the file of a line of the HTML, counted from 1."""
        if self.form == "html":
            return line
        return self.html_lines[line - 1] if line - 1 < len(self.html_lines) else self.html_line

    def line_of(self, words: str) -> int:
        """The line of the body some words are on; the first one where they are not found."""
        first = words.split("\n")[0].strip()
        return next(
            (n for n, line in self.lines if first and first in line), self.lines[0][0] if self.lines else 1
        )

    @cached_property
    def blocks(self) -> tuple[str, ...]:
        """Paragraphs of the body, quoted questions and the signature left in."""
        return tuple(" ".join(b.split()) for b in re.split(r"\n\s*\n", self.body) if b.strip())

    @cached_property
    def prose(self) -> str:
        """The body without addresses of pages and mailboxes."""
        return guess.URL.sub(" ", guess.EMAIL.sub(" ", self.body))

    @cached_property
    def links(self) -> tuple[tuple[str, str, int, Node | None], ...]:
        """Where links lead: target, label, line; those of the text part where there is no HTML; `LINK_LIMIT` of them."""
        return tuple(itertools.islice(self._every_link(), LINK_LIMIT))

    def _every_link(self) -> Iterator[tuple[str, str, int, Node | None]]:
        if self.html is not None:
            for n in self.html.nodes:
                if n.tag == "a" and "href" in n.attributes:
                    yield n.get("href").strip(), n.text(), self.html_line_at(n.line), n
            return
        for number, line in self.lines:
            for match in guess.URL.finditer(line):
                yield match[0].rstrip(".,;:!?)»"), "", number, None

    @cached_property
    def style_blocks(self) -> tuple[tuple[str, int, Node], ...]:
        """Style sheets in the HTML: their text, line and element."""
        if self.html is None:
            return ()
        return tuple(
            ("".join(c for c in n.children if isinstance(c, str)), n.line, n)
            for n in self.html.nodes
            if n.tag == "style"
        )

    @cached_property
    def style_rules(self) -> tuple[tuple[css.StyleRule, int], ...]:
        """All rules of all style sheets, with their lines in the file."""
        return tuple(
            (rule, self.html_line_at(line + rule.line - 1))
            for text, line, _ in self.style_blocks
            for rule in css.sheet(text)
        )

    @property
    def is_signature(self) -> bool:
        """Whether it is a signature and not a letter."""
        return self.kind == "S"

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages it is written in: a signature may have two, one above the other."""
        found = {self.locale}
        if self.is_signature:
            found |= {n.get("lang") for n in self.html.nodes} if self.html is not None else set()
            if self.brand is not None and self.brand.signature.bilingual:
                found |= set(self.brand.locales.available[:2])
        return frozenset(found - {""})

    @property
    def is_pasted(self) -> bool:
        """Whether it is a signature that people paste: its element alone, without a page around it."""
        return self.is_signature and ("gmail" in self.path or "paste" in self.path)


class Given(NamedTuple):
    """What the user or the kit says about a file; empty is to be found out."""

    kind: str = ""
    locale: str = ""
    purpose: str = ""
    whole: bool = False
    """Whether the HTML is all there is to show, as in a part of a message, and no piece of a page."""
    charset: str = ""
    """The encoding the file had before it was read in another."""


def read(
    path: str,
    data: bytes,
    *,
    brand: Brand | None = None,
    spellers: Mapping[str, Speller] | None = None,
    today: date = date(2000, 1, 1),
    given: Given | None = None,
    points: Mapping[str, Points] | None = None,
    beside: Beside = nothing,
    around: Around | None = None,
    wishes: Wishes | None = None,
) -> Document:
    """A file's octets as a `Document`; its form is that of its name, else of its beginning."""
    form = _form(path, data)
    if form == "eml":
        written = encoding.Written(data.decode("ascii", "surrogateescape"))
    else:
        written = encoding.read(data, page=form == "html")
    source = written.text if form == "eml" else written.text.replace("\r\n", "\n").removeprefix("\ufeff")
    document = Document(
        path, source, form, brand, spellers or {}, today, octets=len(data), points=points or {}
    )
    document.beside, document.around = beside, around
    document.wishes = wishes or document.wishes
    document.charset = given.charset if given is not None and given.charset else written.charset
    if form == "eml":
        _read_message(document)
    elif form == "html":
        document.html_text = source
    elif is_source(source):
        return _of_source(document)
    else:
        document.text = source
    if path.endswith(".mailsignature"):
        head, _, rest = source.partition("\n\n")
        blank = re.sub(r"[^\n]", " ", head)  # what stands where stays so
        document.html_text = f"{blank}\n\n{rest}" if rest else source
    _bounded(document)
    if not source.strip():
        document.left = (*document.left, say("not judged: it is empty"))
    told = (source, document.text or "", document.html_text)
    document.model = bool(FORM_PATH.search(path)) or any(mark in text for mark in FILL for text in told)
    if document.html_text:
        document.html = Tree(document.html_text)
        _apply_sheets(document)
        tags = {node.tag for node in document.html.nodes}
        piece = form == "html" and not (given is not None and given.whole)
        document.fragment = piece and not tags & {"html", "body", "head"}
    _classify(document, given or Given())
    return document


def is_source(text: str) -> bool:
    """Whether a text is the source of a template: it begins with the fence of its front matter."""
    return text.startswith(FENCE) and text.partition("\n")[0].strip() == FENCE


def _of_source(document: Document) -> Document:
    document.form, document.guessed = "source", False
    document.flaws = flaws.alone(document.path, document.source)
    document.left = (say("not judged: it is a template's text; name its file, so that its table is found"),)
    return document


def _form(path: str, data: bytes) -> str:
    lower = path.lower()
    if lower.endswith(HTML_SUFFIXES):
        return "html"
    if lower.endswith(".eml"):
        return "eml"
    if lower.endswith((".txt", ".text", ".md")):
        return "text"
    start = data[:2000].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<div", b"<p")):
        return "html"
    if re.match(rb"(?:[a-z][a-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", start):
        return "eml"
    return "text"


def _read_message(document: Document) -> None:
    message = document.message = mime.read(document.source)
    document.parts, document.left = message.parts, message.left
    for part in message.parts:
        if part.disposition == "attachment":
            continue
        if part.type == "text/plain" and document.text is None:
            document.text, document.text_line, document.text_lines = _text(part), part.line, _line_map(part)
        elif part.type == "text/html" and not document.html_text:
            document.html_text, document.html_line = _text(part), part.line
            document.html_lines = _line_map(part)


def _text(part: Part) -> str:
    return mime.characters(part.octets, part.charset).replace("\r\n", "\n")


def _bounded(document: Document) -> None:
    """Of long texts the beginning is judged, and the report says so."""
    for name in ("text", "html_text"):
        text = getattr(document, name)
        if not text:
            continue
        kept = text[:TEXT_LIMIT]
        if kept.count("\n") > LINE_LIMIT:
            kept = "\n".join(kept.split("\n", LINE_LIMIT)[:LINE_LIMIT])
        if kept != text:
            setattr(document, name, kept)
            note = say(
                "not judged: what follows the first {lines} lines or {characters} characters of the text",
                lines=LINE_LIMIT,
                characters=TEXT_LIMIT,
            )
            document.left = document.left if note in document.left else (*document.left, note)


def _line_map(part: Part) -> tuple[int, ...]:
    """The file's line for each decoded line: soft line breaks of quoted-printable are no ends (RFC 2045 section 6.7)."""
    if part.encoding == "base64":
        return (part.line,)
    found = [part.line]
    for number, line in enumerate(part.raw.split("\n"), part.line + 1):
        if part.encoding != "quoted-printable" or not line.rstrip("\r").endswith("="):
            found.append(number)
    return tuple(found)


def _apply_sheets(document: Document) -> None:
    """Gives elements what simple selectors outside at-rules set; combinators are left to mail programs."""
    assert document.html is not None
    by_tag: dict[str, dict[str, css.Ranked]] = {}
    by_class: dict[tuple[str, str], dict[str, css.Ranked]] = {}
    for number, (rule, _) in enumerate(document.style_rules):
        if rule.conditions:
            continue
        for selector in rule.selectors:
            match = CSS_SELECTOR.match(selector)
            if match is None or match["id"]:
                continue
            tag = (match["tag"] or "").lower()
            if match["class"]:
                known = by_class.setdefault((match["class"], tag), {})
            elif tag:
                known = by_tag.setdefault(tag, {})
            else:
                continue
            rank = (1 if match["class"] else 0, number)  # a class is more specific than a name
            known.update((one.name, css.Ranked(rank, one.value)) for one in rule.declarations)
    if not by_tag and not by_class:
        return
    for node in document.html.nodes:
        names = dict.fromkeys(node.get("class").split()) if by_class else {}
        keys = ((name, tag) for name in names for tag in ("", node.tag))
        found = (by_tag.get(node.tag), *(by_class.get(key) for key in keys))
        node.rules = tuple(one for one in found if one)


def _classify(document: Document, given: Given) -> None:
    """Class, language and purpose: as given, else of the draft's Message-ID, else by what the letter says."""
    document.locale = given.locale or guess.locale(
        document.path, document.header("Content-Language"), _lang(document), document.body
    )
    document.template = given.purpose or _template_id(document)
    document.purpose = document.template or guess.purpose(document.subject or "", document.body)
    document.kind = given.kind or _kind(document)


def _lang(document: Document) -> str:
    if document.html is None:
        return ""
    return next((n.get("lang") for n in document.html.nodes if n.get("lang")), "")


_KIT_ID = re.compile(r"<([a-z][a-z0-9-]*\.[a-z0-9.-]+)\.[a-z]{2,3}\.[0-9a-f]{24}@")
_KIT_PATH = re.compile(rf"(?:\A|[/\\])((?:{'|'.join(guess.GROUPS)})\.[a-z-]+)(?=\.[a-z]{{2,3}}\.|[/\\])")


def _template_id(document: Document) -> str:
    match = _KIT_ID.search(document.header("Message-ID")) or _KIT_PATH.search(document.path)
    return match[1] if match else ""


def _kind(document: Document) -> str:
    path = document.path.replace("\\", "/").lower()
    if path.endswith(".mailsignature") or ("signature" in path and not document.template):
        return "S"  # of the kit's letters, order.signature announces a parcel
    document.guessed = not document.template
    if DELIMITER.match(document.text or ""):
        return "S"
    if document.purpose in guess.KINDS:
        return guess.KINDS[document.purpose]
    if document.purpose.partition(".")[0] in guess.GROUP_KINDS:
        return guess.GROUP_KINDS[document.purpose.partition(".")[0]]
    if document.header("Auto-Submitted") not in ("", "no"):
        return "A"
    return guess.kind(
        document.subject or "", document.body, document.header("List-Unsubscribe"), document.html is not None
    )
