"""Quotation marks within quotation marks as Russian writes them: «ООО „Ромашка“»."""

from __future__ import annotations

OUTER = ("«", "»")
INNER = ("„", "“")
_OPENS = {"«": "»", "„": "“"}
_STRAIGHT = ('"', "“", "”")
"""Marks of a keyboard or of English; which side they stand on is read from what is before them."""


def nested(text: str, *, straight: bool = True) -> str:
    """
    The text with the marks inside «» as inner ones; unchanged where the marks do not come in pairs.

    Without ``straight`` only «» inside «» are turned: a text that may quote a record keeps its own octets.
    """
    if "«" not in text:
        return text
    found: list[str] = []
    open_marks: list[str] = []
    for at, mark in enumerate(text):
        before = text[at - 1] if at else " "
        if mark in _OPENS:
            found.append(INNER[0] if open_marks else mark)
            open_marks.append(mark)
        elif open_marks and mark == _OPENS.get(open_marks[-1], open_marks[-1]):
            open_marks.pop()
            found.append(INNER[1] if open_marks else mark)
        elif straight and open_marks and mark in _STRAIGHT and (before.isspace() or before in "«„(—"):
            open_marks.append("”" if mark == "“" else mark)
            found.append(INNER[0])
        elif mark == "»":
            return text
        else:
            found.append(mark)
    return text if open_marks else "".join(found)


def quoted(name: str) -> str:
    """A name in quotation marks, once: one that has them already keeps them."""
    if name[:1] in ("«", "„", '"', "“"):
        return name
    return nested(f"«{name}»")
