"""Results kept beside the tests of the kit: `pytest --update-goldens` writes them anew, a change of them is reviewed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
_TOKEN = re.compile(r"<!--.*?-->|<[^>]+>|[^<]+", re.DOTALL)
_STYLE = re.compile(r'(?<=style=")[^"]*(?=")')
_SHEET = re.compile(r"(<style[^>]*>)(.*?)(?=</style>)", re.DOTALL)


def kept(name: str, found: str, *, update: bool) -> str:
    """What is kept under a name; with ``update`` that is what was found."""
    path = FOLDER / name
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found.encode())
    return path.read_bytes().decode().replace("\r\n", "\n") if path.exists() else ""


def outline(html: str) -> str:
    """
    A document with a tag or a text a line, blanks as one, and a mark in the place of each style.

    The styles stand once, in a file of their own (`styles`): a hundred letters have the same ones.
    """
    marked = _SHEET.sub(lambda sheet: sheet[1] + _mark(sheet[2]), html)
    lines = (" ".join(token.split()) for token in _TOKEN.findall(marked))
    return "".join(f"{_STYLE.sub(lambda style: _mark(style[0]), line)}\n" for line in lines if line)


def styles(html: str) -> dict[str, str]:
    """The styles of a document by their marks."""
    found = [*_STYLE.findall(html), *(sheet for _, sheet in _SHEET.findall(html))]
    return {_mark(style): " ".join(style.split()) for style in found}


def _mark(style: str) -> str:
    return "#" + hashlib.sha256(" ".join(style.split()).encode()).hexdigest()[:8]
