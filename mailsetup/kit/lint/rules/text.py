"""Rules on plain text: seventy columns, addresses one can click, nothing left over from HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from mailsetup.grammar.public_suffix import ends_in_listed_label
from mailsetup.kit.lint import guess, mime_edits, phrases
from mailsetup.kit.lint.document import DELIMITER, Document
from mailsetup.kit.lint.mime import Part
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.kit.lookalikes import in_capitals
from mailsetup.kit.plain_text import width, wrapped

BARE = ("http", "https", "http://", "https://", "www")  # an address with nothing in it
COLUMNS = limit("TXT-01", "columns", 70)
BLANK_LINES, BLANK_SHARE = limit("TXT-08", "lines", 2), limit("TXT-08", "share", 0.6)
SIGNATURE_LINES = limit("TXT-07", "lines", 4)
MARKS = ".,;:!?)]"
NO_SCHEME = re.compile(
    r"(?<![\w@/.:-])(?:www\.[\w-]+(?:\.[\w-]+)+|(?P<bare>(?:[\w-]{1,63}+\.){1,6}+[a-zа-я]{2,24}+)(?=/))[^\s<>\"“”«»,;]*",
    re.IGNORECASE,
)
LEFTOVER = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|s|strong|em|small|sub|sup|font|center|table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|pre"
    r"|code|blockquote|hr|h[1-6]|img|style|head|html|body)\b[^<>\n]*+>"
    r"|&(?:[a-z]{2,8}\d{0,2}|#\d{2,7}|#x[0-9a-f]{2,6});|[\u00a0\u200b\u200c\u200d\u200e\ufeff\u00ad\u2060\u202f]",
    re.IGNORECASE,
)


def _offsets(d: Document) -> Iterator[tuple[int, int, str]]:
    """Lines of the text part: number in the file, offset in the file's text (-1 in a message), text."""
    if d.form != "text":
        yield from ((n, -1, line) for n, line in d.lines)
        return
    at = 0
    for number, line in enumerate((d.text or "").split("\n"), 1):
        yield number, at, line
        at += len(line) + 1


@judges("TXT-01")
def wide(d: Document) -> Iterator[Hit]:
    most = int(COLUMNS(d))
    for number, at, line in _offsets(d):
        if number == 1 and d.form == "text" and d.subject is not None:
            continue
        columns = width(line.rstrip())
        if columns <= most or _one_word(line) or (_flowed(d) and columns <= most + 8):
            continue
        new = _wrapped(line, most) if at >= 0 and "|" not in line else line
        edits = (Edit(at, at + len(line), new),) if new != line else ()
        yield Hit(number, {"columns": columns, "limit": most}, edits)


def _flowed(d: Document) -> bool:
    return any(part.flowed for part in d.parts)


def _one_word(line: str) -> bool:
    """An address longer than a line stands alone, perhaps after a mark of a list or quotation."""
    words = line.split()
    return len([w for w in words if width(w) > 1]) == 1


def _wrapped(line: str, columns: int) -> str:
    mark = _LEAD.match(line)
    lead = mark[0] if mark else ""
    rest = lead if ">" in lead else " " * len(lead)
    return "\n".join(wrapped(line[len(lead) :], lead, rest, columns=columns))


_LEAD = re.compile(r"[ \t]{0,20}+(?:(?:>[ \t]?)++|[-*•][ \t]++|\d{1,2}[.)][ \t]++)?")


