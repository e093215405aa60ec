"""What Python's own readers say of a file that is no TOML or no JSON, in the language in use."""

from __future__ import annotations

import re

from .language import spoken, translated
from .message import phrase, say
from .printing import printable

WORDS = (
    phrase("Expected '=' after a key in a key/value pair"),
    phrase("Expected newline or end of document after a statement"),
    phrase("Expected ']' at the end of a table declaration"),
    phrase("Invalid value"),
    phrase("Invalid statement"),
    phrase("Invalid initial character for a key part"),
    phrase("Invalid date or datetime"),
    phrase("Cannot overwrite a value"),
    phrase("Unterminated string"),
    phrase("Unclosed array"),
    phrase("Unclosed inline table"),
    phrase("Expecting value"),
    phrase("Expecting property name enclosed in double quotes"),
    phrase("Expecting ',' delimiter"),
    phrase("Expecting ':' delimiter"),
    phrase("Extra data"),
    phrase("Unterminated string starting at"),
    phrase("Invalid control character at"),
)
"""`tomllib` and `json` of Python 3.11 to 3.14; what is not here is shown as they say it."""

_KNOWN = {word.lower(): word for word in WORDS}
_TOML = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)
_TOML_END = re.compile(r"(?P<what>.*) \(at end of document\)", re.DOTALL)
_JSON = re.compile(r"(?P<what>.*): line (?P<line>\d+) column (?P<column>\d+) \(char (?P<at>\d+)\)", re.DOTALL)


def reader_fault(fault: Exception | str) -> str:
    """The fault in words; in English exactly as the reader says it."""
    text = printable(str(fault))
    if spoken() is None:
        return text
    if match := _TOML.fullmatch(text) or _JSON.fullmatch(text):
        at = {"line": match["line"], "column": match["column"]}
        return str(say("{what} (line {line}, column {column})", what=_said(match["what"]), **at))
    if match := _TOML_END.fullmatch(text):
        return str(say("{what}, at the end of the file", what=_said(match["what"])))
    return _said(text)


def _said(text: str) -> str:
    known = _KNOWN.get(text.lower())
    return text if known is None else translated(known)
