"""A verification in words or as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mailsetup.forms.encoder import pretty
from mailsetup.model.dns import present
from mailsetup.model.names import printable
from mailsetup.planning.verify import Item, ItemStatus

from .verify import Waited

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

SCHEMA = "mailsetup/verification/1"
_LOOK = {
    ItemStatus.RIGHT: ("right", "green"),
    ItemStatus.WRONG: ("wrong", "red"),
    ItemStatus.MISSING: ("missing", "red"),
    ItemStatus.UNKNOWN: ("not known", "yellow"),
    ItemStatus.WAITING: ("waiting", "yellow"),
    ItemStatus.NOT_YET_DUE: ("not yet due", "dim"),
}


def as_json(result: Waited) -> str:
    """The result as data: ``mailsetup/verification/1``."""
    found = result.verification
    return (
        pretty(
            {
                "schema": SCHEMA,
                "domain": found.domain,
                "phase_due": found.phase_due,
                "complete": result.complete,
                "items": [_item(i) for i in found.items],
                "notes": [str(n) for n in found.notes],
            }
        )
        + "\n"
    )


def _item(item: Item) -> dict[str, Any]:
    change = item.change
    return {
        "owner": change.owner,
        "rdtype": change.rdtype,
        "phase": change.phase,
        "status": item.status.value,
        "expected": [present(r, change.rdtype) for r in change.after],
        "found": [present(r, change.rdtype) for r in item.found],
        "message": str(item.message),
    }


def as_text(result: Waited, style: Style) -> str:
    """The result for a person."""
    return "\n".join(_lines(result, style)) + "\n"


def _lines(result: Waited, style: Style) -> Iterator[str]:
    found = result.verification
    due = f", phase {found.phase_due}" if found.phase_due else ""
    yield style.paint(f"{found.domain}{due}", "bold")
    width = max((len(word) for word, _ in _LOOK.values()), default=0)
    for item in found.items:
        word, color = _LOOK[item.status]
        yield f"  {style.paint(f'{word:<{width}}', color)}  {item.change.owner} {item.change.rdtype}"
        if item.status not in (ItemStatus.RIGHT, ItemStatus.NOT_YET_DUE) or (
            item.status is ItemStatus.RIGHT and item.change.purpose == "ttl"
        ):
            yield from _details(item, style, " " * (width + 4))
    for note in found.notes:
        yield from textwrap.wrap(printable(str(note)), style.width, break_long_words=False)
    wrong = sum(i.status in (ItemStatus.WRONG, ItemStatus.MISSING) for i in found.items)
    right = sum(i.status is ItemStatus.RIGHT for i in found.items)
    yield style.paint(
        f"{right} right, {wrong} wrong or missing, {len(found.items) - right - wrong} other", "dim"
    )


def _details(item: Item, style: Style, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        printable(str(item.message)),
        style.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
    )
    if item.status in (ItemStatus.WRONG, ItemStatus.MISSING):
        for record in item.change.after:
            yield f"{indent}expected {printable(present(record, item.change.rdtype))}"
        for record in item.found:
            yield f"{indent}found    {printable(present(record, item.change.rdtype))}"
