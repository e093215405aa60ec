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
RESERVED = ("reservationNumber", "reservationStatus", "underName.name", "reservationFor")
REQUIRED = {
    "Order": ("merchant.name", "orderNumber", "priceCurrency", "price", "acceptedOffer"),
    "ParcelDelivery": ("carrier.name", "itemShipped", "partOfOrder.orderNumber"),
    "Invoice": ("totalPaymentDue", "accountId"),
    "EmailMessage": ("potentialAction",),
    **dict.fromkeys(("EventReservation", "FlightReservation", "LodgingReservation"), RESERVED),
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
                if all(found in (None, "", [], {}) for found in _reached(item, name)):
                    yield Hit(line, {"name": name, "type": _text(item, "@type")})


def _reached(value: Any, path: str) -> Iterator[Any]:
    """What stands at ``partOfOrder.orderNumber`` in an item; every one where lists are on the way."""
    if isinstance(value, list):
        for one in value[:ITEM_LIMIT]:
            yield from _reached(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        name, _, rest = path.partition(".")
        yield from _reached(value.get(name), rest)


@judges("JLD-03")
def contradicts(d: Document) -> Iterator[Hit]:
    """Numbers and sums of an item and of what it holds, each as the letter's readers see it."""
    words = re.sub(r"[\s\u00a0\u202f]", "", d.visible)
    for line, content in scripts(d):
        for item in _items(content):
            for path in NUMBERS:
                for found in _said(item, path):
                    if re.sub(r"\s", "", found) not in words:
                        yield Hit(line, {"name": path.rpartition(".")[2], "value": found})
            for path in SUMS:
                for found in _said(item, path):
                    if _SUM.fullmatch(found) and not _sum_as_written(found).search(d.visible):
                        yield Hit(line, {"name": "price", "value": found})


NUMBERS = (
    "orderNumber",
    "partOfOrder.orderNumber",
    "trackingNumber",
    "accountId",
    "confirmationNumber",
    "reservationNumber",
)
SUMS = ("price", "totalPaymentDue.price", "acceptedOffer.price", "totalPrice")
_SUM = re.compile(r"\d{1,12}(?:\.\d{1,4})?")


def _said(item: dict[str, Any], path: str) -> Iterator[str]:
    for found in _reached(item, path):
        if isinstance(found, str | int | float) and str(found).strip():
            yield str(found)[:TEXT_LIMIT]


def _sum_as_written(price: str) -> re.Pattern[str]:
    """A sum with thousands apart or not, with a point or comma, its cents left out where there are none."""
    whole, _, cents = price.partition(".")
    cents = f"{cents:0<2}"[:2]
    groups = re.sub(r"(?<=\d)(?=(?:\d{3})+\Z)", "[\\\\s\u00a0\u202f.,']?", whole)
    end = rf"(?:[.,]{cents})?" if cents == "00" else rf"[.,]{cents}"
    return re.compile(rf"(?<![\d]){groups}{end}(?![\d]|[.,]\d)")


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
    """What filters weigh: plain words count one, those of swindlers two."""
    light = dict.fromkeys(w.lower() for w in phrases.found("spam", d.locale, d.body))
    heavy = dict.fromkeys(w.lower() for w in phrases.found("spam-heavy", d.locale, d.body))
    found = list({**heavy, **light})
    if len(light) + 2 * len(heavy) >= SPAM_WORDS(d):
        yield Hit(d.line_of(found[0]), {"count": len(found), "words": ", ".join(found[:5])})
