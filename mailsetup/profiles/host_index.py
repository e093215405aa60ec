"""
Many patterns over host names, of which few are ever tried: an index by the last two labels.

Hundreds of patterns are known and most name a domain literally at their end, so the last two
labels of a host leave one or two candidates. A pattern is compiled when it is first tried:
compiling all of them takes longer than judging a thousand domains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MEMO_LIMIT: Final = 20_000
"""Hosts remembered; exchanges repeat from domain to domain. Past it the memory starts anew."""

_PLAIN_END: Final = re.compile(r"(?:^\^|\\\.)([a-z0-9_-]+)\\\.([a-z0-9_-]+)\$\Z")
_INNERMOST: Final = re.compile(r"\([^()]*\)")
_TAIL: Final = re.compile(
    r"(?P<group>\((?:\?:)?(?P<inside>(?:[a-z0-9_|-]|\\[.-])+)\))|(?P<literal>[a-z0-9_-]|\\[.-])"
)


class HostIndex:
    """Patterns with the key each stands for; `find` gives the keys whose pattern a host matches."""

    __slots__ = ("_buckets", "_memo", "_unindexed")

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        self._buckets: dict[str, list[_Entry]] = {}
        self._unindexed: list[_Entry] = []
        self._memo: dict[str, tuple[str, ...]] = {}
        for pattern, key in patterns:
            entry = _Entry(pattern, key)
            endings = last_labels(pattern)
            for ending in endings:
                self._buckets.setdefault(ending, []).append(entry)
            if not endings:
                self._unindexed.append(entry)

    def find(self, host: str) -> tuple[str, ...]:
        """The keys that match a lower-case host, each once, in the order they were given."""
        known = self._memo.get(host)
        if known is None:
            if len(self._memo) >= MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[host] = self._search(host)
        return known

    def _search(self, host: str) -> tuple[str, ...]:
        candidates = self._buckets.get(".".join(host.rsplit(".", 2)[-2:]), ())
        return tuple(dict.fromkeys(e.key for e in (*candidates, *self._unindexed) if e.matches(host)))


class _Entry:
    __slots__ = ("_compiled", "key", "pattern")

    def __init__(self, pattern: str, key: str) -> None:
        self.pattern = pattern
        self.key = key
        self._compiled: re.Pattern[str] | None = None

    def matches(self, host: str) -> bool:
        if self._compiled is None:
            self._compiled = re.compile(self.pattern)
        return self._compiled.search(host) is not None


def last_labels(pattern: str) -> tuple[str, ...]:
    r"""
    The last two labels of every host a pattern can match, or nothing if the pattern does not fix them.

    ``\.mail\.example\.(com|net)$`` gives ``example.com`` and ``example.net``.
    """
    if "|" in pattern and "|" in _INNERMOST.sub("", _INNERMOST.sub("", pattern)):
        return ()  # alternatives of the whole pattern, or groups too deep to look into
    plain = _PLAIN_END.search(pattern)
    if plain:
        return (f"{plain[1]}.{plain[2]}",)
    if not pattern.endswith("$") or pattern.endswith("\\$"):
        return ()
    tails, whole = _literal_tails(pattern[:-1])
    if not tails or any(tail.count(".") < (1 if whole else 2) for tail in tails):
        return ()
    return tuple(dict.fromkeys(".".join(tail.rsplit(".", 2)[-2:]) for tail in tails))


def _literal_tails(body: str) -> tuple[list[str], bool]:
    """The literal texts a pattern ends in, and whether they reach back to its ``^``."""
    pieces: list[list[str]] = []
    at = len(body)
    while at > 0:
        match = _ending_at(body, at)
        if match is None:
            break
        inside = match["inside"]
        pieces.append([_plain(word) for word in (inside.split("|") if inside else [match[0]])])
        at = match.start()
    tails = [""]
    for words in pieces:
        tails = [word + tail for tail in tails for word in words]
    return tails, body[:at] == "^"


def _ending_at(body: str, end: int) -> re.Match[str] | None:
    if body[end - 1] == ")":
        start = body.rfind("(", 0, end)
        return _TAIL.fullmatch(body, start, end) if start >= 0 else None
    start = end - 2 if end >= 2 and body[end - 2] == "\\" else end - 1
    return _TAIL.fullmatch(body, start, end)


def _plain(text: str) -> str:
    return text.replace("\\", "")
