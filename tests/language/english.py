"""English left in a text of another language: words in a row that no record, name or protocol explains."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FEW = 4  # words in a row that make a sentence
_SMALL = (
    "a an the is are was be been it its this that these there of to in on at by for from with without as and or "
    "not no nor only has have can cannot must may will would should does do if when while where which who what how "
    "more than one two every any you your they their them but so too"
)
SMALL_WORDS = frozenset(_SMALL.split())
"""A run without one of these is a name or a list of terms."""

_EXPLAINED = re.compile(
    r"`[^`]*`"  # commands and terms
    r"|\"(?:[^\"\\\n]|\\.)*\"|«[^»]*»"  # records and what was quoted
    r"|\bhttps?://\S+|\b[\w.*-]+@[\w.-]+|\S*[/=_{}:]\S*"  # addresses, paths, tags, ids
    r"|(?<!\w)--?[a-z][\w-]*"  # options
    r"|\bv=\w+[^\n]*"  # a record to the end of its line
)
_RUN = re.compile(r"[A-Za-z][A-Za-z'-]*(?:[,;:.]? [A-Za-z][A-Za-z'-]*)+")


@cache
def names() -> tuple[str, ...]:
    """Names of services, receivers and documents, which stay as they are in every language."""
    found: set[str] = set()
    for folder in ("mailsetup/receivers", "provider_profiles", "mailsetup/dns_hosts", "mailsetup/policies"):
        for path in (ROOT / folder).glob("*.toml"):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            found |= {str(data.get("name", "")), *map(str, data.get("former_names", ()))}
            for several in data.get("sources", {}).values() if isinstance(data.get("sources"), dict) else ():
                found |= {str(s.get("name", "")) for s in several if isinstance(s, dict)}
    return tuple(sorted((name for name in found if " " in name), key=len, reverse=True))


def left_in(text: str) -> list[str]:
    """The runs of English words in a text."""
    for name in names():
        text = text.replace(name, "*")
    text = _EXPLAINED.sub("*", text)
    found = []
    for match in _RUN.finditer(text):
        words = [word.strip("'-").lower() for word in re.split(r"[,;:.]? ", match[0])]
        if len(words) >= FEW and SMALL_WORDS.intersection(words):
            found.append(match[0])
    return found
