"""JSON text, the same bytes from orjson and from the standard library."""

from __future__ import annotations

import json as standard
from typing import Any

try:
    import orjson
    from orjson import Fragment
except ImportError:  # the `fast` extra is optional, and one from before 3.9 is of no use
    orjson = None  # type: ignore[assignment]


def one_line(document: Any) -> str:
    """Compact JSON, on one line, in UTF-8 characters."""
    if orjson is not None:
        return orjson.dumps(document).decode("utf-8")
    return standard.dumps(document, ensure_ascii=False, separators=(",", ":"), check_circular=False)


def line_octets(document: Any) -> bytes:
    """The octets of `one_line` with a line feed: what goes to a file needs not be text in between."""
    if orjson is not None:
        return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
    return one_line(document).encode("utf-8") + b"\n"


def encoded(document: Any) -> Any:
    """A document made ready once for many lines: `one_line` puts in the same bytes as for the document itself."""
    return document if orjson is None else Fragment(orjson.dumps(document))


def pretty(document: Any) -> str:
    """JSON indented by two."""
    if orjson is not None:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode("utf-8")
    return standard.dumps(document, ensure_ascii=False, indent=2)
