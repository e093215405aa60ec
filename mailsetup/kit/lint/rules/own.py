"""Rules on the use of the lint itself: what is left out says why, and what letters are made of can be read."""

from __future__ import annotations

from collections.abc import Iterator

from mailsetup.kit.lint.document import Document
from mailsetup.kit.lint.rule import JUDGES, Hit, judges
from mailsetup.kit.lint.silencing import silences


@judges("LNT-01")
def without_reason(d: Document) -> Iterator[Hit]:
    for one in silences(d):
        if one.rules and not one.reason:
            yield Hit(one.line, {"rule": ", ".join(one.rules)})


@judges("LNT-02")
def no_such_rule(d: Document) -> Iterator[Hit]:
    for one in silences(d):
        unknown = [id for id in one.rules if id not in JUDGES]
        if unknown or not one.rules:
            yield Hit(one.line, {"rule": ", ".join(unknown) or one.reason[:20] or "?"})


@judges("LNT-03")
def flawed(d: Document) -> Iterator[Hit]:
    for flaw in d.flaws:
        yield Hit(flaw.line, {"fault": flaw.what})
