"""Rules on links: where they lead, and whether they say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.fields import SHORTENERS
from mailsetup.kit.lint import guess, html_edits
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Edit, Hit, judges, limit
from mailsetup.model.message import say
from mailsetup.model.names import printable, to_unicode

LINKS_LIMIT = limit("LNK-08", "links", 15)
SAFE = re.compile(r"(?:https?://|mailto:|tel:|sms:|cid:|\{\{|\[\[|%%|\*\|)", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w/=.+-])\+\d[\d ()–-]{7,18}\d(?![\w/])")

RUSSIAN_PHONE = re.compile(
    r"(?<![\w/=.+-])8[ \u00a0-]?\(\d{3,4}\)[ \u00a0-]?\d{2,3}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}(?![\w/])"
)


def host(url: str) -> str:
    """The host of a web address, lower case; empty for other addresses."""
    match = re.match(r"https?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:\\]*)", url.strip(), re.IGNORECASE)
    return match[1].lower().rstrip(".") if match else ""


@judges("LNK-01")
def dead(d: Document) -> Iterator[Hit]:
    for target, label, line, node in d.links:
        if (
            node is not None
            and (not target or not SAFE.match(target))
            and not (d.fragment and target.startswith("#") and len(target) > 1)
        ):
            yield Hit(line, {"target": target or "(empty)", "label": " ".join(label.split())})


@judges("LNK-02")
def unencrypted(d: Document) -> Iterator[Hit]:
    edits = _encrypted(d) if d.form == "text" else ()
    for target, _, line, node in d.links:
        if target.lower().startswith("http://"):
            if node is not None and d.form == "html":
                edits = (html_edits.with_attribute(node, "href", "https://" + target[len("http://") :]),)
            yield Hit(line, {"url": target}, edits)
            edits = ()


def _encrypted(d: Document) -> tuple[Edit, ...]:
    """Every address of a text with https in front."""
    return tuple(
        Edit(match.start(), match.start() + len("http"), "https")
        for match in guess.URL.finditer(d.source)
        if match[0].lower().startswith("http://")
    )


@judges("LNK-03")
def disguised(d: Document) -> Iterator[Hit]:
    for target, label, line, node in d.links:
        shown = guess.URL.search(label) or re.fullmatch(
            r"\s*((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?\s*", label, re.IGNORECASE
        )
        if node is None or shown is None or not host(target):
            continue
        text = shown[0].strip()
        claimed = host(text if "://" in text else f"https://{text}")
        if claimed and _registered(claimed) != _registered(host(target)):
            yield Hit(line, {"shown": claimed, "target": host(target)})


def _registered(name: str) -> str:
    return name.removeprefix("www.")


@judges("LNK-04")
def foreign(d: Document) -> Iterator[Hit]:
    own = _own_hosts(d)
    for target, _, line, _ in d.links:
        name = host(target)
        if not name or "{" in name:
            continue
        if name.removeprefix("www.") in SHORTENERS or (
            own and not any(name == h or name.endswith(f".{h}") for h in own)
        ):
            yield Hit(line, {"host": name})


def _own_hosts(d: Document) -> frozenset[str]:
    if d.brand is None:
        return frozenset()
    urls = (
        d.brand.site,
        d.brand.legal.privacy_url,
        d.brand.legal.returns_url,
        d.brand.signature.call_url,
        d.brand.logo.url,
    )
    more = (
        {host(u) for u in urls if u}
        | {host(s.url) for s in d.brand.social}
        | {host(p.booking) for p in d.brand.people if p.booking}
    )
    return frozenset({str(d.brand.domain), *d.brand.mail.link_hosts, "wa.me", "t.me", "vk.com", *more} - {""})


@judges("LNK-05")
def masked_host(d: Document) -> Iterator[Hit]:
    for target, _, line, _ in d.links:
        name = host(target)
        if (
            re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}|\[.*\]|0x[0-9a-f]+|\d{8,10}", name)
            or _looks_alike(name)
            or re.match(r"https?://[^/]*@", target)
        ):
            yield Hit(line, {"host": printable(name)})


def _looks_alike(name: str) -> bool:
    for label in (to_unicode(name) if "xn--" in name else name).split("."):
        if guess.CYRILLIC.search(label) and guess.LATIN.search(label):
            return True
        if (
            label
            and all(c in "асеорхуіјѕԁһӏ-0123456789" for c in label)
            and guess.CYRILLIC.search(label)
            and not name.endswith((".рф", ".xn--p1ai"))
        ):
            return True
    return False


@judges("LNK-06")
def unescaped(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        match = re.search(r"""\bhref\s*=\s*("[^"]*"|'[^']*')""", node.tag_text) if node.tag == "a" else None
        if match is None:
            continue
        if re.search(r"&(?!(?:[a-z]+|#\d+|#x[0-9a-f]+);)", match[1], re.IGNORECASE) or " " in match[1].strip(
            "\"' "
        ):
            old = match[1]
            new = re.sub(r"&(?!(?:[a-z]+|#\d+|#x[0-9a-f]+);)", "&amp;", old, flags=re.IGNORECASE)
            new = new[0] + new[1:-1].strip().replace(" ", "%20") + new[-1]
            at = node.offset + match.start(1)
            yield Hit(
                d.html_line_at(node.line),
                {"url": node.get("href")},
                (Edit(at, at + len(old), new),) if d.form == "html" else (),
            )


