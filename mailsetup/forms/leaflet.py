"""
HTML for what is no audit: letters and listings. One page, a part for each, facts first, then what was found.

Like the report it asks nobody for anything, escapes every text, and runs no script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .page_setup import environment, frame

STYLE = ("base.css", "leaflet.css")


class Point(NamedTuple):
    """Something found: ``state`` error, warning, info, open or pass; ``label`` names the rule or list."""

    state: str
    text: str
    label: str = ""
    advice: str = ""
    detail: tuple[str, ...] = ()


class Part(NamedTuple):
    """Points under a title."""

    title: str
    points: tuple[Point, ...]


class Leaf(NamedTuple):
    """One letter or target: ``state`` colours its ``verdict``; ``facts`` are pairs; ``remarks`` stand at its end."""

    title: str
    verdict: str
    state: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    remarks: tuple[str, ...] = ()


def render(kicker: str, title: str, as_of: str, leaves: Sequence[Leaf], tool: str) -> Iterator[str]:
    """The page."""
    template = environment().get_template("leaflet.html")
    shown = frame(None, STYLE, "", f"{title} · {as_of[:10]}")
    yield template.render(kicker=kicker, title=title, as_of=as_of, leaves=leaves, tool=tool, **shown)
