"""Rules on calls to action: one, clear, and big enough for a thumb."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailsetup.kit.lint import css, guess, phrases, pictures
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.markup import Node
from mailsetup.kit.lint.rule import Hit, judges, limit

BUTTONS = limit("CTA-02", "buttons", 1)
LABEL_WORDS, LABEL_CHARACTERS = limit("CTA-04", "words", 5), limit("CTA-04", "characters", 30)
BUTTON_HEIGHT, BUTTON_TEXT = (
    limit("CTA-06", "height", 44),
    limit("CTA-06", "text", 16),
)  # WCAG 2.5.8 asks for 24
TWO_ACTIONS = ("account.sign-in",)


def buttons(d: Document) -> list[Node]:
    """Links that look like buttons: on a coloured ground of their own or of their cell, not the whole letter."""
    if d.html is None:
        return []
    return [n for n in d.html.nodes if n.tag == "a" and n.get("href") and _looks_pressed(n)]


def _looks_pressed(link: Node) -> bool:
    if link.own("background-color") or link.own("background"):
        return css.color(link.own("background-color") or link.own("background")) not in ("", "#ffffff")
    cell = link.parent
    if (
        cell is None
        or cell.tag not in ("td", "th", "div")
        or link.own("display") not in ("inline-block", "block")
    ):
        return False
    ground = cell.own("background-color") or cell.get("bgcolor")
    return bool(ground) and css.color(ground) not in ("", "#ffffff")


def outlined(d: Document) -> list[Node]:
    """Links that look like buttons by a border alone."""
    found = [n for n in d.html.nodes if n.tag == "a" and n.get("href")] if d.html is not None else []
    return [n for n in found if _is_framed(n) and not _looks_pressed(n)]


def _is_framed(link: Node) -> bool:
    border = link.own("border")
    drawn = bool(border) and re.match(r"(?:none|0)\b", border) is None
    return drawn and bool(link.own("padding") or link.own("padding-top"))


@judges("CTA-01")
def none(d: Document) -> Iterator[Hit]:
    visible = [t for t, _, _, n in d.links if not (n is not None and n.within("head"))]
    if (
        not any(t.startswith(("http", "tel:", "mailto:")) for t in visible)
        and not guess.EMAIL.search(d.body)
        and not phrases.said("next-step", d.locale, d.body)
    ):
        yield Hit(d.lines[-1][0] if d.lines else 1)


@judges("CTA-02")
def several(d: Document) -> Iterator[Hit]:
    found = buttons(d)
    targets = {n.get("href") for n in found}
    most = max(2, int(BUTTONS(d))) if d.purpose in TWO_ACTIONS else int(BUTTONS(d))
    if len(targets) > most:
        labels = ", ".join(" ".join(n.text().split()) for n in found[:4])
        yield Hit(d.html_line_at(found[most].line), {"count": len(targets), "labels": labels})


@judges("CTA-03")
def weak(d: Document) -> Iterator[Hit]:
    words = phrases.pattern("weak-label", d.locale)
    for _, label, line, node in d.links:
        plain = " ".join(label.split()).strip(" .!>»→…")
        if node is not None and plain and words.fullmatch(plain):
            yield Hit(line, {"label": plain})


@judges("CTA-04")
def long_label(d: Document) -> Iterator[Hit]:
    for node in buttons(d):
        label = " ".join(node.text().split())
        if len(label) > LABEL_CHARACTERS(d) or len(label.split()) > LABEL_WORDS(d):
            yield Hit(d.html_line_at(node.line), {"label": label})


@judges("CTA-05")
def picture(d: Document) -> Iterator[Hit]:
    """A linked picture that is called a button, or has the shape of one and leads where no words of the letter lead."""
    told = {target for target, label, _, _ in d.links if label.strip()}
    for target, label, line, node in d.links:
        if node is None or label:
            continue
        images = [n for n in node.walk() if n.tag == "img"]
        if images and (
            any(_BUTTON.search(f"{n.get('src')} {n.get('class')} {node.get('class')}") for n in images)
            or (
                target not in told
                and not d.is_signature
                and _SITE.match(target) is None
                and _is_bar(images[0])
            )
        ):
            yield Hit(line, {"alt": images[0].get("alt")})


_BUTTON = re.compile(r"button|btn|cta|knopka|buy|order", re.IGNORECASE)
_SITE = re.compile(r"https?://[^/]*/?\Z")  # where a logo leads


def _is_bar(image: Node) -> bool:
    """Whether a picture is shown as wide and as high as buttons are, and is no logo."""
    width, height = pictures.shown(image)
    named = f"{image.get('src')} {image.get('class')} {image.get('alt')}".lower()
    if width is None or height is None or "logo" in named or "логотип" in named:
        return False
    return 28 <= height <= 72 and 1.8 <= width / height <= 9


@judges("CTA-06")
def small(d: Document) -> Iterator[Hit]:
    for node in buttons(d):
        size = css.font_size(node.style("font-size")) or 16.0
        height = _height(node, size)
        if size < BUTTON_TEXT(d) or height < BUTTON_HEIGHT(d):
            yield Hit(
                d.html_line_at(node.line),
                {"label": " ".join(node.text().split()), "height": round(height), "size": round(size)},
            )


def _height(node: Node, size: float) -> float:
    line = node.own("line-height") or (node.parent.style("line-height") if node.parent else "")
    factor = re.fullmatch(r"\d*\.?\d+", line)
    height = float(line) * size if factor else css.pixels(line, size) or 1.2 * size
    total = height
    for one in (node, node.parent):
        if one is None or one.tag not in ("a", "td", "th", "div"):
            continue
        total += _vertical(one.own("padding"), one.own("padding-top"), one.own("padding-bottom"))
        border = re.search(r"(\d+(?:\.\d+)?)px", one.own("border"))
        total += 2 * float(border[1]) if border else 0
    fixed = css.pixels(node.own("height") or "x")
    return max(total, fixed or 0)


def _vertical(shorthand: str, top: str, bottom: str) -> float:
    parts = [css.pixels(p) or 0.0 for p in shorthand.split()] or [0.0]
    upper = css.pixels(top) if top else parts[0]
    lower = css.pixels(bottom) if bottom else parts[2] if len(parts) > 2 else parts[0]
    return (upper or 0) + (lower or 0)
