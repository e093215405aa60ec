"""Rules on MIME structure and size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import css, guess, header_edits, html_edits, mime, mime_edits, pictures
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.mime import MARK, Part
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.model.finding import Severity

LINE_HARD, LINE_SOFT = 998, 78  # octets; RFC 5322 section 2.1.1
KILO = 1024
HTML_WARNING, HTML_ERROR = (
    limit("SIZ-01", "warning-kb", 80),
    limit("SIZ-01", "error-kb", 100),
)  # Gmail: near 102
LETTER_LIMIT = limit("SIZ-02", "kb", 100)
ATTACHMENT_LIMIT = limit("SIZ-03", "kb", 100)
STYLE_WARNING, STYLE_ERROR = limit("SIZ-04", "warning-kb", 12), limit("SIZ-04", "error-kb", 16)  # Gmail: 16
PADDING_SHARE = limit("SIZ-05", "share", 0.2)
IMAGE_LIMIT, IMAGES_LIMIT = limit("SIZ-06", "kb", 100), limit("SIZ-06", "total-kb", 300)
SHARED_WORDS = limit("MIM-03", "share", 0.7)
LEAST_WORDS = 8  # of parts with fewer words nothing can be told


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
    both = len(set(types)) > 1
    if not d.message.alternative or (both and types.index("text/plain") > types.index("text/html")):
        yield Hit(d.header_line("content-type"), {}, _in_order(d) if both else ())


def _in_order(d: Document) -> tuple[Edit, ...]:
    """The text before the page; two parts that say the same made a choice, others are left to whoever wrote them."""
    text, page = _inline(d, "text/plain"), _inline(d, "text/html")
    assert d.message is not None and text is not None and page is not None
    if d.message.alternative:
        return mime_edits.swapped(d, page, text) if page.begin < text.begin else ()
    if len(d.parts) > 2 or _differ(d):
        return ()
    return mime_edits.alternatives(d)


@judges("MIM-02")
def no_text(d: Document) -> Iterator[Hit]:
    if d.html is not None and not (d.text or "").strip():
        page = _inline(d, "text/html")
        yield Hit(
            d.header_line("content-type"), {}, mime_edits.with_text(d, page) if page is not None else ()
        )


@judges("MIM-03")
def parts_differ(d: Document) -> Iterator[Hit]:
    if d.text is None or d.html is None:
        return
    text, html = _words(d.text), _words(d.visible)
    if min(len(text), len(html)) >= LEAST_WORDS and _differ(d):
        yield Hit(d.text_line, {"share": round(100 * len(text & html) / max(len(html), 1))})


def _differ(d: Document) -> bool:
    """Whether text or page lacks too many of the other's words: a text that says a part only is another letter."""
    text, html = _words(d.text or ""), _words(d.visible)
    share = SHARED_WORDS(d)
    return len(text & html) < share * max(len(html), len(text), 1)


def _words(text: str) -> set[str]:
    return {w.lower() for w in guess.WORD.findall(guess.URL.sub(" ", text)) if len(w) > 2}


