"""Rules on JSON-LD, and on what spam filters weigh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mailsetup.kit.lint import phrases
from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import Hit, judges, limit
from mailsetup.model.finding import Severity

# Points from which to warn, and to fail.
SPAMASSASSIN_POINTS = (limit("SPM-01", "warning", 2), limit("SPM-01", "error", 5))
RSPAMD_POINTS = (limit("SPM-02", "warning", 4), limit("SPM-02", "error", 6))
TYPES = frozenset(
    [
        "Order",
        "ParcelDelivery",
        "Invoice",
        "EmailMessage",
        "EventReservation",
        "FlightReservation",
        "LodgingReservation",
        "ViewAction",
        "ConfirmAction",
        "TrackAction",
        "Organization",
        "DiscountOffer",
        "PromotionCard",
    ]
)
REQUIRED = {
    "Order": ("merchant", "orderNumber", "acceptedOffer"),
    "ParcelDelivery": ("carrier", "itemShipped", "partOfOrder"),
    "Invoice": ("totalPaymentDue", "accountId"),
    "EmailMessage": ("potentialAction",),
}
ITEM_LIMIT = 50  # of one block that are judged
TEXT_LIMIT = 500  # characters of what an item says that are compared
HIDDEN_LIMIT = limit("SPM-03", "characters", 150)
SPAM_WORDS = limit("SPM-04", "words", 3)


def scripts(d: Document) -> Iterator[tuple[int, Any]]:
    """The JSON-LD blocks: line, and their content or None where it cannot be read."""
    if d.html is None:
        return
    for node in d.html.nodes:
        if node.tag == "script" and "ld+json" in node.get("type"):
            try:
                yield (
                    d.html_line_at(node.line),
                    json.loads("".join(c for c in node.children if isinstance(c, str))),
                )
            except (ValueError, RecursionError):
                yield d.html_line_at(node.line), None


def _items(content: Any) -> list[dict[str, Any]]:
    found = content if isinstance(content, list) else [content]
    return [i for i in found[:ITEM_LIMIT] if isinstance(i, dict)]


def _text(item: dict[str, Any], name: str) -> str:
    """What an item says, where it says it in words or as a number; of a list what its first entry says."""
    value = item.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return str(value)[:TEXT_LIMIT] if isinstance(value, str | int | float) else ""


@judges("JLD-01")
def unreadable(d: Document) -> Iterator[Hit]:
    for line, content in scripts(d):
        if content is None or not _items(content):
            yield Hit(line, {"what": "JSON"})
            continue
        for item in _items(content):
            if "schema.org" not in _text(item, "@context") or _text(item, "@type") not in TYPES:
                yield Hit(line, {"what": _text(item, "@type") or "@type"})


@judges("JLD-02")
def incomplete(d: Document) -> Iterator[Hit]:
    for line, content in scripts(d):
        for item in _items(content):
            for name in REQUIRED.get(_text(item, "@type"), ()):
                if not item.get(name):
                    yield Hit(line, {"name": name, "type": _text(item, "@type")})


@judges("JLD-03")
def contradicts(d: Document) -> Iterator[Hit]:
    words = re.sub(r"[\s\u00a0\u202f]", "", d.visible)
    sums = re.sub(r"[,.](?=\d{3}\b)", "", words)
    for line, content in scripts(d):
        for item in _items(content):
            for name in ("orderNumber", "trackingNumber", "accountId", "confirmationNumber"):
                value = re.sub(r"\s", "", _text(item, name))
                if value and value not in words:
                    yield Hit(line, {"name": name, "value": _text(item, name)})
            price = _text(item, "price")
            if re.fullmatch(r"\d+(?:\.\d+)?", price):
                whole = price.partition(".")[0]
                if whole not in sums:
                    yield Hit(line, {"name": "price", "value": price})


@judges("JLD-04")
def in_newsletter(d: Document) -> Iterator[Hit]:
    for line, _ in scripts(d):
        yield Hit(line)


@judges("SPM-01")
def spamassassin_points(d: Document) -> Iterator[Hit]:
    yield from _points(d, "spamassassin", *(points(d) for points in SPAMASSASSIN_POINTS))


@judges("SPM-02")
def rspamd_points(d: Document) -> Iterator[Hit]:
    yield from _points(d, "rspamd", *(points(d) for points in RSPAMD_POINTS))


def _points(d: Document, name: str, warn: float, fail: float) -> Iterator[Hit]:
    said = d.points[name]
    if said.score >= warn:
        values = {"score": f"{said.score:g}", "rules": ", ".join(said.rules) or "-"}
        yield Hit(1, values, severity=Severity.ERROR if said.score >= fail else Severity.WARNING)


@judges("SPM-03")
def invisible(d: Document) -> Iterator[Hit]:
    assert d.html is not None
    first = True
    for node in d.html.nodes:
        if (
            node.tag in ("div", "span", "p", "td", "table")
            and (node.own("display") == "none" or node.own("font-size") in ("0", "0px", "1px"))
            and not (node.parent and node.parent.hidden)
        ):
            size = len(node.text(hidden=True).replace("\xa0", "").replace("\u200c", "").strip())
            if size > HIDDEN_LIMIT(d) or (
                size
                and not first
                and size > 20
                and node.own("display") == "none"
                and "dark" not in node.get("class")
            ):
                yield Hit(d.html_line_at(node.line), {"size": size})
            first = first and not size


@judges("SPM-04")
def spam_words(d: Document) -> Iterator[Hit]:
    found = list(dict.fromkeys(w.lower() for w in phrases.found("spam", d.locale, d.body)))
    if len(found) >= SPAM_WORDS(d):
        yield Hit(d.line_of(found[0]), {"count": len(found), "words": ", ".join(found[:5])})