@judges("LNK-07")
def private(d: Document) -> Iterator[Hit]:
    expires: bool | None = None
    for target, _, line, _ in d.links:
        query = target.partition("?")[2] if target.startswith("http") else ""
        told = _PERSONAL.search(query) is not None
        if not told and _SECRET.search(query):
            expires = _EXPIRES.search(d.body) is not None if expires is None else expires
            told = not expires
        if told:
            yield Hit(line, {"url": target})


_PERSONAL = re.compile(
    r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}\.\w|(?:^|[&;])(?:e-?mail|password|passwd|pwd|phone|passport|ssn)=[^&]",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?:^|[&;])(?:token|secret|auth|session|sid|key|otp|reset|code)=[\w.~%-]{16,}", re.IGNORECASE
)
_EXPIRES = re.compile(
    r"\bexpire|\bvalid (?:for|until|till)|\bfor \d+ (?:minute|hour|day)|действ|истека|истеч|в течение",
    re.IGNORECASE,
)


@judges("LNK-08")
def many(d: Document) -> Iterator[Hit]:
    links = [link for link in d.links if link[0].startswith("http")]
    most = int(LINKS_LIMIT(d))
    if len({target for target, *_ in links}) > most:
        yield Hit(
            links[most][2],
            {"what": say("{count} links, more than {limit}", count=len(links), limit=most)},
        )
    for _, _, line, node in links:
        if node is not None and node.get("target").lower() == "_blank":
            yield Hit(line, {"what": 'target="_blank"'})
            return


@judges("LNK-09")
def unlinked(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for at, text, node in html_edits.words(d):
        if node.tag == "a" or node.within("a"):
            continue
        for match in (*guess.EMAIL.finditer(text), *PHONE.finditer(text), *RUSSIAN_PHONE.finditer(text)):
            prefix = "mailto:" if "@" in match[0] else "tel:"
            target = match[0] if "@" in match[0] else re.sub(r"[^\d+]", "", match[0])
            if RUSSIAN_PHONE.fullmatch(match[0]):  # 8 is dialled inside the country, +7 everywhere
                target = f"+7{target[1:]}"
            edits: tuple[Edit, ...] = ()
            if d.form == "html":
                here, end = at + match.start(), at + match.end()
                ink = node.style("color").replace('"', "'")  # a link takes no colour from what is around it
                look = f' style="color:{ink}"' if ink else ""
                edits = (Edit(here, end, f'<a href="{prefix}{target}"{look}>{match[0]}</a>'),)
            yield Hit(d.html_line_at(node.line), {"what": match[0]}, edits)