@judges("MIM-04")
def not_utf8(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if not part.type.startswith("text/") or part.disposition == "attachment":
            continue
        plain = part.octets.isascii()
        if part.charset not in ("utf-8", "utf8") and not (plain and part.charset in ("", "us-ascii")):
            yield Hit(part.line, {"charset": part.charset or "-"}, mime_edits.recoded(d, part))


@judges("MIM-05")
def long_line(d: Document) -> Iterator[Hit]:
    told = False
    at = 0
    for number, line in enumerate(d.source.split("\n"), 1):
        size = len(line.rstrip("\r"))
        if size > LINE_HARD:
            yield Hit(number, {"size": size, "limit": LINE_HARD}, _shorter(d, at))
        elif size > LINE_SOFT and not told:
            told = True
            values = {"size": size, "limit": LINE_SOFT}
            yield Hit(number, values, _shorter(d, at), severity=Severity.INFO)
        at += len(line) + 1


def _shorter(d: Document, at: int) -> tuple[Edit, ...]:
    """The part that a line stands in, encoded so that its lines are short, or the header field folded."""
    part = next((p for p in d.parts if p.offset <= at < p.offset + len(p.raw)), None)
    if part is not None:
        return (
            mime_edits.recoded(d, part) if part.type.startswith("text/") or part.encoding != "binary" else ()
        )
    return header_edits.refolded(d, at, LINE_SOFT)


@judges("MIM-06")
def bare_eight_bit(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if (
            part.type.startswith("text/")
            and part.encoding in ("7bit", "8bit", "binary", "")
            and not part.octets.isascii()
        ):
            yield Hit(part.line, {"encoding": part.encoding or "7bit"}, mime_edits.recoded(d, part))


@judges("MIM-07")
def stray_octets(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if part.type.startswith("text/") and (b"\x00" in part.octets or b"\xef\xbb\xbf" in part.octets):
            yield Hit(part.line, {}, mime_edits.recoded(d, part))
    if d.source.startswith(MARK):
        yield Hit(1, {}, (Edit(0, len(MARK), ""),))
    ends, bare = d.source.count("\r\n"), d.source.count("\n")
    if ends and bare > ends:
        line = next(n for n, text in enumerate(d.source.split("\n"), 1) if not text.endswith("\r"))
        if line <= bare:
            yield Hit(line, {}, tuple(_whole_ends(d)))


def _whole_ends(d: Document) -> Iterator[Edit]:
    """A carriage return before every line feed that has none; in parts that are not text nothing changes."""
    if any(p.encoding == "binary" for p in d.parts):
        return
    for match in re.finditer(r"(?<!\r)\n", d.source):
        yield Edit(match.start(), match.start(), "\r")


@judges("MIM-08")
def lost_inline(d: Document) -> Iterator[Hit]:
    """Names the page asks for and no part has, names no page asks for, and inline pictures that have none."""
    if d.html is None:
        return
    asked = {_cid(source): d.html_line_at(line) for source, line in _asked(d) if source[:4].lower() == "cid:"}
    given = {p.content_id: p.line for p in d.parts if p.content_id and p.type.startswith("image/")}
    for name, line in asked.items():
        if name not in given:
            yield Hit(line, {"name": name})
    for name, line in given.items():
        if name not in asked:
            yield Hit(line, {"name": name})
    for part in d.parts:
        if part.type.startswith("image/") and part.disposition == "inline" and not part.content_id:
            yield Hit(part.line, {"name": part.name or part.type})


def _asked(d: Document) -> Iterator[tuple[str, int]]:
    """Addresses of pictures in tags, their grounds and styles, with their lines in the HTML."""
    assert d.html is not None
    for node in d.html.nodes:
        yield node.get("src").strip(), node.line
        yield node.get("background").strip(), node.line
        for one in node.inline:
            yield from ((match[1], node.line) for match in _IN_STYLE.finditer(one.value))
    for text, line, _ in d.style_blocks:
        yield from ((match[1], line) for match in _IN_STYLE.finditer(text))


_IN_STYLE = re.compile(r"""url\(\s{0,9}["']?(cid:[^"')\s]{1,200})""", re.IGNORECASE)


def _cid(source: str) -> str:
    """The Content-ID that an address names (RFC 2392 section 2)."""
    return mime.of_percents(source[4:]).decode("utf-8", "replace")


@judges("SIZ-01")
def heavy_html(d: Document) -> Iterator[Hit]:
    size = len(d.html_text.encode("utf-8", "surrogateescape"))
    if size > HTML_WARNING(d) * KILO:
        severity = Severity.ERROR if size > HTML_ERROR(d) * KILO else Severity.WARNING
        yield Hit(d.html_line, {"kilobytes": size // 1024}, severity=severity)


@judges("SIZ-02")
def heavy_letter(d: Document) -> Iterator[Hit]:
    size = d.octets - sum(len(p.raw) for p in d.parts if p.disposition == "attachment")
    if size > LETTER_LIMIT(d) * KILO:
        yield Hit(1, {"kilobytes": size // 1024})


@judges("SIZ-03")
def heavy_attachment(d: Document) -> Iterator[Hit]:
    for part in d.parts:
        if (part.disposition == "attachment" or (part.name and part.disposition != "inline")) and len(
            part.octets
        ) > ATTACHMENT_LIMIT(d) * KILO:
            yield Hit(part.line, {"name": part.name or part.type, "kilobytes": len(part.octets) // 1024})


@judges("SIZ-04")
def heavy_style(d: Document) -> Iterator[Hit]:
    size = sum(len(text.encode("utf-8", "replace")) for text, _, _ in d.style_blocks)
    if size > STYLE_WARNING(d) * KILO:
        severity = Severity.ERROR if size > STYLE_ERROR(d) * KILO else Severity.WARNING
        yield Hit(d.style_blocks[0][1], {"kilobytes": size // 1024}, _lean(d), severity=severity)


_RULE = re.compile(r"(?<![^{}])([^{}]*+)\{([^{}]*+)\}")
_LONE_CLASS = re.compile(r"[a-z]*\.([\w-]+)\Z", re.IGNORECASE)
CLIENT_CLASSES = re.compile(
    r"(?:ExternalClass|Mso\w*|Read\w*|yshortcuts|gmail_\w*|moz-\w*|ii|im|aolReplacedBody)\Z"
)


def _lean(d: Document) -> tuple[Edit, ...]:
    """Sheets without comments, needless space, rules said twice, and rules for classes that nothing in the file has."""
    assert d.html is not None
    if d.form != "html":
        return ()
    used = {name for node in d.html.nodes for name in node.get("class").split()}
    found: list[Edit] = []
    for text, _, node in d.style_blocks:
        start, end = html_edits.inside(d, node)
        lean = _without_waste(text, used)
        if len(lean) < len(text):
            found.append(Edit(start, end, lean))
    return tuple(found)


def _without_waste(text: str, used: set[str]) -> str:
    text = css.uncommented(text)
    spoken = {
        match[0].strip(): match.start() for match in _RULE.finditer(text)
    }  # of rules said twice the last holds

    def kept(match: re.Match[str]) -> str:
        if spoken[match[0].strip()] != match.start() or _useless(match[1], used):
            return ""
        lead = match[1] if match[1].lstrip().startswith("@") else " ".join(match[1].split())
        return f"{lead}{{{';'.join(' '.join(p.split()) for p in css.split(match[2]) if p.strip())}}}"

    return re.sub(r"\s*\n\s*", "\n", _RULE.sub(kept, text))


def _useless(selectors: str, used: set[str]) -> bool:
    """Whether every selector is a class that nothing in the file has, nor mail programs put there."""
    names = [_LONE_CLASS.match(one.strip()) for one in selectors.split(",")]
    return all(m is not None and m[1] not in used and not CLIENT_CLASSES.match(m[1]) for m in names)


@judges("SIZ-05")
def padding(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    size = len(d.html_text)
    comments = sum(
        len(text) for _, text in d.html.comments if not text.lstrip().startswith(("[if", "<![endif"))
    )
    spaces = sum(len(m[0]) - 1 for m in re.finditer(r"[ \t\n]{2,}", d.html_text))
    if size > 4096 and comments + spaces > PADDING_SHARE(d) * size:
        yield Hit(1, {"share": round(100 * (comments + spaces) / size)}, tuple(_packed(d)))


_SPACE = re.compile(r"[ \t\n]{2,}")
_SPOKEN_COMMENT = re.compile(r"<!--\s{0,99}(?:\[if|<!|lint:|mailsetup)")


def _packed(d: Document) -> Iterator[Edit]:
    """Comments out, but those that programs or this lint read; of spaces between words and tags one left."""
    assert d.html is not None
    if d.form != "html":
        return
    ends: list[tuple[int, int]] = []
    at = 0
    while (start := d.html_text.find("<!--", at)) >= 0 and (end := d.html_text.find("-->", start + 4)) >= 0:
        at = end + 3
        ends.append((start, at))
        if not _SPOKEN_COMMENT.match(d.html_text, start):
            yield Edit(start, at, "")
    kept = [*ends, *(html_edits.inside(d, n) for n in d.html.nodes if n.tag in KEEPS_SPACES)]
    kept += [(n.offset, n.offset + len(n.tag_text)) for n in d.html.nodes]
    kept += [html_edits.inside(d, n) for n in d.html.nodes if n.own("white-space").startswith("pre")]
    kept.sort()
    reach, index = 0, 0
    for match in _SPACE.finditer(d.html_text):
        while index < len(kept) and kept[index][0] <= match.start():
            reach = max(reach, kept[index][1])
            index += 1
        if match.start() >= reach:
            yield Edit(match.start(), match.end(), "\n" if "\n" in match[0] else " ")


KEEPS_SPACES = ("pre", "textarea", "style", "script", "title")


@judges("SIZ-06")
def heavy_images(d: Document) -> Iterator[Hit]:
    """Pictures inside a message, and those of a page whose files are at hand."""
    found = list(_weighed(d))
    for name, size, line in found:
        if size > IMAGE_LIMIT(d) * KILO:
            yield Hit(line, {"name": name, "kilobytes": size // 1024})
    total = sum(size for _, size, _ in found)
    if total > IMAGES_LIMIT(d) * KILO:
        yield Hit(found[0][2], {"name": "*", "kilobytes": total // 1024})


def _weighed(d: Document) -> Iterator[tuple[str, int, int]]:
    """Pictures by name, octets and line, each once."""
    for part in d.parts:
        if part.type.startswith("image/") and part.disposition != "attachment":
            yield part.name or part.content_id, len(part.octets), part.line
    seen: set[str] = set()
    for node in d.html.nodes if d.html is not None else ():
        source = node.get("src") if node.tag == "img" else ""
        if not source or source in seen or source[:4].lower() == "cid:":
            continue
        seen.add(source)
        if data := pictures.octets(d, source):
            yield source[:60], len(data), d.html_line_at(node.line)
