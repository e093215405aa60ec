"""Rules on MIME structure and size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import guess
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.mime import Part
from mailsetup.kit.lint.rule import Hit, judges
from mailsetup.model.finding import Severity

LINE_HARD, LINE_SOFT = 998, 78  # octets; RFC 5322 section 2.1.1
HTML_ERROR, HTML_WARNING = 100 * 1024, 80 * 1024  # Gmail cuts near 102 KB
LETTER_LIMIT = 100 * 1024
ATTACHMENT_LIMIT = 100 * 1024
STYLE_ERROR, STYLE_WARNING = 16 * 1024, 12 * 1024  # Gmail drops style sheets beyond 16 KB
IMAGE_LIMIT, IMAGES_LIMIT = 100 * 1024, 300 * 1024
PADDING_SHARE = 0.2
SHARED_WORDS = 0.7


def _inline(d: Document, type: str) -> Part | None:
    return next((p for p in d.parts if p.type == type and p.disposition != "attachment"), None)


@judges("MIM-01")
def wrong_order(d: Document) -> Iterator[Hit]:
    assert d.message is not None
    types = [
        p.type for p in d.parts if p.disposition != "attachment" and p.type in ("text/plain", "text/html")
    ]
    if len(types) < 2:
        return
    if not d.message.alternative or types.index("text/plain") > types.index("text/html"):
        yield Hit(d.header_line("content-type"))


@judges("MIM-02")
def no_text(d: Document) -> Iterator[Hit]:
    if d.html is not None and not (d.text or "").strip():
        yield Hit(d.header_line("content-type"))


@judges("MIM-03")
def parts_differ(d: Document) -> Iterator[Hit]:
    if d.text is None or d.html is None:
        return
    text, html = _words(d.text), _words(d.visible)
    smaller = min(len(text), len(html))
    if (
        smaller >= 8
        and len(text & html) < SHARED_WORDS * max(len(html), 1)
        and len(text & html) < SHARED_WORDS * len(text)
    ):
        yield Hit(d.text_line, {"share": round(100 * len(text & html) / max(len(html), 1))})


def _words(text: str) -> set[str]:
    return {w.lower() for w in guess.WORD.findall(guess.URL.sub(" ", text)) if len(w) > 2}


@judges("MIM-04")
def not_utf8(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if not part.type.startswith("text/") or part.disposition == "attachment":
            continue
        plain = part.octets.isascii()
        if part.charset not in ("utf-8", "utf8") and not (plain and part.charset in ("", "us-ascii")):
            yield Hit(part.line, {"charset": part.charset or "-"})


@judges("MIM-05")
def long_line(d: Document) -> Iterator[Hit]:
    for number, line in enumerate(d.source.split("\n"), 1):
        size = len(line.rstrip("\r"))
        if size > LINE_HARD:
            yield Hit(number, {"size": size, "limit": LINE_HARD})


@judges("MIM-06")
def bare_eight_bit(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if (
            part.type.startswith("text/")
            and part.encoding in ("7bit", "8bit", "binary", "")
            and not part.octets.isascii()
        ):
            yield Hit(part.line, {"encoding": part.encoding or "7bit"})


@judges("MIM-07")
def stray_octets(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if part.type.startswith("text/") and (b"\x00" in part.octets or b"\xef\xbb\xbf" in part.octets):
            yield Hit(part.line)
    ends, bare = d.source.count("\r\n"), d.source.count("\n")
    if ends and bare > ends:
        line = next(n for n, text in enumerate(d.source.split("\n"), 1) if not text.endswith("\r"))
        if line < bare:
            yield Hit(line)


@judges("MIM-08")
def lost_inline(d: Document) -> Iterator[Hit]:
    if d.html is None:
        return
    asked = {
        n.get("src")[4:]: d.html_line_at(n.line) for n in d.html.nodes if n.get("src").startswith("cid:")
    }
    given = {p.content_id: p.line for p in d.parts if p.content_id and p.type.startswith("image/")}
    for name, line in asked.items():
        if name not in given:
            yield Hit(line, {"name": name})
    for name, line in given.items():
        if name not in asked:
            yield Hit(line, {"name": name})


@judges("SIZ-01")
def heavy_html(d: Document) -> Iterator[Hit]:
    size = len(d.html_text.encode("utf-8", "surrogateescape"))
    if size > HTML_WARNING:
        severity = Severity.ERROR if size > HTML_ERROR else Severity.WARNING
        yield Hit(d.html_line, {"kilobytes": size // 1024}, severity=severity)


@judges("SIZ-02")
def heavy_letter(d: Document) -> Iterator[Hit]:
    size = d.octets - sum(len(p.raw) for p in d.parts if p.disposition == "attachment")
    if size > LETTER_LIMIT:
        yield Hit(1, {"kilobytes": size // 1024})


@judges("SIZ-03")
def heavy_attachment(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if (part.disposition == "attachment" or (part.name and part.disposition != "inline")) and len(
            part.octets
        ) > ATTACHMENT_LIMIT:
            yield Hit(part.line, {"name": part.name or part.type, "kilobytes": len(part.octets) // 1024})


@judges("SIZ-04")
def heavy_style(d: Document) -> Iterator[Hit]:
    size = sum(len(text.encode("utf-8", "replace")) for text, _, _ in d.style_blocks)
    if size > STYLE_WARNING:
        severity = Severity.ERROR if size > STYLE_ERROR else Severity.WARNING
        yield Hit(d.style_blocks[0][1], {"kilobytes": size // 1024}, severity=severity)


@judges("SIZ-05")
def padding(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    size = len(d.html_text)
    comments = sum(
        len(text) for _, text in d.html.comments if not text.lstrip().startswith(("[if", "<![endif"))
    )
    spaces = sum(len(m[0]) - 1 for m in re.finditer(r"[ \t\n]{2,}", d.html_text))
    if size > 4096 and comments + spaces > PADDING_SHARE * size:
        yield Hit(1, {"share": round(100 * (comments + spaces) / size)})


@judges("SIZ-06")
def heavy_images(d: Document) -> Iterator[Hit]:
    images = [p for p in d.parts if p.type.startswith("image/") and p.disposition != "attachment"]
    for part in images:
        if len(part.octets) > IMAGE_LIMIT:
            yield Hit(
                part.line, {"name": part.name or part.content_id, "kilobytes": len(part.octets) // 1024}
            )
    total = sum(len(p.octets) for p in images)
    if total > IMAGES_LIMIT:
        yield Hit(images[0].line, {"name": "*", "kilobytes": total // 1024})
