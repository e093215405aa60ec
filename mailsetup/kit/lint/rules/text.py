"""Rules on plain text: seventy columns, addresses one can click, nothing left over from HTML."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator
from itertools import pairwise

from mailsetup.kit.lint import guess
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Edit, Hit, judges
from mailsetup.kit.lookalikes import in_capitals
from mailsetup.kit.plain_text import width

BARE = ("http", "https", "http://", "https://", "www")  # an address with nothing in it
COLUMNS = 70
BLANK_LINES, BLANK_SHARE = 2, 0.6
SIGNATURE_LINES = 4
MARKS = ".,;:!?)]"
NO_SCHEME = re.compile(
    r"(?<![\w@/.:-])(?:www\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|example|shop|store|io|eu|de|ru|рф|su|info|biz|co\.uk|lv|lt|ee|fr|es|it|pl|ua|by|kz)(?=/))[^\s<>\"“”«»,;]*",
    re.IGNORECASE,
)
LEFTOVER = re.compile(
    r"</?(?:p|br|div|span|a|b|i|strong|em|table|tr|td|ul|li|h[1-6]|img|html|body)\b[^<>\n]*+>|&(?:nbsp|amp|lt|gt|quot|#\d{2,5}|laquo|raquo|mdash|ndash);|[\u200b\u200c\u200d\ufeff\u00ad\u2060]",
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
    for number, at, line in _offsets(d):
        if number == 1 and d.form == "text" and d.subject is not None:
            continue
        columns = width(line.rstrip())
        if columns <= COLUMNS or _one_word(line) or (_flowed(d) and columns <= COLUMNS + 8):
            continue
        edits = (Edit(at, at + len(line), _wrapped(line)),) if at >= 0 and "|" not in line else ()
        yield Hit(number, {"columns": columns, "limit": COLUMNS}, edits)


def _flowed(d: Document) -> bool:
    return any(part.flowed for part in d.parts)


def _one_word(line: str) -> bool:
    """An address longer than a line stands alone, perhaps after a mark of a list or quotation."""
    words = line.split()
    return len([w for w in words if width(w) > 1]) == 1


def _wrapped(line: str) -> str:
    mark = re.match(r"\s*(?:[-*•>]\s+|\d{1,2}[.)]\s+)?", line)
    lead = mark[0] if mark else ""
    rest = lead if ">" in lead else " " * len(lead)
    return textwrap.fill(
        line[len(lead) :],
        COLUMNS,
        initial_indent=lead,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


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
            here = at + match.start()
            edits = (Edit(here, here, "https://"),) if at >= 0 else ()
            yield Hit(number, {"url": match[0].rstrip(".,;:!?)")}, edits)


@judges("TXT-04")
def broken_address(d: Document) -> Iterator[Hit]:
    lines = list(_offsets(d))
    for (number, _, line), (_, _, following) in pairwise(lines):
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
        ):
            yield Hit(number, {"url": match[0]})


@judges("TXT-05")
def leftover(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        for match in LEFTOVER.finditer(line):
            new = _unmarked(match[0], line[match.end() :].strip())
            edits = (Edit(at + match.start(), at + match.end(), new),) if at >= 0 else ()
            yield Hit(number, {"what": _named(match[0])}, edits)


def _unmarked(found: str, rest: str) -> str:
    """What a leftover of HTML says in plain text; ``rest`` is what follows on its line."""
    if found.startswith("&"):
        return html.unescape(found).replace("\u00a0", " ")
    return "\n" if rest and re.match(r"<br|</(?:p|div|tr|li|h\d)", found, re.IGNORECASE) else ""


def _named(text: str) -> str:
    return f"U+{ord(text):04X}" if len(text) == 1 else text


@judges("TXT-06")
def delimiter(d: Document) -> Iterator[Hit]:
    for number, at, line in _offsets(d):
        if re.fullmatch(r"\s*(?:--|—|–|---)[ \t]*", line) and line != "-- ":
            if line.strip() in ("---",) and number > 1:
                continue
            yield Hit(number, {"line": line}, (Edit(at, at + len(line), "-- "),) if at >= 0 else ())


@judges("TXT-07")
def long_signature(d: Document) -> Iterator[Hit]:
    lines = list(_offsets(d))
    start = next((n for n in range(len(lines) - 1, -1, -1) if lines[n][2] == "-- "), None)
    if start is None:
        return
    above = []
    for _, _, line in lines[start + 1 :]:
        if not line.strip():
            break
        above.append(line)
    if len(above) > SIGNATURE_LINES:
        yield Hit(lines[start][0], {"count": len(above), "limit": SIGNATURE_LINES})


@judges("TXT-08")
def empty_lines(d: Document) -> Iterator[Hit]:
    if d.form != "text":
        if match := re.search(rf"\n[ \t]*(?:\n[ \t]*){{{BLANK_LINES},}}\n", d.text or ""):
            yield Hit(d.text_line_at((d.text or "").count("\n", 0, match.start()) + 1))
        return
    for match in re.finditer(rf"\n(?:[ \t]*\n){{{BLANK_LINES + 1},}}", d.text or ""):
        line = (d.text or "").count("\n", 0, match.start()) + 2
        yield Hit(line, {}, (Edit(match.start(), match.end(), "\n" * (BLANK_LINES + 1)),))


@judges("TXT-09")
def leaked_preheader(d: Document) -> Iterator[Hit]:
    if d.html is None or d.text is None or d.form != "eml":
        return
    for node in d.html.nodes:
        if node.tag in ("div", "span") and node.own("display") == "none":
            hidden = " ".join(node.text(hidden=True).split())
            if len(hidden) > 15 and " ".join(d.text.split()).startswith(hidden):
                yield Hit(d.text_line, {"text": hidden})


@judges("TXT-10")
def lost_action(d: Document) -> Iterator[Hit]:
    if d.html is None or d.text is None or d.form != "eml":
        return
    flat = in_capitals(re.sub(r"\s", "", d.text))  # the case of a host means nothing (RFC 4343)
    for target, label, line, _ in d.links:
        if (
            target.startswith(("https://", "http://"))
            and label
            and in_capitals(target.rstrip("/")) not in flat
            and guess.URL.match(target)
        ):
            yield Hit(line, {"label": " ".join(label.split()), "url": target})
