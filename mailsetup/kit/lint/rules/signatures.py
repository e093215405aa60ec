"""Rules on signatures: limits of mail programs, particulars, phones, banners."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from mailsetup.kit.lint import css, guess, html_edits, looks, pictures
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import BLOCKS, Node
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.model.finding import Severity
from mailsetup.model.message import Message, say

GMAIL = (
    limit("SIG-01", "warning", 9_000),
    limit("SIG-01", "error", 10_000),
)  # characters: where we stop, where Gmail stops
EXCHANGE = (limit("SIG-02", "warning", 4_800), limit("SIG-02", "error", 5_000))  # of a transport rule
WIDTH, HEIGHT = limit("SIG-03", "width", 600), limit("SIG-03", "height", 200)
IMAGES, IMAGES_WEIGHT = limit("SIG-05", "images", 3), limit("SIG-05", "total-kb", 50)
QR_MODULES, MODULE = 37, 3  # of a code with a web address and its border; pixels of each


@judges("SIG-01")
def over_gmail(d: Document) -> Iterator[Hit]:
    size = len(d.html_text)
    whole = d.html is not None and any(n.tag == "html" for n in d.html.nodes)
    if size > GMAIL[0](d) and not whole:
        yield Hit(
            1,
            {"size": size, "limit": GMAIL[1](d)},
            severity=Severity.ERROR if size > GMAIL[1](d) else Severity.WARNING,
        )


@judges("SIG-02")
def over_exchange(d: Document) -> Iterator[Hit]:
    size = len(d.html_text)
    if re.search(r"exchange|disclaimer", d.path, re.IGNORECASE) and size > EXCHANGE[0](d):
        yield Hit(
            1,
            {"size": size, "limit": EXCHANGE[1](d)},
            severity=Severity.ERROR if size > EXCHANGE[1](d) else Severity.WARNING,
        )


@judges("SIG-03")
def too_big(d: Document) -> Iterator[Hit]:
    """What one element says of its size, and what the rows of the signature say together."""
    assert d.html is not None
    told, widest = False, 0.0
    for node in d.html.nodes:
        if node.tag in ("table", "img", "td", "th", "tr", "div") and not node.hidden:
            width = (
                css.pixels(node.own("width") or node.get("width") or "x")
                if not node.get("width").endswith("%")
                else None
            )
            height = css.pixels(node.own("height") or node.get("height") or "x")
            widest = max(widest, width or 0.0)
            if (width or 0) > WIDTH(d) or (height or 0) > HEIGHT(d):
                told = True
                yield Hit(
                    d.html_line_at(node.line), {"width": round(width or 0), "height": round(height or 0)}
                )

    tall = _stacked(d.html.root, d.brand.signature.banner.image if d.brand is not None else "")
    if not told and tall > HEIGHT(d):
        yield Hit(d.html_line_at(1), {"width": round(widest), "height": round(tall)})


def _stacked(node: Node, banner: str) -> float:
    """The height that pictures and cells are given, rows added up; no more than what is shown, a banner left out."""
    own = css.pixels(node.own("height") or node.get("height") or "x") or 0.0
    if node.hidden or (node.tag == "img" and bool(banner) and node.get("src") == banner):
        return 0.0
    inner = [
        (one, _stacked(one, banner)) for one in node.children if isinstance(one, Node)
    ]  # `DEPTH_LIMIT` bounds this
    if node.tag == "tr":
        return max((own, *(tall for _, tall in inner)))
    blocks = sum(tall for one, tall in inner if one.tag in BLOCKS)
    beside = max((tall for one, tall in inner if one.tag not in BLOCKS), default=0.0)
    return max(own, blocks + beside)


@judges("SIG-04")
def whole_page(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    if not d.is_pasted:
        return
    for node in d.html.nodes:
        if node.tag in ("html", "head", "body", "script", "style"):
            yield Hit(d.html_line_at(node.line), {"tag": node.tag}, _bare(d))
            return


def _bare(d: Document) -> tuple[Edit, ...]:
    """What is in the body alone; sheets go once their styles stand in the tags."""
    from .html import not_inlined

    assert d.html is not None
    if d.form != "html":
        return ()
    found = [
        Edit(m.start(), m.end(), "") for m in re.finditer(r"<!doctype[^<>]*>\s*", d.html_text, re.IGNORECASE)
    ]
    styled = any(True for _ in not_inlined(d))
    for node in d.html.nodes:
        if node.within("head", "script", "style"):
            continue
        if node.tag in ("html", "body"):
            found += html_edits.unwrapped(node)
        elif node.tag == "script" or (node.tag in ("head", "style") and not styled):
            found.append(html_edits.removed(node))
    return tuple(found)


@judges("SIG-05")
def many_images(d: Document) -> Iterator[Hit]:
    """How many pictures there are, and how heavy together those whose files are at hand; each file once."""
    assert d.html is not None
    images = [n for n in d.html.nodes if n.tag == "img"]
    most, kilobytes = int(IMAGES(d)), int(IMAGES_WEIGHT(d))
    if len(images) > most:
        what = say("{count} pictures; {limit} are enough", count=len(images), limit=most)
        yield Hit(d.html_line_at(images[most].line), {"what": what})
    files = {source: pictures.octets(d, source) for source in dict.fromkeys(n.get("src") for n in images)}
    weight = sum(len(data) for data in files.values() if data)
    if weight > kilobytes * 1024:
        told = {"kilobytes": -(-weight // 1024), "limit": kilobytes}
        what = say("the pictures have {kilobytes} KB; {limit} KB are enough", **told)
        yield Hit(d.html_line_at(images[0].line), {"what": what})


@judges("SIG-06")
def no_particulars(d: Document) -> Iterator[Hit]:
    from mailsetup.kit.signatures import legal

    assert d.brand is not None
    if re.search(r"(?:^|[/-])(?:reply|line|text)\b", d.path):
        return
    absent = legal.missing(d.brand)
    for asked in absent:
        yield Hit(1, {"what": f"{asked.key} ({asked.cites})"})
    words = " ".join(d.body.lower().split())
    for asked in legal.asked(d.brand):
        said = legal.said(d.brand, asked.key)
        if asked not in absent and not any(" ".join(one.lower().split()) in words for one in said):
            yield Hit(1, {"what": f"{asked.key} ({asked.cites})"})


@judges("SIG-07")
def old_banner(d: Document) -> Iterator[Hit]:
    assert d.brand is not None and d.html is not None
    banner = d.brand.signature.banner
    if banner.image and not banner.shown_on(d.today):
        for node in d.html.nodes:
            if node.tag == "img" and node.get("src") == banner.image:
                gone = (html_edits.removed(_alone_in(node)),) if d.form == "html" else ()
                yield Hit(d.html_line_at(node.line), {"until": str(banner.ends or banner.begins)}, gone)


def _alone_in(node: Node) -> Node:
    """The outermost element that holds nothing but this one: its link, its row."""
    while (around := node.parent) is not None and around.tag in (
        "a",
        "p",
        "div",
        "td",
        "tr",
        "tbody",
        "table",
    ):
        others = [
            c for c in around.children if c is not node and (isinstance(c, Node) or c.strip("\xa0 \n\t"))
        ]
        if others or around.end < 0:
            break
        node = around
    return node


@judges("SIG-08")
def unreachable(d: Document) -> Iterator[Hit]:
    """Phones that cannot exist, mailboxes nobody planned, a site without an address; what is not known is not judged."""
    for phone, line in _bad_phones(d):
        yield Hit(line, {"what": say("{phone} is no phone number that can be called", phone=phone)})
    seen: set[str] = set()
    for at, text in d.lines:
        for match in guess.EMAIL.finditer(text):
            address = match[0].lower()
            if address not in seen and (reason := _unplanned(d, address)) is not None:
                yield Hit(at, {"what": reason})
            seen.add(address)
    planned = d.around.planned if d.around is not None else None
    gone = {name for name, left in planned.addressed.items() if not left} if planned is not None else set()
    for name, line in _hosts(d).items() if gone else ():
        if name in gone:
            yield Hit(line, {"what": say("{host} has no address once the plan is carried out", host=name)})


def _bad_phones(d: Document) -> Iterator[tuple[str, int]]:
    """Numbers of ``tel:`` links, and written ones that begin with a plus."""
    told: set[str] = set()
    found = [(t[4:], label or t, line) for t, label, line, _ in d.links if t.lower().startswith("tel:")]
    found += [
        (match[0], match[0], number)
        for number, line in d.lines
        for match in looks.PHONE.finditer(guess.URL.sub(" ", line))
        if match[0].startswith("+")
    ]
    for number, shown, line in found:
        digits = re.sub(r"\D", "", number.partition(";")[0])
        if digits not in told and not _is_valid(number):
            yield " ".join(shown.split()), line
        told.add(digits)


@functools.lru_cache(maxsize=4096)
def _is_valid(number: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(number, None)))
    except phonenumbers.NumberParseException:
        return False


def _unplanned(d: Document, address: str) -> Message | None:
    """Why a mailbox is none of those planned: by the domain of the plan, else by the addresses of the brand file."""
    domain = address.rpartition("@")[2]
    planned = d.around.planned if d.around is not None else None
    if planned is not None and domain != planned.domain and not domain.endswith(f".{planned.domain}"):
        return say(
            "{address} is not on {domain}, the domain of the plan", address=address, domain=planned.domain
        )
    if d.brand is None or not d.brand.people:
        return None
    mail = d.brand.mail
    known = {a.lower() for a in (mail.support, mail.sales, mail.transactional, mail.marketing) if a}
    known |= {p.email.lower() for p in d.brand.people if p.email}
    own = domain == str(d.brand.domain)
    if own and address not in known:
        return say("{address} is not one of the addresses of the firm", address=address)
    return None


def _hosts(d: Document) -> dict[str, int]:
    """The hosts of web addresses, with their lines; written ones without a scheme too."""
    found: dict[str, int] = {}
    for target, _, line, _ in d.links:
        if (match := re.match(r"https?://([^/?#:@\s]{1,253})", target, re.IGNORECASE)) is not None:
            found.setdefault(match[1].lower().rstrip("."), line)
    for at, text in d.lines:
        for match in looks.HOST.finditer(guess.EMAIL.sub(" ", text)):
            found.setdefault(match[0].lower().rpartition("/")[2], at)
    return found


_APART = {
    "order": say("the order of its fields"),
    "company": say("the firm's name"),
    "address": say("the firm's address"),
    "fonts": say("its fonts"),
    "colours": say("its colours"),
}


@judges("SIG-09")
def apart(d: Document) -> Iterator[Hit]:
    """Another mailbox than the firm's, and what sets it apart from how most colleagues in the same folder sign."""
    usual = d.around.usual if d.around is not None else None
    if usual is not None:
        for what in looks.differences(looks.look(d), usual):
            first = d.lines[0][0] if d.lines else 1
            yield Hit(first, {"what": _APART[what]})
    own = str(d.brand.domain) if d.brand is not None else ""
    for at, text in d.lines if own else ():
        for match in guess.EMAIL.finditer(text):
            domain = match[0].rpartition("@")[2].lower()
            if domain != own and not domain.endswith(f".{own}"):
                yield Hit(at, {"what": say("{address} is not on {own}", address=match[0], own=own)})


@judges("SIG-10")
def dense_code(d: Document) -> Iterator[Hit]:
    """The modules of a code are counted in its file where that is at hand; else it is taken for a web address."""
    assert d.html is not None
    for node in d.html.nodes:
        if node.tag == "img" and pictures.CODE.search(node.get("src")):
            width = css.pixels(node.own("width") or node.get("width") or "x")
            data = pictures.octets(d, node.get("src"))
            count = (pictures.modules(data) if data else 0) or QR_MODULES
            if width and width < count * MODULE:
                values = {"width": round(width), "modules": count, "least": count * MODULE}
                yield Hit(d.html_line_at(node.line), values)


@judges("SIG-11")
def no_marker(d: Document) -> Iterator[Hit]:
    if (
        "exchange" in d.path.lower()
        and "%%" in d.source
        and not re.search(r"[\w-]+\.[\w.-]+ signature|<!--\s*mailsetup", d.source)
    ):
        yield Hit(1, {}, (Edit(0, 0, "<!-- mailsetup -->"),) if d.form == "html" else ())
