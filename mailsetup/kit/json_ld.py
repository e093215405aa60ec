"""Structured data of order letters (schema.org as JSON-LD), from the same values as the visible text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from mailsetup.kit.letter import Letter, bare, clean
from mailsetup.model.brand import Structured

ORDER_STATUS = {
    "Order processing": "OrderProcessing",
    "Order problem": "OrderProblem",
    "Order delivered": "OrderDelivered",
    "Order cancelled": "OrderCancelled",
    "Order returned": "OrderReturned",
    "Order": "OrderProcessing",
}


def script(letter: Letter) -> str:
    """
    The JSON for ``<script type="application/ld+json">``; empty where the brand or the template has none.

    ``<`` is written as an escape, so no value can end the element.
    """
    if letter.brand.structured is Structured.OFF or letter.blank or not letter.template.structured:
        return ""
    data = document(letter)
    if not data:
        return ""
    text = json.dumps(data, ensure_ascii=False, sort_keys=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def document(letter: Letter) -> dict[str, Any]:
    """The object that describes a letter; empty where its values tell too little."""
    kind = letter.template.structured
    if kind == "Invoice":
        return _invoice(letter)
    order = letter.values.get("order")
    if not isinstance(order, Mapping):
        return {}
    if kind == "ParcelDelivery":
        return _parcel(letter, order)
    return {
        "@context": "https://schema.org",
        **_order(letter, order, ORDER_STATUS.get(kind, "OrderProcessing")),
    }


def _order(letter: Letter, order: Mapping[str, Any], status: str) -> dict[str, Any]:
    total = order["total"]
    out: dict[str, Any] = {
        "@type": "Order",
        "merchant": _merchant(letter),
        "orderNumber": str(order["no"]),
        "orderDate": order["date"].isoformat(),
        "priceCurrency": total.currency,
        "price": str(total.amount),
        "acceptedOffer": [_offer(line) for line in order["lines"]],
        "orderStatus": f"https://schema.org/{status}",
    }
    if url := _url(letter.values.get("order_url")):
        out["url"] = url
    return out


def _offer(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "itemOffered": {"@type": "Product", "name": bare(str(line["name"]))},
        "price": str(line["price"].amount),
        "priceCurrency": line["price"].currency,
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": line["quantity"]},
    }


def _parcel(letter: Letter, order: Mapping[str, Any]) -> dict[str, Any]:
    values = letter.values
    out: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ParcelDelivery",
        "itemShipped": [{"@type": "Product", "name": bare(str(line["name"]))} for line in order["lines"]],
        "partOfOrder": _order(letter, order, "OrderInTransit"),
    }
    if address := order.get("address"):
        out["deliveryAddress"] = _address(address)
    if carrier := values.get("carrier"):
        out["carrier"] = {"@type": "Organization", "name": str(carrier)}
    if isinstance(eta := values.get("eta"), date):
        out["expectedArrivalUntil"] = eta.isoformat()
    if number := values.get("tracking_no"):
        out["trackingNumber"] = str(number)
    if url := _url(values.get("tracking_url")):
        out["trackingUrl"] = url
    return out


def _address(address: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "name": "name",
        "streetAddress": "street",
        "addressLocality": "city",
        "postalCode": "postal_code",
        "addressCountry": "country",
    }
    parts = {theirs: str(address.get(ours) or "") for theirs, ours in names.items()}
    return {"@type": "PostalAddress", **{name: text for name, text in parts.items() if text}}


def _invoice(letter: Letter) -> dict[str, Any]:
    values = letter.values
    total = values.get("total") or values.get("amount")
    number = values.get("no") or values.get("invoice_no")
    if not number or total is None or not hasattr(total, "currency"):
        return {}
    out: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Invoice",
        "broker": _merchant(letter),
        "accountId": str(number),  # Google wants it; a shop books payments by the invoice's number
        "confirmationNumber": str(number),
        "totalPaymentDue": {
            "@type": "PriceSpecification",
            "price": str(total.amount),
            "priceCurrency": total.currency,
        },
        "paymentStatus": "https://schema.org/" + ("PaymentDue" if values.get("due") else "PaymentComplete"),
    }
    if isinstance(due := values.get("due"), date):
        out["paymentDueDate"] = due.isoformat()
    if url := _url(values.get("pay_url")):
        out["url"] = url
    return out


def _merchant(letter: Letter) -> dict[str, str]:
    out = {"@type": "Organization", "name": clean(letter.brand.name_in(letter.locale), line_end=" ")}
    return {**out, "url": letter.brand.site} if letter.brand.site else out


def _url(value: object) -> str:
    return str(getattr(value, "target", ""))
