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
    phrase("mapping values are not allowed in this context"),
    phrase("mapping values are not allowed here"),
    phrase("block sequence entries are not allowed in this context"),
    phrase("sequence entries are not allowed here"),
    phrase("mapping keys are not allowed in this context"),
    phrase("mapping keys are not allowed here"),
    phrase("could not find expected ':'"),
    phrase("found character that cannot start any token"),
    phrase("found unexpected end of stream"),
    phrase("found unexpected document indicator"),
    phrase("found unknown escape character"),
    phrase("found a tab character that violates indentation"),
    phrase("found a tab character where an indentation space is expected"),
    phrase("did not find expected key"),
    phrase("did not find expected '-' indicator"),
    phrase("did not find expected ',' or ']'"),
    phrase("did not find expected ',' or '}'"),
    phrase("did not find expected node content"),
    phrase("did not find expected <document start>"),
    phrase("did not find expected alphabetic or numeric character"),
    phrase("control characters are not allowed"),
    phrase("found undefined alias"),
    phrase("found duplicate anchor; first occurrence"),
    phrase("but found another document"),
    phrase("undefined tag handle"),
    phrase("found unconstructable recursive node"),
)
"""`tomllib` and `json` of Python 3.11 to 3.14, libyaml 0.2; what else there is, JSON and TOML show as they say it."""

_KNOWN = {word.lower(): word for word in WORDS}
_TOML = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)
_TOML_END = re.compile(r"(?P<what>.*) \(at end of document\)", re.DOTALL)
_YAML_TAG = re.compile(r"could not determine a constructor for the tag '(?P<tag>.*)'", re.DOTALL)
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


def yaml_fault(problem: str) -> str:
    """What is wrong with a text that is no YAML; PyYAML's rarer words are left out."""
    if match := _YAML_TAG.fullmatch(problem):
        return str(say("the tag {tag} is not known here", tag=printable(match["tag"])[:40]))
    return translated(_KNOWN.get(printable(problem).lower(), NOT_YAML))


NOT_YAML = phrase("this is not YAML")


def _said(text: str) -> str:
    known = _KNOWN.get(text.lower())
    return text if known is None else translated(known)
