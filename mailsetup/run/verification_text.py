"""A verification in words or as data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mailsetup.forms.encoder import pretty
from mailsetup.model.dns import present
from mailsetup.model.language import translated
from mailsetup.model.message import phrase, say
from mailsetup.model.names import printable
from mailsetup.planning.verify import Item, ItemStatus

from .verify import Waited

if TYPE_CHECKING:
    from mailsetup.forms.terminal import Style

SCHEMA = "mailsetup/verification/1"
_LOOK = {
    ItemStatus.RIGHT: (phrase("right"), "green"),
    ItemStatus.WRONG: (phrase("wrong"), "red"),
    ItemStatus.MISSING: (phrase("missing"), "red"),
    ItemStatus.UNKNOWN: (phrase("not known"), "yellow"),
    ItemStatus.WAITING: (phrase("waiting"), "yellow"),
    ItemStatus.NOT_YET_DUE: (phrase("not yet due"), "dim"),
}
_LOWER = (phrase("to lower"), "yellow")


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
    yield from (style.paint(line, "bold") for line in _folded(result.heading or found.domain, style))
    width = max(len(translated(word)) for word, _ in (*_LOOK.values(), _LOWER))
    for item in found.items:
        if style.quiet and not _is_explained(item) and not item.held:
            continue
        word, color = _LOWER if item.lingers else _LOOK[item.status]
        yield f"  {style.paint(f'{translated(word):<{width}}', color)}  {item.change.owner} {item.change.rdtype}"
        if item.held or _is_explained(item):
            yield from _details(item, style, " " * (width + 4))
    for note in found.notes:
        yield from _folded(note, style)
    wrong = sum(i.status in (ItemStatus.WRONG, ItemStatus.MISSING) for i in found.items)
    right = sum(i.status is ItemStatus.RIGHT and not i.lingers for i in found.items)
    yield style.paint(
        str(
            say(
                "{right} right, {wrong} wrong or missing, {other} other",
                right=right,
                wrong=wrong,
                other=len(found.items) - right - wrong,
            )
        ),
        "dim",
    )


def _folded(text: object, style: Style) -> list[str]:
    return textwrap.wrap(printable(str(text)), style.width, break_long_words=False, break_on_hyphens=False)


def _is_explained(item: Item) -> bool:
    quiet = item.status in (ItemStatus.RIGHT, ItemStatus.NOT_YET_DUE)
    return not quiet or (item.status is ItemStatus.RIGHT and item.change.purpose == "ttl")


def _details(item: Item, style: Style, indent: str) -> Iterator[str]:
    lines = list(_records(item)) if item.status in (ItemStatus.WRONG, ItemStatus.MISSING) else []
    if not lines or not all(text in str(item.message) for _, text in lines):
        yield from textwrap.wrap(
            printable(str(item.message)),
            style.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    width = max(len(translated("expected")), len(translated("found")))
    yield from (f"{indent}{word:<{width}} {printable(text)}" for word, text in lines)


def _records(item: Item) -> Iterator[tuple[str, str]]:
    """What should stand there and what does, each record on a line of its own that can be copied."""
    rdtype, needed = item.change.rdtype, item.change.needed
    expected = (
        item.change.after if needed is None or rdtype != "TXT" else needed
    )  # others' texts stand beside it
    yield from ((translated("expected"), present(r, rdtype)) for r in expected)
    yield from ((translated("found"), present(r, rdtype)) for r in item.found)