@judges("TXT-02")
def glued_stop(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        for match in guess.URL.finditer(line):
            url = match[0].rstrip(MARKS)
            mark = match[0][len(url) :]
            alone = line[match.end() : match.end() + 1].strip() == ""
            if (
                not mark
                or not alone
                or url in BARE
                or (mark[0] in ")]" and ("(" if mark[0] == ")" else "[") in url)
            ):
                continue
            here = at + match.start() + len(url)
            edits = (Edit(here, here, " "),) if at >= 0 else ()
            yield Hit(number, {"mark": mark, "url": url}, edits)


@judges("TXT-03")
def no_scheme(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        for match in NO_SCHEME.finditer(line):
            if match["bare"] and not _is_host(match["bare"].lower()):
                continue
            here = at + match.start()
            edits = (Edit(here, here, "https://"),) if at >= 0 else ()
            yield Hit(number, {"url": match[0].rstrip(".,;:!?)")}, edits)


FILE_SUFFIXES = (".py", ".sh", ".md", ".rs", ".zip")  # of files, before they were of countries


def _is_host(name: str) -> bool:
    """Whether a name ends as hosts do: in a label of the public suffix list, or one for examples (RFC 2606)."""
    if name.endswith(FILE_SUFFIXES):
        return False
    return name.endswith((".example", ".рф")) or ends_in_listed_label(name)


@judges("TXT-04")
def broken_address(d: Document) -> Iterator[Hit]:
    lines = list(_offsets(d))
    for number, at, line in lines:
        if (match := _FAR_ADDRESS.match(line)) is not None:
            edits = (Edit(at, at + match.start(2), ""),) if at >= 0 else ()
            yield Hit(number, {"url": match[2]}, edits)
    for (number, at, line), (_, start, following) in pairwise(lines):
        last = (line.split() or [""])[-1]
        match = re.search(r"https?://.*+", last, re.DOTALL)
        rest = re.match(r"\s*(\S+)", following)
        if match is None or rest is None:
            continue
        tail = rest[1]
        open_end = match[0][-1] in "/?&=-_%" or re.match(
            r"[?&/=][\w%]|[\w%.-]*[=&?][\w%]|[\w-]+/[\w/-]+(?:$|\?)", tail
        )
        if (
            open_end
            and width(line.rstrip()) >= 40
            and not tail.startswith("http")
            and following.strip() == tail
            and tail[-1] not in ".:,!"
            and re.search(r"[^\W_]", tail)
        ):
            gap = (at + len(line.rstrip()), start + len(following) - len(following.lstrip()))
            yield Hit(number, {"url": match[0]}, (Edit(*gap, ""),) if at >= 0 else ())


_FAR_ADDRESS = re.compile(
    r"([ ]{8,}+|[ ]*+\t[ \t]*+)(https?://\S++)\s*+\Z"
)  # so far in that programs break it


@judges("TXT-05")
def leftover(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        target = ""
        for match in LEFTOVER.finditer(line):
            if match[0][0] == "&" and html.unescape(match[0]) == match[0]:
                continue  # an abbreviation between other words
            if link := _HREF.match(match[0]):
                target = link[1]
            new = _unmarked(match[0], line[match.end() :])
            if match[0].lower() == "</a>" and target:
                label = line[: match.start()].rpartition(">")[2].strip()
                new, target = ("" if target in label else f" {html.unescape(target)} "), ""
            edits = (Edit(at + match.start(), at + match.end(), new),) if at >= 0 else ()
            yield Hit(number, {"what": _named(match[0])}, edits)


_HREF = re.compile(
    r"""<a\b[^<>\n]{0,200}?href\s{0,9}=\s{0,9}["']?(https?://[^\s"'<>]{1,2000})""", re.IGNORECASE
)
_ALT = re.compile(r"""<img\b[^<>\n]{0,500}?alt\s{0,9}=\s{0,9}["']([^"'<>\n]{0,200})""", re.IGNORECASE)


def _unmarked(found: str, rest: str) -> str:
    """What a leftover of HTML says in plain text; ``rest`` is what follows on its line."""
    if found in ("\u00a0", "\u202f"):
        return "" if not rest.strip() or rest[0].isspace() else " "
    if found.startswith("&"):
        return html.unescape(found).replace("\u00a0", " ")
    if alt := _ALT.match(found):
        return alt[1]
    return "\n" if rest.strip() and re.match(r"<br|</(?:p|div|tr|li|h\d)", found, re.IGNORECASE) else ""


def _named(text: str) -> str:
    return f"U+{ord(text):04X}" if len(text) == 1 else text


@judges("TXT-06")
def delimiter(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        if DELIMITER.fullmatch(line) and line != "-- ":
            yield Hit(number, {"line": line}, (Edit(at, at + len(line), "-- "),) if at >= 0 else ())


@judges("TXT-07")
def long_signature(d: Document) -> Iterator[Hit]:
    lines = list(_offsets(d))
    start = next((n for n in range(len(lines) - 1, -1, -1) if DELIMITER.fullmatch(lines[n][2])), None)
    if start is None:
        return
    above = []
    for _, _, line in lines[start + 1 :]:
        if not line.strip():
            break
        above.append(line)
    if len(above) > (most := SIGNATURE_LINES(d)):
        yield Hit(lines[start][0], {"count": len(above), "limit": most})


@judges("TXT-08")
def empty_lines(d: Document) -> Iterator[Hit]:
    text = d.text or ""
    gaps = list(_GAP.finditer(text))
    lines = text.rstrip().split("\n")
    sparse = len(lines) >= SPARSE_LINES and sum(not n.strip() for n in lines) > BLANK_SHARE(d) * len(lines)
    edits = [Edit(m.start(), m.end(), "\n" * (2 if sparse else 3)) for m in gaps] if d.form == "text" else []
    if sparse:
        yield Hit(d.text_line_at(0), {}, tuple(edits))
        return
    for number, match in enumerate(gaps):
        if match[0].count("\n") > BLANK_LINES(d) + 1:
            at = d.text_line_at(text.count("\n", 0, match.start()) + 1)
            yield Hit(at, {}, (edits[number],) if edits else ())


SPARSE_LINES = 10  # shorter texts have their greeting and closing apart, and little else
_GAP = re.compile(r"\n(?:[ \t]*+\n){2,}+")  # the end of a line, and empty ones


@judges("TXT-09")
def leaked_preheader(d: Document) -> Iterator[Hit]:
    if d.html is None or d.text is None or d.form != "eml":
        return
    for node in d.html.nodes:
        if node.tag in ("div", "span") and node.own("display") == "none":
            hidden = " ".join(node.text(hidden=True).split())
            if len(hidden) > 15 and " ".join(d.text.split()).startswith(hidden):
                length = re.match(r"\s*" + r"\s+".join(map(re.escape, hidden.split())) + r"\s*", d.text)
                rest = d.text[length.end() :] if length is not None else d.text
                yield Hit(d.text_line, {"text": hidden}, _said(d, rest) if rest.strip() else ())


def _text_part(d: Document) -> Part | None:
    return next((p for p in d.parts if p.type == "text/plain" and p.disposition != "attachment"), None)


def _said(d: Document, text: str) -> tuple[Edit, ...]:
    """The text part with other words."""
    part = _text_part(d)
    return (
        mime_edits.recoded(d, part, text)
        if part is not None and mime_edits.characters(part) is not None
        else ()
    )


@judges("TXT-10")
def lost_action(d: Document) -> Iterator[Hit]:
    if d.html is None or d.text is None or d.form != "eml":
        return
    flat = in_capitals(re.sub(r"\s", "", d.text))  # the case of a host means nothing (RFC 4343)
    lost: list[tuple[str, str, int]] = []
    for target, label, line, _ in d.links:
        if (
            target.startswith(("https://", "http://"))
            and label
            and in_capitals(target.rstrip("/")).partition("://")[2] not in flat
            and guess.URL.match(target)
        ):
            lost.append((" ".join(label.split()), target, line))
    edits = _said(d, _with_addresses(d, lost)) if lost else ()
    for label, target, line in lost:
        yield Hit(line, {"label": label, "url": target}, edits)
        edits = ()


def _with_addresses(d: Document, lost: list[tuple[str, str, int]]) -> str:
    """The text with what the page's links say and where they lead, before its closing."""
    text = d.text or ""
    lines = text.split("\n")
    closing = phrases.pattern("closing", d.locale)
    ends = [
        n for n, line in enumerate(lines) if n and (line.rstrip("\r") == "-- " or closing.match(line.strip()))
    ]
    at = ends[0] if ends and ends[0] > len(lines) // 3 else len(text.rstrip().split("\n"))
    before, after = "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:]).lstrip("\n")
    labels = {url: label for label, url, _ in lost}
    told = "\n\n".join("\n".join((*wrapped(f"{label.rstrip(':')}:"), url)) for url, label in labels.items())
    return f"{before}\n\n{told}\n\n{after}" if after.strip() else f"{before}\n\n{told}\n"
