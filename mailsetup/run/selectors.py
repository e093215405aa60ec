"""DKIM selectors as somebody types them: what is none is his slip, and no missing key of the domain."""

from __future__ import annotations

from collections.abc import Iterable

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.patterns import late

_SHAPE = late(r"\w[\w-]*(\.\w[\w-]*)*\.?")  # RFC 6376 section 3.1: labels, one below the other


def selectors_given(typed: Iterable[str] | None) -> tuple[str, ...]:
    """
    The selectors typed, as they are; a whole record name (``google._domainkey.example.com``) is one too.

    Raises `UsageError` for what can be no selector.
    """
    found = tuple(typed or ())
    for selector in found:
        if not _SHAPE.fullmatch(selector.strip()):
            raise UsageError(
                say(
                    '"{selector}" is no selector; use letters, digits and hyphens, such as mail2026',
                    selector=selector[:60],
                )
            )
    return found
