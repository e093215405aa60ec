"""
The characters of a text or page, and back into the octets they came in: encoding, mark and line ends are kept.

A page is read as it says, a text by its mark, as UTF-8, else as windows-1251 where that makes Russian words of it:
most Russian letters that are not UTF-8 are saved so. Other octets stay what they are (one escape each), are judged
as far as that goes, and are never written.
"""

from __future__ import annotations

import codecs
import difflib
import re
from typing import NamedTuple

from mailsetup.grammar.charset import known

DECLARED_IN = 1024  # octets in which a page says its encoding (HTML Standard section 13.2.3.2)
DECLARATION = re.compile(
    rb"<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.+-]{1,40})", re.IGNORECASE
)
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
COMPARED = 3_000  # lines of a text whose line ends are mixed; finding equal ones is quadratic
RUSSIAN = re.compile("[а-яё]{2,}", re.IGNORECASE)
RUSSIAN_SHARE = 0.8  # of the letters beyond ASCII: other encodings read as windows-1251 mix cases and signs


class Written(NamedTuple):
    """A file's characters, and how they stand in it; ``charset`` is empty where no encoding fits."""

    text: str
    charset: str = "utf-8"
    mark: bytes = b""

    @property
    def utf8(self) -> bytes:
        """The file as UTF-8, for what judges it; octets of no encoding as they are."""
        return self.text.encode("utf-8", "surrogateescape")


def read(data: bytes, *, page: bool = False) -> Written:
    """A file's octets as characters; what fits no encoding is escaped octet by octet."""
    for mark, charset in MARKS:
        if data.startswith(mark):
            return _exactly(data[len(mark) :], charset, mark) or _escaped(data)
    return _exactly(data, "utf-8") or (_declared(data) if page else None) or _russian(data) or _escaped(data)


def _exactly(data: bytes, charset: str, mark: bytes = b"") -> Written | None:
    """The characters, where writing them gives the same octets again."""
    try:
        text = data.decode(charset)
        return Written(text, charset, mark) if text.encode(charset) == data else None
    except (LookupError, ValueError):  # no encoding of text, or not these octets
        return None


def _escaped(data: bytes) -> Written:
    return Written(data.decode("utf-8", "surrogateescape"), "")


def _declared(data: bytes) -> Written | None:
    match = DECLARATION.search(data[:DECLARED_IN])
    charset = match[1].decode("ascii") if match is not None else ""
    return _exactly(data, charset) if charset and known(charset) else None


def _russian(data: bytes) -> Written | None:
    found = _exactly(data, "windows-1251")
    if found is None:
        return None
    letters = sum(c.isalpha() and not c.isascii() for c in found.text)
    words = [word for word in RUSSIAN.findall(found.text) if word[1:].islower() or word.isupper()]
    return found if words and sum(map(len, words)) >= RUSSIAN_SHARE * letters else None


def octets(text: str, written: Written) -> bytes | None:
    """A mended text as it would stand in the file; None where no encoding fits it, or a new character is not in it."""
    if not written.charset:
        return None
    try:
        return written.mark + _with_ends(text.replace("\r\n", "\n"), written.text).encode(written.charset)
    except UnicodeError:
        return None


def _with_ends(text: str, before: str) -> str:
    """The text with the line ends that it had; where they are mixed, each line that did not change keeps its own."""
    whole = before.count("\r\n")
    if not whole:
        return text
    if whole == before.count("\n"):
        return text.replace("\n", "\r\n")
    usual = "\r" if 2 * whole > before.count("\n") else ""
    old, new = before.split("\n"), text.split("\n")
    made = [line + usual for line in new[:-1]] + new[-1:]
    for was, now, count in _same([line.removesuffix("\r") for line in old], new):
        made[now : now + count] = old[was : was + count]
    return "\n".join(made)


def _same(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of lines that stand in both; of long texts only lines at one place, the beginning and the end are compared."""
    if max(len(old), len(new)) <= COMPARED:
        return list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    if len(old) == len(new):
        return [(n, n, 1) for n, line in enumerate(old) if line == new[n]]
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    tail = next((n for n in range(least - head) if old[-1 - n] != new[-1 - n]), least - head)
    return [(0, 0, head), (len(old) - tail, len(new) - tail, tail)]
