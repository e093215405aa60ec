"""Rules on links: where they lead, and whether they say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.fields import SHORTENERS
from mailsetup.kit.lint import guess
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Edit, Hit, judges
from mailsetup.model.names import printable, to_unicode

LINKS_LIMIT = 15
SAFE = re.compile(r"(?:https?://|mailto:|tel:|sms:|cid:|\{\{|\[\[|%%|\*\|)", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w/=.+-])\+\d[\d ()–-]{7,18}\d(?![\w/])")


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
    for target, _, line, node in d.links:
        if target.lower().startswith("http://"):
            yield Hit(
                line,
                {"url": target},
                _in_source(d, target, "https://" + target[7:], node.offset if node is not None else None),
            )


def _in_source(d: Document, old: str, new: str, at: int | None) -> tuple[Edit, ...]:
    if d.form == "eml":
        return ()
    here = d.source.find(old, at or 0)
    return (Edit(here, here + len(old), new),) if here >= 0 else ()


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
    for target, _, line, _ in d.links:
        query = target.partition("?")[2]
        if target.startswith("http") and re.search(
            r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}\.\w|(?:^|[&;])(?:e-?mail|password|passwd|pwd|phone|passport|ssn)=[^&]",
            query,
            re.IGNORECASE,
        ):
            yield Hit(line, {"url": target})


@judges("LNK-08")
def many(d: Document) -> Iterator[Hit]:
    links = [link for link in d.links if link[0].startswith("http")]
    if len({target for target, *_ in links}) > LINKS_LIMIT:
        yield Hit(links[LINKS_LIMIT][2], {"count": len(links), "limit": LINKS_LIMIT})


@judges("LNK-09")
def unlinked(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    for node in d.html.nodes:
        if (
            node.tag in ("a", "style", "script", "title")
            or node.within("a", "style", "script")
            or node.hidden
        ):
            continue
        for child in node.children:
            if not isinstance(child, str):
                continue
            for match in (*guess.EMAIL.finditer(child), *PHONE.finditer(child)):
                prefix = "mailto:" if "@" in match[0] else "tel:"
                target = match[0] if "@" in match[0] else re.sub(r"[^\d+]", "", match[0])
                at = d.html_text.find(match[0], node.offset)
                edits: tuple[Edit, ...] = ()
                if d.form == "html" and at >= 0:
                    edits = (Edit(at, at + len(match[0]), f'<a href="{prefix}{target}">{match[0]}</a>'),)
                yield Hit(d.html_line_at(node.line), {"what": match[0]}, edits)
